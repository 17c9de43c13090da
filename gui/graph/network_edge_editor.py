"""The field in which a weight or a bias is typed, in its place on the picture."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QToolTip, QWidget

from core.words import tr
from gui.graph.address_field import HEIGHT, WIDTH, AddressField
from gui.theme import Theme


class WeightField(AddressField):
    """A bad number is told below it as well."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, _seven_figures)
        self.setObjectName("networkWeightField")
        self.problem_changed.connect(self._on_problem_changed)

    def open(self, address: str, value: float, middle: QPoint) -> None:
        """Begin typing the number of an address, around a point of the picture."""
        self.place(middle)
        self.begin(address, value)

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

    def _wanted(self) -> str:
        return tr("Enter a number between -1e9 and 1e9, such as -0.25")

    def _on_problem_changed(self, problem: str) -> None:
        if problem and self.isVisible():
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), problem, self)


def _seven_figures(value: float) -> str:
    return f"{value:.7g}"
