"""The field in which a weight or a bias is typed, in its place on the picture."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.theme import Theme
from gui.widgets.number_field import NumberField

MOST = 1e9
WIDTH, HEIGHT = 92, 24  # pixels at scale 1: ten figures and the frame
_PARTING = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)


class WeightField(NumberField):
    """Enter takes the number over, Escape and leaving to elsewhere end it; a bad number stays, with the reason."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(minimum=-MOST, maximum=MOST, show=_seven_figures, parent=parent)
        self._theme = theme
        self.address = ""
        self.setObjectName("networkWeightField")
        self.problem_changed.connect(self._on_problem_changed)
        self.hide()

    def open(self, address: str, value: float, middle: QPoint) -> None:
        """Begin typing the number of an address, around a point of the picture."""
        self.address = address
        self.set_value(value)
        self.revert()
        self.setAccessibleName(f"Value of {address}")
        self.setToolTip(f"Value of {address}: Enter takes it over, Escape leaves it as it was")
        self.place(middle)
        self.show()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selectAll()

    def place(self, middle: QPoint) -> None:
        """Lie around a point, inside the picture."""
        width, height = self._theme.px(WIDTH), self._theme.px(HEIGHT)
        picture = self.parentWidget()
        room = picture.size() if picture is not None else self.size()
        left = min(max(middle.x() - width // 2, 0), max(0, room.width() - width))
        top = min(max(middle.y() - height // 2, 0), max(0, room.height() - height))
        self.setGeometry(left, top, width, height)

    def close_unread(self) -> None:
        """Forget what was typed, and go."""
        self.revert()
        if self.isVisible():
            self._give_focus_back()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _PARTING and self.isVisible():
            self.hide()
            self.closed.emit()

    def _wanted(self) -> str:
        return "Enter a number between -1e9 and 1e9, such as -0.25"

    def _on_problem_changed(self, problem: str) -> None:
        if problem and self.isVisible():
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), problem, self)


def _seven_figures(value: float) -> str:
    return f"{value:.7g}"
