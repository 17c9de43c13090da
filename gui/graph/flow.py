"""What really flows along the edges of a graph: the gradient of the consumer times the local derivative. No Qt here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.graph import GraphSnapshot
from core.ops import OPS, Operation
from gui.graph.layout import RESULT, Edge

Array = NDArray[np.float64]
Index = NDArray[np.intp]

_POWER = "**"
_BY_SYMBOL = {operation.symbol: operation for operation in OPS.values() if not operation.has_constant}


@dataclass(frozen=True)
class _Group:
    """Edges that end at the same position of the same operation."""

    edges: Index
    heads: Index
    operands: tuple[Index, ...]
    position: int
    operation: Operation
    constant: float | None


class GradientFlow:
    """Tells of some edges of a graph whether they bring any gradient to their tails. Fast enough for every frame."""

    def __init__(self, snapshot: GraphSnapshot, edges: Sequence[Edge]) -> None:
        self._heads = np.array([edge.head for edge in edges], dtype=np.intp)
        kinds: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for i, edge in enumerate(edges):
            if edge.position != RESULT:
                kinds[snapshot.nodes[edge.head].op, edge.position].append(i)
        groups = (_group(snapshot, edges, op, position, rows) for (op, position), rows in kinds.items())
        self._groups = [group for group in groups if group is not None]

    def carries(self, data: Array, grad: Array) -> NDArray[np.bool_]:
        """For every edge whether its part of the gradient is anything but exactly 0; nan is something."""
        parts = grad[self._heads]
        with np.errstate(all="ignore"):
            for group in self._groups:
                constant = () if group.constant is None else (group.constant,)
                values = (data[operand] for operand in group.operands)
                local = group.operation.array_partials(*values, *constant, data[group.heads])[group.position]
                parts[group.edges] *= local
        return np.asarray(parts != 0.0)


def _group(
    snapshot: GraphSnapshot, edges: Sequence[Edge], op: str, position: int, rows: Sequence[int]
) -> _Group | None:
    """None for an operation whose local derivative is not known, or never 0."""
    found = _operation(op)
    if found is None or found[0].variadic:
        return None
    operation, constant = found
    heads = [edges[row].head for row in rows]
    operands = tuple(
        np.array([snapshot.nodes[head].operands[place] for head in heads], dtype=np.intp)
        for place in range(operation.arity)
    )
    whole = np.array(heads, dtype=np.intp)
    return _Group(np.array(rows, dtype=np.intp), whole, operands, position, operation, constant)


def _operation(op: str) -> tuple[Operation, float | None] | None:
    """The entry of the op table behind a symbol, and its constant (`**2`)."""
    if op in _BY_SYMBOL:
        return _BY_SYMBOL[op], None
    try:
        return OPS["power"], float(op.removeprefix(_POWER))
    except ValueError:
        return None
