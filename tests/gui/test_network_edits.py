"""The verbs over the network of the document: what they change, what follows, and what they refuse."""

from __future__ import annotations

import msgspec
import pytest

from core.document import open_document
from core.errors import ExperimentError
from core.experiment import MAX_LAYERS, MAX_NEURONS, DataSpec, LayerSpec
from gui.session.data_fit import fitted
from gui.session.documents import Documents
from gui.session.frozen import Shape
from gui.session.network_edits import NetworkEdits, fitted_to_data


@pytest.fixture
def documents() -> Documents:
    """2 inputs, hidden layers of 3 tanh, 4 relu and 5 sin, one output."""
    documents = Documents(open_document("moons-demo"))
    layers = (LayerSpec(3, "tanh"), LayerSpec(4, "relu"), LayerSpec(5, "sin"))
    documents.set_network("layers", hidden=layers)
    documents.undo_stack.clear()
    return documents


@pytest.fixture
def edits(documents: Documents) -> NetworkEdits:
    return NetworkEdits(documents)


def neurons(edits: NetworkEdits) -> list[int]:
    return [layer.neurons for layer in edits.layers]


def frozen(documents: Documents) -> tuple[str, ...]:
    return documents.experiment.training.frozen


def test_layers_come_go_and_move(edits: NetworkEdits, documents: Documents) -> None:
    edits.add_layer(0)
    assert edits.layers[:2] == (LayerSpec(3, "tanh"), LayerSpec(3, "tanh"))
    edits.remove_layer(1)
    edits.add_layer(2)
    assert neurons(edits) == [3, 4, 4, 5]
    edits.move_layer(0, 3)
    assert neurons(edits) == [4, 4, 5, 3]
    edits.move_layer(3, 1)
    assert neurons(edits) == [4, 3, 4, 5]
    assert documents.undo_stack.count() == 5
    while documents.undo_stack.canUndo():
        documents.undo_stack.undo()
    assert neurons(edits) == [3, 4, 5]


def test_the_first_of_no_layers_is_the_usual_one(edits: NetworkEdits) -> None:
    for _ in range(3):
        edits.remove_layer(0)
    edits.add_layer(0)
    assert edits.layers == (LayerSpec(),)


def test_neurons_are_counted(edits: NetworkEdits) -> None:
    edits.add_neuron(1)
    edits.remove_neuron(0)
    edits.set_neurons(2, 9)
    assert neurons(edits) == [2, 5, 9]


def test_where_there_is_no_room_nothing_happens(edits: NetworkEdits, documents: Documents) -> None:
    edits.set_neurons(0, 1)
    edits.set_neurons(1, MAX_NEURONS)
    while len(edits.layers) < MAX_LAYERS:
        edits.add_layer(0)
    steps, experiment = documents.undo_stack.count(), documents.experiment
    edits.remove_neuron(0)
    edits.add_neuron(MAX_LAYERS - 2)
    edits.add_layer(0)
    edits.add_neuron(MAX_LAYERS)
    edits.remove_layer(MAX_LAYERS)
    edits.move_layer(0, -3)
    assert (documents.undo_stack.count(), documents.experiment) == (steps, experiment)


def test_activations_of_layers_and_of_the_output(edits: NetworkEdits, documents: Documents) -> None:
    edits.set_activation(1, "softplus")
    edits.set_activation(3, "linear")
    assert edits.layers[1] == LayerSpec(4, "softplus")
    assert documents.experiment.network.output == "linear"
    documents.set_training("loss", loss="hinge")
    assert "hinge" in edits.why_not_output("sigmoid")
    assert edits.why_not_output("tanh") == ""
    with pytest.raises(ExperimentError):
        edits.set_activation(3, "sigmoid")


def test_features_are_kept_in_order_and_one_always_stays(edits: NetworkEdits, documents: Documents) -> None:
    for feature in ("sin(x2)", "x1*x2", "x2^2"):
        edits.toggle_feature(feature)
    assert documents.experiment.network.features == ("x1", "x2", "x2^2", "x1*x2", "sin(x2)")
    for feature in ("x2^2", "x1*x2", "sin(x2)"):
        edits.toggle_feature(feature)
    assert documents.experiment.network.features == ()  # the inputs as they are
    edits.toggle_feature("x1")
    edits.toggle_feature("x2")
    assert edits.features == ("x2",)


@pytest.mark.parametrize(
    ("frozen_parts", "shortest"),
    [
        (["L1.N2.w2", "L1.N2.w1"], ("L1.N2.w1", "L1.N2.w2")),
        (["L1.N2.w2", "L1.N2.w1", "L1.N2.b"], ("L1.N2",)),
        (["L1.N1", "L1.N2", "L1.N3"], ("L1",)),
        (["L1", "L1.N2", "L1.N2.b"], ("L1",)),
        (["L2.N4", "L4.N1.b", "L1.N1.w1"], ("L1.N1.w1", "L2.N4", "L4.N1.b")),
        (["L5", "L1.N9", "L1.N1.w3", "nonsense"], ()),
    ],
)
def test_what_is_frozen_is_said_in_few_words(
    edits: NetworkEdits, documents: Documents, frozen_parts: list[str], shortest: tuple[str, ...]
) -> None:
    for address in frozen_parts:
        edits.freeze(address, True)
    assert frozen(documents) == shortest
    assert all(edits.is_frozen(address) for address in shortest)


def test_a_part_of_something_frozen_can_be_freed(edits: NetworkEdits, documents: Documents) -> None:
    edits.freeze("L1", True)
    assert edits.is_frozen("L1.N2.b")
    edits.toggle_frozen("L1.N2.w1")
    assert frozen(documents) == ("L1.N1", "L1.N2.b", "L1.N2.w2", "L1.N3")
    assert not edits.is_frozen("L1.N2")
    edits.toggle_frozen("L1.N2")
    assert frozen(documents) == ("L1",)
    edits.toggle_frozen("L1")
    assert frozen(documents) == ()
    assert documents.undo_stack.undoText() == "free L1"


def test_what_is_frozen_goes_with_its_layer_in_one_step(edits: NetworkEdits, documents: Documents) -> None:
    for address in ("L1.N3", "L2", "L4.N1.w5"):
        edits.freeze(address, True)
    before = frozen(documents)
    for change, after in (
        (lambda: edits.remove_layer(0), ("L1", "L3.N1.w5")),
        (lambda: edits.add_layer(0), ("L2.N3", "L3", "L5.N1.w5")),
        (lambda: edits.add_layer(3), ("L1.N3", "L2", "L5.N1.w5")),
        (lambda: edits.move_layer(1, 0), ("L1", "L2.N3", "L4.N1.w5")),
        (lambda: edits.remove_neuron(0), ("L2", "L4.N1.w5")),
        (lambda: edits.set_neurons(2, 4), ("L1.N3", "L2")),
        (lambda: edits.set_neurons(1, 6), ("L1.N3", "L2", "L4.N1.w5")),
    ):
        change()
        assert frozen(documents) == after
        documents.undo_stack.undo()
        assert frozen(documents) == before


def test_frozen_weights_of_features_follow_them(edits: NetworkEdits, documents: Documents) -> None:
    edits.toggle_feature("x1^2")
    edits.freeze("L1.N1.w3", True)
    edits.freeze("L1.N2.w1", True)
    edits.toggle_feature("x1")
    assert edits.features == ("x2", "x1^2")
    assert frozen(documents) == ("L1.N1.w2",)


def test_without_biases_no_bias_is_frozen(edits: NetworkEdits, documents: Documents) -> None:
    for address in ("L1.N1.w1", "L1.N1.w2", "L2.N1.b"):
        edits.freeze(address, True)
    edits.set_bias(False)
    assert frozen(documents) == ("L1.N1",)
    assert Shape((2, 3, 1), bias=False).parts("L1.N1.b") == set()
    documents.undo_stack.undo()
    assert frozen(documents) == ("L1.N1.w1", "L1.N1.w2", "L2.N1.b")


def test_other_data_take_features_and_frozen_parts_along_that_make_sense(
    edits: NetworkEdits, documents: Documents
) -> None:
    for feature in ("x1*x2", "x1^2"):
        edits.toggle_feature(feature)
    for address in ("L1.N1.w4", "L1.N1.w3", "L1.N2.w1"):
        edits.freeze(address, True)
    sine = msgspec.structs.replace(documents.experiment, data=DataSpec(kind="sine"))
    after = fitted_to_data(sine)
    assert after.network.features == ("x1", "x1^2")
    assert after.training.frozen == ("L1.N1.w2", "L1.N2.w1")
    documents.replace("data", fitted(sine)[0])
    assert edits.features == ("x1", "x1^2")
