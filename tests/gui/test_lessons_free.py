"""Into a lesson and out of it: free play and back, leaving, what was open before, and progress from start to start."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLineEdit, QMenu, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.expression.sheet import Phase
from gui.frames import Level
from gui.main_window import MainWindow
from gui.sheet_frames import Mode
from tests.gui.lesson_hands import press_in_question
from tests.gui.lesson_solver import Learner

OpenWindow = Callable[[str], MainWindow]
WIDTH = 1280  # of the window that all tests share
SPARE = QMessageBox.StandardButton.Discard


@pytest.fixture
def learner(shared_window: MainWindow, qtbot: QtBot) -> Learner:
    """On an untouched example, outside of any lesson."""
    learner = Learner(shared_window, qtbot)
    learner.lessons.close()
    learner.lessons.store.forget(["derivative", "chain-rule", "descent"])
    shared_window.files.forget_changes()
    shared_window.documents.open_example("lecture")
    qtbot.waitUntil(lambda: shared_window.runs.frame is not None and shared_window.runs.frame.step == 0)
    qtbot.waitUntil(shared_window.is_settled)
    return learner


def steps(learner: Learner, count: int) -> None:
    """Train by the button."""
    for _ in range(count):
        before = learner.window.runs.frame.step
        learner.press("stepButton")
        learner.bot.waitUntil(lambda before=before: learner.window.runs.frame.step == before + 1)


def leave(learner: Learner) -> None:
    menu = learner.panel.findChild(QMenu)
    next(action for action in menu.actions() if action.objectName() == "lessonLeave").trigger()
    assert learner.lessons.lesson is None


def returns(learner: Learner) -> None:
    """What was played with is not wanted."""
    asked = press_in_question(SPARE)
    learner.end_free()
    assert asked


# -- free play --------------------------------------------------------------------------------------------------------


def test_free_play_in_an_expression_leaves_the_step_as_it_was(learner: Learner) -> None:
    learner.open("chain-rule")
    learner.go_to(3)
    learner.mistake()
    learner.press("sheetStepButton")
    learner.select("c")
    window, sheets = learner.window, learner.window.sheets
    text, position, attempts = window.documents.text, sheets.position, learner.lessons.told.attempts
    assert attempts and sheets.withheld
    learner.begin_free()
    assert not sheets.withheld
    learner.bot.waitUntil(lambda: window.desk.docks["expression"].isVisible())
    learner.paste("u = 2.0\nv = u * u\nv.backward()\n")
    learner.bot.waitUntil(lambda: sheets.sheet is not None and not sheets.busy and sheets.position > 0)
    asked = press_in_question(SPARE)
    window.file_verbs.new()
    assert asked
    learner.end_free()
    assert window.documents.text == text
    assert sheets.position == position
    assert sheets.selection.address == "c"
    assert learner.lessons.told.attempts == attempts
    assert sheets.withheld
    learner.solve()
    assert learner.lessons.told.solved


def test_free_play_in_a_network_leaves_the_step_as_it_was(learner: Learner) -> None:
    learner.open("descent")
    steps(learner, 3)
    window = learner.window
    window.selection.select("L1.N2.w1")
    document, theta = window.documents.document, window.runs.frame.theta.copy()
    learner.begin_free()
    steps(learner, 4)
    window.documents.set_training("learning rate", learning_rate=0.5)
    asked = press_in_question(SPARE)
    window.file_verbs.open_example("moons")
    assert asked
    learner.bot.waitUntil(lambda: window.documents.experiment.name == "moons")
    learner.end_free()
    assert window.documents.experiment == document.experiment
    assert window.runs.frame.step == 3
    assert (window.runs.frame.theta == theta).all()
    assert window.selection.address == "L1.N2.w1"
    assert not window.isWindowModified()


def test_free_play_inside_a_training_step_leaves_the_playhead_where_it_was(learner: Learner) -> None:
    learner.open("descent")
    window = learner.window
    playhead, lessons = window.session.playhead, window.session.lessons
    lessons.go_to(5)  # four phases of a step
    learner.bot.waitUntil(lambda: lessons.is_ready and playhead.here is not None)
    playhead.go_to_phase(Phase.BACKWARD)
    learner.bot.waitUntil(lambda: playhead.here is not None and playhead.here.position.phase is Phase.BACKWARD)
    place = playhead.position
    learner.begin_free()
    playhead.leave()
    steps(learner, 2)
    learner.end_free()
    learner.bot.waitUntil(lambda: playhead.here is not None and playhead.here.position == place)
    assert window.runs.frame.step == 0


def test_the_window_does_not_grow_with_the_cards_of_free_play(learner: Learner) -> None:
    learner.open("chain-rule")
    window = learner.window
    for _ in range(2):
        learner.begin_free()
        learner.end_free()
    learner.bot.waitUntil(lambda: window.width() == WIDTH)


def test_free_play_wins_no_steps(learner: Learner) -> None:
    learner.open("descent")
    found = learner.lessons.lesson.lesson.steps
    learner.go_to(next(i for i, step in enumerate(found) if getattr(step.task, "within", None) == 20))
    documents = learner.window.documents
    rate = documents.experiment.training.learning_rate
    documents.set_training("learning rate", learning_rate=1e-5)
    steps(learner, 15)  # these lead nowhere, but count
    documents.set_training("learning rate", learning_rate=rate)
    learner.begin_free()
    learner.end_free()
    steps(learner, 20)
    assert not learner.lessons.told.solved
    assert "can be done in 20" in learner.verdict
    assert len(learner.lessons.told.attempts) == 1, "told once, not with every step that follows"


def test_nothing_counts_in_free_play(learner: Learner) -> None:
    learner.open("derivative")
    learner.go_to(3)
    learner.begin_free()
    learner.carry_out(learner.step.task.solution)
    learner.bot.waitUntil(lambda: not learner.window.sheets.busy)
    assert not learner.box.isEnabled()
    assert not learner.lessons.told.solved
    returns(learner)
    learner.solve()
    learner.bot.waitUntil(lambda: learner.lessons.told.solved)


def test_a_document_that_is_opened_is_free_play(learner: Learner) -> None:
    learner.open("derivative")
    learner.next()
    text = learner.window.documents.text
    learner.window.file_verbs.open_example("moons")
    assert learner.lessons.is_free
    assert learner.panel.findChild(QWidget, "lessonFree").isVisible()
    assert learner.window.documents.mode is Mode.NETWORK
    learner.end_free()
    assert learner.lessons.index == 1
    assert learner.window.documents.mode is Mode.EXPRESSION
    assert learner.window.documents.text == text
    assert not learner.panel.findChild(QWidget, "lessonFree").isVisible()


# -- what was open before ---------------------------------------------------------------------------------------------


def test_leaving_brings_back_the_run_of_before(learner: Learner) -> None:
    window = learner.window
    steps(learner, 4)
    window.selection.select("L2.N1.w2")
    window.selection.select_sample(2)
    window.selection.show_level(Level.SAMPLE)
    theta = window.runs.frame.theta.copy()
    learner.open("chain-rule")
    assert window.documents.mode is Mode.EXPRESSION
    learner.next()
    leave(learner)
    assert window.documents.mode is Mode.NETWORK
    learner.bot.waitUntil(lambda: window.runs.frame is not None and window.runs.frame.step == 4)
    assert (window.runs.frame.theta == theta).all()
    assert (window.selection.address, window.selection.sample) == ("L2.N1.w2", 2)
    assert window.selection.level is Level.SAMPLE
    assert window.documents.experiment.name == "lecture"
    window.selection.show_level(Level.NETWORK)


def test_leaving_brings_back_the_expression_of_before(learner: Learner) -> None:
    window, text = learner.window, "p = 4.0\nq = p * p\nq.backward()\n"
    window.actions_table["otherLab"].trigger()
    learner.paste(text)
    learner.bot.waitUntil(lambda: window.sheets.sheet is not None and not window.sheets.busy)
    learner.press("sheetStepBackButton")
    position = window.sheets.position
    press_in_question(SPARE)
    learner.open("derivative")
    learner.next()
    learner.click(learner.panel.findChild(QWidget, "lessonList"))
    learner.bot.waitUntil(lambda: window.sheets.text == text and not window.sheets.busy)
    learner.bot.waitUntil(lambda: window.sheets.position == position)


def test_one_lesson_after_the_other_at_once(learner: Learner) -> None:
    """The first goes while the other comes: what is brought back meanwhile is not taken for its step."""
    learner.open("chain-rule")
    learner.click(learner.row("descent"))
    learner.bot.waitUntil(lambda: learner.lessons.lesson is not None)
    learner.wait_ready()
    assert learner.window.documents.mode is Mode.NETWORK
    learner.click(learner.row("derivative"))
    learner.bot.waitUntil(lambda: learner.lessons.lesson is not None)
    learner.wait_ready()
    assert learner.window.documents.mode is Mode.EXPRESSION
    assert "def f(x)" in learner.window.documents.text
    leave(learner)
    learner.bot.waitUntil(lambda: learner.window.documents.mode is Mode.NETWORK)
    assert learner.window.documents.experiment.name == "lecture"


def test_unsaved_changes_are_asked_about(learner: Learner) -> None:
    window = learner.window
    window.documents.set_training("learning rate", learning_rate=0.25)
    asked = press_in_question(QMessageBox.StandardButton.Cancel)
    learner.click(learner.row("derivative"))
    assert "lecture" in asked[0]
    assert learner.lessons.lesson is None
    assert window.documents.experiment.training.learning_rate == 0.25
    asked = press_in_question(SPARE)
    learner.open("derivative")
    assert asked
    assert not window.isWindowModified(), "a lesson's own changes can be had again"
    learner.paste("z = 1.0\n")
    assert not window.isWindowModified()
    leave(learner)
    assert window.documents.experiment.training.learning_rate == 0.25


def test_progress_outlives_the_window(qtbot: QtBot, open_window: OpenWindow) -> None:
    first = Learner(open_window("lecture"), qtbot)
    first.open("derivative")
    first.solve()
    first.next()
    first.type_number("3")
    first.window.close()

    learner = Learner(open_window("lecture"), qtbot)
    assert learner.row("derivative").state_text() == "1 of 7 tasks"
    learner.open("derivative")
    assert learner.lessons.index == 1
    assert [attempt.answer for attempt in learner.lessons.told.attempts] == ["3"]
    learner.go_to(0)
    field = learner.box.findChild(QLineEdit, "lessonAnswer")
    assert learner.lessons.told.solved
    assert (field.text(), field.isReadOnly()) == ("20", True)
    assert learner.panel.findChild(QPushButton, "lessonNext").text() == "Next"
