"""FlatSlider: a horizontal slider that goes where it is clicked and leaves the wheel to the page around it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget


class FlatSlider(QSlider):
    """Thin groove, round handle (see the style sheet). The wheel moves it only when it has the focus."""

    def __init__(self, positions: int, parent: QWidget | None = None) -> None:
        """A slider with the positions 0 … `positions` - 1."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, positions - 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._jump_to(round(event.position().x()), round(event.position().y()))
        super().mousePressEvent(event)

    def _jump_to(self, x: int, y: int) -> None:
        """Bring the handle under the pointer, so that the press that follows takes hold of it."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl
        style, control = self.style(), QStyle.ComplexControl.CC_Slider
        handle = style.subControlRect(control, option, part.SC_SliderHandle, self)
        if handle.contains(x, y):
            return
        groove = style.subControlRect(control, option, part.SC_SliderGroove, self)
        start = x - groove.left() - handle.width() // 2
        span = groove.width() - handle.width()
        self.setSliderPosition(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), start, span))
