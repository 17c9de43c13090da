"""Puts on screen what a step of a lesson prepares, and keeps what was there before, to bring it back as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.bugs import Bugs
from core.document_parts import Document
from core.expression.sheet import Phase
from core.lessons.preparing import Prepared, prepared
from core.lessons.sharing import OpenLesson
from core.long_work import Report
from core.playhead import Position
from gui.session.analysis import Analysis, Job
from gui.session.documents import Documents
from gui.session.files import Files
from gui.session.playhead import Playhead
from gui.session.runs import Runs
from gui.session.sheets import Sheets
from gui.sheet_frames import Mode

FIRST_JOB = -1  # numbers of those who ask for documents: these are negative, and nobody else's


@dataclass(frozen=True, eq=False)
class Kept:
    """The session at one moment: everything that comes back."""

    document: Document
    bugs: Bugs  # of the expression lab, as all below
    position: int
    at_end: bool
    select: str
    path: Path | None  # the document's file
    inside: Position | None = None  # where the network's playhead stands in a step


class LessonStage(QObject):
    """One thing at a time: what is shown last counts."""

    ready = Signal()  # what was to be shown is on screen
    refused = Signal(str)  # why a step cannot be prepared
    opened_by_others = Signal()  # a person opened a document

    def __init__(
        self,
        documents: Documents,
        runs: Runs,
        playhead: Playhead,
        sheets: Sheets,
        files: Files,
        analysis: Analysis,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents, self._runs, self._playhead = documents, runs, playhead
        self._sheets, self._files, self._analysis = sheets, files, analysis
        self._making: Job | None = None
        self._prepared: Prepared | None = None
        self._waiting: Prepared | None = None
        self._opening = self._entering = False
        self._inside: Position | None = None  # where the playhead is to stand in the step that comes
        self._job = FIRST_JOB
        self._then: dict[int, tuple[Callable[[Kept], object], Kept]] = {}
        documents.opened.connect(self._on_opened)
        sheets.frame_ready.connect(self._on_sheet)
        sheets.error_changed.connect(self._on_sheet)
        self._told = QTimer(self, singleShot=True)  # not while others are still being told of the sheet
        self._told.timeout.connect(self._on_sheet_told)
        runs.frame_ready.connect(self._on_frame)
        playhead.here_changed.connect(self._on_here)
        runs.document_made.connect(self._on_document_made)

    @property
    def is_ready(self) -> bool:
        return self._waiting is None

    @property
    def prepared(self) -> Prepared | None:
        """What the present step prepares, once it is made."""
        return self._prepared

    def open_step(self, found: OpenLesson, index: int) -> None:
        """Make what a step prepares, and show it; `ready` or `refused` follows."""
        self.leave_step()
        self._inside = None
        self._making = self._analysis.start(partial(_prepared, found, index))
        self._making.finished.connect(self._on_made)
        self._making.refused.connect(self._on_refused)

    def leave_step(self) -> None:
        """What comes on screen from now on is not the step."""
        self._prepared = None
        if self._making is not None:
            self._making.finished.disconnect(self._on_made)
            self._making.refused.disconnect(self._on_refused)
            self._making.cancel()
            self._making = None

    def show(self, wanted: Prepared) -> None:
        """In place of what is there; `ready` follows."""
        self._waiting, self._entering = wanted, False
        self._pause()
        if self._is_there(wanted):
            self._told.start(0)
            return
        self._opening = True
        try:
            self._sheets.set_bugs(wanted.bugs)
            self._documents.open_document(wanted.document)
            self._sheets.wake()
        finally:
            self._opening = False

    def keep(self, then: Callable[[Kept], object]) -> None:
        """`then` gets the session as it is now, once the worker has handed over the run."""
        self._pause()
        sheets = self._sheets
        last = len(sheets.sheet.steps) if sheets.sheet is not None else 0
        kept = Kept(
            document=self._documents.document,
            bugs=sheets.bugs,
            position=sheets.position,
            at_end=sheets.position >= last,
            select=sheets.selection.address,
            path=self._files.path,
            inside=self._playhead.position,
        )
        self._job -= 1
        self._then[self._job] = (then, kept)
        self._runs.ask_document(self._job)

    def bring_back(self, kept: Kept) -> None:
        """As it was; `ready` follows."""
        in_network = kept.document.mode == "network"
        position = None if in_network or kept.at_end else kept.position
        select = "" if in_network else kept.select
        self._inside = kept.inside if in_network else None
        self.show(Prepared(kept.document, kept.bugs, position, select))
        if kept.path is not None:
            self._files.adopt(kept.path)

    def _is_there(self, wanted: Prepared) -> bool:
        """Whether the lab shows this expression already, so that only its playhead has to be moved."""
        sheets, document = self._sheets, wanted.document
        same = sheets.text == document.text and sheets.bugs == wanted.bugs and not sheets.busy
        there = self._documents.mode is Mode.EXPRESSION and sheets.sheet is not None
        return document.mode == "expression" and same and there

    def _pause(self) -> None:
        self._playhead.pause()
        self._sheets.pause()

    @Slot(object)
    def _on_made(self, found: Prepared) -> None:
        self._making, self._prepared = None, found
        self.show(found)

    @Slot(str)
    def _on_refused(self, problem: str) -> None:
        self._making = None  # it is over, and deleted soon
        self.refused.emit(problem)

    @Slot(int, object)
    def _on_document_made(self, job: int, document: Document) -> None:
        if job in self._then:
            then, kept = self._then.pop(job)
            then(replace(kept, document=document))

    @Slot()
    def _on_opened(self) -> None:
        if not self._opening:
            self._waiting, self._entering = None, False
            self.opened_by_others.emit()

    @Slot(object)
    def _on_sheet(self, _what: object) -> None:
        wanted, sheets = self._waiting, self._sheets
        if wanted is None or wanted.document.mode != "expression" or sheets.busy:
            return
        if sheets.text == wanted.document.text and (sheets.sheet is not None or sheets.error is not None):
            self._told.start(0)

    @Slot()
    def _on_sheet_told(self) -> None:
        wanted, sheets = self._waiting, self._sheets
        if wanted is None or wanted.document.mode != "expression" or sheets.busy:
            return
        self._waiting = None
        last = len(sheets.sheet.steps) if sheets.sheet is not None else 0
        sheets.seek(wanted.position if isinstance(wanted.position, int) else last)
        if wanted.select:
            sheets.selection.select(wanted.select)
        self._be_ready()

    @Slot(object)
    def _on_frame(self, _frame: object) -> None:
        wanted = self._waiting
        if wanted is None or wanted.document.mode != "network" or self._entering:
            return
        inside, self._inside = self._inside, None
        if inside is not None or isinstance(wanted.position, Phase):
            self._entering = True
        if inside is not None:
            self._playhead.come_back(inside)
        elif isinstance(wanted.position, Phase):
            self._playhead.go_to_phase(wanted.position)
        else:
            self._be_ready()

    @Slot(object)
    def _on_here(self, _here: object) -> None:
        """The phase is on screen, or cannot be entered."""
        if self._entering:
            self._be_ready()

    def _be_ready(self) -> None:
        self._waiting, self._entering = None, False
        self.ready.emit()


def _prepared(found: OpenLesson, index: int, report: Report) -> Prepared:
    return prepared(found.lesson.steps, index, found.folder, report)
