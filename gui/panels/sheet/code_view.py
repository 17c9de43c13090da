"""How code is shown: line numbers, colours, the marks of errors, nodes and lines that run. Nothing is edited here."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QToolTip, QWidget

from core.errors import ExpressionError
from core.expression.sheet import Phase, Span
from gui.panels.sheet.code_words import in_mono
from gui.panels.sheet.editing import INDENT, bracket_pair
from gui.panels.sheet.gutter import Gutter
from gui.panels.sheet.highlighter import Highlighter
from gui.panels.sheet.marks import Marks
from gui.panels.sheet.places import narrow
from gui.theme import Theme

FONT_SIZE = 13  # px at scale 1


class CodeView(QPlainTextEdit):
    """A text without wrapping, in the face of code, with a gutter and marks. Places are spans: lines from 1."""

    cursor_moved = Signal()  # by the user, without an edit

    def __init__(self, theme: Theme, placeholder: str = "", parent: QWidget | None = None) -> None:
        """`placeholder` stands there while there is no text (Qt's own would be too pale to be read)."""
        super().__init__(parent)
        self._theme, self._placeholder = theme, placeholder
        self._message = ""  # of the error
        self.setProperty("role", "code")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.marks = Marks(self, theme)
        self.gutter = Gutter(self, theme)
        self._highlighter = Highlighter(self.document(), theme)
        self.cursorPositionChanged.connect(self._on_cursor_position_changed)
        self.textChanged.connect(self._on_cursor_position_changed)  # brackets may be elsewhere now
        self.updateRequest.connect(self._on_update_request)
        self.blockCountChanged.connect(self._on_block_count_changed)
        self.horizontalScrollBar().rangeChanged.connect(self._on_range_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def place(self) -> tuple[int, int]:
        """Where the cursor is: line from 1, column from 0 in characters."""
        cursor = self.textCursor()
        return cursor.blockNumber() + 1, narrow(cursor.block().text(), cursor.positionInBlock())

    def go_to(self, line: int, column: int = 0) -> None:
        """Put the cursor there, and show it."""
        self.setTextCursor(self._cursor_at(line, column))
        self.ensureCursorVisible()

    # -- marks ------------------------------------------------------------------------------------------------------

    def show_error(self, error: ExpressionError | None, *, reveal: bool = False) -> None:
        """Underline the place of an error; the tooltip there says what it is. `reveal` scrolls to it."""
        self._message = "" if error is None else str(error)
        span = None if error is None else Span(error.line, error.column, error.end_line, error.end_column)
        self.marks.error = None if span is None else self.marks.place(span)
        if reveal:
            self._reveal(self.marks.error)
        self._repaint()

    def mark_node(self, span: Span | None, *, reveal: bool = False) -> None:
        """Mark the expression of the selected node; `reveal` scrolls to it."""
        self.marks.node = None if span is None else self.marks.place(span)
        if span is not None and reveal:
            self._reveal(self.marks.node)
        self._repaint()

    def reveal(self, line: int) -> None:
        """Scroll as little as shows a line wholly; the cursor stays."""
        self._reveal(self._cursor_at(line, 0), sideways=False)

    def light(self, span: Span | None, phase: Phase = Phase.FORWARD) -> None:
        """Light the line that runs."""
        if span is None and self.marks.lit is None:
            return
        self.marks.lit, self.marks.phase = (None if span is None else self.marks.place(span)), phase
        self._reveal(self.marks.lit, sideways=False)
        self._repaint()

    # -- where things are -------------------------------------------------------------------------------------------

    def visible_blocks(self) -> Iterator[QTextBlock]:
        block, bottom = self.firstVisibleBlock(), self.viewport().height()
        while block.isValid() and self.line_box(block).top() <= bottom:
            yield block
            block = block.next()

    def line_box(self, block: QTextBlock) -> QRectF:
        """Of a line that is seen, in the viewport."""
        return self.blockBoundingGeometry(block).translated(self.contentOffset())

    def line_at(self, y: float) -> int:
        """The line at a height in the viewport, from 0; the last one below the text."""
        lines = [block.blockNumber() for block in self.visible_blocks() if self.line_box(block).top() <= y]
        return lines[-1] if lines else 0

    def gutter_width(self) -> int:
        return self.gutter.width()

    def shows_current_line(self) -> bool:
        """Only where one types: elsewhere there is enough to see."""
        return self.hasFocus() and not self.textCursor().hasSelection()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), 3 * self.fontMetrics().lineSpacing())

    # -- Qt's events ------------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._repaint()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            box = self.marks.error_box()
            if self._message and box.contains(event.pos()):
                words = f"<p>{in_mono(self._message, self._theme)}</p>"  # rich text is wrapped
                QToolTip.showText(event.globalPos(), words, self.viewport(), box.toAlignedRect())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.marks.paint_below(painter)
        painter.end()
        super().paintEvent(event)
        painter.begin(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.marks.paint_above(painter)
        if self.document().isEmpty():
            margin = round(self.document().documentMargin())
            painter.setFont(self.font())
            painter.setPen(self._theme.palette.mute)
            place = self.viewport().rect().adjusted(2 * margin, margin, 0, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self._placeholder)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()
        top, room = self.verticalScrollBar().value(), self._room(event.oldSize().height())
        for place in (self.marks.node, self.textCursor() if self.hasFocus() else None):
            first, last = self.marks.lines(place)
            if top <= first and last < top + room:
                self._reveal(place, sideways=False)  # it was seen before

    # -- inside -----------------------------------------------------------------------------------------------------

    def _cursor_at(self, line: int, column: int) -> QTextCursor:
        cursor = self.marks.place(Span(line, column, line, column))
        cursor.clearSelection()
        return cursor

    def _reveal(self, place: QTextCursor | None, *, sideways: bool = True) -> None:
        """Scroll as little as shows the lines of a place, and its beginning."""
        first, last = self.marks.lines(place)
        if place is None:
            return
        bar, room = self.verticalScrollBar(), self._room(self.viewport().height())
        if first < bar.value():
            bar.setValue(first)
        elif last >= bar.value() + room:
            bar.setValue(min(first, last - room + 1))
        if sideways:
            start = QTextCursor(place)
            start.setPosition(place.selectionStart())
            x, across = self.cursorRect(start).x(), self.horizontalScrollBar()
            if not 0 <= x < self.viewport().width() * 0.9:
                across.setValue(across.value() + x - self.viewport().width() // 4)

    def _room(self, height: int) -> int:
        """How many lines are wholly seen in a viewport of this height."""
        line = self.blockBoundingRect(self.document().firstBlock()).height()
        return max(1, int((height - self.document().documentMargin()) / max(line, 1.0)))

    def _repaint(self) -> None:
        self.viewport().update()
        self.gutter.update()

    def _place_gutter(self) -> None:
        inside, width = self.viewport().geometry(), self.gutter.sizeHint().width()
        self.setViewportMargins(width, 0, 0, 0)
        frame = self.contentsRect()
        self.gutter.setGeometry(frame.left(), frame.top(), width, inside.height())

    @Slot()
    def _on_cursor_position_changed(self) -> None:
        self.marks.brackets = bracket_pair(self.textCursor())
        self._repaint()

    def _on_update_request(self, _area: object, dy: int) -> None:
        if dy:
            self.gutter.scroll(0, dy)
        self.gutter.update()

    def _on_block_count_changed(self, _count: int) -> None:
        self._place_gutter()

    @Slot(int, int)
    def _on_range_changed(self, _least: int, most: int) -> None:
        """No bar for the margin behind the last letter."""
        policy = Qt.ScrollBarPolicy
        needed = most > math.ceil(self.document().documentMargin()) + self.cursorWidth()
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAsNeeded if needed else policy.ScrollBarAlwaysOff)

    def _on_theme_changed(self) -> None:
        font = self._theme.font(FONT_SIZE, mono=True)
        self.setFont(font)
        self.setTabStopDistance(QFontMetricsF(font).horizontalAdvance(" ") * INDENT)
        self.setCursorWidth(self._theme.px(2))
        self.document().setDocumentMargin(self._theme.px(1))
        self._place_gutter()
        self._repaint()
