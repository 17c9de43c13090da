"""Every figure of the first eight parts: derivatives, Values, backpropagation by hand and by the engine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.engine import Value
from core.errors import OperationError
from core.graph import topological_order


def exact(number: float) -> Any:
    """Equal to 1e-15 relative, which is what the syllabus asks of a figure unless it says less."""
    return pytest.approx(number, rel=1e-15, abs=0)


def single(number: float) -> float:
    """Rounded to single precision, and back to double."""
    return float(np.float32(number))


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
    assert (2.0 + 0.001) * -3.0 + 10.0 == exact(3.997)


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


# 4. Backpropagation by hand, example 2: a neuron

BIAS = 6.8813735870195432


def neuron(x1: float, x2: float, w1: float, w2: float, b: float) -> tuple[Value, dict[str, Value]]:
    numbers = {"x1": x1, "x2": x2, "w1": w1, "w2": w2, "b": b}
    leaves = {name: Value(number, label=name) for name, number in numbers.items()}
    x1w1 = leaves["x1"] * leaves["w1"]
    x2w2 = leaves["x2"] * leaves["w2"]
    both = x1w1 + x2w2
    n = both + leaves["b"]
    o = n.tanh()
    return o, {**leaves, "x1w1": x1w1, "x2w2": x2w2, "both": both, "n": n, "o": o}


def test_4_the_neuron() -> None:
    o, nodes = neuron(2.0, 0.0, -3.0, 1.0, BIAS)
    assert repr(nodes["n"].data).startswith("0.8813735870")
    assert o.data == exact(0.7071067811865477)
    o.backward()
    expected = {"o": 1.0, "n": 0.5, "b": 0.5, "both": 0.5, "x1w1": 0.5, "x2w2": 0.5}
    expected |= {"x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0}
    assert {name: node.grad for name, node in nodes.items()} == {name: exact(grad) for name, grad in expected.items()}
    assert nodes["n"].grad == exact(1 - math.tanh(nodes["n"].data) ** 2)


def test_4_w2_has_no_gradient_because_x2_is_0() -> None:
    assert neuron(2.0, 0.0, -3.0, 1.0, BIAS)[0].data == neuron(2.0, 0.0, -3.0, 99.0, BIAS)[0].data


# 5. Doing it automatically


def test_5_a_node_used_twice() -> None:
    a = Value(3.0)
    b = a + a
    b.backward()
    assert a.grad == 2.0


def test_5_a_node_used_by_two_others() -> None:
    a, b = Value(-2.0), Value(3.0)
    d, e = a * b, a + b
    f = d * e
    f.backward()
    assert (f.data, a.grad, b.grad) == (-6.0, -3.0, -8.0)


def local_derivatives(node: Value) -> list[float]:
    """∂node/∂operand of a sum or a product."""
    first, second = node._prev
    return [1.0, 1.0] if node._op == "+" else [second.data, first.data]


def overwriting_backward(root: Value) -> None:
    """The bug: `=` in place of `+=`."""
    root.grad = 1.0
    for node in reversed(topological_order(root)):
        for operand, local in zip(node._prev, local_derivatives(node) if node._prev else [], strict=True):
            operand.grad = local * node.grad


def hasty_backward(node: Value) -> None:
    """The bug: every gradient is handed on as soon as it arrives, with what had arrived before."""
    for operand, local in zip(node._prev, local_derivatives(node) if node._prev else [], strict=True):
        operand.grad += local * node.grad
        hasty_backward(operand)


def preorder_backward(node: Value, seen: set[int]) -> None:
    """The bug: each node acts once, but before all that depends on it has acted."""
    seen.add(id(node))
    for operand, local in zip(node._prev, local_derivatives(node) if node._prev else [], strict=True):
        operand.grad += local * node.grad
    for operand in node._prev:
        if id(operand) not in seen:
            preorder_backward(operand, seen)


def test_5_overwriting_loses_a_use() -> None:
    a = Value(3.0)
    overwriting_backward(a + a)
    assert a.grad == 1.0


def ordered_expression() -> tuple[Value, Value]:
    a = Value(3.0)
    b = 2 * a
    return a, b * (b + 1)


def test_5_the_order_matters() -> None:
    a, d = ordered_expression()
    d.backward()
    assert a.grad == 26.0


def test_5_handing_on_at_once_gives_40() -> None:
    a, d = ordered_expression()
    d.grad = 1.0
    hasty_backward(d)
    assert a.grad == 40.0


def test_5_preorder_gives_14() -> None:
    a, d = ordered_expression()
    d.grad = 1.0
    preorder_backward(d, set())
    assert a.grad == 14.0


def test_5_a_deep_graph_breaks_naive_recursion_and_not_the_engine() -> None:
    a = Value(1.0)
    total = a
    for _ in range(5000):
        total = total + 1.0
    total.grad = 1.0
    with pytest.raises(RecursionError):
        hasty_backward(total)
    a.grad = 0.0
    for node in topological_order(total):
        node.grad = 0.0
    total.backward()
    assert a.grad == 1.0


# 6. tanh taken apart


def test_6_tanh_by_exponentials_is_the_same_function() -> None:
    whole, by_name = neuron(2.0, 0.0, -3.0, 1.0, BIAS)
    whole.backward()
    _, parts = neuron(2.0, 0.0, -3.0, 1.0, BIAS)
    e = (2 * parts["n"]).exp()
    o = (e - 1) / (e + 1)
    o.backward()
    assert o.data == exact(0.7071067811865476)
    leaves = ["x1", "x2", "w1", "w2", "b"]
    assert [parts[name].grad for name in leaves] == [exact(number) for number in (-1.5, 0.5, 1.0, 0.0, 0.5)]
    assert [parts[name].grad for name in leaves] == [pytest.approx(by_name[name].grad, rel=2e-15) for name in leaves]


def test_6_tanh_by_exponentials_overflows_and_the_librarys_does_not() -> None:
    n = Value(400.0, label="n")
    assert n.tanh().data == 1.0
    with pytest.raises(OperationError, match="exp"):
        (2 * n).exp()


def test_6_swapped_signs_are_not_tanh() -> None:
    """A mistake printed in one account: (y² + 1)/(y² − 1) is 1/tanh."""
    x = Value(0.8)
    y = x.exp()
    wrong, right = (y**2 + 1) / (y**2 - 1), (y**2 - 1) / (y**2 + 1)
    assert right.data == pytest.approx(x.tanh().data, rel=1e-14)
    assert wrong.data == pytest.approx(1 / x.tanh().data, rel=1e-14)


# 7. A longer expression


def test_7_the_librarys_own_example() -> None:
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert f"{g.data:.4f} {a.grad:.4f} {b.grad:.4f}" == "24.7041 138.8338 645.5773"


# 8. A second engine agrees


def test_8_single_precision_is_the_whole_difference() -> None:
    o, nodes = neuron(2.0, 0.0, -3.0, 1.0, single(BIAS))
    o.backward()
    assert o.data == exact(0.7071066904050358)
    expected = {"x1": -1.5000003851533106, "w1": 1.0000002567688737, "x2": 0.5000001283844369, "w2": 0.0}
    assert {name: nodes[name].grad for name in expected} == {name: exact(number) for name, number in expected.items()}


def test_8_another_neuron_in_single_precision() -> None:
    assert single(0.7) == exact(0.699999988079071)
    o, nodes = neuron(*(single(number) for number in (0.5, 0.7, 0.0259, 0.1967, -0.7261)))
    o.backward()
    assert o.data == exact(-0.5193578553128438)
    expected = {
        "x1": 0.0189139266452323,
        "x2": 0.14364360605503948,
        "w1": 0.3651337090624216,
        "w2": 0.5111871839819242,
    }
    assert {name: nodes[name].grad for name in expected} == {name: exact(number) for name, number in expected.items()}
    assert repr(nodes["b"].grad).startswith("0.73026741812")


def test_8_a_longer_chain() -> None:
    a, b = Value(0.5001), Value(0.71)
    t1 = a * b
    t2 = t1 + b
    c = t2 + a
    d = c.tanh()
    d.backward()
    assert c.data == exact(1.5651709999999999)
    assert d.data == exact(0.9162542319535778)
    assert a.grad == exact(0.27441769195044236)
    assert b.grad == exact(0.24073332145898163)
    assert c.grad == exact(0.16047818242715928)


def test_8_a_neuron_in_four_digits() -> None:
    o, nodes = neuron(0.5, 0.7, -0.8194, 0.9692, 0.4034)
    o.backward()
    assert f"{o.data:.4f}" == "0.5864"
    printed = {name: f"{nodes[name].grad:.4f}" for name in ("x1", "x2", "w1", "w2", "b")}
    assert printed == {"x1": "-0.5377", "x2": "0.6359", "w1": "0.3281", "w2": "0.4593", "b": "0.6562"}
