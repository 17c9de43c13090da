"""What a text gives: a graph, its leaves, and the steps in which its numbers came about. Frozen: it crosses threads.

Nodes are numbered as in `graph.nodes`. The numbers at any moment follow from the start and the steps done so far
(`state_at`), so that a step back restores exactly what was there before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.graph import GraphSnapshot
from core.words import mark

Array = NDArray[np.float64]
Field = Literal["data", "grad"]


@dataclass(frozen=True, order=True)
class Span:
    """A place in the text: lines count from 1, columns from 0 in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Phase(Enum):
    """The four phases of training, as the lecture's loop has them."""

    FORWARD = mark("forward")
    ZERO = mark("zero gradients")
    BACKWARD = mark("backward")
    UPDATE = mark("update")


@dataclass(frozen=True)
class Change:
    """One number that moved."""

    node: int
    field: Field
    before: float  # nan for the data of an operation that was not computed yet
    after: float
    position: int = -1  # of a gradient handed on: which operand of the acting node; -1 where a number was written
    upstream: float = math.nan  # of a gradient handed on: gradient of the acting node …
    local: float = math.nan  # … and ∂node/∂operand; upstream · local is what was handed on


@dataclass(frozen=True)
class Step:
    """One thing that happened.

    FORWARD: operation `node` was computed. BACKWARD: with changes of position >= 0 `node` handed its gradient on to
    its operands, one change an operand (a value used twice has two); with one of position −1 the gradient of `node`
    was set (to 1, where backward begins). ZERO, UPDATE: numbers were written, those of one loop together.
    """

    phase: Phase
    node: int  # that acts; −1 where several numbers were written
    changes: tuple[Change, ...]
    span: Span | None  # the code that did it


@dataclass(frozen=True)
class Leaf:
    """A number that the graph starts from."""

    node: int
    name: str
    value: float
    literal: Span | None  # the number in the text (with its minus sign) that may be rewritten; None if it was computed


@dataclass(frozen=True)
class Printed:
    """A line of output."""

    line: int  # of the text that printed it
    text: str


@dataclass(frozen=True, eq=False)
class Sheet:
    """All that a text gives."""

    text: str
    graph: GraphSnapshot  # of the value looked at (the last one made or gone back from); no nodes for an empty text
    constants: tuple[float | None, ...]  # per node: the exponent of a power, the slope of a leaky ReLU
    origins: tuple[Span | None, ...]  # per node: the expression that made it
    leaves: tuple[Leaf, ...]  # in the order of the text
    start_data: Array  # before the first step: leaves are there, operations nan
    start_grad: Array
    steps: tuple[Step, ...]
    output: tuple[Printed, ...] = ()
    functions: tuple[str, ...] = ()  # names of the functions of one variable that the text defines
    note: str = ""  # what has to be said about the graph, for a person; empty for nothing
    end: str = ""  # how the text calls the end of the graph: `L`, `outs[-1]`; empty where it has no name for it

    @property
    def root(self) -> int:
        """The node at the end of the graph; −1 for an empty one."""
        return len(self.graph.nodes) - 1

    @property
    def has_backward(self) -> bool:
        """Whether the text goes backwards through the graph."""
        return any(step.phase is Phase.BACKWARD for step in self.steps)

    def node(self, address: str) -> int | None:
        """The number of an address, or None."""
        return self._numbers.get(address)

    _numbers: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_numbers", {node.address: i for i, node in enumerate(self.graph.nodes)})


@dataclass(frozen=True, eq=False)
class State:
    """Every node's numbers after so many steps."""

    position: int  # steps done
    data: Array  # nan: not computed yet
    grad: Array


def state_at(sheet: Sheet, position: int) -> State:
    """The numbers after the first `position` steps; positions beyond the end are the end."""
    position = max(0, min(position, len(sheet.steps)))
    data, grad = sheet.start_data.copy(), sheet.start_grad.copy()
    for step in sheet.steps[:position]:
        for change in step.changes:
            (data if change.field == "data" else grad)[change.node] = change.after
    return State(position, data, grad)
