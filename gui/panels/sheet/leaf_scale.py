"""The scale of a leaf's slider: how far it reaches, and the round numbers it gives."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST_REACH = 1.0
FARTHEST = 1e200  # a float holds the double of it
FINEST = 100  # steps from 0 to the end, at least; ten times as many at most
TOO_WIDE = 20.0  # a number this many times smaller than the reach deserves a finer scale
_ROUND = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class LeafScale:
    """From −reach to +reach in steps of a power of ten."""

    reach: float
    decimals: int  # of a step; negative for steps of 10, 100 …

    @property
    def positions(self) -> int:
        """How many numbers the slider can give."""
        return 2 * self._steps + 1

    def position(self, value: float) -> int:
        """The nearest one, counted from 0; the middle for what is no number."""
        if not math.isfinite(value):
            return self._steps
        return max(0, min(round(value * 10.0**self.decimals) + self._steps, 2 * self._steps))

    def value(self, position: int) -> float:
        step = position - self._steps
        return step / 10**self.decimals if self.decimals >= 0 else float(step * 10**-self.decimals)

    def suits(self, value: float) -> bool:
        """Whether a number is within reach, and not lost in the middle."""
        return abs(value) <= self.reach and (self.reach <= LEAST_REACH or abs(value) * TOO_WIDE >= self.reach)

    @property
    def _steps(self) -> int:
        return round(self.reach * 10.0**self.decimals)


def scale_for(value: float) -> LeafScale:
    """Twice as far as the number, rounded up; at least from −1 to 1."""
    wanted = max(LEAST_REACH, 2.0 * min(abs(value), FARTHEST)) if math.isfinite(value) else LEAST_REACH
    power = 10.0 ** math.floor(math.log10(wanted))
    reach = next(part * power for part in _ROUND if part * power >= wanted * (1 - 1e-12))
    return LeafScale(reach, -math.floor(math.log10(reach / FINEST) + 1e-9))
