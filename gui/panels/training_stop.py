"""Where training stops by itself: at a step, at a loss, at an accuracy."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.experiment import Stop
from core.words import mark, tr
from gui.theme import Theme
from gui.widgets.fields import NumberRow

MOST_STEPS = 1_000_000_000
MOST_LOSS = 1e9
PERCENT = 100.0
NEVER = mark("never")
STEP_TOOLTIP = mark("Training stops by itself at this step; press play to go on. 0: never")
LOSS_TOOLTIP = mark(
    "Training stops by itself at this loss or below. 0: never\n"
    "Of all training samples: looked at after every step with full batches, else at the end of an epoch"
)
ACCURACY_TOOLTIP = mark(
    "Training stops by itself at this accuracy or above. 0: never\n"
    "Of all training samples: looked at after every step with full batches, else at the end of an epoch"
)


class StopRows(QWidget):
    """Shows a Stop; whichever comes first stops the training."""

    stop_changed = Signal(object, str)  # Stop; what changed in it

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("stopRows")
        self._stop = Stop()
        never = {0.0: tr(NEVER)}
        self._step = NumberRow(
            tr("stop at step"),
            theme,
            minimum=0,
            maximum=MOST_STEPS,
            integer=True,
            special=never,
            name="stopStepRow",
            tooltip=tr(STEP_TOOLTIP),
        )
        self._loss = NumberRow(
            tr("stop at loss"),
            theme,
            minimum=0,
            maximum=MOST_LOSS,
            special=never,
            name="stopLossRow",
            tooltip=tr(LOSS_TOOLTIP),
        )
        self._accuracy = NumberRow(
            tr("stop at accuracy %"),
            theme,
            minimum=0,
            maximum=PERCENT,
            special=never,
            name="stopAccuracyRow",
            tooltip=tr(ACCURACY_TOOLTIP),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in (self._step, self._loss, self._accuracy):
            column.addWidget(row)
        self._step.value_changed.connect(self._on_step_changed)
        self._loss.value_changed.connect(self._on_loss_changed)
        self._accuracy.value_changed.connect(self._on_accuracy_changed)

    def show_stop(self, stop: Stop) -> None:
        """Show the numbers, without a signal."""
        self._stop = stop
        self._step.set_value(stop.step)
        self._loss.set_value(stop.loss)
        self._accuracy.set_value(round(PERCENT * stop.accuracy, 10))

    def show_rows(self, *, is_open: bool, has_accuracy: bool) -> bool:
        """Show all of them if open, else those in force; whether there is any."""
        shown = (
            (self._step, is_open or self._stop.step > 0),
            (self._loss, is_open or self._stop.loss > 0.0),
            (self._accuracy, has_accuracy and (is_open or self._stop.accuracy > 0.0)),
        )
        for row, is_shown in shown:
            row.setVisible(is_shown)
        there = any(is_shown for _, is_shown in shown)
        self.setVisible(there)
        return there

    def _on_step_changed(self, step: float) -> None:
        self.stop_changed.emit(Stop(int(step), self._stop.loss, self._stop.accuracy), tr("step to stop at"))

    def _on_loss_changed(self, loss: float) -> None:
        self.stop_changed.emit(Stop(self._stop.step, loss, self._stop.accuracy), tr("loss to stop at"))

    def _on_accuracy_changed(self, percent: float) -> None:
        self.stop_changed.emit(Stop(self._stop.step, self._stop.loss, percent / PERCENT), tr("accuracy to stop at"))
