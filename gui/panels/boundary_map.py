"""The plane of two inputs: the network's output as a colour map, and the data points on it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from gui.frames import Maps, Points
from gui.numbers import format_number
from gui.panels.plotting import Layer, ThemedPlot, blended, draw_bubble, draw_copies
from gui.theme import Theme
from gui.widgets.map_image import map_image

LIMIT = 1.0
"""Outputs from here on have the full colour: the targets, and the margin of a score."""

REACH = 12.0
"""Pixels at scale 1 from a point within which it is meant."""

_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_SMALLER_FROM = 500  # points: then dots are drawn smaller
_SMALLEST_FROM = 3000
_ROOM = 0.06  # around the points, as a share of their width and height, that stays in sight

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]


class BoundaryMap(ThemedPlot):
    """Shows `Maps.output` and the points; the owner says what is selected and is told of clicks."""

    sample_clicked = Signal(int)
    moved = Signal(int)  # -1 or 1: another sample is wanted by keyboard

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, keys=_KEYS)
        self._inputs: Array = np.zeros((0, 2))
        self._targets: Array = np.zeros(0)
        self._names: tuple[str, ...] = ("x1", "x2")
        self._predictions: Array = np.zeros(0)
        self._extent: Extent | None = None
        self._output: Array | None = None
        self._map = _MapLayer(self)
        self._points = _PointsLayer(self)
        self._pointer = _PointerLayer(self)
        self.box.sigResized.connect(self._frame_points)
        self.hovered.connect(self._on_hovered)
        self.left.connect(self._on_left)
        self.clicked.connect(self._on_clicked)
        self.key_pressed.connect(self._on_key)
        self.restyle()

    @property
    def hover_text(self) -> str:
        """What the bubble over the point under the mouse says; empty if there is none."""
        return self._pointer.text()

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which rows are on the wrong side of the boundary; empty before the first prediction."""
        return self._predictions * self._targets[: self._predictions.size] <= 0.0

    def set_points(self, points: Points, *, keeps_map: bool = False) -> None:
        """Show other points; the map goes unless the next one is sure to be for the same plane (no flicker then)."""
        self._inputs, self._targets, self._names = points.inputs[:, :2], points.targets, points.names
        self._predictions = np.zeros(0)
        if not keeps_map:
            self._extent = self._output = None
            self._map.set_image(None, None)
        self._pointer.set_hovered(-1)
        self._points.set_points(self._inputs, self._targets)
        self._frame_points()

    def set_output(self, maps: Maps) -> None:
        """Show the output over the plane."""
        self._output = maps.output
        self._map.set_image(map_image(maps.output, self.theme, limit=LIMIT), maps.extent)
        if maps.extent != self._extent:
            self._extent = maps.extent
            self._frame_points()

    def set_predictions(self, predictions: Array) -> None:
        """Mark the points that are classified wrongly."""
        self._predictions = predictions
        self._points.set_wrong(self.wrong)
        self._pointer.update()

    def select(self, sample: int) -> None:
        self._pointer.set_selected(sample)

    def restyle(self) -> None:
        super().restyle()
        if self._output is not None:
            self._map.set_image(map_image(self._output, self.theme, limit=LIMIT), self._extent)
        self._points.restyle()

    def position_of(self, sample: int) -> QPointF:
        """Where a point lies in the view box."""
        return self.to_pixels(float(self._inputs[sample, 0]), float(self._inputs[sample, 1]))

    def nearest(self, position: QPointF) -> int:
        """The sample within reach of a position in the view box, counted from 0; -1 if there is none."""
        if not self._targets.size:
            return -1
        places = self.places()
        distances = np.hypot(places[:, 0] - position.x(), places[:, 1] - position.y())
        sample = int(np.argmin(distances))
        return sample if distances[sample] <= self.theme.px(REACH) else -1

    def places(self) -> Array:
        """All points in pixels of the view box, (rows, 2)."""
        return self.all_to_pixels(self._inputs)

    def text_of(self, sample: int) -> tuple[str, ...]:
        """The lines of the bubble of a sample."""
        x1, x2 = (format_number(value, 2) for value in self._inputs[sample])
        lines = f"sample {sample + 1}", f"{self._names[0]} {x1}  {self._names[1]} {x2}"
        result = f"target {self._targets[sample]:+g}"
        if sample < self._predictions.size:
            result += f"  output {format_number(self._predictions[sample], 2)}"
        return (*lines, result)

    def _frame_points(self) -> None:
        """Same scale both ways, and the map fills the card as far as no point gets out of sight."""
        extent = self._extent or _bounds(self._inputs)
        area = self.box.rect()
        if extent is None or not (area.width() > 1 and area.height() > 1):
            return
        x, y = _framed(extent, _bounds(self._inputs) or extent, area.width() / area.height())
        self.box.setRange(xRange=x, yRange=y, padding=0)

    def _on_hovered(self, position: QPointF) -> None:
        self._pointer.set_hovered(self.nearest(position))

    def _on_left(self) -> None:
        self._pointer.set_hovered(-1)

    def _on_clicked(self, position: QPointF) -> None:
        sample = self.nearest(position)
        if sample >= 0:
            self.sample_clicked.emit(sample)

    def _on_key(self, key: int) -> None:
        self.moved.emit(1 if key == Qt.Key.Key_Right else -1)


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


class _PointsLayer(Layer):
    """The data points, as copies of four small pictures: two classes, right and wrong. Fast for thousands."""

    def __init__(self, plot: BoundaryMap) -> None:
        super().__init__(plot, height=1)
        self._map = plot
        self._looks: NDArray[np.intp] = np.zeros(0, dtype=np.intp)  # which picture each point has
        self._positive: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._atlas: tuple[float, QPixmap] | None = None  # device pixel ratio, pictures side by side

    def set_points(self, inputs: Array, targets: Array) -> None:
        self._positive = targets > 0.0
        self._looks = self._positive.astype(np.intp)
        self._atlas = None
        self.update()

    def set_wrong(self, wrong: NDArray[np.bool_]) -> None:
        self._looks = self._positive + 2 * np.resize(wrong, self._positive.size)
        self.update()

    def restyle(self) -> None:
        self._atlas = None
        self.update()

    def draw(self, painter: QPainter) -> None:
        if not self._looks.size:
            return
        ratio = painter.device().devicePixelRatioF()
        if self._atlas is None or self._atlas[0] != ratio:
            self._atlas = ratio, self._drawn_atlas(ratio)
        pixmap = self._atlas[1]
        side = pixmap.height()
        draw_copies(painter, pixmap, self._map.places(), self._looks * side, side, ratio)

    def _drawn_atlas(self, ratio: float) -> QPixmap:
        """Negative, positive, and both again as wrong ones: hollow, so that one sees the errors."""
        theme, count = self.plot.theme, self._looks.size
        colours = theme.palette
        diameter = theme.px(8 if count < _SMALLER_FROM else 6 if count < _SMALLEST_FROM else 4) * ratio
        side = math.ceil(diameter + 5 * ratio)
        pixmap = QPixmap(4 * side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hollow = colours.ink if theme.dark else colours.card
        for place, colour in enumerate((dot_colour(colours.negative), dot_colour(colours.positive))):
            centre = QPointF((place + 0.5) * side, side / 2)
            _draw_dot(
                painter, centre, diameter, colour, QPen(colours.card, ratio if count < _SMALLEST_FROM else ratio / 2)
            )
            centre += QPointF(2 * side, 0.0)
            _draw_dot(painter, centre, diameter + ratio, hollow, QPen(colour, diameter / 4))
        painter.end()
        return pixmap


class _PointerLayer(Layer):
    """The ring around the selected point, and the bubble of the one under the mouse."""

    def __init__(self, plot: BoundaryMap) -> None:
        super().__init__(plot, height=5)
        self._map = plot
        self._hovered = -1
        self._selected = -1

    def set_hovered(self, sample: int) -> None:
        if sample != self._hovered:
            self._hovered = sample
            self.update()

    def set_selected(self, sample: int) -> None:
        self._selected = sample
        self.update()

    def text(self) -> str:
        return "  ".join(self._map.text_of(self._hovered)) if self._hovered >= 0 else ""

    def draw(self, painter: QPainter) -> None:
        theme, rows = self.plot.theme, len(self._map.places())
        if 0 <= self._selected < rows:
            draw_selection_ring(painter, theme, self._map.position_of(self._selected))
        if 0 <= self._hovered < rows:
            at = self._map.position_of(self._hovered)
            draw_bubble(painter, theme, self._map.text_of(self._hovered), at, QRectF(self.plot.box.rect()))


def draw_selection_ring(painter: QPainter, theme: Theme, centre: QPointF) -> None:
    """The strong ink outline of what is selected, with a pale ring that sets it off from any colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((theme.palette.card, 6.0), (theme.palette.ink, 2.5)):
        painter.setPen(QPen(colour, theme.px(width)))
        painter.drawEllipse(centre, theme.px(8), theme.px(8))


def dot_colour(colour: QColor) -> QColor:
    """A class's colour, dark enough to stand out from a map in the same colour."""
    return blended(colour, QColor(0, 0, 0), 0.5)


def _draw_dot(painter: QPainter, centre: QPointF, diameter: float, colour: QColor, rim: QPen) -> None:
    painter.setPen(rim)
    painter.setBrush(colour)
    painter.drawEllipse(centre, diameter / 2, diameter / 2)


def _bounds(inputs: Array) -> Extent | None:
    """The rectangle around the points, with some room; None without points."""
    if not inputs.size:
        return None
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    room = np.maximum((high - low) * _ROOM, 1e-6)
    low, high = low - room, high + room
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


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
