"""The status line: how large the run or the sheet is, how fast training goes, and which kernels run it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QMainWindow, QWidget

from core.expression.sheet import Sheet
from core.words import mark, tr, trn
from gui.frames import Frame, RunStarted
from gui.numbers import format_count
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.sheets import Sheets
from gui.sheet_frames import Mode
from gui.theme import Theme
from gui.widgets.text import TextLabel

MESSAGE_MS = 5_000
KERNELS = {"numpy": mark("NumPy kernels"), "numba": mark("compiled kernels")}


class StatusLine(QObject):
    """Fills the window's status bar; a passing message stands in the left part for a while."""

    def __init__(self, runs: Runs, sheets: Sheets, documents: Documents, theme: Theme, window: QMainWindow) -> None:
        super().__init__(window)
        self._documents, self._theme = documents, theme
        self._bar = window.statusBar()
        self._bar.setSizeGripEnabled(False)
        self._size = self._label("statusSize", tr("What is trained"))
        self._speed = self._label("statusSpeed", tr("Steps of training a second, measured"))
        self._speed.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._kernels = self._label("statusKernels", tr("What evaluates the network, in double precision"))
        self._kernels.setText(tr(KERNELS["numpy"]))
        self._kernels.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar.addWidget(self._size, 1)
        self._bar.addPermanentWidget(self._speed)
        self._bar.addPermanentWidget(self._kernels)
        self._parts: dict[Mode, tuple[QWidget, ...]] = {}
        self._summaries = {Mode.NETWORK: "", Mode.EXPRESSION: ""}
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.timeout.connect(self._on_passed)
        runs.frame_ready.connect(self._on_frame)
        runs.run_started.connect(self._on_run_started)
        runs.playing_changed.connect(self._on_playing)
        sheets.sheet_changed.connect(self._on_sheet_changed)
        documents.mode_changed.connect(self._on_mode_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_mode_changed()

    def say(self, message: str) -> None:
        """Something that has happened, for a few seconds."""
        self._size.setText(message)
        self._passing.start(MESSAGE_MS)

    def add(self, mode: Mode, *parts: QWidget) -> None:
        """Links and lights of a lab, seen in that lab; right of the speed, which is longer and shorter all the time."""
        self._parts[mode] = parts
        for part in parts:
            self._bar.insertPermanentWidget(2, part)
        self._on_mode_changed()

    @Slot()
    def _on_passed(self) -> None:
        self._size.setText(self._summaries[self._documents.mode])

    def _label(self, name: str, tooltip: str) -> TextLabel:
        label = TextLabel("", "mute")
        label.setObjectName(name)
        label.setToolTip(tooltip)
        return label

    @Slot(object)
    def _on_run_started(self, started: RunStarted) -> None:
        samples, parameters = len(started.points.targets), len(started.parameter_names)
        self._summarise(
            Mode.NETWORK,
            tr(
                "{samples} samples, {parameters} parameters",
                samples=format_count(samples),
                parameters=format_count(parameters),
            ),
        )

    @Slot(object)
    def _on_sheet_changed(self, sheet: Sheet) -> None:
        values = len(sheet.graph.nodes)
        operations = sum(bool(node.op) for node in sheet.graph.nodes)
        counted_values = trn("{n} value", "{n} values", values, n=format_count(values))
        counted_operations = trn("{n} operation", "{n} operations", operations, n=format_count(operations))
        self._summarise(Mode.EXPRESSION, f"{counted_values}, {counted_operations}")

    def _summarise(self, mode: Mode, text: str) -> None:
        self._summaries[mode] = text
        if not self._passing.isActive():
            self._on_passed()

    @Slot()
    def _on_mode_changed(self) -> None:
        """Kernels and speed are those of training."""
        network = self._documents.mode is Mode.NETWORK
        self._speed.setVisible(network)
        self._kernels.setVisible(network)
        for mode, parts in self._parts.items():
            for part in parts:
                part.setVisible(mode is self._documents.mode)
        if not self._passing.isActive():
            self._on_passed()

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        self._kernels.setText(tr(KERNELS[frame.kernel]))
        if frame.stopped:
            self.say(tr("Training stopped by itself: {stopped}.", stopped=frame.stopped))
        if frame.steps_per_second:
            self._speed.setText(tr("{steps} steps/s", steps=format_count(round(frame.steps_per_second))))

    @Slot(bool)
    def _on_playing(self, playing: bool) -> None:
        if not playing:
            self._speed.setText("")

    @Slot()
    def _on_theme_changed(self) -> None:
        margin = self._theme.px(14)
        self._bar.setContentsMargins(margin, 0, margin, 0)
        self._speed.setContentsMargins(0, 0, margin, 0)
        self._kernels.ensurePolished()
        metrics = self._kernels.fontMetrics()
        widest = max(metrics.horizontalAdvance(tr(words)) for words in KERNELS.values())
        self._kernels.setMinimumWidth(widest + self._theme.px(8) + 2)  # apart from the links before it
