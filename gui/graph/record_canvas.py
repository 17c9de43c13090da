"""A RecordPicture on screen: camera, the pixmap of what stays, and the quick redraw of the numbers."""

from __future__ import annotations

import logging

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.graph.camera import LARGEST, SMALLEST, Camera, fitted, opened
from gui.graph.record_item import TEXT_ABOVE, RecordPicture
from gui.graph.record_marks import HOVER_RADIUS, RING, paint_frame, paint_hovered
from gui.theme import Theme

_log = logging.getLogger(__name__)
_STEP = 1.25  # zoom of one press of a button
_IDLE_MS = 90  # after the last turn of the wheel the picture is drawn sharply
_SHOWN_MARGIN = 24  # pixels kept free around a node that is scrolled into view
_CLOSE = 0.8  # zoom at which a record is shown to someone who asked for it from afar


class RecordCanvas(QWidget):
    """Shows a picture, pans and zooms it. Knows nothing of selection, layouts or keys."""

    zoom_changed = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._known = theme.scale, self.devicePixelRatioF()  # what the camera was set for
        self._picture: RecordPicture | None = None
        self._camera = Camera()
        self._still: QPixmap | None = None  # what stays, for `_still_camera`
        self._still_camera = Camera()
        self._rough: tuple[QPixmap, Camera] | None = None  # all of it, scaled while the wheel turns
        self._styled = (0.0, 0.0)  # pixels and unit the sprites were made for
        self._fit_kept = True  # until the person pans or zooms, a new size is fitted again
        self._opening = True  # … as it was at the first sight, not as a whole
        self._whole = False  # all of it was shown: a little less room does not change that
        self._hovered: int | None = None
        self._ring = False  # focus came by keyboard and nothing is selected
        self._broken = False
        self._idle = QTimer(self, singleShot=True, interval=_IDLE_MS)
        self._idle.timeout.connect(self._on_idle)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self._on_scale_changed)

    # -- camera -------------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """1.0 shows records in the theme's size."""
        return self._camera.pixels / self._unit()

    @property
    def far(self) -> bool:
        """Whether records are too small for text."""
        return self._picture is not None and not readable(self.zoom, self._theme)

    def fit(self) -> None:
        """Show the whole graph, and again whenever the view changes its size."""
        self._opening = False
        self._fit_again()

    def open(self) -> None:
        """The first sight of a graph: all of it, or of a long column only the part that can be read.

        That is the part around the selected node, else the end.
        """
        self._opening = True
        self._whole = False
        self._fit_again()

    def _fit_again(self) -> None:
        self._fit_kept = True
        if self._picture is None:
            return
        layout, (width, height), unit = self._picture.layout, self._pixels_of_view(), self._unit()
        camera = fitted(layout.width, layout.height, width, height, unit)
        if not readable(camera.pixels / unit, self._theme):
            camera = fitted(layout.width, layout.height, width, height - self._foot(), unit)
        stays = self._whole and readable(camera.pixels / unit, self._theme)
        whole = camera
        if self._opening and not stays and len(layout.records):
            node = -1 if self._picture.selected is None else self._picture.selected
            middle = float(layout.records[node, 1] + layout.records[node, 3] / 2)
            camera = opened(camera, middle, layout.width, layout.height, width, height, unit)
        self._whole = camera == whole
        self._look(camera)

    def _foot(self) -> int:
        """Device pixels to be kept free below a graph that is seen from afar."""
        return 0

    def zoom_in(self) -> None:
        self.zoom_to(self.zoom * _STEP)

    def zoom_out(self) -> None:
        self.zoom_to(self.zoom / _STEP)

    def zoom_to_100(self) -> None:
        self.zoom_to(1.0)

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom, keeping what is at a point of the widget (the middle, if None) where it is."""
        self._fit_kept = False
        ratio = self.devicePixelRatioF()
        place = QPointF(self.width() / 2, self.height() / 2) if at is None else at
        pixels = min(max(zoom, SMALLEST), LARGEST) * self._unit()
        self._look(self._camera.scaled_to(pixels, place.x() * ratio, place.y() * ratio))

    def zoom_roughly(self, zoom: float, at: QPointF) -> None:
        """Zoom by scaling the old picture; it is drawn anew when this has not been called for a moment."""
        if self._rough is None and self._picture is not None:
            whole = QPixmap(QSize(*self._pixels_of_view()))
            painter = QPainter(whole)
            painter.drawPixmap(0, 0, self._refreshed_still())
            self._picture.paint_numbers(painter, self._camera, whole.width(), whole.height())
            self._paint_over(painter)
            painter.end()
            self._rough = whole, self._camera
        self._idle.start()
        self.zoom_to(zoom, at)

    def pan(self, right: float, down: float) -> None:
        """Shift the picture by pixels of the widget."""
        self._fit_kept = False
        ratio = self.devicePixelRatioF()
        self._look(self._camera.moved(round(right * ratio), round(down * ratio)))

    def reveal(self, node: int, *, centred: bool = False, keep_fit: bool = False) -> None:
        """Bring the record of a node into view: to the middle if asked or if it is far, else as little as needed.

        `keep_fit`: nobody asked for it, so that a new size is fitted as before.
        """
        if self._picture is None:
            return
        width, height = self._pixels_of_view()
        margin = min(_SHOWN_MARGIN * self._theme.scale * self.devicePixelRatioF(), width / 4, height / 4)
        box = self._picture.device_box(node, self._camera)
        inner = QRectF(margin, margin, width - 2 * margin, height - 2 * margin)
        if inner.contains(box):
            return
        self._fit_kept = self._fit_kept and keep_fit
        if centred or not box.intersects(QRectF(-width / 2, -height / 2, 2 * width, 2 * height)):
            left, top, wide, high = self._picture.layout.records[node].tolist()
            self._look(self._camera.centred_on(QPointF(left + wide / 2, top + high / 2), width, height))
            return
        right = max(inner.left() - box.left(), 0.0) or min(inner.right() - box.right(), 0.0)
        down = max(inner.top() - box.top(), 0.0) or min(inner.bottom() - box.bottom(), 0.0)
        self._look(self._camera.moved(round(right), round(down)))

    def come_close(self, node: int) -> None:
        """Show a record in the middle, large enough to be read."""
        if self._picture is None:
            return
        self._fit_kept = False
        left, top, wide, high = self._picture.layout.records[node].tolist()
        close = Camera(max(self.zoom, _CLOSE) * self._unit())
        self._look(close.centred_on(QPointF(left + wide / 2, top + high / 2), *self._pixels_of_view()))

    def _look(self, camera: Camera) -> None:
        before, self._camera = self.zoom, camera
        self.update()
        if self.zoom != before:
            self.zoom_changed.emit(self.zoom)

    def _unit(self) -> float:
        """Device pixels of a scene unit at zoom 1."""
        return self._theme.scale * self.devicePixelRatioF()

    def _pixels_of_view(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    # -- picture ------------------------------------------------------------------------------------------------

    @property
    def picture(self) -> RecordPicture | None:
        """What is shown, for those who draw it elsewhere."""
        return self._picture

    def set_picture(self, picture: RecordPicture | None, *, keep_camera: bool = False) -> None:
        """Show another picture, from the beginning unless the camera is to stay."""
        self._picture = picture
        self._hovered = None
        self._forget_drawing()
        if not keep_camera:
            self.open()
        elif self._fit_kept:
            self._fit_again()

    def redraw(self) -> None:
        """What stays has changed (selection): draw it anew."""
        self._still = None
        self.update()

    def node_at(self, position: QPointF) -> int | None:
        """The node at a point of the widget."""
        if self._picture is None:
            return None
        ratio = self.devicePixelRatioF()
        return self._picture.node_at(self._camera.to_scene(position.x() * ratio, position.y() * ratio))

    def box_of(self, node: int) -> QRect:
        """Where a record is, in pixels of the widget."""
        if self._picture is None:
            return QRect()
        ratio = self.devicePixelRatioF()
        box = self._picture.device_box(node, self._camera)
        return QRectF(box.topLeft() / ratio, box.size() / ratio).toAlignedRect()

    def hover(self, node: int | None) -> None:
        """Mark the node under the mouse."""
        if node != self._hovered:
            self._hovered = node
            self.update()

    def set_ring(self, shown: bool) -> None:
        """Mark the whole view as the one that has the keyboard."""
        if shown != self._ring:
            self._ring = shown
            self.update()

    # -- drawing ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter)
        except Exception:  # out of here it would end the process without a word
            if not self._broken:
                _log.exception("the graph could not be drawn")
            self._broken = True
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        if self._picture is None:
            painter.fillRect(self.rect(), self._theme.palette.card)
            return
        painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
        if self._rough is not None:
            self._paint_roughly(painter, *self._rough)
            return
        painter.drawPixmap(0, 0, self._refreshed_still())
        self._picture.paint_numbers(painter, self._camera, *self._pixels_of_view())
        radius = HOVER_RADIUS * min(self._camera.pixels, self._unit())
        if self._hovered is not None and self._hovered != self._picture.selected:
            box = self._picture.device_box(self._hovered, self._camera)
            paint_hovered(painter, box, radius, self._theme, self.devicePixelRatioF(), far=self.far)
        if self._ring and self._picture.selected is None:
            width = RING * self.devicePixelRatioF()
            whole = QRectF(0, 0, *self._pixels_of_view())
            paint_frame(painter, whole, radius, QPen(self._theme.palette.accent, width))
        self._paint_over(painter)

    def _paint_over(self, painter: QPainter) -> None:
        """What lies over records and numbers, in device pixels; nothing here."""

    def _paint_roughly(self, painter: QPainter, whole: QPixmap, camera: Camera) -> None:
        share = self._camera.pixels / camera.pixels
        painter.fillRect(QRectF(0, 0, *self._pixels_of_view()), self._theme.palette.card)
        left, top = self._camera.left - camera.left * share, self._camera.top - camera.top * share
        target = QRectF(left, top, whole.width() * share, whole.height() * share)
        painter.drawPixmap(target, whole, QRectF(whole.rect()))

    def _refreshed_still(self) -> QPixmap:
        """The pixmap of what stays, for the camera of now: shifted if only the place changed."""
        assert self._picture is not None
        style = self._camera.pixels, self.devicePixelRatioF()
        if style != self._styled:
            self._picture.restyle(*style)
            self._styled, self._still = style, None
        size, old = QSize(*self._pixels_of_view()), self._still
        if old is not None and old.size() == size and self._still_camera == self._camera:
            return old
        still = QPixmap(size)
        area = QRect(0, 0, size.width(), size.height())
        painter = QPainter(still)
        todo = [area]
        if old is not None and self._still_camera.pixels == self._camera.pixels:
            right, down = self._camera.left - self._still_camera.left, self._camera.top - self._still_camera.top
            painter.drawPixmap(right, down, old)
            todo = _uncovered(area, QRect(right, down, old.width(), old.height()))
        for part in todo:
            painter.setClipRect(part)
            self._picture.paint_still(painter, self._camera, QRectF(part))
        painter.end()
        self._still, self._still_camera = still, self._camera
        return still

    def _forget_drawing(self) -> None:
        self._styled, self._still, self._rough = (0.0, 0.0), None, None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rough = None
        if self._fit_kept:
            self._fit_again()

    def _on_idle(self) -> None:
        self._rough = None
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._on_scale_changed()
        return super().event(event)

    def _on_scale_changed(self) -> None:
        """Colours, scale or screen: the zoom stays what it was, around the middle of the view."""
        scale, ratio = self._known
        zoom = self._camera.pixels / (scale * ratio)
        middle = self._camera.to_scene(self.width() * ratio / 2, self.height() * ratio / 2)
        self._known = self._theme.scale, self.devicePixelRatioF()
        self._forget_drawing()
        if self._fit_kept:
            self._fit_again()
        else:
            self._look(Camera(zoom * self._unit()).centred_on(middle, *self._pixels_of_view()))


def readable(zoom: float, theme: Theme) -> bool:
    """Whether text is written at a zoom."""
    return zoom * theme.scale >= TEXT_ABOVE


def _uncovered(area: QRect, covered: QRect) -> list[QRect]:
    """The parts of `area` outside `covered`: at most two strips after a pan."""
    return [QRect(part) for part in QRegion(area).subtracted(QRegion(covered))]
