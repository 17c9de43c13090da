"""The inspector's look at the step that comes: the optimiser's rule for a parameter, and the numbers in it."""

from __future__ import annotations

from core.experiment import OPTIMIZER_TITLES
from core.explain import Explanation
from core.update_told import UpdateTold
from core.words import mark, tr
from gui.maths import Maths
from gui.numbers import format_exact, format_significant
from gui.panels.inspector_sections import Section
from gui.panels.inspector_text import TextLine, ThemedLabel
from gui.panels.inspector_texts import in_brackets, number_text
from gui.theme import Theme
from gui.widgets.formula import FormulaLabel

TALL = ("rmsprop", "adam", "adamw")  # their rules have a fraction
FROZEN = mark("Frozen: it does not move, and what the optimiser remembers of it stays.")
TIP = mark(
    "η: learning rate; g: gradient of the loss, penalties included, by which this step goes;\n"
    "v, m: what the optimiser remembers of this parameter, as it is after the step;\n"
    "with a hat: divided by 1 − βᵗ, as the memory began with zeros"
)
HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"


class UpdateSection(Section):
    """Rule, memory and numbers of the next step of a parameter."""

    def __init__(self, theme: Theme, maths: Maths) -> None:
        super().__init__(theme, tr("The next step"), gap=3)
        self.setObjectName("inspectorUpdate")
        self.setToolTip(tr(TIP))
        self.note.setObjectName("inspectorOptimizer")
        self.applies = False  # to the node shown
        self._rule = FormulaLabel(maths, theme, size=14, lines=1.5)
        self._fraction = FormulaLabel(maths, theme, size=14, lines=2.9)
        for formula in (self._rule, self._fraction):
            formula.setObjectName("inspectorRule")
        self._corrected = TextLine(theme, colour="mute", size=11)
        self._corrected.setObjectName("inspectorCorrected")
        self._gradient = TextLine(theme, colour="mute", size=11)
        self._gradient.setObjectName("inspectorStepGradient")
        self._clip = TextLine(theme, colour="mute", size=11)
        self._clip.setObjectName("inspectorClip")
        self._numbers = TextLine(theme, size=12, mono=True)
        self._numbers.setObjectName("inspectorStepNumbers")
        self._frozen = ThemedLabel(theme, tr(FROZEN), size=12)
        self._frozen.setObjectName("inspectorFrozen")
        self._frozen.setWordWrap(True)
        for part in (self._rule, self._fraction, self._corrected, self._gradient, self._clip, self._numbers):
            self.column.addWidget(part)
        self.column.addWidget(self._frozen)
        self.hide()

    def show_structure(self, explanation: Explanation) -> None:
        told = explanation.update
        self.applies = told is not None
        if told is None:
            self.hide()
            return
        moves, tall = not told.frozen, told.kind in TALL
        formula, other = (self._fraction, self._rule) if tall else (self._rule, self._fraction)
        formula.set_tex(told.tex)
        formula.setVisible(moves)
        other.setVisible(False)
        self._corrected.setVisible(moves and bool(corrected_line(told)))
        self._gradient.setVisible(moves and told.gradient_of != "all")
        self._clip.setVisible(moves and told.clip > 0.0)
        self._numbers.setVisible(moves)
        self._frozen.setVisible(told.frozen)

    def show_numbers(self, explanation: Explanation) -> None:
        told = explanation.update
        if told is None:
            return
        self.note.set_text(f"{tr(OPTIMIZER_TITLES[told.kind])}, η {format_significant(abs(told.rate))}")
        self._corrected.set_text(corrected_line(told))
        self._gradient.set_text(gradient_line(told))
        self._clip.set_text(clip_line(told))
        self._numbers.set_text(step_line(told))
        self._numbers.setToolTip(f"{format_exact(told.before)} → {format_exact(told.after)}")

    def blank(self) -> None:
        for line in (self.note, self._corrected, self._gradient, self._clip, self._numbers):
            line.set_text("")
        for formula in (self._rule, self._fraction):
            formula.set_tex("")


def step_line(told: UpdateTold) -> str:
    """`0.4213 - 0.0500 × 0.0300 = 0.4198`."""
    kept = told.kept != 1.0
    before = f"{format_significant(told.kept, 4)} × {in_brackets(told.before)}" if kept else number_text(told.before)
    sign, rate = "+" if told.rate < 0.0 else "-", format_significant(abs(told.rate))
    return f"{before} {sign} {rate} × {in_brackets(told.direction)} = {number_text(told.after)}"


def memory_line(told: UpdateTold) -> str:
    """`velocity v 0.1200 → 0.1380`: what the optimiser remembers, before and after the step; empty for SGD."""
    each = [f"{memory.name} {number_text(memory.now)}" for memory in told.memory]
    if not told.frozen:
        each = [f"{line} → {number_text(memory.then)}" for line, memory in zip(each, told.memory, strict=True)]
    return f"{told.memory[0].words} {each[0]}" if len(each) == 1 else "  ".join(each)


def memory_tip(told: UpdateTold) -> str:
    """The same in full."""
    lines = (f"{each.words} {each.name}: {each.now!r} → {each.then!r}" for each in told.memory)
    return "\n".join([tr("What the optimiser remembers, and what the next step makes of it"), *lines])


def corrected_line(told: UpdateTold) -> str:
    """`m̂ = 0.0600, v̂ = 0.0034`; empty where nothing is corrected."""
    hats = [f"{each.name}{HAT} = {number_text(each.corrected)}" for each in told.memory if each.corrected is not None]
    return ", ".join(hats)


def gradient_line(told: UpdateTold) -> str:
    """Which gradient the step goes by, where that is not the one above."""
    which = tr("as the bug makes it") if told.gradient_of == "bugs" else tr("over this step's batch")
    return f"g = {number_text(told.gradient)}, {which}"


def clip_line(told: UpdateTold) -> str:
    """What clipping makes of it."""
    length, most = format_significant(float(f"{told.length:.3g}")), format_significant(told.clip)
    if told.factor >= 1.0:
        return tr("not clipped: the gradient's length is {length}, at most {most}", length=length, most=most)
    factor = format_significant(float(f"{told.factor:.3g}"))
    said = tr("the gradient is clipped from {length} to {most}", length=length, most=most)
    return f"g × {factor}: {said}"


def outcome(told: UpdateTold) -> str:
    """What the parameter is after the step, in a word."""
    return tr("frozen") if told.frozen else number_text(told.after)
