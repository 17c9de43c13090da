"""Ways through a graph of scalars: where a gradient comes from, and the next node in a direction. No Qt here."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from core.graph import GraphSnapshot
from gui.graph.layout import RESULT, Layout


class Direction(Enum):
    """Where an arrow key leads."""

    OPERAND = "left"
    CONSUMER = "right"
    UP = "up"
    DOWN = "down"


def gradient_nodes(snapshot: GraphSnapshot, node: int) -> NDArray[np.bool_]:
    """Which nodes the gradient of `node` comes through: itself and all that depends on it, up to the root."""
    reached = np.zeros(len(snapshot.nodes), dtype=bool)
    reached[node] = True
    for i in range(node + 1, len(snapshot.nodes)):  # topological order: consumers stand behind
        reached[i] = any(reached[operand] for operand in snapshot.nodes[i].operands)
    return reached


def gradient_edges(layout: Layout, nodes: NDArray[np.bool_], start: int) -> NDArray[np.bool_]:
    """Which edges the gradient of `start` comes through, given the nodes it comes through."""
    return np.array(
        [nodes[edge.tail] and not (edge.position == RESULT and edge.head == start) for edge in layout.edges], dtype=bool
    )


def neighbour(snapshot: GraphSnapshot, layout: Layout, node: int, direction: Direction) -> int:
    """The first operand, the first consumer, or the next node above or below in the same rank; else `node` itself."""
    if direction is Direction.OPERAND:
        return snapshot.nodes[node].operands[0] if snapshot.nodes[node].operands else node
    if direction is Direction.CONSUMER:
        later = range(node + 1, len(snapshot.nodes))
        return next((i for i in later if node in snapshot.nodes[i].operands), node)
    left, top, width, _ = layout.records[node]
    same_rank = np.flatnonzero(np.abs(layout.records[:, 0] - left) < width / 2)
    tops = layout.records[same_rank, 1]
    beyond = tops < top if direction is Direction.UP else tops > top
    if not beyond.any():
        return node
    return int(same_rank[beyond][np.argmin(np.abs(tops[beyond] - top))])


def matches(snapshot: GraphSnapshot, text: str) -> list[str]:
    """Addresses that contain `text`, in small or capital letters: whole names first, then beginnings, then others."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    ranked = []
    for i, node in enumerate(snapshot.nodes):
        name = node.address.casefold()
        local = name.partition("/")[2]
        if wanted in name:
            rank = 0 if wanted in (name, local) else 1 if name.startswith(wanted) or local.startswith(wanted) else 2
            ranked.append((rank, i))
    return [snapshot.nodes[i].address for _, i in sorted(ranked)]
