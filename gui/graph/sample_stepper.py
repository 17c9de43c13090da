"""Steps through the samples: previous, next, and which one is looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.words import tr
from gui.graph.text_button import TextButton
from gui.numbers import format_count
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.text import TextLabel

PAGE = 10  # samples for Page Up and Page Down

_STEPS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_PageUp: PAGE,
    Qt.Key.Key_PageDown: -PAGE,
}


class _StepButton(TextButton):
    """Leaves the arrow keys, which a button would move the focus with, to the stepper."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _STEPS:
            event.ignore()
        else:
            super().keyPressEvent(event)


class SampleStepper(QWidget):
    """`‹ sample 3 of 4 ›`. With the focus on it arrows, Page Up, Page Down, Home, End and the wheel step too."""

    def __init__(self, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sampleStepper")
        self._selection = selection
        self._count = 0
        previous, following = tr("Previous sample"), tr("Next sample")
        tip = tr("Arrows step, Page Up and Page Down by ten, Home and End go to the first and last")
        self._previous = _StepButton("‹", theme, name="samplePrevious", tooltip=f"{previous}. {tip}")
        self._next = _StepButton("›", theme, name="sampleNext", tooltip=f"{following}. {tip}")
        self._text = TextLabel("", "label")
        self._text.setObjectName("sampleText")
        for button, name in ((self._previous, previous), (self._next, following)):
            button.setAccessibleName(name)
            button.setAutoRepeat(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (self._previous, self._text, self._next):
            row.addWidget(widget)
        self._previous.clicked.connect(self._on_previous)
        self._next.clicked.connect(self._on_next)
        selection.sample_changed.connect(self._on_sample_changed)
        self._on_sample_changed(selection.sample)

    def set_count(self, count: int) -> None:
        """How many samples there are."""
        self._count = count
        self._on_sample_changed(self._selection.sample)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._go(self._selection.sample + _STEPS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if key == Qt.Key.Key_Home else self._count - 1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._previous.hasFocus() or self._next.hasFocus():
            self._go(self._selection.sample + (1 if event.angleDelta().y() > 0 else -1))
            event.accept()
        else:
            event.ignore()

    def _go(self, sample: int) -> None:
        if self._count:
            self._selection.select_sample(min(max(sample, 0), self._count - 1))

    def _on_previous(self) -> None:
        self._go(self._selection.sample - 1)

    def _on_next(self) -> None:
        self._go(self._selection.sample + 1)

    def _on_sample_changed(self, sample: int) -> None:
        number, count = format_count(sample + 1), format_count(self._count)
        words = tr("sample {number} of {count}", number=number, count=count) if self._count else tr("no sample")
        self._text.setText(words)
        self.setAccessibleName(words)
        self._set_enabled(self._previous, sample > 0)
        self._set_enabled(self._next, sample + 1 < self._count)

    def _set_enabled(self, button: TextButton, enabled: bool) -> None:
        """A button at its end gives its focus to the other one, so that the keys go on working."""
        if not enabled and button.hasFocus():
            other = self._next if button is self._previous else self._previous
            other.setEnabled(True)
            other.setFocus(Qt.FocusReason.OtherFocusReason)
        button.setEnabled(enabled)
