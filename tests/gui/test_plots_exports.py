"""The plots card's plots as files: lines and texts in an SVG, exact numbers in a table."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.document import document_of
from core.examples import load_example
from core.metrics import Confusion, Histograms
from core.surface_of_run import Plane, surface_of_run
from core.trainer import Trainer
from gui.exports.paper import DrawingError, png_bytes, svg_bytes
from gui.exports.plot_picture import plot_csv, plot_drawing, plot_name
from gui.panels.plots_confusion import ConfusionPlot
from gui.panels.plots_lines import Line, LinesPlot
from gui.panels.plots_spread import SpreadPlot
from gui.panels.surface_plot import SurfacePlot
from gui.theme import Theme

SVG = "{http://www.w3.org/2000/svg}"
STEPS = np.arange(0.0, 50.0, 10.0)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme("light")
    theme.apply(qapp)
    return theme


def lines(theme: Theme) -> LinesPlot:
    plot = LinesPlot(theme, percent=True)
    palette = theme.palette
    test = np.array([np.nan, 0.5, 0.75, 0.8, 0.9])
    plot.set_lines(
        STEPS,
        [
            Line("train", palette.accent, np.linspace(0.6, 1.0, 5), 2.0),
            Line("test", palette.negative, test, dashed=True),
        ],
    )
    return plot


def spread(theme: Theme) -> SpreadPlot:
    plot = SpreadPlot(theme)
    counts = np.zeros((5, 4))
    counts[:, 1:3] = 2.0, 1.0
    found = Histograms(STEPS, {"weights L1": np.linspace(-2.0, 2.0, 5)}, {"weights L1": counts})
    plot.set_histograms(found, "weights L1")
    return plot


def confusion(theme: Theme) -> ConfusionPlot:
    plot = ConfusionPlot(theme)
    table = np.array([[5.0, 1.0], [0.0, 6.0]])
    plot.set_confusion(Confusion(("−1", "+1"), table, table))
    return plot


def loss_surface(theme: Theme) -> SurfacePlot:
    trainer = Trainer(load_example("moons"))
    trainer.advance(20)
    plot = SurfacePlot(theme)
    plot.set_surface(
        surface_of_run(document_of(trainer.experiment, None, [trainer]).runs[-1], Plane(("L1.N1.w1", "L1.N1.b")))
    )
    return plot


MAKERS = {"accuracy": lines, "weights L1": spread, "confusion": confusion, "loss surface": loss_surface}


def drawn(widget: QWidget, theme: Theme) -> ElementTree.Element:
    drawing = plot_drawing(widget, theme)
    root = ElementTree.fromstring(svg_bytes(drawing))
    drawing.discard()
    return root


@pytest.mark.parametrize(
    ("name", "words", "header", "rows"),
    [
        ("accuracy", {"Accuracy in %", "train", "test", "100"}, ["step", "train", "test"], 5),
        ("weights L1", {"Weights of L1", "0", "40"}, ["step", "from", "to", "count"], 10),
        ("confusion", {"Confusion", "train: 11 of 12 right", "−1", "5"}, ["rows", "class", "taken for", "count"], 8),
        ("loss surface", {"Loss surface", "L1.N1.b ↑", "L1.N1.w1 →"}, ["L1.N1.w1", "L1.N1.b", "loss"], None),
    ],
)
def test_every_plot_is_a_picture_and_a_table(
    qtbot: QtBot, theme: Theme, name: str, words: set[str], header: list[str], rows: int | None
) -> None:
    plot = MAKERS[name](theme)
    qtbot.addWidget(plot)
    assert plot_name(plot) == name
    root = drawn(plot, theme)
    assert words <= {element.text or "" for element in root.iter(f"{SVG}text")}
    drawing = plot_drawing(plot, theme)
    assert png_bytes(drawing).startswith(b"\x89PNG")
    drawing.discard()
    first, *rest = csv.reader(io.StringIO(plot_csv(plot), newline=""))
    assert first == header
    assert len(rest) == (plot.found.surface.losses.size if isinstance(plot, SurfacePlot) else rows)


def test_lines_are_lines_in_the_colours_of_the_page(qtbot: QtBot, theme: Theme) -> None:
    dark = Theme("dark")
    plot = lines(dark)
    qtbot.addWidget(plot)
    strokes = {line.get("stroke") for line in drawn(plot, theme).iter(f"{SVG}polyline")}
    assert {theme.palette.accent.name(), theme.palette.negative.name()} <= strokes
    values = [row[2] for row in csv.reader(io.StringIO(plot_csv(plot), newline=""))]
    assert values[1:3] == ["", "0.5"]  # there were no test rows at first


def test_plots_without_anything_are_not_exported(qtbot: QtBot, theme: Theme) -> None:
    for plot in (LinesPlot(theme, percent=False), SpreadPlot(theme), ConfusionPlot(theme), SurfacePlot(theme)):
        qtbot.addWidget(plot)
        with pytest.raises(DrawingError):
            plot_drawing(plot, theme)
        with pytest.raises(DrawingError):
            plot_csv(plot)
