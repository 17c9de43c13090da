"""Neurons, layers and networks: sizes, order of parameters, initial weights, errors."""

from __future__ import annotations

import random

import pytest

from core.engine import Value
from core.errors import UnknownNameError
from core.nn import ACTIVATIONS, INITS, MLP, Layer, Module, Neuron


@pytest.mark.parametrize(("inputs", "sizes", "count"), [(3, [4, 4, 1], 41), (2, [16, 16, 1], 337), (2, [1], 3)])
def test_how_many_parameters(inputs: int, sizes: list[int], count: int) -> None:
    assert len(MLP(inputs, sizes).parameters()) == count


def test_parameters_come_neuron_by_neuron_weights_first() -> None:
    network = MLP(2, [2, 1])
    first, second = network.layers[0].neurons
    last = network.layers[1].neurons[0]
    assert network.parameters() == [*first.w, first.b, *second.w, second.b, *last.w, last.b]


def test_weights_are_drawn_in_the_order_of_parameters() -> None:
    rng = random.Random(5)
    drawn = [rng.uniform(-1, 1) for _ in range(41)]
    assert [p.data for p in MLP(3, [4, 4, 1], rng=random.Random(5)).parameters()] == drawn
    random.seed(5)
    assert [p.data for p in MLP(3, [4, 4, 1]).parameters()] == drawn


def test_the_later_librarys_biases_are_0_and_take_nothing_from_the_generator() -> None:
    rng = random.Random(5)
    drawn = [rng.uniform(-1, 1) for _ in range(6)]
    network = MLP(2, [2, 1], init="library", rng=random.Random(5))
    assert [w.data for _, neuron in network.neurons() for w in neuron.w] == drawn
    assert {neuron.b.data for _, neuron in network.neurons()} == {0.0}


def test_playgrounds_weights() -> None:
    network = MLP(4, [8, 1], init="playground", rng=random.Random(5))
    weights = [w.data for _, neuron in network.neurons() for w in neuron.w]
    assert all(-0.5 < weight < 0.5 for weight in weights)
    assert max(map(abs, weights)) > 0.4
    assert {neuron.b.data for _, neuron in network.neurons()} == {0.1}


def test_the_initialisations_and_activations_that_exist() -> None:
    assert set(INITS) == {"lecture", "library", "playground"}
    assert {"tanh", "relu", "sigmoid", "linear"} <= set(ACTIVATIONS)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_a_neuron_sums_from_its_bias_on(activation: str) -> None:
    neuron = Neuron(3, activation=activation, rng=random.Random(1))
    x = [2.0, -1.0, 0.5]
    total = neuron.b + neuron.w[0] * x[0] + neuron.w[1] * x[1] + neuron.w[2] * x[2]
    assert neuron(x).data == ACTIVATIONS[activation](total).data
    assert neuron([Value(number) for number in x]).data == neuron(x).data


def test_a_layer_of_one_gives_a_value_and_a_wider_one_a_list() -> None:
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    outputs = Layer(2, 3)([1.0, 2.0])
    assert isinstance(outputs, list)
    assert len(outputs) == 3


def test_a_narrow_layer_in_the_middle() -> None:
    network = MLP(2, [1, 3, 1], rng=random.Random(1))
    out = network([0.5, -0.5])
    assert isinstance(out, Value)
    middle = network.layers[0]([0.5, -0.5])
    assert out.data == network.layers[2](network.layers[1]([middle])).data  # type: ignore[arg-type,list-item,union-attr]


def test_activations_of_hidden_layers_and_of_the_output() -> None:
    def kinds(network: MLP) -> list[str]:
        return [layer.neurons[0].activation for layer in network.layers]

    assert kinds(MLP(2, [3, 3, 1])) == ["tanh", "tanh", "tanh"]
    assert kinds(MLP(2, [3, 3, 1], activation="relu", output="linear")) == ["relu", "relu", "linear"]
    assert kinds(MLP(2, [3, 3, 1], activation=["relu", "sin"], output="linear")) == ["relu", "sin", "linear"]


@pytest.mark.parametrize("activations", [["relu"], ["relu", "relu", "relu"]])
def test_a_wrong_number_of_activations_is_refused(activations: list[str]) -> None:
    with pytest.raises(ValueError, match="zip"):
        MLP(2, [3, 3, 1], activation=activations)


def test_addresses_of_neurons() -> None:
    assert [address for address, _ in MLP(2, [2, 1]).neurons()] == ["L1.N1", "L1.N2", "L2.N1"]


def test_zero_grad() -> None:
    network = MLP(2, [2, 1])
    network([1.0, 2.0]).backward()  # type: ignore[union-attr]
    assert any(p.grad for p in network.parameters())
    network.zero_grad()
    assert not any(p.grad for p in network.parameters())
    assert Module().parameters() == []


def test_a_wrong_number_of_inputs_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        MLP(3, [4, 1])([1.0, 2.0])


def test_names_that_do_not_exist() -> None:
    with pytest.raises(UnknownNameError, match=r"no activation 'gelu'. Known: tanh, relu"):
        Neuron(2, activation="gelu")
    with pytest.raises(UnknownNameError, match=r"no initialisation 'xavier'. Known: lecture"):
        MLP(2, [1], init="xavier")


def test_repr_reads_like_micrograds() -> None:
    assert repr(MLP(2, [2, 1], activation="relu", output="linear")) == (
        "MLP of [Layer of [relu Neuron(2), relu Neuron(2)], Layer of [linear Neuron(2)]]"
    )
