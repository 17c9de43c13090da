from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.document_parts import Document
from gui.panels.sheet.take_apart import TakeApartBar
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme

NEURON = """x1 = Value(2.0, label='x1')
x2 = Value(0.0, label='x2')
w1 = Value(-3.0, label='w1')
w2 = Value(1.0, label='w2')
b = Value(6.8813735870195432, label='b')
n = x1*w1 + x2*w2 + b
o = n.tanh()
o.backward()
"""
APART = NEURON.replace("o = n.tanh()", "e = (2*n).exp()\no = (e - 1) / (e + 1)")


@pytest.fixture
def documents(qapp: QApplication) -> Documents:
    return Documents(Document(mode="expression", text=NEURON))


@pytest.fixture
def sheets(qtbot: QtBot, documents: Documents) -> Iterator[Sheets]:
    sheets = Sheets(documents)
    qtbot.waitUntil(lambda: not sheets.busy)
    yield sheets
    sheets.close()


@pytest.fixture
def bar(qtbot: QtBot, sheets: Sheets, theme: Theme) -> TakeApartBar:
    bar = TakeApartBar(sheets, theme)
    qtbot.addWidget(bar)
    bar.resize(296, 40)
    return bar


def link(bar: TakeApartBar) -> QPushButton:
    return bar.findChild(QPushButton, "takeApart")


def gradients(sheets: Sheets) -> list[float]:
    assert sheets.frame is not None
    sheet, grad = sheets.frame.sheet, sheets.frame.state.grad
    return [float(grad[sheet.node(name)]) for name in ("x1", "w1", "x2", "w2", "b")]


def test_it_is_seen_only_for_a_node_of_such_a_form(bar: TakeApartBar, sheets: Sheets) -> None:
    assert bar.isHidden()
    sheets.selection.select("o")
    assert not bar.isHidden() and link(bar).text() == "take tanh apart"
    assert "exp(2n)" in link(bar).toolTip()
    for address in ("n", "x1", ""):
        sheets.selection.select(address)
        assert bar.isHidden()


def test_apart_and_together_again(qtbot: QtBot, bar: TakeApartBar, documents: Documents, sheets: Sheets) -> None:
    sheets.selection.select("o")
    before = gradients(sheets)
    assert before == pytest.approx([-1.5, 1.0, 0.5, 0.0, 0.5], rel=1e-15)
    QTest.mouseClick(link(bar), Qt.MouseButton.LeftButton)
    assert documents.text == APART
    qtbot.waitUntil(lambda: link(bar).text() == "put tanh together")
    assert sheets.selection.address == "o"
    assert gradients(sheets) == pytest.approx(before, rel=1e-15)
    link(bar).setFocus()
    QTest.keyClick(link(bar), Qt.Key.Key_Return)
    assert documents.text == NEURON
    qtbot.waitUntil(lambda: link(bar).text() == "take tanh apart")
    assert sheets.selection.address == "o"
    assert documents.undo_stack.count() == 2
    documents.undo_stack.undo()
    assert documents.text == APART
    assert documents.undo_stack.undoText() == "take tanh apart"


def test_a_node_without_a_name_stays_selected(
    qtbot: QtBot, bar: TakeApartBar, documents: Documents, sheets: Sheets
) -> None:
    text = "a = Value(0.3)\nL = a.tanh() * 2 + 1\nL.backward()"
    sheets.set_text(text)
    qtbot.waitUntil(lambda: not sheets.busy)
    assert sheets.sheet is not None
    sheets.selection.select(next(node.address for node in sheets.sheet.graph.nodes if node.op == "tanh"))
    link(bar).click()
    assert documents.text == "a = Value(0.3)\ne = (2*a).exp()\nL = ((e - 1) / (e + 1)) * 2 + 1\nL.backward()"
    qtbot.waitUntil(lambda: link(bar).text() == "put tanh together")
    assert not bar.isHidden()
    link(bar).click()
    assert documents.text == text
    qtbot.waitUntil(lambda: link(bar).text() == "take tanh apart")
    node = sheets.sheet.node(sheets.selection.address)
    assert node is not None and sheets.sheet.graph.nodes[node].op == "tanh"


def test_where_it_cannot_be_done_the_reason_stands_there(qtbot: QtBot, bar: TakeApartBar, sheets: Sheets) -> None:
    sheets.set_text("a = Value(0.3)\no = sum([x.tanh() for x in [a, a]])\no.backward()")
    qtbot.waitUntil(lambda: not sheets.busy)
    assert sheets.sheet is not None
    sheets.selection.select(next(node.address for node in sheets.sheet.graph.nodes if node.op == "tanh"))
    reason = bar.findChild(QLabel, "takeApartReason")
    assert not bar.isHidden() and link(bar).isHidden() and not reason.isHidden()
    assert reason.text() == "This tanh is inside a comprehension: one place in the text for many values."


def test_a_text_that_is_being_typed_is_left_alone(
    qtbot: QtBot, bar: TakeApartBar, documents: Documents, sheets: Sheets
) -> None:
    sheets.selection.select("o")
    sheets.set_text(NEURON + "q = (")
    link(bar).click()
    assert documents.text == NEURON + "q = ("
    qtbot.waitUntil(lambda: not sheets.busy and bar.isHidden())
    sheets.set_text(NEURON)
    qtbot.waitUntil(lambda: not bar.isHidden())
