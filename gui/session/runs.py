"""Transport and results of training: what the panels talk to. The work itself is done in the worker's thread."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from core.bugs import Bugs
from core.document_parts import Document, View
from core.experiment import Experiment, bug_names, bugs_of
from core.run import needs_new_run
from gui.frames import Frame, Level, RunStarted, ViewRequest
from gui.session.documents import Documents, Gesture
from gui.session.selection import Selection
from gui.workers import TrainingWorker

FIRST_SPEED = 4.0  # steps a second


class Runs(QObject):
    """Follows the document and the selection; panels call play, pause, step … and redraw on the signals."""

    run_started = Signal(object)  # RunStarted
    frame_ready = Signal(object)  # Frame, at most 60 a second
    plots_ready = Signal(object)  # the same Frame a turn of the event loop later: views that draw much take turns
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    bugs_changed = Signal(object)  # Bugs
    diverged = Signal(object)  # Divergence
    failed = Signal(str, str)  # message for a person, details
    document_made = Signal(int, object)  # job, Document with its run
    file_written = Signal(int, int)  # job, step that was saved
    file_read = Signal(int, object)  # job, Document
    file_failed = Signal(int, str)  # job, a sentence for a person

    _start_requested = Signal(int, object, bool)
    _load_requested = Signal(int, object)
    _resume_requested = Signal(int, object)
    _change_requested = Signal(int, object)
    _write_requested = Signal(int, object, object)
    _read_requested = Signal(int, object)
    _document_requested = Signal(int, object)
    _play_requested = Signal(bool)
    _move_requested = Signal(int)
    _speed_requested = Signal(float)
    _look_requested = Signal(object)
    _whole_requested = Signal()
    _frame_taken = Signal()

    def __init__(self, documents: Documents, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents, self._selection = documents, selection
        self._run = self._last_run = 0
        self._left: dict[Experiment, int] = {}  # runs that a change of size ended, by their last experiment
        self._started: RunStarted | None = None
        self._frame: Frame | None = None
        self._bugs = bugs_of(documents.experiment.training)
        self._playing = self._owes_curve = False
        self._speed = FIRST_SPEED
        self._second_turn = QTimer(self)
        self._second_turn.setSingleShot(True)
        self._second_turn.timeout.connect(self._on_second_turn)
        self._thread = QThread(self)
        self._thread.setObjectName("training")
        self._worker = TrainingWorker()
        self._worker.moveToThread(self._thread)
        self._connect_worker()
        documents.experiment_changed.connect(self._on_experiment_changed)
        documents.opened.connect(self._on_opened)
        selection.address_changed.connect(self._look)
        selection.sample_changed.connect(self._look)
        selection.level_changed.connect(self._look)
        self._thread.start()
        self._open(documents.document)

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def speed(self) -> float:
        """Steps a second; math.inf for as fast as possible."""
        return self._speed

    @property
    def started(self) -> RunStarted | None:
        return self._started

    @property
    def frame(self) -> Frame | None:
        """The newest frame of the present run."""
        return self._frame

    @property
    def owes_curve(self) -> bool:
        """Whether the frame of `tell_all` has not come yet."""
        return self._owes_curve

    @property
    def bugs(self) -> Bugs:
        """The bug lab's switches that are on; they are part of the document."""
        return self._bugs

    def set_bugs(self, bugs: Bugs) -> None:
        """Go on with these bugs, as one step of undo. Raises ExperimentError if they cannot be together."""
        self._documents.set_training(Gesture("bug lab"), bugs=bug_names(bugs))

    def play(self) -> None:
        self._play_requested.emit(True)

    def pause(self) -> None:
        self._play_requested.emit(False)

    def toggle(self) -> None:
        self._play_requested.emit(not self._playing)

    def step(self) -> None:
        """Pause, and take one step."""
        self.move(1)

    def step_back(self) -> None:
        """Pause, and return to the step before, exactly as it was."""
        self.move(-1)

    def move(self, steps: int) -> None:
        """Pause, and take so many steps forward, or back exactly."""
        self.pause()
        self._move_requested.emit(steps)

    def reset(self) -> None:
        """Begin anew from the same initial weights; the run so far stays as a pale curve."""
        self._begin(self._documents.experiment, keeps_ghost=True)

    def set_speed(self, steps_per_second: float) -> None:
        """Raises ValueError unless the speed is above 0; math.inf is as fast as possible."""
        if not steps_per_second > 0 or math.isnan(steps_per_second):
            raise ValueError(f"speed must be above 0, not {steps_per_second}")
        if steps_per_second != self._speed:
            self._speed = steps_per_second
            self._speed_requested.emit(steps_per_second)
            self.speed_changed.emit(steps_per_second)

    def tell_all(self) -> None:
        """The next frame brings the run's curve from its beginning: frames that somebody missed are made up for."""
        self._owes_curve = True
        self._whole_requested.emit()

    def ask_document(self, job: int) -> None:
        """The document with its run, as it stands now; `document_made` follows."""
        self._document_requested.emit(job, self._documents.present(self._view()))

    def _view(self) -> View:
        selection = self._selection
        return View(
            level=selection.level.value,
            neuron=selection.neuron,
            sample=selection.sample,
            address=selection.address,
            speed=self._speed,
        )

    def write_file(self, job: int, path: Path) -> None:
        """Save the document with its run; `file_written` or `file_failed` follows."""
        view = self._view()
        self._write_requested.emit(job, path, self._documents.present(view))

    def read_file(self, job: int, path: Path) -> None:
        """Read and check a document; `file_read` or `file_failed` follows."""
        self._read_requested.emit(job, path)

    def close(self) -> None:
        """Stop the thread. Nothing is emitted afterwards."""
        self._worker.frame_made.disconnect(self._on_frame)
        self._second_turn.stop()
        self.pause()
        self._thread.quit()
        self._thread.wait()

    def _connect_worker(self) -> None:
        worker = self._worker
        self._thread.started.connect(worker.begin)
        self._thread.finished.connect(worker.deleteLater)
        self._start_requested.connect(worker.start_run)
        self._load_requested.connect(worker.load_run)
        self._resume_requested.connect(worker.resume_run)
        self._change_requested.connect(worker.change)
        self._write_requested.connect(worker.write_file)
        self._read_requested.connect(worker.read_file)
        self._document_requested.connect(worker.make_document)
        worker.document_made.connect(self.document_made)
        self._play_requested.connect(worker.play)
        self._move_requested.connect(worker.move)
        self._speed_requested.connect(worker.set_speed)
        self._look_requested.connect(worker.look)
        self._whole_requested.connect(worker.tell_all)
        self._frame_taken.connect(worker.frame_taken)
        worker.run_started.connect(self._on_run_started)
        worker.frame_made.connect(self._on_frame)
        worker.playing_changed.connect(self._on_playing)
        worker.failed.connect(self.failed)
        worker.file_written.connect(self.file_written)
        worker.file_read.connect(self.file_read)
        worker.file_failed.connect(self.file_failed)

    def _begin(self, experiment: Experiment, *, keeps_ghost: bool) -> None:
        self._new_run()
        self._start_requested.emit(self._run, experiment, keeps_ghost)

    def _new_run(self) -> None:
        self._last_run += 1
        self._run, self._frame = self._last_run, None
        self._look()

    @Slot()
    def _look(self) -> None:
        selection = self._selection
        request = ViewRequest(
            level=selection.level,
            neuron=selection.neuron if selection.level is Level.NEURON else "",
            sample=selection.sample,
            address=selection.address,
        )
        self._look_requested.emit(request)

    @Slot(Experiment, Experiment)
    def _on_experiment_changed(self, before: Experiment, after: Experiment) -> None:
        self._follow_experiment(before, after)
        self._follow_bugs(after)

    def _follow_bugs(self, experiment: Experiment) -> None:
        bugs = bugs_of(experiment.training)
        if bugs != self._bugs:
            self._bugs = bugs
            self.bugs_changed.emit(bugs)

    def _follow_experiment(self, before: Experiment, after: Experiment) -> None:
        if not needs_new_run(before, after):
            self._change_requested.emit(self._run, after)
            return
        self._selection.clear()
        self._left[before] = self._run
        earlier = self._left.pop(after, None)
        if earlier is None:
            self._begin(after, keeps_ghost=True)
        else:  # an undo, or the same change taken back by hand: the run that went with it goes on
            self._run, self._frame = earlier, None
            self._resume_requested.emit(earlier, after)

    @Slot(Experiment)
    def _on_opened(self, experiment: Experiment) -> None:
        self._selection.clear()
        self._selection.show_level(Level.NETWORK)
        self._selection.select_sample(0)
        self._left.clear()
        self._open(self._documents.document)
        self._follow_bugs(self._documents.experiment)

    def _open(self, document: Document) -> None:
        """Begin with what the document brings: its run where it stood, or a new one."""
        if document.runs:
            self._new_run()
            self._load_requested.emit(self._run, document.runs)
        else:
            self._begin(document.experiment, keeps_ghost=False)
        view = document.view
        self.set_speed(math.inf if view.speed is None else view.speed)
        self._selection.select_sample(view.sample)
        self._selection.show_level(Level(view.level), view.neuron)
        self._selection.select(view.address)

    @Slot(object)
    def _on_run_started(self, started: RunStarted) -> None:
        if started.run != self._run:
            return
        self._started = started
        if self._selection.sample >= len(started.points.targets):
            self._selection.select_sample(0)
        self.run_started.emit(started)

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        """Frames of an earlier run are late and dropped; the worker may send the next one either way."""
        if frame.run != self._run:
            self._frame_taken.emit()
            return
        self._frame = frame
        self.frame_ready.emit(frame)
        if frame.divergence:
            self.diverged.emit(frame.divergence)
        self._second_turn.start(0)

    @Slot()
    def _on_second_turn(self) -> None:
        if self._frame is not None:
            self.plots_ready.emit(self._frame)
            self._owes_curve = self._owes_curve and not self._frame.whole
        self._frame_taken.emit()

    @Slot(bool)
    def _on_playing(self, playing: bool) -> None:
        self._playing = playing
        self.playing_changed.emit(playing)
