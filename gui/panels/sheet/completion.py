"""Completion: a short list beside the cursor. It never takes the focus, and never a key that is not meant for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from core.words import mark, tr
from gui.panels.sheet.code_tokens import is_code
from gui.panels.sheet.completion_words import Word, proposals
from gui.panels.sheet.places import narrow, wide
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.panels.sheet.editor import CodeEditor

ROWS = 8  # seen at once
LETTERS = 2  # typed before the list comes by itself
ROW_HEIGHT, SIDE, GAP = 24, 8, 18  # px at scale 1
NAME_SIZE, ABOUT_SIZE = 12, 11
WORD_ROLE = Qt.ItemDataRole.UserRole


class CompletionList(QListWidget):
    """The list itself: a window of its own, so that a narrow column does not cut it."""

    def __init__(self, editor: CodeEditor, theme: Theme) -> None:
        super().__init__(editor)
        self._editor, self._theme = editor, theme
        self.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("expressionCompletion")
        self.setAccessibleName(tr("Completions"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_WordDelegate(theme, self))

    def show_words(self, words: list[Word], below: QRect) -> None:
        """Under the letters that are completed (a place on the screen), or above where there is no room."""
        self.clear()
        for word in words:
            item = QListWidgetItem(word.shown)
            item.setData(WORD_ROLE, word)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{word.name}, {word.about}")
            self.addItem(item)
        self.setCurrentRow(-1)
        self.resize(self._size(words))
        screen = self._editor.screen().availableGeometry()
        x = max(screen.left(), min(below.left() - self._theme.px(SIDE), screen.right() - self.width()))
        y = below.bottom() + self._theme.px(3)
        if y + self.height() > screen.bottom():
            y = below.top() - self._theme.px(3) - self.height()
        self.move(QPoint(x, y))
        self.show()

    def word(self) -> Word | None:
        """The one that is chosen."""
        item = self.currentItem()
        word = None if item is None else item.data(WORD_ROLE)
        return word if isinstance(word, Word) else None

    def move_by(self, rows: int) -> None:
        """Choose another one; from the ends it goes round."""
        row = self.currentRow()
        first = 0 if rows > 0 else self.count() - 1
        self.setCurrentRow(first if row < 0 else (row + rows) % self.count())

    def _size(self, words: list[Word]) -> QSize:
        px = self._theme.px
        name, about = (QFontMetrics(font) for font in _fonts(self._theme))
        names = max(name.horizontalAdvance(word.shown) for word in words)
        abouts = max(about.horizontalAdvance(word.about) for word in words)
        bar = px(10) if len(words) > ROWS else 0
        frame = 2 * self.frameWidth() + px(2)
        wide = names + abouts + px(GAP) + 2 * px(SIDE) + bar
        return QSize(wide + frame, px(ROW_HEIGHT) * min(len(words), ROWS) + frame)


def _fonts(theme: Theme) -> tuple[QFont, QFont]:
    """Of a name, and of what it is."""
    return theme.font(NAME_SIZE, mono=True), theme.font(ABOUT_SIZE)


class _WordDelegate(QStyledItemDelegate):
    """The name in the face of code, what it is beside it."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._theme.px(60), self._theme.px(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        word = index.data(WORD_ROLE)
        colours, box = self._theme.palette, option.rect
        painter.fillRect(box, colours.soft if option.state & QStyle.StateFlag.State_Selected else colours.card)
        if not isinstance(word, Word):
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(QRect(box.left(), box.top(), self._theme.px(2), box.height()), colours.accent)
        name, about = _fonts(self._theme)
        side = self._theme.px(SIDE)
        inside = box.adjusted(side, 0, -side, 0)
        painter.setFont(name)
        painter.setPen(colours.ink)
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word.shown)
        painter.setFont(about)
        painter.setPen(colours.mute)
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word.about)


class Completion(QObject):
    """Opens from two letters on, after a dot, or on Ctrl+Space; Enter takes the chosen word, Tab also the first."""

    def __init__(self, editor: CodeEditor, theme: Theme) -> None:
        super().__init__(editor)
        self._editor = editor
        self._typed = ""
        self._asked = False  # by Ctrl+Space: stays with fewer letters
        self.list = CompletionList(editor, theme)
        self.list.itemClicked.connect(self._on_item_clicked)

    @property
    def is_open(self) -> bool:
        return self.list.isVisible()

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key was for the list."""
        if not self.is_open or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        match event.key():
            case Qt.Key.Key_Escape:
                self.close()
            case Qt.Key.Key_Down:
                self.list.move_by(1)
            case Qt.Key.Key_Up:
                self.list.move_by(-1)
            case Qt.Key.Key_Tab:
                if self.list.word() is None:
                    self.list.setCurrentRow(0)
                self._accept()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.list.word() is not None:
                self._accept()
            case _:
                return False
        return True

    def open(self) -> None:
        """As asked for: with however few letters, the first word chosen."""
        self._asked = True
        self._show()
        if self.is_open:
            self.list.setCurrentRow(0)

    def follow(self, *, typed: bool) -> None:
        """After an edit: open, change or close."""
        if typed or self.is_open:
            self._show()
        else:
            self.close()

    def close(self) -> None:
        self._asked = False
        self.list.hide()

    def _show(self) -> None:
        cursor = self._editor.textCursor()
        block = cursor.block()
        column = narrow(block.text(), cursor.positionInBlock())
        state = max(block.previous().userState(), 0) if block.previous().isValid() else 0
        typed, words = "", list[Word]()
        if not cursor.hasSelection() and is_code(block.text(), state, column):
            typed, words = proposals(self._editor.toPlainText(), block.text()[:column])
        after_dot = block.text()[: column - len(typed)].rstrip().endswith(".")
        in_a_word = block.text()[column : column + 1].isidentifier()
        enough = self._asked or ((len(typed) >= LETTERS or after_dot) and not in_a_word)
        if not enough or not words or [word.shown for word in words] == [typed]:
            self.close()
            return
        self._typed = typed
        start = QTextCursor(cursor)
        start.setPosition(cursor.position() - len(typed))
        place = self._editor.cursorRect(start)
        chosen = self.list.word() if self.is_open else None
        self.list.show_words(words, QRect(self._editor.viewport().mapToGlobal(place.topLeft()), place.size()))
        if chosen in words:
            self.list.setCurrentRow(words.index(chosen))

    def _accept(self) -> None:
        word = self.list.word()
        self.close()
        if word is None:
            return
        cursor = self._editor.textCursor()
        before, after = cursor.position() - len(self._typed), cursor.position()
        line = cursor.block().text()
        follows = line[narrow(line, cursor.positionInBlock()) :]
        rest = re.match(r"\w*", follows)
        if rest is not None:  # of a name that the cursor is in: the word takes its place
            after, follows = after + wide(rest.group()), follows[rest.end() :]
        cursor.setPosition(before)
        cursor.setPosition(after, QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
        brackets = "" if follows.startswith("(") else word.brackets.replace("…", "")
        self._editor.insert(word.name + brackets, mark("completion"))
        if brackets and "…" in word.brackets:
            self._editor.moveCursor(QTextCursor.MoveOperation.Left)

    def _on_item_clicked(self, _item: QListWidgetItem) -> None:
        self._accept()
