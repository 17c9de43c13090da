"""h of a slope, from 1 to 1e-16 on a slider of decades."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from core.words import mark, tr
from gui.panels.inspector_text import TextLine
from gui.theme import Theme
from gui.widgets.flat_slider import FlatSlider

DECADES = 16
FIRST = 4  # the lecture's h: 1e-4
TIP = mark("The step h of the slope, from 1 down to 1e-16: drag, or use the arrow keys")


class StepSlider(QWidget):
    """`h = 1e-4` and a slider; to the right h becomes smaller."""

    h_changed = Signal(float)

    def __init__(self, theme: Theme, name: str) -> None:
        """The slider is called `<name>Slider`, the text `<name>Text`."""
        super().__init__()
        self._theme = theme
        self._text = TextLine(theme, size=12, mono=True, chars=9)
        self._text.setObjectName(f"{name}Text")
        self._text.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.slider = FlatSlider(DECADES + 1)
        self.slider.setObjectName(f"{name}Slider")
        self.slider.setAccessibleName(tr("Step size h"))
        self.slider.setToolTip(tr(TIP))
        self.slider.setPageStep(4)
        self.slider.setValue(FIRST)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._text)
        self._row.addWidget(self.slider, 1)
        self.slider.valueChanged.connect(self._on_value_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._show_text()

    @property
    def h(self) -> float:
        """As exact as it is typed: 1e-4 is the number that Python reads."""
        return float(f"1e-{self.slider.value()}")

    def set_h(self, h: float) -> None:
        """Show the decade of an h, without a signal."""
        places = [float(f"1e-{place}") for place in range(DECADES + 1)]
        nearest = min(range(DECADES + 1), key=lambda place: abs(places[place] - h) / max(places[place], h))
        with QSignalBlocker(self.slider):
            self.slider.setValue(nearest)
        self._show_text()

    def _show_text(self) -> None:
        place = self.slider.value()
        self._text.set_text("h = 1" if place == 0 else f"h = 1e-{place}")

    def _on_value_changed(self, _position: int) -> None:
        self._show_text()
        self.h_changed.emit(self.h)

    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(6))
        wide = QFontMetrics(self._theme.font(12, mono=True)).horizontalAdvance("h = 1e-16")
        self._text.setFixedWidth(wide + self._theme.px(2))
