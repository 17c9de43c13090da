"""Marks that come and go with the pointer and the focus; painted over the records, in device pixels."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.theme import Theme

HOVER_RADIUS = 6  # of a hovered record's corners; scene units
RING = 1.5  # width of the line that shows the focus; pixels of the widget


def paint_hovered(painter: QPainter, box: QRectF, radius: float, theme: Theme, ratio: float, *, far: bool) -> None:
    """A soft ground under the text of a record; a thin line around cells, whose colours have a meaning.

    `ratio` is device pixels a pixel. Only the selection has a strong outline.
    """
    if far:
        paint_frame(painter, box, radius, QPen(theme.palette.ink, theme.px(1) * ratio))
        return
    modes = QPainter.CompositionMode
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setCompositionMode(modes.CompositionMode_Lighten if theme.dark else modes.CompositionMode_Darken)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.palette.soft)
    painter.drawRoundedRect(box, radius, radius)
    painter.restore()


def paint_frame(painter: QPainter, box: QRectF, radius: float, pen: QPen) -> None:
    """A line inside the rim of a box."""
    half = pen.widthF() / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius, radius)
