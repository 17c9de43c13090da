"""Numbers as sprites: the same text as everywhere else, in the right place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from gui.graph.sprites import SLOT, CellSprites, NumberSprites, number_codes
from gui.numbers import format_number
from gui.theme import Theme

GLYPHS = " 0123456789-+.einfa?"
NUMBERS = [0.0, -0.0, 1.0, -0.5, 12.34567, -9999.9999, 9999.99996, 12345.678, -123456.789, 1e9, -1.5e300, 1e300]
NUMBERS += [0.001, 0.00099999, -0.00012, 1.2e-07, -3e-300, 5e-324, math.nan, math.inf, -math.inf, 0.99999999]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_reads_as_everywhere_else(number: float) -> None:
    (codes,) = number_codes(np.array([number]))
    assert "".join(GLYPHS[code] for code in codes) == format_number(number if number else 0.0).rjust(SLOT)


def test_columns_keep_their_order() -> None:
    together = number_codes(np.array(NUMBERS))
    assert (together == np.vstack([number_codes(np.array([number])) for number in NUMBERS])).all()
    assert number_codes(np.array([])).shape == (0, SLOT)


def test_digits_end_at_the_right_edge_in_their_ink(qtbot: QtBot) -> None:
    white, red, blue = QColor("white"), QColor("red"), QColor("blue")
    sprites = NumberSprites(Theme("light").font(20, mono=True), [red, blue], white)
    image = QImage(300, 100, QImage.Format.Format_RGB32)
    image.fill(white)
    painter = QPainter(image)
    codes = number_codes(np.array([1.25, -2.5]))
    sprites.fragments(codes, np.array([0, 1]), np.array([200.0, 290.0]), np.array([0.0, 50.0])).draw(
        painter, sprites.atlas
    )
    painter.end()
    pixels = np.array(image.constBits()).reshape(100, image.bytesPerLine() // 4, 4)[:, :300, :3].astype(int)
    inked = np.abs(pixels - 255).sum(axis=2) > 0
    rows, columns = np.nonzero(inked)
    upper = rows < 50
    assert columns[upper].max() < 200 <= columns[upper].max() + sprites.advance
    assert columns[upper].min() >= 200 - 6 * sprites.advance  # 1.2500
    assert columns[~upper].max() < 290 <= columns[~upper].max() + sprites.advance
    assert (pixels[:50, :, 0] <= pixels[:50, :, 2]).all()  # bytes are blue, green, red
    assert (pixels[50:, :, 0] >= pixels[50:, :, 2]).all()


def test_cells_show_sign_and_size(qtbot: QtBot) -> None:
    table = np.array([0xFF000000 | level for level in range(256)], dtype=np.uint32)
    cells = CellSprites([table], 4, 2)
    image = QImage(40, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    painter = QPainter(image)
    values = np.array([-1.0, 0.0, 2.0, math.nan, math.inf])
    cells.fragments(values, 2.0, np.zeros(5, dtype=int), np.arange(5) * 4.0, np.zeros(5)).draw(painter, cells.atlas)
    painter.end()
    shades = [image.pixelColor(4 * i + 1, 1).blue() for i in range(5)]
    assert shades[0] < 128 - 64  # the root shows half of the largest as more than half
    assert abs(shades[1] - 128) <= 2
    assert shades[2] == shades[4] == 255
    assert shades[3] == shades[1]
