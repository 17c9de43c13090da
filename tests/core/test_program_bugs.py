"""Bugs in compiled Programs, held to `core.bugs.backward` on the whole-loss graph of Values."""

from __future__ import annotations

import itertools

import msgspec
import numpy as np
import pytest

from core.bug_texts import BUG_TEXTS
from core.bugs import EXCLUSIVE, IN_GRADIENTS, Bug, BugError, Bugs, backward, recompute, zeroed
from core.datasets import DataSet, dataset_of, make_dataset
from core.document import open_document
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.objective import LANES, Objective
from core.own_data.own_rows import own_rows
from core.program import Array, Index
from core.program_bugs import BrokenObjective
from core.record import build_network, record_whole
from core.schedules import learning_rate

BUGS = [bug for bug, text in BUG_TEXTS.items() if text.network is not None]
SETS: list[Bugs] = [
    frozenset(chosen)
    for size in (0, 1, 2)
    for chosen in itertools.combinations(BUGS, size)
    if frozenset(chosen) not in EXCLUSIVE
]


def layers(activation: str, *neurons: int) -> tuple[LayerSpec, ...]:
    return tuple(LayerSpec(count, activation) for count in neurons)  # type: ignore[arg-type]


LECTURE = open_document("lecture").experiment
RELU = Experiment(
    "relu",
    DataSpec("moons", 6, 0.1, 3),
    NetworkSpec(layers("relu", 3, 3), "linear", "library", 5),
    TrainingSpec(0.1, loss="hinge", l2=0.01),
)
TANH = Experiment(
    "tanh",
    DataSpec("moons", 7, 0.1, 3),
    NetworkSpec(layers("tanh", 3, 2), "tanh", "lecture", 5),
    TrainingSpec(0.1, loss="half-squared", l2=0.01, l1=0.003),
)
LOGISTIC = Experiment(
    "logistic",
    DataSpec("xor", 5, 0.1, 3),
    NetworkSpec(layers("sigmoid", 2), "linear", "lecture", 5),
    TrainingSpec(0.1, loss="logistic"),
)
FEATURES = Experiment(
    "features, no biases",
    DataSpec("moons", 6, 0.1, 3),
    NetworkSpec(layers("tanh", 3, 1, 2), "tanh", "lecture", 5, ("x1", "x1^2", "x1*x2", "x1*x1"), bias=False),
    TrainingSpec(0.1, loss="half-squared", l2=0.01),
)
PROBABILITY = Experiment(
    "probability",
    DataSpec("gauss", 5, 0.1, 3),
    NetworkSpec(layers("tanh", 2), "sigmoid", "xavier", 5, ("sin(x1)",), bias=False),
    TrainingSpec(0.1, loss="logistic"),
)
SCORES = Experiment(
    "scores",
    DataSpec("own", own=own_rows("", np.eye(5)[:, :2] - 0.3, np.array([0, 1, 2, 0, 2.0]), labels=("a", "b", "c"))),
    NetworkSpec(layers("tanh", 2), "tanh", "he", 5),
    TrainingSpec(0.1, l1=0.01),
)
ONE_WEIGHT = Experiment(
    "one weight",
    DataSpec("own", own=own_rows("", np.arange(4.0)[:, None] - 1.2, np.arange(4.0) * 2.0 - 1.0)),
    NetworkSpec((), "linear", "lecture", 5, bias=False),
    TrainingSpec(0.1, l2=0.01),
)
CASES: list[tuple[str, Experiment, Index | None]] = [
    ("the lecture's four rows", LECTURE, None),
    ("relu, hinge, L2", RELU, None),
    ("a minibatch", RELU, np.array([4, 1, 3])),
    ("a batch of one", RELU, np.array([2])),
    ("a batch of one, summed", LECTURE, np.array([2])),
    ("a batch of two", TANH, np.array([5, 0])),
    ("tanh, L2 and L1", TANH, None),
    ("no penalty, a mean", LOGISTIC, None),
    ("features, no biases", FEATURES, None),
    ("a probability", PROBABILITY, None),
    ("several outputs", SCORES, None),
    ("several outputs, a minibatch", SCORES, np.array([3, 1])),
    ("one weight, a regression", ONE_WEIGHT, None),
]


def by_values(
    experiment: Experiment, dataset: DataSet, rows: Index | None, theta: Array, bugs: Bugs, accumulated: Array
) -> tuple[float, Array]:
    """Loss and gradient of the whole-loss graph."""
    inputs, targets = dataset.inputs, dataset.targets
    if rows is not None:
        inputs, targets = inputs[rows], targets[rows]
    network = build_network(experiment)
    recording = record_whole(experiment, network, inputs.tolist(), targets.tolist())
    for parameter, number, grad in zip(recording.parameters, theta.tolist(), accumulated.tolist(), strict=True):
        parameter.data, parameter.grad = number, zeroed(grad, bugs)
    recompute(recording.root, bugs)
    backward(recording.root, bugs)
    return recording.root.data, np.array([parameter.grad for parameter in recording.parameters])


@pytest.mark.parametrize(("experiment", "rows"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_bug_and_pair_gives_what_values_give(experiment: Experiment, rows: Index | None) -> None:
    dataset = dataset_of(experiment)
    objective = Objective(experiment, dataset)
    draw = np.random.default_rng(7)
    theta = objective.initial + 0.05 * draw.normal(size=len(objective.initial))
    accumulated = draw.normal(size=len(theta))
    for bugs in SETS:
        loss, gradient = by_values(experiment, dataset, rows, theta, bugs, accumulated)
        found = BrokenObjective(objective, bugs).evaluate(theta, rows, accumulated)
        what = sorted(bug.name for bug in bugs)
        assert found.loss == pytest.approx(loss, rel=1e-12), what
        np.testing.assert_allclose(
            found.gradient, gradient, rtol=1e-12, atol=1e-12 * max(np.abs(gradient).max(), 1e-3), err_msg=str(what)
        )
        assert np.array_equal(found.accumulated, found.gradient)


@pytest.mark.parametrize("bug", [Bug.OVERWRITE, Bug.TWICE, Bug.PREORDER, Bug.NAIVE, Bug.NOT_INSTALLED])
def test_without_library_functions_it_is_equal_to_the_last_bit(bug: Bug) -> None:
    """ReLU and sums are the same everywhere, and additions come in the same order."""
    experiment = msgspec.structs.replace(RELU, training=msgspec.structs.replace(RELU.training, l2=0.0))
    dataset = make_dataset(experiment.data)
    objective = Objective(experiment, dataset)
    none = np.zeros(len(objective.initial))
    loss, gradient = by_values(experiment, dataset, None, objective.initial, frozenset({bug}), none)
    found = BrokenObjective(objective, frozenset({bug})).evaluate(objective.initial, None, none)
    assert found.loss == loss
    assert np.array_equal(found.gradient, gradient)


def test_a_bug_that_has_no_place_leaves_the_true_gradient() -> None:
    """No tanh in a ReLU network: the walk itself is right."""
    objective = Objective(RELU, make_dataset(RELU.data))
    true = objective.evaluate(objective.initial)
    for bug in (Bug.TANH_SIGNS, Bug.NOT_INSTALLED):
        broken = BrokenObjective(objective, frozenset({bug}))
        found = broken.evaluate(objective.initial, None, broken.fresh_gradients())
        np.testing.assert_allclose(found.gradient, true.gradient, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(found.outputs, true.outputs, rtol=1e-12)
        np.testing.assert_allclose(found.sample_losses, true.sample_losses, rtol=1e-12, atol=1e-15)


def test_all_outputs_come_out() -> None:
    objective = Objective(SCORES, dataset_of(SCORES))
    true = objective.evaluate(objective.initial)
    broken = BrokenObjective(objective, frozenset({Bug.TWICE}))
    found = broken.evaluate(objective.initial, None, broken.fresh_gradients())
    assert found.outputs.shape == (3, 5)
    np.testing.assert_allclose(found.outputs, true.outputs, rtol=1e-12)


def test_most_bugs_change_the_gradient() -> None:
    objective = Objective(LECTURE, make_dataset(LECTURE.data))
    true = objective.evaluate(objective.initial).gradient
    for bug in IN_GRADIENTS:
        broken = BrokenObjective(objective, frozenset({bug}))
        found = broken.evaluate(objective.initial, None, broken.fresh_gradients()).gradient
        assert not np.allclose(found, true, rtol=1e-3), bug


def test_many_samples_run_in_chunks() -> None:
    """Positions in the chain of additions, and who writes last, hold across chunks of lanes."""
    count = LANES + 37
    experiment = Experiment(
        "chunks",
        DataSpec("moons", count, 0.1, 3),
        NetworkSpec(layers("tanh", 2), "linear", "lecture", 5),
        TrainingSpec(0.1, loss="mean-squared", l2=0.01),
    )
    dataset = make_dataset(experiment.data)
    objective = Objective(experiment, dataset)
    none = np.zeros(len(objective.initial))
    for bugs in SETS:
        if not bugs & IN_GRADIENTS:
            continue
        _, gradient = by_values(experiment, dataset, None, objective.initial, bugs, none)
        found = BrokenObjective(objective, bugs).evaluate(objective.initial, None, none)
        scale = max(np.abs(gradient).max(), 1e-3)
        np.testing.assert_allclose(found.gradient, gradient, rtol=1e-11, atol=1e-12 * scale, err_msg=str(bugs))


def test_gradients_that_are_never_zeroed_go_from_step_to_step() -> None:
    """State in, state out: three steps by hand on one graph of parameters."""
    objective = Objective(LECTURE, make_dataset(LECTURE.data))
    broken = BrokenObjective(objective, frozenset({Bug.NO_ZERO}))
    theta, state, total = objective.initial, broken.fresh_gradients(), np.zeros(len(objective.initial))
    for _ in range(3):
        total = total + objective.evaluate(theta).gradient
        found = broken.evaluate(theta, None, state)
        np.testing.assert_array_equal(found.gradient, total)
        theta, state = theta - 0.05 * found.gradient, found.accumulated
    clean = BrokenObjective(objective, frozenset({Bug.WRONG_SIGN}))
    np.testing.assert_array_equal(clean.evaluate(theta, None, state).gradient, objective.evaluate(theta).gradient)


def test_the_sign_of_the_update() -> None:
    objective = Objective(LECTURE, make_dataset(LECTURE.data))
    assert BrokenObjective(objective, frozenset({Bug.WRONG_SIGN})).update_sign == -1.0
    assert BrokenObjective(objective, frozenset({Bug.TWICE})).update_sign == 1.0


def test_naive_recursion_through_many_layers_is_refused_with_its_number() -> None:
    network = NetworkSpec(layers("relu", *[32] * 8), "linear")
    experiment = Experiment("deep", DataSpec("moons", 8), network, TrainingSpec(loss="hinge"))
    objective = Objective(experiment, make_dataset(experiment.data))
    with pytest.raises(BugError, match=r"[\d,]{15,} steps here"):
        BrokenObjective(objective, frozenset({Bug.NAIVE}))
    BrokenObjective(objective, frozenset({Bug.PREORDER}))


def test_numbers_that_are_not_finite_simply_come_out_so() -> None:
    objective = Objective(RELU, make_dataset(RELU.data))
    theta = np.full(len(objective.initial), 1e200)
    for bug in BUGS:
        broken = BrokenObjective(objective, frozenset({bug}))
        found = broken.evaluate(theta, None, broken.fresh_gradients())
        assert not np.isfinite(found.loss)


# What the texts say of training: example, losses of the first and the last of so many steps.
TOLD = {
    Bug.OVERWRITE: ("lecture", 20, 6.01, 6.58),
    Bug.TWICE: ("lecture", 20, 6.01, 4.0),
    Bug.PREORDER: ("lecture", 20, 6.01, 0.13),
    Bug.NAIVE: ("moons-demo", 2, 0.896, 2420.0),
    Bug.NO_BACKWARD: ("lecture", 20, 6.01, 6.01),
    Bug.NO_ZERO: ("moons-demo", 100, 0.896, 21.7),
    Bug.WRONG_SIGN: ("lecture", 20, 6.01, 15.9),
    Bug.TANH_SIGNS: ("lecture", 20, 20.6, 8.0),
    Bug.NOT_INSTALLED: ("lecture", 20, 6.01, 6.01),
}


@pytest.mark.parametrize("bug", BUGS)
def test_runs_go_as_the_texts_say(bug: Bug) -> None:
    name, steps, first, last = TOLD[bug]
    showing = BUG_TEXTS[bug].network
    assert showing is not None
    assert showing.example == name
    experiment = open_document(name).experiment
    objective = Objective(experiment, make_dataset(experiment.data))
    broken = BrokenObjective(objective, frozenset({bug}))
    theta, state, losses = objective.initial, broken.fresh_gradients(), []
    for step in range(steps):
        found = broken.evaluate(theta, None, state)
        state = found.accumulated
        losses.append(found.loss)
        theta = theta - broken.update_sign * learning_rate(experiment.training, step) * found.gradient
    assert losses[0] == pytest.approx(first, rel=2e-3)
    assert losses[-1] == pytest.approx(last, rel=5e-3)
