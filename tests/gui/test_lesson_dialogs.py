"""Questions, the choice of a sheet of exercises, and what is told to the person who writes a lesson."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.errors import DocumentError
from core.expression.exercises import DIFFICULTIES, LARGEST_SEED
from core.lessons.exercise_sheet import MOST_EXERCISES
from core.lessons.mistakes import MOST, LessonError, Mistake, Place
from gui.panels.lesson.exercise_dialog import ExerciseDialog
from gui.panels.lesson.mistakes_dialog import MistakesBar, show_mistakes
from gui.theme import Theme
from gui.widgets.dialogs import ask


def child[Kind: QWidget](parent: QWidget, kind: type[Kind], name: str) -> Kind:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def mistakes(count: int) -> LessonError:
    return LessonError(Mistake(Place(line, 3), f"number {line} is <b>wrong</b>") for line in range(1, count + 1))


# -- questions --------------------------------------------------------------------------------------------------------


def asked(qapp: QApplication, parent: QWidget, text: str, key: Qt.Key | None, press: str = "") -> tuple[bool, str]:
    """What `ask` gives when this key, or the button of this text, is pressed; and what was to be read."""
    seen: list[str] = []

    def answer() -> None:
        box = qapp.activeModalWidget()
        if not isinstance(box, QMessageBox):
            timer.start(10)
            return
        seen.append(box.findChild(QLabel, "qt_msgbox_label").text())
        assert box.textFormat() is Qt.TextFormat.PlainText
        assert all(button.icon().isNull() for button in box.buttons())
        if press:
            next(button for button in box.buttons() if button.text() == press).click()
        elif key is not None:
            QTest.keyClick(box, key)

    timer = QTimer(qapp, singleShot=True, interval=10)
    timer.timeout.connect(answer)
    timer.start()
    found = ask(parent, "A question", text, "&Open")
    return found, seen[0]


@pytest.fixture
def parent(qtbot: QtBot, theme: Theme) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(600, 400)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_only_the_button_says_yes(qapp: QApplication, parent: QWidget) -> None:
    assert asked(qapp, parent, "Really?", None, "&Open") == (True, "Really?")
    assert asked(qapp, parent, "Really?", None, "Cancel") == (False, "Really?")
    assert asked(qapp, parent, "Really?", Qt.Key.Key_Escape)[0] is False
    assert asked(qapp, parent, "Really?", Qt.Key.Key_Return)[0] is False, "Cancel is what Enter presses"


def test_a_question_is_shown_as_it_is_and_long_words_break(qapp: QApplication, parent: QWidget) -> None:
    address = "https://example.org/" + "abc<i>/" * 60
    _, text = asked(qapp, parent, f"<b>Open?</b>\n{address}", Qt.Key.Key_Escape)
    assert text.replace("\N{ZERO WIDTH SPACE}", "") == f"<b>Open?</b>\n{address}"
    assert max(map(len, text.replace("\N{ZERO WIDTH SPACE}", " ").split())) < 60


# -- exercises --------------------------------------------------------------------------------------------------------


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, parent: QWidget) -> ExerciseDialog:
    dialog = ExerciseDialog(theme, parent)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_enter_opens_five_exercises_of_the_first_kind(qtbot: QtBot, dialog: ExerciseDialog) -> None:
    with qtbot.waitSignal(dialog.chosen) as told:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert told.args == [1, 5, 1]


def test_all_three_are_chosen(qtbot: QtBot, dialog: ExerciseDialog) -> None:
    kind, count = (child(dialog, QComboBox, name) for name in ("exercisesKindChoice", "exercisesCountChoice"))
    assert (kind.count(), count.count()) == (DIFFICULTIES, MOST_EXERCISES)
    kind.setCurrentIndex(DIFFICULTIES - 1)
    count.setCurrentIndex(MOST_EXERCISES - 1)
    seed = child(dialog, QLineEdit, "exercisesSeed")
    seed.setFocus()
    seed.selectAll()
    qtbot.keyClicks(seed, "4711")
    with qtbot.waitSignal(dialog.chosen) as told:
        qtbot.keyClick(seed, Qt.Key.Key_Return)
    assert told.args == [DIFFICULTIES, MOST_EXERCISES, 4711]


def test_a_number_that_cannot_be_is_said_and_nothing_opens(qtbot: QtBot, dialog: ExerciseDialog) -> None:
    seed = child(dialog, QLineEdit, "exercisesSeed")
    seed.setFocus()
    seed.selectAll()
    qtbot.keyClicks(seed, str(LARGEST_SEED + 1))
    with qtbot.assertNotEmitted(dialog.chosen):
        qtbot.mouseClick(child(dialog, QPushButton, "exercisesOpen"), Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert child(dialog, QLabel, "exercisesError").isVisible()
    qtbot.keyClick(seed, Qt.Key.Key_Escape)
    assert dialog.isVisible(), "Escape forgets what was typed"
    assert not child(dialog, QLabel, "exercisesError").isVisible()
    qtbot.keyClick(seed, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_dice_give_a_sheet(qtbot: QtBot, dialog: ExerciseDialog) -> None:
    dice, seeds = child(dialog, QToolButton, "exercisesDice"), set()
    for _ in range(5):
        dice.click()
        seeds.add(child(dialog, QLineEdit, "exercisesSeed").text())
    assert len(seeds) > 1
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.chosen) as told:
        child(dialog, QPushButton, "exercisesOpen").click()
    assert 0 <= told.args[2] <= LARGEST_SEED


def test_cancel_chooses_nothing(qtbot: QtBot, dialog: ExerciseDialog) -> None:
    with qtbot.assertNotEmitted(dialog.chosen):
        child(dialog, QPushButton, "exercisesCancel").click()
    assert not dialog.isVisible()


# -- mistakes ---------------------------------------------------------------------------------------------------------


def test_all_mistakes_are_listed_and_copied(qtbot: QtBot, parent: QWidget) -> None:
    dialog = show_mistakes(parent, Path("folder/mine.md"), mistakes(12))
    assert dialog.objectName() == "lessonMistakes"
    assert dialog.isVisible()
    assert dialog.windowTitle() == "mine.md"
    assert child(dialog, QLabel, "lessonMistakesCount").text() == "12 mistakes"
    text = child(dialog, QPlainTextEdit, "lessonMistakesList")
    assert text.isReadOnly()
    assert text.toPlainText().splitlines()[11] == "line 12, column 3: number 12 is <b>wrong</b>"
    child(dialog, QPushButton, "lessonMistakesCopy").click()
    assert QGuiApplication.clipboard().text() == text.toPlainText()
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_very_many_mistakes_are_counted_as_such(parent: QWidget) -> None:
    dialog = show_mistakes(parent, Path("mine.md"), mistakes(MOST + 20))
    assert child(dialog, QLabel, "lessonMistakesCount").text() == f"{MOST} mistakes or more"
    dialog.close()


def test_any_other_error_is_its_sentence(qtbot: QtBot, parent: QWidget) -> None:
    dialog = show_mistakes(parent, Path("mine.md"), DocumentError("There is no file '<b>mine.md</b>'."))
    assert isinstance(dialog, QMessageBox)
    assert dialog.objectName() == "lessonMistakes"
    assert dialog.text() == "There is no file '<b>mine.md</b>'."
    assert dialog.textFormat() is Qt.TextFormat.PlainText
    with qtbot.waitSignal(dialog.destroyed):
        dialog.button(QMessageBox.StandardButton.Ok).click()


def test_the_bar_shows_the_first_and_leads_to_all(qtbot: QtBot, theme: Theme, parent: QWidget) -> None:
    bar = MistakesBar(theme)
    bar.setParent(parent)
    assert not bar.isVisible()
    bar.show_mistakes(mistakes(4).mistakes)
    assert bar.isVisible()
    first, more = child(bar, QLabel, "lessonMistakesFirst"), child(bar, QPushButton, "lessonMistakesMore")
    assert first.text() == "line 1, column 3: number 1 is <b>wrong</b>"
    assert first.textFormat() is Qt.TextFormat.PlainText
    assert more.text() == "and 3 more"
    more.click()
    dialog = child(parent, QDialog, "lessonMistakes")
    assert len(child(dialog, QPlainTextEdit, "lessonMistakesList").toPlainText().splitlines()) == 4
    dialog.close()
    bar.show_mistakes(mistakes(1).mistakes)
    assert not more.isVisible()
    bar.show_mistakes(())
    assert not bar.isVisible()


def test_a_long_word_does_not_widen_the_bar(theme: Theme, qtbot: QtBot) -> None:
    bar = MistakesBar(theme)
    qtbot.addWidget(bar)
    bar.show_mistakes([Mistake(Place(1, 1), "w" * 500)])
    assert bar.minimumSizeHint().width() < 200
