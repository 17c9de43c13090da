"""The network level, driven by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.frames import Level
from gui.graph.network_view import NetworkView
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.network_double import RunsDouble, SmallNet

SIZE = (760, 590)
BESIDE = 44


@pytest.fixture
def net() -> SmallNet:
    return SmallNet(2, 6, 4)


@pytest.fixture
def runs(net: SmallNet) -> RunsDouble:
    return RunsDouble(net.started(), net.frame())


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def view(
    qtbot: QtBot, runs: RunsDouble, selection: Selection, theme: Theme, caplog: pytest.LogCaptureFixture
) -> Iterator[NetworkView]:
    view = make(qtbot, runs, selection, theme)
    yield view
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def make(qtbot: QtBot, runs: RunsDouble, selection: Selection, theme: Theme) -> NetworkView:
    view = NetworkView(runs, selection, theme)  # type: ignore[arg-type]
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    return view


def at(view: NetworkView, address: str) -> QPoint:
    point = view.point_of(address)
    assert point is not None
    return point.toPoint()


def click(qtbot: QtBot, view: NetworkView, place: QPoint) -> None:
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)


def picture(view: NetworkView) -> QImage:
    """The view when all its edges are up to date."""
    for _ in range(4):
        image = view.grab().toImage()
    return image


def differs(one: QImage, other: QImage) -> bool:
    return one.convertToFormat(QImage.Format.Format_RGB32) != other.convertToFormat(QImage.Format.Format_RGB32)


def test_a_click_on_a_tile_selects_its_output_in_the_sample(
    qtbot: QtBot, view: NetworkView, selection: Selection
) -> None:
    selection.select_sample(3)
    click(qtbot, view, at(view, "L1.N3.out"))
    assert selection.address == "sample4/L1.N3.out"
    click(qtbot, view, at(view, "x2"))
    assert selection.address == "sample4/x2"
    click(qtbot, view, at(view, "L3.N1.out"))
    assert selection.address == "sample4/L3.N1.out"


def test_a_click_on_an_edge_selects_the_weight(qtbot: QtBot, selection: Selection, theme: Theme) -> None:
    net = SmallNet(2, 3)
    view = make(qtbot, RunsDouble(net.started(), net.frame()), selection, theme)
    for address in ("L2.N1.w1", "L2.N1.w3", "L1.N1.w1", "L1.N3.w2"):
        click(qtbot, view, at(view, address))
        assert selection.address == address


def test_a_click_on_a_bias_mark_selects_the_bias(qtbot: QtBot, view: NetworkView, selection: Selection) -> None:
    for address in ("L1.N3.b", "L3.N1.b"):
        click(qtbot, view, at(view, address))
        assert selection.address == address


def test_a_click_on_the_ground_clears(qtbot: QtBot, view: NetworkView, selection: Selection) -> None:
    selection.select("L1.N3.b")
    click(qtbot, view, QPoint(4, 4))
    assert selection.address == ""


def test_a_double_click_opens_the_neuron(qtbot: QtBot, view: NetworkView, selection: Selection) -> None:
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at(view, "x1"))
    assert selection.level is Level.NETWORK
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at(view, "L2.N4.out"))
    assert (selection.level, selection.neuron) == (Level.NEURON, "L2.N4")


def test_dragging_pans_and_selects_nothing(qtbot: QtBot, view: NetworkView, selection: Selection) -> None:
    before = at(view, "L1.N3.out")
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=before)
    qtbot.mouseMove(view, before + QPoint(30, 20))
    qtbot.mouseMove(view, before + QPoint(60, 40))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=before + QPoint(60, 40))
    assert at(view, "L1.N3.out") == before + QPoint(60, 40)
    assert selection.address == ""
    view.fit()
    assert at(view, "L1.N3.out") == before


def test_a_double_click_on_the_ground_fits(qtbot: QtBot, view: NetworkView) -> None:
    view.zoom_in()
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert view.zoom == 1.0


def test_the_wheel_zooms_at_the_pointer(qtbot: QtBot, view: NetworkView) -> None:
    place = at(view, "L2.N1.out")
    with qtbot.waitSignal(view.zoom_changed):
        turn_wheel(view, place, 240)
    assert view.zoom == pytest.approx(1.25**2)
    assert at(view, "L2.N1.out") == place
    view.zoom_out()
    assert view.zoom == pytest.approx(1.25)
    view.zoom_to_100()
    assert view.zoom == 1.0


def turn_wheel(view: NetworkView, place: QPoint, delta: int) -> None:
    event = QWheelEvent(
        QPointF(place),
        QPointF(view.mapToGlobal(place)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_arrows_walk_enter_opens_escape_clears(qtbot: QtBot, view: NetworkView, selection: Selection) -> None:
    visited = []
    for key in (
        Qt.Key.Key_Right,
        Qt.Key.Key_Down,
        Qt.Key.Key_Right,
        Qt.Key.Key_Down,
        Qt.Key.Key_Right,
        Qt.Key.Key_Left,
    ):
        qtbot.keyClick(view, key)
        visited.append(selection.address.removeprefix("sample1/"))
    assert visited[:2] == ["x1", "x2"]
    assert visited[2].startswith("L1.N")
    assert visited[4].startswith("L2.N")
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert selection.address == ""
    selection.select("sample1/L1.N2.out")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert (selection.level, selection.neuron) == (Level.NEURON, "L1.N2")


def test_weights_can_be_reached_by_keyboard(qtbot: QtBot, view: NetworkView, selection: Selection) -> None:
    selection.select("sample1/L1.N2.out")
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert selection.address == "L1.N2.w1"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert selection.address == "L1.N2.b"


def test_screen_readers_hear_the_selection(view: NetworkView, selection: Selection, net: SmallNet) -> None:
    assert view.accessibleName() == "Network, nothing selected"
    selection.select("L1.N2.w1")
    value = net.theta[net.names.index("L1.N2.w1")]
    assert (
        view.accessibleName() == f"Network, selected: weight L1.N2.w1, data {value:.4f}, gradient {-0.01 * value:.4f}"
    )
    selection.select("sample1/L2.N1.out")
    assert view.accessibleName().startswith("Network, selected: neuron L2.N1.out, data ")


def test_new_weights_reach_the_edges_and_new_maps_the_tiles(
    qtbot: QtBot, view: NetworkView, runs: RunsDouble, net: SmallNet
) -> None:
    before = picture(view)
    net.theta = -net.theta
    runs.send(net.frame(1, maps=False))

    def edges_have_changed() -> None:
        assert differs(picture(view), before)

    qtbot.waitUntil(edges_have_changed)
    edges = picture(view)
    tile = at(view, "L1.N1.out")
    assert edges.pixel(tile) == before.pixel(tile)
    corner = tile + QPoint(-20, -20)
    runs.send(net.frame(2))
    assert picture(view).pixel(corner) != edges.pixel(corner)


def test_tiles_show_the_maps_of_their_neurons(view: NetworkView, net: SmallNet, theme: Theme) -> None:
    values = net.maps().neurons["x1"]
    image = picture(view)
    middle = at(view, "x1")
    left, right = image.pixelColor(middle - QPoint(25, 0)), image.pixelColor(middle + QPoint(25, 0))
    assert values[0, 0] < 0 < values[0, -1]
    assert left.red() > left.blue()
    assert right.blue() > right.red()


def test_the_selected_edge_wears_ink_and_the_way_forward_glows(
    view: NetworkView, selection: Selection, theme: Theme
) -> None:
    before = picture(view)
    selection.select("L2.N1.w1")
    after = picture(view)
    middle = at(view, "L2.N1.w1")
    column = [after.pixelColor(middle.x(), middle.y() + dy) for dy in range(-14, 15)]
    assert any(near(colour, theme.palette.ink) for colour in column)
    assert differs(before, after)
    selection.clear()
    assert not differs(picture(view), before)


def near(one: QColor, other: QColor) -> bool:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue()) < 60


LARGE = 2000  # pixels of ink: more than words and outlines have


def ink_of(image: QImage, theme: Theme) -> int:
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint32) & 0xFFFFFF
    return int((pixels == theme.palette.ink.rgb() & 0xFFFFFF).sum())


def ink(view: NetworkView, theme: Theme) -> int:
    """How many pixels beyond the labels' are in the ink of a bubble."""
    return max(0, ink_of(picture(view), theme) - 200)


def test_the_bubble_opens_after_a_while_beside_the_neuron_and_goes_with_a_click(
    qtbot: QtBot, view: NetworkView, selection: Selection, theme: Theme
) -> None:
    before = picture(view)
    place = at(view, "L2.N2.out")
    qtbot.mouseMove(view, place)
    assert not ink(view, theme)  # not at once: it would be in the way of a click
    qtbot.waitUntil(lambda: ink(view, theme) > LARGE)
    around = picture(view).copy(QRect(place - QPoint(BESIDE - 4, BESIDE - 4), QSize(2 * BESIDE - 8, 2 * BESIDE - 8)))
    assert ink_of(around, theme) == 0  # the tile and its buttons stay free
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert ink(view, theme) < LARGE
    selection.clear()
    qtbot.mouseMove(view, QPoint(3, 3))
    assert not differs(picture(view), before)


def test_what_was_found_is_outlined(view: NetworkView, theme: Theme) -> None:
    before = picture(view)
    view.mark(["sample1/L2.N4.out", "L2.N4.w1", "L2.N4.b"])
    assert differs(picture(view), before)
    view.mark([])
    assert not differs(picture(view), before)


def test_the_glow_ends_at_a_dead_neuron(
    qtbot: QtBot, view: NetworkView, runs: RunsDouble, selection: Selection, net: SmallNet
) -> None:
    selection.select("L1.N2.w1")
    flowing = picture(view)
    frame = net.frame(1, maps=False)
    stopped = {name: (data, 0.0) for name, (data, _) in frame.sample_outputs.items()}
    runs.send(replace(frame, sample_outputs=stopped))
    assert differs(picture(view), flowing)
    runs.send(frame)
    assert not differs(picture(view), flowing)


def test_find_and_show_node(view: NetworkView, selection: Selection) -> None:
    selection.select_sample(1)
    assert view.find("l2.n4")[:2] == ["sample2/L2.N4.out", "L2.N4.w1"]
    assert view.find("nowhere") == view.find("") == []
    view.zoom_in()
    for _ in range(6):
        view.zoom_in()
    view.show_node("sample2/L2.N4.out")
    assert view.rect().contains(at(view, "L2.N4.out"))
    view.show_node("nowhere")


def test_more_inputs_have_numbers_instead_of_maps(qtbot: QtBot, selection: Selection, theme: Theme) -> None:
    net = SmallNet(3, 4)
    view = make(qtbot, RunsDouble(net.started(), net.frame()), selection, theme)
    value = net.frame().sample_outputs["L2.N1.out"][0]
    colour = picture(view).pixelColor(at(view, "L2.N1.out") + QPoint(-20, -20))
    assert (colour.blue() > colour.red()) == (value > 0)


def test_nothing_breaks_when_training_diverges(
    qtbot: QtBot, view: NetworkView, runs: RunsDouble, net: SmallNet, selection: Selection
) -> None:
    frame = net.frame(1)
    theta = np.full(len(net.theta), np.nan)
    theta[::3] = np.inf
    assert frame.maps is not None
    maps = replace(frame.maps, neurons={name: np.full((50, 50), np.nan) for name in frame.maps.neurons})
    outputs = dict.fromkeys(frame.sample_outputs, (np.nan, -np.inf))
    selection.select("L1.N1.w2")
    runs.send(replace(frame, theta=theta, gradient=theta, maps=maps, sample_outputs=outputs))
    for address in ("L2.N2.out", "L1.N2.b", "L2.N1.w2"):
        qtbot.mouseMove(view, at(view, address))
        picture(view)


def test_before_the_first_run_there_is_a_quiet_word(qtbot: QtBot, selection: Selection, theme: Theme) -> None:
    runs = RunsDouble()
    view = make(qtbot, runs, selection, theme)
    empty = picture(view)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    click(qtbot, view, QPoint(100, 100))
    assert selection.address == ""
    assert view.find("x") == []
    runs.start(SmallNet(2, 3).started())
    assert differs(picture(view), empty)


def test_another_network_takes_its_place(
    qtbot: QtBot, view: NetworkView, runs: RunsDouble, selection: Selection
) -> None:
    selection.select("L2.N4.b")
    other = SmallNet(2, 3)
    runs.start(other.started(2))
    runs.send(other.frame())
    assert view.point_of("L2.N4.b") is None
    assert view.accessibleName() == "Network, nothing selected"
    picture(view)
    view.zoom_in()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert selection.address == "sample1/x1"


def test_a_hidden_view_draws_the_newest_frame_when_it_is_shown(
    qtbot: QtBot, view: NetworkView, runs: RunsDouble, net: SmallNet
) -> None:
    before = picture(view)
    view.hide()
    net.theta = -net.theta
    runs.send(net.frame(1))
    view.show()
    corner = at(view, "L1.N1.out") + QPoint(-20, -20)
    assert picture(view).pixel(corner) != before.pixel(corner)


@pytest.mark.parametrize("sizes", [(2,), (1, 1), (2, *(32,) * 8), (9, 32)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_all_sizes_can_be_drawn_and_walked(
    qtbot: QtBot, selection: Selection, theme: Theme, sizes: tuple[int, ...], scale: float
) -> None:
    net = SmallNet(*sizes)
    view = make(qtbot, RunsDouble(net.started(), net.frame()), selection, theme)
    theme.set_scale(scale)
    theme.set_mode("dark")
    picture(view)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert selection.address
    assert not view._paint_failed
    assert theme.palette.card == picture(view).pixelColor(1, 1)
