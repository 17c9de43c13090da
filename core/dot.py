"""A GraphSnapshot as Graphviz source, in a form whose layout never depends on fonts, labels or numbers.

Every box has a fixed size and an empty label, ids come from the order of the nodes, and statements stand in
topological order. So the same structure always gets the same picture, whatever its numbers are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from core.graph import GraphSnapshot

if TYPE_CHECKING:
    import graphviz

COMPACT_ABOVE = 60  # values: a larger graph drawn in the lecture style is too wide to be read at a glance
_POINTS_PER_INCH = 72.0
_DOWN = {"tailport": "s", "headport": "n"}  # from one partial sum to the next in a column
_LEVEL = {"weight": "2"}  # from a product to its sum: they stand side by side rather than close to their neighbours


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
    stacked_sums: bool = True  # the partial sums of a long sum below each other; else each right of its operands

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
    """The graph to be laid out, left to right; the partial sums of one long sum stand below each other.

    In the lecture style an operand's edge ends at the operation and a second, short edge leads to the result; in the
    compact style it ends at the record of the result. A repeated operand (`a + a`) keeps all its edges.
    """
    lecture = style.resolve(len(snapshot.nodes)) is GraphStyle.LECTURE
    graph = _empty_graph(sizes)
    column = sum_column(snapshot) if sizes.stacked_sums else ()
    for i, node in enumerate(snapshot.nodes):
        target = record_id(i)
        if lecture and node.op:
            target = operation_id(i)
            graph.node(target, **_operation_attributes(node.op, sizes))
        graph.node(record_id(i))
        down = i in column[1:]
        for position, operand in enumerate(node.operands):
            look = _DOWN if down and not position else _LEVEL if down else {}
            graph.edge(record_id(operand), target, id=operand_edge_id(i, position), **look)
        if target != record_id(i):
            graph.edge(target, record_id(i), id=result_edge_id(i), **(_DOWN if down else {}))
    if column:
        _stack(graph, snapshot, column, lecture)
    return graph


def sum_column(snapshot: GraphSnapshot) -> tuple[int, ...]:
    """The partial sums of the one long sum in a graph, the leaf they begin with first; empty if there are none or more.

    Side by side the sums of one neuron make a very wide, low picture; below each other they make a table, a row for
    each product. Several such columns would get in each other's way.
    """
    nodes = snapshot.nodes
    uses = Counter(operand for node in nodes for operand in node.operands)
    chains: dict[int, list[int]] = {}  # by their last sum
    for i, node in enumerate(nodes):
        if node.op == "+" and len(node.operands) == 2:
            first = node.operands[0]
            once = uses[first] == 1
            chains[i] = [*(chains.pop(first, [first] if not nodes[first].operands else []) if once else ()), i]
    long = [chain for chain in chains.values() if sum(1 for i in chain if nodes[i].operands) > 1]
    return tuple(long[0]) if len(long) == 1 else ()


def _stack(graph: graphviz.Digraph, snapshot: GraphSnapshot, column: tuple[int, ...], lecture: bool) -> None:
    """The sums in one rank, in their order, with their operations between them."""
    with graph.subgraph() as rank:
        rank.attr(rank="same")
        for i in column:
            if lecture and snapshot.nodes[i].op and i != column[0]:
                rank.node(operation_id(i))
            rank.node(record_id(i))


def _empty_graph(sizes: BoxSizes) -> graphviz.Digraph:
    import graphviz  # only where a layout is computed: the window is there before

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
