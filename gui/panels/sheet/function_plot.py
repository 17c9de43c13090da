"""The function plotter: a function of one variable that the text defines, its tangent, and the slope that h finds."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from core.expression.sheet import Sheet
from core.words import mark, tr
from gui.numbers import format_exact
from gui.panels.inspector_text import TextLine, ThemedLabel
from gui.panels.inspector_texts import number_text
from gui.panels.sheet.curve_plot import CurvePlot
from gui.panels.sheet.function_empty import EmptyFunctionPlot
from gui.panels.sheet.function_header import FunctionHeader
from gui.panels.sheet.function_sampler import Answer, FunctionSampler, Question
from gui.panels.sheet.painted_plot import fitting_range
from gui.panels.sheet.step_slider import StepSlider
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.number_field import NumberField

FIRST_X = 3.0  # the lecture's
CURVE_POINTS = 201
DOTS = 40  # the lecture's: from −5 in steps of 0.25
PLOT_HEIGHT = 104  # this and all below are pixels at scale 1
SIDE_WIDTH = 214
NARROW_SIDE = 118  # beside a plot that has at least PLOT_SHARE of the card
PLOT_SHARE = 0.55
LOWEST_STACKED = 230  # a card so high has the numbers below the plot where it is narrow
FIELD_WIDTH = 96
LARGEST = 1e6
QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's "no limit"
NEIGHBOUR = 1e-5  # times |x| where that is above 1: the distance from which the tangent's slope is taken


class FunctionPlotPanel(QWidget):
    """f over x. The point can be dragged along the curve; numbers stand beside it."""

    title = mark("Function")

    def __init__(self, sheets: Sheets, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheets, self._theme = sheets, theme
        self._x = FIRST_X
        self._sampler = FunctionSampler(self)
        self.setObjectName("functionPlotPanel")
        self.setAccessibleName(tr("Function plot"))
        self._functions = FunctionHeader(theme)
        self.header: QWidget | None = self._functions
        self._make_parts()
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        if sheets.sheet is not None:
            self._on_sheet_changed(sheets.sheet)

    # -- making ---------------------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        theme = self._theme
        self._plot = CurvePlot(theme, height=PLOT_HEIGHT)
        self._plot.setObjectName("functionCurve")
        self._plot.setToolTip(tr("Drag the dot along the curve, or use the arrow keys"))
        self._plot.set_draggable(True)
        self._x_field = NumberField(minimum=-LARGEST, maximum=LARGEST, show=format_exact)
        self._x_field.setObjectName("functionX")
        self._x_field.setAccessibleName("x")
        self._x_field.setToolTip(tr("{what}: type a number and press Enter", what="x"))
        self._value = TextLine(theme, size=13, mono=True, chars=8, right=True)
        self._value.setObjectName("functionValue")
        self._tangent = TextLine(theme, size=13, mono=True, chars=8, right=True)
        self._tangent.setObjectName("functionTangent")
        self._step = StepSlider(theme, "functionStep")
        self._slope = TextLine(theme, size=13, mono=True, chars=8, right=True)
        self._slope.setObjectName("functionSlope")
        self._problem = ThemedLabel(theme, colour="negative_text", size=12)
        self._problem.setObjectName("functionProblem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._empty = EmptyFunctionPlot(theme)

    def _lay_out(self) -> None:
        self._side = QWidget()
        self._column = QVBoxLayout(self._side)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._captions: dict[str, TextLine] = {}
        self._rows: list[QHBoxLayout] = []
        for key, text, widget in (
            ("x", "x", self._x_field),
            ("value", "f(x)", self._value),
            ("tangent", tr("tangent"), self._tangent),
            ("", "", self._step),
            ("slope", "(f(x+h) - f(x)) / h", None),
            ("", "", self._slope),
        ):
            row = QHBoxLayout()
            if text:
                self._captions[key] = TextLine(
                    self._theme, colour="mute", size=11, mono=key != "tangent", text=text, chars=0
                )
                row.addWidget(self._captions[key])
            if widget is not None:
                if key == "x":
                    row.addStretch(1)
                row.addWidget(widget, 0 if key == "x" else 1)
            self._rows.append(row)
            self._column.addLayout(row)
        self._column.addWidget(self._problem)
        self._column.addStretch(1)
        content = QWidget()
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.addWidget(self._plot, 1)
        self._across.addWidget(self._side)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(content)

    def _connect(self) -> None:
        self._sheets.sheet_changed.connect(self._on_sheet_changed)
        self._functions.function_changed.connect(self._ask)
        self._functions.range_changed.connect(self._ask)
        self._plot.x_changed.connect(self.set_x)
        self._x_field.value_changed.connect(self.set_x)
        self._step.h_changed.connect(self._on_h_changed)
        self._sampler.answered.connect(self._on_answered)
        self._empty.insert_requested.connect(self._on_insert_requested)
        self._theme.changed.connect(self._on_theme_changed)

    # -- verbs ----------------------------------------------------------------------------------------------------

    @property
    def x(self) -> float:
        return self._x

    @property
    def plot(self) -> CurvePlot:
        return self._plot

    @property
    def busy(self) -> bool:
        """Whether values are on their way."""
        return self._sampler.busy

    def set_x(self, x: float) -> None:
        """Look at another place of the curve."""
        self._x = x
        self._x_field.set_value(x)
        self._ask()

    # -- what comes in --------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_sheet_changed(self, sheet: Sheet) -> None:
        self._functions.offer(sheet.functions)
        self._pages.setCurrentIndex(1 if sheet.functions else 0)
        self._functions.setVisible(bool(sheet.functions))
        self._ask()

    def _on_h_changed(self, _h: float) -> None:
        self._ask()

    def _on_insert_requested(self, code: str) -> None:
        text = self._sheets.text.rstrip("\n")
        self._sheets.set_text(f"{text}\n\n{code}\n" if text else f"{code}\n", tr("insert a function"))

    @Slot()
    def _ask(self) -> None:
        """Ask for the curve and for what stands beside it."""
        sheet, name = self._sheets.sheet, self._functions.function
        if sheet is None or not name:
            return
        low, high = self._functions.range
        near = NEIGHBOUR * max(1.0, abs(self._x))
        places = np.array([self._x, self._x + self._step.h, self._x - near, self._x + near])
        dots = low + np.arange(DOTS) * ((high - low) / DOTS)
        self._sampler.ask(Question(sheet.text, name, np.linspace(low, high, CURVE_POINTS), dots, places))

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        error = answer.error
        self._problem.setText(error)
        self._problem.setVisible(bool(error))
        if error:
            self._plot.clear()
            for line in (self._value, self._tangent, self._slope):
                line.set_text("")
            return
        self._show(answer)

    # -- drawing --------------------------------------------------------------------------------------------------

    def _show(self, answer: Answer) -> None:
        question = answer.question
        x, there, left, right = question.places.tolist()
        y, above, before, after = answer.places.tolist()
        h, name = self._step.h, question.name
        tangent = (after - before) / (right - left)
        slope = (above - y) / h
        up = self._plot.up if self._plot.dragging else fitting_range(np.append(answer.curve, answer.dots), y)
        self._plot.show_point(x, y, tangent, (there - x, above))
        self._plot.show_curve(question.curve, answer.curve, up)
        self._plot.show_dots(question.dots, answer.dots)
        self._plot.setAccessibleName(
            tr(
                "{name} over x: {name}({x}) = {y}, {label}",
                name=name,
                x=format_exact(x),
                y=format_exact(y),
                label=self._plot.label,
            )
        )
        self._captions["value"].set_text(f"{name}(x)")
        self._captions["slope"].set_text(f"({name}(x+h) - {name}(x)) / h")
        self._value.set_text(format_exact(y) if len(format_exact(y)) <= 18 else number_text(y))
        self._value.setToolTip(format_exact(y))
        self._tangent.set_number(number_text(tangent), tangent)
        slope += 0.0  # -0 is 0 for a reader
        self._slope.set_text(format_exact(slope) if math.isfinite(slope) else number_text(slope))
        self._slope.setToolTip(tr("{slope} for h = {h}", slope=format_exact(slope), h=repr(h)))
        self._x_field.set_value(self._x)

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._x_field.setFixedWidth(px(FIELD_WIDTH))
        self._across.setSpacing(px(14))
        self._column.setSpacing(px(2))
        for row in self._rows:
            row.setSpacing(px(8))
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """The numbers beside the plot, narrower where the card is; on a card that is narrow but high, below it."""
        px = self._theme.px
        left_over = round(self.width() * (1 - PLOT_SHARE)) - px(14)
        narrow = left_over < px(SIDE_WIDTH)
        stacked = narrow and self.height() >= px(LOWEST_STACKED)
        directions = QBoxLayout.Direction
        self._across.setDirection(directions.TopToBottom if stacked else directions.LeftToRight)
        self._across.setSpacing(px(8) if stacked else px(14))
        if stacked:
            self._side.setMinimumWidth(px(NARROW_SIDE))
            self._side.setMaximumWidth(QWIDGETSIZE_MAX)
        else:
            most = max(min(left_over, px(SIDE_WIDTH)), px(NARROW_SIDE))
            self._side.setMinimumWidth(px(NARROW_SIDE) if narrow else most)  # the card may still become narrower
            self._side.setMaximumWidth(most)
        self._x_field.setFixedWidth(px(FIELD_WIDTH) if stacked or not narrow else px(FIELD_WIDTH - 20))
