"""A sheet's graph evaluated anew: with one node held at another number, at one point or at many, and backwards.

Data of nodes is a list of floats, by node number. Nothing here raises: outside an operation's domain IEEE rules.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from core.expression.sheet import Array, Sheet
from core.expression.wording import operation_of
from core.ops import Operation


class GraphReplay:
    """The operations of one sheet, ready to run."""

    def __init__(self, sheet: Sheet) -> None:
        nodes = sheet.graph.nodes
        self.operations = tuple(_runnable(sheet, node) for node in range(len(nodes)))
        self.operands = tuple(node.operands for node in nodes)
        self.constants = tuple(
            (constant,) if operation is not None and operation.has_constant and constant is not None else ()
            for operation, constant in zip(self.operations, sheet.constants, strict=True)
        )
        self.users: tuple[list[tuple[int, int]], ...] = tuple([] for _ in nodes)
        """Per node who uses it, and as which operand; a node that uses it twice stands there twice."""
        for i, operands in enumerate(self.operands):
            for position, operand in enumerate(operands):
                self.users[operand].append((i, position))

        self._below: dict[int, frozenset[int]] = {}
        self._between: dict[tuple[int, int], tuple[int, ...]] = {}

    def below(self, output: int) -> frozenset[int]:
        """All nodes that `output` depends on, and itself."""
        if output in self._below:
            return self._below[output]
        found = {output}
        for i in range(output, -1, -1):
            if i in found:
                found.update(self.operands[i])
        self._below[output] = frozenset(found)
        return self._below[output]

    def between(self, node: int, output: int) -> tuple[int, ...]:
        """The operations that depend on `node`, up to `output`, in the order in which they are computed."""
        if (node, output) in self._between:
            return self._between[node, output]
        moved = {node}
        for i in range(node + 1, output + 1):
            if any(operand in moved for operand in self.operands[i]):
                moved.add(i)
        moved.discard(node)
        self._between[node, output] = tuple(sorted(moved & self.below(output)))
        return self._between[node, output]

    def forward(self, leaves: Sequence[float]) -> list[float]:
        """Every node's data, from the numbers of the leaves (those of operations are not read)."""
        data = list(leaves)
        self._run(data, range(len(data)))
        return data

    def nudged(self, data: Sequence[float], node: int, number: float, output: int) -> list[float]:
        """Every node's data if `node` had another number, as far as `output` depends on it."""
        moved = list(data)
        moved[node] = number
        self._run(moved, self.between(node, output))
        return moved

    def outputs(self, data: Sequence[float], node: int, numbers: Sequence[float], output: int) -> list[float]:
        """The output for every number of a node, each computed exactly as the engine would."""
        order, moved, found = self.between(node, output), list(data), []
        for number in numbers:
            moved[node] = number
            self._run(moved, order)
            found.append(moved[output])
        return found

    def curve(self, data: Sequence[float], node: int, numbers: Array, output: int) -> Array:
        """The same for many numbers at once: for pictures, as the last digits may differ."""
        lanes: dict[int, Array | float] = dict(enumerate(data))
        lanes[node] = numbers
        with np.errstate(all="ignore"):
            for i in self.between(node, output):
                operation = self.operations[i]
                if operation is not None:
                    lanes[i] = operation.array_forward(*(lanes[k] for k in self.operands[i]), *self.constants[i])
        return np.broadcast_to(np.asarray(lanes[output], dtype=np.float64), numbers.shape)

    def gradients(self, data: Sequence[float], output: int) -> list[float]:
        """d output / d node for every node: the backward pass as it should be."""
        found = [0.0] * len(data)
        found[output] = 1.0
        for i in range(output, -1, -1):
            if found[i] and self.operands[i]:
                for operand, local in zip(self.operands[i], self.locals_at(data, i), strict=True):
                    found[operand] += local * found[i]
        return found

    def locals_at(self, data: Sequence[float], node: int) -> tuple[float, ...]:
        """∂node/∂operand for each operand; nan where a number that it needs is nan or the operation is unknown."""
        operation, operands = self.operations[node], self.operands[node]
        numbers = [data[operand] for operand in operands]
        if operation is None:
            return (math.nan,) * len(operands)
        if operation.name not in ("add", "mul") and any(number != number for number in (*numbers, data[node])):
            return (math.nan,) * len(operands)
        return tuple(float(local) for local in operation.partials(*numbers, *self.constants[node], data[node]))

    def _run(self, data: list[float], order: Sequence[int]) -> None:
        for i in order:
            operation = self.operations[i]
            if operation is None:
                continue  # a leaf, or an operation of the learner's own: it keeps its number
            numbers = [data[operand] for operand in self.operands[i]]
            try:
                data[i] = operation.forward(*numbers, *self.constants[i])
            except (ValueError, ArithmeticError):
                with np.errstate(all="ignore"):
                    data[i] = float(operation.array_forward(*np.array(numbers), *self.constants[i]))


def replay_of(sheet: Sheet) -> GraphReplay:
    """The replay of a sheet; made once."""
    found = _REPLAYS.get(sheet)
    if found is None:
        found = _REPLAYS[sheet] = GraphReplay(sheet)
    return found


def _runnable(sheet: Sheet, node: int) -> Operation | None:
    """The entry of the op table behind a node; None for a leaf and for operations outside the table."""
    operation = operation_of(sheet, node)
    if operation is None or operation.variadic:
        return operation
    return operation if operation.arity == len(sheet.graph.nodes[node].operands) else None


_REPLAYS: WeakKeyDictionary[Sheet, GraphReplay] = WeakKeyDictionary()
