"""Advice in the training panel: one line, with a link that follows it."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.datasets import make_dataset, row_count
from core.experiment import DataSpec, Experiment
from core.losses import LOSSES
from core.shape import task_of
from core.words import mark, tr
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.text import TextLabel

FEW_SAMPLES = 10  # a sum over no more than these is what the lecture does
LARGEST_SUMMED_STEP = 2.0  # learning rate × samples summed up: beyond it, tanh units are thrown into saturation
BY_SIZE = ("sgd", "momentum", "nesterov")  # optimisers whose steps are as large as the gradient says
LARGEST_EVEN_STEP = 0.1  # learning rate of the others, who move every weight by about as much in each step
EVEN_STEP = 0.01  # as a Hint says too


class Hint(Enum):
    """Advice: text, link, what the link does."""

    LINEAR_OUTPUT = (
        mark("works best with a linear output:"),
        mark("set it"),
        mark("Make the output's activation linear"),
    )
    OUTPUT_TO_ONE = (
        mark("targets go beyond ±1:"),
        mark("make it linear"),
        mark("A tanh ends at ±1: a linear output can be any number"),
    )
    OUTPUT_FROM_ZERO = (
        mark("targets go beyond 0 … 1:"),
        mark("make it linear"),
        mark("A sigmoid stays in between: a linear output can be any number"),
    )
    MEAN = (mark("its steps get too large:"), mark("use the mean"), mark("Change the loss to the mean squared error"))
    SMALL_RATE = (mark("moves weights by about η:"), mark("use 0.01"), mark("Set the learning rate to 0.01"))


LINEAR_HINTS = (Hint.LINEAR_OUTPUT, Hint.OUTPUT_TO_ONE, Hint.OUTPUT_FROM_ZERO)
REACH = {"tanh": (-1.0, 1.0, Hint.OUTPUT_TO_ONE), "sigmoid": (0.0, 1.0, Hint.OUTPUT_FROM_ZERO)}


def hint_for(experiment: Experiment) -> Hint | None:
    """What to change so that this loss can do well, if there is something."""
    loss, output, task = LOSSES[experiment.training.loss], experiment.network.output, task_of(experiment.data)
    if task == "classes":
        return None  # scores and a mean, whatever is set
    if task == "regression":
        return _reach_hint(experiment) or _size_hint(experiment)
    if loss.wants_scores:  # of any size; tanh ends at 1. A sigmoid's probability is as good for the cross-entropy
        return None if output == "linear" or (output, loss.key) == ("sigmoid", "logistic") else Hint.LINEAR_OUTPUT
    return _size_hint(experiment)


def _reach_hint(experiment: Experiment) -> Hint | None:
    """Whether there are targets that the output never comes to."""
    if experiment.network.output not in REACH:
        return None
    least, most, hint = REACH[experiment.network.output]
    lowest, highest = _target_range(experiment.data)
    return hint if lowest < least or highest > most else None


@lru_cache(maxsize=4)
def _target_range(data: DataSpec) -> tuple[float, float]:
    """The least and greatest target to train on."""
    targets = make_dataset(data).targets
    return float(targets.min()), float(targets.max())


def _size_hint(experiment: Experiment) -> Hint | None:
    """Whether a sum over the samples makes the steps too large."""
    training, rows = experiment.training, row_count(experiment.data)
    summed = rows if training.batch == 0 else min(training.batch, rows)
    too_large = summed > FEW_SAMPLES and training.learning_rate * summed > LARGEST_SUMMED_STEP
    grows = too_large and training.optimizer.kind in BY_SIZE
    return Hint.MEAN if grows and not LOSSES[training.loss].mean else None


def rate_hint_for(experiment: Experiment) -> Hint | None:
    """What to change so that this optimiser can do well, if there is something."""
    training = experiment.training
    even = training.optimizer.kind not in BY_SIZE
    return Hint.SMALL_RATE if even and training.learning_rate > LARGEST_EVEN_STEP else None


class _Advice(TextLabel):
    """In one line where there is room; where there is not it takes a second one, and never makes the column wider."""

    def sizeHint(self) -> QSize:
        return self.fontMetrics().size(0, self.text())


class HintLine(QWidget):
    """Shows a Hint; hidden when there is none."""

    taken = Signal(object)  # the Hint

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._hint: Hint | None = None
        self._text = _Advice("", "warning")
        self._text.setWordWrap(True)
        self._link = LinkButton(tr("set it"), theme)
        self._link.setObjectName(f"take{name[0].upper()}{name[1:]}")
        self._link.clicked.connect(self._on_clicked)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._text, 1)
        line.addWidget(self._link)
        self.hide()

    def show_hint(self, hint: Hint | None) -> None:
        self._hint = hint
        if hint is not None:
            text, link, tooltip = (tr(each) for each in hint.value)
            self._text.setText(text)
            self._link.setText(link)
            self._link.setAccessibleName(tooltip)
            self._link.setToolTip(tooltip)
        self.setVisible(hint is not None)

    def _on_clicked(self) -> None:
        if self._hint is not None:
            self.taken.emit(self._hint)
