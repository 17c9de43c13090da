"""The axes of all plots: round numbers, pale grid lines, in the theme's colours and sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem

from gui.numbers import THIN_SPACE
from gui.theme import Theme

LABEL_SIZE = 11  # of the font, in pixels at scale 1
EDGE = 14  # pixels at scale 1 right of a plot with axes, for the half of a label that stands out
_LEAST_TICKS = 2  # one alone says nothing about the scale
_MORE_STEPS = 3  # tried for a second tick: a step a tenth as long is sure to give it
_WANTED_TICKS = 3  # on a logarithmic axis; with fewer powers of ten the numbers between them come in
_BETWEEN = ((2.0, 5.0), (3.0, 7.0), (1.5, 4.0, 6.0, 8.0))  # times a power of ten; the ones to try first come first
_CLOSEST = 0.6  # of the room that labels like to have: still readable


class ValueAxis(pg.AxisItem):
    """Round numbers and pale grid lines; as `log_scale`, powers of ten of a coordinate that is a logarithm."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.log_scale = False
        self.whole = False  # no ticks between whole numbers
        self.most = math.inf  # no ticks beyond
        self.margin = 14.0  # pixels around plot and axis where labels may still be
        self.room = 60.0  # pixels from one label to the next, at least
        self.setStyle(tickAlpha=255, tickLength=0, autoExpandTextSpace=False)
        self.setGrid(255)
        # Without a cache the grid alone costs more than the rest of a frame.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.geometryChanged.connect(self.forget_picture)

    def boundingRect(self) -> QRectF:
        """Wider than pyqtgraph's, which would leave out the labels at both ends; those beyond it are not drawn."""
        return super().boundingRect().adjusted(-2 * self.margin, -self.margin, self.margin, self.margin)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N803
        low, high = sorted((minVal, maxVal))
        count = max(size / self.room, 1.0)
        if self.log_scale:
            return [(1.0, log_ticks(low, high, count))]
        step = round_step((high - low) / count)
        ticks = _multiples(low, high, step)
        for _ in range(_MORE_STEPS):
            if len(ticks) < _LEAST_TICKS:
                step = round_step(step / 2.6)  # the next smaller one
                ticks = _multiples(low, high, step)
        if self.whole and step < 1.0:
            ticks = _multiples(low, high, 1.0)
        return [(step, [tick for tick in ticks if tick <= self.most])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self.log_scale:
            return _in_one_style([_power_text(value) for value in values])
        return _in_one_style([tick_text(0.0 if abs(value) < spacing / 1000 else value) for value in values])

    def forget_picture(self) -> None:
        """Draw all anew, as the axis or the plot that its grid reaches over has another size."""
        self.prepareGeometryChange()
        self.picture = None
        # An update is not enough: Qt may go on with parts of a cached picture when its size has changed.
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def restyle(self, theme: Theme) -> None:
        """Take the theme's colours, fonts and sizes."""
        self.margin = theme.px(EDGE)
        self.setPen(pg.mkPen(None))
        self.setTickPen(pg.mkPen(theme.palette.line, width=theme.px(1)))
        self.setTextPen(pg.mkPen(theme.palette.mute))
        self.setStyle(tickFont=theme.font(LABEL_SIZE, mono=True), tickTextOffset=theme.px(6))
        if self.orientation == "left":
            self.setWidth(theme.px(44))
            self.room = theme.px(22)
        else:
            self.setHeight(theme.px(20))
            self.room = theme.px(90)
        self.forget_picture()


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    if not least > 0.0 or not math.isfinite(least):
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= least * 0.999)


def tick_text(value: float) -> str:
    """A round number as short as it can be: `0.01`, `1e-6`, `20 000` with a thin space."""
    size = abs(value)
    if size >= 1e6 or 0.0 < size < 1e-3:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    return f"{value:,.6g}".replace(",", THIN_SPACE)


def _in_one_style(texts: list[str]) -> list[str]:
    """Where one of an axis' numbers has a negative exponent all below 1 have: `2e-3`, `1e-3`, `7e-4`."""
    return [_with_exponent(text) for text in texts] if any("e-" in text for text in texts) else texts


def _with_exponent(text: str) -> str:
    if "e" in text or not 0.0 < abs(float(text.replace(THIN_SPACE, ""))) < 1.0:
        return text
    mantissa, exponent = f"{float(text):.5e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [index * step for index in range(first, min(last, first + 100) + 1)]


def log_ticks(low: float, high: float, count: float) -> list[float]:
    """Logarithms of round numbers between the logarithms `low` and `high`, about as many as `count`.

    They are powers of ten where there are enough of them, else also 2, 5 and others between them: always at least
    two, as long as the ends are half a decade apart.
    """
    gap = (high - low) / count
    ticks = _multiples(low, high, max(1, math.ceil(gap)))
    if len(ticks) < _LEAST_TICKS:
        ticks = _multiples(low, high, 1)
    decades = range(math.floor(low), math.ceil(high) + 1)
    for least, wanted in ((0.9 * gap, _WANTED_TICKS), (_CLOSEST * gap, _LEAST_TICKS), (0.0, _LEAST_TICKS)):
        for factors in _BETWEEN:
            if len(ticks) >= wanted:
                break
            for tick in (decade + math.log10(factor) for decade in decades for factor in factors):
                if low <= tick <= high and all(abs(tick - other) > least for other in ticks):
                    ticks.append(tick)
    return sorted(ticks)


def _power_text(logarithm: float) -> str:
    """The number with this logarithm; unlike 10 ** logarithm it never overflows."""
    if -3.01 < logarithm < 4.5:
        return tick_text(float(f"{10.0**logarithm:.3g}"))
    exponent = math.floor(logarithm + 1e-9)
    return f"{10.0 ** (logarithm - exponent):.2g}e{exponent}"
