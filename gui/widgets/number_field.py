"""NumberField: a number to type over, checked when the typing is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from core.words import tr
from gui.numbers import format_count, parse_number

_LEAVING = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NumberField(QLineEdit):
    """A line edit for one number.

    Enter takes the number over and gives the keyboard back to the window; a bad number stays, to be corrected. Leaving
    the field takes the number over too, but forgets a bad one. Escape forgets what was typed and leaves.
    """

    value_changed = Signal(float)  # the user entered another number
    problem_changed = Signal(str)  # what is wrong with the text, one sentence; empty when nothing is

    def __init__(
        self,
        *,
        minimum: float,
        maximum: float,
        show: Callable[[float], str],
        integer: bool = False,
        special: dict[float, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`show` writes a value as text; `special` has words for some values (`{0: "all"}`), typed or shown."""
        super().__init__(parent)
        self._minimum, self._maximum, self._integer = minimum, maximum, integer
        self._show = show
        self._special = dict(special or {})
        self._value = minimum
        self._problem = ""
        self.setProperty("role", "number")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setTextMargins(0, 0, -1, 0)  # the figures end nearly where sliders and lines end
        self._show_value()

    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Show another number, without a signal; text being typed is left alone."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self._show_value()

    def set_maximum(self, maximum: float) -> None:
        self._maximum = maximum

    def problem(self) -> str:
        return self._problem

    def revert(self) -> None:
        """Forget what was typed."""
        self._show_value()

    def event(self, event: QEvent) -> bool:
        """Escape and Enter are the field's own while it has the focus, whatever shortcuts the window has.

        Undo and redo are the window's until something is typed.
        """
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in _LEAVING:
                event.accept()
                return True
            if undoes(event) and not self.isModified():
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _LEAVING:
            super().keyPressEvent(event)
            return
        event.accept()
        if event.key() == Qt.Key.Key_Escape:
            self.revert()
        elif self.isModified() and not self._take_over():
            self._set_problem(self._wanted())
            return
        self._give_focus_back()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        elsewhere = event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.MenuBarFocusReason,
        )
        if elsewhere and self.isModified() and not self._take_over():
            self.revert()

    def _take_over(self) -> bool:
        """Make what was typed the value; False if that is not allowed."""
        value = self._typed_value()
        if value is None:
            return False
        changed = value != self._value
        self._value = value
        self._show_value()
        if changed:
            self.value_changed.emit(value)
        return True

    def _give_focus_back(self) -> None:
        """Keys now mean what they mean elsewhere in the window; Tab goes on from the row of this field."""
        row = self.parentWidget()
        if self.hasFocus() and row is not None:
            row.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.clearFocus()

    def _typed_value(self) -> float | None:
        """What the text says, None if that is not allowed here."""
        text = _plain(self.text())
        for value, word in self._special.items():
            if text in (_plain(word), _plain(word.split()[0])):  # `all` will do for `all 200`
                return value
        number = parse_number(self.text(), whole=self._integer)
        if number is None or (self._integer and not number.is_integer()):
            return None
        allowed = self._minimum <= number <= self._maximum or number in self._special
        return number if allowed else None

    def _wanted(self) -> str:
        low, high = _bound(self._minimum), _bound(self._maximum)
        if self._special:
            words = tr(", or ").join(self._special.values())
            if self._integer:
                return tr("Enter a whole number from {low} to {high}, or {words}.", low=low, high=high, words=words)
            return tr("Enter a number from {low} to {high}, or {words}.", low=low, high=high, words=words)
        if self._integer:
            return tr("Enter a whole number from {low} to {high}.", low=low, high=high)
        return tr("Enter a number from {low} to {high}.", low=low, high=high)

    def _show_value(self) -> None:
        self.setText(self._special.get(self._value) or self._show(self._value))
        self.setModified(False)
        self._set_problem("")

    def _set_problem(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self.setProperty("bad", bool(problem))
            self.style().unpolish(self)
            self.style().polish(self)
            self.problem_changed.emit(problem)


def undoes(event: QKeyEvent) -> bool:
    """Whether a key is that of undo or redo; Ctrl+Y is redo on every platform."""
    control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    keys = QKeySequence.StandardKey
    return event.matches(keys.Undo) or event.matches(keys.Redo) or (control and event.key() == Qt.Key.Key_Y)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _bound(value: float) -> str:
    return format_count(int(value)) if float(value).is_integer() else f"{value:.12g}"
