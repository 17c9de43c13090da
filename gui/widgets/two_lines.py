"""A text on two lines, or three, whose height never follows it: nothing jumps while sentences come and go."""

from __future__ import annotations

import html

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme
from gui.widgets.text import TextLabel

LINES = 2
STOPS = " .,:;"  # before an ellipsis they would look as a part of it
LEADING = 1.28  # from line to line, in heights of the letters
FONT_SIZE = 13


class TwoLines(TextLabel):
    """A sentence in ink or mute; what does not fit is cut with an ellipsis, and the tooltip has all of it.

    It takes as many lines as there is room for between `least` and `most`.
    """

    def __init__(self, theme: Theme, *, mute: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("", "mute" if mute else "plain", parent)
        self._theme, self._mute = theme, mute
        self._shown: list[str] = []
        self._least = self._most = LINES
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def shown(self) -> list[str]:
        """The lines as they stand there."""
        return self._shown

    def set_lines(self, least: int, most: int) -> None:
        """How few and how many there may be."""
        if (least, most) != (self._least, self._most):
            self._least, self._most = least, most
            self._on_theme_changed()

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
            self._break()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(300), self.height_of(self._least))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.height_of(self._least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._break()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._theme.font(FONT_SIZE)
        painter.setFont(font)
        painter.setPen(self._theme.palette.mute if self._mute else self._theme.palette.ink)
        base = QFontMetricsF(font).ascent()
        for i, line in enumerate(self._shown):
            painter.drawText(QPointF(0, base + i * self._step()), line)

    def _break(self) -> None:
        """Into lines that fit; the last one takes what is left."""
        metrics = QFontMetricsF(self._theme.font(FONT_SIZE))
        layout = QTextLayout(self.text(), self._theme.font(FONT_SIZE))
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.beginLayout()
        starts: list[int] = []
        room = next((n for n in range(self._most, self._least, -1) if self.height_of(n) <= self.height()), self._least)
        while (line := layout.createLine()).isValid() and len(starts) < room:
            line.setLineWidth(max(self.width(), 1))
            starts.append(line.textStart())
        layout.endLayout()
        text, ends = self.text(), [*starts[1:], len(self.text())]
        lines = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
        self._shown = [self._cut(line, metrics) for line in lines]
        rich = f"<p>{html.escape(text)}</p>"  # of plain text a tooltip breaks no line
        self.setToolTip(rich if self._shown != lines else "")
        self.update()

    def _cut(self, line: str, metrics: QFontMetricsF) -> str:
        """What fits of a line; one ellipsis where it is cut, and nothing that could be taken for a part of it."""
        short = metrics.elidedText(line, Qt.TextElideMode.ElideRight, self.width() + 1)
        return short if short == line else short.removesuffix("…").rstrip(STOPS) + "…"

    def _step(self) -> float:
        return round(QFontMetricsF(self._theme.font(FONT_SIZE)).height() * LEADING / 1.21)

    def height_of(self, lines: int) -> int:
        """What so many lines take."""
        return round(QFontMetricsF(self._theme.font(FONT_SIZE)).height() + (lines - 1) * self._step()) + 1

    def _on_theme_changed(self) -> None:
        self.setMinimumHeight(self.height_of(self._least))
        self.setMaximumHeight(self.height_of(self._most))
        self.updateGeometry()
        self._break()
