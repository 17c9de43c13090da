"""Recording: the scalars of a training step as a graph of Values with addresses, ready to be compiled.

One sample's loss is recorded once and replayed for every row (`record_sample`); small data sets are also recorded
whole (`record_whole`). Addresses of a sample's scalars start with `sample/` in the former, which stands for whichever
sample is looked at, and with `sample1/`, `sample2/` … in the latter.
"""

from __future__ import annotations

import functools
import operator
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.engine import Value
from core.experiment import Experiment
from core.losses import LOSSES
from core.nn import MLP, Neuron

SAMPLE = "sample/"


@dataclass(eq=False)
class Recording:
    """A graph of Values, its root, and the roles and addresses of its nodes."""

    root: Value
    parameters: list[Value]
    inputs: list[Value] = field(default_factory=list)
    targets: list[Value] = field(default_factory=list)
    output: Value | None = None  # the prediction, of a sample's recording
    sample_loss: Value | None = None
    others: Value | None = None  # a leaf that stands for the loss of all other samples
    names: dict[int, str] = field(default_factory=dict)  # id(value) -> address


def build_network(experiment: Experiment, inputs: int) -> MLP:
    """The network with its initial weights: the same seed gives the same weights on every machine."""
    network = experiment.network
    return MLP(
        inputs,
        [*(layer.neurons for layer in network.hidden), 1],
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
    recording.output = recording.root = _predict(recording, network, x, SAMPLE)
    recording.inputs = x
    return recording


def record_sample(experiment: Experiment, network: MLP, inputs: int) -> Recording:
    """One sample's loss as a function of parameters, inputs and target; the mean and L2 are not in it."""
    recording = _start(network)
    loss = _record_row(recording, experiment, network, [0.0] * inputs, 0.0, SAMPLE)
    recording.root = recording.sample_loss = loss
    return recording


def record_penalty(experiment: Experiment, network: MLP) -> Recording | None:
    """λ · Σ w², or None where λ is 0. Its strength is the recording's one input."""
    if experiment.training.l2 == 0.0:
        return None
    recording = _start(network)
    recording.root = _add_penalty(recording, experiment)
    return recording


def record_focus(experiment: Experiment, network: MLP, inputs: int, rows: int) -> Recording:
    """The whole loss seen from one sample: that sample in full, all others as one leaf, the mean, L2."""
    recording = _start(network)
    loss = _record_row(recording, experiment, network, [0.0] * inputs, 0.0, SAMPLE)
    recording.sample_loss = loss
    recording.others = others = Value(0.0)
    recording.names[id(others)] = "other samples"
    total = _name(recording, loss + others, "sum of losses")
    recording.root = _finish(recording, experiment, total, rows)
    return recording


def record_whole(
    experiment: Experiment, network: MLP, rows: Sequence[Sequence[float]], targets: Sequence[float]
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
    penalty = 2 * (len(one.parameters) + 1) if experiment.training.l2 else 0
    return rows * per_sample + len(one.parameters) + rows - 1 + 2 * LOSSES[experiment.training.loss].mean + penalty


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
    recording: Recording, experiment: Experiment, network: MLP, row: Sequence[float], target: float, prefix: str
) -> Value:
    x = [Value(number) for number in row]
    y = Value(target)
    output = recording.output = _predict(recording, network, x, prefix)
    _name(recording, y, f"{prefix}y")
    spec = LOSSES[experiment.training.loss]
    loss = spec.of_sample(output, y)
    _name_loss(recording, loss, dict(spec.parts), prefix)
    recording.inputs += x
    recording.targets.append(y)
    return loss


def _predict(recording: Recording, network: MLP, x: list[Value], prefix: str) -> Value:
    """The network's output, every scalar on the way named. Layers are walked here so that none remains unnamed."""
    for i, value in enumerate(x, start=1):
        _name(recording, value, f"{prefix}x{i}")
    signal, letter = x, "x"
    for number, layer in enumerate(network.layers, start=1):
        outputs = []
        for j, neuron in enumerate(layer.neurons, start=1):
            outputs.append(neuron(signal))
            _name_neuron(recording, neuron, outputs[-1], f"{prefix}L{number}.N{j}", letter)
        signal, letter = outputs, "h"
    return signal[0]


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


def _name_loss(recording: Recording, loss: Value, parts: Mapping[str, str], prefix: str) -> None:
    """Names inside the loss, from its root down to the prediction and the target."""
    _name(recording, loss, f"{prefix}loss")
    taken = {recording.names[id(loss)]}
    open_nodes = list(loss._prev)
    while open_nodes:
        node = open_nodes.pop()
        if id(node) in recording.names:
            continue
        name = _loss_part(recording, node, parts, prefix)
        while name in taken:
            name += "'"
        taken.add(name)
        _name(recording, node, name)
        open_nodes += node._prev


def _loss_part(recording: Recording, node: Value, parts: Mapping[str, str], prefix: str) -> str:
    if not node._prev:
        return f"{prefix}{node.data:g}"
    known = [recording.names.get(id(operand), "") for operand in node._prev]
    if node._op == "*" and known[0] == f"{prefix}y":
        return f"{prefix}-y"
    return f"{prefix}{parts.get(node._op, node._op)}"


def _finish(recording: Recording, experiment: Experiment, total: Value, rows: int) -> Value:
    """From the sum of the samples' losses (of at least two samples) to the loss that is minimised."""
    if LOSSES[experiment.training.loss].mean:
        scale = _name(recording, Value(1.0 / rows), f"1 over {rows}")
        total = _name(recording, total * scale, "mean loss")
    if experiment.training.l2:
        total = total + _add_penalty(recording, experiment)
    return _name(recording, total, "loss")


def _add_penalty(recording: Recording, experiment: Experiment) -> Value:
    squares = [
        _name(recording, parameter * parameter, f"{recording.names[id(parameter)]}²")
        for parameter in recording.parameters
    ]
    strength = _name(recording, Value(experiment.training.l2), "λ")
    sums = functools.reduce(operator.add, squares)
    node, i = sums, len(squares)
    while node is not squares[0]:
        _name(recording, node, "sum of squares" if i == len(squares) else f"sum of squares 1–{i}")
        node, i = node._prev[0], i - 1
    return _name(recording, strength * sums, "l2")
