"""Pictures of empty records and of operations, made once per scale and colour: all records look alike but for text."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui.graph.record_style import (
    INSET,
    LEAD,
    RADIUS,
    ROW,
    SYMBOL_SIZE,
    TITLE,
    WORD_SIZE,
    WORDS_FROM,
    Inks,
    drawn_font,
    shown_symbol,
)
from gui.theme import Theme

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def drawn_size(width: float, height: float, pixels: float) -> tuple[int, int]:
    """The device pixels that a box of so many scene units takes."""
    return max(2, round(width * pixels)), max(2, round(height * pixels))


class BoxSprites:
    """Empty records and operations at `pixels` device pixels per scene unit; `thin` is the width of their lines."""

    def __init__(self, theme: Theme, pixels: float, thin: float, readable: bool) -> None:
        self._theme, self._pixels, self._thin, self._readable = theme, pixels, thin, readable
        self._made: dict[tuple[str, int, int, bool], QPixmap] = {}
        self.inks = {lit: Inks.of(theme, dimmed=not lit) for lit in (True, False)}

    def record(self, width: float, height: float, lit: bool) -> QPixmap:
        """An empty record of so many scene units."""
        return self._sprite("", width, height, lit)

    def operation(self, op: str, width: float, height: float, lit: bool) -> QPixmap:
        """A round node with its symbol."""
        return self._sprite(op, width, height, lit)

    def _sprite(self, op: str, width: float, height: float, lit: bool) -> QPixmap:
        size = drawn_size(width, height, self._pixels)
        key = (op, *size, lit)
        if key not in self._made:
            self._made[key] = self._draw(op, *size, lit)
        return self._made[key]

    def _draw(self, op: str, width: int, height: int, lit: bool) -> QPixmap:
        sprite = QPixmap(width, height)
        sprite.fill(QColor(0, 0, 0, 0))
        painter = QPainter(sprite)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, op, width, height, lit)
        painter.end()
        return sprite

    def paint(self, painter: QPainter, op: str, width: float, height: float, lit: bool) -> None:
        """What a sprite shows, its corner in the painter's origin; an empty record where `op` is empty."""
        painter.setBrush(self._theme.palette.card)
        half = self._thin / 2
        box = QRectF(half, half, width - self._thin, height - self._thin)
        if op:
            self._draw_operation(painter, box, op, self.inks[lit], lit)
        else:
            self._draw_record(painter, box, self.inks[lit])

    def _draw_operation(self, painter: QPainter, box: QRectF, op: str, inks: Inks, lit: bool) -> None:
        painter.setPen(QPen(inks.ink if self._readable and lit else inks.faint, self._thin))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        if self._readable:
            painter.setPen(inks.ink)
            painter.setFont(drawn_font(self._theme, SYMBOL_SIZE, self._pixels))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown_symbol(op))

    def _draw_record(self, painter: QPainter, box: QRectF, inks: Inks) -> None:
        pixels = self._pixels
        painter.setPen(QPen(inks.line, self._thin))
        painter.drawRoundedRect(box, RADIUS * pixels, RADIUS * pixels)
        if not self._readable:
            return
        below_title = round(TITLE * pixels)
        painter.fillRect(QRectF(box.left(), below_title, box.width(), self._thin), inks.line)
        if box.width() < WORDS_FROM * pixels:
            return
        painter.setFont(drawn_font(self._theme, WORD_SIZE, pixels, mono=False))
        painter.setPen(inks.mute)
        for row, word in enumerate(("data", "grad")):
            line = QRectF(INSET * pixels, (TITLE + LEAD + row * ROW) * pixels, box.width(), ROW * pixels)
            painter.drawText(line, _LEFT, word)
