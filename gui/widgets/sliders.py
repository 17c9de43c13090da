"""Sliders with a label and a number to type: one linear, one logarithmic."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.words import tr
from gui.numbers import format_decimals, format_significant
from gui.theme import Theme
from gui.widgets.flat_slider import FlatSlider
from gui.widgets.number_field import NumberField
from gui.widgets.text import TextLabel

HANDLE = 14  # pixels at scale 1; the style sheet's slider handle with its ring
POSITIONS_PER_DECADE = 200
FIELD_WIDTH = 76  # ten mono figures at scale 1


class _SliderBlock(QWidget):
    """Label, number and slider. Dragging, keys and typing all end in `value_changed`; set_value is silent."""

    value_changed = Signal(float)

    def __init__(self, label: str, theme: Theme, field: NumberField, positions: int, name: str, tooltip: str) -> None:
        super().__init__()
        self._theme = theme
        self._field = field
        self._slider = FlatSlider(positions)
        self._label = TextLabel(label, "label")
        self._error = TextLabel("", "error")
        self._name_parts(label, name, tooltip)
        self._lay_out()
        self._slider.valueChanged.connect(self._on_position_changed)
        field.value_changed.connect(self._on_field_value_changed)
        field.problem_changed.connect(self._on_problem_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def value(self) -> float:
        return self._field.value()

    def set_value(self, value: float) -> None:
        """Show a value without a signal."""
        self._field.set_value(value)
        with QSignalBlocker(self._slider):
            self._slider.setValue(self._position(value))

    @abstractmethod
    def _position(self, value: float) -> int:
        """The slider's position nearest to a value."""

    @abstractmethod
    def _value_at(self, position: int) -> float:
        """The value of a position, rounded to what the number shows."""

    def _name_parts(self, label: str, name: str, tooltip: str) -> None:
        self.setObjectName(name)
        if name:
            self._slider.setObjectName(f"{name}Slider")
            self._field.setObjectName(f"{name}Field")
        for part in (self._slider, self._field):
            part.setAccessibleName(label)
            part.setToolTip(tooltip or tr("{label}: drag, type a number, or use the arrow keys", label=label))
        self._label.setBuddy(self._field)
        self._error.setWordWrap(True)
        self._error.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self._label)
        top.addStretch(1)
        top.addWidget(self._field)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addLayout(top)
        self._box.addWidget(self._slider)
        self._box.addWidget(self._error)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _on_position_changed(self, position: int) -> None:
        value = self._value_at(position)
        changed = value != self._field.value()
        self._field.revert()
        self._field.set_value(value)
        if changed:
            self.value_changed.emit(value)

    def _on_field_value_changed(self, value: float) -> None:
        self.set_value(value)
        self.value_changed.emit(value)

    def _on_problem_changed(self, problem: str) -> None:
        self._error.setText(problem)
        self._error.setVisible(bool(problem))

    def _on_theme_changed(self) -> None:
        self._field.setFixedWidth(self._theme.px(FIELD_WIDTH))


class NumberSlider(_SliderBlock):
    """A number between two bounds, in even steps on the slider and freely in the field."""

    def __init__(
        self,
        label: str,
        theme: Theme,
        *,
        minimum: float,
        maximum: float,
        step: float,
        decimals: int = 2,
        name: str = "",
        tooltip: str = "",
    ) -> None:
        """With `decimals=0` only whole numbers may be typed."""
        self._minimum, self._step, self._decimals = minimum, step, decimals
        self._maximum = maximum
        field = NumberField(minimum=minimum, maximum=maximum, show=self._text, integer=decimals == 0)
        super().__init__(label, theme, field, round((maximum - minimum) / step) + 1, name, tooltip)
        self._slider.setPageStep(max(1, self._slider.maximum() // 10))

    def _position(self, value: float) -> int:
        return round((value - self._minimum) / self._step)

    def _value_at(self, position: int) -> float:
        return round(min(self._minimum + position * self._step, self._maximum), max(self._decimals, 0))

    def _text(self, value: float) -> str:
        return format_decimals(value, self._decimals)


class LogSlider(_SliderBlock):
    """A positive number on a logarithmic scale, with the powers of ten written under the slider."""

    def __init__(
        self,
        label: str,
        theme: Theme,
        *,
        minimum: float,
        maximum: float,
        digits: int = 3,
        name: str = "",
        tooltip: str = "",
    ) -> None:
        """The slider gives numbers of `digits` significant figures; typed ones may have more."""
        self._digits = digits
        self._minimum, self._maximum = minimum, maximum
        self._low, self._decades = math.log10(minimum), math.log10(maximum / minimum)
        field = NumberField(minimum=minimum, maximum=maximum, show=self._text)
        super().__init__(label, theme, field, round(self._decades * POSITIONS_PER_DECADE) + 1, name, tooltip)
        self._slider.setSingleStep(POSITIONS_PER_DECADE // 20)
        self._slider.setPageStep(POSITIONS_PER_DECADE // 4)
        self._box.insertWidget(self._box.indexOf(self._error), _DecadeMarks(minimum, maximum, theme))

    def _position(self, value: float) -> int:
        return round((math.log10(value) - self._low) / self._decades * self._slider.maximum())

    def _value_at(self, position: int) -> float:
        value = 10.0 ** (self._low + self._decades * position / self._slider.maximum())
        return min(max(float(f"{value:.{self._digits}g}"), self._minimum), self._maximum)

    def _text(self, value: float) -> str:
        return format_significant(value, self._digits)


class _DecadeMarks(QWidget):
    """The powers of ten under a logarithmic slider: all of them if they fit, else evenly every second, third …"""

    def __init__(self, minimum: float, maximum: float, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("decadeMarks")
        self._theme = theme
        low, span = math.log10(minimum), math.log10(maximum / minimum)
        self._powers = range(math.ceil(low - 1e-9), math.floor(low + span + 1e-9) + 1)
        self._places = [(power - low) / span for power in self._powers]
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def texts(self) -> list[str]:
        """What is written, from left to right."""
        return [text for _, text in self._areas(QFontMetricsF(self._font()))]

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(100), self._theme.px(15))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._theme.px(15))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._font())
        painter.setPen(self._theme.palette.mute)
        for area, text in self._areas(QFontMetricsF(painter.font())):
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _font(self) -> QFont:
        return self._theme.font(10, mono=True)

    def _areas(self, metrics: QFontMetricsF) -> list[tuple[QRectF, str]]:
        """Where each text goes: plain numbers, else `1e-4`, else fewer of them (the last one is always there)."""
        for every in range(1, len(self._powers) + 1):
            for write in (_plain_power, _short_power):
                areas = self._placed(metrics, every, write)
                if _are_apart([area for area, _ in areas], metrics.horizontalAdvance("0")):
                    return areas
        return []

    def _placed(self, metrics: QFontMetricsF, every: int, write: Callable[[int], str]) -> list[tuple[QRectF, str]]:
        handle, areas = self._theme.px(HANDLE), []
        for power, place in list(zip(self._powers, self._places, strict=True))[::-every]:
            text = write(power)
            wide = metrics.horizontalAdvance(text)
            centre = handle / 2 + place * (self.width() - handle)
            left = max(min(centre - wide / 2, self.width() - wide), 0.0)
            areas.append((QRectF(left, 0.0, wide, self.height()), text))
        return areas[::-1]

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


def _plain_power(power: int) -> str:
    return f"{10.0**power:g}"


def _short_power(power: int) -> str:
    return _plain_power(power) if -3 < power < 4 else f"1e{power}"


def _are_apart(areas: Sequence[QRectF], gap: float) -> bool:
    return all(left.right() + gap <= right.left() for left, right in pairwise(areas))
