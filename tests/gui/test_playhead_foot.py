"""Below the graph: what happens inside a step; and in the graph: the value at work, and what is not there yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.expression.sheet import Phase
from gui.frames import Level
from gui.graph.network_playhead import at_work
from gui.graph.network_structure import Place, Tile, Weight
from gui.graph.network_view import NetworkView
from gui.graph.playhead_foot import PlayheadFoot
from gui.graph.record_text import tooltip
from gui.graph.record_view import RecordView
from gui.main_window import MainWindow
from gui.session.playhead import Playhead, Scale
from gui.widgets.two_lines import TwoLines

Wait = Callable[[], None]


@pytest.fixture
def window(shared_window: MainWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    """The lecture's first step, at the level of one sample, stepped by operations."""
    shared_window.documents.open_example("lecture")
    qtbot.waitUntil(lambda: shared_window.runs.frame is not None)
    shared_window.selection.show_level(Level.SAMPLE)
    shared_window.session.playhead.set_scale(Scale.OPERATION)
    yield shared_window
    shared_window.session.playhead.leave()
    shared_window.session.playhead.set_scale(Scale.STEP)


@pytest.fixture
def playhead(window: MainWindow) -> Playhead:
    return window.session.playhead


@pytest.fixture
def foot(window: MainWindow) -> PlayheadFoot:
    return window.network.graph.findChild(PlayheadFoot)


@pytest.fixture
def records(window: MainWindow, qtbot: QtBot) -> RecordView:
    view = window.network.graph.findChild(RecordView)
    qtbot.waitUntil(lambda: view.snapshot is not None and view.snapshot.nodes[-1].address.endswith("/loss"))
    return view


@pytest.fixture
def settle(qtbot: QtBot, playhead: Playhead) -> Wait:
    return lambda: qtbot.waitUntil(lambda: playhead.here is not None and playhead.here.position == playhead.position)


def test_it_is_there_only_inside_a_step(foot: PlayheadFoot, playhead: Playhead, settle: Wait) -> None:
    assert not foot.isVisible()
    playhead.step()
    settle()
    assert foot.isVisible()
    assert foot.progress == "sample 1 of 4, operation 1 of 76"
    assert foot.told.startswith("L1.N1.w1*x1 = L1.N1.w1 · x1: ")
    assert foot.coming == "Next: L1.N1.sum1 = L1.N1.b + L1.N1.w1*x1 is computed."
    playhead.leave()
    assert not foot.isVisible()


def test_a_chip_leads_to_where_its_phase_begins(foot: PlayheadFoot, playhead: Playhead, settle: Wait) -> None:
    playhead.step()
    settle()
    assert foot.chips[Phase.FORWARD].isChecked()
    QTest.mouseClick(foot.chips[Phase.BACKWARD], Qt.MouseButton.LeftButton)
    settle()
    assert [phase for phase, chip in foot.chips.items() if chip.isChecked()] == [Phase.BACKWARD]
    assert foot.progress == "loss of all samples, operation 0 of 1"
    assert foot.told == "Backward begins. All gradients are 0: nothing has been handed on yet."
    assert foot.coming == "Next: loss will start the backward pass: its own gradient is 1."
    QTest.keyClick(foot.chips[Phase.UPDATE], Qt.Key.Key_Return)
    settle()
    assert (foot.progress, foot.chips[Phase.UPDATE].isChecked()) == ("parameter 0 of 41", True)
    assert foot.told == "Backward is done: every gradient is complete. No weight has moved yet."
    assert foot.coming.startswith("Next: L1.N1.w1 moves ")
    QTest.mouseClick(foot.chips[Phase.UPDATE], Qt.MouseButton.LeftButton)
    assert foot.chips[Phase.UPDATE].isChecked()


def test_where_gradients_are_never_zeroed_there_is_no_such_phase(
    window: MainWindow, foot: PlayheadFoot, playhead: Playhead, settle: Wait, qtbot: QtBot
) -> None:
    window.documents.set_training("bug", bugs=("no-zero",))
    playhead.step()
    settle()
    assert not foot.chips[Phase.ZERO].isEnabled()
    assert foot.chips[Phase.BACKWARD].isEnabled()


def test_the_cross_leaves_the_step(foot: PlayheadFoot, playhead: Playhead, settle: Wait) -> None:
    playhead.step()
    settle()
    QTest.mouseClick(foot.findChild(QWidget, "leaveStep"), Qt.MouseButton.LeftButton)
    assert not playhead.is_inside


def test_escape_gives_up_the_selection_then_the_position_then_the_level(
    window: MainWindow, playhead: Playhead, records: RecordView, settle: Wait
) -> None:
    playhead.step()
    settle()
    window.selection.select("L1.N1.w1")
    QTest.keyClick(records, Qt.Key.Key_Escape)
    assert (window.selection.address, playhead.is_inside) == ("", True)
    QTest.keyClick(records, Qt.Key.Key_Escape)
    assert (playhead.is_inside, window.selection.level) == (False, Level.SAMPLE)
    QTest.keyClick(records, Qt.Key.Key_Escape)
    assert window.selection.level is not Level.SAMPLE


def test_the_graph_shows_what_is_there_and_lights_what_is_at_work(
    playhead: Playhead, records: RecordView, settle: Wait, qtbot: QtBot
) -> None:
    playhead.step()
    settle()
    snapshot, picture = records.snapshot, records.picture
    assert snapshot is not None and picture is not None
    names = [node.address for node in snapshot.nodes]
    active = names.index("sample1/L1.N1.w1*x1")
    assert (records.marks.active, records.marks.backward) == (active, False)
    assert [names[node] for node in records.marks.reads] == ["L1.N1.w1", "sample1/x1"]
    assert len(records.marks.edges) in (2, 3)  # in the lecture's style one more, from the operation to its result
    assert picture.numbers.covers is not None
    waiting = picture.numbers.covers[0][0]
    assert np.array_equal(waiting, [bool(node.operands) and i != active for i, node in enumerate(snapshot.nodes)])
    assert "not computed yet" in tooltip(picture, names.index("sample1/loss"))
    assert "not computed yet" not in tooltip(picture, active)
    playhead.go_to_phase(Phase.BACKWARD)
    playhead.step()
    playhead.step()
    playhead.step()
    settle()
    last = len(names) - 1  # the sample's loss, at the end of its graph: now that of the last sample
    qtbot.waitUntil(lambda: records.marks.active == last)
    assert (records.snapshot.nodes[last].address, records.marks.backward) == ("sample4/loss", True)
    assert records.picture.numbers.covers is None
    playhead.go_to_phase(Phase.FORWARD)
    qtbot.waitUntil(lambda: records.picture.numbers.covers is not None)
    playhead.leave()
    qtbot.waitUntil(lambda: records.picture.numbers.covers is None)
    assert records.marks.active == -1


def test_at_the_network_the_neuron_at_work_is_marked(
    window: MainWindow, playhead: Playhead, settle: Wait, qtbot: QtBot
) -> None:
    window.selection.show_level(Level.NETWORK)
    view = window.network.graph.findChild(NetworkView)

    def lit() -> list[Place]:
        here = playhead.here
        return [] if here is None or view.numbers is None else at_work(here, view.numbers.structure)

    playhead.step()
    settle()
    assert lit() == [Tile(1, 0), Weight(0, 0, 0)]
    view.mark(["L2.N1.out"])  # what was found stays marked
    playhead.step()
    settle()
    assert (lit(), view._found) == ([Tile(1, 0)], [Tile(2, 0)])
    playhead.go_to_phase(Phase.UPDATE)
    settle()
    assert lit() == []
    playhead.step()
    settle()
    assert lit() == [Weight(0, 0, 0)]
    view.mark([])


def test_in_a_batch_the_count_is_that_of_the_batch(
    window: MainWindow, foot: PlayheadFoot, playhead: Playhead, settle: Wait
) -> None:
    window.documents.set_training("batch", batch=3)
    playhead.step()
    settle()
    assert foot.progress == "sample 1 of 3 in the batch, operation 1 of 76"
    playhead.go_to_phase(Phase.BACKWARD)
    settle()
    assert foot.progress == "loss of the batch, operation 0 of 1"


def test_a_sentence_of_the_backward_pass_is_not_cut(
    window: MainWindow, foot: PlayheadFoot, playhead: Playhead, settle: Wait
) -> None:
    playhead.step()
    settle()
    playhead.go_to_phase(Phase.BACKWARD)
    settle()
    line = foot.findChild(TwoLines, "playheadTold")
    line.resize(618, line.height())  # of a window of 1280 pixels
    for _ in range(90):
        playhead.step()
        settle()
        assert not line.toolTip(), line.text()


def test_a_graph_that_was_seen_whole_is_seen_whole_above_the_foot(
    window: MainWindow, playhead: Playhead, records: RecordView, settle: Wait, qtbot: QtBot
) -> None:
    window.resize(1280, 800)
    window.selection.show_level(Level.NEURON, "L3.N1")
    qtbot.waitUntil(lambda: records.snapshot.nodes[-1].address.endswith("L3.N1.out"))
    records.open()

    def is_whole() -> bool:
        return all(records.rect().contains(records.box_of(i)) for i in range(len(records.snapshot.nodes)))

    tall, zoom = records.height(), records.zoom
    assert is_whole()
    playhead.step()
    settle()
    qtbot.waitUntil(lambda: records.height() < tall)
    assert is_whole() and records.zoom < zoom
    playhead.leave()
    qtbot.waitUntil(lambda: records.height() == tall)
    assert is_whole() and records.zoom == zoom


def test_following_the_value_at_work_keeps_the_fit(
    window: MainWindow, playhead: Playhead, records: RecordView, settle: Wait, qtbot: QtBot
) -> None:
    window.resize(1280, 800)
    window.documents.open_example("moons-demo")
    window.selection.show_level(Level.NEURON, "L2.N1")
    qtbot.waitUntil(lambda: records.snapshot.nodes[-1].address == "sample1/L2.N1.out")
    records.open()
    first = [node.address for node in records.snapshot.nodes].index("sample1/L2.N1.w1*h1")
    assert not records.rect().intersects(records.box_of(first))  # of a long graph the end is seen
    for _ in range(20):
        playhead.step()
        settle()
        if playhead.here.address == "sample1/L2.N1.w1*h1":
            break
    qtbot.waitUntil(lambda: records.marks.active == first)
    assert records.rect().contains(records.box_of(first))
    tall = records.height()
    playhead.leave()
    qtbot.waitUntil(lambda: records.height() > tall and records.marks.active == -1)
    last = len(records.snapshot.nodes) - 1
    assert records.rect().contains(records.box_of(last))  # as it was before: nobody had moved it


def test_inside_of_a_step_only_what_is_handed_on_has_the_colour_of_gradients(
    window: MainWindow, playhead: Playhead, records: RecordView, settle: Wait, qtbot: QtBot
) -> None:
    window.selection.select("L1.N1.w1")
    assert records.picture.glows
    playhead.step()
    settle()
    qtbot.waitUntil(lambda: not records.picture.glows)
    playhead.leave()
    qtbot.waitUntil(lambda: records.picture.glows)
    window.selection.clear()


def test_everything_fits(
    window: MainWindow, foot: PlayheadFoot, playhead: Playhead, settle: Wait, qtbot: QtBot
) -> None:
    playhead.step()
    settle()
    before = window.network.graph.height()
    for _ in range(30):
        playhead.step()
    settle()
    QApplication.processEvents()
    assert window.network.graph.height() == before
    for child in foot.findChildren(QWidget):
        assert child.width() >= child.minimumSizeHint().width(), child.objectName()
        assert foot.rect().contains(child.geometry()), child.objectName()


def test_the_menu_and_keys_change_the_scale(window: MainWindow, playhead: Playhead) -> None:
    actions = window.actions_table
    actions["scaleCoarser"].trigger()
    assert playhead.scale is Scale.SAMPLE
    actions["scale_epoch"].trigger()
    assert playhead.scale is Scale.EPOCH
    actions["scaleFiner"].trigger()
    assert playhead.scale is Scale.STEP


def test_the_windows_keys_step_by_the_scale(window: MainWindow, playhead: Playhead, settle: Wait) -> None:
    window.actions_table["step"].trigger()
    settle()
    assert playhead.position is not None
    window.actions_table["leaveStep"].trigger()
    assert playhead.position is None
