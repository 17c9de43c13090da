"""Lessons of one's own in the real window, what is handed in, and sheets of exercises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtWidgets import QComboBox, QDialog, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.lessons.marking import Mark, marking_of
from core.lessons.results import document_of_result, read_result
from core.lessons.sharing import open_lesson, pack
from gui.lesson_commands import check_answers
from gui.main_window import MainWindow
from gui.widgets.prose_view import SpansView
from tests.gui.lesson_hands import press_in_question
from tests.gui.lesson_solver import Learner

LEFT = Qt.MouseButton.LeftButton
SOURCE = """+++
id = "mine"
title = "My own lesson"
hide = ["leavesDock", "sheetSpeedSlider"]
lock = ["expressionEditor", "otherLab"]
+++
## One product

Read [this page](https://example.org/product) first.

```step
[prepare]
text = '''
a = 2.0
b = 5.0
c = a * b
c.backward()
'''

[task]
kind = "number"
ask = "What is $c$?"
figure = "data c"
```

## Another number

Move $a$.

```step
[task]
kind = "reach"
ask = "Make $c$ at least 12."
figure = "data c"
at_least = 12.0
solution = { leaves = { a = 3.0 } }

[spotlight]
control = "leavesDock"
```
"""


class Browser(QObject):
    """In place of the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, address: QUrl) -> None:
        self.opened.append(address.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")
    yield browser
    QDesktopServices.unsetUrlHandler("https")


@pytest.fixture
def learner(shared_window: MainWindow, qtbot: QtBot) -> Iterator[Learner]:
    learner = Learner(shared_window, qtbot)
    learner.lessons.store.forget(["mine"])
    yield learner
    learner.lessons.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mine.md"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def open_path(learner: Learner, path: Path) -> None:
    learner.window.lessons.open_path(path)
    learner.bot.waitUntil(lambda: learner.lessons.lesson is not None)
    learner.wait_ready()


def drop(window: MainWindow, path: Path) -> None:
    """As from a file manager."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place, copy, none = window.rect().center(), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(place), copy, data, LEFT, none))


def solve_all(learner: Learner) -> None:
    """Every step from the present one on."""
    assert learner.lessons.lesson is not None
    while True:
        learner.solve()
        learner.bot.waitUntil(lambda: learner.lessons.told.solved)
        if learner.lessons.index + 1 == len(learner.lessons.progress.steps):
            return
        learner.next()


# -- the room ---------------------------------------------------------------------------------------------------------


def test_what_is_hidden_and_locked_comes_back(learner: Learner, path: Path) -> None:
    window = learner.window
    window.actions_table["otherLab"].trigger()
    learner.bot.waitUntil(window.is_settled)
    leaves, slider = window.expression.docks["leaves"], window.desk.control("sheetSpeedSlider")
    editor, other = window.desk.control("expressionEditor"), window.actions_table["otherLab"]
    assert slider is not None and editor is not None
    assert leaves.isVisible() and slider.isVisible()
    before = {name: dock.isHidden() for name, dock in window.expression.docks.items()}
    open_path(learner, path)
    assert leaves.isHidden() and not slider.isVisible()
    assert not editor.isEnabled() and not other.isEnabled()
    editor.setEnabled(True)
    assert not editor.isEnabled(), "whoever else switches it on"
    learner.go_to(1)
    learner.bot.waitUntil(leaves.isVisible)  # the ring points at it
    learner.begin_free()
    assert editor.isEnabled() and other.isEnabled() and slider.isVisible()
    learner.end_free()
    assert not editor.isEnabled()
    learner.lessons.close()
    assert editor.isEnabled() and other.isEnabled()
    assert leaves.isVisible() and slider.isVisible()
    assert {name: dock.isHidden() for name, dock in window.expression.docks.items()} == before
    other.trigger()


def test_a_window_that_is_closed_in_a_lesson_keeps_the_layout_of_before(learner: Learner, path: Path) -> None:
    window = learner.window
    window.expression.show_card("leaves")
    open_path(learner, path)
    kept = window.lessons.room.layout_of(window.expression)
    assert kept != window.expression.state()
    assert window.lessons.room.has_furnished(window.expression)


# -- files ------------------------------------------------------------------------------------------------------------


def test_a_lesson_that_is_written_anew_is_read_anew(learner: Learner, path: Path) -> None:
    open_path(learner, path)
    learner.solve()
    learner.next()
    path.write_text(SOURCE.replace("Move $a$.", "Move it."), encoding="utf-8")
    learner.bot.waitUntil(lambda: "Move it." in learner.prose)
    learner.wait_ready()
    assert learner.lessons.index == 1
    assert learner.lessons.progress.steps[0].solved


def test_mistakes_are_told_with_their_place_and_the_lesson_stays(learner: Learner, path: Path) -> None:
    open_path(learner, path)
    bar, first = (learner.panel.findChild(QWidget, name) for name in ("lessonMistakesBar", "lessonMistakesFirst"))
    assert not bar.isVisible()
    path.write_text(SOURCE.replace('kind = "number"', 'kind = "numbr"'), encoding="utf-8")
    learner.bot.waitUntil(bar.isVisible)
    line = next(i for i, text in enumerate(SOURCE.splitlines(), start=1) if text == 'kind = "number"')
    assert f"{line}" in first.text() and "numbr" in first.text()
    learner.solve()
    assert learner.lessons.told.solved
    path.write_text(SOURCE, encoding="utf-8")
    learner.bot.waitUntil(lambda: not bar.isVisible())


def test_a_lesson_may_be_dropped_on_the_window(learner: Learner, path: Path) -> None:
    drop(learner.window, path)
    learner.bot.waitUntil(lambda: learner.lessons.lesson is not None)
    learner.wait_ready()
    assert learner.step.title == "One product"


def test_a_packed_lesson_may_be_dropped_on_the_window(learner: Learner, path: Path, tmp_path: Path) -> None:
    packed = tmp_path / "mine.chainlesson"
    open_path(learner, path)
    learner.window.lessons.write_packed(packed)
    learner.lessons.close()
    drop(learner.window, packed)
    learner.bot.waitUntil(lambda: learner.lessons.lesson is not None)
    learner.wait_ready()
    assert learner.lessons.lesson.path == packed
    learner.solve()
    assert learner.lessons.told.solved


def test_a_file_that_is_no_lesson_says_why(learner: Learner, tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text("+++\nid = 'bad'\n+++\n## A\n", encoding="utf-8")
    drop(learner.window, bad)
    dialog = learner.window.findChild(QDialog, "lessonMistakes")
    assert dialog.isVisible()
    assert "title" in dialog.findChild(QPlainTextEdit, "lessonMistakesList").toPlainText()
    dialog.reject()
    assert learner.lessons.lesson is None


def click_link(learner: Learner) -> None:
    """Where the prose has one."""
    page = learner.panel.findChild(SpansView, "lessonProse").viewport()
    view = page.parentWidget()
    places = (QPoint(x, y) for y in range(4, page.height(), 6) for x in range(4, page.width(), 6))
    learner.click(page, next(place for place in places if view.anchorAt(place)))


# -- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["Cancel", "Open"])
def test_a_link_asks_first(learner: Learner, path: Path, browser: Browser, button: str) -> None:
    open_path(learner, path)
    asked = press_in_question(button)
    click_link(learner)
    assert "https://example.org/product" in asked[0]
    assert browser.opened == (["https://example.org/product"] if button == "Open" else [])


# -- handing in -------------------------------------------------------------------------------------------------------


def test_what_is_handed_in_is_marked(learner: Learner, path: Path, tmp_path: Path) -> None:
    open_path(learner, path)
    learner.mistake()
    solve_all(learner)
    file = tmp_path / "answers"
    learner.window.lessons.write_result(file, "Ada")
    written = file.with_name("answers.chainresult")
    learner.bot.waitUntil(written.exists)
    result, found = read_result(written), open_lesson(path)
    marking = marking_of(result, found.lesson, found.folder)
    assert result.learner == "Ada"
    assert marking.score == (2, 2)
    assert marking.steps[0].mark is Mark.RIGHT
    assert not marking.notes
    document = document_of_result(result)
    assert document is not None
    assert document.text == learner.window.documents.text


def test_a_sheet_of_exercises_is_solved_and_marked(
    learner: Learner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learner.window.lessons.show_list()
    learner.click(learner.window.lessons.column.course.findChild(QWidget, "courseExercises"))
    dialog = learner.window.findChild(QDialog, "exerciseDialog")
    count = dialog.findChild(QComboBox, "exercisesCountChoice")
    count.setCurrentIndex(count.findData("3"))
    learner.click(dialog.findChild(QPushButton, "exercisesOpen"))
    learner.bot.waitUntil(lambda: learner.lessons.lesson is not None)
    learner.wait_ready()
    assert len(learner.lessons.progress.steps) >= 3
    solve_all(learner)
    file = tmp_path / "sheet.chainresult"
    learner.window.lessons.write_result(file, "Ada")
    learner.bot.waitUntil(file.exists)
    tasks = learner.lessons.lesson.lesson.tasks
    assert check_answers([str(file)]) == 0
    assert f"{tasks} of {tasks}" in capsys.readouterr().out
    learner.lessons.store.forget([learner.lessons.lesson.lesson.head.id])


def test_packing_gives_the_same_lesson(path: Path, tmp_path: Path) -> None:
    found = open_lesson(path)
    pack(found, tmp_path / "one.chainlesson")
    assert open_lesson(tmp_path / "one.chainlesson").lesson.digest == found.lesson.digest
