"""Readout: a small label over a number that changes often."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.theme import Theme
from gui.widgets.text import ElidedLabel, TextLabel

VALUE_SIZE = 14  # pixels at scale 1; as the style sheet's role "value"


class Readout(QWidget):
    """Room for a fixed number of figures, so that a new number moves nothing and costs no new layout."""

    def __init__(self, label: str, theme: Theme, *, characters: int, name: str, missing: str = "—") -> None:
        """`name` is the object name of the label that holds the number; `missing` stands there at first."""
        super().__init__()
        self._theme, self._characters = theme, characters
        self._missing = missing
        self._value = TextLabel(missing, "value")
        self._value.setObjectName(name)
        self._value.setAccessibleName(label)
        self._box = QVBoxLayout(self)
        self._box.addStretch(1)
        self._box.addWidget(TextLabel(label, "small"))
        self._box.addWidget(self._value)
        self._note = ElidedLabel("", "small")
        self._note.setObjectName(name.replace("Value", "Note"))
        self._note.hide()
        self._box.addWidget(self._note)
        self._box.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def text(self) -> str:
        return self._value.text()

    def show_text(self, text: str, tooltip: str = "") -> None:
        """`tooltip` usually is the same number in full."""
        self._value.setText(text)
        self._value.setToolTip(tooltip)

    def set_note_room(self, room: bool) -> None:
        """Whether there is a small line below the number; readouts beside each other have it together."""
        self._note.setVisible(room)

    def show_note(self, text: str, meaning: str = "") -> None:
        """A second, smaller number: `test 0.1234`."""
        self._note.setText(text)
        self._note.setAccessibleName(meaning)
        if meaning:
            self._note.setToolTip(meaning)

    def clear(self) -> None:
        self.show_text(self._missing)
        self.show_note("")
        self.set_bad(False)

    def set_bad(self, bad: bool) -> None:
        """Show the number as one that went wrong."""
        self._value.set_role("bad-value" if bad else "value")

    def _on_theme_changed(self) -> None:
        metrics = QFontMetrics(self._theme.font(VALUE_SIZE, mono=True))
        self._value.setFixedSize(metrics.horizontalAdvance("0" * self._characters) + 1, metrics.height())
        self._note.setFixedWidth(self._value.width())
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(self._theme.px(1))
