"""How long the plots take: one frame handed to a panel (slot), and slot and painting together. Median of 50 in ms.

Run with a display or with QT_QPA_PLATFORM=offscreen: python tests/benchmarks/bench_plots.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.document import open_document
from gui.frames import Curve, Divergence, Frame, Maps, Points, RunStarted
from gui.panels.boundary import BoundaryPanel
from gui.panels.loss import LossPanel
from gui.session.documents import Documents
from gui.session.selection import Selection
from gui.theme import Theme

REPEATS = 50
POINTS_PER_FRAME = 150
EXTENT = (-2.1, 3.1, -1.6, 2.1)
LARGE_MAP, SMALL_MAP = 100, 50


class RecordedRuns(QObject):
    """The signals of Runs, with frames made here."""

    run_started = Signal(object)
    plots_ready = Signal(object)
    diverged = Signal(Divergence)
    started: RunStarted | None = None
    frame: Frame | None = None

    def start(self, run: int, inputs: np.ndarray) -> None:
        targets = np.where(inputs[:, 0] > 0, 1.0, -1.0)
        points = Points(inputs, targets, tuple(f"x{i + 1}" for i in range(inputs.shape[1])))
        self.run_started.emit(RunStarted(run, "bench", points, (16,), ("tanh", "tanh"), (), 0, True))


def frame(run: int, step: int, rows: int, **fields: object) -> Frame:
    predictions = np.random.default_rng(step).normal(size=rows)
    return Frame(run, step, 0.1, 1.0, 0.1, np.zeros(1), np.zeros(1), predictions, np.zeros(rows), **fields)


def measure(name: str, panel: QWidget, size: tuple[int, int], send: Callable[[int], None]) -> None:
    """Print the median time of the slot, and of the slot with the painting that follows."""
    panel.resize(*size)
    panel.show()
    QApplication.processEvents()
    slots, wholes = [], []
    for i in range(REPEATS + 5):
        begun = perf_counter()
        send(i)
        sent = perf_counter()
        panel.repaint()
        QApplication.processEvents()
        slots.append(1000 * (sent - begun))
        wholes.append(1000 * (perf_counter() - begun))
    print(f"{name:<52} slot {median(slots[5:]):5.2f}   slot and paint {median(wholes[5:]):5.2f}")
    panel.close()


def measure_loss(theme: Theme, points: int, *, noise: float, ghost: bool) -> None:
    runs = RecordedRuns()
    panel = LossPanel(runs, Documents(open_document("lecture")), theme)
    random = np.random.default_rng(1)
    whole = points + (REPEATS + 5) * POINTS_PER_FRAME
    losses = np.exp(-np.linspace(0, 6, whole) + noise * random.normal(size=whole))
    for run in (1, 2) if ghost else (2,):
        runs.start(run, np.zeros((100, 2)))
        runs.plots_ready.emit(frame(run, points, 100, curve=Curve(np.arange(float(points)), losses[:points])))

    def send(i: int) -> None:
        first = points + i * POINTS_PER_FRAME
        steps = np.arange(first, first + POINTS_PER_FRAME)
        runs.plots_ready.emit(frame(2, int(steps[-1]), 100, curve=Curve(steps.astype(float), losses[steps])))

    name = f"loss, {points:,} points{', noisy' if noise else ''}{', with ghost' if ghost else ''}"
    measure(name, panel, (620, 134), send)


def measure_boundary(theme: Theme, rows: int, cells: int) -> None:
    runs = RecordedRuns()
    panel = BoundaryPanel(runs, Selection(), theme)
    runs.start(1, np.random.default_rng(1).normal(size=(rows, 2)))
    outputs = np.random.default_rng(2).normal(size=(REPEATS + 5, cells, cells))

    def send(i: int) -> None:
        runs.plots_ready.emit(frame(1, i, rows, maps=Maps(EXTENT, outputs[i], {})))

    measure(f"boundary, {cells} by {cells}, {rows:,} points", panel, (292, 210), send)


def measure_predictions(theme: Theme, rows: int) -> None:
    runs = RecordedRuns()
    panel = BoundaryPanel(runs, Selection(), theme)
    runs.start(1, np.random.default_rng(1).normal(size=(rows, 3)))

    def send(i: int) -> None:
        runs.plots_ready.emit(frame(1, i, rows))

    measure(f"prediction against target, {rows:,} rows", panel, (292, 210), send)


def main() -> None:
    app = QApplication([])
    theme = Theme("light")
    theme.apply(app)
    measure_loss(theme, 1_000, noise=0.0, ghost=False)
    measure_loss(theme, 100_000, noise=0.0, ghost=True)
    measure_loss(theme, 100_000, noise=0.3, ghost=True)
    measure_boundary(theme, 100, LARGE_MAP)
    measure_boundary(theme, 100, SMALL_MAP)
    measure_boundary(theme, 10_000, LARGE_MAP)
    for rows in (4, 40, 10_000):
        measure_predictions(theme, rows)


if __name__ == "__main__":
    main()
