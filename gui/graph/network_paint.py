"""Draws the tiles of the network level, their bias marks and labels, the marks of the selection and the bubble."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPixmap

from gui.graph.edge_strips import edge_width
from gui.graph.network_layout import Gap, NetworkLayout
from gui.graph.network_numbers import NetworkNumbers
from gui.graph.network_structure import Bias, Place, Tile, Weight
from gui.graph.viewport import Viewport
from gui.numbers import format_number
from gui.palette import contrast
from gui.theme import Theme
from gui.widgets.map_image import map_image

RADIUS = 4.0  # of a tile's corners; pixels at scale 1, as all below
SHORTEST_BAR = 5.0
NUMBER_TILE = 34.0  # from this side on a tile has room for its number
LONG_NUMBER_TILE = 60.0  # … and for four decimals
OUTLINE, OUTLINE_DISTANCE = 2.5, 3.0
BUBBLE_MARGIN = 7.0


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
        self._maps: dict[int, tuple[int, QImage] | None] = {}
        self._frames: dict[tuple[float, float], QPixmap] = {}

    def forget_maps(self) -> None:
        """New maps have come."""
        self._maps.clear()

    def forget_all(self) -> None:
        """The colours or sizes have changed."""
        self._maps.clear()
        self._frames.clear()

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """All tiles that can be seen, with their bias marks and labels."""
        width, height = scene.viewport.window
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        biases = scene.numbers.biases()
        for index, column in enumerate(scene.layout.columns):
            for row in range(len(column.ys)):
                box = tile_box(scene, index, row)
                if box.right() < 0 or box.left() > width or box.bottom() < -20 or box.top() > height:
                    continue
                self._paint_tile(painter, scene, Tile(index, row), box)
                if index:
                    self._paint_bias(painter, scene, Bias(index, row), float(biases[index - 1][row]))
        self._paint_labels(painter, scene)

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
        pair = scene.numbers.pair(tile)
        if pair is None or not math.isfinite(pair[0]):
            painter.fillRect(box, self._theme.palette.soft)
            text = "" if pair is None else format_number(pair[0])
            fill = self._theme.palette.soft
        else:
            value = np.array([[pair[0]]])
            fill = QColor(map_image(value, self._theme, limit=scene.numbers.limit(tile.column)).pixel(0, 0))
            painter.fillRect(box, fill)
            text = format_number(pair[0], 3) if box.width() >= self._theme.px(LONG_NUMBER_TILE) else f"{pair[0]:.2f}"
        if text and box.width() >= self._theme.px(NUMBER_TILE):
            painter.setPen(_readable_on(fill))
            painter.setFont(self._theme.font(12, mono=True))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_bias(self, painter: QPainter, scene: Scene, bias: Bias, value: float) -> None:
        colours = self._theme.palette
        colour = colours.negative if value < 0 else colours.positive
        painter.fillRect(bias_box(scene, bias, value), colours.line if value == 0 else colour)

    def _paint_labels(self, painter: QPainter, scene: Scene) -> None:
        """Names left of the inputs, the word below the output."""
        theme = self._theme
        painter.setPen(theme.palette.ink)
        painter.setFont(theme.font(13))
        for row, name in enumerate(scene.numbers.structure.columns[0]):
            box = tile_box(scene, 0, row)
            place = QRectF(box.left() - theme.px(70), box.top(), theme.px(60), box.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        box = tile_box(scene, len(scene.layout.columns) - 1, 0)
        painter.setPen(theme.palette.mute)
        painter.setFont(theme.font(12))
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(box.adjusted(-60, box.height() + theme.px(12), 60, theme.px(34)), middle, "output")

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
        painter.setPen(QPen(line, 1.0))
        painter.drawRoundedRect(QRectF(0.5, 0.5, side - 1, side - 1), radius, radius)
        painter.end()
        return pixmap


class MarkPainter:
    """Draws what tells apart the selected and the hovered place, and the bubble with numbers."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint_selected(self, painter: QPainter, scene: Scene, place: Place) -> None:
        """A strong ink outline."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, unit = self._theme.palette, scene.layout.unit
        if isinstance(place, Weight):
            self._paint_edge(painter, scene, place, (colours.ink, 6.0), (colours.card, 2.5))
            return
        box = QRectF(
            tile_box(scene, place.column, place.row) if isinstance(place, Tile) else bias_hit_box(scene, place)
        )
        distance = OUTLINE_DISTANCE * unit if isinstance(place, Tile) else 2.0 * unit
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.ink, OUTLINE * unit))
        radius = min(RADIUS * unit, box.height() * 0.16) + distance
        painter.drawRoundedRect(box.adjusted(-distance, -distance, distance, distance), radius, radius)

    def paint_hovered(self, painter: QPainter, scene: Scene, place: Place) -> None:
        """A thin outline, an edge in full colour."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(place, Weight):
            self._paint_edge(painter, scene, place, (self._theme.palette.card, 3.0))
            return
        box = QRectF(
            tile_box(scene, place.column, place.row) if isinstance(place, Tile) else bias_hit_box(scene, place)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.palette.mute, 1.5 * scene.layout.unit))
        painter.drawRoundedRect(box.adjusted(-1.5, -1.5, 1.5, 1.5), RADIUS, RADIUS)

    def paint_found(self, painter: QPainter, scene: Scene, places: list[Tile | Bias]) -> None:
        """A thin outline in the accent's colour around what was found."""
        unit = scene.layout.unit
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.palette.accent, 1.5 * unit))
        for place in places:
            box = place_box(scene, place).adjusted(-1.5 * unit, -1.5 * unit, 1.5 * unit, 1.5 * unit)
            painter.drawRoundedRect(box, RADIUS * unit, RADIUS * unit)

    def paint_bubble(self, painter: QPainter, scene: Scene, place: Place, at: QPointF | None) -> None:
        """Address, data and gradient; below its tile, or below `at` for an edge, above where there is no room."""
        pair = scene.numbers.pair(place)
        if pair is None:
            return
        font = self._theme.font(12, mono=True)
        name = scene.numbers.structure.local_address(place)
        lines = [name, f"data {format_number(pair[0])}", f"grad {format_number(pair[1])}"]
        metrics = QFontMetricsF(font)
        margin = BUBBLE_MARGIN * scene.layout.unit
        width = max(metrics.horizontalAdvance(line) for line in (*lines, "data -0.0000")) + 3 * margin
        line_height = metrics.height() * 1.02
        box = self._bubble_box(scene, place, at, width, line_height * len(lines) + 2 * margin - 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.palette.ink)
        painter.drawRoundedRect(box, 6 * scene.layout.unit, 6 * scene.layout.unit)
        painter.setFont(font)
        painter.setPen(self._theme.palette.card)
        for number, line in enumerate(lines):
            painter.setPen(
                self._theme.palette.line if number == 0 and not self._theme.dark else self._theme.palette.card
            )
            row = QRectF(box.left(), box.top() + margin - 1 + number * line_height, width, line_height)
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, line)
        painter.setOpacity(1.0)

    def _bubble_box(self, scene: Scene, place: Place, at: QPointF | None, width: float, height: float) -> QRectF:
        window_width, window_height = scene.viewport.window
        gap = 9 * scene.layout.unit
        if isinstance(place, Weight):
            x, y = (at.x(), at.y()) if at is not None else edge_middle(scene, place)
            below, above = y + 1.6 * gap, y - gap
        else:
            tile = tile_box(scene, place.column, place.row)
            x, below, above = tile.center().x(), tile.bottom() + 1.2 * gap, tile.top() - gap
        top = below if below + height <= window_height - 2 else above - height
        left = min(max(x - width / 2, 2.0), max(2.0, window_width - width - 2))
        return QRectF(round(left), round(max(top, 2.0)), width, height)

    def _paint_edge(self, painter: QPainter, scene: Scene, weight: Weight, *halos: tuple[QColor, float]) -> None:
        pair = scene.numbers.pair(weight)
        value = pair[0] if pair else 0.0
        colours, unit = self._theme.palette, scene.layout.unit
        wide = max(1.0, float(edge_width(value)) * unit * min(scene.viewport.zoom, 2.0))
        path = edge_path(scene, weight)
        for colour, more in halos:
            painter.strokePath(path, QPen(colour, wide + more * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.strokePath(path, QPen(colours.negative if value < 0 else colours.positive, wide))


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


def _readable_on(fill: QColor) -> QColor:
    """Black or white, whichever is easier to read on a colour: 4.5:1 or more on any."""
    return max((QColor(Qt.GlobalColor.black), QColor(Qt.GlobalColor.white)), key=lambda text: contrast(text, fill))
