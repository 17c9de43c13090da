"""The network level drawn without sprites: edges as paths, tiles with their activation maps as images."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPixmap

from gui.graph.edge_strips import (
    DIMMED,
    FEW,
    GLOW_OPACITY,
    GLOW_SOFTNESS,
    GLOW_WIDTH,
    LEAST_CROWDED,
    QUIET,
    ROOMY_PITCH,
    STRONG,
    WIDEST,
    edge_width,
)
from gui.graph.network_canvas import NetworkCanvas
from gui.graph.network_layout import LABELLED_SIDE, Gap, layout_network
from gui.graph.network_marks import MarkPainter
from gui.graph.network_numbers import NetworkNumbers
from gui.graph.network_paint import RADIUS, Scene, TilePainter, edge_path
from gui.graph.network_structure import Place, Tile, Weight
from gui.graph.viewport import Viewport
from gui.theme import Theme
from gui.widgets.map_image import map_image

MARGIN = 16.0  # around the network; pixels
LABEL = 13  # height of the names of inputs and features (network_paint.py)
SMALLEST = (480.0, 320.0)  # however small the card is
MANY_TILES, COARSE = 120, 2  # with more tiles, only every second point of their maps
_RIM = 0.45  # opacity of a tile's line
_GLOWS = (1.0, 0.66, 0.33)  # a soft rim is drawn as strokes of these shares of its width


@dataclass(frozen=True)
class _Edge:
    weight: Weight
    colour: QColor
    width: float
    opacity: float
    glow: float  # opacity of its glow; 0 for none


class VectorTiles(TilePainter):
    """Tiles drawn, not copied."""

    def _paint_tile(self, painter: QPainter, scene: Scene, tile: Tile, box: QRectF) -> None:
        image = self._map_of(scene, tile)
        if image is None:
            self._paint_swatch(painter, scene, tile, box)
        else:
            painter.drawImage(box, image)
        radius = min(RADIUS * scene.layout.unit, box.width() * 0.16)
        whole, rounded = QPainterPath(), QPainterPath()
        whole.addRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
        rounded.addRoundedRect(box, radius, radius)
        painter.fillPath(whole - rounded, self._theme.palette.card)
        line = QColor(self._theme.palette.mute)
        line.setAlphaF(_RIM)
        painter.setPen(QPen(line, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _map_of(self, scene: Scene, tile: Tile) -> QImage | None:
        """The activation map of one neuron; a part of a picture cannot be put into an SVG."""
        step = COARSE if sum(len(column) for column in scene.numbers.structure.columns) > MANY_TILES else 1
        values = scene.numbers.map_of(tile, step)
        return None if values is None else map_image(values, self._theme, limit=scene.numbers.limit(tile.column))

    def _frame(self, side: float, scene: Scene) -> QPixmap:
        raise NotImplementedError("frames are drawn in place")


class NetworkDrawing:
    """A Drawing of the whole network as a canvas shows it. Made in the window's thread."""

    def __init__(self, canvas: NetworkCanvas, numbers: NetworkNumbers, theme: Theme, scale: float, title: str) -> None:
        """`scale` is that of the interface: the card's size is taken at scale 1."""
        self.title, self.ground = title, theme.palette.card
        self._theme, self._selected = theme, canvas.selected
        self._numbers = copy.copy(numbers)  # the next frame changes the canvas' own
        width, height = max(canvas.width() / scale, SMALLEST[0]), max(canvas.height() / scale, SMALLEST[1])
        self._layout = layout_network(numbers.structure.sizes, width, height, labelled=bool(numbers.labels))
        self._viewport = Viewport()
        size = self._layout.width, self._layout.height
        self._viewport.resize(size, size)

    @property
    def size(self) -> QSizeF:
        """Without the room that a wide card leaves beside its columns."""
        left, right = self._sides()
        return QSizeF(math.ceil(right - left), math.ceil(self._layout.height + 2 * MARGIN))

    def paint(self, painter: QPainter) -> None:
        scene = Scene(self._layout, self._viewport, self._numbers, 1.0)
        painter.translate(-self._sides()[0], MARGIN)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edges = sorted(self._edges(), key=_strength)
        for edge in edges:
            self._paint_glow(painter, scene, edge)
        for edge in edges:
            painter.strokePath(edge_path(scene, edge.weight), _pen(edge.colour, edge.width, edge.opacity))
        marks, chosen = MarkPainter(self._theme), self._selected
        if isinstance(chosen, Weight):
            marks.paint_selected(painter, scene, chosen)
        VectorTiles(self._theme).paint(painter, scene)
        if chosen is not None and not isinstance(chosen, Weight):
            marks.paint_selected(painter, scene, chosen)

    def _sides(self) -> tuple[float, float]:
        """From where to where something is drawn: labels stand left of the first column."""
        first, last = self._layout.columns[0], self._layout.columns[-1]
        room = 2 * MARGIN if not self._numbers.labels else LABELLED_SIDE - last.tile / 2
        metrics = QFontMetricsF(self._theme.font(LABEL))
        names = max(metrics.horizontalAdvance(name) for name in self._numbers.features or ("x1",))
        left = max(3 * MARGIN, names + 2 * MARGIN)  # of features that are named: sin x₁
        return first.x - first.tile / 2 - left, last.x + last.tile / 2 + room

    def _edges(self) -> Iterator[_Edge]:
        """All edges with the looks that they have on screen (edge_strips.py)."""
        structure, chosen = self._numbers.structure, self._selected
        forward, incoming = structure.forward_path(chosen), structure.incoming(chosen)
        if chosen is not None:
            forward = tuple(way & flows for way, flows in zip(forward, self._numbers.flows(chosen), strict=True))
        for number, weights in enumerate(self._numbers.weights()):
            gap, glowing = self._layout.gaps[number], forward[number]
            crowd = min(1.0, _pitch(gap) / (ROOMY_PITCH * self._layout.unit))
            count = int(glowing.sum())
            widths = edge_width(weights)
            share = crowd + (1.0 - crowd) * np.minimum(1.0, widths / WIDEST * 1.5)
            opacity = np.where(glowing, STRONG if count <= FEW else QUIET * share, self._pale(chosen) * share)
            opacity = np.where(incoming[number], STRONG, opacity)
            thin, glow = max(crowd, LEAST_CROWDED), GLOW_OPACITY / max(1.0, count / 24.0)
            for (to, source), width in np.ndenumerate(widths * self._layout.unit * thin):
                yield _Edge(
                    Weight(number, to, source),
                    self._colour(float(weights[to, source])),
                    float(width),
                    float(opacity[to, source]),
                    glow if glowing[to, source] else 0.0,
                )

    def _pale(self, chosen: Place | None) -> float:
        return QUIET if chosen is None else DIMMED

    def _colour(self, weight: float) -> QColor:
        return self._theme.palette.negative if weight < 0.0 else self._theme.palette.positive

    def _paint_glow(self, painter: QPainter, scene: Scene, edge: _Edge) -> None:
        if not edge.glow:
            return
        path, soft = edge_path(scene, edge.weight), GLOW_WIDTH + GLOW_SOFTNESS
        for share in _GLOWS:
            pen = _pen(self._theme.palette.glow, edge.width + soft * share, edge.glow / len(_GLOWS))
            painter.strokePath(path, pen)


def _pen(colour: QColor, width: float, opacity: float) -> QPen:
    seen = QColor(colour)
    seen.setAlphaF(min(1.0, opacity))
    return QPen(seen, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)


def _pitch(gap: Gap) -> float:
    """The distance between two tiles at the more crowded side of a gap; inf if each side has one tile."""
    return min(float(np.diff(ys).min(initial=math.inf)) for ys in (gap.starts, gap.ends))


def _strength(edge: _Edge) -> float:
    """Those that can be seen best lie above the others."""
    return edge.opacity * edge.width
