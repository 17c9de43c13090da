"""The bug lab's switches, and backpropagation with them: what every learner gets wrong once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from core.graph import topological_order
from core.ops import OPS

if TYPE_CHECKING:
    from core.engine import Value


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


@dataclass(frozen=True)
class Pass:
    """One node handed its gradient on."""

    node: Value
    parts: tuple[tuple[Value, int, float, float, float, float], ...]
    # operand, its position, upstream, local, gradient before, gradient after


def backward(root: Value, bugs: frozenset[Bug] = frozenset()) -> list[Pass]:
    """`root.backward()`, told pass by pass; with bugs, as they would do it."""
    root.grad = 1.0
    return [hand_on(node, bugs) for node in reversed(topological_order(root)) if node._prev]


def hand_on(node: Value, bugs: frozenset[Bug] = frozenset()) -> Pass:
    """`node._backward()`, told: every operand's gradient grows by upstream · local."""
    from core.engine import operation_of

    operation = operation_of(node)
    assert operation is not None
    numbers = [operand.data for operand in node._prev]
    if operation.has_constant and node._constant is not None:
        numbers.append(node._constant)
    locals_ = OPS[operation.name].partials(*numbers, node.data)
    parts = []
    upstream = node.grad
    for position, (operand, local) in enumerate(zip(node._prev, locals_, strict=True)):
        before = operand.grad
        operand.grad += local * upstream
        parts.append((operand, position, upstream, float(local), before, operand.grad))
    return Pass(node, tuple(parts))
