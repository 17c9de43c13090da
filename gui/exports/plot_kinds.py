"""How each plot of the window is drawn: loss curve, boundary, predictions, the small plots of the expression lab."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QWidget

from core.words import tr
from gui.exports.plot_drawing import LegendEntry, PlotDrawing, ThemedDrawing
from gui.panels.boundary_curve import BoundaryCurve
from gui.panels.boundary_legend import BoundaryLegend, LegendKind
from gui.panels.boundary_map import BoundaryMap
from gui.panels.loss_legend import CurveLegend, curves_of
from gui.panels.loss_plot import LossPlot
from gui.panels.plotting import Layer, with_alpha
from gui.panels.prediction_layer import PredictionLayer
from gui.panels.prediction_plot import PredictionPlot
from gui.panels.sheet.painted_plot import PaintedPlot
from gui.theme import Theme

LEGEND = 22  # height of the row below a boundary; pixels


class LossDrawing(ThemedDrawing):
    """The loss curve with its marks, the run before, and the loss of all samples."""

    def __init__(self, copy: LossPlot, plot: QSize) -> None:
        super().__init__(tr("Loss"), copy, plot)
        self._loss = copy

    def legend(self) -> Sequence[LegendEntry]:
        loss, colours = self._loss, self._theme.palette
        legend = CurveLegend(self._theme)
        legend.show_curves(curves_of(loss))
        entries = [(each.text, each.colour, each.width) for each in legend._entries()]
        if loss.ghost is not None and loss.ghost_shown:
            run = [] if entries else [(tr("this run"), colours.accent, 2.0)]
            entries = [*run, *entries, (tr("previous run"), with_alpha(colours.mute, 0.5), 1.5)]
        return entries

    def paint_inside(self, painter: QPainter) -> None:
        """The layers below the curves, the curves, the layers above them; each from the lowest up."""
        layers = [item for item in self._loss.box.childItems() if isinstance(item, Layer)]
        curves = [item for item in self._loss.box.childGroup.childItems() if isinstance(item, pg.PlotCurveItem)]
        for layer in sorted((layer for layer in layers if layer.zValue() < 0), key=_height):
            self.draw_layer(painter, layer)
        for curve in sorted(curves, key=_height):
            self._paint_curve(painter, curve)
        for layer in sorted((layer for layer in layers if layer.zValue() >= 0), key=_height):
            self.draw_layer(painter, layer)

    def _paint_curve(self, painter: QPainter, curve: pg.PlotCurveItem) -> None:
        x, y = curve.getData()
        if x is None or not len(x):
            return
        places = self._copy.all_to_pixels(np.column_stack((x, y)))
        pen: QPen = curve.opts["pen"]
        line = QPen(pen.color(), pen.widthF(), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        if pen.style() is not Qt.PenStyle.SolidLine:
            line.setCapStyle(Qt.PenCapStyle.FlatCap)
            line.setDashPattern(pen.dashPattern())
        painter.setPen(line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for part in _finite(places):
            painter.drawPolyline(QPolygonF([QPointF(*place) for place in part.tolist()]))


class BoundaryDrawing(ThemedDrawing):
    """The map or the curve with its points, and the legend below it."""

    def __init__(self, heading: str, copy: BoundaryMap | BoundaryCurve, plot: QSize) -> None:
        super().__init__(heading, copy, plot)
        self._shown = copy

    @property
    def size(self) -> QSizeF:
        return super().size + QSizeF(0, LEGEND)

    def paint_plot(self, painter: QPainter) -> None:
        super().paint_plot(painter)
        kind = LegendKind.MAP if isinstance(self._shown, BoundaryMap) else LegendKind.CURVE
        _paint_legend(painter, self._shown, kind, has_targets=False, top=self._plot_size.height())

    def paint_inside(self, painter: QPainter) -> None:
        plot = self._shown
        self.draw_layer(painter, plot._map if isinstance(plot, BoundaryMap) else plot._curve)
        painter.save()
        if isinstance(plot, BoundaryMap):
            plot._lines.draw_inside(painter)
        plot._points.draw_each(painter)
        painter.restore()
        self.draw_layer(painter, plot._pointer)


class PredictionDrawing(ThemedDrawing):
    """Predictions against targets, and what their signs mean."""

    def __init__(self, copy: PredictionPlot, plot: QSize) -> None:
        super().__init__(tr("Prediction against target"), copy, plot)
        self._prediction = copy
        self._layer = _VectorLayer(copy)

    @property
    def size(self) -> QSizeF:
        return super().size + QSizeF(0, LEGEND)

    def paint_plot(self, painter: QPainter) -> None:
        super().paint_plot(painter)
        has_targets = not self._prediction.is_cloud
        top = self._plot_size.height()
        _paint_legend(painter, self._prediction, LegendKind.PREDICTIONS, has_targets=has_targets, top=top)

    def paint_inside(self, painter: QPainter) -> None:
        self.draw_layer(painter, self._layer)


class _VectorLayer(PredictionLayer):
    """A cloud of dots, each drawn by itself."""

    def _draw_cloud(self, painter: QPainter) -> None:
        plot = self._plot
        painter.setPen(Qt.PenStyle.NoPen)
        for sample, (x, y) in enumerate(plot.places().tolist()):
            painter.setBrush(with_alpha(plot.colour_of(sample), 0.75))
            painter.drawEllipse(QPointF(x, y), 2.5, 2.5)


class PaintedDrawing(PlotDrawing):
    """Of a small plot that paints itself at once; `copy` is a widget of its own that nobody sees."""

    def __init__(self, heading: str, copy: PaintedPlot, theme: Theme, plot: QSize) -> None:
        super().__init__(heading, theme, plot)
        self._copy = copy

    def discard(self) -> None:
        self._copy.deleteLater()

    def paint_plot(self, painter: QPainter) -> None:
        """As its paintEvent does; a widget that is rendered would clip in the wrong place of an SVG."""
        copy, area = self._copy, self._copy.area()
        copy._draw_ground(painter)
        copy._draw_labels(painter, area)
        painter.setClipRect(area.adjusted(-1, -1, 1, 1))
        copy.draw(painter, area)


def _paint_legend(
    painter: QPainter,
    plot: BoundaryMap | BoundaryCurve | PredictionPlot,
    kind: LegendKind,
    *,
    has_targets: bool,
    top: float,
) -> None:
    wrong = plot.wrong
    legend = BoundaryLegend(plot.theme)
    legend.show_points(kind, plot.points, has_targets=has_targets)
    legend.set_wrong(int(wrong.sum()), wrong.size)
    legend.resize(math.floor(plot.width()), LEGEND)
    painter.translate(0, top)
    _render(painter, legend)


def _render(painter: QPainter, widget: QWidget) -> None:
    """A widget that paints lines and texts, without its background."""
    widget.render(painter, QPoint(0, 0), renderFlags=QWidget.RenderFlag.DrawChildren)


def _height(item: QGraphicsItem) -> float:
    return float(item.zValue())


def _finite(places: np.ndarray) -> Iterator[np.ndarray]:
    """The pieces of a line between places that are not finite."""
    known = np.isfinite(places).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield places[first:end]
