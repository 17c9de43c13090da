"""What a graph of records looks like at first sight, from afar, and around a selection."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.dot import GraphStyle
from core.graph import GraphNode, GraphSnapshot
from gui.frames import GraphNumbers
from gui.graph.layout_client import LayoutClient
from gui.graph.record_names import RecordNames
from gui.graph.record_numbers import inks
from gui.graph.record_style import NAME_SIZE, Inks, drawn_font, measured_sizes, short_name
from gui.graph.record_text import tooltip
from gui.graph.record_view import RecordView
from gui.palette import contrast
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.neuron_double import neuron, numbers_of, position

SIZE = (618, 428)  # what a graph card of 640 × 460 leaves
Show = Callable[[GraphSnapshot], RecordView]


def two_samples(length: int = 3) -> GraphSnapshot:
    """A parameter, and a chain for each of two samples."""
    nodes = [GraphNode("L1.N1.w1", "L1.N1.w1", "", ())]
    for sample in (1, 2):
        start = len(nodes)
        nodes.append(GraphNode(f"sample{sample}/x1", "x1", "", ()))
        nodes.append(GraphNode(f"sample{sample}/v0", "v0", "*", (0, start)))
        nodes += [GraphNode(f"sample{sample}/v{i}", f"v{i}", "tanh", (start + i,)) for i in range(1, length)]
    return GraphSnapshot("both", (*nodes, GraphNode("loss", "loss", "+", (length + 1, len(nodes) - 1))))


@pytest.fixture
def selection(qapp: QApplication) -> Selection:
    return Selection()


@pytest.fixture
def show(qtbot: QtBot, selection: Selection, theme: Theme) -> Iterator[Show]:
    """Shows a graph with numbers, laid out."""
    layouts = LayoutClient()
    view = RecordView(selection, theme, layouts)
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()

    def shown(snapshot: GraphSnapshot) -> RecordView:
        with qtbot.waitSignal(view.layout_shown):
            view.show_graph(snapshot)
            ones = np.ones(len(snapshot.nodes))
            view.set_numbers(GraphNumbers(snapshot, ones, ones))
        return view

    yield shown
    layouts.close()


def box(view: RecordView, address: str) -> QRectF:
    assert view.snapshot is not None
    return QRectF(view.box_of(position(view.snapshot, address)))


def counted(image: QImage, colour: QColor) -> int:
    area = (image.pixel(x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(pixel == colour.rgb() for pixel in area)


# -- first sight ----------------------------------------------------------------------------------------------------


def test_a_neuron_of_three_inputs_can_be_read_whole(show: Show) -> None:
    view = show(neuron(3, "tanh"))
    assert view.zoom >= 0.75
    assert all(QRectF(view.rect()).contains(box(view, node.address)) for node in neuron(3, "tanh").nodes)


def test_a_neuron_of_many_inputs_opens_at_its_end(show: Show) -> None:
    view = show(neuron(16))
    assert view.zoom >= 0.6
    assert view.rect().contains(box(view, "L2.N6.out").toRect())
    view.resize(700, 480)
    assert view.zoom >= 0.6
    assert view.rect().contains(box(view, "L2.N6.out").toRect())
    view.fit()
    assert view.zoom < 0.3
    view.resize(*SIZE)
    assert view.zoom < 0.3


def test_it_opens_where_something_is_selected(show: Show, selection: Selection) -> None:
    selection.select("L2.N6.w3")
    view = show(neuron(16))
    assert view.rect().contains(box(view, "L2.N6.w3").toRect())


# -- from afar ------------------------------------------------------------------------------------------------------


def test_a_double_click_from_afar_comes_closer_first(qtbot: QtBot, show: Show) -> None:
    view = show(neuron(16))
    view.fit()
    opened: list[str] = []
    view.node_activated.connect(opened.append)
    left = Qt.MouseButton.LeftButton
    qtbot.mouseDClick(view, left, pos=box(view, "L2.N6.w3*h3").center().toPoint())
    assert view.zoom == pytest.approx(0.8)
    assert opened == []
    qtbot.mouseDClick(view, left, pos=box(view, "L2.N6.w3*h3").center().toPoint())
    assert opened == ["sample1/L2.N6.w3*h3"]


def test_enter_comes_closer_too(qtbot: QtBot, show: Show, selection: Selection) -> None:
    view = show(neuron(16))
    view.fit()
    selection.select("L2.N6.w1")
    opened: list[str] = []
    view.node_activated.connect(opened.append)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert (view.zoom, opened) == (pytest.approx(0.8), [])
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened == ["L2.N6.w1"]


def test_a_node_that_was_found_is_shown_readably(show: Show) -> None:
    view = show(neuron(16))
    view.fit()
    view.show_node("L2.N6.w2")
    assert view.zoom >= 0.6
    assert view.rect().contains(box(view, "L2.N6.w2").toRect())


def test_all_that_was_found_is_outlined(show: Show, theme: Theme) -> None:
    view = show(neuron(16))
    view.fit()
    before = view.grab().toImage()
    view.mark(["L2.N6.w2", "L2.N6.w5"])
    marked = view.grab().toImage()
    for address in ("L2.N6.w2", "L2.N6.w5"):
        around = box(view, address).adjusted(-3, -3, 3, 3).toRect()
        assert marked.copy(around) != before.copy(around)
    view.mark([])
    assert view.grab().toImage() == before


def test_the_hint_keeps_off_the_graph(show: Show) -> None:
    view = show(neuron(16))
    view.fit()
    assert view.far
    lowest = max(box(view, node.address).bottom() for node in neuron(16).nodes)
    assert lowest < view.height() - view.fontMetrics().height()


def test_the_selected_sample_is_told_apart_where_all_are_shown(show: Show, selection: Selection) -> None:
    view = show(two_samples())
    first = view.grab().toImage()
    selection.select_sample(1)
    assert view.grab().toImage() != first
    view.zoom_to(0.2)
    second = view.grab().toImage()
    selection.select_sample(0)
    assert view.grab().toImage() != second


def test_in_a_graph_of_one_sample_none_is_told_apart(show: Show, selection: Selection) -> None:
    view = show(neuron(2, sample=2))
    before = view.grab().toImage()
    selection.select_sample(1)
    assert view.grab().toImage() == before


# -- the selection --------------------------------------------------------------------------------------------------


def test_what_brings_no_gradient_does_not_glow(show: Show, selection: Selection) -> None:
    graph = neuron(2)
    view = show(graph)
    selection.select("L2.N6.w1")
    picture = view._picture
    assert picture is not None
    view.set_numbers(GraphNumbers(graph, *numbers_of(graph, bias=1.0)))
    flowing = view.grab().toImage()
    assert len(picture.glowing) == len(picture._path)
    view.set_numbers(GraphNumbers(graph, *numbers_of(graph, bias=-3.0)))
    heads = {graph.nodes[picture.layout.edges[edge].head].label for edge in picture.glowing}
    assert heads == {"L2.N6.out"}
    place = (box(view, "L2.N6.w1*h1").topRight() + box(view, "L2.N6.w1*h1").bottomRight()) / 2 + QPoint(6, 0)
    area = QRectF(place.x() - 4, place.y() - 4, 8, 8).toRect()
    glow = view._theme.palette.glow
    assert counted(view.grab().toImage().copy(area), glow) < counted(flowing.copy(area), glow)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_all_text_can_be_read_on_the_path_and_off_it(theme: Theme, mode: str) -> None:
    theme.set_mode(mode)
    letters = list(inks(theme))
    for dimmed in (False, True):
        state = Inks.of(theme, dimmed=dimmed)
        letters += [state.ink, state.mute]
        assert contrast(state.ink, state.soft) >= 4.5  # the operation's badge
    for ground in (theme.palette.card, theme.palette.soft):  # soft: below the pointer
        assert min(contrast(letter, ground) for letter in letters) >= 4.5
    assert Inks.of(theme, dimmed=True).line != Inks.of(theme, dimmed=False).line
    assert Inks.of(theme, dimmed=True).ink != Inks.of(theme, dimmed=False).ink


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_pointer_leaves_a_soft_ground_and_no_outline(qtbot: QtBot, show: Show, theme: Theme, mode: str) -> None:
    theme.set_mode(mode)
    view = show(neuron(2, "tanh"))
    record = box(view, "L2.N6.out").toRect()
    before = view.grab().toImage().copy(record)
    soft = counted(before, theme.palette.soft)
    qtbot.mouseMove(view, view.rect().bottomRight())  # away first: a pointer that was there already does not move
    qtbot.mouseMove(view, record.center())
    qtbot.waitUntil(lambda: counted(view.grab().toImage().copy(record), theme.palette.soft) > soft)
    after = view.grab().toImage().copy(record)
    assert counted(after, theme.palette.mute) <= counted(before, theme.palette.mute)
    assert counted(after, theme.palette.ink) == counted(before, theme.palette.ink)


# -- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [0.6, 0.8, 1.0, 1.5])
def test_names_keep_both_ends(theme: Theme, zoom: float) -> None:
    names = ["L2.N1.w1", "L2.N6.w11*h11", "sum of squares 1–31 of all"]
    fitting = RecordNames(theme, names, zoom)
    width = measured_sizes(theme, neuron(16), GraphStyle.AUTO).record_width * zoom
    room = width - (20 + 12) * zoom  # less the operation's badge and the margins
    for node, name in enumerate(names):
        fitted = fitting.fitted(node, room)
        assert QFontMetricsF(fitted.font).horizontalAdvance(fitted.text) <= room
        assert fitted.text[:3] == name[:3]
        assert fitted.text[-3:] == name[-3:]
    assert [fitting.fitted(node, room).text for node in (0, 1)] == names[:2]
    assert fitting.fitted(0, room).font.pixelSize() == drawn_font(theme, NAME_SIZE, zoom).pixelSize()


def test_tooltips_speak_as_the_bubbles_do(show: Show) -> None:
    view = show(neuron(2))
    picture = view._picture
    assert picture is not None

    def lines(address: str) -> list[str]:
        return tooltip(picture, position(picture.snapshot, address)).split("<br>")

    assert lines("L2.N6.w1*h1") == ["<b>sample1/L2.N6.w1*h1</b>", "data 1.0", "grad 1.0"]
    assert lines("L2.N6.out")[1] == "relu(L2.N6.z)"
    assert lines("L2.N6.z")[1] == "L2.N6.sum1 + L2.N6.w2*h2"
    assert short_name("sample1/x1") == "x1"
