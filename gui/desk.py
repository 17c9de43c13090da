"""The desk: where the cards lie. A window of docks inside the main window, with a gap around and between all cards."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QWidget

from gui.theme import Theme
from gui.widgets.dock import CardDock
from gui.widgets.scroll import PanelScroll

STATE_VERSION = 1
GAP = 12  # between cards, and around them
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
# Sizes at scale 1, in pixels.
LEFT_WIDTH, RIGHT_WIDTH, BOTTOM_HEIGHT = 262, 324, 176
RIGHT_HEIGHTS = (270, 440)  # boundary, inspector


class Desk(QMainWindow):
    """Left what you do, right what you learn, below what happens; the graph in the middle gets the rest."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        self.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self.setDockNestingEnabled(True)
        self._theme, self._scale = theme, theme.scale
        self._first_state = QByteArray()
        self.docks: dict[str, CardDock] = {}
        theme.changed.connect(self._on_theme_changed)

    def add(self, name: str, panel: QWidget, area: Qt.DockWidgetArea, *, scrolls: bool = False) -> CardDock:
        """Put a panel on a card. `scrolls`: it may be shown lower than it is, and never takes more than it wants."""
        content = PanelScroll(panel, self._theme) if scrolls else panel
        dock = CardDock(panel.title, content, self._theme, panel.header, self)  # type: ignore[attr-defined]
        dock.setObjectName(f"{name}Dock")
        if isinstance(content, PanelScroll):
            content.wish_changed.connect(self.share_left_column_soon)
            dock.widget().setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.addDockWidget(area, dock)
        self.docks[name] = dock
        return dock

    def complete(self) -> None:
        """All cards are there: this is the layout that `reset` returns to."""
        self._first_state = self.saveState(STATE_VERSION)
        self._give_sizes()

    def state(self) -> QByteArray:
        """Where the cards lie, to be remembered."""
        return self.saveState(STATE_VERSION)

    def restore(self, state: object) -> None:
        """As remembered; nothing changes if that makes no sense."""
        if isinstance(state, QByteArray):
            self.restoreState(state, STATE_VERSION)

    @Slot()
    def reset(self) -> None:
        """All cards back where they were on the first start."""
        self.restoreState(self._first_state, STATE_VERSION)
        self._give_sizes()

    @Slot()
    def share_left_column(self) -> None:
        """Data and Training get the height they want as long as Network has some to spare."""
        column = [self.docks[name] for name in ("data", "network", "training")]
        if any(dock.isFloating() or not dock.isVisible() for dock in column):
            return
        heights, wanted = [dock.height() for dock in column], [dock.sizeHint().height() for dock in column]
        spare = sum(heights) - sum(wanted)
        if spare >= 0 and (heights[0] < wanted[0] or heights[2] < wanted[2]):
            wanted[1] += spare
            self.resizeDocks(column, wanted, Qt.Orientation.Vertical)

    def share_left_column_soon(self) -> None:
        """Once the panels know what they want to show."""
        QTimer.singleShot(0, self, self.share_left_column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_left_column_soon()

    def _give_sizes(self) -> None:
        px, docks = self._theme.px, self.docks
        self.setContentsMargins(px(GAP), px(GAP), px(GAP), 0)
        widths = [px(LEFT_WIDTH), px(RIGHT_WIDTH)]
        self.resizeDocks([docks["data"], docks["boundary"]], widths, Qt.Orientation.Horizontal)
        self.resizeDocks([docks["loss"]], [px(BOTTOM_HEIGHT)], Qt.Orientation.Vertical)
        heights = [px(height) for height in RIGHT_HEIGHTS]
        self.resizeDocks([docks["boundary"], docks["inspector"]], heights, Qt.Orientation.Vertical)
        self.share_left_column_soon()

    @Slot()
    def _on_theme_changed(self) -> None:
        """Another scale asks for other sizes; other colours do not."""
        if self._theme.scale != self._scale:
            self._scale = self._theme.scale
            self._give_sizes()
