"""What lies over the records of a sheet: active node, edges of its step, texts beside them, a dot on its way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gui.graph.record_numbers import Array
from gui.graph.record_style import RADIUS
from gui.graph.sheet_labels import Labels, Note, View, place_notes
from gui.graph.sheet_picture import SheetPicture
from gui.graph.sheet_pills import Pill, PillPainter
from gui.graph.sheet_steps import StepMarks
from gui.graph.sheet_wrong import TAG, WrongTags
from gui.theme import Theme

_LINE, _LINE_LEAST = 2.4, 1.8  # of lit edges: scene units, and pixels however far away
_OUTLINE, _OUTLINE_LEAST = 2.5, 2.0
_WRITTEN = 1.5  # outline of nodes that were written together
_DASHES = [2.6, 2.0]  # in widths of the line
_HEAD = 6.0  # length of an arrow's head; scene units
_DOT = 4.5  # radius of what travels; pixels


class SheetOverlay:
    """Keeps what is to be drawn and draws it; places of texts are found once per step and camera."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._marks = StepMarks()
        self._labels = Labels()
        self._hovered: Note | None = None
        self._pinned: Note | None = None
        self._wrong: tuple[NDArray[np.intp], Array] = np.empty(0, dtype=np.intp), np.empty(0)
        self._tags: tuple[tuple[float, float], WrongTags] | None = None
        self._placed: tuple[View, list[tuple[Pill, QColor | None]]] | None = None

    @property
    def marks(self) -> StepMarks:
        return self._marks

    @property
    def hovered(self) -> Note | None:
        """The edge under the pointer."""
        return self._hovered

    @property
    def pinned(self) -> Note | None:
        """The edge that was clicked."""
        return self._pinned

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

    def hover(self, hovered: Note | None) -> bool:
        """Light up edges under the pointer; True if others than before."""
        if hovered == self._hovered:
            return False
        self._hovered, self._placed = hovered, None
        return True

    def pin(self, pinned: Note | None) -> bool:
        """Keep edges lit and their text there until called again; True if others than before."""
        if pinned == self._pinned:
            return False
        self._pinned, self._placed = pinned, None
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
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.palette.ink, width))
        for edge in (edge for note in self._notes for edge in note.edges):
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
        """All texts in their places; those of edges that were pointed at displace what would lie below them."""
        if self._placed is None or self._placed[0] != view:
            labels = self._labels.place(pills, picture, view, self._marks, self.wrong)
            if self._notes:
                labels = place_notes(pills, picture, view, self.wrong, self._notes, labels)
            glow = self._theme.palette.glow
            self._placed = view, [(label.pill, None if label.pill.strong else glow) for label in labels]
        return self._placed[1]

    @property
    def _notes(self) -> list[Note]:
        """Of the edges that were pointed at, each once."""
        notes = [note for note in (self._pinned, self._hovered) if note is not None]
        return notes[:1] if len(notes) == 2 and notes[0].edges == notes[1].edges else notes
