"""What is drawn with the loss curve: the band of its extremes, and the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.numbers import format_count, format_number
from gui.panels.plotting import Layer, draw_bubble, with_alpha

if TYPE_CHECKING:
    from gui.panels.loss_plot import LossPlot


class Band(Layer):
    """From the least to the greatest loss of every column, behind the curve of the means."""

    def __init__(self, plot: LossPlot) -> None:
        super().__init__(plot, height=-2)
        self._edge: NDArray[np.float64] = np.zeros((0, 2))

    def set_edges(self, x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> None:
        if np.array_equal(low, high):  # as for few points, or a calm curve
            self._edge = np.zeros((0, 2))
        else:
            self._edge = np.column_stack((np.concatenate((x, x[::-1])), np.concatenate((low, high[::-1]))))
        self.update()

    def draw(self, painter: QPainter) -> None:
        if not self._edge.size:
            return
        outline = pg.functions.create_qpolygonf(len(self._edge))
        pg.functions.ndarray_from_qpolygonf(outline)[:] = self.plot.all_to_pixels(self._edge)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(self.plot.theme.palette.accent, 0.22))
        painter.drawPolygon(outline)


class Cursor(Layer):
    """A line with a dot and a bubble at the point of the curve nearest to a step."""

    def __init__(self, plot: LossPlot) -> None:
        super().__init__(plot, height=5)
        self._loss_plot = plot
        self._wanted: float | None = None

    @property
    def step(self) -> float | None:
        """The step of the point the cursor is at; None without a cursor or a curve."""
        index = self._index()
        return None if index < 0 else float(self._loss_plot.history.steps[index])

    def step_or_middle(self) -> float:
        first, last = self.plot.box.viewRange()[0]
        step = self.step
        return (first + last) / 2 if step is None or not first <= step <= last else step

    def put(self, step: float | None) -> None:
        if step != self._wanted:
            self._wanted = step
            self.update()

    def text(self) -> str:
        index = self._index()
        if index < 0:
            return ""
        history, full = self._loss_plot.history, self._loss_plot.full
        text = f"step {format_count(round(history.steps[index]))}  loss {format_number(history.losses[index])}"
        step = float(history.steps[index])
        nearby = full.nearest(step)
        if nearby >= 0:
            text = f"{text} of its batch, {format_number(full.losses[nearby])} of all samples"
        twin = self._loss_plot.twin
        beside = twin.nearest(step)
        if beside >= 0 and twin.steps[0] <= step <= twin.last_step:
            text = f"{text}, {format_number(twin.losses[beside])} without the bug"
        return text

    def draw(self, painter: QPainter) -> None:
        index = self._index()
        if index < 0:
            return
        plot, theme, area = self._loss_plot, self.plot.theme, self.plot.box.rect()
        step, loss = float(plot.history.steps[index]), float(plot.history.losses[index])
        point = plot.to_pixels(step, plot.height_of(loss))
        painter.setPen(QPen(theme.palette.mute, theme.px(1)))
        painter.drawLine(QLineF(round(point.x()) + 0.5, area.top(), round(point.x()) + 0.5, area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.palette.card, theme.px(1.5)))
        painter.setBrush(theme.palette.accent)
        painter.drawEllipse(point, theme.px(4), theme.px(4))
        mark = plot.marks.near(step, theme.px(4))
        lines = [*self.text().split(", "), *([mark.text] if mark else [])]
        draw_bubble(painter, theme, lines, point, QRectF(area))

    def _index(self) -> int:
        return -1 if self._wanted is None or self._loss_plot.blank else self._loss_plot.history.nearest(self._wanted)
