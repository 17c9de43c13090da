"""Draws what tells apart the selected, the hovered and the found places of the network level."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.graph.edge_raster import DASH
from gui.graph.edge_strips import edge_width
from gui.graph.network_paint import RADIUS, Scene, bias_hit_box, edge_path, foot_box, place_box, tile_box
from gui.graph.network_structure import Bias, Place, Tile, Weight
from gui.theme import Theme

OUTLINE, OUTLINE_DISTANCE = 2.5, 3.0  # pixels at scale 1


class MarkPainter:
    """Outlines, and edges in full colour."""

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

    def paint_lift(self, painter: QPainter, scene: Scene, column: int, to: int) -> None:
        """A band behind a column that is being dragged, and a line where it would come to stand."""
        layout, unit = scene.layout, scene.layout.unit
        foot, zoom = foot_box(scene, column), scene.viewport.zoom
        top = scene.viewport.to_window(0.0, 0.0)[1]
        at = layout.columns[column]
        half = (at.tile / 2 + 10 * unit) * zoom
        middle = scene.viewport.to_window(at.x, 0.0)[0]
        painter.fillRect(QRectF(middle - half, top, 2 * half, foot.bottom() - top), self._theme.palette.soft)
        if to != column:
            gap = layout.gaps[to if to > column else to - 1]
            x = scene.viewport.to_window((gap.left + gap.right) / 2, 0.0)[0]
            painter.fillRect(QRectF(x - unit, top, 2 * unit, foot.bottom() - top), self._theme.palette.accent)

    def _paint_edge(self, painter: QPainter, scene: Scene, weight: Weight, *halos: tuple[QColor, float]) -> None:
        pair = scene.numbers.pair(weight)
        value = pair[0] if pair else 0.0
        colours, unit = self._theme.palette, scene.layout.unit
        wide = max(1.0, float(edge_width(value)) * unit * min(scene.viewport.zoom, 2.0))
        path = edge_path(scene, weight)
        for colour, more in halos:
            painter.strokePath(path, QPen(colour, wide + more * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        pen = QPen(colours.negative if value < 0 else colours.positive, wide)
        if scene.numbers.is_frozen(weight):
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([length * unit / wide for length in DASH])
        painter.strokePath(path, pen)
