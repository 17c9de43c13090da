"""The bug lab's switches, and backpropagation with them: what every learner gets wrong once.

Every bug does to a graph of Values what the wrong line does in the lecture's code. Bugs combine as the wrong lines
would: two passes without an order are two walks without an order, and so on. Where two cannot be together (EXCLUSIVE),
the window switches one off; here NO_BACKWARD counts before all others and NAIVE before PREORDER.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from core.engine import Value, operation_of
from core.errors import ChainruleError, OperationError
from core.graph import topological_order
from core.ops import OPS
from core.words import mark, tr

MAX_PASSES = 100_000  # of naive recursion, whose number can double with every operation
_COUNT_TO = 10**15  # paths are not counted beyond it
_ADD, _MUL = OPS["add"], OPS["mul"]


class Bug(Enum):
    """One mistake. The value is its name in files."""

    OVERWRITE = "overwrite"  # `=` instead of `+=`
    NO_ZERO = "no-zero"  # gradients are never set to zero
    TWICE = "twice"  # two backward passes
    PREORDER = "preorder"  # no topological order: each node visited once, in preorder
    NAIVE = "naive"  # no topological order: every gradient handed on as soon as it arrives
    NO_BACKWARD = "no-backward"  # drawn before backward
    WRONG_SIGN = "wrong-sign"  # the update goes uphill
    TANH_SIGNS = "tanh-signs"  # tanh written as (y² + 1)/(y² − 1)
    NOT_INSTALLED = "not-installed"  # the backward function of tanh is never installed
    NEGATION_LOOP = "negation-loop"  # negation written as `return -self`
    NO_RADD = "no-radd"  # no reflected addition: 0 + Value fails, and with it sum()


Bugs = frozenset[Bug]
NO_BUGS: Bugs = frozenset()

# Those that change what a backward pass finds; the others concern what stands around it.
IN_GRADIENTS = frozenset(
    {Bug.OVERWRITE, Bug.TWICE, Bug.PREORDER, Bug.NAIVE, Bug.NO_BACKWARD, Bug.TANH_SIGNS, Bug.NOT_INSTALLED}
)

# A run to compare gradients with keeps this one: it leads to other weights, where every gradient is right.
KEEPS_GRADIENTS_TRUE = frozenset({Bug.WRONG_SIGN})

_NOTHING_TO_SEE = mark("Without a backward pass there is nothing in which the other mistake could show.")
EXCLUSIVE: dict[frozenset[Bug], str] = {
    frozenset({Bug.PREORDER, Bug.NAIVE}): mark("Each of them puts another order in the place of the right one."),
    **{
        frozenset({Bug.NO_BACKWARD, other}): _NOTHING_TO_SEE
        for other in (Bug.OVERWRITE, Bug.TWICE, Bug.PREORDER, Bug.NAIVE, Bug.NOT_INSTALLED, Bug.NO_ZERO, Bug.WRONG_SIGN)
    },
}


class BugError(ChainruleError):
    """A bug that makes the program stop: what Python would say, or a graph on which it would never end."""


class Pass(NamedTuple):
    """One node handed its gradient on. `parts` is empty where it had nothing to hand it on with."""

    node: Value
    parts: tuple[tuple[Value, int, float, float, float, float], ...]
    # operand, its position, upstream, local, gradient before, gradient after


def switched(bugs: Bugs, bug: Bug, on: bool) -> Bugs:
    """The bugs with one more or one less; those that cannot be together with the new one go."""
    if not on:
        return bugs - {bug}
    return frozenset(other for other in bugs if frozenset({bug, other}) not in EXCLUSIVE) | {bug}


def backward(root: Value, bugs: Bugs = NO_BUGS) -> list[Pass]:
    """`root.backward()`, told pass by pass; with bugs, as they would do it.

    Raises BugError, before any gradient changes, where naive recursion would take more than MAX_PASSES.
    """
    if Bug.NO_BACKWARD in bugs:
        return []
    order = acting_order(root, bugs)
    passes = []
    for _ in range(pass_count(bugs)):
        root.grad = 1.0
        passes += [hand_on(node, bugs) for node in order]
    return passes


def hand_on(node: Value, bugs: Bugs = NO_BUGS) -> Pass:
    """`node._backward()`, told: every operand's gradient grows by local · upstream."""
    operation = operation_of(node)
    if operation is None:
        return _own_rule(node, bugs)
    upstream = node.grad
    locals_: Sequence[float]
    if bugs and (Bug.NO_BACKWARD in bugs or (Bug.NOT_INSTALLED in bugs and operation.name == "tanh")):
        return Pass(node, ())
    if operation is _ADD:
        locals_ = 1.0, 1.0
    elif operation is _MUL:
        a, b = node._prev
        locals_ = b.data, a.data
    else:
        numbers = [operand.data for operand in node._prev]
        if operation.has_constant and node._constant is not None:
            numbers.append(node._constant)
        locals_ = operation.partials(*numbers, node.data)
    overwrite = bool(bugs) and Bug.OVERWRITE in bugs
    parts = []
    for position, operand in enumerate(node._prev):
        local = locals_[position]
        before = operand.grad
        operand.grad = after = local * upstream if overwrite else before + local * upstream
        parts.append((operand, position, upstream, local, before, after))
    return Pass(node, tuple(parts))


def _own_rule(node: Value, bugs: Bugs) -> Pass:
    """A rule that somebody wrote runs as it is written; what it did is read off its operands."""
    if node._pull is None or Bug.NO_BACKWARD in bugs:
        return Pass(node, ())
    before = [operand.grad for operand in node._prev]
    upstream = node.grad
    node._backward()
    parts, told = [], set[int]()
    for position, (operand, old) in enumerate(zip(node._prev, before, strict=True)):
        start = operand.grad if id(operand) in told else old  # of an operand used twice all is told at once
        parts.append((operand, position, upstream, math.nan, start, operand.grad))
        told.add(id(operand))
    return Pass(node, tuple(parts))


# -- in which order ---------------------------------------------------------------------------------------------------


def pass_count(bugs: Bugs) -> int:
    """How often the graph is gone through."""
    return 0 if Bug.NO_BACKWARD in bugs else 2 if Bug.TWICE in bugs else 1


def acting_order(root: Value, bugs: Bugs) -> list[Value]:
    """The nodes in the order in which they hand on. Raises BugError where naive recursion would not end soon."""
    order = topological_order(root)
    operands = attrgetter("_prev")
    if Bug.NAIVE in bugs:
        check_paths(order, operands, MAX_PASSES)
        found = every_path(root, operands)
    else:
        found = preorder(root, operands) if Bug.PREORDER in bugs else order[::-1]
    return [node for node in found if node._pull is not None]


def preorder[Node](root: Node, operands: Callable[[Node], Sequence[Node]]) -> list[Node]:
    """Every node once, before its operands, operands left to right: the order of a recursion that marks and acts."""
    order, seen, stack = [], set[Node](), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack += reversed(operands(node))
    return order


def every_path[Node](root: Node, operands: Callable[[Node], Sequence[Node]]) -> list[Node]:
    """Every node once for each path that leads to it: a recursion that acts and then goes on to each operand."""
    order, stack = [], [root]
    while stack:
        node = stack.pop()
        order.append(node)
        stack += reversed(operands(node))
    return order


def check_paths[Node](order: Sequence[Node], operands: Callable[[Node], Sequence[Node]], most: int) -> None:
    """Raises BugError if from the last node of a topological order there are more than `most` paths to operations."""
    paths = dict.fromkeys(order, 0)
    paths[order[-1]] = 1
    total = 0
    for node in reversed(order):
        used = operands(node)
        total = min(total + (paths[node] if used else 0), _COUNT_TO)
        for operand in used:
            paths[operand] = min(paths[operand] + paths[node], _COUNT_TO)
    if total > most:
        number = f"{total:,}" if total < _COUNT_TO else tr("more than {count}", count=f"{_COUNT_TO:,}")
        raise BugError(
            tr(
                "Without an order every path through the graph is walked for itself: {number} steps here, and no "
                "more than {most} are done. Take a smaller graph, or switch this bug off.",
                number=number,
                most=f"{most:,}",
            )
        )


# -- forwards, and around the backward pass ---------------------------------------------------------------------------


def tanh_of(value: Value, bugs: Bugs = NO_BUGS) -> Value:
    """`value.tanh()`, with TANH_SIGNS as the wrong formula has it.

    The local derivative 1 − out² then is that of the wrong function. Raises OperationError where it cannot be computed.
    """
    out = value.tanh()
    if Bug.TANH_SIGNS in bugs:
        try:
            out.data = _wrong_tanh(value.data)
        except (ZeroDivisionError, OverflowError) as reason:
            shown = f"{value.label} = {value.data!r}" if value.label else repr(value.data)
            if isinstance(reason, ZeroDivisionError):
                why = tr("tanh({x}) written as (y**2 + 1)/(y**2 - 1), y = exp(x): this divides by zero.", x=shown)
            else:
                why = tr(
                    "tanh({x}) written as (y**2 + 1)/(y**2 - 1), y = exp(x): this is larger than a float can hold.",
                    x=shown,
                )
            raise OperationError(why) from reason
    return out


def _wrong_tanh(x: float) -> float:
    y = math.exp(x)
    if math.isinf(square := y * y):
        raise OverflowError
    return (square + 1.0) / (square - 1.0)


def array_wrong_tanh(x: Any) -> Any:
    """TANH_SIGNS for arrays, by IEEE rules."""
    y = np.exp(x)
    square = y * y
    return (square + 1.0) / (square - 1.0)


def recompute(root: Value, bugs: Bugs = NO_BUGS) -> None:
    """The forward pass of a graph that is there already, from its leaves' present data; by IEEE rules, as Programs."""
    for node in topological_order(root):
        operation = operation_of(node)
        if operation is None:
            continue
        numbers = [operand.data for operand in node._prev]
        if operation.has_constant and node._constant is not None:
            numbers.append(node._constant)
        wrong = Bug.TANH_SIGNS in bugs and operation.name == "tanh"
        try:
            node.data = _wrong_tanh(numbers[0]) if wrong else operation.forward(*numbers)
        except (ValueError, ZeroDivisionError, OverflowError):
            with np.errstate(all="ignore"):
                function = array_wrong_tanh if wrong else operation.array_forward
                node.data = float(function(*(np.float64(number) for number in numbers)))


def zeroed(grad: float, bugs: Bugs = NO_BUGS) -> float:
    """What a gradient is after it was set to zero: with NO_ZERO what it was."""
    return grad if Bug.NO_ZERO in bugs else 0.0


def update_sign(bugs: Bugs = NO_BUGS) -> float:
    """What a change of data by an update is multiplied by: −1 with WRONG_SIGN."""
    return -1.0 if Bug.WRONG_SIGN in bugs else 1.0


def check_negation(bugs: Bugs = NO_BUGS) -> None:
    """Called before a Value is negated or subtracted. Raises BugError with NEGATION_LOOP."""
    if Bug.NEGATION_LOOP in bugs:
        raise BugError(
            tr(
                "RecursionError: maximum recursion depth exceeded. 'return -self' asks for the negative of self again, "
                "and so on for ever; 'return self * -1' ends."
            )
        )


def check_reflected_addition(left: object, bugs: Bugs = NO_BUGS) -> None:
    """Called before a plain number is added to a Value at its right, as sum() does. Raises BugError with NO_RADD."""
    if Bug.NO_RADD in bugs:
        kind = type(left).__name__
        raise BugError(
            tr(
                "TypeError: unsupported operand type(s) for +: '{kind}' and 'Value'. A number at the left asks the "
                "Value for __radd__, which is not there; sum() begins with the number 0.",
                kind=kind,
            )
        )
