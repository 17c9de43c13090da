"""The plots of the plots card as drawings and as tables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from core.exporters.tables import Cell
from core.words import mark, tr
from gui.exports.plot_drawing import PlotDrawing, ThemedDrawing
from gui.panels.plots_confusion import ConfusionPlot
from gui.panels.plots_lines import Line, LinesPlot
from gui.panels.plots_spread import SpreadPlot
from gui.panels.plotting import Layer, ThemedPlot
from gui.panels.surface_plot import SurfacePlot
from gui.theme import Theme

METRIC_PLOTS = (LinesPlot, SpreadPlot, ConfusionPlot, SurfacePlot)
_WIDE, _SURFACE = QSize(760, 280), QSize(520, 400)  # without headings; pixels
SPREAD_HEADINGS = {  # by the first word of a SpreadPlot's key
    "weights": mark("Weights of {layer}"),
    "gradients": mark("Gradients of {layer}"),
    "activations": mark("Activations of {layer}"),
}

Table = tuple[tuple[str, ...], list[tuple[Cell, ...]]]


def metric_name(widget: QWidget) -> str:
    """What a plot is called in the name of a file."""
    if isinstance(widget, LinesPlot):
        return "accuracy" if widget.percent else "gradients"
    if isinstance(widget, SpreadPlot):
        return widget.key
    return "confusion" if isinstance(widget, ConfusionPlot) else "loss surface"


def metric_drawing(widget: QWidget, theme: Theme) -> PlotDrawing | None:
    """What a plot shows, in the colours of `theme`; None for one without anything on it, or of another kind."""
    if not isinstance(widget, METRIC_PLOTS) or widget.blank:
        return None
    if isinstance(widget, ConfusionPlot):
        return _ConfusionDrawing(widget, theme)
    copy = _copies[type(widget)](widget, theme)
    size = _SURFACE if isinstance(widget, SurfacePlot) else _WIDE
    copy.resize(size)
    copy.grab()  # lays it out without showing it
    return _LayersDrawing(_heading(widget), copy, size)


def metric_table(widget: QWidget) -> Table | None:
    """The numbers of a plot; None for one of another kind."""
    if isinstance(widget, LinesPlot):
        steps = widget.steps.astype(np.int64).tolist()
        columns = [[None if np.isnan(value) else value for value in line.values.tolist()] for line in widget.lines]
        return ("step", *(line.name for line in widget.lines)), list(zip(steps, *columns, strict=True))
    if isinstance(widget, SpreadPlot):
        return ("step", "from", "to", "count"), _spread_rows(widget)
    if isinstance(widget, ConfusionPlot):
        return ("rows", "class", "taken for", "count"), _confusion_rows(widget)
    if isinstance(widget, SurfacePlot):
        return _surface_table(widget)
    return None


class _LayersDrawing(ThemedDrawing):
    """A plot that is made of layers alone."""

    def paint_inside(self, painter: QPainter) -> None:
        layers = [item for item in self._copy.box.childItems() if isinstance(item, Layer)]
        for layer in sorted(layers, key=_height):
            self.draw_layer(painter, layer)


class _ConfusionDrawing(PlotDrawing):
    """The tables; `copy` is a widget of its own that nobody sees."""

    def __init__(self, shown: ConfusionPlot, theme: Theme) -> None:
        super().__init__(tr("Confusion"), theme, _WIDE)
        self._copy = ConfusionPlot(theme)
        self._copy.set_confusion(shown.confusion)
        self._copy.resize(_WIDE)

    def discard(self) -> None:
        self._copy.deleteLater()

    def paint_plot(self, painter: QPainter) -> None:
        self._copy.draw(painter)


def _lines_copy(shown: LinesPlot, theme: Theme) -> ThemedPlot:
    copy = LinesPlot(theme, percent=shown.percent)
    copy.set_lines(shown.steps, [_recoloured(line, i, shown, theme) for i, line in enumerate(shown.lines)])
    return copy


def _recoloured(line: Line, index: int, shown: LinesPlot, theme: Theme) -> Line:
    """The same in the colours of another theme: those of both are in the same order."""
    here, there = shown.theme.palette, theme.palette
    pairs = [(getattr(here, name), getattr(there, name)) for name in ("accent", "negative", "ink")]
    pairs.append((here.class_mark(index), there.class_mark(index)))
    colour = next((new for old, new in pairs if old == line.colour), line.colour)
    return Line(line.name, colour, line.values, line.width, line.dashed)


def _spread_copy(shown: SpreadPlot, theme: Theme) -> ThemedPlot:
    copy = SpreadPlot(theme)
    copy.show_counts(shown.key, shown.steps, shown.edges, shown.counts)
    return copy


def _surface_copy(shown: SurfacePlot, theme: Theme) -> ThemedPlot:
    copy = SurfacePlot(theme)
    copy.set_surface(shown.found)
    copy.path = shown.path
    return copy


_copies: dict[type[QWidget], Callable[..., ThemedPlot]] = {
    LinesPlot: _lines_copy,
    SpreadPlot: _spread_copy,
    SurfacePlot: _surface_copy,
}


def _heading(widget: QWidget) -> str:
    if isinstance(widget, LinesPlot):
        return tr("Accuracy in %") if widget.percent else tr("Length of the gradient")
    if isinstance(widget, SpreadPlot):
        what, _, layer = widget.key.partition(" ")
        return tr(SPREAD_HEADINGS[what], layer=layer)
    return tr("Loss surface")


def _spread_rows(plot: SpreadPlot) -> list[tuple[Cell, ...]]:
    """The bins that hold anything."""
    rows: list[tuple[Cell, ...]] = []
    for step, counts in zip(plot.steps.astype(np.int64).tolist(), plot.counts, strict=True):
        for i in np.flatnonzero(counts).tolist():
            rows.append((step, float(plot.edges[i]), float(plot.edges[i + 1]), int(counts[i])))
    return rows


def _confusion_rows(plot: ConfusionPlot) -> list[tuple[Cell, ...]]:
    labels = plot.confusion.labels if plot.confusion else ()
    return [
        (name, meant, said, int(table[i, j]))
        for name, table in plot.tables()
        for i, meant in enumerate(labels)
        for j, said in enumerate(labels)
    ]


def _surface_table(plot: SurfacePlot) -> Table:
    """The loss at every point of the grid, row by row from below."""
    if plot.found is None:
        return ("loss",), []
    found = plot.found.surface
    across, up = np.tile(found.across, len(found.up)), np.repeat(found.up, len(found.across))
    columns = across.tolist(), up.tolist(), found.losses.ravel().tolist()
    return (found.first.name, found.second.name, "loss"), list(zip(*columns, strict=True))


def _height(layer: Layer) -> float:
    return float(layer.zValue())
