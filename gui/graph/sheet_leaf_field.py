"""The field that lies over a leaf's number while it is typed."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from core.expression.literals import literal_text
from gui.theme import Theme
from gui.widgets.number_field import NumberField

_MOST = 1e9
_WIDTH, _HEIGHT = 92, 24  # pixels at scale 1: ten figures and the frame
_PARTING = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)


class LeafField(NumberField):
    """Enter takes the number over, Escape and leaving to elsewhere end it; a bad number stays, with the reason."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(minimum=-_MOST, maximum=_MOST, show=literal_text, parent=parent)
        self._theme = theme
        self.address = ""
        self.setObjectName("sheetLeafField")
        self.hide()

    def open(self, address: str, value: float, slot: QRect) -> None:
        """Begin typing the number of a leaf, over its slot."""
        self.address = address
        self.set_value(value)
        self.revert()
        self.setAccessibleName(f"Value of {address}")
        self.setToolTip(f"Value of {address}: Enter takes it over, Escape leaves it as it was")
        self.place(slot)
        self.show()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selectAll()

    def place(self, slot: QRect) -> None:
        """Lie over a slot, never smaller than can be read."""
        width, height = max(self._theme.px(_WIDTH), slot.width()), max(self._theme.px(_HEIGHT), slot.height())
        right = slot.right() + self._theme.px(4)
        self.setGeometry(right - width, slot.center().y() - height // 2, width, height)

    def _wanted(self) -> str:
        return "Enter a number between -1e9 and 1e9, such as -3.0"

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _PARTING and self.isVisible():
            self.hide()
            self.closed.emit()
