"""Numbers and coloured cells as sprites: drawn once into an atlas, then placed by the thousand in one call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from gui.numbers import format_number

Array = NDArray[np.float64]

DIGITS = 4  # decimals shown in a record
SLOT = 10  # characters of a number's slot
_GLYPHS = " 0123456789-+.einfa?"  # all that a formatted number can contain
BLANK, HIDDEN = 0, _GLYPHS.index("?")  # glyphs of a place that is empty, and of a number that is not told
_FIXED_BELOW = 9999.99995  # from here on decimals must be given up to fit the slot
_FIXED_ABOVE = 10.0 ** (1 - DIGITS)  # below, `format_number` writes an exponent
_CODE = np.zeros(256, dtype=np.uint8)
for _index, _glyph in enumerate(_GLYPHS):
    _CODE[ord(_glyph)] = _index


def number_codes(values: Array) -> NDArray[np.uint8]:
    """The glyphs of every number as `format_number` writes it, right-aligned: (n, SLOT) indices into the atlas.

    Whole columns are formatted at once, which is many times faster than number by number.
    """
    size = np.abs(values)
    small = (size < _FIXED_ABOVE) & (size > 0)
    plain = ~small & (size < _FIXED_BELOW)
    letters = np.empty((len(values), SLOT), dtype=np.uint8)
    letters[plain] = _column(values[plain] + 0.0, f"%{SLOT}.{DIGITS}f")  # + 0.0: no minus before zero
    letters[small] = _column(values[small], f"%{SLOT}.1e")
    for row in np.flatnonzero(~plain & ~small):
        written = format_number(float(values[row]), DIGITS).rjust(SLOT)[:SLOT]
        letters[row] = np.frombuffer(written.encode("ascii", "replace"), dtype=np.uint8)
    return _CODE[letters]


def _column(values: Array, pattern: str) -> NDArray[np.uint8]:
    text = pattern * len(values) % tuple(values.tolist())
    return np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(len(values), SLOT)


class Fragments:
    """A list of sprites for one call of `QPainter.drawPixmapFragments`: source rectangle and where its corner goes."""

    def __init__(self, left: Array, top: Array, source_left: Array, source_top: Array, width: int, height: int) -> None:
        rows = np.empty((len(left), 10))
        rows[:, 0] = left + width / 2  # Qt wants the centre
        rows[:, 1] = top + height / 2
        rows[:, 2] = source_left
        rows[:, 3] = source_top
        rows[:, 4:] = (width, height, 1.0, 1.0, 0.0, 1.0)  # size, scale, rotation, opacity
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def draw(self, painter: QPainter, atlas: QPixmap) -> None:
        """Draw them all; the painter's unit must be one device pixel."""
        if len(self._rows):
            # Qt reads the array itself: no object per sprite. `self` keeps the memory alive.
            first = shiboken6.wrapInstance(self._rows.ctypes.data, QPainter.PixmapFragment)
            painter.drawPixmapFragments(first, len(self._rows), atlas)


class NumberSprites:
    """The glyphs of numbers, one row for each ink, at one size, opaque on `ground`."""

    def __init__(self, font: QFont, inks: Sequence[QColor], ground: QColor) -> None:
        metrics = QFontMetricsF(font)
        self.advance = max(1, round(metrics.horizontalAdvance("0")))  # whole pixels: evenly spaced digits
        self.height = max(1, int(np.ceil(metrics.height())))
        self.atlas = QPixmap(self.advance * len(_GLYPHS), self.height * len(inks))
        self.atlas.fill(ground)
        painter = QPainter(self.atlas)
        painter.setFont(font)
        for row, ink in enumerate(inks):
            painter.setPen(ink)
            for column, glyph in enumerate(_GLYPHS):
                x, y = column * self.advance, row * self.height
                painter.setClipRect(x, y, self.advance, self.height)
                painter.drawText(x, y, self.advance, self.height, Qt.AlignmentFlag.AlignCenter, glyph)
        painter.end()

    def fragments(self, codes: NDArray[np.uint8], inks: NDArray[np.intp], right: Array, top: Array) -> Fragments:
        """Numbers with their right edge at `right` and upper edge at `top` (device pixels), blanks left out."""
        row, column = np.nonzero(codes != BLANK)
        left = np.rint(right)[row] - (SLOT - column) * self.advance
        source_left = codes[row, column].astype(np.float64) * self.advance
        source_top = inks[row].astype(np.float64) * self.height
        return Fragments(left, np.rint(top)[row], source_left, source_top, self.advance, self.height)


class CellSprites:
    """Coloured cells of one size for views too small for text: a row of shades negative → ground → positive."""

    SHADES = 65

    def __init__(self, tables: Sequence[NDArray[np.uint32]], width: int, height: int) -> None:
        """`tables` are colour tables of 256 entries, such as `Theme.map_table()`; one row of the atlas each."""
        self.width, self.height = width, height
        self.atlas = QPixmap(width * self.SHADES, height * len(tables))
        painter = QPainter(self.atlas)
        for row, table in enumerate(tables):
            for shade in range(self.SHADES):
                colour = QColor.fromRgb(int(table[shade * 255 // (self.SHADES - 1)]))
                painter.fillRect(shade * width, row * height, width, height, colour)
        painter.end()

    def fragments(self, values: Array, largest: float, tables: NDArray[np.intp], left: Array, top: Array) -> Fragments:
        """Cells at `left`, `top`; full colour at ±`largest`. The root makes small values visible."""
        share = np.nan_to_num(values / largest if largest > 0 else np.zeros_like(values), posinf=1.0, neginf=-1.0)
        strength = np.sign(share) * np.sqrt(np.minimum(np.abs(share), 1.0))
        shade = np.rint((strength + 1) / 2 * (self.SHADES - 1))
        source_top = tables.astype(np.float64) * self.height
        return Fragments(np.rint(left), np.rint(top), shade * self.width, source_top, self.width, self.height)
