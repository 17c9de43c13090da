"""A walk through lessons of every kind of task, for tests that look at all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from core.lessons.sharing import OpenLesson, open_lesson
from core.lessons.shelf import shelf
from gui.panels.lesson.step_dots import StepDots
from gui.session.lesson_progress import fresh
from tests.gui.lesson_solver import Learner
from tests.gui.pseudo_lesson_texts import ALL_KINDS, UNPREPARED, mistakes_of, written

STARTED, DONE = ("derivative", "descent"), "value"  # lessons of the course


def lesson_visits(learner: Learner, folder: Path) -> Iterator[str]:
    """Through lists and lessons; gives what has been done."""
    window = learner.window
    window.lessons.show_list()
    yield "list"
    _do_some(learner)
    _open(learner, open_lesson(written(folder, ALL_KINDS, "β")))
    for answer in (_number, _pick, _choose, _leaves, _bug, _way, _separate, _do):
        learner.wait_ready()
        name = answer.__name__[1:]
        yield f"task {name}"
        yield from (f"task {name}: {done}" for done in answer(learner))
        learner.lessons.next()
    learner.wait_ready()
    yield "no task"
    yield from (f"dots {i}" for i in range(8) if _point_at_dot(learner, i))
    learner.begin_free()
    yield "free play"
    learner.lessons.end_free()
    learner.wait_ready()
    window.lessons.column.lesson.show_mistakes(mistakes_of(folder).mistakes)
    yield "mistakes"
    window.lessons.column.lesson.show_mistakes(())
    window.lessons.show_list()
    yield "list again"
    _open(learner, open_lesson(written(folder, UNPREPARED, "γ")))
    learner.bot.waitUntil(lambda: bool(learner.lessons.problem))
    yield "problem"
    window.lessons.close()


def _open(learner: Learner, found: OpenLesson) -> None:
    learner.lessons.open(found)
    learner.bot.waitUntil(lambda: learner.lessons.lesson is found)


def _do_some(learner: Learner) -> None:
    """Of the course. Not looked at: questions and answers are in its own language."""
    for lesson in STARTED:
        learner.open(lesson)
        learner.next()
        learner.lessons.back()
        learner.wait_ready()
    learner.lessons.close()
    store = learner.lessons.store
    for found in shelf("en"):
        if found.lesson.head.id == DONE:
            progress = fresh(found.lesson)
            steps = tuple(msgspec.structs.replace(told, solved=True, seconds=1.0) for told in progress.steps)
            store.write(DONE, msgspec.structs.replace(progress, steps=steps))


def _wrong_twice(learner: Learner, answer: Callable[[], object]) -> Iterator[str]:
    """Then the solution is offered, and shown."""
    for count in (1, 2):
        before = len(learner.lessons.told.attempts)
        answer()
        learner.waits_for(lambda before=before: len(learner.lessons.told.attempts) > before, "not judged")
        yield f"wrong {count}"
    yield from _reveal(learner)


def _reveal(learner: Learner) -> Iterator[str]:
    """As the panel's link does."""
    before = learner.verdict
    learner.box.solution_requested.emit()
    learner.waits_for(lambda: learner.verdict not in ("", before), "no solution")
    yield "solution"
    learner.lessons.again()
    learner.wait_ready()


def _solved(learner: Learner) -> Iterator[str]:
    learner.solve()
    learner.waits_for(lambda: learner.lessons.told.solved, "not solved")
    yield "right"


def _number(learner: Learner) -> Iterator[str]:
    learner.type_number("x")
    learner.waits_for(lambda: bool(learner.verdict), "nothing is said")
    yield "no number"
    numbers = iter(("3", "-2"))
    yield from _wrong_twice(learner, lambda: learner.type_number(next(numbers)))
    yield from _solved(learner)


def _pick(learner: Learner) -> Iterator[str]:
    nodes = iter(("a", "b"))
    yield from _wrong_twice(learner, lambda: learner.select(next(nodes)))
    yield from _solved(learner)


def _choose(learner: Learner) -> Iterator[str]:
    yield from _wrong_twice(learner, lambda: learner.choose(1))
    yield from _solved(learner)


def _leaves(learner: Learner) -> Iterator[str]:
    yield from _reveal(learner)
    learner.window.sheets.set_leaf("a", 7.0)
    learner.waits_for(lambda: learner.lessons.told.solved, "not solved")
    yield "right"


def _bug(learner: Learner) -> Iterator[str]:
    yield from _wrong_twice(learner, lambda: learner.choose(0))
    yield from _solved(learner)


def _way(learner: Learner) -> Iterator[str]:
    """The task takes one step, with another learning rate."""
    yield from _reveal(learner)
    learner.window.runs.move(12)
    learner.waits_for(lambda: bool(learner.lessons.told.attempts), "not late")
    yield "too late"


def _separate(learner: Learner) -> Iterator[str]:
    yield from _reveal(learner)


def _do(learner: Learner) -> Iterator[str]:
    yield from _reveal(learner)
    for _ in range(2):
        learner.window.runs.step()
        learner.bot.waitUntil(learner.window.is_settled)
    learner.waits_for(lambda: learner.lessons.told.solved, "not solved")
    yield "right"


def _point_at_dot(learner: Learner, index: int) -> bool:
    """Ask for the tip of a step; it is shown in a label of its own."""
    dots = learner.panel.findChild(StepDots)
    assert dots is not None
    place: QPoint = dots.centre(index).toPoint()
    QApplication.sendEvent(dots, QHelpEvent(QEvent.Type.ToolTip, place, dots.mapToGlobal(place)))
    return bool(QToolTip.text())
