"""A panel that may be shown smaller than it is: it scrolls instead of keeping the whole window large."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.theme import Theme

LEAST_HEIGHT = 64  # px at scale 1: enough to see that there is something to scroll
SETTLING_MS = 40  # until cards around have taken or given height


class PanelScroll(QScrollArea):
    """Wants the height of its panel, and lives with less.

    What a panel sends with a signal `reveal_requested(QWidget)` is scrolled to once there is room for it.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Empty until `set_panel`."""
        super().__init__(parent)
        self._theme = theme
        self._revealed: QWidget | None = None
        self._reveal_timer = QTimer(self)
        self._reveal_timer.setSingleShot(True)
        self._reveal_timer.setInterval(SETTLING_MS)
        self._reveal_timer.timeout.connect(self._on_settled)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_panel(self, panel: QWidget) -> None:
        """What is shown; a child of the viewport need not move."""
        self.setWidget(panel)
        self.setSizePolicy(panel.sizePolicy())
        if hasattr(panel, "reveal_requested"):
            panel.reveal_requested.connect(self._on_reveal_requested)

    def sizeHint(self) -> QSize:
        """With long sentences as high as they are in the present width."""
        panel = self.widget()
        hint = panel.sizeHint()
        return QSize(hint.width(), panel.heightForWidth(self.width())) if panel.hasHeightForWidth() else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and self.widget().hasHeightForWidth():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        least = self.widget().minimumSizeHint()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(least.width() + bar, min(least.height(), self._theme.px(LEAST_HEIGHT)))

    @Slot(QWidget)
    def _on_reveal_requested(self, part: QWidget) -> None:
        self._revealed = part
        self._reveal_timer.start()

    @Slot()
    def _on_settled(self) -> None:
        if self._revealed is not None:
            self.ensureWidgetVisible(self._revealed, 0, 0)
