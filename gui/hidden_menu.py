"""The shortcuts of a menu bar that is hidden: Qt asks whether the bar can be seen, so the window takes them over."""

from __future__ import annotations

from collections.abc import Iterator

import shiboken6
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar


class HiddenMenu:
    """Lends the actions of a window's menus to the window."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._lent: list[QAction] = []

    def lend(self) -> None:
        """All there are now; once more when there are others."""
        self.take_back()
        bar = self._window.menuWidget().findChild(QMenuBar)
        self._lent = list(_with_shortcuts(bar)) if bar is not None else []
        self._window.addActions(self._lent)

    def take_back(self) -> None:
        for action in self._lent:
            if shiboken6.isValid(action):
                self._window.removeAction(action)
        self._lent = []


def _with_shortcuts(menu: QMenuBar | QMenu) -> Iterator[QAction]:
    """The actions of a menu and of those in it."""
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _with_shortcuts(inner)
        elif action.shortcuts():
            yield action
