"""The desk: where the cards lie. A window of docks inside the main window, with a gap around and between all cards."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QWidget

from gui.theme import Theme
from gui.widgets.dock import CardDock
from gui.widgets.scroll import PanelScroll

GAP = 12  # between cards, and around them
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


class Desk(QMainWindow):
    """Left what you do, right what you learn, below what happens; the graph in the middle gets the rest.

    Each lab has a desk of its own, made of this class: it adds its cards, calls `complete`, and says in `give_sizes`
    how large they are at first.
    """

    state_version = 1  # another number where an older layout makes no sense any more
    spare_column: tuple[str, ...] = ()  # a column of cards; the one in the middle gives height to the others

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        self.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self.setDockNestingEnabled(True)
        self._theme, self._scale = theme, theme.scale
        self._first_state = QByteArray()
        self._sized = False
        self.docks: dict[str, CardDock] = {}
        theme.changed.connect(self._on_theme_changed)

    def add(self, name: str, panel: QWidget, area: Qt.DockWidgetArea, *, scrolls: bool = False) -> CardDock:
        """Put a panel on a card. `scrolls`: it may be shown lower than it is, and never takes more than it wants."""
        content = PanelScroll(panel, self._theme) if scrolls else panel
        dock = CardDock(panel.title, content, self._theme, panel.header, self)  # type: ignore[attr-defined]
        dock.setObjectName(f"{name}Dock")
        if isinstance(content, PanelScroll):
            content.wish_changed.connect(self.share_column_soon)
            dock.widget().setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.addDockWidget(area, dock)
        self.docks[name] = dock
        return dock

    def complete(self) -> None:
        """All cards are there: this is the layout that `reset` returns to."""
        self._first_state = self.saveState(self.state_version)
        self._give_sizes()

    @property
    def start_focus(self) -> QWidget:
        """What has the keyboard when the lab is opened."""
        return self.centralWidget()

    def give_sizes(self) -> None:
        """The first sizes of this desk's cards."""
        raise NotImplementedError

    def state(self) -> QByteArray:
        """Where the cards lie, to be remembered."""
        return self.saveState(self.state_version)

    def restore(self, state: object) -> None:
        """As remembered; nothing changes if that makes no sense."""
        if isinstance(state, QByteArray):
            self._sized = True
            self.restoreState(state, self.state_version)

    @Slot()
    def reset(self) -> None:
        """All cards back where they were on the first start."""
        self.restoreState(self._first_state, self.state_version)
        self._give_sizes()

    @Slot()
    def share_column(self) -> None:
        """The cards above and below get the height they want as long as the one between them has some to spare."""
        column = [self.docks[name] for name in self.spare_column]
        if not column or any(dock.isFloating() or not dock.isVisible() for dock in column):
            return
        heights, wanted = [dock.height() for dock in column], [dock.sizeHint().height() for dock in column]
        spare = sum(heights) - sum(wanted)
        if spare >= 0 and (heights[0] < wanted[0] or heights[2] < wanted[2]):
            wanted[1] += spare
            self.resizeDocks(column, wanted, Qt.Orientation.Vertical)

    @Slot()
    def share_column_soon(self) -> None:
        """Once the panels know what they want to show."""
        QTimer.singleShot(0, self, self.share_column)

    def set_heights(self, heights: dict[str, int]) -> None:
        """Heights of cards of one column, in pixels at scale 1."""
        docks = [self.docks[name] for name in heights]
        self.resizeDocks(docks, [self._theme.px(height) for height in heights.values()], Qt.Orientation.Vertical)

    def set_widths(self, widths: dict[str, int]) -> None:
        """Widths of columns, each by one of its cards, in pixels at scale 1."""
        docks = [self.docks[name] for name in widths]
        self.resizeDocks(docks, [self._theme.px(width) for width in widths.values()], Qt.Orientation.Horizontal)

    def showEvent(self, event: QShowEvent) -> None:
        """Docks take sizes only once they are laid out: a desk that is made late gets them when it is first seen."""
        super().showEvent(event)
        if not self._sized:
            self._sized = True
            QTimer.singleShot(0, self, self._give_sizes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_column_soon()

    @Slot()
    def _give_sizes(self) -> None:
        self.setContentsMargins(self._theme.px(GAP), self._theme.px(GAP), self._theme.px(GAP), 0)
        self.give_sizes()
        self.share_column_soon()

    @Slot()
    def _on_theme_changed(self) -> None:
        """Another scale asks for other sizes; other colours do not."""
        if self._theme.scale != self._scale:
            self._scale = self._theme.scale
            self._give_sizes()
