"""The line that says how a linear decay goes: "falls by 90 % over 100 steps", both numbers to type over."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.experiment import Decay
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.number_field import NumberField
from gui.widgets.text import TextLabel

MAX_STEPS = 1_000_000
DROP_WIDTH, STEPS_WIDTH = 40, 62  # px at scale 1


class DecayLine(QWidget):
    """Shows drop and steps of a Decay."""

    drop_changed = Signal(float)  # a fraction, 0 … 1
    steps_changed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("decayLine")
        self._theme = theme
        self._drop = NumberField(minimum=0, maximum=100, show=_percent)
        self._steps = NumberField(minimum=1, maximum=MAX_STEPS, show=_whole, integer=True)
        self._problem = TextLabel("", "error")
        self._name_parts()
        self._lay_out()
        self._drop.value_changed.connect(self._on_drop_changed)
        self._steps.value_changed.connect(self._on_steps_changed)
        for field in (self._drop, self._steps):
            field.problem_changed.connect(self._on_problem_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_decay(self, decay: Decay) -> None:
        """Show the numbers of a decay, without a signal."""
        self._drop.set_value(round(100.0 * decay.drop, 10))
        self._steps.set_value(decay.steps)

    def _name_parts(self) -> None:
        for field, name, spoken in (
            (self._drop, "decayDropField", "fall of the learning rate in percent"),
            (self._steps, "decayStepsField", "steps until the learning rate has fallen"),
        ):
            field.setObjectName(name)
            field.setAccessibleName(spoken)
            field.setToolTip(f"{spoken[0].upper()}{spoken[1:]}: type a number and press Enter")
        self._problem.setWordWrap(True)
        self._problem.hide()

    def _lay_out(self) -> None:
        self._line = QHBoxLayout()
        parts = ("falls by", self._drop, "% over", self._steps, "steps")
        for part in parts:
            self._line.addWidget(TextLabel(part, "label") if isinstance(part, str) else part)
        self._line.insertStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._line)
        column.addWidget(self._problem)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _on_drop_changed(self, percent: float) -> None:
        self.drop_changed.emit(percent / 100.0)

    def _on_steps_changed(self, steps: float) -> None:
        self.steps_changed.emit(int(steps))

    def _on_problem_changed(self, _: str) -> None:
        problem = self._drop.problem() or self._steps.problem()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._drop.setFixedWidth(px(DROP_WIDTH))
        self._steps.setFixedWidth(px(STEPS_WIDTH))
        self._line.setSpacing(px(4))


def _percent(value: float) -> str:
    return f"{value:.10g}"


def _whole(value: float) -> str:
    return format_count(int(value))
