"""The editor alone: typed in by keys, as a person does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QFontMetricsF, QHelpEvent, QTextCursor, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.document_parts import MAX_SHEET
from core.errors import ExpressionError
from core.expression.sheet import Phase, Span
from gui.palette import DARK, LIGHT, Palette, contrast
from gui.panels.sheet.code_tokens import KEYWORDS
from gui.panels.sheet.completion_words import FUNCTIONS, KNOWN
from gui.panels.sheet.correction import Correction
from gui.panels.sheet.editor import CodeEditor
from gui.panels.sheet.highlighter import operation_colour
from gui.panels.sheet.marks import lit_colour
from gui.theme import Theme

Key, Ctrl, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def put(editor: CodeEditor, text: str, line: int = 1, column: int = 0) -> None:
    editor.take_text(text)
    editor.go_to(line, column)


def select_all(editor: CodeEditor) -> None:
    QTest.keyClick(editor, Key.Key_A, Ctrl)


def told(spy: QSignalSpy) -> list[str]:
    return [spy.at(i)[1] for i in range(spy.count())]


def test_typing_is_told_letter_by_letter(qtbot: QtBot, editor: CodeEditor) -> None:
    spy = QSignalSpy(editor.edited)
    qtbot.keyClicks(editor, "a = 2")
    QTest.keyClick(editor, Key.Key_Return)
    QTest.keyClick(editor, Key.Key_Backspace)
    assert editor.toPlainText() == "a = 2"
    assert told(spy) == ["typing"] * 5 + ["new line", "deleting"]
    assert spy.at(4)[0] == "a = 2"


def test_a_text_from_elsewhere_is_not_told(editor: CodeEditor) -> None:
    spy = QSignalSpy(editor.edited)
    editor.take_text("a = 2.0\n")
    editor.take_text("a = 2.5\n")
    assert spy.count() == 0
    assert editor.toPlainText() == "a = 2.5\n"


def test_a_text_from_elsewhere_moves_nothing(editor: CodeEditor) -> None:
    text = "".join(f"a{i} = Value({i}.0, label='a rather long label number {i}')\n" for i in range(60))
    put(editor, text, 31, 3)
    QTest.keyClick(editor, Key.Key_End, Shift)
    editor.verticalScrollBar().setValue(25)
    across = editor.horizontalScrollBar().value()
    before = editor.textCursor()
    where = before.selectedText(), before.position(), before.anchor()
    editor.take_text(text.replace("(3.0", "(3.5").replace("(40.0", "(-40.25"))
    after = editor.textCursor()
    assert (after.selectedText(), after.position(), after.anchor()) == where
    assert (editor.verticalScrollBar().value(), editor.horizontalScrollBar().value()) == (25, across)


def test_the_cursor_moves_along_with_its_text(editor: CodeEditor) -> None:
    put(editor, "a = 2.0\nb = 3.0\n", 2, 5)
    editor.take_text("a = 2.12345\nb = 3.0\n")
    assert editor.place == (2, 5)
    editor.take_text("x = 1\na = 2.12345\nb = 3.0\n")
    assert editor.place == (3, 5)


def test_after_a_colon_the_next_line_is_indented(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClicks(editor, "for k in range(3):")
    editor.completion.close()
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.keyClicks(editor, "x = k")
    QTest.keyClick(editor, Key.Key_Return)
    assert editor.toPlainText() == "for k in range(3):\n    x = k\n    "
    QTest.keyClick(editor, Key.Key_Backspace)
    assert editor.toPlainText().endswith("x = k\n")


def test_after_return_the_next_line_is_outside(qtbot: QtBot, editor: CodeEditor) -> None:
    put(editor, "def f(x):\n    return x", 2, 12)
    QTest.keyClick(editor, Key.Key_Return)
    assert editor.toPlainText() == "def f(x):\n    return x\n"


def test_a_colon_in_a_comment_or_a_slice_indents_nothing(editor: CodeEditor) -> None:
    put(editor, "a = 2  # so:", 1, 12)
    QTest.keyClick(editor, Key.Key_Return)
    assert editor.toPlainText() == "a = 2  # so:\n"


def test_tab_goes_to_the_next_stop(editor: CodeEditor) -> None:
    put(editor, "ab", 1, 2)
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.toPlainText() == "ab  "


def test_tab_indents_a_selection_and_shift_tab_takes_it_back(editor: CodeEditor) -> None:
    spy = QSignalSpy(editor.edited)
    put(editor, "a = 1\n\n  b = 2\n")
    select_all(editor)
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.toPlainText() == "    a = 1\n\n      b = 2\n"
    QTest.keyClick(editor, Key.Key_Tab, Shift)
    assert editor.toPlainText() == "a = 1\n\n    b = 2\n"
    assert told(spy) == ["indent", "indent"]


def test_comments_come_and_go(editor: CodeEditor) -> None:
    put(editor, "a = 1\n    b = 2\n")
    select_all(editor)
    QTest.keyClick(editor, Key.Key_Slash, Ctrl)
    assert editor.toPlainText() == "# a = 1\n#     b = 2\n"
    QTest.keyClick(editor, Key.Key_Slash, Ctrl)
    assert editor.toPlainText() == "a = 1\n    b = 2\n"
    put(editor, "")
    QTest.keyClick(editor, Key.Key_Slash, Ctrl)
    assert editor.toPlainText() == ""


def test_home_goes_to_the_first_letter_and_then_to_the_margin(editor: CodeEditor) -> None:
    put(editor, "    a = 1", 1, 9)
    places = []
    for _ in range(3):
        QTest.keyClick(editor, Key.Key_Home)
        places.append(editor.place[1])
    assert places == [4, 0, 4]
    QTest.keyClick(editor, Key.Key_Home, Shift)
    assert editor.textCursor().selectedText() == "    "


def test_brackets_find_their_partner(editor: CodeEditor) -> None:
    put(editor, "a = f('(', [1,\n 2])\n", 1, 5)
    assert editor.marks.brackets == (5, 18)
    editor.go_to(2, 4)
    assert editor.marks.brackets == (18, 5)
    editor.go_to(2, 2)
    assert editor.marks.brackets == (17, 11)
    editor.go_to(1, 8)
    assert editor.marks.brackets == ()  # a bracket in a string is a letter
    put(editor, "a = f(1", 1, 5)
    assert editor.marks.brackets == (5,)


def test_brackets_follow_a_text_from_elsewhere(editor: CodeEditor) -> None:
    put(editor, "a = (1)\nb = (2 + 3)\n", 1, 4)
    assert editor.marks.brackets == (4, 6)
    editor.take_text("a = (12)\nb = 2\n")
    assert editor.marks.brackets == (4, 7)
    editor.take_text("a = (")
    assert editor.marks.brackets == (4,)
    assert not editor.grab().isNull()


@pytest.mark.parametrize("keys", ["Space", ".", ",", "1", "+", "F", "L", "Shift+L", "Home", "Left", "Return", "Tab"])
def test_letters_are_the_editors_though_the_window_has_shortcuts(qtbot: QtBot, theme: Theme, keys: str) -> None:
    window, spy = window_with_action(qtbot, theme, keys)
    editor = window.centralWidget()
    put(editor, "ab", 1, 1)
    action_keys = QAction(keys)
    action_keys.setShortcut(keys)
    combination = action_keys.shortcut()[0]
    QTest.keyClick(editor, combination.key(), combination.keyboardModifiers())
    assert spy.count() == 0
    assert editor.toPlainText() != "ab" or editor.place == (1, 0)


@pytest.mark.parametrize("keys", ["Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y", "Ctrl+S", "F5", "Ctrl+Return"])
def test_the_windows_keys_reach_the_window(qtbot: QtBot, theme: Theme, keys: str) -> None:
    window, spy = window_with_action(qtbot, theme, keys)
    editor = window.centralWidget()
    put(editor, "ab", 1, 1)
    undo, redo = QSignalSpy(editor.undo_requested), QSignalSpy(editor.redo_requested)
    action = QAction()
    action.setShortcut(keys)
    combination = action.shortcut()[0]
    QTest.keyClick(editor, combination.key(), combination.keyboardModifiers())
    assert spy.count() == 1
    assert (undo.count(), redo.count(), editor.toPlainText()) == (0, 0, "ab")


def window_with_action(qtbot: QtBot, theme: Theme, keys: str) -> tuple[QMainWindow, QSignalSpy]:
    window = QMainWindow()
    qtbot.addWidget(window)
    action = QAction("verb", window)
    action.setShortcut(keys)
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    window.addAction(action)
    window.setCentralWidget(CodeEditor(theme))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.centralWidget().setFocus()
    return window, QSignalSpy(action.triggered)


def test_undo_is_asked_for_where_there_is_no_window(editor: CodeEditor) -> None:
    undo, redo = QSignalSpy(editor.undo_requested), QSignalSpy(editor.redo_requested)
    QTest.keyClick(editor, Key.Key_Z, Ctrl)
    QTest.keyClick(editor, Key.Key_Z, Ctrl | Shift)
    QTest.keyClick(editor, Key.Key_Y, Ctrl)
    assert (undo.count(), redo.count()) == (1, 2)


def test_escape_and_tab_leave(qtbot: QtBot, theme: Theme) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    before, editor, after = QPushButton("before"), CodeEditor(theme), QPushButton("after")
    for part in (before, editor, after):
        column.addWidget(part)
    with qtbot.waitActive(holder):
        holder.show()
        holder.activateWindow()
    editor.setFocus()
    QTest.keyClick(editor, Key.Key_Escape)
    QTest.keyClick(editor, Key.Key_Tab)
    assert after.hasFocus()
    editor.setFocus()
    QTest.keyClick(editor, Key.Key_Escape)
    QTest.keyClick(editor, Key.Key_Backtab, Shift)
    assert before.hasFocus()
    editor.setFocus()
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.hasFocus()
    assert editor.toPlainText() == "    "
    assert "Escape" in editor.accessibleDescription()


def paste(editor: CodeEditor, text: str) -> None:
    QApplication.clipboard().setText(text)
    QTest.keyClick(editor, Key.Key_V, Ctrl)


def test_what_is_pasted_is_cleaned_and_told_as_one_edit(editor: CodeEditor) -> None:
    spy = QSignalSpy(editor.edited)
    paste(editor, "for k in range(2):\r\n\tx\u00a0= k\r\n")
    assert editor.toPlainText() == "for k in range(2):\n    x = k\n"
    assert told(spy) == ["paste"]


def test_a_text_that_is_too_long_is_refused(editor: CodeEditor) -> None:
    edited, refused = QSignalSpy(editor.edited), QSignalSpy(editor.refused)
    paste(editor, "a" * (MAX_SHEET + 1))
    assert (edited.count(), editor.toPlainText()) == (0, "")
    assert "20\N{THIN SPACE}001" in refused.at(0)[0]
    paste(editor, "a" * MAX_SHEET)
    assert (edited.count(), len(editor.toPlainText())) == (1, MAX_SHEET)
    QTest.keyClick(editor, Key.Key_A)
    QTest.keyClick(editor, Key.Key_Return)
    QApplication.processEvents()
    assert (edited.count(), len(editor.toPlainText()), refused.count()) == (1, MAX_SHEET, 3)


def test_text_can_be_dropped_and_files_are_for_the_window(editor: CodeEditor) -> None:
    text, files = QMimeData(), QMimeData()
    text.setText("a = 2.0")
    files.setUrls([QUrl.fromLocalFile("/somewhere/a.chainrule")])
    assert editor.canInsertFromMimeData(text)
    assert not editor.canInsertFromMimeData(files)


def test_a_dropped_text_is_one_edit(editor: CodeEditor) -> None:
    put(editor, "a = \n", 1, 4)
    place = QPointF(editor.cursorRect().center())
    put(editor, "a = \n", 2, 0)
    spy = QSignalSpy(editor.edited)
    text, none = QMimeData(), Qt.KeyboardModifier.NoModifier
    text.setText("2.0")
    buttons, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    QApplication.sendEvent(editor.viewport(), QDragEnterEvent(place, copy, text, buttons, none))
    QApplication.sendEvent(editor.viewport(), QDropEvent(place, copy, text, buttons, none))
    assert editor.toPlainText() == "a = 2.0\n"
    assert told(spy) == ["drop"]


def test_the_context_menu_has_no_dead_undo(editor: CodeEditor) -> None:
    menu = editor.context_menu()
    names = [action.objectName() for action in menu.actions()]
    assert "edit-paste" in names
    assert not {"edit-undo", "edit-redo"} & set(names)
    assert not menu.actions()[0].isSeparator()
    menu.deleteLater()


def test_ctrl_and_the_wheel_are_left_to_the_window(editor: CodeEditor) -> None:
    size = editor.font().pixelSize()

    def wheel(held: Qt.KeyboardModifier) -> QWheelEvent:
        place, none = QPointF(50, 50), Qt.MouseButton.NoButton
        return QWheelEvent(place, place, QPoint(), QPoint(0, 120), none, held, Qt.ScrollPhase.NoScrollPhase, False)

    event = wheel(Ctrl)
    QApplication.sendEvent(editor.viewport(), event)
    assert not event.isAccepted()
    assert editor.font().pixelSize() == size


def test_an_error_is_marked_at_its_place(editor: CodeEditor) -> None:
    put(editor, "a = '𝛼'; b = tahn(a)\n")
    editor.show_error(ExpressionError("no such name", 1, 13, 1, 17, "tanh"))
    assert editor.marks.error is not None
    assert editor.marks.error.selectedText() == "tahn"
    editor.correct(Correction(13, 17, "tanh"))
    assert editor.toPlainText() == "a = '𝛼'; b = tanh(a)\n"
    editor.show_error(None)
    assert editor.marks.error is None


def test_an_errors_place_says_what_it_is(editor: CodeEditor) -> None:
    put(editor, "a = 2 <> 3\n")
    editor.show_error(ExpressionError("Not equal is <b>not</b> written so.", 1, 6, 1, 8))
    inside, outside = editor.marks.error_box().center().toPoint(), QPoint(150, 90)
    for place, text in ((inside, "<p>Not equal is &lt;b&gt;not&lt;/b&gt; written so.</p>"), (outside, "")):
        event = QHelpEvent(QEvent.Type.ToolTip, place, editor.viewport().mapToGlobal(place))
        QApplication.sendEvent(editor.viewport(), event)
        assert not text or QToolTip.text() == text
        assert QToolTip.isVisible() == bool(text) or not text
    QToolTip.hideText()


@pytest.mark.parametrize("span", [(1, 9, 1, 9), (9, 0, 9, 5), (1, 0, 0, 0), (2, 99, 3, 0)])
def test_an_error_anywhere_can_be_drawn(editor: CodeEditor, span: tuple[int, int, int, int]) -> None:
    put(editor, "a = 2 +\n\n")
    editor.show_error(ExpressionError("not complete", *span))
    assert not editor.marks.error_box().isEmpty()
    assert not editor.grab().isNull()


def test_marks_move_along_with_the_text(editor: CodeEditor) -> None:
    put(editor, "a = 1\nc = a * b\n")
    editor.mark_node(Span(2, 4, 2, 9))
    QTest.keyClick(editor, Key.Key_Return)
    assert editor.marks.node is not None
    assert editor.marks.node.selectedText() == "a * b"
    assert editor.marks.lines(editor.marks.node) == (2, 2)


def test_the_line_that_runs_is_lit_and_scrolled_to(editor: CodeEditor, theme: Theme) -> None:
    put(editor, "a = 1\n" * 80)
    editor.light(Span(60, 0, 60, 5), Phase.BACKWARD)
    assert list(editor.marks.lit_lines()) == [59]
    block = editor.document().findBlockByNumber(59)
    box = editor.line_box(block)
    assert 0 <= box.top() <= editor.viewport().height() - box.height()
    image = editor.viewport().grab().toImage()
    colour = image.pixelColor(editor.viewport().width() - 20, round(box.center().y()))
    assert colour == lit_colour(theme.palette, Phase.BACKWARD)
    editor.light(None)
    assert list(editor.marks.lit_lines()) == []


def test_the_gutter_is_as_wide_as_its_numbers_and_a_click_goes_there(editor: CodeEditor) -> None:
    put(editor, "a = 1\n" * 9)
    width = editor.gutter.width()
    y = round(editor.line_box(editor.document().findBlockByNumber(4)).center().y())
    moved = QSignalSpy(editor.cursor_moved)
    QTest.mouseClick(editor.gutter, Qt.MouseButton.LeftButton, pos=QPoint(10, y))
    assert (editor.place, moved.count()) == ((5, 0), 1)
    editor.take_text("a = 1\n" * 120)
    assert editor.gutter.width() > width


def test_the_lectures_lines_fit_into_the_narrow_column(editor: CodeEditor) -> None:
    editor.setProperty("role", "")
    editor.take_text("f = Value(-2.0, label='f')\n")
    wide = editor.fontMetrics().horizontalAdvance("f = Value(-2.0, label='f')")
    assert wide + 2 * editor.document().documentMargin() + editor.gutter.width() <= 234


def test_lines_that_fit_do_not_scroll(editor: CodeEditor, theme: Theme) -> None:
    room = editor.viewport().width() - 8 * theme.px(1)
    line = "x" * int(room / QFontMetricsF(editor.font()).horizontalAdvance("x"))
    editor.take_text(f"{line}\n" * 40)
    QApplication.processEvents()
    assert editor.verticalScrollBar().isVisible()
    editor.take_text(f"{line}\n")
    QApplication.processEvents()
    assert not editor.verticalScrollBar().isVisible()
    assert not editor.horizontalScrollBar().isVisible()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_an_empty_editor_says_what_to_do(editor: CodeEditor, theme: Theme, mode: str) -> None:
    def has_letters() -> bool:
        image = editor.viewport().grab().toImage()
        return any(
            image.pixelColor(x, y) == theme.palette.mute for x in range(image.width()) for y in range(image.height())
        )

    theme.set_mode(mode)
    assert has_letters()
    QTest.keyClick(editor, Key.Key_A)
    assert not has_letters()


def colours_at(editor: CodeEditor, line: int) -> dict[str, str]:
    block = editor.document().findBlockByNumber(line)
    formats = block.layout().formats()
    return {
        block.text()[each.start : each.start + each.length]: each.format.foreground().color().name() for each in formats
    }


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_code_is_coloured(editor: CodeEditor, theme: Theme, mode: str) -> None:
    theme.set_mode(mode)
    colours = theme.palette
    editor.take_text("for k in range(3):  # go\n    x = Value(-2.0, label='x').tanh()\n")
    assert colours_at(editor, 0) == {
        "for": colours.ink.name(),
        "in": colours.ink.name(),
        "range": operation_colour(colours).name(),
        "3": colours.positive_text.name(),
        "# go": colours.mute.name(),
    }
    assert colours_at(editor, 1) == {
        "Value": operation_colour(colours).name(),
        "-2.0": colours.negative_text.name(),
        "'x'": colours.good.name(),
        "tanh": operation_colour(colours).name(),
    }


def test_letters_beyond_the_first_65536_are_coloured_at_their_place(editor: CodeEditor, theme: Theme) -> None:
    editor.take_text("s = '𝛼𝛽'; y = 3.0\n")
    last = editor.document().firstBlock().layout().formats()[-1]
    assert (last.start, last.length) == (len("s = '????'; y = "), 3)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_code_can_be_read_on_every_ground(colours: Palette) -> None:
    letters = (
        colours.ink, colours.mute, colours.good, colours.positive_text, colours.negative_text, operation_colour(colours)
    )  # fmt: skip
    for ground in (colours.card, colours.soft, *(lit_colour(colours, phase) for phase in Phase)):
        for letter in letters:
            assert contrast(letter, ground) >= 4.5, (letter.name(), ground.name())


def test_words_that_are_offered_are_coloured() -> None:
    assert {word.name for word in FUNCTIONS} - KNOWN == set()
    assert {"for", "in", "def", "return"} <= KEYWORDS


def test_a_selection_of_text_is_no_move(editor: CodeEditor) -> None:
    put(editor, "a = 1\nb = 2\n")
    moved = QSignalSpy(editor.cursor_moved)
    editor.moveCursor(QTextCursor.MoveOperation.Down)
    assert moved.count() == 0  # not by the user
    QTest.keyClick(editor, Key.Key_Down)
    assert moved.count() == 1
    QTest.keyClick(editor, Key.Key_X)
    assert moved.count() == 1
