"""Text on a card. The style sheet knows the roles, so such labels follow the theme without any code."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

Role = Literal[
    "plain", "title", "heading", "brand", "label", "mute", "small", "value", "bad-value", "error", "warning", "good"
]  # fmt: skip


class TextLabel(QLabel):
    """A plain-text label in one of the theme's roles; `value` and `bad-value` are for numbers."""

    def __init__(self, text: str = "", role: Role = "plain", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)

    def role(self) -> str:
        return str(self.property("role"))

    def set_role(self, role: Role) -> None:
        """Change the look; costs a new polish, so nothing is done for the role it has already."""
        if role != self.role():
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)


class SteadyLabel(TextLabel):
    """A text with numbers that change often: it keeps its width while they do, so that nothing beside it moves."""

    def give_room(self, text: str) -> None:
        """As much as this text takes at most, whatever digits stand in it."""
        self.ensurePolished()
        metrics = self.fontMetrics()
        widest = max("0123456789", key=metrics.horizontalAdvance)
        room = metrics.horizontalAdvance("".join(widest if each.isdigit() else each for each in text)) + 2
        if self.minimumWidth() != room or self.maximumWidth() != room:
            self.setFixedWidth(room)


class ElidedLabel(TextLabel):
    """A text that is cut with an ellipsis where it is too long; the tooltip then has all of it."""

    def setText(self, text: str) -> None:
        super().setText(text)
        self._show_rest()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        place = self.contentsRect()
        short = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(self.alignment()), short)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_rest()

    def _show_rest(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(self.text() if cut else "")
