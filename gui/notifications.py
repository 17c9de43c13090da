"""What goes wrong is told once, where the user looks: an exception hook and a quiet dialog with details to copy."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from core.words import tr

log = logging.getLogger("chainrule")


class Notifications(QObject):
    """Shows errors that nobody caught. Hooks are installed by `install`, and taken away by `remove`."""

    _raised = Signal(str, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._open: QMessageBox | None = None
        self._told: set[str] = set()
        self._raised.connect(self.show_error, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    @Slot(str, str)
    def show_error(self, message: str, details: str = "") -> None:
        """One dialog at a time, and one for each error: what fails in every frame is told once."""
        kind = details or message
        if kind in self._told:
            return
        self._told.add(kind)
        log.error("%s\n%s", message, details)
        if self._open is not None:
            return
        box = QMessageBox(QMessageBox.Icon.Warning, "Chainrule", message, QMessageBox.StandardButton.Ok, self._window)
        box.setObjectName("errorDialog")
        box.setDetailedText(details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._on_closed)
        self._open = box
        box.open()

    @Slot()
    def _on_closed(self) -> None:
        self._open = None

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        self._raised.emit(tr("Something unexpected happened: {error}. Your work is still here.", error=error), details)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)
