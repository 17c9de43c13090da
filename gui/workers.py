"""The training worker: owns every trainer, in a thread of its own, and sends frames to the window.

It works in short calls, so that requests are answered between them, and sends a new frame only when the last one was
taken: the window is never behind, and the newest state always wins.
"""

from __future__ import annotations

import functools
import math
import traceback
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core import kernels
from core.compiled import NumbaKernel
from core.document import read_document, trainer_of, with_runs, write_document
from core.document_parts import Document, RunRecord
from core.errors import ChainruleError
from core.experiment import Experiment
from core.trainer import Trainer
from core.twin import TrueRun
from gui.frame_builder import FrameBuilder
from gui.frame_feed import FrameFeed
from gui.frames import ViewRequest

CALL_SECONDS = 0.006  # of training in one go
FRAME_SECONDS = 1 / 60
BUSY_FRAME_SECONDS = 1 / 30  # at speeds that nobody follows step by step: training and the window share one interpreter
BUSY_SPEED = 120.0  # steps a second
SMALLEST_SHARE = 2.0  # a frame that costs much is shown less often: this many times its cost goes to training
MAP_SECONDS = 1 / 20  # between two maps while training runs
STEPS_AT_ONCE = 1_000_000
RUNS_KEPT = 4  # the newest; each holds its own checkpoints


def _reported(slot: Callable[..., None]) -> Callable[..., None]:
    """An exception in the worker ends in the `failed` signal, not in a dead thread."""

    @functools.wraps(slot)
    def guarded(self: TrainingWorker, *arguments: Any) -> None:
        try:
            slot(self, *arguments)
        except ChainruleError as error:
            self._halt()
            self.failed.emit(str(error), "")
        except Exception as error:
            self._halt()
            self.failed.emit(f"Training stopped: {error}", traceback.format_exc())

    return guarded


class TrainingWorker(QObject):
    """Slots are called through queued connections; nothing here is touched from another thread."""

    run_started = Signal(object)  # RunStarted
    frame_made = Signal(object)  # Frame
    playing_changed = Signal(bool)
    failed = Signal(str, str)  # message for a person, details
    document_made = Signal(int, object)  # job, Document
    file_written = Signal(int, int)  # job, step
    file_read = Signal(int, object)  # job, Document
    file_failed = Signal(int, str)  # job, a sentence for a person

    def __init__(self) -> None:
        super().__init__()
        self._trainers: dict[int, Trainer] = {}
        self._builders: dict[int, FrameBuilder] = {}
        self._true: dict[int, TrueRun] = {}
        self._run = 0
        self._playing = False
        self._speed = 4.0
        self._request = ViewRequest()
        self._timer: QTimer | None = None
        self._feed = FrameFeed()
        self._dirty = False
        self._taken = True
        self._last_frame = self._last_maps = 0.0
        self._frame_cost = 0.0
        self._next_step = 0.0

    @Slot()
    @_reported
    def begin(self) -> None:
        """Called once the thread runs: a timer belongs to the thread that makes it."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer)

    @Slot(int, object, bool)
    @_reported
    def start_run(self, run: int, experiment: Experiment, keeps_ghost: bool) -> None:
        """Make a trainer with the experiment's initial weights and show it."""
        self._halt()
        trainer = Trainer(experiment)
        self._take_up(run, trainer, TrueRun(trainer), keeps_ghost=keeps_ghost)

    @Slot(int, object)
    @_reported
    def load_run(self, run: int, records: tuple[RunRecord, ...]) -> None:
        """Go on with the last run of a file, where it stood."""
        self._halt()
        if records[-1].segments[-1].kernel == NumbaKernel.name:
            kernels.warm_up()  # it goes on bit for bit only on the kernels it was trained with
        trainer = trainer_of(records[-1])
        self._take_up(run, trainer, TrueRun(trainer, records), keeps_ghost=False)

    @Slot(int, object)
    @_reported
    def resume_run(self, run: int, experiment: Experiment) -> None:
        """Go on with an earlier run; begin it anew if it was let go meanwhile."""
        self._halt()
        trainer = self._trainers.pop(run, None) or Trainer(experiment)
        self._take_up(run, trainer, self._true.get(run) or TrueRun(trainer), keeps_ghost=False)

    def _take_up(self, run: int, trainer: Trainer, true: TrueRun, *, keeps_ghost: bool) -> None:
        """Show this run from now on; of the others only the newest are kept."""
        for oldest in list(self._trainers)[: max(0, len(self._trainers) + 1 - RUNS_KEPT)]:
            del self._trainers[oldest], self._builders[oldest], self._true[oldest]
        self._trainers[run], self._builders[run], self._true[run] = trainer, FrameBuilder(trainer), true
        self._run = run
        self._feed.take_up(trainer.run, true)
        self._last_maps = 0.0
        self.run_started.emit(self._builders[run].started(run, keeps_ghost=keeps_ghost))
        self._show()

    @Slot(int, object, object)
    def write_file(self, job: int, path: Path, document: Document) -> None:
        """Save the document with the present run."""
        try:
            trainer = self._trainers[self._run]
            write_document(path, with_runs(document, self._true[self._run].trainers))
            self.file_written.emit(job, trainer.step)
        except ChainruleError as error:
            self.file_failed.emit(job, str(error))
        except Exception as error:
            self.file_failed.emit(job, f"The document could not be saved: {error}")
            self.failed.emit(f"Saving failed: {error}", traceback.format_exc())

    @Slot(int, object)
    @_reported
    def make_document(self, job: int, document: Document) -> None:
        """The document with the present run, as it would be saved."""
        self.document_made.emit(job, with_runs(document, [self._trainers[self._run]]))

    @Slot(int, object)
    def read_file(self, job: int, path: Path) -> None:
        """Read and check a document."""
        try:
            self.file_read.emit(job, read_document(path))
        except ChainruleError as error:
            self.file_failed.emit(job, str(error))
        except Exception as error:
            self.file_failed.emit(job, f"'{path.name}' could not be opened: {error}")
            self.failed.emit(f"Opening failed: {error}", traceback.format_exc())

    @Slot(int, object)
    @_reported
    def change(self, run: int, experiment: Experiment) -> None:
        """Go on with a changed experiment; the weights stay."""
        trainer = self._trainers.get(run)
        if trainer is None:
            return
        before = trainer.experiment
        trainer.change(experiment)
        self._feed.change(trainer.step, before, experiment)
        self._follow(run)
        if before.data != experiment.data or before.network != experiment.network:
            self.run_started.emit(self._builders[run].started(run, keeps_ghost=False))
        self._last_maps = 0.0
        self._show()

    @Slot(bool)
    @_reported
    def play(self, playing: bool) -> None:
        if playing == self._playing or self._timer is None or self._run not in self._trainers:
            return
        self._playing = playing
        self._feed.start_clock(perf_counter(), self._trainers[self._run].step)
        self.playing_changed.emit(playing)
        if playing:
            self._next_step = perf_counter()
            self._timer.start(0)
        else:
            self._halt()
            self._show()

    @Slot(int)
    @_reported
    def move(self, steps: int) -> None:
        """So many steps forward, or back exactly, while paused."""
        trainer = self._trainers.get(self._run)
        if trainer is None or self._playing:
            return
        if steps > 0:
            self._advance(trainer, steps, None)
        elif trainer.step:
            trainer.rewind(max(trainer.step + steps, 0))
            self._feed.rewind()
            self._follow(self._run)
        self._show()

    @Slot(float)
    @_reported
    def set_speed(self, steps_per_second: float) -> None:
        self._speed = steps_per_second
        self._next_step = min(self._next_step, perf_counter() + 1 / steps_per_second)
        if self._playing and self._timer:
            self._timer.start(0)

    @Slot(object)
    @_reported
    def look(self, request: ViewRequest) -> None:
        """What the window wants to see from now on."""
        self._request = request
        self._show()

    @Slot()
    @_reported
    def tell_all(self) -> None:
        """The next frame brings the curve from its beginning and the maps, for a view that came late."""
        trainer = self._trainers.get(self._run)
        if trainer is not None:
            self._builders[self._run].forget_maps()
            self._last_maps = 0.0
            self._feed.tell_all(trainer.run, self._true[self._run])
            self._show()

    @Slot()
    @_reported
    def frame_taken(self) -> None:
        """The window has drawn the last frame: it can have the next one."""
        self._taken = True
        if self._dirty and not self._playing:
            self._send()

    @_reported
    def _on_timer(self) -> None:
        trainer = self._trainers.get(self._run)
        if not self._playing or trainer is None or self._timer is None:
            return
        now = perf_counter()
        due = STEPS_AT_ONCE if math.isinf(self._speed) else int((now - self._next_step) * self._speed) + 1
        if due > 0 and now >= self._next_step:
            done = self._advance(trainer, due, now + CALL_SECONDS)
            # A machine too slow for the wished speed does not try to catch up.
            self._next_step = max(self._next_step + done / self._speed, perf_counter() - FRAME_SECONDS)
        if self._playing:
            self._timer.start(max(0, math.ceil((self._next_step - perf_counter()) * 1000)))
        self._send_if_due()

    def _advance(self, trainer: Trainer, steps: int, until: float | None) -> int:
        trainer.switch(kernels.name())  # the compiled ones take over between two steps, once they are ready
        progress = trainer.advance(steps, until)
        if len(progress.losses) or progress.divergence:
            self._feed.add(progress)
            self._dirty = True
        true = self._true[self._run]
        beside = true.advance()
        if beside is not None and true.twin is not None:
            self._feed.add_twin(beside, true.twin)
        if progress.divergence:
            self._halt()
            self._show()
        return len(progress.losses)

    def _follow(self, run: int) -> None:
        """The twin does as its run did."""
        true = self._true[run]
        if true.follow() and true.twin is not None:
            self._feed.begin_twin(true.twin)

    def _halt(self) -> None:
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
        if self._dirty and self._taken:
            shortest = BUSY_FRAME_SECONDS if self._playing and self._speed > BUSY_SPEED else FRAME_SECONDS
            pause = max(shortest, SMALLEST_SHARE * self._frame_cost)
            if perf_counter() - self._last_frame >= pause:
                self._send()

    def _send(self) -> None:
        """Build the newest frame and hand it over."""
        trainer = self._trainers.get(self._run)
        if trainer is None:
            return
        started = perf_counter()
        maps = not self._playing or started - self._last_maps >= MAP_SECONDS
        frame = self._builders[self._run].build(self._run, self._request, running=self._playing, maps=maps)
        frame = self._feed.complete(frame, trainer, self._true[self._run], started, playing=self._playing)
        if maps:
            self._last_maps = started
        self._dirty = self._taken = False
        self._last_frame = perf_counter()
        self._frame_cost = self._last_frame - started
        self.frame_made.emit(frame)
