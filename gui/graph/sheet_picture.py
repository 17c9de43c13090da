"""The picture of a sheet's graph: records as everywhere, and what gradients have flowed through stays violet."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from core.expression.sheet import Field
from core.graph import GraphSnapshot
from gui.graph.camera import Camera
from gui.graph.layout import Layout
from gui.graph.record_item import RecordPicture
from gui.graph.record_numbers import Array
from gui.graph.record_style import INSET, LEAD, NUMBER_SIZE, ROW, TITLE, drawn_font
from gui.graph.sheet_steps import EdgeIndex
from gui.graph.sprites import SLOT
from gui.theme import Theme

FIELDS: tuple[Field, Field] = ("data", "grad")  # the rows of a record
_FLOWED, _FLOWED_LEAST = 1.6, 0.8  # width of the path in scene units, and in pixels however far away
_PARTS = 12  # straight pieces that a Bézier is taken as when the pointer looks for it


class SheetPicture(RecordPicture):
    """Selecting a node only outlines it: the violet here tells what has flowed, not what would flow."""

    def __init__(self, snapshot: GraphSnapshot, layout: Layout, theme: Theme) -> None:
        super().__init__(snapshot, layout, theme)
        self.edges: EdgeIndex = {(edge.head, edge.position): i for i, edge in enumerate(layout.edges)}
        self.flowed: frozenset[int] = frozenset()
        self._slot = 0.0, 0  # device pixels a scene unit, and the width of a number's slot then
        self._lines: dict[int, Array] = {}  # edges as points, made when the pointer comes near

    def select(self, node: int | None) -> None:
        """Outline a node; None for no node."""
        self.selected = node

    # -- what has flowed ----------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter, camera: Camera, area: QRectF) -> None:
        super().paint_still(painter, camera, area)
        seen = QRectF(camera.to_scene(area.left(), area.top()), camera.to_scene(area.right(), area.bottom()))
        self.paint_flowed(painter, camera, self._touching(self.flowed, seen))

    def paint_flowed(self, painter: QPainter, camera: Camera, edges: list[int]) -> None:
        """The thin violet path along some edges, over what stays."""
        width = max(_FLOWED, _FLOWED_LEAST * self._unit / camera.pixels)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(camera.left, camera.top)
        painter.scale(camera.pixels, camera.pixels)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.palette.glow, width))
        for edge in edges:
            painter.drawPath(self._paths[edge])
        painter.restore()

    def _touching(self, edges: frozenset[int], seen: QRectF) -> list[int]:
        """Those of some edges that may be seen."""
        numbers = np.fromiter(edges, dtype=np.intp, count=len(edges))
        left, top, right, bottom = self._edge_boxes[numbers].T
        inside = (left <= seen.right()) & (right >= seen.left()) & (top <= seen.bottom()) & (bottom >= seen.top())
        return [int(edge) for edge in numbers[inside]]

    def edge_area(self, edge: int, camera: Camera) -> QRectF:
        """All that an edge's line may touch, in device pixels."""
        left, top, right, bottom = (self._edge_boxes[edge] * camera.pixels).tolist()
        margin = 2 + max(_FLOWED * camera.pixels, _FLOWED_LEAST * self._unit)
        area = QRectF(left, top, right - left, bottom - top).translated(camera.left, camera.top)
        return area.adjusted(-margin, -margin, margin, margin)

    # -- where things are ---------------------------------------------------------------------------------------

    def slot_box(self, node: int, field: Field, camera: Camera) -> QRectF:
        """Where a number is written if it can be read, in device pixels."""
        pixels, box = camera.pixels, self.device_box(node, camera)
        if self._slot[0] != pixels:  # the camera may be ahead of the sprites
            font = drawn_font(self._theme, NUMBER_SIZE, pixels)
            self._slot = pixels, SLOT * max(1, round(QFontMetricsF(font).horizontalAdvance("0")))
        top = box.top() + (TITLE + LEAD + FIELDS.index(field) * ROW) * pixels
        width = self._slot[1]
        return QRectF(box.right() - round(INSET * pixels) - width, top, width, ROW * pixels)

    def slot_at(self, point: QPointF, camera: Camera) -> tuple[int, Field] | None:
        """The number at a scene point: node and field."""
        node = self.node_at(point)
        if node is None:
            return None
        place = QPointF(point.x() * camera.pixels + camera.left, point.y() * camera.pixels + camera.top)
        return next(((node, field) for field in FIELDS if self.slot_box(node, field, camera).contains(place)), None)

    def edge_at(self, point: QPointF, within: float) -> int | None:
        """The edge nearest to a scene point, no further away than `within`; those from operation to result count."""
        boxes, x, y = self._edge_boxes, point.x(), point.y()
        near = (boxes[:, 0] - within <= x) & (x <= boxes[:, 2] + within)
        near &= (boxes[:, 1] - within <= y) & (y <= boxes[:, 3] + within)
        distances = {edge: self._distance(edge, x, y) for edge in np.flatnonzero(near).tolist()}
        nearest = min(distances, key=distances.__getitem__, default=None)
        return nearest if nearest is not None and distances[nearest] <= within else None

    def _distance(self, edge: int, x: float, y: float) -> float:
        if edge not in self._lines:
            self._lines[edge] = polyline(self.layout.edges[edge].curve)
        points = self._lines[edge] - (x, y)
        starts, ways = points[:-1], np.diff(points, axis=0)
        lengths = np.maximum((ways**2).sum(axis=1), 1e-12)
        share = np.clip(-(starts * ways).sum(axis=1) / lengths, 0.0, 1.0)
        nearest = starts + share[:, None] * ways
        return math.sqrt(float((nearest**2).sum(axis=1).min()))


def polyline(curve: tuple[float, ...]) -> Array:
    """Points along an edge's Béziers, (n, 2)."""
    points = np.array(curve, dtype=np.float64).reshape(-1, 2)
    t = np.linspace(0.0, 1.0, _PARTS + 1)[:, None]
    pieces = [points[:1]]
    for i in range(0, len(points) - 3, 3):
        a, b, c, d = points[i : i + 4]
        piece = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
        pieces.append(piece[1:])
    return np.concatenate(pieces)
