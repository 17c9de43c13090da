"""Value: a number that remembers where it came from. The lecture's object, eager, readable in one sitting.

    a = Value(2.0, label="a")
    b = Value(-3.0, label="b")
    L = (a * b + 10) * -2
    L.backward()            # a.grad is now dL/da

Names and behaviour are those of micrograd (MIT, Andrej Karpathy), so that cells of a learner's notebook run with the
import line changed. No node holds a closure and none refers to its own result, so that a graph that is dropped is
freed at once, without the cycle collector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

from core.errors import OperationError
from core.graph import topological_order
from core.ops import OPS, Operation
from core.words import tr


class Number(Protocol):
    """Whatever float() takes: int, float, NumPy's scalars."""

    def __float__(self) -> float: ...


class Value:
    """A scalar with its gradient and its operands.

    `data` is the number, `grad` the derivative of the value that `backward()` was called on with respect to this one
    (0.0 before). `_prev` holds the operands in order, `_op` the symbol of the operation, empty for a leaf.
    """

    __slots__ = ("_constant", "_op", "_prev", "_pull", "data", "grad", "label")

    def __init__(self, data: Number, _children: Iterable[Value] = (), _op: str = "", label: str = "") -> None:
        self.data: float = float(data)
        self.grad: float = 0.0
        self.label = label
        self._prev: tuple[Value, ...] = tuple(_children)
        self._op = _op
        self._constant: float | None = None
        self._pull: Callable[[Value], None] | None = None

    def __repr__(self) -> str:
        return f"Value(data={self.data})"

    @property
    def name(self) -> str:
        """Another name of `label`."""
        return self.label

    @name.setter
    def name(self, text: str) -> None:
        self.label = text

    @property
    def _backward(self) -> Callable[[], None]:
        """Hands this node's gradient on to its operands, once. Assign a function to define an operation of your own."""
        if self._pull is None:
            return _nothing
        if isinstance(self._pull, _OwnRule):
            return self._pull.rule
        return partial(self._pull, self)

    @_backward.setter
    def _backward(self, rule: Callable[[], None]) -> None:
        self._pull = _OwnRule(rule)

    def backward(self) -> None:
        """Set `grad` of this value to 1 and add to the gradient of everything it depends on, last node first.

        Gradients accumulate: set them to zero before a second call.
        """
        order = topological_order(self)
        self.grad = 1.0
        for node in reversed(order):
            if node._pull is not None:
                node._pull(node)

    def __add__(self, other: Value | Number) -> Value:
        if other.__class__ is not Value:
            other = _value(other)
        return _node(self.data + other.data, (self, other), "+", _pull_add)

    def __mul__(self, other: Value | Number) -> Value:
        if other.__class__ is not Value:
            other = _value(other)
        return _node(self.data * other.data, (self, other), "*", _pull_mul)

    def __pow__(self, other: Value | Number) -> Value:
        if isinstance(other, Value):
            return _apply(_POW, (self, other))
        return _apply(_POWER, (self,), float(other))

    def __rpow__(self, other: Number) -> Value:
        return _value(other) ** self

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Value | Number) -> Value:
        return self + (-other)  # type: ignore[operator]

    def __truediv__(self, other: Value | Number) -> Value:
        return self * _value(other) ** -1

    def __radd__(self, other: Number) -> Value:
        return self + other

    def __rmul__(self, other: Number) -> Value:
        return self * other

    def __rsub__(self, other: Number) -> Value:
        return _value(other) + (-self)

    def __rtruediv__(self, other: Number) -> Value:
        return _value(other) * self**-1

    def tanh(self) -> Value:
        return _apply(OPS["tanh"], (self,))

    def exp(self) -> Value:
        return _apply(OPS["exp"], (self,))

    def log(self) -> Value:
        """The natural logarithm."""
        return _apply(OPS["log"], (self,))

    def sqrt(self) -> Value:
        return _apply(OPS["sqrt"], (self,))

    def sigmoid(self) -> Value:
        return _apply(OPS["sigmoid"], (self,))

    def relu(self) -> Value:
        return _apply(OPS["relu"], (self,))

    def leaky_relu(self, slope: float = 0.01) -> Value:
        return _apply(OPS["leaky_relu"], (self,), float(slope))

    def softplus(self) -> Value:
        """ln(1 + eˣ)."""
        return _apply(OPS["softplus"], (self,))

    def sin(self) -> Value:
        return _apply(OPS["sin"], (self,))

    def cos(self) -> Value:
        return _apply(OPS["cos"], (self,))

    def abs(self) -> Value:
        return _apply(OPS["abs"], (self,))

    def __abs__(self) -> Value:
        return self.abs()

    def logsumexp(self, *others: Value | Number) -> Value:
        """ln(eᵃ + eᵇ + …) of this value and the others, from the largest of them, so that nothing overflows."""
        return logsumexp([self, *others])

    def max(self, other: Value | Number) -> Value:
        """The larger of the two; a tie shares the gradient half and half."""
        return _apply(OPS["max"], (self, _value(other)))

    def min(self, other: Value | Number) -> Value:
        """The smaller of the two; a tie shares the gradient half and half."""
        return _apply(OPS["min"], (self, _value(other)))


def logsumexp(values: Iterable[Value | Number]) -> Value:
    """ln Σ eᵛ of any number of values, as one operation; its gradient is their softmax. Raises ValueError for none."""
    operands = tuple(_value(value) for value in values)
    if not operands:
        raise ValueError("logsumexp needs at least one value")
    return _apply(OPS["logsumexp"], operands)


class _OwnRule:
    """A backward rule that somebody assigned to a node; called without arguments, as the lecture writes it."""

    __slots__ = ("rule",)

    def __init__(self, rule: Callable[[], None]) -> None:
        self.rule = rule

    def __call__(self, node: Value) -> None:
        self.rule()


_POW = OPS["pow"]
_POWER = OPS["power"]
_new = Value.__new__


def _nothing() -> None:
    """A leaf has nobody to hand its gradient to."""


def _value(number: Value | Number) -> Value:
    return number if isinstance(number, Value) else Value(number)


def _node(data: float, operands: tuple[Value, ...], op: str, pull: Callable[[Value], None]) -> Value:
    """A Value without the checks of the constructor, for the two operations that a network is made of."""
    node = _new(Value)
    node.data = data
    node.grad = 0.0
    node.label = ""
    node._prev = operands
    node._op = op
    node._constant = None
    node._pull = pull
    return node


def _apply(operation: Operation, operands: tuple[Value, ...], constant: float | None = None) -> Value:
    """Run an operation of the table. Raises OperationError outside its domain."""
    numbers = [operand.data for operand in operands]
    if constant is not None:
        numbers.append(constant)
    try:
        data = operation.forward(*numbers)
    except (ValueError, ZeroDivisionError, OverflowError) as reason:
        raise OperationError(_complaint(operation, operands, constant, reason)) from reason
    node = _node(data, operands, operation.symbol_for(constant), _PULLS[operation.name])
    node._constant = constant
    return node


def _complaint(operation: Operation, operands: tuple[Value, ...], constant: float | None, reason: Exception) -> str:
    """One sentence: the operation, its operands by label and value, and what is wrong."""
    shown = [f"{operand.label} = {operand.data!r}" if operand.label else repr(operand.data) for operand in operands]
    if operation.name in ("power", "pow"):
        exponent = repr(constant) if constant is not None else shown[1]
        call = f"{shown[0] if operands[0].label == '' else f'({shown[0]})'} ** {exponent}"
    else:
        call = f"{operation.name}({', '.join(shown)})"
    if isinstance(reason, OverflowError):
        return tr("{call}: the result is larger than a float can hold.", call=call)
    if isinstance(reason, ZeroDivisionError):
        return tr("{call}: this divides by zero.", call=call)
    if operation.name in ("power", "pow"):
        return tr("{call}: a negative number has no real power with a fractional exponent.", call=call)
    return tr("{call}: the operand is outside the operation's domain.", call=call)


def _pull_add(node: Value) -> None:
    a, b = node._prev
    grad = node.grad
    a.grad += grad
    b.grad += grad


def _pull_mul(node: Value) -> None:
    a, b = node._prev
    grad = node.grad
    a.grad += b.data * grad
    b.grad += a.data * grad


def _pull_by_table(operation: Operation, node: Value) -> None:
    """The general rule: operand.grad += local derivative × upstream gradient."""
    numbers: list[Any] = [operand.data for operand in node._prev]
    if operation.has_constant:
        numbers.append(node._constant)
    locals_ = operation.partials(*numbers, node.data)
    for operand, local in zip(node._prev, locals_, strict=True):
        operand.grad += local * node.grad


_PULLS: dict[str, Callable[[Value], None]] = {
    **{name: partial(_pull_by_table, operation) for name, operation in OPS.items()},
    "add": _pull_add,
    "mul": _pull_mul,
}


_OPERATIONS: dict[Callable[[Value], None], Operation] = {pull: OPS[name] for name, pull in _PULLS.items()}


def operation_of(node: Value) -> Operation | None:
    """The table's entry behind a node; None for a leaf and for operations defined outside the table."""
    return None if node._pull is None else _OPERATIONS.get(node._pull)
