"""What tests of the loss card share: a quiet run for it, and looks at its plot."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.document import open_document
from gui.frames import Curve, Divergence, Frame, Points, RunStarted
from gui.panels.loss import LossPanel
from gui.panels.loss_plot import LossPlot
from gui.session.documents import Documents
from gui.theme import Theme

POINTS = Points(np.zeros((4, 3)), np.array([1.0, -1.0, -1.0, 1.0]), ("x1", "x2", "x3"))


class QuietRuns(QObject):
    """A run that does only what a test tells it to."""

    run_started = Signal(RunStarted)
    plots_ready = Signal(Frame)
    diverged = Signal(Divergence)

    def __init__(self) -> None:
        super().__init__()
        self.started: RunStarted | None = None
        self.frame: Frame | None = None

    def start(self, run: int, *, keeps_ghost: bool = False) -> None:
        self.started = RunStarted(run, "lecture", POINTS, (4, 4), ("tanh",) * 3, ("L1.N1.w1",), keeps_ghost)
        self.frame = None
        self.run_started.emit(self.started)

    def send(self, steps: object, losses: object, run: int | None = None, **fields: object) -> None:
        assert self.started is not None
        curve = Curve(np.atleast_1d(np.asarray(steps, float)), np.atleast_1d(np.asarray(losses, float)))
        self.frame = Frame(
            run=self.started.run if run is None else run,
            step=int(curve.steps[-1]) if curve.steps.size else 0,
            loss=float(curve.losses[-1]) if curve.losses.size else 0.0,
            accuracy=1.0,
            learning_rate=0.1,
            theta=np.zeros(1),
            gradient=np.zeros(1),
            predictions=np.zeros(4),
            sample_losses=np.zeros(4),
            curve=curve,
            **fields,
        )
        self.plots_ready.emit(self.frame)


def make_panel(
    qtbot: QtBot, runs: QuietRuns, theme: Theme, *, shown: bool = True, documents: Documents | None = None
) -> LossPanel:
    panel = LossPanel(runs, documents or Documents(open_document("lecture")), theme)
    panel.resize(620, 140)
    qtbot.addWidget(panel.header)
    qtbot.addWidget(panel)
    if shown:
        panel.show()
        qtbot.waitExposed(panel)
        panel.grab()
    return panel


def whole(steps: list[float], losses: list[float]) -> Curve:
    return Curve(np.array(steps, float), np.array(losses, float))


def plot_of(panel: LossPanel) -> LossPlot:
    plot = panel.findChild(LossPlot, "lossPlot")
    assert plot is not None
    return plot


def link(panel: LossPanel, name: str) -> QPushButton:
    button = panel.header.findChild(QPushButton, name)
    assert button is not None
    return button


def empty_text(panel: LossPanel) -> QLabel:
    return next(label for label in panel.findChildren(QLabel) if label.text())


def steps_shown(panel: LossPanel) -> tuple[float, float]:
    first, last = plot_of(panel).box.viewRange()[0]
    return first, last


def losses_shown(panel: LossPanel) -> tuple[float, float]:
    bottom, top = plot_of(panel).box.viewRange()[1]
    return bottom, top


def count_of(image: QImage, colour: object) -> int:
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).bits(), np.uint32)
    return int((pixels & 0xFFFFFF == colour.rgb() & 0xFFFFFF).sum())


def count_near(image: QImage, colour: QColor) -> int:
    """Pixels of nearly this colour, as of a thin line."""
    channels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).bits(), np.uint8).reshape(-1, 4)[
        :, 2::-1
    ]
    return int((np.abs(channels.astype(int) - colour.getRgb()[:3]).sum(axis=1) < 90).sum())


def put_mouse(panel: LossPanel, step: float) -> None:
    plot = plot_of(panel)
    place = plot.mapFromScene(plot.box.mapToScene(plot.to_pixels(step, sum(losses_shown(panel)) / 2)))
    QTest.mouseMove(plot.viewport(), place)
    QTest.mouseMove(plot.viewport(), place + QPoint(0, 1))
