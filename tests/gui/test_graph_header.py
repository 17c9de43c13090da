"""The header of the graph where there is little room or no graph, and the menu that takes its place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core.graph import GraphNode, GraphSnapshot
from gui.frames import GraphNumbers, Level
from gui.graph.layout_client import LayoutClient
from gui.graph.panel import MOST_RECORDS, GraphPanel
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.network_double import RunsDouble, SmallNet

CONTROLS = ("graphFit", "graphZoom", "graphFind")


@pytest.fixture
def net() -> SmallNet:
    return SmallNet(2, 6, 4, samples=30)


@pytest.fixture
def runs(net: SmallNet) -> RunsDouble:
    return RunsDouble(net.started(), net.frame())


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication, runs: RunsDouble, selection: Selection) -> Iterator[GraphPanel]:
    theme = Theme("light")
    theme.apply(qapp)
    layouts = LayoutClient()
    panel = GraphPanel(runs, selection, theme, layouts)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.resize(790, 650)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    layouts.close()


def child[T: QWidget](panel: GraphPanel, kind: type[T], name: str) -> T:
    found = panel.findChild(kind, name)
    assert found is not None, name
    return found


def shown(panel: GraphPanel) -> list[str]:
    return [name for name in CONTROLS if child(panel, QWidget, name).isVisible()]


def test_without_a_graph_there_is_nothing_to_fit_or_find(
    panel: GraphPanel, selection: Selection, runs: RunsDouble, net: SmallNet
) -> None:
    assert shown(panel) == list(CONTROLS)
    selection.show_level(Level.WHOLE)
    runs.send(net.frame(1, note="The whole loss would need 65,818 records."))
    assert shown(panel) == []
    panel.focus_find()
    assert shown(panel) == []
    panel.resize(700, 600)
    assert shown(panel) == []
    selection.show_level(Level.NETWORK)
    assert shown(panel) == list(CONTROLS)


def test_a_graph_that_no_layout_can_manage_is_not_asked_for(
    panel: GraphPanel, selection: Selection, runs: RunsDouble, net: SmallNet
) -> None:
    selection.show_level(Level.SAMPLE)
    count = MOST_RECORDS + 1
    graph = GraphSnapshot("huge", tuple(GraphNode(f"v{i}", "", "", ()) for i in range(count)))
    runs.send(net.frame(1, graph=GraphNumbers(graph, np.zeros(count), np.zeros(count))))
    assert child(panel, QLabel, "graphNoticeText").isVisible()
    assert "4\N{THIN SPACE}001 scalars" in child(panel, QLabel, "graphNoticeText").text()


def test_find_takes_the_header_where_it_has_no_room(qtbot: QtBot, panel: GraphPanel, selection: Selection) -> None:
    panel.resize(330, 500)
    field, levels = child(panel, QLineEdit, "graphFind"), child(panel, QWidget, "graphLevels")
    assert not field.isVisible()
    panel.focus_find()
    assert field.isVisible()
    assert field.hasFocus()
    assert not levels.isVisible()
    qtbot.keyClicks(field, "L2.N4")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert selection.address == "sample1/L2.N4.out"
    panel.resize(340, 500)
    assert field.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert levels.isVisible()


def test_find_gives_the_header_back_when_it_is_left(qtbot: QtBot, panel: GraphPanel) -> None:
    panel.resize(330, 500)
    panel.focus_find()
    child(panel, QWidget, "networkView").setFocus()
    assert child(panel, QWidget, "graphLevels").isVisible()
    assert not child(panel, QLineEdit, "graphFind").isVisible()


def test_where_find_has_room_it_takes_no_more(panel: GraphPanel) -> None:
    panel.focus_find()
    assert child(panel, QWidget, "graphLevels").isVisible()


def test_the_menu_holds_what_the_header_may_not_show(panel: GraphPanel, selection: Selection) -> None:
    menu = panel.context_menu()
    actions = {action.text().partition("\t")[0]: action for action in menu.actions()}
    assert list(actions) == ["Fit", "Zoom in", "Zoom out", "100 %", "Find node…"]
    actions["Zoom in"].trigger()
    assert panel.zoom == pytest.approx(1.25)
    actions["Fit"].trigger()
    assert panel.zoom == 1.0
    actions["Find node…"].trigger()
    assert child(panel, QLineEdit, "graphFind").hasFocus()
    selection.show_level(Level.SAMPLE)
    assert panel.context_menu().actions()[-1].text() == "Graph style"


def test_tooltips_name_the_keys(panel: GraphPanel, selection: Selection) -> None:
    keys = {"graphFit": "(F)", "graphZoom": "(1)", "graphFind": "(Ctrl+F)", "samplePrevious": "Arrows"}
    levels = ("levelNetwork", "levelNeuron", "levelSample", "levelWhole")
    keys |= {name: f"(Alt+{number})" for number, name in enumerate(levels, start=1)}
    for address in ("", "L2.N3.b"):
        selection.select(address)
        for name, key in keys.items():
            assert key in child(panel, QWidget, name).toolTip(), name
