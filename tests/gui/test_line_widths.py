"""Thin lines grow with the scale of the window, for those who sit far away from a projector."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.panels.table_looks import draw_row_outline
from gui.theme import Theme
from gui.widgets.sparkline import Sparkline

WIDTHS = [(1.0, 1), (1.5, 2), (2.0, 2), (2.5, 3)]  # scale, pixels


def run_of(image: QImage, x: int, colour: QColor) -> int:
    """How many pixels of a column have a colour."""
    return sum(image.pixelColor(x, y).name() == colour.name() for y in range(image.height()))


def seen(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.mark.parametrize(("scale", "wide"), WIDTHS)
def test_the_frame_of_a_row(theme: Theme, scale: float, wide: int) -> None:
    theme.set_scale(scale)
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    draw_row_outline(painter, QRect(5, 5, 30, 20), 0, 2, theme)
    painter.end()
    ink = theme.palette.ink
    assert run_of(image, 20, ink) == 2 * wide  # above and below
    assert [x for x in range(40) if image.pixelColor(x, 15).name() == ink.name()] == list(range(5, 5 + wide))
    rows = [y for y in range(30) if image.pixelColor(20, y).name() == ink.name()]
    assert rows == [*range(5, 5 + wide), *range(25 - wide, 25)]


@pytest.mark.parametrize(("scale", "wide"), WIDTHS)
def test_the_zero_of_a_sparkline(qtbot: QtBot, theme: Theme, scale: float, wide: int) -> None:
    theme.set_scale(scale)
    line = Sparkline(theme)
    qtbot.addWidget(line)
    line.resize(100, 60)
    assert run_of(seen(line), 50, theme.palette.line) == wide
