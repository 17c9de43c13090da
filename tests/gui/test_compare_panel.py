"""Comparing runs, on the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from core.document_parts import KeptRecord
from gui.frames import Frame
from gui.main_window import MainWindow
from gui.panels.boundary_map import BoundaryMap
from gui.panels.compare import RATES, RUNS, ComparePanel
from gui.panels.compare_model import BEST, Role
from gui.panels.compare_table import CompareTable
from gui.session.comparison import COLOURS, MOST_KEPT

OpenWindow = Callable[[str], MainWindow]


@pytest.fixture
def moons(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    window = open_window("moons")
    window.desk.show_card("compare")
    qtbot.waitUntil(panel_of(window).isVisible)
    return window


def panel_of(window: MainWindow) -> ComparePanel:
    panel = window.network.panel("compare")
    assert isinstance(panel, ComparePanel)
    return panel


def train(qtbot: QtBot, window: MainWindow, step: int) -> Frame:
    window.runs.move(step - (window.runs.frame.step if window.runs.frame else 0))
    return at(qtbot, window, step)


def at(qtbot: QtBot, window: MainWindow, step: int) -> Frame:
    qtbot.waitUntil(lambda: window.runs.frame is not None and window.runs.frame.step == step)
    assert window.runs.frame is not None
    return window.runs.frame


def press(window: MainWindow, name: str) -> None:
    button = panel_of(window).findChild(QPushButton, name)
    assert button is not None
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def keep(qtbot: QtBot, window: MainWindow) -> None:
    count = len(window.session.comparison.kept)
    press(window, "compareKeep")
    qtbot.waitUntil(lambda: len(window.session.comparison.kept) == count + 1)


def two_rates(qtbot: QtBot, window: MainWindow) -> None:
    """`run 1` at 0.05, `run 2` at 0.4, and the run that goes on has the second one's settings."""
    window.documents.set_training("learning rate", learning_rate=0.05)
    train(qtbot, window, 20)
    press(window, "compareAgain")
    at(qtbot, window, 0)
    window.documents.set_training("learning rate", learning_rate=0.4)
    train(qtbot, window, 20)
    keep(qtbot, window)


def table_of(window: MainWindow) -> CompareTable:
    return panel_of(window).runs.table


def texts(window: MainWindow, title: str) -> list[str]:
    model = panel_of(window).runs.model
    column = model.titles.index(title)
    return [model.text(row, column) for row in range(model.rowCount())]


def choose(window: MainWindow, row: int) -> None:
    """Click on the name of a row."""
    table = table_of(window)
    place = table.visualRect(table.model().index(row, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_an_empty_comparison_says_what_it_is_for(moons: MainWindow) -> None:
    panel = panel_of(moons)
    assert panel.runs._empty.isVisible()
    assert texts(moons, "run") == ["this run"]
    assert panel.runs.model.titles == ("", "run", "step", "loss", "accuracy")


def test_two_runs_from_the_same_weights_differ_in_one_setting(qtbot: QtBot, moons: MainWindow) -> None:
    two_rates(qtbot, moons)
    one, two = moons.session.comparison.kept
    assert one.losses[0] == two.losses[0], "the same initial weights"
    assert panel_of(moons).runs.model.titles == ("", "run", "step", "loss", "accuracy", "η")
    assert texts(moons, "run") == ["this run", "run 1", "run 2"]
    assert texts(moons, "η") == ["0.4", "0.05", "0.4"]
    assert not panel_of(moons).runs._empty.isVisible()


def test_curves_and_boundaries_lie_over_each_other(qtbot: QtBot, moons: MainWindow) -> None:
    two_rates(qtbot, moons)
    loss, boundary = moons.network.loss.plot, moons.network.boundary.plot
    assert isinstance(boundary, BoundaryMap)
    assert [(run.name, run.colour) for run in loss.kept] == [("run 1", COLOURS[0]), ("run 2", COLOURS[1])]
    assert [(each.name, each.colour) for each in boundary.contours] == [("run 1", COLOURS[0]), ("run 2", COLOURS[1])]
    table = table_of(moons)
    box = table.visualRect(table.model().index(1, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert [run.name for run in loss.kept] == ["run 2"]
    assert [each.name for each in boundary.contours] == ["run 2"]
    choose(moons, 1)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert [run.name for run in loss.kept] == ["run 1", "run 2"]
    assert not moons.runs.playing, "the key is the row's own"


def test_boundaries_over_another_plane_are_not_drawn(qtbot: QtBot, moons: MainWindow) -> None:
    train(qtbot, moons, 3)
    keep(qtbot, moons)
    moons.documents.set_data("data", kind="circle")
    qtbot.waitUntil(lambda: moons.runs.started is not None and moons.runs.started.experiment_name == "untitled")
    boundary = moons.network.boundary.plot
    assert isinstance(boundary, BoundaryMap)
    assert boundary.contours == ()
    assert len(moons.network.loss.plot.kept) == 1, "losses can be compared all the same"
    moons.documents.undo_stack.undo()
    assert len(boundary.contours) == 1


def test_a_sigmoid_has_its_boundary_where_its_own_classes_meet(qtbot: QtBot, moons: MainWindow) -> None:
    moons.documents.set_training("loss", loss="half-squared")
    moons.documents.set_network("output", output="sigmoid")
    qtbot.waitUntil(lambda: moons.runs.started is not None and moons.runs.started.points.threshold == 0.5)
    train(qtbot, moons, 3)
    keep(qtbot, moons)
    boundary = moons.network.boundary.plot
    assert isinstance(boundary, BoundaryMap)
    with_sigmoid = boundary.contours[0].output.copy()
    moons.documents.set_network("output", output="tanh")
    qtbot.waitUntil(lambda: bool(np.allclose(boundary.contours[0].output, with_sigmoid - 0.5)))


def test_the_present_run_is_live_and_the_best_is_marked(qtbot: QtBot, moons: MainWindow) -> None:
    two_rates(qtbot, moons)
    model, losses = panel_of(moons).runs.model, []
    for step in (25, 60):
        frame = train(qtbot, moons, step)
        qtbot.waitUntil(lambda step=step: texts(moons, "step")[0] == str(step))
        losses.append(frame.loss)
        assert texts(moons, "loss")[0] == f"{frame.loss:.4f}"
    column = model.titles.index("loss")
    best = [bool(model.index(row, column).data(BEST)) for row in range(3)]
    assert losses[-1] < min(run.loss for run in moons.session.comparison.kept)
    assert best == [True, False, False]
    assert "the best" in model.index(0, column).data(Role.AccessibleTextRole)
    moons.documents.set_training("loss", loss="half-squared")
    best = [bool(model.index(row, column).data(BEST)) for row in range(3)]
    assert best == [False, False, False], "losses of another kind do not compare"


def test_a_run_is_renamed_in_place(qtbot: QtBot, moons: MainWindow) -> None:
    two_rates(qtbot, moons)
    choose(moons, 1)
    table = table_of(moons)
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit, "compareName")
    assert editor is not None
    assert editor.text() == "run 1"
    assert editor.geometry() == table.visualRect(table.model().index(1, 1)), "nothing of the old name is seen"
    editor.selectAll()
    QTest.keyClicks(editor, "slow 1.")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(moons, "run") == ["this run", "slow 1.", "run 2"])
    assert moons.network.loss.plot.kept[0].name == "slow 1."
    assert table.currentIndex().row() == 1


def test_a_run_is_forgotten_and_brought_back(qtbot: QtBot, moons: MainWindow) -> None:
    two_rates(qtbot, moons)
    choose(moons, 1)
    QTest.keyClick(table_of(moons), Qt.Key.Key_Delete)
    assert texts(moons, "run") == ["this run", "run 2"]
    press(moons, "compareBack")
    assert texts(moons, "run") == ["this run", "run 1", "run 2"]


def test_the_context_menu_has_what_can_be_done(qtbot: QtBot, moons: MainWindow) -> None:
    two_rates(qtbot, moons)
    choose(moons, 2)
    runs = panel_of(moons).runs
    runs.table.menu_requested.emit(runs.table.mapToGlobal(QPoint(20, 20)))
    menu = runs.findChild(QMenu, "compareMenu")
    assert menu is not None
    entries = [action.text().replace("&", "") for action in menu.actions()]
    assert entries == ["Go on with run 2", "Hide curve and boundary", "Rename", "Forget"]
    menu.actions()[1].trigger()
    menu.close()
    assert [run.shown for run in moons.session.comparison.kept] == [True, False]


def test_going_on_with_a_run_is_undone(qtbot: QtBot, moons: MainWindow) -> None:
    two_rates(qtbot, moons)
    left = train(qtbot, moons, 33).theta.tolist()
    choose(moons, 1)
    press(moons, "compareGoOn")
    frame = at(qtbot, moons, 20)
    assert frame.loss == moons.session.comparison.kept[0].loss
    assert moons.documents.experiment.training.learning_rate == 0.05
    moons.documents.undo_stack.undo()
    assert at(qtbot, moons, 33).theta.tolist() == left
    assert moons.documents.experiment.training.learning_rate == 0.4


def test_the_file_has_them(qtbot: QtBot, moons: MainWindow, open_window: OpenWindow, tmp_path: Path) -> None:
    two_rates(qtbot, moons)
    moons.session.comparison.rename(moons.session.comparison.kept[0], "slow")
    assert moons.isWindowModified()
    path = tmp_path / "compared.chainrule"
    with qtbot.waitSignal(moons.files.saved):
        moons.files.save(path)
    assert not moons.isWindowModified()
    moons.session.comparison.forget(moons.session.comparison.kept[1])
    assert moons.isWindowModified(), "closing now would lose it"

    other = open_window(str(path))
    comparison = other.session.comparison
    qtbot.waitUntil(lambda: len(comparison.kept) == 2)
    assert [run.name for run in comparison.kept] == ["slow", "run 2"]
    assert comparison.kept[0].loss == moons.session.comparison.kept[0].loss
    assert not other.isWindowModified()
    assert [run.name for run in other.network.loss.plot.kept] == ["slow", "run 2"]
    assert isinstance(other.documents.kept[0], KeptRecord)


def test_eight_runs_are_enough(qtbot: QtBot, moons: MainWindow) -> None:
    for _ in range(MOST_KEPT):
        moons.session.comparison.keep()
    qtbot.waitUntil(lambda: len(moons.session.comparison.kept) == MOST_KEPT)
    runs = panel_of(moons).runs
    assert not runs._keep.isEnabled()
    assert not runs._again.isEnabled()
    assert "forget one" in runs._note.text()


def test_the_header_changes_over(moons: MainWindow) -> None:
    panel = panel_of(moons)
    assert panel.kind == RUNS
    button = moons.findChild(type(next(iter(panel.header._buttons.values()))), "compareKind_rates")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert panel.kind == RATES
    assert panel.sweep.isVisible()
