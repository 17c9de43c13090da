"""Recordings: every scalar has one address, and the size of the whole loss is known beforehand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets import dataset_of, row_count
from core.engine import Value
from core.examples import load_example
from core.experiment import Experiment, TrainingSpec
from core.features import features_of
from core.graph import topological_order
from core.losses import cross_entropy, is_mean, loss_for
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
from core.shape import output_count

Whole = Callable[..., Recording]


def addresses(recording: Recording) -> list[str]:
    """Of all nodes below the root, in topological order."""
    return [recording.names[id(node)] for node in topological_order(recording.root)]


def network_for(experiment: Experiment) -> tuple[MLP, int]:
    return build_network(experiment), row_count(experiment.data)


@given(data=st.data())
def test_every_scalar_has_an_address_of_its_own(
    data: st.DataObject, all_experiments: st.SearchStrategy[Experiment], whole_loss: Whole
) -> None:
    experiment = data.draw(all_experiments)
    network, rows = network_for(experiment)
    recordings = [
        whole_loss(experiment),
        record_sample(experiment, network),
        record_focus(experiment, network, rows),
        record_prediction(experiment, network),
    ]
    penalty = record_penalty(experiment, network)
    assert (penalty is None) == (experiment.training.l2 == experiment.training.l1 == 0.0)
    for recording in [*recordings, penalty] if penalty else recordings:
        found = addresses(recording)
        assert len(set(found)) == len(found)
        assert all(found)


@given(data=st.data())
def test_the_size_of_the_whole_loss_is_known_beforehand(
    data: st.DataObject, all_experiments: st.SearchStrategy[Experiment], whole_loss: Whole
) -> None:
    experiment = data.draw(all_experiments)
    network, rows = network_for(experiment)
    assert whole_size(experiment, network, rows) == len(topological_order(whole_loss(experiment).root))


@pytest.mark.parametrize(("example", "nodes"), [("lecture", 368), ("moons-demo", None), ("xor", None)])
def test_the_size_for_the_examples(example: str, nodes: int | None, whole_loss: Whole) -> None:
    experiment = load_example(example)
    network, rows = network_for(experiment)
    size = whole_size(experiment, network, rows)
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
    network, rows = network_for(experiment)
    recording = record_focus(experiment, network, rows)
    found = set(addresses(recording))
    assert {"sample/L3.N1.sum15", "sample/L3.N1.out", "sample/L1.N1.z", "l2", "λ", "L1.N1.w1²", "L1.N1.b²"} <= found
    assert {"mean loss", "1 over 100", "other samples", "sum of losses", "sum of squares", "loss"} <= found
    assert not {"sample/L3.N1.z", "sample/L3.N1.sum16"} & found
    assert recording.output is not None
    assert recording.names[id(recording.output)] == "sample/L3.N1.out"


def test_both_penalties_have_their_parts_named() -> None:
    experiment = Experiment(training=TrainingSpec(l2=0.1, l1=0.2, loss="huber"))
    network, rows = network_for(experiment)
    recording = record_focus(experiment, network, rows)
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
    network, _ = network_for(experiment)
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
    first, second = (build_network(experiment).parameters() for _ in range(2))
    assert [value.data for value in first] == [value.data for value in second]


@given(data=st.data())
def test_the_whole_loss_is_the_mean_or_the_sum_and_the_penalty(
    data: st.DataObject, all_experiments: st.SearchStrategy[Experiment], whole_loss: Whole
) -> None:
    experiment = data.draw(all_experiments)
    dataset = dataset_of(experiment)
    network, rows = network_for(experiment)
    total = 0.0
    for row, target in zip(dataset.inputs.tolist(), dataset.targets.tolist(), strict=True):
        x = [Value(number) for number in row]
        output = network([feature.of(x) for feature in features_of(experiment.network.features, len(x))])
        if isinstance(output, list):
            total += cross_entropy(output, [Value(number) for number in target]).data
        else:
            total += loss_for(experiment)(output, Value(target)).data
    if is_mean(experiment.training.loss, output_count(experiment.data)):
        total /= rows
    total += experiment.training.l2 * sum(p.data**2 for p in network.parameters())
    total += experiment.training.l1 * sum(abs(p.data) for p in network.parameters())
    assert whole_loss(experiment).root.data == pytest.approx(total, rel=1e-12)


def test_a_whole_loss_needs_as_many_targets_as_rows() -> None:
    with pytest.raises(ValueError, match="zip"):
        record_whole(load_example("lecture"), MLP(3, [1]), [[1.0, 2.0, 3.0]], [1.0, 1.0])
