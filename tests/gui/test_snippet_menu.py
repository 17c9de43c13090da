"""The menu of the lecture's examples."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from core.expression.snippets import snippets
from gui.panels.sheet.snippet_menu import SnippetMenu
from gui.theme import Theme


@pytest.fixture
def button(qtbot: QtBot, qapp: QApplication) -> Iterator[SnippetMenu]:
    theme = Theme("light")
    theme.apply(qapp)
    button = SnippetMenu(theme)
    qtbot.addWidget(button)
    with qtbot.waitActive(button):
        button.show()
        button.activateWindow()
    yield button
    theme.deleteLater()


def test_the_parts_stand_in_their_order(button: SnippetMenu) -> None:
    menu = button.findChild(QMenu, "expressionSnippetMenu")
    assert menu is not None
    parts = list(dict.fromkeys(snippet.part for snippet in snippets()))
    assert [action.text() for action in menu.actions()] == parts
    titles = [action.text() for action in button.menu_actions().values()]
    assert titles == [snippet.title for snippet in snippets()]


def test_it_is_used_by_keyboard_alone(button: SnippetMenu) -> None:
    chosen = QSignalSpy(button.snippet_chosen)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Right)
    part = menu.activeAction().menu()
    assert isinstance(part, QMenu)
    QTest.keyClick(part, Qt.Key.Key_Return)
    assert chosen.count() == 1
    assert chosen.at(0)[0] == snippets()[0]
    assert QApplication.activePopupWidget() is None


@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_the_link_has_room_for_word_and_arrow(button: SnippetMenu, scale: float) -> None:
    button._theme.set_scale(scale)
    size, letters = button.sizeHint(), button.fontMetrics().horizontalAdvance(button.text())
    assert size.width() >= letters + button._theme.px(8)
    image = button.grab().toImage()
    right = [image.pixelColor(image.width() - 4, y) for y in range(image.height())]
    assert len({colour.name() for colour in right}) > 1  # the arrow is not cut off
