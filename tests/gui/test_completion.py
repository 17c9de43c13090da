"""Completion, by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from core.expression import language
from gui.panels.sheet.completion import CompletionList
from gui.panels.sheet.completion_words import (
    FUNCTIONS,
    MATH_MEMBERS,
    MEMBERS,
    RANDOM_MEMBERS,
    own_names,
    proposals,
)
from gui.panels.sheet.editor import CodeEditor

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


def words(editor: CodeEditor) -> list[str]:
    """What the list shows; nothing where it is closed."""
    found = editor.completion.list
    return [found.item(row).text() for row in range(found.count())] if found.isVisible() else []


def test_it_comes_from_two_letters_on(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "t")
    assert words(editor) == []
    qtbot.keyClicks(editor, "a")
    assert words(editor) == ["tanh(…)"]
    qtbot.keyClicks(editor, "x")
    assert words(editor) == []


def test_enter_takes_what_is_chosen(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "b = 2")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.keyClicks(editor, "b.")
    QTest.keyClick(editor, Key.Key_Down)
    QTest.keyClick(editor, Key.Key_Return)
    assert editor.toPlainText() == "b = 2\nb.backward()"
    assert words(editor) == []


def test_enter_is_a_new_line_where_nothing_is_chosen(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "ta")
    assert words(editor)
    QTest.keyClick(editor, Key.Key_Return)
    assert (editor.toPlainText(), words(editor)) == ("ta\n", [])


def test_tab_takes_the_first_one(qtbot: QtBot, editor: CodeEditor) -> None:
    edited = QSignalSpy(editor.edited)
    qtbot.keyClicks(editor, "o = n.ta")
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.toPlainText() == "o = n.tanh()"
    assert edited.at(edited.count() - 1)[1] == "completion"


def test_the_cursor_stands_where_the_operand_belongs(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "o = tan")
    QTest.keyClick(editor, Key.Key_Tab)
    qtbot.keyClicks(editor, "n")
    assert editor.toPlainText() == "o = tanh(n)"


def test_brackets_that_are_there_are_not_doubled(qtbot: QtBot, editor: CodeEditor) -> None:
    editor.take_text("n.(2)")
    editor.go_to(1, 2)
    qtbot.keyClicks(editor, "re")
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.toPlainText() == "n.relu(2)"


def test_escape_closes_and_the_text_stays(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "ta")
    QTest.keyClick(editor, Key.Key_Escape)
    assert (editor.toPlainText(), words(editor)) == ("ta", [])
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.hasFocus()  # this Escape was the list's, so Tab still indents
    assert editor.toPlainText() == "ta  "


def test_ctrl_and_space_asks_for_it(qtbot: QtBot, editor: CodeEditor) -> None:
    editor.take_text("alpha = 2.0\nbeta = 3.0\n")
    editor.go_to(3)
    QTest.keyClick(editor, Key.Key_Space, Ctrl)
    assert words(editor)[:3] == ["alpha", "beta", "Value(…)"]
    QTest.keyClick(editor, Key.Key_Down)
    QTest.keyClick(editor, Key.Key_Return)
    assert editor.toPlainText() == "alpha = 2.0\nbeta = 3.0\nbeta"


def test_the_list_goes_round(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "a.")
    QTest.keyClick(editor, Key.Key_Up)
    assert editor.completion.list.currentRow() == editor.completion.list.count() - 1
    QTest.keyClick(editor, Key.Key_Down)
    assert editor.completion.list.currentRow() == 0


def test_after_a_dot_there_are_members(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "L.")
    shown = words(editor)
    assert {"tanh()", "backward()", "data", "grad", "label", "parameters()"} <= set(shown)
    assert "_backward()" not in shown
    qtbot.keyClicks(editor, "_")
    assert words(editor) == ["_backward()"]


@pytest.mark.parametrize("typed", ["'ta", "# ta", "2.", "a = 2.", "label='va", "1e"])
def test_it_is_not_in_the_way(qtbot: QtBot, editor: CodeEditor, typed: str) -> None:
    qtbot.keyClicks(editor, typed)
    assert words(editor) == []


def test_in_the_braces_of_an_f_string_there_is_code(qtbot: QtBot, editor: CodeEditor) -> None:
    editor.take_text("loss = 2.0\n")
    editor.go_to(2)
    qtbot.keyClicks(editor, "print(f'{lo")
    assert words(editor) == ["loss", "log(…)"]


def test_the_own_names_come_first_and_replace_the_labs(editor: CodeEditor) -> None:
    assert [word.name for word in proposals("tanned = 1\ntanh = 2\n", "ta")[1]] == ["tanh", "tanned"]


def test_names_are_found_where_they_are_defined() -> None:
    loop = "for k in range(3):  # for q in z\n    a += k\n"
    text = f"a = Value(2.0, label='zz')\nx, y = 1, 2\n{loop}def f(u):\n    return u\na == b\n"
    assert {word.name: word.about for word in own_names(text)} == {
        "a": "line 4", "x": "line 2", "y": "line 2", "k": "line 3", "f": "function, line 5", "u": "line 5",
    }  # fmt: skip


def test_in_a_word_it_comes_only_when_asked_and_replaces_the_word(qtbot: QtBot, editor: CodeEditor) -> None:
    editor.take_text("n.tanx()")
    editor.go_to(1, 3)
    qtbot.keyClicks(editor, "a")
    assert words(editor) == []
    QTest.keyClick(editor, Key.Key_Backspace)
    QTest.keyClick(editor, Key.Key_Space, Ctrl)
    QTest.keyClick(editor, Key.Key_Return)
    assert editor.toPlainText() == "n.tanh()"


def test_moving_away_closes_it(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "ta")
    QTest.keyClick(editor, Key.Key_Left)
    assert words(editor) == []
    QTest.keyClick(editor, Key.Key_End)
    qtbot.keyClicks(editor, " ta")
    assert words(editor)
    editor.clearFocus()
    assert words(editor) == []


def test_a_click_takes_a_word(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "n.ba")
    found = editor.findChild(CompletionList, "expressionCompletion")
    assert found is not None
    place = found.visualItemRect(found.item(0)).center()
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert editor.toPlainText() == "n.backward()"


def test_the_list_never_takes_the_focus_and_stays_on_the_screen(qtbot: QtBot, editor: CodeEditor) -> None:
    screen = editor.screen().availableGeometry()
    editor.move(screen.right() - 120, screen.bottom() - 60)
    qtbot.keyClicks(editor, "n.")
    assert editor.hasFocus()
    assert screen.contains(editor.completion.list.geometry())


def test_every_member_that_is_offered_is_part_of_the_language() -> None:
    known = language.VALUE_READ | language.VALUE_METHODS | language.MODULE_METHODS | language.LIST_METHODS
    assert {word.name for word in MEMBERS} <= known
    assert {word.name for word in RANDOM_MEMBERS} <= set(language.RANDOM_FUNCTIONS)
    assert {word.name for word in MATH_MEMBERS} <= {*language.MATH_FUNCTIONS, *language.MATH_NUMBERS}
    assert {*language.OPERATIONS, *language.PAIRS, *language.MAKERS} <= {word.name for word in FUNCTIONS}
