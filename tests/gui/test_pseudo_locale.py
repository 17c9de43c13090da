"""The whole window in a language that does not exist: nothing stays English, and longer words are not cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from core.words import tr
from gui.main_window import MainWindow
from gui.translation_texts import Catalogue, collect
from tests.gui.pseudo import pseudo, pseudo_language
from tests.gui.pseudo_judges import UNTRANSLATED, WORD, cut_below, is_english
from tests.gui.pseudo_walk import expression_visits, network_visits
from tests.gui.visible_texts import Found, painted_texts, texts_below

UNMARKED = {"", "PDF", "SVG", "CSV"}  # that `tr` is asked for without harm
STARTS_A_DIALOG = ("firstSteps", "about")
Visit = Callable[[MainWindow, str], None]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return collect()


@pytest.fixture(autouse=True)
def strangers(catalogue: Catalogue) -> Iterator[set[str]]:
    """All tests here are in that language; afterwards texts are English again."""
    with pseudo_language(catalogue) as found:
        yield found


def walk(qtbot: QtBot, window: MainWindow, visit: Visit) -> None:
    for done in chain(network_visits(window, qtbot.waitUntil), expression_visits(window)):
        qtbot.waitUntil(window.is_settled)
        for _ in range(3):  # what a change asks for by the next turn of the event loop
            QApplication.processEvents()
        visit(window, done)


def test_the_language_is_taken_back(catalogue: Catalogue) -> None:
    assert tr("Loss") == pseudo("Loss")
    with pytest.raises(RuntimeError), pseudo_language(catalogue):
        raise RuntimeError
    assert tr("Loss") == "Loss"


def test_texts_are_longer_and_keep_what_is_not_text() -> None:
    text = "&Keep {n} of <b>{m:.2f}</b> runs (Ctrl+K) &amp; go on at 50 %: *.json"
    said = pseudo(text)
    assert all(each in said for each in ("&K", "{n}", "<b>{m:.2f}</b>", "(Ctrl+K)", "&amp;", "50 %", "*.json"))
    assert said.startswith("⟦")
    assert said.endswith("⟧")
    assert len(said) > 1.2 * len(text)


def test_every_text_is_translated(qtbot: QtBot, open_window: Callable[[str], MainWindow], strangers: set[str]) -> None:
    english: dict[Found, str] = {}
    with painted_texts() as painted:

        def visit(window: MainWindow, done: str) -> None:
            window.grab()
            for found in texts_below(window) | painted:
                if is_english(*found):
                    english.setdefault(found, done)
            painted.clear()

        walk(qtbot, open_window("lecture"), visit)
    assert "\n".join(f"{where}: {text!r} ({done})" for (where, text), done in sorted(english.items())) == ""
    assert {text for text in strangers if WORD.search(UNTRANSLATED.sub("", text))} <= UNMARKED


def test_every_dialog_and_menu_is_translated(qtbot: QtBot, open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("lecture")
    english: set[Found] = set()

    def look_and_close() -> None:
        shown = QApplication.activeModalWidget()
        if shown is not None:
            english.update(found for found in texts_below(shown) if is_english(*found))
            shown.close()

    for name in STARTS_A_DIALOG:
        QTimer.singleShot(0, look_and_close)
        window.actions_table[name].trigger()
    menus = [window.desk.graph.context_menu(window), window.desk.graph.style_menu(window)]
    for menu in menus:
        assert isinstance(menu, QMenu)
        english.update(found for found in texts_below(menu) if is_english(*found))
    assert "\n".join(f"{where}: {text!r}" for where, text in sorted(english)) == ""


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_longer_texts_are_not_cut(
    qtbot: QtBot, open_window: Callable[[str], MainWindow], size: tuple[int, int]
) -> None:
    """Room for all, or an ellipsis and a tooltip with the rest."""
    cut: dict[str, str] = {}

    def visit(window: MainWindow, done: str) -> None:
        for what in cut_below(window):
            cut.setdefault(what, done)

    window = open_window("lecture")
    window.resize(*size)
    walk(qtbot, window, visit)
    assert "\n".join(f"{what} ({done})" for what, done in sorted(cut.items())) == ""
