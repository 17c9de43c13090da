"""How far the slope of a step h is from the gradient, for every h: truncation at one end, rounding at the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from core.words import tr
from gui.panels.sheet.painted_plot import PaintedPlot
from gui.theme import Theme

LEAST = 1e-17  # an error of 0 has no logarithm: it is drawn at the bottom
CLEARLY = 3.0  # decades above the least error: there is room for a word below the curve
ALL_H = (-0.4, 16.4)  # −log10 of h, from 1 to 1e-16, and a little more: a dot at an end is whole


class ErrorPlot(PaintedPlot):
    """|slope − gradient| over h, both as powers of ten; h becomes smaller to the right, as on the slider."""

    def __init__(self, theme: Theme, *, height: int = 84) -> None:
        super().__init__(theme, height=height)
        self._points: list[tuple[float, float]] = []
        self._here = math.nan
        self.set_ranges(ALL_H, (-12.0, 2.0))

    @property
    def points(self) -> list[tuple[float, float]]:
        """(h, error) of all that is drawn."""
        return [(10.0**-across, 10.0**up) for across, up in self._points]

    @property
    def here(self) -> float:
        """The h that is marked."""
        return 10.0**-self._here

    def show_errors(self, steps: Sequence[float], errors: Sequence[float]) -> None:
        """An error for each h; those that are not finite are left out."""
        pairs = [(h, error) for h, error in zip(steps, errors, strict=True) if math.isfinite(error)]
        self._points = [(-math.log10(h), math.log10(max(error, LEAST))) for h, error in pairs]
        seen = [up for _, up in self._points if up > math.log10(LEAST)]
        low, high = (min(seen), max(seen)) if seen else (-12.0, 0.0)
        self.set_ranges(ALL_H, (math.floor(low) - 1.0, math.ceil(high) + 0.5))

    def mark(self, h: float) -> None:
        """The h that is looked at."""
        self._here = -math.log10(h)
        self.update()

    def clear(self) -> None:
        self._points = []
        self.update()

    def labels_across(self) -> list[tuple[float, str]]:
        return [(float(place), "1" if place == 0 else f"1e-{place}") for place in range(0, 17, 4)]

    def labels_up(self) -> list[tuple[float, str]]:
        low, high = self.up
        most = max(self.height() / self._theme.px(24) - 1, 2)
        every = math.ceil((high - low) / most)
        places = range(math.ceil(low / every) * every, math.floor(high) + 1, every)
        return [(float(place), "1" if place == 0 else f"1e{place}") for place in places]

    def draw(self, painter: QPainter, area: QRectF) -> None:
        palette = self._theme.palette
        bottom = self.up[0]
        if math.isfinite(self._here):
            top, foot = self.to_pixels(self._here, self.up[1]), self.to_pixels(self._here, bottom)
            painter.setPen(palette.ink)
            painter.drawLine(QPointF(round(top.x()), top.y()), QPointF(round(foot.x()), foot.y()))
        if self._points:
            xs, ys = np.array(self._points).T
            self.draw_curve(painter, xs, np.maximum(ys, bottom), palette.accent, 1.5)
            nearest = min(self._points, key=lambda point: abs(point[0] - self._here))
            if abs(nearest[0] - self._here) < 0.3:
                self.draw_dot(
                    painter, self.to_pixels(nearest[0], max(nearest[1], bottom)), 4, palette.ink, palette.card
                )
        self._draw_words(painter, area)

    def _draw_words(self, painter: QPainter, area: QRectF) -> None:
        """Which of the two errors rules at which end."""
        font = self._theme.font(10)
        painter.setFont(font)
        painter.setPen(self._theme.palette.mute)
        inside = area.adjusted(self._theme.px(3), 0, -self._theme.px(3), -self._theme.px(1))
        wide = QFontMetricsF(font).horizontalAdvance(tr("truncation")) * 2.4
        if inside.width() < wide or not self._points:
            return
        floor = max(min(up for _, up in self._points), self.up[0])
        for (_, up), side, word in (
            (self._points[0], Qt.AlignmentFlag.AlignLeft, tr("truncation")),
            (self._points[-1], Qt.AlignmentFlag.AlignRight, tr("rounding")),
        ):
            if up > floor + CLEARLY:
                painter.drawText(inside, side | Qt.AlignmentFlag.AlignBottom, word)
