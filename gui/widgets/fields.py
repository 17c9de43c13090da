"""Rows of a form: a label at the left, a choice or a number at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.words import tr
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.buttons import IconButton, LinkButton
from gui.widgets.number_field import NumberField
from gui.widgets.text import TextLabel

__all__ = ["ChoiceBox", "ChoiceRow", "IconButton", "LinkButton", "NumberRow"]

FIELD_WIDTH = 92  # pixels at scale 1, as all below
BOX_HEIGHT = 24


class ChoiceBox(QComboBox):
    """A flat drop-down list of (key, text), as wide as what it shows; the wheel moves it only when it has the focus."""

    choice_changed = Signal(str)  # the user took another key

    def __init__(self, theme: Theme, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for key, text in choices:
            self.addItem(text, key)
        self._tip = ""
        self.currentIndexChanged.connect(self._on_index_changed)
        theme.changed.connect(self.updateGeometry)

    def value(self) -> str:
        return str(self.currentData())

    def set_value(self, key: str) -> None:
        """Show a choice without a signal. Raises KeyError for a key that is not offered."""
        index = self.findData(key)
        if index < 0:
            raise KeyError(key)
        with QSignalBlocker(self):
            self.setCurrentIndex(index)
        self.updateGeometry()
        self._show_rest()

    def setToolTip(self, tip: str) -> None:
        self._tip = tip
        self._show_rest()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_rest()

    def _show_rest(self) -> None:
        """Where the choice is cut, the tooltip begins with all of it."""
        is_cut = self.width() < self.sizeHint().width()
        super().setToolTip("\n".join(filter(None, (self.currentText(), self._tip))) if is_cut else self._tip)

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self.currentText())
        return QSize(wide + self._theme.px(34), self._theme.px(BOX_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(48), self._theme.px(BOX_HEIGHT))

    def showPopup(self) -> None:
        """As wide as the widest choice, whatever is shown now."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + self._theme.px(28))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _on_index_changed(self, index: int) -> None:
        self.updateGeometry()
        self._show_rest()
        self.choice_changed.emit(str(self.itemData(index)))


class ChoiceRow(QWidget):
    """A label and a ChoiceBox."""

    choice_changed = Signal(str)

    def __init__(
        self, label: str, theme: Theme, choices: Sequence[tuple[str, str]], name: str = "", tooltip: str = ""
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._box = ChoiceBox(theme, choices)
        self._box.setObjectName(f"{name}Choice" if name else "")
        self._box.setAccessibleName(label)
        self._box.setToolTip(tooltip or tr("{label}: choose one", label=label))
        self._label = TextLabel(label, "label")
        self._label.setBuddy(self._box)
        self._box.choice_changed.connect(self.choice_changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label)
        row.addStretch(1)
        row.addWidget(self._box)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def value(self) -> str:
        return self._box.value()

    def set_value(self, key: str) -> None:
        """Show a choice without a signal. Raises KeyError for a key that is not offered."""
        self._box.set_value(key)


class NumberRow(QWidget):
    """A label and a number to type over; what is wrong with it stands under the row."""

    value_changed = Signal(float)

    def __init__(
        self,
        label: str,
        theme: Theme,
        *,
        minimum: float,
        maximum: float,
        integer: bool = False,
        special: dict[float, str] | None = None,
        name: str = "",
        tooltip: str = "",
    ) -> None:
        """`special` has words for some values, `{0: "all"}`; they may be typed too."""
        super().__init__()
        self._theme = theme
        show = _whole_text if integer else _plain_text
        self._field = NumberField(minimum=minimum, maximum=maximum, show=show, integer=integer, special=special)
        self._label = TextLabel(label, "label")
        self._error = TextLabel("", "error")
        self._name_parts(label, name, tooltip)
        self._lay_out()
        self._field.value_changed.connect(self.value_changed)
        self._field.problem_changed.connect(self._on_problem_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def value(self) -> float:
        return self._field.value()

    def set_value(self, value: float) -> None:
        """Show a number without a signal."""
        self._field.set_value(value)

    def set_maximum(self, maximum: float) -> None:
        self._field.set_maximum(maximum)

    def _name_parts(self, label: str, name: str, tooltip: str) -> None:
        self.setObjectName(name)
        self._field.setObjectName(f"{name}Field" if name else "")
        self._field.setAccessibleName(label)
        self._field.setToolTip(tooltip or tr("{label}: type a number and press Enter", label=label))
        self._label.setBuddy(self._field)
        self._error.setWordWrap(True)
        self._error.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label)
        row.addStretch(1)
        row.addWidget(self._field)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(self._error)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _on_problem_changed(self, problem: str) -> None:
        self._error.setText(problem)
        self._error.setVisible(bool(problem))

    def _on_theme_changed(self) -> None:
        self._field.setFixedWidth(self._theme.px(FIELD_WIDTH))


def _whole_text(value: float) -> str:
    return format_count(int(value))


def _plain_text(value: float) -> str:
    return f"{value:.10g}"
