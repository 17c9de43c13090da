"""A run that does only what a test tells it to, for cards that draw over the plane of inputs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from gui.frames import Divergence, Frame, Maps, Points, RunStarted


class QuietRuns(QObject):
    """Stands in for Runs: starts, and sends frames, when it is called."""

    run_started = Signal(RunStarted)
    plots_ready = Signal(Frame)
    diverged = Signal(Divergence)

    def __init__(self) -> None:
        super().__init__()
        self.started: RunStarted | None = None
        self.frame: Frame | None = None
        self.axes: tuple[int, int] | None = None

    def set_axes(self, first: int, second: int) -> None:
        self.axes = first, second

    def clear_axes(self) -> None:
        self.axes = None

    def start_on(self, points: Points, run: int = 1, name: str = "some") -> None:
        self.started = RunStarted(run, name, points, (4,), ("tanh", "tanh"), ("L1.N1.w1",), False)
        self.frame = None
        self.run_started.emit(self.started)

    def start(self, inputs: np.ndarray, targets: np.ndarray, run: int = 1, name: str = "xor") -> None:
        """On rows of two classes, −1 and +1."""
        self.start_on(Points(inputs, targets, tuple(f"x{i + 1}" for i in range(inputs.shape[1]))), run, name)

    def send(self, predictions: object, maps: Maps | None = None, run: int | None = None, tests: object = None) -> None:
        assert self.started is not None
        self.frame = Frame(
            run=self.started.run if run is None else run,
            step=1,
            loss=0.1,
            accuracy=1.0,
            learning_rate=0.1,
            theta=np.zeros(1),
            gradient=np.zeros(1),
            predictions=np.asarray(predictions, float),
            sample_losses=np.zeros(len(self.started.points.targets)),
            maps=maps,
            test_predictions=None if tests is None else np.asarray(tests, float),
        )
        self.plots_ready.emit(self.frame)
