"""The inspector's first lines: what the node is, its data, its gradient, and what the next step makes of it."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.explain import Explanation
from core.words import mark, tr
from gui.maths import Maths
from gui.numbers import format_exact
from gui.panels.inspector_frames import CheckMark, Pill
from gui.panels.inspector_rows import UNKNOWN
from gui.panels.inspector_sections import Section
from gui.panels.inspector_text import TextLine, ThemedLabel
from gui.panels.inspector_texts import LEAVES, known, number_text, verdict
from gui.panels.inspector_tools import WeightField
from gui.panels.inspector_update import memory_line, memory_tip, outcome
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.formula import FormulaLabel

CHECKED = mark("Checked with numbers: the slope that a small nudge of this value finds")
BATCH_NOTE = mark("gradient over all samples; a step uses one batch")
SHARE_TIP = mark("The selected sample's share of the gradient")
SHOW, HIDE = mark("Show how the next step comes about"), mark("Hide how the next step comes about")


class IdentitySection(Section):
    """Operation, role, data, gradient; of a parameter also the sample's share and the number after the next step."""

    update_toggled = Signal()

    def __init__(self, theme: Theme, maths: Maths, top: QHBoxLayout, field: WeightField | None) -> None:
        """`top`: the line above, where a parameter's role stands, after its address. `field`: to set parameters."""
        super().__init__(theme, gap=3)
        self._top, self._field = top, field
        self._formula = FormulaLabel(maths, theme, size=14, lines=1.55)
        self._formula.setObjectName("inspectorOperation")
        self._leaf = TextLine(theme, colour="mute", size=12)
        self._pill = Pill(theme)
        self._pill.setObjectName("inspectorRole")
        self._data = TextLine(theme, size=15, mono=True, chars=8, caption=tr("data"))
        self._gradient = TextLine(theme, size=15, mono=True, chars=8, caption=tr("gradient"))
        self._mark = CheckMark(theme)
        self._mark.setObjectName("inspectorMark")
        self._share = TextLine(theme, size=13, mono=True, chars=7, caption=tr("this sample's share"))
        self._memory = TextLine(theme, colour="mute", size=11, mono=True, caption=tr("memory of the optimiser"))
        self._next = TextLine(theme, size=13, mono=True, chars=7, caption=tr("after the next step"))
        for widget, name in (
            (self._data, "Data"),
            (self._gradient, "Gradient"),
            (self._share, "Share"),
            (self._next, "Next"),
            (self._memory, "Memory"),
        ):
            widget.setObjectName(f"inspector{name}")
        self._how = LinkButton(tr("next step"), theme)
        self._how.setObjectName("inspectorHow")
        self._how.clicked.connect(self.update_toggled)
        self._problem = ThemedLabel(theme, colour="negative_text", size=12)
        self._problem.setObjectName("inspectorProblem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._batch = TextLine(theme, colour="mute", size=11, text=tr(BATCH_NOTE))
        self._batch.setObjectName("inspectorBatchNote")
        self._batch.hide()
        self._lay_out()
        if field is not None:
            field.problem_changed.connect(self._on_problem_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _lay_out(self) -> None:
        self._what, self._numbers = QHBoxLayout(), QHBoxLayout()
        for part in (self._formula, self._leaf):
            self._what.addWidget(part, 1)
        self._what.addWidget(self._pill)
        self._numbers.addWidget(self._caption(tr("data")))
        self._numbers.addWidget(self._data, 1)
        if self._field is not None:
            self._numbers.addWidget(self._field, 1)
            self._field.hide()
        self._numbers.addWidget(self._caption(tr("gradient")))
        self._numbers.addWidget(self._gradient, 1)
        self._numbers.addWidget(self._mark)
        self._share_row = QWidget()
        self._share_row.setToolTip(tr(SHARE_TIP))
        self._share_line = share = QHBoxLayout(self._share_row)
        share.setContentsMargins(0, 0, 0, 0)
        share.addWidget(self._caption(tr("this sample")))
        share.addWidget(self._share, 1)
        share.addWidget(self._how)
        share.addWidget(self._next, 1)
        self.column.addLayout(self._what)
        self.column.addLayout(self._numbers)
        for row in (self._problem, self._share_row, self._memory, self._batch):
            self.column.addWidget(row)

    def _caption(self, text: str) -> TextLine:
        return TextLine(self._theme, colour="mute", size=12, chars=0, text=text)

    def show_structure(self, explanation: Explanation) -> None:
        self._pill.set_text(tr(explanation.role))
        self._formula.set_tex(explanation.tex_op)
        self._formula.setVisible(bool(explanation.tex_op))
        leaf = tr(LEAVES[explanation.role]) if explanation.role in LEAVES else ""
        self._leaf.set_text("" if explanation.tex_op else leaf)
        self._pill.setToolTip(leaf)
        has_share = explanation.share is not None
        self._share_row.setVisible(has_share)
        self._leaf.setVisible(not explanation.tex_op and not has_share)
        if has_share:
            self._top.insertWidget(1, self._pill)  # out of the row that it was in
        else:
            self._what.addWidget(self._pill)
        for part in (self._how, self._next):
            part.setVisible(explanation.update is not None)
        self._memory.setVisible(explanation.update is not None and bool(explanation.update.memory))
        self._show_field(explanation)

    def _show_field(self, explanation: Explanation) -> None:
        typed = self._field is not None and explanation.role == "parameter"
        self._data.setVisible(not typed)
        if self._field is not None:
            self._field.show_address(explanation.address)
            self._field.setVisible(typed)

    def show_batch_note(self, wanted: bool) -> None:
        """Whether to say that a step does not use this very gradient."""
        self._batch.setVisible(wanted)

    def show_how(self, is_open: bool) -> None:
        """Whether it is told how the next step comes about."""
        tip = tr(HIDE) if is_open else tr(SHOW)
        if tip != self._how.toolTip():
            self._how.setToolTip(tip)
            self._how.setAccessibleName(tip)

    def show_numbers(self, explanation: Explanation) -> None:
        _show_number(self._data, explanation.data, known(explanation.data, explanation), signed=False)
        if self._field is not None and explanation.role == "parameter":
            self._field.show_number(explanation.data)
        _show_number(self._gradient, explanation.gradient, known(explanation.gradient, explanation))
        check = explanation.check
        self._mark.show_state(check.agrees if check and check.conclusive else None)
        self._mark.setToolTip(f"{tr(CHECKED)} {verdict(check, explanation.gradient)}" if check else "")
        self._mark.setAccessibleName(self._mark.toolTip())
        if explanation.share is not None:
            _show_number(self._share, explanation.share, known(explanation.share, explanation))
        if explanation.update is not None:
            self._next.set_text(outcome(explanation.update))
            self._next.setToolTip(format_exact(explanation.update.after))
            self._memory.set_text(memory_line(explanation.update))
            self._memory.setToolTip(memory_tip(explanation.update))

    def blank(self) -> None:
        for line in (self._data, self._gradient, self._share, self._next, self._memory):
            line.set_text("")
        if self._field is not None:
            self._field.setText("")
        self._mark.show_state(None)
        self._pill.set_text("")
        self._leaf.set_text("")
        self._formula.set_tex("")

    def _on_problem_changed(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._what.setSpacing(px(8))
        self._numbers.setSpacing(px(8))
        self._share_line.setSpacing(px(8))
        self._leaf.setMinimumHeight(px(22))


def _show_number(line: TextLine, value: float, text: str = "", *, signed: bool = True) -> None:
    """A number with its exact value as tooltip; coloured by its sign if `signed`, and always if it is not finite."""
    text = text or number_text(value)
    if text == UNKNOWN:
        line.set_plain(text)
        line.setToolTip(tr("not computed yet"))
        return
    if signed or not math.isfinite(value):
        line.set_number(text, value)
    else:
        line.set_plain(text)
    line.setToolTip(format_exact(value))
