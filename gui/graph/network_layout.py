"""Where everything of the network level stands: fixed columns in index order. Geometry alone, no Qt.

Lengths are pixels at zoom 1; `unit` is how many of them a pixel at scale 1 takes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

END_TILE = 64.0  # side of an input or of the output, where there is room
HIDDEN_TILE = 54.0
SMALLEST_TILE = 14.0  # below that an activation map says nothing
TILE_SHARE = 0.8  # of the distance between two rows: the rest holds the bias mark
TILE_SHARE_ACROSS = 0.5  # of the distance between two columns: the rest is for the edges
SMALLEST_PITCH = 44.0  # between two columns
WIDEST_PITCH = 0.24  # of the width: few columns stay together rather than drift to the walls
WIDEST_PITCH_FEW = 0.32  # the same for three columns and fewer
SIDE = 66.0  # left and right of the outer columns' centres: half a tile and the labels x1, x2
NAME_AWAY = 14.0  # beside longer labels: to the tile, and to the window's edge
LABELLED_SIDE = 112.0  # right of the last column where every output has the name of its class
TOP, BOTTOM = 28.0, 34.0  # for the buttons above a column and the activation's name below
FOOT = 13.0  # from the middle of that name to the end

# One edge is a cubic with level ends: control points half way across. As a function of the way across (0 … 1):
_T = np.linspace(0.0, 1.0, 257)
_ACROSS = 1.5 * _T * (1.0 - _T) + _T**3
_RISE = 3.0 * _T**2 - 2.0 * _T**3
_STEEPNESS = 6.0 * _T * (1.0 - _T) / (1.5 - 3.0 * _T + 3.0 * _T**2)


def rise(across: Array) -> Array:
    """How much of its height an edge has climbed (0 … 1) at a fraction of its way across."""
    return np.interp(across, _ACROSS, _RISE)


def steepness(across: Array) -> Array:
    """The derivative of `rise`."""
    return np.interp(across, _ACROSS, _STEEPNESS)


@dataclass(frozen=True)
class Column:
    """One layer: inputs, hidden neurons or the output."""

    x: float  # centre
    tile: float  # side of a tile
    gap: float  # free height between two tiles
    ys: Array  # (tiles,): centres


@dataclass(frozen=True)
class Gap:
    """The room between two columns, where the edges run."""

    left: float
    right: float
    starts: Array  # (from,): heights at the left
    ends: Array  # (to,): heights at the right

    def heights(self, x: float) -> tuple[Array, Array]:
        """Of all edges (to, from) at x: the height, and the slope."""
        across = np.array([(x - self.left) / (self.right - self.left)])
        climb = self.ends[:, None] - self.starts[None, :]
        slope = climb * steepness(across) / (self.right - self.left)
        return self.starts[None, :] + climb * rise(across), slope


@dataclass(frozen=True)
class NetworkLayout:
    """All places of one network in one size of window."""

    width: float
    height: float
    unit: float
    columns: tuple[Column, ...]
    gaps: tuple[Gap, ...]

    def tile(self, column: int, row: int) -> tuple[float, float, float]:
        """Left, top and side of a tile."""
        at = self.columns[column]
        return at.x - at.tile / 2, float(at.ys[row]) - at.tile / 2, at.tile

    def bias_bar(self, column: int, row: int) -> tuple[float, float, float, float]:
        """Left, top, width and height of the longest bias mark below a tile."""
        left, top, side = self.tile(column, row)
        height = min(3.0 * self.unit, max(self.columns[column].gap * 0.5, 1.5))
        offset = min(5.5 * self.unit, self.columns[column].gap * 0.3)
        return left, top + side + offset, side, height

    def tile_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Column and row of the tile at a point."""
        for index, column in enumerate(self.columns):
            if abs(x - column.x) <= column.tile / 2:
                row = int(np.argmin(np.abs(column.ys - y)))
                return (index, row) if abs(float(column.ys[row]) - y) <= column.tile / 2 else None
        return None

    def bias_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Column and row of the tile whose bias mark is at (or within 2 pixels of) a point. Inputs have none."""
        for index, column in enumerate(self.columns[1:], start=1):
            if abs(x - column.x) <= column.tile / 2:
                row = int(np.argmin(np.abs(column.ys + column.tile / 2 - y)))
                _, top, _, height = self.bias_bar(index, row)
                return (index, row) if top - 2.0 <= y <= top + height + 2.0 * self.unit else None
        return None

    def edge_at(self, x: float, y: float, reach: float) -> tuple[int, int, int] | None:
        """Gap, row of the target and row of the source of the edge nearest to a point, if it is within `reach`."""
        for index, gap in enumerate(self.gaps):
            if gap.left < x < gap.right:
                heights, slopes = gap.heights(x)
                distances = np.abs(heights - y) / np.sqrt(1.0 + slopes**2)
                to, source = np.unravel_index(int(np.argmin(distances)), distances.shape)
                return (index, int(to), int(source)) if distances[to, source] <= reach else None
        return None

    def column_at(self, x: float) -> int | None:
        """The column whose tiles stand at x."""
        return next((i for i, column in enumerate(self.columns) if abs(x - column.x) <= column.tile / 2), None)

    def gap_at(self, x: float) -> int | None:
        """The gap between two columns at x."""
        return next((i for i, gap in enumerate(self.gaps) if gap.left < x < gap.right), None)

    def neighbour(self, column: int, row: int, step: int) -> tuple[int, int]:
        """The tile nearest in height, `step` columns to the right; the same tile at the end."""
        target = column + step
        if not 0 <= target < len(self.columns):
            return column, row
        return target, int(np.argmin(np.abs(self.columns[target].ys - self.columns[column].ys[row])))


def layout_network(
    sizes: tuple[int, ...],
    width: float,
    height: float,
    unit: float = 1.0,
    *,
    labelled: bool = False,
    names: float = 0.0,
) -> NetworkLayout:
    """Columns of `sizes` tiles each (features, hidden layers, outputs) in a window of this size.

    Tiles shrink down to SMALLEST_TILE; where even that is too much, the layout is larger than the window.
    `labelled`: names stand right of the outputs. `names`: how wide those left of the features are.
    """
    smallest = SMALLEST_TILE * unit
    room = max(height - (TOP + BOTTOM) * unit, max(sizes) * smallest / TILE_SHARE)
    left = max(SIDE * unit, (END_TILE / 2 + NAME_AWAY) * unit + names)
    sides = left + (LABELLED_SIDE if labelled else SIDE) * unit
    pitch = _pitch(len(sizes), width, sides, unit)
    span = pitch * (len(sizes) - 1)
    full_width = max(width, span + sides)
    begin = (full_width - span - sides) / 2 + left
    columns = []
    for index, count in enumerate(sizes):
        ideal = (HIDDEN_TILE if 0 < index < len(sizes) - 1 else END_TILE) * unit
        row = room / count
        side = max(float(round(min(ideal, row * TILE_SHARE, pitch * TILE_SHARE_ACROSS))), float(round(smallest)))
        x = float(round(begin + index * pitch))
        ys = np.round(TOP * unit + (np.arange(count) + 0.5) * row)
        columns.append(Column(x, side, row - side, ys))
    gaps = tuple(Gap(a.x + a.tile / 2, b.x - b.tile / 2, a.ys, b.ys) for a, b in itertools.pairwise(columns))
    return NetworkLayout(full_width, room + (TOP + BOTTOM) * unit, unit, tuple(columns), gaps)


def _pitch(count: int, width: float, sides: float, unit: float) -> float:
    """The distance between two columns' centres."""
    widest = width * (WIDEST_PITCH if count > 3 else WIDEST_PITCH_FEW)
    room = (width - sides) / max(count - 1, 1)
    return max(min(widest, room), SMALLEST_PITCH * unit)
