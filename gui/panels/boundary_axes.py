"""More than two inputs: predictions row by row, or a plane over two of the inputs with the rest held."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from core.experiment import MAX_INPUTS
from core.words import mark, tr
from gui.frames import Points
from gui.numbers import format_number
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox
from gui.widgets.segments import Segments
from gui.widgets.text import TextLabel

ROWS, PLANE = "rows", "plane"
_ACROSS, _UPWARDS = mark("Input across"), mark("Input upwards")


class BoundaryAxes(QWidget):
    """Which of the two views, and which two inputs; the same input is never taken twice: the other then changes."""

    view_chosen = Signal(str)  # ROWS or PLANE
    axes_chosen = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("boundaryAxes")
        self._theme = theme
        self._segments = Segments(((ROWS, tr("Rows")), (PLANE, tr("Plane"))), theme, "boundaryView")
        self._segments.setToolTip(tr("Every row's prediction against its target, or the output over two of the inputs"))
        self._segments.setAccessibleName(tr("View of the predictions"))
        self._axes = (0, 1)
        self._names: tuple[str, ...] = ()
        self._times = TextLabel("×", "mute")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, theme.px(4))
        self._row.addWidget(self._segments)
        self._row.addStretch(1)
        self._across = self._box("boundaryAcross", tr(_ACROSS))
        self._row.addWidget(self._times)
        self._upwards = self._box("boundaryUpwards", tr(_UPWARDS))
        self._segments.chosen.connect(self.view_chosen)
        self._across.choice_changed.connect(self._on_across_changed)
        self._upwards.choice_changed.connect(self._on_upwards_changed)

    @property
    def axes(self) -> tuple[int, int]:
        return self._axes

    def show_inputs(self, names: Sequence[str], view: str) -> None:
        """Offer the inputs of these names; axes that are not among them give way to the first two."""
        if tuple(names) != self._names:
            self._names = tuple(names)
            choices = [(str(index), name) for index, name in enumerate(names[:MAX_INPUTS])]
            for box in (self._across, self._upwards):
                box.blockSignals(True)
                box.clear()
                for key, name in choices:
                    box.addItem(name, key)
                box.blockSignals(False)
            if max(self._axes) >= len(names):
                self._axes = (0, 1)
        self._segments.show_choice(view)
        for part in (self._across, self._times, self._upwards):
            part.setVisible(view == PLANE)
        self._show()

    def _box(self, name: str, title: str) -> ChoiceBox:
        box = _InputBox(self._theme, ())
        box.setObjectName(name)
        box.setAccessibleName(title)
        self._row.addWidget(box)
        return box

    def _show(self) -> None:
        for box, title, axis in zip(
            (self._across, self._upwards), (tr(_ACROSS), tr(_UPWARDS)), self._axes, strict=True
        ):
            box.set_value(str(axis))
            if axis < len(self._names):
                box.setToolTip(tr("{title}: {name}; choose one", title=title, name=self._names[axis]))
            else:
                box.setToolTip(tr("{title}; choose one", title=title))

    def _on_across_changed(self, key: str) -> None:
        first, (before, second) = int(key), self._axes
        self._choose(first, before if second == first else second)

    def _on_upwards_changed(self, key: str) -> None:
        second, (first, before) = int(key), self._axes
        self._choose(before if first == second else first, second)

    def _choose(self, first: int, second: int) -> None:
        self._axes = first, second
        self._show()
        self.axes_chosen.emit(first, second)


class _InputBox(ChoiceBox):
    """A long name is cut with an ellipsis; the list and the tooltip have all of it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        option, painter = QStyleOptionComboBox(), QStylePainter(self)
        self.initStyleOption(option)
        style, field = self.style(), QStyle.SubControl.SC_ComboBoxEditField
        room = style.subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


def held_text(points: Points, axes: tuple[int, int], sample: int) -> str:
    """What stays the same over the plane: `x3 = 0.50, from sample 2`."""
    if not 0 <= sample < len(points.inputs):
        return ""
    held = [
        f"{name} = {format_number(points.inputs[sample, index], 2)}"
        for index, name in enumerate(points.names)
        if index not in axes
    ]
    return tr("{held}, from sample {sample}", held=", ".join(held), sample=sample + 1)
