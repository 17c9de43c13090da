"""Small marks on the picture of a network: locks for what is frozen, signs for what is dead or saturated."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from core.health import UnitState
from core.words import mark
from gui.graph.network_paint import FOOT_SIZE, Scene, bias_hit_box, edge_middle, foot_box, foot_text, tile_box
from gui.graph.network_structure import Bias, Tile, Weight
from gui.theme import Theme

BADGE = 15.0  # diameter; pixels at scale 1
SMALL_TILE = 26.0  # below this side badges shrink with their tile
MOST_LOCKS = 60  # on edges: of more, the dashes alone must tell

STATE_WORDS = {
    UnitState.DEAD: mark("dead: its output is 0 for every sample, so no gradient reaches its weights"),
    UnitState.SATURATED: mark("saturated: at its end for nearly every sample, so hardly any gradient gets through"),
}
STATE_NAMES = {UnitState.DEAD: mark("dead"), UnitState.SATURATED: mark("saturated")}
FROZEN_WORDS = mark("frozen: training does not move it")


class BadgePainter:
    """Draws badges from pictures that it keeps per size."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._pictures: dict[tuple[str, float, float], QPixmap] = {}

    def forget(self) -> None:
        """The colours or sizes have changed."""
        self._pictures.clear()

    def paint(self, painter: QPainter, scene: Scene, frozen: tuple[str, ...]) -> None:
        """`frozen`: addresses of whole layers, whole neurons, single weights and biases."""
        if frozen:
            self._paint_locks(painter, scene, frozen)
        for address, state in (scene.numbers.frame.units if scene.numbers.frame else {}).items():
            place = scene.numbers.structure.place(address)
            if isinstance(place, Tile):
                self._paint(painter, scene, state.value, _corner(scene, place, right=False), _size(scene, place.column))

    def _paint_locks(self, painter: QPainter, scene: Scene, frozen: tuple[str, ...]) -> None:
        places = [_whole_layer(address) or scene.numbers.structure.place(address) for address in frozen]
        weights = [place for place in places if isinstance(place, Weight)]
        for place in places:
            if isinstance(place, int):
                if place < len(scene.layout.columns):
                    self._paint(painter, scene, "lock", self._before_foot(scene, place), _size(scene, place))
            elif isinstance(place, Tile):
                self._paint(painter, scene, "lock", _corner(scene, place, right=True), _size(scene, place.column))
            elif isinstance(place, Bias):
                box = bias_hit_box(scene, place)
                at = QPointF(box.right() + 2 * scene.layout.unit, box.center().y())
                self._paint(painter, scene, "lock", at, _size(scene, place.column))
            elif isinstance(place, Weight) and len(weights) <= MOST_LOCKS:
                at = QPointF(*edge_middle(scene, place))
                self._paint(painter, scene, "lock", at, _size(scene, place.gap + 1))

    def picture(self, name: str, side: float, ratio: float) -> QPixmap:
        """`lock`, `dead` or `saturated` on a disc of the card's colour."""
        key = name, side, ratio
        if key not in self._pictures:
            self._pictures[key] = self._drawn(name, side, ratio)
        return self._pictures[key]

    def _paint(self, painter: QPainter, scene: Scene, name: str, at: QPointF, side: float) -> None:
        corner = QPointF(scene.whole(at.x() - side / 2), scene.whole(at.y() - side / 2))
        painter.drawPixmap(corner, self.picture(name, side, scene.ratio))

    def _before_foot(self, scene: Scene, column: int) -> QPointF:
        """Left of the name of a layer's activation."""
        foot, unit = foot_box(scene, column), scene.layout.unit
        words = QFontMetricsF(self._theme.font(FOOT_SIZE)).horizontalAdvance(foot_text(scene.numbers, column))
        return QPointF(foot.center().x() - words / 2 - _size(scene, column) / 2 - 2 * unit, foot.center().y())

    def _drawn(self, name: str, side: float, ratio: float) -> QPixmap:
        pixmap = QPixmap(round(side * ratio), round(side * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        colours = self._theme.palette
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.mute, side / 15))
        painter.setBrush(colours.card)
        painter.drawEllipse(QRectF(0.5, 0.5, side - 1, side - 1))
        unit = side / 15
        pen = QPen(colours.ink, 1.3 * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.scale(unit, unit)
        painter.drawPath(_GLYPHS[name]())
        painter.end()
        return pixmap


def _size(scene: Scene, column: int) -> float:
    """Of a badge, in whole device pixels."""
    unit = scene.layout.unit
    shrink = min(1.0, scene.layout.columns[column].tile * scene.viewport.zoom / (SMALL_TILE * unit))
    return max(2.0, scene.whole(BADGE * unit * max(shrink, 0.55)))


def _corner(scene: Scene, tile: Tile, *, right: bool) -> QPointF:
    """Where a tile's badge has its middle: on its upper corner."""
    box = tile_box(scene, tile.column, tile.row)
    inset = _size(scene, tile.column) * 0.12
    return QPointF(box.right() - inset if right else box.left() + inset, box.top() + inset)


def _whole_layer(address: str) -> int | None:
    """The column of `L2`, None for an address of something smaller."""
    return int(address[1:]) if address[1:].isdigit() else None


def _lock() -> QPainterPath:
    """On a disc of 15, as all below."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(4.6, 6.9, 5.8, 4.3), 0.8, 0.8)
    path.moveTo(5.7, 6.9)
    path.lineTo(5.7, 5.6)
    path.arcTo(QRectF(5.7, 3.8, 3.6, 3.6), 180, -180)
    path.lineTo(9.3, 6.9)
    return path


def _dead() -> QPainterPath:
    """A circle that is crossed out: nothing comes through."""
    path = QPainterPath()
    path.addEllipse(QRectF(4.3, 4.3, 6.4, 6.4))
    path.moveTo(5.3, 9.7)
    path.lineTo(9.7, 5.3)
    return path


def _saturated() -> QPainterPath:
    """A step: nothing but its two ends."""
    path = QPainterPath(QPointF(3.9, 10.0))
    path.lineTo(6.6, 10.0)
    path.cubicTo(7.6, 10.0, 7.4, 5.0, 8.4, 5.0)
    path.lineTo(11.1, 5.0)
    return path


_GLYPHS: dict[str, Callable[[], QPainterPath]] = {
    "lock": _lock,
    UnitState.DEAD.value: _dead,
    UnitState.SATURATED.value: _saturated,
}
