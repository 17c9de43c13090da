"""Several lines over the steps of a run, each with its name at its end: accuracies, lengths of gradients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from core.history import Array
from core.words import tr
from gui.numbers import format_count, format_number, format_percent
from gui.panels.axes import LABEL_SIZE
from gui.panels.loss_looks import linear_bounds, log_bounds
from gui.panels.plots_pointer import StepsPlot
from gui.panels.plotting import Layer, draw_polyline
from gui.theme import Theme

_GAP, _PIECE = 5, 9  # pixels at scale 1: around the names right of the lines, and of the piece of line before them
_MOST_ROOM = 0.5  # of the axis, for names
_MOST_ROWS = 5  # of a bubble; with more lines than these two of them share a row
_DASH = [3.0, 2.0]
_LEAST_DECADES = 12  # of a logarithmic axis: what is smaller is as good as 0
_PERCENT_ROOM = 3.0  # above 100 %, so that a line there is seen whole


@dataclass(frozen=True, eq=False)
class Line:
    """One of the lines; `values` belong to the plot's steps, and may be nan where there are none."""

    name: str
    colour: QColor
    values: Array
    width: float = 1.6
    dashed: bool = False


class LinesPlot(StepsPlot):
    """Lines on a logarithmic axis, or from 0 to 100 %."""

    def __init__(self, theme: Theme, *, percent: bool) -> None:
        """`percent`: values are shares, 0 … 1; else the axis is logarithmic."""
        super().__init__(theme)
        self.percent = percent
        self.lines: tuple[Line, ...] = ()
        self.axes[0].log_scale = not percent
        self.axes[0].most = 100.0 if percent else math.inf
        self._low, self._high = (0.0, 0.0)
        self._layer = _LinesLayer(self)
        self.box.sigResized.connect(self._make_room)
        self.restyle()
        self.set_lines(np.zeros(0), ())

    def set_lines(self, steps: Array, lines: Sequence[Line]) -> None:
        """Show these from now on."""
        self.steps, self.lines = steps, tuple(lines)
        self._make_room()
        self._adapt()
        self._layer.update()

    def _make_room(self) -> None:
        """So much of the axis that no name lies on a line."""
        metrics, px = QFontMetricsF(self.theme.font(LABEL_SIZE)), self.theme.px
        widest = max((metrics.horizontalAdvance(line.name) for line in self.lines), default=0.0)
        share = (widest + px(_PIECE) + 3 * px(_GAP)) / max(self.box.width(), 1.0)
        self.show_steps(1.0 / (1.0 - min(share, _MOST_ROOM)))

    def heights(self, values: Array) -> Array:
        """Where values lie on the axis; nan stays."""
        if self.percent:
            return 100.0 * values
        with np.errstate(all="ignore"):
            return np.maximum(np.log10(values), math.log10(self._low) - 1.0)

    def lines_at(self, index: int, height: float | None) -> Sequence[str]:
        show = format_percent if self.percent else format_number
        told = [
            f"{line.name} {show(float(line.values[index]))}" for line in self.lines if np.isfinite(line.values[index])
        ]
        if len(told) > _MOST_ROWS:
            wide = max(map(len, told))
            told = [f"{left:<{wide}}  {right}" for left, right in zip(told[::2], [*told[1::2], ""], strict=False)]
        return [tr("step {step}", step=format_count(round(self.steps[index]))), *told]

    def _adapt(self) -> None:
        """Widen or narrow the axis, in large steps so that it rests on most frames."""
        every = np.concatenate([line.values for line in self.lines]) if self.lines else np.zeros(0)
        every = every[np.isfinite(every) & ((every > 0.0) | self.percent)]
        if not every.size:
            low, high = (0.0, 1.0) if self.percent else (1e-3, 1.0)
        else:
            low, high = float(every.min()), float(every.max())
        if self.percent:
            self._set_range(max(linear_bounds(100.0 * min(low, 1.0), 100.0)[0], -1.0), 100.0 + _PERCENT_ROOM)
            return
        bounds = log_bounds(max(low, high * 10.0**-_LEAST_DECADES), high)
        inside = self._low <= bounds[0] and bounds[1] <= self._high
        if not inside or math.log(self._high / self._low) > 1.6 * math.log(bounds[1] / bounds[0]):
            self._low, self._high = bounds
            self._set_range(*np.log10(bounds).tolist())

    def _set_range(self, bottom: float, top: float) -> None:
        if self.box.viewRange()[1] != [bottom, top]:
            self.box.setYRange(bottom, top, padding=0)
            self.axes[0].forget_picture()


class _LinesLayer(Layer):
    """The lines, and their names where they end."""

    def __init__(self, plot: LinesPlot) -> None:
        super().__init__(plot, height=1)
        self._lines_plot = plot

    def draw(self, painter: QPainter) -> None:
        ends: list[tuple[QPointF, Line]] = []
        for line in self._lines_plot.lines:
            places = self._places(line)
            for part in _finite(places):
                self._draw_part(painter, part, line)
            known = places[np.isfinite(places).all(axis=1)]
            if len(known):
                ends.append((QPointF(*known[-1]), line))
        self._draw_names(painter, ends)

    def _places(self, line: Line) -> Array:
        plot = self._lines_plot
        return plot.all_to_pixels(np.column_stack((plot.steps, plot.heights(line.values))))

    def _draw_part(self, painter: QPainter, places: Array, line: Line) -> None:
        theme = self.plot.theme
        if len(places) == 1:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(line.colour)
            painter.drawEllipse(QPointF(*places[0]), theme.px(2), theme.px(2))
        elif line.dashed:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(line.colour, line.width * theme.scale)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern(_DASH)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in places.tolist()]))
        else:
            draw_polyline(painter, places, line.colour, line.width * theme.scale)

    def _draw_names(self, painter: QPainter, ends: Sequence[tuple[QPointF, Line]]) -> None:
        """Right of the ends, moved apart where they would lie on each other."""
        theme, area = self.plot.theme, self.plot.box.rect()
        font = theme.font(LABEL_SIZE)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        ends = sorted(ends, key=lambda end: end[0].y())
        rows = spread_rows([end.y() for end, _ in ends], metrics.height() - theme.px(2), area.top(), area.bottom())
        gap, piece = theme.px(_GAP), theme.px(_PIECE)
        for (end, line), y in zip(ends, rows, strict=True):
            x = min(end.x() + gap, area.right() - metrics.horizontalAdvance(line.name) - piece - gap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(line.colour, line.width * theme.scale))
            painter.drawLine(QLineF(x, y, x + piece, y))
            painter.setPen(theme.palette.mute)
            painter.drawText(QPointF(x + piece + gap, y + metrics.capHeight() / 2), line.name)


def spread_rows(places: Sequence[float], height: float, top: float, bottom: float) -> list[float]:
    """Middles of rows of this height near the rising places given, in their order; none lies on another if they fit."""
    rows: list[float] = []
    for place in places:
        least = rows[-1] + height if rows else top + height / 2
        rows.append(max(place, least))
    limit = bottom - height / 2
    for i in range(len(rows) - 1, -1, -1):
        rows[i] = min(rows[i], limit)
        limit = rows[i] - height
    return rows


def _finite(places: Array) -> list[Array]:
    """The pieces of a line between places that are not finite."""
    known = np.isfinite(places).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [places[first:end] for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]
