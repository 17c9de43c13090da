"""Modules that are imported beside the window, which stays live meanwhile."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from PySide6.QtCore import QObject, QThread

STACK_BYTES = 16 * 2**20  # modules without compiled files are parsed, and some systems give threads little


class ModuleImport(QThread):
    """Imports modules one after the other, in a thread of its own."""

    def __init__(self, names: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self.setStackSize(STACK_BYTES)
        self._names = names

    def run(self) -> None:
        for name in self._names:
            importlib.import_module(name)
