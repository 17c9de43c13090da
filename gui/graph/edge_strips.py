"""The edges of the network level as one picture per pair of columns, redrawn only when it is worth it."""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gui.graph.edge_raster import GLOW, NEGATIVE, POSITIVE, Colour, Strokes, coloured, raster
from gui.graph.network_layout import Gap, NetworkLayout
from gui.graph.network_structure import Masks
from gui.graph.viewport import Viewport
from gui.theme import Theme

Array = NDArray[np.float64]

REFRESH_SECONDS = 0.1  # between two pictures of the same edges while training moves their weights
SHARE = 0.08  # of the time may go into redrawing edges: where that takes long, it happens less often
POLL_SECONDS = 0.02  # between two looks whether a picture that is drawn beside the window is ready
BUDGET_SECONDS = 0.005  # of one paint for pictures that are out of date; the rest of them wait for the next paint
FIRST_BUDGET_SECONDS = 0.04  # of one paint for those that are missing altogether
THINNEST, WIDEST = 0.5, 7.0  # pixels at scale 1
FULL_WEIGHT = 2.5  # |weight| at which the width is 63 % of its way from thinnest to widest
QUIET, DIMMED, STRONG = 0.42, 0.3, 0.97  # opacity: nothing selected; beside a selection; what belongs to it
FEW = 64  # edges between two columns that can be strong together and still be told apart
GLOW_WIDTH, GLOW_SOFTNESS, GLOW_OPACITY = 5.0, 5.0, 0.42
ROOMY_PITCH = 40.0  # between two tiles; below that edges crowd, and are drawn thinner and paler
LEAST_CROWDED = 0.4  # share of their width that edges keep in the worst crowd
BLOCK = 128  # pictures begin and end at multiples of so many device pixels, so that a short pan needs no new one


def edge_width(weight: float | Array) -> Array:
    """Width of an edge in pixels at scale 1: 0.5 for no weight, towards 7 for large ones."""
    size = np.abs(np.nan_to_num(np.asarray(weight, np.float64), nan=0.0))
    return THINNEST + (WIDEST - THINNEST) * (1.0 - np.exp(-size / FULL_WEIGHT))


@dataclass(frozen=True)
class _Extent:
    """The device pixels a picture covers, at one zoom and in one set of colours."""

    zoom: float
    ratio: float
    columns: range
    rows: range
    dark: bool


class _Drawing:
    """A picture of edges on its way, in whichever thread `make` is called: it needs nothing of the window."""

    def __init__(
        self,
        strokes: Strokes,
        gap: tuple[float, float],
        extent: _Extent,
        colours: tuple[Colour, Colour, Colour, Colour],
    ) -> None:
        """`gap`: where it begins and ends, in device pixels. `colours`: card, positive, negative, glow."""
        self._strokes, self._gap, self._extent, self._colours = strokes, gap, extent, colours
        self.image: QImage | None = None  # once it is made
        self.done = False  # with a picture, or without one if it could not be drawn
        self.cost = 0.0  # seconds that it took

    def make(self) -> None:
        begin = time.perf_counter()
        extent = self._extent
        depth = raster(self._strokes, *self._gap, extent.columns, len(extent.rows))
        pixels = coloured(depth, *self._colours)
        height, width = pixels.shape
        image = QImage(pixels.tobytes(), width, height, width * 4, QImage.Format.Format_RGB32).copy()
        image.setDevicePixelRatio(extent.ratio)
        self.cost = time.perf_counter() - begin
        self.image, self.done = image, True

    def make_beside(self) -> None:
        """In a thread of its own: NumPy would make the window wait for the training that goes on meanwhile."""
        threading.Thread(target=self._run, name="edges", daemon=True).start()

    def _run(self) -> None:
        try:
            self.make()
        except Exception:
            logging.getLogger(__name__).exception("the edges could not be drawn")
        finally:
            self.done = True


@dataclass
class _Strip:
    """The edges between two columns."""

    gap: Gap
    weights: Array  # (to, from)
    forward: NDArray[np.bool_]
    incoming: NDArray[np.bool_]
    frozen: NDArray[np.bool_] | None = None  # weights that training does not move; None if it moves all
    dimmed: bool = False
    image: QImage | None = None
    extent: _Extent | None = None
    drawn: NDArray[np.int16] | None = None  # the weights in the picture, as far as one can see them
    look_is_old: bool = True
    drawn_at: float = -math.inf
    cost: float = 0.0  # seconds that the picture took
    coming: tuple[_Drawing, _Extent, NDArray[np.int16]] | None = None  # drawn beside the window: of this, these weights


class EdgeStrips:
    """Pictures of all edges. `refresh` brings some of them up to date in limited time; `paint` shows what there is."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._layout: NetworkLayout | None = None
        self._strips: list[_Strip] = []

    def set_layout(self, layout: NetworkLayout, weights: tuple[Array, ...]) -> None:
        """Begin anew with other places."""
        self._layout = layout
        self._strips = [
            _Strip(gap, values, np.zeros(values.shape, np.bool_), np.zeros(values.shape, np.bool_))
            for gap, values in zip(layout.gaps, weights, strict=True)
        ]

    def set_weights(self, weights: tuple[Array, ...]) -> None:
        for strip, values in zip(self._strips, weights, strict=True):
            strip.weights = values

    def set_selection(self, forward: Masks, incoming: Masks, dimmed: bool) -> None:
        """Which edges glow (the gradient's way), which are strong without, and whether the others step back."""
        for strip, glowing, strong in zip(self._strips, forward, incoming, strict=True):
            same = dimmed == strip.dimmed and np.array_equal(glowing, strip.forward)
            if not same or not np.array_equal(strong, strip.incoming):
                strip.forward, strip.incoming, strip.dimmed = glowing, strong, dimmed
                strip.look_is_old = True

    def set_frozen(self, frozen: Masks) -> None:
        """Which edges are dashed; no masks at all for none."""
        for number, strip in enumerate(self._strips):
            mask = frozen[number] if frozen and frozen[number].any() else None
            if (mask is None, strip.frozen is None) == (True, True):
                continue
            if mask is None or strip.frozen is None or not np.array_equal(mask, strip.frozen):
                strip.frozen, strip.look_is_old = mask, True

    def refresh(self, viewport: Viewport, ratio: float) -> float:
        """Redraw what is missing or out of date, the oldest first, as long as the budget lasts.

        Where weights alone have changed, the new picture is drawn beside the window, and shown by a later call.
        Returns after how many seconds to call again: 0 for at once, inf if all is up to date.
        """
        begin = time.perf_counter()
        again = math.inf
        for strip in sorted(self._strips, key=_age):
            extent = self._extent(strip.gap, viewport, ratio)
            _take_over(strip)
            wait = self._wait(strip, extent, time.perf_counter())
            if strip.coming is not None and wait < math.inf and _only_weights_are_old(strip, extent):
                again = min(again, POLL_SECONDS)
            elif wait > 0.0:
                again = min(again, wait)
            elif _only_weights_are_old(strip, extent):
                self._draw_beside(strip, extent)
                again = min(again, POLL_SECONDS)
            elif time.perf_counter() - begin < (BUDGET_SECONDS if strip.image else FIRST_BUDGET_SECONDS):
                self._draw(strip, extent)
            else:
                again = 0.0
        return again

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        for strip in self._strips:
            if strip.image is None or strip.extent is None:
                continue
            grow = viewport.zoom / strip.extent.zoom
            unit = grow / strip.extent.ratio
            left = strip.extent.columns.start * unit + viewport.x
            top = strip.extent.rows.start * unit + viewport.y
            if grow == 1.0:
                painter.drawImage(QPointF(left, top), strip.image)
            else:  # an old picture, until the new one is ready
                width, height = len(strip.extent.columns) * unit, len(strip.extent.rows) * unit
                painter.drawImage(QRectF(left, top, width, height), strip.image)

    def _extent(self, gap: Gap, viewport: Viewport, ratio: float) -> _Extent:
        """The part of a gap that is worth drawing now: what can be seen, in whole blocks."""
        layout = self._layout
        assert layout is not None
        scale = viewport.zoom * ratio
        width, height = viewport.window
        columns = _seen(gap.left * scale, gap.right * scale, -viewport.x * ratio, (width - viewport.x) * ratio)
        rows = _seen(0.0, layout.height * scale, -viewport.y * ratio, (height - viewport.y) * ratio)
        return _Extent(viewport.zoom, ratio, columns, rows, self._theme.dark)

    def _wait(self, strip: _Strip, extent: _Extent, now: float) -> float:
        """Seconds until a strip should be drawn: 0 now, inf never."""
        if not extent.columns or not extent.rows:
            return math.inf
        if strip.image is None or strip.look_is_old or strip.extent != extent:
            return 0.0
        if strip.drawn is not None and np.array_equal(strip.drawn, _visible_weights(strip.weights)):
            return math.inf
        pause = max(REFRESH_SECONDS, sum(other.cost for other in self._strips) / SHARE)
        return max(0.0, strip.drawn_at + pause - now)

    def _draw(self, strip: _Strip, extent: _Extent) -> None:
        drawing = self._drawing(strip, extent)
        drawing.make()
        strip.look_is_old = False
        strip.coming = drawing, extent, _visible_weights(strip.weights)
        _take_over(strip)

    def _draw_beside(self, strip: _Strip, extent: _Extent) -> None:
        drawing = self._drawing(strip, extent)
        strip.coming = drawing, extent, _visible_weights(strip.weights)
        drawing.make_beside()

    def _drawing(self, strip: _Strip, extent: _Extent) -> _Drawing:
        scale = extent.zoom * extent.ratio
        colours = self._theme.palette
        return _Drawing(
            self._strokes(strip, extent),
            (strip.gap.left * scale, strip.gap.right * scale),
            extent,
            (_rgb(colours.card), _rgb(colours.positive), _rgb(colours.negative), _rgb(colours.glow)),
        )

    def _strokes(self, strip: _Strip, extent: _Extent) -> Strokes:
        """All edges of a gap, and a second, wider one below each that glows."""
        assert self._layout is not None
        scale = extent.zoom * extent.ratio
        to, source = strip.weights.shape
        crowd = min(1.0, _pitch(strip.gap) / (ROOMY_PITCH * self._layout.unit))
        unit = self._layout.unit * scale
        starts = np.tile(strip.gap.starts, to) * scale - extent.rows.start
        ends = np.repeat(strip.gap.ends, source) * scale - extent.rows.start
        glowing = strip.forward.ravel()
        count = int(glowing.sum())
        thin = max(crowd, LEAST_CROWDED)
        widths = edge_width(strip.weights.ravel())
        large = np.minimum(1.0, widths / WIDEST * 1.5)  # in a crowd only large weights stand out
        share = crowd + (1.0 - crowd) * large
        pale = (DIMMED if strip.dimmed else QUIET) * share
        widths = widths * unit * thin
        opacity = np.where(glowing, STRONG if count <= FEW else QUIET * share, pale)
        opacity[strip.incoming.ravel()] = STRONG
        planes = np.where(strip.weights.ravel() < 0.0, NEGATIVE, POSITIVE).astype(np.intp)
        soft = GLOW_SOFTNESS * unit
        faint = GLOW_OPACITY / max(1.0, count / 24.0)  # many glows overlap: together they stay as light as a few
        dashed = None if strip.frozen is None else np.concatenate([strip.frozen.ravel(), np.zeros(count, np.bool_)])
        return Strokes(
            np.concatenate([starts, starts[glowing]]),
            np.concatenate([ends, ends[glowing]]),
            np.concatenate([widths, widths[glowing] + GLOW_WIDTH * unit * thin]),
            np.concatenate([opacity, np.full(count, faint)]),
            np.concatenate([np.ones(to * source), np.full(count, soft)]),
            np.concatenate([planes, np.full(count, GLOW, np.intp)]),
            dashed,
            unit,
        )


def _pitch(gap: Gap) -> float:
    """The distance between two tiles at the more crowded side of a gap; inf if each side has one tile."""
    return min(float(np.diff(ys).min(initial=math.inf)) for ys in (gap.starts, gap.ends))


def _take_over(strip: _Strip) -> None:
    """Show the picture that was on its way, if it is ready."""
    if strip.coming is None or not strip.coming[0].done:
        return
    drawing, extent, weights = strip.coming
    strip.coming, strip.drawn_at = None, time.perf_counter()
    if drawing.image is not None:
        strip.image, strip.cost, strip.extent, strip.drawn = drawing.image, drawing.cost, extent, weights


def _only_weights_are_old(strip: _Strip, extent: _Extent) -> bool:
    """Whether there is a picture that will do until there is a new one."""
    return strip.image is not None and not strip.look_is_old and strip.extent == extent


def _age(strip: _Strip) -> float:
    return strip.drawn_at


def _seen(start: float, stop: float, low: float, high: float) -> range:
    """The whole pixels of start … stop that lie in low … high, widened to blocks."""
    first = max(math.floor(start), math.floor(low / BLOCK) * BLOCK)
    last = min(math.ceil(stop), math.ceil(high / BLOCK) * BLOCK)
    return range(first, max(first, last))


def _visible_weights(weights: Array) -> NDArray[np.int16]:
    """Width in eighths of a pixel, and the sign: weights with the same numbers here look the same."""
    eighths = np.rint(edge_width(weights) * 8.0)
    return np.where(weights < 0.0, -eighths, eighths).astype(np.int16)


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()
