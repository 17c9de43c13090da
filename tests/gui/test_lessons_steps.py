"""Steps and answers of a lesson in the real window: what is kept, what counts, what is said, and the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from core.lessons.parts import BugTask
from gui.lesson_menu import OF_LESSON
from gui.main_window import MainWindow
from gui.panels.bug_banner import BugBanner
from gui.panels.lesson.course import LessonRow
from tests.gui.lesson_solver import Learner

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def learner(shared_window: MainWindow, qtbot: QtBot) -> Learner:
    """Nothing was done yet."""
    with qtbot.waitActive(shared_window):
        shared_window.activateWindow()
    learner = Learner(shared_window, qtbot)
    learner.lessons.close()
    learner.lessons.store.forget(["derivative", "chain-rule", "automatic", "descent"])
    return learner


def more(learner: Learner, name: str) -> None:
    """An entry of the menu at the head of the lesson."""
    menu = learner.panel.findChild(QMenu)
    next(action for action in menu.actions() if action.objectName() == name).trigger()


def foot(learner: Learner, name: str) -> QPushButton:
    found = learner.panel.findChild(QPushButton, name)
    assert found is not None
    return found


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_a_task_that_is_not_met_is_skipped_and_can_be_met_later(learner: Learner) -> None:
    learner.open("derivative")
    assert not foot(learner, "lessonBack").isEnabled()
    learner.next()
    assert learner.lessons.progress.steps[0].skipped
    learner.click(foot(learner, "lessonBack"))
    learner.wait_ready()
    learner.solve()
    assert learner.lessons.told.solved and not learner.lessons.told.skipped
    assert learner.lessons.progress.met == 1


def test_a_step_and_a_lesson_begin_anew(learner: Learner) -> None:
    learner.open("derivative")
    learner.solve()
    learner.next()
    learner.mistake()
    more(learner, "lessonAgain")
    learner.wait_ready()
    assert learner.lessons.index == 1
    assert not learner.lessons.told.attempts
    assert not learner.verdict
    assert learner.lessons.progress.met == 1
    more(learner, "lessonReset")
    learner.wait_ready()
    assert learner.lessons.index == 0
    assert learner.lessons.progress.met == 0
    assert not learner.box.findChild(QLineEdit, "lessonAnswer").isReadOnly()


def test_a_step_that_begins_anew_has_the_lab_as_prepared(learner: Learner) -> None:
    learner.open("derivative")
    before = learner.window.documents.text
    learner.paste("z = 1.0\n")
    more(learner, "lessonAgain")
    learner.wait_ready()
    assert learner.window.documents.text == before


def test_the_list_gives_the_keyboard_to_the_lesson_to_go_on_with(learner: Learner) -> None:
    learner.open("derivative")
    learner.click(learner.panel.findChild(QWidget, "lessonList"))
    focus = QApplication.focusWidget()
    assert isinstance(focus, LessonRow)
    assert focus.objectName() == "lessonRow_derivative"
    QTest.keyClick(focus, Qt.Key.Key_Return)
    learner.bot.waitUntil(lambda: learner.lessons.lesson is not None)
    learner.wait_ready()


# -- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["-8", "−8", "-8,0", "-16/2", "-8000e-3", " L = -8 ", "-8.001"])
def test_a_number_may_be_written_in_many_ways(learner: Learner, text: str) -> None:
    learner.open("chain-rule")
    learner.type_number(text)
    assert learner.lessons.told.solved
    assert [attempt.answer for attempt in learner.lessons.told.attempts] == [text.strip()]
    assert QApplication.focusWidget() is foot(learner, "lessonNext")


@pytest.mark.parametrize("text", ["abc", "1/0", "--3", "nan"])
def test_what_is_no_number_is_not_counted(learner: Learner, text: str) -> None:
    learner.open("chain-rule")
    learner.type_number(text)
    assert learner.verdict
    assert not learner.lessons.told.attempts
    learner.type_number("  ")
    assert not learner.lessons.told.attempts


def test_the_solution_is_offered_after_two_wrong_answers(learner: Learner) -> None:
    learner.open("chain-rule")
    link = learner.box.findChild(QWidget, "lessonSolution")
    learner.type_number("3")
    assert not link.isVisible()
    learner.type_number("4")
    assert link.isVisible()
    learner.click(link)
    learner.bot.waitUntil(lambda: "−8" in learner.verdict)
    told = learner.lessons.told
    assert told.revealed and not told.solved
    assert learner.box.findChild(QLineEdit, "lessonAnswer").isReadOnly()
    assert learner.lessons.progress.met == 0
    assert foot(learner, "lessonNext").text() == "Next"
    learner.next()
    assert not learner.lessons.progress.steps[0].skipped


def test_a_hint_has_the_numbers_of_the_lab(learner: Learner) -> None:
    learner.open("derivative")
    learner.go_to(6)
    learner.select("b")
    learner.bot.waitUntil(lambda: bool(learner.verdict))
    assert "A nudge of b moves d by 2 times" in learner.verdict


# -- bugs -------------------------------------------------------------------------------------------------------------


def steps_of(learner: Learner) -> tuple:
    assert learner.lessons.lesson is not None
    return learner.lessons.lesson.lesson.steps


def test_a_bug_that_is_to_be_found_is_not_named(learner: Learner) -> None:
    window = learner.window
    window.expression.show_card("bugs")
    learner.open("automatic")
    learner.go_to(next(i for i, step in enumerate(steps_of(learner)) if isinstance(step.task, BugTask)))
    banner = window.expression.findChild(BugBanner)
    card = window.expression.docks["bugs"]
    assert window.sheets.bugs
    assert not banner.isVisible()
    assert card.isHidden()
    assert not window.actions_table["card_bugs"].isEnabled()
    learner.solve()
    assert learner.lessons.told.solved
    assert banner.isVisible()
    assert window.actions_table["card_bugs"].isEnabled()


def test_leaving_a_bug_that_is_not_found_gives_everything_back(learner: Learner) -> None:
    window = learner.window
    learner.open("automatic")
    learner.go_to(next(i for i, step in enumerate(steps_of(learner)) if isinstance(step.task, BugTask)))
    more(learner, "lessonLeave")
    assert window.actions_table["card_bugs"].isEnabled()
    assert not window.sheets.bugs
    assert not window.sheets.withheld


def test_a_gradient_that_is_asked_for_is_told_again_outside_of_the_lesson(learner: Learner) -> None:
    learner.open("chain-rule")
    learner.go_to(3)
    assert learner.window.sheets.withheld
    more(learner, "lessonLeave")
    assert not learner.window.sheets.withheld


# -- menu and keyboard ------------------------------------------------------------------------------------------------


def test_the_menu_has_what_can_be_done(learner: Learner) -> None:
    actions = learner.window.actions_table
    assert not any(actions[name].isEnabled() for name in OF_LESSON)
    assert actions["lessonsShow"].isEnabled() and actions["lessonsExercises"].isEnabled()
    learner.open("derivative")
    assert all(actions[name].isEnabled() for name in OF_LESSON)
    actions["lessonsLeave"].trigger()
    assert learner.lessons.lesson is None
    assert not any(actions[name].isEnabled() for name in OF_LESSON)


def test_the_keys_turn_the_pages(learner: Learner) -> None:
    learner.open("derivative")
    window = learner.window
    QTest.keyClick(window, Qt.Key.Key_PageDown, CONTROL)
    assert learner.lessons.index == 1
    learner.wait_ready()
    QTest.keyClick(window, Qt.Key.Key_PageUp, CONTROL)
    assert learner.lessons.index == 0
    learner.wait_ready()
    learner.solve()
    assert QApplication.focusWidget() is foot(learner, "lessonNext")
    QTest.keyClick(foot(learner, "lessonNext"), Qt.Key.Key_Return)
    assert learner.lessons.index == 1


def test_choosing_by_keys_does_not_train(learner: Learner) -> None:
    learner.open("descent")
    window = learner.window
    step = window.runs.frame.step
    radios = [learner.box.findChild(QRadioButton, f"lessonChoice{i}") for i in range(2)]
    radios[0].setFocus()
    QTest.keyClick(radios[0], Qt.Key.Key_Space)
    assert radios[0].isChecked()
    QTest.keyClick(radios[0], Qt.Key.Key_Down)
    assert radios[1].isChecked() and radios[1].hasFocus()
    QTest.keyClick(radios[1], Qt.Key.Key_Up)
    assert radios[0].isChecked() and radios[0].hasFocus()
    assert not learner.lessons.told.attempts
    QTest.keyClick(radios[0], Qt.Key.Key_Return)
    assert len(learner.lessons.told.attempts) == 1
    assert not window.runs.playing
    assert window.runs.frame.step == step
