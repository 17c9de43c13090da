"""What a network consists of, and which address belongs to which place of the network level. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gui.frames import RunStarted

Masks = tuple[NDArray[np.bool_], ...]

_ADDRESS = re.compile(
    r"^(?:sample\d+/)?(?P<neuron>L(?P<layer>\d+)\.N(?P<row>\d+))"
    r"(?:\.(?:w(?P<weight>\d+)(?:\*.*)?|(?P<bias>b)|z|out|sum\d+))?$"
)
_SAMPLE = re.compile(r"^sample\d+/")


@dataclass(frozen=True)
class Tile:
    """A feature, a hidden neuron or an output. Column 0 holds the features: the inputs, and what is made of them."""

    column: int
    row: int


@dataclass(frozen=True)
class Weight:
    """An edge: from row `source` of column `gap` to row `to` of the column after it."""

    gap: int
    to: int
    source: int


@dataclass(frozen=True)
class Bias:
    """The mark below a neuron's tile."""

    column: int
    row: int


Place = Tile | Weight | Bias


@dataclass(frozen=True)
class NetworkStructure:
    """The neurons by column, and where their weights and biases stand in theta."""

    columns: tuple[tuple[str, ...], ...]  # names: `x1`, `x1^2` …, `L1.N1` …
    weights: tuple[NDArray[np.intp], ...]  # per gap (to, from)
    biases: tuple[NDArray[np.intp], ...]  # per gap (to,); nothing in them where neurons have no biases

    @property
    def has_bias(self) -> bool:
        return any(len(places) for places in self.biases)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(column) for column in self.columns)

    def local_address(self, place: Place) -> str:
        """`x1`, `L1.N3.out` (both still to be put into a sample), `L2.N1.w3` or `L1.N3.b`."""
        if isinstance(place, Weight):
            return f"{self.columns[place.gap + 1][place.to]}.w{place.source + 1}"
        name = self.columns[place.column][place.row]
        if isinstance(place, Bias):
            return f"{name}.b"
        return f"{name}.out" if place.column else name

    def parameter(self, place: Weight | Bias) -> int:
        """The index in theta."""
        if isinstance(place, Weight):
            return int(self.weights[place.gap][place.to, place.source])
        return int(self.biases[place.column - 1][place.row])

    def place(self, address: str) -> Place | None:
        """Where the network level shows an address of any level; None for what it has no place for."""
        found = _ADDRESS.match(address)
        if not found:
            name = _SAMPLE.sub("", address)
            return Tile(0, self.columns[0].index(name)) if name in self.columns[0] else None
        column, row = int(found["layer"]), int(found["row"]) - 1
        if not (0 < column < len(self.columns) and 0 <= row < len(self.columns[column])):
            return None
        if found["weight"]:
            source = int(found["weight"]) - 1
            return Weight(column - 1, row, source) if 0 <= source < len(self.columns[column - 1]) else None
        if found["bias"]:
            return Bias(column, row) if self.has_bias else None
        return Tile(column, row)

    def forward_path(self, place: Place | None) -> Masks:
        """Per gap (to, from): the edges on the way from a place to the output, which its gradient flows back on."""
        masks = tuple(np.zeros(weights.shape, np.bool_) for weights in self.weights)
        if place is None:
            return masks
        if isinstance(place, Weight):
            masks[place.gap][place.to, place.source] = True
            column, row = place.gap + 1, place.to
        else:
            column, row = place.column, place.row
        if column < len(masks):
            masks[column][:, row] = True
            for mask in masks[column + 1 :]:
                mask[:] = True
        return masks

    def incoming(self, place: Place | None) -> Masks:
        """Per gap (to, from): the edges that end in a selected neuron."""
        masks = tuple(np.zeros(weights.shape, np.bool_) for weights in self.weights)
        if isinstance(place, Tile | Bias) and place.column > 0:
            masks[place.column - 1][place.row, :] = True
        return masks

    def matches(self, text: str) -> list[str]:
        """Local addresses that contain a text, neurons first; none for an empty one."""
        wanted = text.strip().lower()
        if not wanted:
            return []
        tiles = [Tile(c, r) for c, column in enumerate(self.columns) for r in range(len(column))]
        weights = [
            Weight(gap, to, source)
            for gap, shape in enumerate(index.shape for index in self.weights)
            for to in range(shape[0])
            for source in range(shape[1])
        ]
        biases = [Bias(tile.column, tile.row) for tile in tiles if tile.column and self.has_bias]
        places: list[Place] = [*tiles, *weights, *biases]
        names = (self.local_address(place) for place in places)
        return [name for name in names if wanted in name.lower()]


def neuron_of(address: str) -> str:
    """`L1.N3` for every address that belongs to that neuron, else empty."""
    found = _ADDRESS.match(address)
    return found["neuron"] if found else ""


def network_structure(started: RunStarted) -> NetworkStructure:
    """The structure of the network that a run trains."""
    place = {name: index for index, name in enumerate(started.parameter_names)}
    sizes = (*started.hidden, started.outputs)
    neurons = tuple(
        tuple(f"L{layer}.N{row}" for row in range(1, size + 1)) for layer, size in enumerate(sizes, start=1)
    )
    columns = (tuple(started.features), *neurons)
    weights = tuple(
        np.array([[place[f"{name}.w{i + 1}"] for i in range(len(before))] for name in layer], np.intp)
        for before, layer in zip(columns, neurons, strict=False)
    )
    biases = tuple(np.array([place[f"{name}.b"] for name in layer if started.bias], np.intp) for layer in neurons)
    return NetworkStructure(columns, weights, biases)


def layer_of(place: Place) -> int:
    """The layer that a place belongs to, hidden ones from 0; -1 for the features."""
    return place.gap if isinstance(place, Weight) else place.column - 1
