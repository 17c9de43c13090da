"""The data sets: rows of inputs with one target of −1 or +1 each.

Circle, XOR, gauss and spiral have the geometry of TensorFlow Playground, moons that of scikit-learn's `make_moons`.
The same DataSpec always gives the same rows, on every machine: they are drawn from NumPy's frozen `RandomState`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from core.errors import UnknownNameError
from core.experiment import DataKind, DataSpec

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]
Rows = tuple[Array, Array]

DATASET_TITLES: dict[DataKind, str] = {
    "lecture": "The lecture's four rows",
    "moons-demo": "Moons of the demo",
    "moons": "Moons",
    "blobs": "Blobs",
    "circle": "Circle",
    "xor": "XOR",
    "gauss": "Gauss",
    "spiral": "Spiral",
}
FIXED_KINDS: frozenset[DataKind] = frozenset({"lecture", "moons-demo"})  # these ignore points, noise and seed

LECTURE_INPUTS = ((2.0, 3.0, -1.0), (3.0, -1.0, 0.5), (0.5, 1.0, 1.0), (1.0, 1.0, -1.0))
LECTURE_TARGETS = (1.0, -1.0, -1.0, 1.0)

RADIUS = 5.0  # of circle and spiral, and half the side of XOR's square
CIRCLE_INSIDE = 0.5 * RADIUS  # nearer to the centre than this is positive
CIRCLE_OUTSIDE = 0.7 * RADIUS  # the negative ring begins here
XOR_PADDING = 0.3  # keeps points off the axes
GAUSS_CENTRE = 2.0
GAUSS_VARIANCE = (0.5, 4.0)  # at noise 0 and at noise 0.5
SPIRAL_TURNS = 1.75
BLOB_CENTRE = (-1.5, 1.0)  # of the positive class; the negative one is opposite
BLOB_SPREAD = (0.2, 1.2)  # standard deviation at noise 0 and at noise 0.5
MAX_NOISE = 0.5

PLAYGROUND_EXTENT: Extent = (-6.0, 6.0, -6.0, 6.0)
MOONS_EXTENT: Extent = (-2.1, 3.1, -1.6, 2.1)
BLOBS_EXTENT: Extent = (-4.2, 4.2, -3.0, 3.0)


@dataclass(frozen=True, eq=False)
class DataSet:
    """Rows to train on; the arrays cannot be written to."""

    name: str  # its kind
    inputs: Array  # (rows, inputs)
    targets: Array  # (rows,), −1 or +1; of several classes (rows, classes), one-hot
    names: tuple[str, ...]  # of the inputs: x1, x2 …
    extent: Extent | None  # x1 min, x1 max, x2 min, x2 max to draw; None without a plane (other than two inputs)


def make_dataset(spec: DataSpec) -> DataSet:
    """The rows that `spec` describes. Raises UnknownNameError for a kind that does not exist."""
    recipe = _RECIPES.get(spec.kind)
    if recipe is None:
        raise UnknownNameError(f"There is no data set {spec.kind!r}; choose one of {', '.join(_RECIPES)}.")
    make, extent = recipe
    inputs, targets = make(spec)
    inputs.setflags(write=False)
    targets.setflags(write=False)
    names = tuple(f"x{i + 1}" for i in range(inputs.shape[1]))
    return DataSet(spec.kind, inputs, targets, names, extent)


def input_count(kind: DataKind) -> int:
    """How many inputs a row of this kind has."""
    return 3 if kind == "lecture" else 2


def row_count(spec: DataSpec) -> int:
    """How many rows `make_dataset(spec)` has, without making them."""
    return {"lecture": len(LECTURE_INPUTS), "moons-demo": len(_published_moons())}.get(spec.kind, spec.points)


def _lecture(_: DataSpec) -> Rows:
    return np.array(LECTURE_INPUTS), np.array(LECTURE_TARGETS)


@cache
def _published_moons() -> Array:
    """The 100 points of the published run, full precision; columns x1, x2, target."""
    with files("resources").joinpath("datasets/moons-demo.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return np.array(rows[1:], dtype=np.float64)


def _moons_demo(_: DataSpec) -> Rows:
    table = _published_moons()
    return table[:, :2].copy(), table[:, 2].copy()


def _moons(spec: DataSpec) -> Rows:
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


def _blobs(spec: DataSpec) -> Rows:
    return _two_clouds(spec, BLOB_CENTRE, _at_noise(BLOB_SPREAD, spec.noise))


def _gauss(spec: DataSpec) -> Rows:
    return _two_clouds(spec, (GAUSS_CENTRE, GAUSS_CENTRE), np.sqrt(_at_noise(GAUSS_VARIANCE, spec.noise)))


def _two_clouds(spec: DataSpec, centre: tuple[float, float], spread: float) -> Rows:
    """A round normal cloud around `centre` (positive) and one around its opposite (negative)."""
    random = RandomState(spec.seed)
    targets = _two_classes(spec.points)
    inputs = targets[:, None] * np.array(centre) + random.normal(scale=spread, size=(spec.points, 2))
    return _shuffled(inputs, targets, random)


def _circle(spec: DataSpec) -> Rows:
    """A disc inside a ring. Noise moves the place where the label is read, not the point."""
    random = RandomState(spec.seed)
    inside = _two_classes(spec.points) > 0
    nearest = np.where(inside, 0.0, CIRCLE_OUTSIDE)
    farthest = np.where(inside, CIRCLE_INSIDE, RADIUS)
    inputs = _polar(random.uniform(nearest, farthest), random.uniform(0.0, 2.0 * np.pi, spec.points))
    read_at = inputs + random.uniform(-RADIUS, RADIUS, inputs.shape) * spec.noise
    targets = np.where(np.hypot(read_at[:, 0], read_at[:, 1]) < CIRCLE_INSIDE, 1.0, -1.0)
    return _shuffled(inputs, targets, random)


def _xor(spec: DataSpec) -> Rows:
    """Four squares around the origin. Noise moves the place where the label is read, not the point."""
    random = RandomState(spec.seed)
    inputs = random.uniform(-RADIUS, RADIUS, (spec.points, 2))
    inputs += np.where(inputs > 0.0, XOR_PADDING, -XOR_PADDING)
    read_at = inputs + random.uniform(-RADIUS, RADIUS, inputs.shape) * spec.noise
    return inputs, np.where(read_at[:, 0] * read_at[:, 1] >= 0.0, 1.0, -1.0)


def _spiral(spec: DataSpec) -> Rows:
    """Two arms, half a turn apart; noise shifts each coordinate by up to that much."""
    random = RandomState(spec.seed)
    targets = _two_classes(spec.points)
    positive = int(np.count_nonzero(targets > 0))
    along = np.concatenate([np.arange(n) / n for n in (positive, spec.points - positive)])
    angle = SPIRAL_TURNS * 2.0 * np.pi * along + np.where(targets > 0, 0.0, np.pi)
    inputs = _polar(RADIUS * along, angle)
    inputs += random.uniform(-1.0, 1.0, inputs.shape) * spec.noise
    return _shuffled(inputs, targets, random)


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


_RECIPES: dict[str, tuple[Callable[[DataSpec], Rows], Extent | None]] = {
    "lecture": (_lecture, None),
    "moons-demo": (_moons_demo, MOONS_EXTENT),
    "moons": (_moons, MOONS_EXTENT),
    "blobs": (_blobs, BLOBS_EXTENT),
    "circle": (_circle, PLAYGROUND_EXTENT),
    "xor": (_xor, PLAYGROUND_EXTENT),
    "gauss": (_gauss, PLAYGROUND_EXTENT),
    "spiral": (_spiral, PLAYGROUND_EXTENT),
}
