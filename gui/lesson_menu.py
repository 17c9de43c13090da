"""The Lessons menu. Its verbs are made when the first of them is wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core.words import mark, tr
from gui.actions import Actions, ActionSpec

if TYPE_CHECKING:
    from gui.main_window import MainWindow

MENU = mark("&Lessons")
OF_LESSON = (  # what needs an open lesson
    "lessonsNext", "lessonsBack", "lessonsAgain", "lessonsFree", "lessonsHandIn", "lessonsShare", "lessonsLeave",
)  # fmt: skip


def fill_lesson_menu(window: MainWindow, actions: Actions) -> None:
    """All of it."""
    for name, text, verb, keys, separator in (
        ("lessonsShow", tr("&All lessons"), "show_list", ("Ctrl+Shift+L",), False),
        ("lessonsOpen", tr("&Open a lesson…"), "open_file", (), False),
        ("lessonsExercises", tr("&Exercises…"), "open_exercises", (), False),
        ("lessonsNext", tr("&Next step"), "next_step", ("Ctrl+PgDown",), True),
        ("lessonsBack", tr("Step &before"), "step_before", ("Ctrl+PgUp",), False),
        ("lessonsAgain", tr("Begin the step ane&w"), "begin_step_anew", (), False),
        ("lessonsFree", tr("&Free play, and back"), "toggle_free", ("Ctrl+Shift+F",), False),
        ("lessonsHandIn", tr("&Hand in…"), "hand_in", (), True),
        ("lessonsShare", tr("&Save the lesson as one file…"), "share", (), False),
        ("lessonsLeave", tr("&Leave the lesson"), "leave", (), False),
    ):
        actions.add(ActionSpec(name, MENU, text, partial(_do, window, verb), keys, separator=separator))
    show_lesson(actions, is_open=False)


def show_lesson(actions: Actions, *, is_open: bool) -> None:
    """What can be done with or without a lesson."""
    for name in OF_LESSON:
        actions[name].setEnabled(is_open)


def _do(window: MainWindow, verb: str) -> None:
    getattr(window.lessons, verb)()
