"""The loss card: the curve of this run, that of the run before, and the changes made on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.history import History
from core.words import mark, tr
from gui.frames import Curve, Divergence, Frame, RunStarted, Twin
from gui.numbers import format_count
from gui.panels.loss_header import LossHeader
from gui.panels.loss_legend import CurveLegend, curves_of
from gui.panels.loss_marks import CurveMark
from gui.panels.loss_plot import LEAST_CURVE, LossPlot
from gui.theme import Theme
from gui.widgets.text import TextLabel

if TYPE_CHECKING:
    from gui.session.documents import Documents
    from gui.session.runs import Runs

_SIZE = (620, 134)  # pixels at scale 1, as hinted to the layout of the window
_TITLE_ROOM = 76  # that the card's title and its close button take beside the header
_EMPTY = mark("Press play: the loss appears here.")


class LossPanel(QWidget):
    """Collects the losses of the run and draws them while they come in."""

    title = mark("Loss")

    def __init__(self, runs: Runs, documents: Documents, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lossPanel")
        self._theme = theme
        self._run: int | None = None
        self._marks: list[CurveMark] = []
        self._ended_by_opening = False  # the run: another document is about to begin its own
        self._outdated = True  # something came while nobody could see it
        self._plot = self._make_plot()
        self.header = self._make_header()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._legend = CurveLegend(theme)  # on a narrow card, whose title row has no room for it
        self._legend.setObjectName("lossLegendRow")
        self._legend.hide()
        layout.addWidget(self._legend)
        layout.addWidget(self._plot, 1)
        self._empty = TextLabel(tr(_EMPTY), "mute", self._plot)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        runs.run_started.connect(self._on_run_started)
        runs.plots_ready.connect(self._on_frame_ready)
        runs.diverged.connect(self._on_diverged)
        documents.opened.connect(self._on_document_opened)
        if runs.started is not None:
            self._on_run_started(runs.started)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)
        self._show_links()

    @property
    def plot(self) -> LossPlot:
        return self._plot

    @property
    def history(self) -> History:
        """The losses of this run."""
        return self._plot.history

    @property
    def ghost(self) -> History | None:
        """Those of the run before, if it is kept."""
        return self._plot.ghost

    @property
    def twin(self) -> History:
        """Those of the true run beside one with a bug; empty if there was no bug."""
        return self._plot.twin

    @property
    def marks(self) -> tuple[CurveMark, ...]:
        return tuple(self._marks)

    @property
    def cursor_text(self) -> str:
        """What the bubble at the cursor says, `step 123  loss 0.0123`; empty without a cursor."""
        return self._plot.cursor_text

    @property
    def log_scale(self) -> bool:
        return self._plot.log_scale

    def toggle_scale(self) -> None:
        """From the logarithmic axis to the linear one, or back."""
        self.header.scale_switch.toggle()

    def toggle_ghost(self) -> None:
        """Hide the run before, or show it again."""
        self._on_ghost_clicked()

    def whole_run(self) -> None:
        """Show the whole run again, and follow it."""
        self._plot.follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._empty.setGeometry(self._plot.rect())
        self._place_legend()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_SIZE[0]), self._theme.px(_SIZE[1]))

    def _on_about_to_paint(self) -> None:
        if self._outdated:
            self._draw()

    def _make_plot(self) -> LossPlot:
        plot = LossPlot(self._theme)
        plot.setObjectName("lossPlot")
        plot.setAccessibleName(tr("Loss by step"))
        plot.setWhatsThis(tr("Arrow keys move the cursor. The wheel, + and - zoom; drag to move along."))
        plot.about_to_paint.connect(self._on_about_to_paint)
        plot.following_changed.connect(self._on_following_changed)
        plot.kept_changed.connect(self._on_kept_changed)
        plot.ghost_seen_changed.connect(self._show_links)
        return plot

    def _make_header(self) -> LossHeader:
        header = LossHeader(self._theme)
        header.fit_link.clicked.connect(self._plot.follow)
        header.ghost_link.clicked.connect(self._on_ghost_clicked)
        header.scale_switch.log_chosen.connect(self._on_scale_chosen)
        return header

    def _on_run_started(self, started: RunStarted) -> None:
        if started.run == self._run:  # the same run goes on, with other data
            return
        if self._ended_by_opening:  # the ghost is gone, and the curve is of another document
            self._ended_by_opening = False
        elif started.keeps_ghost and self.history.finite_count >= LEAST_CURVE:
            self._plot.ghost = self.history
        elif not started.keeps_ghost and len(self.history) >= LEAST_CURVE:
            self._plot.ghost = None
        self._plot.history, self._plot.full, self._plot.twin = History(), History(), History()
        self._plot.test = History()
        self._plot.twin_goes_on = False
        self._plot.set_past(None)
        self._show_legend()
        self._run = started.run
        self._set_marks([])
        self._plot.hide_cursor()
        self._plot.follow()
        self._show_links()
        self._draw_if_seen()

    def _on_frame_ready(self, frame: Frame) -> None:
        if frame.run != self._run:
            return
        if frame.curve is not None and frame.curve.steps.size:
            self._forget_from(float(frame.curve.steps.min()))
            self.history.append(frame.curve.steps, frame.curve.losses)
        if frame.twin is not None or self._plot.twin_goes_on:
            self._take_twin(frame.twin)
        if frame.all_curve is not None:
            self._plot.full = History.restored(frame.all_curve.steps, frame.all_curve.losses, 1)
        self._take_test(frame.test_curve)
        self._plot.set_past(frame.step if frame.is_past else None)
        self._show_legend()
        if frame.marks:
            self._set_marks([*self._marks, *(CurveMark(mark.step, mark.text) for mark in frame.marks)])
        if frame.divergence is not None:
            self._on_diverged(frame.divergence)
        self._draw_if_seen()

    def _take_twin(self, twin: Twin | None) -> None:
        """Without one the bug is off: the curve stays, pale, until there is another."""
        self._plot.twin_goes_on = twin is not None
        if twin is not None:
            if twin.begins:
                self._plot.twin = History()
            self._plot.twin.append(twin.curve.steps, twin.curve.losses)

    def _take_test(self, curve: Curve | None) -> None:
        """The whole curve of the rows kept back; None without any."""
        if curve is not None:
            self._plot.test = History.restored(curve.steps, curve.losses, 1)
        elif len(self._plot.test):
            self._plot.test = History()

    def _on_kept_changed(self) -> None:
        self._show_legend()
        self._draw_if_seen()

    def _show_legend(self) -> None:
        curves = curves_of(self._plot)
        for legend in (self.header.legend, self._legend):
            legend.show_curves(curves)
        self._place_legend()

    def _place_legend(self) -> None:
        """In the title row, or below it where that is too narrow."""
        legend, room = self.header.legend, self.width() - self._theme.px(_TITLE_ROOM)
        fits = self.header.width_with_legend() <= room
        legend.setVisible(bool(legend.texts) and fits)
        self._legend.setVisible(bool(legend.texts) and not fits)

    def _on_diverged(self, divergence: Divergence) -> None:
        line = CurveMark(
            divergence.step, tr("diverged at step {step}", step=format_count(divergence.step)), is_divergence=True
        )
        if line not in self._marks:
            self._set_marks([*self._marks, line])

    def _on_document_opened(self) -> None:
        self._plot.ghost = None  # the curve of another example says nothing about this one
        self._ended_by_opening = True
        self._show_links()
        self._draw_if_seen()

    def _forget_from(self, step: float) -> None:
        """After a rewind the changes that were made later have not happened. (The last step given again is none.)"""
        if step < self.history.last_step:
            self._plot.full.drop_from(step + 1)
            self._plot.twin.drop_from(step + 1)
            self._set_marks([each for each in self._marks if each.step <= step])

    def _set_marks(self, marks: list[CurveMark]) -> None:
        self._marks = marks
        self._plot.marks.set_marks(marks)

    def _draw_if_seen(self) -> None:
        self._outdated = True
        if self._plot.is_seen():
            self._draw()

    def _draw(self) -> None:
        self._outdated = False
        self._plot.refresh()
        self._empty.setVisible(self._plot.blank)

    def _show_links(self) -> None:
        ghost_link = self.header.ghost_link
        self.header.fit_link.setVisible(not self._plot.following)
        ghost_link.setVisible(self._plot.ghost_seen)
        ghost_link.setText(tr("hide previous run") if self._plot.ghost_shown else tr("show previous run"))
        ghost_link.setAccessibleName(ghost_link.text())
        self._place_legend()

    def _on_following_changed(self, following: bool) -> None:
        self._show_links()

    def _on_ghost_clicked(self) -> None:
        self._plot.set_ghost_shown(not self._plot.ghost_shown)
        self._empty.setVisible(self._plot.blank)
        self._show_links()

    def _on_scale_chosen(self, log_scale: bool) -> None:
        self._plot.set_log_scale(log_scale)
