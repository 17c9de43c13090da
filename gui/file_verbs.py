"""What the user does with files: dialogs, questions, drops, the clipboard. The work is done by `session.files`."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox

from core.document import SUFFIX, open_document
from core.document_parts import Document
from core.document_words import about_document
from core.errors import ChainruleError, DocumentError
from core.setup_text import experiment_from_text, setup_text
from core.words import mark, tr
from gui.session.files import Files
from gui.session.recovery import Orphan, Recovery
from gui.sheet_frames import Mode

if TYPE_CHECKING:
    from gui.main_window import MainWindow

LESSONS = (".md", ".chainlesson")
TABLES = (".csv", ".tsv", ".txt")
FIRST_EXAMPLE = "lecture"
MONTHS = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"), mark("July"),
    mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip


class Answer(Enum):
    """To the question whether to save."""

    GO_ON = "nothing to save, or not wanted"
    SAVE = "save first"
    STAY = "cancel"


class FileVerbs(QObject):
    """The File menu's verbs. What would lose unsaved work asks first."""

    def __init__(self, window: MainWindow, files: Files) -> None:
        super().__init__(window)
        self._window, self._files = window, files
        self._plan: Callable[[], object] | None = None  # what to do when the saving that was asked for is done
        files.saved.connect(self._on_saved)
        files.failed.connect(self._on_failed)

    @Slot()
    def new(self) -> None:
        """In the network lab the first example, in the expression lab an empty sheet."""
        if self._window.documents.mode is Mode.NETWORK:
            self.leave(partial(self._window.documents.open_document, open_document(FIRST_EXAMPLE)))
        else:
            self.leave(partial(self._window.documents.open_document, Document(mode="expression", text="")))

    def open_example(self, name: str) -> None:
        """A built-in example in place of the present document."""
        self.leave(partial(self._window.documents.open_example, name))

    @Slot()
    def open(self) -> None:
        """Choose a file and open it."""
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Open"), str(self._files.folder), _filter())
        if name:
            self._files.remember_folder(Path(name))
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Open a file: from the recent ones, dropped on the window, or chosen. Tables of points are imported,
        lessons opened."""
        if path.suffix.lower() in LESSONS:
            self._window.lessons.open_path(path)
        elif path.suffix.lower() in TABLES:
            self._import(path)
        else:
            self.leave(partial(self._files.open, path))

    @Slot()
    def import_data(self) -> None:
        """Choose a table of points, and how it is to be read."""
        kinds = ";;".join((tr("Tables of points (*.csv *.tsv *.txt)"), tr("All files (*)")))
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Import data"), str(self._files.folder), kinds)
        if name:
            self._files.remember_folder(Path(name))
            self._import(Path(name))

    def _import(self, path: Path) -> None:
        """The dialog that shows a table before its rows become the data."""
        from gui.panels.import_csv.dialog import ImportDialog  # rarely wanted: a launch need not load it

        session = self._window.session
        session.documents.set_mode(Mode.NETWORK)
        ImportDialog(session.documents, session.analysis, self._window.theme, self._window).open_file(path)

    @Slot()
    def save(self) -> None:
        """To the document's file; asks for one if it has none."""
        if self._files.path is None:
            self.save_as()
        else:
            self._files.save()

    @Slot()
    def save_as(self) -> None:
        """Choose a file and save there."""
        proposed = self._files.path or self._files.folder / f"{self._files.title}{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(self._window, tr("Save as"), str(proposed), _filter())
        if name:
            self._files.remember_folder(Path(name))
            self._files.save(Path(name))
        else:
            self._plan = None

    @Slot()
    def copy_setup(self) -> None:
        """The set-up (not the weights) as a short text on the clipboard."""
        try:
            text = setup_text(self._window.documents.experiment)
        except DocumentError as error:  # own rows that are too many
            QMessageBox.warning(self._window, tr("Copy set-up"), str(error))
            return
        QGuiApplication.clipboard().setText(text)
        self._window.status.say(tr("The set-up is on the clipboard, as a short text to send."))

    @Slot()
    def paste_setup(self) -> None:
        """A set-up from the clipboard, as one step of undo."""
        try:
            experiment = experiment_from_text(QGuiApplication.clipboard().text())
            self._window.documents.replace(tr("pasted set-up"), experiment)
        except ChainruleError as error:
            QMessageBox.warning(self._window, tr("Paste set-up"), str(error))

    def may_close(self) -> bool:
        """Whether the window may close now; if the user wants to save first, it closes when that is done."""
        answer = self._ask_to_save()
        if answer is Answer.SAVE:
            self._save_then(self._window.close)
        return answer is Answer.GO_ON

    def offer_recovery(self, recovery: Recovery, crash: str = "") -> None:
        """After an unclean end: offer what the session before had kept. `crash`: its last words, to be copied."""
        orphans = recovery.orphans()
        if not orphans:
            return
        newest, *others = orphans
        box = QMessageBox(QMessageBox.Icon.Question, tr("Recover session"), _kept_text(newest), parent=self._window)
        box.setObjectName("recoveryDialog")
        box.setDetailedText(crash)
        recover = box.addButton(tr("&Recover"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(tr("&Discard"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("&Later"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(recover)
        box.exec()
        if box.clickedButton() is recover:
            self._files.recover(newest)
        elif box.clickedButton() is discard:
            for orphan in (newest, *others):
                recovery.discard(orphan)

    def leave(self, plan: Callable[[], object], question: str = "") -> None:
        """Do what ends the present document, after a question if something would be lost."""
        answer = self._ask_to_save(question)
        if answer is Answer.SAVE:
            self._save_then(plan)
        elif answer is Answer.GO_ON:
            plan()

    def _ask_to_save(self, question: str = "") -> Answer:
        if not self._files.modified:
            return Answer.GO_ON
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._window,
            tr("Unsaved changes"),
            question or tr("Save the changes to '{title}'?", title=self._files.title),
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        if answer == buttons.Discard:
            self._files.forget_changes()
        return {buttons.Save: Answer.SAVE, buttons.Discard: Answer.GO_ON}.get(answer, Answer.STAY)

    def _save_then(self, plan: Callable[[], object]) -> None:
        self._plan = plan
        self.save()

    @Slot(str)
    def _on_saved(self, path: str) -> None:
        self._window.status.say(tr("Saved to {path}", path=path))
        plan, self._plan = self._plan, None
        if plan is not None:
            plan()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._plan = None
        QMessageBox.warning(self._window, "Chainrule", message)


def _filter() -> str:
    """Of the dialogs that open and save documents."""
    return ";;".join((tr("Chainrule documents (*{suffix})", suffix=SUFFIX), tr("All files (*)")))


def _kept_text(kept: Orphan) -> str:
    """What was kept of a session that did not end properly, and when."""
    what = about_document(kept.path)
    month = tr(MONTHS[kept.saved.month - 1])
    day = tr("{day} {month} at {time}", day=f"{kept.saved:%d}", month=month, time=f"{kept.saved:%H:%M}")
    if not what:
        return tr("Chainrule did not end properly. A copy of your session was kept on {day}.", day=day)
    return tr("Chainrule did not end properly. A copy of your session was kept on {day}: {what}.", day=day, what=what)


def dropped_file(data: QMimeData) -> Path | None:
    """The one local file that is dragged, or None."""
    urls = [url for url in data.urls() if url.isLocalFile()]
    return Path(urls[0].toLocalFile()) if len(urls) == 1 else None
