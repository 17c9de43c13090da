from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.document_parts import Document
from gui.graph.answer_fields import AnswerField
from gui.main_window import MainWindow
from gui.sheet_frames import Mode

TWICE = "a = Value(3.0, label='a')\nb = a + a\nb.label = 'b'\nb.backward()\n"


@pytest.fixture
def lab(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window in the expression lab, with the card Predict open."""
    window.documents.open_document(Document(mode="expression"))
    window.documents.set_mode(Mode.EXPRESSION)
    window.expression.docks["predict"].show()
    shown(qtbot, window, 7)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def shown(qtbot: QtBot, window: MainWindow, nodes: int) -> None:
    def there() -> bool:
        graph = window.expression.graph.view.snapshot
        return not window.sheets.busy and graph is not None and len(graph.nodes) == nodes

    qtbot.waitUntil(there, timeout=20_000)


def click(window: MainWindow, kind: type[QWidget], name: str) -> None:
    QTest.mouseClick(window.findChild(kind, name), Qt.MouseButton.LeftButton)


def switch(window: MainWindow) -> None:
    box = window.findChild(QCheckBox, "predictSwitch")
    QTest.keyClick(box, Qt.Key.Key_Space)


def field(window: MainWindow, name: str) -> AnswerField:
    found = window.findChild(AnswerField, f"answer_grad_{name}")
    assert isinstance(found, AnswerField)
    return found


def give(edit: AnswerField, text: str) -> None:
    edit.clear()
    if text.isascii():
        QTest.keyClicks(edit, text)
    else:  # which QTest has no keys for
        edit.insert(text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def text_of(window: MainWindow, name: str) -> str:
    return str(window.findChild(QLabel, name).text())


def test_gradients_are_hidden_everywhere_and_found_one_by_one(qtbot: QtBot, lab: MainWindow) -> None:
    switch(lab)
    view = lab.expression.graph.view
    assert view.is_hidden("d", "grad") and not view.is_hidden("d", "data")
    frame = lab.sheets.frame
    assert frame is not None and frame.explanation is None
    assert not frame.state.grad.any(), "no panel that follows the playhead can tell"
    assert lab.findChild(QWidget, "inspectorWithheld").isVisible()
    give(field(lab, "L"), "1")
    give(field(lab, "d"), "−2,0")
    assert text_of(lab, "predictMessage") == "Right: the gradient of d is -2."
    give(field(lab, "f"), "-2")
    assert "Not yet: the gradient of f is not -2" in text_of(lab, "predictMessage")
    assert text_of(lab, "predictScore") == "2 of 7 found, 2 at once."
    give(field(lab, "f"), "8/2")
    assert text_of(lab, "predictScore") == "3 of 7 found, 2 at once."
    assert field(lab, "f").isReadOnly() and field(lab, "f").text() == "4.0000"


def test_what_is_no_number_is_said_and_not_counted(lab: MainWindow) -> None:
    switch(lab)
    give(field(lab, "L"), "one")
    assert "'one' is not a number" in text_of(lab, "predictMessage")
    assert text_of(lab, "predictScore") == "0 of 7 found, 0 at once."


def test_letters_and_signs_do_not_reach_the_windows_shortcuts(lab: MainWindow) -> None:
    switch(lab)
    edit, position = field(lab, "L"), lab.sheets.position
    edit.setFocus()
    QTest.keyClicks(edit, "-1.5, 1")
    assert edit.text() == "-1.5, 1"
    assert lab.sheets.position == position


def test_the_cursor_is_in_the_first_open_number_and_its_node_is_selected(lab: MainWindow) -> None:
    switch(lab)
    assert lab.focusWidget() is field(lab, "L")
    assert lab.sheets.selection.address == "L"
    field(lab, "f").setFocus()
    assert lab.sheets.selection.address == "f"
    QTest.keyClicks(field(lab, "f"), "7")
    QTest.keyClick(field(lab, "f"), Qt.Key.Key_Return)
    assert field(lab, "f").selectedText() == "7"
    QTest.keyClicks(field(lab, "f"), "4")
    assert field(lab, "f").text() == "4"
    assert lab.findChild(QPushButton, "predictShow").isEnabled()


def test_enter_and_arrows_do_not_reach_the_graph_below(lab: MainWindow) -> None:
    """The selected leaf's number would be typed over, or changed."""
    switch(lab)
    text, control = lab.documents.text, Qt.KeyboardModifier.ControlModifier
    for key, modifiers in ((Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_Up, control)):
        edit = field(lab, "a")
        edit.setFocus()
        QTest.keyClick(edit, key, modifiers)
        assert lab.focusWidget() is edit and lab.documents.text == text


def test_the_frame_of_a_field_does_not_touch_the_word_before_it(lab: MainWindow) -> None:
    switch(lab)
    slot = lab.expression.graph.view.slot_rect("d", "grad")
    assert field(lab, "d").geometry().left() >= slot.left() + 3


def test_why_always_answers(qtbot: QtBot, lab: MainWindow) -> None:
    switch(lab)
    field(lab, "d").setFocus()
    click(lab, QPushButton, "predictWhy")
    reason = lab.findChild(QLabel, "predictReason")
    assert reason.isVisibleTo(reason.window()) and reason.text().startswith("dL/dd = ")
    lab.sheets.selection.clear()
    click(lab, QPushButton, "predictWhy")
    assert reason.text().startswith("Select a node first")
    lab.documents.set_text("a = Value(3.0, label='a')\nb = a + a\nb.label = 'b'\n", "typing")
    shown(qtbot, lab, 2)
    lab.sheets.selection.select("a")
    click(lab, QPushButton, "predictWhy")
    assert reason.text() == "There is no backward() in the text: every gradient is 0."


def test_links_stay_under_the_mouse_when_messages_come(qtbot: QtBot, lab: MainWindow) -> None:
    switch(lab)
    links = [lab.findChild(QPushButton, name) for name in ("predictShow", "predictWhy", "predictShowAll")]
    qtbot.waitUntil(lambda: links[0].y() > 0)
    before = [link.mapTo(lab, link.rect().topLeft()) for link in links]
    give(field(lab, "f"), "77")
    click(lab, QPushButton, "predictWhy")
    reason, card = lab.findChild(QLabel, "predictReason"), lab.findChild(QWidget, "predictPanel")
    qtbot.waitUntil(lambda: reason.height() > 0 and reason.geometry().bottom() <= card.height())
    assert [link.mapTo(lab, link.rect().topLeft()) for link in links] == before


def test_undo_reaches_the_window_from_an_empty_field(qtbot: QtBot, lab: MainWindow) -> None:
    before = lab.documents.text
    click(lab, QPushButton, "exerciseOpen")
    shown(qtbot, lab, 3)
    qtbot.waitUntil(lambda: isinstance(lab.focusWidget(), AnswerField))
    QTest.keyClick(lab.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert lab.documents.text == before


def test_show_and_why_tell_one_number(qtbot: QtBot, lab: MainWindow) -> None:
    switch(lab)
    lab.sheets.selection.select("d")
    click(lab, QPushButton, "predictWhy")
    assert text_of(lab, "predictReason") == "dL/dd = dL/dL · ∂L/∂d = 1 × -2 = -2"
    click(lab, QPushButton, "predictShow")
    assert field(lab, "d").text() == "-2.0000"
    assert text_of(lab, "predictScore") == "0 of 7 found, 0 at once, 1 shown."
    click(lab, QPushButton, "predictShowAll")
    assert text_of(lab, "predictScore").endswith("7 shown. The sheet is done.")
    click(lab, QPushButton, "predictAgain")
    assert text_of(lab, "predictScore") == "0 of 7 found, 0 at once."


def test_off_again_everything_is_there(lab: MainWindow) -> None:
    switch(lab)
    switch(lab)
    assert not lab.expression.graph.view.is_hidden("d", "grad")
    assert lab.findChild(AnswerField, "answer_grad_d") is None or not field(lab, "d").isVisible()
    frame = lab.sheets.frame
    assert frame is not None and frame.at_end and frame.state.grad.any()
    assert not lab.findChild(QWidget, "inspectorWithheld").isVisible()


def test_an_exercise_is_one_step_of_undo(qtbot: QtBot, lab: MainWindow) -> None:
    before = lab.documents.text
    click(lab, QPushButton, "exerciseOpen")
    shown(qtbot, lab, 3)
    assert text_of(lab, "predictScore").startswith("1 · one operation · sheet 1\n0 of 3")
    assert lab.sheets.frame is not None and not lab.sheets.frame.state.grad.any()
    qtbot.waitUntil(lambda: lab.focusWidget() is lab.findChild(AnswerField, "answer_grad_L"))
    lab.documents.undo_stack.undo()
    assert lab.documents.text == before


def test_data_can_be_hidden_too(qtbot: QtBot, lab: MainWindow) -> None:
    switch(lab)
    QTest.keyClick(lab.findChild(QCheckBox, "predictData"), Qt.Key.Key_Space)
    view = lab.expression.graph.view
    assert view.is_hidden("d", "data") and not view.is_hidden("a", "data")
    assert lab.sheets.position == 0
    edit = lab.findChild(AnswerField, "answer_data_e")
    give(edit, "-6")
    assert edit.isReadOnly()
    assert text_of(lab, "predictScore") == "1 of 10 found, 1 at once."


def test_another_graph_begins_a_new_sheet(qtbot: QtBot, lab: MainWindow) -> None:
    switch(lab)
    give(field(lab, "L"), "1")
    lab.documents.set_text(TWICE, "typing")
    shown(qtbot, lab, 2)
    assert text_of(lab, "predictScore") == "0 of 2 found, 0 at once."
    assert text_of(lab, "predictMessage") == ""  # it was about the sheet before
    give(field(lab, "b"), "1")
    give(field(lab, "a"), "1")
    assert "Every use counts" in text_of(lab, "predictMessage")
    give(field(lab, "a"), "2")
    assert text_of(lab, "predictScore") == "2 of 2 found, 1 at once. The sheet is done."


def test_an_exercise_is_seen_whole(qtbot: QtBot, lab: MainWindow) -> None:
    view = lab.expression.graph.view
    view.show_node("L")
    view.zoom_roughly(3.0, QPointF(view.rect().center()))
    for name in ("exerciseDice", "exerciseOpen"):
        click(lab, QAbstractButton, name)
        qtbot.waitUntil(lambda: not lab.sheets.busy and isinstance(lab.focusWidget(), AnswerField), timeout=20_000)
    assert lab.sheets.sheet is not None
    boxes = [view.slot_rect(node.address, "grad") for node in lab.sheets.sheet.graph.nodes]
    assert all(view.rect().contains(box) and not box.isEmpty() for box in boxes)


def test_what_the_text_prints_is_hidden_too(qtbot: QtBot, lab: MainWindow) -> None:
    lab.documents.set_text(f"{lab.documents.text}print(a.grad)\n", "typing")
    pane = lab.findChild(QPlainTextEdit, "expressionOutput")
    qtbot.waitUntil(lambda: pane.toPlainText() == "6.0", timeout=20_000)
    switch(lab)
    assert pane.toPlainText() == "output is hidden while you predict"
    switch(lab)
    assert pane.toPlainText() == "6.0"
