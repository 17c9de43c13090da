"""Every figure of parts 9 to 13: networks, losses, gradient descent, and the published demo."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pytest

from core.datasets import LECTURE_INPUTS, LECTURE_TARGETS, make_dataset
from core.engine import Value
from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec
from core.graph import topological_order
from core.nn import MLP, Neuron
from core.trainer import Trainer


def exact(number: float) -> Any:
    return pytest.approx(number, rel=1e-15, abs=0)


# 9. Why a non-linearity


def xor_by(activation: str) -> float:
    """The share of XOR's points that a network of these neurons gets right after training."""
    experiment = load_example("xor")
    network = NetworkSpec((LayerSpec(4, activation), LayerSpec(4, activation)), "linear", "playground", 1)
    trainer = Trainer(msgspec.structs.replace(experiment, network=network))
    trainer.advance(300)
    found = trainer.objective.evaluate(trainer.theta)
    return float(np.mean((found.outputs > 0) == (trainer.dataset.targets > 0)))


def test_9_layers_of_linear_neurons_are_linear() -> None:
    network = MLP(2, [5, 3, 1], activation="linear", rng=random.Random(1))

    def at(x1: float, x2: float) -> float:
        return network([x1, x2]).data  # type: ignore[union-attr]

    assert at(2.0, -3.0) - at(0.0, 0.0) == pytest.approx(2 * (at(1.0, 0.0) - at(0, 0)) - 3 * (at(0.0, 1.0) - at(0, 0)))


def test_9_xor_needs_a_bend() -> None:
    assert xor_by("linear") < 0.7
    assert xor_by("tanh") > 0.9
    assert xor_by("relu") > 0.9


# 10. Neuron, Layer, MLP


def test_10_the_lectures_network() -> None:
    random.seed(7)
    network = MLP(3, [4, 4, 1])
    parameters = network.parameters()
    assert len(parameters) == 41
    assert all(-1 < parameter.data < 1 for parameter in parameters)
    random.seed(7)
    assert [parameter.data for parameter in parameters] == [random.uniform(-1, 1) for _ in range(41)]


def test_10_the_later_librarys_network() -> None:
    network = MLP(2, [16, 16, 1], activation="relu", output="linear", init="library")
    assert len(network.parameters()) == 337
    kinds = [neuron.activation for _, neuron in network.neurons()]
    assert kinds == ["relu"] * 32 + ["linear"]
    assert {neuron.b.data for _, neuron in network.neurons()} == {0.0}
    for parameter in network.parameters():
        parameter.grad = 3.0
    network.zero_grad()
    assert {parameter.grad for parameter in network.parameters()} == {0.0}


def test_10_a_neuron_is_tanh_of_its_weighted_sum() -> None:
    neuron = Neuron(2, rng=random.Random(1))
    (w1, w2), b = neuron.w, neuron.b
    assert neuron([2.0, -3.0]).data == exact((b + w1 * 2.0 + w2 * -3.0).tanh().data)


# 11. Loss and gradient descent

LOSSES_AFTER_20 = {0.01: 2.5453391585521494, 0.05: 0.0596420176420171, 0.1: 0.01778187468615766}


def lecture_loss(network: MLP) -> tuple[Value, list[Value]]:
    predictions = [network(x) for x in LECTURE_INPUTS]
    loss = sum((found - target) ** 2 for target, found in zip(LECTURE_TARGETS, predictions, strict=True))
    return loss, predictions  # type: ignore[return-value]


def lecture_at(rate: float) -> Experiment:
    lecture = load_example("lecture")
    return msgspec.structs.replace(lecture, training=msgspec.structs.replace(lecture.training, learning_rate=rate))


def test_11_the_toy_data() -> None:
    data = make_dataset(DataSpec("lecture"))
    assert data.inputs.tolist() == [[2, 3, -1], [3, -1, 0.5], [0.5, 1, 1], [1, 1, -1]]
    assert data.targets.tolist() == [1, -1, -1, 1]


@pytest.mark.parametrize("rate", list(LOSSES_AFTER_20))
def test_11_the_lectures_loop_by_hand(rate: float) -> None:
    random.seed(1337)
    network = MLP(3, [4, 4, 1])
    losses = []
    for _ in range(20):
        loss, _ = lecture_loss(network)
        network.zero_grad()
        loss.backward()
        for p in network.parameters():
            p.data += -rate * p.grad
        losses.append(loss.data)
    assert losses[0] == exact(6.005402783252284)
    assert losses[-1] == pytest.approx(LOSSES_AFTER_20[rate], rel=1e-13)  # rounding errors of 20 steps add up
    if rate == 0.05:
        printed = [f"{prediction.data:.4f}" for prediction in lecture_loss(network)[1]]
        assert printed == ["0.8678", "-0.9786", "-0.8655", "0.8676"]


@pytest.mark.parametrize("rate", list(LOSSES_AFTER_20))
def test_11_the_same_run_compiled(rate: float) -> None:
    trainer = Trainer(lecture_at(rate))
    losses = trainer.advance(20).losses
    assert losses[0] == exact(6.005402783252284)
    assert losses[-1] == pytest.approx(LOSSES_AFTER_20[rate], rel=1e-13)
    if rate == 0.05:
        outputs = trainer.objective.evaluate(trainer.theta).outputs
        assert [f"{number:.4f}" for number in outputs] == ["0.8678", "-0.9786", "-0.8655", "0.8676"]


def test_11_too_small_a_rate_crawls_and_too_large_a_one_overshoots() -> None:
    crawling = Trainer(lecture_at(0.0005)).advance(20).losses
    assert (np.diff(crawling) < 0).all()
    assert crawling[-1] > 0.8 * crawling[0]
    jumping = Trainer(lecture_at(1.0)).advance(20).losses
    assert (np.diff(jumping) > 1.0).any()


# 12. The bug everybody makes


def lecture_run(*, zeroing: bool) -> tuple[list[float], list[float]]:
    """20 losses at a rate of 0.01, and how far each step goes."""
    rate = 0.01
    random.seed(1337)
    network = MLP(3, [4, 4, 1])
    losses, lengths = [], []
    for _ in range(20):
        loss, _ = lecture_loss(network)
        if zeroing:
            network.zero_grad()
        loss.backward()
        for p in network.parameters():
            p.data += -rate * p.grad
        losses.append(loss.data)
        lengths.append(rate * sum(p.grad**2 for p in network.parameters()) ** 0.5)
    return losses, lengths


def test_12_without_zeroing_the_steps_grow_and_an_easy_problem_seems_to_converge_faster() -> None:
    losses, lengths = lecture_run(zeroing=True)
    wrong_losses, wrong_lengths = lecture_run(zeroing=False)
    assert wrong_losses[:2] == losses[:2]
    assert wrong_lengths[1:] > lengths[1:]
    assert max(wrong_lengths) > 2.5 * max(lengths)
    assert wrong_losses[-1] < losses[-1]


def test_12_on_a_harder_problem_it_fails() -> None:
    trainer = Trainer(load_example("moons-demo"))
    theta, gradient = trainer.theta.copy(), np.zeros(337)
    for step in range(100):
        found = trainer.objective.evaluate(theta)
        gradient += found.gradient  # never set to zero
        theta -= (1.0 - 0.9 * step / 100) * gradient
    assert found.loss > 10.0
    assert trainer.advance(100).losses[-1] < 0.02


def test_12_gradients_of_parameters_add_up_over_backward_passes() -> None:
    random.seed(1337)
    network = MLP(3, [4, 4, 1])
    lecture_loss(network)[0].backward()
    once = [p.grad for p in network.parameters()]
    lecture_loss(network)[0].backward()
    assert [p.grad for p in network.parameters()] == pytest.approx([2 * grad for grad in once], rel=1e-12)


# 13. The full demo: moons


@dataclass(frozen=True)
class Demo:
    """One loss of the demo as its notebook computes it, and the gradients."""

    loss: Value
    accuracy: float
    parameters: list[Value]


@pytest.fixture(scope="module")
def demo() -> Demo:
    """The notebook's `loss()`, after its seeds; 65,818 Values, so made once."""
    data = make_dataset(DataSpec("moons-demo"))
    random.seed(1337)
    model = MLP(2, [16, 16, 1], activation="relu", output="linear", init="library")
    inputs = [list(map(Value, row)) for row in data.inputs]
    scores = list(map(model, inputs))
    losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(data.targets.tolist(), scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = 1e-4 * sum(p * p for p in model.parameters())
    total_loss = data_loss + reg_loss
    right = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(data.targets, scores, strict=True)]
    total_loss.backward()
    return Demo(total_loss, sum(right) / len(right), model.parameters())


def test_13_the_scalar_graph(demo: Demo) -> None:
    order = topological_order(demo.loss)
    depth: dict[int, int] = {}
    for node in order:
        depth[id(node)] = 1 + max((depth[id(operand)] for operand in node._prev), default=0)
    assert len(order) == 65_818
    assert depth[id(demo.loss)] == 341
    assert len(demo.parameters) == 337
    assert demo.loss.data == pytest.approx(0.8958441028683222, abs=1e-9)
    assert demo.accuracy == 0.5


def test_13_the_compiled_program_has_the_scalar_graphs_gradients(demo: Demo) -> None:
    trainer = Trainer(load_example("moons-demo"))
    found = trainer.objective.evaluate(trainer.theta)
    expected = np.array([parameter.grad for parameter in demo.parameters])
    assert trainer.theta.tolist() == [parameter.data for parameter in demo.parameters]
    assert found.loss == pytest.approx(demo.loss.data, rel=1e-14)
    np.testing.assert_allclose(found.gradient, expected, rtol=1e-12, atol=1e-15)


def test_13_the_published_run() -> None:
    trainer = Trainer(load_example("moons-demo"))
    rates = [trainer.learning_rate]
    progress = trainer.advance(1)
    rates.append(trainer.learning_rate)
    losses, accuracies = list(progress.losses), list(progress.accuracies)
    progress = trainer.advance(99)
    losses += list(progress.losses)
    accuracies += list(progress.accuracies)
    assert rates == [1.0, exact(0.991)]
    assert losses[0] == pytest.approx(0.8958441028683222, abs=1e-9)
    assert losses[1] == pytest.approx(1.7235905336972022, abs=1e-9)
    assert losses[99] == pytest.approx(0.010978370135492717, abs=1e-9)
    assert (accuracies[0], accuracies[1], accuracies[99]) == (0.50, 0.81, 1.00)


def test_13_the_boundary_is_the_network_over_a_grid(demo: Demo) -> None:
    trainer = Trainer(load_example("moons-demo"))
    plane = np.array([[x1, x2] for x1 in (-1.0, 0.3, 2.0) for x2 in (-0.5, 1.0)])
    output, neurons = trainer.objective.over_points(trainer.theta, plane)
    random.seed(1337)
    model = MLP(2, [16, 16, 1], activation="relu", output="linear", init="library")
    assert output == pytest.approx([model(row).data for row in plane.tolist()], rel=1e-12)  # type: ignore[union-attr]
    assert len(neurons) == 33
    first = model.layers[0].neurons[0]
    assert neurons["L1.N1"] == pytest.approx([first(row).data for row in plane.tolist()], rel=1e-12)
