"""Every menu of the window: no two entries answer to the same letter."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.sheet_frames import Mode

OF_THE_USER = {"menuOpenrecent"}  # its entries are files


def letters(menu: QMenu) -> Counter[str]:
    texts = [action.text().replace("&&", "") for action in menu.actions() if action.isVisible()]
    return Counter(text[text.index("&") + 1].lower() for text in texts if "&" in text)


@pytest.mark.parametrize("mode", Mode)
def test_no_letter_is_that_of_two_entries(qtbot: QtBot, window: MainWindow, mode: Mode) -> None:
    qtbot.waitUntil(lambda: window.actions_table.has("exportReport"))
    window.documents.set_mode(mode)
    menus = [menu for menu in window.findChildren(QMenu) if menu.objectName() not in OF_THE_USER]
    assert len(menus) > 8
    clashes = {menu.title(): [letter for letter, count in letters(menu).items() if count > 1] for menu in menus}
    assert {title: found for title, found in clashes.items() if found} == {}
