"""NumberField: a number to type over, checked when the typing is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.numbers import parse_number


class NumberField(QLineEdit):
    """Enter or leaving the field takes the number over; a bad one stays to be corrected, Escape brings the old back."""

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
        self.editingFinished.connect(self._on_editing_finished)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.revert()
            self.selectAll()
            event.accept()
            return
        super().keyPressEvent(event)

    def _on_editing_finished(self) -> None:
        if not self.isModified():
            return
        value = self._typed_value()
        if value is None:
            self._set_problem(self._wanted())
            return
        changed = value != self._value
        self._value = value
        self._show_value()
        if changed:
            self.value_changed.emit(value)

    def _typed_value(self) -> float | None:
        """What the text says, None if that is not allowed here."""
        text = self.text().strip().casefold()
        for value, word in self._special.items():
            if text == word.casefold():
                return value
        number = parse_number(text)
        if number is None or (self._integer and not number.is_integer()):
            return None
        allowed = self._minimum <= number <= self._maximum or number in self._special
        return number if allowed else None

    def _wanted(self) -> str:
        kind = "whole number" if self._integer else "number"
        words = "".join(f", or {word}" for word in self._special.values())
        return f"Enter a {kind} from {self._minimum:,.12g} to {self._maximum:,.12g}{words}."

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
