"""Walking the network level by keyboard: which place lies in which direction. No widgets."""

from __future__ import annotations

from enum import Enum

from gui.graph.network_layout import NetworkLayout
from gui.graph.network_structure import Bias, NetworkStructure, Place, Tile, Weight


class Direction(Enum):
    LEFT = (-1, 0)
    RIGHT = (1, 0)
    UP = (0, -1)
    DOWN = (0, 1)


def next_place(
    structure: NetworkStructure, layout: NetworkLayout, place: Place | None, direction: Direction, parameters: bool
) -> Place:
    """Where an arrow key leads. With `parameters` Up and Down go through a neuron's weights and its bias instead.

    From a weight Left leads to its source, Right to its neuron, Up and Down to the neuron's other parameters.
    """
    across, down = direction.value
    if place is None:
        return Tile(0, 0)
    if isinstance(place, Weight | Bias) or (parameters and down and place.column > 0):
        return _among_parameters(structure, place, across, down)
    if across:
        return Tile(*layout.neighbour(place.column, place.row, across))
    last = len(structure.columns[place.column]) - 1
    return Tile(place.column, min(max(place.row + down, 0), last))


def _among_parameters(structure: NetworkStructure, place: Place, across: int, down: int) -> Place:
    """The parameters of a neuron in order: its weights, then its bias."""
    if isinstance(place, Weight):
        neuron, position = Tile(place.gap + 1, place.to), place.source
    else:
        neuron, position = Tile(place.column, place.row), -1
    if across:
        return Tile(place.gap, place.source) if isinstance(place, Weight) and across < 0 else neuron
    weights = len(structure.columns[neuron.column - 1])
    count = weights if structure.has_bias else weights - 1  # the last position
    if isinstance(place, Bias):
        position = count
    if isinstance(place, Tile) and down < 0:  # up from the neuron itself: to its last parameter
        position = count + 1
    position = min(max(position + down, 0), count)
    return Bias(neuron.column, neuron.row) if position == weights else Weight(neuron.column - 1, neuron.row, position)
