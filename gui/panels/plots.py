"""The plots card: accuracy, gradients, how numbers are spread, confusion, loss surface; one at a time."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.experiment import Experiment
from core.metrics import Histograms, Series
from core.words import mark, tr
from gui.frames import Frame, RunStarted, Want
from gui.panels.loss_looks import held_back_colour
from gui.panels.plots_confusion import ConfusionPlot
from gui.panels.plots_lines import Line, LinesPlot
from gui.panels.plots_pointer import StepsPlot
from gui.panels.plots_spread import SpreadPlot
from gui.panels.surface import SurfaceView
from gui.session.analysis import Analysis
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox
from gui.widgets.text import TextLabel

ACCURACY, NORMS, WEIGHTS, ACTIVATIONS, GRADIENTS, CONFUSION, SURFACE = (
    "accuracy", "norms", "weights", "activations", "gradients", "confusion", "surface",
)  # fmt: skip
KINDS = (
    (ACCURACY, mark("Accuracy")),
    (NORMS, mark("Gradients")),
    (WEIGHTS, mark("Weights")),
    (ACTIVATIONS, mark("Activations")),
    (GRADIENTS, mark("Gradient histograms")),
    (CONFUSION, mark("Confusion")),
    (SURFACE, mark("Loss surface")),
)
SPREADS = (WEIGHTS, ACTIVATIONS, GRADIENTS)
WANTS = {
    ACCURACY: frozenset({Want.SERIES}),
    NORMS: frozenset({Want.SERIES}),
    CONFUSION: frozenset({Want.CONFUSION}),
    SURFACE: frozenset[Want](),
} | dict.fromkeys(SPREADS, frozenset({Want.HISTOGRAMS}))
EMPTY = {
    ACCURACY: mark("Press play: the accuracy appears here."),
    NORMS: mark("Press play: the length of the gradient appears here, layer by layer."),
    WEIGHTS: mark("Press play: how the weights of a layer are spread appears here."),
    ACTIVATIONS: mark("Press play: how the outputs of a layer are spread appears here."),
    GRADIENTS: mark("Press play: how the gradients of a layer are spread appears here."),
    CONFUSION: mark("Press play: which classes are taken for which appears here."),
    SURFACE: "",
}
NO_ACCURACY = mark("There is no accuracy: this is a regression.")
NO_CONFUSION = mark("There are no classes to be confused: this is a regression.")
_SIZE = (620, 126)  # pixels at scale 1, as hinted to the layout of the window


class PlotsPanel(QWidget):
    """Asks the worker only for what is shown, as long as it is."""

    title = mark("Plots")

    def __init__(self, runs: Runs, documents: Documents, analysis: Analysis, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("plotsPanel")
        self._runs, self._theme = runs, theme
        self._run: int | None = None
        self._seen = False
        self._outdated = True  # something came while nobody could see it
        self._is_regression = False
        self._chosen = ACCURACY  # by the user; what a regression does not have is not shown at its beginning
        self._series: Series | None = None
        self._histograms: Histograms | None = None
        self._make_plots(runs, analysis)
        self.header = self._make_header()
        self._stack = QStackedWidget()
        for view in (self.accuracy, self.norms, self.spread, self.confusion, self.surface):
            self._stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._empty = TextLabel("", "mute", self)
        self._empty.setObjectName("plotsEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        runs.run_started.connect(self._on_run_started)
        runs.plots_ready.connect(self._on_frame_ready)
        runs.playing_changed.connect(self._on_playing_changed)
        documents.experiment_changed.connect(self._on_experiment_changed)
        theme.changed.connect(self._on_theme_changed)
        if runs.started is not None:
            self._on_run_started(runs.started)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)
        self._show_kind()

    @property
    def kind(self) -> str:
        """Which plot is shown."""
        return self.choice.value()

    @property
    def plot(self) -> QWidget:
        """The plot that is shown, as it may be exported."""
        return self.surface.plot if self.kind == SURFACE else self._stack.currentWidget()

    def show_kind(self, kind: str) -> None:
        """Show another plot. Raises KeyError for one that there is not."""
        self.choice.set_value(kind)
        self._on_kind_changed()

    @Slot(bool)
    def set_seen(self, seen: bool) -> None:
        """Whether the card is on screen, neither hidden nor covered by another one."""
        if seen != self._seen:
            self._seen = seen
            self._tell_wants()
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.set_seen(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.set_seen(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._empty.setGeometry(self.rect())

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_SIZE[0]), self._theme.px(_SIZE[1]))

    def _make_plots(self, runs: Runs, analysis: Analysis) -> None:
        self.accuracy = LinesPlot(self._theme, percent=True)
        self.norms = LinesPlot(self._theme, percent=False)
        self.spread = SpreadPlot(self._theme)
        self.confusion = ConfusionPlot(self._theme)
        self.surface = SurfaceView(runs, analysis, self._theme)
        keys = tr("Arrow keys, Home and End move the cursor.")
        for plot, name, meaning in (
            (self.accuracy, "accuracyPlot", tr("Accuracy by step")),
            (self.norms, "gradientPlot", tr("Length of the gradient by step, of each layer and of the whole")),
            (self.spread, "spreadPlot", tr("How the numbers of a layer are spread, by step")),
        ):
            plot.setObjectName(name)
            plot.setAccessibleName(meaning)
            plot.setWhatsThis(keys)
            plot.about_to_paint.connect(self._on_about_to_paint)
        self.confusion.setObjectName("confusionPlot")
        self.confusion.setAccessibleName(tr("Which classes are taken for which"))

    def _make_header(self) -> QWidget:
        header = QWidget()
        self.layer_choice = ChoiceBox(self._theme, [("L1", tr("layer {number}", number=1))])
        self.layer_choice.setObjectName("plotsLayer")
        self.layer_choice.setAccessibleName(tr("Layer"))
        self.layer_choice.setToolTip(tr("Layer: whose numbers are shown"))
        self.layer_choice.choice_changed.connect(self._on_layer_changed)
        self.choice = ChoiceBox(self._theme, [(key, tr(text)) for key, text in KINDS])
        self.choice.setObjectName("plotsKind")
        self.choice.setAccessibleName(tr("Plot"))
        self.choice.setToolTip(tr("Plot: choose what is shown on this card"))
        self.choice.choice_changed.connect(self._on_kind_changed)
        row = QHBoxLayout(header)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.layer_choice)
        row.addWidget(self.choice)
        return header

    @Slot(object)
    def _on_run_started(self, started: RunStarted) -> None:
        if started.run != self._run:
            self._series = self._histograms = None
            self.confusion.set_confusion(None)
            for plot in (self.accuracy, self.norms, self.spread):
                plot.hide_cursor()
                plot.set_past(None)
        self._run = started.run
        self._suit(is_regression=started.points.task == "regression")
        self._offer_layers(len(started.hidden) + 1)
        self.surface.start_run(started)
        self._draw()

    @Slot(object)
    def _on_frame_ready(self, frame: Frame) -> None:
        if frame.run != self._run:
            return
        self._series = frame.series or self._series
        self._histograms = frame.histograms or self._histograms
        if frame.confusion is not None:
            self.confusion.set_confusion(frame.confusion)
        for plot in (self.accuracy, self.norms, self.spread):
            plot.set_past(frame.step if frame.is_past else None)
        self.surface.take(frame)
        if frame.series is not None or frame.histograms is not None or frame.confusion is not None:
            self._draw_if_seen()

    def _suit(self, *, is_regression: bool) -> None:
        """Where the task changes, show what there is: of a regression the gradients, else what was chosen."""
        if is_regression == self._is_regression:
            return
        self._is_regression = is_regression
        kind = NORMS if is_regression and self._chosen in (ACCURACY, CONFUSION) else self._chosen
        if kind != self.kind:
            self.choice.set_value(kind)
            self._show_kind()
            self._tell_wants()

    @Slot(bool)
    def _on_playing_changed(self, playing: bool) -> None:
        if not playing and self._runs.frame is not None:
            self.surface.take(self._runs.frame)

    @Slot(Experiment, Experiment)
    def _on_experiment_changed(self, before: Experiment, after: Experiment) -> None:
        if before.data != after.data or before.network != after.network or _other_loss(before, after):
            self.surface.outdate()

    @Slot()
    def _on_kind_changed(self) -> None:
        self._chosen = self.kind
        self._show_kind()
        self._tell_wants()

    @Slot()
    def _on_layer_changed(self) -> None:
        self.spread.hide_cursor()
        self._draw()

    @Slot()
    def _on_about_to_paint(self) -> None:
        if self._outdated:
            self._draw()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self._draw()

    def _show_kind(self) -> None:
        self._stack.setCurrentWidget(
            {ACCURACY: self.accuracy, NORMS: self.norms, CONFUSION: self.confusion, SURFACE: self.surface}.get(
                self.kind, self.spread
            )
        )
        self.layer_choice.setVisible(self.kind in SPREADS)
        self.spread.hide_cursor()
        self._draw()

    def _tell_wants(self) -> None:
        self._runs.want(self, WANTS[self.kind] if self._seen else frozenset())
        self.surface.set_active(self._seen and self.kind == SURFACE)

    def _offer_layers(self, layers: int) -> None:
        chosen = self.layer_choice.value()
        texts = [(f"L{i}", tr("layer {number}", number=i)) for i in range(1, layers)]
        self.layer_choice.blockSignals(True)
        self.layer_choice.clear()
        for key, text in [*texts, (f"L{layers}", tr("output layer"))]:
            self.layer_choice.addItem(text, key)
        self.layer_choice.blockSignals(False)
        self.layer_choice.set_value(chosen if self.layer_choice.findData(chosen) >= 0 else "L1")

    def _draw_if_seen(self) -> None:
        self._outdated = True
        shown = self._stack.currentWidget()
        if shown is self.confusion or (isinstance(shown, StepsPlot) and shown.is_seen()):
            self._draw()

    def _draw(self) -> None:
        """What there is of the plot that is shown."""
        self._outdated = False
        kind = self.kind
        if kind == ACCURACY:
            self._draw_lines(self.accuracy, self._accuracy_lines())
        elif kind == NORMS:
            self._draw_lines(self.norms, self._norm_lines())
        elif kind in SPREADS:
            self.spread.set_histograms(self._histograms, f"{kind} {self.layer_choice.value()}")
        self._show_empty()

    def _draw_lines(self, plot: LinesPlot, lines: list[Line]) -> None:
        enough = self._series is not None and len(self._series.steps) > 1 and lines
        if self._series is not None and enough:
            plot.set_lines(self._series.steps, lines)
        else:
            plot.set_lines(plot.steps[:0], ())

    def _accuracy_lines(self) -> list[Line]:
        values, colours = self._series.values if self._series else {}, self._theme.palette
        lines = [
            ("train accuracy", tr("train"), colours.accent, 2.0, False),
            ("test accuracy", tr("test"), held_back_colour(colours), 1.6, True),
        ]
        return [
            Line(name, colour, values[key], width, dashed)
            for key, name, colour, width, dashed in lines
            if key in values
        ]

    def _norm_lines(self) -> list[Line]:
        values, colours = self._series.values if self._series else {}, self._theme.palette
        layers = [name for name in values if name.startswith("gradient L")]
        found = [
            Line(name.removeprefix("gradient "), colours.class_mark(i), values[name]) for i, name in enumerate(layers)
        ]
        return [*found, Line(tr("all"), colours.ink, values["gradient"])] if found else []

    def _show_empty(self) -> None:
        kind = self.kind
        text = tr(EMPTY[kind]) if self._is_blank() else ""
        if self._is_regression and kind in (ACCURACY, CONFUSION):
            text = tr(NO_ACCURACY) if kind == ACCURACY else tr(NO_CONFUSION)
        self._empty.setText(text)
        self._empty.setVisible(bool(text))

    def _is_blank(self) -> bool:
        shown = self._stack.currentWidget()
        return shown.blank if isinstance(shown, StepsPlot | ConfusionPlot) else False


def _other_loss(before: Experiment, after: Experiment) -> bool:
    one, other = before.training, after.training
    return (one.loss, one.l1, one.l2) != (other.loss, other.l1, other.l2)
