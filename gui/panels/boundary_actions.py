"""What can be done on the boundary card besides looking: its context menu, and the keys of its switches."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from core.words import tr
from gui.session.painting import Painting
from gui.session.selection import Selection


class BoundaryActions(QObject):
    """Actions of one card; keys work while the card has the focus."""

    discrete_wanted = Signal(bool)
    editing_wanted = Signal(bool)

    def __init__(self, card: QWidget, selection: Selection, painting: Painting | None) -> None:
        super().__init__(card)
        self._card, self._selection, self._painting = card, selection, painting
        self.discrete = self._switch("boundaryDiscreteAction", tr("&Discretise output"), "D")
        self.tests = self._switch("boundaryTestsAction", tr("Show &test points"), "T")
        self.editing = self._switch("boundaryEditAction", tr("&Edit points"), "E")
        self.copying = self._action("boundaryCopyAction", tr("&Copy points"), QKeySequence.StandardKey.Copy)
        self.pasting = self._action("boundaryPasteAction", tr("&Paste points"), QKeySequence.StandardKey.Paste)
        self.pasting.setToolTip(tr("Adds the points on the clipboard to those here"))
        self.clearing = self._action("boundaryClearAction", tr("C&lear points"))
        self.clearing.setToolTip(tr("Takes all points away but four, which training cannot do without"))
        self.discrete.triggered.connect(self._on_discrete)
        self.tests.triggered.connect(self._on_tests)
        self.editing.triggered.connect(self._on_editing)
        self.copying.triggered.connect(self.copy)
        self.pasting.triggered.connect(self.paste)
        self.clearing.triggered.connect(self._on_clear)

    def show_state(self, *, discrete: bool | None, editing: bool | None, has_tests: bool) -> None:
        """None for a switch that has nothing to do now."""
        for action, state in ((self.discrete, discrete), (self.editing, editing)):
            action.setEnabled(state is not None)
            action.setChecked(bool(state))
        self.tests.setEnabled(has_tests)
        self.tests.setChecked(self._selection.show_test)

    def menu(self, plot: QWidget) -> QMenu:
        """A new one of all that makes sense now."""
        menu = QMenu(plot)
        menu.setObjectName("boundaryMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for action in (self.editing, self.discrete, self.tests):
            if action.isEnabled():
                menu.addAction(action)
        if self._painting is None:
            return menu
        menu.addSeparator()
        self.pasting.setEnabled(bool(QGuiApplication.clipboard().text()))
        for action in (self.copying, self.pasting, self.clearing):
            menu.addAction(action)
        return menu

    @Slot()
    def copy(self) -> None:
        """All points, to the clipboard."""
        if self._painting is not None:
            QGuiApplication.clipboard().setText(self._painting.text())

    @Slot()
    def paste(self) -> None:
        """Add the points on the clipboard."""
        if self._painting is not None:
            self._painting.paste(QGuiApplication.clipboard().text())

    def _action(self, name: str, text: str, key: QKeySequence.StandardKey | None = None) -> QAction:
        """`key` is only told: the Edit menu has it, and turns to what has the focus."""
        action = QAction(text, self)
        action.setObjectName(name)
        if key is not None:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
        return action

    def _switch(self, name: str, text: str, key: str) -> QAction:
        action = self._action(name, text)
        action.setCheckable(True)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._card.addAction(action)
        return action

    def _on_discrete(self) -> None:
        self.discrete_wanted.emit(self.discrete.isChecked())

    def _on_tests(self) -> None:
        self._selection.set_show_test(self.tests.isChecked())

    def _on_editing(self) -> None:
        self.editing_wanted.emit(self.editing.isChecked())

    def _on_clear(self) -> None:
        if self._painting is not None:
            self._painting.clear()
