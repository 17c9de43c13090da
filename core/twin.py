"""The true run beside one with bugs: the same weights, batches and schedule from the first bug on, without the bugs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from core.bugs import NO_BUGS
from core.document import trainer_of
from core.document_parts import RunRecord
from core.experiment import Experiment, Stop, with_bugs
from core.history import History
from core.run import Run, Segment
from core.trainer import Progress, Trainer


class TrueRun:
    """Keeps a twin of a trainer in step with it while bugs are on. Belongs to the trainer's thread."""

    def __init__(self, trainer: Trainer, twin: Trainer | None = None) -> None:
        """`twin`: the one that is known already, from a file or from the run that this one sets out from."""
        self._trainer = trainer
        self.twin = twin
        self._since = _first_with_bugs(trainer.run)
        self._is_over = self.twin is not None and self.twin.step < trainer.step  # it diverged
        if self.twin is None:
            self.follow()

    def branched(self, trainer: Trainer) -> TrueRun:
        """The same beside a run that sets out from an earlier step of this one's."""
        step, twin = trainer.step, self.twin
        known = twin is not None and self._since <= step <= twin.step
        return TrueRun(trainer, twin.branched(step) if twin is not None and known else None)

    def follow(self) -> bool:
        """The trainer changed its experiment or went back. Returns whether a twin begins here."""
        trainer, twin = self._trainer, self.twin
        if not trainer.experiment.training.bugs:
            self.twin = None
            return False
        if twin is None or trainer.step < self._since:
            self.twin, self._since, self._is_over = _forked(trainer), trainer.step, False
            return True
        if twin.step > trainer.step or (self._is_over and twin.step == trainer.step):
            twin.rewind(trainer.step)
            self._is_over = False
        if not self._is_over and twin.experiment != _true(trainer.experiment):
            twin.change(_true(trainer.experiment))
        return False

    def set_parameter(self, address: str, number: float) -> None:
        """The same parameter is set by hand in the twin, if it stands where the trainer does."""
        if self.twin is not None and self.twin.step == self._trainer.step:
            self.twin.set_parameter(address, number)

    def advance(self) -> Progress | None:
        """Take the steps that the trainer has taken; None if there is nothing to be taken."""
        twin, trainer = self.twin, self._trainer
        if twin is None or self._is_over or twin.step >= trainer.step:
            return None
        twin.switch(trainer.kernel)
        progress = twin.advance(trainer.step - twin.step)
        self._is_over = progress.divergence is not None
        return progress

    @property
    def trainers(self) -> list[Trainer]:
        """As a document keeps them: the one that goes on is the last."""
        return [self._trainer] if self.twin is None else [self.twin, self._trainer]


def _forked(trainer: Trainer) -> Trainer:
    """A trainer at the same place, that goes on without the bugs."""
    run, here = trainer.run, trainer.present
    segments, anew = list(run.segments), False
    edits: tuple[tuple[int, float], ...] = ()
    if segments[-1].first_step == trainer.step:
        last = segments.pop()
        anew, edits = last.anew, last.edits
    true = _true(trainer.experiment)
    place = trainer.step, true, trainer.kernel, here.epoch, here.position
    segments.append(Segment(*place, anew=anew, edits=edits))
    present = replace(here, segment=len(segments) - 1, accumulated=np.empty(0))
    checkpoints = [present] if trainer.step == 0 else [run.checkpoints[0], present]
    return Trainer.restored(Run(segments, checkpoints, History(), run.spacing), present)


def _true(experiment: Experiment) -> Experiment:
    """Without bugs; and it goes as far as the run beside it, wherever it would stop by itself."""
    plain = with_bugs(experiment, NO_BUGS)
    return msgspec.structs.replace(plain, training=msgspec.structs.replace(plain.training, stop=Stop()))


def _first_with_bugs(run: Run) -> int:
    """The step from which on there was always a bug."""
    first = run.segments[-1].first_step
    for segment in reversed(run.segments):
        if not segment.experiment.training.bugs:
            break
        first = segment.first_step
    return first


def saved_twin(runs: Sequence[RunRecord]) -> Trainer | None:
    """The twin that a file keeps, before the run that goes on; None if it keeps none."""
    if len(runs) < 2:
        return None
    other, last = runs[-2:]
    experiment = last.segments[-1].experiment
    is_twin = experiment.training.bugs and other.segments[-1].experiment == _true(experiment)
    return trainer_of(other) if is_twin and other.present.step <= last.present.step else None
