"""A GraphSnapshot as Graphviz source, in a form whose layout never depends on fonts, labels or numbers.

Every box has a fixed size and an empty label, ids come from the order of the nodes, and statements stand in
topological order. So the same structure always gets the same picture, whatever its numbers are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import graphviz

from core.graph import GraphSnapshot

COMPACT_ABOVE = 60  # values: a larger graph drawn in the lecture style is too wide to be read at a glance
_POINTS_PER_INCH = 72.0


class GraphStyle(StrEnum):
    """How a graph of scalars is drawn."""

    LECTURE = "lecture"  # a record per value and a round node per operation
    COMPACT = "compact"  # the operation stands in the record of its result
    AUTO = "auto"  # lecture style for small graphs, compact for large ones

    def resolve(self, values: int) -> GraphStyle:
        """The style that a graph of so many values is drawn in: never AUTO."""
        if self is not GraphStyle.AUTO:
            return self
        return GraphStyle.COMPACT if values > COMPACT_ABOVE else GraphStyle.LECTURE


@dataclass(frozen=True)
class BoxSizes:
    """What the drawing side measured, in points (one point is one pixel at scale 1 and zoom 1)."""

    record_width: float = 144.0
    record_height: float = 66.0
    operation_height: float = 32.0
    operation_widths: Mapping[str, float] = field(default_factory=dict)  # of symbols wider than a circle
    between_records: float = 16.0  # free space above and below a box
    between_ranks: float = 30.0  # free space left and right of a box

    def operation_width(self, symbol: str) -> float:
        """The width of an operation's node; its height where nothing wider was measured."""
        return max(self.operation_height, self.operation_widths.get(symbol, 0.0))


def record_id(node: int) -> str:
    """The Graphviz name of the record of node `node`."""
    return f"n{node}"


def operation_id(node: int) -> str:
    """The Graphviz name of the round node of the operation whose result is node `node`."""
    return f"o{node}"


def operand_edge_id(node: int, position: int) -> str:
    """The id of the edge that brings operand number `position` to node `node`."""
    return f"e{node}.{position}"


def result_edge_id(node: int) -> str:
    """The id of the short edge from an operation to its result, node `node`."""
    return f"r{node}"


def shown_nodes(snapshot: GraphSnapshot, style: GraphStyle) -> int:
    """How many boxes and circles the picture has in this style."""
    if style.resolve(len(snapshot.nodes)) is GraphStyle.COMPACT:
        return len(snapshot.nodes)
    return len(snapshot.nodes) + sum(1 for node in snapshot.nodes if node.op)


def digraph(snapshot: GraphSnapshot, style: GraphStyle, sizes: BoxSizes) -> graphviz.Digraph:
    """The graph to be laid out, left to right.

    In the lecture style an operand's edge ends at the operation and a second, short edge leads to the result; in the
    compact style it ends at the record of the result. A repeated operand (`a + a`) keeps all its edges.
    """
    lecture = style.resolve(len(snapshot.nodes)) is GraphStyle.LECTURE
    graph = _empty_graph(sizes)
    for i, node in enumerate(snapshot.nodes):
        target = record_id(i)
        if lecture and node.op:
            target = operation_id(i)
            graph.node(target, **_operation_attributes(node.op, sizes))
        graph.node(record_id(i))
        for position, operand in enumerate(node.operands):
            graph.edge(record_id(operand), target, id=operand_edge_id(i, position))
        if target != record_id(i):
            graph.edge(target, record_id(i), id=result_edge_id(i))
    return graph


def _empty_graph(sizes: BoxSizes) -> graphviz.Digraph:
    return graphviz.Digraph(
        "graph",
        graph_attr={
            "rankdir": "LR",
            "nslimit": "1",
            "nslimit1": "1",
            "nodesep": _inches(sizes.between_records),
            "ranksep": _inches(sizes.between_ranks),
        },
        node_attr={
            "shape": "box",
            "fixedsize": "true",
            "label": "",
            "width": _inches(sizes.record_width),
            "height": _inches(sizes.record_height),
        },
        edge_attr={"arrowhead": "none", "tailport": "e", "headport": "w"},
    )


def _operation_attributes(symbol: str, sizes: BoxSizes) -> dict[str, str]:
    return {"width": _inches(sizes.operation_width(symbol)), "height": _inches(sizes.operation_height)}


def _inches(points: float) -> str:
    return f"{points / _POINTS_PER_INCH:.4f}"
