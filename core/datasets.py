"""The data sets: rows of inputs with one target of −1 or +1 each.

Circle, XOR, gauss and spiral have the geometry of TensorFlow Playground, moons that of scikit-learn's `make_moons`.
The same DataSpec always gives the same rows, on every machine: they are drawn from NumPy's frozen `RandomState`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from core.errors import UnknownNameError
from core.experiment import DataKind, DataSpec, Experiment, Task
from core.own_rows import inputs_of, targets_of
from core.shape import labels_of, task_of

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
    "yin-yang": "Yin-yang",
    "plane": "Plane",
    "multi-gauss": "Multi-gauss",
    "line": "Line",
    "sine": "Sine",
    "step": "Step",
    "own": "Own data",
}
FIXED_KINDS: frozenset[DataKind] = frozenset({"lecture", "moons-demo", "own"})  # these ignore points and noise

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
_SPLIT_SEED = 0x5EED  # the split draws apart from the points

PLAYGROUND_EXTENT: Extent = (-6.0, 6.0, -6.0, 6.0)
MOONS_EXTENT: Extent = (-2.1, 3.1, -1.6, 2.1)
BLOBS_EXTENT: Extent = (-4.2, 4.2, -3.0, 3.0)


@dataclass(frozen=True, eq=False)
class DataSet:
    """Rows to train on and rows kept back for testing; the arrays cannot be written to."""

    name: str  # its kind
    inputs: Array  # (rows, inputs), those to train on
    targets: Array  # (rows,): −1 or +1, or a number; of several classes (rows, classes), one-hot
    names: tuple[str, ...]  # of the inputs: x1, x2 …
    extent: Extent | None  # x1 min, x1 max, x2 min, x2 max to draw; None without a plane (other than two inputs)
    task: Task
    labels: tuple[str, ...]  # of the classes; none for a regression
    ranges: tuple[tuple[float, float], ...]  # least and greatest of each input to draw
    target_range: tuple[float, float]  # of a regression; (−1, 1) of signs, (0, 1) of classes
    test_inputs: Array  # as `inputs`; perhaps no rows
    test_targets: Array  # as `targets`
    threshold: float = 0.0  # between the two classes of signs


def dataset_of(experiment: Experiment) -> DataSet:
    """The experiment's rows; for a sigmoid's output the two classes are 0 and 1, with 0.5 between them."""
    dataset = make_dataset(experiment.data)
    if dataset.task != "signs" or experiment.network.output != "sigmoid":
        return dataset
    targets, test_targets = (
        _locked(np.where(each > 0.0, 1.0, 0.0)) for each in (dataset.targets, dataset.test_targets)
    )
    return replace(dataset, targets=targets, test_targets=test_targets, target_range=(0.0, 1.0), threshold=0.5)


def make_dataset(spec: DataSpec) -> DataSet:
    """The rows that `spec` describes. Raises UnknownNameError for a kind that does not exist."""
    recipe = _RECIPES.get(spec.kind)
    if recipe is None:
        raise UnknownNameError(f"There is no data set {spec.kind!r}; choose one of {', '.join(_RECIPES)}.")
    make, extent = recipe
    inputs, targets = make(spec)
    if spec.own is not None:
        extent = spec.own.extent
    task = task_of(spec)
    if inputs.shape[1] == 2 and extent is None:
        extent = (*_room(inputs[:, 0]), *_room(inputs[:, 1]))
    ranges = (extent[:2], extent[2:]) if extent else tuple(_room(column) for column in inputs.T)
    target_range = _room(targets) if task == "regression" else (-1.0, 1.0) if task == "signs" else (0.0, 1.0)
    kept, tested = _split(spec, len(targets))
    return DataSet(
        name=spec.kind,
        inputs=_locked(inputs[kept]),
        targets=_locked(targets[kept]),
        names=tuple(f"x{i + 1}" for i in range(inputs.shape[1])),
        extent=extent,
        task=task,
        labels=labels_of(spec),
        ranges=ranges,
        target_range=target_range,
        test_inputs=_locked(inputs[tested]),
        test_targets=_locked(targets[tested]),
    )


def row_count(spec: DataSpec) -> int:
    """How many rows `make_dataset(spec)` has to train on, without making them."""
    rows = total_rows(spec)
    return rows - _test_rows(spec, rows)


def total_rows(spec: DataSpec) -> int:
    """Training and test rows together."""
    if spec.own is not None:
        return len(spec.own.targets) // 8
    return {"lecture": len(LECTURE_INPUTS), "moons-demo": len(_published_moons())}.get(spec.kind, spec.points)


def _test_rows(spec: DataSpec, rows: int) -> int:
    """How many of the rows are kept back: at least two are left to train on."""
    return min(round(spec.test_share * rows), rows - 2)


def _split(spec: DataSpec, rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which rows to train on and which to keep back, each in their order; the seed decides."""
    tested = _test_rows(spec, rows)
    if not tested:
        return np.arange(rows), np.arange(0)
    order = RandomState(spec.seed ^ _SPLIT_SEED).permutation(rows)
    return np.sort(order[tested:]), np.sort(order[:tested])


def _room(numbers: Array) -> tuple[float, float]:
    """From the least to the greatest with some room beyond either."""
    low, high = float(numbers.min()), float(numbers.max())
    room = 0.1 * (high - low) or 1.0
    return low - room, high + room


def _locked(array: Array) -> Array:
    array.setflags(write=False)
    return array


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


def _own(spec: DataSpec) -> Rows:
    """As they are; classes as signs or one-hot."""
    assert spec.own is not None
    targets = targets_of(spec.own).copy()
    match task_of(spec):
        case "signs":
            targets = 2.0 * targets - 1.0
        case "classes":
            targets = np.eye(len(spec.own.labels))[targets.astype(int)]
    return inputs_of(spec.own).copy(), targets


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
    "own": (_own, None),
}
