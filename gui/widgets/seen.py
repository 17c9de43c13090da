"""What of a widget can be seen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget


def seen_rect(widget: QWidget, part: QRect | None = None) -> QRect | None:
    """The part of a widget (all of it, if none is given) that its ancestors do not cut off, in global coordinates.

    None if nothing of it can be seen.
    """
    if not widget.isVisible():
        return None
    seen = _global(widget, widget.rect() if part is None else part)
    above: QWidget | None = widget
    while above is not None and not seen.isEmpty():
        seen &= _global(above, above.rect())
        above = None if above.isWindow() else above.parentWidget()
    return None if seen.isEmpty() else seen


def _global(widget: QWidget, rect: QRect) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)) + rect.topLeft(), rect.size())
