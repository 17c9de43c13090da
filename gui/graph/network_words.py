"""Words beside the tiles of the network level, laid out once and drawn in every frame."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QStaticText

from core.words import mark, tr
from gui.theme import Theme

_ACTIVATIONS = {"linear": mark("linear"), "leaky_relu": mark("leaky relu")}  # words; the others are names


def activation_text(name: str) -> str:
    """An activation, for people."""
    return tr(_ACTIVATIONS[name]) if name in _ACTIVATIONS else name


class Words:
    """Draws short texts; each is laid out when it is first needed."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._known: dict[tuple[str, int, int], tuple[QStaticText, QSizeF]] = {}

    def forget(self) -> None:
        """The sizes have changed."""
        self._known.clear()

    def width(self, text: str, size: int, most: float) -> float:
        """How wide a text is drawn, in pixels; cut where it is wider than `most`."""
        return self._laid_out(text, size, most)[1].width()

    def draw(
        self, painter: QPainter, text: str, at: QPointF, align: Qt.AlignmentFlag, colour: QColor, size: int, most: float
    ) -> None:
        """One line with its middle at the height of `at`, which is its left end, its middle or its right end."""
        laid_out, whole = self._laid_out(text, size, most)
        before = {Qt.AlignmentFlag.AlignRight: 1.0, Qt.AlignmentFlag.AlignHCenter: 0.5}.get(align, 0.0)
        painter.setPen(colour)
        painter.setFont(self._theme.font(size))
        corner = QPointF(round(at.x() - whole.width() * before), round(at.y() - whole.height() / 2))
        painter.drawStaticText(corner, laid_out)

    def _laid_out(self, text: str, size: int, most: float) -> tuple[QStaticText, QSizeF]:
        key = text, size, int(most)
        if key not in self._known:
            font = self._theme.font(size)
            short = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, most)
            laid_out = QStaticText(short)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=font)
            self._known[key] = laid_out, laid_out.size()
        return self._known[key]
