"""What is drawn under and over the code: the current line, the line that runs, the node's expression, errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTextBlock, QTextCursor

from core.expression.sheet import Phase, Span
from gui.palette import Palette
from gui.panels.sheet.places import wide
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.panels.sheet.code_view import CodeView

RADIUS = 4  # px at scale 1, as all below
WAVE = 2  # height of half a wave
TINT = 0.13  # how much of its colour a lit line takes


def lit_colour(colours: Palette, phase: Phase) -> QColor:
    """The ground of the line that runs: gradients that flow are in the glow's colour, all else in the accent's."""
    strong = colours.glow if phase is Phase.BACKWARD else colours.accent
    card = colours.card
    pairs = ((card.red(), strong.red()), (card.green(), strong.green()), (card.blue(), strong.blue()))
    return QColor(*(round(base * (1 - TINT) + top * TINT) for base, top in pairs))


class Marks:
    """Places are kept as text cursors, so that they move along while the text around them is edited."""

    def __init__(self, editor: CodeView, theme: Theme) -> None:
        self._editor, self._theme = editor, theme
        self.error: QTextCursor | None = None
        self.node: QTextCursor | None = None
        self.lit: QTextCursor | None = None
        self.phase = Phase.FORWARD
        self.brackets: tuple[int, ...] = ()  # positions of a pair, or of one that has no partner

    def place(self, span: Span) -> QTextCursor:
        """A span as a selection; what lies beyond the text is cut off."""
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(self._position(span.line, span.column))
        cursor.setPosition(self._position(span.end_line, span.end_column), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def lines(self, cursor: QTextCursor | None) -> tuple[int, int]:
        """First and last line of a place, counted from 0; (−1, −1) for none."""
        if cursor is None:
            return -1, -1
        document = self._editor.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        return first, document.findBlock(cursor.selectionEnd()).blockNumber()

    def paint_below(self, painter: QPainter) -> None:
        """Bands over whole lines, and the ground of the node's expression."""
        colours = self._theme.palette
        if self._editor.shows_current_line():
            self.paint_band(painter, self._editor.textCursor().blockNumber(), colours.soft)
        for line in self.lit_lines():
            self.paint_band(painter, line, lit_colour(colours, self.phase))
        painter.setPen(QPen(colours.ink, self._theme.px(1)))
        painter.setBrush(colours.soft)
        there = self.node is not None and self.node.hasSelection()  # else its code was deleted
        for box in self._boxes(self.node if there else None):
            painter.drawRoundedRect(box.adjusted(-1.5, 0.5, 1.5, -0.5), self._theme.px(3), self._theme.px(3))
        painter.setPen(QPen(colours.mute, self._theme.px(1)))
        painter.setBrush(colours.line)
        for position in self.brackets:
            painter.drawRoundedRect(self._letter(position), self._theme.px(2), self._theme.px(2))

    def paint_above(self, painter: QPainter) -> None:
        """The wave under an error."""
        for box in self._boxes(self.error):
            self._paint_wave(painter, box)

    def paint_band(self, painter: QPainter, line: int, colour: QColor, shift: float = 0.0) -> None:
        """A band over the line, round at its ends, from the gutter's left edge; `shift` is where that edge is."""
        block = self._editor.document().findBlockByNumber(line)
        if not block.isValid():
            return
        box = self._editor.line_box(block)
        gutter = self._editor.gutter_width()
        left = -gutter if shift == 0.0 else 0.0
        right = self._editor.viewport().width() + (gutter if shift else 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(
            QRectF(left, box.top(), right - left, box.height()), self._theme.px(RADIUS), self._theme.px(RADIUS)
        )

    def lit_lines(self) -> range:
        first, last = self.lines(self.lit)
        return range(first, last + 1) if first >= 0 else range(0)

    def error_box(self) -> QRectF:
        """Around all of the error that is seen."""
        whole = QRectF()
        for box in self._boxes(self.error):
            whole = whole.united(box)
        return whole

    def _position(self, line: int, column: int) -> int:
        """In the document; beyond the end of a line is its end."""
        document = self._editor.document()
        block = document.findBlockByNumber(max(line - 1, 0))
        if not block.isValid():
            return document.characterCount() - 1
        return block.position() + min(wide(block.text()[:column]), block.length() - 1)

    def _boxes(self, cursor: QTextCursor | None) -> Iterator[QRectF]:
        """Around a place, one box a line, of the lines that are seen. An empty place is one letter wide."""
        if cursor is None:
            return
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        for block in self._editor.visible_blocks():
            first, last = block.position(), block.position() + block.length() - 1
            if first > end or last < start:
                continue
            yield self._box(block, max(start, first), min(end, last))

    def _box(self, block: QTextBlock, start: int, end: int) -> QRectF:
        letters = block.text()
        if start > block.position():
            pass  # begins in this line: as it is
        elif letters.strip() and end > start:
            start += min(len(letters) - len(letters.lstrip()), end - start)  # the indentation is not meant
        one, other = self._at(start), self._at(end)
        least = self._editor.fontMetrics().horizontalAdvance("0")
        line = self._editor.line_box(block)
        return QRectF(one, line.top(), max(other - one, least), line.height())

    def _at(self, position: int) -> float:
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(position)
        box = self._editor.cursorRect(cursor)
        return box.x() + (box.width() - self._editor.cursorWidth()) / 2

    def _letter(self, position: int) -> QRectF:
        block = self._editor.document().findBlock(position)
        line = self._editor.line_box(block)
        left, right = self._at(position), self._at(position + 1)
        return QRectF(left, line.top() + 1, right - left, line.height() - 2)

    def _paint_wave(self, painter: QPainter, box: QRectF) -> None:
        step, high = self._theme.px(WAVE), self._theme.px(WAVE) / 2
        base = box.bottom() - high - self._theme.px(1)
        points, x, up = [], box.left(), True
        while x <= box.right() + step / 2:
            points.append(QPointF(x, base - high if up else base + high))
            x, up = x + step, not up
        painter.setPen(QPen(self._theme.palette.negative_text, 1.2 * self._theme.scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
