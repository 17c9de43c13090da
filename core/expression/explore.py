"""A number of a sheet over another one: the curve, its tangent, and the slope that a step of size h finds.

(f(x + h) − f(x)) / h has two errors. With a large h the curve bends away from its tangent: truncation. With a small one
the difference of two nearly equal numbers has few digits left: rounding. Both can be seen here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from core.expression.explain import gradient_data
from core.expression.replay import replay_of
from core.expression.sheet import Array, Sheet, State
from core.nudge import rounding_floor
from core.words import mark

CURVE_POINTS = 161
SLOPE_TOLERANCE = 8e-5  # relative: beside a gradient of 14, 14.0003 agrees and 14.0012 does not
WRONG_GRADIENT = 1e-6  # relative: more than rounding can be off in a gradient
_HALVINGS = 8  # of an interval on which the output is not finite
_EDGE = 0.1  # of an interval: a value this close to its ends gets a new one


class Verdict(Enum):
    """Why a slope is as far from the gradient as it is. The value is what the window says, marked."""

    AGREES = mark("agrees")
    TRUNCATION = mark("truncation: h is too large")
    ROUNDING = mark("rounding: h is too small")
    WRONG_GRADIENT = mark("the gradient is off")
    NOT_FINITE = mark("is not finite")


@dataclass(frozen=True, eq=False)
class Curve:
    """An output over one number, and the point where the sheet is."""

    xs: Array
    ys: Array  # nan, inf outside the domain
    x: float
    y: float
    slope: float  # the true derivative there


def steps_of_h(per_decade: int = 1) -> tuple[float, ...]:
    """h from 1 to 1e-16, decades as exact as they are typed."""
    count = 16 * per_decade
    return tuple(float(f"{10.0 ** (-i / per_decade):.12g}") for i in range(count + 1))


class Explorer:
    """One node of a sheet (`output`) as a function of another (`over`), all else as it is at a state."""

    def __init__(self, sheet: Sheet, state: State, output: int, over: int) -> None:
        self._replay, self._output, self._over = replay_of(sheet), output, over
        self._data = gradient_data(sheet, state)
        self.x, self.y = self._data[over], self._data[output]
        self._gradients = self._replay.gradients(self._data, output)
        self.slope = self._gradients[over]

    def value(self, x: float) -> float:
        """The output there."""
        return self._replay.outputs(self._data, self._over, (x,), self._output)[0]

    def curve(self, interval: tuple[float, float] | None = None) -> Curve:
        """The output over an interval, by default one that fits the value."""
        low, high = interval or fitting_interval(self.x, self._values)
        xs = np.linspace(low, high, CURVE_POINTS)
        return Curve(xs, self._values(xs), self.x, self.y, self.slope)

    def interval(self, before: tuple[float, float] | None) -> tuple[float, float]:
        """The interval before, as long as the value is well inside; else another one."""
        if before is not None:
            low, high = before
            edge = _EDGE * (high - low)
            if low + edge <= self.x <= high - edge and abs(self.x) >= (high - low) / 50:
                return before
        return fitting_interval(self.x, self._values)

    def slopes(self, steps: Sequence[float]) -> list[float]:
        """(f(x + h) − f(x)) / h for every h."""
        outputs = self._replay.outputs(self._data, self._over, [self.x, *(self.x + h for h in steps)], self._output)
        return [(above - outputs[0]) / h for above, h in zip(outputs[1:], steps, strict=True)]

    def errors(self, steps: Sequence[float]) -> list[float]:
        """How far the slope is from the true one, for every h; for a picture, as all are computed at once."""
        numbers = np.array([self.x, *(self.x + h for h in steps)])
        outputs = self._values(numbers)
        with np.errstate(all="ignore"):
            found: list[float] = np.abs((outputs[1:] - outputs[0]) / np.array(steps) - self.slope).tolist()
        return found

    def verdict(self, h: float, slope: float, gradient: float) -> Verdict:
        """What is to be said of a slope beside the gradient that the sheet has."""
        if not (math.isfinite(slope) and math.isfinite(gradient) and math.isfinite(self.slope)):
            return Verdict.NOT_FINITE
        scale = max(abs(self.slope), abs(gradient))
        if abs(gradient - self.slope) > WRONG_GRADIENT * scale + self._floor(1e-6):
            return Verdict.WRONG_GRADIENT
        error = abs(slope - gradient)
        if error <= SLOPE_TOLERANCE * (scale or 1.0):
            return Verdict.AGREES
        if self.x + h == self.x or error <= 2 * self._floor(h) + _lost_in_h(self.x, h) * scale:
            return Verdict.ROUNDING
        return Verdict.TRUNCATION

    def _floor(self, h: float) -> float:
        """What rounding alone may do to a slope."""
        with np.errstate(all="ignore"):
            moves = np.array(self._data) * np.array(self._gradients)
        return rounding_floor(moves, h)

    def _values(self, xs: Array) -> Array:
        return self._replay.curve(self._data, self._over, xs, self._output)


def fitting_interval(x: float, f: Callable[[Array], Array]) -> tuple[float, float]:
    """Around a value, as wide as it is large, narrower where the output is not finite; (−1, 1) around nan."""
    if not math.isfinite(x) or abs(x) > 1e150:
        return -1.0, 1.0
    half = round_up(max(1.0, 1.5 * abs(x)))
    for _ in range(_HALVINGS):
        ys = f(np.linspace(x - half, x + half, 41))
        if np.isfinite(ys).mean() > 0.7:
            break
        half /= 2
    return x - half, x + half


def round_up(size: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `size`."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= size * 0.999)


def _lost_in_h(x: float, h: float) -> float:
    """The share of h by which x + h misses: x has only so many digits."""
    return abs(((x + h) - x) - h) / h
