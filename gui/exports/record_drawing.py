"""A graph of records drawn without sprites: every number a text, every edge a path, at the layout's own size."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from gui.graph.camera import Camera
from gui.graph.record_item import RecordPicture
from gui.graph.record_numbers import inks
from gui.graph.record_style import INSET, LEAD, NUMBER_SIZE, RADIUS, ROW, TITLE, drawn_font
from gui.graph.sheet_labels import View
from gui.graph.sheet_overlay import SheetOverlay
from gui.graph.sheet_picture import SheetPicture
from gui.graph.sheet_scene import SheetScene
from gui.graph.sheet_wrong import SHOULD_BE, TAG
from gui.graph.sprites import DIGITS
from gui.numbers import format_number
from gui.theme import Theme

MARGIN, WRITTEN_MARGIN = 24, 56  # around the graph, and around one with texts beside its edges; pixels
_HIDDEN = "?"
_TAG_SIZE, _TAG_LEAD, _TAG_RADIUS, _TAG_INSET = 10, 5.0, 5.0, 1.5  # of the plate under a wrong record
_RIM = 2.0  # of a wrong record
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MUTE, _COLOURS = 3, 4  # places in `inks`


class VectorRecords(RecordPicture):
    """The picture of a view once more, in a theme of its own, to be painted at one pixel a scene unit."""

    def follow(self, shown: RecordPicture) -> None:
        """Take over numbers and marks of the picture on screen."""
        if shown.numbers.values is not None:
            self.set_values(*shown.numbers.values)
        if shown.numbers.covers is not None:
            self.numbers.cover(*shown.numbers.covers)
        self._marked, self._sample, self._strong = shown._marked, shown._sample, shown._strong
        self.select(shown.selected)

    def paint_still(self, painter: QPainter, camera: Camera, area: QRectF) -> None:
        """All but the numbers, which are above it."""
        painter.fillRect(area, self._theme.palette.card)
        seen = QRectF(camera.to_scene(area.left(), area.top()), camera.to_scene(area.right(), area.bottom()))
        self._paint_sample(painter, camera, seen)
        self._paint_edges(painter, camera, seen)
        self._paint_operations(painter, camera, np.flatnonzero(np.isfinite(self.layout.operations[:, 0])))
        nodes = np.arange(len(self.snapshot.nodes))
        for node, x, y in zip(nodes.tolist(), *(part.tolist() for part in self._corners(camera, nodes)), strict=True):
            painter.translate(x, y)
            self._boxes.paint(painter, "", *self._size, bool(self._lit[node]))
            painter.translate(-x, -y)
            self._paint_name(painter, node, x, y)
        self._paint_marks(painter, camera, seen)
        if self.selected is not None:
            self._paint_outline(painter, self.device_box(self.selected, camera))

    def paint_values(self, painter: QPainter, camera: Camera) -> None:
        """Data and gradient of every record."""
        if self.numbers.values is None:
            return
        colours = inks(self._theme)
        painter.setFont(drawn_font(self._theme, NUMBER_SIZE, self._pixels))
        left, top = self._corners(camera, np.arange(len(self.snapshot.nodes)))
        for row, values in enumerate(self.numbers.values):
            texts, signs = self._texts(row, values)
            for node, (text, sign) in enumerate(zip(texts, signs, strict=True)):
                if text:
                    painter.setPen(colours[sign + (0 if self._lit[node] else _COLOURS)])
                    line = top[node] + (TITLE + LEAD + row * ROW) * self._pixels
                    width = self._size[0] - INSET * self._pixels
                    painter.drawText(QRectF(left[node], line, width, ROW * self._pixels), _RIGHT, text)

    def _texts(self, row: int, values: NDArray[np.float64]) -> tuple[list[str], list[int]]:
        """Every number of a row as it is told, and the place of its colour."""
        texts = [format_number(value, DIGITS) for value in values.tolist()]
        known = np.zeros(len(values), dtype=np.intp)
        if row:
            known = np.where(values > 0, 1, np.where(values < 0, 2, 0))
        signs = np.where(np.isnan(values), _MUTE, known)
        if self.numbers.covers is not None:
            empty, hidden = (cover[row] for cover in self.numbers.covers)
            texts = ["" if gone else text for text, gone in zip(texts, empty.tolist(), strict=True)]
            texts = [_HIDDEN if secret else text for text, secret in zip(texts, hidden.tolist(), strict=True)]
            signs = np.where(hidden, _MUTE, signs)
        return texts, signs.tolist()

    def _paint_operations(self, painter: QPainter, camera: Camera, shown: NDArray[np.intp]) -> None:
        for node in shown.tolist():
            x, y, width, height = (self.layout.operations[node] * camera.pixels).tolist()
            x, y = round(x) + camera.left, round(y) + camera.top
            painter.translate(x, y)
            self._boxes.paint(painter, self.snapshot.nodes[node].op, width, height, bool(self._lit[node]))
            painter.translate(-x, -y)


class VectorSheet(SheetPicture, VectorRecords):
    """The same of the expression lab: what has flowed stays violet."""


class VectorOverlay(SheetOverlay):
    """What lies over the records; the plates under wrong gradients are drawn, not copied."""

    def _paint_wrong(self, painter: QPainter, picture: SheetPicture, view: View) -> None:
        nodes, true = self._wrong
        for node, gradient in zip(nodes.tolist(), true.tolist(), strict=True):
            self._paint_tag(painter, picture.device_box(node, view.camera), format_number(gradient, DIGITS))

    def _paint_tag(self, painter: QPainter, box: QRectF, text: str) -> None:
        """The record's rim in the negative's colour, and a plate that says what the gradient should be."""
        colours = self._theme.palette
        plate = QRectF(box.left() + _TAG_INSET, box.bottom() - 1, box.width() - 2 * _TAG_INSET, TAG)
        painter.setPen(QPen(colours.negative, 1.0))
        painter.setBrush(colours.card)
        painter.drawPath(_hanging(plate, _TAG_RADIUS))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.negative, _RIM))
        half = _RIM / 2
        painter.drawRoundedRect(box.adjusted(half, half, -half, -half), RADIUS, RADIUS)
        painter.setPen(colours.negative_text)
        painter.setFont(drawn_font(self._theme, _TAG_SIZE, 1.0, mono=False))
        painter.drawText(plate.adjusted(_TAG_LEAD, 0, 0, 0), _LEFT, SHOULD_BE)
        painter.setFont(drawn_font(self._theme, _TAG_SIZE, 1.0))
        painter.drawText(plate.adjusted(0, 0, _TAG_INSET - INSET, 0), _RIGHT, text)


def _hanging(box: QRectF, radius: float) -> QPainterPath:
    """A box whose lower corners alone are round."""
    size = QSizeF(2 * radius, 2 * radius)
    path = QPainterPath(box.topLeft())
    path.arcTo(QRectF(QPointF(box.left(), box.bottom() - 2 * radius), size), 180, 90)
    path.arcTo(QRectF(QPointF(box.right() - 2 * radius, box.bottom() - 2 * radius), size), 270, 90)
    path.lineTo(box.topRight())
    return path


class RecordDrawing:
    """A Drawing of the whole graph that a view shows, in the colours of `theme`. Made in the window's thread."""

    def __init__(self, shown: RecordPicture, theme: Theme, title: str) -> None:
        self.title, self.ground = title, theme.palette.card
        self._margin = MARGIN
        kind = VectorSheet if isinstance(shown, SheetPicture) else VectorRecords
        self._picture = kind(shown.snapshot, shown.layout, theme)
        self._picture.follow(shown)
        self._overlay: VectorOverlay | None = None
        if isinstance(shown, SheetPicture) and isinstance(self._picture, VectorSheet):
            self._picture.flowed = shown.flowed

    @classmethod
    def of_sheet(cls, view: SheetScene, shown: SheetPicture, theme: Theme, title: str) -> RecordDrawing:
        """The graph of the expression lab with all that its step says."""
        drawing = cls(shown, theme, title)
        drawing._overlay = VectorOverlay(theme)
        drawing._overlay.set_marks(view.overlay.marks)
        drawing._overlay.pin(view.overlay.pinned)
        drawing._overlay.set_wrong(*view.overlay.wrong_gradients)
        if view.overlay.marks.edges or view.overlay.marks.growths:
            drawing._margin = WRITTEN_MARGIN
        return drawing

    @property
    def size(self) -> QSizeF:
        layout, around = self._picture.layout, 2 * self._margin
        return QSizeF(math.ceil(layout.width) + around, math.ceil(layout.height) + around)

    def paint(self, painter: QPainter) -> None:
        camera, size = Camera(1.0, self._margin, self._margin), self.size
        self._picture.paint_still(painter, camera, QRectF(0, 0, size.width(), size.height()))
        self._picture.paint_values(painter, camera)
        if self._overlay is not None and isinstance(self._picture, SheetPicture):
            view = View(camera, 1.0, round(size.width()), round(size.height()))
            self._overlay.paint(painter, self._picture, view, None)
