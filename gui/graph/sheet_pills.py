"""Small texts over a graph: drawn as pills, and put where they cover least of what is to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui.graph.record_numbers import Array
from gui.theme import Theme

_SIZE = 11  # of the letters; pixels at scale 1
_SIDE, _ABOVE, _RADIUS = 8.0, 3.0, 5.0  # around the text; pixels at scale 1
_DOWN = (0.0, -0.8, 0.8, -1.6, 1.6, -2.4, 2.4, -3.4, 3.4, -4.6, 4.6)  # how far beside its place a pill may lie …
_ACROSS = (0.0, -0.3, 0.3, -0.62, 0.62, -0.95, 0.95)  # … in its own heights and widths
_FAR = 0.12  # cost of being one's own height away from one's place; covering all of a number costs its weight
_RANK = 0.2  # the same for a point that is less good by one place
_CROSSED = 2.0  # how much worse a line through a text is than a pill over a part of it
_SAMPLES = 6  # points of a line that are looked at
_OUTSIDE = 20.0
_FEW = 40  # of the places, cheapest first


@dataclass(frozen=True)
class Pill:
    """A text in its place."""

    text: str
    box: QRectF  # device pixels
    strong: bool  # dark on the card, as the tooltips; else a quiet plate
    end: QPointF | None = None  # what it belongs to: a thin line leads there from a pill that lies apart


@dataclass(frozen=True)
class Spot:
    """A place for a pill."""

    box: QRectF  # device pixels
    end: QPointF  # the wanted point next to it
    covered: float  # the cost of what it covers


class PillPainter:
    """Measures and draws pills at `unit` device pixels a pixel of the interface."""

    def __init__(self, theme: Theme, unit: float) -> None:
        self._theme, self._unit = theme, unit
        self._font = theme.font(_SIZE, mono=True)
        self._font.setPixelSize(max(1, round(_SIZE * unit)))
        self._metrics = QFontMetricsF(self._font)

    @property
    def font(self) -> QFont:
        return self._font

    def size_of(self, text: str) -> QSizeF:
        """What a text takes as a pill, device pixels."""
        lines = text.split("\n")
        width = max(self._metrics.horizontalAdvance(line) for line in lines) + 2 * _SIDE * self._unit
        return QSizeF(round(width), round(len(lines) * self._metrics.height() + 2 * _ABOVE * self._unit))

    def paint(self, painter: QPainter, pill: Pill, line: QColor | None = None) -> None:
        """Draw one; a quiet one has a rim in the colour `line`."""
        colours = self._theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if pill.end is not None and not pill.box.contains(pill.end):
            painter.setPen(QPen(colours.mute, self._unit))
            painter.drawLine(nearest(pill.box, pill.end), pill.end)
        quiet = QPen(line or colours.line, self._unit)
        painter.setPen(Qt.PenStyle.NoPen if pill.strong else quiet)
        painter.setBrush(colours.ink if pill.strong else colours.card)
        painter.drawRoundedRect(pill.box, _RADIUS * self._unit, _RADIUS * self._unit)
        painter.setFont(self._font)
        painter.setPen(colours.card if pill.strong else colours.ink)
        painter.drawText(pill.box, Qt.AlignmentFlag.AlignCenter, pill.text)


class Places:
    """Finds free places. Obstacles are rows of left, top, right, bottom, weight: the cost of covering all of it."""

    def __init__(self, obstacles: Array, bounds: QRectF, *, quickly: bool = False) -> None:
        """`quickly` tries fewer places, for a picture in which there is nothing to be read."""
        self._obstacles, self._bounds = obstacles.reshape(-1, 5), bounds
        self._shifts = [(right, down) for down in _DOWN for right in _ACROSS]
        if quickly:
            self._shifts = [(0.0, down) for down in _DOWN[:5]]

    def find(self, size: QSizeF, wanted: Sequence[QPointF]) -> Spot:
        """Near one of the wanted points, best first."""
        width, height = size.width(), size.height()
        points = np.array([(point.x(), point.y()) for point in wanted])
        shifts = np.array(self._shifts) * (width, height)
        middles = (points[:, None] + shifts).reshape(-1, 2)
        ranks = np.repeat(np.arange(len(points)), len(shifts))
        bounds = self._bounds
        middles[:, 0] = np.clip(middles[:, 0], bounds.left() + width / 2, max(bounds.right(), width) - width / 2)
        near = self._near(middles, size)
        outside = (middles[:, 1] - height / 2 < bounds.top()) | (middles[:, 1] + height / 2 > bounds.bottom())
        gaps = np.maximum(np.abs(middles[:, None] - points) - (width / 2, height / 2), 0.0)
        distances = np.hypot(gaps[..., 0], gaps[..., 1])
        nearest = distances.argmin(axis=1)
        away = distances.min(axis=1) / height + _RANK * ranks
        covered = _covered(near, middles, width, height)
        cost = covered + _FAR * away + _OUTSIDE * outside
        half = np.array([width, height]) / 2
        starts = np.clip(points[nearest], middles - half, middles + half)
        order = np.argsort(cost, kind="stable")
        for some in (order[:_FEW], order):  # a line only adds to the cost: a few are enough if the rest is worse
            whole = cost[some] + _crossed(near, starts[some], points[nearest[some]])
            best = int(some[np.argmin(whole)])
            if len(order) <= _FEW or whole.min() <= cost[order[_FEW]]:
                break
        x, y = middles[best]
        box = QRectF(round(x - width / 2), round(y - height / 2), width, height)
        return Spot(box, QPointF(*points[nearest[best]]), float(covered[best]))

    def take(self, spot: Spot) -> None:
        """Nothing else comes there from now on."""
        self.avoid(spot.box, _OUTSIDE)

    def avoid(self, box: QRectF, weight: float) -> None:
        """One more obstacle."""
        taken = np.array([[box.left(), box.top(), box.right(), box.bottom(), weight]])
        self._obstacles = np.concatenate([self._obstacles, taken])

    def _near(self, middles: Array, size: QSizeF) -> Array:
        """The obstacles that a pill in one of these places could touch."""
        half = np.array([size.width(), size.height()]) / 2
        low, high = middles.min(axis=0) - half, middles.max(axis=0) + half
        boxes = self._obstacles
        return boxes[((boxes[:, :2] < high) & (boxes[:, 2:4] > low)).all(axis=1)]


def _crossed(obstacles: Array, starts: Array, ends: Array) -> Array:
    """The cost of what the lines from pills to their ends would go through."""
    left, top, right, bottom, weight = obstacles.T
    cost = np.zeros(len(starts))
    for share in np.linspace(0.05, 1.0, _SAMPLES):
        x, y = (starts + (ends - starts) * share).T[..., None]
        cost += ((x > left) & (x < right) & (y > top) & (y < bottom)) @ weight
    return _CROSSED * cost / _SAMPLES


def _covered(obstacles: Array, middles: Array, width: float, height: float) -> Array:
    """The cost of what pills in these places would cover."""
    left, top, right, bottom, weight = obstacles.T
    x, y = middles[:, :1], middles[:, 1:]
    across = np.minimum(x + width / 2, right) - np.maximum(x - width / 2, left)
    down = np.minimum(y + height / 2, bottom) - np.maximum(y - height / 2, top)
    overlap = np.maximum(across, 0.0) * np.maximum(down, 0.0)
    areas = np.minimum((right - left) * (bottom - top), width * height)
    return np.asarray((overlap / np.maximum(areas, 1.0)) @ weight)


def nearest(box: QRectF, point: QPointF) -> QPointF:
    """The point of a box that is nearest to another one."""
    x = min(max(point.x(), box.left()), box.right())
    return QPointF(x, min(max(point.y(), box.top()), box.bottom()))
