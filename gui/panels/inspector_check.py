"""The inspector's numerical check: the gradient beside the slope that a small nudge of the node gives."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from core.explain import Explanation, NudgeCheck
from core.words import tr
from gui.maths import Maths
from gui.numbers import format_exact
from gui.panels.inspector_frames import Box, CheckMark
from gui.panels.inspector_sections import Section
from gui.panels.inspector_text import TextLine, ThemedLabel
from gui.panels.inspector_texts import inconclusive, kink_sentence, number_text, step_size, verdict
from gui.theme import Theme
from gui.widgets.formula import FormulaLabel

SLOPE_TEX = r"\frac{L(v+h) - L(v-h)}{2h}"


class CheckSection(Section):
    """The gradient beside the slope that a small nudge of the node gives."""

    def __init__(self, theme: Theme, maths: Maths) -> None:
        super().__init__(theme, tr("Numerical check"))
        self.setObjectName("inspectorCheck")
        self.setToolTip(tr("The node is moved by ±h and the loss computed anew: its slope should be the gradient"))
        self._slope = TextLine(theme, size=13, mono=True, chars=8, right=True)
        self._slope.setObjectName("inspectorSlope")
        self._verdict = TextLine(theme, size=11, chars=8, right=True)
        self._verdict.setObjectName("inspectorVerdict")
        self._mark = CheckMark(theme)
        self._kink = ThemedLabel(theme, colour="mute", size=11)
        self._kink.setWordWrap(True)
        self._kink.setObjectName("inspectorKink")
        self._kink.hide()
        self._formula = FormulaLabel(maths, theme, size=12, lines=2.3)
        self._formula.set_tex(SLOPE_TEX)
        self._lay_out()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _lay_out(self) -> None:
        box = Box(self._theme)
        result = QVBoxLayout()
        result.setSpacing(0)
        self._first = QHBoxLayout()
        self._first.addWidget(self._slope, 1)
        self._first.addWidget(self._mark)
        result.addLayout(self._first)
        result.addWidget(self._verdict)
        box.row.addWidget(self._formula, 1)
        box.row.addLayout(result, 1)
        self.column.addWidget(box)
        self.column.addWidget(self._kink)

    def show_structure(self, explanation: Explanation) -> None:
        self.setVisible(explanation.check is not None)

    def show_numbers(self, explanation: Explanation) -> None:
        check = explanation.check
        if check is None:
            return
        self.note.set_text(f"h = {step_size(check.h)}")
        words = verdict(check, explanation.gradient)
        if check.conclusive:
            self._slope.set_text(number_text(check.slope))
            self._verdict.set_text(words)
            self._slope.set_colour("good" if check.agrees else "ink" if check.kink else "negative_text")
            self._verdict.set_colour("good" if check.agrees else "mute" if check.kink else "negative_text")
        else:  # the slope is nothing but rounding: no number that could be taken for one
            for line, text in zip((self._verdict, self._slope), inconclusive(check), strict=True):
                line.set_text(text)
                line.set_colour("mute")
        self._slope.setToolTip(_comparison(check, explanation.gradient))
        self._mark.show_state(check.agrees if check.conclusive else None)
        self._mark.setVisible(check.conclusive)
        sentence = kink_sentence(check)
        if sentence != self._kink.text():
            self._kink.setText(sentence)
            self._kink.setVisible(bool(sentence))
        said = words
        if check.conclusive:
            said = tr("slope {slope}, {words}", slope=self._slope.text(), words=words)
        self.setAccessibleName(tr("Numerical check: {said}", said=said))

    def blank(self) -> None:
        self._slope.set_text("")
        self._verdict.set_text("")
        self._mark.show_state(None)

    def _on_theme_changed(self) -> None:
        self._first.setSpacing(self._theme.px(5))


def _comparison(check: NudgeCheck, gradient: float) -> str:
    return tr(
        "slope {slope}\ngradient {gradient}\ndifference {difference}, allowed {allowed}",
        slope=format_exact(check.slope),
        gradient=format_exact(gradient),
        difference=f"{abs(check.slope - gradient):.1e}",
        allowed=f"{check.tolerance:.1e}",
    )
