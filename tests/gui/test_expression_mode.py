"""Both labs in one window: the switch, the menus, what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from core.document import read_document
from core.document_parts import FIRST_TEXT, Document
from gui.main_window import MainWindow
from gui.sheet_frames import Mode

TEXT = "a = 3.0\nb = a * a\nb.backward()\n"


@pytest.fixture
def lab(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.actions_table["otherLab"].trigger()
    settle(qtbot, window)
    return window


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.sheets.busy and window.sheets.frame is not None, timeout=20_000)


def menus(window: MainWindow) -> list[str]:
    bar = window.menuWidget().findChild(QMenu).parentWidget()
    return [action.text().replace("&", "") for action in bar.actions() if action.isVisible()]


def test_the_keys_change_over(window: MainWindow) -> None:
    assert window.documents.mode is Mode.NETWORK and window.desk is window.network
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert window.documents.mode is Mode.EXPRESSION and window.desk is window.expression
    assert window.expression.isVisible() and not window.network.isVisible()
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert window.network.isVisible()


def test_each_lab_has_its_own_menus(lab: MainWindow) -> None:
    actions = lab.actions_table
    assert "Expression" in menus(lab)
    assert not actions["level_sample"].isEnabled() and actions["sheetStepUp"].isEnabled()
    cards = [action.text() for action in actions.menu("&View/&Panels").actions()]
    assert "Leaves" in cards and "Data" not in cards
    actions["otherLab"].trigger()
    assert "Expression" not in menus(lab)
    assert actions["level_sample"].isEnabled() and not actions["sheetStepUp"].isEnabled()


def test_the_network_lab_has_no_menu_of_the_other_one(window: MainWindow) -> None:
    assert "Expression" not in menus(window), "also before that lab was ever opened"


def test_the_keys_play_and_step_in_the_open_lab(qtbot: QtBot, lab: MainWindow) -> None:
    frame = lab.runs.frame
    lab.actions_table["stepBack"].trigger()
    assert lab.sheets.position == len(lab.sheets.sheet.steps) - 1
    lab.actions_table["reset"].trigger()
    assert lab.sheets.position == 0
    lab.actions_table["step"].trigger()
    assert lab.sheets.position == 1
    lab.actions_table["play"].trigger()
    assert lab.sheets.playing
    lab.actions_table["otherLab"].trigger()
    assert not lab.sheets.playing, "the lab that is left stands still"
    assert lab.runs.frame is frame


def test_menu_entries_press_the_labs_controls(qtbot: QtBot, lab: MainWindow) -> None:
    lab.actions_table["sheetStepUp"].trigger()
    qtbot.waitUntil(lambda: lab.documents.text != FIRST_TEXT)
    settle(qtbot, lab)
    data = dict(zip((n.address for n in lab.sheets.sheet.graph.nodes), lab.sheets.frame.state.data, strict=True))
    assert data["L"] == pytest.approx(-7.286496, abs=5e-7)
    lab.documents.undo_stack.undo()
    assert lab.documents.text == FIRST_TEXT
    lab.actions_table["sheetPredict"].trigger()
    assert lab.expression.prediction.active and lab.expression.docks["predict"].isVisible()
    lab.actions_table["sheetTakeApart"].trigger()
    assert lab.statusBar().findChild(QMessageBox) is None  # nothing can be taken apart: a word, no dialog


def test_the_text_is_saved_with_the_network(qtbot: QtBot, lab: MainWindow, tmp_path: Path) -> None:
    lab.documents.set_text(TEXT, "typing")
    settle(qtbot, lab)
    path = tmp_path / "mine.chainrule"
    with qtbot.waitSignal(lab.files.saved):
        lab.files.save(path)
    assert not lab.files.modified
    saved = read_document(path)
    assert (saved.mode, saved.text) == ("expression", TEXT)
    lab.documents.open_document(Document())
    assert lab.documents.mode is Mode.NETWORK and lab.documents.text == FIRST_TEXT
    with qtbot.waitSignal(lab.documents.opened):
        lab.files.open(path)
    settle(qtbot, lab)
    assert lab.documents.mode is Mode.EXPRESSION and lab.sheets.sheet.text == TEXT


def test_an_example_of_the_network_leaves_the_text_alone(qtbot: QtBot, lab: MainWindow) -> None:
    lab.documents.set_text(TEXT, "typing")
    settle(qtbot, lab)
    lab.documents.open_example("xor")
    assert lab.documents.mode is Mode.NETWORK
    lab.actions_table["otherLab"].trigger()
    assert lab.documents.text == TEXT


def test_new_in_the_expression_lab_is_an_empty_sheet(qtbot: QtBot, lab: MainWindow) -> None:
    lab.actions_table["new"].trigger()
    settle(qtbot, lab)
    assert (lab.documents.text, lab.documents.mode) == ("", Mode.EXPRESSION)
    assert len(lab.sheets.sheet.graph.nodes) == 0


def test_copy_and_paste_go_where_the_keyboard_is(qtbot: QtBot, lab: MainWindow) -> None:
    lab.activateWindow()
    editor = lab.expression.editor.editor
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    editor.selectAll()
    lab.actions_table["copy"].trigger()
    assert QApplication.clipboard().text() == FIRST_TEXT
    lab.expression.graph.view.setFocus()
    lab.actions_table["copy"].trigger()  # nothing to copy there, and nothing happens
    assert QApplication.clipboard().text() == FIRST_TEXT
