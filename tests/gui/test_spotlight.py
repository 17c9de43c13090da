"""The ring around a target: where it is, what it costs, and that nothing below it notices."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.theme import Theme
from gui.widgets import spotlight as module
from gui.widgets.seen import seen_rect
from gui.widgets.spotlight import GAP, RING, Spotlight


class Bench(QWidget):
    """A window with a button, and a spotlight that points at it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.resize(400, 300)
        self.button = QPushButton("Play", self)
        self.button.setGeometry(150, 120, 100, 40)
        self.spotlight = Spotlight(self, theme)
        self.asked = 0

    def where(self) -> QRect | None:
        self.asked += 1
        return seen_rect(self.button)

    def point(self) -> None:
        self.spotlight.point_at(self.where)


@pytest.fixture
def bench(qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Nothing pulses: what is drawn is what stays."""
    monkeypatch.setattr(module, "motion_wanted", lambda: False)
    bench = Bench(theme)
    qtbot.addWidget(bench)
    bench.show()
    qtbot.waitExposed(bench)
    return bench


def grabbed(bench: Bench) -> QImage:
    return bench.grab().toImage()


def near(one: QColor, other: QColor) -> bool:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) < 24


def test_nothing_is_there_before_it_points(bench: Bench) -> None:
    assert bench.spotlight.target is None
    assert bench.spotlight.isHidden()


def test_the_ring_is_around_the_target(bench: Bench, theme: Theme) -> None:
    before = grabbed(bench)
    bench.point()
    assert bench.spotlight.target == QRect(150, 120, 100, 40)
    picture, accent = grabbed(bench), theme.palette.accent
    line = theme.px(GAP) + theme.px(RING) // 2
    for x, y in ((200, 119 - line), (200, 160 + line), (149 - line, 140), (250 + line, 140)):
        assert near(picture.pixelColor(x, y), accent), (x, y)
    inside = QRect(150, 120, 100, 40)
    assert picture.copy(inside) == before.copy(inside)
    far = QRect(0, 0, 400, 80)
    assert picture.copy(far) == before.copy(far)


def test_it_covers_the_ring_and_not_the_window(bench: Bench) -> None:
    bench.point()
    around = bench.spotlight.geometry()
    assert around.contains(QRect(150, 120, 100, 40))
    assert around.width() <= 140
    assert around.height() <= 80


def test_the_button_below_is_pressed_and_keeps_the_focus(qtbot: QtBot, bench: Bench) -> None:
    bench.point()
    bench.button.setFocus()
    assert bench.childAt(QPoint(200, 140)) is bench.button
    assert bench.spotlight.geometry().contains(QPoint(200, 140))
    assert bench.spotlight.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert bench.spotlight.focusPolicy() is Qt.FocusPolicy.NoFocus
    pressed = []
    bench.button.clicked.connect(lambda: pressed.append(True))
    with qtbot.waitSignal(bench.button.clicked):
        qtbot.mouseClick(bench.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(200, 140))
    assert pressed == [True]


def test_it_follows_a_target_that_moves(qtbot: QtBot, bench: Bench) -> None:
    bench.point()
    with qtbot.waitSignal(bench.spotlight.target_changed):
        bench.button.move(20, 30)
    assert bench.spotlight.target == QRect(20, 30, 100, 40)
    assert bench.spotlight.geometry().contains(bench.button.geometry())


def test_it_hides_while_the_target_cannot_be_seen(qtbot: QtBot, bench: Bench) -> None:
    bench.point()
    bench.button.hide()
    qtbot.waitUntil(bench.spotlight.isHidden)
    assert bench.spotlight.target is None
    bench.button.show()
    qtbot.waitUntil(bench.spotlight.isVisible)


def test_what_stays_is_not_told_again(qtbot: QtBot, bench: Bench) -> None:
    bench.point()
    asked, told = bench.asked, []
    bench.spotlight.target_changed.connect(lambda: told.append(bench.spotlight.target))
    qtbot.waitUntil(lambda: bench.asked >= asked + 3)
    assert told == []


def test_after_clear_nobody_asks(qtbot: QtBot, bench: Bench) -> None:
    bench.point()
    bench.spotlight.clear()
    assert bench.spotlight.isHidden()
    assert bench.spotlight.target is None
    asked, other = bench.asked, Spotlight(bench, Theme("light"))
    looks: list[int] = []

    def elsewhere() -> None:
        looks.append(1)

    other.point_at(elsewhere)
    qtbot.waitUntil(lambda: len(looks) >= 4)  # a twin has been asked some times meanwhile
    assert bench.asked == asked


def test_at_the_edge_of_the_window_the_ring_is_inside(bench: Bench, theme: Theme) -> None:
    bench.button.setGeometry(0, 0, 400, 50)
    bench.point()
    assert bench.rect().contains(bench.spotlight.geometry())
    picture = grabbed(bench)
    for x, y in ((200, 0), (0, 25), (399, 25)):
        assert near(picture.pixelColor(x, y), theme.palette.accent), (x, y)


def test_a_target_beside_the_window_is_not_seen(bench: Bench) -> None:
    bench.spotlight.point_at(lambda: QRect(bench.mapToGlobal(QPoint(900, 20)), QSize(30, 30)))
    assert bench.spotlight.target is None
    assert bench.spotlight.isHidden()


def test_a_new_size_of_the_window_is_looked_at_once(qtbot: QtBot, bench: Bench) -> None:
    bench.point()
    bench.spotlight._timer.stop()  # only the new size tells
    bench.button.move(200, 200)
    bench.resize(500, 350)
    qtbot.waitUntil(lambda: bench.spotlight.target == QRect(200, 200, 100, 40))


def test_it_follows_the_theme(bench: Bench, theme: Theme) -> None:
    bench.point()
    small = bench.spotlight.geometry()
    theme.set_scale(2.0)
    assert bench.spotlight.geometry().width() > small.width()
    theme.set_mode("dark")
    line = theme.px(GAP) + theme.px(RING) // 2
    assert near(grabbed(bench).pixelColor(200, 119 - line), theme.palette.accent)


@pytest.mark.parametrize("wanted", [True, False])
def test_it_shines_up_once_unless_motion_is_not_wanted(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    monkeypatch.setattr(module, "motion_wanted", lambda: wanted)
    bench = Bench(theme)
    qtbot.addWidget(bench)
    bench.show()
    bench.point()
    pulse = bench.spotlight._pulse
    assert (pulse.state() is pulse.State.Running) == wanted
    qtbot.waitUntil(lambda: pulse.state() is pulse.State.Stopped)
    assert bench.spotlight._shine == 0.0
    QApplication.processEvents()
