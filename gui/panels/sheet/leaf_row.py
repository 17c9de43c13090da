"""The row of a leaf: name, gradient and number, and the slider under them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from core.expression.knobs import Knob
from core.words import tr
from gui.numbers import THIN_SPACE, format_exact, format_number
from gui.panels.sheet.leaf_parts import GradientLabel, LeafSlider, NameButton
from gui.panels.sheet.leaf_scale import LeafScale, scale_for
from gui.session.documents import Gesture
from gui.theme import Theme
from gui.widgets.number_field import NumberField
from gui.widgets.text import TextLabel

LARGEST = 1e9  # that may be typed here; the text takes larger ones
NARROW_NO_BREAK = "\N{NARROW NO-BREAK SPACE}"
FIELD_WIDTH = 80  # px at scale 1: ten mono figures


class LeafRow(QWidget):
    """Shows a leaf; drags, keys and typing end in `moved`.

    What was asked for stands until `settle` says that it is done: numbers of older texts that come in meanwhile do not
    throw the row back.
    """

    moved = Signal(str, float, object)  # address, number, what it is called in the undo menu (a str, or a Gesture)
    select_requested = Signal(str)  # address

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._address = self._spoken = ""  # `_spoken`: its name in tooltips and for screen readers
        self._named = False  # else it is called by its number, which changes while it is moved
        self._value = self._home = 0.0  # the number shown; the one to go back to
        self._asked: float | None = None  # on its way into the text
        self._gesture: Gesture | None = None  # the drag under way
        self._scale: LeafScale = scale_for(0.0)
        self._name = NameButton(theme)
        self._gradient = GradientLabel(theme)
        self._field = NumberField(minimum=-LARGEST, maximum=LARGEST, show=format_number)
        self._slider = LeafSlider(theme)
        self._error = TextLabel("", "error")
        self._lay_out()
        self._connect()
        self._on_theme_changed()

    @property
    def address(self) -> str:
        return self._address

    @property
    def asked(self) -> float | None:
        """The number that is on its way into the text."""
        return self._asked

    @property
    def value(self) -> float:
        return self._value

    def tab_after(self, other: QWidget) -> None:
        """Tab comes to this row from another part: first to the name, then number and slider."""
        for part in (self._name, self._field, self._slider):
            QWidget.setTabOrder(other, part)
            other = part

    @property
    def last_part(self) -> QWidget:
        """Where Tab leaves the row."""
        return self._slider

    def show_leaf(self, knob: Knob, *, by_hand: bool = True) -> None:
        """Show a leaf's number; `by_hand` says that somebody wrote it into the text, to be gone back to later."""
        if (knob.address, knob.named) != (self._address, self._named):
            self._take_leaf(knob)
            return
        if self._asked is None and knob.value != self._value:
            self._home = knob.value if by_hand else self._home
            self._show(knob.value)
        self._call(knob)

    def settle(self, value: float) -> None:
        """All that was asked for is done: the text has this number."""
        if self._asked is not None or value != self._value:
            self._asked = None
            self._show(value)

    def show_gradient(self, gradient: float | None) -> None:
        self._gradient.set_value(gradient, self._spoken)

    def set_selected(self, selected: bool) -> None:
        self._name.setChecked(selected)

    def set_movable(self, movable: bool, why_not: str = "") -> None:
        """Whether the number can be moved now; the reason stands in the tooltips."""
        if movable == self._slider.isEnabled():
            return
        for part in (self._slider, self._field):
            part.setEnabled(movable)
        self._tell(why_not)

    def _take_leaf(self, knob: Knob) -> None:
        """The row is another leaf's from now on."""
        address = knob.address
        self._address, self._named, self._home, self._asked, self._gesture = address, knob.named, knob.value, None, None
        self._scale = scale_for(knob.value)
        for part, kind in ((self, "Row"), (self._name, "Name"), (self._slider, "Slider"), (self._field, "Field")):
            part.setObjectName(f"leaf{kind}-{address}")
        self._gradient.setObjectName(f"leafGradient-{address}")
        self._field.revert()
        self._show(knob.value)
        self._call(knob)

    def _call(self, knob: Knob) -> None:
        """What the leaf is called, on screen and in words."""
        if (knob.short, knob.name) == (self._name.text(), self._spoken):
            return
        self._spoken = knob.name
        self._name.setText(knob.short)
        self._name.updateGeometry()
        self._name.setAccessibleName(tr("select {name}", name=knob.name))
        self._slider.setAccessibleName(knob.name)
        self._field.setAccessibleName(knob.name)
        self._tell("")

    def _show(self, value: float) -> None:
        """The scale stays while it suits, and whatever the slider itself gives: it must not jump under the hand."""
        if self._gesture is None:
            if value != self._value and not self._scale.suits(value):
                self._scale = scale_for(value)
            self._value = value
            self._place_handle()
        self._value = value
        self._field.set_value(value)
        self._tell("")

    def _place_handle(self) -> None:
        with QSignalBlocker(self._slider):
            if self._slider.maximum() != self._scale.positions - 1:
                self._slider.setRange(0, self._scale.positions - 1)
                self._slider.setPageStep(10)
            self._slider.setValue(self._scale.position(self._value))

    def _tell(self, why_not: str) -> None:
        self._name.setToolTip(tr("Select {spoken} in the graph", spoken=self._spoken))
        number = f"{self._spoken} = {format_exact(self._value)}"
        ways = tr(
            "{number}: drag, or use the arrow keys; a double-click or Backspace goes back to {home}",
            number=number,
            home=format_exact(self._home),
        )
        self._slider.setToolTip(why_not or ways)
        self._field.setToolTip(why_not or tr("{what}: type a number and press Enter", what=number))

    def _ask(self, value: float) -> None:
        self._asked = self._value = value
        self.moved.emit(self._address, value, self._gesture if self._gesture is not None else self._address)

    def _lay_out(self) -> None:
        self._top = QHBoxLayout()
        self._top.setContentsMargins(0, 0, 0, 0)
        self._top.addWidget(self._name)
        self._top.addWidget(self._gradient, 1)
        self._top.addWidget(self._field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top)
        column.addWidget(self._slider)
        column.addWidget(self._error)
        self._error.setWordWrap(True)
        self._error.hide()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self._name.clicked.connect(self._on_name_clicked)
        self._slider.valueChanged.connect(self._on_position_changed)
        self._slider.drag_started.connect(self._on_drag_started)
        self._slider.drag_finished.connect(self._on_drag_finished)
        self._slider.return_requested.connect(self._on_return)
        self._field.value_changed.connect(self._on_typed)
        self._field.problem_changed.connect(self._on_problem_changed)
        self._theme.changed.connect(self._on_theme_changed)

    def _on_name_clicked(self) -> None:
        self.select_requested.emit(self._address)

    def _on_menu_requested(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        back = QAction(tr("Back to {home}", home=format_exact(self._home)), menu)
        back.setEnabled(self._value != self._home and self._slider.isEnabled())
        back.triggered.connect(self._on_return)
        menu.addAction(back)
        menu.popup(self.mapToGlobal(place))

    def _on_position_changed(self, position: int) -> None:
        value = self._scale.value(position)
        self._field.revert()
        self._field.set_value(value)
        self._ask(value)
        if self._gesture is None:
            self._reach_farther()

    def _on_drag_started(self) -> None:
        self._gesture = Gesture(self._address)

    def _on_drag_finished(self) -> None:
        self._gesture = None
        self._reach_farther()

    def _reach_farther(self) -> None:
        """A number at the end of the scale reaches farther next time."""
        if abs(self._value) >= self._scale.reach:
            self._scale = scale_for(self._value)
        self._place_handle()

    def _on_return(self) -> None:
        if self._value != self._home and self._slider.isEnabled():
            self._show(self._home)
            self._ask(self._home)

    def _on_typed(self, value: float) -> None:
        self._show(value)
        self._ask(value)

    def _on_problem_changed(self, problem: str) -> None:
        self._error.setText(problem.replace(THIN_SPACE, NARROW_NO_BREAK))  # no number is broken into two lines
        self._error.setVisible(bool(problem))

    def _on_theme_changed(self) -> None:
        self._field.setFixedWidth(self._theme.px(FIELD_WIDTH))
        self._top.setSpacing(self._theme.px(6))
