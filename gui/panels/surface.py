"""The loss surface: what is asked for at the left, the picture at the right; worked out beside training."""

from __future__ import annotations

from functools import partial
from itertools import count

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.document_parts import Document
from core.loss_surface import is_far
from core.surface_of_run import SurfaceOfRun, surface_of_run
from core.words import tr
from gui.frames import Frame, RunStarted
from gui.numbers import format_count
from gui.panels.surface_controls import SurfaceControls
from gui.panels.surface_plot import SurfacePlot
from gui.session.analysis import Analysis, Job
from gui.session.runs import Runs
from gui.theme import Theme

_numbers = count(-1, -1)  # of what is asked of the runs: others count upwards
_PATIENCE_MS = 250  # before progress is told: most surfaces are there by then
_REST_MS = 300  # that the run must stand still before an outdated surface is made anew by itself


class SurfaceView(QWidget):
    """Follows the run while it is seen; made anew on request, and by itself where the run rests far from it."""

    def __init__(self, runs: Runs, analysis: Analysis, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("surfaceView")
        self._runs, self._analysis, self._theme = runs, analysis, theme
        self._active = False
        self._asked: int | None = None  # the document, of the runs
        self._job: Job | None = None
        self._run: int | None = None
        self._outdated = True  # other data, another loss, another run
        self._failed = False  # the last one: it is not tried again by itself
        self.controls = SurfaceControls(theme)
        self.plot = SurfacePlot(theme)
        self.plot.setObjectName("surfacePlot")
        self.plot.setAccessibleName(
            tr("Loss surface: the loss over a plane through the weights, and the path of the run")
        )
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.controls)
        self._row.addWidget(self.plot, 1)
        self._rest = _single_shot(self, _REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self._patience = _single_shot(self, _PATIENCE_MS)
        self._share = 0.0
        self._patience.timeout.connect(self._tell_progress)
        self.controls.plane_changed.connect(self.make)
        self.controls.wanted.connect(self.make)
        self.controls.cancelled.connect(self._on_cancel)
        runs.document_made.connect(self._on_document_made)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def busy(self) -> bool:
        """Whether a surface is being worked out."""
        return self._asked is not None or self._job is not None

    def set_active(self, active: bool) -> None:
        """Whether anybody looks."""
        self._active = active
        if active:
            self._look()
        else:
            self._rest.stop()
            self._stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.controls.set_room(event.size().width())

    def start_run(self, started: RunStarted) -> None:
        """A run begins, or goes on with other data."""
        self.controls.set_addresses(started.parameter_names)
        if started.run != self._run or started.parameter_names != self._names_shown():
            self.plot.set_surface(None)
        self._run = started.run
        self.outdate()

    def outdate(self) -> None:
        """What is shown is not the surface of the present loss any more."""
        self._outdated, self._failed = True, False
        self._stop()
        self._show_note()
        self._look()

    def take(self, frame: Frame) -> None:
        """The run is at another step, or it was told of again."""
        if self._active:
            self.plot.move_to(frame.step, frame.theta)
            self._look()

    @Slot()
    def make(self) -> None:
        """Work out the surface that is asked for, around the present weights."""
        self._stop()
        self._failed = False
        self._asked = next(_numbers)
        self._runs.ask_document(self._asked)
        self.controls.set_working(True)
        self._share = 0.0
        self._patience.start()

    def _look(self) -> None:
        """A surface that says nothing about where the run rests is made anew, once it has rested for a while."""
        if self._active and not self.busy and not self._failed and not self._runs.playing and self._is_needed():
            self._rest.start()

    def _is_needed(self) -> bool:
        frame, found = self._runs.frame, self.plot.found
        if frame is None or frame.is_past:
            return False
        return self._outdated or found is None or is_far(found.surface, frame.theta)

    def _names_shown(self) -> object:
        return self._runs.started.parameter_names if self._runs.started and self.plot.found else None

    def _stop(self) -> None:
        self._asked = None
        self._patience.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.controls.set_working(False)

    @Slot()
    def _on_rest(self) -> None:
        if self._active and not self.busy and not self._runs.playing and self._is_needed():
            self.make()

    @Slot(int, object)
    def _on_document_made(self, number: int, document: Document) -> None:
        if number != self._asked:
            return
        self._asked = None
        if not document.runs:
            self._end(tr("There is no run yet."))
            return
        job = self._analysis.start(partial(surface_of_run, document.runs[-1], self.controls.plane))
        job.progressed.connect(self._on_progressed)
        job.finished.connect(self._on_finished)
        job.refused.connect(self._on_refused)
        self._job = job

    @Slot(float, object)
    def _on_progressed(self, share: float, partial: object) -> None:
        if self.sender() is self._job:
            self._share = share
            if not self._patience.isActive():
                self._tell_progress()

    @Slot()
    def _tell_progress(self) -> None:
        self.controls.note.setText(tr("working … {share} %", share=f"{100 * self._share:.0f}"))

    @Slot(object)
    def _on_finished(self, found: SurfaceOfRun) -> None:
        if self.sender() is not self._job:
            return
        self._outdated = False
        self.plot.set_surface(found)
        frame = self._runs.frame
        if frame is not None:
            self.plot.move_to(frame.step, frame.theta)
        self._end("")
        self._show_note()

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        if self.sender() is self._job:
            self._failed = True
            self._end(reason)

    @Slot()
    def _on_cancel(self) -> None:
        self._stop()
        self._failed = True  # as long as nobody asks again
        self._show_note()

    def _end(self, note: str) -> None:
        self._job = None
        self._patience.stop()
        self.controls.set_working(False)
        self.controls.note.setText(note)
        self.controls.note.setToolTip(note)

    def _show_note(self) -> None:
        found = self.plot.found
        text = tr("around step {step}", step=format_count(found.step)) if found else ""
        self.controls.note.setText(text)
        self.controls.note.setToolTip("")
        known = found.surface.losses[np.isfinite(found.surface.losses)] if found else np.zeros(0)
        self.controls.key.show_losses((float(known.min()), float(known.max())) if known.size else None)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(12))


def _single_shot(parent: QWidget, milliseconds: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    return timer
