"""The picture of a laid-out graph: what stays (boxes, edges, names) and what changes at every step (numbers).

Everything is drawn in device pixels. The view keeps what stays in a pixmap and draws only the numbers anew.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from core.dot import GraphStyle
from core.graph import GraphSnapshot
from gui.graph.camera import Camera
from gui.graph.flow import GradientFlow
from gui.graph.layout import Layout
from gui.graph.record_boxes import BoxSprites, drawn_size
from gui.graph.record_names import RecordNames
from gui.graph.record_numbers import RecordNumbers, paint
from gui.graph.record_style import (
    BADGE,
    BADGE_SIZE,
    RADIUS,
    TITLE,
    Inks,
    blended,
    drawn_font,
    short_name,
    shown_symbol,
)
from gui.graph.walk import gradient_edges, gradient_nodes
from gui.theme import Theme

Array = NDArray[np.float64]
TEXT_ABOVE = 0.4  # zoom times scale; smaller letters cannot be read, coloured cells can
_EDGE, _GLOW, _OUTLINE = 1.2, 2.4, 2.5  # widths of lines in scene units …
_EDGE_LEAST, _GLOW_LEAST, _OUTLINE_LEAST = 0.6, 1.6, 2.0  # … and in pixels, however far away
_DRY = 1.4  # width of an edge of the path that brings no gradient; dotted
_MARGIN = 4.0  # between badge, name and the record's border
_MARK, _MARK_LEAST = 1.5, 1.0  # the outline of what was found, and how far it stands off: scene units, pixels
_HALO = 5.0  # how far the ground of the selected sample reaches around its records; scene units
_HALO_SHARE = 0.11  # of the ink in that ground


class RecordPicture:
    """One snapshot in one layout, drawn at any scale; also knows which node is where."""

    def __init__(self, snapshot: GraphSnapshot, layout: Layout, theme: Theme) -> None:
        self.snapshot, self.layout = snapshot, layout
        self.selected: int | None = None
        self.numbers = RecordNumbers(theme)
        self._theme = theme
        self._names = [short_name(node.label) for node in snapshot.nodes]
        self._paths = [_path(edge.curve) for edge in layout.edges]
        corners = [path.controlPointRect().getCoords() for path in self._paths]
        self._edge_boxes = np.array(corners, dtype=np.float64).reshape(-1, 4)
        self._lit = np.ones(len(snapshot.nodes), dtype=bool)
        self._path = np.empty(0, dtype=np.intp)  # the edges that the selected node's gradient comes through
        self._flow: GradientFlow | None = None
        self._carries = np.empty(0, dtype=bool)  # which edges of the path bring anything at all
        self.glows = True  # the path in the colour of gradients that flow; else it is only the way that they take
        self._marked = np.empty(0, dtype=np.intp)
        self._sample = np.empty(0, dtype=np.intp)
        self._strong = self._lit.copy()
        width, height = layout.records[0, 2:].tolist() if len(layout.records) else (1.0, 1.0)
        self._record = width, height  # all are alike
        self.restyle(1.0, 1.0)

    # -- state --------------------------------------------------------------------------------------------------

    def set_values(self, data: Array, grad: Array) -> bool:
        """New numbers; returns whether that changes what stays: an edge that brought no gradient now does, or not."""
        self.numbers.set_values(data, grad)
        return self._follow_flow()

    def select(self, node: int | None) -> None:
        """Outline a node and light up the path of its gradient; None for no node."""
        self.selected = node
        if node is None:
            self._lit[:] = True
            self._path, self._flow, self._carries = np.empty(0, dtype=np.intp), None, np.empty(0, dtype=bool)
            return
        self._lit = gradient_nodes(self.snapshot, node)
        self._path = np.flatnonzero(gradient_edges(self.layout, self._lit, node))
        self._flow = GradientFlow(self.snapshot, [self.layout.edges[edge] for edge in self._path.tolist()])
        self._carries = np.ones(len(self._path), dtype=bool)
        self._follow_flow()

    @property
    def glowing(self) -> NDArray[np.intp]:
        """The edges that bring some gradient to the selected node."""
        return self._path[self._carries]

    def mark(self, nodes: list[int]) -> None:
        """Outline nodes thinly: they were found."""
        self._marked = np.array(nodes, dtype=np.intp)

    def show_sample(self, prefix: str) -> bool:
        """Tell apart the records whose addresses begin so, unless all samples here are this one; True if any are."""
        addresses = [node.address for node in self.snapshot.nodes]
        several = len({address.partition("/")[0] for address in addresses if "/" in address}) > 1
        mine = np.array([several and address.startswith(prefix) for address in addresses], dtype=bool)
        self._sample = np.flatnonzero(mine)
        shared = np.array(["/" not in address for address in addresses], dtype=bool)
        self._strong = mine | shared if mine.any() else np.ones(len(mine), dtype=bool)
        return bool(mine.any())

    def _shown_lit(self) -> NDArray[np.bool_]:
        """Which records are strong: the gradient's path; from afar, with nothing selected, the selected sample."""
        return self._lit if self._readable or self.selected is not None else self._strong

    def _follow_flow(self) -> bool:
        """Look which edges of the path bring any gradient; True if others than before."""
        values = self.numbers.values
        if self._flow is None or values is None:
            return False
        before, self._carries = self._carries, self._flow.carries(*values)
        return not np.array_equal(before, self._carries)

    def restyle(self, pixels: float, unit: float) -> None:
        """Make the sprites for the theme's colours, at `pixels` device pixels per scene unit.

        `unit` is how many device pixels make a pixel of the interface.
        """
        self._pixels, self._unit = pixels, unit
        self._readable = pixels >= TEXT_ABOVE * unit
        self._boxes = BoxSprites(self._theme, pixels, max(1.0, unit * min(1.0, pixels / unit)), self._readable)
        self._size = drawn_size(*self._record, pixels)
        self._fitted = RecordNames(self._theme, self._names, pixels)
        self.numbers.restyle(pixels, self._size, self._readable)

    @property
    def readable(self) -> bool:
        """Whether records are large enough for text; coloured cells if not."""
        return self._readable

    # -- where things are ---------------------------------------------------------------------------------------

    def node_at(self, point: QPointF) -> int | None:
        """The node whose record or operation is at a scene point."""
        for boxes in (self.layout.records, self.layout.operations):
            inside = (boxes[:, 0] <= point.x()) & (point.x() <= boxes[:, 0] + boxes[:, 2])
            inside &= (boxes[:, 1] <= point.y()) & (point.y() <= boxes[:, 1] + boxes[:, 3])
            found = np.flatnonzero(inside)
            if len(found):
                return int(found[0])
        return None

    def device_box(self, node: int, camera: Camera) -> QRectF:
        """Where the record of a node is drawn, in device pixels."""
        left, top = self._corners(camera, np.array([node]))
        return QRectF(left[0], top[0], *drawn_size(*self._record, camera.pixels))

    def _corners(self, camera: Camera, nodes: NDArray[np.intp]) -> tuple[Array, Array]:
        corners = np.rint(self.layout.records[nodes, :2] * camera.pixels)
        return corners[:, 0] + camera.left, corners[:, 1] + camera.top

    def path(self, edge: int) -> QPainterPath:
        """The curve of an edge in scene units, operand first."""
        return self._paths[edge]

    # -- what changes -------------------------------------------------------------------------------------------

    def paint_numbers(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        """Data and gradient of all records that a view of so many device pixels shows."""
        shown = _visible(self.layout.records, camera.seen(width, height))
        paint(painter, self.numbers.fragments(shown, self._shown_lit()[shown], *self._corners(camera, shown)))

    # -- what stays ---------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter, camera: Camera, area: QRectF) -> None:
        """Ground, edges, operations, boxes and names within `area` (device pixels)."""
        painter.fillRect(area, self._theme.palette.card)
        seen = QRectF(camera.to_scene(area.left(), area.top()), camera.to_scene(area.right(), area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_sample(painter, camera, seen)
        self._paint_edges(painter, camera, seen)
        self._paint_operations(painter, camera, _visible(self.layout.operations, seen))
        shown = _visible(self.layout.records, seen)
        left, top = self._corners(camera, shown)
        lit = self._shown_lit()
        for node, x, y in zip(shown.tolist(), left.tolist(), top.tolist(), strict=True):
            painter.drawPixmap(int(x), int(y), self._boxes.record(*self._record, bool(lit[node])))
            if self._readable:
                self._paint_name(painter, node, x, y)
        self._paint_marks(painter, camera, seen)
        if self.selected is not None:
            self._paint_outline(painter, self.device_box(self.selected, camera))

    def _paint_sample(self, painter: QPainter, camera: Camera, seen: QRectF) -> None:
        """A quiet ground behind the records of the selected sample; from afar its colours tell it."""
        if not self._readable:
            return
        colours = self._theme.palette
        halo = _HALO * self._pixels
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blended(colours.card, colours.ink, _HALO_SHARE))
        radius = RADIUS * self._pixels + halo
        for node in self._sample[_inside(self.layout.records[self._sample], seen, halo / camera.pixels)].tolist():
            box = self.device_box(node, camera)
            painter.drawRoundedRect(box.adjusted(-halo, -halo, halo, halo), radius, radius)

    def _paint_marks(self, painter: QPainter, camera: Camera, seen: QRectF) -> None:
        """A thin outline around what was found."""
        width = max(_MARK * self._pixels, _MARK_LEAST * self._unit)
        painter.setPen(QPen(self._theme.palette.accent, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for node in self._marked[_inside(self.layout.records[self._marked], seen, width / camera.pixels)].tolist():
            box = self.device_box(node, camera).adjusted(-width, -width, width, width)
            painter.drawRoundedRect(box, RADIUS * self._pixels + width, RADIUS * self._pixels + width)

    def _paint_edges(self, painter: QPainter, camera: Camera, seen: QRectF) -> None:
        boxes = self._edge_boxes
        inside = (boxes[:, 0] <= seen.right()) & (boxes[:, 2] >= seen.left())
        inside &= (boxes[:, 1] <= seen.bottom()) & (boxes[:, 3] >= seen.top())
        pixel = self._unit / camera.pixels
        plain = QPen(self._boxes.inks[self.selected is None].edge, max(_EDGE, _EDGE_LEAST * pixel))
        way = self._theme.palette.glow if self.glows else self._theme.palette.mute
        glow = QPen(way, max(_GLOW, _GLOW_LEAST * pixel))
        dry = QPen(way, max(_DRY, _EDGE_LEAST * pixel), Qt.PenStyle.DotLine)
        off = inside.copy()
        off[self._path] = False
        kinds = ((plain, np.flatnonzero(off)), (dry, self._path[~self._carries]), (glow, self.glowing))
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.translate(camera.left, camera.top)
        painter.scale(camera.pixels, camera.pixels)
        for pen, which in kinds:
            painter.setPen(pen)
            for edge in which[inside[which]].tolist():
                painter.drawPath(self._paths[edge])
        painter.restore()

    def _paint_operations(self, painter: QPainter, camera: Camera, shown: NDArray[np.intp]) -> None:
        for node in shown.tolist():
            x, y, width, height = self.layout.operations[node].tolist()
            sprite = self._boxes.operation(self.snapshot.nodes[node].op, width, height, bool(self._lit[node]))
            painter.drawPixmap(round(x * camera.pixels) + camera.left, round(y * camera.pixels) + camera.top, sprite)

    def _paint_name(self, painter: QPainter, node: int, x: float, y: float) -> None:
        """The name, centred where it fits; in the compact style after the operation's badge."""
        pixels, inks = self._pixels, self._boxes.inks[bool(self._lit[node])]
        margin, width, lead = _MARGIN * pixels, float(self._size[0]), 0.0
        op = self.snapshot.nodes[node].op
        if op and self.layout.style is GraphStyle.COMPACT:
            lead = self._paint_badge(painter, shown_symbol(op), x + margin, y + margin, inks)
        room = width - lead - 3 * margin if lead else width - 2 * margin
        name = self._fitted.fitted(node, room)
        balance = lead + margin if name.width <= width - 2 * lead - 3 * margin else margin
        where = QRectF(x + lead + margin, y, width - lead - margin - balance, TITLE * pixels)
        painter.setFont(name.font)
        painter.setPen(inks.ink)
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, name.text)

    def _paint_badge(self, painter: QPainter, symbol: str, x: float, y: float, inks: Inks) -> float:
        """The operation in a compact record; returns the width it took."""
        font, height = drawn_font(self._theme, BADGE_SIZE, self._pixels), BADGE * self._pixels
        width = max(height * 1.25, QFontMetricsF(font).horizontalAdvance(symbol) + 8 * self._pixels)
        box = QRectF(x, y - self._pixels, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks.soft)
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(inks.ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, symbol)
        return width

    def _paint_outline(self, painter: QPainter, box: QRectF) -> None:
        """The strong outline of the selected node."""
        painter.setPen(QPen(self._theme.palette.ink, max(_OUTLINE * self._pixels, _OUTLINE_LEAST * self._unit)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS * self._pixels, RADIUS * self._pixels)


def _visible(boxes: Array, seen: QRectF) -> NDArray[np.intp]:
    """Rows of left, top, width, height that touch `seen`; rows of nan do not."""
    return np.flatnonzero(_inside(boxes, seen, 0.0))


def _inside(boxes: Array, seen: QRectF, margin: float) -> NDArray[np.bool_]:
    """Which rows touch `seen` if they are so much larger on each side."""
    inside = (boxes[:, 0] - margin <= seen.right()) & (boxes[:, 0] + boxes[:, 2] + margin >= seen.left())
    inside &= (boxes[:, 1] - margin <= seen.bottom()) & (boxes[:, 1] + boxes[:, 3] + margin >= seen.top())
    return inside


def _path(curve: tuple[float, ...]) -> QPainterPath:
    path = QPainterPath(QPointF(curve[0], curve[1]))
    for i in range(2, len(curve) - 5, 6):
        path.cubicTo(*curve[i : i + 6])
    return path
