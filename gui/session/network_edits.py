"""What can be done to the network of the document: by its picture, by the Network panel, by a menu."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from core.errors import ExperimentError
from core.experiment import MAX_INPUTS, MAX_LAYERS, MAX_NEURONS, Experiment, LayerSpec
from core.experiment_rules import check_experiment
from core.features import parsed
from core.shape import input_count, layer_sizes, task_of
from core.words import tr
from gui.session.documents import Documents
from gui.session.frozen import Part, Shape, moved

_SAMPLE = re.compile(r"^sample\d+/")


class NetworkEdits:
    """Verbs over the document; each is one step of undo, and does nothing where there is no room for it.

    Hidden layers are counted from 0. What is frozen follows its layer, and is dropped with what it belongs to.
    """

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._known: tuple[Experiment, set[Part]] | None = None  # what is frozen in an experiment

    @property
    def documents(self) -> Documents:
        return self._documents

    @property
    def layers(self) -> tuple[LayerSpec, ...]:
        """The hidden layers."""
        return self._documents.experiment.network.hidden

    # -- layers and neurons ---------------------------------------------------------------------------------------

    def add_layer(self, at: int) -> None:
        """A hidden layer at this place, like the one before it."""
        hidden = self.layers
        if len(hidden) >= MAX_LAYERS or not 0 <= at <= len(hidden):
            return
        layer = hidden[max(at - 1, 0)] if hidden else LayerSpec()
        places = {i: i if i <= at else i + 1 for i in range(1, len(hidden) + 2)}
        self._reshape(tr("add hidden {number}", number=at + 1), places, hidden=(*hidden[:at], layer, *hidden[at:]))

    def remove_layer(self, layer: int) -> None:
        """Take a hidden layer out."""
        hidden = self.layers
        if not 0 <= layer < len(hidden):
            return
        places = {i: i if i <= layer else i - 1 for i in range(1, len(hidden) + 2) if i != layer + 1}
        self._reshape(
            tr("remove hidden {number}", number=layer + 1), places, hidden=hidden[:layer] + hidden[layer + 1 :]
        )

    def move_layer(self, layer: int, to: int) -> None:
        """Put a hidden layer in another place: it is number `to` then."""
        hidden = list(self.layers)
        to = min(max(to, 0), len(hidden) - 1)
        if not 0 <= layer < len(hidden) or layer == to:
            return
        order = list(range(len(hidden)))
        order.insert(to, order.pop(layer))
        places = {old + 1: new + 1 for new, old in enumerate(order)} | {len(hidden) + 1: len(hidden) + 1}
        self._reshape(tr("move hidden {number}", number=layer + 1), places, hidden=tuple(hidden[old] for old in order))

    def set_neurons(self, layer: int, neurons: int) -> None:
        """So many neurons in a hidden layer; the last ones go, new ones come last."""
        if 0 <= layer < len(self.layers) and 1 <= neurons <= MAX_NEURONS:
            hidden = self._with_layer(layer, neurons=neurons)
            self._reshape(tr("neurons of hidden {number}", number=layer + 1), None, hidden=hidden)

    def add_neuron(self, layer: int) -> None:
        """One more, the last of its layer."""
        if 0 <= layer < len(self.layers):
            self.set_neurons(layer, self.layers[layer].neurons + 1)

    def remove_neuron(self, layer: int) -> None:
        """The last one of its layer goes; one always stays."""
        if 0 <= layer < len(self.layers):
            self.set_neurons(layer, self.layers[layer].neurons - 1)

    # -- what neurons do ------------------------------------------------------------------------------------------

    def set_activation(self, layer: int, activation: str) -> None:
        """Of a hidden layer; of the output for the number after the last one. Raises ExperimentError."""
        if layer == len(self.layers):
            self._documents.set_network(tr("output activation"), output=activation)
        elif 0 <= layer < len(self.layers):
            hidden = self._with_layer(layer, activation=activation)
            self._documents.set_network(tr("activation of hidden {number}", number=layer + 1), hidden=hidden)

    def why_not_output(self, activation: str) -> str:
        """Why the output cannot have this activation: a sentence, empty if it can."""
        network = msgspec.structs.replace(self._documents.experiment.network, output=activation)
        try:
            check_experiment(msgspec.structs.replace(self._documents.experiment, network=network))
        except ExperimentError as error:
            return str(error)
        return ""

    @property
    def has_classes(self) -> bool:
        """Whether there is an output for each of several classes: linear, with the softmax in the loss."""
        return task_of(self._documents.experiment.data) == "classes"

    @property
    def features(self) -> tuple[str, ...]:
        """What the first layer reads."""
        experiment = self._documents.experiment
        return experiment.network.features or _plain(input_count(experiment.data))

    def set_features(self, features: tuple[str, ...]) -> None:
        """Other ones; none at all, or more than there may be, change nothing."""
        plain, before = _plain(input_count(self._documents.experiment.data)), self.features
        if not features or len(features) > MAX_INPUTS or features == before:
            return
        kept = {before.index(text) + 1: i for i, text in enumerate(features, start=1) if text in before}
        self._reshape(tr("features"), None, kept, features=() if features == plain else features)

    def toggle_feature(self, feature: str) -> None:
        """Read a feature, or no longer; inputs come before what is made of them, as in the list of choices."""
        features = [*self.features]
        features.remove(feature) if feature in features else features.append(feature)
        self.set_features(tuple(sorted(features, key=_rank)))

    def set_bias(self, on: bool) -> None:
        """Biases in every neuron, or in none."""
        self._reshape(tr("bias"), None, bias=on)

    # -- what is frozen -------------------------------------------------------------------------------------------

    def is_frozen(self, address: str) -> bool:
        """Whether a layer `L1`, neuron `L1.N2` or parameter `L1.N2.w3` is frozen, all of it."""
        parts = self._shape().parts(address)
        return bool(parts) and parts <= self.frozen_parts()

    def freeze(self, address: str, on: bool) -> None:
        """Freeze a layer, neuron or parameter, or free it."""
        experiment, shape = self._documents.experiment, self._shape()
        before, parts = self.frozen_parts(), shape.parts(address)
        frozen = shape.addresses(before | parts if on else before - parts)
        if frozen != experiment.training.frozen:
            self._documents.set_training(
                tr("freeze {address}", address=address) if on else tr("free {address}", address=address), frozen=frozen
            )

    def toggle_frozen(self, address: str) -> None:
        self.freeze(address, not self.is_frozen(address))

    def frozen_parts(self) -> set[Part]:
        """Every parameter that is frozen."""
        experiment = self._documents.experiment
        if self._known is None or self._known[0] is not experiment:
            self._known = experiment, self._shape().all_parts(experiment.training.frozen)
        return self._known[1]

    def frozen_addresses(self) -> tuple[str, ...]:
        """The same as few addresses as say it."""
        return self._shape().addresses(self.frozen_parts())

    # -- how it is done -------------------------------------------------------------------------------------------

    def _with_layer(self, layer: int, **changes: object) -> tuple[LayerSpec, ...]:
        changed = msgspec.structs.replace(self.layers[layer], **changes)
        return (*self.layers[:layer], changed, *self.layers[layer + 1 :])

    def _reshape(
        self,
        text: str,
        layers: Mapping[int, int] | None,
        first_weights: Mapping[int, int] | None = None,
        **changes: object,
    ) -> None:
        """Change the network, and let what is frozen follow.

        `layers`, `first_weights`: the new numbers (from 1) of layers and of the first layer's weights; None: the same.
        """
        before = self._documents.experiment
        network = msgspec.structs.replace(before.network, **changes)
        if network == before.network:
            return
        count = len(before.network.hidden) + 1
        numbers = dict(layers) if layers is not None else {i: i for i in range(1, count + 1)}
        weights = dict(first_weights) if first_weights is not None else None
        frozen = tuple(moved(address, numbers, weights) for address in before.training.frozen)
        training = msgspec.structs.replace(before.training, frozen=tuple(filter(None, frozen)))
        after = msgspec.structs.replace(before, network=network, training=training)
        self._documents.replace(text, with_frozen_that_exist(after))

    def _shape(self) -> Shape:
        return _shape_of(self._documents.experiment)


def with_frozen_that_exist(experiment: Experiment) -> Experiment:
    """The same, but nothing is frozen that its network does not have."""
    shape = _shape_of(experiment)
    frozen = shape.addresses(shape.all_parts(experiment.training.frozen))
    if frozen == experiment.training.frozen:
        return experiment
    return msgspec.structs.replace(experiment, training=msgspec.structs.replace(experiment.training, frozen=frozen))


def has_place(experiment: Experiment, address: str) -> bool:
    """Whether its network has the feature, neuron (its output or what is before its activation), weight or bias."""
    local = _SAMPLE.sub("", address)
    neuron = local.removesuffix(".out").removesuffix(".z")
    if _shape_of(experiment).parts(neuron):
        return "." in neuron
    return local in (experiment.network.features or _plain(input_count(experiment.data)))


def fitted_to_data(experiment: Experiment) -> Experiment:
    """The same after a change of the data: without features that they do not give, and nothing frozen that is gone."""
    inputs, features = input_count(experiment.data), experiment.network.features
    kept = tuple(text for text in features if max(parsed(text).reads) < inputs)
    if kept == features:
        return with_frozen_that_exist(experiment)
    after = kept or _plain(inputs)
    weights = {features.index(text) + 1: i for i, text in enumerate(after, start=1) if text in features}
    layers = {i: i for i in range(1, len(experiment.network.hidden) + 2)}
    frozen = filter(None, (moved(address, layers, weights) for address in experiment.training.frozen))
    network = msgspec.structs.replace(experiment.network, features=kept)
    training = msgspec.structs.replace(experiment.training, frozen=tuple(sorted(frozen)))
    return with_frozen_that_exist(msgspec.structs.replace(experiment, network=network, training=training))


def _shape_of(experiment: Experiment) -> Shape:
    return Shape(layer_sizes(experiment), experiment.network.bias)


def _plain(inputs: int) -> tuple[str, ...]:
    return tuple(f"x{i + 1}" for i in range(inputs))


_KINDS = ("x", "^2", "*", "sin", "cos", "abs")


def _rank(text: str) -> tuple[int, tuple[int, ...]]:
    """Inputs, squares, products, and then functions."""
    feature = parsed(text)
    return _KINDS.index(feature.kind), feature.reads
