"""The network level inside a step: which neurons are computed, which gradients are there, what is at work."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from core.expression.sheet import Phase
from core.playhead import Here
from gui.graph.network_paint import RADIUS, Scene, edge_path, place_box, tile_box
from gui.graph.network_structure import NetworkStructure, Place, Tile, Weight, neuron_of
from gui.numbers import format_number
from gui.theme import Theme

VEIL = 0.88  # how much of a neuron that is not computed yet is covered
PLATE, PLATE_TILE = 15.0, 46.0  # height of a gradient's number, and the tile that has room for it; pixels at scale 1
BAR, SHORTEST = 4.0, 0.2  # of smaller tiles: the bar's height, and its least share of the tile
RING, HALO = 2.2, 8.0  # of what is at work
HALO_ALPHA = 0.28
DECIMALS = 3


def at_work(here: Here, structure: NetworkStructure) -> list[Place]:
    """The neuron and the edge, or the bias, that an operation belongs to.

    Of what is above the output, the neurons that it was made from.
    """
    place = structure.place(here.address) if here.address else None
    if here.position.phase in (Phase.ZERO, Phase.UPDATE):
        return [] if place is None else [place]
    if place is None:
        reads = (structure.place(address) for address in here.reads)
        return [each for each in reads if isinstance(each, Tile) and each.column]
    neuron = structure.place(neuron_of(here.address)) if neuron_of(here.address) else None
    return list(dict.fromkeys(each for each in (neuron, place) if each is not None))


class StepPainter:
    """Draws over the tiles while the playhead is inside a step; nothing else."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """For the frame that `scene` has."""
        frame = scene.numbers.frame
        if frame is None or frame.here is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gradients = self._paint_veils(painter, scene)
        if frame.here.position.phase in (Phase.BACKWARD, Phase.UPDATE):
            self._paint_gradients(painter, scene, gradients)
        colours = self._theme.palette
        colour = colours.glow if frame.here.position.phase is Phase.BACKWARD else colours.accent
        for place in at_work(frame.here, scene.numbers.structure):
            self._light(painter, scene, place, colour)

    def _paint_veils(self, painter: QPainter, scene: Scene) -> dict[Tile, float]:
        """Cover what is not computed yet; the gradients of the neurons that are."""
        veil = QColor(self._theme.palette.card)
        veil.setAlphaF(VEIL)
        gradients = {}
        for tile, box in _tiles(scene):
            pair = scene.numbers.pair(tile)
            if pair is None:
                painter.fillPath(_rounded(box.adjusted(1, 1, -1, -1), scene), veil)
            elif tile.column and pair[1]:  # nobody needs the gradients of the data
                gradients[tile] = pair[1]
        return gradients

    def _paint_gradients(self, painter: QPainter, scene: Scene, gradients: dict[Tile, float]) -> None:
        """Numbers at the foot of the tiles, or bars where they are small: as long as the gradients are large."""
        largest = max((abs(gradient) for gradient in gradients.values()), default=0.0)
        colours, unit = self._theme.palette, scene.layout.unit
        painter.setFont(self._theme.font(10, mono=True))
        for tile, gradient in gradients.items():
            box = tile_box(scene, tile.column, tile.row)
            if box.width() < self._theme.px(PLATE_TILE):
                share = max(abs(gradient) / largest, SHORTEST) if gradient == gradient else 1.0
                bar = QRectF(box.left() + 2, box.bottom() - BAR * unit - 2, (box.width() - 4) * share, BAR * unit)
                painter.fillRect(bar.adjusted(-1, -1, 1, 1), colours.card)
                painter.fillRect(bar, colours.negative if gradient < 0 else colours.positive)
                continue
            plate = QRectF(box.left(), box.bottom() - PLATE * unit, box.width(), PLATE * unit)
            plate.adjust(2 * unit, 0, -2 * unit, -2 * unit)
            painter.setPen(QPen(colours.glow, unit))
            painter.setBrush(colours.card)
            painter.drawRoundedRect(plate, 3 * unit, 3 * unit)
            painter.setPen(colours.negative_text if gradient < 0 else colours.positive_text)
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, format_number(gradient, DECIMALS))

    def _light(self, painter: QPainter, scene: Scene, place: Place, colour: QColor) -> None:
        """A line in the colour, and a halo around it."""
        unit, halo = scene.layout.unit, QColor(colour)
        halo.setAlphaF(HALO_ALPHA)
        if isinstance(place, Weight):
            path = edge_path(scene, place)
        else:
            away = 2.0 * unit
            path = _rounded(place_box(scene, place).adjusted(-away, -away, away, away), scene, away)
        for ink, wide in ((halo, HALO), (colour, RING)):
            painter.strokePath(path, QPen(ink, wide * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))


def _tiles(scene: Scene) -> Iterator[tuple[Tile, QRectF]]:
    """Those that can be seen."""
    width, height = scene.viewport.window
    for index, column in enumerate(scene.layout.columns):
        for row in range(len(column.ys)):
            box = tile_box(scene, index, row)
            if box.right() >= 0 and box.left() <= width and box.bottom() >= 0 and box.top() <= height:
                yield Tile(index, row), box


def _rounded(box: QRectF, scene: Scene, away: float = 0.0) -> QPainterPath:
    path = QPainterPath()
    radius = min(RADIUS * scene.layout.unit, min(box.width(), box.height()) * 0.16) + away
    path.addRoundedRect(box, radius, radius)
    return path
