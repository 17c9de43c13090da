"""Small grounds for text in the inspector: a pill, a soft well, a box with a line around."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.panels.inspector_text import ThemedLabel
from gui.theme import Theme

RADIUS = 6  # pixels at scale 1
CODE_SIZES = (11, 10)


class Pill(QWidget):
    """A word on a rounded soft ground: the role of a node."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self._on_theme_changed()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._theme.font(11)).horizontalAdvance(self._text) if self._text else 0
        return QSize(math.ceil(width) + self._theme.px(14), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.palette.soft)
        painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
        painter.setPen(self._theme.palette.mute)
        painter.setFont(self._theme.font(11))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


class Well(QWidget):
    """A line of code on a soft ground; it can be selected and copied."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label = ThemedLabel(theme, size=CODE_SIZES[0], mono=True)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._label)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def code(self) -> str:
        return self._label.text()

    def set_code(self, code: str) -> None:
        self._label.setText(code)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.palette.soft)
        painter.drawRoundedRect(self.rect(), self._theme.px(RADIUS), self._theme.px(RADIUS))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(8), px(4), px(6), px(4))
        self._fit()
        self.update()

    def _fit(self) -> None:
        """The largest size at which no line needs to be broken; the usual size if there is none."""
        longest = max(self.code().splitlines(), key=len, default="")
        room = self.width() - self._theme.px(14)
        for size in CODE_SIZES:
            if QFontMetricsF(self._theme.font(size, mono=True)).horizontalAdvance(longest) <= room:
                self._label.set_size(size)
                return
        self._label.set_size(CODE_SIZES[0])


class Box(QWidget):
    """A row of things with a thin line around."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.row = QHBoxLayout(self)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.palette.line, self._theme.px(1)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = self._theme.px(1) / 2
        edge = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(edge, self._theme.px(RADIUS), self._theme.px(RADIUS))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self.row.setContentsMargins(px(8), px(4), px(8), px(4))
        self.row.setSpacing(px(8))
        self.update()


class Rule(QWidget):
    """A thin horizontal line between parts."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.palette.line)

    def _on_theme_changed(self) -> None:
        self.setFixedHeight(self._theme.px(1))
        self.update()


class CheckMark(QLabel):
    """Whether the numerical check holds: a check in `good`, a warning, or nothing. Keeps its place."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state: bool | None = None
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_state(self, agrees: bool | None) -> None:
        """None for no check."""
        if agrees is not self._state:
            self._state = agrees
            self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        side = self._theme.px(16)
        self.setFixedSize(side, side)
        if self._state is None:
            self.clear()
            return
        palette = self._theme.palette
        name, colour = ("check", palette.good) if self._state else ("warning", palette.negative_text)
        self.setPixmap(self._theme.icon(name, colour).pixmap(QSize(side, side), self.devicePixelRatioF()))
