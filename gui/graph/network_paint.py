"""Draws the tiles of the network level, their bias marks, and the words beside them; and where all that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from gui.graph.network_layout import FOOT, LABELLED_SIDE, Gap, NetworkLayout
from gui.graph.network_numbers import NetworkNumbers
from gui.graph.network_structure import Bias, Place, Tile, Weight
from gui.graph.network_words import Words, activation_text
from gui.graph.viewport import Viewport
from gui.numbers import format_number
from gui.palette import contrast, shape_path
from gui.theme import Theme
from gui.widgets.map_image import map_image

RADIUS = 4.0  # of a tile's corners; pixels at scale 1, as all below
SHORTEST_BAR = 5.0
NUMBER_TILE = 34.0  # from this side on a tile has room for its number
LONG_NUMBER_TILE = 60.0  # … and for four decimals
LABEL_ROOM = 72.0  # left of the features, at most
CLASS_MARK = 8.0  # beside the name of a class
NAME_SIZE = 13  # of a feature's name
FOOT_SIZE = 11  # of an activation's name
LEAST_FOOT = 30.0  # columns nearer to each other have no room for such names
SOFTMAX = "softmax"
EDGE_SPOT = 16.0  # side of what is pointed at when an edge is


@dataclass(frozen=True)
class Scene:
    """What a painter needs to know about the moment."""

    layout: NetworkLayout
    viewport: Viewport
    numbers: NetworkNumbers
    ratio: float  # device pixels a pixel

    def whole(self, length: float) -> float:
        """The nearest whole number of device pixels, or pictures would be drawn blurred."""
        return round(length * self.ratio) / self.ratio


class TilePainter:
    """Draws tiles; keeps the pictures of the maps until `forget_maps`, frames per size."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._words = Words(theme)
        self._class_marks: dict[int, QColor] = {}
        self._maps: dict[int, tuple[int, QImage] | None] = {}
        self._frames: dict[tuple[float, float], QPixmap] = {}

    def forget_maps(self) -> None:
        """New maps have come."""
        self._maps.clear()

    def forget_all(self) -> None:
        """The colours or sizes have changed."""
        self._maps.clear()
        self._frames.clear()
        self._class_marks.clear()
        self._words.forget()

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """All tiles that can be seen, with their bias marks and labels."""
        width, height = scene.viewport.window
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        biases = scene.numbers.biases()
        has_bias = scene.numbers.structure.has_bias
        for index, column in enumerate(scene.layout.columns):
            for row in range(len(column.ys)):
                box = tile_box(scene, index, row)
                if box.right() < 0 or box.left() > width or box.bottom() < -20 or box.top() > height:
                    continue
                self._paint_tile(painter, scene, Tile(index, row), box)
                if index and has_bias:
                    self._paint_bias(painter, scene, Bias(index, row), float(biases[index - 1][row]))
        self._paint_labels(painter, scene)
        self._paint_feet(painter, scene)

    def widest_name(self, numbers: NetworkNumbers) -> float:
        """How wide the names left of the features are, in pixels."""
        rows, most = range(len(numbers.structure.columns[0])), self._theme.px(LABEL_ROOM)
        return max(self._words.width(numbers.label(Tile(0, row)), NAME_SIZE, most) for row in rows)

    def _paint_tile(self, painter: QPainter, scene: Scene, tile: Tile, box: QRectF) -> None:
        strip = self._map_strip(scene, tile.column, box.width() * scene.ratio)
        if strip is None:
            self._paint_swatch(painter, scene, tile, box)
        else:
            side, image = strip
            painter.drawImage(box, image, QRectF(0, tile.row * side, image.width(), side))
        painter.drawPixmap(box.topLeft(), self._frame(box.width(), scene))

    def _map_strip(self, scene: Scene, column: int, side: float) -> tuple[int, QImage] | None:
        """The maps of a column as one tall picture, and the height of each in it."""
        if column not in self._maps:
            maps = scene.numbers.maps
            points = len(next(iter(maps.neurons.values()))) if maps and maps.neurons else 0
            stacked = scene.numbers.stacked_maps(column, max(1, int(points // max(side, 1.0))))
            self._maps[column] = None
            if stacked is not None:
                image = map_image(stacked, self._theme, limit=scene.numbers.limit(column))
                self._maps[column] = (image.height() // len(scene.numbers.structure.columns[column]), image)
        return self._maps[column]

    def _paint_swatch(self, painter: QPainter, scene: Scene, tile: Tile, box: QRectF) -> None:
        """The sample's activation as a colour and a number, where there is no plane to draw a map over."""
        pair, chance = scene.numbers.pair(tile), scene.numbers.chance(tile)
        if pair is None or not math.isfinite(pair[0]):
            painter.fillRect(box, self._theme.palette.soft)
            text = "" if pair is None else format_number(pair[0])
            fill = self._theme.palette.soft
        else:
            number = pair[0] if chance is None else chance
            value = scene.numbers.shade(tile.column, np.array([[number]]), tile.row)
            fill = QColor(map_image(value, self._theme, limit=scene.numbers.limit(tile.column)).pixel(0, 0))
            painter.fillRect(box, fill)
            text = format_number(number, 3) if box.width() >= self._theme.px(LONG_NUMBER_TILE) else f"{number:.2f}"
        if text and box.width() >= self._theme.px(NUMBER_TILE):
            painter.setPen(_readable_on(fill))
            painter.setFont(self._theme.font(12, mono=True))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_bias(self, painter: QPainter, scene: Scene, bias: Bias, value: float) -> None:
        """A bar; of a frozen bias two halves, as a frozen edge is dashed."""
        colours = self._theme.palette
        colour = colours.negative if value < 0 else colours.positive
        box = bias_box(scene, bias, value)
        painter.fillRect(box, colours.line if value == 0 else colour)
        if bias in scene.numbers.frozen_biases:
            for share in (0.25, 0.5, 0.75):
                gap = QRectF(box.left() + box.width() * share - 1.0, box.top(), 2.0, box.height())
                painter.fillRect(gap, colours.card)

    def _paint_labels(self, painter: QPainter, scene: Scene) -> None:
        """Names left of the features; of classes right of the outputs, else the word below the output."""
        theme, numbers = self._theme, scene.numbers
        right, left, middle = (getattr(Qt.AlignmentFlag, f"Align{name}") for name in ("Right", "Left", "HCenter"))
        for row in range(len(scene.layout.columns[0].ys)):
            box = tile_box(scene, 0, row)
            at = QPointF(box.left() - theme.px(10), box.center().y())
            room = theme.px(LABEL_ROOM)
            self._words.draw(painter, numbers.label(Tile(0, row)), at, right, theme.palette.ink, NAME_SIZE, room)
        last = len(scene.layout.columns) - 1
        if not numbers.labels:
            box = tile_box(scene, last, 0)
            at = QPointF(box.center().x(), box.bottom() + theme.px(20))
            self._words.draw(painter, numbers.label(Tile(last, 0)), at, middle, theme.palette.mute, 12, theme.px(120))
            return
        for row in range(len(numbers.labels)):
            box = tile_box(scene, last, row)
            mark = QPointF(box.right() + theme.px(12), box.center().y())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(shape_path(row, mark, theme.px(CLASS_MARK)), self._class_mark(row))
            at, most = mark + QPointF(theme.px(9), 0), theme.px(LABELLED_SIDE - 24) - box.width() / 2
            self._words.draw(painter, numbers.label(Tile(last, row)), at, left, theme.palette.ink, 12, most)

    def _paint_feet(self, painter: QPainter, scene: Scene) -> None:
        """Every layer's activation below its column."""
        for column in range(1, len(scene.layout.columns)):
            foot = foot_box(scene, column)
            if foot.width() < self._theme.px(LEAST_FOOT):
                return
            text, colour = foot_text(scene.numbers, column), self._theme.palette.mute
            at, middle = foot.center(), Qt.AlignmentFlag.AlignHCenter
            self._words.draw(painter, text, at, middle, colour, FOOT_SIZE, foot.width())

    def _class_mark(self, index: int) -> QColor:
        if index not in self._class_marks:
            self._class_marks[index] = self._theme.palette.class_mark(index)
        return self._class_marks[index]

    def _frame(self, side: float, scene: Scene) -> QPixmap:
        """Rounds a tile off: the card's colour outside its corners, and a thin line."""
        found = self._frames.get((side, scene.ratio))
        if found is None:
            found = self._frames[side, scene.ratio] = self._drawn_frame(side, scene)
        return found

    def _drawn_frame(self, side: float, scene: Scene) -> QPixmap:
        pixmap = QPixmap(round(side * scene.ratio), round(side * scene.ratio))
        pixmap.setDevicePixelRatio(scene.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = min(RADIUS * scene.layout.unit, side * 0.16)
        whole, rounded = QPainterPath(), QPainterPath()
        whole.addRect(0, 0, side, side)
        rounded.addRoundedRect(0, 0, side, side, radius, radius)
        painter.fillPath(whole - rounded, self._theme.palette.card)
        line = QColor(self._theme.palette.mute)
        line.setAlphaF(0.45)
        wide = self._theme.px(1)  # the pixmap knows of device pixels
        painter.setPen(QPen(line, wide))
        painter.drawRoundedRect(QRectF(wide / 2, wide / 2, side - wide, side - wide), radius, radius)
        painter.end()
        return pixmap


def tile_box(scene: Scene, column: int, row: int) -> QRectF:
    """A tile in the window, in whole device pixels."""
    left, top, side = scene.layout.tile(column, row)
    x, y = scene.viewport.to_window(left, top)
    size = scene.whole(max(2.0, side * scene.viewport.zoom))
    return QRectF(scene.whole(x), scene.whole(y), size, size)


def bias_hit_box(scene: Scene, bias: Bias) -> QRectF:
    """The room of the longest bias mark below a tile."""
    left, top, width, height = scene.layout.bias_bar(bias.column, bias.row)
    x, y = scene.viewport.to_window(left, top)
    zoom, whole = scene.viewport.zoom, scene.whole
    return QRectF(whole(x), whole(y), whole(width * zoom), whole(max(2.0, height * zoom)))


def foot_box(scene: Scene, column: int) -> QRectF:
    """Where the activation's name stands, below a column."""
    layout, zoom, unit = scene.layout, scene.viewport.zoom, scene.layout.unit
    x, y = scene.viewport.to_window(layout.columns[column].x, layout.height - FOOT * unit)
    pitch = layout.columns[1].x - layout.columns[0].x if len(layout.columns) > 1 else layout.width
    width = min(pitch * zoom - 4 * unit, 84 * unit)
    return QRectF(x - width / 2, y - 9 * unit, width, 18 * unit)


def foot_text(numbers: NetworkNumbers, column: int) -> str:
    """The activation of a layer, for people."""
    if column == len(numbers.structure.columns) - 1 and numbers.labels:
        return SOFTMAX
    return activation_text(numbers.activations[column - 1])


def place_box(scene: Scene, place: Tile | Bias) -> QRectF:
    return tile_box(scene, place.column, place.row) if isinstance(place, Tile) else bias_hit_box(scene, place)


def bias_box(scene: Scene, bias: Bias, value: float) -> QRectF:
    """The mark of one bias: the longer, the larger it is; in the middle below the tile."""
    box = bias_hit_box(scene, bias)
    zoom = scene.viewport.zoom
    size = 1.0 - math.exp(-abs(value) / 1.0) if math.isfinite(value) else 1.0
    shortest = min(SHORTEST_BAR * scene.layout.unit * zoom, box.width())
    length = scene.whole(shortest + (box.width() - shortest) * size)
    return QRectF(scene.whole(box.center().x() - length / 2), box.top(), length, box.height())


def edge_path(scene: Scene, weight: Weight) -> QPainterPath:
    """The curve of one weight in the window."""
    gap: Gap = scene.layout.gaps[weight.gap]
    start = QPointF(*scene.viewport.to_window(gap.left, float(gap.starts[weight.source])))
    end = QPointF(*scene.viewport.to_window(gap.right, float(gap.ends[weight.to])))
    middle = (start.x() + end.x()) / 2
    path = QPainterPath(start)
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
    return path


def edge_middle(scene: Scene, weight: Weight) -> tuple[float, float]:
    gap = scene.layout.gaps[weight.gap]
    height = (float(gap.starts[weight.source]) + float(gap.ends[weight.to])) / 2
    return scene.viewport.to_window((gap.left + gap.right) / 2, height)


def middle_of(scene: Scene, place: Place) -> tuple[float, float]:
    """Where in the window a place is: a tile's middle, a bias mark, the middle of an edge."""
    if isinstance(place, Weight):
        return edge_middle(scene, place)
    column = scene.layout.columns[place.column]
    y = float(column.ys[place.row])
    if isinstance(place, Bias):
        _, top, _, height = scene.layout.bias_bar(place.column, place.row)
        y = top + height / 2
    return scene.viewport.to_window(column.x, y)


def rect_of(scene: Scene, place: Place) -> QRectF:
    """What a place takes in the window: a tile, a bias mark, a small square on the middle of an edge."""
    if isinstance(place, Weight):
        x, y = edge_middle(scene, place)
        reach = EDGE_SPOT / 2 * scene.layout.unit
        return QRectF(x - reach, y - reach, 2 * reach, 2 * reach)
    if isinstance(place, Bias):
        left, top, width, height = scene.layout.bias_bar(place.column, place.row)
    else:
        left, top, width = scene.layout.tile(place.column, place.row)
        height = width
    zoom = scene.viewport.zoom
    return QRectF(*scene.viewport.to_window(left, top), width * zoom, height * zoom)


def _readable_on(fill: QColor) -> QColor:
    """Black or white, whichever is easier to read on a colour: 4.5:1 or more on any."""
    return max((QColor(Qt.GlobalColor.black), QColor(Qt.GlobalColor.white)), key=lambda text: contrast(text, fill))
