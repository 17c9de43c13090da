"""What all plots share: a pyqtgraph widget in the theme's colours and sizes, and layers drawn on it in pixels."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPaintEngine,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsObject,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from gui.panels.axes import EDGE, LABEL_SIZE, ValueAxis
from gui.theme import Theme

log = logging.getLogger(__name__)

_LEAST_SIZE = (140, 76)  # pixels at scale 1
_THICK = 4.5  # pixels of the device: thicker lines are drawn at once
_KEYBOARD_FOCUS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class ThemedPlot(pg.PlotWidget):
    """A plot without menus, buttons and automatic ranges; the mouse is reported in pixels of its view box."""

    hovered = Signal(QPointF)
    left = Signal()
    clicked = Signal(QPointF)
    key_pressed = Signal(int)
    about_to_paint = Signal()

    def __init__(self, theme: Theme, *, axes: Sequence[str] = (), keys: Sequence[Qt.Key] = ()) -> None:
        """`axes` are of `left`, `bottom`; `keys` are taken from the keyboard and reported by `key_pressed`."""
        super().__init__(axisItems={side: ValueAxis(side) for side in axes})
        self.theme = theme
        self.axes: list[ValueAxis] = [self.plotItem.getAxis(side) for side in axes]
        self._keys = frozenset(keys)
        self._pressed_at: QPointF | None = None
        self._focus_shown = False
        for side in ("left", "bottom"):
            self.plotItem.showAxis(side, side in axes)
            self.plotItem.getAxis(side).setZValue(-1000)  # grid lines lie behind everything
        self.plotItem.hideButtons()
        self.plotItem.setMenuEnabled(False)
        self.box.disableAutoRange()
        self.box.setMouseEnabled(False, False)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.viewport().setMouseTracking(True)
        for axis in self.axes:
            self.box.sigResized.connect(axis.forget_picture)
        theme.changed.connect(self.restyle)

    @property
    def box(self) -> pg.ViewBox:
        return self.plotItem.getViewBox()

    def restyle(self) -> None:
        """Take the theme's colours, fonts and sizes; called again whenever they change."""
        self.setBackground(self.theme.palette.card)
        self.setMinimumSize(self.theme.px(_LEAST_SIZE[0]), self.theme.px(_LEAST_SIZE[1]))
        for axis in self.axes:
            axis.restyle(self.theme)
        if self.axes:
            self.plotItem.layout.setContentsMargins(0, self.theme.px(8), self.theme.px(EDGE), 0)
        self.viewport().update()

    def is_seen(self) -> bool:
        """Neither hidden nor covered by another card. (`isVisible` is true for a covered tab.)"""
        return not self.viewport().visibleRegion().isEmpty()

    def to_pixels(self, x: float, y: float) -> QPointF:
        """Where a point of the plot lies in the view box."""
        (left, right), (bottom, top) = self.box.viewRange()
        area = self.box.rect()
        return QPointF(
            area.left() + (x - left) / (right - left) * area.width(),
            area.bottom() - (y - bottom) / (top - bottom) * area.height(),
        )

    def all_to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where many points (n, 2) lie in the view box."""
        origin, unit = self.to_pixels(0.0, 0.0), self.to_pixels(1.0, 1.0)
        scale = np.array([unit.x() - origin.x(), unit.y() - origin.y()])
        return points * scale + np.array([origin.x(), origin.y()])

    def from_pixels(self, position: QPointF) -> QPointF:
        """The point of the plot at a position in the view box."""
        (left, right), (bottom, top) = self.box.viewRange()
        area = self.box.rect()
        return QPointF(
            left + (position.x() - area.left()) / max(area.width(), 1.0) * (right - left),
            bottom + (area.bottom() - position.y()) / max(area.height(), 1.0) * (top - bottom),
        )

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:  # moved to a screen of another resolution
            self.restyle()
        return bool(super().event(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        # What came while the plot was covered is drawn now: no other event tells that it has come to the front.
        self.about_to_paint.emit()
        super().paintEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.hovered.emit(self._in_box(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position() if event.button() is Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed_at, self._pressed_at = self._pressed_at, None
        if pressed_at is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if (event.position() - pressed_at).manhattanLength() < QApplication.startDragDistance():
            self.clicked.emit(self._in_box(event))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Other keys are left to the window: pyqtgraph would swallow them.
        if event.key() in self._keys and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.key_pressed.emit(event.key())
            event.accept()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._focus_shown = event.reason() in _KEYBOARD_FOCUS
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._focus_shown = False
        self.viewport().update()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        if self._focus_shown:
            width = self.theme.px(2)
            inset = width / 2
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.theme.palette.accent, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            frame = QRectF(self.viewport().rect()).adjusted(inset, inset, -inset, -inset)
            painter.drawRoundedRect(frame, self.theme.px(4), self.theme.px(4))

    def _in_box(self, event: QMouseEvent) -> QPointF:
        return self.box.mapFromScene(self.mapToScene(event.position().toPoint()))


class Layer(QGraphicsObject):
    """Something drawn over a plot in pixels of its view box; a subclass says what in `draw`."""

    def __init__(self, plot: ThemedPlot, height: float = 0.0) -> None:
        """`height` above the curves (which are at 0) in the stack of layers."""
        super().__init__(plot.box)
        self.plot = plot
        self._failed = False
        self.setZValue(height)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        plot.box.sigResized.connect(self._on_changed)
        plot.box.sigRangeChanged.connect(self._on_changed)

    def boundingRect(self) -> QRectF:
        return self.plot.box.rect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """An exception here could end the process without a word: it is reported once and the layer stays empty."""
        if self._failed:
            return
        painter.save()
        try:
            self.draw(painter)
        except Exception:
            self._failed = True
            log.exception("%s could not be drawn", type(self).__name__)
        painter.restore()

    def draw(self, painter: QPainter) -> None:
        """What the layer shows, in pixels of the view box; a bare layer shows nothing."""

    def _on_changed(self) -> None:
        self.prepareGeometryChange()
        self.update()


def draw_bubble(painter: QPainter, theme: Theme, lines: Sequence[str], at: QPointF, bounds: QRectF) -> None:
    """Draw lines of text on an ink ground beside the point `at`, on the side where `bounds` has room."""
    font = theme.font(LABEL_SIZE, mono=True)
    metrics = QFontMetricsF(font)
    margin, gap, height = theme.px(7), theme.px(12), metrics.height()
    width = max(metrics.horizontalAdvance(line) for line in lines)
    size = QSizeF(math.ceil(width + 2 * margin), math.ceil(height * len(lines) + 1.4 * margin))
    x = at.x() + gap if at.x() + gap + size.width() <= bounds.right() else at.x() - gap - size.width()
    y = at.y() - gap - size.height() if at.y() - gap - size.height() >= bounds.top() else at.y() + gap
    x = max(min(x, bounds.right() - size.width()), bounds.left())
    y = max(min(y, bounds.bottom() - size.height()), bounds.top())
    box = QRectF(QPointF(round(x), round(y)), size)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.palette.ink)
    painter.drawRoundedRect(box, theme.px(5), theme.px(5))
    painter.setPen(theme.palette.card)
    painter.setFont(font)
    for row, line in enumerate(lines):
        place = QRectF(box.left() + margin, box.top() + 0.7 * margin + row * height, width + 1, height)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)


def draw_polyline(painter: QPainter, places: NDArray[np.float64], colour: QColor, width: float) -> None:
    """Draw a line through places (n, 2) in the painter's pixels, as thick as `width` of them.

    On a screen it is made of thin lines side by side: a thick antialiased one takes thirty times as long.
    """
    if len(places) < 2:
        return
    line = pg.functions.create_qpolygonf(len(places))
    pg.functions.ndarray_from_qpolygonf(line)[:] = places
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scale = painter.deviceTransform().m11()
    on_screen = painter.paintEngine().type() is QPaintEngine.Type.Raster
    if not on_screen or not 0.0 < width * scale < _THICK:
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(line)
        return
    pen = QPen(colour, 1.0)
    pen.setCosmetic(True)
    painter.setPen(pen)
    reach = max(width * scale - 1.0, 0.0) / 2 / scale
    count = 1 if reach == 0.0 else 4 if width * scale < 3.0 else 8
    if count == 8:
        painter.drawPolyline(line)  # the middle, which the others would leave open
    for angle in (2.0 * math.pi * (i + 0.5) / count for i in range(count)):
        painter.drawPolyline(line.translated(reach * math.cos(angle), reach * math.sin(angle)))


def draw_copies(
    painter: QPainter, pictures: QPixmap, centres: NDArray[np.float64], lefts: NDArray[np.intp], side: int, ratio: float
) -> None:
    """Draw many small pictures in one call: squares of `side` device pixels from `pictures`, beginning at `lefts`.

    `centres` (n, 2) are in pixels of the painter, `ratio` is that of device pixels to them.
    """
    # One row is one QPainter::PixmapFragment: x, y, source left, top, width, height, scales, rotation, opacity.
    fragments = np.zeros((len(centres), 10))
    fragments[:, :2] = centres
    fragments[:, 2] = lefts
    fragments[:, 4:6] = side
    fragments[:, 6:8] = 1 / ratio
    fragments[:, 9] = 1.0
    if len(fragments):
        first = shiboken6.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
        painter.drawPixmapFragments(first, len(fragments), pictures)


def with_alpha(colour: QColor, alpha: float) -> QColor:
    """The colour with an opacity from 0 to 1."""
    pale = QColor(colour)
    pale.setAlphaF(alpha)
    return pale


def blended(colour: QColor, other: QColor, share: float) -> QColor:
    """The colour mixed with a share (0 to 1) of another."""
    channels = ((getattr(each, name)() for each in (colour, other)) for name in ("redF", "greenF", "blueF"))
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in channels))
