"""The training worker with its thread, and what can be asked of it: each signal is a request, answered in its time."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread, Signal

from gui.workers import TrainingWorker


class TrainingThread(QObject):
    """Requests go to the worker through queued connections, in the order in which they were made."""

    begin_run = Signal(int, object, bool, int)  # run, experiment, keeps the ghost, run whose weights are carried or 0
    load_run = Signal(int, object)  # run, RunRecords
    resume_run = Signal(int, object)  # run, experiment
    branch_run = Signal(int, int, bool)  # run, the one whose looked-at step it sets out from, keeps the ghost anyway
    change = Signal(int, object)  # run, experiment
    set_parameter = Signal(int, str, float)  # run, address, number
    write_file = Signal(int, object, object)  # job, path, document
    read_file = Signal(int, object)  # job, path
    make_document = Signal(int, object)  # job, document
    play = Signal(bool)
    move = Signal(int)  # steps
    move_into = Signal(int, object)  # steps, ViewRequest with the position inside of the step
    look_at = Signal(int)  # step
    set_speed = Signal(float)
    look = Signal(object)  # ViewRequest
    tell_all = Signal()
    frame_taken = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._thread.setObjectName("training")
        self.worker = TrainingWorker()
        self.worker.moveToThread(self._thread)
        self._thread.started.connect(self.worker.begin)
        self._thread.finished.connect(self.worker.deleteLater)
        for name in (
            "load_run", "resume_run", "branch_run", "change", "set_parameter", "write_file", "read_file",
            "make_document", "play", "move", "move_into", "look_at", "set_speed", "look", "tell_all", "frame_taken",
        ):  # fmt: skip
            getattr(self, name).connect(getattr(self.worker, name))
        self.begin_run.connect(self.worker.start_run)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop the thread; the call that is under way is finished first."""
        self._thread.quit()
        self._thread.wait()
