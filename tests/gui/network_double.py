"""A stand-in for the session's Runs and frames of a real little network, for the tests of the graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

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

    def __init__(self, *sizes: int, samples: int = 6, seed: int = 7, activation: str = "tanh") -> None:
        """`sizes` are the inputs and the hidden layers; the output is one more layer of one neuron."""
        self.sizes = (*sizes, 1)
        self.rng = np.random.default_rng(seed)
        self.inputs: Array = self.rng.uniform(-1.5, 1.5, (samples, sizes[0]))
        names: list[str] = []
        for layer, size in enumerate(self.sizes[1:], start=1):
            for row in range(1, size + 1):
                names += [f"L{layer}.N{row}.w{i + 1}" for i in range(self.sizes[layer - 1])]
                names.append(f"L{layer}.N{row}.b")
        self.names = tuple(names)
        self.theta: Array = self.rng.normal(0.0, 1.0, len(names))
        self.activation = activation

    def started(self, run: int = 1) -> RunStarted:
        targets = np.where(self.inputs[:, 0] > 0, 1.0, -1.0)
        points = Points(self.inputs, targets, tuple(f"x{i + 1}" for i in range(self.sizes[0])))
        hidden = self.sizes[1:-1]
        return RunStarted(
            run, "small", points, hidden, (self.activation,) * len(self.sizes[1:]), self.names, 500, False
        )

    def outputs(self, rows: Array) -> list[Array]:
        """Inputs (n, in) and every layer's outputs (n, size)."""
        layers, at = [rows], 0
        for before, size in zip(self.sizes, self.sizes[1:], strict=False):
            block = self.theta[at : at + size * (before + 1)].reshape(size, before + 1)
            at += block.size
            total = layers[-1] @ block[:, :-1].T + block[:, -1]
            layers.append(np.maximum(total, 0.0) if self.activation == "relu" else np.tanh(total))
        return layers

    def maps(self, side: int = 50) -> Maps:
        axis = np.linspace(-1.8, 1.8, side)
        grid = np.stack(np.meshgrid(axis, axis[::-1]), axis=-1).reshape(-1, 2)
        layers = self.outputs(grid)
        neurons = {f"x{i + 1}": layers[0][:, i].reshape(side, side) for i in range(2)}
        for layer, values in enumerate(layers[1:], start=1):
            neurons |= {f"L{layer}.N{i + 1}": column.reshape(side, side) for i, column in enumerate(values.T)}
        return Maps((-1.8, 1.8, -1.8, 1.8), layers[-1].reshape(side, side), neurons)

    def frame(
        self, step: int = 0, sample: int = 0, graph: GraphNumbers | None = None, note: str = "", maps: bool = True
    ) -> Frame:
        layers = self.outputs(self.inputs)
        outputs = {f"x{i + 1}": (float(x), 0.0131 * (i + 1)) for i, x in enumerate(layers[0][sample])}
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
            predictions=layers[-1][:, 0],
            sample_losses=np.zeros(len(self.inputs)),
            sample_outputs=outputs,
            graph=graph,
            graph_note=note,
            maps=self.maps() if maps and self.sizes[0] == 2 else None,
        )

    def learn(self, amount: float = 0.1) -> None:
        """Move the weights a little, as a step of training would."""
        self.theta = self.theta + self.rng.normal(0.0, amount, self.theta.shape)
