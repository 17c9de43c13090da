"""The status line: what runs beside the window, and what went wrong with training."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QLabel, QMainWindow

from gui.frames import Divergence, Frame, RunStarted
from gui.session.runs import Runs
from gui.theme import Theme


class StatusLine(QObject):
    """Fills the window's status bar: a message at the left, speed and kernels at the right."""

    def __init__(self, runs: Runs, theme: Theme, window: QMainWindow) -> None:
        super().__init__(window)
        self._theme = theme
        bar = window.statusBar()
        bar.setSizeGripEnabled(False)
        self._bar = bar
        self._message = QLabel(objectName="statusMessage")
        self._speed = QLabel(objectName="statusSpeed")
        self._kernels = QLabel("NumPy kernels", objectName="statusKernels")
        self._kernels.setToolTip("What evaluates the network: NumPy, double precision")
        bar.addWidget(self._message, 1)
        bar.addPermanentWidget(self._speed)
        bar.addPermanentWidget(self._kernels)
        self._diverged = False
        runs.frame_ready.connect(self._on_frame)
        runs.run_started.connect(self._on_run_started)
        runs.diverged.connect(self._on_diverged)
        runs.playing_changed.connect(self._on_playing)
        theme.changed.connect(self._restyle)
        self._restyle()

    @Slot(object)
    def _on_run_started(self, started: RunStarted) -> None:
        rows = len(started.points.targets)
        self._show(f"{rows:,} samples, {len(started.parameter_names):,} parameters")

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        if frame.steps_per_second:
            self._speed.setText(f"{frame.steps_per_second:,.0f} steps/s")
        if self._diverged and frame.divergence is None:
            self._show("")

    @Slot(bool)
    def _on_playing(self, playing: bool) -> None:
        if playing:
            self._show("")
        else:
            self._speed.setText("")

    @Slot(object)
    def _on_diverged(self, divergence: Divergence) -> None:
        what = f"the gradient of {divergence.address}" if divergence.in_gradient else divergence.address
        where = f"Paused before step {divergence.step}: {what} is {divergence.value}."
        self._show(f"{where} {divergence.advice}", warning=True)

    def _show(self, text: str, *, warning: bool = False) -> None:
        self._diverged = warning
        self._message.setText(text)
        self._message.setToolTip(text)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        margin = self._theme.px(14)
        self._bar.setContentsMargins(margin, 0, margin, 0)
        palette = self._message.palette()
        colours = self._theme.palette
        palette.setColor(self._message.foregroundRole(), colours.negative_text if self._diverged else colours.mute)
        self._message.setPalette(palette)
