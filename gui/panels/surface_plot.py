"""The loss over a plane, as a map with contour lines, and the way of the run on it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen

from core.contours import contour_segments
from core.history import Array
from core.loss_surface import Direction, Surface, project
from core.surface_of_run import SurfaceOfRun
from core.words import tr
from gui.numbers import format_number
from gui.palette import diverging_table
from gui.panels.axes import LABEL_SIZE
from gui.panels.plotting import Layer, ThemedPlot, blended, draw_bubble, draw_polyline, with_alpha
from gui.panels.surface_key import FULL, NOW_RADIUS, START_RADIUS
from gui.theme import Theme

CONTOURS = 11
MOST_LIVE = 500  # points of the path that come while the surface stays; beyond these every second one goes
_SMALLEST = 1e-12  # of the largest loss: less counts as so much on the logarithmic scale
_EVEN = 2.0  # where the largest loss is less than so many times the smallest, the scale is not logarithmic
_AXIS, _EDGE = 32, 6  # width of the axis and of the room beside the picture, pixels at scale 1
_HALO, _PATH = 4.0, 1.8  # widths, pixels at scale 1


class SurfacePlot(ThemedPlot):
    """Shows a SurfaceOfRun and where the weights are now."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, axes=("left", "bottom"))
        self.found: SurfaceOfRun | None = None
        self.path: Array = np.zeros((0, 2))
        self._levels: Array = np.zeros((0, 0))  # the losses on the scale of the colours
        self._contours: list[Array] = []
        self._map = _MapLayer(self)
        self._way = _WayLayer(self)
        self._pointer = _PointerLayer(self)
        self.hovered.connect(self._on_hovered)
        self.left.connect(self._on_left)
        self.restyle()
        self.set_surface(None)

    @property
    def blank(self) -> bool:
        return self.found is None

    @property
    def hover_text(self) -> str:
        """What the bubble under the pointer says; empty without one."""
        return "  ".join(self._pointer.lines())

    @property
    def contours(self) -> Sequence[Array]:
        """Pieces of the contour lines, (n, 2, 2) for each level: two ends as across and up."""
        return self._contours

    def set_surface(self, found: SurfaceOfRun | None) -> None:
        """Show another one; None for nothing."""
        self.found = found
        self.path = found.path.places if found else np.zeros((0, 2))
        self._levels, self._contours = np.zeros((0, 0)), []
        if found is not None:
            surface = found.surface
            self._levels = scale_of(surface.losses)
            self._contours = _contours(surface, self._levels)
            self.box.setRange(xRange=_ends(surface.across), yRange=_ends(surface.up), padding=0)
        for axis in self.axes:
            axis.setOpacity(0.0 if found is None else 1.0)
            axis.forget_picture()
        self._map.set_levels(self._levels)
        self._way.update()
        self._pointer.update()

    def move_to(self, step: int, theta: Array) -> None:
        """The run is here now."""
        if self.found is None or theta.shape != self.found.surface.theta.shape:
            return
        place = project(self.found.surface, [step], [theta]).places
        if len(self.path) and np.array_equal(place[0], self.path[-1]):
            return
        fixed = len(self.found.path.places)
        if len(self.path) - fixed >= MOST_LIVE:
            self.path = np.concatenate([self.path[:fixed], self.path[fixed::2]])
        self.path = np.concatenate([self.path, place])
        self._way.update()

    def loss_at(self, place: QPointF) -> float | None:
        """The loss at the nearest point that was worked out; None outside of the surface."""
        if self.found is None:
            return None
        surface = self.found.surface
        column, row = (
            round((at - axis[0]) / (axis[1] - axis[0]))
            for at, axis in ((place.x(), surface.across), (place.y(), surface.up))
        )
        inside = 0 <= row < len(surface.up) and 0 <= column < len(surface.across)
        return float(surface.losses[row, column]) if inside else None

    def restyle(self) -> None:
        super().restyle()
        self.axes[0].setWidth(self.theme.px(_AXIS))  # its numbers are short, and docked there is little room
        self.plotItem.layout.setContentsMargins(0, self.theme.px(4), self.theme.px(_EDGE), 0)
        if hasattr(self, "_map"):
            self._map.set_levels(self._levels)

    def _on_hovered(self, position: QPointF) -> None:
        inside = not self.blank and self.box.rect().contains(position)
        self._pointer.put(self.from_pixels(position) if inside else None)

    def _on_left(self) -> None:
        self._pointer.put(None)


class _MapLayer(Layer):
    """The losses as colours, and the contour lines over them."""

    def __init__(self, plot: SurfacePlot) -> None:
        super().__init__(plot, height=-2)
        self._surface_plot = plot
        self._image: QImage | None = None

    def set_levels(self, levels: Array) -> None:
        self._image = self._drawn(levels) if levels.size else None
        self.update()

    def draw(self, painter: QPainter) -> None:
        plot = self._surface_plot
        if self._image is None or plot.found is None:
            return
        across, up = (_outer(axis) for axis in (plot.found.surface.across, plot.found.surface.up))
        painter.setClipRect(plot.box.rect())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(plot.to_pixels(across[0], up[1]), plot.to_pixels(across[1], up[0]))
        painter.drawImage(place, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(with_alpha(plot.theme.palette.ink, 0.35), plot.theme.px(1))
        pen.setCosmetic(True)
        painter.setPen(pen)
        for pieces in plot.contours:
            ends = plot.all_to_pixels(pieces.reshape(-1, 2)).reshape(-1, 4)
            painter.drawLines([QLineF(*end) for end in ends.tolist()])

    def _drawn(self, levels: Array) -> QImage:
        """One pixel a point, the largest row on top; what is not finite is as large as can be."""
        colours = self.plot.theme.palette
        table = diverging_table(colours.card, colours.card, blended(colours.card, colours.accent, FULL))[128:]
        places = (np.nan_to_num(levels, nan=1.0, posinf=1.0) * 127.0).astype(np.intp)
        pixels = np.ascontiguousarray(table[places[::-1]])
        height, width = pixels.shape
        return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class _WayLayer(Layer):
    """The path, where it began, and where the weights are now; the names of the axes."""

    def __init__(self, plot: SurfacePlot) -> None:
        super().__init__(plot, height=1)
        self._surface_plot = plot

    def draw(self, painter: QPainter) -> None:
        plot, theme = self._surface_plot, self.plot.theme
        if plot.found is None:
            return
        colours = theme.palette
        painter.setClipRect(plot.box.rect())
        places = plot.all_to_pixels(plot.path)
        for colour, width in ((with_alpha(colours.card, 0.8), _HALO), (colours.ink, _PATH)):
            draw_polyline(painter, places, colour, width * theme.scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.card, theme.px(1.5)))
        if len(places):
            painter.setBrush(colours.ink)
            painter.drawEllipse(QPointF(*places[0]), theme.px(START_RADIUS), theme.px(START_RADIUS))
            painter.setBrush(colours.negative)
            painter.drawEllipse(QPointF(*places[-1]), theme.px(NOW_RADIUS), theme.px(NOW_RADIUS))
        self._draw_names(painter)

    def _draw_names(self, painter: QPainter) -> None:
        """In the corners, on pale grounds."""
        plot, theme = self._surface_plot, self.plot.theme
        assert plot.found is not None
        surface, area = plot.found.surface, plot.box.rect()
        font = theme.font(LABEL_SIZE)
        metrics, pad = QFontMetricsF(font), theme.px(4)
        painter.setFont(font)
        texts = (f"{axis_name(surface.second)} ↑", False), (f"{axis_name(surface.first)} →", True)
        for text, below in texts:
            wide, high = metrics.horizontalAdvance(text) + 2 * pad, metrics.height() + pad
            corner = QPointF(area.right() - wide - pad, area.bottom() - high - pad) if below else None
            place = QRectF(corner or QPointF(area.left() + pad, area.top() + pad), QPointF())
            place.setWidth(wide)
            place.setHeight(high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(theme.palette.card, 0.85))
            painter.drawRoundedRect(place, theme.px(4), theme.px(4))
            painter.setPen(theme.palette.ink)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


class _PointerLayer(Layer):
    """The bubble under the pointer."""

    def __init__(self, plot: SurfacePlot) -> None:
        super().__init__(plot, height=5)
        self._surface_plot = plot
        self._place: QPointF | None = None

    def put(self, place: QPointF | None) -> None:
        self._place = place
        self.update()

    def lines(self) -> list[str]:
        found, place = self._surface_plot.found, self._place
        loss = self._surface_plot.loss_at(place) if place is not None else None
        if found is None or place is None or loss is None:
            return []
        first, second = axis_name(found.surface.first), axis_name(found.surface.second)
        return [
            tr("loss {loss}", loss=format_number(loss)),
            f"{first} {format_number(place.x(), 3)}",
            f"{second} {format_number(place.y(), 3)}",
        ]

    def draw(self, painter: QPainter) -> None:
        lines = self.lines()
        if lines and self._place is not None:
            plot = self._surface_plot
            at = plot.to_pixels(self._place.x(), self._place.y())
            draw_bubble(painter, plot.theme, lines, at, QRectF(plot.box.rect()))


def scale_of(losses: Array) -> Array:
    """Where losses lie on the scale of colours, 0 … 1: logarithmic, unless all are nearly the same; nan stays."""
    known = losses[np.isfinite(losses)]
    if not known.size or known.min() == known.max():
        return np.where(np.isfinite(losses), 0.0, np.nan)
    low, high = float(known.min()), float(known.max())
    if high <= 0.0 or 0.0 < high <= _EVEN * low:
        scaled = (losses - low) / (high - low)
    else:
        low = max(low, _SMALLEST * high)
        with np.errstate(all="ignore"):
            scaled = np.log(np.maximum(losses, low) / low) / math.log(high / low)
    return np.where(np.isfinite(losses), scaled, np.nan)


def _contours(surface: Surface, levels: Array) -> list[Array]:
    """Of evenly spaced colours, in the numbers of the axes."""
    steps = np.array([surface.across[1] - surface.across[0], surface.up[1] - surface.up[0]])
    corner = np.array([surface.across[0], surface.up[0]])
    heights = (np.arange(CONTOURS) + 0.5) / CONTOURS
    return [contour_segments(levels, float(height)) * steps + corner for height in heights]


def _ends(axis: Array) -> tuple[float, float]:
    return float(axis[0]), float(axis[-1])


def _outer(axis: Array) -> tuple[float, float]:
    """The ends of the pixels: half a step beyond those of the axis."""
    half = float(axis[1] - axis[0]) / 2
    return float(axis[0]) - half, float(axis[-1]) + half


def axis_name(direction: Direction) -> str:
    """An address, or words."""
    return direction.name if direction.parameter is not None else tr(direction.name)
