"""The status line on the real window: numbers that change move nothing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.widgets.text import SteadyLabel


def test_links_keep_their_places_while_training_runs(qtbot: QtBot, window: MainWindow) -> None:
    runs, bar = window.runs, window.statusBar()
    qtbot.waitUntil(lambda: runs.frame is not None and bar.findChild(QWidget, "bugsLink") is not None)
    assert runs.frame is not None
    link, speed = bar.findChild(QWidget, "bugsLink"), bar.findChild(QLabel, "statusSpeed")
    kernels = bar.findChild(QLabel, "statusKernels")

    def left(widget: QWidget) -> int:
        return widget.mapTo(bar, QPoint()).x()

    places = set()
    for rate, kernel in ((0.0, "numpy"), (7.0, "numpy"), (1234.0, "numba"), (187_972.0, "numba")):
        runs.frame_ready.emit(replace(runs.frame, steps_per_second=rate, kernel=kernel))
        bar.layout().activate()
        places.add((left(link), left(kernels)))
    assert speed.text() == "187\N{THIN SPACE}972 steps/s"
    assert len(places) == 1
    assert speed.geometry().right() < left(link) < left(kernels)


def test_a_steady_label_has_room_for_every_digit(qtbot: QtBot) -> None:
    label = SteadyLabel("", "label")
    qtbot.addWidget(label)
    label.give_room("step 9")
    width = label.width()
    for digit in range(10):
        label.setText(f"step {digit}")
        assert (
            label.fontMetrics().horizontalAdvance(label.text())
            <= width
            == label.sizeHint().boundedTo(label.maximumSize()).expandedTo(label.minimumSize()).width()
        )
