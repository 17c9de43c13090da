"""The optimiser and its own numbers: momentum shows no betas, Adam no momentum."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.experiment import MAX_EPS, MAX_MOMENTUM, MAX_PENALTY, MIN_EPS, OPTIMIZER_TITLES, OptimizerSpec
from core.words import mark, tr
from gui.theme import Theme
from gui.widgets.fields import ChoiceRow, NumberRow

BETWEEN = 14  # px at scale 1, between two numbers side by side
NARROW_FIELD = 52  # px at scale 1, of such a number
TOOLTIP = mark(
    "How a gradient g moves the weights, at learning rate η:\n"
    "SGD: by η · g\n"
    "momentum: by η · v, where the velocity v ← μ · v + g goes on the way it went\n"
    "Nesterov: by η · (g + μ · v), a look ahead\n"
    "RMSProp: by η · g over the root of a running mean of g²\n"
    "Adam: as RMSProp, with a running mean in the place of g\n"
    "AdamW: as Adam, and every weight shrinks a little\n"
    "Another optimiser begins without memory."
)


@dataclass(frozen=True)
class OptimizerNumber:
    """One of the optimiser's numbers."""

    field: str  # of the OptimizerSpec
    label: str
    kinds: tuple[str, ...]  # that have it
    maximum: float
    tooltip: str
    minimum: float = 0.0
    short: str = ""  # what stands before it where another one of its kind stands at its left


NUMBERS = (
    OptimizerNumber(
        "momentum",
        mark("momentum μ"),
        ("momentum", "nesterov"),
        MAX_MOMENTUM,
        mark("How much of the movement so far is kept"),
    ),
    OptimizerNumber(
        "alpha", mark("memory α"), ("rmsprop",), MAX_MOMENTUM, mark("How much of the running mean of g² is kept")
    ),
    OptimizerNumber(
        "beta1", mark("memory β₁"), ("adam", "adamw"), MAX_MOMENTUM, mark("How much of the running mean of g is kept")
    ),
    OptimizerNumber(
        "beta2",
        mark("memory β₂"),
        ("adam", "adamw"),
        MAX_MOMENTUM,
        mark("How much of the running mean of g² is kept"),
        short="β₂",
    ),
    OptimizerNumber(
        "weight_decay",
        mark("weight decay"),
        ("adamw",),
        MAX_PENALTY,
        mark("What every weight loses in a step, times the learning rate; apart from the gradient, unlike L2"),
    ),
)
PAIR = ("beta1", "beta2")  # stand in one line
EPSILON = OptimizerNumber(
    "eps",
    mark("epsilon ε"),
    ("rmsprop", "adam", "adamw"),
    MAX_EPS,
    mark("Added to the root that is divided by, so that it is never 0"),
    MIN_EPS,
)


class OptimizerNumberRow(NumberRow):
    """One of an optimiser's numbers, to type over."""

    number_changed = Signal(object, float)  # OptimizerNumber, its value

    def __init__(self, number: OptimizerNumber, theme: Theme, *, narrow: bool = False) -> None:
        """`narrow`: it shares its line with another one."""
        self._narrow = narrow
        super().__init__(
            number.short or tr(number.label),
            theme,
            minimum=number.minimum,
            maximum=number.maximum,
            name=f"{number.field}Row",
            tooltip=tr(number.tooltip),
        )
        self.number = number
        self.value_changed.connect(self._on_value_changed)

    def show_spec(self, optimizer: OptimizerSpec) -> None:
        """Show its number, without a signal."""
        self.set_value(getattr(optimizer, self.number.field))

    def belongs_to(self, optimizer: OptimizerSpec) -> bool:
        return optimizer.kind in self.number.kinds

    def _on_value_changed(self, value: float) -> None:
        self.number_changed.emit(self.number, value)

    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        if self._narrow:
            self._field.setFixedWidth(self._theme.px(NARROW_FIELD))


class OptimizerRows(QWidget):
    """Shows an OptimizerSpec, all but its epsilon."""

    kind_changed = Signal(str)
    number_changed = Signal(object, float)  # OptimizerNumber, its value

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("optimizerRows")
        kinds = [(key, tr(title)) for key, title in OPTIMIZER_TITLES.items()]
        self._kind = ChoiceRow(tr("optimiser"), theme, kinds, name="optimizer", tooltip=tr(TOOLTIP))
        self._rows = [OptimizerNumberRow(number, theme, narrow=number.field in PAIR) for number in NUMBERS]
        self._pair = QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._kind)
        for row in self._rows:
            if row.number.field in PAIR:
                row.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
                self._pair.addWidget(row, 1)
            if row.number.field == PAIR[-1]:
                column.addLayout(self._pair)
            elif row.number.field not in PAIR:
                column.addWidget(row)
            row.number_changed.connect(self.number_changed)
        self._kind.choice_changed.connect(self.kind_changed)
        self._pair.setSpacing(theme.px(BETWEEN))

    def show_spec(self, optimizer: OptimizerSpec) -> None:
        """Show its kind and the numbers that this kind has, without a signal."""
        self._kind.set_value(optimizer.kind)
        for row in self._rows:
            row.show_spec(optimizer)
            row.setVisible(row.belongs_to(optimizer))
