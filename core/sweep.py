"""A sweep: the same set-up trained at several learning rates, from the same initial weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, sleep

import msgspec
import numpy as np

from core import kernels
from core.errors import ExperimentError
from core.experiment import MAX_RATE, MIN_RATE, Experiment, Stop
from core.history import History
from core.long_work import Report, silent
from core.program import Array
from core.trainer import Trainer
from core.words import tr

MOST_RATES = 25
MOST_STEPS = 1_000_000
POINTS = 300  # of a curve
CALL_SECONDS = 0.004  # of training in one go
REST_SECONDS = 0.008  # after it, for the window and the run that goes on: with less of it they would be felt to stop
SHOW_SECONDS = 0.1  # between two reports that bring what there is so far


@dataclass(frozen=True, eq=False)
class SweptRun:
    """What became of one learning rate."""

    rate: float
    steps: Array  # of the curve, thinned
    losses: Array  # at `steps`; of batches where there are batches
    loss: float  # at the end, over all training rows; nan if it diverged
    test_loss: float | None  # at the end; None without test rows, nan if it diverged
    diverged_at: int | None = None  # the step that could not be taken


def rates_between(least: float, most: float, count: int) -> list[float]:
    """So many learning rates, evenly spaced by their logarithm and rounded to three digits.

    Raises ExperimentError for an empty range, or rates or a number of them out of their range.
    """
    if not MIN_RATE <= least < most <= MAX_RATE:
        raise ExperimentError(
            tr(
                "Learning rates go from {least} to {most}, the least one first.",
                least=f"{MIN_RATE:g}",
                most=f"{MAX_RATE:g}",
            )
        )
    if not 2 <= count <= MOST_RATES:
        raise ExperimentError(
            tr("A sweep tries 2 to {most} learning rates, not {count}.", most=MOST_RATES, count=count)
        )
    rates = [float(f"{rate:.3g}") for rate in np.geomspace(least, most, count)]
    return sorted({min(max(rate, MIN_RATE), MAX_RATE) for rate in rates})


def sweep(experiment: Experiment, rates: Sequence[float], steps: int, report: Report = silent) -> tuple[SweptRun, ...]:
    """Train at each of the rates for so many steps; now and then reports the runs so far, the unfinished one included.

    Where training stops by itself is left aside: every run is as long as the others. Raises ExperimentError.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise ExperimentError(
            tr("A sweep takes 1 to {most} steps, not {steps}.", most=f"{MOST_STEPS:,}", steps=f"{steps:,}")
        )
    first = Trainer(_at_rate(experiment, rates[0]), kernels.name())
    done: list[SweptRun] = []
    shown_at = perf_counter()
    for number, rate in enumerate(rates):
        trainer = first.at(0)  # the weights of the seed, without recording the network anew
        trainer.change(_at_rate(experiment, rate))
        diverged = None
        while trainer.step < steps and diverged is None:
            progress = trainer.advance(steps - trainer.step, perf_counter() + CALL_SECONDS)
            diverged = progress.divergence.step if progress.divergence else None
            share = min((number + trainer.step / steps) / len(rates), 1.0)
            if perf_counter() - shown_at < SHOW_SECONDS:
                report(share)
            else:
                report(share, (*done, _as_it_stands(trainer, rate, diverged)))
                shown_at = perf_counter()
            sleep(REST_SECONDS)
        done.append(_as_it_stands(trainer, rate, diverged))
    report(1.0, tuple(done))
    return tuple(done)


def _at_rate(experiment: Experiment, rate: float) -> Experiment:
    """Without an end by itself."""
    training = msgspec.structs.replace(experiment.training, learning_rate=rate, stop=Stop())
    return msgspec.structs.replace(experiment, training=training)


def best_of(runs: Sequence[SweptRun]) -> SweptRun | None:
    """The one with the least loss, of test rows where there are some; None if all of them diverged."""
    finished = [run for run in runs if np.isfinite(_judged(run))]
    return min(finished, key=_judged) if finished else None


def _judged(run: SweptRun) -> float:
    return run.loss if run.test_loss is None else run.test_loss


def _as_it_stands(trainer: Trainer, rate: float, diverged: int | None) -> SweptRun:
    curve: History = trainer.run.history.thinned(POINTS)
    tested = trainer.dataset.test_inputs
    if diverged is not None:
        loss, test_loss = float("nan"), float("nan") if len(tested) else None
    else:
        objective, theta = trainer.objective, trainer.theta
        loss = objective.evaluate(theta, gradient=False).loss
        test_loss = objective.measure(theta, tested, trainer.dataset.test_targets).loss if len(tested) else None
    return SweptRun(rate, curve.steps.copy(), curve.losses.copy(), loss, test_loss, diverged)
