"""Where a small card lies beside what it tells about. Geometry alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect, QSize


class Side(Enum):
    """Of the target."""

    RIGHT = "right"
    LEFT = "left"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True)
class Place:
    """A rectangle, and the side of the target that it lies on; None if it lies nowhere in particular."""

    rect: QRect
    side: Side | None


def place_beside(target: QRect, sizes: Iterable[QSize], room: QRect, gap: int, wanted: Side | None = None) -> Place:
    """The first size that has room on a side of the target, `gap` away from it.

    On the wanted side if it can be, else where it lies best on the target's middle. If there is no side with room, the
    corner of the room where the last size covers least of the target.
    """
    size = QSize()
    for size in sizes:
        found = {side: _lying(target, size, room, gap, side) for side in Side}
        free = {side: rect for side, rect in found.items() if room.contains(rect) and not rect.intersects(target)}
        if free:
            side = min(free, key=lambda side: (side is not wanted, _off(free[side], target, side)))
            return Place(free[side], side)
    corners = [
        QRect(QPoint(x, y), size)
        for y in (room.bottom() - size.height() + 1, room.top())
        for x in (room.right() - size.width() + 1, room.left())
    ]
    return Place(min(corners, key=lambda rect: _area(rect & target)), None)


def _lying(target: QRect, size: QSize, room: QRect, gap: int, side: Side) -> QRect:
    return _moved_inside(QRect(_corner(target, size, side, gap), size), room, side)


def _off(rect: QRect, target: QRect, side: Side) -> int:
    """How far from the middle of the target's side it lies; a pixel is nothing."""
    away = rect.center() - target.center()
    return abs(away.y() if side in (Side.RIGHT, Side.LEFT) else away.x()) // 2


def _corner(target: QRect, size: QSize, side: Side, gap: int) -> QPoint:
    """Top left of a card of this size, centred along the target's side."""
    middle = target.center() - QPoint(size.width() // 2, size.height() // 2)
    if side is Side.RIGHT:
        return QPoint(target.right() + 1 + gap, middle.y())
    if side is Side.LEFT:
        return QPoint(target.left() - gap - size.width(), middle.y())
    if side is Side.BELOW:
        return QPoint(middle.x(), target.bottom() + 1 + gap)
    return QPoint(middle.x(), target.top() - gap - size.height())


def _moved_inside(rect: QRect, room: QRect, side: Side) -> QRect:
    """Along the target's side as far as the room asks for, and not across."""
    if side in (Side.RIGHT, Side.LEFT):
        top = max(room.top(), min(rect.top(), room.bottom() - rect.height() + 1))
        return QRect(QPoint(rect.left(), top), rect.size())
    left = max(room.left(), min(rect.left(), room.right() - rect.width() + 1))
    return QRect(QPoint(left, rect.top()), rect.size())


def _area(rect: QRect) -> int:
    return rect.width() * rect.height() if not rect.isEmpty() else 0
