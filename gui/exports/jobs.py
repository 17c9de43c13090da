"""Work that takes a while, beside the window: one function in a thread, and a dialog to cancel it if it takes long."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, QTimer, Signal, Slot
from PySide6.QtWidgets import QProgressDialog, QWidget

from core.errors import ChainruleError
from core.words import tr

log = logging.getLogger("chainrule")

Work = Callable[[Callable[[], bool]], object]

PATIENCE_MS = 500  # after which a dialog says what is going on


class Job(QObject):
    """`work` runs in a thread, then `done` with its result, or `failed` with a sentence, in the window's thread.

    `work` is given a function that says whether it is still wanted; if not, it returns None. What it was made of is
    let go in the window's thread, as it may hold what belongs there.
    """

    ended = Signal()

    def __init__(
        self,
        window: QWidget,
        title: str,
        work: Work,
        done: Callable[[object], None],
        failed: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window, self._title = window, title
        self._done, self._failed = done, failed
        self._dialog: QProgressDialog | None = None
        self._cancelled = False
        self._runner = _Runner(work)
        self._runner.post.arrived.connect(self._on_arrived)
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._timer.timeout.connect(self._on_long)

    def start(self) -> None:
        """Once."""
        _RUNNING.add(self._runner)
        self._timer.start()
        QThreadPool.globalInstance().start(self._runner)

    @Slot()
    def cancel(self) -> None:
        """Nothing is written any more; the thread ends by itself."""
        self._cancelled = self._runner.cancelled = True

    @Slot()
    def _on_long(self) -> None:
        dialog = QProgressDialog(self._title, tr("Cancel"), 0, 0, self._window)
        dialog.setObjectName("exportProgress")
        dialog.setWindowTitle(tr("Export"))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.canceled.connect(self.cancel)
        dialog.show()
        self._dialog = dialog

    @Slot(object, str)
    def _on_arrived(self, result: object, problem: str) -> None:
        self._timer.stop()
        _RUNNING.discard(self._runner)
        if self._dialog is not None:
            self._dialog.canceled.disconnect(self.cancel)
            self._dialog.close()
            self._dialog.deleteLater()
        if problem and not self._cancelled:
            self._failed(problem)
        elif result is not None:  # also if it was cancelled too late
            self._done(result)
        self.ended.emit()
        self.deleteLater()


class _Post(QObject):
    """Carries the result between the threads; the runner holds it, so that it outlives a window that is closed."""

    arrived = Signal(object, str)


class _Runner(QRunnable):
    def __init__(self, work: Work) -> None:
        super().__init__()
        self.setAutoDelete(False)  # the pool does not keep Python's half of it alive
        self.post = _Post()
        self.cancelled = False
        self._work = work

    def run(self) -> None:
        result: object = None
        problem = ""
        try:
            result = self._work(self._is_cancelled)
        except ChainruleError as error:
            problem = str(error)
        except Exception as error:
            log.exception("an export failed")
            problem = tr("The export failed: {error}", error=error)
        self.post.arrived.emit(result, problem)

    def _is_cancelled(self) -> bool:
        return self.cancelled


_RUNNING: set[_Runner] = set()  # what is on its way outlives the window that asked
