"""Exports come after the first paint: their modules are imported beside the window, then the menus are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.desk import Desk
from gui.menus import fill_export_menus
from gui.module_import import ModuleImport

if TYPE_CHECKING:
    from gui.exports.export_verbs import ExportVerbs
    from gui.main_window import MainWindow

MODULES = ("gui.exports.export_menu", "gui.exports.export_verbs")


class ExportLoader(QObject):
    """Gives each desk that has been filled its export entries, as soon as there are any."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._verbs: ExportVerbs | None = None
        self._import: ModuleImport | None = None
        self._waiting: list[Desk] = []

    @property
    def verbs(self) -> ExportVerbs:
        """What writes pictures, tables and programs; made when it is first wanted."""
        if self._verbs is None:
            from gui.exports.export_verbs import ExportVerbs

            self._verbs = ExportVerbs(self._window)
        return self._verbs

    def add(self, desk: Desk) -> None:
        """A desk has been filled."""
        self._waiting.append(desk)
        if self._import is None:
            self._import = ModuleImport(MODULES, self)
            self._import.finished.connect(self._on_imported)
            self._import.start()
        elif self._import.isFinished():
            self._on_imported()

    def close(self) -> None:
        """Wait for what is being imported: at most some tenths of a second."""
        if self._import is not None:
            self._import.finished.disconnect(self._on_imported)
            self._import.wait()

    @Slot()
    def _on_imported(self) -> None:
        while self._waiting:
            fill_export_menus(self._window, self._window.actions_table, self._waiting.pop())
