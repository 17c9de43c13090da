"""Training: reproducible, rewindable to any step bit for bit, and stopped before it diverges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core.run
from core import kernels
from core.accuracy import accuracy, accuracy_of
from core.errors import ExperimentError
from core.examples import load_example
from core.experiment import DataSpec, Decay, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.record import Recording
from core.trainer import Trainer

MOONS = Experiment(
    "small moons",
    DataSpec("moons", 10, 0.1, 3),
    NetworkSpec((LayerSpec(3, "tanh"),), "linear", "lecture", 5),
    TrainingSpec(0.1, Decay("linear", 0.9, 40), "hinge", 1e-3, 4),
)


def changed(experiment: Experiment, **parts: dict[str, Any]) -> Experiment:
    """The experiment with some fields of its parts replaced."""
    replaced = {name: msgspec.structs.replace(getattr(experiment, name), **fields) for name, fields in parts.items()}
    return msgspec.structs.replace(experiment, **replaced)


CHANGES: list[Callable[[Experiment], Experiment]] = [
    lambda each: changed(each, training={"learning_rate": 0.03}),
    lambda each: changed(each, training={"learning_rate": 0.2, "decay": Decay()}),
    lambda each: changed(each, training={"batch": 3}),
    lambda each: changed(each, training={"batch": 0}),
    lambda each: changed(each, data={"noise": 0.3}),
    lambda each: changed(each, data={"points": 7}),
    lambda each: changed(each, training={"loss": "logistic"}),
    lambda each: changed(each, training={"l2": 0.0}),
    lambda each: changed(each, network={"hidden": (LayerSpec(3, "relu"),)}),
]
SCRIPTS = st.lists(st.tuples(st.integers(0, 25), st.sampled_from(CHANGES)), max_size=6)


def walk(trainer: Trainer, steps: int) -> list[bytes]:
    """Take so many steps; the parameters before each."""
    seen = []
    for _ in range(steps):
        seen.append(trainer.theta.tobytes())
        assert trainer.advance(1).divergence is None
    return seen


# Steps


def test_progress_lists_what_was_done() -> None:
    trainer = Trainer(load_example("lecture"))
    first = trainer.advance(3)
    second = trainer.advance(2)
    assert (first.first_step, second.first_step, trainer.step) == (0, 3, 5)
    assert (len(first.losses), len(second.accuracies)) == (3, 2)
    assert trainer.run.history.steps.tolist() == [0, 1, 2, 3, 4]
    assert trainer.run.history.losses.tolist() == [*first.losses, *second.losses]
    assert trainer.advance(0).losses.size == 0


def test_a_steps_loss_is_that_of_the_parameters_before_it() -> None:
    trainer = Trainer(load_example("lecture"))
    trainer.advance(4)
    found = trainer.objective.evaluate(trainer.theta)
    before = trainer.theta
    progress = trainer.advance(1)
    assert progress.losses.tolist() == [found.loss]
    assert progress.accuracies.tolist() == [accuracy(found, trainer.dataset.targets)]
    assert trainer.theta.tobytes() == (before - 0.05 * found.gradient).tobytes()


def test_time_can_run_out_after_one_step() -> None:
    trainer = Trainer(load_example("lecture"))
    assert len(trainer.advance(100, until=0.0).losses) == 1


def test_training_follows_the_gradient_of_the_values(whole_loss: Callable[..., Recording]) -> None:
    experiment = changed(MOONS, training={"batch": 0})
    trainer = Trainer(experiment)
    theta = trainer.theta
    for step in range(5):
        recording = whole_loss(experiment, theta)
        recording.root.backward()
        rate = 0.1 * (1 - 0.9 * step / 40)
        theta = theta - rate * np.array([parameter.grad for parameter in recording.parameters])
        trainer.advance(1)
        assert trainer.theta == pytest.approx(theta, rel=1e-12)


def test_an_unsound_experiment_is_refused() -> None:
    with pytest.raises(ExperimentError):
        Trainer(changed(MOONS, training={"learning_rate": 0.0}))


# The same seed, the same run


@pytest.mark.parametrize("portion", [1, 7, 60])
def test_the_same_seed_gives_the_same_run_bit_for_bit(portion: int) -> None:
    reference, other = Trainer(MOONS), Trainer(MOONS)
    reference.advance(60)
    while other.step < 60:
        other.advance(min(portion, 60 - other.step))
    assert other.theta.tobytes() == reference.theta.tobytes()
    assert other.run.history.losses.tobytes() == reference.run.history.losses.tobytes()


def test_another_seed_gives_another_run() -> None:
    one, other = Trainer(MOONS), Trainer(changed(MOONS, network={"seed": 6}))
    assert one.theta.tobytes() != other.theta.tobytes()


# Minibatches


def rows_of(trainer: Trainer, steps: int, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The rows of the next steps' batches."""
    seen: list[list[int]] = []
    evaluate = trainer.objective.evaluate

    def listening(theta: np.ndarray, rows: np.ndarray | None = None, **more: bool) -> Any:
        seen.append(list(range(len(trainer.dataset.targets))) if rows is None else rows.tolist())
        return evaluate(theta, rows, **more)

    with monkeypatch.context() as patch:
        patch.setattr(trainer.objective, "evaluate", listening)
        trainer.advance(steps)
    return seen


@pytest.mark.parametrize(("batch", "sizes"), [(4, [4, 4, 2]), (3, [3, 3, 3, 1]), (5, [5, 5]), (1, [1] * 10)])
def test_each_epoch_uses_every_row_once(batch: int, sizes: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(changed(MOONS, training={"batch": batch}))
    epochs = []
    for _ in range(3):
        batches = rows_of(trainer, len(sizes), monkeypatch)
        assert [len(rows) for rows in batches] == sizes
        epochs.append([row for rows in batches for row in rows])
        assert sorted(epochs[-1]) == list(range(10))
    assert len(set(map(tuple, epochs))) == 3  # shuffled each time


@pytest.mark.parametrize("batch", [0, 10, 99])
def test_a_batch_of_all_rows(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(changed(MOONS, training={"batch": batch}))
    assert trainer.full_batch
    assert rows_of(trainer, 2, monkeypatch) == [list(range(10))] * 2


def test_another_batch_size_goes_on_with_the_rows_that_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(MOONS)
    first = rows_of(trainer, 1, monkeypatch)[0]
    trainer.change(changed(MOONS, training={"batch": 5}))
    rest = rows_of(trainer, 2, monkeypatch)
    assert [len(rows) for rows in rest] == [5, 1]
    assert sorted(first + rest[0] + rest[1]) == list(range(10))


def test_new_points_begin_an_epoch_with_a_shuffle_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(MOONS)
    first = rows_of(trainer, 2, monkeypatch)
    trainer.change(changed(MOONS, data={"noise": 0.3}))
    batches = rows_of(trainer, 3, monkeypatch)
    assert sorted(row for rows in batches for row in rows) == list(range(10))
    assert batches[:2] != first


# Rewinding


def test_every_step_can_be_reached_again() -> None:
    trainer = Trainer(MOONS)
    thetas = walk(trainer, 60)
    for step in (59, 47, 33, 32, 31, 16, 7, 1, 0):
        trainer.rewind(step)
        assert (trainer.step, trainer.theta.tobytes()) == (step, thetas[step])
        assert trainer.run.history.last_step == (step - 1 if step else -np.inf)
    assert walk(trainer, 60) == thetas


@settings(max_examples=40)
@given(SCRIPTS, st.lists(st.integers(0, 200), min_size=1, max_size=4))
def test_rewinding_through_changes_is_exact(
    script: list[tuple[int, Callable[[Experiment], Experiment]]], back_to: list[int]
) -> None:
    trainer = Trainer(MOONS)
    thetas: list[bytes] = []
    for steps, change in script:
        thetas += walk(trainer, steps)
        trainer.change(change(trainer.experiment))
    thetas += walk(trainer, 10)
    thetas.append(trainer.theta.tobytes())
    experiment = trainer.experiment
    assert {segment.first_step for segment in trainer.run.segments} <= {kept.step for kept in trainer.run.checkpoints}
    for target in back_to:
        step = target % (trainer.step + 1)
        trainer.rewind(step)
        assert (trainer.step, trainer.theta.tobytes()) == (step, thetas[step])
        assert trainer.experiment == experiment  # the controls stay as they are


@settings(max_examples=40)
@given(SCRIPTS, st.integers(0, 30))
def test_going_on_after_a_rewind_repeats_the_same_steps(
    script: list[tuple[int, Callable[[Experiment], Experiment]]], back: int
) -> None:
    trainer = Trainer(MOONS)
    for steps, change in script:
        walk(trainer, steps)
        trainer.change(change(trainer.experiment))
    begin = trainer.step
    thetas = walk(trainer, 30)
    losses = trainer.run.history.losses.tobytes()
    trainer.rewind(begin + back)
    assert walk(trainer, 30 - back) == thetas[back:]
    assert trainer.run.history.losses.tobytes() == losses


@pytest.mark.parametrize("step", [-1, 6])
def test_a_step_that_was_never_reached(step: int) -> None:
    trainer = Trainer(MOONS)
    trainer.advance(5)
    with pytest.raises(ExperimentError, match="no step"):
        trainer.rewind(step)


def test_checkpoints_thin_out_and_every_step_stays_reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.run, "FEWEST", 4)
    monkeypatch.setattr(core.run, "MOST", 4)
    trainer = Trainer(MOONS)
    thetas = walk(trainer, 300)
    assert len(trainer.run.checkpoints) <= 4
    assert trainer.run.spacing == 128
    for step in (299, 257, 256, 255, 100, 3, 0):
        trainer.rewind(step)
        assert trainer.theta.tobytes() == thetas[step]


def test_many_changes_do_not_push_checkpoints_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.run, "FEWEST", 4)
    monkeypatch.setattr(core.run, "MOST", 4)
    trainer = Trainer(MOONS)
    thetas = []
    for i in range(40):
        thetas += walk(trainer, 1)
        trainer.change(changed(trainer.experiment, training={"learning_rate": 0.1 + i / 1000}))
    thetas += walk(trainer, 100)
    assert trainer.run.spacing <= 64
    for step in (130, 39, 20, 0):
        trainer.rewind(step)
        assert trainer.theta.tobytes() == thetas[step]


# Changes on the way


def test_a_change_keeps_the_weights_and_begins_a_segment() -> None:
    trainer = Trainer(MOONS)
    trainer.advance(5)
    theta = trainer.theta.tobytes()
    faster = changed(MOONS, training={"learning_rate": 0.5})
    trainer.change(faster)
    assert trainer.theta.tobytes() == theta
    assert [(segment.first_step, segment.experiment) for segment in trainer.run.segments] == [(0, MOONS), (5, faster)]
    assert trainer.learning_rate == pytest.approx(0.5 * (1 - 0.9 * 5 / 40))


def test_two_changes_at_one_step_are_one_segment() -> None:
    trainer = Trainer(MOONS)
    trainer.change(changed(MOONS, training={"learning_rate": 0.2}))
    trainer.change(changed(MOONS, training={"learning_rate": 0.3}))
    assert [segment.experiment.training.learning_rate for segment in trainer.run.segments] == [0.3]
    assert len(trainer.run.checkpoints) == 1


def test_a_change_after_a_rewind_forgets_what_came_later() -> None:
    trainer = Trainer(MOONS)
    trainer.advance(40)
    trainer.rewind(10)
    trainer.change(changed(MOONS, training={"l2": 0.1}))
    assert trainer.run.history.last_step == 9
    assert [segment.first_step for segment in trainer.run.segments] == [0, 10]
    assert trainer.run.checkpoints[-1].step == 10


@pytest.mark.parametrize(
    "after",
    [
        changed(MOONS, network={"hidden": (LayerSpec(4, "tanh"),)}),
        changed(MOONS, network={"hidden": (LayerSpec(3, "tanh"), LayerSpec(3, "tanh"))}),
        changed(MOONS, network={"seed": 1}),
        changed(MOONS, network={"init": "library"}),
        changed(MOONS, data={"kind": "xor"}),
    ],
)
def test_a_change_that_needs_new_weights_is_refused(after: Experiment) -> None:
    trainer = Trainer(MOONS)
    trainer.advance(3)
    with pytest.raises(ExperimentError, match="begin a new run"):
        trainer.change(after)
    assert trainer.experiment == MOONS
    assert len(trainer.run.segments) == 1


# Divergence


def diverging() -> Trainer:
    network = NetworkSpec((LayerSpec(4, "linear"),), "linear", "lecture", 1337)
    return Trainer(Experiment("too fast", DataSpec("lecture"), network, TrainingSpec(learning_rate=10.0)))


def test_divergence_stops_before_the_update_and_names_a_node() -> None:
    trainer = diverging()
    progress = trainer.advance(1000)
    found = progress.divergence
    assert found is not None
    assert found.step == trainer.step == len(progress.losses) < 1000
    assert np.isfinite(progress.losses).all()
    assert found.address in {"loss", *trainer.objective.names} or found.address.startswith("sample")
    assert not np.isfinite(found.value)
    assert "10" in found.advice and "try 1," in found.advice
    stuck = trainer.theta.tobytes()
    again = trainer.advance(5)
    assert (again.losses.size, again.divergence) == (0, found)
    assert trainer.theta.tobytes() == stuck


def test_a_gradient_that_overflows_stops_training_though_the_loss_is_finite() -> None:
    network = NetworkSpec((LayerSpec(1, "linear"), LayerSpec(1, "linear")), "linear", "lecture", 1)
    trainer = Trainer(Experiment("", DataSpec("lecture"), network, TrainingSpec()))
    trainer.theta[:] = 0.0
    for address, weight in (("L1.N1.w1", 1e-160), ("L2.N1.w1", 1e150), ("L3.N1.w1", 1e150)):
        trainer.theta[trainer.objective.names.index(address)] = weight
    before = trainer.theta.tobytes()
    found = trainer.advance(1).divergence
    assert found is not None
    assert (found.address, found.in_gradient) == ("L1.N1.w1", True)
    assert (trainer.step, trainer.theta.tobytes()) == (0, before)


def test_a_diverged_run_can_be_rewound_and_goes_on_slower() -> None:
    trainer = diverging()
    trainer.advance(1000)
    trainer.rewind(1)
    trainer.change(changed(trainer.experiment, training={"learning_rate": 1e-4}))
    assert trainer.advance(1).divergence is None


def test_accuracy_is_the_share_of_right_signs() -> None:
    trainer = Trainer(load_example("lecture"))
    found = trainer.objective.evaluate(trainer.theta)
    assert accuracy(found, np.sign(found.outputs)) == 1.0
    assert accuracy(found, -np.sign(found.outputs)) == 0.0


# What the output is


@pytest.mark.parametrize("kernel", ["numpy", "numba"])
def test_a_sigmoid_is_trained_on_0_and_1_and_right_on_either_side_of_a_half(kernel: str) -> None:
    if kernel == "numba":
        pytest.importorskip("numba")
        assert kernels.warm_up(beside=False), kernels.reason()
    tanh = changed(MOONS, training={"loss": "mean-squared", "batch": 0}, network={"output": "tanh"})
    trainer = Trainer(changed(tanh, network={"output": "sigmoid"}), kernel)
    assert set(trainer.dataset.targets.tolist()) == {0.0, 1.0}
    outputs = trainer.objective.evaluate(trainer.theta).outputs
    right = float(((outputs > 0.5) == (trainer.dataset.targets > 0.5)).mean())
    assert trainer.advance(1).accuracies.tolist() == [right]
    assert 0.0 < right < 1.0 and not (outputs < 0.0).any()
    trainer.change(tanh)
    assert set(trainer.dataset.targets.tolist()) == {-1.0, 1.0}
    theta = trainer.theta.tobytes()
    trainer.advance(3)
    trainer.rewind(1)
    assert trainer.theta.tobytes() == theta
    assert set(trainer.dataset.targets.tolist()) == {-1.0, 1.0}
    assert set(trainer.at(0).dataset.targets.tolist()) == {0.0, 1.0}


def test_a_regression_has_no_accuracy() -> None:
    trainer = Trainer(Experiment("", DataSpec("sine", 20), NetworkSpec((LayerSpec(3),), "linear"), TrainingSpec(0.01)))
    progress = trainer.advance(4)
    assert np.isnan(progress.accuracies).all() and len(progress.accuracies) == 4
    assert np.isnan(accuracy_of(trainer.objective.evaluate(trainer.theta), trainer.dataset))


def test_accuracy_of_some_rows() -> None:
    trainer = Trainer(MOONS)
    rows = np.array([1, 2, 5])
    found = trainer.objective.evaluate(trainer.theta, rows)
    assert accuracy_of(found, trainer.dataset, rows) == accuracy(found, trainer.dataset.targets[rows])
