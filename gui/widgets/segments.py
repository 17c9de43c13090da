"""Segments: a few choices side by side in one pill, of which one is on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from gui.theme import Theme
from gui.widgets.outline import draw_outline
from gui.widgets.press_button import PressButton

HEIGHT, SIDE = 28, 18  # pixels at scale 1: of the pill, and around each text


class Segments(QWidget):
    """Arrow keys and clicks choose; `chosen` is only emitted for what a person did."""

    chosen = Signal(str)  # key

    def __init__(self, choices: Sequence[tuple[str, str]], theme: Theme, name: str) -> None:
        """`choices`: keys and texts. The buttons are called `<name>_<key>`."""
        super().__init__()
        self._theme = theme
        self.setObjectName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _Segment] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for key, text in choices:
            button = _Segment(key, text, theme)
            button.setObjectName(f"{name}_{key}")
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self._group.buttonClicked.connect(self._on_clicked)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_choice(self, key: str) -> None:
        """Turn this one on."""
        self._buttons[key].setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.palette.line, self._theme.px(1)))
        painter.setBrush(self._theme.palette.soft)
        pill = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)

    def _on_clicked(self, button: _Segment) -> None:
        self.chosen.emit(button.key)


class _Segment(PressButton):
    """One choice."""

    def __init__(self, key: str, text: str, theme: Theme) -> None:
        super().__init__()
        self.key, self._theme = key, theme
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        theme.changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font(13, bold=True)).horizontalAdvance(self.text())
        return QSize(words + 2 * self._theme.px(SIDE), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, on = self._theme.palette, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if on or self.hasFocus():
            painter.setBrush(colours.card if on else Qt.BrushStyle.NoBrush)
            draw_outline(painter, self.rect(), QPen(colours.accent if on else colours.mute, self._theme.px(2)))
        painter.setFont(self._theme.font(13, bold=on))
        painter.setPen(colours.accent_text if on else colours.mute)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
