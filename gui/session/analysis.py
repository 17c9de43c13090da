"""What is worked out beside training: panels start a task and hear of it through its Job."""

from __future__ import annotations

from threading import Event

from PySide6.QtCore import QObject, QThread, Signal, Slot

from gui.analysis_worker import AnalysisWorker, Task

STACK_BYTES = 16 * 2**20  # recording a deep network goes deep


class Job(QObject):
    """One task: it ends with exactly one of `finished`, `refused` and `cancelled`. Deleted with its parent."""

    progressed = Signal(float, object)  # share done, what can be shown already
    finished = Signal(object)  # the result
    refused = Signal(str)  # a sentence for a person
    cancelled = Signal()

    def __init__(self, number: int, parent: QObject) -> None:
        super().__init__(parent)
        self.number = number
        self.unwanted = Event()

    @Slot()
    def cancel(self) -> None:
        """`cancelled` follows at the next report, unless the work is over before."""
        self.unwanted.set()


class Analysis(QObject):
    """Runs tasks one after the other in a thread of its own."""

    failed = Signal(str, str)  # a mistake of the program: message, details

    _work_requested = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: dict[int, Job] = {}
        self._last = 0
        self._thread = QThread(self)
        self._thread.setObjectName("analysis")
        self._thread.setStackSize(STACK_BYTES)
        self._worker = AnalysisWorker()
        self._worker.moveToThread(self._thread)
        self._thread.finished.connect(self._worker.deleteLater)
        self._work_requested.connect(self._worker.work)
        self._worker.progressed.connect(self._on_progressed)
        self._worker.finished.connect(self._on_finished)
        self._worker.refused.connect(self._on_refused)
        self._worker.failed.connect(self._on_failed)
        self._worker.cancelled.connect(self._on_cancelled)

    def start(self, task: Task) -> Job:
        """`task(report)` is called in the thread: it must not touch a widget, and reports at least every 50 ms."""
        if not self._thread.isRunning():
            self._thread.start()
        self._last += 1
        job = self._jobs[self._last] = Job(self._last, self)
        self._work_requested.emit(job.number, task, job.unwanted)
        return job

    def close(self) -> None:
        """Cancel everything and stop the thread. Nothing is emitted afterwards."""
        for job in self._jobs.values():
            job.blockSignals(True)
            job.cancel()
        self._thread.quit()
        self._thread.wait()

    @Slot(int, float, object)
    def _on_progressed(self, number: int, share: float, partial: object) -> None:
        if number in self._jobs and not self._jobs[number].unwanted.is_set():
            self._jobs[number].progressed.emit(share, partial)

    @Slot(int, object)
    def _on_finished(self, number: int, result: object) -> None:
        job = self._jobs.pop(number)
        if job.unwanted.is_set():
            job.cancelled.emit()
        else:
            job.finished.emit(result)
        job.deleteLater()

    @Slot(int, str)
    def _on_refused(self, number: int, reason: str) -> None:
        job = self._jobs.pop(number)
        job.refused.emit(reason)
        job.deleteLater()

    @Slot(int, str, str)
    def _on_failed(self, number: int, message: str, details: str) -> None:
        job = self._jobs.pop(number)
        job.refused.emit(message)
        job.deleteLater()
        self.failed.emit(message, details)

    @Slot(int)
    def _on_cancelled(self, number: int) -> None:
        job = self._jobs.pop(number)
        job.cancelled.emit()
        job.deleteLater()
