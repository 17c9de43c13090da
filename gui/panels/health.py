"""The health card: what is wrong with the training, why, and what to try."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.health import Finding
from core.words import mark, tr
from gui.frames import Frame, Level, RunStarted
from gui.numbers import format_count
from gui.panels.health_finding import FindingView
from gui.panels.health_marks import HealthMark
from gui.panels.inspector_text import ThemedLabel
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.theme import Theme

_WIDTH, _LEAST = 296, 150  # pixels at scale 1: usual width, least height
NOTHING = mark("Nothing to report.")
WATCHED = (
    mark("numbers that are not finite"),
    mark("gradients that explode or vanish"),
    mark("neurons that are dead, saturated or alike"),
    mark("a learning rate too high or too low"),
    mark("a loss that is stuck, and overfitting"),
)
_NEURON = re.compile(r"L\d+\.N\d+")
_ON_NETWORK = re.compile(r"(?:L\d+\.N\d+\.(?:w\d+|b))|(?:sample\d+/L\d+\.N\d+\.out)")


class HealthPanel(QWidget):
    """The newest findings of the run, or of the earlier step that is looked at."""

    title = mark("Health")
    reveal_requested = Signal(QWidget)  # its own top: other findings have come

    def __init__(self, runs: Runs, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("healthPanel")
        self.header: QWidget | None = None
        self._runs, self._selection, self._theme = runs, selection, theme
        self._run = runs.started.run if runs.started is not None else -1
        self._findings: tuple[Finding, ...] = ()
        self._views: dict[str, FindingView] = {}
        self._empty = _Nothing(theme)
        self._top = QWidget(self)  # unseen: what is scrolled to, and outlives every finding
        self._top.setGeometry(0, 0, 1, 1)
        self._top.hide()
        self._list = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._empty)
        self._column.addLayout(self._list)
        self._column.addStretch(1)
        runs.run_started.connect(self._on_run_started)
        runs.frame_ready.connect(self._on_frame_ready)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those on the card, the worst first."""
        return self._findings

    def sizeHint(self) -> QSize:
        """As high as its sentences are at this width: they wrap."""
        width = max(self.width(), self._theme.px(_WIDTH))
        return QSize(self._theme.px(_WIDTH), max(self._column.totalHeightForWidth(width), self._theme.px(_LEAST)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def _show(self, findings: tuple[Finding, ...]) -> None:
        if findings == self._findings:
            return
        others = [found.key for found in findings] != [found.key for found in self._findings]
        self._findings = findings
        for key in self._views.keys() - {found.key for found in findings}:
            gone = self._views.pop(key)
            self._list.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, found in enumerate(findings):
            view = self._views.get(found.key) or self._add(found)
            view.show_finding(found)
            if self._list.indexOf(view) != place:
                self._list.removeWidget(view)
                self._list.insertWidget(place, view)
        self._empty.setVisible(not findings)
        if others:  # not for a number in a sentence: somebody may be reading further down
            self.reveal_requested.emit(self._top)

    def _add(self, finding: Finding) -> FindingView:
        view = FindingView(finding, self._theme)
        view.node_requested.connect(self._on_node_requested)
        view.rewind_requested.connect(self._on_rewind_requested)
        self._views[finding.key] = view
        self._list.addWidget(view)
        return view

    @Slot(object)
    def _on_run_started(self, started: RunStarted) -> None:
        if started.run != self._run:
            self._run = started.run
            self._show(())

    @Slot(object)
    def _on_frame_ready(self, frame: Frame) -> None:
        if frame.findings is not None:
            self._show(frame.findings)
            self._empty.set_step(frame.step if frame.is_past else None)

    @Slot(str)
    def _on_node_requested(self, address: str) -> None:
        """Where it can be seen: neurons, weights and biases at the network level, what is inside of them nearer."""
        selection = self._selection
        if _NEURON.fullmatch(address):
            address = selection.in_sample(f"{address}.out")
        selection.select(address)
        neuron = _NEURON.search(address)
        if _ON_NETWORK.fullmatch(address):
            selection.show_level(Level.NETWORK)
        elif neuron:
            selection.show_level(Level.NEURON, neuron.group())
        else:
            selection.show_level(Level.SAMPLE)

    @Slot(int)
    def _on_rewind_requested(self, step: int) -> None:
        self._runs.look_at(step)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._list.setSpacing(self._theme.px(14))


class _Nothing(QWidget):
    """All is well, and what is watched."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("healthEmpty")
        self._theme = theme
        self._line = ThemedLabel(theme, tr(NOTHING), bold=True)
        self._line.setObjectName("healthNothing")
        watched = ThemedLabel(theme, tr("Watched all along:"), colour="mute", size=12)
        watched.setWordWrap(True)
        self._words = QVBoxLayout()
        self._words.addWidget(self._line)
        self._words.addWidget(watched)
        for text in WATCHED:
            line = ThemedLabel(theme, tr(text), colour="mute", size=12)
            line.setWordWrap(True)
            self._words.addWidget(line)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(HealthMark(theme, None), 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._words, 1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_step(self, step: int | None) -> None:
        """An earlier step is looked at; None: the present."""
        self._line.setText(
            tr(NOTHING) if step is None else tr("Nothing to report at step {step}.", step=format_count(step))
        )

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(8))
        self._words.setSpacing(self._theme.px(4))
