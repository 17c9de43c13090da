"""What the row of a leaf is made of: its name to click, its slider, its gradient."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.words import tr
from gui.numbers import format_exact, format_number
from gui.theme import Theme
from gui.widgets.flat_slider import FlatSlider
from gui.widgets.press_button import PressButton

NAME_SIZE, GRADIENT_SIZE = 12, 11  # px at scale 1, as all below
UNDERLINE = 2
MOST_NAME = 96


class NameButton(PressButton):
    """A leaf's name; checked while its node is selected: bold, with a line of ink under it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def nextCheckState(self) -> None:
        """The selection decides, not the click."""

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font(NAME_SIZE, mono=True))
        wide = metrics.horizontalAdvance(self.text()) + self._theme.px(2)
        return QSize(min(wide, self._theme.px(MOST_NAME)), metrics.height() + self._theme.px(2 * UNDERLINE))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(16), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, line = self._theme.palette, self._theme.px(UNDERLINE)
        painter = QPainter(self)
        painter.setFont(self._theme.font(NAME_SIZE, mono=True, bold=self.isChecked()))
        painter.setPen(colours.ink if self.isEnabled() else colours.mute)
        place = self.rect().adjusted(0, line, 0, -line)
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        wide = painter.fontMetrics().horizontalAdvance(name)
        if self.hasFocus():
            painter.fillRect(0, self.height() - line, wide, line, colours.accent)
        elif self.isChecked():
            painter.fillRect(0, self.height() - line, wide, line, colours.ink)
        elif self.underMouse() and self.isEnabled():
            painter.fillRect(0, self.height() - line, wide, line, colours.line)


class LeafSlider(FlatSlider):
    """Tells when a drag begins and ends, and when the number is to go back to where it was."""

    drag_started = Signal()  # before the first number of the drag
    drag_finished = Signal()
    return_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(1, parent)
        self._theme = theme

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.drag_started.emit()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.drag_finished.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.return_requested.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.return_requested.emit()
            event.accept()
        else:
            super().keyPressEvent(event)


class GradientLabel(QWidget):
    """The gradient of a leaf in small figures, in the colour of its sign, with an arrow where the leaf pushes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._value: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    @property
    def text(self) -> str:
        """The number as it is written; empty where none is shown."""
        return "" if self._value is None else format_number(self._value)

    @property
    def colour(self) -> QColor:
        return self._theme.number_colour(math.nan if self._value is None else self._value)

    def set_value(self, value: float | None, name: str) -> None:
        """None: there is no gradient to speak of."""
        value = None if value is None else value + 0.0  # −0 is 0 for a reader
        same = value == self._value or (value is not None and self._value is not None and value != value != self._value)
        if not same:
            self._value = value
            self.setToolTip("" if value is None else _told(name, value))
            self.setAccessibleName("" if value is None else tr("gradient of {name}: {text}", name=name, text=self.text))
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font(GRADIENT_SIZE, mono=True))
        return QSize(metrics.horizontalAdvance("-0.0000") + self._theme.px(12), metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._value is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(GRADIENT_SIZE, mono=True))
        painter.setPen(self.colour if self._value else self._theme.palette.mute)
        left = 0
        if math.isfinite(self._value) and self._value:
            self._paint_arrow(painter)
            left = self._theme.px(12)
        place = self.rect().adjusted(left, 0, 0, 0)
        if painter.fontMetrics().horizontalAdvance(self.text) <= place.width():  # half a number is a wrong one
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text)

    def _paint_arrow(self, painter: QPainter) -> None:
        """Up: the result grows with the leaf. Down: it falls."""
        px = self._theme.px
        area = QRectF(0.5, (self.height() - px(8)) / 2, px(7), px(8))
        top, bottom = (area.top(), area.bottom()) if (self._value or 0.0) > 0 else (area.bottom(), area.top())
        middle, wing = area.center().x(), (bottom - top) * 0.38
        pen = QPen(self.colour, max(1.0, 1.3 * self._theme.scale))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        number_pen = painter.pen()
        painter.setPen(pen)
        painter.drawLine(QRectF(middle, top, 0, 0).topLeft(), QRectF(middle, bottom, 0, 0).topLeft())
        for side in (area.left(), area.right()):
            painter.drawLine(QRectF(side, top + wing, 0, 0).topLeft(), QRectF(middle, top, 0, 0).topLeft())
        painter.setPen(number_pen)


def _told(name: str, value: float) -> str:
    """The gradient in full and in words."""
    exact = tr("gradient {gradient}", gradient=format_exact(value))
    if not math.isfinite(value):
        return exact
    if value == 0:
        return tr("{exact}: moving {name} a little does not move the result", exact=exact, name=name)
    if value > 0:
        return tr("{exact}: raising {name} a little raises the result", exact=exact, name=name)
    return tr("{exact}: raising {name} a little lowers the result", exact=exact, name=name)
