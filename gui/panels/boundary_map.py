"""The plane of two inputs: the network's output as a colour map, and the data points on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPainterPath

from core.words import tr
from gui.frames import Maps
from gui.panels.boundary_contours import Contour, ContoursLayer, contour_pieces
from gui.panels.boundary_plot import REACH, PointsPlot, bounds_of, draw_selection_ring
from gui.panels.boundary_points import dot_colour
from gui.panels.boundary_scale import value_scale
from gui.panels.plotting import Layer
from gui.theme import Theme
from gui.widgets.map_image import class_image, map_image

__all__ = ["REACH", "BoundaryMap", "dot_colour", "draw_selection_ring"]

_STRETCH = 1.15  # the most that one way is drawn longer than the other, for a map as wide as high …
_SQUARE = 1.6  # … or nearly so; of others the shape says less, and may give way more
_ROOM = 0.06  # around the points, as a share of their width and height, that stays in sight

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]


class BoundaryMap(PointsPlot):
    """Shows `Maps.output`, or the probabilities of several classes, and the points over two of the inputs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.axes_shown = (0, 1)  # which inputs go across and upwards
        self.discrete = False
        self._maps: Maps | None = None
        self._contours: tuple[Contour, ...] = ()
        self._stretch = 1.0  # pixels of a unit across, to those of a unit upwards
        self._map = _MapLayer(self)
        self._lines = ContoursLayer(self)
        self.restyle()

    @property
    def maps(self) -> Maps | None:
        """Those that are shown."""
        return self._maps

    @property
    def extent(self) -> Extent | None:
        return None if self._maps is None else self._maps.extent

    @property
    def contours(self) -> tuple[Contour, ...]:
        """The boundaries of other runs that are drawn."""
        return self._contours

    def set_contours(self, contours: Sequence[tuple[str, int, Extent, Array]]) -> None:
        """Draw the boundaries of other runs: name, index of a class colour, extent and output (as Maps has them)."""
        self._contours = tuple(Contour(*each) for each in contours)
        scale, classes = value_scale(self.points), self.points.task == "classes"
        self._lines.set_lines(
            [(each.colour, contour_pieces(each, level=scale.centre, classes=classes)) for each in self._contours]
        )
        names = ", ".join(each.name for each in self._contours)
        self.setAccessibleDescription(tr("With the boundaries of {names}", names=names) if names else "")

    def set_axes_shown(self, first: int, second: int) -> None:
        """Which inputs the points lie over; the maps over others go."""
        if (first, second) != self.axes_shown:
            self.axes_shown = first, second
            self.set_points(self.points)

    def set_discrete(self, discrete: bool) -> None:
        """Full colours up to the boundary, instead of paler ones near it."""
        if discrete != self.discrete:
            self.discrete = discrete
            self._show_map()

    def set_output(self, maps: Maps) -> None:
        before, self._maps = self.extent, maps
        self._show_map()
        if maps.extent != before:
            self.frame_points()

    def forget_maps(self) -> None:
        self._maps = None
        self._show_map()

    def restyle(self) -> None:
        super().restyle()
        self._show_map()
        self._lines.refresh()

    def places_of(self, inputs: Array, targets: Array) -> Array:
        columns = [min(axis, inputs.shape[1] - 1) for axis in self.axes_shown]
        return inputs[:, columns]

    def frame_points(self) -> None:
        """The map fills the card as far as no point gets out of sight, and with much the same scale both ways."""
        bounds = bounds_of(self._places, _ROOM)
        extent, area = self.extent or bounds, self.box.rect()
        if extent is None or not (area.width() > 1 and area.height() > 1):
            return
        if self.holds_frame and self._in_sight(area):
            return
        points, aspect = bounds or extent, area.width() / area.height()
        self._stretch = _stretch(extent, points, aspect)
        x, y = _framed(extent, points, aspect / self._stretch)
        self.box.setRange(xRange=x, yRange=y, padding=0)

    def _in_sight(self, area: QRectF) -> bool:
        """Whether all points are seen, and the card has the shape that it had."""
        (left, right), (bottom, top) = self.box.viewRange()
        low, high = self._places.min(axis=0, initial=np.inf), self._places.max(axis=0, initial=-np.inf)
        inside = low[0] >= left and high[0] <= right and low[1] >= bottom and high[1] <= top
        aspect = (right - left) / (top - bottom) * area.height() / area.width()
        return bool(inside) and abs(aspect * self._stretch - 1.0) < 1e-3

    def _shown_inputs(self) -> range | tuple[int, ...]:
        return self.axes_shown if self.points.inputs.shape[1] > 2 else super()._shown_inputs()

    def _output_at(self, inputs: Array) -> Array | None:
        if self._maps is None:
            return None
        left, right, bottom, top = self._maps.extent
        height, width = self._maps.output.shape
        places = self.places_of(inputs, np.zeros(len(inputs)))
        columns = np.rint((places[:, 0] - left) / (right - left) * (width - 1))
        rows = np.rint((top - places[:, 1]) / (top - bottom) * (height - 1))
        picked: Array = self._maps.output[
            np.clip(rows, 0, height - 1).astype(np.intp), np.clip(columns, 0, width - 1).astype(np.intp)
        ]
        return picked

    def _show_map(self) -> None:
        if self._maps is None:
            self._map.set_image(None, None)
        else:
            self._map.set_image(self._image(self._maps), self._maps.extent)

    def _image(self, maps: Maps) -> QImage:
        if self.points.task == "classes" and maps.scores is not None:
            return class_image(maps.scores, self.theme, discrete=self.discrete)
        scale = value_scale(self.points)
        values = maps.output - scale.centre if scale.centre else maps.output
        if self.discrete:
            values = np.where(values > 0.0, 1.0, np.where(values <= 0.0, -1.0, np.nan))
        return map_image(values, self.theme, limit=1.0 if self.discrete else scale.limit)


class _MapLayer(Layer):
    """The picture of the output, scaled smoothly."""

    def __init__(self, plot: BoundaryMap) -> None:
        super().__init__(plot, height=-2)
        self._image: QImage | None = None
        self._extent: Extent | None = None

    def set_image(self, image: QImage | None, extent: Extent | None) -> None:
        self._image, self._extent = image, extent
        self.update()

    def draw(self, painter: QPainter) -> None:
        if self._image is None or self._extent is None:
            return
        left, right, bottom, top = self._extent
        place = QRectF(self.plot.to_pixels(left, top), self.plot.to_pixels(right, bottom))
        clip = QPainterPath()
        clip.addRoundedRect(place & self.plot.box.rect(), self.plot.theme.px(4), self.plot.theme.px(4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(clip)
        painter.drawImage(place, self._image)


def _stretch(extent: Extent, points: Extent, aspect: float) -> float:
    """How much longer a unit is drawn across than upwards, so that the map fills a card of this width : height.

    As little as possible, and the less the more the map is a square.
    """
    wide, high = extent[1] - extent[0], extent[3] - extent[2]
    most = _STRETCH * max(max(wide / high, high / wide) / _SQUARE, 1.0) ** 3
    across, upwards = aspect * (points[3] - points[2]) / wide, aspect * high / (points[1] - points[0])
    return min(across, most) if across > 1.0 else max(upwards, 1.0 / most) if upwards < 1.0 else 1.0


def _framed(extent: Extent, points: Extent, aspect: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ranges to show, width : height = `aspect`: all of `points`, and beyond `extent` only if need be."""
    x, y = (extent[0], extent[1]), (extent[2], extent[3])
    wide, high = x[1] - x[0], y[1] - y[0]
    if wide / high < aspect:  # the card is wider than the map: cut above and below
        high = max(wide / aspect, min(points[3] - points[2], high))
        y = _centred(y, high, (points[2] + points[3]) / 2)
        return _centred(x, high * aspect, (x[0] + x[1]) / 2), y
    wide = max(high * aspect, min(points[1] - points[0], wide))
    x = _centred(x, wide, (points[0] + points[1]) / 2)
    return x, _centred(y, wide / aspect, (y[0] + y[1]) / 2)


def _centred(limits: tuple[float, float], length: float, centre: float) -> tuple[float, float]:
    """A stretch of this length about the centre, moved inside the limits if it fits there."""
    low = centre - length / 2
    if length <= limits[1] - limits[0]:
        low = min(max(low, limits[0]), limits[1] - length)
    return low, low + length
