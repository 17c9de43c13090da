"""Small painted plots: ranges, round labels, and numbers that no plot can show."""

from __future__ import annotations

import logging
import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from gui.panels.sheet.curve_plot import CurvePlot
from gui.panels.sheet.error_plot import ErrorPlot
from gui.panels.sheet.painted_plot import PaintedPlot, fitting_range
from gui.theme import Theme


def test_the_range_fits_the_curve_with_a_little_air() -> None:
    low, high = fitting_range([0.0, 10.0], 5.0)
    assert low < 0.0 < 10.0 < high
    assert high - low < 13.0


def test_what_shoots_far_away_leaves_the_picture_but_the_point_stays() -> None:
    ys = np.concatenate([np.linspace(-1, 1, 99), [1e9]])
    assert fitting_range(ys, 0.0)[1] < 3.0
    assert fitting_range(ys, 7.0)[1] > 7.0


@pytest.mark.parametrize("ys", [[], [math.nan], [math.inf, -math.inf], [2.0, 2.0], [0.0], [1e308, -1e308], [1e-300]])
def test_every_curve_has_a_range(ys: list[float]) -> None:
    low, high = fitting_range(np.array(ys), math.nan)
    assert math.isfinite(low) and math.isfinite(high) and low < high


def test_pixels_and_numbers_fit_each_other(qtbot: QtBot, theme: Theme) -> None:
    plot = PaintedPlot(theme, height=120)
    qtbot.addWidget(plot)
    plot.resize(300, 120)
    plot.set_ranges((-2.0, 8.0), (0.0, 50.0))
    assert plot.x_at(plot.to_pixels(3.0, 0.0).x()) == pytest.approx(3.0)
    assert plot.x_at(-1000.0) == -2.0
    assert [text for _, text in plot.labels_across()] == ["-2", "0", "2", "4", "6", "8"]
    assert math.isfinite(plot.to_pixels(math.nan, math.inf).y())


def test_errors_are_drawn_as_powers_of_ten(qtbot: QtBot, theme: Theme) -> None:
    plot = ErrorPlot(theme)
    qtbot.addWidget(plot)
    plot.resize(290, 84)
    plot.show_errors([1.0, 1e-8, 1e-16], [3.0, 0.0, math.nan])
    plot.mark(1e-8)
    assert [h for h, _ in plot.points] == pytest.approx([1.0, 1e-8])
    assert plot.points[0][1] == pytest.approx(3.0)
    assert plot.to_pixels(0, 0).x() < plot.to_pixels(8, 0).x()  # smaller h to the right, as on the slider
    assert [text for _, text in plot.labels_across()] == ["1", "1e-4", "1e-8", "1e-12", "1e-16"]
    assert not plot.grab().isNull()
    plot.clear()
    assert not plot.grab().isNull()
    assert not plot._failed


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e308])
def test_numbers_that_cannot_be_drawn_are_left_out(qtbot: QtBot, theme: Theme, bad: float) -> None:
    plot = CurvePlot(theme, height=120)
    qtbot.addWidget(plot)
    plot.resize(290, 120)
    xs = np.linspace(-1, 1, 11)
    plot.show_point(0.0, bad, bad, (1.0, bad))
    plot.show_curve(xs, np.where(xs > 0, bad, xs))
    plot.show_dots(xs, np.full(11, bad))
    assert not plot.grab().isNull()
    assert not plot._failed


def test_an_exception_while_painting_is_reported_once(
    qtbot: QtBot, theme: Theme, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(PaintedPlot):
        def draw(self, painter: QPainter, area: QRectF) -> None:
            raise RuntimeError("broken")

    plot = Broken(theme, height=80)
    qtbot.addWidget(plot)
    plot.resize(200, 80)
    with caplog.at_level(logging.ERROR):
        plot.grab()
        plot.grab()
    assert [record.message for record in caplog.records] == ["Broken could not be drawn"]


@pytest.mark.parametrize("slope", [14.0, -3.0, 0.0])
@pytest.mark.parametrize("width", [150, 200, 340])
def test_the_slope_s_label_stays_inside_and_off_the_point(qtbot, qapp, slope: float, width: int) -> None:
    theme = Theme("light")
    theme.apply(qapp)
    plot = CurvePlot(theme, height=104)
    qtbot.addWidget(plot)
    plot.resize(width, 120)
    xs = np.linspace(-5.0, 5.0, 101)
    plot.show_point(3.0, 20.0, slope)
    plot.show_curve(xs, 3 * xs**2 - 4 * xs + 5)
    area, at = plot.area(), plot.to_pixels(3.0, 20.0)
    place = plot.label_place(area, at, 80.0, 9.0)
    assert area.contains(place) and not place.contains(at)
    theme.deleteLater()
