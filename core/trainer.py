"""Trainer: moves the weights of one Run, step by step, and can go back to any step exactly."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from core import kernels
from core.batches import Batches
from core.bugs import Bug, Bugs, update_sign
from core.datasets import DataSet, make_dataset
from core.diagnostics import Divergence, find_divergence
from core.errors import ExperimentError
from core.experiment import Experiment, OptimizerKind, bugs_of
from core.experiment_rules import check_experiment
from core.kernels_numpy import NumpyKernel
from core.objective import Evaluation, Objective, same_programs
from core.optim import fresh_state, updated
from core.program import Array, Index
from core.program_bugs import BrokenEvaluation, BrokenObjective, broken_divergence
from core.run import Checkpoint, Run, Segment, needs_new_run
from core.schedules import learning_rate, learning_rates


@dataclass(frozen=True, eq=False)
class Progress:
    """What a call of `advance` did: one entry a step; step k's loss is L(θ_k), before its update."""

    first_step: int
    losses: Array
    accuracies: Array  # of the step's batch, 0 … 1
    divergence: Divergence | None = None  # training stopped before the step after the last one listed


class Trainer:
    """Owns the live parameters of a run. One thread at a time."""

    def __init__(self, experiment: Experiment, kernel: str = NumpyKernel.name) -> None:
        """`kernel`: what evaluates the loss; NumPy's serve where compiled ones are not ready.

        Raises ExperimentError if the experiment is not a sound one.
        """
        check_experiment(experiment)
        self.dataset: DataSet = make_dataset(experiment.data)
        self.objective = Objective(experiment, self.dataset, _usable(kernel))
        self.theta = self.objective.initial.copy()
        self.state = self._fresh_state()  # of the optimiser
        self.accumulated = self._fresh_gradients()  # what the bug of never setting them to zero leaves
        self._broken: BrokenObjective | None = None
        self.step = 0
        self.run = Run([Segment(0, experiment, self.kernel)])
        self._batches = Batches(experiment, len(self.dataset.targets))
        self._step_seconds = 0.0  # of the last call; 0 if not yet known
        self.run.keep(self.present)

    @classmethod
    def restored(cls, run: Run, present: Checkpoint) -> Trainer:
        """A trainer that goes on with a run from `present`, which is in its last segment, bit for bit."""
        last = run.segments[-1]
        trainer = cls(last.experiment, last.kernel)
        trainer.run = run
        trainer._return_to(present)
        if last.kernel != trainer.kernel:
            trainer.change(trainer.experiment)  # from here on with the kernel at hand: a segment of its own
        return trainer

    @property
    def experiment(self) -> Experiment:
        return self.objective.experiment

    @property
    def kernel(self) -> str:
        return self.objective.kernel

    @property
    def present(self) -> Checkpoint:
        """Where training stands: the beginning of the next step."""
        segment = len(self.run.segments) - 1
        arrays = self.state.copy(), self.accumulated.copy()
        return Checkpoint(self.step, segment, self.theta.copy(), *self._batches.place, *arrays)

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

    def advance(self, steps: int, until: float | None = None) -> Progress:
        """Take up to `steps` steps; stop when `perf_counter()` passes `until`, or before a step that diverges.

        Raises BugError, before any step, where a bug makes training impossible.
        """
        first, last = self.step, self.step + steps
        losses: list[float] = []
        accuracies: list[float] = []
        divergence = None
        while self.step < last:
            wanted = min(last - self.step, self._at_once(until))
            started, before = perf_counter(), self.step
            self._take(wanted, losses, accuracies)
            if self.step < before + wanted:
                divergence = self._divergence()
                break
            now = perf_counter()
            self._step_seconds = (now - started) / wanted
            if until is not None and now >= until:
                break
        progress = Progress(first, np.array(losses), np.array(accuracies), divergence)
        if losses:
            self.run.history.append(np.arange(first, self.step, dtype=np.float64), progress.losses)
        return progress

    def switch(self, kernel: str) -> None:
        """Go on with other kernels from the present step: a segment of its own."""
        if _usable(kernel) == kernel != self.kernel:
            self.objective.use(kernel)
            self._begin_segment()

    def change(self, experiment: Experiment) -> None:
        """Go on with another experiment from the present step; the weights stay.

        Another kind of optimiser begins as new; of the same kind it goes on with its state, whatever its numbers.
        Raises ExperimentError if the change needs a new run (`needs_new_run`).
        """
        check_experiment(experiment)
        if needs_new_run(self.experiment, experiment):
            raise ExperimentError("This change needs new weights: begin a new run.")
        if experiment.data != self.experiment.data:
            self._batches.begin_epoch()
        anew = _optimizer_kind(experiment) != _optimizer_kind(self.experiment)
        zeroed = _is_never_zeroed(experiment) and not _is_never_zeroed(self.experiment)
        self._use(experiment)
        self._begin_segment(anew=anew, zeroed=zeroed)

    def _begin_segment(self, *, anew: bool = False, zeroed: bool = False) -> None:
        self.run.cut(self.step)
        if self.run.segments[-1].first_step == self.step:
            replaced = self.run.segments.pop()
            anew, zeroed = replaced.anew or anew, replaced.zeroed or zeroed
        began = self._batches.place
        self.run.segments.append(Segment(self.step, self.experiment, self.kernel, *began, anew=anew, zeroed=zeroed))
        self.run.keep(self.present)

    def rewind(self, step: int) -> None:
        """Go back to the beginning of an earlier step, exactly. What came after it is forgotten."""
        if not 0 <= step <= self.step:
            raise ExperimentError(f"There is no step {step} to go back to; this run is at step {self.step}.")
        present, kernel = self.experiment, self.kernel
        start = self.run.checkpoint_before(step)
        segment = self.run.segments[start.segment]
        self._use(segment.experiment, segment.kernel)
        self._return_to(start)
        upcoming = [later for later in self.run.segments[start.segment + 1 :] if later.first_step <= step]
        while self.step < step or upcoming:
            if upcoming and upcoming[0].first_step == self.step:
                entered = upcoming.pop(0)
                self._use(entered.experiment, entered.kernel)
                self._batches.place = entered.epoch, entered.position
                if entered.anew:
                    self.state = self._fresh_state()
                if entered.zeroed:
                    self.accumulated = self._fresh_gradients()
                continue
            self._update(self._evaluate(self._batches.rows), keep=False)
        self.run.cut(step)
        if self.experiment != present:
            self.change(present)
        self.switch(kernel)

    def _use(self, experiment: Experiment, kernel: str | None = None) -> None:
        """Follow this experiment from now on; what is compiled is made anew only where it has to be."""
        before, kernel = self.experiment, _usable(kernel or self.kernel)
        anew = _optimizer_kind(experiment) != _optimizer_kind(before)
        self._follow(before, experiment, kernel)
        self._batches.follow(experiment, len(self.dataset.targets))
        if anew:
            self.state = self._fresh_state()
        if _is_never_zeroed(experiment) != _is_never_zeroed(before):
            self.accumulated = self._fresh_gradients()

    def _follow(self, before: Experiment, experiment: Experiment, kernel: str) -> None:
        if experiment.data != before.data:
            self.dataset = make_dataset(experiment.data)
        elif same_programs(before, experiment):
            self.objective.experiment = experiment
            if kernel != self.kernel:
                self.objective.use(kernel)
            return
        self.objective = Objective(experiment, self.dataset, kernel)

    def _at_once(self, until: float | None) -> int:
        """How many steps one call may take: to the next checkpoint, and not far beyond the time that is left."""
        if self.kernel == NumpyKernel.name or self.experiment.training.bugs:
            return 1
        to_checkpoint = self.run.spacing - self.step % self.run.spacing
        if until is None:
            return to_checkpoint
        if self._step_seconds == 0.0:
            return 1
        return max(1, min(to_checkpoint, int((until - perf_counter()) / self._step_seconds)))

    def _take(self, steps: int, losses: list[float], accuracies: list[float]) -> None:
        """So many steps; fewer if the next one diverges."""
        batches, rates = self._batches.upcoming(steps), learning_rates(self.experiment.training, self.step, steps)
        bounds = np.cumsum([0, *map(len, batches)]) if batches else None
        rows = np.concatenate(batches) if batches else None
        broken = bool(self.experiment.training.bugs)
        found = None if broken else self.objective.descend(self.theta, self.state, rates, rows, bounds)
        if found is None:
            self._take_one(batches[0] if batches else None, losses, accuracies)
            return
        self.theta, self.state = found.theta, found.state
        losses += found.losses.tolist()
        accuracies += found.accuracies.tolist()
        for _ in found.losses:
            self._move_on()
        if len(found.losses) and self.step % self.run.spacing == 0:
            self.run.keep(self.present)

    def _take_one(self, rows: Index | None, losses: list[float], accuracies: list[float]) -> None:
        found = self._evaluate(rows)
        if not (np.isfinite(found.loss) and np.isfinite(found.gradient).all()):
            return
        losses.append(found.loss)
        accuracies.append(accuracy(found, self.dataset.targets if rows is None else self.dataset.targets[rows]))
        self._update(found)

    def _evaluate(self, rows: Index | None) -> Evaluation:
        """Loss and gradient of a step that is taken by itself."""
        broken = self.broken
        return (
            broken.evaluate(self.theta, rows, self.accumulated) if broken else self.objective.evaluate(self.theta, rows)
        )

    def _divergence(self) -> Divergence:
        """Why the next step cannot be taken."""
        rows, broken = self._batches.rows, self.broken
        if broken is None:
            return find_divergence(self.objective, self.theta, self.step, rows)
        return broken_divergence(broken, self.theta, self.step, rows, self.accumulated)

    def _update(self, found: Evaluation, *, keep: bool = True) -> None:
        """The optimiser's update, and the step is over."""
        optimizer, rate = self.experiment.training.optimizer, self.learning_rate
        if isinstance(found, BrokenEvaluation):
            rate *= update_sign(self._bugs)
            if len(self.accumulated):
                self.accumulated = found.accumulated
        self.theta, self.state = updated(optimizer, self.theta, self.state, found.gradient, rate)
        self._move_on()
        if keep and self.step % self.run.spacing == 0:
            self.run.keep(self.present)

    def _move_on(self) -> None:
        self.step += 1
        self._batches.move_on()

    def _fresh_state(self) -> Array:
        return fresh_state(_optimizer_kind(self.experiment), len(self.objective.initial))

    def _fresh_gradients(self) -> Array:
        """Kept only where they are never set to zero: else nothing is left of them."""
        return np.zeros(len(self.objective.initial) if _is_never_zeroed(self.experiment) else 0)

    @property
    def _bugs(self) -> Bugs:
        return bugs_of(self.experiment.training)

    def _return_to(self, checkpoint: Checkpoint) -> None:
        self.theta, self.step = checkpoint.theta.copy(), checkpoint.step
        self.state, self.accumulated = checkpoint.state.copy(), checkpoint.accumulated.copy()
        self._batches.place = checkpoint.epoch, checkpoint.position


def accuracy(found: Evaluation, targets: Array) -> float:
    """The share of samples whose output has the sign of its target; of classes, whose largest score is its class's."""
    if targets.ndim == 2:
        return float(np.count_nonzero(found.outputs.argmax(axis=0) == targets.argmax(axis=1))) / len(targets)
    return float(np.count_nonzero((found.outputs > 0.0) == (targets > 0.0))) / len(targets)


def _usable(kernel: str) -> str:
    """This kernel, or NumPy's where it cannot be had."""
    return kernel if kernel == NumpyKernel.name or kernels.ready() else NumpyKernel.name


def _optimizer_kind(experiment: Experiment) -> OptimizerKind:
    return experiment.training.optimizer.kind


def _is_never_zeroed(experiment: Experiment) -> bool:
    return Bug.NO_ZERO.value in experiment.training.bugs
