"""How a number follows the pointer: in round steps that fit its size. No Qt here."""

from __future__ import annotations

import math

_SHARE = 0.01  # of its range that a number moves by at a pixel
_LEAST = 1.0  # numbers below move as this one does
_FINE = 0.1  # of a step, with Shift


def unit_of(value: float) -> float:
    """What a pixel is worth: about a hundredth of −|value| … |value|, and 1, 2 or 5 times a power of ten."""
    wanted = 2 * max(abs(value), _LEAST) * _SHARE
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(float(f"{times * power:.0e}") for times in (5, 2, 1) if times * power <= wanted * (1 + 1e-9))


class Scrub:
    """One drag of a number, from where it stood."""

    def __init__(self, value: float) -> None:
        self.start = value
        self._unit = unit_of(value)
        self._steps = 0.0
        self._fine = False

    @property
    def value(self) -> float:
        """Where the number is now, a round one; the start itself as long as it has not moved."""
        if self._steps == 0:
            return self.start
        return rounded(self.start + self._steps * self._unit, self._unit * (_FINE if self._fine else 1.0))

    def move(self, pixels: float, *, fine: bool = False) -> float:
        """So many pixels to the right (steps of the keyboard likewise); returns the new number."""
        self._fine = fine
        self._steps += pixels * (_FINE if fine else 1.0)
        return self.value


def rounded(value: float, unit: float) -> float:
    """The multiple of `unit` next to a value, without the last digits of rounding."""
    decimals = max(0, -math.floor(math.log10(unit) + 1e-9))
    return round(round(value / unit) * unit, decimals) + 0.0
