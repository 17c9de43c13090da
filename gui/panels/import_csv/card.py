"""A card in a dialog: what is on it stands on the card's colour, with a rounded line around."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme import Theme
from gui.widgets.dock import RADIUS

INSIDE = 6  # px at scale 1, between the line and the content


class Card(QWidget):
    """Holds one widget."""

    def __init__(self, content: QWidget, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._box = QVBoxLayout(self)
        self._box.addWidget(content)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, wide = self._theme.palette, self._theme.px(1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.line, wide))
        painter.setBrush(colours.card)
        edge = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
        painter.drawRoundedRect(edge, self._theme.px(RADIUS), self._theme.px(RADIUS))
        painter.end()

    @Slot()
    def _on_theme_changed(self) -> None:
        inside = self._theme.px(INSIDE)
        self._box.setContentsMargins(inside, inside, inside, inside)
        self.update()
