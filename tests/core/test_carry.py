"""A change of shape keeps every weight whose connection was there before."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.carry import carried, matched_layers
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec
from core.own_data.own_rows import own_rows
from core.record import build_network, parameter_names
from core.shape import parameter_count


def network(*sizes: int, data: DataSpec | None = None, activation: Any = "tanh", **fields: Any) -> Experiment:
    layers = tuple(LayerSpec(size, activation) for size in sizes)
    return Experiment("", data or DataSpec("lecture"), NetworkSpec(layers, **fields))


def named(before: Experiment, after: Experiment) -> tuple[dict[str, str], str]:
    """For each parameter of `after` the one of `before` that it was, or nothing; and the sentence."""
    old = parameter_names(build_network(before))
    theta, initial = np.arange(len(old)) + 0.5, -1.0 - np.arange(parameter_count(after))
    found, text = carried(before, theta, after, initial)
    assert all(number in theta or number == initial[i] for i, number in enumerate(found.tolist()))
    names = parameter_names(build_network(after))
    return {name: old[int(n)] if n > 0 else "" for name, n in zip(names, found.tolist(), strict=True)}, text


def kept(found: dict[str, str]) -> dict[str, str]:
    return {new: old for new, old in found.items() if old}


def test_another_neuron() -> None:
    """41 parameters of 3-4-4-1; a fifth neuron has three weights and a bias, and four neurons read it."""
    found, text = named(network(4, 4), network(5, 4))
    assert all(new == old for new, old in kept(found).items())
    new = [name for name, old in found.items() if not old]
    assert new == [*(f"L1.N5.{part}" for part in ("w1", "w2", "w3", "b")), *(f"L2.N{i}.w5" for i in range(1, 5))]
    assert text == "41 of 49 weights kept; 8 are new (hidden 1, neuron 5)."


def test_fewer_neurons() -> None:
    found, text = named(network(5, 4), network(4, 4))
    assert all(new == old for new, old in found.items())
    assert text == "All 41 weights kept; 8 are gone."


def test_the_same_network() -> None:
    found, text = named(network(4, 4), network(4, 4, activation="relu"))
    assert all(new == old for new, old in found.items())
    assert text == "All 41 weights kept."


def test_another_layer_at_the_end() -> None:
    found, text = named(network(4), network(4, 3))
    assert kept(found) == {**{f"L1.N{i}.{p}": f"L1.N{i}.{p}" for i in range(1, 5) for p in ("w1", "w2", "w3", "b")},
                           "L3.N1.b": "L2.N1.b"}  # fmt: skip
    assert text == "17 of 35 weights kept; 18 are new (hidden 2)."


def test_another_layer_in_front() -> None:
    found, text = named(network(4, 3), network(2, 4, 3))
    assert found["L3.N2.w4"] == "L2.N2.w4"
    assert found["L4.N1.w3"] == "L3.N1.w3"
    assert found["L2.N4.b"] == "L1.N4.b"
    assert found["L2.N4.w1"] == ""  # it read an input
    assert text == "23 of 39 weights kept; 16 are new (hidden 1)."


def test_a_layer_less_in_the_middle() -> None:
    found, text = named(network(2, 3, 4), network(2, 4))
    assert found["L1.N2.w3"] == "L1.N2.w3"
    assert (found["L2.N1.w1"], found["L2.N1.b"]) == ("", "L3.N1.b")
    assert found["L3.N1.w4"] == "L4.N1.w4"
    assert text == "17 of 25 weights kept; 8 are new (into hidden 2)."


def test_layers_in_another_order() -> None:
    found, text = named(network(2, 3, 4), network(4, 2, 3))
    assert found["L3.N3.w2"] == "L2.N3.w2"  # 3 after 2, as before
    assert (found["L1.N4.b"], found["L2.N1.b"], found["L3.N1.b"]) == ("L3.N4.b", "L1.N1.b", "L2.N1.b")
    assert (found["L1.N1.w1"], found["L2.N1.w1"], found["L4.N1.w1"]) == ("", "", "")
    assert text.endswith("are new (into hidden 1; into hidden 2; into output).")


def test_one_layer_that_became_larger_and_another_activation() -> None:
    before = msgspec.structs.replace(network(4), network=NetworkSpec((LayerSpec(4), LayerSpec(3), LayerSpec(2))))
    changed = NetworkSpec((LayerSpec(4), LayerSpec(6, "relu"), LayerSpec(2)))
    found, text = named(before, msgspec.structs.replace(before, network=changed))
    assert len(kept(found)) == parameter_count(before)
    assert "(hidden 2, neurons 4–6)" in text


def test_features_are_known_by_their_text() -> None:
    data = DataSpec("moons")
    before, after = (network(2, data=data, features=each) for each in ((), ("x1^2", "x2", "x1*x2", "x1")))
    found, text = named(before, after)
    assert (found["L1.N2.w2"], found["L1.N2.w4"], found["L1.N2.w1"]) == ("L1.N2.w2", "L1.N2.w1", "")
    assert text == "9 of 13 weights kept; 4 are new (feature x₁², x₁x₂)."
    assert named(after, before)[1] == "All 9 weights kept; 4 are gone."


def test_biases_off_and_on() -> None:
    with_biases, without = network(4, 4), network(4, 4, bias=False)
    found, text = named(with_biases, without)
    assert all(new == old for new, old in found.items())
    assert text == "All 32 weights kept; 9 are gone."
    found, text = named(without, with_biases)
    assert [name for name, old in found.items() if not old] == [name for name in found if name.endswith("b")]
    assert text == "32 of 41 weights kept; 9 are new (all biases)."


def test_more_classes() -> None:
    found, text = named(network(3, data=DataSpec("blobs", classes=2)), network(3, data=DataSpec("blobs", classes=4)))
    assert kept(found) == {name: name for name in found if not name.startswith(("L2.N2", "L2.N3", "L2.N4"))}
    assert text == "13 of 25 weights kept; 12 are new (output, neurons 2–4)."


def test_no_hidden_layers_any_more() -> None:
    found, text = named(network(4), network())
    assert kept(found) == {"L1.N1.b": "L2.N1.b"}
    assert text == "1 of 4 weights kept; 3 are new (into output)."
    assert named(network(), network())[1] == "All 4 weights kept."


def test_nothing_to_keep() -> None:
    assert named(network(4, bias=False), network(bias=False))[1] == "None of the weights could be kept: all 3 are new."


def test_inputs_that_were_not_there() -> None:
    three = network(2, data=DataSpec("own", own=own_rows("", np.zeros((4, 3)), np.zeros(4))))
    two = network(2, data=DataSpec("own", own=own_rows("", np.zeros((4, 2)), np.zeros(4))))
    assert named(two, three)[1] == "9 of 11 weights kept; 2 are new (input x₃)."


def test_what_is_not_finite_is_not_kept() -> None:
    before = network(2)
    theta = np.arange(11.0)
    theta[[0, 4]] = np.nan, np.inf
    found, text = carried(before, theta, before, np.full(11, -1.0))
    assert found.tolist() == [-1.0, 1.0, 2.0, 3.0, -1.0, *range(5, 11)]
    assert text == "9 of 11 weights kept; 2 are new (what was not finite)."
    theta = np.full(11, np.nan)
    assert carried(before, theta, before, found)[0].tolist() == found.tolist()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("44", "44", [0, 1]),
        ("44", "444", [0, 1, -1]),
        ("444", "44", [0, 1]),
        ("42", "4", [0]),
        ("42", "2", [1]),
        ("42", "832", [0, -1, 1]),
        ("243", "342", [2, 1, 0]),
        ("2433", "2343", [0, 2, 1, 3]),
        ("", "4", [-1]),
        ("4", "", []),
        ("24683", "24573", [0, 1, 2, 3, 4]),
    ],
)
def test_which_layer_was_which(before: str, after: str, expected: list[int]) -> None:
    old, new = ([LayerSpec(int(digit)) for digit in text] for text in (before, after))
    assert matched_layers(old, new) == expected


@given(data=st.data())
def test_any_two_networks(data: st.DataObject, all_experiments: st.SearchStrategy[Experiment]) -> None:
    """What is kept is kept once, the rest is the seed's, there and back loses nothing that stayed."""
    before, after = data.draw(all_experiments), data.draw(all_experiments)
    theta, initial = 1.0 + np.arange(parameter_count(before)), -1.0 - np.arange(parameter_count(after))
    arrays = theta.copy(), initial.copy()
    found, text = carried(before, theta, after, initial)
    assert (theta.tobytes(), initial.tobytes()) == (arrays[0].tobytes(), arrays[1].tobytes())
    stayed = found > 0
    assert len(set(found[stayed])) == stayed.sum()
    assert np.array_equal(found[~stayed], initial[~stayed])
    assert text.endswith(".") and ("()" not in text)
    assert carried(before, theta, before, theta)[0].tolist() == theta.tolist()
    if stayed.all():
        assert text.startswith("All")
    else:
        assert f"{(~stayed).sum():,}" in text
