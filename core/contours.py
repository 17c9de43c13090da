"""Contour lines of numbers on a grid, by marching squares; all cells of a level at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# The sides of a cell, as (row, column) of their two corners.
_SIDES = (((0, 0), (0, 1)), ((0, 1), (1, 1)), ((1, 0), (1, 1)), ((0, 0), (1, 0)))


def contour_segments(values: Array, level: float) -> Array:
    """Pieces of the line where `values` (rows, columns) are `level`: (n, 2, 2), two ends as (column, row) each.

    Places are counted in rows and columns, with fractions. A cell with a corner that is not finite has none.
    """
    corners = np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]])
    sound = np.isfinite(corners).all(axis=0)
    above = corners > level
    crossed = np.stack([above[0] != above[1], above[1] != above[2], above[2] != above[3], above[3] != above[0]]) & sound
    count = crossed.sum(axis=0)
    places = np.stack([_crossing(values, level, *side) for side in _SIDES])
    pieces = [_pairs(crossed, places, count == 2, None)]
    saddle = count == 4
    if saddle.any():
        middle_above = np.where(sound, corners, 0.0).mean(axis=0) > level
        # Where the middle is as the first corner, the lines cut off its two neighbours, else that one and its opposite.
        same = saddle & (middle_above == above[0])
        pieces += [_pairs(crossed, places, same, (0, 1)), _pairs(crossed, places, same, (2, 3))]
        other = saddle & ~same
        pieces += [_pairs(crossed, places, other, (0, 3)), _pairs(crossed, places, other, (1, 2))]
    return np.concatenate(pieces)


def _crossing(values: Array, level: float, start: tuple[int, int], end: tuple[int, int]) -> Array:
    """Where the level lies on a side of every cell: (rows − 1, columns − 1, 2) as (column, row)."""
    rows, columns = values.shape[0] - 1, values.shape[1] - 1
    one = values[start[0] : start[0] + rows, start[1] : start[1] + columns]
    other = values[end[0] : end[0] + rows, end[1] : end[1] + columns]
    row, column = np.mgrid[0:rows, 0:columns].astype(np.float64)
    with np.errstate(all="ignore"):
        share = (level - one) / (other - one)
        row += start[0] + share * (end[0] - start[0])
        column += start[1] + share * (end[1] - start[1])
    return np.stack([column, row], axis=-1)


def _pairs(crossed: NDArray[np.bool_], places: Array, cells: NDArray[np.bool_], sides: tuple[int, int] | None) -> Array:
    """The piece of line in each of these cells: between two given sides, or between the two that are crossed."""
    if sides is not None:
        return np.stack([places[side][cells] for side in sides], axis=1)
    where = crossed[:, cells]  # (4, n), two of each column
    first = where.argmax(axis=0)
    last = 3 - where[::-1].argmax(axis=0)
    chosen = places[:, cells]
    number = np.arange(chosen.shape[1])
    return np.stack([chosen[first, number], chosen[last, number]], axis=1)
