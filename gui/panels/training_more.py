"""What the training panel keeps behind "more": what most runs never need. What is in force is seen in any case."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.experiment import MAX_CLIP, MAX_PENALTY, Experiment, TrainingSpec
from core.shape import task_of
from core.words import mark, tr
from gui.panels.optimizer_rows import EPSILON, OptimizerNumberRow
from gui.panels.training_stop import StopRows
from gui.theme import Theme
from gui.widgets.fields import LinkButton, NumberRow
from gui.widgets.text import TextLabel

MOST_WARMUP = 1_000_000
L1_TOOLTIP = mark("λ₁ in λ₁ · Σ |p| over all parameters, added to the loss: drives small ones to 0")
L2_TOOLTIP = mark("λ in λ · Σ p² over all parameters, added to the loss: keeps them small")
WARMUP_TOOLTIP = mark("Steps in which the learning rate rises to its full height first")
CLIP_TOOLTIP = mark(
    "The most length that the gradient of all parameters together may have; a longer one is shortened to it:\n"
    "g ← g · min(1, length / (|g| + 10⁻⁶)), as PyTorch's clip_grad_norm_. 0: as it is\n"
    "Penalties are in g; frozen parameters do not count."
)
CLOSED = mark("more"), mark("Show L2, L1, warm-up, clipping and where to stop")
OPEN = mark("less"), mark("Hide what is as usual of L2, L1, warm-up, clipping and where to stop")


class TrainingHeader(QWidget):
    """For the card's title bar: the learning rate that a schedule has come to, and the link that opens the rest."""

    more_toggled = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._rate = TextLabel("", "label")
        self._rate.setObjectName("rateNow")
        self._link = LinkButton("", theme)
        self._link.setObjectName("moreTrainingLink")
        self._is_open = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._rate)
        row.addWidget(self._link)
        self._link.clicked.connect(self._on_clicked)
        self._name_link()

    def show_rate(self, text: str) -> None:
        self._rate.setText(text)

    def _name_link(self) -> None:
        text, tooltip = (tr(each) for each in (OPEN if self._is_open else CLOSED))
        self._link.setText(text)
        self._link.setAccessibleName(tooltip)
        self._link.setToolTip(tooltip)

    def _on_clicked(self) -> None:
        self._is_open = not self._is_open
        self._name_link()
        self.more_toggled.emit(self._is_open)


class MoreTraining(QWidget):
    """Penalties, warm-up, clipping, epsilon, where to stop: all of them when open, else those not as usual."""

    l1_changed = Signal(float)
    l2_changed = Signal(float)
    warmup_changed = Signal(float)
    clip_changed = Signal(float)
    stop_changed = Signal(object, str)  # Stop; what changed in it
    number_changed = Signal(object, float)  # OptimizerNumber, its value

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("moreTraining")
        self._training, self._is_open, self._has_accuracy = TrainingSpec(), False, True
        self._l2 = NumberRow("L2", theme, minimum=0, maximum=MAX_PENALTY, name="l2Row", tooltip=tr(L2_TOOLTIP))
        self._l1 = NumberRow("L1", theme, minimum=0, maximum=MAX_PENALTY, name="l1Row", tooltip=tr(L1_TOOLTIP))
        self._warmup = NumberRow(
            tr("warm-up"),
            theme,
            minimum=1,
            maximum=MOST_WARMUP,
            integer=True,
            special={0: tr("none")},
            name="warmupRow",
            tooltip=tr(WARMUP_TOOLTIP),
        )
        self._clip = NumberRow(
            tr("clip gradient"),
            theme,
            minimum=0,
            maximum=MAX_CLIP,
            special={0: tr("none")},
            name="clipRow",
            tooltip=tr(CLIP_TOOLTIP),
        )
        self._epsilon = OptimizerNumberRow(EPSILON, theme)
        self._stop = StopRows(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in (self._l2, self._l1, self._warmup, self._clip, self._epsilon, self._stop):
            column.addWidget(row)
        self._l2.value_changed.connect(self.l2_changed)
        self._l1.value_changed.connect(self.l1_changed)
        self._warmup.value_changed.connect(self.warmup_changed)
        self._clip.value_changed.connect(self.clip_changed)
        self._stop.stop_changed.connect(self.stop_changed)
        self._epsilon.number_changed.connect(self.number_changed)
        self._show_rows()

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the numbers, without a signal."""
        self._training = training = experiment.training
        self._has_accuracy = task_of(experiment.data) != "regression"
        self._l2.set_value(training.l2)
        self._l1.set_value(training.l1)
        self._warmup.set_value(training.decay.warmup)
        self._clip.set_value(training.clip)
        self._epsilon.show_spec(training.optimizer)
        self._stop.show_stop(training.stop)
        self._show_rows()

    def set_open(self, is_open: bool) -> None:
        """Whether rows are there whose numbers are as usual."""
        self._is_open = is_open
        self._show_rows()

    def _show_rows(self) -> None:
        training, usual = self._training, TrainingSpec()
        unusual_epsilon = training.optimizer.eps != usual.optimizer.eps
        shown = (
            (self._l2, self._is_open or training.l2 != usual.l2),
            (self._l1, self._is_open or training.l1 != usual.l1),
            (self._warmup, self._is_open or training.decay.warmup != usual.decay.warmup),
            (self._clip, self._is_open or training.clip != usual.clip),
            (self._epsilon, self._epsilon.belongs_to(training.optimizer) and (self._is_open or unusual_epsilon)),
        )
        for row, is_shown in shown:
            row.setVisible(is_shown)
        stops = self._stop.show_rows(is_open=self._is_open, has_accuracy=self._has_accuracy)
        self.setVisible(stops or any(is_shown for _, is_shown in shown))
