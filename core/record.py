"""Recording: the scalars of a training step as a graph of Values with addresses, ready to be compiled.

One sample's loss is recorded once and replayed for every row (`record_sample`); small data sets are also recorded
whole (`record_whole`). Addresses of a sample's scalars start with `sample/` in the former, which stands for whichever
sample is looked at, and with `sample1/`, `sample2/` … in the latter.

All is recorded with parameters, inputs and targets of 0, where every operation is inside its domain; real numbers may
overflow, which Values refuse and Programs simply compute.
"""

from __future__ import annotations

import functools
import itertools
import operator
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.bugs import recompute
from core.engine import Value, logsumexp
from core.experiment import Experiment
from core.features import features_of
from core.losses import cross_entropy, is_mean, loss_for
from core.nn import MLP, Neuron
from core.shape import input_count, layer_sizes, output_activation

SAMPLE = "sample/"
Target = float | Sequence[float]  # −1 or +1, or one-hot with an entry for each class


@dataclass(eq=False)
class Recording:
    """A graph of Values, its root, and the roles and addresses of its nodes."""

    root: Value
    parameters: list[Value]
    inputs: list[Value] = field(default_factory=list)
    targets: list[Value] = field(default_factory=list)
    output: Value | None = None  # the prediction, of a sample's recording; None if there are several
    outputs: list[Value] = field(default_factory=list)  # all of them
    sample_loss: Value | None = None
    others: Value | None = None  # a leaf that stands for the loss of all other samples
    names: dict[int, str] = field(default_factory=dict)  # id(value) -> address


def build_network(experiment: Experiment) -> MLP:
    """The network with its initial weights: the same seed gives the same weights on every machine."""
    network, (first, *sizes) = experiment.network, layer_sizes(experiment)
    return MLP(
        first,
        sizes,
        activation=[layer.activation for layer in network.hidden],
        output=output_activation(experiment),
        init=network.init,
        bias=network.bias,
        rng=random.Random(network.seed),
    )


def parameter_names(network: MLP) -> list[str]:
    """Addresses in the order of `parameters()`: `L1.N1.w1` … `L1.N1.b` …, without `b` where there are no biases."""
    return [
        f"{address}.{part}"
        for address, neuron in network.neurons()
        for part in [*(f"w{i}" for i in range(1, len(neuron.w) + 1)), *(["b"] if neuron.b is not None else [])]
    ]


def record_prediction(experiment: Experiment, network: MLP) -> Recording:
    """The outputs as a function of the inputs alone: what maps over the plane are drawn from."""
    recording = _start(network)
    with _at_zero(network):
        outputs = _predict(recording, experiment, network, SAMPLE)
        several = len(outputs) > 1
        recording.root = _name(recording, logsumexp(outputs), f"{SAMPLE}log of sum") if several else outputs[0]
    return recording


def record_sample(experiment: Experiment, network: MLP) -> Recording:
    """One sample's loss as a function of parameters, inputs and target; the mean and penalties are not in it."""
    recording = _start(network)
    with _at_zero(network):
        recording.root = recording.sample_loss = _record_row(recording, experiment, network, SAMPLE)
    return recording


def record_penalty(experiment: Experiment, network: MLP) -> Recording | None:
    """λ · Σ w² and λ₁ · Σ |w|, their sum if there are both; None where there is neither."""
    recording = _start(network)
    penalties = _add_penalties(recording, experiment)
    if not penalties:
        return None
    recording.root = functools.reduce(operator.add, penalties)
    if len(penalties) > 1:
        _name(recording, recording.root, "l2 + l1")
    return recording


def record_focus(experiment: Experiment, network: MLP, rows: int) -> Recording:
    """The whole loss seen from one sample: that sample in full, all others as one leaf, the mean, penalties."""
    recording = _start(network)
    with _at_zero(network):
        loss = _record_row(recording, experiment, network, SAMPLE)
        recording.sample_loss = loss
        recording.others = others = Value(0.0)
        recording.names[id(others)] = "other samples"
        total = _name(recording, loss + others, "sum of losses")
        recording.root = _finish(recording, experiment, total, rows)
    return recording


def record_whole(
    experiment: Experiment, network: MLP, rows: Sequence[Sequence[float]], targets: Sequence[Target]
) -> Recording:
    """The whole loss with every row unrolled and all numbers in it: for small data sets."""
    recording = _start(network)
    numbers: list[float] = []
    with _at_zero(network):
        losses = []
        for i, (_, target) in enumerate(zip(rows, targets, strict=True), start=1):
            losses.append(_record_row(recording, experiment, network, f"sample{i}/"))
            numbers += target if isinstance(target, Sequence) else [target]
        total = losses[0]
        for i, loss in enumerate(losses[1:], start=2):
            name = "sum of losses" if i == len(losses) else f"sum of losses 1–{i}"
            total = _name(recording, total + loss, name)
        recording.root = _finish(recording, experiment, total, len(losses))
    leaves = [*recording.inputs, *recording.targets]
    for leaf, number in zip(leaves, [*itertools.chain.from_iterable(rows), *numbers], strict=True):
        leaf.data = number
    recompute(recording.root)
    return recording


def whole_size(experiment: Experiment, network: MLP, rows: int) -> int:
    """How many scalars the graph of `record_whole` has, without making it."""
    one = record_sample(experiment, network)
    parameters = len(one.parameters)
    read = {i for feature in features_of(experiment.network.features, len(one.inputs)) for i in feature.reads}
    per_sample = len(one.names) - parameters - (len(one.inputs) - len(read))
    mean = is_mean(experiment.training.loss, len(one.outputs))
    penalties = bool(experiment.training.l2) + bool(experiment.training.l1)
    penalty = penalties * 2 * (parameters + 1)
    return rows * per_sample + parameters + rows - 1 + 2 * mean + penalty


@contextmanager
def _at_zero(network: MLP) -> Iterator[None]:
    """All parameters are 0 meanwhile."""
    numbers = [parameter.data for parameter in network.parameters()]
    for parameter in network.parameters():
        parameter.data = 0.0
    try:
        yield
    finally:
        for parameter, number in zip(network.parameters(), numbers, strict=True):
            parameter.data = number


def _start(network: MLP) -> Recording:
    parameters = network.parameters()
    recording = Recording(root=parameters[0], parameters=parameters)
    for parameter, name in zip(parameters, parameter_names(network), strict=True):
        recording.names[id(parameter)] = name
    return recording


def _name(recording: Recording, value: Value, address: str) -> Value:
    recording.names[id(value)] = address
    return value


def _record_row(recording: Recording, experiment: Experiment, network: MLP, prefix: str) -> Value:
    outputs = _predict(recording, experiment, network, prefix)
    several = len(outputs) > 1
    targets = [_name(recording, Value(0.0), f"{prefix}y{i if several else ''}") for i in range(1, len(outputs) + 1)]
    loss = cross_entropy(outputs, targets) if several else loss_for(experiment)(outputs[0], targets[0])
    _name_loss(recording, loss, prefix)
    recording.targets += targets
    return loss


def _predict(recording: Recording, experiment: Experiment, network: MLP, prefix: str) -> list[Value]:
    """The network's outputs, every scalar on the way named. Layers are walked here so that none remains unnamed."""
    x = [_name(recording, Value(0.0), f"{prefix}x{i + 1}") for i in range(input_count(experiment.data))]
    features = features_of(experiment.network.features, len(x))
    signal = [_name(recording, feature.of(x), f"{prefix}{feature.text}") for feature in features]
    letter = "f" if experiment.network.features else "x"
    for number, layer in enumerate(network.layers, start=1):
        outputs = []
        for j, neuron in enumerate(layer.neurons, start=1):
            outputs.append(neuron(signal))
            _name_neuron(recording, neuron, outputs[-1], f"{prefix}L{number}.N{j}", letter)
        signal, letter = outputs, "h"
    recording.inputs += x
    recording.outputs = signal
    recording.output = signal[0] if len(signal) == 1 else None
    return signal


def _name_neuron(recording: Recording, neuron: Neuron, out: Value, address: str, letter: str) -> None:
    """Names from the neuron's output back to its bias: out, z, the partial sums and the products.

    The last sum is z, or of a linear neuron out. Without a bias there is no first sum: sums begin with the first
    product, which of a neuron with one input is itself z or out.
    """
    _name(recording, out, f"{address}.out")
    total = out
    if neuron.activation != "linear":
        total = _name(recording, out._prev[0], f"{address}.z")
    last = 0 if neuron.b is not None else 1
    for i in range(len(neuron.w), last, -1):
        rest, product = total._prev
        _name_if_new(recording, total, f"{address}.sum{i}")
        _name(recording, product, f"{address}.w{i}*{letter}{i}")
        total = rest
    if last:
        _name_if_new(recording, total, f"{address}.w1*{letter}1")


def _name_if_new(recording: Recording, value: Value, address: str) -> None:
    recording.names.setdefault(id(value), address)


def _name_loss(recording: Recording, loss: Value, prefix: str) -> None:
    """Names inside the loss, from its root down to the prediction and the target."""
    _name(recording, loss, f"{prefix}loss")
    taken = {recording.names[id(loss)]}
    open_nodes = list(loss._prev)
    while open_nodes:
        node = open_nodes.pop()
        if id(node) in recording.names:
            continue
        name = _loss_part(recording, node, prefix)
        while name in taken:
            name += "'"
        taken.add(name)
        _name(recording, node, name)
        open_nodes += node._prev


def _loss_part(recording: Recording, node: Value, prefix: str) -> str:
    if not node._prev:
        return f"{prefix}{node.data:g}"
    known = [recording.names.get(id(operand), "") for operand in node._prev]
    if node._op == "*" and known[0] == f"{prefix}y":
        return f"{prefix}-y"
    return f"{prefix}{node.label or node._op}"


def _finish(recording: Recording, experiment: Experiment, total: Value, rows: int) -> Value:
    """From the sum of the samples' losses (of at least two samples) to the loss that is minimised."""
    if is_mean(experiment.training.loss, len(recording.outputs)):
        scale = _name(recording, Value(1.0 / rows), f"1 over {rows}")
        total = _name(recording, total * scale, "mean loss")
    penalties = _add_penalties(recording, experiment)
    for i, penalty in enumerate(penalties):
        total = total + penalty
        if i < len(penalties) - 1:
            _name(recording, total, "loss and l2")
    return _name(recording, total, "loss")


def _add_penalties(recording: Recording, experiment: Experiment) -> list[Value]:
    """What training adds to the loss of the data, from the parameters alone: nothing, L2, L1 or both."""
    training, penalties = experiment.training, []
    if training.l2:
        squares = [(f"{name}²", parameter * parameter) for name, parameter in _named_parameters(recording)]
        penalties.append(_add_penalty(recording, "l2", "λ", training.l2, "squares", squares))
    if training.l1:
        sizes = [(_size_name(name), parameter.abs()) for name, parameter in _named_parameters(recording)]
        penalties.append(_add_penalty(recording, "l1", "λ₁", training.l1, "sizes", sizes))
    return penalties


def _named_parameters(recording: Recording) -> list[tuple[str, Value]]:
    return [(recording.names[id(parameter)], parameter) for parameter in recording.parameters]


def _size_name(parameter: str) -> str:
    """`L1.N1.|w1|`"""
    neuron, dot, part = parameter.rpartition(".")
    return f"{neuron}{dot}|{part}|"


def _add_penalty(
    recording: Recording, name: str, letter: str, strength: float, what: str, named: list[tuple[str, Value]]
) -> Value:
    """strength · Σ of what is given."""
    terms = [_name(recording, term, address) for address, term in named]
    sums = functools.reduce(operator.add, terms)
    node, i = sums, len(terms)
    while node is not terms[0]:
        _name(recording, node, f"sum of {what}" if i == len(terms) else f"sum of {what} 1–{i}")
        node, i = node._prev[0], i - 1
    return _name(recording, _name(recording, Value(strength), letter) * sums, name)
