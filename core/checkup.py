"""What the rules of health look at: a run at one of its steps, and how it came there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from core.datasets import DataSet
from core.diagnostics import Divergence
from core.experiment import Experiment
from core.gradient_flow import gradient_flow
from core.health import UnitState
from core.measures import Tested, layers_of, measures
from core.metrics import Series
from core.objective import Evaluation, Objective, same_programs
from core.program import Array
from core.run import Run, Segment
from core.shape import output_activation
from core.trainer import Trainer
from core.units import Onsets, sampled_rows
from core.words import tr

MOST_LOSSES = 4096  # of the newest steps
FLOW_ROWS = 100


@dataclass(frozen=True, eq=False)
class Checkup:
    """All of it belongs to the beginning of `step`; curves hold nothing that came after it."""

    objective: Objective
    run: Run
    step: int
    theta: Array
    gradient: Array  # of the whole loss, as a step uses it before clipping
    outputs: Array  # of the network, for every training row
    loss: float
    rate: float  # of the next step
    units: Mapping[str, UnitState]
    onsets: Onsets
    series: Series  # since the loss is what it is now: the same rows, network, penalties
    steps: Array  # the newest ones since the settings are what they are now …
    losses: Array  # … and their own losses: of the step's batch
    steps_an_epoch: int
    divergence: Divergence | None = None

    @property
    def experiment(self) -> Experiment:
        return self.objective.experiment

    @property
    def dataset(self) -> DataSet:
        return self.objective.dataset

    @property
    def names(self) -> list[str]:
        """Of the parameters."""
        return self.objective.names

    @cached_property
    def layers(self) -> dict[str, slice]:
        """`L1` … and where their parameters are in θ."""
        return layers_of(self.names)

    @cached_property
    def flow(self) -> Array:
        """How much of a gradient gets back to each hidden layer, see gradient_flow.py."""
        inputs = self.dataset.inputs
        rows = inputs[sampled_rows(len(inputs))][:FLOW_ROWS]
        return gradient_flow(self.experiment, self.theta, self.objective.over_points(self.theta, rows)[1])

    @property
    def output(self) -> str:
        """The activation of the outputs."""
        return output_activation(self.experiment)

    def well_until(self, names: Sequence[str], state: UnitState, *, every: bool = False) -> int | None:
        """A step before the first of these neurons (with `every`, the last) got this state; None: all began so."""
        return self.onsets.well_until(self.objective, self.run, names, state, every=every)

    def values(self, name: str) -> Array:
        """Of a line of the series; empty if there is none."""
        return self.series.values.get(name, np.empty(0))

    def layer_title(self, number: int) -> str:
        """`hidden 1` …, `the output layer`."""
        if number <= len(self.experiment.network.hidden):
            return tr("hidden {number}", number=number)
        return tr("the output layer")


def checkup(
    trainer: Trainer,
    evaluation: Evaluation,
    tested: Tested | None,
    series: Series,
    units: Mapping[str, UnitState],
    onsets: Onsets,
    divergence: Divergence | None = None,
) -> Checkup:
    """Of the trainer's present step, whose evaluation over all rows, with the bugs that are on, is given.

    `series` may know more than that, or less.
    """
    objective, step, run = trainer.objective, trainer.step, trainer.run
    now = measures(objective, evaluation, tested, layers_of(objective.names))
    since = _same_since(run, _same_settings)
    history = run.history
    first = max(len(history) - MOST_LOSSES, int(np.searchsorted(history.steps, since)))
    batch, rows = trainer.experiment.training.batch, len(trainer.dataset.targets)
    return Checkup(
        objective=objective,
        run=run,
        step=step,
        theta=trainer.theta,
        gradient=evaluation.gradient,
        outputs=evaluation.outputs,
        loss=evaluation.loss,
        rate=trainer.learning_rate,
        units=units,
        onsets=onsets,
        series=_with_now(series, _same_since(run, _same_loss), step, now),
        steps=history.steps[first:].copy(),
        losses=history.losses[first:].copy(),
        steps_an_epoch=1 if trainer.full_batch else -(-rows // batch),
        divergence=divergence,
    )


def _with_now(series: Series, since: int, step: int, now: Mapping[str, float]) -> Series:
    """From `since` to the present step, which is added."""
    part = slice(*np.searchsorted(series.steps, (since, step)))
    unknown = np.full(part.stop - part.start, np.nan)
    earlier = {name: values[part] for name, values in series.values.items()}
    values = {name: np.append(earlier.get(name, unknown), number) for name, number in now.items()}
    return Series(np.append(series.steps[part], float(step)), values)


def _same_since(run: Run, same: Callable[[Segment, Segment], bool]) -> int:
    """The step since when the run's segments are alike."""
    newest = run.segments[-1]
    for before, after in reversed(list(pairwise(run.segments))):
        if not same(before, newest) or (same is _same_settings and after.edits):
            return after.first_step
    return run.segments[0].first_step


def _same_settings(before: Segment, after: Segment) -> bool:
    return before.experiment == after.experiment


def _same_loss(before: Segment, after: Segment) -> bool:
    one, other = before.experiment, after.experiment
    return one.data == other.data and same_programs(one, other)
