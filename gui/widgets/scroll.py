"""A panel that may be shown smaller than it is: it scrolls instead of keeping the whole window large."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.theme import Theme

LEAST_HEIGHT = 64  # px at scale 1: enough to see that there is something to scroll


class PanelScroll(QScrollArea):
    """Wants the height of its panel, and lives with less."""

    wish_changed = Signal()  # the panel wants another height than before

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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.wish_changed.emit()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        least = self.widget().minimumSizeHint()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(least.width() + bar, min(least.height(), self._theme.px(LEAST_HEIGHT)))
