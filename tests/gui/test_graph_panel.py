"""The graph card: levels, samples, zoom, find, and what it says when there is no graph."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core.dot import GraphStyle
from core.graph import GraphNode, GraphSnapshot
from gui.frames import GraphNumbers, Level
from gui.graph.layout_client import LayoutClient
from gui.graph.network_view import NetworkView
from gui.graph.panel import GraphPanel
from gui.graph.record_view import RecordView
from gui.session.selection import Selection
from gui.theme import Theme
from tests.gui.network_double import RunsDouble, SmallNet

SNAPSHOT = GraphSnapshot(
    "L1.N3 sample1",
    (
        GraphNode("sample1/x1", "x1", "", ()),
        GraphNode("L1.N3.w1", "L1.N3.w1", "", ()),
        GraphNode("sample1/L1.N3.w1*x1", "w1*x1", "*", (0, 1)),
    ),
)
NUMBERS = GraphNumbers(SNAPSHOT, np.array([2.0, 0.5, 1.0]), np.array([0.5, 2.0, 1.0]))
NOTE = "The whole loss would need 65,818 records."


@pytest.fixture
def layouts(qapp: QApplication) -> Iterator[LayoutClient]:
    client = LayoutClient()
    yield client
    client.close()


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
def panel(qtbot: QtBot, runs: RunsDouble, selection: Selection, theme: Theme, layouts: LayoutClient) -> GraphPanel:
    return make(qtbot, runs, selection, theme, layouts)


def make(qtbot: QtBot, runs: RunsDouble, selection: Selection, theme: Theme, layouts: LayoutClient) -> GraphPanel:
    panel = GraphPanel(runs, selection, theme, layouts)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.resize(790, 650)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def child[T: QWidget](panel: GraphPanel, kind: type[T], name: str) -> T:
    found = panel.findChild(kind, name)
    assert found is not None, name
    return found


def click(qtbot: QtBot, panel: GraphPanel, name: str) -> None:
    qtbot.mouseClick(child(panel, QAbstractButton, name), Qt.MouseButton.LeftButton)


def text_of(panel: GraphPanel, name: str) -> str:
    return child(panel, QLabel, name).text()


def test_the_levels_lead_to_each_other(qtbot: QtBot, panel: GraphPanel, selection: Selection) -> None:
    for name, level in (("levelSample", Level.SAMPLE), ("levelWhole", Level.WHOLE), ("levelNetwork", Level.NETWORK)):
        click(qtbot, panel, name)
        assert selection.level is level
        assert child(panel, QAbstractButton, name).isChecked()
    click(qtbot, panel, "levelNeuron")
    assert (selection.level, selection.neuron) == (Level.NEURON, "L1.N1")
    assert child(panel, QAbstractButton, "levelNeuron").text() == "neuron L1.N1"


def test_the_neuron_level_shows_the_neuron_selected_last(qtbot: QtBot, panel: GraphPanel, selection: Selection) -> None:
    selection.select("sample1/L2.N4.out")
    selection.clear()
    click(qtbot, panel, "levelNeuron")
    assert selection.neuron == "L2.N4"
    selection.select("sample1/L1.N2.out")  # an operand inside the shown graph
    click(qtbot, panel, "levelNetwork")
    click(qtbot, panel, "levelNeuron")
    assert selection.neuron == "L2.N4"


def test_another_network_forgets_a_neuron_it_does_not_have(
    qtbot: QtBot, panel: GraphPanel, selection: Selection, runs: RunsDouble
) -> None:
    selection.show_level(Level.NEURON, "L2.N4")
    runs.start(SmallNet(2, 6, 3).started(2))
    assert selection.level is Level.NETWORK
    click(qtbot, panel, "levelNeuron")
    assert selection.neuron == "L1.N1"


def test_records_come_with_the_frame(
    qtbot: QtBot, panel: GraphPanel, selection: Selection, runs: RunsDouble, net: SmallNet
) -> None:
    records = child(panel, RecordView, "recordView")
    selection.show_level(Level.NEURON, "L1.N3")
    assert not child(panel, NetworkView, "networkView").isVisible()
    with qtbot.waitSignal(records.layout_shown):
        runs.send(net.frame(1, graph=NUMBERS))
    assert records.isVisible()
    assert records.snapshot == SNAPSHOT
    assert records.find("w1*x1") == ["sample1/L1.N3.w1*x1"]
    selection.select("L1.N3.w1")
    assert records.accessibleName() == "node L1.N3.w1, data 0.5, gradient 2"


def test_a_double_click_on_a_record_opens_its_neuron(panel: GraphPanel, selection: Selection) -> None:
    selection.show_level(Level.SAMPLE)
    records = child(panel, RecordView, "recordView")
    records.node_activated.emit("sample1/L2.N1.w3*h3")
    assert (selection.level, selection.neuron) == (Level.NEURON, "L2.N1")
    selection.show_level(Level.SAMPLE)
    records.node_activated.emit("sample1/loss")
    assert selection.level is Level.SAMPLE


def test_a_graph_that_is_too_large_offers_the_sample(
    qtbot: QtBot, panel: GraphPanel, selection: Selection, runs: RunsDouble, net: SmallNet
) -> None:
    selection.select_sample(2)
    selection.show_level(Level.WHOLE)
    runs.send(net.frame(1, note=NOTE))
    assert text_of(panel, "graphNoticeText") == NOTE
    link = child(panel, QAbstractButton, "graphNoticeLink")
    assert link.isVisible()
    assert link.text() == "Show sample 3 instead"
    click(qtbot, panel, "graphNoticeLink")
    assert selection.level is Level.SAMPLE


def test_a_sample_that_is_too_large_offers_a_neuron(
    qtbot: QtBot, panel: GraphPanel, selection: Selection, runs: RunsDouble, net: SmallNet
) -> None:
    selection.show_level(Level.SAMPLE)
    runs.send(net.frame(1, note=NOTE))
    click(qtbot, panel, "graphNoticeLink")
    assert (selection.level, selection.neuron) == (Level.NEURON, "L1.N1")


def test_before_the_first_frame_there_is_a_quiet_word(
    qtbot: QtBot, selection: Selection, theme: Theme, layouts: LayoutClient
) -> None:
    panel = make(qtbot, RunsDouble(), selection, theme, layouts)
    assert text_of(panel, "sampleText") == "no sample"
    selection.show_level(Level.SAMPLE)
    assert child(panel, QLabel, "graphNoticeText").isVisible()
    assert not child(panel, QAbstractButton, "graphNoticeLink").isVisible()


def test_a_hidden_panel_shows_the_newest_records_later(
    qtbot: QtBot, panel: GraphPanel, selection: Selection, runs: RunsDouble, net: SmallNet
) -> None:
    records = child(panel, RecordView, "recordView")
    selection.show_level(Level.NEURON, "L1.N3")
    panel.hide()
    runs.send(net.frame(1, graph=NUMBERS))
    assert not layouts_asked(panel)
    with qtbot.waitSignal(records.layout_shown):
        panel.show()


def layouts_asked(panel: GraphPanel) -> bool:
    return panel._records._wanted is not None


def test_samples_are_stepped_by_button_and_key(qtbot: QtBot, panel: GraphPanel, selection: Selection) -> None:
    assert text_of(panel, "sampleText") == "sample 1 of 30"
    assert not child(panel, QAbstractButton, "samplePrevious").isEnabled()
    click(qtbot, panel, "sampleNext")
    assert selection.sample == 1
    button = child(panel, QAbstractButton, "sampleNext")
    for key, sample in (
        (Qt.Key.Key_PageUp, 11),
        (Qt.Key.Key_Down, 10),
        (Qt.Key.Key_Up, 11),
        (Qt.Key.Key_End, 29),
    ):
        qtbot.keyClick(button, key)
        assert selection.sample == sample
    assert text_of(panel, "sampleText") == "sample 30 of 30"
    assert not button.isEnabled()
    qtbot.keyClick(child(panel, QAbstractButton, "samplePrevious"), Qt.Key.Key_Home)
    assert selection.sample == 0


def test_zoom_is_shown_and_a_click_leads_back(qtbot: QtBot, panel: GraphPanel) -> None:
    panel.zoom_in()
    assert panel.zoom == pytest.approx(1.25)
    assert child(panel, QAbstractButton, "graphZoom").text() == "125 %"
    click(qtbot, panel, "graphZoom")
    assert panel.zoom == 1.0
    panel.zoom_out()
    assert child(panel, QAbstractButton, "graphZoom").text() == "80 %"
    click(qtbot, panel, "graphFit")
    assert child(panel, QAbstractButton, "graphZoom").text() == "100 %"


def test_find_counts_and_walks_through_the_matches(qtbot: QtBot, panel: GraphPanel, selection: Selection) -> None:
    panel.focus_find()
    field = child(panel, QLineEdit, "graphFind")
    qtbot.keyClicks(field, "l3.n1")
    assert text_of(panel, "graphFindCount") == "6 found"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert selection.address == "sample1/L3.N1.out"
    assert text_of(panel, "graphFindCount") == "1 of 6"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert selection.address == "L3.N1.w1"
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert selection.address == "L3.N1.b"
    field.setText("nowhere")
    assert text_of(panel, "graphFindCount") == "none"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert not child(panel, QLabel, "graphFindCount").isVisible()


def test_find_looks_at_the_samples_twin(qtbot: QtBot, panel: GraphPanel, selection: Selection) -> None:
    field = child(panel, QLineEdit, "graphFind")
    field.setText("L3.N1.out")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    selection.select_sample(4)
    assert text_of(panel, "graphFindCount") == "1 of 1"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (selection.sample, selection.address) == (4, "sample5/L3.N1.out")


def test_escape_clears_then_goes_up(qtbot: QtBot, panel: GraphPanel, selection: Selection) -> None:
    selection.show_level(Level.NEURON, "L1.N3")
    selection.select("L1.N3.b")
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert (selection.level, selection.address) == (Level.NEURON, "")
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert selection.level is Level.NETWORK


def test_the_style_of_records_is_chosen_in_a_menu(panel: GraphPanel) -> None:
    menu = panel.style_menu()
    actions = {action.text(): action for action in menu.actions()}
    assert list(actions) == ["Automatic", "Lecture style", "Compact"]
    assert actions["Automatic"].isChecked()
    trigger(actions["Compact"])
    assert panel.style_choice is GraphStyle.COMPACT
    panel.set_style("lecture")
    assert [action.text() for action in panel.style_menu().actions() if action.isChecked()] == ["Lecture style"]


def trigger(action: QAction) -> None:
    action.trigger()


@pytest.mark.parametrize("width", [260, 420, 560, 900])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_header_never_overlaps(panel: GraphPanel, theme: Theme, width: int, scale: float) -> None:
    theme.set_scale(scale)
    panel.resize(width, 400)
    panel.grab()
    row = [child(panel, QWidget, name) for name in ("graphLevels", "sampleStepper", "graphFit", "graphZoom")]
    shown = [widget for widget in (*row, child(panel, QLineEdit, "graphFind").parentWidget()) if widget.isVisible()]
    assert shown[0] is row[0]
    for before, after in itertools.pairwise(shown):
        assert before.geometry().right() < after.geometry().left()
    if width > 600:
        assert len(shown) == 5


def test_every_control_has_a_name_and_a_tooltip(panel: GraphPanel) -> None:
    stops = ("levelNetwork", "graphFit", "graphZoom", "graphFind", "sampleNext")
    for name in (*stops, "levelNeuron", "levelSample", "levelWhole", "samplePrevious"):
        control = child(panel, QWidget, name)
        assert control.accessibleName(), name
        assert control.toolTip(), name
        assert name not in stops or control.focusPolicy() & Qt.FocusPolicy.TabFocus, name


def test_arrows_change_the_level(qtbot: QtBot, panel: GraphPanel, selection: Selection) -> None:
    button = child(panel, QAbstractButton, "levelNetwork")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Right)
    assert selection.level is Level.NEURON
    qtbot.keyClick(child(panel, QAbstractButton, "levelNeuron"), Qt.Key.Key_Left)
    assert selection.level is Level.NETWORK


def test_the_focus_goes_along_when_a_level_opens(qtbot: QtBot, panel: GraphPanel, selection: Selection) -> None:
    network = child(panel, NetworkView, "networkView")
    network.setFocus()
    selection.select("sample1/L1.N3.out")
    qtbot.keyClick(network, Qt.Key.Key_Return)
    owner = QApplication.focusWidget()
    assert owner is not None
    assert owner is not network
    qtbot.keyClick(owner, Qt.Key.Key_Escape)
    qtbot.keyClick(owner, Qt.Key.Key_Escape)
    assert selection.level is Level.NETWORK
