"""What the text prints: a small pane below the editor, each line of it leads to the line that printed it."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QResizeEvent, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QToolTip, QWidget

from core.expression.sheet import Printed
from core.words import mark, tr
from gui.theme import Theme

FONT_SIZE = 12  # px at scale 1
MOST_ROWS = 4  # seen at once
BORDER = 3  # with a little to spare
SECRET = mark("output is hidden while you predict")
NAMED = mark("Output")


class OutputPane(QPlainTextEdit):
    """Read only, can be copied. Hidden as long as nothing is printed."""

    line_requested = Signal(int)  # of the text, from 1

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._printed: tuple[Printed, ...] = ()
        self._lines: list[int] = []  # of the text, for each row
        self._withheld = False
        self.setObjectName("expressionOutput")
        self.setProperty("role", "output")
        self.setAccessibleName(tr(NAMED))
        self.setAccessibleDescription(tr("What print wrote. Enter goes to the line that printed it."))
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_output(self, printed: tuple[Printed, ...]) -> None:
        """Each line, in its order; nothing hides the pane."""
        if printed != self._printed:
            self._printed = printed
            self._show()

    def withhold(self, withheld: bool) -> None:
        """Whether a line stands for all that was printed: it may tell what somebody is to find."""
        if withheld != self._withheld:
            self._withheld = withheld
            self._show()

    def _show(self) -> None:
        rows = [(row, each.line) for each in self._printed for row in each.text.split("\n")]
        if self._withheld and rows:
            rows = [(tr(SECRET), 0)]
        self._lines = [line for _, line in rows if line]
        bar = self.verticalScrollBar()
        at = bar.value()
        self.setPlainText("\n".join(row for row, _ in rows))
        bar.setValue(at)
        self.setVisible(bool(rows))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        rows = min(max(round(self.document().size().height()), 1), MOST_ROWS)
        first = self.document().firstBlock()
        row = self.blockBoundingRect(first).height() / max(first.lineCount(), 1)
        around = 2 * math.ceil(self.document().documentMargin()) + 2 * self._theme.px(BORDER)
        return QSize(self._theme.px(120), math.ceil(rows * row) + around)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self.fontMetrics().lineSpacing() * 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()  # lines may be wrapped elsewhere

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._follow(self.textCursor().blockNumber())
            event.accept()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self._follow(self.cursorForPosition(event.position().toPoint()).blockNumber())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl the window zooms, not the text alone."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.cursorForPosition(event.pos()).blockNumber()
            if row < len(self._lines):
                QToolTip.showText(
                    event.globalPos(), tr("Printed by line {line}; click to go there", line=self._lines[row]), self
                )
            return True
        return super().viewportEvent(event)

    def _follow(self, row: int) -> None:
        if row < len(self._lines):
            self.line_requested.emit(self._lines[row])

    def _on_theme_changed(self) -> None:
        self.setFont(self._theme.font(FONT_SIZE, mono=True))
        self.document().setDocumentMargin(self._theme.px(3))
        self.updateGeometry()
