"""Which numbers the network level shows, and how strong their colours are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.health import UnitState
from gui.graph.network_hover import BubbleText, bubble_text, spoken
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


def test_scores_of_classes_and_their_names() -> None:
    net = SmallNet(2, 3, labels=("red", "green", "blue"))
    numbers = shown(net)
    assert numbers.labels == ("red", "green", "blue")
    assert [numbers.label(Tile(2, row)) for row in range(3)] == ["red", "green", "blue"]
    assert [numbers.label(Tile(column, 0)) for column in (0, 1)] == ["x1", ""]
    maps = numbers.maps
    assert maps is not None
    assert numbers.limit(2) == max(np.abs(maps.neurons[f"L2.N{row}"]).max() for row in (1, 2, 3))


def test_features_are_written_as_people_do_and_each_has_all_colours() -> None:
    net = SmallNet(2, 3, features=("x1", "x1^2", "sin(x2)"))
    numbers = shown(net)
    assert [numbers.label(Tile(0, row)) for row in range(3)] == ["x₁", "x₁²", "sin x₂"]
    largest = [np.abs(numbers.map_of(Tile(0, row))).max() for row in range(3)]
    assert largest == pytest.approx([numbers.limit(0)] * 3)
    assert numbers.limit(0) == pytest.approx(1.8)


def test_a_feature_that_is_the_same_everywhere_is_not_blown_up() -> None:
    net = SmallNet(2, 3, features=("x1", "x2^2"))
    numbers = shown(net)
    assert numbers.maps is not None
    flat = numbers.maps.neurons | {"x2^2": np.full((4, 4), 0.01)}
    numbers.take(replace(net.frame(), maps=replace(numbers.maps, neurons=flat)))
    assert np.abs(numbers.map_of(Tile(0, 1))).max() == pytest.approx(0.01)


def test_with_one_input_a_map_is_a_profile() -> None:
    net = SmallNet(1, 3)
    profile = shown(net).map_of(Tile(0, 0))
    assert profile is not None
    height, width = profile.shape
    assert height > 1
    assert profile[0, -1] > 0 > profile[-1, 0]  # above on the right, below on the left
    assert profile[0, 0] == profile[-1, -1] == 0.0
    stacked = shown(net).stacked_maps(1, 1)
    assert stacked is not None
    assert stacked.shape == (3 * height, width)


def test_a_sigmoid_output_is_coloured_from_its_threshold() -> None:
    net = SmallNet(2, 3, activation="sigmoid")
    started = net.started()
    numbers = NetworkNumbers(replace(started, points=replace(started.points, threshold=0.5)))
    numbers.take(net.frame())
    assert numbers.limit(2) == 0.5
    assert numbers.shade(2, np.array([0.0, 0.5, 1.0])).tolist() == [-0.5, 0.0, 0.5]


def test_frozen_parts_are_masks() -> None:
    numbers = shown(SmallNet(2, 3))
    assert numbers.frozen == ()
    numbers.freeze({(1, 2, 1), (1, 2, 2), (1, 2, 0), (2, 1, 3), (9, 9, 9)})
    assert np.argwhere(numbers.frozen[0]).tolist() == [[1, 0], [1, 1]]
    assert numbers.is_frozen(Weight(1, 0, 2))
    assert numbers.is_frozen(Bias(1, 1))
    assert numbers.is_frozen(Tile(1, 1))
    assert not numbers.is_frozen(Tile(2, 0))
    assert not numbers.is_frozen(Tile(0, 0))
    numbers.freeze(set())
    assert not numbers.is_frozen(Tile(1, 1))


def test_another_activation_keeps_the_numbers_until_new_ones_come() -> None:
    net = SmallNet(2, 3)
    numbers = shown(net)
    again = NetworkNumbers(replace(net.started(), activations=("relu", "tanh")), numbers)
    assert again.pair(Weight(0, 0, 0)) == numbers.pair(Weight(0, 0, 0))
    assert again.maps is numbers.maps
    assert NetworkNumbers(SmallNet(2, 4).started(), numbers).pair(Weight(0, 0, 0)) is None


def test_the_bubble_has_all_numbers_of_a_place() -> None:
    net = SmallNet(2, 3)
    numbers = shown(net)
    output, gradient = net.frame().sample_outputs["L1.N2.out"]
    bias = net.theta[net.names.index("L1.N2.b")]
    text = bubble_text(numbers, Tile(1, 1))
    rows = (("output", f"{output:.4f}"), ("gradient", f"{gradient:.4f}"), ("bias", f"{bias:.4f}"))
    assert text == BubbleText("L1.N2.out", rows)
    weight = net.theta[net.names.index("L2.N1.w3")]
    text = bubble_text(numbers, Weight(1, 0, 2), "drag it")
    assert text == BubbleText(
        "L2.N1.w3", (("weight", f"{weight:.4f}"), ("gradient", f"{-0.01 * weight:.4f}")), ("drag it",)
    )
    assert bubble_text(NetworkNumbers(net.started()), Tile(1, 1)) is None


def test_the_bubble_says_what_ails_a_neuron_and_what_is_frozen() -> None:
    net = SmallNet(2, 3)
    numbers = shown(net)
    numbers.take(replace(net.frame(), units={"L1.N2": UnitState.DEAD, "L1.N3": UnitState.SATURATED}))
    numbers.freeze({(2, 1, 1)})
    notes = [bubble_text(numbers, place) for place in (Tile(1, 0), Tile(1, 1), Tile(1, 2), Weight(1, 0, 0))]
    assert [text.notes[0].split(":")[0] if text and text.notes else "" for text in notes] == [
        "",
        "dead",
        "saturated",
        "frozen",
    ]


def test_maps_of_another_plane_are_not_kept() -> None:
    features = ("x1^2", "sin(x2)")
    before = shown(SmallNet(2, 3, features=features))
    assert NetworkNumbers(SmallNet(2, 3, features=features).started(), before).maps is before.maps
    assert NetworkNumbers(SmallNet(3, 3, features=features).started(), before).maps is None


def test_of_more_inputs_no_maps_are_waited_for() -> None:
    net = SmallNet(3, 4)
    before = shown(net)
    before.maps = SmallNet(2, 4).maps()
    assert NetworkNumbers(net.started(), before).maps is None


def test_outputs_of_classes_show_probabilities_and_tell_the_score() -> None:
    net = SmallNet(3, 4, labels=("yin", "yang", "dot"))
    numbers = shown(net)
    scores = np.array([net.frame().sample_outputs[f"L2.N{row}.out"][0] for row in (1, 2, 3)])
    chances = np.exp(scores) / np.exp(scores).sum()
    assert [numbers.chance(Tile(2, row)) for row in range(3)] == pytest.approx(chances)
    assert numbers.chance(Tile(1, 0)) is None
    assert numbers.limit(2) == 1.0
    text = bubble_text(numbers, Tile(2, 0))
    assert text is not None
    assert text.rows[:2] == (("probability", f"{chances[0]:.4f}"), ("score", f"{scores[0]:.4f}"))
    assert f"probability {chances[0]:.4f}" in spoken(numbers, Tile(2, 0))
    assert NetworkNumbers(net.started()).chance(Tile(2, 0)) is None


def test_maps_of_classes_are_probabilities_as_well() -> None:
    net = SmallNet(2, 4, labels=("yin", "yang", "dot"))
    numbers = shown(net)
    scores = np.full((3, 50, 50), 0.25)
    numbers.take(replace(net.frame(1), maps=replace(net.maps(), scores=scores)))
    found = numbers.map_of(Tile(2, 1))
    assert found is not None
    assert np.array_equal(found, scores[1])
