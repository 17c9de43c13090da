"""The inspector's look at the step that comes: the optimiser's rule for a parameter, and the numbers in it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.experiment import OPTIMIZER_TITLES
from core.explain import Explanation
from core.update_told import Memory, UpdateTold
from gui.maths import Maths
from gui.numbers import format_exact, format_significant
from gui.panels.inspector_sections import Section
from gui.panels.inspector_text import TextLine, ThemedLabel
from gui.panels.inspector_texts import in_brackets, number_text
from gui.theme import Theme
from gui.widgets.formula import FormulaLabel

MOST_MEMORY = 2  # numbers that an optimiser keeps of a parameter: Adam's
TALL = ("rmsprop", "adam", "adamw")  # their rules have a fraction
FROZEN = "Frozen: it does not move, and what the optimiser remembers of it stays."
TIP = (
    "η: learning rate; g: gradient of the loss, penalties included, by which this step goes.\n"
    "v, m: what the optimiser remembers of this parameter, before → after the step"
)
HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"


class UpdateSection(Section):
    """Rule, memory and numbers of the next step of a parameter."""

    def __init__(self, theme: Theme, maths: Maths) -> None:
        super().__init__(theme, "The next step", gap=3)
        self.setObjectName("inspectorUpdate")
        self.setToolTip(TIP)
        self.note.setObjectName("inspectorOptimizer")
        self.applies = self.tells_more = False  # to the node shown; more than w − η · g
        self._rule = FormulaLabel(maths, theme, size=14, lines=1.5)
        self._fraction = FormulaLabel(maths, theme, size=14, lines=2.9)
        for formula in (self._rule, self._fraction):
            formula.setObjectName("inspectorRule")
        self._memory = [_MemoryRow(theme, i) for i in range(MOST_MEMORY)]
        self._gradient = TextLine(theme, colour="mute", size=11)
        self._gradient.setObjectName("inspectorStepGradient")
        self._clip = TextLine(theme, colour="mute", size=11)
        self._clip.setObjectName("inspectorClip")
        self._numbers = TextLine(theme, size=12, mono=True)
        self._numbers.setObjectName("inspectorStepNumbers")
        self._frozen = ThemedLabel(theme, FROZEN, size=12)
        self._frozen.setObjectName("inspectorFrozen")
        self._frozen.setWordWrap(True)
        for part in (self._rule, self._fraction, *self._memory, self._gradient, self._clip, self._numbers):
            self.column.addWidget(part)
        self.column.addWidget(self._frozen)
        self.hide()

    def show_structure(self, explanation: Explanation) -> None:
        told = explanation.update
        self.applies = told is not None
        if told is None:
            self.hide()
            return
        self.tells_more = not told.frozen and bool(told.memory or told.clip)
        moves, tall = not told.frozen, told.kind in TALL
        formula, other = (self._fraction, self._rule) if tall else (self._rule, self._fraction)
        formula.set_tex(told.tex)
        formula.setVisible(moves)
        other.setVisible(False)
        for i, row in enumerate(self._memory):
            row.setVisible(moves and i < len(told.memory))
        self._gradient.setVisible(moves and told.gradient_of != "all")
        self._clip.setVisible(moves and told.clip > 0.0)
        self._numbers.setVisible(moves)
        self._frozen.setVisible(told.frozen)

    def show_numbers(self, explanation: Explanation) -> None:
        told = explanation.update
        if told is None:
            return
        self.note.set_text(f"{OPTIMIZER_TITLES[told.kind]}, η {format_significant(abs(told.rate))}")
        for row, memory in zip(self._memory, told.memory, strict=False):
            row.show_memory(memory)
        self._gradient.set_text(gradient_line(told))
        self._clip.set_text(clip_line(told))
        self._numbers.set_text(step_line(told))
        self._numbers.setToolTip(f"{format_exact(told.before)} → {format_exact(told.after)}")

    def blank(self) -> None:
        for line in (self.note, self._gradient, self._clip, self._numbers):
            line.set_text("")
        for formula in (self._rule, self._fraction):
            formula.set_tex("")
        for row in self._memory:
            row.blank()


class _MemoryRow(QWidget):
    """`v  mean of g²   1.2e-04 → 1.3e-04   v̂ 0.0034`."""

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme = theme
        self._words = TextLine(theme, colour="mute", size=11, chars=0)
        self._change = TextLine(theme, size=11, mono=True, right=True, chars=12)
        self._change.setObjectName(f"inspectorMemory{number}")
        self._corrected = TextLine(theme, size=11, mono=True, right=True, chars=0)
        self._corrected.setObjectName(f"inspectorCorrected{number}")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._words)
        self._row.addWidget(self._change, 1)
        self._row.addWidget(self._corrected)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_memory(self, memory: Memory) -> None:
        self._words.set_text(f"{memory.words} {memory.name}")
        self._change.set_text(f"{number_text(memory.now)} → {number_text(memory.then)}")
        self._change.setToolTip(f"{format_exact(memory.now)} → {format_exact(memory.then)}")
        has_hat = memory.corrected is not None
        self._corrected.setVisible(has_hat)
        if memory.corrected is not None:
            self._corrected.set_text(f"{memory.name}{HAT} {number_text(memory.corrected)}")
            self._corrected.setToolTip(f"Without the zeros that it began with: {format_exact(memory.corrected)}")

    def blank(self) -> None:
        self._change.set_text("")
        self._corrected.set_text("")

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(10))


def structure_of(told: UpdateTold | None) -> tuple[object, ...]:
    """All that decides which lines are there; no numbers."""
    return () if told is None else (told.tex, told.kind, told.frozen, told.gradient_of, told.clip > 0.0)


def step_line(told: UpdateTold) -> str:
    """`0.4213 - 0.0500 × 0.0300 = 0.4198`."""
    kept = told.kept != 1.0
    before = f"{format_significant(told.kept, 4)} × {in_brackets(told.before)}" if kept else number_text(told.before)
    sign, rate = "+" if told.rate < 0.0 else "-", format_significant(abs(told.rate))
    return f"{before} {sign} {rate} × {in_brackets(told.direction)} = {number_text(told.after)}"


def gradient_line(told: UpdateTold) -> str:
    """Which gradient the step goes by, where that is not the one above."""
    which = "as the bug makes it" if told.gradient_of == "bugs" else "over this step's batch"
    return f"g = {number_text(told.gradient)}, {which}"


def clip_line(told: UpdateTold) -> str:
    """What clipping makes of it."""
    length, most = format_significant(float(f"{told.length:.3g}")), format_significant(told.clip)
    if told.factor >= 1.0:
        return f"not clipped: the gradient's length is {length}, at most {most}"
    return f"g × {format_significant(float(f'{told.factor:.3g}'))}: the gradient is clipped from {length} to {most}"


def outcome(told: UpdateTold) -> str:
    """What the parameter is after the step, in a word."""
    return "frozen" if told.frozen else number_text(told.after)
