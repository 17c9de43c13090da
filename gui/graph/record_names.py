"""The names in records: in their full size where they fit, else a little smaller, else without their middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from gui.graph.record_style import NAME_SIZE, drawn_font
from gui.theme import Theme

_SMALLER = (NAME_SIZE, NAME_SIZE - 1, NAME_SIZE - 2)  # pixels at zoom 1 and scale 1


@dataclass(frozen=True)
class FittedName:
    """A name as it is drawn."""

    text: str
    font: QFont
    width: float  # device pixels


class RecordNames:
    """Fits names into records at one scale, each once."""

    def __init__(self, theme: Theme, names: Sequence[str], pixels: float) -> None:
        """`pixels` are device pixels per scene unit."""
        fonts = [drawn_font(theme, size, pixels) for size in _SMALLER]
        self._sizes = [(font, QFontMetricsF(font)) for font in fonts]
        self._names = names
        self._fitted: dict[int, FittedName] = {}

    def fitted(self, node: int, room: float) -> FittedName:
        """The name of a node in so many device pixels; `room` is the same at every call for a node."""
        if node not in self._fitted:
            self._fitted[node] = self._fit(self._names[node], room)
        return self._fitted[node]

    def _fit(self, name: str, room: float) -> FittedName:
        for font, metrics in self._sizes:
            width = metrics.horizontalAdvance(name)
            if width <= room:
                return FittedName(name, font, width)
        font, metrics = self._sizes[-1]
        short = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
        return FittedName(short, font, metrics.horizontalAdvance(short))
