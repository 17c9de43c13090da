"""What is drawn of predictions against targets: columns of ring and dot, or a cloud."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from gui.panels.plotting import Layer, draw_bubble, draw_copies, with_alpha

if TYPE_CHECKING:
    from gui.panels.prediction_plot import PredictionPlot


class PredictionLayer(Layer):
    """Everything above the grid."""

    def __init__(self, plot: PredictionPlot) -> None:
        super().__init__(plot, height=1)
        self._plot = plot

    def draw(self, painter: QPainter) -> None:
        plot, theme = self._plot, self.plot.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_base_line(painter)
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
            lines = plot.lines_of(plot._hovered)
            draw_bubble(painter, theme, lines, at, QRectF(plot.box.rect()))

    def _draw_base_line(self, painter: QPainter) -> None:
        """Between the signs; of a cloud of numbers the line on which prediction and target are the same."""
        plot, area = self._plot, self.plot.box.rect()
        painter.setPen(QPen(self.plot.theme.palette.mute, self.plot.theme.px(1)))
        if plot.points.task != "regression":
            height = plot.to_pixels(0.0, plot.base_line).y()
            painter.drawLine(QLineF(area.left(), height, area.right(), height))
        elif plot.is_cloud:
            low, high = plot.points.target_range
            painter.setClipRect(QRectF(area))
            painter.drawLine(QLineF(plot.to_pixels(low, low), plot.to_pixels(high, high)))
            painter.setClipping(False)

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
            painter.setPen(QPen(plot.target_colour(sample), theme.px(2)))
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
        colours = plot.cloud_colours()
        pictures = QPixmap(len(colours) * side, side)
        pictures.fill(Qt.GlobalColor.transparent)
        brush = QPainter(pictures)
        brush.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush.setPen(Qt.PenStyle.NoPen)
        for place, colour in enumerate(colours):
            brush.setBrush(with_alpha(colour, 0.75))
            brush.drawEllipse(QPointF((place + 0.5) * side, side / 2), side / 2 - ratio, side / 2 - ratio)
        brush.end()
        looks = plot._kinds if plot._kinds.size == plot._predictions.size else np.zeros(len(plot._predictions), np.intp)
        draw_copies(painter, pictures, plot.places(), looks * side, side, ratio)

    def _draw_dot(self, painter: QPainter, sample: int, radius: float) -> None:
        plot, theme = self._plot, self.plot.theme
        painter.setPen(QPen(theme.palette.card, theme.px(1)))
        painter.setBrush(plot.colour_of(sample))
        painter.drawEllipse(plot.position_of(sample), theme.px(radius), theme.px(radius))
