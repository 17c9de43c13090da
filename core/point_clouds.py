"""Generated points of classes: moons, blobs, circle, XOR, gauss, spiral, yin-yang.

Circle, XOR, gauss and spiral have the geometry of TensorFlow Playground, moons that of scikit-learn's `make_moons`,
yin-yang that of Kriener, Göltz and Petrovici (2021). The same DataSpec always gives the same rows, on every machine:
they are drawn from NumPy's frozen `RandomState`, and what is drawn, and in which order, never changes.
"""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from core.experiment import DataSpec

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]
Rows = tuple[Array, Array]  # inputs (rows, inputs); targets (rows,), or one-hot (rows, classes)

RADIUS = 5.0  # of circle and spiral, and half the side of XOR's square
CIRCLE_INSIDE = 0.5 * RADIUS  # nearer to the centre than this is positive
CIRCLE_OUTSIDE = 0.7 * RADIUS  # the negative ring begins here
XOR_PADDING = 0.3  # keeps points off the axes
GAUSS_CENTRE = 2.0
GAUSS_VARIANCE = (0.5, 4.0)  # at noise 0 and at noise 0.5
SPIRAL_TURNS = 1.75
BLOB_CENTRE = (-1.5, 1.0)  # of the positive class of two; the negative one is opposite
BLOB_RING = 2.0  # radius of the circle on which the centres of more classes stand, from the top clockwise
BLOB_SPREAD = (0.2, 1.2)  # standard deviation at noise 0 and at noise 0.5
YIN_YANG_RADIUS = 2.5
YIN_YANG_DOT = 0.2 * YIN_YANG_RADIUS  # radius of a dot
MAX_NOISE = 0.5

PLAYGROUND_EXTENT: Extent = (-6.0, 6.0, -6.0, 6.0)
MOONS_EXTENT: Extent = (-2.1, 3.1, -1.6, 2.1)
BLOBS_EXTENT: Extent = (-4.2, 4.2, -3.0, 3.0)
BLOB_RING_EXTENT: Extent = (-4.2, 4.2, -4.2, 4.2)
YIN_YANG_EXTENT: Extent = (-3.0, 3.0, -3.0, 3.0)


def moons(spec: DataSpec) -> Rows:
    """Two interleaved half circles; noise is the standard deviation. Draws in the order of `make_moons`."""
    random = RandomState(spec.seed)
    outer = np.linspace(0.0, np.pi, spec.points // 2)
    inner = np.linspace(0.0, np.pi, spec.points - spec.points // 2)
    x1 = np.concatenate([np.cos(outer), 1.0 - np.cos(inner)])
    x2 = np.concatenate([np.sin(outer), 1.0 - np.sin(inner) - 0.5])
    targets = np.repeat([-1.0, 1.0], [len(outer), len(inner)])
    order = np.arange(spec.points)
    random.shuffle(order)
    inputs = np.column_stack([x1, x2])[order]
    return inputs + random.normal(scale=spec.noise, size=inputs.shape), targets[order]


def blobs(spec: DataSpec) -> Rows:
    """A round normal cloud for each class; noise widens them."""
    spread = _at_noise(BLOB_SPREAD, spec.noise)
    if spec.classes == 2:
        return _two_clouds(spec, BLOB_CENTRE, spread)
    random = RandomState(spec.seed)
    owners = _shared_out(spec.points, spec.classes)
    inputs = _polar(np.full(spec.points, BLOB_RING), 2.0 * np.pi * owners / spec.classes)
    inputs += random.normal(scale=spread, size=inputs.shape)
    return _shuffled(inputs, np.eye(spec.classes)[owners], random)


def gauss(spec: DataSpec) -> Rows:
    """Two round normal clouds; noise widens them."""
    return _two_clouds(spec, (GAUSS_CENTRE, GAUSS_CENTRE), np.sqrt(_at_noise(GAUSS_VARIANCE, spec.noise)))


def _two_clouds(spec: DataSpec, centre: tuple[float, float], spread: float) -> Rows:
    """A round normal cloud around `centre` (positive) and one around its opposite (negative)."""
    random = RandomState(spec.seed)
    targets = _two_classes(spec.points)
    inputs = targets[:, None] * np.array(centre) + random.normal(scale=spread, size=(spec.points, 2))
    return _shuffled(inputs, targets, random)


def circle(spec: DataSpec) -> Rows:
    """A disc inside a ring. Noise moves the place where the label is read, not the point."""
    random = RandomState(spec.seed)
    inside = _two_classes(spec.points) > 0
    nearest = np.where(inside, 0.0, CIRCLE_OUTSIDE)
    farthest = np.where(inside, CIRCLE_INSIDE, RADIUS)
    inputs = _polar(random.uniform(nearest, farthest), random.uniform(0.0, 2.0 * np.pi, spec.points))
    read_at = inputs + random.uniform(-RADIUS, RADIUS, inputs.shape) * spec.noise
    targets = np.where(np.hypot(read_at[:, 0], read_at[:, 1]) < CIRCLE_INSIDE, 1.0, -1.0)
    return _shuffled(inputs, targets, random)


def xor(spec: DataSpec) -> Rows:
    """Four squares around the origin. Noise moves the place where the label is read, not the point."""
    random = RandomState(spec.seed)
    inputs = random.uniform(-RADIUS, RADIUS, (spec.points, 2))
    inputs += np.where(inputs > 0.0, XOR_PADDING, -XOR_PADDING)
    read_at = inputs + random.uniform(-RADIUS, RADIUS, inputs.shape) * spec.noise
    return inputs, np.where(read_at[:, 0] * read_at[:, 1] >= 0.0, 1.0, -1.0)


def spiral(spec: DataSpec) -> Rows:
    """Two arms, half a turn apart; noise shifts each coordinate by up to that much."""
    random = RandomState(spec.seed)
    targets = _two_classes(spec.points)
    positive = int(np.count_nonzero(targets > 0))
    along = np.concatenate([np.arange(n) / n for n in (positive, spec.points - positive)])
    angle = SPIRAL_TURNS * 2.0 * np.pi * along + np.where(targets > 0, 0.0, np.pi)
    inputs = _polar(RADIUS * along, angle)
    inputs += random.uniform(-1.0, 1.0, inputs.shape) * spec.noise
    return _shuffled(inputs, targets, random)


def yin_yang(spec: DataSpec) -> Rows:
    """The disc of yin and yang (lower and upper half, wound into each other) with its two dots as a third class.

    Each class has as many points as the others, evenly spread over its area; noise then shifts each coordinate by up to
    that much.
    """
    random = RandomState(spec.seed)
    owners = _shared_out(spec.points, 3)
    wanted = np.bincount(owners, minlength=3)
    drawn = np.empty((0, 2))
    found = np.empty(0, dtype=np.int64)
    while (np.bincount(found, minlength=3) < wanted).any():
        more = random.uniform(-YIN_YANG_RADIUS, YIN_YANG_RADIUS, (4 * spec.points, 2))
        more = more[np.hypot(more[:, 0], more[:, 1]) <= YIN_YANG_RADIUS]
        drawn, found = np.concatenate([drawn, more]), np.concatenate([found, _yin_yang_class(more)])
    inputs = np.concatenate([drawn[found == kind][:count] for kind, count in enumerate(wanted)])
    inputs += random.uniform(-1.0, 1.0, inputs.shape) * spec.noise
    return _shuffled(inputs, np.eye(3)[owners], random)


def _yin_yang_class(points: Array) -> NDArray[np.int64]:
    """0: yin, 1: yang, 2: a dot."""
    half = 0.5 * YIN_YANG_RADIUS  # the centres of the dots, and the radius of the two bellies
    left, right = np.hypot(points[:, 0] + half, points[:, 1]), np.hypot(points[:, 0] - half, points[:, 1])
    yang = (left <= half) | ((points[:, 1] > 0.0) & (right > half))
    return np.where(np.minimum(left, right) < YIN_YANG_DOT, 2, yang.astype(np.int64))


def _shared_out(points: int, classes: int) -> NDArray[np.int64]:
    """The class of each point, all of class 0 first; the first classes have one point more where it does not divide."""
    return np.sort(np.arange(points) % classes)


def _two_classes(points: int) -> Array:
    """All +1 first, then as many −1; the positive class has the odd point."""
    return np.repeat([1.0, -1.0], [points - points // 2, points // 2])


def _at_noise(ends: tuple[float, float], noise: float) -> float:
    """Between the value at noise 0 and that at the most noise, in proportion."""
    return ends[0] + (ends[1] - ends[0]) * noise / MAX_NOISE


def _polar(radius: Array, angle: Array) -> Array:
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def _shuffled(inputs: Array, targets: Array, random: RandomState) -> Rows:
    """The same rows in random order, so that neighbours are not of one class."""
    order = random.permutation(len(targets))
    return inputs[order], targets[order]
