"""Which losses the axis of the loss plot shows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.history import Reduction
from gui.panels.loss_looks import linear_bounds, log_bounds

_GHOST_REACH = 1.5  # decades that pale curves may widen the range by
_EMPTY_RANGE = (1e-3, 1.0)  # when no loss above 0 is there to be shown


class LossRange:
    """From `low` to `high`, in losses: wider and narrower in large steps, so that the axis rests on most frames."""

    def __init__(self) -> None:
        self.low, self.high = _EMPTY_RANGE

    def forget(self) -> None:
        """It is found anew."""
        self.low = self.high = 0.0

    def adapt(self, curves: Sequence[Reduction], pale: Sequence[Reduction], *, begun: bool, log_scale: bool) -> bool:
        """Hold these curves, and of the pale ones what is near them; True where the range is another one now.

        Until the run has `begun`, the pale ones alone are there to be read.
        """
        lows, highs = zip(*(_extremes(curve, log_scale=log_scale) for curve in curves), strict=True)
        low, high = min(lows), max(highs)
        if pale:
            pale_lows, pale_highs = zip(*(_extremes(curve, log_scale=log_scale) for curve in pale), strict=True)
            reach = 10.0**_GHOST_REACH if begun and low > 0.0 else math.inf
            low, high = min(low, max(min(pale_lows), low / reach)), max(high, min(max(pale_highs), high * reach))
        if low > high:
            low, high = _EMPTY_RANGE
        bounds = log_bounds(low, high) if log_scale else linear_bounds(low, high)
        if bounds[0] >= self.low and bounds[1] <= self.high and not self._much_wider_than(bounds, log_scale=log_scale):
            return False
        self.low, self.high = bounds
        return True

    def _much_wider_than(self, bounds: tuple[float, float], *, log_scale: bool) -> bool:
        if log_scale:
            return math.log(self.high / self.low) > 1.6 * math.log(bounds[1] / bounds[0])
        return self.high - self.low > 2.1 * (bounds[1] - bounds[0])


def _extremes(curve: Reduction, *, log_scale: bool) -> tuple[float, float]:
    """The least and the greatest loss that the axis can show; (inf, -inf) if there is none."""
    low, high = curve[2], curve[3]
    if log_scale:
        low, high = low[low > 0.0], high[high > 0.0]
    return float(low.min(initial=np.inf)), float(high.max(initial=-np.inf))
