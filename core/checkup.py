"""What the rules of health look at: a run at one of its steps, and how it came there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from core.datasets import DataSet
from core.diagnostics import Divergence
from core.experiment import Experiment
from core.health import UnitState
from core.measures import Tested, layers_of, measures
from core.metrics import Series
from core.objective import Evaluation, same_programs
from core.program import Array
from core.run import Run, Segment
from core.shape import output_activation
from core.trainer import Trainer

MOST_LOSSES = 4096  # of the newest steps


@dataclass(frozen=True, eq=False)
class Checkup:
    """All of it belongs to the beginning of `step`; curves hold nothing that came after it."""

    experiment: Experiment
    dataset: DataSet
    names: tuple[str, ...]  # of the parameters
    step: int
    theta: Array
    gradient: Array  # of the whole loss, as a step uses it before clipping
    outputs: Array  # of the network, for every training row
    loss: float
    rate: float  # of the next step
    units: Mapping[str, UnitState]
    well_until: Mapping[UnitState, int]  # a step before the first neuron got a state; none for those of the beginning
    series: Series  # since the loss is what it is now: the same rows, network, penalties
    steps: Array  # the newest ones since the settings are what they are now …
    losses: Array  # … and their own losses: of the step's batch
    steps_an_epoch: int
    divergence: Divergence | None = None

    @cached_property
    def layers(self) -> dict[str, slice]:
        """`L1` … and where their parameters are in θ."""
        return layers_of(self.names)

    @cached_property
    def data_gradient(self) -> Array:
        """The gradient without the share of the penalties, which reaches every weight on its own."""
        training = self.experiment.training
        return self.gradient - 2.0 * training.l2 * self.theta - training.l1 * np.sign(self.theta)

    @property
    def output(self) -> str:
        """The activation of the outputs."""
        return output_activation(self.experiment)

    def values(self, name: str) -> Array:
        """Of a line of the series; empty if there is none."""
        return self.series.values.get(name, np.empty(0))

    def layer_title(self, number: int) -> str:
        """`hidden 1` …, `the output layer`."""
        return f"hidden {number}" if number <= len(self.experiment.network.hidden) else "the output layer"


def checkup(
    trainer: Trainer,
    evaluation: Evaluation,
    tested: Tested | None,
    series: Series,
    units: Mapping[str, UnitState],
    well_until: Mapping[UnitState, int],
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
        experiment=trainer.experiment,
        dataset=trainer.dataset,
        names=tuple(objective.names),
        step=step,
        theta=trainer.theta,
        gradient=evaluation.gradient,
        outputs=evaluation.outputs,
        loss=evaluation.loss,
        rate=trainer.learning_rate,
        units=units,
        well_until=well_until,
        series=_with_now(series, _same_since(run, _same_loss), step, now),
        steps=history.steps[first:].copy(),
        losses=history.losses[first:].copy(),
        steps_an_epoch=1 if trainer.full_batch else -(-rows // batch),
        divergence=divergence,
    )


def _with_now(series: Series, since: int, step: int, now: Mapping[str, float]) -> Series:
    """From `since` to the present step, which is added."""
    part = slice(*np.searchsorted(series.steps, (since, step)))
    values = {
        name: np.append(series.values[name][part] if name in series.values else np.full(part.stop - part.start, np.nan), x)
        for name, x in now.items()
    }
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
