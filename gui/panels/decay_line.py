"""The line that says how the learning rate falls: "falls 90 % over 100 steps", its numbers to type over."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.experiment import Decay
from core.words import mark, tr
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.number_field import NumberField
from gui.widgets.text import TextLabel

MAX_STEPS = 1_000_000


@dataclass(frozen=True)
class DecayNumber:
    """One number of a Decay."""

    field: str  # of the Decay
    name: str  # of the change, in the undo menu
    spoken: str


DROP = DecayNumber("drop", mark("fall of the learning rate"), mark("fall of the learning rate in percent"))
STEPS = DecayNumber("steps", mark("steps of the decay"), mark("steps until the learning rate has fallen"))
FACTOR = DecayNumber("factor", mark("factor of the decay"), mark("factor of the learning rate at each fall"))
PER_STEP = DecayNumber("per_step", mark("factor a step"), mark("factor of the learning rate at each step"))
WIDTHS = {DROP: 36, STEPS: 60, FACTOR: 44, PER_STEP: 60}  # px at scale 1
SENTENCES: dict[str, tuple[str | DecayNumber, ...]] = {
    "constant": (),
    "linear": (mark("falls"), DROP, mark("% over"), STEPS, mark("steps")),
    "cosine": (mark("falls"), DROP, mark("% over"), STEPS, mark("steps")),
    "step": (mark("times"), FACTOR, mark("every"), STEPS, mark("steps")),
    "exponential": (mark("times"), PER_STEP, mark("at each step")),
}


class DecayLine(QWidget):
    """Shows the numbers of a Decay that its kind has."""

    number_changed = Signal(object, float)  # DecayNumber, its value

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("decayLine")
        self._theme = theme
        self._fields = {
            DROP: _Field(DROP, 0, 100, shown_times=100.0),
            STEPS: _Field(STEPS, 1, MAX_STEPS, integer=True),
            FACTOR: _Field(FACTOR, 0, 1),
            PER_STEP: _Field(PER_STEP, 0, 1),
        }
        self._sentence: tuple[str | DecayNumber, ...] = ()
        self._problem = TextLabel("", "error")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._lay_out()
        for field in self._fields.values():
            field.number_changed.connect(self.number_changed)
            field.problem_changed.connect(self._on_problem_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_decay(self, decay: Decay) -> None:
        """Show the sentence of a decay and its numbers, without a signal."""
        for field in self._fields.values():
            field.show_decay(decay)
        if SENTENCES[decay.kind] != self._sentence:
            self._sentence = SENTENCES[decay.kind]
            self._write_sentence()

    def _lay_out(self) -> None:
        self._line = QHBoxLayout()
        self._words = [TextLabel("", "label") for _ in range(3)]
        for part in (*self._words, *self._fields.values()):
            part.setParent(self)
            part.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._line)
        column.addWidget(self._problem)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _write_sentence(self) -> None:
        while item := self._line.takeAt(0):
            if part := item.widget():
                part.hide()
        words = iter(self._words)
        for part in self._sentence:
            if isinstance(part, str):
                label = next(words)
                label.setText(tr(part))
                self._put(label)
            else:
                self._put(self._fields[part])
        if self._sentence:
            self._line.insertStretch(1, 1)

    def _put(self, part: QWidget) -> None:
        self._line.addWidget(part)
        part.show()

    def _on_problem_changed(self, _: str) -> None:
        problem = next((text for field in self._fields.values() if (text := field.problem())), "")
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _on_theme_changed(self) -> None:
        for number, field in self._fields.items():
            field.setFixedWidth(self._theme.px(WIDTHS[number]))
        self._line.setSpacing(self._theme.px(4))


class _Field(NumberField):
    """One number in the sentence."""

    number_changed = Signal(object, float)

    def __init__(
        self, number: DecayNumber, minimum: float, maximum: float, *, integer: bool = False, shown_times: float = 1.0
    ) -> None:
        """`shown_times`: 100 shows a fraction in percent."""
        super().__init__(minimum=minimum, maximum=maximum, show=_whole if integer else _plain, integer=integer)
        self._number, self._times, self._integer = number, shown_times, integer
        name, spoken = number.field.title().replace("_", ""), tr(number.spoken)
        self.setObjectName(f"decay{name}Field")
        self.setAccessibleName(spoken)
        self.setToolTip(tr("{what}: type a number and press Enter", what=f"{spoken[0].upper()}{spoken[1:]}"))
        self.value_changed.connect(self._on_value_changed)

    def show_decay(self, decay: Decay) -> None:
        self.set_value(round(self._times * getattr(decay, self._number.field), 10))

    def _on_value_changed(self, value: float) -> None:
        self.number_changed.emit(self._number, value / self._times)


def _plain(value: float) -> str:
    return f"{value:.10g}"


def _whole(value: float) -> str:
    return format_count(int(value))
