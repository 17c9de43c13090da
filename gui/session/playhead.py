"""The network lab's playhead: play and step, by operation, sample, step or epoch, forwards and backwards."""

from __future__ import annotations

import math
from enum import Enum

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.expression.sheet import Phase
from core.playhead import Here, Position, Stride
from core.words import mark
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.session.step_place import StepPlace

FIRST_SPEED = 2.0  # operations, or samples, a second
TICK_MS = 16  # above 60 a second a tick does several
FASTEST = 250  # moves a tick, as fast as possible


class Scale(Enum):
    """How far one step of the transport goes."""

    OPERATION = mark("operation")
    SAMPLE = mark("sample")
    STEP = mark("step")
    EPOCH = mark("epoch")


SCALES = tuple(Scale)
STRIDES: dict[Scale, Stride] = {Scale.OPERATION: "operation", Scale.SAMPLE: "sample"}


class Playhead(QObject):
    """What the transport of the network lab moves. Between two steps it has no position, and `runs` is all there is.

    Inside a step it asks `runs` for the state at its position; `here_changed` tells what that is, once it is on screen.
    """

    scale_changed = Signal(object)  # Scale
    position_changed = Signal(object)  # Position, or None between two steps
    here_changed = Signal(object)  # Here, once it is on screen; None between two steps
    playing_changed = Signal(bool)
    speed_changed = Signal(float)

    def __init__(self, runs: Runs, documents: Documents, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs, self._documents, self._selection = runs, documents, selection
        self._scale = Scale.STEP
        self._place = StepPlace(runs, selection, self)
        self._was_playing = runs.playing
        self._speed, self._credit = FIRST_SPEED, 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._place.position_changed.connect(self.position_changed)
        self._place.here_changed.connect(self._on_here_changed)
        runs.run_started.connect(self._on_begun_anew)
        runs.playing_changed.connect(self._on_runs_playing)
        runs.speed_changed.connect(self._on_runs_speed)
        runs.diverged.connect(self.leave)
        documents.experiment_changed.connect(self.leave)
        documents.opened.connect(self._on_begun_anew)
        documents.mode_changed.connect(self._on_mode_changed)

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def scale(self) -> Scale:
        return self._scale

    @property
    def position(self) -> Position | None:
        """Where it is inside the step; None between two steps."""
        return self._place.position

    @property
    def here(self) -> Here | None:
        """What happens there, as on screen."""
        return self._place.here

    @property
    def is_inside(self) -> bool:
        """Whether it stands inside a step."""
        return self._place.position is not None

    @property
    def playing(self) -> bool:
        return self._timer.isActive() or self._runs.playing

    @property
    def speed(self) -> float:
        """Steps of the scale a second (of epochs, training steps); math.inf for as fast as possible."""
        return self._speed if self._scale in STRIDES else self._runs.speed

    @property
    def can_go_back(self) -> bool:
        """Whether there is anything before."""
        frame, here = self._runs.frame, self._place.here
        if frame is None:
            return False
        return frame.step > 0 or (here is not None and here.shape.ordinal(here.position) > 0)

    # -- verbs ----------------------------------------------------------------------------------------------------

    def set_scale(self, scale: Scale) -> None:
        """Step and play by this from now on; what plays goes on in it."""
        if scale is self._scale:
            return
        playing = self.playing
        self.pause()
        self._scale = scale
        self.scale_changed.emit(scale)
        self.speed_changed.emit(self.speed)
        if playing:
            self.play()

    def finer(self) -> None:
        """The next smaller scale."""
        self.set_scale(SCALES[max(SCALES.index(self._scale) - 1, 0)])

    def coarser(self) -> None:
        """The next larger scale."""
        self.set_scale(SCALES[min(SCALES.index(self._scale) + 1, len(SCALES) - 1)])

    def step(self) -> None:
        """Pause, and go one step of the scale forward."""
        self._go(1)

    def step_back(self) -> None:
        """Pause, and go one step of the scale back, exactly."""
        self._go(-1)

    def go_to_phase(self, phase: Phase) -> None:
        """Where a phase of the present step begins."""
        self._stop_timer()
        self._place.go_to_phase(phase)

    def come_back(self, position: Position) -> None:
        """Into the step that comes, to where the playhead stood before."""
        self._stop_timer()
        self._place.come_back(position)

    @Slot()
    def leave(self) -> None:
        """Out of the step: its beginning as a whole, with all that follows from its weights."""
        self._stop_timer()
        self._place.leave()

    def play(self) -> None:
        """Go on by itself: training, or one operation or sample after the other."""
        if self._scale not in STRIDES:
            self.leave()
            self._runs.play()
        elif not self._timer.isActive() and self._runs.frame is not None:
            self._runs.pause()
            self._credit = 0.0
            self._start_timer()
            self._tell_playing()

    def pause(self) -> None:
        self._stop_timer()
        self._runs.pause()

    def toggle(self) -> None:
        self.pause() if self.playing else self.play()

    def reset(self) -> None:
        """Begin anew from the same initial weights."""
        self.leave()
        self._runs.reset()

    def set_speed(self, per_second: float) -> None:
        """Raises ValueError unless the speed is above 0."""
        if self._scale not in STRIDES:
            self._runs.set_speed(per_second)
            return
        if not per_second > 0 or math.isnan(per_second):
            raise ValueError(f"speed must be above 0, not {per_second}")
        if per_second != self._speed:
            self._speed = per_second
            if self._timer.isActive():
                self._start_timer()
            self.speed_changed.emit(per_second)

    # -- moving ---------------------------------------------------------------------------------------------------

    def _go(self, by: int) -> None:
        self._stop_timer()
        if self._scale in STRIDES:
            if self._runs.playing:
                self._runs.pause()
            self._place.move(STRIDES[self._scale], by)
        elif self._scale is Scale.STEP:
            self._by_step(by)
        else:
            self._by_epoch(by)

    def _by_step(self, by: int) -> None:
        """From inside of a step to its end, or to its beginning."""
        inside = self.is_inside
        self.leave()
        if by > 0:
            self._runs.step()
        elif not inside:
            self._runs.step_back()

    def _by_epoch(self, by: int) -> None:
        """To where an epoch begins."""
        frame, started = self._runs.frame, self._runs.started
        if frame is None or started is None:
            return
        inside = self.is_inside
        self.leave()
        batch, rows = self._documents.experiment.training.batch, len(started.points.inputs)
        steps = math.ceil(rows / batch) if 0 < batch < rows else 1
        into = frame.step % steps
        if by > 0:
            self._runs.move(steps - into)
        elif into or not inside:
            self._runs.move(-(into or steps))

    @Slot()
    def _on_begun_anew(self) -> None:
        """What is selected now may be of other data."""
        self._stop_timer()
        self._place.leave(to_sample=False)

    # -- what runs tell ------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_here_changed(self, here: Here | None) -> None:
        """Also where the place had to be left by itself: nothing plays on from there."""
        if here is None:
            self._stop_timer()
        self.here_changed.emit(here)

    @Slot(bool)
    def _on_runs_playing(self, playing: bool) -> None:
        if playing:
            self.leave()
        self._tell_playing()

    @Slot(float)
    def _on_runs_speed(self, speed: float) -> None:
        if self._scale not in STRIDES:
            self.speed_changed.emit(speed)

    @Slot()
    def _on_mode_changed(self) -> None:
        self._stop_timer()

    # -- playing --------------------------------------------------------------------------------------------------

    def _tell_playing(self) -> None:
        if self.playing != self._was_playing:
            self._was_playing = self.playing
            self.playing_changed.emit(self.playing)

    def _start_timer(self) -> None:
        self._timer.start(TICK_MS if self._speed > 1000 / TICK_MS else round(1000 / self._speed))

    def _stop_timer(self) -> None:
        self._timer.stop()
        self._tell_playing()

    @Slot()
    def _on_tick(self) -> None:
        """Nothing is left out on screen: the next move waits until the last one was seen."""
        if self._place.is_waiting:
            return
        moves = 1
        if math.isinf(self._speed):
            moves = FASTEST
        elif self._timer.interval() == TICK_MS:
            self._credit += self._speed * TICK_MS / 1000
            moves = int(self._credit)
            self._credit -= moves
        for _ in range(moves):
            if not self._place.is_known:
                break
            self._place.move(STRIDES[self._scale], 1)
