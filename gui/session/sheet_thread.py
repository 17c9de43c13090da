"""The worker that interprets texts, with its thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread, Signal, SignalInstance

from core.bugs import Bug
from gui.sheet_worker import SheetWorker

STACK_BYTES = 16 * 2**20  # the parser recurses, and some systems give threads little


class SheetThread(QObject):
    """Answers the newest request; older ones that still wait are dropped."""

    _requested = Signal(int, str, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._thread.setObjectName("sheets")
        self._thread.setStackSize(STACK_BYTES)
        self._worker = SheetWorker()
        self._worker.moveToThread(self._thread)
        self._thread.finished.connect(self._worker.deleteLater)
        self._requested.connect(self._worker.run)

    @property
    def made(self) -> SignalInstance:
        """Emitted with a SheetResult."""
        return self._worker.made

    def start(self) -> None:
        self._thread.start()

    def ask(self, job: int, text: str, bugs: frozenset[Bug]) -> None:
        """Interpret this text, with these bugs."""
        self._worker.newest = job
        self._requested.emit(job, text, bugs)

    def close(self) -> None:
        """Drop what is under way, and stop."""
        self._worker.newest = 0
        self._thread.quit()
        self._thread.wait()
