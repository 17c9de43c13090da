"""Where a node of the graph is on the screen, at every level of both labs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gui.frames import Level
from gui.graph.layout_client import LayoutClient
from gui.graph.network_view import NetworkView
from gui.graph.panel import GraphPanel
from gui.graph.record_view import RecordView
from gui.main_window import MainWindow
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.seen import seen_rect
from tests.gui.network_double import RunsDouble, SmallNet
from tests.gui.sheet_graph import FIRST, Lab, lab_on


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> Iterator[GraphPanel]:
    """A card on a small network, in the middle of the screen rather than in its corner."""
    net, layouts = SmallNet(2, 6, 4), LayoutClient()
    panel = GraphPanel(RunsDouble(net.started(), net.frame()), Selection(), theme, layouts)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.setGeometry(60, 40, 700, 520)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    layouts.close()


@pytest.fixture
def lab(qtbot: QtBot, theme: Theme) -> Iterator[Lab]:
    with lab_on(qtbot, FIRST, theme) as lab:
        yield lab


def rect_of(card: GraphPanel, address: str) -> QRect:
    found = card.node_rect(address)
    assert found is not None, address
    return found


def local(view: QWidget, rect: QRect) -> QRect:
    return QRect(view.mapFromGlobal(rect.topLeft()), rect.size())


# -- what of a widget can be seen -----------------------------------------------------------------------------------


def test_what_a_scroll_area_cuts_off_is_not_seen(qtbot: QtBot) -> None:
    area, inner = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    inner.setFixedSize(500, 900)
    area.setWidget(inner)
    area.resize(200, 150)
    area.show()
    qtbot.waitExposed(area)
    seen = seen_rect(inner)
    assert seen is not None
    assert seen.size() == area.viewport().size()
    assert seen_rect(inner, QRect(10, 10, 30, 20)) == QRect(inner.mapToGlobal(QPoint(10, 10)), QSize(30, 20))
    assert seen_rect(inner, QRect(10, 700, 30, 20)) is None
    area.verticalScrollBar().setValue(650)
    assert seen_rect(inner, QRect(10, 700, 30, 20)) is not None
    area.hide()
    assert seen_rect(inner) is None


# -- the network level ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["x1", "L1.N2", "L1.N2.out", "sample3/L1.N2.out", "L2.N4.z", "L3.N1.out"])
def test_a_neuron_is_its_tile(panel: GraphPanel, address: str) -> None:
    view = panel.shown
    assert isinstance(view, NetworkView)
    rect, middle = local(view, rect_of(panel, address)), view.point_of(address)
    assert middle is not None
    assert (rect.center() - middle.toPoint()).manhattanLength() <= 2
    assert rect.width() >= 20
    assert abs(rect.width() - rect.height()) <= 1


def test_a_weight_is_a_spot_on_the_middle_of_its_edge(panel: GraphPanel) -> None:
    view = panel.shown
    assert isinstance(view, NetworkView)
    rect, middle = local(view, rect_of(panel, "L2.N1.w3")), view.point_of("L2.N1.w3")
    assert middle is not None
    assert rect.contains(middle.toPoint())
    assert rect.width() < rect_of(panel, "L2.N1").width()


def test_a_bias_is_the_mark_below_its_tile(panel: GraphPanel) -> None:
    tile, bias = rect_of(panel, "L1.N2"), rect_of(panel, "L1.N2.b")
    assert bias.top() > tile.bottom() - 2
    assert bias.bottom() < rect_of(panel, "L1.N3").top()
    assert bias.left() == pytest.approx(tile.left(), abs=1)


@pytest.mark.parametrize("address", ["", "x9", "L7.N1", "L1.N2.w9", "loss", "sample1/loss", "a"])
def test_what_the_network_has_no_place_for_is_nowhere(panel: GraphPanel, address: str) -> None:
    assert panel.node_rect(address) is None


def test_what_is_out_of_sight_is_nowhere(panel: GraphPanel) -> None:
    view = panel.shown
    assert isinstance(view, NetworkView)
    before = rect_of(panel, "x1")
    for _ in range(8):
        panel.zoom_in()
    assert panel.node_rect("x1") is None
    view.show_node("x1")
    seen = rect_of(panel, "x1")
    assert seen.width() > before.width()
    assert QRect(view.mapToGlobal(QPoint(0, 0)), view.size()).contains(seen)
    panel.hide()
    assert panel.node_rect("x1") is None


# -- records --------------------------------------------------------------------------------------------------------


def test_a_record_of_the_expression_lab(lab: Lab) -> None:
    for address in ("a", "e", "L"):
        node = lab.view.node_of(address)
        assert node is not None
        found = lab.panel.node_rect(address)
        assert found is not None
        rect = local(lab.view, found)
        assert lab.view.slot_rect(address, "data").intersects(rect)
        assert lab.view.slot_rect(address, "grad").intersects(rect)
        assert lab.view.node_at(rect.center().toPointF()) == node
    assert lab.panel.node_rect("nothing") is None


def test_a_record_that_is_panned_away_is_nowhere(lab: Lab) -> None:
    assert lab.panel.node_rect("a") is not None
    lab.view.pan(-5000, 0)
    assert lab.panel.node_rect("a") is None


def test_a_text_without_a_graph_shows_no_node(lab: Lab) -> None:
    lab.show_text("")
    assert lab.panel.node_rect("a") is None


def test_records_of_the_network_lab(qtbot: QtBot, window: MainWindow) -> None:
    """At the levels of records an address without a sample means the selected one's."""
    graph = window.network.graph
    assert graph.node_rect("L1.N2.w1") is not None
    window.selection.show_level(Level.NEURON, "L1.N2")
    qtbot.waitUntil(lambda: isinstance(graph.shown, RecordView) and graph.node_rect("L1.N2.w1") is not None)
    qtbot.waitUntil(window.is_settled)
    assert rect_of(graph, "x1") == rect_of(graph, "sample1/x1")
    assert rect_of(graph, "L1.N2") == rect_of(graph, "sample1/L1.N2.out")
    assert rect_of(graph, "L1.N2.b") != rect_of(graph, "L1.N2.w1")
    assert graph.node_rect("sample2/L1.N2.out") is None
    assert graph.node_rect("L1.N3.w1") is None
    window.selection.show_level(Level.WHOLE)
    qtbot.waitUntil(lambda: graph.node_rect("loss") is not None)
    qtbot.waitUntil(window.is_settled)
    window.network.graph.fit()
    assert rect_of(graph, "sample2/L1.N2.out") != rect_of(graph, "L1.N2")
