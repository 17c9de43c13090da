"""Neurons, layers and networks: sizes, order of parameters, initial weights, errors."""

from __future__ import annotations

import math
import random
from typing import get_args

import pytest

from core.engine import Value
from core.errors import UnknownNameError
from core.experiment import Activation, Init
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
    assert tuple(INITS) == get_args(Init)
    assert tuple(ACTIVATIONS) == get_args(Activation)


@pytest.mark.parametrize(("init", "squares"), [("xavier", (6 / 11, 6 / 9, 6 / 2)), ("he", (6 / 3, 6 / 8, 6 / 1))])
def test_widths_that_depend_on_the_layer(init: str, squares: tuple[float, ...]) -> None:
    """Glorot 2010: ±√(6 / (nin + nout)); He 2015: ±√(6 / nin). Biases are 0, and draw nothing."""
    for (nin, nout), square in zip([(3, 8), (8, 1), (1, 1)], squares, strict=True):
        rng, twin = random.Random(5), random.Random(5)
        layer, width = Layer(nin, nout, init=init, rng=rng), math.sqrt(square)
        weights = [w.data for neuron in layer.neurons for w in neuron.w]
        assert weights == [twin.uniform(-width, width) for _ in range(nin * nout)]
        assert {neuron.b.data for neuron in layer.neurons if neuron.b is not None} == {0.0}
        assert rng.getstate() == twin.getstate()


def test_zeros_are_zeros() -> None:
    parameters = MLP(3, [4, 1], init="zeros", rng=random.Random(5)).parameters()
    assert [str(parameter.data) for parameter in parameters] == ["0.0"] * 21


@pytest.mark.parametrize("init", INITS)
def test_without_biases_the_weights_are_the_same(init: str) -> None:
    with_biases, without = (MLP(3, [4, 4, 1], init=init, bias=bias, rng=random.Random(5)) for bias in (True, False))
    weights = [[w.data for _, neuron in each.neurons() for w in neuron.w] for each in (with_biases, without)]
    assert weights[0] == weights[1] == [parameter.data for parameter in without.parameters()]
    assert {neuron.b for _, neuron in without.neurons()} == {None}


def test_without_a_bias_the_sum_begins_with_the_first_product() -> None:
    x = [Value(2.0), Value(-1.0), Value(0.5)]
    neuron = Neuron(3, bias=False, rng=random.Random(1))
    out = neuron(x)
    assert out.data == math.tanh(neuron.w[0].data * 2.0 + neuron.w[1].data * -1.0 + neuron.w[2].data * 0.5)
    first = out._prev[0]._prev[0]._prev[0]
    assert (first._op, first._prev) == ("*", (neuron.w[0], x[0]))
    alone = Neuron(1, activation="linear", bias=False)(x[:1])
    assert (alone._op, alone._prev[1]) == ("*", x[0])
    assert Neuron(0)([])._prev[0]._prev == ()
    with pytest.raises(ValueError, match="at least one number"):
        Neuron(0, bias=False)([])


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
    with pytest.raises(UnknownNameError, match=r"no initialisation 'orthogonal'. Known: lecture"):
        MLP(2, [1], init="orthogonal")


def test_repr_reads_like_micrograds() -> None:
    assert repr(MLP(2, [2, 1], activation="relu", output="linear")) == (
        "MLP of [Layer of [relu Neuron(2), relu Neuron(2)], Layer of [linear Neuron(2)]]"
    )
