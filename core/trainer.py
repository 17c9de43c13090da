"""Trainer: moves the weights of one Run, step by step, and can go back to any step exactly."""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from core.accuracy import accuracy_of
from core.compiled import Steps, most_kept
from core.diagnostics import Divergence, find_divergence
from core.errors import ExperimentError
from core.experiment import Experiment
from core.experiment_rules import check_experiment
from core.kernels_numpy import NumpyKernel
from core.objective import same_programs
from core.program import Array
from core.program_bugs import broken_divergence
from core.run import Checkpoint, Run, Segment, needs_new_run
from core.stepper import Stepper, is_never_zeroed, optimizer_kind, usable
from core.stopping import Stopping
from core.words import tr

CHECKPOINTS_A_CALL = 64  # of compiled code


@dataclass(frozen=True, eq=False)
class Progress:
    """What a call of `advance` did: one entry a step; step k's loss is L(θ_k), before its update."""

    first_step: int
    losses: Array
    accuracies: Array  # of the step's batch, 0 … 1; nan for a regression
    divergence: Divergence | None = None  # training stopped before the step after the last one listed
    stopped: str = ""  # why it stopped by itself, where the experiment wants that: `loss 0.0098 reached 0.01`


class Trainer(Stepper):
    """Owns the live parameters of a run. One thread at a time."""

    def __init__(self, experiment: Experiment, kernel: str = NumpyKernel.name, initial: Array | None = None) -> None:
        """`kernel`: what evaluates the loss; NumPy's serve where compiled ones are not ready.

        `initial`: the parameters to begin with; None for those of the seed. Raises ExperimentError if the experiment is
        not a sound one, or these do not fit it.
        """
        super().__init__(experiment, kernel, initial)
        self.run = Run([Segment(0, experiment, self.kernel)])
        self._stopping = Stopping(experiment.training.stop)
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
    def present(self) -> Checkpoint:
        """Where training stands: the beginning of the next step."""
        segment = len(self.run.segments) - 1
        arrays = self.state.copy(), self.accumulated.copy()
        return Checkpoint(self.step, segment, self.theta.copy(), *self._batches.place, *arrays)

    def advance(self, steps: int, until: float | None = None) -> Progress:
        """Take up to `steps` steps; stop when `perf_counter()` passes `until`, or before a step that diverges.

        Also where the experiment's Stop says so, at the very step; `Stopping` says when that is, and when it is not.
        Raises BugError, before any step, where a bug makes training impossible.
        """
        first, last = self.step, self._stopping.last_step(self.step, self.step + steps)
        losses: list[float] = []
        accuracies: list[float] = []
        divergence, stopped = None, ""
        if self._stopping.looks and not self._stopping.has_looked and not self.full_batch and last > first:
            self._look()
        while self.step < last and not stopped:
            wanted = min(last - self.step, self._at_once(until))
            started, before = perf_counter(), self.step
            stopped = self._take(wanted, losses, accuracies)
            if self.step < before + wanted:
                divergence = None if stopped else self._divergence()
                break
            now = perf_counter()
            self._step_seconds = (now - started) / wanted
            if until is not None and now >= until:
                break
        if self.step > first and not stopped and divergence is None:
            stopped = self._look() if self._ends_epoch else ""
            stopped = self._stopping.at_step(self.step) or stopped
        progress = Progress(first, np.array(losses), np.array(accuracies), divergence, stopped)
        if losses:
            self.run.history.append(np.arange(first, self.step, dtype=np.float64), progress.losses)
        return progress

    def switch(self, kernel: str) -> None:
        """Go on with other kernels from the present step: a segment of its own."""
        if usable(kernel) == kernel != self.kernel:
            self.objective.use(kernel)
            self._begin_segment()

    def change(self, experiment: Experiment) -> None:
        """Go on with another experiment from the present step; the weights stay.

        Another kind of optimiser begins as new; of the same kind it goes on with its state, whatever its numbers.
        Raises ExperimentError if the change needs a new run (`needs_new_run`).
        """
        check_experiment(experiment)
        before = self.experiment
        if needs_new_run(before, experiment):
            raise ExperimentError(tr("This change needs new weights: begin a new run."))
        if experiment.data != before.data:
            self._batches.begin_epoch()
        anew = optimizer_kind(experiment) != optimizer_kind(before)
        zeroed = is_never_zeroed(experiment) and not is_never_zeroed(before)
        self._use(experiment)
        stop = experiment.training.stop
        if stop != self._stopping.stop or experiment.data != before.data or not same_programs(before, experiment):
            self._stopping.follow(stop)
        self._begin_segment(anew=anew, zeroed=zeroed)

    def set_parameter(self, address: str, number: float) -> None:
        """Set a weight or bias by hand and go on from the present step: a segment of its own.

        Raises ExperimentError unless the number is finite and the network has the address.
        """
        if address not in self.objective.names:
            raise ExperimentError(tr("There is no parameter '{address}' in this network.", address=address[:40]))
        if not math.isfinite(number):
            raise ExperimentError(tr("A weight is a finite number."))
        place = self.objective.names.index(address)
        self.theta = self.theta.copy()
        self.theta[place] = number
        self._stopping.follow(self._stopping.stop)
        self._begin_segment(edit=(place, float(number)))

    def rewind(self, step: int) -> None:
        """Go back to the beginning of an earlier step, exactly. What came after it is forgotten."""
        self.check_reached(step)
        present, kernel = self.experiment, self.kernel
        self.go_to(self.run, step)
        self.run.cut(step)
        self._go_on_with(present, kernel)

    def at(self, step: int) -> Trainer:
        """Another trainer, which stands at an earlier or the present step with the experiment of then.

        This one stays as it is; the other has a copy of the run up to there, and belongs to the same thread. Raises
        ExperimentError for a step that was never reached.
        """
        self.check_reached(step)
        other = copy(self)
        other.objective, other._batches, other._broken = copy(self.objective), copy(self._batches), None
        other.stand_in(self.run, step)
        return other

    def stand_in(self, run: Run, step: int, *, on_the_way: bool = False) -> None:
        """Be where another trainer's run was at this step, with a copy of it so far; `on_the_way` as of `go_to`."""
        self.go_to(run, step, on_the_way=on_the_way)
        self.run = run.until(step)
        self._stopping = Stopping(self.experiment.training.stop)

    def branched(self, step: int) -> Trainer:
        """Another trainer that goes on from an earlier step with the present experiment; this one stays as it is.

        Raises ExperimentError for a step that was never reached.
        """
        other = self.at(step)
        other._go_on_with(self.experiment, self.kernel)
        return other

    def check_reached(self, step: int) -> None:
        """Raise ExperimentError unless training came to this step."""
        if not 0 <= step <= self.step:
            raise ExperimentError(
                tr("There is no step {step} to go back to; this run is at step {now}.", step=step, now=self.step)
            )

    def _go_on_with(self, experiment: Experiment, kernel: str) -> None:
        if self.experiment != experiment:
            self.change(experiment)
        self.switch(kernel)
        self._stopping.follow(experiment.training.stop)

    def _begin_segment(
        self, *, anew: bool = False, zeroed: bool = False, edit: tuple[int, float] | None = None
    ) -> None:
        self.run.cut(self.step)
        edits: dict[int, float] = {}
        if self.run.segments[-1].first_step == self.step:
            replaced = self.run.segments.pop()
            anew, zeroed, edits = replaced.anew or anew, replaced.zeroed or zeroed, dict(replaced.edits)
        if edit:
            edits[edit[0]] = edit[1]
        self.run.segments.append(
            Segment(
                *(self.step, self.experiment, self.kernel, *self._batches.place),
                anew=anew,
                zeroed=zeroed,
                edits=tuple(sorted(edits.items())),
            )
        )
        self.run.keep(self.present)

    def _at_once(self, until: float | None) -> int:
        """How many steps one call may take: over not too many checkpoints, and not far beyond the time that is left."""
        if self.kernel == NumpyKernel.name or self.experiment.training.bugs:
            return 1
        spacing, width = self.run.spacing, len(self.theta) + len(self.state)
        most = min(CHECKPOINTS_A_CALL, most_kept(width)) * spacing - self.step % spacing
        if self._stopping.looks and not self.full_batch:
            most = min(most, self._batches.left)
        if until is None:
            return most
        if self._step_seconds == 0.0:
            return 1
        return max(1, min(most, int((until - perf_counter()) / self._step_seconds)))

    def _take(self, steps: int, losses: list[float], accuracies: list[float]) -> str:
        """So many steps; fewer if the next one diverges, or if training stops by itself: why it does."""
        found = self._descend(steps, self.run.spacing)
        if found is None:
            return self._take_one(losses, accuracies)
        stopped, taken = self._stop_within(found)
        if stopped:
            again = self._descend(taken, self.run.spacing)
            assert again is not None  # it could be done before
            found = again
        losses += found.losses.tolist()
        accuracies += found.accuracies.tolist()
        self._go_through(found)
        return stopped or (self._look() if self._ends_epoch and not self.full_batch else "")

    def _go_through(self, found: Steps) -> None:
        """Stand after these steps, with checkpoints on the way."""
        spacing, kept = self.run.spacing, zip(found.thetas, found.states, strict=True)
        for _ in found.losses:
            self._move_on()
            if self.step % spacing == 0:
                self.theta, self.state = next(kept)
                if self.step % self.run.spacing == 0:  # which thinning out may have doubled meanwhile
                    self.run.keep(self.present)
        self.theta, self.state = found.theta, found.state

    def _take_one(self, losses: list[float], accuracies: list[float]) -> str:
        rows = self._batches.rows
        found = self.evaluate(rows)
        if not (np.isfinite(found.loss) and np.isfinite(found.gradient).all()):
            return ""
        right = accuracy_of(found, self.dataset, rows)
        if self._stopping.looks and rows is None:
            stopped = self._stopping.look(self.step, found.loss, right)
            if stopped:
                return stopped
        losses.append(found.loss)
        accuracies.append(right)
        self._update(found)
        if self.step % self.run.spacing == 0:
            self.run.keep(self.present)
        return self._look() if rows is not None and self._ends_epoch else ""

    def _stop_within(self, found: Steps) -> tuple[str, int]:
        """Why training stops before the last of these steps, and after how many."""
        if self._stopping.looks and self.full_batch:
            for i, (loss, right) in enumerate(zip(found.losses.tolist(), found.accuracies.tolist(), strict=True)):
                stopped = self._stopping.look(self.step + i, loss, right)
                if stopped:
                    return stopped, i
        return "", len(found.losses)

    @property
    def _ends_epoch(self) -> bool:
        return self._batches.place[1] == 0

    def _look(self) -> str:
        """Why training stops at the present step; empty if it does not."""
        if not self._stopping.looks or self._stopping.has_looked_at(self.step):
            return ""
        found = self.evaluate(None) if self.experiment.training.bugs else None
        found = found or self.objective.evaluate(self.theta, gradient=False)
        return self._stopping.look(self.step, found.loss, accuracy_of(found, self.dataset))

    def _divergence(self) -> Divergence:
        """Why the next step cannot be taken."""
        rows, broken = self._batches.rows, self.broken
        if broken is None:
            return find_divergence(self.objective, self.theta, self.step, rows)
        return broken_divergence(broken, self.theta, self.step, rows, self.accumulated)
