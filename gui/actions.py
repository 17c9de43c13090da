"""One table of actions: menus and shortcuts come from it, and nothing is reachable in only one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from core.words import tr

Verb = Callable[[], object]


@dataclass(frozen=True)
class ActionSpec:
    """One entry of a menu."""

    name: str  # objectName
    menu: str  # `File`, or `View/Theme` for a submenu; English, each part a text that is marked
    text: str  # in the language of the window
    verb: Verb
    shortcuts: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    separator: bool = False  # a line before it


class Actions(QObject):
    """Makes QActions from specs and hangs them into a menu bar."""

    def __init__(self, menu_bar: QMenuBar, parent: QObject) -> None:
        super().__init__(parent)
        self._bar = menu_bar
        self._menus: dict[str, QMenu] = {}
        self._actions: dict[str, QAction] = {}
        self._verbs: dict[QAction, Verb] = {}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def has(self, name: str) -> bool:
        """Whether there is an action of this name."""
        return name in self._actions

    def add(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.name)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(spec.checkable)
        action.setStatusTip(spec.tip)
        self._verbs[action] = spec.verb
        action.triggered.connect(self._on_triggered)
        self.insert(spec.menu, action, separator=spec.separator)
        self._actions[spec.name] = action
        return action

    @Slot()
    def _on_triggered(self) -> None:
        """Verbs take no arguments: Qt's `checked` is not for them."""
        action = self.sender()
        if isinstance(action, QAction):
            self._verbs[action]()

    def insert(self, menu: str, action: QAction, *, separator: bool = False) -> None:
        """Hang an action that somebody else made (undo, a dock's toggle) into a menu."""
        target = self.menu(menu)
        if separator:
            target.addSeparator()
        target.addAction(action)

    def menu(self, path: str) -> QMenu:
        """The menu of this path, made when first asked for. The path is English whatever the menus are titled."""
        if path not in self._menus:
            parent, _, title = path.rpartition("/")
            self._menus[path] = (self.menu(parent) if parent else self._bar).addMenu(tr(title))
            self._menus[path].setObjectName("menu" + title.replace(" ", "").replace("&", ""))
        return self._menus[path]
