"""Data and gradient of every record: digits when they can be read, coloured cells when not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPainter, QPixmap

from gui.graph.record_style import DIMMED, INSET, LEAD, NUMBER_SIZE, ROW, TITLE, blended, drawn_font, faded_text
from gui.graph.sprites import BLANK, HIDDEN, CellSprites, Fragments, NumberSprites, number_codes
from gui.theme import Theme

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
_INK, _POSITIVE, _NEGATIVE, _MUTE, _COLOURS = 0, 1, 2, 3, 4


class RecordNumbers:
    """The numbers of a graph; draws those of the records it is told are seen."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._values: tuple[Array, Array] | None = None
        self._largest = (0.0, 0.0)
        self._covers: tuple[Mask, Mask] | None = None
        self._digits: NumberSprites | None = None
        self._cells: CellSprites | None = None
        self._pixels = 1.0
        self._size = (1, 1)  # of a record, device pixels

    def set_values(self, data: Array, grad: Array) -> None:
        """New numbers, one each for every node."""
        self._values = data, grad
        self._largest = _largest(data), _largest(grad)

    def cover(self, empty: Mask | None, hidden: Mask | None) -> None:
        """Leave out some numbers and write `?` for others: rows for data and gradient, a column a node; None: none."""
        if empty is None and hidden is None:
            self._covers = None
            return
        some = hidden if empty is None else empty
        assert some is not None
        nothing = np.zeros_like(some)
        self._covers = nothing if empty is None else empty, nothing if hidden is None else hidden

    @property
    def covers(self) -> tuple[Mask, Mask] | None:
        """Which numbers are left out, and which are written as `?`; None: all are told."""
        return self._covers

    @property
    def values(self) -> tuple[Array, Array] | None:
        """Data and gradient of all nodes; None before the first numbers."""
        return self._values

    def values_of(self, node: int) -> tuple[float, float] | None:
        """Data and gradient of a node; None before the first numbers."""
        return None if self._values is None else (float(self._values[0][node]), float(self._values[1][node]))

    def restyle(self, pixels: float, size: tuple[int, int], readable: bool) -> None:
        """Make the sprites for a scale, records of so many device pixels, and the theme's colours."""
        colours = self._theme.palette
        self._pixels, self._size = pixels, size
        self._digits = self._cells = None
        if readable:
            self._digits = NumberSprites(drawn_font(self._theme, NUMBER_SIZE, pixels), inks(self._theme), colours.card)
        else:
            table = self._theme.map_table()
            faded = [blended(QColor.fromRgb(int(colour)), colours.card, DIMMED).rgb() for colour in table]
            _, width, height = self._cell()
            self._cells = CellSprites([table, np.array(faded, dtype=np.uint32)], width, height)

    def fragments(
        self, shown: NDArray[np.intp], lit: NDArray[np.bool_], left: Array, top: Array
    ) -> list[tuple[Fragments, QPixmap]]:
        """Sprites for the nodes `shown`, whose records have their corners at `left`, `top` (device pixels)."""
        if self._values is None or not len(shown):
            return []
        data, grad = (values[shown] for values in self._values)
        covers = None if self._covers is None else [cover[:, shown] for cover in self._covers]
        if covers is not None:
            covered = covers[0] | covers[1]
            data, grad = np.where(covered[0], 0.0, data), np.where(covered[1], 0.0, grad)
        if self._digits is not None:
            return [(self._written(self._digits, data, grad, lit, left, top, covers), self._digits.atlas)]
        if self._cells is not None:
            return [
                (self._coloured(self._cells, row, values, lit, left, top), self._cells.atlas)
                for row, values in enumerate((data, grad))
            ]
        return []

    def _written(
        self,
        digits: NumberSprites,
        data: Array,
        grad: Array,
        lit: Mask,
        left: Array,
        top: Array,
        covers: list[Mask] | None,
    ) -> Fragments:
        pixels = self._pixels
        right = np.tile(left + self._size[0] - round(INSET * pixels), 2)
        lift = (ROW * pixels - digits.height) / 2
        lines = [top + (TITLE + LEAD + row * ROW) * pixels + lift for row in (0, 1)]
        sign = np.select([np.isnan(grad), grad > 0, grad < 0], [_MUTE, _POSITIVE, _NEGATIVE], _INK)
        colours = np.concatenate([np.where(np.isnan(data), _MUTE, _INK), sign])
        colours += np.tile(np.where(lit, 0, _COLOURS), 2)
        codes = number_codes(np.concatenate([data, grad]))
        if covers is not None:
            empty, hidden = (cover.ravel() for cover in covers)
            codes[empty | hidden] = BLANK
            codes[hidden, -1] = HIDDEN
            colours[hidden] = _MUTE
        return digits.fragments(codes, colours, right, np.concatenate(lines))

    def _coloured(
        self, cells: CellSprites, row: int, values: Array, lit: NDArray[np.bool_], left: Array, top: Array
    ) -> Fragments:
        inset, _, height = self._cell()
        tables = np.where(lit, 0, 1)
        return cells.fragments(values, self._largest[row], tables, left + inset, top + inset + row * height)

    def _cell(self) -> tuple[int, int, int]:
        """Space around the two cells, width and height of a cell, in device pixels; the gradient's lies below."""
        width, height = self._size
        inset = 1 if height >= 6 else 0  # smaller records are nothing but their cells
        return inset, max(1, width - 2 * inset), max(1, (height - 2 * inset) // 2)


def inks(theme: Theme) -> list[QColor]:
    """The colours of digits: ink, positive, negative, mute; then the same off the gradient's path."""
    colours = theme.palette
    signs = [colours.positive_text, colours.negative_text]
    dimmed = [faded_text(colour, theme) for colour in (colours.mute, *signs, colours.mute)]
    return [colours.ink, *signs, colours.mute, *dimmed]


def paint(painter: QPainter, fragments: list[tuple[Fragments, QPixmap]]) -> None:
    """Draw what `RecordNumbers.fragments` made; the painter's unit must be one device pixel."""
    for sprites, atlas in fragments:
        sprites.draw(painter, atlas)


def _largest(values: Array) -> float:
    size = np.abs(values)
    return float(size[np.isfinite(size)].max(initial=0.0))
