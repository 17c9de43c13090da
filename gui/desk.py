"""The desk: where the cards lie. A window of docks inside the main window, with a gap around and between all cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QWidget

from core.words import tr
from gui.module_import import ModuleImport
from gui.theme import Theme
from gui.widgets.card_column import CardColumn, bring_onto_screen, raise_low
from gui.widgets.dock import CardDock
from gui.widgets.scroll import PanelScroll
from gui.widgets.stacked import stacked

LEAST_CENTRE = 380  # width that the columns of a larger screen must leave, pixels at scale 1
GAP = 12  # between cards, and around them
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


class Desk(QMainWindow):
    """Left what you do, right what you learn, below what happens; the graph in the middle gets the rest.

    Each lab has a desk of its own, made of this class: it adds its cards, calls `complete`, and says in `give_sizes`
    how large they are at first. Panels that are not needed to begin with are made after the first paint, one each
    turn of the event loop, or at once when they are asked for: their cards are in place meanwhile, and empty. What
    lies on a hidden card is made when the card is first shown.
    """

    filled = Signal()  # the desk was painted, and every card that can be seen has its panel

    panel_made = Signal(QWidget)  # a panel was laid on its card

    late_modules: tuple[str, ...] = ()  # imported beside the window before the first of the late panels is made
    state_version = 1  # another number where an older layout makes no sense any more
    spare_column: tuple[str, ...] = ()  # a column of cards, from above, whose heights are shared by a rule
    gives_height: tuple[str, ...] = ()  # the same cards: who gives first where there is too little for all
    least_heights: Mapping[str, int] = MappingProxyType({})  # of cards after a start, pixels at scale 1

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        self.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self.setDockNestingEnabled(True)
        self._theme, self._scale = theme, theme.scale
        self._first_state = self._remembered = QByteArray()
        self._sized = self._painted = self._told = self._dragging = False
        self.docks: dict[str, CardDock] = {}
        self.feet: dict[str, QWidget] = {}  # what stands below a panel on its card
        self._panels: dict[str, QWidget] = {}
        self._late: dict[str, Callable[[], QWidget]] = {}  # what makes the panels that are not there yet
        self._import: ModuleImport | None = None
        self._column: CardColumn | None = None
        self._share_timer = QTimer(self)
        self._share_timer.setSingleShot(True)
        self._share_timer.timeout.connect(self.share_column)
        theme.changed.connect(self._on_theme_changed)

    def add(self, name: str, panel: QWidget, area: Qt.DockWidgetArea, *, scrolls: bool = False) -> CardDock:
        """Put a panel on a card. `scrolls`: it may be shown lower than it is, and never takes more than it wants."""
        dock = self._add_card(name, tr(panel.title), area)  # type: ignore[attr-defined]
        self._lay(name, panel, scrolls=scrolls)
        return dock

    def make[Panel: QWidget](
        self, name: str, title: str, area: Qt.DockWidgetArea, make: Callable[[QWidget], Panel], *, scrolls: bool = False
    ) -> Panel:
        """A panel on a card, made as the child that it stays: moved later, all of it would be styled once more.

        `make` is called with the parent; `title` is marked, and translated here.
        """
        body = self._add_card(name, tr(title), area).widget()
        scroll = PanelScroll(self._theme, body) if scrolls else None
        panel = make(scroll.viewport() if scroll else body)
        self._lay(name, panel, scrolls=scrolls, scroll=scroll)
        return panel

    def add_later(
        self, name: str, title: str, area: Qt.DockWidgetArea, make: Callable[[], QWidget], *, scrolls: bool = False
    ) -> CardDock:
        """An empty card for the panel that `make` gives once the window has been painted, and the card is shown.

        `title` is marked, and translated here.
        """

        def fill() -> QWidget:
            return self._lay(name, make(), scrolls=scrolls)

        self._late[name] = fill
        dock = self._add_card(name, tr(title), area)
        dock.visibilityChanged.connect(self._on_card_seen)
        return dock

    def panel(self, name: str) -> QWidget:
        """The panel on a card; if it is not there yet, it is made now."""
        fill = self._late.pop(name, None)
        if fill is not None:
            fill()
        return self._panels[name]

    def control(self, name: str) -> QWidget | None:
        """The card, or the part of a panel or of the window around, with this object name; None if there is none.

        Panels that are not there yet are made, one after the other, until one has it.
        """
        for dock in self.docks.values():
            if dock.objectName() == name:
                return dock
        found = self.findChild(QWidget, name) or self._beside(name)
        while found is None and self._late:
            found = self.panel(next(iter(self._late))).findChild(QWidget, name) or self.findChild(QWidget, name)
        return found

    def _beside(self, name: str) -> QWidget | None:
        """A control of the window that is on no desk: of the bar above, or the status line."""
        for found in self.window().findChildren(QWidget, name):
            part = found.parentWidget()
            while part is not None and not isinstance(part, Desk):
                part = part.parentWidget()
            if part is None:
                return found
        return None

    @property
    def is_filled(self) -> bool:
        """Whether every card that can be seen has its panel."""
        return all(self.docks[name].isHidden() for name in self._late)

    def close_import(self) -> None:
        """Wait for what is being imported: at most some tenths of a second."""
        if self._import is not None:
            self._import.finished.disconnect(self._fill_next)
            self._import.wait()

    def _add_card(self, name: str, title: str, area: Qt.DockWidgetArea) -> CardDock:
        dock = CardDock(title, None, self._theme, parent=self)
        dock.setObjectName(f"{name}Dock")
        self.addDockWidget(area, dock)
        self.docks[name] = dock
        return dock

    def _lay(self, name: str, panel: QWidget, *, scrolls: bool, scroll: PanelScroll | None = None) -> QWidget:
        dock = self.docks[name]
        content: QWidget = panel
        if scrolls:
            content = scroll or PanelScroll(self._theme, dock.widget())
            content.set_panel(panel)
        if name in self.feet:
            content = stacked(content, self.feet[name])
        dock.set_content(content, panel.header)  # type: ignore[attr-defined]
        if isinstance(content, PanelScroll):
            dock.widget().setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._panels[name] = panel
        self.panel_made.emit(panel)
        return panel

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rest is made once all of the window is on screen."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._on_painted)

    @Slot()
    def _on_painted(self) -> None:
        self._import = ModuleImport(self.late_modules, self)
        self._import.finished.connect(self._fill_next)
        self._import.start()

    @Slot()
    def _fill_next(self) -> None:
        """One panel, and the others in their turn."""
        name = next((name for name in self._late if not self.docks[name].isHidden()), None)
        if name is not None:
            self.panel(name)
            QTimer.singleShot(0, self, self._fill_next)
        elif not self._told:
            self._told = True
            if not self._remembered.isEmpty():
                self._mend()
            self.filled.emit()

    @Slot(bool)
    def _on_card_seen(self, seen: bool) -> None:
        """A card that was hidden until now."""
        if seen and self._told:
            self._fill_next()

    def complete(self) -> None:
        """All cards are there: this is the layout that `reset` returns to."""
        self._first_state = self.saveState(self.state_version)
        if self.spare_column:
            cards, gives = ([self.docks[name] for name in names] for names in (self.spare_column, self.gives_height))
            self._column = CardColumn(self, cards, gives)
            for card in cards:
                card.wish_changed.connect(self.share_column_soon)
                card.visibilityChanged.connect(self.share_column_soon)
        self._give_sizes()

    def show_card(self, name: str) -> None:
        """Open a card, with enough room for what it has to show."""
        self.docks[name].show()
        self.docks[name].raise_()
        self.make_room(name)

    def make_room(self, name: str) -> None:
        """A card has just been opened."""

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
        """As remembered, once it is seen; nothing changes if that makes no sense."""
        if isinstance(state, QByteArray) and self.restoreState(state, self.state_version):
            self._remembered = state

    @Slot()
    def reset(self) -> None:
        """All cards back where they were on the first start."""
        self.restoreState(self._first_state, self.state_version)
        self._give_sizes()

    @Slot()
    def share_column(self) -> None:
        """Every card gets the height it wants; if that is too much, some give in their order, and scroll."""
        if self._column is not None and self.isVisible():
            self._column.share()

    @Slot()
    def share_column_soon(self) -> None:
        """Once the panels know what they want to show."""
        self._share_timer.start(0)

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
            self.layout().activate()
            self._give_first_sizes()  # before the first paint
            self.share_column()
            QTimer.singleShot(0, self, self._give_first_sizes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_column_soon()

    @Slot()
    def _give_first_sizes(self) -> None:
        """Those that were remembered, else the desk's own."""
        self._set_margins()
        if self._remembered.isEmpty():
            self._give_sizes()
        else:
            self.restoreState(self._remembered, self.state_version)
            self._forget_column_width()
            QTimer.singleShot(0, self, self._mend)

    @Slot()
    def _mend(self) -> None:
        """What was remembered on a larger screen: cards that floated outside come back, no card stays a stamp."""
        if self.centralWidget().width() < self._theme.px(LEAST_CENTRE):
            self.give_sizes()
            self._forget_column_width()
        for dock in self.docks.values():
            if dock.isVisible() and dock.isFloating():
                bring_onto_screen(dock, self)
        least = {self.docks[name]: self._theme.px(height) for name, height in self.least_heights.items()}
        raise_low(self, list(self.docks.values()), least)
        self.share_column_soon()

    def event(self, event: QEvent) -> bool:
        """Who takes hold of the line between two columns chooses their widths."""
        if event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._dragging = self.isSeparator(event.position().toPoint())
        elif event.type() is QEvent.Type.MouseButtonRelease and self._dragging:
            self._dragging = False
            self._forget_column_width()
        return super().event(event)

    def _forget_column_width(self) -> None:
        if self._column is not None:
            self._column.forget_width()

    def _set_margins(self) -> None:
        self.setContentsMargins(self._theme.px(GAP), self._theme.px(GAP), self._theme.px(GAP), 0)

    def _give_sizes(self) -> None:
        self._set_margins()
        self.give_sizes()
        self._forget_column_width()
        self.share_column_soon()

    @Slot()
    def _on_theme_changed(self) -> None:
        """Another scale asks for other sizes; other colours do not."""
        if self._theme.scale != self._scale:
            self._scale = self._theme.scale
            self._give_sizes()
