"""Predictions against targets, for data that no plane can show: more than two inputs."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui.frames import Points
from gui.numbers import format_number
from gui.panels.plotting import Layer, ThemedPlot, draw_bubble, draw_copies, with_alpha
from gui.theme import Theme

MOST_ROWS = 40
"""Up to here every sample has a place of its own; more are drawn as a cloud of target against prediction."""

REACH = 16.0
"""Pixels at scale 1 from a sample within which it is meant."""

_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_FIRST_RANGE = 1.25  # the axis of predictions reaches from -1.25 to 1.25: targets are at -1 and 1
_LAST_RANGE = 10.0  # outputs beyond are drawn at the edge
_SHRINK_BELOW = 0.4  # of the range: then a smaller one is taken
_JITTER = 0.28  # most a point of the cloud is moved sideways

Array = NDArray[np.float64]


class PredictionPlot(ThemedPlot):
    """One dot per prediction, joined to the ring of its target: the line between them is the error."""

    sample_clicked = Signal(int)
    moved = Signal(int)  # -1 or 1: another sample is wanted by keyboard

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, axes=("left", "bottom"), keys=_KEYS)
        self.setObjectName("predictionPlot")
        self._targets: Array = np.zeros(0)
        self._predictions: Array = np.zeros(0)
        self._across: Array = np.zeros(0)  # the horizontal place of each sample
        self._range = 0.0
        self._hovered = -1
        self._selected = -1
        self._layer = _PredictionLayer(self)
        self.hovered.connect(self._on_hovered)
        self.left.connect(self._on_left)
        self.clicked.connect(self._on_clicked)
        self.key_pressed.connect(self._on_key)
        self.restyle()
        self._set_range(_FIRST_RANGE)

    @property
    def hover_text(self) -> str:
        """What the bubble over the sample under the mouse says; empty if there is none."""
        return self.text_of(self._hovered) if self._hovered >= 0 else ""

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which rows have the wrong sign; empty before the first prediction."""
        return self._predictions * self._targets[: self._predictions.size] <= 0.0

    @property
    def is_cloud(self) -> bool:
        """Too many rows for a place each."""
        return self._targets.size > MOST_ROWS

    def set_points(self, points: Points) -> None:
        self._targets = points.targets
        self._predictions = np.zeros(0)
        self._hovered = -1
        self._set_range(_FIRST_RANGE)
        rows, axis = points.targets.size, self.axes[1]
        if self.is_cloud:
            jitter = np.random.RandomState(0).uniform(-_JITTER, _JITTER, rows)
            self._across = points.targets + jitter
            self.box.setXRange(-1.5, 1.5, padding=0)
            axis.setTicks([[(-1.0, "target -1"), (1.0, "target +1")]])
        else:
            self._across = np.arange(1.0, rows + 1.0)
            edge = 0.6 + 0.03 * rows
            self.box.setXRange(1.0 - edge, rows + edge, padding=0)
            every = 1 if rows <= 12 else 5
            axis.setTicks([[(float(row), str(row)) for row in range(1, rows + 1) if row == 1 or row % every == 0]])
        self._layer.update()

    def set_predictions(self, predictions: Array) -> None:
        self._predictions = predictions
        largest = float(np.abs(predictions[np.isfinite(predictions)]).max(initial=0.0))
        if largest > self._range or largest < _SHRINK_BELOW * self._range:
            self._set_range(largest)
        self._layer.update()

    def select(self, sample: int) -> None:
        self._selected = sample
        self._layer.update()

    def restyle(self) -> None:
        super().restyle()
        self.axes[0].setTicks([[(value, f"{value:+g}" if value else "0") for value in (-1.0, 0.0, 1.0)]])
        self.axes[0].setWidth(self.theme.px(26))
        self.axes[1].setTickPen(None)  # a grid of samples would say nothing

    def text_of(self, sample: int) -> str:
        """`sample 1  target +1  output 0.87`."""
        text = f"sample {sample + 1}  target {self._targets[sample]:+g}"
        if sample < self._predictions.size:
            text += f"  output {format_number(self._predictions[sample])}"
        return text

    def position_of(self, sample: int) -> QPointF:
        """Where a prediction (before the first: the target) lies in the view box; values far off at the edge."""
        known = sample < self._predictions.size
        value = float(self._predictions[sample] if known else self._targets[sample])
        return self.to_pixels(float(self._across[sample]), self.within(value))

    def places(self) -> Array:
        """All predictions in pixels of the view box, (rows, 2)."""
        values = np.clip(np.nan_to_num(self._predictions), -self._range, self._range)
        return self.all_to_pixels(np.column_stack((self._across, values)))

    def within(self, value: float) -> float:
        """A value on the axis: those beyond its ends lie at them, nan at 0."""
        return 0.0 if np.isnan(value) else min(max(value, -self._range), self._range)

    def nearest(self, position: QPointF) -> int:
        """The sample within reach of a position in the view box, counted from 0; -1 if there is none."""
        if not self._targets.size:
            return -1
        if not self.is_cloud:  # a column each: any height will do
            across = np.abs(self._across - self.from_pixels(position).x())
            sample = int(np.argmin(across))
            return sample if across[sample] <= 0.5 else -1
        if not self._predictions.size:
            return -1
        places = self.places()
        distances = np.hypot(places[:, 0] - position.x(), places[:, 1] - position.y())
        sample = int(np.argmin(distances))
        return sample if distances[sample] <= self.theme.px(REACH) else -1

    def _set_range(self, largest: float) -> None:
        """Make the axis reach beyond `largest`: to 1.25, 2.5, 5 or 10."""
        reach = _FIRST_RANGE
        while reach < min(largest, _LAST_RANGE):
            reach *= 2
        if reach != self._range:
            self._range = reach
            self.box.setYRange(-reach, reach, padding=0)

    def _on_hovered(self, position: QPointF) -> None:
        self._hover(self.nearest(position) if self.box.rect().contains(position) else -1)

    def _on_left(self) -> None:
        self._hover(-1)

    def _hover(self, sample: int) -> None:
        if sample != self._hovered:
            self._hovered = sample
            self._layer.update()

    def _on_clicked(self, position: QPointF) -> None:
        sample = self.nearest(position)
        if sample >= 0:
            self.sample_clicked.emit(sample)

    def _on_key(self, key: int) -> None:
        self.moved.emit(1 if key == Qt.Key.Key_Right else -1)


class _PredictionLayer(Layer):
    """Everything above the grid."""

    def __init__(self, plot: PredictionPlot) -> None:
        super().__init__(plot, height=1)
        self._plot = plot

    def draw(self, painter: QPainter) -> None:
        plot, theme = self._plot, self.plot.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_zero_line(painter)
        if plot.is_cloud:
            self._draw_cloud(painter)
        else:
            self._draw_columns(painter)
        rows = plot._targets.size
        if 0 <= plot._selected < rows:
            if plot.is_cloud:
                self._draw_dot(painter, plot._selected, 4.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.palette.ink, theme.px(2)))
            painter.drawEllipse(plot.position_of(plot._selected), theme.px(8), theme.px(8))
        if 0 <= plot._hovered < rows:
            at = plot.position_of(plot._hovered)
            lines = plot.hover_text.split("  ")
            draw_bubble(painter, theme, lines, at, QRectF(plot.box.rect()))

    def _draw_zero_line(self, painter: QPainter) -> None:
        area = self.plot.box.rect()
        height = self.plot.to_pixels(0.0, 0.0).y()
        painter.setPen(QPen(self.plot.theme.palette.mute, self.plot.theme.px(1)))
        painter.drawLine(QLineF(area.left(), height, area.right(), height))

    def _draw_columns(self, painter: QPainter) -> None:
        plot, theme = self._plot, self.plot.theme
        radius = 5.0 if plot._targets.size <= 20 else 3.0
        for sample, target in enumerate(plot._targets):
            ring = plot.to_pixels(float(plot._across[sample]), plot.within(float(target)))
            if sample == plot._selected:
                self._draw_column_ground(painter, ring.x())
            if sample < plot._predictions.size:
                painter.setPen(QPen(theme.palette.mute, theme.px(1.5)))
                painter.drawLine(QLineF(ring, plot.position_of(sample)))
            painter.setPen(QPen(_sign_colour(theme, float(target)), theme.px(2)))
            painter.setBrush(theme.palette.card)
            painter.drawEllipse(ring, theme.px(radius), theme.px(radius))
            if sample < plot._predictions.size:
                self._draw_dot(painter, sample, radius)

    def _draw_column_ground(self, painter: QPainter, centre: float) -> None:
        area, spacing = self.plot.box.rect(), self.plot.to_pixels(1.0, 0.0).x() - self.plot.to_pixels(0.0, 0.0).x()
        half = min(self.plot.theme.px(14), spacing / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.plot.theme.palette.soft)
        painter.drawRoundedRect(
            QRectF(centre - half, area.top(), 2 * half, area.height()), self.plot.theme.px(4), self.plot.theme.px(4)
        )

    def _draw_cloud(self, painter: QPainter) -> None:
        """All dots in one call, as copies of two small pictures."""
        plot, theme = self._plot, self.plot.theme
        if not plot._predictions.size:
            return
        ratio = painter.device().devicePixelRatioF()
        side = math.ceil((theme.px(4) + 2) * ratio)
        pictures = QPixmap(2 * side, side)
        pictures.fill(Qt.GlobalColor.transparent)
        brush = QPainter(pictures)
        brush.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush.setPen(Qt.PenStyle.NoPen)
        for place, sign in enumerate((-1.0, 1.0)):
            brush.setBrush(with_alpha(_sign_colour(theme, sign), 0.75))
            brush.drawEllipse(QPointF((place + 0.5) * side, side / 2), side / 2 - ratio, side / 2 - ratio)
        brush.end()
        looks = (plot._predictions > 0.0).astype(np.intp)
        draw_copies(painter, pictures, plot.places(), looks * side, side, ratio)

    def _draw_dot(self, painter: QPainter, sample: int, radius: float) -> None:
        plot, theme = self._plot, self.plot.theme
        value = float(plot._predictions[sample]) if sample < plot._predictions.size else 0.0
        painter.setPen(QPen(theme.palette.card, theme.px(1)))
        painter.setBrush(_sign_colour(theme, value))
        painter.drawEllipse(plot.position_of(sample), theme.px(radius), theme.px(radius))


def _sign_colour(theme: Theme, value: float) -> QColor:
    if value == 0.0 or np.isnan(value):
        return theme.palette.mute
    return theme.palette.positive if value > 0.0 else theme.palette.negative
