"""Every lesson of the course in the real window, from its first step to its last, solved through the widgets."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.lessons.parts import BugTask, ChooseTask, NumberTask, PickTask
from core.lessons.shelf import shelf
from gui.main_window import MainWindow
from tests.gui.lesson_solver import Learner

LESSONS = [found.lesson.head.id for found in shelf("en")]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_is_solved_through_the_window(shared_window: MainWindow, qtbot: QtBot, lesson: str) -> None:
    learner = Learner(shared_window, qtbot)
    learner.open(lesson)
    found = learner.lessons.lesson
    assert found is not None
    for index in range(len(found.lesson.steps)):
        assert learner.lessons.index == index
        _look(learner, qtbot)
        if learner.step.task is not None:
            _err(learner, qtbot)
            _solve(learner, qtbot)
        if index + 1 < len(found.lesson.steps):
            learner.next()
    progress = learner.lessons.progress
    assert progress.met == found.lesson.tasks
    assert not any(told.skipped or told.revealed for told in progress.steps)
    learner.click(learner.panel.findChild(QPushButton, "lessonNext"))  # finish
    assert learner.lessons.lesson is None
    assert learner.row(lesson).state_text() == "done"


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_a_lesson_hides_and_locks_is_there(shared_window: MainWindow, lesson: str) -> None:
    window = shared_window
    head = next(found.lesson.head for found in shelf("en") if found.lesson.head.id == lesson)
    for name in (*head.hide, *head.lock):
        here = any(desk.control(name) is not None for desk in (window.network, window.expression))
        assert here or window.actions_table.has(name), name


def _look(learner: Learner, qtbot: QtBot) -> None:
    """What the step shows: the ring around what it points at, and its numbers."""
    step, room = learner.step, learner.window.lessons.room
    where = f"{learner.lessons.index}: {step.title}"
    if step.spotlight is not None:
        if step.spotlight.control is not None:
            assert learner.window.desk.control(step.spotlight.control) is not None, where
        learner.waits_for(lambda: room.spotlight.target is not None, "the ring is not seen")
        assert room.spotlight.isVisible(), where
    if not _is_before_its_numbers(learner):
        learner.waits_for(lambda: not learner.unknown_numbers(), "a number is not known")


def _is_before_its_numbers(learner: Learner) -> bool:
    """Whether the playhead is still to come to what the step tells of."""
    prepare, sheets = learner.step.prepare, learner.window.sheets
    at_start = prepare is not None and prepare.position is not None and prepare.position != "end"
    return at_start and sheets.sheet is not None and sheets.position < len(sheets.sheet.steps)


def _err(learner: Learner, qtbot: QtBot) -> None:
    """A wrong answer has its hint, and counts as an attempt and nothing more."""
    if not isinstance(learner.step.task, NumberTask | ChooseTask | BugTask | PickTask):
        assert not learner.lessons.told.solved
        return
    met, before = learner.lessons.progress.met, len(learner.lessons.told.attempts)
    hint = learner.mistake()
    qtbot.waitUntil(lambda: len(learner.lessons.told.attempts) > before)
    assert not learner.lessons.told.solved
    assert learner.lessons.progress.met == met
    assert learner.verdict
    assert learner.verdict.startswith(hint)


def _solve(learner: Learner, qtbot: QtBot) -> None:
    next_ = learner.panel.findChild(QPushButton, "lessonNext")
    last = learner.lessons.index + 1 == len(learner.lessons.progress.steps)
    assert next_.text() == ("Finish" if last else "Skip")
    learner.solve()
    qtbot.waitUntil(lambda: learner.lessons.told.solved)
    assert learner.verdict
    assert next_.text() == ("Finish" if last else "Next")
