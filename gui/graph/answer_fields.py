"""Predict mode in the graph: a small field over every hidden number, and a mark once it was answered."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from core.expression.answers import AnswerError, Verdict
from core.words import tr
from gui.graph.sheet_view import SheetView
from gui.numbers import format_exact, format_number
from gui.session.prediction import Answer, NumberSlot, Prediction
from gui.theme import Theme
from gui.widgets.number_field import undoes

TEXT_SIZE = 12  # pixels at scale 1, as below
INSET = 4  # from the word before the number
MOST_FIELDS = 200  # of a larger sheet only the first numbers are asked for
_OWN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Up, Qt.Key.Key_Down)
"""Keys that a line edit hands on; the graph below would type or change the selected leaf's number."""
SMALLEST = 9  # pixels of a slot's height; below nobody can type there


class _State(Enum):
    """Of a field."""

    OPEN = "open"
    WRONG = "wrong"
    FOUND = "found"
    SHOWN = "shown"


class AnswerFields(QObject):
    """Keeps a field over each number that the learner is to find. Fields follow the camera."""

    answered = Signal(str)  # a sentence: right, or what may have gone wrong

    def __init__(self, prediction: Prediction, view: SheetView, theme: Theme) -> None:
        super().__init__(view)
        self._prediction, self._view, self._theme = prediction, view, theme
        self._fields: dict[NumberSlot, AnswerField] = {}
        self._starting = self._fitting = False  # until there are fields: then the cursor goes into the first
        prediction.started.connect(self._on_started)
        prediction.changed.connect(self._on_changed)
        view.camera_moved.connect(self.place)
        view.layout_shown.connect(self._on_changed)
        view.slot_clicked.connect(self._on_slot_clicked)
        theme.changed.connect(self._on_changed)
        self._on_changed()

    def field(self, slot: NumberSlot) -> AnswerField | None:
        """The field over a number, if it has one."""
        return self._fields.get(slot)

    def focus_next(self, after: NumberSlot | None = None) -> None:
        """Put the cursor into the next number that is still to be found."""
        order = [slot for slot in self._prediction.slots if slot in self._fields]
        open_ones = [slot for slot in order if slot in self._prediction.hidden]
        start = order.index(after) + 1 if after in order else 0
        later = [slot for slot in open_ones if order.index(slot) >= start]
        for slot in (later or open_ones)[:1]:
            if self._view.slot_rect(*slot).isEmpty():
                self._view.show_node(slot[0])
                self.place()
            self._fields[slot].setFocus()

    @Slot()
    def place(self) -> None:
        """Put every field over its number; those that are out of sight or too small are hidden."""
        for slot, field in self._fields.items():
            place = self._view.slot_rect(*slot)
            visible = place.height() >= SMALLEST and place.width() >= 3 * SMALLEST
            if visible:
                field.fit(place)
            field.setVisible(visible)

    @Slot()
    def _on_changed(self) -> None:
        """A field for every number to be found; what was found or revealed stands in it."""
        prediction = self._prediction
        wanted = prediction.slots[:MOST_FIELDS]
        for slot in [each for each in self._fields if each not in wanted]:
            gone = self._fields.pop(slot)
            gone.hide()
            gone.deleteLater()
        for slot in wanted:
            if slot not in self._fields:
                self._fields[slot] = AnswerField(slot, self._theme, self._view)
                self._fields[slot].submitted.connect(self._on_submitted)
                self._fields[slot].entered.connect(self._on_entered)
            self._show(slot)
        self._hide_numbers()
        self.place()
        self._go_to_first()

    @Slot(bool)
    def _on_started(self, exercise: bool) -> None:
        self._starting, self._fitting = True, exercise
        self._go_to_first()

    def _go_to_first(self) -> None:
        """Once the graph of the sheet to be predicted is on screen."""
        sheet, shown = self._prediction.sheet, self._view.snapshot
        if not self._starting or not self._prediction.ready:
            return
        if sheet is None:  # switched off meanwhile
            self._starting = False
        elif shown is not None and shown.key == sheet.graph.key:
            self._starting = False
            if self._fitting:
                self._view.fit()
                self.place()
            self.focus_next()

    def _show(self, slot: NumberSlot) -> None:
        prediction, field = self._prediction, self._fields[slot]
        if slot in prediction.hidden:
            field.show_open(prediction.answer_for(slot))
        else:
            field.show_number(prediction.truth(slot), found=not prediction.is_shown(slot))

    def _hide_numbers(self) -> None:
        """The fields stand in the place of the graph's own numbers."""
        sheet = self._prediction.sheet
        numbers: dict[str, list[int]] = {"data": [], "grad": []}
        for address, field in self._prediction.slots:
            node = sheet.node(address) if sheet is not None else None
            if node is not None:
                numbers[field].append(node)
        self._view.hide_numbers(numbers["data"], numbers["grad"])

    @Slot(object, str)
    def _on_submitted(self, slot: NumberSlot, text: str) -> None:
        try:
            answer = self._prediction.answer(slot, text)
        except AnswerError as error:
            self._fields[slot].show_complaint(str(error))
            self._fields[slot].selectAll()
            self.answered.emit(str(error))
            return
        except KeyError:
            return  # the sheet has changed meanwhile
        name = slot[0] if slot[1] == "data" else tr("the gradient of {name}", name=slot[0])
        if answer.verdict is Verdict.RIGHT:
            self.answered.emit(tr("Right: {name} is {number}.", name=name, number=f"{answer.value:g}"))
            self.focus_next(slot)
        else:
            self._fields[slot].selectAll()  # the next answer takes its place
            number = f"{answer.value:g}"
            self.answered.emit(
                tr("Not yet: {name} is not {number}. {hint}", name=name, number=number, hint=answer.hint)
            )

    @Slot(object)
    def _on_entered(self, slot: NumberSlot) -> None:
        self._prediction.select(slot[0])

    @Slot(str, str)
    def _on_slot_clicked(self, address: str, field: str) -> None:
        for slot, edit in self._fields.items():
            if slot == (address, field):
                edit.setFocus()


class AnswerField(QLineEdit):
    """One number to be found. Enter judges it; Escape takes back what was typed."""

    submitted = Signal(object, str)  # NumberSlot, text
    entered = Signal(object)  # NumberSlot: the cursor came into the field

    def __init__(self, slot: NumberSlot, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._slot, self._theme = slot, theme
        self._state = _State.OPEN
        self.setObjectName(f"answer_{slot[1]}_{slot[0]}")
        is_gradient = slot[1] == "grad"
        self.setAccessibleName(
            tr("gradient of {name}", name=slot[0]) if is_gradient else tr("data of {name}", name=slot[0])
        )
        self.setProperty("role", "answer")
        self.setPlaceholderText("?")
        self.setMaxLength(40)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._show_hint("")
        self.returnPressed.connect(self._on_return)

    def fit(self, place: QRect) -> None:
        """Take this place, with letters that fit it."""
        inset = self._theme.px(INSET)
        self.setGeometry(place.adjusted(inset, 0, 0, 0))
        size = max(7, min(round(place.height() * 0.72), self._theme.px(TEXT_SIZE)))
        font = self._theme.font(TEXT_SIZE, mono=True)
        font.setPixelSize(size)
        if font != self.font():
            self.setFont(font)

    def show_open(self, answer: Answer | None) -> None:
        """A number that is still to be found; `answer` is the last wrong one."""
        self.setReadOnly(False)
        if answer is None and self._state is not _State.OPEN:
            self.setText("")
        self._set_state(_State.WRONG if answer is not None else _State.OPEN)
        self._show_hint(answer.hint if answer else "")
        self.update()

    def show_number(self, number: float, *, found: bool) -> None:
        """The number itself, found by the learner or revealed."""
        self._set_state(_State.FOUND if found else _State.SHOWN)
        self.setReadOnly(True)
        self.setText(format_number(number))
        self.setToolTip(format_exact(number + 0.0))  # −0 is 0 for a reader
        self.update()

    def show_complaint(self, text: str) -> None:
        """What was typed is no number."""
        self._set_state(_State.WRONG)
        self._show_hint(text)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit(self._slot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.setText("")
            return
        super().keyPressEvent(event)
        if event.key() in _OWN:
            event.accept()

    def event(self, event: QEvent) -> bool:
        """Letters and digits are for this field, not for the window's one-key shortcuts; undo is, once it has some."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            modifiers = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if event.text() and event.text().isprintable() and not modifiers:
                event.accept()
                return True
            if undoes(event) and not self.isModified():
                event.ignore()
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._state in (_State.FOUND, _State.SHOWN) and not self.hasFocus():
            return
        colours, wrong = self._theme.palette, self._state is _State.WRONG
        colour = colours.negative if wrong else colours.accent if self.hasFocus() else colours.line
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, self._theme.px(2 if wrong or self.hasFocus() else 1)))
        radius = self._theme.px(4)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def _set_state(self, state: _State) -> None:
        """The style sheet gives each state its colour; a new polish costs, so only for a change."""
        if state is not self._state:
            self._state = state
            self.setProperty("state", state.value)
            self.style().unpolish(self)
            self.style().polish(self)

    def _show_hint(self, text: str) -> None:
        name, field = self._slot
        invitation = (
            tr("Type the gradient of {name}, such as -2, 0.25 or 1/3, and press Enter", name=name)
            if field == "grad"
            else tr("Type the data of {name}, such as -2, 0.25 or 1/3, and press Enter", name=name)
        )
        self.setToolTip(text or invitation)

    @Slot()
    def _on_return(self) -> None:
        if self.text().strip() and not self.isReadOnly():
            self.submitted.emit(self._slot, self.text())
