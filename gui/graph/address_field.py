"""A field that lies over a number of a picture while that is typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from core.words import tr
from gui.theme import Theme
from gui.widgets.number_field import NumberField

MOST = 1e9
WIDTH, HEIGHT = 92, 24  # pixels at scale 1: ten figures and the frame
_PARTING = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)


class AddressField(NumberField):
    """Enter takes the number over, Escape and leaving to elsewhere end it; a bad number stays, with the reason."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget, show: Callable[[float], str]) -> None:
        super().__init__(minimum=-MOST, maximum=MOST, show=show, parent=parent)
        self._theme = theme
        self.address = ""
        self.hide()

    def begin(self, address: str, value: float) -> None:
        """Type the number of an address; the field is in its place already."""
        self.address = address
        self.set_value(value)
        self.revert()
        self.setAccessibleName(tr("Value of {address}", address=address))
        self.setToolTip(tr("Value of {address}: Enter takes it over, Escape leaves it as it was", address=address))
        self.show()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _PARTING and self.isVisible():
            self.hide()
            self.closed.emit()
