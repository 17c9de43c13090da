"""Garbage is collected in the GUI thread alone.

Python's collector runs in whichever thread happens to allocate. If that is a worker, widgets of a closed window are
destroyed in the wrong thread, which deadlocks with the GUI thread (Qt's lock against Python's): so automatic
collection is switched off, and a timer collects here, little and often.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 500
YOUNG = 5_000  # new objects that make a look at the young ones worth while
FULL_EVERY = 120  # young looks between two full ones: about a minute


class Collector(QObject):
    """Collects while it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._looks = 0
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_timer)
        self._timer.start()

    def settle(self) -> None:
        """What start-up made lives as long as the program: it need not be looked at again and again."""
        gc.collect()
        gc.freeze()

    @Slot()
    def _on_timer(self) -> None:
        if gc.get_count()[0] < YOUNG:
            return
        self._looks += 1
        gc.collect(2 if self._looks % FULL_EVERY == 0 else 1)
