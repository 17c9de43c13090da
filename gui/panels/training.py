"""The training panel: learning rate, optimiser, schedule, loss, batch, clipping, stops; none of it resets anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.datasets import row_count
from core.errors import ExperimentError
from core.experiment import MAX_RATE, Experiment, Stop, TrainingSpec
from core.words import mark, tr
from gui.frames import Frame
from gui.numbers import format_count, format_rounded
from gui.panels.decay_line import DecayLine, DecayNumber
from gui.panels.optimizer_rows import OptimizerNumber, OptimizerRows
from gui.panels.rate_curve import RateCurve, is_scheduled
from gui.panels.training_frozen import FrozenLine
from gui.panels.training_hints import EVEN_STEP, LINEAR_HINTS, Hint, HintLine, hint_for, rate_hint_for
from gui.panels.training_loss import LossRow
from gui.panels.training_more import MoreTraining, TrainingHeader
from gui.session.documents import Documents
from gui.session.network_edits import NetworkEdits
from gui.theme import Theme
from gui.widgets.fields import ChoiceRow, NumberRow
from gui.widgets.sliders import LogSlider

if TYPE_CHECKING:
    from gui.session.runs import Runs

LOWEST_RATE = 1e-4  # on the slider
SCHEDULES = (
    ("constant", mark("constant")),
    ("linear", mark("linear")),
    ("step", mark("in steps")),
    ("exponential", mark("exponential")),
    ("cosine", mark("cosine")),
)
RATE_TOOLTIP = mark("How far each step moves against the gradient; a change counts from the next step on")
DECAY_TOOLTIP = mark("Whether the learning rate stays or falls as training goes on, counted from step 0")
BATCH_TOOLTIP = mark("Training samples a step: a few, drawn anew each time, or all of them")


class TrainingPanel(QWidget):
    """Shows and changes the TrainingSpec of the document; its header tells the rate that a schedule has come to."""

    reveal_requested = Signal(QWidget)  # a part that has just opened

    def __init__(self, documents: Documents, runs: Runs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = mark("Training")
        self.header = TrainingHeader(theme)
        self._documents = documents
        self._theme = theme
        self._rate = LogSlider(
            tr("learning rate η"),
            theme,
            minimum=LOWEST_RATE,
            maximum=MAX_RATE,
            name="learningRate",
            tooltip=tr(RATE_TOOLTIP),
        )
        self._optimizer = OptimizerRows(theme)
        self._rate_hint = HintLine(theme, "rateHint")
        self._decay = ChoiceRow(
            tr("schedule"), theme, [(key, tr(text)) for key, text in SCHEDULES], name="decay", tooltip=tr(DECAY_TOOLTIP)
        )
        self._fall = DecayLine(theme)
        self._curve = RateCurve(theme)
        self._loss = LossRow(theme)
        self._hint = HintLine(theme, "lossHint")
        self._batch = _batch_row(theme, 1)
        self._batch_rows = 1  # how many `all` are in the batch row
        self._more = MoreTraining(theme)
        self._edits = NetworkEdits(documents)
        self._frozen = FrozenLine(theme)
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
            *(self._loss, self._hint, self._batch, self._more, self._frozen),
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
        self._loss.loss_changed.connect(self._on_loss_changed)
        self._hint.taken.connect(self._on_hint_taken)
        self._batch.value_changed.connect(self._on_batch_changed)
        self._more.l2_changed.connect(self._on_l2_changed)
        self._more.clip_changed.connect(self._on_clip_changed)
        self._more.stop_changed.connect(self._on_stop_changed)
        self._frozen.free_requested.connect(self._on_free_requested)
        self.header.more_toggled.connect(self._on_more_toggled)
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
        self._loss.show_experiment(experiment)
        self._hint.show_hint(hint_for(experiment))
        self._show_batch(training, row_count(experiment.data))
        self._more.show_experiment(experiment)
        self._frozen.show_frozen(len(self._edits.frozen_parts()), training.frozen)
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
            self.header.show_rate(tr("η now {rate}", rate=format_rounded(frame.learning_rate)))

    def _set(self, text: str, **changes: object) -> None:
        """Change fields of the TrainingSpec; why that cannot be stands under the loss."""
        try:
            self._documents.set_training(text, **changes)
        except ExperimentError as error:
            self._refuse(error)

    def _refuse(self, error: ExperimentError) -> None:
        self._show(self._documents.experiment)
        self._loss.say(str(error))

    def _on_more_toggled(self, is_open: bool) -> None:
        self._more.set_open(is_open)
        if is_open:
            self.reveal_requested.emit(self._more)

    def _on_rate_changed(self, rate: float) -> None:
        self._set(tr("learning rate"), learning_rate=rate)

    def _on_decay_changed(self, kind: str) -> None:
        self._change_decay(tr("schedule"), kind=kind)

    def _on_decay_number_changed(self, number: DecayNumber, value: float) -> None:
        self._change_decay(tr(number.name), **{number.field: int(value) if number.field == "steps" else value})

    def _on_warmup_changed(self, steps: float) -> None:
        self._change_decay(tr("warm-up"), warmup=int(steps))

    def _change_decay(self, text: str, **changes: object) -> None:
        self._set(text, decay=msgspec.structs.replace(self._documents.experiment.training.decay, **changes))

    def _on_optimizer_changed(self, kind: str) -> None:
        self._change_optimizer(tr("optimiser"), kind=kind)

    def _on_optimizer_number_changed(self, number: OptimizerNumber, value: float) -> None:
        self._change_optimizer(tr(number.label), **{number.field: value})

    def _change_optimizer(self, text: str, **changes: object) -> None:
        self._set(text, optimizer=msgspec.structs.replace(self._documents.experiment.training.optimizer, **changes))

    def _on_loss_changed(self, loss: str) -> None:
        self._set(tr("loss"), loss=loss)

    def _on_hint_taken(self, hint: Hint) -> None:
        if hint in LINEAR_HINTS:
            try:
                self._documents.set_network(tr("output activation"), output="linear")
            except ExperimentError as error:
                self._refuse(error)
        elif hint is Hint.SMALL_RATE:
            self._set(tr("learning rate"), learning_rate=EVEN_STEP)
        else:
            self._set(tr("loss"), loss="mean-squared")

    def _on_batch_changed(self, batch: float) -> None:
        self._set(tr("batch size"), batch=int(batch))

    def _on_l2_changed(self, strength: float) -> None:
        self._set("L2", l2=strength)

    def _on_l1_changed(self, strength: float) -> None:
        self._set("L1", l1=strength)

    def _on_clip_changed(self, length: float) -> None:
        self._set(tr("clipping"), clip=length)

    def _on_stop_changed(self, stop: Stop, text: str) -> None:
        self._set(text, stop=stop)

    def _on_free_requested(self) -> None:
        self._set(tr("free all"), frozen=())


def _batch_row(theme: Theme, rows: int) -> NumberRow:
    """A row for 1 … `rows` samples, or all of them."""
    return NumberRow(
        tr("batch"),
        theme,
        minimum=1,
        maximum=rows,
        integer=True,
        special={0: tr("all {rows}", rows=format_count(rows))},
        name="batchRow",
        tooltip=tr(BATCH_TOOLTIP),
    )
