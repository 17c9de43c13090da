"""The keys that build on the network's picture. Plus and minus zoom, as in every graph."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_Key, _Modifier = Qt.Key, Qt.KeyboardModifier
_NONE, _SHIFT, _CONTROL = _Modifier.NoModifier, _Modifier.ShiftModifier, _Modifier.ControlModifier
_CONTROL_SHIFT = _CONTROL | _SHIFT

_KEYS: dict[tuple[int, Qt.KeyboardModifier], str] = {
    (_Key.Key_N, _NONE): "more",
    (_Key.Key_Insert, _NONE): "more",
    (_Key.Key_Delete, _NONE): "fewer",
    (_Key.Key_N, _SHIFT): "add after",
    (_Key.Key_Insert, _SHIFT): "add after",
    (_Key.Key_Delete, _SHIFT): "remove",
    (_Key.Key_Left, _CONTROL_SHIFT): "move left",
    (_Key.Key_Right, _CONTROL_SHIFT): "move right",
    (_Key.Key_A, _NONE): "activation",
    (_Key.Key_F, _SHIFT): "freeze",
    (_Key.Key_F, _CONTROL_SHIFT): "freeze layer",
    (_Key.Key_F2, _NONE): "type",
    (_Key.Key_Return, _NONE): "type",
    (_Key.Key_Enter, _NONE): "type",
    (_Key.Key_Up, _CONTROL): "weight up",
    (_Key.Key_Down, _CONTROL): "weight down",
    (_Key.Key_Up, _CONTROL_SHIFT): "weight up fine",
    (_Key.Key_Down, _CONTROL_SHIFT): "weight down fine",
}


def verb_of(event: QKeyEvent) -> str:
    """What a key asks for at the selected place; empty for nothing."""
    return _KEYS.get((event.key(), event.modifiers() & ~_Modifier.KeypadModifier), "")
