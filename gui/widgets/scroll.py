"""A panel that may be shown smaller than it is: it scrolls instead of keeping the whole window large."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.theme import Theme

LEAST_HEIGHT = 64  # px at scale 1: enough to see that there is something to scroll


class PanelScroll(QScrollArea):
    """Wants the height of its panel, and lives with less."""

    def __init__(self, panel: QWidget, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(panel)
        self.setSizePolicy(panel.sizePolicy())

    def sizeHint(self) -> QSize:
        return self.widget().sizeHint()

    def minimumSizeHint(self) -> QSize:
        least = self.widget().minimumSizeHint()
        return QSize(least.width(), min(least.height(), self._theme.px(LEAST_HEIGHT)))
