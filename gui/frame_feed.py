"""What a run has to tell the window besides its present state: the curve since the last frame, marks, speed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from core.changes import describe_change
from core.experiment import Experiment
from core.run import Run
from core.trainer import Progress, Trainer
from core.twin import TrueRun
from gui.frames import Array, Curve, Frame, Mark, Twin

MEASURED_SECONDS = 0.5  # over which the speed is averaged


class FrameFeed:
    """Collects between two frames; `complete` puts it into the next one."""

    def __init__(self) -> None:
        self._parts: list[tuple[Array, Array]] = []  # steps, losses
        self._twin_parts: list[tuple[Array, Array]] = []
        self._twin_begins = self._whole = False
        self._marks: list[Mark] = []
        self._progress: Progress | None = None  # the newest one at which training ended by itself
        self._since: tuple[float, int] = (0.0, 0)  # when the measurement began, at which step
        self._steps_per_second = 0.0

    def take_up(self, run: Run, true: TrueRun) -> None:
        """Tell the whole of another run and of its twin: they are shown from their beginning."""
        self.tell_all(run, true)
        self._progress = None

    def tell_all(self, run: Run, true: TrueRun) -> None:
        """The whole of the run once more."""
        self._parts = _whole(run)
        self._twin_parts = _whole(true.twin.run) if true.twin else []
        self._twin_begins = true.twin is not None
        self._marks = _segment_marks(run)
        self._whole = True

    def add(self, progress: Progress) -> None:
        """Steps that were just taken."""
        self._parts.append(_steps(progress))
        if progress.divergence or progress.stopped:
            self._progress = progress

    def add_twin(self, progress: Progress, twin: Trainer) -> None:
        """Steps that the twin has taken. Of batches only the loss of all samples is told, once a frame.

        Next to each other one curve is calm enough.
        """
        if twin.full_batch:
            self._twin_parts.append(_steps(progress))

    def begin_twin(self, twin: Trainer) -> None:
        """A twin sets out from the present step."""
        self._twin_parts = [_present(twin)]
        self._twin_begins = True

    def change(self, step: int, before: Experiment, after: Experiment) -> None:
        """A change at this step; the curve merges what stands close together."""
        text = describe_change(before, after)
        if text and step:
            self._marks.append(Mark(step, text))

    def edit(self, step: int, address: str, number: float) -> None:
        """A weight set by hand at this step; of a drag the last number counts."""
        if self._marks and self._marks[-1].step == step and self._marks[-1].text.startswith(f"{address} ="):
            self._marks.pop()
        if step:
            self._marks.append(Mark(step, f"{address} = {number:.4g}"))

    def start_clock(self, now: float, step: int) -> None:
        """Measure the speed from here on."""
        self._since, self._steps_per_second = (now, step), 0.0

    def complete(self, frame: Frame, trainer: Trainer, true: TrueRun, now: float, *, playing: bool) -> Frame:
        """The frame with all that was collected, which is then forgotten."""
        divergence = self._progress.divergence if self._progress else None
        frame = replace(
            frame,
            curve=self._curve(trainer, frame),
            twin=self._twin(true.twin, trainer.step) if true.twin else None,
            marks=tuple(self._marks),
            divergence=divergence,
            head=trainer.step,
            stopped=self._progress.stopped if self._progress else "",
            whole=self._whole,
            steps_per_second=self._measure(trainer.step, now) if playing else 0.0,
        )
        self._parts.clear()
        self._twin_parts.clear()
        self._marks.clear()
        self._progress = None
        self._twin_begins = self._whole = False
        return frame

    def _curve(self, trainer: Trainer, frame: Frame) -> Curve:
        """With full batches also the loss of the present step, which the next step will confirm."""
        if frame.step == trainer.step and (trainer.full_batch or trainer.step == 0):
            self._parts.append((np.array([float(trainer.step)]), np.array([frame.loss])))
        return _curve(self._parts)

    def _twin(self, twin: Trainer, step: int) -> Twin:
        """With the loss of its present step, unless it has diverged."""
        if twin.step == step:
            self._twin_parts.append(_present(twin))
        return Twin(_curve(self._twin_parts), self._twin_begins)

    def _measure(self, step: int, now: float) -> float:
        began, first = self._since
        if now - began > MEASURED_SECONDS:
            self._steps_per_second = (step - first) / (now - began)
            self._since = (now, step)
        return self._steps_per_second


def _whole(run: Run) -> list[tuple[Array, Array]]:
    return [(run.history.steps.copy(), run.history.losses.copy())] if len(run.history) else []


def _present(trainer: Trainer) -> tuple[Array, Array]:
    """The loss of all samples where a trainer stands."""
    loss = trainer.objective.evaluate(trainer.theta, gradient=False).loss
    return np.array([float(trainer.step)]), np.array([loss])


def _steps(progress: Progress) -> tuple[Array, Array]:
    last = progress.first_step + len(progress.losses)
    return np.arange(progress.first_step, last, dtype=np.float64), progress.losses


def _curve(parts: list[tuple[Array, Array]]) -> Curve:
    if not parts:
        return Curve(np.empty(0), np.empty(0))
    steps, losses = zip(*parts, strict=True)
    return Curve(np.concatenate(steps), np.concatenate(losses))


def _segment_marks(run: Run) -> list[Mark]:
    """The changes during a run, as marks on its curve."""
    marks = []
    for before, after in pairwise(run.segments):
        text = describe_change(before.experiment, after.experiment)
        if text and after.first_step:
            marks.append(Mark(after.first_step, text))
    return marks
