"""The work that engines are compared on: the same numbers for all of them, and the graph that ours compiles."""

from __future__ import annotations

import functools
import operator
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.datasets import make_dataset
from core.engine import Value, logsumexp
from core.experiment import DataSpec
from core.nn import MLP
from core.program import Program, compile_program
from core.record import Recording

Array = NDArray[np.float64]
RATE = 1e-9  # so small that every step is the same work
L2 = 1e-4


@dataclass(frozen=True, eq=False)
class Work:
    """One gradient step of a multi-layer perceptron whose last layer is linear.

    `loss`: "hinge" (mean), "squared" (sum; the last layer has the activation too), "softmax" (mean cross-entropy,
    targets as one-hot rows).
    """

    title: str
    sizes: tuple[int, ...]
    activation: str
    loss: str
    l2: float
    inputs: Array
    targets: Array  # (samples, outputs)
    theta: Array  # neuron by neuron, weights then bias


def network_of(work: Work, rng: random.Random | None = None) -> MLP:
    """The network, at the work's parameters if no generator is given."""
    output = work.activation if work.loss == "squared" else "linear"
    network = MLP(
        work.sizes[0],
        work.sizes[1:],
        activation=work.activation,
        output=output,
        init="library",
        rng=rng or random.Random(0),
    )
    if rng is None:
        for parameter, number in zip(network.parameters(), work.theta.tolist(), strict=True):
            parameter.data = number
    return network


def make_work(
    title: str,
    hidden: tuple[int, ...],
    *,
    samples: int = 100,
    activation: str = "relu",
    loss: str = "hinge",
    classes: int = 1,
) -> Work:
    """Moons (or three classes made of them), weights of a fixed seed, scaled so that wide layers stay ordinary."""
    dataset = make_dataset(DataSpec("moons", samples, 0.1, 1337))
    targets = dataset.targets.reshape(-1, 1)
    if classes > 1:
        thirds = (dataset.inputs[:, 0] > 0.0).astype(int) + (dataset.targets > 0)
        targets = np.eye(classes)[thirds]
    sizes = (2, *hidden, classes)
    empty = Work(title, sizes, activation, loss, L2, dataset.inputs, targets, np.empty(0))
    numbers = [parameter.data for parameter in network_of(empty, random.Random(1337)).parameters()]
    scale = min(1.0, 4.0 / np.sqrt(max(hidden)))
    return Work(title, sizes, activation, loss, L2, dataset.inputs, targets, np.array(numbers) * scale)


def lecture_work() -> Work:
    """The lecture's four rows, network and loss."""
    dataset = make_dataset(DataSpec("lecture"))
    empty = Work(
        "lecture", (3, 4, 4, 1), "tanh", "squared", 0.0, dataset.inputs, dataset.targets.reshape(-1, 1), np.empty(0)
    )
    numbers = [parameter.data for parameter in network_of(empty, random.Random(1337)).parameters()]
    return Work(empty.title, empty.sizes, "tanh", "squared", 0.0, empty.inputs, empty.targets, np.array(numbers))


def sample_loss(work: Work, scores: list[Value], targets: list[Value]) -> Value:
    """One sample's loss."""
    if work.loss == "hinge":
        return (1 + -targets[0] * scores[0]).relu()
    if work.loss == "squared":
        return (scores[0] - targets[0]) ** 2
    chosen = functools.reduce(operator.add, [y * s for y, s in zip(targets, scores, strict=True)])
    return logsumexp(scores) - chosen


def sample_program(work: Work) -> tuple[Program, list[int]]:
    """One sample's loss, compiled, and the nodes of its scores."""
    network = network_of(work)
    x = [Value(0.0) for _ in range(work.sizes[0])]
    y = [Value(0.0) for _ in range(work.targets.shape[1])]
    found = network(x)
    scores = found if isinstance(found, list) else [found]
    recording = Recording(
        root=sample_loss(work, scores, y), parameters=network.parameters(), inputs=x, targets=y, output=scores[0]
    )
    recording.names = {id(score): f"score {i}" for i, score in enumerate(scores)}
    program = compile_program(recording)
    return program, [program.addresses.index(f"score {i}") for i in range(len(scores))]


def penalty_program(work: Work) -> Program | None:
    """λ · Σ w², compiled."""
    if work.l2 == 0.0:
        return None
    parameters = network_of(work).parameters()
    squares = functools.reduce(operator.add, [parameter * parameter for parameter in parameters])
    return compile_program(Recording(root=Value(work.l2) * squares, parameters=parameters))


def map_program(work: Work) -> tuple[Program, list[int]]:
    """The network alone, and the nodes of every neuron's output."""
    network = network_of(work)
    x = [Value(0.0) for _ in range(work.sizes[0])]
    signal, outs = list(x), []
    for layer in network.layers:
        signal = [neuron(signal) for neuron in layer.neurons]
        outs += signal
    root = functools.reduce(operator.add, signal)
    names = {id(out): f"neuron {i}" for i, out in enumerate(outs)}
    program = compile_program(Recording(root=root, parameters=network.parameters(), inputs=x, names=names))
    return program, [program.addresses.index(f"neuron {i}") for i in range(len(outs))]
