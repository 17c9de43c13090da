"""The training loop in network mode: its lines with the run's own numbers, the one that is running lit."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.datasets import row_count
from core.experiment import bugs_of
from core.words import mark, tr
from gui.frames import Frame
from gui.numbers import format_count, format_number
from gui.panels.inspector_text import TextLine
from gui.panels.loop_code import LoopCode, loss_name
from gui.panels.loop_phase import FOLLOWED, SINGLE_SECONDS, LoopPhase
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.theme import Theme

SHARE = 0.8  # of the time between two steps: the phases are through before the next one comes


class TrainingLoopPanel(QWidget):
    """Follows the document's settings and the frames of its run."""

    def __init__(self, runs: Runs, documents: Documents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainingLoopPanel")
        self.title = mark("Training loop")
        self.header: QWidget | None = None
        self._runs, self._documents, self._theme = runs, documents, theme
        self._frame: Frame | None = None
        self._code = LoopCode(theme)
        self._phase = LoopPhase(self)
        self._note = TextLine(theme, colour="mute", size=12)
        self._note.setObjectName("trainingLoopNote")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._code)
        self._column.addWidget(self._note)
        self._column.addStretch(1)
        self._phase.changed.connect(self._code.show_phase)
        runs.frame_ready.connect(self._on_frame_ready)
        runs.playing_changed.connect(self._on_playing_changed)
        runs.speed_changed.connect(self._on_speed_changed)
        documents.experiment_changed.connect(self._show_settings)
        documents.opened.connect(self._show_settings)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def code(self) -> LoopCode:
        """What shows the lines."""
        return self._code

    @property
    def phase(self) -> LoopPhase:
        """What says which is lit."""
        return self._phase

    @property
    def note(self) -> str:
        """What stands below the lines."""
        return self._note.text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._frame = self._runs.frame
        self._show_settings()
        self._rest()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no timer runs."""
        super().hideEvent(event)
        self._phase.stop()

    @property
    def _is_fast(self) -> bool:
        return self._runs.playing and self._runs.speed > FOLLOWED

    def _rest(self) -> None:
        """Between steps."""
        if not self.isVisible():
            return
        if self._is_fast or self._frame is None:
            self._phase.stop()
        elif self._frame.here is not None:
            self._phase.hold(self._frame.here.position.phase)
        elif not self._phase.running:
            self._phase.rest()
        self._show_note()

    def _show_note(self) -> None:
        frame = self._frame
        if self._is_fast:
            rate = frame.steps_per_second if frame else 0.0
            self._note.set_text(
                tr("runs {rate} times a second", rate=format_count(round(rate))) if rate >= 1.0 else tr("runs")
            )
        elif frame is not None and frame.here is not None:
            self._note.set_text(
                tr(
                    "inside step {step}: {phase}",
                    step=format_count(frame.step + 1),
                    phase=tr(frame.here.position.phase.value),
                )
            )
        elif frame is not None:
            self._note.set_text(
                tr("step {step}: the loss is {loss}", step=format_count(frame.step), loss=format_number(frame.loss))
            )

    @Slot()
    def _show_settings(self) -> None:
        experiment, frame = self._documents.experiment, self._frame
        training = experiment.training
        rate = training.learning_rate if frame is None else frame.learning_rate
        samples = row_count(experiment.data)
        self._code.set_settings(
            *(loss_name(experiment), rate, samples, training.batch, training.optimizer.kind, bugs_of(training)),
            clip=training.clip,
            frozen=bool(training.frozen),
        )

    @Slot(object)
    def _on_frame_ready(self, frame: Frame) -> None:
        before, self._frame = self._frame, frame
        if not self.isVisible():
            return
        self._show_settings()
        inside = frame.here is not None or (before is not None and before.here is not None)
        if self._is_fast or inside or before is None or before.run != frame.run:
            self._rest()
        elif frame.step == before.step + 1:
            self._phase.take_step(SHARE / self._runs.speed if self._runs.playing else SINGLE_SECONDS)
            self._show_note()
        elif frame.step != before.step:
            self._phase.rest()
            self._show_note()

    @Slot()
    def _on_playing_changed(self) -> None:
        self._rest()

    @Slot()
    def _on_speed_changed(self) -> None:
        self._rest()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(8))
