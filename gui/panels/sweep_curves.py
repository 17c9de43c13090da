"""The curves of a sweep: the loss by step, a thin line for each learning rate."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from core.history import Array
from core.sweep import SweptRun
from core.words import tr
from gui.numbers import format_count, format_number
from gui.panels.loss_looks import end_of_steps, log_bounds
from gui.panels.plotting import Layer, draw_bubble, draw_polyline
from gui.panels.sweep_runs_plot import RunsPlot, rate_colour, share_of
from gui.theme import Theme

_REACH = 10.0  # times the largest first loss: what lies above is on its way to diverge
_DEEPEST = 12.0  # decades below the largest loss: what is smaller is as good as 0
_NEAR = 24.0  # pixels at scale 1 from a curve, for the pointer to be on it


class SweepCurves(RunsPlot):
    """The curve under the pointer is told; the chosen one and it are drawn thick."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._pointer: QPointF | None = None
        self.axes[0].log_scale = self.axes[1].whole = True
        self._layer = _CurvesLayer(self)
        self.hovered.connect(self._on_hovered)
        self.left.connect(self._on_left)
        self.clicked.connect(self._on_clicked)
        self.restyle()
        self.show_runs((), 0, self.rates)

    @property
    def bubble(self) -> tuple[str, ...]:
        """What is told at the pointer."""
        if self._pointer is None or self.hovered_run is None:
            return ()
        run = self.runs[self.hovered_run]
        if not len(run.steps):
            return ()
        place = int(np.abs(run.steps - self.from_pixels(self._pointer).x()).argmin())
        step = tr("step {step}", step=format_count(round(run.steps[place])))
        return f"η {run.rate:.4g}", step, tr("loss {loss}", loss=format_number(run.losses[place]))

    def show_runs(self, runs: Sequence[SweptRun], steps: int, rates: tuple[float, float]) -> None:
        """These runs, on an axis of so many steps."""
        self._take(runs, rates)
        self._adapt(steps)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        super().drawForeground(painter, rect)
        if self.runs:
            self._draw_caption(painter, tr("loss by step; paler: smaller η"), tr("loss by step"))

    def places(self, run: SweptRun) -> Array:
        """Its curve in pixels, as far as it is finite; what lies beyond the axis stays outside."""
        bottom, top = self.box.viewRange()[1]
        with np.errstate(all="ignore"):
            heights = np.log10(run.losses)
        heights = np.clip(heights, bottom - (top - bottom), top + (top - bottom))
        known = np.isfinite(run.losses)
        return self.all_to_pixels(np.column_stack((run.steps[known], heights[known])))

    def _adapt(self, steps: int) -> None:
        known = [losses[np.isfinite(losses) & (losses > 0.0)] for losses in (run.losses for run in self.runs)]
        known = [losses for losses in known if losses.size]
        low, high = 0.1, 1.0
        if known:
            most = _REACH * max(float(losses[0]) for losses in known)
            high = min(max(float(losses.max()) for losses in known), most)
            low = max(min(float(losses.min()) for losses in known), high * 10.0**-_DEEPEST)
        self._show_axes([0.0, end_of_steps(float(steps))], np.log10(log_bounds(min(low, high), high)).tolist())

    def _nearest(self, position: QPointF) -> int | None:
        """The run whose curve passes the pointer most closely; None if all are far away."""
        distances = []
        for run in self.runs:
            places = self.places(run)
            if not len(places):
                distances.append(math.inf)
                continue
            height = float(np.interp(position.x(), places[:, 0], places[:, 1]))
            beyond = max(0.0, position.x() - float(places[-1, 0]))
            distances.append(math.hypot(height - position.y(), beyond))
        best = int(np.argmin(distances)) if distances else 0
        return best if distances and distances[best] <= self.theme.px(_NEAR) else None

    def _on_hovered(self, position: QPointF) -> None:
        inside = self.box.rect().contains(position)
        self._pointer = position if inside else None
        self.run_hovered.emit(self._nearest(position) if inside else None)
        self._layer.update()

    def _on_left(self) -> None:
        self._pointer = None
        self.run_hovered.emit(None)
        self._layer.update()

    def _on_clicked(self, position: QPointF) -> None:
        found = self._nearest(position)
        if found is not None:
            self.run_chosen.emit(found)


class _CurvesLayer(Layer):
    """The curves, those that are thick above the others."""

    def __init__(self, plot: SweepCurves) -> None:
        super().__init__(plot, height=1)
        self._curves = plot

    def draw(self, painter: QPainter) -> None:
        plot, theme = self._curves, self.plot.theme
        painter.setClipRect(plot.box.rect())
        thick = {plot.chosen, plot.hovered_run}
        for index in sorted(range(len(plot.runs)), key=lambda index: index in thick):
            colour = rate_colour(theme.palette, share_of(plot.runs[index].rate, plot.rates))
            draw_polyline(
                painter, plot.places(plot.runs[index]), colour, 2.4 * theme.scale if index in thick else theme.px(1)
            )
        if plot.bubble and plot._pointer is not None:
            draw_bubble(painter, theme, plot.bubble, plot._pointer, QRectF(plot.box.rect()))
