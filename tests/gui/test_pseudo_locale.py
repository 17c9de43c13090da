"""The whole window in a language that does not exist: nothing stays English, and longer words are not cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QMenu,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.examples import example_names
from core.words import tr
from gui.main_window import MainWindow
from gui.translation_texts import Catalogue, collect
from gui.widgets.text import ElidedLabel
from gui.widgets.two_lines import TwoLines
from tests.gui.pseudo import pseudo, pseudo_language
from tests.gui.pseudo_walk import expression_visits, network_visits
from tests.gui.visible_texts import Found, painted_texts, place, plain, texts_below

WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = (  # of values, as they stand in a graph and in the text of the expression lab
    r"sum of losses(?: \d+–\d+)?", "other samples", "mean loss",
    r"(?:sample|call)\d+/[\w.*²]+",
    r"L\d+(?:\.N\d+)?(?:\.[a-z]+\d*)?(?:\*[a-z]\d+)?", r"sum\d*", "loss", "error",
    r"[a-z]\d", r"d[A-Z]/d\w",
)  # fmt: skip
KEPT = (
    r"(?:(?:Ctrl|Shift|Alt)\+)+(?:[A-Z][a-z]+|\w|\W)", r"\((?:Space|Delete|End|F\d+)\)",
    "PyTorch", "Chainrule", "micrograd", "NumPy", "Graphviz", "CSV", "SVG", "PDF",
    "tanh|relu|sigmoid|softplus|softmax|sin|log", "data|grad",  # the last: attributes of a Value, in its record
    r"L\.backward\(\)", r"(?:Neuron|MLP)\([^)]*\)", r"def f\(x\): return \S+ - 4\*x \+ 5",
    r"sum\(\[a, b\]\)", r"&#x27;",
    *sorted(map(re.escape, example_names()), key=len, reverse=True),
)  # fmt: skip
UNTRANSLATED = re.compile(rf"(?<![A-Za-z])(?:{'|'.join((*NAMES, *KEPT))})(?![A-Za-z])")
NAMED_ALONE = ("inspectorAddress", "painted record", "painted chip", "rootValue")  # may show nothing but a name
CODE = (  # what shows code or formulas
    "FormulaLabel", "CodeLines", "CodeView", "painted code_", "painted loop_", "LoopCode",
)  # fmt: skip
CODE_LINE = re.compile(
    r"\bself\b|_backward|^\s*child\.|\.grad\b|\bypred\b|^\s*(?:for|def|return|loss =|draw_dot|# no)\b"
)
QT_OWN = ("qt_dockwidget_", "action Export...")  # these come with Qt's own translations, or are never seen
QT_TEXTS = {"OK"}
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


def is_english(where: str, text: str) -> bool:
    """Whether there are words that a translator has not seen."""
    if where.startswith(CODE) or CODE_LINE.search(text) or text in QT_TEXTS:
        return False
    if any(own in where for own in QT_OWN):
        return False
    if text in ("loss", "error", "sum") and not any(each in where for each in NAMED_ALONE):
        return True
    return WORD.search(UNTRANSLATED.sub("", text)) is not None


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
        for each in window.findChildren(QWidget):
            if each.isVisible() and is_cut(each):
                cut.setdefault(f"{place(each)}: {shown_text(each)!r}", done)

    window = open_window("lecture")
    window.resize(*size)
    walk(qtbot, window, visit)
    assert "\n".join(f"{what} ({done})" for what, done in sorted(cut.items())) == ""


def is_cut(widget: QWidget) -> bool:
    """Whether a widget has less room than its text takes, and nothing says the rest; or hangs out of its parent."""
    text = shown_text(widget)
    if not text or isinstance(widget, TwoLines):
        return False
    if plain(text) in plain(widget.toolTip()) or (isinstance(widget, ElidedLabel) and widget.toolTip()):
        return False
    return _lacks_room(widget) or _hangs_out(widget)


def shown_text(widget: QWidget) -> str:
    match widget:
        case QComboBox():
            return widget.currentText()
        case QLabel() | QAbstractButton():
            return widget.text()
    return ""


def _lacks_room(widget: QWidget) -> bool:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) > widget.height() + 1
    return widget.sizeHint().width() > widget.width() + 1


def _hangs_out(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or isinstance(parent.parentWidget(), QScrollArea):
        return False
    return not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry())
