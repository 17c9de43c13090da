"""Recording: the scalars of a training step as a graph of Values with addresses, ready to be compiled.

One sample's loss is recorded once and replayed for every row (`record_sample`); small data sets are also recorded
whole (`record_whole`). Addresses of a sample's scalars start with `sample/` in the former, which stands for whichever
sample is looked at, and with `sample1/`, `sample2/` … in the latter.
"""

from __future__ import annotations

import functools
import operator
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.engine import Value, logsumexp
from core.experiment import Experiment
from core.losses import LOSSES, cross_entropy, is_mean
from core.nn import MLP, Neuron

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


def build_network(experiment: Experiment, inputs: int, outputs: int = 1) -> MLP:
    """The network with its initial weights: the same seed gives the same weights on every machine.

    With several outputs, one for each class, the loss is softmax cross-entropy whatever the experiment says.
    """
    network = experiment.network
    return MLP(
        inputs,
        [*(layer.neurons for layer in network.hidden), outputs],
        activation=[layer.activation for layer in network.hidden],
        output=network.output,
        init=network.init,
        rng=random.Random(network.seed),
    )


def parameter_names(network: MLP) -> list[str]:
    """Addresses in the order of `parameters()`: `L1.N1.w1` … `L1.N1.b` …"""
    return [
        f"{address}.{part}"
        for address, neuron in network.neurons()
        for part in [*(f"w{i}" for i in range(1, len(neuron.w) + 1)), "b"]
    ]


def record_prediction(network: MLP, inputs: int) -> Recording:
    """The output as a function of the inputs alone: what maps over the plane are drawn from."""
    recording = _start(network)
    x = [Value(0.0) for _ in range(inputs)]
    outputs = _predict(recording, network, x, SAMPLE)
    recording.root = outputs[0] if len(outputs) == 1 else _name(recording, logsumexp(outputs), f"{SAMPLE}log of sum")
    recording.inputs = x
    return recording


def record_sample(experiment: Experiment, network: MLP, inputs: int) -> Recording:
    """One sample's loss as a function of parameters, inputs and target; the mean and penalties are not in it."""
    recording = _start(network)
    loss = _record_row(recording, experiment, network, [0.0] * inputs, _no_target(network), SAMPLE)
    recording.root = recording.sample_loss = loss
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


def record_focus(experiment: Experiment, network: MLP, inputs: int, rows: int) -> Recording:
    """The whole loss seen from one sample: that sample in full, all others as one leaf, the mean, penalties."""
    recording = _start(network)
    loss = _record_row(recording, experiment, network, [0.0] * inputs, _no_target(network), SAMPLE)
    recording.sample_loss = loss
    recording.others = others = Value(0.0)
    recording.names[id(others)] = "other samples"
    total = _name(recording, loss + others, "sum of losses")
    recording.root = _finish(recording, experiment, total, rows)
    return recording


def record_whole(
    experiment: Experiment, network: MLP, rows: Sequence[Sequence[float]], targets: Sequence[Target]
) -> Recording:
    """The whole loss with every row unrolled: for small data sets."""
    recording = _start(network)
    losses = [
        _record_row(recording, experiment, network, row, target, f"sample{i}/")
        for i, (row, target) in enumerate(zip(rows, targets, strict=True), start=1)
    ]
    total = losses[0]
    for i, loss in enumerate(losses[1:], start=2):
        name = "sum of losses" if i == len(losses) else f"sum of losses 1–{i}"
        total = _name(recording, total + loss, name)
    recording.root = _finish(recording, experiment, total, len(losses))
    return recording


def whole_size(experiment: Experiment, network: MLP, inputs: int, rows: int) -> int:
    """How many scalars `record_whole` would make, without making them."""
    one = record_sample(experiment, network, inputs)
    per_sample = len(one.names) - len(one.parameters)
    mean = is_mean(experiment.training.loss, len(one.outputs))
    penalties = bool(experiment.training.l2) + bool(experiment.training.l1)
    penalty = penalties * 2 * (len(one.parameters) + 1)
    return rows * per_sample + len(one.parameters) + rows - 1 + 2 * mean + penalty


def _no_target(network: MLP) -> Target:
    classes = len(network.layers[-1].neurons)
    return 0.0 if classes == 1 else [0.0] * classes


def _start(network: MLP) -> Recording:
    parameters = network.parameters()
    recording = Recording(root=parameters[0], parameters=parameters)
    for parameter, name in zip(parameters, parameter_names(network), strict=True):
        recording.names[id(parameter)] = name
    return recording


def _name(recording: Recording, value: Value, address: str) -> Value:
    recording.names[id(value)] = address
    return value


def _record_row(
    recording: Recording, experiment: Experiment, network: MLP, row: Sequence[float], target: Target, prefix: str
) -> Value:
    x = [Value(number) for number in row]
    outputs = _predict(recording, network, x, prefix)
    numbers = target if isinstance(target, Sequence) else [target]
    if len(outputs) == 1:
        y = [_name(recording, Value(numbers[0]), f"{prefix}y")]
        loss = LOSSES[experiment.training.loss].of_sample(outputs[0], y[0])
    else:
        y = [_name(recording, Value(number), f"{prefix}y{i}") for i, number in enumerate(numbers, start=1)]
        loss = cross_entropy(outputs, y)
    _name_loss(recording, loss, prefix)
    recording.inputs += x
    recording.targets += y
    return loss


def _predict(recording: Recording, network: MLP, x: list[Value], prefix: str) -> list[Value]:
    """The network's outputs, every scalar on the way named. Layers are walked here so that none remains unnamed."""
    for i, value in enumerate(x, start=1):
        _name(recording, value, f"{prefix}x{i}")
    signal, letter = x, "x"
    for number, layer in enumerate(network.layers, start=1):
        outputs = []
        for j, neuron in enumerate(layer.neurons, start=1):
            outputs.append(neuron(signal))
            _name_neuron(recording, neuron, outputs[-1], f"{prefix}L{number}.N{j}", letter)
        signal, letter = outputs, "h"
    recording.outputs = signal
    recording.output = signal[0] if len(signal) == 1 else None
    return signal


def _name_neuron(recording: Recording, neuron: Neuron, out: Value, address: str, letter: str) -> None:
    """Names from the neuron's output back to its bias: out, z, the partial sums and the products."""
    total = out
    if neuron.activation != "linear":
        total = out._prev[0]
        _name(recording, total, f"{address}.z")
    for i in range(len(neuron.w), 0, -1):
        rest, product = total._prev
        if id(total) not in recording.names:
            _name(recording, total, f"{address}.sum{i}")
        _name(recording, product, f"{address}.w{i}*{letter}{i}")
        total = rest
    _name(recording, out, f"{address}.out")


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
