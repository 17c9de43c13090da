"""The field that lies over a leaf's number while it is typed."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from core.expression.literals import literal_text
from core.words import tr
from gui.graph.address_field import HEIGHT, WIDTH, AddressField
from gui.theme import Theme


class LeafField(AddressField):
    """The number is written as it will stand in the text."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, literal_text)
        self.setObjectName("sheetLeafField")

    def open(self, address: str, value: float, slot: QRect) -> None:
        """Begin typing the number of a leaf, over its slot."""
        self.place(slot)
        self.begin(address, value)

    def place(self, slot: QRect) -> None:
        """Lie over a slot, never smaller than can be read."""
        width, height = max(self._theme.px(WIDTH), slot.width()), max(self._theme.px(HEIGHT), slot.height())
        right = slot.right() + self._theme.px(4)
        self.setGeometry(right - width, slot.center().y() - height // 2, width, height)

    def _wanted(self) -> str:
        return tr("Enter a number between -1e9 and 1e9, such as -3.0")
