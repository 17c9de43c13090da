"""What a step does to its graph, and how its numbers are written."""

from __future__ import annotations

import numpy as np
import pytest

from core.bugs import Bug
from core.expression.run import run_text
from core.expression.sheet import Change, Phase, Sheet, state_at
from gui.graph.layout import RESULT
from gui.graph.sheet_scrub import Scrub, rounded, unit_of
from gui.graph.sheet_steps import StepMarks, flowed_edges, pending, step_marks, wrong_gradients
from gui.graph.sheet_words import edge_text, growth_text, rule_of, tip_text
from tests.gui.sheet_graph import FIRST, TWICE


def edges_of(sheet: Sheet) -> dict[tuple[int, int], int]:
    """A number for every edge of the lecture style."""
    keys = [(i, place) for i, node in enumerate(sheet.graph.nodes) for place in range(len(node.operands))]
    keys += [(i, RESULT) for i, node in enumerate(sheet.graph.nodes) if node.op]
    return {key: number for number, key in enumerate(keys)}


def test_before_the_first_step_nothing_is_marked() -> None:
    assert step_marks(run_text(FIRST).graph, None, {}) == StepMarks()


def test_the_seed_outlines_a_node_and_lights_nothing() -> None:
    sheet = run_text(FIRST)
    seeded = next(step for step in sheet.steps if step.phase is Phase.BACKWARD)
    marks = step_marks(sheet.graph, seeded, edges_of(sheet))
    assert (marks.active, marks.backward, marks.edges, marks.result) == (sheet.root, True, (), None)


def test_hidden_gradients_leave_their_texts_out() -> None:
    sheet = run_text(TWICE)
    last = sheet.steps[-1]
    assert [lit.text for lit in step_marks(sheet.graph, last, edges_of(sheet)).edges] == ["1.0 × 1.0 = 1.0"] * 2
    hidden = step_marks(sheet.graph, last, edges_of(sheet), frozenset({0}))
    assert [lit.text for lit in hidden.edges] == ["", ""]
    assert hidden.growths == ()


def test_only_what_brought_a_gradient_has_flowed() -> None:
    sheet = run_text("a = 2.0\nb = 0.0\nc = a * b\nd = c.tanh()\nd.backward()\n")
    edges, count = edges_of(sheet), len(sheet.steps)
    names = {number: key for key, number in edges.items()}
    d = sheet.root
    assert flowed_edges(sheet, count - 2, edges) == frozenset()
    assert {names[edge] for edge in flowed_edges(sheet, count, edges)} == {(d, 0), (d, RESULT)}


def test_zeroing_ends_the_flow() -> None:
    sheet = run_text("a = 2.0\nb = a * 3.0\nb.backward()\na.grad = 0.0\nb.grad = 0.0\n")
    assert sheet.steps[-1].phase is Phase.ZERO
    edges = edges_of(sheet)
    first = next(i for i, step in enumerate(sheet.steps) if step.phase is Phase.ZERO)
    handed = next(i for i, step in enumerate(sheet.steps) if step_marks(sheet.graph, step, edges).result is not None)
    assert handed < first
    for position in range(first + 1, len(sheet.steps) + 1):
        assert flowed_edges(sheet, position, edges) == frozenset()


def test_operations_wait_until_they_are_computed() -> None:
    sheet = run_text(FIRST)
    waiting = pending(sheet, state_at(sheet, 1))
    assert waiting is not None
    assert [sheet.graph.nodes[node].address for node in np.flatnonzero(waiting)] == ["d", "L"]
    assert pending(sheet, state_at(sheet, 3)) is None


def test_wrong_gradients_are_those_beyond_rounding() -> None:
    grad, true = np.array([1.0, 2.0, np.nan, np.nan]), np.array([1.0 + 1e-13, 1.0, np.nan, 3.0])
    assert wrong_gradients(grad, true).tolist() == [1, 3]
    assert wrong_gradients(grad, None).tolist() == []


def test_growth_is_written_part_by_part_and_an_overwriting_as_such() -> None:
    parts = [Change(0, "grad", 0.0, 1.0, 0, 1.0, 1.0), Change(0, "grad", 1.0, 3.0, 1, 1.0, 2.0)]
    assert growth_text(parts) == "0.0 + 1.0 → 1.0 → 3.0"
    sheet = run_text(TWICE, frozenset({Bug.OVERWRITE}))
    assert growth_text(list(sheet.steps[-1].changes)) == "0.0, then 1.0, overwritten by 1.0"


def test_a_negative_part_is_in_brackets_and_zero_has_no_sign() -> None:
    assert growth_text([Change(0, "grad", -6.0, -8.0, 0, 1.0, -2.0)]) == "-6.0 + (-2.0) → -8.0"
    assert growth_text([Change(0, "grad", -0.0, -0.0, 0, -1.0, 0.0)]) == "0.0 + 0.0 → 0.0"
    sheet = run_text("a = -2.0\nb = a * 0.0\nc = b * -1.0\nc.backward()\n")
    texts = [lit.text for step in sheet.steps for lit in step_marks(sheet.graph, step, edges_of(sheet)).edges]
    assert "-1.0 × 0.0 = 0.0" in texts
    assert not [text for text in texts if "-0.0" in text]


def test_an_edge_is_written_with_names_and_numbers() -> None:
    sheet = run_text(FIRST)
    end = state_at(sheet, len(sheet.steps))
    assert edge_text(sheet, end, 2, 0, hidden=False) == "dL/de · ∂e/∂a = -2.0 × -3.0 = 6.0"
    assert edge_text(sheet, state_at(sheet, 0), 4, 0, hidden=False) == "dL/dd · ∂d/∂e = 0.0 × 1.0 = 0.0"
    assert edge_text(sheet, state_at(sheet, 0), 6, 1, hidden=False) == "dL/dL · ∂L/∂f = —"
    long = run_text("weight_one = 2.0\noutcome_here = weight_one * 3.0\noutcome_here.backward()\n")
    assert "\n= " in edge_text(long, state_at(long, 9), long.root, 0, hidden=False)


def test_the_tooltip_names_the_rule() -> None:
    sheet = run_text(FIRST)
    assert rule_of(sheet, 4) == "e + c"
    assert tip_text(sheet, 4, "4.0", "?", "") == "<b>d</b><br>d = e + c<br>data 4.0<br>grad ?"
    assert tip_text(sheet, 0, "2.0", "6.0", "drag <it>").endswith("<br>drag &lt;it&gt;")


@pytest.mark.parametrize(("value", "unit"), [(2.0, 0.02), (0.0, 0.02), (-3.0, 0.05), (10.0, 0.2), (1000.0, 20.0)])
def test_a_pixel_is_worth_a_hundredth_of_the_range(value: float, unit: float) -> None:
    assert unit_of(value) == unit


def test_dragged_numbers_are_round() -> None:
    scrub = Scrub(6.8813735870195432)
    assert scrub.value == 6.8813735870195432
    assert scrub.move(1) == 7.0
    assert Scrub(2.0).move(-100) == 0.0
    assert str(Scrub(0.1).move(-5)) == "0.0"
    assert Scrub(2.0).move(5, fine=True) == 2.01
    assert rounded(0.30000000000000004, 0.02) == 0.3
