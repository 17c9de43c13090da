"""A tour of the open lab for those who see it for the first time: at most five stops, on the real controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from core.words import tr
from gui.sheet_frames import Mode
from gui.tour_stops import Stop, bring_into_view, stops_of, where_is
from gui.widgets.callout import Callout
from gui.widgets.spotlight import Spotlight

if TYPE_CHECKING:
    from gui.main_window import MainWindow

SETTLE_MS = 60  # until a card that was opened has its place and has scrolled


class Tour(QObject):
    """Points at one control after the other, and never stands in the way of using them.

    It ends by Done, Skip or Escape, with the window, and when the other lab is opened.
    """

    ended = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._stops: list[Stop] = []
        self._at = 0
        self._control: QWidget | None = None
        self._opened = ""  # the card that was opened for the present stop
        self._spotlight: Spotlight | None = None
        self._callout: Callout | None = None
        self._focus: QWidget | None = None  # what had the keyboard before

    @property
    def is_running(self) -> bool:
        return self._callout is not None

    @property
    def stop(self) -> Stop | None:
        """Where the tour is."""
        return self._stops[self._at] if self.is_running else None

    @Slot()
    def start(self) -> None:
        """From the first stop, in the lab that is open; one that runs begins again."""
        self.end()
        window = self._window
        self._stops = [stop for stop in stops_of(window.documents.mode) if self._is_there(stop)]
        if not self._stops:
            return
        self._focus = window.focusWidget()
        self._spotlight, self._callout = Spotlight(window, window.theme), Callout(window, window.theme)
        self._spotlight.target_changed.connect(self._on_target_changed)
        self._callout.next_requested.connect(self.go_on)
        self._callout.back_requested.connect(self.go_back)
        self._callout.skip_requested.connect(self.end)
        window.documents.mode_changed.connect(self._on_mode_changed)
        QApplication.instance().installEventFilter(self)
        self._at = 0
        self._show()
        self._callout.show()
        self._callout.raise_()
        self._callout.take_focus()

    @Slot()
    def end(self) -> None:
        """Away with all of it; nothing happens if none runs."""
        spotlight, callout = self._spotlight, self._callout
        if spotlight is None or callout is None:
            return
        QApplication.instance().removeEventFilter(self)
        self._window.documents.mode_changed.disconnect(self._on_mode_changed)
        self._spotlight = self._callout = None
        self._close_card()
        spotlight.clear()
        owner = self._window.focusWidget()
        focused = owner is callout or (owner is not None and callout.isAncestorOf(owner))
        callout.hide()
        if focused:
            (self._there(self._focus) or self._window.desk.start_focus).setFocus(Qt.FocusReason.OtherFocusReason)
        self._control = self._focus = None
        callout.deleteLater()
        spotlight.deleteLater()
        self.ended.emit()

    @Slot()
    def go_on(self) -> None:
        """To the next stop; after the last one the tour ends."""
        if self.is_running and self._at + 1 < len(self._stops):
            self._go_to(self._at + 1)
        else:
            self.end()

    @Slot()
    def go_back(self) -> None:
        """To the stop before."""
        if self.is_running and self._at > 0:
            self._go_to(self._at - 1)

    # -- stops --------------------------------------------------------------------------------------------------

    def _is_there(self, stop: Stop) -> bool:
        """Whether its control can be seen, or is on a card that can be opened."""
        card = self._window.desk.docks.get(stop.card)
        if card is not None and card.isHidden():
            return True
        control = stop.control(self._window)
        return control is not None and control.isVisible()

    def _go_to(self, number: int) -> None:
        self._close_card()
        self._at = number
        self._show()

    def _show(self) -> None:
        stop, spotlight, callout = self._stops[self._at], self._spotlight, self._callout
        assert spotlight is not None
        assert callout is not None
        self._open_card(stop)
        if stop.picks_node:
            self._pick_node()
        self._control = stop.control(self._window)
        callout.tell(tr(stop.title), tr(stop.text), self._at + 1, len(self._stops))
        spotlight.point_at(self._where)
        callout.place(spotlight.target, stop.side)
        callout.raise_()
        QTimer.singleShot(SETTLE_MS, self, self._scroll)
        self._scroll()

    def _open_card(self, stop: Stop) -> None:
        desk = self._window.desk
        card = desk.docks.get(stop.card)
        if card is None:
            return
        if card.isHidden():
            desk.show_card(stop.card)
            desk.panel(stop.card)
            self._opened = stop.card
        else:
            card.raise_()  # it may lie behind another one

    def _close_card(self) -> None:
        """Cards that were closed are closed again."""
        opened, self._opened = self._opened, ""
        if opened:
            self._window.desk.docks[opened].hide()

    def _pick_node(self) -> None:
        """What explains a node needs one: if none is selected, one is."""
        window = self._window
        if window.documents.mode is Mode.NETWORK:
            if not window.selection.address:
                window.selection.select(window.selection.in_sample("L1.N1.out"))
            return
        selection, sheet = window.sheets.selection, window.sheets.sheet
        if not selection.address and sheet is not None and sheet.graph.nodes:
            root = sheet.graph.nodes[-1]
            selection.select(sheet.graph.nodes[root.operands[0]].address if root.operands else root.address)

    def _where(self) -> QRect | None:
        control = self._there(self._control)
        return where_is(control, self._stops[self._at].part) if control is not None else None

    @Slot()
    def _scroll(self) -> None:
        control = self._there(self._control)
        if control is not None:
            bring_into_view(control)

    @staticmethod
    def _there(widget: QWidget | None) -> QWidget | None:
        """A widget, unless it was deleted meanwhile."""
        return widget if widget is not None and isValid(widget) else None

    @Slot()
    def _on_target_changed(self) -> None:
        if self._callout is not None and self._spotlight is not None:
            self._callout.place(self._spotlight.target, self._stops[self._at].side)
            self._callout.raise_()

    # -- its end ------------------------------------------------------------------------------------------------

    @Slot()
    def _on_mode_changed(self) -> None:
        self.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape ends the tour wherever the focus is, but a menu that is open comes first; it ends with its window."""
        kind = event.type()
        if kind is QEvent.Type.KeyPress or kind is QEvent.Type.ShortcutOverride:
            return self._is_escape(event) and self._take_escape(event)
        if kind is QEvent.Type.Hide and watched is self._window and not event.spontaneous():
            self.end()
        return False

    def _is_escape(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        return QApplication.activePopupWidget() is None and QApplication.activeModalWidget() is None

    def _take_escape(self, event: QEvent) -> bool:
        """A shortcut must not get it first."""
        if event.type() is QEvent.Type.KeyPress:
            self.end()
        event.accept()
        return True
