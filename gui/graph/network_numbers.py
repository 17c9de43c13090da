"""The numbers the network level shows: the newest of everything a run has sent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gui.frames import Frame, Maps, RunStarted
from gui.graph.network_structure import Bias, Masks, NetworkStructure, Place, Tile, Weight, network_structure

Array = NDArray[np.float64]

SILENT = 1e-9  # a neuron that never gets beyond that is dead
BOUNDED = frozenset({"tanh", "sigmoid", "sin"})  # activations that stay within -1 … 1


class NetworkNumbers:
    """One run's structure and its newest frame; maps stay until new ones come."""

    def __init__(self, started: RunStarted) -> None:
        self.structure: NetworkStructure = network_structure(started)
        self.frame: Frame | None = None
        self.maps: Maps | None = None
        self._activations = started.activations
        self._largest_input = max(1e-9, float(np.abs(started.points.inputs).max(initial=0.0)))
        zeros = np.zeros(len(started.parameter_names))
        self._theta, self._gradient = zeros, zeros

    def take(self, frame: Frame) -> None:
        self.frame = frame
        self.maps = frame.maps or self.maps
        self._theta, self._gradient = frame.theta, frame.gradient

    def weights(self) -> tuple[Array, ...]:
        """Per gap (to, from)."""
        return tuple(self._theta[places] for places in self.structure.weights)

    def biases(self) -> tuple[Array, ...]:
        """Per gap (to,): of the neurons at its right."""
        return tuple(self._theta[places] for places in self.structure.biases)

    def pair(self, place: Place) -> tuple[float, float] | None:
        """Data and gradient of a place, None as long as they are not known."""
        if self.frame is None:
            return None
        if isinstance(place, Weight | Bias):
            index = self.structure.parameter(place)
            return float(self._theta[index]), float(self._gradient[index])
        return self.frame.sample_outputs.get(self.structure.local_address(place))

    def flows(self, selected: Place) -> Masks:
        """Per gap (to, from): whether any gradient of the selected sample flows back along an edge.

        It is the gradient before the neuron's activation times the weight; for the selected weight itself times what
        comes in. Where the numbers are not known, it flows.
        """
        outputs = self.frame.sample_outputs if self.frame is not None else {}
        masks = []
        for gap, places in enumerate(self.structure.weights):
            names = self.structure.columns[gap + 1]
            pairs = np.array([outputs.get(f"{name}.out", (np.nan, np.nan)) for name in names]).reshape(-1, 2)
            weights = self._theta[places]
            if isinstance(selected, Weight) and selected.gap == gap:
                weights[selected.to, selected.source] = (self.pair(Tile(gap, selected.source)) or (np.nan,))[0]
            with np.errstate(all="ignore"):
                upstream = pairs[:, 1] * _slope(self._activations[gap], pairs[:, 0])
                masks.append((upstream[:, None] * weights) != 0.0)
        return tuple(masks)

    def limit(self, column: int) -> float:
        """The value that gets the full colour in a column."""
        if column == len(self.structure.columns) - 1 or (column and self._activations[column - 1] in BOUNDED):
            return 1.0
        if column == 0:
            return max(self._sizes(column), default=1.0) if self.maps else self._largest_input
        # A relu may reach far beyond its neighbours: of the middle one all colours are seen, of larger ones the lower.
        return float(np.median(self._sizes(column) or [1.0]))

    def _sizes(self, column: int) -> list[float]:
        """The largest |activation| of every live neuron of a column: over the plane if there are maps, else here."""
        names = self.structure.columns[column]
        if self.maps:
            maps = (self.maps.neurons.get(name) for name in names)
            sizes = [max(float(values.max()), -float(values.min())) for values in maps if values is not None]
        else:
            pairs = (self.pair(Tile(column, row)) for row in range(len(names)))
            sizes = [abs(pair[0]) for pair in pairs if pair is not None]
        return [size for size in sizes if np.isfinite(size) and size > SILENT]

    def stacked_maps(self, column: int, step: int) -> Array | None:
        """The maps of a column one below the other, every `step`-th point; None if any is missing."""
        if not self.maps:
            return None
        maps = [self.maps.neurons.get(name) for name in self.structure.columns[column]]
        present = [values[::step, ::step] for values in maps if values is not None]
        return np.concatenate(present) if len(present) == len(maps) else None


def _slope(activation: str, outputs: Array) -> Array:
    """The derivative of an activation by its result, where that can be exactly 0; else 1."""
    if activation == "relu":
        return np.where(outputs == 0.0, 0.0, 1.0)
    if activation == "tanh":
        return 1.0 - outputs * outputs
    return outputs * (1.0 - outputs) if activation == "sigmoid" else np.ones_like(outputs)
