"""The tour through the real window: its stops, that everything can be used meanwhile, and how it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QMenuBar, QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.sheet_frames import Mode
from gui.tour import Tour
from gui.tour_stops import EXPRESSION_STOPS, LESSONS_LINK, NETWORK_STOPS, where_is
from gui.widgets.callout import Callout
from gui.widgets.spotlight import Spotlight

MOST = 5
CARDS = {  # the stop's title, and the object that its ring is around
    "Learning rate": "learningRate",
    "The network": "graphPanel",
    "Why this gradient": "inspectorDock",
}


@pytest.fixture
def tour(qtbot: QtBot, window: MainWindow) -> Tour:
    """In the network lab, on the lecture's example; the window is active, as one is that a person looks at."""
    with qtbot.waitActive(window):
        window.activateWindow()
    return Tour(window)


def callout_of(window: QWidget) -> Callout:
    return window.findChildren(Callout)[-1]  # that of an earlier tour may still be there


def spotlight_of(window: QWidget) -> Spotlight:
    return window.findChildren(Spotlight)[-1]


def child(window: QWidget, name: str) -> QWidget:
    found = window.findChild(QWidget, name)
    assert found is not None, name
    return found


def press(qtbot: QtBot, window: QWidget, name: str) -> None:
    qtbot.mouseClick(child(callout_of(window), name), Qt.MouseButton.LeftButton)


def title_of(tour: Tour) -> str:
    assert tour.stop is not None
    return tour.stop.title


def go_to(tour: Tour, title: str) -> None:
    while title_of(tour) != title:
        tour.go_on()


def rect_in(window: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


# -- stops ----------------------------------------------------------------------------------------------------------


def test_there_are_at_most_five_stops() -> None:
    assert len(NETWORK_STOPS) <= MOST
    assert len(EXPRESSION_STOPS) <= MOST


@pytest.mark.parametrize("mode", [Mode.NETWORK, Mode.EXPRESSION])
def test_every_stop_points_at_its_control_and_covers_it_not(
    qtbot: QtBot, window: MainWindow, tour: Tour, mode: Mode
) -> None:
    window.documents.set_mode(mode)
    qtbot.waitUntil(window.is_settled)
    stops = NETWORK_STOPS if mode is Mode.NETWORK else EXPRESSION_STOPS
    tour.start()
    seen = []
    while tour.is_running:
        assert tour.stop is not None
        seen.append(tour.stop)
        qtbot.waitUntil(lambda: spotlight_of(window).target is not None)
        target, callout = spotlight_of(window).target, callout_of(window)
        assert target is not None
        assert window.rect().contains(callout.geometry())
        assert not callout.geometry().intersects(target), tour.stop.title
        assert callout.findChild(QWidget, "calloutCount").text() == f"step {len(seen)} of {len(stops)}"
        if mode is Mode.NETWORK and tour.stop.title in CARDS:
            assert target == rect_in(window, child(window, CARDS[tour.stop.title]))
        tour.go_on()
    assert tuple(seen) == stops
    qtbot.waitUntil(lambda: window.findChild(Callout) is None and window.findChild(Spotlight) is None)


def test_play_is_the_first_and_the_buttons_are_in_the_ring(window: MainWindow, tour: Tour) -> None:
    tour.start()
    target = spotlight_of(window).target
    assert target is not None
    for name in ("playButton", "stepButton", "stepBackButton", "resetButton"):
        assert target.contains(rect_in(window, child(window, name))), name


def test_the_lessons_are_at_their_link_else_in_the_menus(window: MainWindow, tour: Tour) -> None:
    link = child(window, LESSONS_LINK)
    tour.start()
    go_to(tour, "Lessons")
    assert spotlight_of(window).target == rect_in(window, link)
    tour.end()
    link.hide()
    tour.start()
    go_to(tour, "Lessons")
    bar = window.findChild(QMenuBar)
    assert bar is not None
    first, last = (bar.actionGeometry(bar.actions()[end]) for end in (0, -1))
    target = spotlight_of(window).target
    assert target is not None
    assert target.contains(first)
    assert target.contains(last)
    assert target.width() < bar.width()


def test_a_control_that_cannot_be_seen_is_left_out(window: MainWindow, tour: Tour) -> None:
    child(window, "playButton").parentWidget().hide()
    tour.start()
    assert title_of(tour) == "Learning rate"
    assert callout_of(window).findChild(QWidget, "calloutCount").text() == "step 1 of 4"


def test_a_card_that_is_hidden_is_shown_for_its_stop(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    card = window.desk.docks["training"]
    card.hide()
    tour.start()
    assert card.isHidden()
    tour.go_on()
    assert title_of(tour) == "Learning rate"
    qtbot.waitUntil(lambda: spotlight_of(window).target is not None)
    assert card.isVisible()
    tour.go_on()
    assert card.isHidden()
    tour.go_back()
    assert card.isVisible()
    tour.end()
    assert card.isHidden()


def test_the_inspector_has_something_to_explain(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    tour.start()
    go_to(tour, "Why this gradient")
    assert window.selection.address == "sample1/L1.N1.out"
    tour.end()
    window.selection.select("L2.N1.w2")
    tour.start()
    go_to(tour, "Why this gradient")
    assert window.selection.address == "L2.N1.w2"  # what the learner chose stays


def test_the_expression_lab_explains_an_operand_of_the_result(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    window.documents.set_mode(Mode.EXPRESSION)
    qtbot.waitUntil(window.is_settled)
    tour.start()
    assert title_of(tour) == "Your expression"
    go_to(tour, "Why this gradient")
    assert window.sheets.selection.address == "d"  # of L = d * f


# -- the learner is free ----------------------------------------------------------------------------------------------


def test_play_and_the_graph_work_while_it_points_at_them(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    tour.start()
    qtbot.mouseClick(child(window, "playButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.runs.playing)
    qtbot.waitUntil(lambda: window.runs.frame is not None and window.runs.frame.step > 0)
    qtbot.mouseClick(child(window, "playButton"), Qt.MouseButton.LeftButton)
    go_to(tour, "The network")
    tile = window.network.graph.node_rect("L1.N3")
    assert tile is not None
    place = window.mapFromGlobal(tile.center())
    assert not callout_of(window).geometry().contains(place)
    qtbot.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    assert window.selection.address == "sample1/L1.N3.out"
    assert title_of(tour) == "The network"


def test_the_callout_follows_a_control_that_moves(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    tour.start()
    go_to(tour, "Why this gradient")
    qtbot.waitUntil(lambda: spotlight_of(window).target is not None)
    before = spotlight_of(window).target
    window.resize(1400, 900)
    card = window.desk.docks["inspector"]
    qtbot.waitUntil(lambda: spotlight_of(window).target == rect_in(window, card) != before)
    target = spotlight_of(window).target
    assert target is not None
    assert not callout_of(window).geometry().intersects(target)


# -- keys -------------------------------------------------------------------------------------------------------------


def test_it_can_be_walked_by_keys(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    tour.start()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert callout_of(window).isAncestorOf(focus)
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert title_of(tour) == "Learning rate"
    qtbot.keyClick(focus, Qt.Key.Key_Right)
    assert title_of(tour) == "The network"
    qtbot.keyClick(focus, Qt.Key.Key_Left)
    assert title_of(tour) == "Learning rate"


@pytest.mark.parametrize("name", ["calloutNext", "playButton", "networkView", "graphFind", "mainWindow"])
def test_escape_ends_it_wherever_the_focus_is(qtbot: QtBot, window: MainWindow, tour: Tour, name: str) -> None:
    window.selection.select("L1.N1.w1")
    tour.start()
    widget = window if name == "mainWindow" else child(window, name)
    widget.setFocus()
    with qtbot.waitSignal(tour.ended):
        qtbot.keyClick(widget, Qt.Key.Key_Escape)
    assert not tour.is_running
    assert window.selection.address == "L1.N1.w1"  # the graph did not get the key as well


def test_escape_of_an_open_menu_closes_the_menu_alone(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    tour.start()
    menu = window.network.graph.context_menu(window)
    menu.popup(window.mapToGlobal(QPoint(300, 300)))
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is menu)
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert menu.isHidden()
    assert tour.is_running


def test_after_it_escape_is_the_graphs_again(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    tour.start()
    tour.end()
    window.selection.select("L1.N1.w1")
    qtbot.keyClick(child(window, "networkView"), Qt.Key.Key_Escape)
    assert window.selection.address == ""


# -- its end ----------------------------------------------------------------------------------------------------------


def by_skip(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    press(qtbot, window, "calloutSkip")


def by_done(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    for _ in NETWORK_STOPS:
        press(qtbot, window, "calloutNext")


def by_lab(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    window.documents.set_mode(Mode.EXPRESSION)


def by_window(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    window.files.forget_changes()
    window.close()


@pytest.mark.parametrize("way", [by_skip, by_done, by_lab, by_window])
def test_it_ends_once(
    qtbot: QtBot, window: MainWindow, tour: Tour, way: Callable[[QtBot, MainWindow, Tour], None]
) -> None:
    ends = []
    tour.ended.connect(lambda: ends.append(1))
    tour.start()
    assert tour.is_running
    way(qtbot, window, tour)
    assert not tour.is_running
    assert ends == [1]
    tour.end()
    assert ends == [1]
    qtbot.waitUntil(lambda: window.findChild(Callout) is None and window.findChild(Spotlight) is None)


def test_the_keyboard_goes_back_to_where_it_was(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    view = child(window, "networkView")
    view.setFocus()
    tour.start()
    assert QApplication.focusWidget() is not view
    tour.end()
    assert QApplication.focusWidget() is view


def test_started_again_it_begins_anew(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    tour.start()
    tour.go_on()
    tour.start()
    assert title_of(tour) == "Play"
    qtbot.waitUntil(lambda: len(window.findChildren(Callout)) == 1)


def test_nothing_of_it_is_there_before_and_a_hidden_control_is_nowhere(window: MainWindow, tour: Tour) -> None:
    assert window.findChild(Callout) is None
    assert not tour.is_running
    assert tour.stop is None
    tour.go_on()
    tour.go_back()
    button = child(window, "playButton")
    assert where_is(button, None) is not None
    button.hide()
    assert where_is(button, None) is None
