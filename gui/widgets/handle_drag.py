"""Taking hold of a handle: how far it was dragged, in one direction."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication


class HandleDrag:
    """From where it was pressed, in pixels of the screen; a drag begins once the pointer has gone far enough."""

    def __init__(self) -> None:
        self._pressed_at: float | None = None
        self._dragging = False

    @property
    def is_on(self) -> bool:
        """Whether the pointer has gone far enough."""
        return self._dragging

    def press(self, at: float) -> None:
        self._pressed_at = at

    def move(self, at: float) -> float | None:
        """How far it is dragged now; None before a drag has begun."""
        if self._pressed_at is None:
            return None
        moved = at - self._pressed_at
        self._dragging = self._dragging or abs(moved) >= QApplication.startDragDistance()
        return moved if self._dragging else None

    def end(self) -> bool:
        """Let go, or give up; whether it was dragged."""
        dragged, self._dragging, self._pressed_at = self._dragging, False, None
        return dragged
