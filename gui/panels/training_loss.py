"""The row of the loss: those that make sense for the targets; of several classes there is nothing to choose."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.experiment import Experiment
from core.losses import LOSSES
from core.shape import task_of
from core.words import mark, tr
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox
from gui.widgets.text import TextLabel

CLASSES_LOSS = mark("softmax cross-entropy")
CLASSES_TOOLTIP = mark(
    "The mean of −ln p, where p is the probability that the softmax of the scores gives to the right class.\n"
    "Of several classes each has an output of its own, and no other loss here compares them."
)
TOOLTIP = mark(
    "What training makes small, for output o and target y:\n"
    "sum of squared errors: Σ (o − y)², as in the lecture\n"
    "mean squared error: the mean of (o − y)²\n"
    "half squared error: the mean of ½ (o − y)², as in Playground\n"
    "mean absolute error: the mean of |o − y|\n"
    "Huber error: ½ (o − y)² up to an error of 1, |o − y| − ½ beyond; their mean"
)
HINGE = mark("\nhinge (max-margin): the mean of max(0, 1 − y·o)")
ENTROPY = mark("\nbinary cross-entropy: the mean of −ln σ(y·o), for a score o")
ENTROPY_OF_SIGMOID = mark("\nbinary cross-entropy: the mean of −ln o where y is 1, of −ln (1 − o) where it is 0")
NO_CLASSES = mark("\nHinge and cross-entropy are not among them: they are for classes, and these targets are numbers.")
NO_HINGE = mark("\nThe hinge is not among them: it needs scores of both signs, and a sigmoid's are all positive.")


class LossRow(QWidget):
    """Shows an experiment's loss; what is wrong with a choice stands under it."""

    loss_changed = Signal(str)  # key

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("loss")
        self._offered: tuple[str, ...] = ()
        self._box = ChoiceBox(theme, ())
        self._box.setObjectName("lossChoice")
        self._box.setAccessibleName(tr("loss"))
        self._fixed = TextLabel(tr(CLASSES_LOSS), "label")
        self._fixed.setObjectName("lossFixed")
        self._fixed.setToolTip(tr(CLASSES_TOOLTIP))
        self._problem = TextLabel("", "error")
        self._problem.setObjectName("lossProblem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._lay_out()
        self._box.choice_changed.connect(self.loss_changed)
        theme.changed.connect(self._on_theme_changed)
        self._theme = theme
        self._on_theme_changed()

    def _lay_out(self) -> None:
        label = TextLabel(tr("loss"), "label")
        label.setBuddy(self._box)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addStretch(1)
        row.addWidget(self._box)
        row.addWidget(self._fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._problem)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_experiment(self, experiment: Experiment) -> None:
        """Offer what makes sense, and show the choice; without a signal."""
        self.say("")
        offered = offered_losses(experiment)
        if offered != self._offered:
            self._offered = offered
            with QSignalBlocker(self._box):
                self._box.clear()
                for key in offered:
                    self._box.addItem(tr(LOSSES[key].title), key)
        self._box.setToolTip(tooltip_for(experiment))
        self._box.set_value(experiment.training.loss)
        has_classes = task_of(experiment.data) == "classes"
        self._box.setVisible(not has_classes)
        self._fixed.setVisible(has_classes)

    def say(self, problem: str) -> None:
        """What is wrong, as a sentence; empty for nothing."""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _on_theme_changed(self) -> None:
        self._fixed.setFixedHeight(self._box.sizeHint().height())


def offered_losses(experiment: Experiment) -> tuple[str, ...]:
    """The keys of those that make sense."""
    return tuple(key for key in LOSSES if _makes_sense(key, experiment))


def _makes_sense(key: str, experiment: Experiment) -> bool:
    match task_of(experiment.data):
        case "regression":
            return not LOSSES[key].wants_scores
        case "signs":
            return key != "hinge" or experiment.network.output != "sigmoid"
    return True


def tooltip_for(experiment: Experiment) -> str:
    """What each of them is, and why some are left out."""
    if task_of(experiment.data) == "regression":
        return tr(TOOLTIP) + tr(NO_CLASSES)
    if experiment.network.output == "sigmoid":
        return tr(TOOLTIP) + tr(ENTROPY_OF_SIGMOID) + tr(NO_HINGE)
    return tr(TOOLTIP) + tr(HINGE) + tr(ENTROPY)
