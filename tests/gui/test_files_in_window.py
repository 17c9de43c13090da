"""Work that is never lost: save and open, undo, recovery, on the real window."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSettings, QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from core import kernels
from core.document import document_of, open_document, read_document, write_document
from core.trainer import Trainer
from gui.app import make_window
from gui.frames import Frame, Level
from gui.main_window import MainWindow
from gui.session.recovery import Recovery
from gui.theme import Theme

WAIT_MS = 20_000
OpenWindow = Callable[[str], MainWindow]


def wait_for(qtbot: QtBot, window: MainWindow, condition: Callable[[Frame], object]) -> Frame:
    qtbot.waitUntil(lambda: window.runs.frame is not None and bool(condition(window.runs.frame)), timeout=WAIT_MS)
    assert window.runs.frame is not None
    return window.runs.frame


def train_to(qtbot: QtBot, window: MainWindow, step: int) -> Frame:
    window.runs.move(step - (window.runs.frame.step if window.runs.frame else 0))
    return wait_for(qtbot, window, lambda frame: frame.step == step)


def save(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.files.saved, timeout=WAIT_MS):
        window.files.save(path)


def answer(qapp: QApplication, button: QMessageBox.StandardButton) -> list[str]:
    """Press a button of the next question; the returned list then holds what it asked."""
    asked: list[str] = []

    def press() -> None:
        box = qapp.activeModalWidget()
        if not isinstance(box, QMessageBox):
            timer.start(10)
            return
        asked.append(box.text())
        box.button(button).click()

    timer = QTimer(qapp, singleShot=True, interval=10)
    timer.timeout.connect(press)
    timer.start()
    return asked


def test_a_saved_run_goes_on_bit_for_bit_in_another_window(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window("xor")
    train_to(qtbot, window, 30)
    window.documents.set_training("learning rate", learning_rate=0.2)
    wait_for(qtbot, window, lambda frame: frame.learning_rate == 0.2)
    saved_theta = train_to(qtbot, window, 57).theta
    window.selection.select("L2.N1.w2")
    window.selection.select_sample(4)
    path = tmp_path / "mine.chainrule"
    save(qtbot, window, path)
    gone_on = train_to(qtbot, window, 90).theta

    other = open_window(str(path))
    frame = wait_for(qtbot, other, lambda frame: frame.step == 57)
    assert (frame.theta == saved_theta).all()
    assert other.selection.address == "L2.N1.w2"
    assert other.selection.sample == 4
    qtbot.waitUntil(other.is_settled, timeout=WAIT_MS)
    assert len(other.network.loss.history) >= 57, "the curve is there from its beginning"
    assert [mark.text for mark in other.network.loss.marks] == ["η 0.1 → 0.2"]
    assert (train_to(qtbot, other, 90).theta == gone_on).all()


def test_the_title_shows_file_and_unsaved_mark(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    assert window.windowTitle().startswith("lecture[*]")
    train_to(qtbot, window, 3)
    assert not window.isWindowModified(), "an example's run can be had again: nothing would be lost"
    window.documents.set_training("learning rate", learning_rate=0.1)
    assert window.isWindowModified()
    save(qtbot, window, tmp_path / "first try")
    assert (tmp_path / "first try.chainrule").exists()
    assert window.windowTitle().startswith("first try[*]")
    assert not window.isWindowModified()
    assert window.files.recent[0].name == "first try.chainrule"
    assert "first try.chainrule" in window.findChild(QLabel, "statusSize").text()


def test_closing_asks_only_if_something_would_be_lost(qtbot: QtBot, qapp: QApplication, window: MainWindow) -> None:
    window.documents.set_training("learning rate", learning_rate=0.1)
    asked = answer(qapp, QMessageBox.StandardButton.Cancel)
    assert not window.close()
    assert "lecture" in asked[0]
    assert window.isVisible()
    asked = answer(qapp, QMessageBox.StandardButton.Discard)
    assert window.close()
    assert asked


def test_opening_another_example_asks_and_saves_first(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "kept.chainrule"
    save(qtbot, window, path)
    window.documents.set_training("L2", l2=0.25)
    answer(qapp, QMessageBox.StandardButton.Save)
    window.file_verbs.open_example("circle")
    qtbot.waitUntil(lambda: window.documents.experiment.name == "circle", timeout=WAIT_MS)
    assert read_document(path).experiment.training.l2 == 0.25


def test_a_file_that_is_no_document_leaves_the_session_alone(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.chainrule"
    bad.write_text("[" * 100_000)
    before = train_to(qtbot, window, 2)
    asked = answer(qapp, QMessageBox.StandardButton.Ok)
    with qtbot.waitSignal(window.files.failed, timeout=WAIT_MS):
        window.files.open(bad)
    assert "bad.chainrule" in asked[0]
    assert window.documents.experiment.name == "lecture"
    assert window.runs.frame is before


def test_a_dropped_file_is_opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "dropped.chainrule"
    save(qtbot, window, path)
    window.file_verbs.open_example("gauss")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    qtbot.waitUntil(lambda: window.documents.experiment.name == "lecture", timeout=WAIT_MS)
    assert window.files.path == path


def test_undo_of_a_change_of_size_brings_the_run_back_that_went_with_it(qtbot: QtBot, window: MainWindow) -> None:
    trained = train_to(qtbot, window, 12)
    window.documents.set_network("add layer", hidden=window.documents.experiment.network.hidden[:1])
    wait_for(qtbot, window, lambda frame: len(frame.theta) != 41)
    window.documents.undo_stack.undo()
    frame = wait_for(qtbot, window, lambda frame: len(frame.theta) == 41)
    assert frame.step == 12
    assert (frame.theta == trained.theta).all()
    assert len(window.network.loss.history) >= 12


def test_quick_changes_are_one_step_of_undo_and_have_their_name(qtbot: QtBot, window: MainWindow) -> None:
    for rate in (0.06, 0.07, 0.08):
        window.documents.set_training("learning rate", learning_rate=rate)
    stack = window.documents.undo_stack
    assert stack.count() == 1
    assert stack.undoText() == "learning rate"
    stack.undo()
    assert window.documents.experiment.training.learning_rate == 0.05


def test_the_set_up_travels_as_text(qtbot: QtBot, window: MainWindow) -> None:
    window.documents.set_training("loss", loss="mean-squared")
    there = window.documents.experiment
    window.file_verbs.copy_setup()
    window.documents.undo_stack.undo()
    QGuiApplication.clipboard().setText(f"try this:\n{QGuiApplication.clipboard().text()}\n".replace("try this:", ""))
    window.file_verbs.paste_setup()
    assert window.documents.experiment == there


def test_an_autosave_left_behind_is_offered_and_taken_over(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    crashed = Trainer(open_document("xor").experiment)
    crashed.advance(40)
    left = Recovery(tmp_path / "sessions")
    write_document(left.path, document_of(crashed.experiment, None, [crashed]))
    left._lock.unlock()  # the process is gone, its file is not

    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    recovery = Recovery(tmp_path / "sessions")
    window = make_window(qapp, open_document("lecture"), settings, recovery, Theme("light"))
    window.show()

    def press() -> None:
        box = qapp.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.buttons()[0].click()

    asked: list[str] = []
    QTimer.singleShot(50, window, press)
    with qtbot.waitSignal(window.runs.file_written, timeout=WAIT_MS):
        window.file_verbs.offer_recovery(recovery)
    frame = wait_for(qtbot, window, lambda frame: frame.step == 40)
    assert (frame.theta == crashed.theta).all()
    assert window.isWindowModified(), "what was recovered has no file yet"
    window.files.forget_changes()
    window.close()
    window.deleteLater()
    assert not list((tmp_path / "sessions").glob("*.chainrule")), "a proper end leaves nothing behind"
    assert asked[0].endswith(f': "{crashed.experiment.name}" at step 40.')


def dialog_begins(qapp: QApplication, verb: Callable[[], None], choose: str = "") -> Path:
    """Where the file dialog of a verb begins; a file of that folder is chosen, or the dialog left."""
    folders: list[Path] = []

    def answer_dialog() -> None:
        dialog = qapp.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            timer.start(10)
            return
        folders.append(Path(dialog.directory().absolutePath()))
        if choose:
            dialog.findChild(QLineEdit, "fileNameEdit").setText(choose)
            QTest.keyClick(dialog, Qt.Key.Key_Return)
        else:
            dialog.reject()

    timer = QTimer(qapp, singleShot=True, interval=10)
    timer.timeout.connect(answer_dialog)
    timer.start()
    verb()
    return folders[0]


def test_dialogs_begin_where_a_file_was_last_chosen(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    verbs, folder = window.file_verbs, tmp_path / "mine"
    folder.mkdir()
    assert window.files.folder == documents
    with qtbot.waitSignal(window.files.saved, timeout=WAIT_MS):
        dialog_begins(qapp, verbs.save_as, str(folder / "one.chainrule"))
    for verb in (verbs.open, verbs.import_data, verbs.save_as):
        assert dialog_begins(qapp, verb) == folder
    (folder / "one.chainrule").unlink()
    folder.rmdir()
    assert window.files.folder == documents, "a folder that is gone is no place to begin"


def test_the_autosave_follows_changes_and_goes_with_a_proper_end(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "sessions"
    train_to(qtbot, window, 5)
    with qtbot.waitSignal(window.runs.file_written, timeout=WAIT_MS):
        window.files.autosave()
    kept = list(folder.glob("*.chainrule"))
    assert len(kept) == 1
    assert read_document(kept[0]).runs[-1].present.step == 5
    assert Recovery(folder).orphans() == [], "a session that is alive is not offered to others"
    window.close()
    assert not list(folder.glob("*.chainrule"))


def test_a_view_is_saved_and_opened(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window("lecture")
    window.runs.set_speed(math.inf)
    window.selection.open_level(Level.SAMPLE)
    path = tmp_path / "view.chainrule"
    save(qtbot, window, path)
    other = open_window(str(path))
    assert math.isinf(other.runs.speed)
    assert other.selection.level is Level.SAMPLE


@pytest.mark.parametrize("times", [2])
def test_an_error_is_told_once(qtbot: QtBot, window: MainWindow, times: int) -> None:
    for _ in range(times):
        window.notifications.show_error("Something unexpected happened: x.", "Traceback: the same")
    boxes = [box for box in window.findChildren(QMessageBox) if box.objectName() == "errorDialog"]
    assert len(boxes) == 1
    boxes[0].close()


def test_a_run_on_compiled_kernels_is_reopened_on_them(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The switch is a segment of the run; a reopened run goes on with the kernels that it was saved with."""
    monkeypatch.setattr(kernels, "_module", None)  # as on a start, whatever tests ran before
    window = open_window("xor")
    train_to(qtbot, window, 10)
    monkeypatch.undo()
    assert kernels.warm_up(), kernels.reason()
    frame = train_to(qtbot, window, 40)
    assert frame.kernel == "numba"
    path = tmp_path / "compiled.chainrule"
    save(qtbot, window, path)
    segments = [(part.first_step, part.kernel) for part in read_document(path).runs[-1].segments]
    assert segments == [(0, "numpy"), (10, "numba")]
    gone_on = train_to(qtbot, window, 75).theta
    other = open_window(str(path))
    wait_for(qtbot, other, lambda frame: frame.step == 40)
    assert (train_to(qtbot, other, 75).theta == gone_on).all()


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_lost(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.chainrule"
    save(qtbot, window, kept)
    before = kept.read_bytes()
    window.documents.set_training("L2", l2=0.5)
    asked = answer(qapp, QMessageBox.StandardButton.Ok)
    with qtbot.waitSignal(window.files.failed, timeout=WAIT_MS):
        window.files.save(kept / "inside.chainrule")  # a file is no folder
    assert "inside.chainrule" in asked[0]
    assert kept.read_bytes() == before
    assert window.files.path == kept
    assert window.isWindowModified(), "the change is still there to be saved elsewhere"
    assert window.documents.experiment.training.l2 == 0.5


def test_a_saved_run_that_moves_on_is_marked_and_saving_takes_the_mark_away(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "moving.chainrule"
    save(qtbot, window, path)
    for step in (3, 6):
        train_to(qtbot, window, step)
        assert window.isWindowModified()
        save(qtbot, window, path)
        assert not window.isWindowModified()
