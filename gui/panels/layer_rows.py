"""The rows of the layers in the Network panel, one below the other."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.panels.layer_row import ROW_HEIGHT
from gui.theme import Theme
from gui.widgets.scroll import SETTLING_MS

MIN_ROWS = 3  # seen without scrolling
ROW_GAP = 2  # px at scale 1


class LayerRows(QScrollArea):
    """They scroll when there is no room for all."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._revealed: QWidget | None = None
        self._reveal_timer = QTimer(self)
        self._reveal_timer.setSingleShot(True)
        self._reveal_timer.setInterval(SETTLING_MS)
        self._reveal_timer.timeout.connect(self._on_settled)
        inside = QWidget()
        self.box = QVBoxLayout(inside)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def reveal_soon(self, row: QWidget) -> None:
        """Scroll to a row once the rows have found their places."""
        self._revealed = row
        self._reveal_timer.start()

    def _on_settled(self) -> None:
        if self._revealed is not None:
            self.ensureWidgetVisible(self._revealed, 0, 0)

    def restyle(self) -> None:
        self.box.setSpacing(self._theme.px(ROW_GAP))
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A scroll area does not by itself ask for more room when what is in it grows."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return self.box.sizeHint()

    def minimumSizeHint(self) -> QSize:
        few = MIN_ROWS * self._theme.px(ROW_HEIGHT) + (MIN_ROWS - 1) * self._theme.px(ROW_GAP)
        return QSize(self._theme.px(160), min(self.sizeHint().height(), few))
