"""Stepper: the live numbers of training and what moves them, one step after the other."""

from __future__ import annotations

from copy import copy

import numpy as np

from core import kernels
from core.batches import Batches
from core.bugs import Bug, Bugs, update_sign
from core.compiled import Steps
from core.datasets import DataSet, dataset_of
from core.errors import ExperimentError
from core.experiment import Experiment, OptimizerKind, bugs_of
from core.experiment_rules import check_experiment
from core.kernels_numpy import NumpyKernel
from core.objective import Evaluation, Objective, same_programs
from core.optim import Mask, clipped, fresh_state, frozen_mask, updated
from core.program import Array, Index
from core.program_bugs import BrokenEvaluation, BrokenObjective
from core.run import Checkpoint, Run, Segment
from core.schedules import learning_rate, learning_rates
from core.words import tr

REPLAYED_AT_ONCE = 1024  # steps in one call of compiled code


class Stepper:
    """Parameters, optimiser, place in the epoch: takes steps, and stands at any step of a recorded run.

    One thread at a time.
    """

    def __init__(self, experiment: Experiment, kernel: str, initial: Array | None = None) -> None:
        """`kernel`: what evaluates the loss; NumPy's serve where compiled ones are not ready.

        `initial`: the parameters to begin with; None for those of the seed. Raises ExperimentError if the experiment is
        not a sound one, or these do not fit it.
        """
        check_experiment(experiment)
        self.dataset: DataSet = dataset_of(experiment)
        self.objective = Objective(experiment, self.dataset, usable(kernel))
        self.theta = self._beginning(initial)
        self.step = 0
        self.state = self._fresh_state()  # of the optimiser
        self.accumulated = self._fresh_gradients()  # what the bug of never setting them to zero leaves
        self.frozen: Mask = frozen_mask(self.objective.names, experiment.training.frozen)
        self._broken: BrokenObjective | None = None
        self._batches = Batches(experiment, len(self.dataset.targets))

    @property
    def experiment(self) -> Experiment:
        return self.objective.experiment

    @property
    def kernel(self) -> str:
        return self.objective.kernel

    @property
    def broken(self) -> BrokenObjective | None:
        """The loss with the bugs that are on; None without any. Raises BugError where they make training impossible."""
        if not self.experiment.training.bugs:
            self._broken = None
        elif self._broken is None or self._broken.objective is not self.objective or self._broken.bugs != self._bugs:
            self._broken = BrokenObjective(self.objective, self._bugs)
        return self._broken

    @property
    def learning_rate(self) -> float:
        """η of the next step."""
        return learning_rate(self.experiment.training, self.step)

    @property
    def full_batch(self) -> bool:
        return self._batches.whole

    @property
    def rows(self) -> Index | None:
        """The training rows of the next step's batch; None for all."""
        return self._batches.rows

    def evaluate(self, rows: Index | None) -> Evaluation:
        """Loss and gradient at the present parameters over these rows (all, if None), with the bugs that are on.

        The gradient is the whole one, not yet clipped.
        """
        broken = self.broken
        if broken:
            return broken.evaluate(self.theta, rows, self.accumulated)
        return self.objective.evaluate(self.theta, rows)

    def go_to(self, run: Run, step: int, *, on_the_way: bool = False) -> None:
        """Stand at the beginning of a step of this run, exactly, with the experiment that it was trained with.

        `on_the_way`: it stands at a step of the run already, which may be nearer than a checkpoint is.
        """
        start = run.checkpoint_before(step)
        if on_the_way and start.step <= self.step <= step:
            index = run.segment_at(self.step)
        else:
            index = start.segment
            self._use(run.segments[index].experiment, run.segments[index].kernel)
            self._return_to(start)
        for entered in run.segments[index + 1 : run.segment_at(step) + 1]:
            self._replay(entered.first_step - self.step)
            self._enter(entered)
        self._replay(step - self.step)

    def _enter(self, segment: Segment) -> None:
        self._use(segment.experiment, segment.kernel)
        self._batches.place = segment.epoch, segment.position
        if segment.anew:
            self.state = self._fresh_state()
        if segment.zeroed:
            self.accumulated = self._fresh_gradients()
        self.theta = self.theta.copy()
        for place, number in segment.edits:
            self.theta[place] = number

    def _replay(self, steps: int) -> None:
        """Steps that were taken before."""
        while steps > 0:
            found = self._descend(min(steps, REPLAYED_AT_ONCE))
            if found is None or not len(found.losses):
                self._update(self.evaluate(self._batches.rows))
                steps -= 1
                continue
            self.theta, self.state = found.theta, found.state
            for _ in found.losses:
                self._move_on()
            steps -= len(found.losses)

    def _use(self, experiment: Experiment, kernel: str | None = None) -> None:
        """Follow this experiment from now on; what is compiled is made anew only where it has to be."""
        before, kernel = self.experiment, usable(kernel or self.kernel)
        anew = optimizer_kind(experiment) != optimizer_kind(before)
        self._follow(before, experiment, kernel)
        self._batches.follow(experiment, len(self.dataset.targets))
        self.frozen = frozen_mask(self.objective.names, experiment.training.frozen)
        if anew:
            self.state = self._fresh_state()
        if is_never_zeroed(experiment) != is_never_zeroed(before):
            self.accumulated = self._fresh_gradients()

    def _follow(self, before: Experiment, experiment: Experiment, kernel: str) -> None:
        if _reads_other_data(before, experiment):
            self.dataset = dataset_of(experiment)
        elif same_programs(before, experiment):
            self.objective.experiment = experiment
            if kernel != self.kernel:
                self.objective.use(kernel)
            return
        self.objective = Objective(experiment, self.dataset, kernel)

    def _descend(self, steps: int, spacing: int = 0) -> Steps | None:
        """What so many steps would do, fewer where the next one diverges; None unless they can be taken in one call."""
        if self.kernel == NumpyKernel.name or self.experiment.training.bugs:
            return None
        batches, rates = self._batches.upcoming(steps), learning_rates(self.experiment.training, self.step, steps)
        bounds = np.cumsum([0, *map(len, batches)]) if batches else None
        rows = np.concatenate(batches) if batches else None
        return self.objective.descend(
            self.theta, self.state, rates, rows, bounds, frozen=self.frozen, spacing=spacing, done=self.step
        )

    def after_step(self, found: Evaluation) -> Array:
        """The parameters after the coming step, bit for bit, without taking it; `found` is `evaluate(rows)`."""
        twin = copy(self)
        twin._batches = copy(self._batches)
        twin._update(found)
        return twin.theta

    def _update(self, found: Evaluation) -> None:
        """The optimiser's update, and the step is over."""
        training, rate = self.experiment.training, self.learning_rate
        gradient = clipped(found.gradient, training.clip, self.frozen)
        if isinstance(found, BrokenEvaluation):
            rate *= update_sign(self._bugs)
            if len(self.accumulated):
                self.accumulated = gradient  # clipping works on what the next step finds
        self.theta, self.state = updated(training.optimizer, self.theta, self.state, gradient, rate, self.frozen)
        self._move_on()

    def _move_on(self) -> None:
        self.step += 1
        self._batches.move_on()

    def _beginning(self, initial: Array | None) -> Array:
        drawn = self.objective.initial
        if initial is None:
            return drawn.copy()
        if initial.shape != drawn.shape or not np.isfinite(initial).all():
            raise ExperimentError(tr("This network has {count} parameters; these are others.", count=len(drawn)))
        return initial.astype(np.float64)

    def _fresh_state(self) -> Array:
        return fresh_state(optimizer_kind(self.experiment), len(self.objective.initial))

    def _fresh_gradients(self) -> Array:
        """Kept only where they are never set to zero: else nothing is left of them."""
        return np.zeros(len(self.objective.initial) if is_never_zeroed(self.experiment) else 0)

    @property
    def _bugs(self) -> Bugs:
        return bugs_of(self.experiment.training)

    def _return_to(self, checkpoint: Checkpoint) -> None:
        self.theta, self.step = checkpoint.theta.copy(), checkpoint.step
        self.state, self.accumulated = checkpoint.state.copy(), checkpoint.accumulated.copy()
        self._batches.place = checkpoint.epoch, checkpoint.position


def usable(kernel: str) -> str:
    """This kernel, or NumPy's where it cannot be had."""
    return kernel if kernel == NumpyKernel.name or kernels.ready() else NumpyKernel.name


def optimizer_kind(experiment: Experiment) -> OptimizerKind:
    return experiment.training.optimizer.kind


def is_never_zeroed(experiment: Experiment) -> bool:
    """Whether it is among the bugs that gradients are never set to zero."""
    return Bug.NO_ZERO.value in experiment.training.bugs


def _reads_other_data(before: Experiment, after: Experiment) -> bool:
    """Whether the rows differ, or their targets: those of a sigmoid are 0 and 1."""
    sigmoids = [each.network.output == "sigmoid" for each in (before, after)]
    return before.data != after.data or sigmoids[0] != sigmoids[1]
