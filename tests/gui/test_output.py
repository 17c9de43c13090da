"""The output pane: what the text prints, each line leading to where it was printed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.expression.sheet import Printed
from gui.panels.sheet.output import OutputPane
from gui.theme import Theme

PRINTED = (Printed(3, "first"), Printed(5, "second\nthird"), Printed(3, "fourth"))


@pytest.fixture
def pane(qtbot: QtBot, qapp: QApplication) -> Iterator[OutputPane]:
    theme = Theme("light")
    theme.apply(qapp)
    pane = OutputPane(theme)
    qtbot.addWidget(pane)
    pane.resize(234, 120)
    pane.show_output(PRINTED)
    yield pane
    theme.deleteLater()


def test_it_shows_lines_and_hides_when_there_are_none(pane: OutputPane) -> None:
    assert pane.isVisible()
    assert pane.toPlainText() == "first\nsecond\nthird\nfourth"
    pane.show_output(())
    assert not pane.isVisible()


def test_a_click_leads_to_the_line_that_printed(pane: OutputPane) -> None:
    spy = QSignalSpy(pane.line_requested)
    for row in (0, 2):
        box = pane.blockBoundingGeometry(pane.document().findBlockByNumber(row)).translated(pane.contentOffset())
        QTest.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert [spy.at(i)[0] for i in range(spy.count())] == [3, 5]


def test_the_keyboard_leads_there_too(pane: OutputPane) -> None:
    spy = QSignalSpy(pane.line_requested)
    pane.setFocus()
    QTest.keyClick(pane, Qt.Key.Key_Down)
    QTest.keyClick(pane, Qt.Key.Key_Return)
    assert [spy.at(i)[0] for i in range(spy.count())] == [5]


def test_it_can_be_copied_but_not_written(pane: OutputPane) -> None:
    pane.setFocus()
    QTest.keyClick(pane, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(pane, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "first\nsecond\nthird\nfourth"
    QTest.keyClicks(pane, "x")
    assert pane.toPlainText() == "first\nsecond\nthird\nfourth"


def test_it_is_as_high_as_its_lines_up_to_a_few(pane: OutputPane) -> None:
    row = pane.fontMetrics().lineSpacing()
    few = pane.sizeHint().height()
    pane.show_output(tuple(Printed(1, str(i)) for i in range(200)))
    assert pane.sizeHint().height() == few
    pane.show_output((Printed(1, "0123456789 " * 12),))
    assert pane.sizeHint().height() > few - 3 * row  # one line, wrapped


def test_it_is_covered_while_somebody_is_to_find_the_numbers(pane: OutputPane) -> None:
    spy = QSignalSpy(pane.line_requested)
    pane.withhold(True)
    assert pane.isVisible() and pane.toPlainText() == "output is hidden while you predict"
    pane.show_output((Printed(2, "6.0"),))
    assert pane.toPlainText() == "output is hidden while you predict"
    pane.setFocus()
    QTest.keyClick(pane, Qt.Key.Key_Return)
    assert spy.count() == 0
    pane.withhold(False)
    assert pane.toPlainText() == "6.0"
    pane.show_output(())
    pane.withhold(True)
    assert not pane.isVisible()
