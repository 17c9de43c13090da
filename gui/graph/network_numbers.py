"""The numbers the network level shows: the newest of everything a run has sent."""

from __future__ import annotations

from collections.abc import Set

import numpy as np
from numpy.typing import NDArray

from core.features import show_feature
from core.health import UnitState
from core.middle import middle
from core.words import tr
from gui.frames import Frame, Maps, RunStarted
from gui.graph.network_structure import Bias, Masks, NetworkStructure, Place, Tile, Weight, network_structure

Array = NDArray[np.float64]

SILENT = 1e-9  # a neuron that never gets beyond that is dead
BOUNDED = frozenset({"tanh", "sigmoid", "sin"})  # activations that stay within -1 … 1
PLANE = 2  # inputs: over so many there are always maps
PROFILE = 40  # points up the side of the picture that stands for a map over one input
NO_MASKS: Masks = ()


class NetworkNumbers:
    """One run's structure and its newest frame; maps stay until new ones come."""

    def __init__(self, started: RunStarted, before: NetworkNumbers | None = None) -> None:
        """`before`: what was shown until now; its numbers stay until new ones come if they are of the same network."""
        self.structure: NetworkStructure = network_structure(started)
        self.frame: Frame | None = None
        self.maps: Maps | None = None
        self.activations = started.activations  # per hidden layer and, last, for the output
        self.labels = started.points.labels if started.outputs > 1 else ()  # of the outputs, one for each class
        self.features = tuple(show_feature(text) for text in started.features) if _has_features(started) else ()
        self.frozen: Masks = NO_MASKS  # per gap (to, from): weights that do not move; empty if none is frozen
        self.frozen_biases: frozenset[Bias] = frozenset()
        self._names = started.parameter_names
        self._is_signs = started.points.task == "signs"
        self._threshold = started.points.threshold
        self._largest_input = max(1e-9, float(np.abs(started.points.inputs).max(initial=0.0)))
        zeros = np.zeros(len(started.parameter_names))
        self._theta, self._gradient = zeros, zeros
        self._inputs = started.points.names
        if before is not None and before._names == self._names and before.frame is not None:
            self.take(before.frame)
            same = before.structure.columns == self.structure.columns and before._inputs == self._inputs
            # Of more than two inputs no maps may be to come: then the old ones would stay for good.
            self.maps = before.maps if same and len(self._inputs) <= PLANE else None

    def take(self, frame: Frame) -> None:
        self.frame = frame
        self.maps = frame.maps or self.maps
        self._theta, self._gradient = frame.theta, frame.gradient

    def weights(self) -> tuple[Array, ...]:
        """Per gap (to, from)."""
        return tuple(self._theta[places] for places in self.structure.weights)

    def biases(self) -> tuple[Array, ...]:
        """Per gap (to,): of the neurons at its right; nothing in them where neurons have no biases."""
        return tuple(self._theta[places] for places in self.structure.biases)

    def pair(self, place: Place) -> tuple[float, float] | None:
        """Data and gradient of a place, None as long as they are not known."""
        if self.frame is None:
            return None
        if isinstance(place, Weight | Bias):
            index = self.structure.parameter(place)
            return float(self._theta[index]), float(self._gradient[index])
        return self.frame.sample_outputs.get(self.structure.local_address(place))

    def chance(self, tile: Tile) -> float | None:
        """The softmax probability of an output that stands for a class; None for all others, or if it is not known."""
        last = len(self.structure.columns) - 1
        if not self.labels or tile.column != last:
            return None
        pairs = [self.pair(Tile(last, row)) for row in range(len(self.labels))]
        scores = np.array([np.nan if pair is None else pair[0] for pair in pairs])
        with np.errstate(all="ignore"):
            raised = np.exp(scores - scores.max())
            chance = float(raised[tile.row] / raised.sum())
        return chance if np.isfinite(chance) else None

    def state(self, tile: Tile) -> UnitState | None:
        """What ails a neuron, as far as the newest frame says."""
        if self.frame is None or not self.frame.units:
            return None
        return self.frame.units.get(self.structure.columns[tile.column][tile.row])

    def label(self, tile: Tile) -> str:
        """What a feature or an output is called for people; empty for others."""
        if tile.column == 0:
            return self.features[tile.row] if self.features else self.structure.columns[0][tile.row]
        if tile.column < len(self.structure.columns) - 1:
            return ""
        return self.labels[tile.row] if tile.row < len(self.labels) else tr("output")

    def freeze(self, parts: Set[tuple[int, int, int]]) -> None:
        """These are frozen: layer, neuron and weight, from 1; weight 0 is the bias."""
        masks = [np.zeros(places.shape, np.bool_) for places in self.structure.weights]
        biases = []
        for layer, neuron, weight in parts:
            if layer > len(masks) or neuron > masks[layer - 1].shape[0] or weight > masks[layer - 1].shape[1]:
                continue  # of the network that the next run will have
            if weight:
                masks[layer - 1][neuron - 1, weight - 1] = True
            else:
                biases.append(Bias(layer, neuron - 1))
        self.frozen = tuple(masks) if parts else NO_MASKS
        self.frozen_biases = frozenset(biases)

    def is_frozen(self, place: Place) -> bool:
        """Of a neuron: whether all that belongs to it is."""
        if isinstance(place, Bias):
            return place in self.frozen_biases
        if not self.frozen:
            return False
        if isinstance(place, Weight):
            return bool(self.frozen[place.gap][place.to, place.source])
        if place.column == 0:
            return False
        bias = not self.structure.has_bias or Bias(place.column, place.row) in self.frozen_biases
        return bias and bool(self.frozen[place.column - 1][place.row].all())

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
                upstream = pairs[:, 1] * _slope(self.activations[gap], pairs[:, 0])
                masks.append((upstream[:, None] * weights) != 0.0)
        return tuple(masks)

    def limit(self, column: int) -> float:
        """The value that gets the full colour in a column."""
        last = column == len(self.structure.columns) - 1
        if last and self.labels and (self.maps is None or self.maps.scores is not None):
            return 1.0  # probabilities
        if last and self._threshold:
            return self._threshold  # from the border between the classes to either end
        if (last and self._is_signs) or (column and self.activations[column - 1] in BOUNDED):
            return 1.0
        if column == 0:
            return max(self._sizes(column), default=1.0) if self.maps else self._largest_input
        if last:  # scores of classes, a regression: all of them count
            return max(self._sizes(column), default=1.0)
        # A relu may reach far beyond its neighbours: of the middle one all colours are seen, of larger ones the lower.
        return middle(self._sizes(column) or [1.0])

    def _sizes(self, column: int) -> list[float]:
        """The largest |activation| of every live neuron of a column: over the plane if there are maps, else here."""
        names = self.structure.columns[column]
        if self.maps:
            plain = [name for name in names if column or name.removeprefix("x").isdigit()]
            maps = (self.maps.neurons.get(name) for name in plain or names)
            sizes = [max(float(values.max()), -float(values.min())) for values in maps if values is not None]
        else:
            pairs = (self.pair(Tile(column, row)) for row in range(len(names)))
            sizes = [abs(pair[0]) for pair in pairs if pair is not None]
        return [size for size in sizes if np.isfinite(size) and size > SILENT]

    def stacked_maps(self, column: int, step: int) -> Array | None:
        """The maps of a column one below the other, every `step`-th point; None if any is missing."""
        maps = [self.map_of(Tile(column, row), step) for row in range(len(self.structure.columns[column]))]
        present = [values for values in maps if values is not None]
        return np.concatenate(present) if len(present) == len(maps) else None

    def map_of(self, tile: Tile, step: int = 1) -> Array | None:
        """The map of one neuron or feature, to be coloured by the `limit` of its column; None if there is none.

        Over one input it is a profile: what lies between the curve and 0 has the curve's value.
        """
        values = self.maps.neurons.get(self.structure.columns[tile.column][tile.row]) if self.maps else None
        if (
            self.maps
            and self.maps.scores is not None
            and self.labels
            and tile.column == len(self.structure.columns) - 1
        ):
            values = self.maps.scores[tile.row]
        if values is None:
            return None
        if len(values) == 1:
            return _profile(self.shade(tile.column, values[0], tile.row), self.limit(tile.column))
        return self.shade(tile.column, values[::step, ::step], tile.row)

    def shade(self, column: int, values: Array, row: int = 0) -> Array:
        """Values as they are coloured: from the border between classes on, features each by its own largest value."""
        if self._threshold and column == len(self.structure.columns) - 1:
            return values - self._threshold
        if column == 0 and not self.structure.columns[0][row].removeprefix("x").isdigit():
            size = float(np.abs(values).max())
            if size > SILENT and float(np.ptp(values)) > SILENT:
                return values * (self.limit(0) / size)
        return values


def _slope(activation: str, outputs: Array) -> Array:
    """The derivative of an activation by its result, where that can be exactly 0; else 1."""
    if activation == "relu":
        return np.where(outputs == 0.0, 0.0, 1.0)
    if activation == "tanh":
        return 1.0 - outputs * outputs
    return outputs * (1.0 - outputs) if activation == "sigmoid" else np.ones_like(outputs)


def _has_features(started: RunStarted) -> bool:
    """Whether the first layer reads anything else than every input as it is."""
    return started.features != tuple(f"x{i + 1}" for i in range(len(started.points.names)))


def _profile(values: Array, limit: float) -> Array:
    """(PROFILE, n): a curve (n,) between -limit and limit, filled towards 0."""
    level = np.linspace(limit, -limit, PROFILE)[:, None]
    inside = np.where(values >= 0.0, (level >= 0.0) & (level <= values), (level < 0.0) & (level >= values))
    return np.where(inside, values, 0.0)
