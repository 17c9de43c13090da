"""The document as a file: open, save, recent files, unsaved changes, autosave. The worker reads and writes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QStandardPaths, QTimer, Signal, Slot

from core.document import SUFFIX
from core.document_parts import Document, KeptRecord
from core.words import tr
from gui.frames import Frame
from gui.session.documents import UNTITLED, Documents
from gui.session.recovery import Orphan, Recovery
from gui.session.runs import Runs
from gui.sheet_frames import Mode

log = logging.getLogger("chainrule")

RECENT = 8
AUTOSAVE_MS = 5_000


class Job(Enum):
    """What was asked of the worker."""

    SAVE = "save"
    AUTOSAVE = "autosave"
    OPEN = "open"
    RECOVER = "recover"


@dataclass(frozen=True)
class _Request:
    job: Job
    path: Path
    undo_index: int = 0
    kept: tuple[KeptRecord, ...] = ()


class Files(QObject):
    """Knows which file the document is, and whether something would be lost."""

    state_changed = Signal()  # path or unsaved mark
    recent_changed = Signal()
    saved = Signal(str)  # path
    failed = Signal(str)  # a sentence for a person
    ticked = Signal()  # every few seconds: time to keep what a crash would lose

    def __init__(
        self, documents: Documents, runs: Runs, settings: QSettings, recovery: Recovery, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._documents, self._runs, self._settings, self._recovery = documents, runs, settings, recovery
        self._path: Path | None = None
        self._requests: dict[int, _Request] = {}
        self._last_job = 0
        self._saved_step, self._saved_kept = 0, documents.kept
        self._recovered = self._told_modified = False
        self._lesson = ""
        self._orphan: Orphan | None = None
        self._autosaved: tuple[object, ...] = self._state()
        runs.file_written.connect(self._on_written)
        runs.file_read.connect(self._on_read)
        runs.file_failed.connect(self._on_failed)
        runs.frame_ready.connect(self._on_frame)
        documents.undo_stack.cleanChanged.connect(self._on_clean_changed)
        documents.opened.connect(self._on_opened)
        documents.kept_changed.connect(self._on_kept_changed)
        self._timer = QTimer(self)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.timeout.connect(self.autosave)
        self._timer.timeout.connect(self.ticked)
        self._timer.start()

    @property
    def path(self) -> Path | None:
        """The document's file; None if it has none yet."""
        return self._path

    @property
    def title(self) -> str:
        """What the document is called in the window's title."""
        if self._lesson:
            return self._lesson
        if self._path:
            return self._path.stem
        if self._documents.mode is not Mode.NETWORK:
            return tr("expression")
        name = self._documents.experiment.name
        return tr(UNTITLED) if name == UNTITLED else name

    @property
    def modified(self) -> bool:
        """Whether closing now would lose something that cannot be had again by opening the same document.

        A run of an unchanged built-in example can: the same seed gives the same run.
        """
        if self._lesson:
            return False
        if self._recovered or not self._documents.undo_stack.isClean():
            return True
        if self._documents.kept != self._saved_kept:
            return True
        return self._path is not None and self._step() != self._saved_step

    @property
    def recent(self) -> list[Path]:
        """Files opened or saved lately, newest first; those that are gone are left out."""
        stored = self._settings.value("recent") or []
        names = [stored] if isinstance(stored, str) else list(stored)
        return [path for path in map(Path, names) if path.exists()][:RECENT]

    @property
    def folder(self) -> Path:
        """Where dialogs begin: where a file was last chosen; at first that of the person's documents."""
        stored = str(self._settings.value("folder") or "")
        if stored and Path(stored).is_dir():
            return Path(stored)
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))

    def remember_folder(self, file: Path) -> None:
        """A person chose this file: the next dialog begins beside it."""
        self._settings.setValue("folder", str(file.absolute().parent))

    def adopt(self, path: Path) -> None:
        """The document that is shown came from this file."""
        self._path = path
        runs = self._documents.document.runs
        self._saved_step = runs[-1].present.step if runs else 0
        self._remember(path)
        self._tell_state()

    def show_lesson(self, title: str) -> None:
        """What is shown is a lesson's: it is there again at any time, so nothing of it is unsaved. Empty: no more."""
        self._lesson = title
        if not title:
            self.forget_changes()
        self._tell_state()

    def open(self, path: Path) -> None:
        """Read a file; the document changes only when it was read whole and sound."""
        self._ask(Job.OPEN, path)

    def recover(self, orphan: Orphan) -> None:
        """Take over an autosave that a crash left behind; it is deleted once this session has a copy of its own."""
        self._orphan = orphan
        self._ask(Job.RECOVER, orphan.path)

    def save(self, path: Path | None = None) -> None:
        """Write the document, to its own file unless another is named. `saved` or `failed` follows."""
        target = path or self._path
        if target is None:
            raise ValueError("a document without a file is saved under a name")
        if target.suffix.lower() != SUFFIX:
            target = target.with_name(target.name + SUFFIX)
        self._ask(Job.SAVE, target)

    @Slot()
    def autosave(self) -> None:
        """Keep a copy of the session, if it has changed since the last one."""
        state = self._state()
        if state != self._autosaved and self._recovery.usable and not self._lesson:
            self._autosaved = state
            self._ask(Job.AUTOSAVE, self._recovery.path)

    def forget_changes(self) -> None:
        """What is not saved is not wanted."""
        self._saved_step, self._saved_kept, self._recovered = self._step(), self._documents.kept, False
        self._documents.undo_stack.setClean()
        self._tell_state()

    def close(self) -> None:
        """The session ends properly."""
        self._timer.stop()
        self._recovery.close()

    def _ask(self, job: Job, path: Path) -> None:
        self._last_job += 1
        self._requests[self._last_job] = _Request(job, path, self._documents.undo_stack.index(), self._documents.kept)
        if job in (Job.OPEN, Job.RECOVER):
            self._runs.read_file(self._last_job, path)
        else:
            self._runs.write_file(self._last_job, path)

    @Slot(int, int)
    def _on_written(self, number: int, step: int) -> None:
        request = self._requests.pop(number)
        if request.job is Job.AUTOSAVE and self._recovered and self._orphan:
            self._recovery.discard(self._orphan)
            self._orphan = None
        if request.job is not Job.SAVE:
            return
        self._path, self._saved_step, self._recovered = request.path, step, False
        self._saved_kept = request.kept
        if self._documents.undo_stack.index() == request.undo_index:
            self._documents.undo_stack.setClean()
        self._remember(request.path)
        self._tell_state()
        self.saved.emit(str(request.path))

    @Slot(int, object)
    def _on_read(self, number: int, document: Document) -> None:
        request = self._requests.pop(number)
        self._documents.open_document(document)
        if request.job is Job.RECOVER:
            self._recovered = True
            self._autosaved = ()
            self.autosave()
        else:
            self.adopt(request.path)
        self._tell_state()

    @Slot(int, str)
    def _on_failed(self, number: int, message: str) -> None:
        request = self._requests.pop(number)
        if request.job is Job.AUTOSAVE:
            log.warning("The session could not be kept: %s", message)
        else:
            self.failed.emit(message)

    @Slot()
    def _on_opened(self) -> None:
        """Whatever is opened has no file until it is known to come from one."""
        self._path, self._saved_step, self._recovered = None, 0, False
        self._saved_kept = self._documents.kept
        self._tell_state()

    @Slot()
    def _on_kept_changed(self) -> None:
        if self.modified != self._told_modified:
            self._tell_state()

    @Slot(object)
    def _on_frame(self, _frame: Frame) -> None:
        """A run that has moved on since it was saved is something to lose."""
        if self.modified != self._told_modified:
            self._tell_state()

    def _tell_state(self) -> None:
        self._told_modified = self.modified
        self.state_changed.emit()

    @Slot(bool)
    def _on_clean_changed(self, _clean: bool) -> None:
        self._tell_state()

    def _remember(self, path: Path) -> None:
        others = [str(each) for each in self.recent if each != path]
        self._settings.setValue("recent", [str(path.absolute()), *others][:RECENT])
        self.recent_changed.emit()

    def _step(self) -> int:
        return self._runs.frame.step if self._runs.frame else 0

    def _state(self) -> tuple[object, ...]:
        return self._documents.experiment, self._documents.text, self._step(), self._documents.kept
