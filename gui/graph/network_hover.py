"""The bubble beside what the pointer is on: a neuron's map large, and the numbers of a neuron, a weight or a bias."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui.graph.network_badges import FROZEN_WORDS, STATE_WORDS
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
    notes = [FROZEN_WORDS] if numbers.is_frozen(place) else []
    if not isinstance(place, Tile):
        word = "weight" if isinstance(place, Weight) else "bias"
        return BubbleText(name, ((word, data), ("gradient", grad)), (*notes, *([hint] if hint else [])))
    rows = [("output" if place.column else "value", data), ("gradient", grad)]
    bias = numbers.pair(Bias(place.column, place.row)) if place.column and numbers.structure.has_bias else None
    if bias is not None:
        rows.append(("bias", format_number(bias[0])))
    state = numbers.state(place)
    label = numbers.label(place)
    title = f"{name} · {label}" if numbers.labels and label and place.column else name
    return BubbleText(title, tuple(rows), (*([STATE_WORDS[state]] if state else []), *notes))


def spoken(numbers: NetworkNumbers, place: Place) -> str:
    """The same for screen readers."""
    kind = {Tile: "neuron", Weight: "weight", Bias: "bias"}[type(place)]
    kind = "input" if isinstance(place, Tile) and place.column == 0 else kind
    words = f"{kind} {numbers.structure.local_address(place)}"
    pair = numbers.pair(place)
    if pair is not None:
        words += f", data {format_number(pair[0])}, gradient {format_number(pair[1])}"
    state = numbers.state(place) if isinstance(place, Tile) else None
    words += f", {state.value}" if state else ""
    return f"{words}, frozen" if numbers.is_frozen(place) else words


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
        width = side or max(NARROW * unit, widest)
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
            tile = tile_box(scene, place.column, place.row)
            away = max(tile.width() / 2 + gap, BESIDE * scene.layout.unit)
            right = tile.center().x() + away
            left = right if right + width <= window_width - 2 else tile.center().x() - away - width
            top = tile.center().y() - height / 2
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


_WRAP = Qt.TextFlag.TextWordWrap
