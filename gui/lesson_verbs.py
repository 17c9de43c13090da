"""What the user does with lessons: the list, files of one's own, exercises, handing in, free play."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from core.errors import ChainruleError
from core.lessons.exercise_sheet import exercise_sheet
from core.lessons.mistakes import LessonError
from core.lessons.results import SUFFIX, Result, result_name, write_result
from core.lessons.sharing import PACKED, SUFFIXES, OpenLesson, named_files, open_lesson, pack
from core.lessons.shelf import shelf
from core.words import tr
from gui.languages import language
from gui.lesson_menu import show_lesson
from gui.lesson_room import LessonRoom
from gui.panels.lesson.column import LessonColumn
from gui.panels.lesson.course import CoursePanel
from gui.panels.lesson.exercise_dialog import ExerciseDialog
from gui.panels.lesson.lesson import LessonPanel
from gui.panels.lesson.mistakes_dialog import show_mistakes
from gui.widgets.dialogs import ask

if TYPE_CHECKING:
    from gui.main_window import MainWindow

RELOAD_MS = 200  # editors write a file in several goes


class LessonVerbs(QObject):
    """Made when lessons are first wanted; the window shows the column then."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lessons = lessons = window.session.lessons
        self._room = LessonRoom(window, lessons)
        course = CoursePanel(shelf(language()), lessons.store, window.theme)
        panel = LessonPanel(lessons, window.documents, window.maths, window.theme)
        self.column = LessonColumn(course, panel, window.theme)
        self._watcher = QFileSystemWatcher(self)
        self._reload = QTimer(self, singleShot=True, interval=RELOAD_MS)
        self._own: Path | None = None  # the file of a lesson that is not built in
        course.lesson_chosen.connect(self.open_lesson)
        course.open_requested.connect(self.open_file)
        course.exercises_requested.connect(self.open_exercises)
        course.close_requested.connect(self.close)
        panel.list_requested.connect(self.show_list)
        panel.link_requested.connect(self.ask_to_open)
        panel.hand_in_requested.connect(self.hand_in)
        panel.share_requested.connect(self.share)
        panel.return_requested.connect(self.return_to_lesson)
        lessons.lesson_changed.connect(self._on_lesson_changed)
        self._watcher.fileChanged.connect(self._on_file_changed)
        self._reload.timeout.connect(self._on_reload)

    @property
    def room(self) -> LessonRoom:
        return self._room

    # -- the list -------------------------------------------------------------------------------------------------

    @Slot()
    def show_list(self) -> None:
        """All lessons, in place of the open one, which is left as it stands."""
        found = self._lessons.lesson
        self._lessons.close()
        self.column.show_course()
        self.column.show()
        self.column.course.focus_next_lesson(found.lesson.head.id if found is not None else "")

    @Slot()
    def close(self) -> None:
        """Without lessons."""
        self._lessons.close()
        self.column.hide()
        self._window.desk.start_focus.setFocus()

    def open_lesson(self, found: OpenLesson, seed: int | None = None) -> None:
        """A lesson, where the learner left it; a document that would be lost is asked about first."""
        if self._lessons.lesson is not None and not self._lessons.is_free:
            self._lessons.open(found, seed)
        else:
            self._window.file_verbs.leave(lambda: self._lessons.open(found, seed))

    @Slot()
    def open_file(self) -> None:
        """Choose a lesson's file."""
        files = self._window.files
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        kinds = tr("Lessons ({patterns});;All files (*)", patterns=patterns)
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Open a lesson"), str(files.folder), kinds)
        if name:
            files.remember_folder(Path(name))
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """A lesson's file: chosen, or dropped on the window."""
        try:
            found = open_lesson(path)
        except ChainruleError as error:
            show_mistakes(self._window, path, error)
            return
        self.open_lesson(found)

    @Slot()
    def open_exercises(self) -> None:
        """Choose what kind of exercises, how many, and which sheet."""
        dialog = ExerciseDialog(self._window.theme, self._window)
        dialog.chosen.connect(self._on_sheet_chosen)
        dialog.open()

    @Slot(int, int, int)
    def _on_sheet_chosen(self, difficulty: int, count: int, seed: int) -> None:
        self.open_lesson(exercise_sheet(difficulty, count, seed), seed)

    @Slot()
    def leave(self) -> None:
        """Back to what was open before the lesson."""
        self.close()

    @Slot()
    def next_step(self) -> None:
        self._lessons.next()

    @Slot()
    def step_before(self) -> None:
        self._lessons.back()

    @Slot()
    def begin_step_anew(self) -> None:
        self._lessons.again()

    # -- the open lesson ------------------------------------------------------------------------------------------

    @Slot()
    def return_to_lesson(self) -> None:
        """From free play; what was made there and is in no file is asked about."""
        self._window.file_verbs.leave(self._lessons.end_free, tr("Save what you made in free play?"))

    @Slot()
    def toggle_free(self) -> None:
        self.return_to_lesson() if self._lessons.is_free else self._lessons.begin_free()

    @Slot()
    def hand_in(self) -> None:
        """Write the answers to a file for the teacher."""
        found, store = self._lessons.lesson, self._lessons.store
        if found is None:
            return
        label = tr("Your name, for the teacher:")
        name, wanted = QInputDialog.getText(self._window, tr("Hand in"), label, text=store.learner)
        if not wanted:
            return
        store.set_learner(name.strip())
        proposed = self._window.files.folder / result_name(found.lesson.head.id, name)
        kinds = tr("Results (*{suffix});;All files (*)", suffix=SUFFIX)
        file, _ = QFileDialog.getSaveFileName(self._window, tr("Hand in"), str(proposed), kinds)
        if file:
            self.write_result(Path(file), name.strip())

    def write_result(self, path: Path, learner: str) -> None:
        """The same without asking."""
        path = path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)
        self._window.files.remember_folder(path)

        def write(result: Result) -> None:
            try:
                write_result(path, result)
            except ChainruleError as error:
                QMessageBox.warning(self._window, tr("Hand in"), str(error))
                return
            self._window.status.say(tr("Your answers are in {path}", path=path))

        self._lessons.ask_result(learner, write)

    @Slot()
    def share(self) -> None:
        """The open lesson with all its files as one."""
        found = self._lessons.lesson
        if found is None:
            return
        proposed = self._window.files.folder / f"{found.lesson.head.id}{PACKED}"
        kinds = tr("Lessons as one file (*{suffix})", suffix=PACKED)
        file, _ = QFileDialog.getSaveFileName(self._window, tr("Save as one file"), str(proposed), kinds)
        if file:
            self.write_packed(Path(file))

    def write_packed(self, path: Path) -> None:
        """The same without asking."""
        found = self._lessons.lesson
        assert found is not None
        path = path if path.suffix.lower() == PACKED else path.with_name(path.name + PACKED)
        try:
            pack(found, path)
        except ChainruleError as error:
            QMessageBox.warning(self._window, tr("Save as one file"), str(error))
            return
        self._window.status.say(tr("Saved to {path}", path=path))

    @Slot(str)
    def ask_to_open(self, address: str) -> None:
        """A link of a lesson is opened in the browser, if the reader wants that."""
        question = tr("Open this page in your browser?")
        if ask(self._window, tr("Link of the lesson"), f"{question}\n{address}", tr("&Open")):
            QDesktopServices.openUrl(QUrl(address))

    # -- lessons that are being written ---------------------------------------------------------------------------

    @Slot(object)
    def _on_lesson_changed(self, found: OpenLesson | None) -> None:
        show_lesson(self._window.actions_table, is_open=found is not None)
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())
        self._own = None
        if found is None:
            return
        self._window.tour.end()
        self.column.show_lesson()
        self.column.show()
        if found.path.is_file():
            self._own = found.path
            beside = [found.path.parent / name for name in named_files(found.lesson)]
            self._watcher.addPaths([str(path) for path in (found.path, *beside) if path.is_file()])

    @Slot(str)
    def _on_file_changed(self, _path: str) -> None:
        self._reload.start()

    @Slot()
    def _on_reload(self) -> None:
        """What is written anew is read anew; a file that is not sound is told, and the lesson stays as it was."""
        if self._own is None:
            return
        try:
            found = open_lesson(self._own)
        except LessonError as error:
            self.column.lesson.show_mistakes(error.mistakes)
        except ChainruleError:
            self._reload.start()  # between two writes of the editor
            return
        else:
            self.column.lesson.show_mistakes(())
            self._lessons.reload(found)
        if str(self._own) not in self._watcher.files() and self._own.is_file():
            self._watcher.addPath(str(self._own))  # editors put a new file in the place of the old one
