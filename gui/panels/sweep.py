"""The sweep over the learning rate: what is asked for at the left, final losses and curves at the right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from core.comparison_table import same_but_rate
from core.errors import ExperimentError
from core.experiment import Experiment
from core.sweep import SweptRun, sweep
from core.words import mark, tr
from gui.frames import Frame
from gui.panels.sweep_controls import SweepControls
from gui.panels.sweep_curves import SweepCurves
from gui.panels.sweep_plot import SweepPlot
from gui.session.analysis import Analysis, Job
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.theme import Theme
from gui.widgets.text import TextLabel

EMPTY = mark("Train the present set-up once for each learning rate, beside this run, and see which one gets how far.")
STALE = mark("of another set-up")
NARROW = 540  # pixels at scale 1: below, what is asked for stands over the plots
LEAST = (300, 110)
_DRAW_MS = 100  # at most once in this time


class SweepView(QWidget):
    """Runs sweeps beside training; the last one stays until there is another."""

    def __init__(self, runs: Runs, documents: Documents, analysis: Analysis, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sweepView")
        self._runs, self._documents, self._analysis, self._theme = runs, documents, analysis, theme
        self._job: Job | None = None
        self._asked: Experiment | None = None  # what the sweep on screen is of
        self._rates: list[float] = []
        self._steps = 0
        self._found: tuple[SweptRun, ...] = ()
        self._chosen: int | None = None
        self._narrow = False
        self._ended = ""  # why there is not all of it
        self._complete = False  # else the last one found is not at its end
        self.controls = SweepControls(theme)
        self.final, self.curves = SweepPlot(theme), SweepCurves(theme)
        self._draw_soon = QTimer(self)
        self._draw_soon.setSingleShot(True)
        self._draw_soon.setInterval(_DRAW_MS)
        self._name_plots()
        self._lay_out()
        self._connect()
        self._propose()
        self._show()

    @property
    def busy(self) -> bool:
        """Whether a sweep goes on."""
        return self._job is not None

    @property
    def found(self) -> tuple[SweptRun, ...]:
        """What became of the rates so far, the least rate first."""
        return self._found

    @property
    def chosen(self) -> SweptRun | None:
        """The one that is offered: which was clicked, else the best; None if it diverged or is not at its end."""
        index = self._chosen if self._chosen is not None else self.final.best
        run = self._found[index] if index is not None and index < self.final.whole else None
        return None if run is None or run.diverged_at is not None else run

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._propose()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self._theme.px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self.controls.set_narrow(narrow)
            self._box.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
            self._on_theme_changed()
        self._place_empty()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(LEAST[0]), self._theme.px(LEAST[1]))

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._place_empty()
        return super().event(event)

    @Slot()
    def run(self) -> None:
        """Sweep over the rates that are asked for, with the present set-up."""
        try:
            rates = self.controls.rates()
        except ExperimentError as error:
            self.controls.say(str(error))
            return
        self._forget()
        self._asked, self._rates, self._steps = self._documents.experiment, rates, self.controls.steps
        job = self._analysis.start(partial(sweep, self._asked, rates, self._steps))
        job.progressed.connect(self._on_progressed)
        job.finished.connect(self._on_finished)
        job.refused.connect(self._on_refused)
        self._job = job
        self.controls.set_working(True)
        self._show()

    @Slot()
    def cancel(self) -> None:
        """What there is so far stays."""
        if self._job is not None:
            self._ended = tr("cancelled")
            self._end()

    @Slot()
    def use(self) -> None:
        """Train on with the rate that is offered, as a step of undo."""
        run = self.chosen
        if run is not None:
            self._documents.set_training(tr("learning rate"), learning_rate=run.rate)

    def _name_plots(self) -> None:
        self.final.setObjectName("sweepPlot")
        self.final.setAccessibleName(tr("Final loss by learning rate"))
        self.final.setWhatsThis(tr("Arrow keys choose a learning rate, Enter uses it; so does a click, then the link."))
        self.curves.setObjectName("sweepCurves")
        self.curves.setAccessibleName(tr("Loss by step, a curve for each learning rate"))

    def _lay_out(self) -> None:
        self._plots = QHBoxLayout()
        self._plots.setContentsMargins(0, 0, 0, 0)
        self._plots.addWidget(self.final, 1)
        self._plots.addWidget(self.curves, 1)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(self.controls)
        self._box.addLayout(self._plots, 1)
        self._empty = TextLabel(tr(EMPTY), "mute", self)
        self._empty.setObjectName("sweepEmpty")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._on_theme_changed()

    def _connect(self) -> None:
        self.controls.wanted.connect(self.run)
        self.controls.cancelled.connect(self.cancel)
        self.controls.taken.connect(self.use)
        for plot in (self.final, self.curves):
            plot.run_hovered.connect(self._on_run_hovered)
            plot.run_chosen.connect(self._on_run_chosen)
        self.final.run_taken.connect(self._on_run_taken)
        self._draw_soon.timeout.connect(self._show)
        self._documents.experiment_changed.connect(self._on_experiment_changed)
        self._documents.opened.connect(self._on_opened)
        self._runs.playing_changed.connect(self._on_playing_changed)
        self._runs.run_started.connect(self._on_run_started)
        self._theme.changed.connect(self._on_theme_changed)

    def _propose(self) -> None:
        frame: Frame | None = self._runs.frame
        self.controls.propose(self._documents.experiment.training.learning_rate, frame.step if frame else 0)

    def _forget(self) -> None:
        """Nothing has been found yet."""
        self.cancel()
        self._found, self._chosen, self._ended, self._asked, self._complete = (), None, "", None, False
        for plot in (self.final, self.curves):
            plot.show_hovered(None)
            plot.choose(None)

    def _end(self) -> None:
        if self._job is not None:
            self._job.cancel()  # nothing happens if it is over
        self._job = None
        self._draw_soon.stop()
        self.controls.set_working(False)
        self._show()

    @Slot(float, object)
    def _on_progressed(self, share: float, partial_runs: object) -> None:
        if self.sender() is not self._job:
            return
        self.controls.set_share(share)
        if isinstance(partial_runs, tuple):
            self._found = partial_runs
            if not self._draw_soon.isActive():
                self._draw_soon.start()

    @Slot(object)
    def _on_finished(self, found: tuple[SweptRun, ...]) -> None:
        if self.sender() is self._job:
            self._found, self._complete = found, True
            self._end()

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        if self.sender() is self._job:
            self._ended = reason
            self._end()

    @Slot(object)
    def _on_run_hovered(self, index: int | None) -> None:
        self.final.show_hovered(index)
        self.curves.show_hovered(index)

    @Slot(int)
    def _on_run_chosen(self, index: int) -> None:
        self._chosen = index
        self._show()

    @Slot(int)
    def _on_run_taken(self, _index: int) -> None:
        self.use()

    @Slot(Experiment, Experiment)
    def _on_experiment_changed(self, _before: Experiment, _after: Experiment) -> None:
        self._propose()
        self._show_words()

    @Slot(Experiment)
    def _on_opened(self, _experiment: Experiment) -> None:
        """What was found says nothing about another document."""
        self._forget()
        self._propose()
        self._show()

    @Slot(bool)
    def _on_playing_changed(self, _playing: bool) -> None:
        self._propose()

    @Slot(object)
    def _on_run_started(self, _started: object) -> None:
        self._propose()

    @Slot()
    def _show(self) -> None:
        """All that there is so far."""
        whole = len(self._found) - (0 if self._complete else 1)
        ends = (min(self._rates), max(self._rates)) if len(self._rates) > 1 else (0.01, 1.0)
        self.final.show_runs(self._found, max(whole, 0), ends)
        self.curves.show_runs(self._found, self._steps, ends)
        for plot in (self.final, self.curves):
            plot.choose(self._chosen)
        self._empty.setVisible(not self._found)
        self._show_words()

    def _show_words(self) -> None:
        present, run = self._documents.experiment, self.chosen
        self.final.show_rate(present.training.learning_rate)
        same_rate = run is not None and run.rate == present.training.learning_rate
        self.controls.offer(run.rate if run is not None and not same_rate and not self.busy else None)
        stale = self._asked is not None and bool(self._found) and not same_but_rate(self._asked, present)
        self.controls.say(", ".join(words for words in (self._ended, tr(STALE) if stale else "") if words))

    def _place_empty(self) -> None:
        """Where the plots will be."""
        margin = self._theme.px(12)
        self._empty.setGeometry(self._plots.geometry().adjusted(margin, 0, -margin, 0))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._box.setSpacing(self._theme.px(4 if self._narrow else 12))
        self._plots.setSpacing(self._theme.px(6))
