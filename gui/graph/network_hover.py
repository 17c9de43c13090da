"""The bubble beside what the pointer is on: a neuron's map large, and the numbers of a neuron, a weight or a bias."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from core.words import mark, tr
from gui.graph.network_badges import FROZEN_WORDS, STATE_NAMES, STATE_WORDS
from gui.graph.network_numbers import NetworkNumbers
from gui.graph.network_paint import Scene, edge_middle, tile_box
from gui.graph.network_structure import Bias, Place, Tile, Weight
from gui.numbers import format_number
from gui.theme import Theme
from gui.widgets.map_image import map_image

MAP = 180.0  # side of a large map; pixels at scale 1, as all below
NARROW = 152.0  # width of what is written where there is no map
MARGIN, RADIUS = 9.0, 7.0
DISTANCE = 10.0  # from the tile or the pointer
BESIDE = 44.0  # from a tile's middle at least: the buttons above it stay clear

_KINDS = {Tile: mark("neuron {address}"), Weight: mark("weight {address}"), Bias: mark("bias {address}")}
_INPUT = mark("input {address}")


@dataclass(frozen=True)
class BubbleText:
    """What a bubble says."""

    title: str
    rows: tuple[tuple[str, str], ...]  # names and numbers
    notes: tuple[str, ...] = ()  # sentences below


def bubble_text(numbers: NetworkNumbers, place: Place, hint: str = "") -> BubbleText | None:
    """Numbers with four decimals, as everywhere in the graph; None as long as they are not known."""
    pair, name = numbers.pair(place), numbers.structure.local_address(place)
    if pair is None:
        return BubbleText(name, ()) if isinstance(place, Tile) and numbers.map_of(place) is not None else None
    data, grad = map(format_number, pair)
    notes = [tr(FROZEN_WORDS)] if numbers.is_frozen(place) else []
    if not isinstance(place, Tile):
        word = tr("weight") if isinstance(place, Weight) else tr("bias")
        return BubbleText(name, ((word, data), (tr("gradient"), grad)), (*notes, *([hint] if hint else [])))
    rows = [(tr("output") if place.column else tr("value"), data), (tr("gradient"), grad)]
    bias = numbers.pair(Bias(place.column, place.row)) if place.column and numbers.structure.has_bias else None
    if bias is not None:
        rows.append((tr("bias"), format_number(bias[0])))
    chance = numbers.chance(place)
    if chance is not None:
        rows[0:1] = [(tr("probability"), format_number(chance)), (tr("score"), data)]
    state = numbers.state(place)
    label = numbers.label(place)
    title = f"{name} · {label}" if numbers.labels and label and place.column else name
    return BubbleText(title, tuple(rows), (*([tr(STATE_WORDS[state])] if state else []), *notes))


def spoken(numbers: NetworkNumbers, place: Place) -> str:
    """The same for screen readers."""
    kind = _INPUT if isinstance(place, Tile) and place.column == 0 else _KINDS[type(place)]
    words = [tr(kind, address=numbers.structure.local_address(place))]
    pair = numbers.pair(place)
    if pair is not None:
        data, grad = map(format_number, pair)
        words.append(tr("data {data}, gradient {gradient}", data=data, gradient=grad))
    chance = numbers.chance(place) if isinstance(place, Tile) else None
    words += [] if chance is None else [tr("probability {number}", number=format_number(chance))]
    state = numbers.state(place) if isinstance(place, Tile) else None
    words += [tr(STATE_NAMES[state])] if state else []
    words += [tr("frozen")] if numbers.is_frozen(place) else []
    return ", ".join(words)


class BubblePainter:
    """Draws the bubble of one place."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(self, painter: QPainter, scene: Scene, place: Place, at: QPointF | None, hint: str = "") -> None:
        """Beside its tile; for an edge below `at`, or its middle, or above where there is no room."""
        text = bubble_text(scene.numbers, place, hint)
        if text is None:
            return
        values = scene.numbers.map_of(place) if isinstance(place, Tile) else None
        side = 0.0 if values is None else scene.whole(self._map_side(scene))
        unit = scene.layout.unit
        margin = MARGIN * unit
        mono = QFontMetricsF(self._theme.font(12, mono=True))
        widest = max(mono.horizontalAdvance(f"{name}  {number}") for name, number in (*text.rows, (text.title, "")))
        width = side or max(NARROW * unit, widest, self._hint_width(hint))
        notes = self._note_heights(text, width)
        row = mono.height() * 1.12
        height = row * (1 + len(text.rows)) + sum(notes) + (side + margin * 0.7 if side else 0.0)
        box = self._box(scene, place, at, width + 2 * margin, height + 1.6 * margin)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.palette.ink)
        painter.drawRoundedRect(box, RADIUS * unit, RADIUS * unit)
        inside = box.adjusted(margin, margin * 0.8, -margin, -margin * 0.8)
        if values is not None and isinstance(place, Tile):
            image = map_image(values, self._theme, limit=scene.numbers.limit(place.column))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(inside.left(), inside.top(), side, side), image)
            inside.setTop(inside.top() + side + margin * 0.7)
        self._write(painter, text, inside, row, notes)

    def _write(self, painter: QPainter, text: BubbleText, inside: QRectF, row: float, notes: list[float]) -> None:
        card = self._theme.palette.card
        quiet = QColor(card)
        quiet.setAlphaF(0.78)
        line = QRectF(inside.left(), inside.top(), inside.width(), row)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._theme.font(12, mono=True))
        painter.setPen(card)
        title = painter.fontMetrics().elidedText(text.title, Qt.TextElideMode.ElideRight, int(inside.width()))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, title)
        for name, number in text.rows:
            line.translate(0.0, row)
            painter.setPen(quiet)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, name)
            painter.setPen(card)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, number)
        painter.setFont(self._theme.font(11))
        painter.setPen(quiet)
        top = line.bottom()
        for note, height in zip(text.notes, notes, strict=True):
            place = QRectF(inside.left(), top, inside.width(), height)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom | _WRAP, note)
            top += height

    def _hint_width(self, hint: str) -> float:
        """What can be done stands in one line."""
        return QFontMetricsF(self._theme.font(11)).horizontalAdvance(hint) + self._theme.px(1) if hint else 0.0

    def _note_heights(self, text: BubbleText, width: float) -> list[float]:
        metrics = QFontMetricsF(self._theme.font(11))
        room = QRectF(0, 0, width, 1000)
        return [metrics.boundingRect(room, int(_WRAP), note).height() + self._theme.px(3) for note in text.notes]

    def _map_side(self, scene: Scene) -> float:
        """As large as there is room for: a small card still shows all of it."""
        _, height = scene.viewport.window
        return max(60.0, min(MAP * scene.layout.unit, height - 110.0 * scene.layout.unit))

    def _box(self, scene: Scene, place: Place, at: QPointF | None, width: float, height: float) -> QRectF:
        window_width, window_height = scene.viewport.window
        gap = DISTANCE * scene.layout.unit
        if isinstance(place, Tile):
            left, top = self._beside(scene, place, width, height)
        else:
            if isinstance(place, Weight):
                x, y = (at.x(), at.y()) if at is not None else edge_middle(scene, place)
                below, above = y + 1.8 * gap, y - gap
            else:
                tile = tile_box(scene, place.column, place.row)
                x, below, above = tile.center().x(), tile.bottom() + 1.4 * gap, tile.top() - gap
            left, top = x - width / 2, below if below + height <= window_height - 2 else above - height
        left = min(max(left, 2.0), max(2.0, window_width - width - 2))
        top = min(max(top, 2.0), max(2.0, window_height - height - 2))
        return QRectF(round(left), round(top), round(width), round(height))

    def _beside(self, scene: Scene, tile: Tile, width: float, height: float) -> tuple[float, float]:
        """Left and top of a bubble: beside the tile or at the card's edge, where it covers the least of the columns."""
        window_width, window_height = scene.viewport.window
        box = tile_box(scene, tile.column, tile.row)
        gap, unit = DISTANCE * scene.layout.unit, scene.layout.unit
        away = max(box.width() / 2 + gap, BESIDE * unit)
        keep = QRectF(box.center().x() - away + 1, 0, 2 * away - 2, window_height)  # the column and its buttons
        x, y = box.center().x(), box.center().y()
        lefts = [x + away, x - away - width, window_width - width - 2, 2.0]
        tops = [y - height / 2, 2.0, window_height - height - 2]
        tops = [min(max(top, 2.0), max(2.0, window_height - height - 2)) for top in tops]
        columns = [_column_box(scene, index) for index in range(len(scene.layout.columns))]

        def cost(corner: tuple[float, float]) -> tuple[float, float]:
            bubble = QRectF(*corner, width, height)
            covered = sum(_area(bubble.intersected(column)) for column in columns)
            outside = width * height - _area(bubble.intersected(QRectF(0, 0, window_width, window_height)))
            far = abs(bubble.center().x() - x) + abs(bubble.center().y() - y)
            return round(covered + 100.0 * (outside + _area(bubble.intersected(keep)))), far

        return min(((left, top) for left in lefts for top in tops), key=cost)


def _column_box(scene: Scene, column: int) -> QRectF:
    """From a column's first tile to its last."""
    last = len(scene.layout.columns[column].ys) - 1
    return tile_box(scene, column, 0).united(tile_box(scene, column, last))


def _area(box: QRectF) -> float:
    return max(0.0, box.width()) * max(0.0, box.height())


_WRAP = Qt.TextFlag.TextWordWrap
