"""Boundaries of other runs as thin lines over the map: where their output crosses a level, or another class begins."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter, QPen

from gui.panels.boundary_points import CachedLayer
from gui.panels.plotting import ThemedPlot, with_alpha

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]


class Contour(NamedTuple):
    """The boundary of one run."""

    name: str
    colour: int  # index of a class colour
    extent: Extent
    output: Array  # (h, w), row 0 on top; of several classes the index of the largest score


class ContoursLayer(CachedLayer):
    """All of them, each on a pale ground that sets it off from the map."""

    def __init__(self, plot: ThemedPlot, height: float = -1.0) -> None:
        super().__init__(plot, height)
        self._lines: list[tuple[int, Array]] = []

    def set_lines(self, lines: list[tuple[int, Array]]) -> None:
        """Colour index and pieces (n, 4) of each."""
        self._lines = lines
        self.refresh()

    def draw_inside(self, painter: QPainter) -> None:
        theme = self.plot.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, pieces in self._lines:
            ends = self.plot.all_to_pixels(pieces.reshape(-1, 2)).reshape(-1, 4)
            lines = [QLineF(*piece) for piece in ends.tolist()]
            for ink, width in (
                (with_alpha(theme.palette.card, 0.8), 4.0),
                (theme.palette.class_mark(colour), 2.0),
            ):
                painter.setPen(QPen(ink, width * theme.scale))
                painter.drawLines(lines)


def contour_pieces(contour: Contour, *, level: float, classes: bool) -> Array:
    """Straight pieces (n, 4): x, y of both ends in the units of the extent; not sorted, none where nothing is finite.

    With `classes` they run between neighbours of different class, else where the output crosses the level.
    """
    output = contour.output
    if output.ndim != 2 or min(output.shape) < 2:
        return np.zeros((0, 4))
    if classes:
        found = [_crossings((output == index).astype(float) - 0.5) for index in np.unique(output)]
        pieces = np.concatenate(found)
    else:
        pieces = _crossings(output - level)
    left, right, bottom, top = contour.extent
    height, width = output.shape
    pieces[:, ::2] = left + pieces[:, ::2] * ((right - left) / (width - 1))
    pieces[:, 1::2] = top - pieces[:, 1::2] * ((top - bottom) / (height - 1))
    return pieces


def _crossings(values: Array) -> Array:
    """Marching squares at level 0: pieces (n, 4) in columns and rows, (x, y) of both ends."""
    corners = values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]  # clockwise from the top left
    finite = np.isfinite(np.stack(corners)).all(axis=0)
    rows, columns = np.indices(finite.shape)
    edges: list[tuple[Array, Array, NDArray[np.bool_]]] = []  # x, y, whether there is a crossing
    steps = ((0, 0), (1, 0), (1, 1), (0, 1))
    with np.errstate(all="ignore"):
        for here in range(4):
            there = (here + 1) % 4
            a, b = corners[here], corners[there]
            crossed: NDArray[np.bool_] = ((a > 0.0) != (b > 0.0)) & finite
            share = np.where(crossed, a / (a - b), 0.0)
            x: Array = columns + steps[here][0] + share * (steps[there][0] - steps[here][0])
            y: Array = rows + steps[here][1] + share * (steps[there][1] - steps[here][1])
            edges.append((x, y, crossed))
    number = sum(crossed.astype(int) for _, _, crossed in edges)
    pieces = []
    for first in range(4):
        for second in range(first + 1, 4):
            joined = edges[first][2] & edges[second][2]
            # A saddle has four crossings: the first edge is joined with the second, the third with the fourth.
            joined &= (number == 2) | ((number == 4) & ((first, second) in ((0, 1), (2, 3))))
            ends = edges[first][0], edges[first][1], edges[second][0], edges[second][1]
            pieces.append(np.column_stack([end[joined] for end in ends]))
    return np.concatenate(pieces)
