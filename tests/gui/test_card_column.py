"""How cards share their column, and what becomes of a layout from a larger screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from core.experiment import LayerSpec
from gui.main_window import MainWindow
from gui.panels.training_hints import Hint, HintLine
from gui.session.data_fit import change_data
from gui.widgets.card_column import moved_inside, raised_heights, shared_heights

COLUMN = ("data", "network", "training")


def heights(window: MainWindow) -> list[int]:
    return [window.network.docks[name].height() for name in COLUMN]


def wishes(window: MainWindow) -> list[int]:
    return [window.network.docks[name].wished_height() for name in COLUMN]


@pytest.mark.parametrize(
    ("wanted", "least", "shared"),
    [
        ((100, 100, 100), (50, 60, 70), [100, 200, 100]),  # the first that gives keeps what is left
        ((150, 150, 150), (50, 60, 70), [150, 100, 150]),
        ((150, 150, 250), (50, 60, 70), [150, 60, 190]),
        ((150, 150, 450), (150, 60, 70), [150, 60, 190]),
        ((400, 150, 150), (50, 60, 70), [270, 60, 70]),  # nothing else is left to give
    ],
)
def test_the_rule(wanted: tuple[int, ...], least: tuple[int, ...], shared: list[int]) -> None:
    assert shared_heights(400, wanted, least, gives=(1, 2, 0)) == shared


def test_no_card_stays_below_its_least_while_others_have_more() -> None:
    assert raised_heights([90, 500], [200, 160]) == [200, 390]
    assert raised_heights([300, 300], [200, 160]) == [300, 300]


def test_a_card_outside_is_moved_inside() -> None:
    area = QRect(0, 0, 1280, 800)
    assert moved_inside(QRect(1500, 900, 300, 200), area) == QRect(980, 600, 300, 200)
    assert moved_inside(QRect(-900, 10, 300, 900), area) == QRect(0, 0, 300, 800)
    assert moved_inside(QRect(20, 30, 300, 200), area) == QRect(20, 30, 300, 200)


@pytest.mark.parametrize("example", ["lecture", "moons-demo", "yin-yang", "playground-spiral"])
def test_nothing_is_cut_at_first(qtbot: QtBot, open_window: Callable[[str], MainWindow], example: str) -> None:
    window = open_window(example)
    qtbot.waitUntil(lambda: all(got >= want for got, want in zip(heights(window), wishes(window), strict=True)))


def test_the_same_wishes_give_the_same_layout(qtbot: QtBot, window: MainWindow) -> None:
    documents, training = window.documents, window.network.panel("training")
    qtbot.waitUntil(lambda: heights(window)[2] == wishes(window)[2])
    before = heights(window)
    documents.set_network("layers", hidden=(LayerSpec(4),) * 8)
    training.header.findChild(QAbstractButton).click()
    qtbot.waitUntil(lambda: heights(window)[1] < wishes(window)[1])
    assert heights(window)[0] == wishes(window)[0]  # data are never cut
    for kind in ("blobs", "sine", "yin-yang"):
        change_data(documents, "data", kind=kind)
        qtbot.waitUntil(lambda: heights(window)[0] == wishes(window)[0])
    while documents.undo_stack.canUndo():
        documents.undo_stack.undo()
    training.header.findChild(QAbstractButton).click()
    qtbot.waitUntil(lambda: heights(window) == before)


def test_more_takes_the_spare_room_and_shows_its_rows(qtbot: QtBot, open_window: Callable[[str], MainWindow]) -> None:
    window = open_window("moons-demo")
    training = window.network.panel("training")
    training.header.findChild(QAbstractButton).click()
    scroll = next(area for area in window.network.findChildren(QScrollArea) if area.widget() is training)
    more = training.findChild(QWidget, "moreTraining")
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().value() > 0)
    last = more.mapTo(scroll.viewport(), more.rect().bottomLeft()).y()
    assert last <= scroll.viewport().height()


def test_what_made_the_column_wide_for_a_while_does_not_leave_it_so(qtbot: QtBot, window: MainWindow) -> None:
    desk, card, panel = window.network, window.network.docks["network"], window.network.panel("network")
    qtbot.waitUntil(lambda: heights(window)[2] == wishes(window)[2])
    desk.share_column()
    before = card.width()
    panel.setMinimumWidth(before + 80)
    qtbot.waitUntil(lambda: card.width() > before)
    panel.setMinimumWidth(0)
    qtbot.waitUntil(lambda: card.width() == before)


def test_advice_never_makes_the_column_wider(qtbot: QtBot, window: MainWindow) -> None:
    line = HintLine(window.theme, "anyHint")
    qtbot.addWidget(line)
    for hint in Hint:
        line.show_hint(hint)
        assert line.minimumSizeHint().width() <= window.theme.px(200)


def test_a_layout_of_a_larger_screen_is_mended(qtbot: QtBot, window: MainWindow) -> None:
    desk = window.network
    boundary, inspector, loss = (desk.docks[name] for name in ("boundary", "inspector", "loss"))
    loss.setFloating(True)
    loss.setGeometry(5000, 4000, 400, 300)
    desk.resizeDocks([boundary, inspector], [60, 900], Qt.Orientation.Vertical)
    desk.restore(desk.state())
    assert boundary.height() < 200
    desk._give_first_sizes()  # as at a start
    qtbot.waitUntil(lambda: boundary.height() >= 200)
    area = window.screen().availableGeometry()
    qtbot.waitUntil(lambda: area.contains(loss.frameGeometry().topLeft()))
    assert inspector.height() >= 160
