"""The training panel: learning rate, optimiser, schedule, loss, batch size, penalties; none of them resets anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.datasets import row_count
from core.experiment import MAX_RATE, Experiment, TrainingSpec
from core.losses import LOSSES
from gui.frames import Frame
from gui.numbers import format_count, format_significant
from gui.panels.decay_line import DecayLine, DecayNumber
from gui.panels.optimizer_rows import OptimizerNumber, OptimizerRows
from gui.panels.rate_curve import RateCurve, is_scheduled
from gui.panels.training_hints import EVEN_STEP, Hint, HintLine, hint_for, rate_hint_for
from gui.panels.training_more import MoreTraining, TrainingHeader
from gui.session.documents import Documents
from gui.theme import Theme
from gui.widgets.fields import ChoiceRow, NumberRow
from gui.widgets.sliders import LogSlider

if TYPE_CHECKING:
    from gui.session.runs import Runs

LOWEST_RATE = 1e-4  # on the slider
SCHEDULES = (
    ("constant", "constant"),
    ("linear", "linear"),
    ("step", "in steps"),
    ("exponential", "exponential"),
    ("cosine", "cosine"),
)
RATE_TOOLTIP = "How far each step moves against the gradient; a change counts from the next step on"
DECAY_TOOLTIP = "Whether the learning rate stays or falls as training goes on, counted from step 0"
LOSS_TOOLTIP = (
    "What training makes small, for output o and target y:\n"
    "sum of squared errors: Σ (o − y)², as in the lecture\n"
    "mean squared error: the mean of (o − y)²\n"
    "half squared error: the mean of ½ (o − y)², as in Playground\n"
    "hinge (max-margin): the mean of max(0, 1 − y·o)\n"
    "binary cross-entropy: the mean of −ln σ(y·o), for a score o\n"
    "mean absolute error: the mean of |o − y|\n"
    "Huber error: ½ (o − y)² up to an error of 1, |o − y| − ½ beyond; their mean"
)
BATCH_TOOLTIP = "Samples a step: a few, drawn anew each time, or all of them"


class TrainingPanel(QWidget):
    """Shows and changes the TrainingSpec of the document; its header tells the rate that a schedule has come to."""

    def __init__(self, documents: Documents, runs: Runs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = "Training"
        self.header = TrainingHeader(theme)
        self._documents = documents
        self._theme = theme
        self._rate = LogSlider(
            "learning rate η", theme, minimum=LOWEST_RATE, maximum=MAX_RATE, name="learningRate", tooltip=RATE_TOOLTIP
        )
        self._optimizer = OptimizerRows(theme)
        self._rate_hint = HintLine(theme, "rateHint")
        self._decay = ChoiceRow("schedule", theme, SCHEDULES, name="decay", tooltip=DECAY_TOOLTIP)
        self._fall = DecayLine(theme)
        self._curve = RateCurve(theme)
        losses = [(key, loss.title) for key, loss in LOSSES.items()]
        self._loss = ChoiceRow("loss", theme, losses, name="loss", tooltip=LOSS_TOOLTIP)
        self._hint = HintLine(theme, "lossHint")
        self._batch = _batch_row(theme, 1)
        self._batch_rows = 1  # how many `all` are in the batch row
        self._more = MoreTraining(theme)
        self._lay_out()
        self._connect(runs)
        self._show(documents.experiment)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for row in (
            *(self._rate, self._optimizer, self._rate_hint, self._decay, self._fall, self._curve),
            *(self._loss, self._hint, self._batch, self._more),
        ):
            self._column.addWidget(row)
        self._column.addStretch(1)

    def _connect(self, runs: Runs) -> None:
        self._rate.value_changed.connect(self._on_rate_changed)
        self._optimizer.kind_changed.connect(self._on_optimizer_changed)
        self._optimizer.number_changed.connect(self._on_optimizer_number_changed)
        self._more.number_changed.connect(self._on_optimizer_number_changed)
        self._more.l1_changed.connect(self._on_l1_changed)
        self._more.warmup_changed.connect(self._on_warmup_changed)
        self._rate_hint.taken.connect(self._on_hint_taken)
        self._decay.choice_changed.connect(self._on_decay_changed)
        self._fall.number_changed.connect(self._on_decay_number_changed)
        self._loss.choice_changed.connect(self._on_loss_changed)
        self._hint.taken.connect(self._on_hint_taken)
        self._batch.value_changed.connect(self._on_batch_changed)
        self._more.l2_changed.connect(self._on_l2_changed)
        self.header.more_toggled.connect(self._more.set_open)
        self._documents.experiment_changed.connect(self._on_experiment_changed)
        self._documents.opened.connect(self._show)
        runs.frame_ready.connect(self._on_frame_ready)

    def _show(self, experiment: Experiment) -> None:
        training = experiment.training
        self._rate.set_value(training.learning_rate)
        self._optimizer.show_spec(training.optimizer)
        self._rate_hint.show_hint(rate_hint_for(experiment))
        self._decay.set_value(training.decay.kind)
        self._fall.show_decay(training.decay)
        self._fall.setVisible(training.decay.kind != "constant")
        self._curve.show_training(training)
        self._curve.setVisible(is_scheduled(training.decay))
        self._loss.set_value(training.loss)
        self._hint.show_hint(hint_for(experiment))
        self._show_batch(training, row_count(experiment.data))
        self._more.show_training(training)
        if not is_scheduled(training.decay):
            self.header.show_rate("")

    def _show_batch(self, training: TrainingSpec, rows: int) -> None:
        """The row says `all 100`; with another number of samples a new row takes its place."""
        if rows != self._batch_rows:
            old, self._batch, self._batch_rows = self._batch, _batch_row(self._theme, rows), rows
            self._column.replaceWidget(old, self._batch)
            old.hide()
            old.setParent(None)  # no longer found by its name
            old.deleteLater()
            QWidget.setTabOrder(self._batch, self._more)
            self._batch.value_changed.connect(self._on_batch_changed)
        self._batch.set_value(0 if training.batch >= rows else training.batch)

    def _on_experiment_changed(self, _: Experiment, experiment: Experiment) -> None:
        self._show(experiment)

    def _on_frame_ready(self, frame: Frame) -> None:
        if is_scheduled(self._documents.experiment.training.decay) and self.isVisible():
            self._curve.show_step(frame.step)
            self.header.show_rate(f"η now {format_significant(frame.learning_rate)}")

    def _on_rate_changed(self, rate: float) -> None:
        self._documents.set_training("learning rate", learning_rate=rate)

    def _on_decay_changed(self, kind: str) -> None:
        self._change_decay("schedule", kind=kind)

    def _on_decay_number_changed(self, number: DecayNumber, value: float) -> None:
        self._change_decay(number.name, **{number.field: int(value) if number.field == "steps" else value})

    def _on_warmup_changed(self, steps: float) -> None:
        self._change_decay("warm-up", warmup=int(steps))

    def _change_decay(self, text: str, **changes: object) -> None:
        decay = msgspec.structs.replace(self._documents.experiment.training.decay, **changes)
        self._documents.set_training(text, decay=decay)

    def _on_optimizer_changed(self, kind: str) -> None:
        self._change_optimizer("optimiser", kind=kind)

    def _on_optimizer_number_changed(self, number: OptimizerNumber, value: float) -> None:
        self._change_optimizer(number.label, **{number.field: value})

    def _change_optimizer(self, text: str, **changes: object) -> None:
        optimizer = msgspec.structs.replace(self._documents.experiment.training.optimizer, **changes)
        self._documents.set_training(text, optimizer=optimizer)

    def _on_loss_changed(self, loss: str) -> None:
        self._documents.set_training("loss", loss=loss)

    def _on_hint_taken(self, hint: Hint) -> None:
        if hint is Hint.LINEAR_OUTPUT:
            self._documents.set_network("output activation", output="linear")
        elif hint is Hint.MEAN:
            self._documents.set_training("loss", loss="mean-squared")
        else:
            self._documents.set_training("learning rate", learning_rate=EVEN_STEP)

    def _on_batch_changed(self, batch: float) -> None:
        self._documents.set_training("batch size", batch=int(batch))

    def _on_l2_changed(self, strength: float) -> None:
        self._documents.set_training("L2", l2=strength)

    def _on_l1_changed(self, strength: float) -> None:
        self._documents.set_training("L1", l1=strength)


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
