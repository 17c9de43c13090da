"""Sweeps over the learning rate."""

from __future__ import annotations

import math

import msgspec
import pytest

from core import kernels
from core.errors import ExperimentError
from core.examples import load_example
from core.experiment import Experiment, Stop
from core.long_work import CancelledError
from core.sweep import SweptRun, best_of, rates_between, sweep
from core.trainer import Trainer


def lecture(rate: float = 0.05) -> Experiment:
    experiment = load_example("lecture")
    return msgspec.structs.replace(
        experiment, training=msgspec.structs.replace(experiment.training, learning_rate=rate)
    )


def test_every_run_is_the_one_that_its_rate_gives_by_itself() -> None:
    for run in sweep(lecture(), [0.01, 0.1], 30):
        alone = Trainer(lecture(run.rate), kernels.name())
        assert run.losses.tolist() == alone.advance(30).losses.tolist()
        assert run.loss == alone.objective.evaluate(alone.theta).loss
        assert run.steps.tolist() == list(range(30))
        assert run.test_loss is None
        assert run.diverged_at is None


def test_rates_are_even_by_their_logarithm() -> None:
    assert rates_between(0.001, 1.0, 4) == [0.001, 0.01, 0.1, 1.0]


@pytest.mark.parametrize(
    ("least", "most", "count"),
    [(0.1, 0.1, 3), (0.2, 0.1, 3), (1e-9, 1.0, 3), (0.1, 99.0, 3), (0.1, 1.0, 1), (0.1, 1.0, 99)],
)
def test_a_range_that_makes_no_sense_is_refused(least: float, most: float, count: int) -> None:
    with pytest.raises(ExperimentError):
        rates_between(least, most, count)


@pytest.mark.parametrize("steps", [0, 2_000_000])
def test_a_number_of_steps_out_of_range_is_refused(steps: int) -> None:
    with pytest.raises(ExperimentError):
        sweep(lecture(), [0.1], steps)


def test_a_rate_that_is_too_high_diverges_and_is_never_the_best() -> None:
    experiment = load_example("moons")
    experiment = msgspec.structs.replace(
        experiment,
        network=msgspec.structs.replace(experiment.network, output="linear"),
        training=msgspec.structs.replace(experiment.training, loss="sum-squared"),
    )
    low, high = sweep(experiment, [0.0001, 10.0], 40)
    assert high.diverged_at is not None
    assert math.isnan(high.loss)
    best = best_of([high, low])
    assert best is low
    assert best_of([high]) is None


def test_test_rows_decide_which_is_the_best() -> None:
    experiment = load_example("moons")
    experiment = msgspec.structs.replace(experiment, data=msgspec.structs.replace(experiment.data, test_share=0.5))
    runs = sweep(experiment, [0.001, 0.1], 20)
    assert all(run.test_loss is not None for run in runs)
    assert best_of(runs) is min(runs, key=lambda run: run.test_loss or math.inf)


def test_stopping_by_itself_is_left_aside() -> None:
    experiment = lecture()
    training = msgspec.structs.replace(experiment.training, stop=Stop(step=5))
    (run,) = sweep(msgspec.structs.replace(experiment, training=training), [0.05], 20)
    assert len(run.steps) == 20


def test_it_tells_how_far_it_is_and_can_be_cancelled() -> None:
    shares: list[float] = []

    def report(share: float, partial: object = None) -> None:
        shares.append(share)
        if share > 0.4:
            raise CancelledError

    with pytest.raises(CancelledError):
        sweep(lecture(), [0.01, 0.02, 0.05, 0.1], 10, report)
    assert shares == sorted(shares)
    assert shares[-1] < 1.0


def test_what_there_is_so_far_is_told_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.sweep.SHOW_SECONDS", 0.0)
    monkeypatch.setattr("core.sweep.CALL_SECONDS", 0.0)
    told: list[tuple[SweptRun, ...]] = []

    def report(share: float, partial: object = None) -> None:
        assert isinstance(partial, tuple)
        told.append(partial)

    found = sweep(lecture(), [0.01, 0.1], 5, report)
    assert len(told[0]) == 1
    assert len(told[0][0].steps) < 5
    assert told[-1] == found
