"""The training worker: owns every trainer, in a thread of its own, and sends frames to the window.

It works in short calls, so that requests are answered between them, and sends a new frame only when the last one was
taken: the window is never behind, and the newest state always wins.
"""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QTimer, Signal, Slot

from core import kernels
from core.carry import carried as carried_weights
from core.compiled import NumbaKernel
from core.document import trainer_of, with_runs
from core.document_parts import Document, RunRecord
from core.experiment import Experiment
from core.trainer import Trainer
from core.twin import TrueRun, saved_twin
from gui.frame_feed import FrameFeed
from gui.frames import ViewRequest
from gui.live_run import LiveRun
from gui.worker_base import FileWorker, reported
from gui.worker_pace import Pace

CALL_SECONDS = 0.006  # of training in one go
RUNS_KEPT = 6  # the newest; each holds its own checkpoints


class TrainingWorker(FileWorker):
    """Slots are called through queued connections; nothing here is touched from another thread."""

    run_started = Signal(object)  # RunStarted
    frame_made = Signal(object)  # Frame
    playing_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._runs: dict[int, LiveRun] = {}
        self._run = 0
        self._playing = False
        self._request = ViewRequest()
        self._timer: QTimer | None = None
        self._feed, self._pace = FrameFeed(), Pace()
        self._dirty = False
        self._taken = True

    @Slot()
    @reported
    def begin(self) -> None:
        """Called once the thread runs: a timer belongs to the thread that makes it."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer)

    @property
    def _live(self) -> LiveRun | None:
        """The run that is shown."""
        return self._runs.get(self._run)

    @Slot(int, object, bool, int)
    @reported
    def start_run(self, run: int, experiment: Experiment, keeps_ghost: bool, carried: int) -> None:
        """Make a trainer with the experiment's initial weights and show it.

        `carried`: the run that it takes over from; what weights of that are meaningful are kept, and playing goes on.
        """
        earlier = self._runs.get(carried)
        if earlier is None:
            self.halt()
            self._take_up(run, LiveRun(Trainer(experiment)), keeps_ghost=keeps_ghost)
            return
        before = earlier.builder.trainer
        trainer = Trainer(experiment)
        theta, words = carried_weights(before.experiment, before.theta, experiment, trainer.theta)
        trainer = Trainer(experiment, kernels.name(), initial=theta)
        self._take_up(run, LiveRun(trainer), keeps_ghost=keeps_ghost, carried=words)

    @Slot(int, object)
    @reported
    def load_run(self, run: int, records: tuple[RunRecord, ...]) -> None:
        """Go on with the last run of a file, where it stood."""
        self.halt()
        if records[-1].segments[-1].kernel == NumbaKernel.name:
            kernels.warm_up()  # it goes on bit for bit only on the kernels it was trained with
        trainer = trainer_of(records[-1])
        self._take_up(run, LiveRun(trainer, TrueRun(trainer, saved_twin(records))))

    @Slot(int, object)
    @reported
    def resume_run(self, run: int, experiment: Experiment) -> None:
        """Go on with an earlier run; begin it anew if it was let go meanwhile."""
        self._take_up(run, self._runs.pop(run, None) or LiveRun(Trainer(experiment)))

    @Slot(int, int, bool)
    @reported
    def branch_run(self, run: int, earlier: int, keeps_ghost: bool) -> None:
        """Go on from the step that is looked at. If the run went on with changes, it stays pale in any case."""
        live = self._runs.get(earlier)
        if live is not None:
            branch, differs = live.branched()
            live.look_at_present()
            self._take_up(run, branch, keeps_ghost=keeps_ghost or differs)

    def _take_up(self, run: int, live: LiveRun, *, keeps_ghost: bool = False, carried: str = "") -> None:
        """Show this run from now on; of the others only the newest are kept."""
        for oldest in list(self._runs)[: max(0, len(self._runs) + 1 - RUNS_KEPT)]:
            del self._runs[oldest]
        self._runs[run], self._run = live, run
        live.look_at_present()
        self._feed.take_up(live.trainer.run, live.true)
        self._pace.forget_maps()
        self.run_started.emit(live.builder.started(run, keeps_ghost=keeps_ghost, carried=carried))
        if self._playing:
            self._feed.start_clock(perf_counter(), live.trainer.step)
        self._show()

    def with_present(self, document: Document, *, all_runs: bool) -> tuple[Document, int]:
        live = self._runs[self._run]
        return with_runs(document, live.true.trainers if all_runs else [live.trainer]), live.trainer.step

    @Slot(int, object)
    @reported
    def change(self, run: int, experiment: Experiment) -> None:
        """Go on with a changed experiment; the weights stay."""
        live = self._runs.get(run)
        if live is None:
            return
        live.look_at_present()
        trainer, before = live.trainer, live.trainer.experiment
        trainer.change(experiment)
        self._feed.change(trainer.step, before, experiment)
        self._follow(live)
        if before.data != experiment.data or before.network != experiment.network:
            self.run_started.emit(live.builder.started(run, keeps_ghost=False))
        self._pace.forget_maps()
        self._show()

    @Slot(int, str, float)
    @reported
    def set_parameter(self, run: int, address: str, number: float) -> None:
        """Go on with one weight set by hand; nothing happens if the run has no such parameter."""
        live = self._runs.get(run)
        if live is None or address not in live.trainer.objective.names:
            return
        live.look_at_present()
        live.trainer.set_parameter(address, number)
        live.true.set_parameter(address, number)
        self._feed.edit(live.trainer.step, address, number)
        self._follow(live)
        self._show()

    @Slot(bool)
    @reported
    def play(self, playing: bool) -> None:
        live = self._live
        if playing == self._playing or self._timer is None or live is None:
            return
        self._playing = playing
        self._feed.start_clock(perf_counter(), live.trainer.step)
        self.playing_changed.emit(playing)
        if playing:
            self._pace.begin()
            self._timer.start(0)
        else:
            self.halt()
            self._show()

    @Slot(int)
    @reported
    def move(self, steps: int) -> None:
        """So many steps forward or back, exactly, while paused; beyond the last one new steps are taken."""
        live = self._live
        if live is None or self._playing:
            return
        wanted = live.step + steps
        missing = wanted - live.trainer.step
        live.look_at(max(wanted, 0))
        if missing > 0:
            self._advance(live, missing, None)
        self._show()

    @Slot(int, object)
    def move_into(self, steps: int, request: ViewRequest) -> None:
        """`move`, with what is to be seen there: nothing of the way is shown."""
        self._request = request
        self.move(steps)

    @Slot(int)
    @reported
    def look_at(self, step: int) -> None:
        """Show an earlier step, while paused."""
        live = self._live
        if live is not None and not self._playing:
            live.look_at(step)
            self._show()

    @Slot(float)
    @reported
    def set_speed(self, steps_per_second: float) -> None:
        self._pace.set_speed(steps_per_second)
        if self._playing and self._timer:
            self._timer.start(0)

    @Slot(object)
    @reported
    def look(self, request: ViewRequest) -> None:
        """What the window wants to see from now on."""
        self._request = request
        self._show()

    @Slot()
    @reported
    def tell_all(self) -> None:
        """The next frame brings the curve from its beginning and the maps, for a view that came late."""
        live = self._live
        if live is not None:
            live.builder.forget_maps()
            self._pace.forget_maps()
            self._feed.tell_all(live.trainer.run, live.true)
            self._show()

    @Slot()
    @reported
    def frame_taken(self) -> None:
        """The window has drawn the last frame: it can have the next one."""
        self._taken = True
        if self._dirty and not self._playing:
            self._send()

    @reported
    def _on_timer(self) -> None:
        live = self._live
        if not self._playing or live is None or self._timer is None:
            return
        now = perf_counter()
        due = self._pace.due(now)
        if due > 0:
            self._pace.took(self._advance(live, due, now + CALL_SECONDS))
        if self._playing:
            self._timer.start(self._pace.pause)
        self._send_if_due()

    def _advance(self, live: LiveRun, steps: int, until: float | None) -> int:
        live.trainer.switch(kernels.name())  # the compiled ones take over between two steps, once they are ready
        progress = live.trainer.advance(steps, until)
        if len(progress.losses) or progress.divergence or progress.stopped:
            self._feed.add(progress)
            self._dirty = True
        beside = live.true.advance()
        if beside is not None and live.true.twin is not None:
            self._feed.add_twin(beside, live.true.twin)
        if progress.divergence or progress.stopped:
            self.halt()
            self._show()
        return len(progress.losses)

    def _follow(self, live: LiveRun) -> None:
        """The twin does as its run did."""
        if live.true.follow() and live.true.twin is not None:
            self._feed.begin_twin(live.true.twin)

    def halt(self) -> None:
        """Stop playing; the frame that follows shows the state it stopped at."""
        if self._timer:
            self._timer.stop()
        if self._playing:
            self._playing = False
            self.playing_changed.emit(False)

    def _show(self) -> None:
        """Something to be seen has changed."""
        self._dirty = True
        if self._taken:
            self._send()

    def _send_if_due(self) -> None:
        if self._dirty and self._taken and self._pace.is_frame_due(playing=self._playing):
            self._send()

    def _send(self) -> None:
        """Build the newest frame and hand it over."""
        live = self._live
        if live is None:
            return
        started = perf_counter()
        maps = not self._playing or self._pace.are_maps_due(started)
        frame = live.frame(self._run, self._request, playing=self._playing, maps=maps)
        frame = self._feed.complete(frame, live.trainer, live.true, started, playing=self._playing)
        self._dirty, self._taken = live.extras.behind, False
        self._pace.sent(started, maps=maps)
        self.frame_made.emit(frame)
