"""A plain layered layout of our own, where Graphviz is missing or too slow: ranks by depth, rows by the neighbours.

It is correct and readable, but edges may cross boxes. No Qt here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.dot import BoxSizes, GraphStyle
from core.graph import GraphSnapshot
from core.words import mark
from gui.graph.layout import RESULT, Edge, Layout, rectangle

_SWEEPS = 4  # passes over the ranks; more hardly change the order
NOTE = mark("Graphviz is not available here: this is a plain layout.")


LONG_NOTE = mark("Many edges here are very long: this is a plain layout, which is there at once.")


def plain_layout(snapshot: GraphSnapshot, style: GraphStyle, sizes: BoxSizes, note: str = NOTE) -> Layout:
    """Lay out without Graphviz, in time linear in the number of edges. `note` says why, below the graph."""
    style = style.resolve(len(snapshot.nodes))
    operation_widths = [sizes.operation_width(node.op) if node.op else 0.0 for node in snapshot.nodes]
    lead = max(operation_widths, default=0.0) + sizes.between_ranks if style is GraphStyle.LECTURE else 0.0
    column_step = sizes.record_width + sizes.between_ranks + lead
    row_step = sizes.record_height + sizes.between_records
    ranks = _ranks(snapshot)
    rows = _rows(snapshot, ranks)
    tallest = max((len(rank) for rank in _members(ranks)), default=0)
    records = np.empty((len(ranks), 4))
    operations = np.full((len(ranks), 4), np.nan)
    for i, rank in enumerate(ranks):
        x = sizes.record_width / 2 + rank * column_step
        y = sizes.record_height / 2 + rows[i] * row_step
        records[i] = rectangle((x, y), sizes.record_width, sizes.record_height)
        if style is GraphStyle.LECTURE and snapshot.nodes[i].op:
            before = x - sizes.record_width / 2 - sizes.between_ranks / 2 - operation_widths[i] / 2
            operations[i] = rectangle((before, y), operation_widths[i], sizes.operation_height)
    width = float(records[:, 0].max(initial=0.0)) + sizes.record_width
    height = max(tallest, 1) * row_step - sizes.between_records
    return Layout(style, width, height, records, operations, _edges(snapshot, records, operations), note)


def ranks_passed(snapshot: GraphSnapshot) -> int:
    """How many ranks all edges together pass by: Graphviz puts a node of its own on each, and its time grows faster."""
    ranks = _ranks(snapshot)
    return sum(
        max(ranks[i] - ranks[operand] - 1, 0) for i, node in enumerate(snapshot.nodes) for operand in node.operands
    )


def _ranks(snapshot: GraphSnapshot) -> list[int]:
    """Depth of every node; a leaf stands just before the first node that uses it."""
    ranks = [0] * len(snapshot.nodes)
    nearest: dict[int, int] = {}
    for i, node in enumerate(snapshot.nodes):
        if node.operands:
            ranks[i] = 1 + max(ranks[operand] for operand in node.operands)
    for i, node in enumerate(snapshot.nodes):
        for operand in node.operands:
            nearest[operand] = min(nearest.get(operand, ranks[i]), ranks[i])
    return [
        rank if node.operands else nearest.get(i, 1) - 1
        for i, (node, rank) in enumerate(zip(snapshot.nodes, ranks, strict=True))
    ]


def _members(ranks: Sequence[int]) -> list[list[int]]:
    members: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for i, rank in enumerate(ranks):
        members[rank].append(i)
    return members


def _rows(snapshot: GraphSnapshot, ranks: Sequence[int]) -> list[float]:
    """The row of every node: each rank ordered by the mean row of its neighbours, and centred."""
    neighbours: list[list[int]] = [[] for _ in ranks]
    for i, node in enumerate(snapshot.nodes):
        for operand in node.operands:
            neighbours[i].append(operand)
            neighbours[operand].append(i)
    members = _members(ranks)
    tallest = max((len(rank) for rank in members), default=0)
    rows = [0.0] * len(ranks)
    for sweep in range(_SWEEPS):
        for rank in members if sweep % 2 == 0 else reversed(members):
            rank.sort(key=lambda i: (sum(rows[j] for j in neighbours[i]) / max(len(neighbours[i]), 1), i))
            for place, i in enumerate(rank):
                rows[i] = place + (tallest - len(rank)) / 2
    return rows


def _edges(snapshot: GraphSnapshot, records: np.ndarray, operations: np.ndarray) -> tuple[Edge, ...]:
    edges = []
    for i, node in enumerate(snapshot.nodes):
        target = operations[i] if np.isfinite(operations[i, 0]) else records[i]
        for position, operand in enumerate(node.operands):
            edges.append(Edge(operand, i, position, _curve(records[operand], target)))
        if target is not records[i] and np.isfinite(operations[i, 0]):
            edges.append(Edge(i, i, RESULT, _curve(operations[i], records[i])))
    return tuple(edges)


def _curve(tail: np.ndarray, head: np.ndarray) -> tuple[float, ...]:
    """From the middle of the right side of `tail` to the middle of the left side of `head`."""
    x0, y0 = float(tail[0] + tail[2]), float(tail[1] + tail[3] / 2)
    x1, y1 = float(head[0]), float(head[1] + head[3] / 2)
    bend = max((x1 - x0) / 2, 8.0)
    return x0, y0, x0 + bend, y0, x1 - bend, y1, x1, y1
