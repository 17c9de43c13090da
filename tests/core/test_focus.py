"""What the window shows of a run: every scalar seen from one sample, against a graph of Values."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.focus
from core.datasets import dataset_of
from core.engine import Value
from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.focus import Focus, Replay
from core.graph import topological_order
from core.objective import Objective
from core.record import Recording
from core.trainer import Trainer


def focus_on(example: str, steps: int) -> tuple[Trainer, Focus]:
    trainer = Trainer(load_example(example))
    trainer.advance(steps)
    return trainer, Focus(trainer.objective)


def replay_of(trainer: Trainer, focus: Focus, sample: int, *, whole: bool | None = None) -> Replay:
    return focus.replay(trainer.theta, trainer.objective.evaluate(trainer.theta), sample, whole=whole)


def values_of(recording: Recording) -> dict[str, Value]:
    recording.root.backward()
    return {recording.names[id(node)]: node for node in topological_order(recording.root)}


@pytest.mark.parametrize("steps", [0, 3])
def test_the_lectures_replay_equals_its_values_node_by_node(steps: int, whole_loss: Callable[..., Recording]) -> None:
    trainer, focus = focus_on("lecture", steps)
    replay = replay_of(trainer, focus, 2)
    values = values_of(whole_loss(trainer.experiment, trainer.theta))
    assert focus.unrolled
    assert focus.whole_nodes == len(values) == replay.program.nodes
    for address, value in values.items():
        node = replay.node(address)
        assert node is not None
        assert replay.address(node) == address
        assert replay.data[node] == pytest.approx(value.data, rel=1e-12, abs=1e-15)
        assert replay.grad[node] == pytest.approx(value.grad, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("sample", [0, 41, 99])
def test_the_demos_replay_of_one_sample_equals_its_values(sample: int, whole_loss: Callable[..., Recording]) -> None:
    trainer, focus = focus_on("moons-demo", 2)
    replay = replay_of(trainer, focus, sample)
    values = values_of(whole_loss(trainer.experiment, trainer.theta))
    assert not focus.unrolled
    assert focus.whole_nodes == len(values)
    found = 0
    for node in range(replay.program.nodes):
        value = values.get(replay.address(node))
        if value is None:
            continue  # the leaf that stands for the other samples
        found += 1
        assert replay.data[node] == pytest.approx(value.data, rel=1e-11, abs=1e-14)
        assert replay.grad[node] == pytest.approx(value.grad, rel=1e-11, abs=1e-14)
    assert found == replay.program.nodes - 1
    total = trainer.objective.evaluate(trainer.theta)
    assert replay.grad[: replay.program.parameters].tolist() == total.gradient.tolist()
    assert replay.data[replay.program.root] == pytest.approx(total.loss, rel=1e-14)


def test_a_small_data_set_can_be_seen_from_one_sample_too() -> None:
    trainer, focus = focus_on("lecture", 1)
    whole, single = replay_of(trainer, focus, 1), replay_of(trainer, focus, 1, whole=False)
    assert (whole.unrolled, single.unrolled) == (True, False)
    for node in range(single.program.nodes):
        twin = whole.node(single.address(node))
        if single.address(node) == "other samples":
            assert twin is None
        else:
            assert twin is not None
            assert single.data[node] == pytest.approx(whole.data[twin], rel=1e-13)
            assert single.grad[node] == pytest.approx(whole.grad[twin], rel=1e-12, abs=1e-14)


def test_l2_and_the_mean_are_in_an_unrolled_loss_too(whole_loss: Callable[..., Recording]) -> None:
    lecture = load_example("lecture")
    experiment = msgspec.structs.replace(lecture, training=TrainingSpec(loss="mean-squared", l2=0.01))
    trainer = Trainer(experiment)
    focus = Focus(trainer.objective)
    replay = replay_of(trainer, focus, 0)
    for address, value in values_of(whole_loss(experiment)).items():
        node = replay.node(address)
        assert node is not None
        assert replay.grad[node] == pytest.approx(value.grad, rel=1e-12, abs=1e-14)


def test_addresses_of_other_samples_are_not_in_a_single_samples_replay() -> None:
    trainer, focus = focus_on("moons-demo", 0)
    replay = replay_of(trainer, focus, 6)
    assert replay.node("sample7/x1") is not None
    assert replay.node("sample8/x1") is None
    assert replay.node("sample70/x1") is None
    assert replay.node("L9.N1.b") is None


@pytest.mark.parametrize(
    "address", ["L1.N2.w1", "sample2/x3", "sample2/y", "sample2/L1.N3.sum1", "sample2/L2.N4.z", "sample2/error", "loss"]
)
def test_a_nudge_moves_the_loss_by_its_gradient(address: str) -> None:
    trainer, focus = focus_on("lecture", 3)
    replay = replay_of(trainer, focus, 1)
    node = replay.node(address)
    assert node is not None
    before = replay.data[node]
    loss, numbers = focus.nudged(replay, node, before + 1e-6)
    assert numbers[node] == before + 1e-6
    assert (loss - replay.data[replay.program.root]) / 1e-6 == pytest.approx(replay.grad[node], rel=1e-4, abs=1e-5)
    assert focus.nudged(replay, node, before)[0] == replay.data[replay.program.root]


def test_graphs_at_every_level() -> None:
    trainer, focus = focus_on("lecture", 1)
    replay = replay_of(trainer, focus, 2)
    whole, whole_numbers = focus.whole_graph(replay)
    sample, sample_numbers = focus.sample_graph(replay)
    neuron, neuron_numbers = focus.neuron_graph(replay, "L2.N3")
    assert len(whole.nodes) == focus.whole_nodes == len(whole_numbers)
    for graph, numbers in ((whole, whole_numbers), (sample, sample_numbers), (neuron, neuron_numbers)):
        assert [replay.address(node) for node in numbers] == [node.address for node in graph.nodes]
        assert all(operand < i for i, node in enumerate(graph.nodes) for operand in node.operands)
    assert sample.nodes[-1].address == "sample3/loss"
    assert {node.address for node in neuron.nodes} == {
        *(f"L2.N3.w{i}" for i in range(1, 5)),
        *(f"sample3/L1.N{i}.out" for i in range(1, 5)),
        *(f"sample3/L2.N3.w{i}*h{i}" for i in range(1, 5)),
        *(f"sample3/L2.N3.sum{i}" for i in range(1, 4)),
        *("L2.N3.b", "sample3/L2.N3.z", "sample3/L2.N3.out"),
    }
    leaves = [node for node in neuron.nodes if not node.operands]
    assert all(not node.op for node in leaves)


def test_graphs_of_two_samples_have_one_shape_and_two_keys() -> None:
    trainer, focus = focus_on("lecture", 0)
    first, second = (focus.sample_graph(replay_of(trainer, focus, sample))[0] for sample in (0, 1))
    assert first.shape == second.shape
    assert first.key != second.key
    assert [node.operands for node in first.nodes] == [node.operands for node in second.nodes]


def test_graphs_of_different_neurons_have_different_shapes() -> None:
    trainer, focus = focus_on("lecture", 0)
    replay = replay_of(trainer, focus, 0)
    graphs = [focus.neuron_graph(replay, neuron)[0] for neuron in ("L1.N1", "L2.N1", "L3.N1")]
    assert len({graph.shape for graph in graphs}) == len({graph.key for graph in graphs}) == 3


def test_a_neuron_named_like_the_beginning_of_another() -> None:
    trainer, focus = focus_on("moons-demo", 0)
    graph, numbers = focus.neuron_graph(replay_of(trainer, focus, 0), "L2.N1")
    assert not any("N10" in node.address for node in graph.nodes if node.op)
    assert len(numbers) == len(graph.nodes) == 16 + 16 + 16 + 16 + 1 + 1


def test_a_loss_above_the_limit_is_not_unrolled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.focus, "WHOLE_LIMIT", 367)
    _, focus = focus_on("lecture", 0)
    assert not focus.unrolled
    monkeypatch.setattr(core.focus, "WHOLE_LIMIT", 368)
    _, focus = focus_on("lecture", 0)
    assert focus.unrolled


def test_a_replay_of_numbers_that_are_not_finite_comes_out() -> None:
    trainer, focus = focus_on("lecture", 0)
    theta = np.full_like(trainer.theta, np.nan)
    replay = focus.replay(theta, trainer.objective.evaluate(theta), 0)
    assert np.isnan(replay.data[replay.program.root])


@given(data=st.data())
def test_any_experiments_replay_equals_its_values(
    data: st.DataObject, all_experiments: st.SearchStrategy[Experiment], whole_loss: Callable[..., Recording]
) -> None:
    """Features, several outputs, probabilities, no biases: unrolled, and from one sample."""
    experiment = data.draw(all_experiments)
    objective = Objective(experiment, dataset_of(experiment))
    focus = Focus(objective)
    evaluation = objective.evaluate(objective.initial)
    values = values_of(whole_loss(experiment))
    assert focus.whole_nodes == len(values)
    sample = len(objective.dataset.targets) - 1
    for whole in (focus.unrolled, False):
        replay = focus.replay(objective.initial, evaluation, sample, whole=whole)
        for node in range(replay.program.nodes):
            value = values.get(replay.address(node))
            if value is not None:  # neither an input that no feature reads nor the other samples' leaf
                assert replay.data[node] == pytest.approx(value.data, rel=1e-10, abs=1e-12)
                assert replay.grad[node] == pytest.approx(value.grad, rel=1e-9, abs=1e-10)
    for graph, numbers in (focus.sample_graph(replay), focus.neuron_graph(replay, "L1.N1")):
        assert [replay.address(node) for node in numbers] == [node.address for node in graph.nodes]


def lab(features: tuple[str, ...], bias: bool = False, hidden: tuple[LayerSpec, ...] = (LayerSpec(2),)) -> Focus:
    network = NetworkSpec(hidden, features=features, bias=bias)
    experiment = Experiment("", DataSpec("moons", 5), network)
    return Focus(Objective(experiment, dataset_of(experiment)))


def nodes_of(focus: Focus, neuron: str) -> set[str]:
    objective = focus.objective
    replay = focus.replay(objective.initial, objective.evaluate(objective.initial), 0)
    return {node.address for node in focus.neuron_graph(replay, neuron)[0].nodes}


def test_a_neuron_that_reads_features_and_has_no_bias() -> None:
    assert nodes_of(lab(("x2", "x1^2", "x1*x2")), "L1.N2") == {
        *("sample1/x2", "sample1/x1^2", "sample1/x1*x2", "L1.N2.w1", "L1.N2.w2", "L1.N2.w3"),
        *("sample1/L1.N2.w1*f1", "sample1/L1.N2.w2*f2", "sample1/L1.N2.w3*f3", "sample1/L1.N2.sum2"),
        *("sample1/L1.N2.z", "sample1/L1.N2.out"),
    }


def test_a_neuron_with_one_input_and_no_bias() -> None:
    assert nodes_of(lab(("sin(x1)",)), "L1.N1") == {
        *("sample1/sin(x1)", "L1.N1.w1", "sample1/L1.N1.z", "sample1/L1.N1.out")
    }
    linear = lab(("sin(x1)",), hidden=(LayerSpec(1, "linear"),))
    assert nodes_of(linear, "L1.N1") == {"sample1/sin(x1)", "L1.N1.w1", "sample1/L1.N1.out"}
    assert nodes_of(linear, "L2.N1") == {"sample1/L1.N1.out", "L2.N1.w1", "sample1/L2.N1.z", "sample1/L2.N1.out"}


def test_gradients_reach_the_inputs_through_features() -> None:
    focus = lab(("x1^2", "x1*x2"))
    objective = focus.objective
    replay = focus.replay(objective.initial, objective.evaluate(objective.initial), 0)
    grad = {replay.address(node): replay.grad[node] for node in range(replay.program.nodes)}
    x1, x2 = objective.dataset.inputs[0]
    assert grad["sample1/x1"] == pytest.approx(2 * x1 * grad["sample1/x1^2"] + x2 * grad["sample1/x1*x2"])
    assert grad["sample1/x2"] == pytest.approx(x1 * grad["sample1/x1*x2"])
    assert grad["sample1/x2"] != 0.0


def test_other_features_and_biases_are_other_shapes() -> None:
    shapes = {lab(features, bias).shape for features in ((), ("x1", "x2"), ("x1", "x1^2")) for bias in (True, False)}
    assert len(shapes) == 6
