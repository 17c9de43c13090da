"""Transport and results of training: what the panels talk to. The work itself is done in the worker's thread."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.bugs import Bugs
from core.changes import keeps_weights
from core.document_parts import Document, RunRecord, View
from core.errors import ExperimentError
from core.experiment import Experiment, bug_names, bugs_of
from core.run import needs_new_run
from core.words import tr
from gui.frames import Frame, Level, RunStarted
from gui.session.documents import Documents, Gesture
from gui.session.network_edits import has_place
from gui.session.player import Player
from gui.session.run_switch import Place, RunSwitch
from gui.session.selection import Selection
from gui.session.weight_change import WeightChange


class Runs(Player):
    """Follows the document and the selection; panels call play, pause, step … and redraw on the signals."""

    run_started = Signal(object)  # RunStarted
    frame_ready = Signal(object)  # Frame, at most 60 a second
    plots_ready = Signal(object)  # the same Frame a turn of the event loop later: views that draw much take turns
    bugs_changed = Signal(object)  # Bugs
    diverged = Signal(object)  # Divergence
    failed = Signal(str, str)  # message for a person, details
    set_by_hand = Signal(str)  # a person gave this parameter another number
    document_made = Signal(int, object)  # job, Document with its run
    file_written = Signal(int, int)  # job, step that was saved
    file_read = Signal(int, object)  # job, Document
    file_failed = Signal(int, str)  # job, a sentence for a person

    def __init__(self, documents: Documents, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(selection, parent)
        self._documents, self._selection = documents, selection
        self._run = self._last_run = 0
        self._left: dict[Experiment, int] = {}  # runs that a change of size ended, by their last experiment
        self._started: RunStarted | None = None
        self._frame: Frame | None = None
        self._bugs = bugs_of(documents.experiment.training)
        self._owes_curve = False
        self._second_turn = QTimer(self)
        self._second_turn.setSingleShot(True)
        self._second_turn.timeout.connect(self._on_second_turn)
        self._looked_at: int | None = None  # an earlier step
        self._switching: int | None = None  # the run that comes with a change of the experiment
        self._connect_worker()
        documents.experiment_changed.connect(self._on_experiment_changed)
        documents.opened.connect(self._on_opened)
        self._ask.start()
        self._open(documents.document)

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
        self._documents.set_training(Gesture(tr("bug lab")), bugs=bug_names(bugs))

    def set_parameter(self, address: str, number: float, name: str) -> None:
        """Set one weight or bias by hand, as a step of undo; changes that carry the same Gesture are one.

        Raises ExperimentError unless the number is finite and the network has the address.
        """
        started, frame = self._started, self._frame
        if started is None or frame is None or address not in started.parameter_names:
            raise ExperimentError(tr("There is no parameter '{address}' in this network.", address=address[:40]))
        if not math.isfinite(number):
            raise ExperimentError(tr("A weight is a finite number."))
        before = float(frame.theta[started.parameter_names.index(address)])
        self._documents.undo_stack.push(WeightChange(self._set_parameter, address, before, number, name))
        self.set_by_hand.emit(address)

    def go_on_with(self, name: str, record: RunRecord) -> None:
        """Go on with a kept run where it stood, with its settings, as a step of undo."""
        self._last_run += 1
        self._ask.load_run.emit(self._last_run, (record,))
        before = Place(self._run, self._documents.experiment)
        after = Place(self._last_run, record.segments[-1].experiment)
        self._documents.undo_stack.push(RunSwitch(self._go_to, before, after, name))

    def _go_to(self, place: Place) -> None:
        self._switching = place.run
        self._documents.follow(place.experiment)
        self._switching = None

    def _set_parameter(self, address: str, number: float) -> None:
        self.leave_past(changing=True)
        self._ask.set_parameter.emit(self._run, address, number)

    def reset(self, *, keeps_ghost: bool = True) -> None:
        """Begin anew from the same initial weights, as a step of undo; the run so far stays pale, if that is wanted."""
        experiment, frame, left = self._documents.experiment, self._frame, self._run
        self._begin(experiment, keeps_ghost=keeps_ghost)
        if frame is not None and frame.head > 0:
            places = Place(left, experiment), Place(self._run, experiment)
            self._documents.undo_stack.push(RunSwitch(self._go_to, *places, tr("reset"), is_done=True))

    def tell_all(self) -> None:
        """The next frame brings the run's curve from its beginning: frames that somebody missed are made up for."""
        self._owes_curve = True
        self._ask.tell_all.emit()

    def ask_document(self, job: int) -> None:
        """The document with its run, as it stands now; `document_made` follows."""
        self._ask.make_document.emit(job, self._documents.present(self._view()))

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
        self._ask.write_file.emit(job, path, self._documents.present(view))

    def read_file(self, job: int, path: Path) -> None:
        """Read and check a document; `file_read` or `file_failed` follows."""
        self._ask.read_file.emit(job, path)

    def close(self) -> None:
        """Stop the thread. Nothing is emitted afterwards."""
        self._ask.worker.frame_made.disconnect(self._on_frame)
        self._second_turn.stop()
        self.pause()
        self._ask.close()

    def _connect_worker(self) -> None:
        worker = self._ask.worker
        worker.document_made.connect(self.document_made)
        worker.run_started.connect(self._on_run_started)
        worker.frame_made.connect(self._on_frame)
        worker.playing_changed.connect(self._on_playing)
        worker.failed.connect(self.failed)
        worker.file_written.connect(self.file_written)
        worker.file_read.connect(self.file_read)
        worker.file_failed.connect(self.file_failed)

    def _begin(self, experiment: Experiment, *, keeps_ghost: bool, carried: int = 0) -> None:
        self._new_run()
        self._ask.begin_run.emit(self._run, experiment, keeps_ghost, carried)

    def _new_run(self) -> None:
        self._last_run += 1
        self._run, self._frame = self._last_run, None
        self._forget_place()

    def _forget_place(self) -> None:
        """Another run is shown: where it stands, between two steps."""
        self._looked_at = None
        self._sight.set_position(None)
        self._sight.tell()

    def leave_past(self, *, changing: bool = False) -> None:
        """Go on from the step that is looked at, in a run of its own.

        The run so far stays as the pale curve if something is `changing`, or was changed after that step.
        """
        if self._looked_at is None:
            return
        earlier, step, experiment = self._run, self._looked_at, self._documents.experiment
        self._new_run()
        self._ask.branch_run.emit(self._run, earlier, changing)
        if not changing:  # a change is a step of undo itself
            places = Place(earlier, experiment), Place(self._run, experiment)
            name = tr("going on from step {step}", step=step)
            self._documents.undo_stack.push(RunSwitch(self._go_to, *places, name, is_done=True))

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
        earlier = self._left.pop(after, None)  # an edit that leads to what was undone begins anew from the present
        if self._switching is not None:
            self._resume(self._switching, before, after)
        elif earlier is not None and self._documents.travels:
            self._left[before] = self._run
            self._resume(earlier, before, after)
        elif needs_new_run(before, after):
            self._keep_selection(before, after)
            self._left[before] = self._run
            self._begin(after, keeps_ghost=True, carried=self._run if keeps_weights(before, after) else 0)
        else:
            if self._looked_at is not None:  # undo brings back what came after it
                self._left[before] = self._run
            self.leave_past(changing=True)
            self._ask.change.emit(self._run, after)

    def _resume(self, run: int, before: Experiment, experiment: Experiment) -> None:
        """A run that was left goes on."""
        self._keep_selection(before, experiment)
        self._run, self._frame = run, None
        self._forget_place()
        self._ask.resume_run.emit(run, experiment)

    def _keep_selection(self, before: Experiment, after: Experiment) -> None:
        """What is selected stays so if it is still there, of the same data."""
        if before.data != after.data or not has_place(after, self._selection.address):
            self._selection.clear()

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
            self._ask.load_run.emit(self._run, document.runs)
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
            self._ask.frame_taken.emit()
            return
        self._frame = frame
        self._looked_at = frame.step if frame.is_past else None
        self.frame_ready.emit(frame)
        if frame.divergence:
            self.diverged.emit(frame.divergence)
        self._second_turn.start(0)

    @Slot()
    def _on_second_turn(self) -> None:
        if self._frame is not None:
            self.plots_ready.emit(self._frame)
            self._owes_curve = self._owes_curve and not self._frame.whole
        self._ask.frame_taken.emit()

    @Slot(bool)
    def _on_playing(self, playing: bool) -> None:
        self._playing = playing
        self.playing_changed.emit(playing)
