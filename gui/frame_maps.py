"""Maps: what the network and each of its neurons answer over the plane of two inputs, or along the only one."""

from __future__ import annotations

import numpy as np

from core.datasets import DataSet
from core.kernels_numpy import NumpyKernel
from core.objective import Objective
from gui.frames import Array, Maps

FINE, COARSE = 100, 50  # points along a side of a map; the coarse ones while NumPy has to train and draw
LINE = 200  # points along a single input

Extent = tuple[float, float, float, float]


class MapMaker:
    """Draws maps of one run, and only those that are not drawn yet."""

    def __init__(self) -> None:
        self._grids: dict[tuple[object, ...], tuple[Extent, Array, tuple[int, int]]] = {}
        self._mapped: tuple[object, ...] | None = None  # what the last maps show

    def forget(self) -> None:
        """Somebody has not seen the last maps: the next call makes them anew."""
        self._mapped = None

    def maps(
        self, objective: Objective, theta: Array, axes: tuple[int, int] | None, sample: int, *, running: bool
    ) -> Maps | None:
        """None where there is nothing to draw over, and where the last maps still hold."""
        dataset = objective.dataset
        inputs = dataset.inputs.shape[1]
        across = _axes(inputs, axes)
        if across is None:
            return None
        size = COARSE if running and objective.kernel == NumpyKernel.name else FINE
        held = dataset.inputs[sample].tobytes() if inputs > 2 else b""
        state = (id(objective), theta.tobytes(), size, across, held)
        if state == self._mapped:
            return None
        self._mapped = state
        extent, points, shape = self._grid(dataset, across, size, held, sample)
        outputs, neurons = objective.over_points(theta, points)
        pictures = {address: values.reshape(shape) for address, values in neurons.items()}
        pictures |= _input_pictures(dataset, points, shape, pictures)
        if outputs.ndim == 1:
            return Maps(extent, outputs.reshape(shape), pictures, across)
        chances = _softmax(outputs).reshape(len(outputs), *shape)
        return Maps(extent, chances.argmax(axis=0).astype(np.float64), pictures, across, chances)

    def _grid(
        self, dataset: DataSet, axes: tuple[int, int], size: int, held: bytes, sample: int
    ) -> tuple[Extent, Array, tuple[int, int]]:
        """The extent, all inputs at every place (row by row from the top left), and the shape of an image."""
        key = (id(dataset), axes, size, held)
        if key not in self._grids:
            if len(self._grids) > 3:
                self._grids.clear()
            if dataset.inputs.shape[1] == 1:
                extent = (*dataset.ranges[0], *dataset.target_range)
                grid, shape = np.linspace(*dataset.ranges[0], LINE)[:, None], (1, LINE)
            else:
                extent = (*dataset.ranges[axes[0]], *dataset.ranges[axes[1]])
                grid, shape = _plane(extent, dataset.inputs[sample], axes, size), (size, size)
            self._grids[key] = extent, grid, shape
        return self._grids[key]


def _axes(inputs: int, wanted: tuple[int, int] | None) -> tuple[int, int] | None:
    """The inputs to draw over; those that are wanted count where there are more than two."""
    if inputs <= 2:
        return (0, inputs - 1)
    if wanted is None or wanted[0] == wanted[1] or not all(0 <= axis < inputs for axis in wanted):
        return None
    return wanted


def _plane(extent: Extent, row: Array, axes: tuple[int, int], size: int) -> Array:
    """(size², inputs) points; inputs besides the axes are those of `row`."""
    points = np.tile(row, (size * size, 1))
    points[:, axes[0]] = np.tile(np.linspace(extent[0], extent[1], size), size)
    points[:, axes[1]] = np.repeat(np.linspace(extent[3], extent[2], size), size)
    return points


def _input_pictures(
    dataset: DataSet, points: Array, shape: tuple[int, int], known: dict[str, Array]
) -> dict[str, Array]:
    """Inputs and features, each brought to −1 … 1: inputs by the range that is drawn, features by their largest."""
    found = {}
    for i, (name, (low, high)) in enumerate(zip(dataset.names, dataset.ranges, strict=True)):
        found[name] = ((points[:, i] - (low + high) / 2) / ((high - low) / 2)).reshape(shape)
    for text, values in known.items():
        if not text.startswith("L") and text not in found:
            found[text] = values / (float(np.abs(values).max()) or 1.0)
    return found


def _softmax(scores: Array) -> Array:
    with np.errstate(all="ignore"):
        raised = np.exp(scores - scores.max(axis=0))
        chances: Array = raised / raised.sum(axis=0)
    return chances
