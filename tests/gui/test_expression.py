"""The panel "Expression" on real models: typing gives sheets, errors appear where they are, cursor and node follow."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.document import open_document
from core.document_parts import FIRST_TEXT, MAX_SHEET
from core.expression.sheet import Phase, Sheet
from core.expression.snippets import snippets
from gui.numbers import format_count
from gui.panels.sheet.editor import CodeEditor
from gui.panels.sheet.expression import ExpressionPanel
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme

WAIT_MS = 20_000
Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@dataclass
class Bench:
    """A panel on a text of its own."""

    qtbot: QtBot
    documents: Documents
    sheets: Sheets
    panel: ExpressionPanel

    @property
    def editor(self) -> CodeEditor:
        return self.panel.editor

    @property
    def sheet(self) -> Sheet:
        assert self.sheets.sheet is not None
        return self.sheets.sheet

    def settle(self) -> None:
        """Until the present text is interpreted."""
        self.qtbot.waitUntil(lambda: not self.sheets.busy, timeout=WAIT_MS)

    def type(self, text: str) -> None:
        """Line by line, as a person who looks at no completion."""
        for number, line in enumerate(text.split("\n")):
            if number:
                QTest.keyClick(self.editor, Key.Key_Return)
            QTest.keyClicks(self.editor, line)
        self.settle()

    def set(self, text: str) -> None:
        self.documents.set_text(text, "test")
        self.settle()

    def put_cursor(self, line: int, column: int) -> None:
        """By keys, so that it is the user's move."""
        self.editor.setFocus()
        QTest.keyClick(self.editor, Key.Key_Home, Ctrl)
        for _ in range(line - 1):
            QTest.keyClick(self.editor, Key.Key_Down)
        for _ in range(column):
            QTest.keyClick(self.editor, Key.Key_Right)

    def label(self, name: str) -> QLabel:
        found = self.panel.findChild(QLabel, name)
        assert found is not None, name
        return found

    @property
    def told(self) -> str:
        """The message below the editor."""
        return self.label("expressionError").accessibleDescription()

    @property
    def pause(self) -> QTimer:
        """That errors wait for while somebody types."""
        found = self.panel.findChild(QTimer, "expressionPause")
        assert found is not None
        return found

    def sees(self, line: int) -> bool:
        """Whether a line is wholly in view."""
        box = self.editor.line_box(self.editor.document().findBlockByNumber(line - 1))
        return box.top() >= 0 and box.bottom() <= self.editor.viewport().height()

    @property
    def marked(self) -> str:
        cursor = self.editor.marks.node
        return "" if cursor is None else cursor.selectedText()


@pytest.fixture
def open_bench(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[str], Bench]]:
    theme = Theme("light")
    theme.apply(qapp)
    made: list[Bench] = []

    def open_text(text: str = FIRST_TEXT) -> Bench:
        documents = Documents(msgspec.structs.replace(open_document("lecture"), text=text))
        sheets = Sheets(documents)
        bench = Bench(qtbot, documents, sheets, ExpressionPanel(sheets, documents, theme))
        made.append(bench)
        qtbot.addWidget(bench.panel)
        bench.panel.resize(234, 330)
        with qtbot.waitActive(bench.panel):
            bench.panel.show()
            bench.panel.activateWindow()
        bench.editor.setFocus()
        bench.settle()
        return bench

    yield open_text
    for bench in made:
        bench.sheets.close()
    theme.deleteLater()


def test_the_lectures_first_snippet_is_typed_and_seen(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("")
    assert bench.label("expressionStatus").text() == "Nothing to draw yet"
    bench.type(FIRST_TEXT)
    assert bench.editor.toPlainText() == bench.documents.text == FIRST_TEXT
    frame = bench.sheets.frame
    assert frame is not None
    names = [node.label for node in bench.sheet.graph.nodes]
    data = dict(zip(names, frame.state.data.tolist(), strict=True))
    grad = dict(zip(names, frame.state.grad.tolist(), strict=True))
    assert data == {"a": 2.0, "b": -3.0, "c": 10.0, "e": -6.0, "d": 4.0, "f": -2.0, "L": -8.0}
    assert grad == {"L": 1.0, "d": -2.0, "f": 4.0, "c": -2.0, "e": -2.0, "a": 6.0, "b": -4.0}
    assert bench.label("expressionStatus").text() == "7 nodes, 3 operations"
    assert not bench.label("expressionError").isVisible()


def test_an_error_is_shown_at_its_place_and_the_last_good_graph_stays(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\nb = a * a\n")
    good = bench.sheet
    bench.put_cursor(2, 9)
    bench.type(" + tahn(a)")
    error = bench.sheets.error
    assert error is not None
    assert error.line == 2
    assert bench.editor.marks.error is not None
    assert bench.editor.marks.lines(bench.editor.marks.error) == (1, 1)
    assert "tahn" in bench.editor.marks.error.selectedText()
    bench.qtbot.waitUntil(bench.label("expressionError").isVisible, timeout=WAIT_MS)
    assert bench.told == "There is no function ‘tahn’ here."
    assert bench.label("expressionStatus").text() == "The graph shows the last good text"
    assert bench.sheet is good
    for _ in range(10):
        QTest.keyClick(bench.editor, Key.Key_Backspace)
    bench.settle()
    assert bench.editor.marks.error is None
    assert not bench.label("expressionError").isVisible()
    assert bench.label("expressionStatus").text() == "2 nodes, 1 operation"


def test_the_message_leads_to_the_place(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\nb = tahn(a)\nc = 3.0\n")
    bench.editor.go_to(3, 7)
    error = bench.sheets.error
    assert error is not None
    QTest.mouseClick(bench.label("expressionError"), Qt.MouseButton.LeftButton)
    assert bench.editor.place == (error.line, error.column)
    bench.editor.go_to(3, 7)
    bench.label("expressionError").setFocus()
    QTest.keyClick(bench.label("expressionError"), Key.Key_Return)
    assert bench.editor.place == (error.line, error.column)
    assert bench.editor.hasFocus()


def test_a_suggestion_is_applied_as_one_step_of_undo(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\nb = tahn(a)\n")
    error = bench.sheets.error
    assert error is not None
    assert error.suggestion == "tanh"
    link = bench.panel.findChild(QPushButton, "expressionCorrection")
    assert link is not None
    assert "tanh" in link.text()
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    bench.settle()
    assert bench.documents.text == "a = 2.0\nb = tanh(a)\n"
    assert bench.sheets.error is None
    assert bench.documents.undo_stack.undoText() == "correction"
    bench.documents.undo_stack.undo()
    assert bench.editor.toPlainText() == "a = 2.0\nb = tahn(a)\n"


def test_typing_is_undone_in_sensible_steps(
    open_bench: Callable[[str], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.session.documents.MERGE_SECONDS", math.inf)  # however slow the machine
    bench = open_bench("")
    bench.type("a = 2\nb = 3")
    stack = bench.documents.undo_stack
    for _ in range(2):
        QTest.keyClick(bench.editor, Key.Key_Backspace)
    texts = []
    while stack.canUndo():
        stack.undo()
        texts.append(bench.editor.toPlainText())
    assert texts == ["a = 2\nb = 3", "a = 2\n", "a = 2", ""]


def test_undo_and_redo_go_through_the_windows_actions(qtbot: QtBot, open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\n")
    stack = bench.documents.undo_stack
    for action, keys in (
        (stack.createUndoAction(bench.panel), "Ctrl+Z"),
        (stack.createRedoAction(bench.panel), "Ctrl+Y"),
    ):
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        bench.panel.addAction(action)
    bench.put_cursor(1, 7)
    bench.type("5")
    triggered = [QSignalSpy(action.triggered) for action in bench.panel.actions()]
    QTest.keyClick(bench.editor, Key.Key_Z, Ctrl)
    assert bench.editor.toPlainText() == bench.documents.text == "a = 2.0\n"
    QTest.keyClick(bench.editor, Key.Key_Y, Ctrl)
    assert bench.editor.toPlainText() == bench.documents.text == "a = 2.05\n"
    assert [spy.count() for spy in triggered] == [1, 1]


def test_undo_works_without_a_window(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\n")
    bench.put_cursor(1, 7)
    bench.type("5")
    QTest.keyClick(bench.editor, Key.Key_Z, Ctrl)
    assert bench.documents.text == "a = 2.0\n"
    QTest.keyClick(bench.editor, Key.Key_Z, Ctrl)  # nothing is left to undo
    QTest.keyClick(bench.editor, Key.Key_Y, Ctrl)
    assert bench.editor.toPlainText() == "a = 2.05\n"


def test_a_leafs_new_number_moves_no_cursor_and_is_not_told_back(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench(FIRST_TEXT)
    bench.put_cursor(5, 3)
    changes = QSignalSpy(bench.documents.text_changed)
    for value in (2.5, 3.25, -1.0):
        bench.sheets.set_leaf("a", value)
        bench.settle()
    assert changes.count() == 3
    assert bench.editor.toPlainText().startswith("a = Value(-1.0,")
    assert bench.editor.place == (5, 3)


def test_the_cursor_selects_the_node_of_its_expression(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\nb = -3.0\nd = (a * b + a).tanh()\nd.backward()\n")
    spy = QSignalSpy(bench.sheets.selection.address_changed)
    bench.put_cursor(2, 0)
    assert bench.sheets.selection.address == "b"
    assert bench.marked == "-3.0"
    assert bench.label("expressionSelected").text() == "line 2 selected"
    bench.put_cursor(3, 7)
    node = bench.sheet.node(bench.sheets.selection.address)
    assert node is not None
    assert bench.sheet.graph.nodes[node].op == "*"
    assert bench.marked == "a * b"
    bench.put_cursor(3, 1)
    assert bench.sheets.selection.address == "d"
    before = spy.count()
    bench.put_cursor(4, 3)  # nothing was made there: what is selected stays
    assert bench.sheets.selection.address != ""
    assert spy.count() >= before


def test_typing_selects_nothing(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\n")
    bench.editor.go_to(2, 0)
    bench.type("b = a * a")
    assert bench.sheets.selection.address == ""


def test_a_node_selected_elsewhere_is_marked_and_seen(open_bench: Callable[[str], Bench]) -> None:
    text = "a = 2.0\n" + "".join(f"b{i} = a * {i}.5\n" for i in range(60))
    bench = open_bench(text)
    bench.set(text + "c = b3 + b50\n")
    bench.editor.go_to(1, 2)
    bench.panel.setFocusProxy(None)
    bench.editor.clearFocus()
    bench.sheets.selection.select("c")
    assert bench.marked == "b3 + b50"
    block = bench.editor.document().findBlockByNumber(61)
    assert 0 <= bench.editor.line_box(block).top() < bench.editor.viewport().height()
    assert bench.sees(62)
    assert (bench.editor.place, bench.editor.hasFocus()) == ((1, 2), False)
    bench.sheets.selection.clear()
    assert bench.marked == ""
    assert bench.label("expressionSelected").text() == ""


def test_the_line_that_runs_is_lit(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench(FIRST_TEXT)
    marks = bench.editor.marks
    assert list(marks.lit_lines()) == []  # all is done: nothing runs
    seen = []
    for position in range(len(bench.sheet.steps) + 1):
        bench.sheets.seek(position)
        seen.append((list(marks.lit_lines()), marks.phase))
    forward = [([3], Phase.FORWARD), ([4], Phase.FORWARD), ([6], Phase.FORWARD)]
    assert seen == [forward[0], *forward, *[([7], Phase.BACKWARD)] * (len(bench.sheet.steps) - 3)]
    bench.set(FIRST_TEXT.replace("10.0", "11.0"))
    assert list(marks.lit_lines()) == []


def test_output_is_shown_and_leads_to_its_line(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\nprint(a)\n")
    pane = bench.panel.findChild(QWidget, "expressionOutput")
    assert pane is not None
    assert pane.isVisible()
    bench.editor.go_to(1)
    pane.setFocus()
    QTest.keyClick(pane, Key.Key_Return)
    assert bench.editor.place == (2, 0)
    bench.set("a = 2.0\n")
    assert not pane.isVisible()


def test_every_snippet_is_in_the_menu_and_replaces_the_text(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench(FIRST_TEXT)
    actions: dict[str, QAction] = bench.panel.header.menu_actions()
    assert list(actions) == [snippet.name for snippet in snippets()]
    for snippet in snippets():
        actions[snippet.name].trigger()
        bench.settle()
        assert bench.editor.toPlainText() == bench.documents.text == snippet.text
        assert bench.sheets.error is None, snippet.name
        assert bench.documents.undo_stack.undoText() == f"snippet {snippet.title}"
        bench.documents.undo_stack.undo()
        assert bench.editor.toPlainText() == FIRST_TEXT


def test_too_much_text_is_refused_with_a_reason(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\n")
    QApplication.clipboard().setText("a = 2.0\n" * 5000)
    QTest.keyClick(bench.editor, Key.Key_V, Ctrl)
    assert format_count(MAX_SHEET) in bench.label("expressionError").text()
    assert bench.label("expressionError").isVisible()
    assert bench.documents.text == "a = 2.0\n"
    bench.type("b = 3.0")
    assert not bench.label("expressionError").isVisible()


def test_another_document_is_shown_from_its_beginning(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\nb = tahn(a)\n")
    bench.documents.open_document(msgspec.structs.replace(open_document("lecture"), text="x = 4.0\ny = x * x\n"))
    bench.settle()
    assert bench.editor.toPlainText() == "x = 4.0\ny = x * x\n"
    assert bench.editor.marks.error is None
    assert not bench.label("expressionError").isVisible()
    assert bench.label("expressionStatus").text() == "2 nodes, 1 operation"


def test_the_panel_fits_the_left_column(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench(FIRST_TEXT)
    assert bench.panel.title == "Expression"
    assert bench.panel.minimumSizeHint().width() <= 234
    bench.set("a = 2.0\nb = tahn(a)\n")
    assert bench.panel.minimumSizeHint().width() <= 234


LONG = "".join(f"a{i} = {i}.0\n" for i in range(60))
HOUR_MS = 3_600_000


def test_an_unfinished_name_is_no_error_while_it_is_typed(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\n")
    bench.pause.setInterval(HOUR_MS)
    bench.editor.go_to(2)
    bench.type("b = tan")
    assert bench.sheets.error is not None
    assert bench.editor.marks.error is not None  # the wave is there at once
    assert not bench.label("expressionError").isVisible()
    assert bench.label("expressionStatus").text() == "1 node, 0 operations"
    bench.type("h(a)")
    assert (bench.sheets.error, bench.label("expressionStatus").text()) == (None, "2 nodes, 1 operation")


def test_an_error_is_told_as_soon_as_the_cursor_leaves_its_line(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\n")
    bench.pause.setInterval(HOUR_MS)
    bench.editor.go_to(2)
    bench.type("b = tan")
    QTest.keyClick(bench.editor, Key.Key_Escape)
    QTest.keyClick(bench.editor, Key.Key_Up)
    assert bench.label("expressionError").isVisible()
    before = bench.told
    assert "‘tan’" in before
    bench.editor.go_to(2, 7)
    bench.type("tu")  # another message waits
    assert bench.told == before
    QTest.keyClick(bench.editor, Key.Key_Return)
    bench.settle()
    assert "‘tantu’" in bench.told


def test_an_error_is_told_after_a_pause(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("")
    assert bench.pause.interval() == 400
    bench.type("b = Va")
    bench.qtbot.waitUntil(bench.label("expressionError").isVisible, timeout=WAIT_MS)
    link = bench.panel.findChild(QPushButton, "expressionCorrection")
    assert link is not None
    assert link.text() == "Use Value"


def test_without_any_graph_the_status_speaks_of_none(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("")
    bench.set("b = tahn(2)")
    assert bench.label("expressionStatus").text() == "Nothing to draw yet"
    bench.set("a = 2.0")
    bench.set("b = tahn(2)")
    assert bench.label("expressionStatus").text() == "The graph shows the last good text"


def test_code_in_a_message_has_its_own_face_and_is_no_markup(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("b = f'{1:<b>}'\n")
    label = bench.label("expressionError")
    assert "`" not in label.text() + label.accessibleName()
    assert "&lt;b&gt;" in label.text()
    assert "<b>" in bench.told
    bench.set("b = tahn(2)")
    assert "JetBrains Mono" in label.text()
    assert label.accessibleName() == "Error in line 1: There is no function ‘tahn’ here."


def test_an_error_that_was_not_typed_is_scrolled_to(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench(LONG)
    bench.editor.go_to(1)
    bench.set(LONG.replace("a50 = 50.0", "a50 = tahn(2)"))
    assert bench.sees(51)
    assert bench.editor.place == (1, 0)


def test_a_typed_error_elsewhere_leaves_the_cursor_in_view(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\n" + LONG + "b = a\n")
    bench.put_cursor(1, 1)
    bench.type("b")
    assert bench.sheets.error is not None
    assert bench.sheets.error.line == 62
    bench.qtbot.waitUntil(bench.label("expressionError").isVisible, timeout=WAIT_MS)
    assert bench.sees(1)


def test_a_line_added_by_a_click_is_seen(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench(LONG + "L = a3 * a4\n")
    bench.set(LONG + "L = a3 * a4\nL.backward()\n")
    assert bench.sees(62)


def test_a_selected_line_stays_in_view_when_output_takes_room(open_bench: Callable[[str], Bench]) -> None:
    sums = LONG + "L = " + " + ".join(f"a{i}" for i in range(60))
    bench = open_bench(sums)
    room = bench.editor._room(bench.editor.viewport().height())
    bench.sheets.selection.select(f"a{room - 1}")
    bench.editor.clearFocus()
    assert bench.sees(room)
    assert not bench.sees(room + 1)
    bench.set(sums.replace("a0 = 0.0\n", "a0 = 0.0; print(1, 2, 3)\n"))
    bench.qtbot.waitUntil(lambda: bench.editor._room(bench.editor.viewport().height()) < room, timeout=WAIT_MS)
    assert bench.sees(room)


def test_a_snippet_is_shown_from_its_first_line(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench(LONG + "b = a1 * a2\n")
    bench.editor.go_to(61, 3)
    bench.sheets.selection.select("b")
    for name in ("neuron", "training-loop", "parabola"):
        bench.panel.header.menu_actions()[name].trigger()
        bench.settle()
        assert bench.editor.place == (1, 0)
        assert bench.sees(1)
        assert bench.editor.verticalScrollBar().value() == bench.editor.horizontalScrollBar().value() == 0


def test_the_status_is_one_line(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench(FIRST_TEXT)
    height = bench.panel.editor.height()
    bench.sheets.selection.select("e")
    count, selected = bench.label("expressionStatus"), bench.label("expressionSelected")
    assert selected.text() == "line 4 selected"
    lines = [label.mapTo(bench.panel, label.rect().center()).y() for label in (count, selected)]
    assert abs(lines[0] - lines[1]) <= 1
    assert bench.panel.editor.height() == height
    bench.panel.resize(420, 330)
    assert selected.shown == "· line 4 selected"
    bench.panel.resize(200, 330)
    assert selected.shown == "· line 4"


def test_a_decimal_comma_is_corrected(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = Value(2,0)\n")
    assert bench.told == "A Value holds one number: a decimal point, not a comma: 2.0?"
    link = bench.panel.findChild(QPushButton, "expressionCorrection")
    assert link is not None
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    bench.settle()
    assert bench.documents.text == "a = Value(2.0)\n"
    assert bench.sheets.error is None


def test_what_fits_needs_no_bar_below(open_bench: Callable[[str], Bench]) -> None:
    """With letters in several colours Qt finds lines a little longer than they are drawn."""
    bench = open_bench("")
    bar, width = bench.editor.horizontalScrollBar(), bench.editor.viewport().width()
    letters = int((width - 2) / bench.editor.fontMetrics().horizontalAdvance("x"))
    bench.set(f"#{'x' * (letters - 1)}\n")
    assert not bar.isVisible()
    assert bar.maximum() <= 3
    bench.set(f"#{'x' * (letters + 1)}\n")
    assert bar.isVisible()
    bench.set("a = 2.0\n")
    assert (bar.isVisible(), bar.maximum()) == (False, 0)


def test_the_mark_goes_with_the_code_that_it_is_on(open_bench: Callable[[str], Bench]) -> None:
    bench = open_bench("a = 2.0\nb = a * a\n")
    bench.editor.clearFocus()
    bench.sheets.selection.select("b")
    bench.set("a = 2.0\nc = (\n")
    with_mark = bench.editor.grab().toImage()
    bench.editor.mark_node(None)
    assert bench.editor.grab().toImage() == with_mark
