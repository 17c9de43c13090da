"""The card beside a target: where it lies, what it says, and its keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.theme import Theme
from gui.widgets.beside import Place, Side, place_beside
from gui.widgets.callout import Callout

ROOM = QRect(0, 0, 1000, 700)
CARD = QSize(300, 150)
TEXT = (
    "How far each step moves the weights. Drag it while the network trains, and watch the loss: too small is slow, "
    "too large goes wild. Nothing has to start again."
)
WINDOWS = ((900, 600, 1.0), (1280, 800, 1.0), (1280, 800, 1.25), (1280, 800, 1.5), (900, 600, 1.5))
TARGETS = ("bar", "row at the left", "card at the right", "graph", "menu bar", "corner")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def callout(window: QWidget, theme: Theme) -> Callout:
    callout = Callout(window, theme)
    callout.show()
    return callout


def button(callout: Callout, name: str) -> QPushButton:
    found = callout.findChild(QPushButton, name)
    assert found is not None
    return found


def text_of(callout: Callout, name: str) -> str:
    found = callout.findChild(QLabel, name)
    assert found is not None
    return found.text()


# -- places ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "side"),
    [
        (QRect(50, 300, 100, 50), Side.RIGHT),
        (QRect(850, 300, 100, 50), Side.LEFT),
        (QRect(400, 0, 200, 40), Side.BELOW),
        (QRect(400, 660, 200, 40), Side.ABOVE),
        (QRect(0, 300, 1000, 60), Side.BELOW),
        (QRect(0, 500, 1000, 200), Side.ABOVE),
    ],
)
def test_it_lies_where_there_is_room(target: QRect, side: Side) -> None:
    place = place_beside(target, [CARD], ROOM, 5)
    assert place.side is side
    assert ROOM.contains(place.rect)
    assert not place.rect.intersects(target.adjusted(-4, -4, 4, 4))


def test_the_wanted_side_is_taken_if_it_has_room() -> None:
    target = QRect(450, 300, 100, 50)
    assert place_beside(target, [CARD], ROOM, 5, Side.ABOVE).side is Side.ABOVE
    assert place_beside(target, [CARD], ROOM, 5, Side.LEFT).side is Side.LEFT
    assert place_beside(QRect(450, 100, 100, 50), [CARD], ROOM, 5, Side.ABOVE).side is not Side.ABOVE


def test_a_narrower_card_where_the_wide_one_has_no_room() -> None:
    target = QRect(240, 0, 520, 700)
    assert place_beside(target, [CARD, QSize(220, 200)], ROOM, 5) == Place(QRect(765, 249, 220, 200), Side.RIGHT)


def test_beside_a_target_without_room_it_covers_as_little_as_it_can() -> None:
    place = place_beside(QRect(0, 0, 900, 620), [CARD], ROOM, 5)
    assert place == Place(QRect(700, 550, 300, 150), None)


def target_in(name: str, size: QSize, scale: float) -> QRect:
    """Where such a control is in the real window, nearly."""
    wide, high = size.width(), size.height()
    column = int(262 * scale)
    return {
        "bar": QRect(0, int(23 * scale), wide, int(52 * scale)),
        "row at the left": QRect(26, high - int(140 * scale), column - 40, int(55 * scale)),
        "card at the right": QRect(wide - int(336 * scale), high // 2, int(324 * scale), high // 2 - 30),
        "graph": QRect(column + 24, 90, max(250, wide - column - int(360 * scale)), int(high * 0.45)),
        "menu bar": QRect(14, 0, int(280 * scale), int(23 * scale)),
        "corner": QRect(wide - 60, high - 30, 50, 20),
    }[name]


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(("width", "height", "scale"), WINDOWS)
def test_in_every_window_it_is_inside_and_covers_nothing(
    window: QWidget, callout: Callout, theme: Theme, width: int, height: int, scale: float, name: str
) -> None:
    theme.set_scale(scale)
    window.resize(width, height)
    target = target_in(name, window.size(), scale)
    callout.tell("Learning rate", TEXT, 2, 5)
    callout.place(target)
    assert window.rect().contains(callout.geometry())
    assert not callout.geometry().intersects(target)
    assert callout.side is not None
    text = callout.findChild(QLabel, "calloutText")
    assert text is not None
    callout.layout().activate()
    assert text.height() >= text.heightForWidth(text.width())  # no line is cut
    theme.set_scale(1.0)


def test_the_arrow_ends_at_the_target(window: QWidget, callout: Callout) -> None:
    target = QRect(300, 400, 100, 40)
    callout.tell("Play", "It trains.", 1, 2)
    callout.place(target, Side.RIGHT)
    assert callout.side is Side.RIGHT
    shape = callout._shape()
    height = target.center().y() - callout.y()
    assert shape.contains(QPoint(2, height).toPointF())
    assert not shape.contains(QPoint(2, height + 20).toPointF())
    assert callout.geometry().left() - target.right() <= 8


def test_without_a_target_it_stays_where_it_is(window: QWidget, callout: Callout) -> None:
    callout.tell("Play", TEXT, 1, 2)
    callout.place(QRect(100, 600, 60, 40))
    before = callout.pos()
    callout.place(None)
    assert callout.pos() == before
    assert callout.side is None


# -- words ----------------------------------------------------------------------------------------------------------


def test_it_says_which_step_this_is(callout: Callout) -> None:
    callout.tell("Learning rate", TEXT, 2, 5)
    assert text_of(callout, "calloutTitle") == "Learning rate"
    assert text_of(callout, "calloutText") == TEXT
    assert text_of(callout, "calloutCount") == "step 2 of 5"
    assert button(callout, "calloutNext").text() == "Next"
    assert button(callout, "calloutBack").isEnabled()
    assert callout.accessibleName() == "Learning rate"
    assert callout.accessibleDescription() == TEXT


def test_the_first_has_no_way_back_and_the_last_is_done(callout: Callout) -> None:
    callout.tell("Play", TEXT, 1, 2)
    assert not button(callout, "calloutBack").isEnabled()
    callout.tell("Lessons", TEXT, 2, 2)
    assert button(callout, "calloutNext").text() == "Done"
    assert button(callout, "calloutSkip").isHidden()


# -- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Qt.Key.Key_Return, "next_requested"),
        (Qt.Key.Key_Enter, "next_requested"),
        (Qt.Key.Key_Right, "next_requested"),
        (Qt.Key.Key_Left, "back_requested"),
    ],
)
@pytest.mark.parametrize("name", ["", "calloutNext"])
def test_keys_go_on_and_back(qtbot: QtBot, callout: Callout, key: Qt.Key, signal: str, name: str) -> None:
    callout.tell("Learning rate", TEXT, 2, 5)
    with qtbot.waitSignal(getattr(callout, signal)):
        qtbot.keyClick(button(callout, name) if name else callout, key)


def test_enter_presses_the_button_that_has_the_focus(qtbot: QtBot, callout: Callout) -> None:
    callout.tell("Learning rate", TEXT, 2, 5)
    with qtbot.waitSignal(callout.back_requested), qtbot.assertNotEmitted(callout.next_requested):
        qtbot.keyClick(button(callout, "calloutBack"), Qt.Key.Key_Return)
    with qtbot.waitSignal(callout.skip_requested), qtbot.assertNotEmitted(callout.next_requested):
        qtbot.keyClick(button(callout, "calloutSkip"), Qt.Key.Key_Return)


def test_left_does_nothing_at_the_first_step(qtbot: QtBot, callout: Callout) -> None:
    callout.tell("Play", TEXT, 1, 5)
    with qtbot.assertNotEmitted(callout.back_requested):
        qtbot.keyClick(callout, Qt.Key.Key_Left)


def test_clicks_on_its_buttons(qtbot: QtBot, callout: Callout) -> None:
    callout.tell("Learning rate", TEXT, 2, 5)
    callout.place(QRect(300, 400, 100, 40))
    for name, signal in (
        ("calloutNext", callout.next_requested),
        ("calloutBack", callout.back_requested),
        ("calloutSkip", callout.skip_requested),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button(callout, name), Qt.MouseButton.LeftButton)
