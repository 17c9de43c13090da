"""The data sets: rows of inputs with a target each, split into those to train on and those kept back for testing.

The generators are in point_clouds.py (classes) and regression_rows.py (numbers). The same DataSpec always gives the
same rows, on every machine.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from core import point_clouds, regression_rows
from core.errors import UnknownNameError
from core.experiment import DataKind, DataSpec, Experiment, Task
from core.own_data.own_rows import inputs_of, targets_of
from core.point_clouds import (
    BLOB_RING_EXTENT,
    BLOBS_EXTENT,
    MOONS_EXTENT,
    PLAYGROUND_EXTENT,
    YIN_YANG_EXTENT,
    Array,
    Extent,
    Rows,
)
from core.shape import ONE_INPUT, REGRESSIONS, labels_of, task_of
from core.words import mark, tr

DATASET_TITLES: dict[DataKind, str] = {
    "lecture": mark("The lecture's four rows"),
    "moons-demo": mark("Moons of the demo"),
    "moons": mark("Moons"),
    "blobs": mark("Blobs"),
    "circle": mark("Circle"),
    "xor": mark("XOR"),
    "gauss": mark("Gauss"),
    "spiral": mark("Spiral"),
    "yin-yang": mark("Yin-yang"),
    "plane": mark("Plane"),
    "multi-gauss": mark("Multi-gauss"),
    "line": mark("Line"),
    "sine": mark("Sine"),
    "step": mark("Step"),
    "own": mark("Own data"),
}
FIXED_KINDS: frozenset[DataKind] = frozenset({"lecture", "moons-demo", "own"})  # these ignore points and noise

LECTURE_INPUTS = ((2.0, 3.0, -1.0), (3.0, -1.0, 0.5), (0.5, 1.0, 1.0), (1.0, 1.0, -1.0))
LECTURE_TARGETS = (1.0, -1.0, -1.0, 1.0)

_SPLIT_SEED = 0x5EED  # the split draws apart from the points
_SPAN = 1.1 * regression_rows.SPAN


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
        raise UnknownNameError(
            tr(
                "There is no data set {kind}; choose one of {kinds}.",
                kind=repr(spec.kind),
                kinds=", ".join(_RECIPES),
            )
        )
    make, extent = recipe
    inputs, targets = make(spec)
    extent = _extent(spec, inputs, extent)
    ranges = (extent[:2], extent[2:]) if extent else _ranges(spec, inputs)
    kept, tested = _split(spec, len(targets))
    return DataSet(
        name=spec.kind,
        inputs=_locked(inputs[kept]),
        targets=_locked(targets[kept]),
        names=tuple(f"x{i + 1}" for i in range(inputs.shape[1])),
        extent=extent,
        task=task_of(spec),
        labels=labels_of(spec),
        ranges=ranges,
        target_range=_target_range(spec, targets),
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
    match spec.kind:
        case "lecture":
            return len(LECTURE_INPUTS)
        case "moons-demo":
            return len(_published_moons())
    return spec.points


def _test_rows(spec: DataSpec, rows: int) -> int:
    """How many rows are kept back: the share to the nearest row, at least one; but two are always left to train on."""
    if spec.test_share == 0.0:
        return 0
    return min(max(1, round(spec.test_share * rows)), rows - 2)


def _split(spec: DataSpec, rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which rows to train on and which to keep back, each in their order.

    Every row has a lot, drawn in their order by the data's seed alone, and the smallest are kept back: a larger share
    keeps the same rows back and some more, and rows that are added at the end leave the others where they are but for
    a few. The classes need not be balanced in either part.
    """
    tested = _test_rows(spec, rows)
    order = np.argsort(RandomState(spec.seed ^ _SPLIT_SEED).uniform(size=rows), kind="stable")
    return np.sort(order[tested:]), np.sort(order[:tested])


def _extent(spec: DataSpec, inputs: Array, usual: Extent | None) -> Extent | None:
    """What to draw of two inputs."""
    if spec.kind == "blobs" and spec.classes > 2:
        return BLOB_RING_EXTENT
    extent = spec.own.extent if spec.own is not None else usual
    if extent is None and inputs.shape[1] == 2:
        return (*_room(inputs[:, 0]), *_room(inputs[:, 1]))
    return extent


def _ranges(spec: DataSpec, inputs: Array) -> tuple[tuple[float, float], ...]:
    """What to draw of each input, where it is not two of them."""
    if spec.kind in ONE_INPUT:
        return ((-_SPAN, _SPAN),)
    return tuple(_room(column) for column in inputs.T)


def _target_range(spec: DataSpec, targets: Array) -> tuple[float, float]:
    match task_of(spec):
        case "signs":
            return -1.0, 1.0
        case "classes":
            return 0.0, 1.0
    if spec.kind not in REGRESSIONS:
        return _room(targets)
    low, high = regression_rows.usual_targets(spec)
    return min(low, float(targets.min())), max(high, float(targets.max()))


def _room(numbers: Array) -> tuple[float, float]:
    """From the least to the greatest with some room beyond either."""
    low, high = float(numbers.min()), float(numbers.max())
    room = 0.1 * (high - low) or max(1.0, 0.1 * abs(low))
    return max(low - room, -sys.float_info.max), min(high + room, sys.float_info.max)


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


_RECIPES: dict[str, tuple[Callable[[DataSpec], Rows], Extent | None]] = {
    "lecture": (_lecture, None),
    "moons-demo": (_moons_demo, MOONS_EXTENT),
    "moons": (point_clouds.moons, MOONS_EXTENT),
    "blobs": (point_clouds.blobs, BLOBS_EXTENT),
    "circle": (point_clouds.circle, PLAYGROUND_EXTENT),
    "xor": (point_clouds.xor, PLAYGROUND_EXTENT),
    "gauss": (point_clouds.gauss, PLAYGROUND_EXTENT),
    "spiral": (point_clouds.spiral, PLAYGROUND_EXTENT),
    "yin-yang": (point_clouds.yin_yang, YIN_YANG_EXTENT),
    "plane": (regression_rows.plane, PLAYGROUND_EXTENT),
    "multi-gauss": (regression_rows.multi_gauss, PLAYGROUND_EXTENT),
    "line": (regression_rows.line, None),
    "sine": (regression_rows.sine, None),
    "step": (regression_rows.step, None),
    "own": (_own, None),
}
