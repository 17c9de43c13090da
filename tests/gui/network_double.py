"""A stand-in for the session's Runs and frames of a real little network, for the tests of the graph."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from core.features import parsed
from gui.frames import Divergence, Frame, GraphNumbers, Maps, Points, RunStarted

Array = NDArray[np.float64]


class RunsDouble(QObject):
    """The signals and the newest messages of gui.session.runs.Runs, without a worker."""

    run_started = Signal(RunStarted)
    frame_ready = Signal(Frame)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    diverged = Signal(Divergence)

    def __init__(self, started: RunStarted | None = None, frame: Frame | None = None) -> None:
        super().__init__()
        self.started = started
        self.frame = frame

    def start(self, started: RunStarted) -> None:
        self.started, self.frame = started, None
        self.run_started.emit(started)

    def send(self, frame: Frame) -> None:
        self.frame = frame
        self.frame_ready.emit(frame)


class SmallNet:
    """A tanh network with random weights; `frame()` shows it at one sample."""

    def __init__(
        self,
        *sizes: int,
        samples: int = 6,
        seed: int = 7,
        activation: str = "tanh",
        features: tuple[str, ...] = (),
        labels: tuple[str, ...] = (),
        bias: bool = True,
    ) -> None:
        """`sizes` are the inputs and the hidden layers; the output is one more layer of one neuron, or one a label.

        `features`: what the first layer reads, where that is not every input as it is.
        """
        self.features, self.labels, self.bias = features or _plain(sizes[0]), labels, bias
        self.sizes = (len(self.features), *sizes[1:], len(labels) or 1)
        self.rng = np.random.default_rng(seed)
        self.inputs: Array = self.rng.uniform(-1.5, 1.5, (samples, sizes[0]))
        names: list[str] = []
        for layer, size in enumerate(self.sizes[1:], start=1):
            for row in range(1, size + 1):
                names += [f"L{layer}.N{row}.w{i + 1}" for i in range(self.sizes[layer - 1])]
                names += [f"L{layer}.N{row}.b"] if bias else []
        self.names = tuple(names)
        self.theta: Array = self.rng.normal(0.0, 1.0, len(names))
        self.activation = activation

    def started(self, run: int = 1) -> RunStarted:
        targets = np.where(self.inputs[:, 0] > 0, 1.0, -1.0)
        names = _plain(self.inputs.shape[1])
        points = Points(self.inputs, targets, names)
        if self.labels:
            one_hot = np.eye(len(self.labels))[np.arange(len(targets)) % len(self.labels)]
            points = replace(points, targets=one_hot, task="classes", labels=self.labels)
        hidden = self.sizes[1:-1]
        return RunStarted(
            run,
            "small",
            points,
            hidden,
            (*(self.activation,) * len(hidden), "linear" if self.labels else self.activation),
            self.names,
            keeps_ghost=False,
            features=self.features,
            outputs=self.sizes[-1],
            bias=self.bias,
        )

    def outputs(self, rows: Array) -> list[Array]:
        """Features (n, in) and every layer's outputs (n, size)."""
        layers, at = [self.read(rows)], 0
        for before, size in zip(self.sizes, self.sizes[1:], strict=False):
            block = self.theta[at : at + size * (before + self.bias)].reshape(size, before + self.bias)
            at += block.size
            total = layers[-1] @ block[:, :before].T + (block[:, -1] if self.bias else 0.0)
            layers.append(np.maximum(total, 0.0) if self.activation == "relu" else np.tanh(total))
        return layers

    def read(self, rows: Array) -> Array:
        """The features (n, features) of inputs (n, inputs)."""
        kinds = {"x": lambda x: x[0], "^2": lambda x: x[0] ** 2, "*": lambda x: x[0] * x[1]}
        kinds |= {"sin": lambda x: np.sin(x[0]), "cos": lambda x: np.cos(x[0]), "abs": lambda x: np.abs(x[0])}
        features = (parsed(text) for text in self.features)
        return np.stack([kinds[each.kind]([rows[:, i] for i in each.reads]) for each in features], axis=1)

    def maps(self, side: int = 50) -> Maps:
        axis = np.linspace(-1.8, 1.8, side)
        if self.inputs.shape[1] == 1:
            layers = self.outputs(axis[:, None])
            named = (zip(names, values.T, strict=True) for names, values in zip(self.columns, layers, strict=True))
            neurons = {name: column[None, :] for pairs in named for name, column in pairs}
            return Maps((-1.8, 1.8, -1.0, 1.0), layers[-1].T, neurons)
        grid = np.stack(np.meshgrid(axis, axis[::-1]), axis=-1).reshape(-1, 2)
        layers = self.outputs(grid)
        neurons: dict[str, Array] = {}
        for names, values in zip(self.columns, layers, strict=True):
            neurons |= {name: column.reshape(side, side) for name, column in zip(names, values.T, strict=True)}
        output = layers[-1].argmax(axis=1) if self.labels else layers[-1]
        return Maps((-1.8, 1.8, -1.8, 1.8), output.reshape(side, side), neurons)

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """Names of the features and of every layer's neurons."""
        layers = enumerate(self.sizes[1:], start=1)
        return [self.features, *(tuple(f"L{layer}.N{i + 1}" for i in range(size)) for layer, size in layers)]

    def frame(
        self, step: int = 0, sample: int = 0, graph: GraphNumbers | None = None, note: str = "", maps: bool = True
    ) -> Frame:
        layers = self.outputs(self.inputs)
        read = zip(self.features, layers[0][sample], strict=True)
        outputs = {name: (float(x), 0.0131 * (i + 1)) for i, (name, x) in enumerate(read)}
        for layer, values in enumerate(layers[1:], start=1):
            outputs |= {f"L{layer}.N{i + 1}.out": (float(v), -0.0143 * (i + 1)) for i, v in enumerate(values[sample])}
        return Frame(
            run=1,
            step=step,
            loss=0.5,
            accuracy=0.75,
            learning_rate=0.05,
            theta=self.theta.copy(),
            gradient=self.theta * -0.01,
            predictions=layers[-1].T if self.labels else layers[-1][:, 0],
            sample_losses=np.zeros(len(self.inputs)),
            sample_outputs=outputs,
            graph=graph,
            graph_note=note,
            maps=self.maps() if maps and self.inputs.shape[1] <= 2 else None,
        )

    def learn(self, amount: float = 0.1) -> None:
        """Move the weights a little, as a step of training would."""
        self.theta = self.theta + self.rng.normal(0.0, amount, self.theta.shape)


def _plain(inputs: int) -> tuple[str, ...]:
    return tuple(f"x{i + 1}" for i in range(inputs))
