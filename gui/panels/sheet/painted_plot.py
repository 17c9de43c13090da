"""A small plot that is painted at once: round numbers at the edges, pale lines, and what a subclass draws."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.panels.axes import round_step, tick_text
from gui.theme import Theme

log = logging.getLogger(__name__)

LABEL_SIZE = 10  # of the font; this and all lengths below are pixels at scale 1
PAD = 7
ROOM_ACROSS, ROOM_DOWN = 48, 26  # from one label to the next
FAR = 1e4  # pixels beyond the plot where a line may end

Range = tuple[float, float]
Array = NDArray[np.float64]


class PaintedPlot(QWidget):
    """Curves over two plain ranges. A subclass says what is on it in `draw`."""

    def __init__(self, theme: Theme, *, height: int, parent: QWidget | None = None) -> None:
        """`height` in pixels at scale 1: the least, and what it likes."""
        super().__init__(parent)
        self._theme, self._height = theme, height
        self._across: Range = (-1.0, 1.0)
        self._up: Range = (-1.0, 1.0)
        self._failed = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._on_theme_changed)

    @property
    def across(self) -> Range:
        return self._across

    @property
    def up(self) -> Range:
        return self._up

    def set_ranges(self, across: Range, up: Range) -> None:
        """What is seen, from left to right and from bottom to top."""
        self._across, self._up = _wide(across), _wide(up)
        self.update()

    def area(self) -> QRectF:
        """Where the curves are, inside the labels."""
        px, metrics = self._theme.px, QFontMetricsF(self._theme.font(LABEL_SIZE, mono=True))
        wide = max((metrics.horizontalAdvance(text) for _, text in self.labels_up()), default=0.0)
        inside = QRectF(self.rect()).adjusted(px(PAD), px(PAD), -px(PAD), -px(PAD))
        inside.setLeft(inside.left() + round(wide) + px(5))
        inside.setBottom(inside.bottom() - math.ceil(metrics.height()))
        return inside

    def to_pixels(self, x: float, y: float) -> QPointF:
        """Where a point lies in the widget."""
        area = self.area()
        return QPointF(
            _place(x, self._across, area.left(), area.right()), _place(y, self._up, area.bottom(), area.top())
        )

    def x_at(self, pixel: float) -> float:
        """The x below a pixel, inside the range."""
        area, (low, high) = self.area(), self._across
        share = (pixel - area.left()) / max(area.width(), 1.0)
        return low + min(max(share, 0.0), 1.0) * (high - low)

    def labels_across(self) -> list[tuple[float, str]]:
        """Places and texts of the labels below."""
        return _round_labels(self._across, self.width() / self._theme.px(ROOM_ACROSS))

    def labels_up(self) -> list[tuple[float, str]]:
        """Places and texts of the labels at the left."""
        return _round_labels(self._up, self.height() / self._theme.px(ROOM_DOWN))

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """What is on the plot, in pixels; the painter is clipped to the area."""

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """An exception here could end the process without a word: it is reported once and the plot stays empty."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        try:
            self._draw_ground(painter)
            if not self._failed:
                area = self.area()
                self._draw_labels(painter, area)
                painter.setClipRect(area.adjusted(-1, -1, 1, 1))
                self.draw(painter, area)
        except Exception:
            self._failed = True
            log.exception("%s could not be drawn", type(self).__name__)
        painter.end()

    def draw_curve(self, painter: QPainter, xs: Array, ys: Array, colour: QColor, width: float) -> None:
        """A curve, broken where it is not finite."""
        area = self.area()
        with np.errstate(all="ignore"):
            across = area.left() + (xs - self._across[0]) / (self._across[1] - self._across[0]) * area.width()
            down = area.bottom() - (ys - self._up[0]) / (self._up[1] - self._up[0]) * area.height()
        down = np.clip(down, -FAR, FAR)  # nan stays
        painter.setPen(QPen(colour, self._theme.px(width), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        known = np.isfinite(ys)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
        for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            points = zip(across[first:end].tolist(), down[first:end].tolist(), strict=True)
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def draw_line(self, painter: QPainter, at: tuple[float, float], slope: float, colour: QColor, width: float) -> None:
        """A straight line through a point, from one side to the other."""
        ends = np.array(self._across)
        with np.errstate(all="ignore"):
            self.draw_curve(painter, ends, at[1] + slope * (ends - at[0]), colour, width)

    def draw_dot(self, painter: QPainter, at: QPointF, radius: float, fill: QColor, edge: QColor) -> None:
        painter.setPen(QPen(edge, self._theme.px(1.5)))
        painter.setBrush(fill)
        painter.drawEllipse(at, self._theme.px(radius), self._theme.px(radius))

    def _draw_ground(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.palette.soft)
        painter.drawRoundedRect(self.rect(), self._theme.px(6), self._theme.px(6))

    def _draw_labels(self, painter: QPainter, area: QRectF) -> None:
        font, palette = self._theme.font(LABEL_SIZE, mono=True), self._theme.palette
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        for x, text in self.labels_across():
            place = _place(x, self._across, area.left(), area.right())
            self._draw_grid_line(painter, QLineF(place, area.top(), place, area.bottom()))
            wide = metrics.horizontalAdvance(text)
            left = min(max(place - wide / 2, area.left()), self.width() - wide - self._theme.px(2))
            painter.setPen(palette.mute)
            painter.drawText(QPointF(left, self.height() - self._theme.px(PAD) / 2 - metrics.descent()), text)
        for y, text in self.labels_up():
            place = _place(y, self._up, area.bottom(), area.top())
            self._draw_grid_line(painter, QLineF(area.left(), place, area.right(), place))
            painter.setPen(palette.mute)
            left = area.left() - self._theme.px(5) - metrics.horizontalAdvance(text)
            painter.drawText(QPointF(left, place + metrics.capHeight() / 2), text)

    def _draw_grid_line(self, painter: QPainter, line: QLineF) -> None:
        painter.setPen(QPen(self._theme.palette.line, self._theme.px(1)))
        painter.drawLine(line)

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


def fitting_range(ys: Sequence[float] | Array, around: float) -> Range:
    """From the lowest to the highest value and a little more; a few that shoot far away may leave the picture."""
    numbers = np.asarray(ys, dtype=np.float64)
    finite = numbers[np.isfinite(numbers) & (np.abs(numbers) < 1e300)]
    if not finite.size:
        return -1.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    inner_low, inner_high = (float(each) for each in np.percentile(finite, (6, 94)))
    if high - low > 5 * (inner_high - inner_low) > 0:
        low, high = inner_low, inner_high
    if math.isfinite(around) and abs(around) < 1e300:
        low, high = min(low, around), max(high, around)
    air = 0.09 * (high - low)
    if air <= 1e-12 * max(abs(low), abs(high)):
        air = 0.5 * max(abs(high), 1.0)  # of a constant
    return low - air, high + air


def _wide(ends: Range) -> Range:
    low, high = ends
    if not (math.isfinite(low) and math.isfinite(high)) or not high > low:
        return -1.0, 1.0
    return ends


def _place(value: float, ends: Range, start: float, end: float) -> float:
    if not math.isfinite(value):
        return math.copysign(FAR, value)
    return min(max(start + (value - ends[0]) / (ends[1] - ends[0]) * (end - start), -FAR), FAR)


def _round_labels(ends: Range, most: float, write: Callable[[float], str] = tick_text) -> list[tuple[float, str]]:
    low, high = ends
    step = round_step((high - low) / max(most, 1.0))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    ticks = [index * step for index in range(first, min(last, first + 50) + 1)]
    return [(tick, write(0.0 if abs(tick) < step / 1000 else float(f"{tick:.12g}"))) for tick in ticks]
