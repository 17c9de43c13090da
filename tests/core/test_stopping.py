"""Training that stops by itself: at the very step, whatever the calls, and never twice at the same place."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from core.bugs import Bug
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, Stop, TrainingSpec, with_bugs
from core.stopping import Stopping
from core.trainer import Trainer
from core.twin import TrueRun

MOONS = Experiment(
    "small moons",
    DataSpec("moons", 20, 0.1, 3),
    NetworkSpec((LayerSpec(4, "tanh"),), "tanh", "lecture", 5),
    TrainingSpec(0.05, loss="mean-squared"),
)
MINI = msgspec.structs.replace(MOONS, training=TrainingSpec(0.05, loss="mean-squared", batch=6))


def stopping_at(experiment: Experiment, *, step: int = 0, loss: float = 0.0, accuracy: float = 0.0) -> Experiment:
    training = msgspec.structs.replace(experiment.training, stop=Stop(step, loss, accuracy))
    return msgspec.structs.replace(experiment, training=training)


@pytest.fixture(params=["numpy", "numba"])
def kernel(request: pytest.FixtureRequest) -> str:
    """Each of the kernels."""
    if request.param == "numba":
        pytest.importorskip("numba")
        from core import kernels

        assert kernels.warm_up(beside=False), kernels.reason()
    return str(request.param)


def losses_of(experiment: Experiment, kernel: str, steps: int) -> list[float]:
    """Of all samples, at each step; those of the path that it takes without a stop."""
    trainer, found = Trainer(experiment, kernel), []
    for _ in range(steps):
        found.append(trainer.objective.evaluate(trainer.theta, gradient=False).loss)
        trainer.advance(1)
    return found


def stops(trainer: Trainer, portion: int, until: int) -> list[tuple[int, str]]:
    """Where and why it stops on the way to a step, if it is made to go on each time."""
    found = []
    while trainer.step < until:
        progress = trainer.advance(min(portion, until - trainer.step))
        if progress.stopped:
            found.append((trainer.step, progress.stopped))
    return found


@pytest.mark.parametrize("portion", [1, 7, 500])
def test_a_step(kernel: str, portion: int) -> None:
    trainer = Trainer(stopping_at(MOONS, step=37), kernel)
    assert stops(trainer, portion, 120) == [(37, "step 37 reached")]
    assert len(trainer.run.history) == 120
    trainer.rewind(37)
    assert trainer.advance(5).stopped == ""
    trainer.rewind(36)
    assert (trainer.advance(5).stopped, trainer.step) == ("step 37 reached", 37)


@pytest.mark.parametrize("portion", [1, 7, 500])
def test_a_loss_with_full_batches(kernel: str, portion: int) -> None:
    losses = losses_of(MOONS, kernel, 120)
    wanted = losses[83]
    assert all(loss > wanted for loss in losses[:83])
    trainer = Trainer(stopping_at(MOONS, loss=wanted), kernel)
    assert stops(trainer, portion, 120) == [(83, f"loss {wanted:.4g} reached {wanted:.4g}")]
    plain = Trainer(MOONS, kernel)
    plain.advance(120)
    assert trainer.theta.tobytes() == plain.theta.tobytes()
    assert trainer.run.history.losses.tobytes() == plain.run.history.losses.tobytes()


def test_a_progress_ends_where_training_stopped(kernel: str) -> None:
    losses = losses_of(MOONS, kernel, 40)
    trainer = Trainer(stopping_at(MOONS, loss=losses[31]), kernel)
    progress = trainer.advance(1000)
    assert (len(progress.losses), len(progress.accuracies), trainer.step) == (31, 31, 31)
    assert progress.losses.tolist() == losses[:31]
    assert [kept.step for kept in trainer.run.checkpoints] == list(range(32))
    plain = Trainer(MOONS, kernel)
    plain.advance(31)
    assert trainer.theta.tobytes() == plain.theta.tobytes()


@pytest.mark.parametrize("portion", [1, 7, 500])
def test_an_accuracy_that_comes_and_goes_stops_each_time(kernel: str, portion: int) -> None:
    """At a high rate the accuracy jumps up and down."""
    wild = msgspec.structs.replace(MOONS, training=TrainingSpec(1.0, loss="mean-squared"))
    plain = Trainer(wild, kernel)
    right = plain.advance(301).accuracies
    reached = right >= 0.85
    expected = (np.flatnonzero(reached[1:] & ~reached[:-1]) + 1).tolist()
    assert len(expected) > 1
    trainer = Trainer(stopping_at(wild, accuracy=0.85), kernel)
    found = stops(trainer, portion, 300)
    assert [step for step, _ in found] == expected
    assert found[0][1] == f"accuracy {100 * right[expected[0]]:.4g}% reached 85%"
    plain.rewind(300)
    assert trainer.theta.tobytes() == plain.theta.tobytes()


@pytest.mark.parametrize("portion", [1, 3, 7, 500])
def test_with_minibatches_the_end_of_an_epoch_counts(kernel: str, portion: int) -> None:
    losses = losses_of(MINI, kernel, 200)
    ends = list(range(0, 200, 4))  # 20 rows, 6 a step
    wanted = losses[100]
    reached = [losses[step] <= wanted for step in ends]
    expected = [step for step, now, before in zip(ends[1:], reached[1:], reached, strict=False) if now and not before]
    trainer = Trainer(stopping_at(MINI, loss=wanted), kernel)
    found = stops(trainer, portion, 196)
    assert [step for step, _ in found] == expected
    assert expected[0] <= 100
    plain = Trainer(MINI, kernel)
    plain.advance(196)
    assert trainer.theta.tobytes() == plain.theta.tobytes()


def test_what_holds_already_does_not_stop(kernel: str) -> None:
    for experiment in (MOONS, MINI):
        trainer = Trainer(stopping_at(experiment, loss=1e6, accuracy=1e-6, step=0), kernel)
        assert stops(trainer, 13, 60) == []
        trainer.change(stopping_at(experiment, loss=1e5))
        assert stops(trainer, 13, 120) == []


def test_a_condition_is_looked_at_anew_where_it_changes(kernel: str) -> None:
    losses = losses_of(MOONS, kernel, 90)
    trainer = Trainer(stopping_at(MOONS, loss=losses[40]), kernel)
    assert stops(trainer, 500, 60)[0][0] == 40
    trainer.change(stopping_at(MOONS, loss=losses[80]))
    assert (trainer.advance(500).stopped != "", trainer.step) == (True, 80)
    trainer.rewind(30)
    trainer.change(stopping_at(MOONS, loss=losses[40]))
    assert (trainer.advance(500).stopped != "", trainer.step) == (True, 40)


def test_a_rate_that_changes_on_the_way_does_not_hide_it(kernel: str) -> None:
    losses = losses_of(MOONS, kernel, 60)
    trainer = Trainer(stopping_at(MOONS, loss=losses[50]), kernel)
    trainer.advance(49)
    faster = stopping_at(
        msgspec.structs.replace(MOONS, training=TrainingSpec(0.06, loss="mean-squared")), loss=losses[50]
    )
    trainer.change(faster)
    assert (trainer.advance(10).stopped != "", trainer.step) == (True, 50)


def test_the_first_of_several_conditions(kernel: str) -> None:
    losses = losses_of(MOONS, kernel, 60)
    both = Trainer(stopping_at(MOONS, step=50, loss=losses[50]), kernel)
    assert stops(both, 500, 59) == [(50, "step 50 reached")]
    first = Trainer(stopping_at(MOONS, step=50, loss=losses[20]), kernel)
    assert [step for step, _ in stops(first, 500, 59)] == [20, 50]


def test_a_bug_does_not_keep_training_from_stopping() -> None:
    buggy = with_bugs(MOONS, frozenset({Bug.TWICE}))
    losses = losses_of(buggy, "numpy", 40)
    wanted = losses[33]
    expected = [step for step in range(1, 40) if losses[step] <= wanted < losses[step - 1]]
    trainer = Trainer(stopping_at(buggy, loss=wanted))
    assert [step for step, _ in stops(trainer, 500, 39)] == expected


def test_the_true_run_beside_it_goes_as_far() -> None:
    buggy = stopping_at(with_bugs(MOONS, frozenset({Bug.TWICE})), step=40, loss=1e-9)
    trainer = Trainer(buggy)
    true = TrueRun(trainer)
    for _ in range(4):
        trainer.advance(30)
        true.advance()
        assert true.twin is not None
        assert true.twin.step == trainer.step
    assert trainer.step == 100


def test_training_that_diverges_does_not_say_that_it_stopped(kernel: str) -> None:
    network = NetworkSpec((LayerSpec(4, "linear"),), "linear", "lecture", 1337)
    fast = Experiment("too fast", DataSpec("lecture"), network, TrainingSpec(10.0, stop=Stop(loss=1e-9)))
    progress = Trainer(fast, kernel).advance(1000)
    assert progress.divergence is not None
    assert progress.stopped == ""


def test_a_regression_has_no_accuracy_to_stop_at(kernel: str) -> None:
    line = Experiment("line", DataSpec("line", 20), NetworkSpec((), "linear"), TrainingSpec(0.01))
    trainer = Trainer(stopping_at(line, accuracy=0.5), kernel)
    progress = trainer.advance(30)
    assert (progress.stopped, trainer.step) == ("", 30)
    assert np.isnan(progress.accuracies).all()


def test_without_a_condition_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> str:
        raise AssertionError

    monkeypatch.setattr(Stopping, "look", never)
    for experiment in (MOONS, MINI, stopping_at(MOONS, step=9)):
        Trainer(experiment).advance(20)
