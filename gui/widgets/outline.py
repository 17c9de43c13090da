"""A rounded outline drawn inside a widget: of chips, segments and handles, and the ring around what has the focus."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPen


def inside_of(rect: QRect, inset: float) -> QRectF:
    """What is left of a rectangle, so far from its edges."""
    return QRectF(rect).adjusted(inset, inset, -inset, -inset)


def draw_outline(painter: QPainter, rect: QRect, pen: QPen, radius: float | None = None) -> None:
    """With all of the pen's width inside, filled with the painter's brush; without a radius it is a pill."""
    box = inside_of(rect, pen.widthF() / 2)
    corner = box.height() / 2 if radius is None else radius
    painter.setPen(pen)
    painter.drawRoundedRect(box, corner, corner)
