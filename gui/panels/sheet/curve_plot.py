"""A curve with a point that can be dragged, the tangent there, and the secant of a step h."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from core.words import tr
from gui.numbers import format_number
from gui.panels.plotting import with_alpha
from gui.panels.sheet.painted_plot import Array, PaintedPlot, Range, fitting_range
from gui.theme import Theme

KEY_STEP = 1 / 40  # of the range
LABEL_PROBES = 60  # points of the tangent that the label keeps away from
KEYBOARD_FOCUS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
NONE: Array = np.zeros(0)


class CurvePlot(PaintedPlot):
    """f over x. Nothing is computed here."""

    x_changed = Signal(float)  # the user moved the point

    def __init__(self, theme: Theme, *, height: int) -> None:
        super().__init__(theme, height=height)
        self._xs = self._ys = self._dots_x = self._dots_y = NONE
        self._x = self._y = self._slope = math.nan
        self._step: tuple[float, float] | None = None  # h and f(x + h)
        self._draggable = self._dragging = self._focus_shown = False

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def point(self) -> tuple[float, float]:
        return self._x, self._y

    @property
    def slope(self) -> float:
        """Of the tangent."""
        return self._slope

    @property
    def curve(self) -> tuple[Array, Array]:
        return self._xs, self._ys

    @property
    def dots(self) -> tuple[Array, Array]:
        return self._dots_x, self._dots_y

    @property
    def step(self) -> tuple[float, float] | None:
        """h and f(x + h) of the secant."""
        return self._step

    @property
    def label(self) -> str:
        """What stands beside the point."""
        return tr("slope {slope}", slope=format_number(self._slope)) if math.isfinite(self._slope) else ""

    def show_curve(self, xs: Array, ys: Array, up: Range | None = None) -> None:
        """Another curve; the range up is fitted unless it is given."""
        self._xs, self._ys = xs, ys
        across = (float(xs[0]), float(xs[-1])) if xs.size else (-1.0, 1.0)
        self.set_ranges(across, up or fitting_range(ys, self._y))

    def show_point(self, x: float, y: float, slope: float, step: tuple[float, float] | None = None) -> None:
        """Where the number is, the tangent's slope there, and h with f(x + h) for the secant."""
        self._x, self._y, self._slope, self._step = x, y, slope, step
        self.update()

    def show_dots(self, xs: Array, ys: Array) -> None:
        """Single values on the curve."""
        self._dots_x, self._dots_y = xs, ys
        self.update()

    def clear(self) -> None:
        self._xs = self._ys = self._dots_x = self._dots_y = NONE
        self._x = self._y = self._slope = math.nan
        self._step = None
        self.update()

    def set_draggable(self, draggable: bool) -> None:
        """Whether the point can be moved."""
        self._draggable = draggable
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if draggable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor if draggable else Qt.CursorShape.ArrowCursor)

    @property
    def draggable(self) -> bool:
        return self._draggable

    @property
    def dragging(self) -> bool:
        """Whether the user holds the point: ranges better stay as they are."""
        return self._dragging

    # -- mouse and keys -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._draggable and event.button() is Qt.MouseButton.LeftButton:
            self._dragging = True
            self._move_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._move_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -5, Qt.Key.Key_PageUp: 5}
        step = steps.get(Qt.Key(event.key()))
        if not self._draggable or step is None:
            event.ignore()
            return
        low, high = self.across
        self._emit(min(max(self._x + step * KEY_STEP * (high - low), low), high))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._focus_shown = event.reason() in KEYBOARD_FOCUS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._dragging = self._focus_shown = False
        self.update()

    def _move_to(self, pixel: float) -> None:
        self._emit(self.x_at(pixel))

    def _emit(self, x: float) -> None:
        """Rounded to what a pixel can tell, so that the number reads well."""
        low, high = self.across
        digits = max(0, 3 - math.floor(math.log10(high - low)))
        self.x_changed.emit(round(x, digits) + 0.0)

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._focus_shown:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.palette.accent, self._theme.px(2)))
            inset = self._theme.px(1)
            frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            painter.drawRoundedRect(frame, self._theme.px(6), self._theme.px(6))

    def draw(self, painter: QPainter, area: QRectF) -> None:
        palette = self._theme.palette
        known = math.isfinite(self._x) and math.isfinite(self._y)
        if known:  # below the curve: of a straight one nothing else is to be seen
            self._draw_secant(painter)
            self._draw_tangent(painter)
        self.draw_curve(painter, self._xs, self._ys, palette.accent, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.accent)
        for x, y in zip(self._dots_x.tolist(), self._dots_y.tolist(), strict=True):
            if math.isfinite(y):
                painter.drawEllipse(self.to_pixels(x, y), self._theme.px(2.5), self._theme.px(2.5))
        if not known:
            return
        self._draw_far_end(painter)
        at = self.to_pixels(self._x, self._y)
        self.draw_dot(painter, at, 5, palette.glow, palette.card)
        self._draw_label(painter, area, at)

    def _draw_tangent(self, painter: QPainter) -> None:
        if not math.isfinite(self._slope):
            return
        self.draw_line(painter, self.point, self._slope, self._theme.palette.glow, 1.5)

    def _draw_secant(self, painter: QPainter) -> None:
        """The line through x and x + h."""
        if self._step is None or self._far_end() is None:
            return
        h, above = self._step
        self.draw_line(painter, self.point, (above - self._y) / h, self._theme.palette.mute, 1)

    def _draw_far_end(self, painter: QPainter) -> None:
        there = self._far_end()
        if there is not None:
            self.draw_dot(painter, there, 4, self._theme.palette.card, self._theme.palette.ink)

    def _far_end(self) -> QPointF | None:
        """Where x + h is, as long as it can be told from x."""
        if self._step is None or not math.isfinite(self._step[1]):
            return None
        here, there = self.to_pixels(self._x, self._y), self.to_pixels(self._x + self._step[0], self._step[1])
        return there if abs(there.x() - here.x()) >= self._theme.px(4) else None

    def label_place(self, area: QRectF, at: QPointF, wide: float, high: float) -> QRectF:
        """Of the places around the point, and in the corners, the one that covers least; nearer ones first."""
        px = self._theme.px
        gap, inside = px(9), area.adjusted(px(4), px(4), -px(4), -px(4))
        lefts = [at.x() + gap, at.x() - gap - wide, inside.left(), inside.right() - wide]
        tops = [at.y() + gap, at.y() - gap - high, inside.top(), inside.bottom() - high]
        if self._slope <= 0:
            tops[:2] = tops[1], tops[0]
        places = []
        for top in tops:
            for left in lefts:
                x = max(min(left, inside.right() - wide), inside.left())
                y = max(min(top, inside.bottom() - high), inside.top())
                places.append(QRectF(x, y, wide, high))
        return min(places, key=lambda place: self._covered(place.adjusted(-px(4), -px(4), px(4), px(4)), at))

    def _covered(self, place: QRectF, at: QPointF) -> int:
        """How many points of the curve and of the tangent lie below a place; the point itself counts most."""
        points = [self.to_pixels(x, y) for x, y in zip(self._xs.tolist(), self._ys.tolist(), strict=True)]
        low, high = self.across
        for i in range(LABEL_PROBES + 1):
            x = low + (high - low) * i / LABEL_PROBES
            points.append(self.to_pixels(x, self._y + self._slope * (x - self._x)))
        return sum(place.contains(point) for point in points) + 100 * place.contains(at)

    def _draw_label(self, painter: QPainter, area: QRectF, at: QPointF) -> None:
        """Where it lies on as little of the curve and the tangent as can be, inside the plot and near the point."""
        font = self._theme.font(11, bold=True)
        metrics, px = QFontMetricsF(font), self._theme.px
        wide = metrics.horizontalAdvance(self.label)
        ground = self.label_place(area, at, wide, metrics.capHeight())
        left, baseline = ground.left(), ground.bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(self._theme.palette.soft, 0.8))
        painter.drawRoundedRect(ground.adjusted(-px(3), -px(3), px(3), px(3)), px(3), px(3))
        painter.setFont(font)
        painter.setPen(self._theme.palette.ink)
        painter.drawText(QPointF(left, baseline), self.label)
