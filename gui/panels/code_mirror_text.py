"""Code that is only to be read and copied: in its colours, without the middle of long lists of numbers."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from core.words import tr
from gui.numbers import format_count
from gui.panels.sheet.highlighter import Highlighter
from gui.panels.sheet.places import changes, clean, wide
from gui.theme import Theme

FONT_SIZE = 12  # px at scale 1
LONG, FIRST, LAST = 14, 6, 2  # lines of a list of numbers: from LONG on only the first and the last ones are shown
MOST_LINES = 1500  # shown; what is copied is never cut

_LIST = re.compile(r"[A-Z_]+ = \[")


def shortened(code: str) -> str:
    """Without the middle of long lists of numbers: they would hide what there is to read."""
    lines, found, start = code.split("\n"), list[str](), -1
    for i, line in enumerate(lines):
        if start < 0 and _LIST.match(line):
            start = i
        if start < 0:
            found.append(line)
        elif line == "]":
            inside = lines[start + 1 : i]
            if len(inside) >= LONG:
                left = len(inside) - FIRST - LAST
                inside = [
                    *inside[:FIRST],
                    f"    {_more(left)}",
                    *inside[-LAST:],
                ]
            found += [lines[start], *inside, line]
            start = -1
    if start >= 0:
        found += lines[start:]
    if len(found) > MOST_LINES:
        found[MOST_LINES:] = [_more(len(found) - MOST_LINES)]
    return "\n".join(found)


def _more(lines: int) -> str:
    return f"# … {tr('{n} lines more; copy takes them all', n=format_count(lines))}"


class MirrorText(QPlainTextEdit):
    """The code in its colours, or a sentence in its place. New text keeps the scroll position and the selection."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._problem = theme, ""
        self.setObjectName("codeMirrorText")
        self.setProperty("role", "code")
        self.setAccessibleName(tr("Code"))
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._highlighter = Highlighter(self.document(), theme)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_code(self, code: str, problem: str) -> None:
        """`problem`: what is said in the place of the code."""
        self._problem = problem
        self.setAccessibleDescription(problem)
        new, old = clean(code), self.toPlainText()
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for start, removed, inserted in changes(old, new):
            cursor.setPosition(wide(old[:start]))
            cursor.setPosition(wide(old[: start + removed]), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(inserted)
        cursor.endEditBlock()
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._problem:
            painter = QPainter(self.viewport())
            painter.setFont(self._theme.font(FONT_SIZE))
            painter.setPen(self._theme.palette.mute)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect(), int(flags), self._problem)
            painter.end()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), 3 * self.fontMetrics().lineSpacing())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl the window zooms, not the text alone."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    def _on_theme_changed(self) -> None:
        self.setFont(self._theme.font(FONT_SIZE, mono=True))
        self.document().setDocumentMargin(self._theme.px(1))
