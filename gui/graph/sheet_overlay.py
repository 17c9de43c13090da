"""What lies over the records of a sheet: active node, edges of its step, texts beside them, a dot on its way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gui.graph.camera import Camera
from gui.graph.record_numbers import Array
from gui.graph.record_style import LEAD, RADIUS, ROW, TITLE
from gui.graph.sheet_picture import SheetPicture
from gui.graph.sheet_pills import Pill, PillPainter, Places
from gui.graph.sheet_steps import StepMarks
from gui.graph.sheet_wrong import TAG, WrongTags
from gui.theme import Theme

_LINE, _LINE_LEAST = 2.4, 1.8  # of lit edges: scene units, and pixels however far away
_OUTLINE, _OUTLINE_LEAST = 2.5, 2.0
_WRITTEN = 1.5  # outline of nodes that were written together
_DASHES = [2.6, 2.0]  # in widths of the line
_HEAD = 6.0  # length of an arrow's head; scene units
_DOT = 4.5  # radius of what travels; pixels
_ALONG = (0.5, 0.3, 0.7, 0.1)  # where on an edge its text may be, best first
_SMALLEST, _LARGEST = 0.9, 1.15  # zoom of texts
_TITLE_WEIGHT, _DATA_WEIGHT, _GRAD_WEIGHT, _CIRCLE_WEIGHT = 3.0, 3.0, 5.0, 3.0
_TAG_WEIGHT = 8.0
_FAR_WEIGHT = 1.0  # of records seen from afar


@dataclass(frozen=True)
class View:
    """How the picture is seen."""

    camera: Camera
    unit: float  # device pixels a pixel of the interface
    width: int  # device pixels
    height: int

    @property
    def letters(self) -> float:
        """The unit of what is written: it follows the zoom as far as it stays readable and small."""
        return self.unit * min(max(self.camera.pixels / self.unit, _SMALLEST), _LARGEST)


@dataclass(frozen=True)
class Hovered:
    """The edge under the pointer and what is written beside it."""

    edges: tuple[int, ...]
    text: str


class SheetOverlay:
    """Keeps what is to be drawn and draws it; places of texts are found once per step and camera."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._marks = StepMarks()
        self._hovered: Hovered | None = None
        self._wrong: tuple[NDArray[np.intp], Array] = np.empty(0, dtype=np.intp), np.empty(0)
        self._tags: tuple[tuple[float, float], WrongTags] | None = None
        self._placed: tuple[View, list[tuple[Pill, QColor | None]]] | None = None
        self._spots: tuple[object, list[tuple[QRectF, QPointF]]] = None, []  # of the texts placed last, and for what

    @property
    def marks(self) -> StepMarks:
        return self._marks

    @property
    def hovered(self) -> Hovered | None:
        return self._hovered

    @property
    def wrong(self) -> list[int]:
        """The nodes whose gradients are marked."""
        return [int(node) for node in self._wrong[0]]

    @property
    def wrong_gradients(self) -> tuple[NDArray[np.intp], Array]:
        """The nodes whose gradients are marked, and what these should be."""
        return self._wrong

    @property
    def texts(self) -> list[str]:
        """What is written over the graph for the present step and pointer, as last drawn."""
        return [pill.text for pill, _ in self._placed[1]] if self._placed is not None else []

    def set_marks(self, marks: StepMarks) -> None:
        if marks != self._marks:
            self._marks, self._placed = marks, None

    def set_wrong(self, nodes: NDArray[np.intp], true: Array) -> None:
        """Mark nodes whose gradients should be `true` (one each)."""
        self._wrong, self._placed = (nodes, true), None

    def hover(self, hovered: Hovered | None) -> bool:
        """Light up edges under the pointer; True if others than before."""
        if hovered == self._hovered:
            return False
        self._hovered, self._placed = hovered, None
        return True

    def restyle(self) -> None:
        """Colours or fonts have changed."""
        self._tags = self._placed = None

    # -- drawing ------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, picture: SheetPicture, view: View, share: float | None) -> None:
        """Everything; `share` tells how far the dot is on its way, None for no dot. Device pixels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_wrong(painter, picture, view)
        self._paint_lit(painter, picture, view)
        self._paint_outlines(painter, picture, view)
        if share is not None:
            self._paint_dot(painter, picture, view, share)
        pills = PillPainter(self._theme, view.letters)
        for pill, line in self._pills(pills, picture, view):
            pills.paint(painter, pill, line)

    def lit_area(self, picture: SheetPicture, view: View) -> QRectF:
        """All that a dot on its way may touch, in device pixels."""
        area, margin = QRectF(), 2 * _DOT * view.unit
        for edge in self._lit_edges():
            area |= picture.edge_area(edge, view.camera)
        return area.adjusted(-margin, -margin, margin, margin)

    def _lit_edges(self) -> list[int]:
        result = [] if self._marks.result is None else [self._marks.result]
        return [lit.edge for lit in self._marks.edges] + result

    def _colour(self) -> QColor:
        return self._theme.palette.glow if self._marks.backward else self._theme.palette.accent

    def _paint_wrong(self, painter: QPainter, picture: SheetPicture, view: View) -> None:
        nodes, true = self._wrong
        if not len(nodes):
            return
        style = view.camera.pixels, view.unit
        if self._tags is None or self._tags[0] != style:
            box = picture.device_box(0, view.camera)
            size = round(box.width()), round(box.height())
            self._tags = style, WrongTags(self._theme, *style, size, picture.readable)
        corners = np.rint(picture.layout.records[nodes, :2] * view.camera.pixels)
        left, top = corners[:, 0] + view.camera.left, corners[:, 1] + view.camera.top
        box = picture.device_box(0, view.camera)
        below = TAG * view.camera.pixels
        seen = (left < view.width) & (left + box.width() > 0) & (top < view.height)
        seen &= top + box.height() + below > 0
        self._tags[1].paint(painter, left[seen], top[seen], true[seen])
        if picture.selected is not None and picture.selected in nodes:  # its ink would lie below the mark
            width = max(_OUTLINE * view.camera.pixels, _OUTLINE_LEAST * view.unit)
            painter.setPen(QPen(self._theme.palette.ink, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inner = picture.device_box(picture.selected, view.camera).adjusted(width, width, -width, -width)
            painter.drawRoundedRect(inner, (RADIUS - 2) * view.camera.pixels, (RADIUS - 2) * view.camera.pixels)

    def _paint_lit(self, painter: QPainter, picture: SheetPicture, view: View) -> None:
        pixel = view.unit / view.camera.pixels
        width = max(_LINE, _LINE_LEAST * pixel)
        painter.save()
        painter.translate(view.camera.left, view.camera.top)
        painter.scale(view.camera.pixels, view.camera.pixels)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        solid = QPen(self._colour(), width)
        dashed = QPen(solid)
        dashed.setDashPattern(_DASHES)
        dashed.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._marks.result is not None:
            painter.setPen(solid)
            painter.drawPath(picture.path(self._marks.result))
        for lit in self._marks.edges:
            path = picture.path(lit.edge)
            if self._marks.backward:  # the dashes of a flow must not lie on the line of the edge
                painter.setPen(QPen(self._theme.palette.card, width))
                painter.drawPath(path)
            painter.setPen(dashed if self._marks.backward else solid)
            painter.drawPath(path)
            self._paint_head(painter, path, max(_HEAD, 3 * width))
        if self._hovered is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.palette.ink, width))
            for edge in self._hovered.edges:
                painter.drawPath(picture.path(edge))
        painter.restore()

    def _paint_head(self, painter: QPainter, path: QPainterPath, length: float) -> None:
        """An arrow's head where the flow arrives: at the operand going backward, at the operation going forward."""
        at, before = (0.0, 0.06) if self._marks.backward else (1.0, 0.94)
        tip, way = path.pointAtPercent(at), path.pointAtPercent(at) - path.pointAtPercent(before)
        size = max((way.x() ** 2 + way.y() ** 2) ** 0.5, 1e-9)
        along = way / size * length
        across = QPointF(-along.y(), along.x()) * 0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour())
        painter.drawPolygon(QPolygonF([tip, tip - along + across, tip - along - across]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_outlines(self, painter: QPainter, picture: SheetPicture, view: View) -> None:
        pixels = view.camera.pixels
        nodes = [self._marks.active] if self._marks.active >= 0 else list(self._marks.written)
        single = self._marks.active >= 0
        width = max((_OUTLINE if single else _WRITTEN) * pixels, (_OUTLINE_LEAST if single else 1.0) * view.unit)
        painter.setPen(QPen(self._colour(), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        whole, radius = QRectF(0, 0, view.width, view.height), RADIUS * pixels + width / 2
        for node in nodes:
            away = width / 2 if node == picture.selected else 0.0  # the selection's ink stays visible inside
            box = picture.device_box(node, view.camera).adjusted(-away, -away, away, away)
            if box.intersects(whole):
                painter.drawRoundedRect(box, radius, radius)

    def _paint_dot(self, painter: QPainter, picture: SheetPicture, view: View, share: float) -> None:
        painter.setPen(QPen(self._theme.palette.card, view.unit))
        painter.setBrush(self._colour())
        radius = _DOT * view.unit
        for lit in self._marks.edges:
            way = QPainterPath(picture.path(lit.edge))
            if self._marks.result is not None:
                way.connectPath(picture.path(self._marks.result))
            point = way.pointAtPercent(1.0 - share if self._marks.backward else share)
            place = QPointF(point.x() * view.camera.pixels, point.y() * view.camera.pixels)
            painter.drawEllipse(place + QPointF(view.camera.left, view.camera.top), radius, radius)

    # -- texts --------------------------------------------------------------------------------------------------

    def _pills(self, pills: PillPainter, picture: SheetPicture, view: View) -> list[tuple[Pill, QColor | None]]:
        """All texts in their places. With the pointer on an edge, only what is said of that edge."""
        if self._placed is None or self._placed[0] != view:
            self._placed = view, self._place(pills, picture, view)
        return self._placed[1]

    def _place(self, pills: PillPainter, picture: SheetPicture, view: View) -> list[tuple[Pill, QColor | None]]:
        hovered = self._hovered
        lit = [(edge.edge, edge.text) for edge in self._marks.edges if edge.text]
        if hovered is not None:
            lit = [(hovered.edges[0], hovered.text)] if hovered.text else []
        growths = self._marks.growths if hovered is None else ()
        if not lit and not growths:
            return []
        sizes = [pills.size_of(text) for text in (*(growth.text for growth in growths), *(text for _, text in lit))]
        spots = self._spots_for(picture, view, [growth.node for growth in growths], [edge for edge, _ in lit], sizes)
        glow = self._theme.palette.glow
        placed: list[tuple[Pill, QColor | None]] = []
        for growth, (spot, _) in zip(growths, spots, strict=False):
            placed.append((Pill(growth.text, spot, False), glow))
        for (_, text), (spot, end) in zip(lit, spots[len(growths) :], strict=True):
            placed.append((Pill(text, spot, True, end), None))
        return placed

    def _spots_for(
        self, picture: SheetPicture, view: View, nodes: list[int], edges: list[int], sizes: list[QSizeF]
    ) -> list[tuple[QRectF, QPointF]]:
        """A place for every text: below or above its node, along its edge. Other numbers of the same length stay."""
        lengths = [(size.width(), size.height()) for size in sizes]
        wanted_for = (id(picture), view, nodes, edges, lengths, self.wrong)
        if self._spots[0] == wanted_for:
            return self._spots[1]
        margin = 4 * view.unit
        bounds = QRectF(margin, margin, view.width - 2 * margin, view.height - 2 * margin)
        places = Places(self._obstacles(picture, view), bounds)
        points = [
            *(self._beside(picture, view, node, size) for node, size in zip(nodes, sizes, strict=False)),
            *(self._along(picture, view, edge) for edge in edges),
        ]
        spots = [places.place(size, near) for size, near in zip(sizes, points, strict=True)]
        self._spots = wanted_for, spots
        return spots

    def _beside(self, picture: SheetPicture, view: View, node: int, size: QSizeF) -> list[QPointF]:
        """Below a node, and below its tag; else above it."""
        box = picture.device_box(node, view.camera)
        below = box.bottom() + size.height() / 2 + (TAG * view.camera.pixels if node in self.wrong else 0)
        return [QPointF(box.center().x(), below), QPointF(box.center().x(), box.top() - size.height() / 2)]

    def _along(self, picture: SheetPicture, view: View, edge: int) -> list[QPointF]:
        path, corner = picture.path(edge), QPointF(view.camera.left, view.camera.top)
        return [path.pointAtPercent(share) * view.camera.pixels + corner for share in _ALONG]

    def _obstacles(self, picture: SheetPicture, view: View) -> Array:
        """What should not be covered: rows of numbers more than names."""
        pixels, records = view.camera.pixels, picture.layout.records
        corner = np.array([view.camera.left, view.camera.top])
        left, top = (np.rint(records[:, :2] * pixels) + corner).T
        seen = (left < view.width) & (top < view.height) & (left + records[:, 2] * pixels > 0)
        left, top = left[seen], top[seen]
        rights = left + records[seen, 2] * pixels
        if not picture.readable:
            bottoms, weights = top + records[seen, 3] * pixels, np.full(len(left), _FAR_WEIGHT)
            return np.stack([left, top, rights, bottoms, weights], axis=1)
        rows = ((0.0, TITLE, _TITLE_WEIGHT), (TITLE + LEAD, ROW, _DATA_WEIGHT), (TITLE + LEAD + ROW, ROW, _GRAD_WEIGHT))
        parts = []
        for start, height, weight in rows:
            upper = top + start * pixels
            parts.append(np.stack([left, upper, rights, upper + height * pixels, np.full(len(left), weight)], axis=1))
        parts.append(self._tag_boxes(picture, view))
        circles = picture.layout.operations
        circles = circles[np.isfinite(circles[:, 0])]
        corners = circles[:, :2] * pixels + corner
        ends = corners + circles[:, 2:] * pixels
        parts.append(np.concatenate([corners, ends, np.full((len(circles), 1), _CIRCLE_WEIGHT)], axis=1))
        return np.concatenate(parts)

    def _tag_boxes(self, picture: SheetPicture, view: View) -> Array:
        """What the wrong gradients should be must be read before all."""
        boxes = [picture.device_box(node, view.camera) for node in self.wrong]
        below = TAG * view.camera.pixels
        rows = [(box.left(), box.bottom(), box.right(), box.bottom() + below, _TAG_WEIGHT) for box in boxes]
        return np.array(rows, dtype=np.float64).reshape(-1, 5)
