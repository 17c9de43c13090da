"""Widgets one above the other."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget


def stacked(*widgets: QWidget, gap: int | None = None) -> QWidget:
    """A widget that holds these, without a margin; `gap` pixels apart, or as far as the style has it."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    if gap is not None:
        column.setSpacing(gap)
    for widget in widgets:
        column.addWidget(widget)
    return box
