"""The gutter beside the code: line numbers, the arrow at the line that runs, the dot at an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from core.expression.sheet import Phase
from core.words import tr
from gui.panels.sheet.marks import lit_colour
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.panels.sheet.code_view import CodeView

FONT_SIZE = 11  # px at scale 1, as all below
LEFT, RIGHT = 8, 6  # room for the mark at the left, and before the code
LEAST_DIGITS = 2


class Gutter(QWidget):
    """A click puts the cursor into the line."""

    def __init__(self, editor: CodeView, theme: Theme) -> None:
        super().__init__(editor)
        self._editor, self._theme = editor, theme
        self.setObjectName("expressionGutter")
        self.setAccessibleName(tr("Line numbers"))
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def sizeHint(self) -> QSize:
        """As wide as the largest number needs."""
        digits = max(LEAST_DIGITS, len(str(self._editor.blockCount())))
        metrics = QFontMetrics(self._theme.font(FONT_SIZE, mono=True))
        return QSize(metrics.horizontalAdvance("0" * digits) + self._theme.px(LEFT) + self._theme.px(RIGHT), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, marks = self._theme.palette, self._editor.marks
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(FONT_SIZE, mono=True))
        current = self._editor.textCursor().blockNumber() if self._editor.shows_current_line() else -1
        if current >= 0:
            marks.paint_band(painter, current, colours.soft, self.width())
        lit = marks.lit_lines()
        for line in lit:
            marks.paint_band(painter, line, lit_colour(colours, marks.phase), self.width())
        wrong = marks.lines(marks.error)[0]
        for block in self._editor.visible_blocks():
            line, box = block.blockNumber(), self._editor.line_box(block)
            painter.setPen(colours.ink if line == current or line in lit else colours.mute)
            place = QRectF(0, box.top(), self.width() - self._theme.px(RIGHT), box.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line + 1))
            if line in lit[:1]:
                self._paint_arrow(painter, box.center().y(), marks.phase)
            elif line == wrong:
                self._paint_dot(painter, box.center().y(), colours.negative)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._editor.setFocus()
            self._editor.go_to(self._editor.line_at(event.position().y()) + 1)
            self._editor.cursor_moved.emit()
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the code."""
        QApplication.sendEvent(self._editor.verticalScrollBar(), event)

    def _paint_arrow(self, painter: QPainter, middle: float, phase: Phase) -> None:
        colours, side = self._theme.palette, self._theme.px(3.5)
        left = self._theme.px(1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.glow if phase is Phase.BACKWARD else colours.accent)
        corners = [
            QPointF(left, middle - side),
            QPointF(left + 1.4 * side, middle),
            QPointF(left, middle + side),
        ]
        painter.drawPolygon(QPolygonF(corners))

    def _paint_dot(self, painter: QPainter, middle: float, colour: QColor) -> None:
        radius = self._theme.px(2.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(self._theme.px(4), middle), radius, radius)
