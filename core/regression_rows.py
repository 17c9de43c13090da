"""Generated points with a number as target: plane and multi-gauss over two inputs; line, sine and step over one.

Plane and multi-gauss have the geometry and the labels of TensorFlow Playground. The same DataSpec always gives the
same rows, on every machine.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import RandomState

from core.experiment import DataSpec
from core.point_clouds import Array, Rows

SIDE = 6.0  # plane and multi-gauss lie in a square of half this side
PLANE_SLOPE = 0.1
HILLS = ((-4.0, 2.5, 1.0), (0.0, 2.5, -1.0), (4.0, 2.5, 1.0), (-4.0, -2.5, -1.0), (0.0, -2.5, 1.0), (4.0, -2.5, -1.0))
HILL_RADIUS = 2.0  # where a hill of multi-gauss has come down to 0
SPAN = 3.0  # the one input lies within ± this
LINE = 0.6, -0.2  # slope and height at 0
WAVES = 2.0  # the sine's angle is this times the input
_WIDEST = 4.0  # standard deviations of noise that a picture has room for


def plane(spec: DataSpec) -> Rows:
    """(x1 + x2) / 10. Noise moves the place where the label is read, not the point."""
    inputs, read_at = _square(spec)
    return inputs, PLANE_SLOPE * read_at.sum(axis=1)


def multi_gauss(spec: DataSpec) -> Rows:
    """Three hills and three hollows; where two meet, the higher or deeper one is the label.

    Each falls off evenly from ±1 at its centre to 0. Noise moves the place where the label is read, not the point.
    """
    inputs, read_at = _square(spec)
    hills = np.array(HILLS)
    distance = np.hypot(*(read_at[:, None, :] - hills[:, :2]).transpose(2, 0, 1))
    heights = hills[:, 2] * np.maximum(1.0 - distance / HILL_RADIUS, 0.0)
    strongest = np.abs(heights).argmax(axis=1)
    return inputs, heights[np.arange(len(inputs)), strongest] + 0.0  # no −0


def line(spec: DataSpec) -> Rows:
    """A straight line; noise is the standard deviation of the target, here and below."""
    slope, height = LINE
    return _curve(spec, lambda x: slope * x + height)


def sine(spec: DataSpec) -> Rows:
    """Nearly two waves of height 1."""
    return _curve(spec, lambda x: np.sin(WAVES * x))


def step(spec: DataSpec) -> Rows:
    """−1, and from 0 on +1."""
    return _curve(spec, lambda x: np.where(x >= 0.0, 1.0, -1.0))


def usual_targets(spec: DataSpec) -> tuple[float, float]:
    """From where to where a picture of the targets should reach, whatever points were drawn."""
    match spec.kind:
        case "plane":
            most = 2.0 * SIDE * PLANE_SLOPE * (1.0 + spec.noise)
        case "multi-gauss":
            most = 1.0
        case "line":
            most = LINE[0] * SPAN + abs(LINE[1]) + _WIDEST * spec.noise
        case _:
            most = 1.2 + _WIDEST * spec.noise
    return -most, most


def _square(spec: DataSpec) -> Rows:
    """Points all over the square, and where their labels are read."""
    random = RandomState(spec.seed)
    inputs = random.uniform(-SIDE, SIDE, (spec.points, 2))
    return inputs, inputs + random.uniform(-SIDE, SIDE, inputs.shape) * spec.noise


def _curve(spec: DataSpec, function: Callable[[Array], Array]) -> Rows:
    random = RandomState(spec.seed)
    inputs = random.uniform(-SPAN, SPAN, spec.points)
    return inputs[:, None], function(inputs) + random.normal(scale=spec.noise, size=spec.points)
