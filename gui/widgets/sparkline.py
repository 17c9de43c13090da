"""A small curve of one number over the steps of a run: blue above zero, orange below."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme

MOST_POINTS = 240  # more than a curve of 300 pixels can show; beyond that every other point goes


class Sparkline(QWidget):
    """Collects (step, value) and draws them. Steps that were taken back are forgotten again."""

    def __init__(self, theme: Theme, *, height: int = 40, parent: QWidget | None = None) -> None:
        """`height` in pixels at scale 1."""
        super().__init__(parent)
        self._theme, self._height = theme, height
        self._steps: list[int] = []
        self._values: list[float] = []
        self._stride = 1  # steps between kept points
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def points(self) -> list[tuple[int, float]]:
        """What is drawn: (step, value), steps ascending."""
        return list(zip(self._steps, self._values, strict=True))

    def add(self, step: int, value: float) -> None:
        """The value at a step; points at this step or later are replaced."""
        while self._steps and self._steps[-1] >= step:
            self._steps.pop()
            self._values.pop()
        if len(self._steps) >= 2 and step - self._steps[-2] < self._stride:
            self._steps.pop()  # the newest point always shows, until the next one comes
            self._values.pop()
        self._steps.append(step)
        self._values.append(value)
        if len(self._steps) > MOST_POINTS:
            self._steps, self._values = self._steps[::2], self._values[::2]
            self._stride = max(1, 2 * (self._steps[-1] - self._steps[0]) // MOST_POINTS)
        self.update()

    def clear(self) -> None:
        self._steps, self._values, self._stride = [], [], 1
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(60), self._theme.px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        curve, zero = self._curve()
        palette = self._theme.palette
        wide = self._theme.px(1)
        painter.fillRect(QRectF(0, round(zero) + (1 - wide) // 2, self.width(), wide), palette.line)
        if not curve:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if all(value == 0 for value in self._values):
            self._paint_curve(painter, curve, palette.mute)
            return
        above = QRectF(0, 0, self.width(), zero)
        below = QRectF(0, zero, self.width(), self.height() - zero)
        for part, colour in ((above, palette.positive), (below, palette.negative)):
            if not any(part.top() <= point.y() <= part.bottom() for point in curve):
                continue
            painter.setClipRect(part.adjusted(0, -0.75, 0, 0.75))
            self._paint_curve(painter, curve, colour)

    def _paint_curve(self, painter: QPainter, curve: list[QPointF], colour: QColor) -> None:
        painter.setPen(QPen(colour, self._theme.px(3) / 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF(curve))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        dot = self._theme.px(5) / 2
        painter.drawEllipse(curve[-1], dot, dot)

    def _curve(self) -> tuple[list[QPointF], float]:
        """The points on screen, and the y of zero. Zero always shows; values that are not finite are left out."""
        pad = self._theme.px(4)
        height = self.height() - 2 * pad
        kept = [(s, v) for s, v in zip(self._steps, self._values, strict=True) if math.isfinite(v)]
        if not kept:
            return [], pad + height / 2
        steps, values = np.array(kept, dtype=float).T
        largest = float(np.abs(values).max())
        if largest == 0:
            return [QPointF(a, pad + height / 2) for a in self._across(steps).tolist()], pad + height / 2
        values = values / largest  # first, so that nothing overflows
        low, high = min(0.0, values.min()), max(0.0, values.max())
        y = pad + height * (high - values) / (high - low)
        zero = pad + height * high / (high - low)
        return [QPointF(a, b) for a, b in zip(self._across(steps).tolist(), y.tolist(), strict=True)], float(zero)

    def _across(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """The x of steps."""
        pad = self._theme.px(4)
        part: NDArray[np.float64] = (steps - steps[0]) / max(1.0, float(steps[-1] - steps[0]))
        return pad + (self.width() - 2 * pad) * part

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
