"""In the function plotter's title bar: which function, and over which range."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.words import tr
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox
from gui.widgets.number_field import NumberField
from gui.widgets.text import TextLabel

FIRST_RANGE = (-5.0, 5.0)
LARGEST = 1e6
FIELD_WIDTH = 44  # pixels at scale 1


class FunctionHeader(QWidget):
    """`f over x from −5 to 5`."""

    function_changed = Signal(str)
    range_changed = Signal(float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._choice = ChoiceBox(theme, ())
        self._choice.setObjectName("functionChoice")
        self._choice.setAccessibleName(tr("Function"))
        self._choice.setToolTip(tr("Which function of the text is drawn"))
        self._low = self._field("functionFrom", tr("The left end of the plot"), FIRST_RANGE[0])
        self._high = self._field("functionTo", tr("The right end of the plot"), FIRST_RANGE[1])
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self._choice, TextLabel("x", "label"), self._low, TextLabel(tr("to"), "label"), self._high):
            self._row.addWidget(part)
        self._choice.choice_changed.connect(self.function_changed)
        self._low.value_changed.connect(self._on_end_changed)
        self._high.value_changed.connect(self._on_end_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def function(self) -> str:
        """The chosen one; empty if there is none."""
        return self._choice.value() if self._choice.count() else ""

    @property
    def range(self) -> tuple[float, float]:
        low, high = sorted((self._low.value(), self._high.value()))
        return (low, high) if high > low else (low - 1.0, high + 1.0)

    def offer(self, names: Sequence[str]) -> None:
        """The functions to choose from; the chosen one stays if it is still there."""
        if list(names) == [self._choice.itemData(i) for i in range(self._choice.count())]:
            return
        before = self.function
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for name in names:
                self._choice.addItem(name, name)
            if before in names:
                self._choice.set_value(before)
        self._choice.setEnabled(len(names) > 1)
        self._choice.updateGeometry()

    def _field(self, name: str, tip: str, value: float) -> NumberField:
        field = NumberField(minimum=-LARGEST, maximum=LARGEST, show=_plain)
        field.setObjectName(name)
        field.setAccessibleName(tip)
        field.setToolTip(tr("{what}: type a number and press Enter", what=tip))
        field.set_value(value)
        return field

    def _on_end_changed(self, value: float) -> None:
        self.range_changed.emit(value)

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setSpacing(px(4))
        for field in (self._low, self._high):
            field.setFixedWidth(px(FIELD_WIDTH))


def _plain(value: float) -> str:
    return f"{value:.10g}"
