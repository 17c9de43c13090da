"""From a text to a graph, its leaves and its steps."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.bugs import Bug
from core.errors import ExpressionError
from core.expression.literals import literal_text, rewritten
from core.expression.run import run_text
from core.expression.sheet import Phase, Sheet, Span, Step, state_at
from tests.benchmarks.fuzz_expression import check_steps, sheet_and_values
from tests.benchmarks.made_programs import sound_program

F, Z, B, U = Phase.FORWARD, Phase.ZERO, Phase.BACKWARD, Phase.UPDATE


def told(sheet: Sheet, step: Step) -> tuple[Phase, str, list[tuple[str, float, float]]]:
    """A step in words: phase, who acts, what changes."""
    names = [node.address for node in sheet.graph.nodes]
    changes = [(names[change.node], change.before, change.after) for change in step.changes]
    return step.phase, names[step.node] if step.node >= 0 else "", changes


def steps(text: str, bugs: frozenset[Bug] = frozenset()) -> list[tuple[Phase, str, list[tuple[str, float, float]]]]:
    sheet = run_text(text, bugs)
    return [told(sheet, step) for step in sheet.steps]


def shown(text: str) -> str:
    """The address of the root."""
    sheet = run_text(text)
    return sheet.graph.nodes[sheet.root].address


AB = "a = Value(2.0, label='a')\nb = Value(-3.0, label='b')\n"


# -- what is shown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "root"),
    [
        (AB + "c = a * b\nd = c + 1", "d"),
        (AB + "c = a * b\nd = c + 1\ndraw_dot(c)", "c"),
        (AB + "c = a * b\nd = c + 1\nc.backward()", "c"),
        (AB + "c = a * b\nc.backward()\nd = c + 1", "d"),
        (AB + "c = a * b\nh = 0.5\nk = 3", "c"),
        (AB + "c = a * b\na.data = 5", "c"),
        (AB + "a * b + 1\nprint('x')", "v4"),
        (AB + "c = a * b\nc\na", "c"),
        (AB + "def f():\n  x = a * b\n  return 1\nf()", "v2"),
        (AB + "c, d = a * b, a + b", "d"),
        (AB + "c = a\nc += b", "c"),
        (AB, "b"),
        ("a = 1.0\nb = 2.0", "b"),
    ],
)
def test_which_graph_is_shown(text: str, root: str) -> None:
    assert shown(text) == root


@pytest.mark.parametrize("text", ["", "# nothing", "print(1)", "\n\n", "'a string'"])
def test_texts_without_values(text: str) -> None:
    sheet = run_text(text)
    assert sheet.graph.nodes == sheet.steps == sheet.leaves == ()
    assert sheet.root == -1


def test_addresses_are_unique() -> None:
    sheet = run_text("c = Value(1.0)\n" + "c = c + Value(2.0, label='v2')\n" * 6)
    names = [node.address for node in sheet.graph.nodes]
    assert len(set(names)) == len(names) == 13
    assert names[:5] == ["c", "v2", "c'", "v2'", "c''"]
    assert [node.label for node in sheet.graph.nodes][:5] == ["c", "v2", "c", "v2", "c"]


def test_unlabelled_nodes_have_no_label() -> None:
    nodes = run_text(AB + "c = a * b * 2").graph.nodes
    assert [(node.address, node.label) for node in nodes] == [
        ("a", "a"), ("b", "b"), ("v2", ""), ("v3", ""), ("c", "c"),
    ]  # fmt: skip


def test_the_key_names_the_structure_and_no_number() -> None:
    one = run_text("a = Value(2.0)\nb = a * 3.0\nb.backward()").graph
    assert one == run_text("a = Value(-7.5)\nb = a * 0.25").graph
    assert one.key != run_text("a = Value(2.0)\nb = a + 3.0").graph.key
    assert one.key != run_text("a = Value(2.0)\nc = a * 3.0").graph.key
    assert one.key != run_text("a = Value(2.0)\nb = a * a").graph.key


def test_origins_are_the_smallest_expressions() -> None:
    text = "é = Value(2.0, label='é')\nL = (é * 3 + 1).tanh()\nn = Neuron(1)\no = n([L])"
    sheet = run_text(text)
    lines = text.split("\n")
    spans = dict(zip((node.address for node in sheet.graph.nodes), sheet.origins, strict=True))
    codes = {name: lines[span.line - 1][span.column : span.end_column] for name, span in spans.items() if span}
    assert codes["é"] == "Value(2.0, label='é')"
    assert codes["L"] == "(é * 3 + 1).tanh()"
    assert {"é * 3", "3", "é * 3 + 1", "1"} <= set(codes.values())
    assert codes["o"] == codes["w1*x1"] == "n([L])"
    assert codes["w1"] == codes["b"] == "Neuron(1)"


# -- leaves -----------------------------------------------------------------------------------------------------------


def test_leaves_and_their_literals() -> None:
    text = "a = Value(-2.0, label='a')\nb = 1/3\nc = Value(data=4)\nd = (a * 2 - 5) / c + b\nk = [1.0]\nL = d * k[0]"
    leaves = run_text(text).leaves
    assert [(leaf.name, leaf.value, leaf.literal) for leaf in leaves] == [
        ("a", -2.0, Span(1, 10, 1, 14)),
        ("b", 1 / 3, None),
        ("c", 4.0, Span(3, 15, 3, 16)),
        ("v1", 2.0, Span(4, 9, 4, 10)),
        ("v3", -5.0, None),  # the text has a 5
        ("v10", 1.0, None),
    ]


def test_a_literal_that_made_several_leaves_is_nobodys() -> None:
    text = "xs = [Value(2.0) for i in range(2)]\ny = 3.0\nL = xs[0] * xs[1] * y"
    assert [leaf.literal for leaf in run_text(text).leaves] == [None, None, Span(2, 4, 2, 7)]


def test_a_leaf_that_was_updated_keeps_the_number_of_its_literal() -> None:
    sheet = run_text("a = Value(2.0)\na.data += 1\nL = a * a")
    assert sheet.leaves[0].value == 2.0
    assert sheet.start_data[0] == 3.0


def test_rewriting_a_literal_gives_the_other_number() -> None:
    text = "é = 2.0; x = -3.0\r\nL = é * x + -4"
    sheet = run_text(text)
    literals = {leaf.name: leaf.literal for leaf in sheet.leaves}
    changed = rewritten(text, {literals["é"]: -1.0, literals["x"]: 0.5, literals["v3"]: 1e-9})  # type: ignore[dict-item]
    assert changed == "é = -1.0; x = 0.5\r\nL = é * x + 1e-09"
    assert run_text(changed).graph.key == sheet.graph.key


def test_a_negative_number_before_a_power_gets_brackets() -> None:
    assert rewritten("L = 2.0**x", {Span(1, 4, 1, 7): -3.0}) == "L = (-3.0)**x"


@pytest.mark.parametrize(
    ("value", "text"),
    [(2, "2.0"), (-0.125, "-0.125"), (1e-9, "1e-09"), (0.1 + 0.2, "0.3"), (1 / 3, "0.3333333333333333"),
     (0.333333, "0.333333"), (1.1 * 3, "3.3"), (0.881373587 + 0.1 + 0.2, "1.181373587"),
     (123456789.0, "123456789.0"), (1.5e300, "1.5e+300"),
     (0.0, "0.0"), (6.8813735870195432, "6.881373587019543")],
)  # fmt: skip
def test_literal_text(value: float, text: str) -> None:
    assert literal_text(value) == text


# -- steps ------------------------------------------------------------------------------------------------------------


def test_forward_and_backward_in_steps() -> None:
    found = steps(AB + "L = a * b + a\nL.backward()")
    assert [(phase, who) for phase, who, _ in found] == [(F, "v2"), (F, "L"), (B, "L"), (B, "L"), (B, "v2")]
    assert [changes for _, _, changes in found[2:]] == [
        [("L", 0.0, 1.0)],
        [("v2", 0.0, 1.0), ("a", 0.0, 1.0)],
        [("a", 1.0, -2.0), ("b", 0.0, 2.0)],
    ]


def test_parts_of_a_backward_step() -> None:
    sheet = run_text("a = Value(3.0)\nb = a + a\nb.backward()")
    changes = sheet.steps[-1].changes
    assert [(c.position, c.upstream, c.local, c.before, c.after) for c in changes] == [
        (0, 1.0, 1.0, 0.0, 1.0),
        (1, 1.0, 1.0, 1.0, 2.0),
    ]
    assert sheet.steps[1].changes[0].position == -1


def test_what_a_hand_writes() -> None:
    found = steps(AB + "L = a * b\nL.grad = 1.0\na.grad = -3.0 * L.grad\nb.grad = 0.0\na.grad = 0\nL._backward()")
    assert [(phase, who) for phase, who, _ in found] == [(F, "L"), (B, "L"), (B, "a"), (Z, ""), (B, "L")]
    assert found[3][2] == [("b", 0.0, 0.0), ("a", -3.0, 0.0)]


def test_a_gradient_computed_as_zero_is_no_zeroing() -> None:
    found = steps("w = Value(2.0)\nx = Value(0.0)\nL = w * x\nL.grad = 1.0\nw.grad = x.data * L.grad")
    assert found[-1] == (B, "w", [("w", 0.0, 0.0)])


def test_writes_of_one_loop_are_one_step() -> None:
    found = steps(AB + "L = a * b\nL.backward()\nfor p in [a, b]:\n  p.data += -0.1 * p.grad\n  p.grad = 0.0")
    assert [(phase, who) for phase, who, _ in found[-2:]] == [(U, ""), (Z, "")]
    assert found[-2][2] == [("a", 2.0, 2.0 + -0.1 * -3.0), ("b", -3.0, -3.0 + -0.1 * 2.0)]
    apart = steps(AB + "L = a * b\na.data += 1\nb.data += 1")
    assert [(phase, who) for phase, who, _ in apart[-2:]] == [(U, "a"), (U, "b")]


def test_zero_grad_is_one_step() -> None:
    found = steps("n = Neuron(2)\nL = n([1.0, 2.0])\nL.backward()\nn.zero_grad()")
    assert found[-1][0] is Z
    assert [name for name, _, after in found[-1][2] if after == 0.0] == ["w1", "w2", "b"]


def test_what_was_before_the_shown_graph_is_folded_in() -> None:
    sheet = run_text(AB + "for k in range(3):\n  L = a * b\n  L.backward()\n  a.data += 1.0")
    assert [step.phase for step in sheet.steps] == [F, B, B, U]
    assert sheet.start_data[:2].tolist() == [4.0, -3.0]
    assert np.isnan(sheet.start_data[2])
    assert sheet.start_grad.tolist() == [-6.0, 5.0, 0.0]


def test_gradients_from_outside_of_the_shown_graph() -> None:
    found = steps(AB + "c = a * b\nL = c * 5 + a\nL.backward()\ndraw_dot(c)")
    assert found == [
        (F, "c", [("c", found[0][2][0][1], -6.0)]),
        (B, "", [("a", 0.0, 1.0), ("c", 0.0, 5.0)]),
        (B, "c", [("a", 1.0, -14.0), ("b", 0.0, 10.0)]),
    ]


def test_spans_of_steps() -> None:
    sheet = run_text("a = Value(2.0)\nL = a * a\nL.backward()\nfor p in [a]:\n  p.grad = 0.0")
    assert [step.span for step in sheet.steps] == [
        Span(2, 4, 2, 9), Span(3, 0, 3, 12), Span(3, 0, 3, 12), Span(5, 2, 5, 8),
    ]  # fmt: skip


# -- the steps lead to the real numbers -------------------------------------------------------------------------------


@settings(max_examples=300)
@given(st.integers(0, 2**32), st.sets(st.sampled_from(Bug), max_size=2))
def test_the_steps_lead_to_the_real_numbers(seed: int, bugs: set[Bug]) -> None:
    text = sound_program(random.Random(seed))
    try:
        sheet, values = sheet_and_values(text, frozenset(bugs))
    except ExpressionError:
        return
    state = state_at(sheet, len(sheet.steps))
    np.testing.assert_array_equal(state.data, [value.data for value in values])
    np.testing.assert_array_equal(state.grad, [value.grad for value in values])
    check_steps(sheet)
