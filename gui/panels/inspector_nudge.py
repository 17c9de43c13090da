"""Nudge it: the slope that a step h finds, beside the gradient, and how its error depends on h."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from core.explain import Explanation
from core.expression.explain import target_at
from core.expression.explore import Explorer, Verdict, steps_of_h
from core.words import mark, tr
from gui.numbers import format_exact
from gui.panels.inspector_frames import Box, CheckMark
from gui.panels.inspector_sections import Section
from gui.panels.inspector_text import TextLine
from gui.panels.inspector_texts import number_text
from gui.panels.sheet.error_plot import ErrorPlot
from gui.panels.sheet.step_slider import StepSlider
from gui.session.sheets import Sheets
from gui.theme import Theme

LONGEST_NAME = 5  # characters in the quotient; longer names are called v
PLOTTED = steps_of_h(2)
ERRORS_HEIGHT = 72  # pixels at scale 1
MARK_TIP = mark("Checked: the slope that this nudge finds is the gradient, but for rounding")
QUOTIENT_TIP = mark("Move the value a little, by h, and see how far the end of the graph moves for each unit of h")
CHECKED = mark("agrees: checked")
ERRORS_TIP = mark(
    "How far the slope is from the gradient, for every h.\n"
    "A large h misses the bend of the curve: truncation. With a small one few digits are left: rounding."
)


class ErrorSection(Section):
    """How the error of the slope depends on h: a picture for further down than the slope itself."""

    gives_way = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, tr("Its error over h"), gap=3)
        self.setObjectName("inspectorErrorSection")
        self.plot = ErrorPlot(theme, height=ERRORS_HEIGHT)
        self.plot.setObjectName("inspectorErrors")
        self.plot.setAccessibleName(tr("Error of the slope over h"))
        self.plot.setToolTip(tr(ERRORS_TIP))
        self.column.addWidget(self.plot)

    def show_numbers(self, explanation: Explanation) -> None:
        """The section of the slope brings the errors."""

    def blank(self) -> None:
        self.plot.clear()


class NudgeSection(Section):
    """(L(v + h) − L(v)) / h for an h of the learner's choice."""

    h_changed = Signal(float)

    def __init__(self, theme: Theme, sheets: Sheets) -> None:
        super().__init__(theme, tr("Nudge it"))
        self.setObjectName("inspectorNudge")
        self._sheets = sheets
        self._explorer: Explorer | None = None
        self._explanation: Explanation | None = None
        self._make_parts()
        self._lay_out()
        self._step.h_changed.connect(self._on_h_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def h(self) -> float:
        return self._step.h

    def show_numbers(self, explanation: Explanation) -> None:
        frame = self._sheets.frame
        node = frame.sheet.node(explanation.address) if frame is not None else None
        if frame is None or node is None:
            return
        target = target_at(frame.sheet, frame.position)
        self._explorer = Explorer(frame.sheet, frame.state, target, node)
        self._explanation = explanation
        self._quotient.set_text(_quotient(explanation.of, explanation.title))
        self.errors.plot.show_errors(PLOTTED, self._explorer.errors(PLOTTED))
        self._show_slope()

    def blank(self) -> None:
        self._explorer = None
        for line in (self._slope, self._verdict):
            line.set_text("")
        self._mark.show_state(None)

    def _make_parts(self) -> None:
        theme = self._theme
        self._step = StepSlider(theme, "inspectorStep")
        self._quotient = TextLine(theme, colour="mute", size=11, mono=True)
        self._quotient.setObjectName("inspectorQuotient")
        self._slope = TextLine(theme, size=13, mono=True, chars=8, right=True)
        self._slope.setObjectName("inspectorForwardSlope")
        self._gradient = TextLine(theme, colour="mute", size=11, chars=8)
        self._verdict = TextLine(theme, size=11, chars=8, right=True)
        self._verdict.setObjectName("inspectorForwardVerdict")
        self._mark = CheckMark(theme)
        self._quotient.setToolTip(tr(QUOTIENT_TIP))
        self.errors = ErrorSection(theme)

    def _lay_out(self) -> None:
        box = Box(self._theme)
        self._inside = QVBoxLayout()
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        self._first.addWidget(self._quotient, 1)
        self._first.addWidget(self._slope, 1)
        self._first.addWidget(self._mark)
        self._second.addWidget(self._gradient, 1)
        self._second.addWidget(self._verdict, 1)
        self._inside.addWidget(self._step)
        self._inside.addLayout(self._first)
        self._inside.addLayout(self._second)
        box.row.addLayout(self._inside, 1)
        self.column.addWidget(box)

    def _show_slope(self) -> None:
        explorer, explanation = self._explorer, self._explanation
        if explorer is None or explanation is None:
            return
        h = self._step.h
        slope = explorer.slopes((h,))[0]
        complete = explanation.complete
        verdict = explorer.verdict(h, slope, explanation.gradient if complete else explorer.slope)
        slope += 0.0  # -0 is 0 for a reader
        self._slope.set_text(format_exact(slope))
        self._slope.setToolTip(tr("{slope} for h = {h}", slope=format_exact(slope), h=repr(h)))
        self._gradient.set_text(
            tr("gradient {gradient}", gradient=number_text(explanation.gradient))
            if complete
            else tr("gradient: yet to come")
        )
        agrees = verdict is Verdict.AGREES
        words = "" if agrees and not complete else tr(CHECKED) if agrees else tr(verdict.value)
        colour = "good" if agrees else "mute" if verdict in (Verdict.ROUNDING, Verdict.TRUNCATION) else "negative_text"
        self._verdict.set_text(words)
        self._verdict.set_colour(colour)
        self._slope.set_colour("ink" if not agrees or not complete else "good")
        self._mark.show_state(agrees if complete else None)
        self._mark.setToolTip(tr(MARK_TIP) if agrees and complete else "")
        self.errors.plot.mark(h)
        self.setAccessibleName(
            tr("Nudge it: h = {h}, slope {slope}, {words}", h=repr(h), slope=format_exact(slope), words=words)
        )

    def _on_h_changed(self, h: float) -> None:
        self._show_slope()
        self.h_changed.emit(h)

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._inside.setSpacing(px(3))
        self._first.setSpacing(px(5))
        self._second.setSpacing(px(5))


def _quotient(of: str, title: str) -> str:
    """`(L(d + h) - L(d)) / h`."""
    me = title.partition(" = ")[0]
    me = me if len(me) <= LONGEST_NAME and me.isidentifier() else "v"
    of = of if len(of) <= LONGEST_NAME else "f"
    return f"({of}({me}+h) - {of}({me})) / h"
