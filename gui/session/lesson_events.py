"""What the learner does, as events that a lesson can wait for (`core.lessons.parts.EventName`)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from core.expression.sheet import Sheet
from core.lessons.checks import Event
from core.lessons.parts import EventName
from gui.frames import Frame, Level, RunStarted
from gui.session.documents import Documents
from gui.session.playhead import Playhead
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.session.sheets import Sheets
from gui.sheet_frames import Mode, SheetFrame

LEVELS = {
    Level.NETWORK: "network",
    Level.NEURON: "neuron",
    Level.SAMPLE: "sample",
    Level.WHOLE: "whole loss",
}  # as lessons name them


class LessonEvents(QObject):
    """Tells each event once. While it is `muted` nothing is told: then a lesson itself changes the lab."""

    happened = Signal(object)  # Event

    def __init__(
        self,
        documents: Documents,
        runs: Runs,
        playhead: Playhead,
        sheets: Sheets,
        selection: Selection,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents, self._runs, self._playhead, self._sheets = documents, runs, playhead, sheets
        self.muted = True
        self._sheet_place = self._run_step = 0
        self._kept_count = len(documents.kept)
        self._text = documents.text
        playhead.playing_changed.connect(self._on_playing)
        sheets.playing_changed.connect(self._on_playing)
        playhead.position_changed.connect(self._on_position)
        sheets.frame_ready.connect(self._on_sheet)
        runs.frame_ready.connect(self._on_run)
        runs.run_started.connect(self._on_run_started)
        sheets.selection.address_changed.connect(self._on_selected)
        selection.address_changed.connect(self._on_selected)
        selection.sample_changed.connect(self._on_sample)
        selection.level_changed.connect(self._on_level)
        documents.mode_changed.connect(self._on_mode)
        sheets.sheet_changed.connect(self._on_sheet_changed)
        documents.kept_changed.connect(self._on_kept)
        sheets.set_by_hand.connect(self._on_set_by_hand)
        runs.set_by_hand.connect(self._on_set_by_hand)

    def tell(self, name: EventName, detail: str = "") -> None:
        """Something happened that no signal of the session tells (an answer was given in predict mode)."""
        if not self.muted:
            self.happened.emit(Event(name, detail))

    @Slot(bool)
    def _on_playing(self, playing: bool) -> None:
        if playing:
            self.tell("play")

    @Slot(object)
    def _on_position(self, position: object) -> None:
        if position is not None and not self._playhead.playing:
            self.tell("step")

    @Slot(object)
    def _on_sheet(self, frame: SheetFrame) -> None:
        before, now = self._sheet_place, frame.state.position
        self._sheet_place = now
        if self._sheets.playing or now == before:
            return
        if now == 0 and before > 1:
            self.tell("reset")
        else:
            self.tell("step" if now > before else "step back")

    @Slot(object)
    def _on_run(self, frame: Frame) -> None:
        before, self._run_step = self._run_step, frame.step
        if self._runs.playing or frame.step == before:
            return
        if frame.step == 0 and before > 1:
            self.tell("reset")
        else:
            self.tell("step" if frame.step > before else "step back")

    @Slot(object)
    def _on_run_started(self, _started: RunStarted) -> None:
        """A new run: its first frame is no step back."""
        if self._run_step > 0:
            self.tell("reset")
        self._run_step = 0

    @Slot(str)
    def _on_selected(self, address: str) -> None:
        if address:
            self.tell("select", address)

    @Slot(int)
    def _on_sample(self, sample: int) -> None:
        self.tell("sample", str(sample + 1))

    @Slot(object)
    def _on_level(self, level: Level) -> None:
        self.tell("level", LEVELS[level])

    @Slot(object)
    def _on_mode(self, mode: Mode) -> None:
        self.tell("mode", mode.value)

    @Slot(object)
    def _on_sheet_changed(self, sheet: Sheet) -> None:
        """Another text has run: what is typed on the way to it is nothing yet."""
        before, self._text = self._text, sheet.text
        if sheet.text != before:
            self.tell("text")

    @Slot()
    def _on_kept(self) -> None:
        more = len(self._documents.kept) > self._kept_count
        self._kept_count = len(self._documents.kept)
        if more:
            self.tell("keep")

    @Slot(str)
    def _on_set_by_hand(self, address: str) -> None:
        self.tell("scrub", address)
