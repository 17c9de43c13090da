"""The network lab by mouse in the real window: a weight is dragged and typed, points are painted, data are imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from core.datasets import total_rows
from gui.graph.network_view import NetworkView
from gui.main_window import MainWindow
from gui.panels.import_csv.dialog import ImportDialog

LEFT = Qt.MouseButton.LeftButton
OpenWindow = Callable[[str], MainWindow]


@pytest.fixture
def moons(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    """Training at full speed."""
    window = open_window("moons")
    window.runs.set_speed(500.0)
    window.runs.play()
    qtbot.waitUntil(lambda: step_of(window) > 20)
    return window


def step_of(window: MainWindow) -> int:
    return window.runs.frame.step if window.runs.frame is not None else 0


def weight(window: MainWindow, address: str) -> float:
    assert window.runs.started is not None
    assert window.runs.frame is not None
    return float(window.runs.frame.theta[window.runs.started.parameter_names.index(address)])


def picture(window: MainWindow) -> NetworkView:
    return window.network.findChild(NetworkView)


def goes_on(qtbot: QtBot, window: MainWindow) -> bool:
    """Still playing, and further than it was: nothing began anew."""
    step = step_of(window)
    assert step > 20
    qtbot.waitUntil(lambda: step_of(window) > step)
    return window.runs.playing


def test_a_weight_is_dragged_while_training_goes_on(qtbot: QtBot, moons: MainWindow) -> None:
    view, address = picture(moons), "L2.N1.w2"
    place = view.point_of(address)
    assert place is not None
    start = place.toPoint()
    before = moons.documents.undo_stack.count()
    qtbot.mousePress(view, LEFT, pos=start)
    for way in (-10, -60, -150):
        qtbot.mouseMove(view, start + QPoint(0, way))
    qtbot.mouseRelease(view, LEFT, pos=start + QPoint(0, -150))
    assert moons.documents.undo_stack.count() == before + 1
    assert goes_on(qtbot, moons)
    qtbot.waitUntil(lambda: any(mark.text.startswith(f"{address} =") for mark in moons.network.loss.marks))


def test_a_weight_is_typed(qtbot: QtBot, moons: MainWindow) -> None:
    moons.runs.pause()
    qtbot.waitUntil(lambda: not moons.runs.playing)
    view = picture(moons)
    place = view.point_of("L1.N2.w1")
    assert place is not None
    qtbot.mouseDClick(view, LEFT, pos=place.toPoint())
    field = view.findChild(QLineEdit, "networkWeightField")
    field.selectAll()
    qtbot.keyClicks(field, "-0.125")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: weight(moons, "L1.N2.w1") == -0.125)
    moons.documents.undo_stack.undo()
    qtbot.waitUntil(lambda: weight(moons, "L1.N2.w1") != -0.125)


def test_points_are_painted_while_training_goes_on(qtbot: QtBot, moons: MainWindow) -> None:
    boundary = moons.network.boundary
    rows = total_rows(moons.documents.experiment.data)
    QTest.mouseClick(boundary.header.findChild(QAbstractButton, "boundaryEdit"), LEFT)
    plot = boundary.plot.viewport()
    middle = plot.rect().center()
    QTest.mousePress(plot, LEFT, pos=middle)
    for way in (10, 25, 40):
        QTest.mouseMove(plot, middle + QPoint(way, 0))
    QTest.mouseRelease(plot, LEFT, pos=middle + QPoint(40, 0))
    qtbot.waitUntil(lambda: total_rows(moons.documents.experiment.data) > rows)
    assert moons.documents.experiment.data.own is not None
    assert moons.documents.undo_stack.count() == 1
    assert goes_on(qtbot, moons)
    qtbot.waitUntil(lambda: bool(moons.runs.started and len(moons.runs.started.points.targets) > rows))
    moons.documents.undo_stack.undo()
    assert moons.documents.experiment.data.own is None


def test_a_table_is_dropped_read_and_trained_on(qtbot: QtBot, moons: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    rows = [f"{i / 10:.1f};{(i * 7) % 11 / 10:.1f};{'rose' if i % 3 else 'tulip'}" for i in range(60)]
    path.write_text("\n".join(["length;width;kind", *(row.replace(".", ",") for row in rows)]), encoding="utf-16")
    moons.file_verbs.open_path(path)
    dialog = moons.findChild(ImportDialog)
    button = dialog.findChild(QAbstractButton, "importConfirm")
    qtbot.waitUntil(lambda: button.isEnabled())
    button.click()
    qtbot.waitUntil(lambda: moons.documents.experiment.data.kind == "own")
    own = moons.documents.experiment.data.own
    assert own is not None
    assert (own.names, own.labels) == (("length", "width"), ("rose", "tulip"))
    qtbot.waitUntil(lambda: bool(moons.runs.started and len(moons.runs.started.points.targets) == 60))
    moons.runs.move(5)
    qtbot.waitUntil(lambda: step_of(moons) == 5)


def test_the_edit_menu_copies_and_pastes_points_and_the_status_line_says_how_many(
    qtbot: QtBot, moons: MainWindow
) -> None:
    moons.runs.pause()
    before = total_rows(moons.documents.experiment.data)
    moons.activateWindow()
    moons.network.boundary.plot.setFocus()
    for name in ("copy", "paste"):
        moons.findChild(QAction, name).trigger()
    assert total_rows(moons.documents.experiment.data) == before
    said = moons.statusBar().findChild(QLabel, "statusSize")
    assert said.text() == "No point added: all of them are here already."
