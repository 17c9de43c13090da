from __future__ import annotations

from dataclasses import replace

import pytest

from core.expression.knobs import FixedSource, fixed_sources, knobs_of, result_of, stepped, why_no_step, with_backward
from core.expression.literals import literal_text
from core.expression.loop_text import backward_line
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
    moved = stepped(run_text(EXAMPLE), 0.01)
    assert {name: literal_text(number) for name, number in moved.items()} == {
        "a": "2.06", "b": "-3.04", "c": "9.98", "f": "-1.96",
    }  # fmt: skip


def test_a_number_that_several_leaves_start_from_moves_by_the_sum() -> None:
    sheet = run_text("a = Value(3.0)\nb = a * a\nb.backward()")
    literal = knobs_of(sheet)[0].literal
    twice = (Leaf(0, "a", 3.0, literal), Leaf(1, "b", 3.0, literal), Leaf(1, "c", 1.0, None))
    shared = replace(sheet, leaves=twice)  # as if the text used one number for two leaves
    (knob,) = knobs_of(shared)
    assert (knob.address, knob.nodes) == ("a", (0, 1))
    assert knob.gradient(state_at(sheet, len(sheet.steps)).grad) == 6.0 + 1.0
    assert stepped(shared, 0.1) == {"a": pytest.approx(3.7)}


def test_a_number_without_a_name_is_called_by_its_line() -> None:
    knobs = knobs_of(run_text("a = Value(3.0)\nb = a + 2"))
    assert [(knob.name, knob.short, knob.value) for knob in knobs] == [
        ("a", "a", 3.0),
        ("2 in line 2", "2 (line 2)", 2.0),
    ]


def test_leaves_without_a_literal_are_told_by_the_code_that_made_them() -> None:
    sheet = run_text("x = Value(0.5)\nn = MLP(3, [4, 4, 1])\no = n([x, x, x])")
    assert [knob.name for knob in knobs_of(sheet)] == ["x"]
    assert fixed_sources(sheet) == (FixedSource("MLP(3, [4, 4, 1])", 41, 41),)


@pytest.mark.parametrize(
    ("code", "count", "made"), [("Layer(2, 3)", 3, 9), ("Neuron(2)", 3, 3), ("MLP(2, [3, 2])", 13, 17)]
)
def test_of_a_network_it_is_told_how_many_parameters_it_has(code: str, count: int, made: int) -> None:
    output = "n([x, y])" if code.startswith("Neuron") else "n([x, y])[0]"
    sheet = run_text(f"x, y = Value(1.0), Value(2.0)\nn = {code}\no = {output} * 2")
    assert FixedSource(code, count, made) in fixed_sources(sheet)


def test_sizes_that_are_no_numbers_are_not_counted() -> None:
    sheet = run_text("k = 2\nx, y = Value(1.0), Value(2.0)\nn = Layer(k, 3)\no = n([x, y])[0] * 2")
    assert FixedSource("Layer(k, 3)", 3, None) in fixed_sources(sheet)


@pytest.mark.parametrize(
    ("text", "size", "written"),
    [
        ("a = Value(2.0603538)\nL = a * a\nL.backward()", 0.0123456, "2.1112264"),  # steps do not add digits
        ("a = Value(0.8813735870195432)\nL = a + 1\nL.backward()", 0.01, "0.8913735870195432"),  # as it was written
        ("a = Value(2.0)\nL = a + 1\nL.backward()", 1e-9, "2.000000001"),  # a small step is a step
        ("a = Value(-3.0)\nL = a + 3\nL.backward()", 3.0, "0.0"),
    ],
)
def test_a_step_writes_no_more_digits_than_tell_it(text: str, size: float, written: str) -> None:
    assert literal_text(stepped(run_text(text), size)["a"]) == written


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


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("n = Layer(2, 3)\nouts = n([2.0, 3.0])", "outs[-1]"),
        ("n = Layer(2, 1)\nout = n([2.0, 3.0])", "out"),
        ("a = 2.0\nb = a * 3\nc = b", "b"),
        ("a = 2.0\nb = a * 3\nb = 4.0", ""),
        ("def f(x):\n  y = x * 2\n  return y\na = Value(3.0)\nf(a)", ""),
        ("a = Value(3.0)\nys = [a * 2, a * 3]\nys.append(a * 4)\nys[1].backward()", ""),
    ],
)
def test_the_end_is_called_as_the_text_can_call_it(text: str, end: str) -> None:
    sheet = run_text(text)
    assert sheet.end == end
    offered = with_backward(sheet)
    assert (offered and offered[0]) == (f"{end}.backward()" if end else None)
    assert backward_line(sheet) == (f"{end}.backward()" if end else "")
    if end:
        assert run_text(f"{text}\n{end}.backward()").has_backward


def test_a_result_without_a_name_has_no_such_line() -> None:
    assert with_backward(run_text("Value(2.0) * 3")) is None
