"""The step that a trainer is about to take, to be looked at from inside."""

from __future__ import annotations

import numpy as np

from core.experiment import Experiment
from core.objective import Evaluation, Objective
from core.playhead_story import StepStory
from core.playhead_values import StepNumbers, StepPlay
from core.playhead_walk import StepProgram
from core.program import Array
from core.trainer import Trainer
from core.update_told import standing_of

KEPT_PROGRAMS = 3  # of batches: whole ones, the last one of an epoch, one more


class StepPlays:
    """Makes a StepPlay when a trainer stands at another step, and keeps what the next one can use."""

    def __init__(self) -> None:
        self._objective: Objective | None = None
        self._experiment: Experiment | None = None
        self._programs: dict[int, StepProgram] = {}
        self._theta = b""
        self._step = -1
        self._play: StepPlay | None = None
        self.story: StepStory | None = None  # of the step that was made last

    def of(self, trainer: Trainer) -> StepPlay:
        """The step that comes next. Raises BugError where a bug makes training impossible."""
        key = trainer.step, trainer.theta.tobytes()
        same = self._objective is trainer.objective and self._experiment == trainer.experiment
        if not same:
            self._programs.clear()
        if self._play is not None and same and key == (self._step, self._theta):
            return self._play
        before = self._play if same and self._step == trainer.step - 1 else None
        self._play = self._made(trainer, before)
        self._objective, self._experiment = trainer.objective, trainer.experiment
        self._step, self._theta = key
        self.story = StepStory(self._play, trainer.experiment, trainer.step, standing_of(trainer))
        return self._play

    def _made(self, trainer: Trainer, before: StepPlay | None) -> StepPlay:
        rows = trainer.rows
        found = trainer.evaluate(rows)
        losses = trainer.objective.evaluate(trainer.theta, rows, gradient=False).sample_losses
        never_zeroed = bool(len(trainer.accumulated))
        if never_zeroed:
            stale = trainer.accumulated
        elif before is not None and before.numbers.after is not None:
            stale = before.numbers.gradient
        else:
            stale = _left_behind(trainer)
        numbers = StepNumbers(
            theta=trainer.theta.copy(),
            rows=None if rows is None else rows.copy(),
            losses=losses.copy(),
            gradient=found.gradient.copy(),
            stale=stale.copy(),
            after=_after(trainer, found),
            zeroed=not never_zeroed,
        )
        count = len(losses)
        if count not in self._programs:
            if len(self._programs) >= KEPT_PROGRAMS:
                self._programs.clear()
            self._programs[count] = StepProgram(trainer.objective, count)
        return StepPlay(trainer.objective, self._programs[count], numbers)


def _left_behind(trainer: Trainer) -> Array:
    """The gradients that the step before went by; zeros before the first one."""
    if trainer.step == 0:
        return np.zeros(len(trainer.theta))
    earlier = trainer.at(trainer.step - 1)
    return earlier.evaluate(earlier.rows).gradient


def _after(trainer: Trainer, found: Evaluation) -> Array | None:
    """The parameters after the coming step, bit for bit; None where it diverges."""
    if not (np.isfinite(found.loss) and np.isfinite(found.gradient).all()):
        return None
    return trainer.after_step(found)
