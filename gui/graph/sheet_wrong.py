"""Wrong gradients: the record in the negative's colour, and below its numbers what the gradient should be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from core.words import mark, tr
from gui.graph.record_numbers import Array
from gui.graph.record_style import INSET, RADIUS, WORDS_FROM, drawn_font
from gui.graph.sprites import NumberSprites, number_codes
from gui.theme import Theme

SHOULD_BE, SHORT = mark("should be"), mark("true")  # before the number; the second in records without room
TAG = 14.0  # height of the plate under a record: what a layout leaves free there; scene units
_SIZE, _LEAD = 10, 5.0  # of its letters, and before them
_NOTHING = QColor(0, 0, 0, 0)
_LINE, _LINE_LEAST = 2.0, 1.5  # of the record's rim; scene units, pixels


class WrongTags:
    """Draws the marks of many records in little time: one sprite for all plates, digits from an atlas."""

    def __init__(self, theme: Theme, pixels: float, unit: float, size: tuple[int, int], readable: bool) -> None:
        """`pixels` device pixels a scene unit, `unit` a pixel of the interface; `size` is a record's."""
        self._theme, self._pixels, self._unit, self._size = theme, pixels, unit, size
        self._rim = self._draw_rim(readable)
        self._digits: NumberSprites | None = None
        if readable:
            self._plate = self._draw_plate()
            inks = [theme.palette.negative_text]
            self._digits = NumberSprites(drawn_font(theme, _SIZE, pixels), inks, _NOTHING)

    def paint(self, painter: QPainter, left: Array, top: Array, true: Array) -> None:
        """Mark the records with these corners (device pixels), whose gradients should be `true`."""
        for x, y in zip(left.tolist(), top.tolist(), strict=True):
            painter.drawPixmap(int(x), int(y), self._rim)
            if self._digits is not None:
                painter.drawPixmap(int(x), int(y) + self._size[1], self._plate)
        if self._digits is not None and len(true):
            lift = (TAG * self._pixels - self._digits.height) / 2 - 0.5 * self._pixels
            right = left + self._size[0] - round(INSET * self._pixels)
            inks: NDArray[np.intp] = np.zeros(len(true), dtype=np.intp)
            sprites = self._digits.fragments(number_codes(true), inks, right, top + self._size[1] + lift)
            sprites.draw(painter, self._digits.atlas)

    def _draw_rim(self, readable: bool) -> QPixmap:
        width, height = self._size
        pen = QPen(self._theme.palette.negative, max(_LINE * self._pixels, _LINE_LEAST * self._unit))
        rim, painter = _begin(width, height)
        painter.setPen(pen)
        half, radius = pen.widthF() / 2, RADIUS * self._pixels if readable else 0.0
        painter.drawRoundedRect(QRectF(half, half, width - 2 * half, height - 2 * half), radius, radius)
        painter.end()
        return rim

    def _draw_plate(self) -> QPixmap:
        """What is the same under all records: a plate that hangs from the record, and its words."""
        width, height = self._size[0], max(1, round(TAG * self._pixels))
        inset, pixels = round(1.5 * self._pixels), self._pixels
        plate, painter = _begin(width, height)
        painter.setPen(QPen(self._theme.palette.negative, max(1.0, pixels)))
        painter.setBrush(self._theme.palette.card)
        radius = 5 * pixels
        painter.drawRoundedRect(QRectF(inset, -radius, width - 2 * inset, height + radius - pixels), radius, radius)
        painter.setFont(drawn_font(self._theme, _SIZE, pixels, mono=False))
        painter.setPen(self._theme.palette.negative_text)
        line = QRectF(_LEAD * pixels, 0, width, height - 2 * pixels)
        words = tr(SHOULD_BE if width >= WORDS_FROM * pixels else SHORT)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()
        return plate


def _begin(width: int, height: int) -> tuple[QPixmap, QPainter]:
    sprite = QPixmap(width, height)
    sprite.fill(_NOTHING)
    painter = QPainter(sprite)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return sprite, painter
