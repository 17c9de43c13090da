"""Plots as files: lines and texts in an SVG, exact numbers in a table."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.datasets import make_dataset
from core.history import History
from gui.exports.paper import DrawingError, png_bytes, svg_bytes
from gui.exports.plot_picture import plot_csv, plot_drawing, plot_name
from gui.frames import Maps, Points
from gui.main_window import MainWindow
from gui.panels.boundary_map import BoundaryMap
from gui.panels.loss_marks import CurveMark
from gui.panels.loss_plot import LossPlot
from gui.panels.prediction_plot import PredictionPlot
from gui.panels.sheet.curve_plot import CurvePlot
from gui.panels.sheet.error_plot import ErrorPlot
from gui.theme import Theme

SVG = "{http://www.w3.org/2000/svg}"
WAIT_MS = 20_000
LOSSES = np.geomspace(2.0, 0.02, 60)


@pytest.fixture
def loss(qtbot: QtBot, theme: Theme) -> LossPlot:
    plot = LossPlot(theme)
    qtbot.addWidget(plot)
    plot.history.append(np.arange(60.0), LOSSES)
    plot.marks.set_marks([CurveMark(20, "η 0.05 → 0.15")])
    plot.refresh()
    return plot


def boundary(qtbot: QtBot, theme: Theme, rows: int = 6) -> BoundaryMap:
    plot = BoundaryMap(theme)
    qtbot.addWidget(plot)
    inputs = np.column_stack((np.linspace(-2, 2, rows), np.linspace(2, -2, rows)))
    plot.set_points(Points(inputs, np.where(np.arange(rows) % 2, 1.0, -1.0), ("x1", "=x2")))
    plot.set_output(Maps((-3.0, 3.0, -3.0, 3.0), np.linspace(-1, 1, 12).reshape(3, 4), {}))
    plot.set_predictions(np.ones(rows))
    plot.select(2)
    return plot


def read(text: str) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    return header, rows


def drawn(widget: QWidget, theme: Theme) -> ElementTree.Element:
    drawing = plot_drawing(widget, theme)
    root = ElementTree.fromstring(svg_bytes(drawing))
    drawing.discard()
    return root


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_the_loss_curve_is_a_line_with_its_words(loss: LossPlot, theme: Theme) -> None:
    root = drawn(loss, theme)
    written = texts(root)
    assert "Loss" in written
    assert "η 0.05 → 0.15" in written
    assert {"0", "60", "1", "0.1"} <= set(written)
    curve = [line for line in root.iter(f"{SVG}polyline") if line.get("stroke") == theme.palette.accent.name()]
    assert len(curve) == 1
    points = [tuple(map(float, point.split(","))) for point in curve[0].attrib["points"].split()]
    assert len(points) == 60
    heights = [y for _, y in points]
    assert heights == sorted(heights), "it falls"
    assert not list(root.iter(f"{SVG}image"))


def test_all_curves_have_a_name(loss: LossPlot, theme: Theme) -> None:
    loss.full.append(np.array([0.0, 30.0, 59.0]), np.array([1.9, 0.5, 0.1]))
    loss.ghost = History()
    loss.ghost.append(np.arange(30.0), LOSSES[:30] * 1.5)
    loss.refresh()
    root = drawn(loss, theme)
    assert {"batch", "all samples", "previous run"} <= set(texts(root))
    assert len(list(root.iter(f"{SVG}polyline"))) >= 3
    header, rows = read(plot_csv(loss))
    assert header == ["curve", "step", "loss"]
    assert [(row[1], float(row[2])) for row in rows if row[0] == "run"] == [
        (str(step), value) for step, value in enumerate(LOSSES.tolist())
    ]
    assert [row[1:] for row in rows if row[0] == "all samples"] == [["0", "1.9"], ["30", "0.5"], ["59", "0.1"]]
    assert len([row for row in rows if row[0] == "previous run"]) == 30


def test_the_axis_stays_as_it_was_chosen(loss: LossPlot, theme: Theme) -> None:
    loss.set_log_scale(False)
    assert "0.1" not in texts(drawn(loss, theme))
    loss.following = False
    loss.box.setXRange(10.0, 30.0, padding=0)
    assert {"10", "30"} <= set(texts(drawn(loss, theme)))
    assert "60" not in texts(drawn(loss, theme))


def test_the_boundary_has_its_map_and_every_point(qtbot: QtBot, theme: Theme) -> None:
    plot = boundary(qtbot, theme)
    root = drawn(plot, theme)
    assert len(list(root.iter(f"{SVG}image"))) == 1
    assert len(list(root.iter(f"{SVG}circle"))) >= 6 + 2, "the points, and two rings around the selected one"
    assert {"Decision boundary", "selected", "3 of 6 wrong"} <= set(texts(root))
    header, rows = read(plot_csv(plot))
    assert header == ["x1", "'=x2", "output"]
    assert len(rows) == 12
    assert [float(cell) for cell in rows[0]] == [-3.0, 3.0, -1.0], "from the top left"
    assert [float(cell) for cell in rows[-1]] == [3.0, -3.0, 1.0]


@pytest.mark.parametrize("rows", [4, 90])
def test_predictions_against_targets(qtbot: QtBot, theme: Theme, rows: int) -> None:
    plot = PredictionPlot(theme)
    qtbot.addWidget(plot)
    targets, outputs = np.where(np.arange(rows) % 2, 1.0, -1.0), np.linspace(-0.9, 0.9, rows)
    plot.set_points(Points(np.zeros((rows, 3)), targets, ("x1", "x2", "x3")))
    plot.set_predictions(outputs)
    root = drawn(plot, theme)
    assert "Prediction against target" in texts(root)
    assert len(list(root.iter(f"{SVG}circle"))) >= rows
    assert not list(root.iter(f"{SVG}image"))
    header, table = read(plot_csv(plot))
    assert header == ["sample", "target", "output"]
    assert [float(row[2]) for row in table] == outputs.tolist()


def test_a_curve_with_its_tangent(qtbot: QtBot, theme: Theme) -> None:
    plot = CurvePlot(theme, height=100)
    qtbot.addWidget(plot)
    xs = np.linspace(-2.0, 2.0, 41)
    plot.setAccessibleName("f over x: f(1.0) = 1.0, slope 2.0")
    plot.show_point(1.0, 1.0, 2.0)
    plot.show_curve(xs, xs**2)
    root = drawn(plot, theme)
    assert {"f over x", "slope 2.0000"} <= set(texts(root))
    assert plot_name(plot) == "f over x"
    header, rows = read(plot_csv(plot))
    assert header == ["series", "x", "y"]
    assert [float(row[2]) for row in rows if row[0] == "curve"] == (xs**2).tolist()
    assert rows[-1] == ["point", "1.0", "1.0"]


def test_the_errors_of_the_slope(qtbot: QtBot, theme: Theme) -> None:
    plot = ErrorPlot(theme)
    qtbot.addWidget(plot)
    plot.show_errors([1e-1, 1e-4, 1e-8], [1e-2, 1e-5, 1e-9])
    assert "Error of the slope by step h" in texts(drawn(plot, theme))
    header, rows = read(plot_csv(plot))
    assert header == ["h", "error"]
    assert len(rows) == 3
    assert float(rows[1][0]) == pytest.approx(1e-4)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_bitmap_of_a_plot(loss: LossPlot, mode: str) -> None:
    look = Theme(mode)
    drawing = plot_drawing(loss, look)
    image = QImage.fromData(png_bytes(drawing))
    drawing.discard()
    assert image.dotsPerMeterX() == 11811
    assert image.width() == pytest.approx(drawing.size.width() * 3.125, abs=1)
    assert image.pixelColor(2, 2) == look.palette.card
    seen = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(300, 500, 3)}
    assert look.palette.accent.name() in seen


@pytest.mark.parametrize("make", [LossPlot, BoundaryMap, PredictionPlot, ErrorPlot])
def test_an_empty_plot_says_so(qtbot: QtBot, theme: Theme, make: Callable[[Theme], QWidget]) -> None:
    plot = make(theme)
    qtbot.addWidget(plot)
    with pytest.raises(DrawingError, match="nothing"):
        plot_drawing(plot, theme)
    with pytest.raises(DrawingError, match="nothing"):
        plot_csv(plot)


def test_a_widget_that_is_no_plot_is_refused(qtbot: QtBot, theme: Theme) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    with pytest.raises(DrawingError):
        plot_drawing(widget, theme)
    with pytest.raises(DrawingError):
        plot_csv(widget)


def test_a_card_that_is_hidden_is_exported_with_the_newest_numbers(
    window: MainWindow, qtbot: QtBot, theme: Theme
) -> None:
    window.desk.docks["boundary"].hide()
    window.file_verbs.open_example("moons-demo")
    window.runs.move(5)
    qtbot.waitUntil(lambda: window.runs.frame is not None and window.runs.frame.step == 5, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(window.network.loss.history) == 6, timeout=WAIT_MS)
    plot = window.network.boundary.plot
    points = make_dataset(window.documents.experiment.data)
    assert len(list(drawn(plot, theme).iter(f"{SVG}circle"))) >= len(points.targets)
    assert len(read(plot_csv(plot))[1]) == 100 * 100
