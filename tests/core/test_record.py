"""Recordings: every scalar has one address, and the size of the whole loss is known beforehand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets import make_dataset
from core.engine import Value
from core.examples import load_example
from core.experiment import Experiment, TrainingSpec
from core.graph import topological_order
from core.losses import LOSSES
from core.nn import MLP
from core.record import (
    Recording,
    build_network,
    parameter_names,
    record_focus,
    record_penalty,
    record_prediction,
    record_sample,
    record_whole,
    whole_size,
)

Whole = Callable[..., Recording]


def addresses(recording: Recording) -> list[str]:
    """Of all nodes below the root, in topological order."""
    return [recording.names[id(node)] for node in topological_order(recording.root)]


def network_for(experiment: Experiment) -> tuple[MLP, int, int]:
    dataset = make_dataset(experiment.data)
    rows, inputs = dataset.inputs.shape
    return build_network(experiment, inputs), inputs, rows


@given(data=st.data())
def test_every_scalar_has_an_address_of_its_own(
    data: st.DataObject, experiments: st.SearchStrategy[Experiment], whole_loss: Whole
) -> None:
    experiment = data.draw(experiments)
    network, inputs, rows = network_for(experiment)
    recordings = [
        whole_loss(experiment),
        record_sample(experiment, network, inputs),
        record_focus(experiment, network, inputs, rows),
        record_prediction(network, inputs),
    ]
    penalty = record_penalty(experiment, network)
    assert (penalty is None) == (experiment.training.l2 == experiment.training.l1 == 0.0)
    for recording in [*recordings, penalty] if penalty else recordings:
        found = addresses(recording)
        assert len(set(found)) == len(found)
        assert all(found)


@given(data=st.data())
def test_the_size_of_the_whole_loss_is_known_beforehand(
    data: st.DataObject, experiments: st.SearchStrategy[Experiment], whole_loss: Whole
) -> None:
    experiment = data.draw(experiments)
    network, inputs, rows = network_for(experiment)
    assert whole_size(experiment, network, inputs, rows) == len(topological_order(whole_loss(experiment).root))


@pytest.mark.parametrize(("example", "nodes"), [("lecture", 368), ("moons-demo", None), ("xor", None)])
def test_the_size_for_the_examples(example: str, nodes: int | None, whole_loss: Whole) -> None:
    experiment = load_example(example)
    network, inputs, rows = network_for(experiment)
    size = whole_size(experiment, network, inputs, rows)
    assert size == len(topological_order(whole_loss(experiment).root))
    assert nodes in (size, None)


def test_the_lectures_addresses(whole_loss: Whole) -> None:
    found = set(addresses(whole_loss(load_example("lecture"))))
    assert {
        *("L1.N1.w1", "L1.N1.w3", "L1.N1.b", "L1.N4.w3", "L2.N4.w4", "L3.N1.b"),
        *("sample1/x1", "sample1/x3", "sample1/y", "sample4/x1", "sample4/y"),
        *("sample1/L1.N3.w2*x2", "sample1/L2.N1.w3*h3", "sample1/L3.N1.w4*h4"),
        *("sample1/L1.N3.sum1", "sample1/L1.N3.sum2", "sample1/L1.N3.z", "sample1/L1.N3.out"),
        *("sample1/error", "sample1/loss", "sample4/loss"),
        *("sum of losses 1–2", "sum of losses 1–3", "loss"),
    } <= found
    assert "sample5/x1" not in found
    assert "sample1/L1.N3.sum3" not in found  # that is z


def test_a_linear_neurons_last_sum_is_its_output() -> None:
    experiment = load_example("moons-demo")
    network, inputs, rows = network_for(experiment)
    recording = record_focus(experiment, network, inputs, rows)
    found = set(addresses(recording))
    assert {"sample/L3.N1.sum15", "sample/L3.N1.out", "sample/L1.N1.z", "l2", "λ", "L1.N1.w1²", "L1.N1.b²"} <= found
    assert {"mean loss", "1 over 100", "other samples", "sum of losses", "sum of squares", "loss"} <= found
    assert not {"sample/L3.N1.z", "sample/L3.N1.sum16"} & found
    assert recording.output is not None
    assert recording.names[id(recording.output)] == "sample/L3.N1.out"


def test_both_penalties_have_their_parts_named() -> None:
    experiment = Experiment(training=TrainingSpec(l2=0.1, l1=0.2, loss="huber"))
    network, inputs, rows = network_for(experiment)
    recording = record_focus(experiment, network, inputs, rows)
    nodes = {recording.names[id(node)]: node for node in topological_order(recording.root)}
    assert nodes["l1"]._prev == (nodes["λ₁"], nodes["sum of sizes"])
    assert nodes["L1.N1.|w1|"]._prev == (nodes["L1.N1.w1"],)
    assert nodes["sum of sizes 1–2"]._prev == (nodes["L1.N1.|w1|"], nodes["L1.N1.|w2|"])
    assert nodes["loss and l2"]._prev == (nodes["mean loss"], nodes["l2"])
    assert nodes["loss"]._prev == (nodes["loss and l2"], nodes["l1"])
    parts = ("error", "size of error", "capped size", "-half capped", "size less half")
    assert {f"sample/{part}" for part in parts} <= set(nodes)


def test_l1_is_0_at_0_and_has_no_slope_there() -> None:
    experiment = Experiment(training=TrainingSpec(l1=0.5))
    network, _, _ = network_for(experiment)
    for parameter, number in zip(network.parameters(), [0.0, -0.0, -2.0, 3.0], strict=False):
        parameter.data = number
    penalty = record_penalty(experiment, network)
    assert penalty is not None
    penalty.root.backward()
    assert [parameter.grad for parameter in network.parameters()[:4]] == [0.0, 0.0, -0.5, 0.5]


def test_a_sums_parts_are_what_their_names_say(whole_loss: Whole) -> None:
    recording = whole_loss(load_example("lecture"))
    nodes = {recording.names[id(node)]: node for node in topological_order(recording.root)}
    first = nodes["sample2/L1.N3.sum1"]
    assert first._prev == (nodes["L1.N3.b"], nodes["sample2/L1.N3.w1*x1"])
    product = nodes["sample2/L2.N1.w3*h3"]
    assert product._prev == (nodes["L2.N1.w3"], nodes["sample2/L1.N3.out"])
    assert nodes["sample2/L1.N3.out"]._prev == (nodes["sample2/L1.N3.z"],)


def test_parameter_names_stand_in_the_order_of_parameters() -> None:
    names = parameter_names(MLP(2, [2, 1]))
    assert names == [
        *("L1.N1.w1", "L1.N1.w2", "L1.N1.b", "L1.N2.w1", "L1.N2.w2", "L1.N2.b"),
        *("L2.N1.w1", "L2.N1.w2", "L2.N1.b"),
    ]


def test_the_same_seed_gives_the_same_weights() -> None:
    experiment = load_example("moons-demo")
    first, second = (build_network(experiment, 2).parameters() for _ in range(2))
    assert [value.data for value in first] == [value.data for value in second]


@given(data=st.data())
def test_the_whole_loss_is_the_mean_or_the_sum_and_the_penalty(
    data: st.DataObject, experiments: st.SearchStrategy[Experiment], whole_loss: Whole
) -> None:
    experiment = data.draw(experiments)
    dataset = make_dataset(experiment.data)
    network, _, rows = network_for(experiment)
    predictions = [network(row) for row in dataset.inputs.tolist()]
    of_sample = LOSSES[experiment.training.loss].of_sample
    targets = [Value(target) for target in dataset.targets.tolist()]
    losses = [of_sample(p, target).data for p, target in zip(predictions, targets, strict=True)]  # type: ignore[arg-type]
    total = sum(losses)
    if LOSSES[experiment.training.loss].mean:
        total /= rows
    total += experiment.training.l2 * sum(p.data**2 for p in network.parameters())
    total += experiment.training.l1 * sum(abs(p.data) for p in network.parameters())
    assert whole_loss(experiment).root.data == pytest.approx(total, rel=1e-12)


def test_a_whole_loss_needs_as_many_targets_as_rows() -> None:
    with pytest.raises(ValueError, match="zip"):
        record_whole(load_example("lecture"), MLP(3, [1]), [[1.0, 2.0, 3.0]], [1.0, 1.0])
