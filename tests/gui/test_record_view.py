"""The graph of records, driven as a person drives it."""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.dot import GraphStyle
from core.graph import GraphNode, GraphSnapshot
from gui.frames import GraphNumbers
from gui.graph.layout_client import LayoutClient
from gui.graph.layout_notice import LayoutNotice
from gui.graph.record_view import RecordView
from gui.session.selection import Selection
from gui.theme import Theme

DEAF = (sys.executable, "-c", "import sys; sys.stdin.read()")


def expression(key: str = "expression", prefix: str = "") -> GraphSnapshot:
    """(a * b + c) * f."""
    rows = [("a", "", ()), ("b", "", ()), ("e", "*", (0, 1)), ("c", "", ()), ("d", "+", (2, 3)), ("f", "", ())]
    rows.append(("L", "*", (4, 5)))
    return GraphSnapshot(key, tuple(GraphNode(prefix + name, prefix + name, op, uses) for name, op, uses in rows))


def expression_numbers(snapshot: GraphSnapshot) -> GraphNumbers:
    data, grad = np.array([2, -3, -6, 10, 4, -2, -8.0]), np.array([6, -4, -2, -2, -2, 4, 1.0])
    return GraphNumbers(snapshot, data, grad)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme("light")


@pytest.fixture
def selection(qapp: QApplication) -> Selection:
    return Selection()


@pytest.fixture
def layouts(qapp: QApplication) -> Iterator[LayoutClient]:
    client = LayoutClient()
    yield client
    client.close()


@pytest.fixture
def empty_view(qtbot: QtBot, selection: Selection, theme: Theme, layouts: LayoutClient) -> RecordView:
    view = RecordView(selection, theme, layouts)
    qtbot.addWidget(view)
    view.resize(760, 560)
    view.show()
    return view


@pytest.fixture
def view(qtbot: QtBot, empty_view: RecordView) -> RecordView:
    """The lecture's expression with its numbers."""
    with qtbot.waitSignal(empty_view.layout_shown) as shown:
        empty_view.show_graph(expression())
        empty_view.set_numbers(expression_numbers(expression()))
    assert shown.args == [10]
    return empty_view


def place_of(view: RecordView, address: str) -> QPoint:
    assert view.snapshot is not None
    names = [node.address for node in view.snapshot.nodes]
    return view.box_of(names.index(address)).center()


def turn_wheel(view: QWidget, at: QPointF, delta: int) -> None:
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_a_click_selects_and_a_click_on_the_ground_clears(qtbot: QtBot, view: RecordView, selection: Selection) -> None:
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place_of(view, "d"))
    assert selection.address == "d"
    assert view.accessibleName() == "node d, data 4, gradient -2"
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert selection.address == ""
    assert "no node selected" in view.accessibleName()


def test_the_path_of_the_gradient_glows(view: RecordView, selection: Selection, theme: Theme) -> None:
    def glowing() -> int:
        image = view.grab().toImage()
        glow = theme.palette.glow
        return sum(image.pixelColor(x, y) == glow for x in range(0, 760, 2) for y in range(100, 460, 2))

    assert glowing() == 0
    selection.select("e")
    near = glowing()
    selection.select("a")
    assert glowing() > near > 0
    selection.select("L")
    assert glowing() == 0


def test_arrow_keys_walk_and_enter_opens(qtbot: QtBot, view: RecordView, selection: Selection) -> None:
    visited = []
    keys = [Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left]
    for key in [*keys, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right]:
        qtbot.keyClick(view, key)
        visited.append(selection.address)
    assert visited == ["L", "d", "f", "d", "e", "a", "b", "b", "e"]
    with qtbot.waitSignal(view.node_activated) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["e"]


def test_escape_clears_and_then_goes_up(
    qtbot: QtBot, selection: Selection, theme: Theme, layouts: LayoutClient
) -> None:
    class Host(QWidget):
        escapes = 0

        def keyPressEvent(self, event: object) -> None:
            self.escapes += 1

    host = Host()
    qtbot.addWidget(host)
    view = RecordView(selection, theme, layouts, host)
    with qtbot.waitSignal(view.layout_shown):
        view.show_graph(expression())
    selection.select("a")
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert (selection.address, host.escapes) == ("", 0)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert host.escapes == 1


def test_a_double_click_opens_a_node_or_fits(qtbot: QtBot, view: RecordView) -> None:
    with qtbot.waitSignal(view.node_activated) as opened:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place_of(view, "f"))
    assert opened.args == ["f"]
    fitted = view.zoom
    view.zoom_to(2.0)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert view.zoom == fitted


def test_dragging_pans_and_selects_nothing(qtbot: QtBot, view: RecordView, selection: Selection) -> None:
    before = place_of(view, "e")
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=before)
    qtbot.mouseMove(view, before + QPoint(40, 30))
    qtbot.mouseMove(view, before + QPoint(60, 45))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=before + QPoint(60, 45))
    assert place_of(view, "e") - before == QPoint(60, 45)
    assert selection.address == ""


def test_a_panned_picture_is_the_same_as_a_fresh_one(view: RecordView) -> None:
    view.zoom_to(1.0)
    view.grab()
    view.pan(-130, 70)
    shifted = view.grab().toImage()
    view.redraw()
    assert view.grab().toImage() == shifted


def test_the_wheel_zooms_at_the_cursor(qtbot: QtBot, view: RecordView) -> None:
    at = QPointF(place_of(view, "f"))
    before, zooms = view.zoom, []
    view.zoom_changed.connect(zooms.append)
    turn_wheel(view, at, 240)
    assert view.zoom > 1.3 * before
    assert zooms == [view.zoom]
    assert (place_of(view, "f") - at.toPoint()).manhattanLength() <= 3
    rough = view.grab().toImage()
    qtbot.waitUntil(lambda: view.grab().toImage() != rough)  # drawn sharply when the wheel rests
    turn_wheel(view, at, -100_000)
    assert 0 < view.zoom < 0.1


def test_zoom_verbs(view: RecordView) -> None:
    view.zoom_to_100()
    assert view.zoom == 1.0
    view.zoom_in()
    assert view.zoom == 1.25
    view.zoom_out()
    assert view.zoom == pytest.approx(1.0)
    view.fit()
    assert 0.5 < view.zoom < 1.5


def test_a_new_size_is_fitted_until_the_person_zooms(view: RecordView) -> None:
    before = view.zoom
    view.resize(500, 400)
    assert view.zoom < before
    view.zoom_to(0.8)
    view.resize(760, 560)
    assert view.zoom == pytest.approx(0.8)


def test_numbers_change_the_picture_and_nothing_else(qtbot: QtBot, view: RecordView, selection: Selection) -> None:
    selection.select("d")
    before, place = view.grab().toImage(), place_of(view, "d")
    numbers = expression_numbers(expression())
    view.set_numbers(GraphNumbers(expression("another"), numbers.data * 2, numbers.grad))
    assert view.grab().toImage() == before
    view.set_numbers(GraphNumbers(numbers.snapshot, numbers.data * 2, numbers.grad))
    assert view.grab().toImage() != before
    assert place_of(view, "d") == place
    qtbot.waitUntil(lambda: view.accessibleName() == "node d, data 8, gradient -2")


@pytest.mark.parametrize("zoom", [1.0, 0.3, 0.03, 4.0])
def test_numbers_that_are_none_can_be_drawn(view: RecordView, zoom: float, caplog: pytest.LogCaptureFixture) -> None:
    values = np.array([math.nan, math.inf, -math.inf, 1e300, -5e-324, 0.0, -0.0])
    view.zoom_to(zoom)
    with caplog.at_level(logging.DEBUG):
        view.set_numbers(GraphNumbers(expression(), values, values[::-1].copy()))
        view.grab()
    assert not caplog.records


def test_the_same_key_asks_for_nothing(view: RecordView, layouts: LayoutClient) -> None:
    shown: list[int] = []
    view.layout_shown.connect(shown.append)
    view.show_graph(expression())
    assert not layouts.busy
    assert shown == []


def test_another_sample_keeps_layout_and_camera(qtbot: QtBot, view: RecordView, layouts: LayoutClient) -> None:
    view.zoom_to(1.2)
    view.pan(33, 21)
    place, shown = place_of(view, "e"), []
    view.layout_shown.connect(shown.append)
    view.show_graph(expression("sample 2", "sample2/"))
    assert shown == [10]
    assert not layouts.busy
    assert place_of(view, "sample2/e") == place


def test_only_the_newest_graph_is_shown(qtbot: QtBot, view: RecordView) -> None:
    shown: list[int] = []
    view.layout_shown.connect(shown.append)
    for length in (3, 4, 5):
        nodes = (GraphNode(f"v{i}", f"v{i}", "relu" if i else "", (i - 1,) if i else ()) for i in range(length))
        view.show_graph(GraphSnapshot(f"chain {length}", tuple(nodes)))
    assert view.snapshot == expression()  # the old picture stays meanwhile
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [9]
    assert view.snapshot is not None
    assert view.snapshot.key == "chain 5"


def test_styles(qtbot: QtBot, view: RecordView) -> None:
    for style, boxes in (("compact", 7), ("lecture", 10)):
        with qtbot.waitSignal(view.layout_shown) as shown:
            view.set_style(style)
        assert shown.args == [boxes]
    assert view.style_choice is GraphStyle.LECTURE
    assert view.accessibleName()


def test_find_and_show(view: RecordView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.layout_shown):
        view.show_graph(expression("sample 1", "sample1/"))
    assert view.find("E")[0] == "sample1/e"
    assert len(view.find("sample1")) == 7
    assert view.find("nothing") == view.find("  ") == []
    view.zoom_to(3.0)
    view.show_node("sample1/a")
    assert view.rect().contains(place_of(view, "sample1/a"))
    view.show_node("sample1/L")
    assert view.rect().contains(place_of(view, "sample1/L"))
    view.show_node("nowhere")


def test_light_dark_and_scale(view: RecordView, theme: Theme) -> None:
    light = view.grab().toImage()
    theme.set_mode("dark")
    assert view.grab().toImage().pixelColor(2, 2) == theme.palette.card
    theme.set_mode("light")
    assert view.grab().toImage() == light
    view.zoom_to(0.7)
    theme.set_scale(1.5)
    assert view.zoom == pytest.approx(0.7)


def test_a_slow_layout_says_so_and_can_be_cancelled(qtbot: QtBot, selection: Selection, theme: Theme) -> None:
    layouts = LayoutClient(command=DEAF)
    view = RecordView(selection, theme, layouts)
    qtbot.addWidget(view)
    view.resize(760, 560)
    view.show()
    view.show_graph(expression())
    notice = view.findChild(LayoutNotice, "layoutNotice")
    button = view.findChild(QPushButton, "layoutNoticeButton")
    assert notice is not None
    assert button is not None
    qtbot.waitUntil(notice.isVisible)
    assert notice.text == "Laying out 10 nodes…"
    assert view.rect().contains(notice.geometry())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "cancelled" in notice.text
    assert not layouts.busy
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert layouts.busy
    layouts.close()


def test_a_failed_layout_is_told_and_the_old_picture_stays(qtbot: QtBot, selection: Selection, theme: Theme) -> None:
    layouts = LayoutClient(command=(sys.executable, "-c", "pass"))
    view = RecordView(selection, theme, layouts)
    qtbot.addWidget(view)
    view.show()
    view.show_graph(expression())
    notice = view.findChild(LayoutNotice, "layoutNotice")
    assert notice is not None
    qtbot.waitUntil(lambda: notice.isVisible() and "layout process" in notice.text)
    layouts.close()
