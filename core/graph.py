"""The shape of a graph of Values: topological order, and frozen pictures of it for those who draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.engine import Value


def topological_order(root: Value) -> list[Value]:
    """All nodes that `root` depends on, operands before the nodes that use them, `root` last.

    The order is that of the lecture's recursion (depth first, operands left to right), found with a stack
    of our own, so that a chain of any length works.
    """
    order: list[Value] = []
    seen: set[int] = set()
    stack: list[tuple[Value, bool]] = [(root, False)]
    while stack:
        node, operands_done = stack.pop()
        if operands_done:
            order.append(node)
            continue
        if id(node) in seen:
            continue
        seen.add(id(node))
        stack.append((node, True))
        for operand in reversed(node._prev):
            if id(operand) not in seen:
                stack.append((operand, False))
    return order


@dataclass(frozen=True)
class GraphNode:
    """One scalar of a graph."""

    address: str  # unique in its graph: `L1.N3.w2`, `sample7/L1.N3.w2*x2`, or a label
    label: str  # what is written in its record; may be empty
    op: str  # the operation's symbol (`+`, `*`, `tanh` …); empty for a leaf
    operands: tuple[int, ...]  # indices of the operands, in order, with multiplicity


@dataclass(frozen=True)
class GraphSnapshot:
    """The structure of a graph, without numbers; nodes stand in topological order (operands first).

    `key` names the graph: two snapshots with the same key are equal. `shape` names the structure alone: graphs of
    two samples differ in their addresses, not in their shape, so a layout of one fits the other. Numbers travel
    separately, as two arrays `data[i]`, `grad[i]` aligned with `nodes`.
    """

    key: str
    nodes: tuple[GraphNode, ...]
    shape: str = ""  # empty: the same as the key

    @property
    def edges(self) -> int:
        """How many operand edges there are (without those from a round operation node to its result)."""
        return sum(len(node.operands) for node in self.nodes)


def snapshot(root: Value, key: str, names: Mapping[int, str] | None = None) -> GraphSnapshot:
    """The structure below `root`. `names` maps `id(value)` to an address; others get their label or `v<number>`."""
    order = topological_order(root)
    index = {id(node): i for i, node in enumerate(order)}
    nodes = []
    for i, node in enumerate(order):
        address = (names or {}).get(id(node)) or node.label or f"v{i}"
        operands = tuple(index[id(operand)] for operand in node._prev)
        nodes.append(GraphNode(address, node.label or address, node._op, operands))
    return GraphSnapshot(key, tuple(nodes))
