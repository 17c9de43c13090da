"""Every figure of parts 1 to 3: derivatives, Values, and backpropagation through one expression."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.engine import Value
from core.graph import topological_order


def exact(number: float) -> Any:
    """Equal to 1e-15 relative, which is what the syllabus asks of a figure unless it says less."""
    return pytest.approx(number, rel=1e-15, abs=0)


# 1. What a derivative is


def parabola(x: float) -> float:
    return 3 * x**2 - 4 * x + 5


def slope(x: float, h: float) -> float:
    return (parabola(x + h) - parabola(x)) / h


def test_1_the_parabola_and_its_plot() -> None:
    xs = np.arange(-5, 5, 0.25)
    assert parabola(3.0) == 20.0
    assert len(xs) == 40
    assert parabola(xs[0]) == 100.0
    assert xs[-1] == 4.75
    assert parabola(xs[-1]) == 53.6875


@pytest.mark.parametrize(
    ("x", "h", "printed"),
    [
        (3.0, 1e-8, "14.00000009255109"),
        (3.0, 1e-12, "14.001244608152774"),
        (2 / 3, 0.001, "0.0029999999995311555"),
    ],
)
def test_1_the_numerical_slope_prints(x: float, h: float, printed: str) -> None:
    assert repr(slope(x, h)) == printed


def test_1_the_slope_is_14_at_3_and_0_at_two_thirds() -> None:
    assert slope(3.0, 1e-6) == pytest.approx(14, abs=1e-5)
    assert slope(2 / 3, 1e-8) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("nudged", "h", "printed"),
    [
        ("a", 0.001, "-3.0000000000001137"),
        ("a", 0.0001, "-3.000000000010772"),
        ("b", 0.0001, "2.0000000000042206"),
        ("c", 0.0001, "0.9999999999976694"),
    ],
)
def test_1_nudging_one_of_several_inputs_prints(nudged: str, h: float, printed: str) -> None:
    numbers = {"a": 2.0, "b": -3.0, "c": 10.0}
    d1 = numbers["a"] * numbers["b"] + numbers["c"]
    numbers[nudged] += h
    d2 = numbers["a"] * numbers["b"] + numbers["c"]
    assert d1 == 4.0
    assert repr((d2 - d1) / h) == printed


def test_1_a_nudge_of_a_takes_d_from_4_to_3_997() -> None:
    d = (2.0 + 0.001) * -3.0 + 10.0
    assert d == exact(3.997)


# 2. Value


def test_2_a_value_has_what_the_lecture_gives_it() -> None:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    d = a * b + Value(10.0, label="c")
    assert (a.data, a.grad, a._prev, a._op, a.label) == (2.0, 0.0, (), "", "a")
    assert repr(d) == "Value(data=4.0)"
    assert d._op == "+"
    assert [operand.data for operand in d._prev] == [-6.0, 10.0]
    assert d._prev[0]._prev == (a, b)
    assert repr(Value(6.0, (a, b), "*", "e")) == "Value(data=6.0)"


def test_2_plain_numbers_on_either_side() -> None:
    a = Value(4.0)
    assert [(2 * a).data, (1 + a).data, (10 / a).data, (1 - a).data] == [8.0, 5.0, 2.5, -3.0]
    assert [(a * 2).data, (a + 1).data, (a / 10).data, (a - 1).data] == [8.0, 5.0, 0.4, 3.0]
    assert sum([a, a, Value(1.0)]).data == 9.0


def test_2_compositions_are_the_lectures() -> None:
    a, b = Value(3.0), Value(4.0)
    difference = a - b
    assert difference._op == "+"
    assert difference._prev[1]._op == "*"
    assert difference._prev[1]._prev[0] is b
    assert difference._prev[1]._prev[1].data == -1.0
    quotient = a / b
    assert quotient._op == "*"
    assert quotient._prev[1]._op == "**-1"
    assert (-a)._op == "*"


def test_2_all_gradients_are_0_before_backward() -> None:
    a = Value(2.0)
    L = (a * 3 + 1).tanh()  # noqa: N806  the lecture's letter
    assert {node.grad for node in topological_order(L)} == {0.0}


# 3. Backpropagation by hand, example 1


def lecture_expression() -> dict[str, Value]:
    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
    e = a * b
    d = e + c
    f = Value(-2.0, label="f")
    return {"a": a, "b": b, "c": c, "e": e, "d": d, "f": f, "L": d * f}


def lecture_number(**nudges: float) -> float:
    """L with some of its nodes moved by so much."""
    a, b, c = 2.0 + nudges.get("a", 0), -3.0 + nudges.get("b", 0), 10.0 + nudges.get("c", 0)
    e = a * b + nudges.get("e", 0)
    d = e + c + nudges.get("d", 0)
    return d * (-2.0 + nudges.get("f", 0)) + nudges.get("L", 0)


GRADIENTS_3 = {"L": 1.0, "d": -2.0, "f": 4.0, "c": -2.0, "e": -2.0, "a": 6.0, "b": -4.0}


def test_3_values_and_gradients() -> None:
    nodes = lecture_expression()
    assert (nodes["e"].data, nodes["d"].data, nodes["L"].data) == (-6.0, 4.0, -8.0)
    nodes["L"].backward()
    assert {name: nodes[name].grad for name in GRADIENTS_3} == GRADIENTS_3


@pytest.mark.parametrize("name", list(GRADIENTS_3))
def test_3_each_gradient_is_what_a_nudge_finds(name: str) -> None:
    h = 1e-4
    assert (lecture_number(**{name: h}) - lecture_number()) / h == pytest.approx(GRADIENTS_3[name], abs=1e-9)


def test_3_the_nudge_of_c_prints() -> None:
    h = 0.0001
    assert repr((lecture_number(c=h) - lecture_number()) / h) == "-1.9999999999953388"


def test_3_one_step_upward() -> None:
    nodes = lecture_expression()
    nodes["L"].backward()
    for name in "abcf":
        nodes[name].data += 0.01 * nodes[name].grad
    e = nodes["a"] * nodes["b"]
    L = (e + nodes["c"]) * nodes["f"]  # noqa: N806
    assert f"{L.data:.6f}" == "-7.286496"


def test_3_a_second_backward_does_not_simply_double() -> None:
    nodes = lecture_expression()
    nodes["L"].backward()
    nodes["L"].backward()
    found = {name: node.grad for name, node in nodes.items()}
    assert found == {"L": 1.0, "d": -4.0, "f": 8.0, "c": -6.0, "e": -6.0, "a": 24.0, "b": -16.0}
