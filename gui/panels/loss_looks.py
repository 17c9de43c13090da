"""How the curves of the loss card look, and how far its axes reach."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from gui.panels.axes import round_step
from gui.panels.plotting import blended
from gui.theme import Palette

FULL_WIDTH = 1.25
"""Of the line of all samples, in pixels at scale 1, as all widths."""

TWIN_WIDTH = 1.5
"""Of the line of the true run."""

TEST_WIDTH = 1.5
"""Of the dashed line of the rows kept back."""

KEPT_WIDTH = 1.25
"""Of the lines of runs that are kept to compare."""

_LOG_STEP = 0.25  # the ends of a logarithmic axis are multiples of this many decades
_KEPT_PALENESS = 0.35
_BEYOND = 20.0  # heights of the picture: nothing is drawn farther out, so that no line is too long to be drawn


def batch_colour(palette: Palette) -> QColor:
    """Of the curve of the batches' losses, where that of all samples lies over it."""
    return blended(palette.accent, palette.card, 0.55)


def twin_colour(palette: Palette, *, goes_on: bool) -> QColor:
    """Of the curve of the true run; paler where the bug is off and it has ended."""
    return palette.good if goes_on else blended(palette.good, palette.card, 0.5)


def held_back_colour(palette: Palette) -> QColor:
    """Of the curve of the rows kept back: orange and dashed beside the blue one of the rows trained on."""
    return palette.negative


def kept_colour(palette: Palette, index: int) -> QColor:
    """Of the curve of a run that is kept; paler than the one that goes on."""
    return blended(palette.class_mark(index), palette.card, _KEPT_PALENESS)


def log_bounds(low: float, high: float) -> tuple[float, float]:
    """The ends of a logarithmic axis that holds these numbers, as numbers."""
    bottom = math.floor((math.log10(low) - 0.06) / _LOG_STEP) * _LOG_STEP
    top = math.ceil((math.log10(high) + 0.04) / _LOG_STEP) * _LOG_STEP
    if top - bottom < 2 * _LOG_STEP:
        bottom -= _LOG_STEP
    return 10.0**bottom, 10.0 ** min(top, 308.0)


def linear_bounds(low: float, high: float) -> tuple[float, float]:
    """The ends of a linear axis: from 0 as long as that wastes less than half of the picture."""
    base = 0.0 if 0.0 <= low <= 0.5 * high else low
    step = round_step(max(high - base, abs(high) * 1e-9, 1e-300) / 5)
    bottom = 0.0 if base == 0.0 else (math.floor(base / step) - 0.2) * step
    return bottom, (math.floor(high / step) + 1) * step


_ENDS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)  # of the axis of steps, times a power of ten
FIRST_RANGE = 20.0
"""Steps on the axis at first; a little more whenever the curve reaches the end."""


def end_of_steps(last: float) -> float:
    """Where an axis ends that holds all steps up to the last one: round, and seldom another."""
    last = max(last, FIRST_RANGE)
    power = 10.0 ** math.floor(math.log10(last))
    return next(end * power for end in _ENDS if end * power >= last)


def heights(losses: NDArray[np.float64], low: float, high: float, *, log_scale: bool) -> NDArray[np.float64]:
    """Where losses lie on an axis from `low` to `high`. Those outside of it stay outside: the view cuts them off."""
    bottom, top = low, high
    if log_scale:
        bottom, top = math.log10(low), math.log10(high)
        with np.errstate(divide="ignore"):
            losses = np.log10(np.maximum(losses, 0.0))
    beyond = _BEYOND * (top - bottom)
    return np.clip(losses, bottom - beyond, top + beyond)
