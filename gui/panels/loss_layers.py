"""What is drawn with the loss curve: the band of its extremes, runs kept to compare, the cursor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from core.history import History, Reduction
from core.words import tr
from gui.numbers import format_count, format_number
from gui.panels.loss_looks import KEPT_WIDTH, heights, kept_colour
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


@dataclass(frozen=True, eq=False)
class KeptRun:
    """The curve of a run that is kept to compare; `colour` is an index, the same wherever the run is shown."""

    name: str
    colour: int
    history: History

    def loss_at(self, step: float) -> float | None:
        """The loss nearest to a step; None beyond its end."""
        nearest = self.history.nearest(step)
        return None if nearest < 0 or step > self.history.last_step else float(self.history.losses[nearest])


class KeptCurves(Layer):
    """The runs that are kept: drawn once, and shown again and again until the axes change."""

    def __init__(self, plot: LossPlot) -> None:
        super().__init__(plot, height=-4)
        self.runs: tuple[KeptRun, ...] = ()
        self._reductions: list[Reduction] = []
        self._seen: tuple[object, ...] = ()  # what the reductions were made for
        self._axis: tuple[float, float, bool] = (1.0, 10.0, True)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    @property
    def last_step(self) -> float:
        return max((run.history.last_step for run in self.runs), default=-math.inf)

    def set_runs(self, runs: Sequence[KeptRun]) -> None:
        self.runs, self._seen = tuple(runs), ()
        self.update()

    def reduced(self, first: float, last: float, columns: int) -> list[Reduction]:
        """Every run's curve between two steps; kept until something else is asked for."""
        if self._seen != (first, last, columns):
            self._seen = first, last, columns
            self._reductions = [run.history.reduced(first, last, columns) for run in self.runs]
            self.update()
        return self._reductions

    def draw_at(self, low: float, high: float, *, log_scale: bool) -> None:
        """On this axis of losses."""
        if self._axis != (low, high, log_scale):
            self._axis = low, high, log_scale
            self.update()

    def draw(self, painter: QPainter) -> None:
        theme, (low, high, log_scale) = self.plot.theme, self._axis
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for run, (x, mean, _, _) in zip(self.runs, self._reductions, strict=True):
            line = pg.functions.create_qpolygonf(len(x))
            places = np.column_stack((x, heights(mean, low, high, log_scale=log_scale)))
            pg.functions.ndarray_from_qpolygonf(line)[:] = self.plot.all_to_pixels(places)
            painter.setPen(QPen(kept_colour(theme.palette, run.colour), KEPT_WIDTH * theme.scale))
            painter.drawPolyline(line)


def inside(points: Reduction, first: float, last: float) -> Reduction:
    """Without the points beyond the edges, to which the line runs on: those of a coarse curve are far away."""
    x, mean, low, high = points
    seen = (first <= x) & (x <= last)
    return x[seen], mean[seen], low[seen], high[seen]


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
        return ", ".join(self.lines())

    def lines(self) -> list[str]:
        """What the curves say at the cursor; nothing where it is not seen."""
        index = self._index()
        if index < 0:
            return []
        history, full = self._loss_plot.history, self._loss_plot.full
        at = {"step": format_count(round(history.steps[index])), "loss": format_number(history.losses[index])}
        step = float(history.steps[index])
        nearby = full.nearest(step)
        if nearby >= 0:
            lines = [tr("step {step}  loss {loss} of its batch", **at)]
            lines.append(tr("{loss} of all samples", loss=format_number(full.losses[nearby])))
        else:
            lines = [tr("step {step}  loss {loss}", **at)]
        test = self._loss_plot.test
        tested = test.nearest(step)
        if tested >= 0 and test.steps[0] <= step:
            lines.append(tr("{loss} of the test rows", loss=format_number(test.losses[tested])))
        twin = self._loss_plot.twin
        beside = twin.nearest(step)
        if beside >= 0 and twin.steps[0] <= step <= twin.last_step:
            lines.append(tr("{loss} without the bug", loss=format_number(twin.losses[beside])))
        for run in self._loss_plot.kept:
            loss = run.loss_at(step)
            if loss is not None:
                lines.append(f"{format_number(loss)} {run.name}")
        return lines

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
        lines = [*self.lines(), *([mark.text] if mark else [])]
        draw_bubble(painter, theme, lines, point, QRectF(area))

    def _index(self) -> int:
        return -1 if self._wanted is None or self._loss_plot.blank else self._loss_plot.history.nearest(self._wanted)
