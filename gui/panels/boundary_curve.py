"""One input: it goes across, the output upwards as a curve; of several classes one curve of probability each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.frames import Maps
from gui.panels.boundary_plot import PointsPlot, bounds_of
from gui.panels.boundary_scale import kinds_of, value_scale
from gui.panels.plotting import Layer
from gui.theme import Theme

_ROOM = 0.25  # above and below the targets of two classes, as a share of the scale's limit
_SIDES = 0.1  # left and right of the points, as a share of their width
_MOST = 4.0  # times the limit: curves that go farther leave the plot
_SHRINK_BELOW = 0.4  # of the reach: then a smaller one is taken
_ROW = 0.09  # of the probability's axis: height of a row of points below it

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]


class BoundaryCurve(PointsPlot):
    """Shows `Maps.output` of one row, or the probabilities of several classes, and the points by their targets."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, axes=("left", "bottom"), on_card=True)
        self.setObjectName("boundaryCurve")
        self._maps: Maps | None = None
        self._reach = 1.0  # how much longer than that of the targets the axis upwards is
        self._curve = _CurveLayer(self)
        self.restyle()

    @property
    def maps(self) -> Maps | None:
        """Those that are shown."""
        return self._maps

    @property
    def extent(self) -> Extent | None:
        (left, right), (bottom, top) = self.box.viewRange()
        return None if self._maps is None else (left, right, bottom, top)

    @property
    def heights(self) -> tuple[float, ...]:
        """Where the points of each class lie; none of a regression: they lie at their targets."""
        points = self.points
        if points.task == "regression":
            return ()
        if points.task == "classes":
            return tuple(-_ROW * (index + 1) for index in range(len(points.labels)))
        scale = value_scale(points)
        return scale.low, scale.high

    def set_output(self, maps: Maps) -> None:
        before, self._maps = self._maps, maps
        largest = self._largest(maps)
        changed = largest > self._reach or largest < _SHRINK_BELOW * self._reach
        if changed:
            self._reach = 1.0
            while self._reach < min(largest, _MOST):
                self._reach *= 2.0
        if changed or before is None or before.extent != maps.extent:
            self.frame_points()
        self._curve.update()

    def forget_maps(self) -> None:
        self._maps = None
        self._reach = 1.0
        self._curve.update()

    def places_of(self, inputs: Array, targets: Array) -> Array:
        across = inputs[:, 0] if inputs.shape[1] else np.zeros(len(inputs))
        if self.points.task == "regression":
            return np.column_stack((across, targets))
        return np.column_stack((across, np.array(self.heights)[kinds_of(self.points, targets)]))

    def frame_points(self) -> None:
        """All that is trained on, and the curve as far as it does not run away."""
        points = self.points
        if self.holds_frame and self._maps is not None and self._in_sight():
            return
        bounds = bounds_of(self._places, _SIDES)
        if points.ranges:
            low, high = points.ranges[0]
        elif bounds is not None:
            low, high = bounds[:2]
        else:
            return
        scale = value_scale(points)
        if points.task == "classes":
            bottom, top = -_ROW * (len(points.labels) + 0.8), 1.04
        elif points.task == "signs":
            reach = (1.0 + _ROOM) * self._reach * scale.limit
            bottom, top = scale.centre - reach, scale.centre + reach
        else:
            middle, half = sum(points.target_range) / 2, np.ptp(points.target_range) / 2 or 1.0
            bottom, top = middle - half * self._reach, middle + half * self._reach
        self.box.setRange(xRange=(low, high), yRange=(bottom, top), padding=0)
        self._name_heights()

    def restyle(self) -> None:
        super().restyle()
        self._name_heights()
        self._curve.update()

    def lines(self) -> list[tuple[QColor, Array]]:
        """Colour and points (n, 2) of every curve, in units of the plot."""
        maps, palette = self._maps, self.theme.palette
        if maps is None:
            return []
        across = np.linspace(maps.extent[0], maps.extent[1], maps.output.shape[1])
        if self.points.task == "classes" and maps.scores is not None:
            return [
                (palette.class_mark(index), np.column_stack((across, score[0])))
                for index, score in enumerate(maps.scores)
            ]
        return [(palette.accent, np.column_stack((across, maps.output[0])))]

    def _output_at(self, inputs: Array) -> Array | None:
        maps = self._maps
        if maps is None:
            return None
        width = maps.output.shape[1]
        share = (inputs[:, 0] - maps.extent[0]) / (maps.extent[1] - maps.extent[0])
        picked: Array = maps.output[0, np.clip(np.rint(share * (width - 1)), 0, width - 1).astype(np.intp)]
        return picked

    def _largest(self, maps: Maps) -> float:
        """How far the curve goes, 1 for as far as the targets' range."""
        if self.points.task == "classes":
            return 1.0
        output = maps.output[np.isfinite(maps.output)]
        if self.points.task == "signs":
            scale = value_scale(self.points)
            return float(np.abs(output - scale.centre).max(initial=0.0) / ((1.0 + _ROOM) * scale.limit))
        low, high = self.points.target_range
        return float(np.abs(output - (low + high) / 2).max(initial=0.0) / ((high - low) / 2 or 1.0))

    def _in_sight(self) -> bool:
        (left, right), (bottom, top) = self.box.viewRange()
        if not len(self._places):
            return True
        low, high = self._places.min(axis=0), self._places.max(axis=0)
        return bool(low[0] >= left and high[0] <= right and low[1] >= bottom and high[1] <= top)

    def _name_heights(self) -> None:
        """Upwards: the targets of two classes, shares of several; of a regression round numbers."""
        axis, points = self.axes[0], self.points
        if points.task == "signs":
            scale = value_scale(points)
            values = (scale.low, scale.centre, scale.high)
            axis.setTicks([[(value, "0" if not value else f"{value:+g}") for value in values]])
        elif points.task == "classes":
            axis.setTicks([[(value, f"{value:.0%}") for value in (0.0, 0.5, 1.0)]])
        else:
            axis.setTicks(None)
        axis.setWidth(self.theme.px(38 if points.task == "classes" else 34))


class _CurveLayer(Layer):
    """Threshold and curves, below the points."""

    def __init__(self, plot: BoundaryCurve) -> None:
        super().__init__(plot, height=0)
        self._owner = plot

    def draw(self, painter: QPainter) -> None:
        plot, theme = self._owner, self.plot.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(plot.box.rect())
        painter.setClipRect(area)
        if plot.points.task == "signs":
            self._draw_signs(painter, area)
            return
        for colour, line in plot.lines():
            painter.setPen(QPen(colour, 2.0 * theme.scale))
            self._draw_line(painter, line)

    def _draw_signs(self, painter: QPainter, area: QRectF) -> None:
        """The threshold, and the curve in the colour of the side that it is on."""
        plot, theme = self._owner, self.plot.theme
        level = plot.to_pixels(0.0, value_scale(plot.points).centre).y()
        pen = QPen(theme.palette.mute, theme.px(1), Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QLineF(area.left(), level, area.right(), level))
        above = QRectF(area.left(), area.top(), area.width(), level - area.top())
        below = QRectF(area.left(), level, area.width(), area.bottom() - level)
        for side, colour in ((above, theme.palette.positive), (below, theme.palette.negative)):
            painter.setClipRect(side & area)
            for _, line in plot.lines():
                painter.setPen(QPen(colour, 2.5 * theme.scale))
                self._draw_line(painter, line)
        painter.setClipRect(area)

    def _draw_line(self, painter: QPainter, line: Array) -> None:
        """Its finite parts; what lies far outside is cut, or Qt would overflow."""
        area = self.plot.box.rect()
        places = self.plot.all_to_pixels(line)
        known = np.isfinite(places).all(axis=1)
        places[:, 1] = np.clip(places[:, 1], area.top() - area.height(), area.bottom() + area.height())
        edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
        for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            painter.drawPolyline(QPolygonF([QPointF(*place) for place in places[first:end].tolist()]))
