"""The presentation on the real window: what a class sees, what keys do, and that all comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QByteArray, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gui.desk import Desk
from gui.main_window import MainWindow
from gui.presentation import FIRST_SCALE, SCALE_KEY, Presentation
from gui.sheet_frames import Mode
from gui.theme import SCALES
from gui.widgets.presentation_bar import PresentationBar
from gui.window_verbs import WindowVerbs

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def presentation(qtbot: QtBot, shared_window: MainWindow) -> Iterator[Presentation]:
    """Of a window that is active, in the network lab, as it is laid out at first; over at the end of the test."""
    window = shared_window
    window.documents.set_mode(Mode.NETWORK)
    window.settings.remove(SCALE_KEY)
    window.theme.zoom_reset()
    window.resize(1280, 760)
    window.activateWindow()
    window.desk.reset()
    window.desk.start_focus.setFocus()
    qtbot.waitUntil(lambda: window.is_settled() and QApplication.focusWidget() is not None)
    let_it_settle(qtbot, window.desk)
    yield window.presentation
    if window.presentation.is_on:
        leave(qtbot, window)
    window.runs.pause()
    window.showNormal()


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """Where the keyboard is."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.focusWidget() or window, key, modifiers[0] if modifiers else Qt.KeyboardModifier.NoModifier)


def leave(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.presentation.changed):
        window.presentation.end()


def places(desk: Desk) -> dict[str, QRect]:
    """Of the cards that can be seen."""
    return {name: dock.geometry() for name, dock in desk.docks.items() if dock.isVisible()}


def let_it_settle(qtbot: QtBot, desk: Desk) -> None:
    """A few turns of the event loop, in which a desk gives its cards their sizes."""
    for _ in range(4):
        with qtbot.waitCallback() as turned:
            QTimer.singleShot(0, turned)
    desk.share_column()


def drag_the_left_column(qtbot: QtBot, desk: Desk, by: int) -> None:
    """Make it wider."""
    card = desk.docks["network"].geometry()
    line, width = QPoint(card.right() + 6, card.center().y()), card.width()
    qtbot.mousePress(desk, Qt.MouseButton.LeftButton, pos=line)
    qtbot.mouseMove(desk, line + QPoint(by, 0))
    qtbot.waitUntil(lambda: desk.docks["network"].width() == width + by)
    qtbot.mouseRelease(desk, Qt.MouseButton.LeftButton, pos=line + QPoint(by, 0))
    let_it_settle(qtbot, desk)


def bar_of(window: MainWindow) -> PresentationBar:
    return part(window, PresentationBar, "presentationBar")


def part[Kind: QWidget](window: MainWindow, kind: type[Kind], name: str) -> Kind:
    found = window.findChild(kind, name)
    assert found is not None
    return found


def test_only_the_graph_is_seen_and_large(qtbot: QtBot, presentation: Presentation, shared_window: MainWindow) -> None:
    window = shared_window
    with qtbot.waitSignal(presentation.changed):
        presentation.begin()
    assert presentation.is_on
    assert window.isFullScreen()
    assert window.theme.scale == FIRST_SCALE
    assert places(window.desk) == {}
    assert not window.menuWidget().isVisible()
    assert not window.statusBar().isVisible()
    assert window.desk.graph.isVisible()
    assert QApplication.focusWidget() is window.desk.graph or window.desk.graph.isAncestorOf(QApplication.focusWidget())
    qtbot.waitUntil(lambda: window.desk.graph.width() > 0.9 * window.width())


def test_leaving_brings_everything_back(qtbot: QtBot, presentation: Presentation, shared_window: MainWindow) -> None:
    window = shared_window
    window.desk.docks["boundary"].hide()
    drag_the_left_column(qtbot, window.desk, 60)
    part(window, QWidget, "learningRateField").setFocus()
    cards, size, held = places(window.desk), window.size(), window.focusWidget()
    desk_size = window.desk.size()
    presentation.begin()
    press(qtbot, window, Qt.Key.Key_Plus, CONTROL)
    leave(qtbot, window)
    assert not presentation.is_on
    assert not window.isFullScreen()
    assert window.size() == size
    assert window.theme.scale == 1.0
    assert float(str(window.settings.value("scale"))) == 1.0
    assert window.menuWidget().isVisible()
    assert window.statusBar().isVisible()
    assert window.focusWidget() is held
    let_it_settle(qtbot, window.desk)
    assert window.desk.size() == desk_size
    assert places(window.desk) == cards


def test_a_maximised_window_is_maximised_again(
    qtbot: QtBot, presentation: Presentation, shared_window: MainWindow
) -> None:
    window = shared_window
    window.showMaximized()
    presentation.begin()
    assert window.isFullScreen()
    leave(qtbot, window)
    assert window.isMaximized()
    assert not window.isFullScreen()


def test_keys_work_while_the_menu_bar_is_hidden(
    qtbot: QtBot, presentation: Presentation, shared_window: MainWindow
) -> None:
    window = shared_window
    presentation.begin()
    for _ in SCALES:
        press(qtbot, window, Qt.Key.Key_Plus, CONTROL)
    assert window.theme.scale == SCALES[-1], "larger than would fit with all cards"
    press(qtbot, window, Qt.Key.Key_Minus, CONTROL)
    assert window.theme.scale == SCALES[-2]
    press(qtbot, window, Qt.Key.Key_0, CONTROL)
    assert window.theme.scale == 1.0
    press(qtbot, window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.runs.playing)
    press(qtbot, window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.runs.playing)
    leave(qtbot, window)
    assert not set(window.actions()), "the menu bar has them again"


def test_the_scale_is_the_presentations_own(
    qtbot: QtBot, presentation: Presentation, shared_window: MainWindow
) -> None:
    window = shared_window
    window.theme.set_scale(0.9)
    presentation.begin()
    window.theme.set_scale(2.0)
    leave(qtbot, window)
    assert window.theme.scale == 0.9
    assert float(str(window.settings.value("scale"))) == 0.9
    presentation.begin()
    assert window.theme.scale == 2.0


def test_zooming_meanwhile_leaves_the_windows_own_size_alone(
    qtbot: QtBot, presentation: Presentation, shared_window: MainWindow
) -> None:
    window = shared_window
    size, settled = window.size(), window.findChild(WindowVerbs).findChild(QTimer)
    presentation.begin()
    qtbot.waitUntil(lambda: window.size() == window.screen().size())
    press(qtbot, window, Qt.Key.Key_Plus, CONTROL)
    assert settled.isActive()
    qtbot.waitUntil(lambda: not settled.isActive())
    leave(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Minus, CONTROL)
    qtbot.waitUntil(lambda: not settled.isActive())
    assert window.theme.scale < 1.0
    assert window.size() == size


def test_the_other_lab_is_presented_too(qtbot: QtBot, presentation: Presentation, shared_window: MainWindow) -> None:
    window = shared_window
    network = window.desk
    cards = places(network)
    presentation.begin()
    press(qtbot, window, Qt.Key.Key_E, CONTROL)
    assert window.documents.mode is Mode.EXPRESSION
    qtbot.waitUntil(window.is_settled)
    let_it_settle(qtbot, window.desk)
    assert places(window.desk) == {}
    press(qtbot, window, Qt.Key.Key_Period)
    leave(qtbot, window)
    assert {"expression", "leaves", "sheetInspector", "story"} == set(places(window.desk))
    window.documents.set_mode(Mode.NETWORK)
    let_it_settle(qtbot, network)
    qtbot.waitUntil(lambda: places(network) == cards)


def test_escape_leaves(qtbot: QtBot, presentation: Presentation, shared_window: MainWindow) -> None:
    presentation.begin()
    with qtbot.waitSignal(presentation.changed):
        press(qtbot, shared_window, Qt.Key.Key_Escape)
    assert not presentation.is_on


def test_a_field_and_a_menu_use_escape_first(
    qtbot: QtBot, presentation: Presentation, shared_window: MainWindow
) -> None:
    window = shared_window
    presentation.begin()
    press(qtbot, window, Qt.Key.Key_F, CONTROL)
    assert isinstance(window.focusWidget(), QLineEdit)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert presentation.is_on
    assert not isinstance(window.focusWidget(), QLineEdit)
    menu = QMenu(window)
    menu.addAction("one")
    menu.popup(window.mapToGlobal(window.rect().center()))
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()
    assert presentation.is_on
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not presentation.is_on


def test_the_bar_comes_with_f10_and_at_the_upper_edge(
    qtbot: QtBot, presentation: Presentation, shared_window: MainWindow
) -> None:
    window, bar = shared_window, None
    presentation.begin()
    bar = bar_of(window)
    assert bar.isVisible(), "to begin with, it says how to leave"
    bar.vanish()
    press(qtbot, window, Qt.Key.Key_F10)
    assert bar.isVisible()
    assert bar.has_keyboard
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.runs.playing)
    press(qtbot, window, Qt.Key.Key_F10)
    assert not bar.isVisible()
    assert window.desk.graph.isVisible()
    edge = part(window, QWidget, "presentationEdge")
    at = QPointF(edge.rect().center())
    QApplication.sendEvent(edge, QEnterEvent(at, at, QPointF(edge.mapToGlobal(edge.rect().center()))))
    assert bar.isVisible()
    assert abs(bar.geometry().center().x() - window.rect().center().x()) <= 1
    with qtbot.waitSignal(presentation.changed):
        qtbot.mouseClick(part(window, QWidget, "presentationLeave"), Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_the_bar_goes_by_itself(qtbot: QtBot, presentation: Presentation, shared_window: MainWindow) -> None:
    presentation.begin()
    bar = bar_of(shared_window)
    bar.appear(1)
    qtbot.waitUntil(bar.isHidden)
    assert presentation.is_on


def test_the_presentations_layout_is_not_remembered(
    qtbot: QtBot, presentation: Presentation, shared_window: MainWindow
) -> None:
    desk = shared_window.desk
    before = presentation.layout_of(desk)
    assert before == desk.state()
    geometry = QByteArray(presentation.geometry)
    presentation.begin()
    assert presentation.layout_of(desk) == before
    assert desk.state() != before
    assert presentation.geometry == geometry


def test_what_is_laid_out_meanwhile_is_seen_afterwards(
    qtbot: QtBot, presentation: Presentation, shared_window: MainWindow
) -> None:
    desk = shared_window.desk
    desk.docks["loss"].hide()
    without = desk.state()
    desk.docks["loss"].show()
    presentation.begin()
    presentation.lay_out(desk, without)
    assert places(desk) == {}
    leave(qtbot, shared_window)
    assert "loss" not in places(desk)
    assert "data" in places(desk)


def test_a_card_may_be_opened_meanwhile(qtbot: QtBot, presentation: Presentation, shared_window: MainWindow) -> None:
    presentation.begin()
    press(qtbot, shared_window, Qt.Key.Key_B, CONTROL)
    assert set(places(shared_window.desk)) == {"bugs"}
    leave(qtbot, shared_window)
    assert "bugs" not in places(shared_window.desk)


def test_a_window_that_leaves_full_screen_ends_it(
    qtbot: QtBot, presentation: Presentation, shared_window: MainWindow
) -> None:
    presentation.begin()
    with qtbot.waitSignal(presentation.changed):
        press(qtbot, shared_window, Qt.Key.Key_F11)
    assert not presentation.is_on
    assert not shared_window.isFullScreen()
