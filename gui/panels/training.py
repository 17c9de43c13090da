"""The training panel: learning rate, decay, loss, batch size and L2; none of them resets anything."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.datasets import row_count
from core.experiment import MAX_RATE, Experiment, TrainingSpec
from core.losses import LOSSES
from gui.frames import Frame
from gui.numbers import format_count, format_significant
from gui.panels.decay_line import DecayLine
from gui.session.documents import Documents
from gui.theme import Theme
from gui.widgets.fields import ChoiceRow, LinkButton, NumberRow
from gui.widgets.sliders import LogSlider
from gui.widgets.text import TextLabel

if TYPE_CHECKING:
    from gui.session.runs import Runs

LOWEST_RATE = 1e-4  # on the slider
MAX_L2 = 10.0
FEW_SAMPLES = 10  # a sum over no more than these is what the lecture does
LARGEST_SUMMED_STEP = 2.0  # learning rate × samples summed up: beyond it, tanh units are thrown into saturation
DECAYS = (("constant", "constant"), ("linear", "linear"))
RATE_TOOLTIP = "How far each step moves against the gradient; a change counts from the next step on"
DECAY_TOOLTIP = "Whether the learning rate stays or falls as training goes on"
LOSS_TOOLTIP = (
    "What training makes small, for output o and target y:\n"
    "sum of squared errors: Σ (o − y)², as in the lecture\n"
    "mean squared error: the mean of (o − y)²\n"
    "half squared error: the mean of ½ (o − y)², as in Playground\n"
    "hinge (max-margin): the mean of max(0, 1 − y·o)\n"
    "binary cross-entropy: the mean of ln(1 + exp(−y·o))"
)
BATCH_TOOLTIP = "Samples a step: a few, drawn anew each time, or all of them"
L2_TOOLTIP = "λ in λ · Σ p² over all parameters, added to the loss: keeps them small"


class Hint(Enum):
    """Advice under the loss: text, link, what the link does."""

    LINEAR_OUTPUT = ("works best with a linear output:", "set it", "Make the output's activation linear")
    MEAN = ("its steps get too large:", "use the mean", "Change the loss to the mean squared error")


class TrainingPanel(QWidget):
    """Shows and changes the TrainingSpec of the document; its header tells the learning rate a decay has come to."""

    def __init__(self, documents: Documents, runs: Runs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = "Training"
        self.header = TextLabel("", "label")
        self.header.setObjectName("rateNow")
        self._documents = documents
        self._theme = theme
        self._rate = LogSlider(
            "learning rate η", theme, minimum=LOWEST_RATE, maximum=MAX_RATE, name="learningRate", tooltip=RATE_TOOLTIP
        )
        self._decay = ChoiceRow("decay", theme, DECAYS, name="decay", tooltip=DECAY_TOOLTIP)
        self._fall = DecayLine(theme)
        losses = [(key, loss.title) for key, loss in LOSSES.items()]
        self._loss = ChoiceRow("loss", theme, losses, name="loss", tooltip=LOSS_TOOLTIP)
        self._hint = _HintLine(theme)
        self._batch = _batch_row(theme, 1)
        self._batch_rows = 1  # how many `all` are in the batch row
        self._l2 = NumberRow("L2", theme, minimum=0, maximum=MAX_L2, name="l2Row", tooltip=L2_TOOLTIP)
        self._lay_out()
        self._connect(runs)
        self._on_theme_changed()
        self._show(documents.experiment)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for row in (self._rate, self._decay, self._fall, self._loss, self._hint, self._batch, self._l2):
            self._column.addWidget(row)
        self._column.addStretch(1)

    def _connect(self, runs: Runs) -> None:
        self._rate.value_changed.connect(self._on_rate_changed)
        self._decay.choice_changed.connect(self._on_decay_changed)
        self._fall.drop_changed.connect(self._on_drop_changed)
        self._fall.steps_changed.connect(self._on_steps_changed)
        self._loss.choice_changed.connect(self._on_loss_changed)
        self._hint.taken.connect(self._on_hint_taken)
        self._batch.value_changed.connect(self._on_batch_changed)
        self._l2.value_changed.connect(self._on_l2_changed)
        self._documents.experiment_changed.connect(self._on_experiment_changed)
        self._documents.opened.connect(self._show)
        runs.frame_ready.connect(self._on_frame_ready)
        self._theme.changed.connect(self._on_theme_changed)

    def _show(self, experiment: Experiment) -> None:
        training = experiment.training
        self._rate.set_value(training.learning_rate)
        self._decay.set_value(training.decay.kind)
        self._fall.show_decay(training.decay)
        self._fall.setVisible(training.decay.kind == "linear")
        self._loss.set_value(training.loss)
        self._hint.show_hint(hint_for(experiment))
        self._show_batch(training, row_count(experiment.data))
        self._l2.set_value(training.l2)
        if training.decay.kind == "constant":
            self.header.clear()

    def _show_batch(self, training: TrainingSpec, rows: int) -> None:
        """The row says `all 100`; with another number of samples a new row takes its place."""
        if rows != self._batch_rows:
            old, self._batch, self._batch_rows = self._batch, _batch_row(self._theme, rows), rows
            self._column.replaceWidget(old, self._batch)
            old.hide()
            old.setParent(None)  # no longer found by its name
            old.deleteLater()
            QWidget.setTabOrder(self._batch, self._l2)
            self._batch.value_changed.connect(self._on_batch_changed)
        self._batch.set_value(0 if training.batch >= rows else training.batch)

    def _on_experiment_changed(self, _: Experiment, experiment: Experiment) -> None:
        self._show(experiment)

    def _on_frame_ready(self, frame: Frame) -> None:
        if self._documents.experiment.training.decay.kind == "linear" and self.isVisible():
            self.header.setText(f"η now {format_significant(frame.learning_rate)}")

    def _on_rate_changed(self, rate: float) -> None:
        self._documents.set_training("learning rate", learning_rate=rate)

    def _on_decay_changed(self, kind: str) -> None:
        self._change_decay("decay", kind=kind)

    def _on_drop_changed(self, drop: float) -> None:
        self._change_decay("fall of the learning rate", drop=drop)

    def _on_steps_changed(self, steps: int) -> None:
        self._change_decay("steps of the decay", steps=steps)

    def _change_decay(self, text: str, **changes: object) -> None:
        decay = msgspec.structs.replace(self._documents.experiment.training.decay, **changes)
        self._documents.set_training(text, decay=decay)

    def _on_loss_changed(self, loss: str) -> None:
        self._documents.set_training("loss", loss=loss)

    def _on_hint_taken(self, hint: Hint) -> None:
        if hint is Hint.LINEAR_OUTPUT:
            self._documents.set_network("output activation", output="linear")
        else:
            self._documents.set_training("loss", loss="mean-squared")

    def _on_batch_changed(self, batch: float) -> None:
        self._documents.set_training("batch size", batch=int(batch))

    def _on_l2_changed(self, strength: float) -> None:
        self._documents.set_training("L2", l2=strength)

    def _on_theme_changed(self) -> None:
        self._column.setSpacing(0)


def hint_for(experiment: Experiment) -> Hint | None:
    """What to change so that this loss can do well, if there is something."""
    training = experiment.training
    if LOSSES[training.loss].wants_scores:  # scores of any size; tanh ends at 1
        return Hint.LINEAR_OUTPUT if experiment.network.output != "linear" else None
    rows = row_count(experiment.data)
    summed = rows if training.batch == 0 else min(training.batch, rows)
    too_large = summed > FEW_SAMPLES and training.learning_rate * summed > LARGEST_SUMMED_STEP
    return Hint.MEAN if too_large and not LOSSES[training.loss].mean else None


class _HintLine(QWidget):
    """One line of advice with a link that follows it; hidden when there is none."""

    taken = Signal(object)  # the Hint

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lossHint")
        self._hint: Hint | None = None
        self._text = TextLabel("", "warning")
        self._link = LinkButton("set it", theme)
        self._link.setObjectName("takeLossHint")
        self._link.clicked.connect(self._on_clicked)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._text)
        line.addStretch(1)
        line.addWidget(self._link)

    def show_hint(self, hint: Hint | None) -> None:
        self._hint = hint
        if hint is not None:
            text, link, tooltip = hint.value
            self._text.setText(text)
            self._link.setText(link)
            self._link.setAccessibleName(tooltip)
            self._link.setToolTip(tooltip)
        self.setVisible(hint is not None)

    def _on_clicked(self) -> None:
        if self._hint is not None:
            self.taken.emit(self._hint)


def _batch_row(theme: Theme, rows: int) -> NumberRow:
    """A row for 1 … `rows` samples, or all of them."""
    return NumberRow(
        "batch",
        theme,
        minimum=1,
        maximum=rows,
        integer=True,
        special={0: f"all {format_count(rows)}"},
        name="batchRow",
        tooltip=BATCH_TOOLTIP,
    )
