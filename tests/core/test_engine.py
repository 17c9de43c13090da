"""Value: operands, operators, errors, deep graphs, and what is left behind (nothing)."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from core.engine import Value, operation_of
from core.errors import ChainruleError, OperationError
from core.ops import OPS

CHAIN = 100_000


@pytest.fixture
def no_collector() -> Iterator[None]:
    """The cycle collector out of the way, nothing left for it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def living_values() -> int:
    return sum(1 for thing in gc.get_objects() if type(thing) is Value)


def with_every_operation(x: Value, y: Value) -> Value:
    """A scalar that every operation of the table has a part in."""
    near = (x * 0.1).tanh() + (y * 0.1).sigmoid() + (x - y).relu() + (x * y).leaky_relu(0.1) + x.softplus()
    far = x.sin() + y.cos() + x.abs() + x.max(y) + x.min(2.0) + (x * 0.1).exp()
    roots = (x**2 + 1).log() + (y**2 + 1).sqrt() + (x**2 + 1) ** y + 3 / (y**2 + 1)
    return near * far - roots


# Structure


def test_operands_keep_order_and_multiplicity() -> None:
    a, b = Value(2.0), Value(3.0)
    assert (b * a)._prev == (b, a)
    assert (a + a)._prev == (a, a)
    assert Value(1.0, [a, b, a])._prev == (a, b, a)
    assert a.tanh()._prev == (a,)
    assert (a**b)._prev == (a, b)
    assert (a**2)._prev == (a,)


def test_symbols_are_the_lectures() -> None:
    a = Value(0.5)
    assert [node._op for node in (a + a, a * a, a**2, a**-1, a.tanh(), a.exp(), a.relu(), a)] == [
        *("+", "*", "**2", "**-1", "tanh", "exp", "relu", "")
    ]


def test_repr_shows_the_data() -> None:
    assert repr(Value(2)) == "Value(data=2.0)"
    assert repr(Value(1) / 3) == f"Value(data={1 / 3})"


def test_name_is_another_name_of_label() -> None:
    a = Value(1.0, label="a")
    assert a.name == "a"
    a.name = "x"
    assert a.label == "x"


def test_data_is_a_float_whatever_it_is_made_from() -> None:
    for number in (2, True, np.float32(2.0), np.int64(2), "2.5"):
        assert type(Value(number).data) is float  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Value(1j)  # type: ignore[arg-type]


def test_operation_of() -> None:
    a = Value(2.0)
    assert operation_of(a) is None
    for name, operation in OPS.items():
        made = {"add": a + 1, "mul": a * 1, "power": a**2, "pow": a**a, "max": a.max(1), "min": a.min(1)}
        node = made[name] if name in made else getattr(a, name)()
        assert operation_of(node) is operation


# Operators


@pytest.mark.parametrize(
    ("made", "data", "grad"),
    [
        (lambda a: a + 3, 5.0, 1.0),
        (lambda a: 3 + a, 5.0, 1.0),
        (lambda a: a - 3, -1.0, 1.0),
        (lambda a: 3 - a, 1.0, -1.0),
        (lambda a: a * 3, 6.0, 3.0),
        (lambda a: 3 * a, 6.0, 3.0),
        (lambda a: a / 4, 0.5, 0.25),
        (lambda a: 4 / a, 2.0, -1.0),
        (lambda a: -a, -2.0, -1.0),
        (lambda a: a**3, 8.0, 12.0),
        (lambda a: 3**a, 9.0, 9.0 * math.log(3.0)),
        (lambda a: a**a, 4.0, 4.0 * (1 + math.log(2.0))),
        (lambda a: abs(-a), 2.0, 1.0),
        (lambda a: a.max(1), 2.0, 1.0),
        (lambda a: a.min(1), 1.0, 0.0),
        (lambda a: sum([a, a, 1]), 5.0, 2.0),
        (lambda a: np.float64(3.0) * a, 6.0, 3.0),
        (lambda a: a * np.float32(3.0), 6.0, 3.0),
    ],
)
def test_operators_with_numbers_on_either_side(made: Callable[[Value], Value], data: float, grad: float) -> None:
    a = Value(2.0)
    out = made(a)
    out.backward()
    assert isinstance(out, Value)
    assert (out.data, a.grad) == (pytest.approx(data), pytest.approx(grad))


# Errors that a person can cause


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda x: Value(-1.0, label="base") ** 0.5, r"\(base = -1.0\) \*\* 0.5: .*no real power"),
        (
            lambda x: Value(-1.0, label="base") ** Value(0.5, label="n"),
            r"\(base = -1.0\) \*\* n = 0.5: .*no real power",
        ),
        (lambda x: Value(-1.0) ** 0.5, r"^-1.0 \*\* 0.5: "),
        (lambda x: x.log(), r"log\(x = 0.0\): .*domain"),
        (lambda x: 1 / x, r"\(x = 0.0\) \*\* -1.0: .*divides by zero"),
        (lambda x: Value(1.0) / x, r"\(x = 0.0\) \*\* -1.0: .*divides by zero"),
        (lambda x: (x + 1) / 0, r"0.0 \*\* -1.0: .*divides by zero"),
        (lambda x: (x + 710).exp(), r"exp\(710.0\): .*larger than a float"),
        (lambda x: Value(1000.0, label="big").exp(), r"exp\(big = 1000.0\): .*larger than a float"),
        (lambda x: Value(1e200, label="big") ** 2, r"\(big = 1e\+200\) \*\* 2.0: .*larger than a float"),
        (lambda x: Value(-2.0, label="m").sqrt(), r"sqrt\(m = -2.0\): .*domain"),
        (lambda x: Value(math.inf, label="i").sin(), r"sin\(i = inf\): .*domain"),
    ],
)
def test_outside_its_domain_an_operation_says_what_is_wrong(wrong: Callable[[Value], Value], says: str) -> None:
    with pytest.raises(OperationError, match=says) as caught:
        wrong(Value(0.0, label="x"))
    assert isinstance(caught.value, ChainruleError)
    assert isinstance(caught.value, ArithmeticError)
    assert "\n" not in str(caught.value)


# Backward


def test_gradients_accumulate_until_they_are_set_to_zero() -> None:
    a = Value(3.0)
    (a * a).backward()
    (a * 2).backward()
    assert a.grad == 8.0
    a.grad = 0.0
    (a * 2).backward()
    assert a.grad == 2.0


def test_backward_by_hand_node_by_node() -> None:
    a, b = Value(2.0), Value(-3.0)
    e = a * b
    o = e.tanh()
    o.grad = 1.0
    o._backward()
    assert (e.grad, a.grad) == (1 - o.data**2, 0.0)
    e._backward()
    assert (a.grad, b.grad) == (-3.0 * e.grad, 2.0 * e.grad)
    a._backward()  # a leaf has nobody to hand it to


def test_an_operation_of_ones_own() -> None:
    x = Value(2.0, label="x")
    cube = Value(x.data**3, (x,), "cube")

    def rule() -> None:
        x.grad += 3 * x.data**2 * cube.grad

    cube._backward = rule
    assert cube._backward is rule
    assert operation_of(cube) is None
    (cube * 2).backward()
    assert x.grad == 24.0


def test_the_installed_rule_can_be_replaced() -> None:
    a = Value(3.0)
    b = a * 2
    b._backward = lambda: setattr(a, "grad", 99.0)
    b.backward()
    assert a.grad == 99.0


def test_a_long_chain_runs_backward_and_is_freed(no_collector: None) -> None:
    before = living_values()
    a = Value(1.0)
    node = a
    for _ in range(CHAIN):
        node = node + a
    node.backward()
    assert node.data == a.grad == CHAIN + 1
    assert living_values() == before + CHAIN + 1
    del node
    assert living_values() == before + 1


def test_a_long_chain_of_every_kind_of_step(no_collector: None) -> None:
    a = Value(0.5)
    node = a
    for i in range(CHAIN // 10):
        node = (node * 0.9 + 0.05).tanh() if i % 2 else (node**2 + 0.25).sqrt()
    node.backward()
    assert math.isfinite(a.grad)


def test_nothing_is_left_for_the_cycle_collector(no_collector: None) -> None:
    before = living_values()
    x, y = Value(0.7), Value(-0.4)
    out = with_every_operation(x, y)
    out.backward()
    assert x.grad != 0.0 and y.grad != 0.0
    del out, x, y
    assert living_values() == before
    assert gc.collect() == 0


def test_every_operation_backward_by_central_difference() -> None:
    x, y, h = Value(0.7), Value(-0.4), 1e-6
    with_every_operation(x, y).backward()

    def at(a: float, b: float) -> float:
        return with_every_operation(Value(a), Value(b)).data

    assert x.grad == pytest.approx((at(0.7 + h, -0.4) - at(0.7 - h, -0.4)) / (2 * h), rel=1e-8)
    assert y.grad == pytest.approx((at(0.7, -0.4 + h) - at(0.7, -0.4 - h)) / (2 * h), rel=1e-8)
