"""Which numbers the network level shows, and how strong their colours are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gui.graph.network_numbers import NetworkNumbers
from gui.graph.network_structure import Bias, Tile, Weight
from tests.gui.network_double import SmallNet


def shown(net: SmallNet) -> NetworkNumbers:
    numbers = NetworkNumbers(net.started())
    numbers.take(net.frame())
    return numbers


def test_pairs_are_data_and_gradient() -> None:
    net = SmallNet(2, 3)
    numbers = shown(net)
    index = net.names.index("L2.N1.w3")
    assert numbers.pair(Weight(1, 0, 2)) == (net.theta[index], -0.01 * net.theta[index])
    assert numbers.pair(Bias(2, 0)) == (net.theta[-1], -0.01 * net.theta[-1])
    assert numbers.pair(Tile(1, 1)) == net.frame().sample_outputs["L1.N2.out"]
    assert numbers.pair(Tile(0, 0)) == net.frame().sample_outputs["x1"]
    assert NetworkNumbers(net.started()).pair(Weight(1, 0, 2)) is None


def test_maps_stay_until_new_ones_come() -> None:
    net = SmallNet(2, 3)
    numbers = shown(net)
    maps = numbers.maps
    assert maps is not None
    numbers.take(net.frame(1, maps=False))
    assert numbers.maps is maps


def test_bounded_activations_and_the_output_take_full_colour_at_one() -> None:
    assert [shown(SmallNet(2, 3, 2)).limit(column) for column in (1, 2, 3)] == [1.0, 1.0, 1.0]


def test_inputs_take_full_colour_at_the_rim_of_the_plane() -> None:
    assert shown(SmallNet(2, 3)).limit(0) == pytest.approx(1.8)


def test_unbounded_activations_follow_the_middle_neuron() -> None:
    net = SmallNet(2, 4, activation="relu")
    numbers = shown(net)
    assert numbers.maps is not None
    sizes = (0.0, 1.0, 3.0, 50.0)  # the first is dead
    maps = {f"L1.N{row}": np.full((4, 4), size) for row, size in enumerate(sizes, start=1)}
    numbers.take(replace(net.frame(), maps=replace(numbers.maps, neurons=maps)))
    assert numbers.limit(1) == 3.0


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_the_limit_is_always_a_positive_number(value: float) -> None:
    for inputs in (2, 3):
        net = SmallNet(inputs, 3, activation="relu")
        numbers = shown(net)
        frame = net.frame()
        maps = frame.maps and replace(frame.maps, neurons=dict.fromkeys(frame.maps.neurons, np.full((4, 4), value)))
        numbers.take(replace(frame, maps=maps, sample_outputs=dict.fromkeys(frame.sample_outputs, (value, value))))
        for column in range(3):
            assert 0.0 < numbers.limit(column) < np.inf


def test_a_dead_neuron_passes_nothing_on() -> None:
    net = SmallNet(2, 6, 4, activation="relu", seed=3)
    numbers = shown(net)
    outputs = net.frame().sample_outputs
    dead = next(row for row in range(6) if outputs[f"L1.N{row + 1}.out"][0] == 0.0)
    live = next(row for row in range(6) if outputs[f"L1.N{row + 1}.out"][0] > 0.0)
    flows = numbers.flows(Tile(0, 0))
    assert not flows[0][dead].any()
    assert flows[0][live].all()
    assert flows[1].any(axis=1).any()  # what stops in the neuron has come up to it
    assert not numbers.flows(Weight(0, dead, 0))[0][dead, 0]


def test_no_gradient_and_no_weight_let_nothing_flow() -> None:
    net = SmallNet(2, 3)
    net.theta[net.names.index("L1.N1.w2")] = 0.0
    numbers = shown(net)
    assert not numbers.flows(Tile(0, 1))[0][0, 1]
    assert numbers.flows(Weight(0, 0, 1))[0][0, 1]  # to the weight itself it flows by the input
    frame = net.frame()
    numbers.take(replace(frame, sample_outputs={name: (data, 0.0) for name, (data, _) in frame.sample_outputs.items()}))
    assert not any(mask.any() for mask in numbers.flows(Tile(0, 0)))
    assert all(mask.all() for mask in NetworkNumbers(SmallNet(2, 3).started()).flows(Tile(0, 0)))
