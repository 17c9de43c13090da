"""The inspector's sections, from top to bottom. Each shows one part of an Explanation.

`show_structure` is called when another kind of node is shown and may change the layout; `show_numbers` is called with
every frame and only repaints; `blank` empties the numbers and keeps the places.
"""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.explain import Explanation
from core.words import mark, tr
from gui.maths import Maths
from gui.numbers import format_count
from gui.panels.inspector_frames import Well
from gui.panels.inspector_rows import RowList
from gui.panels.inspector_text import TextLine, ThemedLabel
from gui.panels.inspector_texts import (
    chain_rule_tex,
    consumer_rows,
    numbers_line,
    operand_rows,
    origin_sentence,
    sum_row,
)
from gui.theme import Theme
from gui.widgets.formula import FormulaLabel
from gui.widgets.sparkline import Sparkline

D_TIP = mark(
    "d: how the end follows, along all ways through the graph; ∂: how one operation follows its operand, alone"
)


class Section(QWidget):
    """A heading with a note at its right, and what stands below. Gaps follow the theme's scale."""

    gives_way = False  # as the last one it is left out where it alone would make the inspector scroll

    def __init__(self, theme: Theme, heading: str = "", gap: int = 4, air: int = 0) -> None:
        """`gap` between rows, `air` more of it under the heading; pixels at scale 1."""
        super().__init__()
        self._theme, self._gap, self._air = theme, gap, air
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.note = TextLine(theme, colour="mute", size=11, right=True, chars=0)
        self._heading = QHBoxLayout() if heading else None
        if self._heading is not None:
            self._heading.addWidget(TextLine(theme, colour="mute", size=12, chars=0, text=heading))
            self._heading.addStretch(1)
            self._heading.addWidget(self.note)
            self.column.addLayout(self._heading)
        theme.changed.connect(self._on_gaps_changed)
        self._on_gaps_changed()

    def show_structure(self, explanation: Explanation) -> None:
        """Another kind of node: the layout may change."""

    def blank(self) -> None:
        """Empty the numbers."""

    def _on_gaps_changed(self) -> None:
        self.column.setSpacing(self._theme.px(self._gap))
        if self._heading is not None:
            self._heading.setContentsMargins(0, 0, 0, self._theme.px(self._air))


class OriginSection(Section):
    """Where its gradient comes from: the chain rule as a formula, in numbers, and row by row."""

    followed = Signal(str)

    def __init__(self, theme: Theme, maths: Maths) -> None:
        super().__init__(theme, tr("Where its gradient comes from"), air=3)
        self._formula = FormulaLabel(maths, theme, size=16, lines=2.7)
        self._formula.setObjectName("inspectorFormula")
        self._numbers = TextLine(theme, size=12, mono=True)
        self._numbers.setObjectName("inspectorNumbers")
        self._sentence = ThemedLabel(theme, size=12)
        self._sentence.setObjectName("inspectorSentence")
        self._sentence.setWordWrap(True)
        self._rows = RowList(theme, "consumerRow")
        self._sum = RowList(theme, "inspectorSum")
        self._rows.followed.connect(self.followed)
        for widget in (self._formula, self._numbers, self._sentence, self._rows, self._sum):
            self.column.addWidget(widget)

    def show_structure(self, explanation: Explanation) -> None:
        self._formula.set_tex(chain_rule_tex(explanation))
        self._formula.set_tip(tr(D_TIP))
        self._formula.setVisible(bool(explanation.tex))
        self._sentence.setText(origin_sentence(explanation))
        self._sentence.setVisible(not explanation.consumers)
        self._numbers.setVisible(bool(explanation.consumers))
        self._rows.reset_columns()

    def show_numbers(self, explanation: Explanation, sample: int) -> None:
        self.note.set_text(explanation.progress)
        self._numbers.set_text(numbers_line(explanation))
        self._rows.show_rows(consumer_rows(explanation, sample))
        self._sum.show_rows(sum_row(explanation))

    def blank(self) -> None:
        self._formula.set_tex("")
        self._numbers.set_text("")
        self._sentence.setText("")
        self.note.set_text("")
        self._rows.blank()
        self._sum.blank()


class PassesSection(Section):
    """It passes on: the rule of its operation, and what each operand gets."""

    followed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, tr("It passes on"))
        self.note.set_text(tr("the rule"))
        self._rule = Well(theme)
        self._rows = RowList(theme, "operandRow")
        self._rows.followed.connect(self.followed)
        self.column.addWidget(self._rule)
        self.column.addWidget(self._rows)

    def show_structure(self, explanation: Explanation) -> None:
        self._rule.set_code(explanation.rule.replace("; ", "\n"))
        self._rule.setVisible(bool(explanation.rule))
        self.note.setVisible(bool(explanation.rule))
        self.setVisible(bool(explanation.operands))
        self._rows.reset_columns()

    def show_numbers(self, explanation: Explanation, sample: int) -> None:
        self._rows.show_rows(operand_rows(explanation, sample))

    def blank(self) -> None:
        self._rule.set_code(re.sub(r"[^\n]", " ", self._rule.code()))  # as many lines as before
        self._rows.blank()


class HistorySection(Section):
    """Over the run: the gradient at every frame since the node was selected."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, tr("Over the run"))
        self._line = Sparkline(theme)
        self._line.setObjectName("inspectorHistory")
        self._line.setToolTip(tr("The gradient since this node was selected; the thin line is zero"))
        self._line.setAccessibleName(tr("Gradient over the run"))
        self.column.addWidget(self._line)

    def add(self, step: int, gradient: float) -> None:
        self._line.add(step, gradient)
        first = self._line.points[0][0]
        newest, oldest = format_count(step), format_count(first)
        self.note.set_text(
            tr("step {newest}", newest=newest)
            if first == step
            else tr("steps {oldest} – {newest}", oldest=oldest, newest=newest)
        )

    def blank(self) -> None:
        self._line.clear()
        self.note.set_text("")
