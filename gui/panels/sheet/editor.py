"""The editor of the expression lab. Its text belongs to the document: what is typed is told, and undone there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDropEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from core.document_parts import MAX_SHEET
from core.words import mark, tr
from gui.numbers import format_count
from gui.panels.sheet import editing
from gui.panels.sheet import editor_keys as keys
from gui.panels.sheet.code_view import CodeView
from gui.panels.sheet.completion import Completion
from gui.panels.sheet.correction import Correction
from gui.panels.sheet.places import changes, clean, difference, wide
from gui.theme import Theme

PLACEHOLDER = mark("Type code, such as\n\na = 2.0\nb = a * a\nb.backward()")
TOO_LONG = mark("This would be {length} characters. The lab takes up to {most}, so nothing was inserted.")
USE = mark("Tab indents. Press Escape, then Tab, to leave the editor. Ctrl+Space completes, Ctrl+/ comments.")


class CodeEditor(CodeView):
    """Tells each edit of the user with a name for the undo menu; `take_text` shows what comes from elsewhere."""

    edited = Signal(str, str)  # the whole text; what was done
    undo_requested = Signal()
    redo_requested = Signal()
    refused = Signal(str)  # why an edit was not made

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, tr(PLACEHOLDER), parent)
        self._text, self._name = "", ""  # the text as told last; the name of the edit under way
        self._taking = self._leaving = False
        self.setObjectName("expressionEditor")
        self.setAccessibleName(tr("Expression"))
        self.setAccessibleDescription(tr(USE))
        self.setUndoRedoEnabled(False)
        self.completion = Completion(self, theme)
        self.textChanged.connect(self._on_text_changed)

    # -- the text ---------------------------------------------------------------------------------------------------

    def take_text(self, text: str) -> None:
        """Show a text that comes from elsewhere; cursor, selection and scroll position stay where they can."""
        text = clean(text)
        old = self.toPlainText()
        if text == old:
            return
        self.completion.close()
        self._taking = True
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for start, removed, inserted in changes(old, text):
            cursor.setPosition(wide(old[:start]))
            cursor.setPosition(wide(old[: start + removed]), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(inserted)
        cursor.endEditBlock()
        self._taking = False

    def correct(self, correction: Correction) -> None:
        """Make a change that an error suggests."""
        cursor, text = self.textCursor(), self.toPlainText()
        cursor.setPosition(wide(text[: correction.start]))
        cursor.setPosition(wide(text[: correction.end]), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.insert(correction.text, mark("correction"))

    def insert(self, text: str, name: str) -> None:
        """In the place of the selection, as an edit of this name."""
        with self._named(name):
            self.insertPlainText(text)
        self.ensureCursorVisible()

    # -- Qt's events ------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if keys.is_undo(event) or keys.is_redo(event):
                event.ignore()  # the window's actions, or else `keyPressEvent`
                return False
            if keys.belongs_to_text(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.completion.takes(event):
            event.accept()
            return
        if event.key() not in keys.HELD:
            self._leaving = event.key() == Qt.Key.Key_Escape
        before, old = self.textCursor(), self._text
        if self._command(event):
            event.accept()
        elif keys.is_letter(event) and len(old) >= MAX_SHEET and not before.hasSelection():
            self.refused.emit(_too_long(len(old) + 1))
        else:
            super().keyPressEvent(event)
        if self._text != old:
            self.completion.follow(typed=keys.is_letter(event))
        elif self.textCursor() != before:
            self.completion.close()
            self.cursor_moved.emit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self.completion.follow(typed=bool(event.commitString()))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab indents, unless Escape came before."""
        if not self._leaving:
            return False
        self._leaving = False
        return QWidget.focusNextPrevChild(self, forward)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.completion.close()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.cursor_moved.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl the window zooms, not the text alone."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        self.completion.close()
        super().wheelEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._leaving = False
        self.completion.close()
        super().focusOutEvent(event)
        self._repaint()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.context_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def context_menu(self) -> QMenu:
        """Cut, copy, paste …; without Qt's own undo, which is off here: that of the window knows more."""
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            if action.objectName() in ("edit-undo", "edit-redo"):
                menu.removeAction(action)
        if menu.actions() and menu.actions()[0].isSeparator():
            menu.removeAction(menu.actions()[0])
        return menu

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files are for the window."""
        return source.hasText() and not source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = clean(source.text()).replace("\t", " " * editing.INDENT)
        length = len(self._text) - len(self.textCursor().selectedText()) + len(text)
        if length > MAX_SHEET:
            self.refused.emit(_too_long(length))
            return
        self.insert(text, self._name or mark("paste"))

    def dropEvent(self, event: QDropEvent) -> None:
        with self._named(mark("drop")):
            super().dropEvent(event)

    # -- inside -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _named(self, name: str) -> Iterator[None]:
        """Edits in here are told by this name."""
        before, self._name = self._name, name
        try:
            yield
        finally:
            self._name = before

    def _command(self, event: QKeyEvent) -> bool:
        """Whether the key was one of ours."""
        if keys.is_undo(event):
            self.undo_requested.emit()
        elif keys.is_redo(event):
            self.redo_requested.emit()
        elif keys.is_completion(event):
            self.completion.open()
        elif keys.is_home(event):
            cursor = self.textCursor()
            editing.smart_home(cursor, keys.move_mode(event))
            self.setTextCursor(cursor)
        elif event.key() == Qt.Key.Key_Backspace and not event.modifiers():
            return self._edit(mark("deleting"), editing.backspace_indent)
        else:
            for name, is_key, verb in keys.EDITS:
                if is_key(event):
                    self._edit(name, verb)
                    return True
            return event.key() == Qt.Key.Key_Escape
        return True

    def _edit(self, name: str, verb: Callable[[QTextCursor], object]) -> bool:
        cursor = self.textCursor()
        with self._named(name):
            cursor.beginEditBlock()
            done = verb(cursor)
            cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        return done is not False

    @Slot()
    def _on_text_changed(self) -> None:
        text, old = self.toPlainText(), self._text
        if text == old:
            return  # only colours
        if len(text) > MAX_SHEET and not self._taking:
            self.refused.emit(_too_long(len(text)))
            QTimer.singleShot(0, self, self._on_too_long)  # not while Qt is in the middle of the edit
            return
        self._text = text
        if not self._taking:
            self.edited.emit(text, self._name or _kind(old, text))

    @Slot()
    def _on_too_long(self) -> None:
        self.take_text(self._text)


def _kind(old: str, new: str) -> str:
    """What a change was, for the undo menu; another kind is another step of undo."""
    inserted = difference(old, new)[2]
    if not inserted:
        return mark("deleting")
    return mark("new line") if "\n" in inserted else mark("typing")


def _too_long(length: int) -> str:
    return tr(TOO_LONG, length=format_count(length), most=format_count(MAX_SHEET))
