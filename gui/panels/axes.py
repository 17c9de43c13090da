"""The axes of all plots: round numbers, pale grid lines, in the theme's colours and sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem

from gui.theme import Theme

LABEL_SIZE = 11  # of the font, in pixels at scale 1
EDGE = 14  # pixels at scale 1 right of a plot with axes, for the half of a label that stands out


class ValueAxis(pg.AxisItem):
    """Round numbers and pale grid lines; as `log_scale`, powers of ten of a coordinate that is a logarithm."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.log_scale = False
        self.margin = 14.0  # pixels around plot and axis where labels may still be
        self.room = 60.0  # pixels from one label to the next, at least
        self.setStyle(tickAlpha=255, tickLength=0, autoExpandTextSpace=False)
        self.setGrid(255)
        # Without a cache the grid alone costs more than the rest of a frame.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def boundingRect(self) -> QRectF:
        """Wider than pyqtgraph's, which would leave out the labels at both ends; those beyond it are not drawn."""
        return super().boundingRect().adjusted(-2 * self.margin, -self.margin, self.margin, self.margin)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N803
        low, high = sorted((minVal, maxVal))
        count = max(size / self.room, 1.0)
        if self.log_scale and high - low >= 1.2:
            return [(1.0, _multiples(low, high, max(1, math.ceil((high - low) / count))))]
        if self.log_scale:
            return [(0.1, _one_two_five(low, high))]
        step = round_step((high - low) / count)
        return [(step, _multiples(low, high, step))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self.log_scale:
            return [tick_text(10.0**value) if abs(value) < 4.5 else f"1e{value:.0f}" for value in values]
        return [tick_text(0.0 if abs(value) < spacing / 1000 else value) for value in values]

    def restyle(self, theme: Theme) -> None:
        """Take the theme's colours, fonts and sizes."""
        self.margin = theme.px(EDGE)
        self.setPen(pg.mkPen(None))
        self.setTickPen(pg.mkPen(theme.palette.line))
        self.setTextPen(pg.mkPen(theme.palette.mute))
        self.setStyle(tickFont=theme.font(LABEL_SIZE, mono=True), tickTextOffset=theme.px(6))
        if self.orientation == "left":
            self.setWidth(theme.px(44))
            self.room = theme.px(22)
        else:
            self.setHeight(theme.px(20))
            self.room = theme.px(90)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    if not least > 0.0 or not math.isfinite(least):
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= least * 0.999)


def tick_text(value: float) -> str:
    """A round number as short as it can be: `0.01`, `20 000`, `1e-6`."""
    size = abs(value)
    if size >= 1e6 or 0.0 < size < 1e-3:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    return f"{value:,.6g}".replace(",", " ")


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [index * step for index in range(first, min(last, first + 100) + 1)]


def _one_two_five(low: float, high: float) -> list[float]:
    """Logarithms of 1, 2, 5, 10, 20 … between the logarithms `low` and `high`."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    ticks = [decade + math.log10(factor) for decade in decades for factor in (1, 2, 5)]
    return [tick for tick in ticks if low <= tick <= high]
