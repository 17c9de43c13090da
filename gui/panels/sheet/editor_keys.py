"""Which keys mean what in the editor, and which of them are the window's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor

from core.words import mark
from gui.panels.sheet import editing

_Key, _Modifier = Qt.Key, Qt.KeyboardModifier
_MOVES = frozenset(
    (
        _Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down, _Key.Key_Home, _Key.Key_End, _Key.Key_PageUp,
        _Key.Key_PageDown, _Key.Key_Backspace, _Key.Key_Delete,
    )
)  # fmt: skip
_PAGES = frozenset((_Key.Key_PageUp, _Key.Key_PageDown))
_OWN = frozenset((_Key.Key_Tab, _Key.Key_Backtab, _Key.Key_Return, _Key.Key_Enter, _Key.Key_Escape))
HELD = frozenset((_Key.Key_Shift, _Key.Key_Control, _Key.Key_Alt, _Key.Key_AltGr, _Key.Key_Meta))  # with others


def is_undo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo)


def is_redo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Redo) or _pressed(event, _Key.Key_Y, _Modifier.ControlModifier)


def is_completion(event: QKeyEvent) -> bool:
    return _pressed(event, _Key.Key_Space, _Modifier.ControlModifier)


def is_letter(event: QKeyEvent) -> bool:
    """Something that is written: also with AltGr, which some systems tell as Ctrl+Alt."""
    text, modifiers = event.text(), event.modifiers()
    control, alt = bool(modifiers & _Modifier.ControlModifier), bool(modifiers & _Modifier.AltModifier)
    return bool(text) and text.isprintable() and control == alt and not modifiers & _Modifier.MetaModifier


def is_home(event: QKeyEvent) -> bool:
    return event.key() == _Key.Key_Home and not event.modifiers() & _Modifier.ControlModifier


def move_mode(event: QKeyEvent) -> QTextCursor.MoveMode:
    """With Shift the selection grows."""
    shift = event.modifiers() & _Modifier.ShiftModifier
    return QTextCursor.MoveMode.KeepAnchor if shift else QTextCursor.MoveMode.MoveAnchor


def belongs_to_text(event: QKeyEvent) -> bool:
    """Whether a focused editor needs the key, although the window may have a shortcut on it."""
    modifiers = event.modifiers() & ~_Modifier.KeypadModifier & ~_Modifier.ShiftModifier
    if event.key() in _PAGES and modifiers:
        return False  # the window goes from step to step with them
    if event.key() in _OWN:
        return not modifiers
    if event.key() in _MOVES:
        return not modifiers or modifiers == _Modifier.ControlModifier
    return is_letter(event) or is_completion(event) or _is_comment(event)


def _is_comment(event: QKeyEvent) -> bool:
    shifted = event.modifiers() & ~_Modifier.ShiftModifier  # on many keyboards / is a shifted key
    control = shifted & ~_Modifier.KeypadModifier == _Modifier.ControlModifier
    return event.key() == _Key.Key_Slash and control


def _is_tab(event: QKeyEvent) -> bool:
    return _pressed(event, _Key.Key_Tab, _Modifier.NoModifier)


def _is_backtab(event: QKeyEvent) -> bool:
    return event.key() == _Key.Key_Backtab or _pressed(event, _Key.Key_Tab, _Modifier.ShiftModifier)


def _is_enter(event: QKeyEvent) -> bool:
    held = event.modifiers() & (_Modifier.ControlModifier | _Modifier.AltModifier | _Modifier.MetaModifier)
    return event.key() in (_Key.Key_Return, _Key.Key_Enter) and not held


def _pressed(event: QKeyEvent, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
    return event.key() == key and event.modifiers() == modifiers


EDITS: tuple[tuple[str, Callable[[QKeyEvent], bool], Callable[[QTextCursor], object]], ...] = (
    (mark("indent"), _is_tab, editing.indent),
    (mark("indent"), _is_backtab, editing.dedent),
    (mark("new line"), _is_enter, editing.new_line),
    (mark("comment"), _is_comment, editing.toggle_comment),
)
