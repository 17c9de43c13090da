from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from core.document_parts import Document
from core.expression.knobs import result_of
from gui.panels.inspector_text import TextLine
from gui.panels.sheet.gradient_step import GradientStep
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme
from tests.gui.sheet_graph import FIRST

Opened = Callable[[str], GradientStep]


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(Document(mode="expression", text=FIRST))


@pytest.fixture
def opened(qtbot: QtBot, sheets: Sheets, theme: Theme) -> Opened:
    def open_text(text: str) -> GradientStep:
        sheets.set_text(text)
        qtbot.waitUntil(lambda: not sheets.busy)
        step = GradientStep(sheets, theme)
        qtbot.addWidget(step)
        step.resize(234, step.sizeHint().height())
        with qtbot.waitExposed(step):
            step.show()
        return step

    return open_text


@pytest.fixture
def step(opened: Opened) -> GradientStep:
    return opened(FIRST)


def button(step: GradientStep, name: str) -> QPushButton:
    return step.findChild(QPushButton, name)


def result(step: GradientStep) -> TextLine:
    return step.findChild(TextLine, "stepResult")


def why_not(step: GradientStep) -> QLabel:
    return step.findChild(QLabel, "stepWhyNot")


def press(qtbot: QtBot, step: GradientStep, sheets: Sheets, name: str) -> None:
    before = result(step).text() if result(step).isVisible() else ""
    QTest.mouseClick(button(step, name), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not sheets.busy and result(step).isVisible() and result(step).text() != before)


def test_the_lectures_step_upward(qtbot: QtBot, step: GradientStep, documents: Documents, sheets: Sheets) -> None:
    press(qtbot, step, sheets, "stepUp")
    assert result(step).text() == "step size 0.01: L -8.0000 → -7.2865"
    assert result_of(sheets.sheet) == ("L", pytest.approx(-7.286496, rel=1e-15))
    assert "Value(2.06, label='a')" in documents.text
    assert "Value(-3.04," in documents.text and "Value(9.98," in documents.text and "Value(-1.96," in documents.text
    assert documents.undo_stack.undoText() == "gradient step up"
    documents.undo_stack.undo()
    assert documents.text == FIRST
    qtbot.waitUntil(lambda: not result(step).isVisible())


def test_a_step_down_makes_the_result_smaller(
    qtbot: QtBot, step: GradientStep, documents: Documents, sheets: Sheets
) -> None:
    press(qtbot, step, sheets, "stepDown")
    assert "Value(1.94, label='a')" in documents.text
    assert result_of(sheets.sheet)[1] < -8.0
    assert result(step).text().startswith("step size 0.01: L -8.0000 → -8.7")


def test_quick_clicks_are_as_many_steps_and_each_can_be_undone(
    qtbot: QtBot, step: GradientStep, documents: Documents, sheets: Sheets
) -> None:
    for _ in range(3):
        QTest.mouseClick(button(step, "stepUp"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: documents.undo_stack.count() == 3 and not sheets.busy)
    a, b, c, f = 2.0, -3.0, 10.0, -2.0
    for _ in range(3):
        da, db, dc, df = b * f, a * f, f, a * b + c
        a, b, c, f = a + 0.01 * da, b + 0.01 * db, c + 0.01 * dc, f + 0.01 * df
    assert result_of(sheets.sheet)[1] == pytest.approx((a * b + c) * f, rel=1e-7)


def test_the_step_size_counts(qtbot: QtBot, step: GradientStep, documents: Documents, sheets: Sheets) -> None:
    field = step.findChild(QLineEdit, "stepSizeField")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    button(step, "stepUp").setFocus()
    QTest.keyClick(button(step, "stepUp"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not sheets.busy and result(step).isVisible())
    assert "Value(5.0, label='a')" in documents.text
    assert result(step).text().startswith("step size 0.5: L -8.0000 → ")


def test_a_text_that_moved_on_no_longer_has_that_result(qtbot: QtBot, step: GradientStep, sheets: Sheets) -> None:
    press(qtbot, step, sheets, "stepUp")
    sheets.set_leaf("a", 1.0)
    qtbot.waitUntil(lambda: not result(step).isVisible())


def test_a_number_used_twice_moves_by_the_sum(
    qtbot: QtBot, opened: Opened, documents: Documents, sheets: Sheets
) -> None:
    step = opened("a = Value(3.0)\nb = a + a\nb.backward()")
    press(qtbot, step, sheets, "stepUp")
    assert documents.text == "a = Value(3.02)\nb = a + a\nb.backward()"
    assert result(step).text() == "step size 0.01: b 6.0000 → 6.0400"


def test_full_precision_stays_in_the_text(qtbot: QtBot, opened: Opened, documents: Documents, sheets: Sheets) -> None:
    step = opened("n = Value(0.8813735870195432)\no = n.tanh()\no.backward()")
    grad = 1 - sheets.frame.state.data[sheets.sheet.root] ** 2
    press(qtbot, step, sheets, "stepUp")
    written = float(documents.text.partition("(")[2].partition(")")[0])
    assert written == pytest.approx(0.8813735870195432 + 0.01 * grad, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "line", "new"),
    [
        ("a = Value(2.0)\nL = a * a", "add L.backward()", "a = Value(2.0)\nL = a * a\nL.backward()"),
        ("a = Value(2.0)\nL = a * a\n", "add L.backward()", "a = Value(2.0)\nL = a * a\nL.backward()\n"),
        (
            "a = Value(2.0)\nq = Value(1.0, label='out')",
            "add q.backward()",
            "a = Value(2.0)\nq = Value(1.0, label='out')\nq.backward()",
        ),
    ],
)
def test_without_backward_the_line_is_offered(
    qtbot: QtBot, opened: Opened, documents: Documents, sheets: Sheets, text: str, line: str, new: str
) -> None:
    step = opened(text)
    assert not button(step, "stepUp").isEnabled() and not button(step, "stepDown").isEnabled()
    assert why_not(step).text() == "No gradients yet."
    assert button(step, "stepUp").toolTip() == "No gradients yet."
    link = button(step, "addBackward")
    assert link.isVisible() and link.text() == line
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert documents.text == new
    qtbot.waitUntil(lambda: not sheets.busy and button(step, "stepUp").isEnabled())
    assert not link.isVisible() and not why_not(step).isVisible()


def test_where_nothing_can_move_the_reason_is_told(qtbot: QtBot, opened: Opened, sheets: Sheets) -> None:
    step = opened("a = Value(-1.0)\nL = a.relu()\nL.backward()")
    assert not button(step, "stepUp").isEnabled()
    assert why_not(step).text().startswith("All gradients are 0")
    sheets.set_text("")
    qtbot.waitUntil(lambda: why_not(step).text() == "No number with a name to move.")
    assert not button(step, "addBackward").isVisible()


def test_a_text_with_an_error_takes_no_step(
    qtbot: QtBot, step: GradientStep, documents: Documents, sheets: Sheets
) -> None:
    bad = FIRST + "M = ("
    sheets.set_text(bad)
    qtbot.waitUntil(lambda: sheets.error is not None)
    button(step, "stepUp").click()
    qtbot.waitUntil(lambda: not button(step, "stepUp").isEnabled())
    assert why_not(step).text() == "The text has an error."
    assert documents.text == bad
    sheets.set_text(FIRST)
    qtbot.waitUntil(button(step, "stepUp").isEnabled)
    assert documents.text == FIRST  # the click of before was not kept


def test_the_step_comes_from_the_end_of_the_sheet_wherever_the_playhead_is(
    qtbot: QtBot, step: GradientStep, sheets: Sheets
) -> None:
    sheets.reset()
    press(qtbot, step, sheets, "stepUp")
    assert result(step).text() == "step size 0.01: L -8.0000 → -7.2865"


def test_the_buttons_stay_under_the_mouse(qtbot: QtBot, step: GradientStep, sheets: Sheets) -> None:
    before = step.sizeHint().height()
    press(qtbot, step, sheets, "stepUp")
    assert step.sizeHint().height() == before
    sheets.set_text(FIRST.replace("L.backward()\n", ""))
    qtbot.waitUntil(button(step, "addBackward").isVisible)
    assert step.sizeHint().height() == before


def test_many_steps_do_not_fill_the_text_with_digits(
    qtbot: QtBot, step: GradientStep, documents: Documents, sheets: Sheets
) -> None:
    for _ in range(4):
        press(qtbot, step, sheets, "stepUp")
    literals = [line.partition("(")[2].partition(",")[0] for line in documents.text.split("\n") if "Value(" in line]
    assert len(literals) == 4 and max(len(text.strip("-").replace(".", "")) for text in literals) <= 8


def test_nothing_is_told_while_somebody_is_to_find_the_gradients(
    qtbot: QtBot, step: GradientStep, documents: Documents, sheets: Sheets
) -> None:
    press(qtbot, step, sheets, "stepUp")
    text = documents.text
    sheets.withhold(withheld=True)
    assert not result(step).isVisible()
    assert not button(step, "stepUp").isEnabled() and why_not(step).text() == "Hidden while a gradient is to be found."
    sheets.withhold(withheld=False)
    assert result(step).isVisible() and button(step, "stepUp").isEnabled()
    assert documents.text == text
