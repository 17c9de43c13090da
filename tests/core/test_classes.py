"""Several classes: softmax cross-entropy over a network with an output for each, on both kernels."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from core.accuracy import accuracy
from core.datasets import DataSet, dataset_of, make_dataset
from core.engine import Value, logsumexp
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, OptimizerSpec, TrainingSpec
from core.explain import explain
from core.focus import Focus
from core.graph import topological_order
from core.losses import cross_entropy
from core.objective import Objective
from core.optim import fresh_state, updated
from core.own_data.own_rows import own_rows
from core.record import build_network, record_focus, record_prediction, record_whole, whole_size

# Scores, loss and gradient by PyTorch 2.13: python tests/benchmarks/torch_references.py
BY_TORCH = [
    (
        [0.5, -1.0, 2.0, 0.0],
        3.342349582389822,
        [0.15844470951497974, -0.9646462065912511, 0.7100999228861743, 0.09610157419009721],
    ),
    ([1000.0, 0.0, -1000.0, 999.0], 1000.3132616875182, [0.7310585786300049, -1.0, 0.0, 0.2689414213699951]),
]
EXPERIMENT = Experiment(
    network=NetworkSpec((LayerSpec(6, "tanh"), LayerSpec(5, "relu")), "tanh"),
    training=TrainingSpec(l2=1e-3, optimizer=OptimizerSpec("adam")),
)


@pytest.mark.parametrize(("numbers", "loss", "slopes"), BY_TORCH)
def test_cross_entropy_is_pytorchs(numbers: list[float], loss: float, slopes: list[float]) -> None:
    scores = [Value(number) for number in numbers]
    found = cross_entropy(scores, [Value(float(i == 1)) for i in range(4)])
    found.backward()
    assert found.data == pytest.approx(loss, rel=1e-14)
    assert [score.grad for score in scores] == pytest.approx(slopes, rel=1e-13, abs=1e-300)


def test_logsumexp_is_one_operation_of_any_number_of_values() -> None:
    a, b = Value(1e4), Value(1e4 - 1.0)
    found = logsumexp([a, b, 0.0])
    assert (found._op, found._prev[:2]) == ("logsumexp", (a, b))
    found.backward()
    assert found.data == pytest.approx(1e4 + math.log1p(math.exp(-1.0)), rel=1e-15)
    assert a.grad + b.grad == pytest.approx(1.0, rel=1e-15)
    assert a.logsumexp(b).data == found.data
    twice = logsumexp([b, b])
    b.grad = 0.0
    twice.backward()
    assert b.grad == pytest.approx(1.0, rel=1e-15)
    with pytest.raises(ValueError, match="at least one"):
        logsumexp([])


def thirds(points: int, classes: int = 3) -> tuple[Experiment, DataSet]:
    """Points of a plane, cut into sectors, one a class. The network's output is said to be tanh, but never is."""
    inputs = make_dataset(DataSpec("gauss", points, 0.3, 7)).inputs
    sector = np.floor((np.arctan2(inputs[:, 1], inputs[:, 0]) / (2 * np.pi) + 0.5) * classes).astype(int) % classes
    rows = own_rows("sectors", inputs, sector.astype(float), labels=tuple("abcdefgh"[:classes]))
    experiment = msgspec.structs.replace(EXPERIMENT, data=DataSpec("own", own=rows))
    data = dataset_of(experiment)
    assert data.targets.tolist() == np.eye(classes)[sector].tolist()
    return experiment, data


def by_hand(theta: np.ndarray, data: DataSet, rows: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Loss, gradient and scores (classes, rows) by matrices."""
    signal, signals, layers, at = data.inputs[rows], [], [], 0
    classes = data.targets.shape[1]
    for size, activation in ((6, "tanh"), (5, "relu"), (classes, "linear")):
        count = size * (signal.shape[1] + 1)
        layer = theta[at : at + count].reshape(size, -1)
        signals.append(signal)
        layers.append(layer)
        z = signal @ layer[:, :-1].T + layer[:, -1]
        signal = {"tanh": np.tanh(z), "relu": np.maximum(z, 0.0), "linear": z}[activation]
        at += count
    scores, targets = signal, data.targets[rows]
    chance = np.exp(scores - scores.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    loss = -np.log((chance * targets).sum(axis=1)).mean() + EXPERIMENT.training.l2 * (theta**2).sum()
    upstream, parts = (chance - targets) / len(rows), []
    for i in (2, 1, 0):
        parts.insert(0, np.column_stack([upstream.T @ signals[i], upstream.sum(axis=0)]).reshape(-1))
        back = upstream @ layers[i][:, :-1]
        upstream = back * (1 - signals[i] ** 2) if i == 1 else back * (signals[i] > 0)
    return float(loss), np.concatenate(parts) + 2 * EXPERIMENT.training.l2 * theta, scores.T


@pytest.fixture(params=["numpy", "numba"])
def kernel(request: pytest.FixtureRequest) -> str:
    """Each of the kernels."""
    if request.param == "numba":
        pytest.importorskip("numba")
        from core import kernels

        assert kernels.warm_up(beside=False), kernels.reason()
    return str(request.param)


@pytest.mark.parametrize(("points", "classes"), [(40, 3), (300, 4), (600, 8)])
def test_loss_and_gradient_are_those_by_hand(points: int, classes: int, kernel: str) -> None:
    experiment, data = thirds(points, classes)
    objective = Objective(experiment, data, kernel)
    for rows in (np.arange(points), np.array([3, 1, 4, 1, 5])):
        found = objective.evaluate(objective.initial, rows)
        loss, gradient, scores = by_hand(objective.initial, data, rows)
        assert found.loss == pytest.approx(loss, rel=1e-12)
        np.testing.assert_allclose(found.gradient, gradient, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(found.outputs, scores, rtol=1e-12, atol=1e-13)
        right = (scores.argmax(axis=0) == data.targets[rows].argmax(axis=1)).mean()
        assert accuracy(found, data.targets[rows]) == pytest.approx(right)


def test_training_follows_the_gradient_by_hand(kernel: str) -> None:
    experiment, data = thirds(60)
    objective = Objective(experiment, data, kernel)
    optimizer = EXPERIMENT.training.optimizer
    theta = expected = objective.initial
    state = expected_state = fresh_state("adam", len(theta))
    everyone = np.arange(60)
    losses = []
    for _ in range(60):
        found = objective.evaluate(theta)
        losses.append(found.loss)
        theta, state = updated(optimizer, theta, state, found.gradient, 0.05)
        gradient = by_hand(expected, data, everyone)[1]
        expected, expected_state = updated(optimizer, expected, expected_state, gradient, 0.05)
    np.testing.assert_allclose(theta, expected, rtol=1e-6, atol=1e-8)
    assert losses[-1] < 0.5 * losses[0]
    assert accuracy(objective.evaluate(theta), data.targets) > 0.9
    if kernel == "numba":
        steps = objective.descend(objective.initial, fresh_state("adam", len(theta)), np.full(60, 0.05), None, None)
        assert steps is not None
        assert (steps.theta.tobytes(), steps.losses.tolist()) == (theta.tobytes(), losses)


def test_every_scalar_is_named_and_seen_in_the_focus() -> None:
    experiment, data = thirds(5)
    network = build_network(experiment)
    whole = record_whole(experiment, network, data.inputs.tolist(), data.targets.tolist())
    assert whole_size(experiment, network, 5) == len(topological_order(whole.root))
    for recording in (whole, record_focus(experiment, network, 5), record_prediction(experiment, network)):
        names = [recording.names[id(node)] for node in topological_order(recording.root)]
        assert len(set(names)) == len(names)
    assert {"sample1/y3", "sample1/y3*score", "sample1/log of sum", "sample1/score of the class"} <= set(
        whole.names.values()
    )
    whole.root.backward()
    objective = Objective(experiment, data)
    focus = Focus(objective)
    replay = focus.replay(objective.initial, objective.evaluate(objective.initial), 2)
    for node in topological_order(whole.root):
        place = replay.node(whole.names[id(node)])
        assert place is not None
        assert replay.data[place] == pytest.approx(node.data, rel=1e-12)
        assert replay.grad[place] == pytest.approx(node.grad, rel=1e-10, abs=1e-14)


def test_all_outputs_over_the_plane(kernel: str) -> None:
    experiment, data = thirds(30, 4)
    objective = Objective(experiment, data, kernel)
    points = np.random.RandomState(1).normal(size=(700, 2))
    outputs, neurons = objective.over_points(objective.initial, points)
    assert outputs.shape == (4, 700)
    assert list(neurons)[-4:] == [f"L3.N{i}" for i in range(1, 5)]
    network = build_network(experiment)
    scores = [value.data for value in network(points[3].tolist())]  # type: ignore[union-attr]
    np.testing.assert_allclose(outputs[:, 3], scores, rtol=1e-12)
    assert all(np.array_equal(neurons[f"L3.N{i + 1}"], outputs[i]) for i in range(4))


def test_words_and_symbols_of_several_outputs() -> None:
    experiment, data = thirds(5)
    objective = Objective(experiment, data)
    focus = Focus(objective)
    replay = focus.replay(objective.initial, objective.evaluate(objective.initial), 2)
    found = explain(focus, replay, "sample3/L3.N2.out", check=False)
    assert found is not None
    assert found.title == "sample 3 · output 2 · output"
    assert found.tex_op.startswith("o_{2} = ")
    graph, _ = focus.neuron_graph(replay, "L3.N2")
    assert {node.address for node in graph.nodes} >= {"sample3/L3.N2.out", "sample3/L2.N5.out", "L3.N2.b"}
