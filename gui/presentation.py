"""The presentation: the graph and the lesson's prose alone, large, for a teacher in front of a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import (
    QByteArray,
    QCoreApplication,
    QEvent,
    QObject,
    QPoint,
    QSettings,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from gui.desk import GAP, Desk
from gui.hidden_menu import HiddenMenu
from gui.widgets.presentation_bar import PresentationBar, PresentationEdge

if TYPE_CHECKING:
    from gui.main_window import MainWindow

FIRST_SCALE = 1.5
SCALE_KEY = "presentationScale"
FIRST_LOOK_MS = 3_000  # that the bar can be seen to begin with, so that the way out is known
FRAME_MS = 150  # until it has its frame again
PATIENCE_MS = 600  # that a window manager has to give the window its old size
LARGE = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)  # which may use Escape themselves


@dataclass(frozen=True)
class _Before:
    """What leaving brings back."""

    scale: float
    state: Qt.WindowState
    size: QSize
    geometry: QByteArray
    focus: QWidget | None


class Presentation(QObject):
    """Hides and restores; what is looked at goes on as it is.

    The scale is the presentation's own, kept under `presentationScale` of the settings. Cards that are opened
    meanwhile, by a key or by a lesson's spotlight, are seen. Once it is left, the layout comes back when the window
    has its old size: `changed(False)` tells that this is done.
    """

    changed = Signal(bool)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._theme = window, window.theme
        self._settings: QSettings = window.settings
        self._on = False
        self._before: _Before | None = None  # None once all of it is back
        self._layouts: dict[Desk, QByteArray] = {}  # of the desks without the presentation, until they are back
        self._sizes: dict[Desk, QSize] = {}  # in which they were so
        self._fresh: set[Desk] = set()  # desks that were made meanwhile
        self._menu = HiddenMenu(window)
        actions = {name: window.actions_table[name] for name in ("reset", "stepBack", "play", "step")}
        self._bar = PresentationBar(actions, self._theme, window)
        self._edge = PresentationEdge(window)
        self._escape, self._bar_key = self._key("Escape"), self._key("F10")
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._connect()

    def _key(self, keys: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self._window)
        shortcut.setEnabled(False)
        return shortcut

    def _connect(self) -> None:
        window = self._window
        self._escape.activated.connect(self.end)
        self._bar_key.activated.connect(self._on_bar_key)
        self._bar.leave_requested.connect(self.end)
        self._edge.reached.connect(self._bar.appear)
        self._patience.timeout.connect(self._bring_back)
        self._theme.changed.connect(self._on_theme_changed)
        window.documents.mode_changed.connect(self._on_mode_changed)
        window.session.playhead.playing_changed.connect(self._on_playing)
        window.sheets.playing_changed.connect(self._on_playing)
        window.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        return self._on

    def layout_of(self, desk: Desk) -> QByteArray:
        """Where its cards lie without the presentation."""
        return self._layouts.get(desk) or desk.state()

    def lay_out(self, desk: Desk, layout: QByteArray) -> None:
        """Its cards are to lie so: now, or once the presentation is over."""
        if desk in self._layouts:
            self._layouts[desk] = layout
        else:
            desk.restoreState(layout, desk.state_version)
            desk.share_column_soon()

    @property
    def geometry(self) -> QByteArray:
        """Of the window without the presentation."""
        return self._before.geometry if self._before is not None else self._window.saveGeometry()

    @Slot()
    def toggle(self) -> None:
        self.end() if self._on else self.begin()

    @Slot()
    def begin(self) -> None:
        """Only what a class should see."""
        if self._on:
            return
        self._bring_back()
        self._before = self._remembered()
        self._on = True
        for desk in self._window.findChildren(Desk):
            self._clear(desk)
        self._window.menuWidget().hide()
        self._window.statusBar().hide()
        self._window.setWindowState(self._before.state | Qt.WindowState.WindowFullScreen)
        self._theme.set_scale(self._kept_scale())
        self._leave_foot()
        self._listen(on=True)
        self._window.desk.graph.setFocus()  # type: ignore[attr-defined]
        self._bar.appear(FIRST_LOOK_MS)
        self.changed.emit(True)

    @Slot()
    def end(self) -> None:
        """Everything as it was before."""
        if not self._on or self._before is None:
            return
        self._on = False
        self._listen(on=False)
        self._bar.vanish()
        self._window.menuWidget().show()
        self._window.statusBar().show()
        self._theme.set_scale(self._before.scale)  # when they are seen: what is hidden would keep its height
        self._leave_foot()
        self._window.setWindowState(self._before.state)
        self._give_size_back(self._before)
        self._patience.start()
        QTimer.singleShot(0, self, self._bring_back_in_size)

    def _leave_foot(self) -> None:
        """Below the cards as much as around them: there the status bar stands otherwise."""
        self._window.setContentsMargins(0, 0, 0, self._theme.px(GAP) if self._on else 0)

    def _remembered(self) -> _Before:
        window = self._window
        return _Before(
            self._theme.scale, window.windowState(), window.size(), window.saveGeometry(), window.focusWidget()
        )

    def _kept_scale(self) -> float:
        try:
            return float(self._settings.value(SCALE_KEY))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return FIRST_SCALE

    def _clear(self, desk: Desk) -> None:
        self._layouts.setdefault(desk, desk.state())
        self._sizes.setdefault(desk, desk.size())
        for dock in desk.docks.values():
            dock.hide()

    def _listen(self, *, on: bool) -> None:
        """To the keys and the pointer."""
        self._bar_key.setEnabled(on)
        self._escape.setEnabled(on)
        self._edge.setVisible(on)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if on:
            self._menu.lend()
            self._edge.place()
            self._bar.show_playing(self._window.playback.playing)
            app.focusChanged.connect(self._on_focus_changed)
        else:
            self._menu.take_back()
            app.focusChanged.disconnect(self._on_focus_changed)

    # -- the way back ---------------------------------------------------------------------------------------------

    @Slot()
    def _bring_back_in_size(self) -> None:
        """A layout that is restored in another size of the window would not be the same one."""
        if self._before is not None and not self._on and self._window.size() == self._before.size:
            self._bring_back()

    @Slot()
    def _bring_back(self) -> None:
        before = self._before
        if before is None or self._on:
            return
        self._before = None
        self._patience.stop()
        window = self._window
        self._give_size_back(before)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        window.layout().activate()
        for desk, layout in self._layouts.items():
            self._restore(desk, layout)
        self._layouts.clear()
        self._sizes.clear()
        self._fresh.clear()
        self._give_focus_back(before.focus)
        QTimer.singleShot(FRAME_MS, self, self._stay_on_screen)
        self.changed.emit(False)

    @Slot()
    def _stay_on_screen(self) -> None:
        """Some window managers give the place of the frame to the window itself: then the title is above the screen."""
        window = self._window
        above = window.screen().availableGeometry().top() - window.frameGeometry().top()
        if above > 0 and not window.windowState() & LARGE:
            window.move(window.pos() + QPoint(0, above))

    def _give_size_back(self, before: _Before) -> None:
        if self._window.size() != before.size and not self._window.windowState() & LARGE:
            self._window.resize(before.size)

    def _restore(self, desk: Desk, layout: QByteArray) -> None:
        if desk is not self._window.desk:
            desk.resize(self._sizes[desk])  # as it will be when it is next seen
        desk.layout().activate()
        desk.restoreState(layout, desk.state_version)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # cards that are seen again learn their size
        desk.restoreState(layout, desk.state_version)
        if desk in self._fresh:
            desk.give_sizes()  # it never had any at this scale
        desk.share_column_soon()

    def _give_focus_back(self, focus: QWidget | None) -> None:
        if focus is not None and shiboken6.isValid(focus) and focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._window.desk.start_focus.setFocus()

    # -- what happens meanwhile -----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Of the window: its size, and Escape that a field did not want."""
        kind = event.type()
        if kind is QEvent.Type.Resize:
            self._edge.place()
            self._bar.place()
            if self._before is not None and not self._on:
                QTimer.singleShot(0, self, self._bring_back_in_size)
        elif kind is QEvent.Type.WindowStateChange and self._on and not self._window.isMinimized():
            if not self._window.isFullScreen():
                QTimer.singleShot(0, self, self.end)
        elif kind is QEvent.Type.KeyPress and self._on and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self.end()
            return True
        return False

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """In a field Escape is a key like others: what the field does not use comes to the window."""
        self._escape.setEnabled(not isinstance(new, FIELDS))

    @Slot()
    def _on_bar_key(self) -> None:
        if self._bar.has_keyboard:
            self._window.desk.graph.setFocus()  # type: ignore[attr-defined]
            self._bar.vanish()
        else:
            self._bar.take_keyboard()

    @Slot()
    def _on_playing(self) -> None:
        self._bar.show_playing(self._window.playback.playing)

    @Slot()
    def _on_mode_changed(self) -> None:
        """The other lab, in the same way."""
        self._on_playing()
        if not self._on:
            return
        self._menu.lend()  # the other lab's menu may be new
        desk = self._window.desk
        if desk not in self._layouts:
            self._fresh.add(desk)
            self._clear(desk)
            QTimer.singleShot(0, self, self._on_first_seen)
        desk.graph.setFocus()  # type: ignore[attr-defined]

    @Slot()
    def _on_first_seen(self) -> None:
        """A desk that is shown for the first time lays out its cards once more after that."""
        if self._on:
            for desk in self._fresh:
                self._clear(desk)

    @Slot()
    def _on_theme_changed(self) -> None:
        if self._on:
            self._settings.setValue(SCALE_KEY, self._theme.scale)
            self._leave_foot()
