"""The handle of a layer in the Network panel: its name, by which the row is dragged to another place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from gui.theme import Theme
from gui.widgets.handle_drag import HandleDrag
from gui.widgets.text import TextLabel


class RowHandle(TextLabel):
    """A row's name, to take hold of it: dragged up or down, or moved by Alt+Up and Alt+Down."""

    drag_moved = Signal(float)  # how far below where it was taken, in pixels
    drag_ended = Signal(bool)  # whether it was let go, not given up by Escape
    moved_by_key = Signal(int)  # rows further down

    def __init__(self, text: str, theme: Theme) -> None:
        super().__init__(text, "plain")
        self._theme = theme
        self._drag = HandleDrag()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeVerCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag.press(event.globalPosition().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = self._drag.move(event.globalPosition().y())
        if moved is not None:
            self.drag_moved.emit(moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._end(kept=True)

    def event(self, event: QEvent) -> bool:
        """Alt+Up is this row's while it has the focus; elsewhere in the window it is "one level up"."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _direction(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _direction(event):
            self.moved_by_key.emit(_direction(event))
        elif event.key() == Qt.Key.Key_Escape and self._drag.is_on:
            self._end(kept=False)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(self._theme.palette.accent, self._theme.px(2)))
            under = QRectF(self.rect()).adjusted(0, 0, -self._theme.px(8), -self._theme.px(3))
            painter.drawLine(under.bottomLeft(), under.bottomRight())

    def _end(self, *, kept: bool) -> None:
        if self._drag.end():
            self.drag_ended.emit(kept)


def _direction(event: QKeyEvent) -> int:
    """Rows down that a key asks for: Alt with Up or Down."""
    alone = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.AltModifier
    return {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0) if alone else 0
