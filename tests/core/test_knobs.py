from __future__ import annotations

from dataclasses import replace

import pytest

from core.expression.knobs import fixed_sources, knobs_of, result_of, stepped, why_no_step, with_backward
from core.expression.run import run_text
from core.expression.sheet import Leaf, state_at

EXAMPLE = """a = Value(2.0, label='a')
b = Value(-3.0, label='b')
c = Value(10.0, label='c')
e = a * b
d = e + c
f = Value(-2.0, label='f')
L = d * f
L.backward()
"""


def test_every_number_with_its_gradient() -> None:
    sheet = run_text(EXAMPLE)
    grad = state_at(sheet, len(sheet.steps)).grad
    found = {knob.name: (knob.value, knob.gradient(grad)) for knob in knobs_of(sheet)}
    assert found == {"a": (2.0, 6.0), "b": (-3.0, -4.0), "c": (10.0, -2.0), "f": (-2.0, 4.0)}


def test_the_lectures_step_is_written_without_rounding_errors() -> None:
    assert stepped(run_text(EXAMPLE), 0.01) == {"a": 2.06, "b": -3.04, "c": 9.98, "f": -1.96}


def test_a_number_that_several_leaves_start_from_moves_by_the_sum() -> None:
    sheet = run_text("a = Value(3.0)\nb = a * a\nb.backward()")
    literal = knobs_of(sheet)[0].literal
    twice = (Leaf(0, "a", 3.0, literal), Leaf(1, "b", 3.0, literal), Leaf(1, "c", 1.0, None))
    shared = replace(sheet, leaves=twice)  # as if the text used one number for two leaves
    (knob,) = knobs_of(shared)
    assert (knob.address, knob.nodes) == ("a", (0, 1))
    assert knob.gradient(state_at(sheet, len(sheet.steps)).grad) == 6.0 + 1.0
    assert stepped(shared, 0.1) == {"a": 3.7}


def test_a_number_without_a_name_is_called_by_its_line() -> None:
    knobs = knobs_of(run_text("a = Value(3.0)\nb = a + 2"))
    assert [(knob.name, knob.short, knob.value) for knob in knobs] == [
        ("a", "a", 3.0),
        ("number in line 2", "line 2", 2.0),
    ]


def test_leaves_without_a_literal_are_told_by_the_code_that_made_them() -> None:
    sheet = run_text("x = Value(0.5)\nn = MLP(3, [4, 4, 1])\no = n([x, x, x])")
    assert [knob.name for knob in knobs_of(sheet)] == ["x"]
    assert fixed_sources(sheet) == {"MLP(3, [4, 4, 1])": 41}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (EXAMPLE, ""),
        ("", "No number with a name to move."),
        ("a = Value(2.0)\nL = a * a", "No gradients yet."),
        ("a = Value(-2.0)\nL = a.relu()\nL.backward()", "All gradients are 0: no number moves the result."),
        ("a = Value(0.0)\nL = a.sqrt()\nL.backward()", "A gradient is not a finite number."),
    ],
)
def test_why_a_step_would_change_nothing(text: str, words: str) -> None:
    assert why_no_step(run_text(text)) == words


def test_the_result_is_the_end_of_the_graph() -> None:
    assert result_of(run_text(EXAMPLE)) == ("L", -8.0)
    assert result_of(run_text("")) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = Value(2.0)\nL = a * a", "L.backward()"),
        ("a = Value(2.0)\nL = a * a\nL.label = 'loss'", "L.backward()"),
        ("a = Value(2.0)\na += 1", "a.backward()"),
        ("%matplotlib inline\na = Value(2.0)\nL = a * a  # the end", "L.backward()"),
    ],
)
def test_the_line_that_goes_backwards(text: str, line: str) -> None:
    sheet = run_text(text)
    assert with_backward(sheet) == (line, f"{text}\n{line}")
    assert run_text(f"{text}\n{line}").has_backward


def test_a_result_without_a_name_has_no_such_line() -> None:
    assert with_backward(run_text("Value(2.0) * 3")) is None
