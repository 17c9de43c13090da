"""The timeline: drag back to any earlier step of the run, and see everything as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from core.words import mark, tr
from gui.frames import Frame, RunStarted
from gui.numbers import format_count
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.flat_slider import FlatSlider
from gui.widgets.text import SteadyLabel

if TYPE_CHECKING:
    from gui.session.runs import Runs

LONGEST = 2**31 - 1  # steps that a slider can count
LEAST_ROOM = 99_999  # steps that the text has room for from the beginning
PAGES = 20  # Page Up and Page Down go through the run in so many
TIP = mark(
    "Every step of this run, exactly as it was: drag, or use the arrow keys.\n"
    "Play from an earlier step to go on from there."
)


class StepTrack(FlatSlider):
    """A slider that leaves the keys which step the whole run to the window."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)


class Timeline(QWidget):
    """A slider over all steps so far, which step is shown, and the way back to the present."""

    def __init__(self, runs: Runs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self._runs, self._theme = runs, theme
        self._shown: Frame | None = None
        self._track = StepTrack(1)
        self._track.setObjectName("timelineSlider")
        self._track.setAccessibleName(tr("Step of the run that is shown"))
        self._track.setToolTip(tr(TIP))
        self._text = SteadyLabel("", "label")
        self._text.setObjectName("timelineText")
        self._return = LinkButton(tr("to the present"), theme, tr("Show the newest step again (End)"))
        self._return.setObjectName("timelineReturn")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._track, 1)
        self._row.addWidget(self._text)
        self._row.addWidget(self._return)
        self._track.valueChanged.connect(self._on_moved)
        self._return.clicked.connect(self._on_return)
        runs.frame_ready.connect(self._on_frame_ready)
        runs.run_started.connect(self._on_run_started)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)

    @Slot(object)
    def _on_run_started(self, started: RunStarted) -> None:
        with QSignalBlocker(self._track):
            self._track.setRange(0, 0)

    @Slot(object)
    def _on_frame_ready(self, frame: Frame) -> None:
        """The handle follows the run, except while it is held: then the run follows the handle."""
        head = min(frame.head, LONGEST)
        with QSignalBlocker(self._track):
            self._track.setRange(0, head)
            self._track.setPageStep(max(head // PAGES, 1))
            if not self._track.isSliderDown():
                self._track.setValue(min(frame.step, LONGEST))
        self._track.setEnabled(head > 0)
        self._return.setVisible(frame.is_past)
        self._show_words(frame)

    def _show_words(self, frame: Frame) -> None:
        """With room for more steps: the slider would be shorter with every figure."""
        self._shown = frame
        most = format_count(max(frame.head, LEAST_ROOM))
        self._text.give_room(_at(most, most if frame.is_past else ""))
        self._text.setText(_words(frame))

    @Slot(int)
    def _on_moved(self, step: int) -> None:
        self._runs.look_at(step)

    @Slot()
    def _on_return(self) -> None:
        self._track.setFocus()
        self._runs.look_at(self._track.maximum())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self._theme.px(10))
        self.setFixedHeight(self._theme.px(20))
        if self._shown is not None:
            self._show_words(self._shown)


def _words(frame: Frame) -> str:
    if frame.is_past:
        return _at(format_count(frame.step), format_count(frame.head))
    return _at(format_count(frame.step))


def _at(step: str, newest: str = "") -> str:
    return tr("step {step} of {newest}", step=step, newest=newest) if newest else tr("step {step}", step=step)
