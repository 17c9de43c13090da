"""The inspector's sections, from top to bottom. Each shows one part of an Explanation.

`show_structure` is called when another kind of node is shown and may change the layout; `show_numbers` is called with
every frame and only repaints; `blank` empties the numbers and keeps the places.
"""

from __future__ import annotations

import math
import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.explain import Explanation
from gui.maths import Maths
from gui.numbers import format_count, format_exact
from gui.panels.inspector_frames import CheckMark, Pill, Well
from gui.panels.inspector_rows import UNKNOWN, RowList
from gui.panels.inspector_text import TextLine, ThemedLabel
from gui.panels.inspector_texts import (
    LEAVES,
    chain_rule_tex,
    consumer_rows,
    known,
    number_text,
    numbers_line,
    operand_rows,
    origin_sentence,
    sum_row,
    verdict,
)
from gui.theme import Theme
from gui.widgets.formula import FormulaLabel
from gui.widgets.sparkline import Sparkline

CHECKED = "Checked with numbers: the slope that a small nudge of this value finds"
D_TIP = "d: how the end follows, along all ways through the graph; ∂: how one operation follows its operand, alone"
BATCH_NOTE = "gradient over all samples; a step uses one batch"


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


class IdentitySection(Section):
    """What the node is: operation, role, data, gradient."""

    def __init__(self, theme: Theme, maths: Maths) -> None:
        super().__init__(theme, gap=3)
        self._formula = FormulaLabel(maths, theme, size=14, lines=1.55)
        self._formula.setObjectName("inspectorOperation")
        self._leaf = TextLine(theme, colour="mute", size=12)
        self._pill = Pill(theme)
        self._pill.setObjectName("inspectorRole")
        self._data = TextLine(theme, size=15, mono=True, chars=8, caption="data")
        self._gradient = TextLine(theme, size=15, mono=True, chars=8, caption="gradient")
        self._mark = CheckMark(theme)
        self._mark.setObjectName("inspectorMark")
        self._share = TextLine(theme, size=13, mono=True, chars=8, caption="this sample's share")
        for widget, name in ((self._data, "Data"), (self._gradient, "Gradient"), (self._share, "Share")):
            widget.setObjectName(f"inspector{name}")
        self._what = QHBoxLayout()
        self._what.addWidget(self._formula, 1)
        self._what.addWidget(self._leaf, 1)
        self._what.addWidget(self._pill)
        self._numbers = QHBoxLayout()
        for caption, value in (("data", self._data), ("gradient", self._gradient)):
            self._numbers.addWidget(TextLine(theme, colour="mute", size=12, chars=0, text=caption))
            self._numbers.addWidget(value, 1)
        self._numbers.addWidget(self._mark)
        self._share_row = QWidget()
        self._share_line = share = QHBoxLayout(self._share_row)
        share.setContentsMargins(0, 0, 0, 0)
        share.addWidget(TextLine(theme, colour="mute", size=12, chars=0, text="this sample's share"))
        share.addWidget(self._share, 1)
        self.column.addLayout(self._what)
        self._batch = TextLine(theme, colour="mute", size=11, text=BATCH_NOTE)
        self._batch.setObjectName("inspectorBatchNote")
        self._batch.hide()
        self.column.addLayout(self._numbers)
        self.column.addWidget(self._share_row)
        self.column.addWidget(self._batch)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_structure(self, explanation: Explanation) -> None:
        self._pill.set_text(explanation.role)
        self._formula.set_tex(explanation.tex_op)
        self._formula.setVisible(bool(explanation.tex_op))
        leaf = LEAVES.get(explanation.role, "")
        self._leaf.set_text("" if explanation.tex_op else leaf)
        self._pill.setToolTip(leaf)
        has_share = explanation.share is not None
        self._share_row.setVisible(has_share)
        self._leaf.setVisible(not explanation.tex_op and not has_share)
        (self._share_line if has_share else self._what).addWidget(self._pill)  # out of the row that it was in

    def show_batch_note(self, wanted: bool) -> None:
        """Whether to say that a step does not use this very gradient."""
        self._batch.setVisible(wanted)

    def show_numbers(self, explanation: Explanation) -> None:
        _show_number(self._data, explanation.data, known(explanation.data, explanation), signed=False)
        _show_number(self._gradient, explanation.gradient)
        check = explanation.check
        self._mark.show_state(check.agrees if check and check.conclusive else None)
        self._mark.setToolTip(f"{CHECKED} {verdict(check, explanation.gradient)}" if check else "")
        self._mark.setAccessibleName(self._mark.toolTip())
        if explanation.share is not None:
            _show_number(self._share, explanation.share)

    def blank(self) -> None:
        for line in (self._data, self._gradient, self._share):
            line.set_text("")
        self._mark.show_state(None)
        self._pill.set_text("")
        self._leaf.set_text("")
        self._formula.set_tex("")

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._what.setSpacing(px(8))
        self._numbers.setSpacing(px(8))
        self._share_line.setSpacing(px(8))
        self._leaf.setMinimumHeight(px(22))


class OriginSection(Section):
    """Where its gradient comes from: the chain rule as a formula, in numbers, and row by row."""

    followed = Signal(str)

    def __init__(self, theme: Theme, maths: Maths) -> None:
        super().__init__(theme, "Where its gradient comes from", air=3)
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
        self._formula.set_tip(D_TIP)
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
        super().__init__(theme, "It passes on")
        self.note.set_text("the rule")
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
        super().__init__(theme, "Over the run")
        self._line = Sparkline(theme)
        self._line.setObjectName("inspectorHistory")
        self._line.setToolTip("The gradient since this node was selected; the thin line is zero")
        self._line.setAccessibleName("Gradient over the run")
        self.column.addWidget(self._line)

    def add(self, step: int, gradient: float) -> None:
        self._line.add(step, gradient)
        first = self._line.points[0][0]
        newest, oldest = format_count(step), format_count(first)
        self.note.set_text(f"step {newest}" if first == step else f"steps {oldest} – {newest}")

    def blank(self) -> None:
        self._line.clear()
        self.note.set_text("")


def _show_number(line: TextLine, value: float, text: str = "", *, signed: bool = True) -> None:
    """A number with its exact value as tooltip; coloured by its sign if `signed`, and always if it is not finite."""
    text = text or number_text(value)
    if text == UNKNOWN:
        line.set_plain(text)
        line.setToolTip("not computed yet")
        return
    if signed or not math.isfinite(value):
        line.set_number(text, value)
    else:
        line.set_plain(text)
    line.setToolTip(format_exact(value))
