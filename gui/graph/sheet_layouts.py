"""Layouts of the expression lab: room for labels between the records, and the style that can be read in the card."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.dot import BoxSizes, GraphStyle
from core.graph import GraphSnapshot
from gui.graph.layout import Edge, Layout, Structure, structure_of
from gui.graph.layout_client import LayoutClient
from gui.graph.record_style import measured_sizes, narrow_width
from gui.theme import Theme

READS_WELL = 0.6  # zoom; where the lecture style would be smaller, the compact one is tried
_KEPT = 32  # layouts
_BETWEEN_RECORDS = 28.0  # a label, or what a gradient should be, has its place there
_BETWEEN_COMPACT_RANKS = 14.0
_TWINS_APART = 16.0  # two edges from one operand to one operation, where they start
_NEXT = 60.0  # … if they are no longer than this
_CLOSER = 0.6  # … and so much of that where they end


@dataclass
class _Wish:
    """One layout that was asked for."""

    snapshot: GraphSnapshot
    style: GraphStyle  # as it was asked for: AUTO looks at the lecture style first
    job: int  # of the client


class SheetLayouts(QObject):
    """As `LayoutClient`, with the lab's own sizes and its own rule for the automatic style."""

    layout_finished = Signal(int, Layout)
    layout_failed = Signal(int, str)

    def __init__(self, client: LayoutClient, theme: Theme) -> None:
        super().__init__()
        self.room: Callable[[], tuple[float, float]] = _no_bounds  # the view's pixels at scale 1
        self._client, self._theme = client, theme
        self._wishes: dict[int, _Wish] = {}
        self._last = 0
        self._cache: OrderedDict[Structure, Layout] = OrderedDict()
        client.layout_finished.connect(self._on_layout_finished)
        client.layout_failed.connect(self._on_layout_failed)

    def cached(self, snapshot: GraphSnapshot, style: GraphStyle) -> Layout | None:
        """The layout that a request would give, if it was made before."""
        if style is not GraphStyle.AUTO:
            return self._cache.get(structure_of(snapshot, style))
        if self._is_deep(snapshot):
            return self._cache.get(structure_of(snapshot, GraphStyle.COMPACT))
        first = self._cache.get(structure_of(snapshot, style))
        if first is None or first.style is GraphStyle.COMPACT or self._zoom(first) >= READS_WELL:
            return first
        other = self._cache.get(structure_of(snapshot, GraphStyle.COMPACT))
        return max(first, other, key=self._zoom) if other is not None else None

    def request(self, snapshot: GraphSnapshot, style: GraphStyle, _sizes: BoxSizes) -> int:
        """Ask for a layout; its number comes back with a signal, never during this call."""
        self._last += 1
        known = style is GraphStyle.AUTO and structure_of(snapshot, style) in self._cache
        known = known or (style is GraphStyle.AUTO and self._is_deep(snapshot))
        self._wishes[self._last] = _Wish(snapshot, style, self._ask(snapshot, GraphStyle.COMPACT if known else style))
        return self._last

    def cancel(self, number: int) -> None:
        """Nobody waits for this any more; no signal will come."""
        wish = self._wishes.pop(number, None)
        if wish is not None:
            self._client.cancel(wish.job)

    def _ask(self, snapshot: GraphSnapshot, style: GraphStyle) -> int:
        sizes = sheet_sizes(self._theme, snapshot, style)
        return self._client.request(snapshot, style, sizes, keep=False)

    def _is_deep(self, snapshot: GraphSnapshot) -> bool:
        """Whether the lecture style is too wide for sure: nobody has to wait for a layout that would not be taken."""
        sizes = sheet_sizes(self._theme, snapshot, GraphStyle.LECTURE)
        column = sizes.record_width + sizes.operation_height + sizes.between_ranks
        return self.room()[0] < READS_WELL * column * depth(snapshot)

    def _zoom(self, layout: Layout) -> float:
        """How large the whole of it would be seen."""
        width, height = self.room()
        return min(width / max(layout.width, 1.0), height / max(layout.height, 1.0))

    def _number_of(self, job: int) -> int | None:
        return next((number for number, wish in self._wishes.items() if wish.job == job), None)

    def _on_layout_finished(self, job: int, layout: Layout) -> None:
        number = self._number_of(job)
        if number is None:
            return
        wish = self._wishes[number]
        layout = with_twins_apart(layout)
        self._remember(structure_of(wish.snapshot, layout.style), layout)
        if wish.style is GraphStyle.AUTO:
            best = self.cached(wish.snapshot, wish.style)
            if best is None:  # the other style is wanted too; the room may have become another meanwhile
                came_compact = layout.style is GraphStyle.COMPACT
                wish.job = self._ask(wish.snapshot, wish.style if came_compact else GraphStyle.COMPACT)
                return
            layout = best
        del self._wishes[number]
        self.layout_finished.emit(number, layout)

    def _on_layout_failed(self, job: int, reason: str) -> None:
        number = self._number_of(job)
        if number is not None:
            del self._wishes[number]
            self.layout_failed.emit(number, reason)

    def _remember(self, structure: Structure, layout: Layout) -> None:
        self._cache[structure] = layout
        while len(self._cache) > _KEPT:
            self._cache.popitem(last=False)


def depth(snapshot: GraphSnapshot) -> int:
    """How many columns of records a graph has at least."""
    columns: list[int] = []
    for node in snapshot.nodes:
        columns.append(1 + max((columns[operand] for operand in node.operands), default=0))
    return max(columns, default=0)


def _no_bounds() -> tuple[float, float]:
    return float("inf"), float("inf")


def sheet_sizes(theme: Theme, snapshot: GraphSnapshot, style: GraphStyle) -> BoxSizes:
    """The sizes of all boxes at scale 1; compact records have no words before their numbers."""
    sizes = measured_sizes(theme, snapshot, style)
    sizes = replace(sizes, between_records=_BETWEEN_RECORDS, stacked_sums=False)
    if style.resolve(len(snapshot.nodes)) is GraphStyle.LECTURE:
        return sizes
    return replace(sizes, record_width=narrow_width(theme), between_ranks=_BETWEEN_COMPACT_RANKS)


def with_twins_apart(layout: Layout) -> Layout:
    """`a + a`: its two edges one above the other, so that both can be seen and clicked."""
    groups: dict[tuple[int, int], list[int]] = {}
    for i, edge in enumerate(layout.edges):
        if edge.position >= 0:
            groups.setdefault((edge.tail, edge.head), []).append(i)
    edges = list(layout.edges)
    for (tail, head), twins in groups.items():
        if len(twins) == 1 or not _is_next(layout, tail, head):
            continue  # long ones are apart by themselves
        for place, i in enumerate(twins):
            edges[i] = replace(edges[i], curve=_bent(layout, edges[i], (place - (len(twins) - 1) / 2) * _TWINS_APART))
    return replace(layout, edges=tuple(edges))


def _is_next(layout: Layout, tail: int, head: int) -> bool:
    """Whether nothing can stand between an operand and where it is taken."""
    target = layout.operations[head] if np.isfinite(layout.operations[head, 0]) else layout.records[head]
    return bool(0 < target[0] - layout.records[tail, 0] - layout.records[tail, 2] < _NEXT)


def _bent(layout: Layout, edge: Edge, shift: float) -> tuple[float, ...]:
    """From the operand's right side to the operation, `shift` below the middle."""
    left, top, width, height = layout.records[edge.tail].tolist()
    target = layout.operations[edge.head]
    round_node = bool(np.isfinite(target[0]))
    x1, y1, _, tall = (target if round_node else layout.records[edge.head]).tolist()
    end, radius = shift * _CLOSER, tall / 2
    dent = radius - float(np.sqrt(max(radius**2 - end**2, 0.0))) if round_node else 0.0  # a circle's side is round
    x0, y0, x1, y1 = left + width, top + height / 2 + shift, x1 + dent, y1 + radius + end
    bend = (x1 - x0) / 2
    return x0, y0, x0 + bend, y0, x1 - bend, y1, x1, y1
