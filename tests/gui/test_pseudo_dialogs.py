"""Dialogs and menus in the language that does not exist: none of it English, none of it cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.experiment import MAX_POINTS
from core.expression.exercises import LARGEST_SEED
from core.lessons.exercise_sheet import MOST_EXERCISES, exercise_sheet
from core.words import tr
from gui.main_window import MainWindow
from gui.panels.compare_table import CompareTable
from gui.panels.import_csv.dialog import ImportDialog
from gui.panels.lesson.exercise_dialog import ExerciseDialog
from gui.panels.lesson.mistakes_dialog import MistakesDialog, show_mistakes
from gui.sheet_frames import Mode
from gui.translation_texts import Catalogue, collect
from gui.widgets.text import TextLabel
from tests.gui.pseudo import pseudo_language
from tests.gui.pseudo_judges import cut_below, english_in
from tests.gui.pseudo_lesson_texts import mistakes_of
from tests.gui.visible_texts import Found, texts_below

FILES = {  # what is in Latin letters is the window's: names of columns and values are Greek
    "plain": "α,β,γ\n" + "\n".join(f"{i / 3:.2f},{i * 7 % 5},{'δεζ'[i % 3]}" for i in range(30)),
    "gaps": "α,β,γ\n" + "\n".join(f"{'' if i % 4 == 0 else i},{i},{i * i}" for i in range(20)),
    "mixed": "α,β\n" + "\n".join(f"{'ω' if i % 9 == 0 else i},{i}" for i in range(20)),
    "uneven": "α,β\n1,2\n3,4,5\n6,7\n",
    "empty": "",
    "large": "α,β\n" + "\n".join(f"{i},{i % 7}" for i in range(MAX_POINTS + 5)),
    "two classes": "α;β\n" + "\n".join(f"{i},5;{'γδ'[i % 2]}" for i in range(12)),
}
MENU_BUTTONS = {  # what opens a menu when it is pressed, by lab and card
    Mode.NETWORK: {"network": "featureLink"},
    Mode.EXPRESSION: {"expression": "expressionSnippets"},
}

HAVE_MENUS = {
    Mode.NETWORK: {"NetworkView", "BoundaryMap", "LossPlot", "featureLink"},
    Mode.EXPRESSION: {"SheetView", "LeafRow", "CurvePlot", "ErrorPlot", "expressionSnippets"},
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return collect()


@pytest.fixture(autouse=True)
def strangers(catalogue: Catalogue) -> Iterator[set[str]]:
    """All tests here are in that language; afterwards texts are English again."""
    with pseudo_language(catalogue) as found:
        yield found


def wrong_in(dialog: QWidget) -> str:
    """What is English or cut."""
    for _ in range(10):  # what wraps gets its height when its width is known
        QApplication.processEvents()
    dialog.grab()
    english = english_in(texts_below(dialog))
    return "\n".join([*(f"English: {where}: {text!r}" for where, text in sorted(english)), *sorted(cut_below(dialog))])


def child[Kind: QWidget](parent: QWidget, kind: type[Kind], name: str) -> Kind:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


# -- dialogs ----------------------------------------------------------------------------------------------------------


def test_exercises(window: MainWindow) -> None:
    dialog = ExerciseDialog(window.theme, window)
    dialog.open()
    assert wrong_in(dialog) == ""
    seed = child(dialog, QLineEdit, "exercisesSeed")
    seed.setFocus()
    seed.selectAll()
    QTest.keyClicks(seed, str(LARGEST_SEED + 1))
    child(dialog, QPushButton, "exercisesOpen").click()
    assert child(dialog, QLabel, "exercisesError").isVisible()
    assert wrong_in(dialog) == ""
    dialog.reject()


def test_a_sheet_of_exercises_is_in_the_language_of_the_window() -> None:
    lesson = exercise_sheet(1, MOST_EXERCISES, 7).lesson
    assert "⟦" in lesson.head.title
    for step in lesson.steps:
        assert "⟦" in step.title
        assert step.task is not None
        assert "⟦" in step.task.ask


def test_mistakes(window: MainWindow, tmp_path: Path) -> None:
    error = mistakes_of(tmp_path)
    dialog = show_mistakes(window, tmp_path / "α", error)
    assert isinstance(dialog, MistakesDialog)
    assert wrong_in(dialog) == ""
    told = child(dialog, QPlainTextEdit, "lessonMistakesList").toPlainText().splitlines()
    assert len(told) == len(error.mistakes) > 2
    assert all(line.startswith("⟦") for line in told)
    dialog.reject()


@pytest.mark.parametrize("name", FILES)
def test_import(qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str) -> None:
    file = tmp_path / "α"
    file.write_text(FILES[name], encoding="utf-8")
    dialog = ImportDialog(window.documents, window.session.analysis, window.theme, window)
    dialog.open_file(file)
    error, confirm = child(dialog, QLabel, "importError"), child(dialog, QPushButton, "importConfirm")
    qtbot.waitUntil(lambda: confirm.isEnabled() or error.isVisible())
    assert wrong_in(dialog) == ""
    dialog.reject()


def test_what_is_cut_in_a_dialog_is_found(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    label = TextLabel(tr("The lab cannot be prepared: {why}", why="α"))
    label.setParent(dialog)
    label.setFixedWidth(40)
    dialog.resize(300, 100)
    dialog.show()
    assert "TextLabel" in wrong_in(dialog)


# -- menus ------------------------------------------------------------------------------------------------------------


def take_menus() -> set[Found]:
    """Of the menus that are open, which are closed then. Keys behind a tab are written by Qt."""
    found: set[Found] = set()
    for menu in [each for each in QApplication.allWidgets() if isinstance(each, QMenu) and each.isVisible()]:
        found |= {(where, text.partition("\t")[0]) for where, text in texts_below(menu)}
        menu.close()
    return found


def ask_for_menu(widget: QWidget, place: QPoint) -> set[Found]:
    """As a press of the right button does."""
    target = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(target, QContextMenuEvent(reason, place, target.mapToGlobal(place)))
    return take_menus()


def open_cards(qtbot: QtBot, window: MainWindow) -> Iterator[str]:
    """One after the other, alone."""
    for name, dock in window.desk.docks.items():
        was_hidden = dock.isHidden()
        window.desk.show_card(name)
        window.desk.panel(name)
        qtbot.waitUntil(window.is_settled)
        yield name
        if was_hidden:
            dock.hide()


def menus_on(window: MainWindow) -> dict[str, set[Found]]:
    """Of all that can be seen now and has a context menu."""
    found = {}
    for widget in [each for each in window.desk.findChildren(QWidget) if each.isVisible()]:
        if widget.contextMenuPolicy() is Qt.ContextMenuPolicy.CustomContextMenu:
            texts = ask_for_menu(widget, widget.rect().center())
            if texts:
                found[f"{type(widget).__name__} {widget.objectName()}"] = texts
    return found


@pytest.mark.parametrize(("mode", "kinds"), HAVE_MENUS.items())
def test_context_menus_of_cards(
    qtbot: QtBot, open_window: Callable[[str], MainWindow], mode: Mode, kinds: set[str]
) -> None:
    window = open_window("moons")
    window.documents.set_mode(mode)
    qtbot.waitUntil(lambda: window.is_settled() and window.actions_table.has("exportReport"))
    found: dict[str, set[Found]] = {}
    for card in open_cards(qtbot, window):
        found |= menus_on(window)
        name = MENU_BUTTONS[mode].get(card)
        if name is not None:
            child(window, QWidget, name).click()  # type: ignore[attr-defined]
            found[name] = take_menus()
            assert found[name]
    assert kinds <= {name.partition(" ")[0] for name in found}
    assert "\n".join(map(str, sorted(english_in(text for texts in found.values() for text in texts)))) == ""


def test_the_menu_of_kept_runs(qtbot: QtBot, open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("moons")
    window.session.comparison.keep()
    qtbot.waitUntil(lambda: bool(window.session.comparison.kept))
    window.desk.show_card("compare")
    table = child(window, CompareTable, "compareTable")
    qtbot.waitUntil(table.isVisible)
    table.selectRow(1)
    found = ask_for_menu(table, table.visualRect(table.model().index(1, 1)).center())
    assert len(found) > 3
    assert english_in(found) == set()


@pytest.mark.parametrize(
    ("mode", "node"), [(Mode.NETWORK, "L1.N1.w1"), (Mode.NETWORK, "L2.N1.out"), (Mode.EXPRESSION, "d")]
)
def test_the_menu_of_a_node(qtbot: QtBot, window: MainWindow, mode: Mode, node: str) -> None:
    window.documents.set_mode(mode)
    qtbot.waitUntil(window.is_settled)
    if mode is Mode.EXPRESSION:
        window.sheets.selection.select(node)
    else:
        window.selection.select(window.selection.in_sample(node) if node.endswith(".out") else node)
    qtbot.waitUntil(window.is_settled)
    graph = window.desk.graph  # type: ignore[attr-defined]
    place = graph.node_rect(node).center()
    view = graph.shown
    found = ask_for_menu(view, view.mapFromGlobal(place))
    assert len(found) > 8
    assert english_in(found) == set()
