"""Predictions against targets, of every task."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.frames import Points
from gui.panels.prediction_plot import PredictionPlot
from gui.theme import Theme


@pytest.fixture
def plot(qtbot: QtBot, qapp: QApplication) -> PredictionPlot:
    plot = PredictionPlot(Theme("light"))
    plot.resize(320, 220)
    qtbot.addWidget(plot)
    plot.show()
    plot.grab()
    return plot


def classes(rows: int) -> tuple[Points, np.ndarray]:
    own = np.arange(rows) % 3
    points = Points(np.zeros((rows, 4)), np.eye(3)[own], ("x1", "x2", "x3", "x4"), "classes", ("ant", "bee", "cow"))
    scores = np.log(np.array([0.7, 0.2, 0.1]))[:, None] + np.zeros(rows)
    return points, scores


@pytest.mark.parametrize("rows", [6, 90])
def test_of_classes_the_chance_of_the_right_one_is_shown(plot: PredictionPlot, rows: int) -> None:
    points, scores = classes(rows)
    plot.set_points(points)
    plot.set_predictions(scores)
    assert plot.wrong.tolist() == [row % 3 != 0 for row in range(rows)]
    heights = [plot.from_pixels(plot.position_of(sample)).y() for sample in range(3)]
    assert heights == pytest.approx([0.7, 0.2, 0.1])
    assert plot.text_of(1) == "sample 2  target bee  output ant  right 20%"
    assert plot.colour_of(1) == plot.theme.palette.class_mark(0)
    assert plot.target_colour(1) == plot.theme.palette.class_mark(1)
    assert not plot.grab().isNull()


def test_a_cloud_of_classes_has_a_column_for_each(plot: PredictionPlot) -> None:
    points, scores = classes(90)
    plot.set_points(points)
    plot.set_predictions(scores)
    across = [plot.from_pixels(plot.position_of(sample)).x() for sample in range(90)]
    assert np.abs(np.array(across) - np.arange(90) % 3).max() < 0.5
    before = plot.grab().toImage()
    plot.set_predictions(-scores)
    assert plot.grab().toImage() != before


@pytest.mark.parametrize("rows", [10, 100])
def test_numbers_over_their_range(plot: PredictionPlot, rows: int) -> None:
    targets = np.linspace(10.0, 30.0, rows)
    points = Points(np.zeros((rows, 3)), targets, ("x1", "x2", "x3"), "regression", (), target_range=(8.0, 32.0))
    plot.set_points(points)
    plot.set_predictions(targets + 1.0)
    low, high = plot.box.viewRange()[1]
    assert low < 10.0 < 31.0 < high
    assert high - low < 40.0
    assert plot.wrong.size == 0
    assert plot.text_of(0) == "sample 1  target 10  output 11.0000"
    here = plot.from_pixels(plot.position_of(rows - 1))
    assert here.y() == pytest.approx(31.0)
    if plot.is_cloud:
        assert here.x() == pytest.approx(30.0)
    assert not plot.grab().isNull()


def test_a_sigmoid_is_right_beyond_a_half(plot: PredictionPlot) -> None:
    targets = np.array([0.0, 1.0, 0.0, 1.0])
    points = Points(np.zeros((4, 3)), targets, ("x1", "x2", "x3"), threshold=0.5, target_range=(0.0, 1.0))
    plot.set_points(points)
    plot.set_predictions(np.array([0.4, 0.4, 0.6, 0.6]))
    assert plot.wrong.tolist() == [False, True, True, False]
    low, high = plot.box.viewRange()[1]
    assert -0.5 < low < 0.0 < 1.0 < high < 1.5
    assert plot.colour_of(0) == plot.theme.palette.negative
    assert plot.colour_of(3) == plot.theme.palette.positive


def test_predictions_of_other_rows_are_not_mixed_in(plot: PredictionPlot) -> None:
    points, scores = classes(6)
    plot.set_points(points)
    plot.set_predictions(scores[:, :4])
    assert plot.wrong.size == 0
    assert plot.text_of(5) == "sample 6  target cow"
    assert not plot.grab().isNull()


def test_outputs_that_are_not_finite(plot: PredictionPlot) -> None:
    points, scores = classes(90)
    scores[0, :5], scores[1, 5:9] = np.nan, np.inf
    plot.set_points(points)
    plot.set_predictions(scores)
    assert not plot.grab().isNull()
