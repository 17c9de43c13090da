"""What became of each learning rate of a sweep: its final loss over the rate, both on logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen

from core.history import Array
from core.sweep import SweptRun, best_of
from core.words import tr
from gui.numbers import format_count, format_number
from gui.panels.axes import LABEL_SIZE
from gui.panels.loss_looks import held_back_colour, log_bounds
from gui.panels.plotting import Layer, blended, draw_bubble, draw_polyline
from gui.panels.sweep_runs_plot import RunsPlot, rate_colour, share_of
from gui.theme import Theme

KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Escape,
)
_ROOM = 0.06  # decades left and right of the rates, at least; a share of all of them else
_TOP = 0.1  # of the height, above all losses: where diverged runs are marked
_DASH = [3.0, 2.0]
_DOT, _RING, _CROSS = 3.2, 2.0, 3.6  # pixels at scale 1: radius of a mark


class SweepPlot(RunsPlot):
    """Draws final losses; the run under the pointer is told, the chosen one has an outline of ink."""

    run_taken = Signal(int)  # by Enter

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, keys=KEYS)
        self.whole = 0  # how many of them are at their end: the last one may not be
        self.rate: float | None = None  # of the run that goes on
        for axis in self.axes:
            axis.log_scale = True
        self._layer = _FinalLayer(self)
        self.hovered.connect(self._on_hovered)
        self.left.connect(self._on_left)
        self.clicked.connect(self._on_clicked)
        self.key_pressed.connect(self._on_key)
        self.restyle()
        self.show_runs((), 0, self.rates)

    @property
    def blank(self) -> bool:
        return not self.runs

    @property
    def best(self) -> int | None:
        """The index of the best run that is at its end."""
        best = best_of(self.runs[: self.whole])
        return None if best is None else self.runs.index(best)

    @property
    def bubble(self) -> tuple[str, ...]:
        """What is told of the run under the pointer."""
        return () if self.hovered_run is None else told(self.runs[self.hovered_run])

    def show_runs(self, runs: Sequence[SweptRun], whole: int, rates: tuple[float, float]) -> None:
        """These runs, of which the first `whole` ones are at their end; the axis goes over `rates`."""
        self.whole = whole
        self._take(runs, rates)
        self._adapt()

    def show_rate(self, rate: float | None) -> None:
        """Mark the learning rate of the run that goes on."""
        if rate != self.rate:
            self.rate = rate
            self._layer.update()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        super().drawForeground(painter, rect)
        if self.runs:
            tested = [tr("final loss by η; dashed: test")] if self.runs[0].test_loss is not None else []
            self._draw_caption(painter, *tested, tr("final loss by η"))

    def places(self, losses: Sequence[float | None]) -> Array:
        """Where these final losses lie in pixels, one for every run; diverged ones on top."""
        top = self.box.viewRange()[1][1]
        heights = [
            math.log10(max(loss, 1e-300)) if loss is not None and math.isfinite(loss) else top for loss in losses
        ]
        rates = np.log10([run.rate for run in self.runs]) if self.runs else np.zeros(0)
        found = self.all_to_pixels(np.column_stack((rates, np.minimum(heights, top) if heights else np.zeros(0))))
        found[:, 1] = np.maximum(found[:, 1], self.box.rect().top() + self.theme.px(6))
        return found

    def _adapt(self) -> None:
        """Both axes, over all rates and all final losses."""
        left, right = np.log10(self.rates).tolist()
        room = max(_ROOM * (right - left), _ROOM)
        losses = [loss for run in self.runs for loss in (run.loss, run.test_loss) if loss is not None]
        known = [loss for loss in losses if math.isfinite(loss) and loss > 0.0]
        bottom, top = np.log10(log_bounds(min(known), max(known)) if known else (0.1, 1.0)).tolist()
        if any(run.diverged_at is not None for run in self.runs):
            top += _TOP * (top - bottom)
        self._show_axes([left - room, right + room], [bottom, top])

    def _on_hovered(self, position: QPointF) -> None:
        inside = bool(self.runs) and self.box.rect().contains(position)
        self.run_hovered.emit(self._nearest(position) if inside else None)

    def _on_left(self) -> None:
        self.run_hovered.emit(None)

    def _on_clicked(self, position: QPointF) -> None:
        if self.runs and self.box.rect().contains(position):
            self.run_chosen.emit(self._nearest(position))

    def _on_key(self, key: int) -> None:
        last = len(self.runs) - 1
        if last < 0:
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.chosen is not None:
                self.run_taken.emit(self.chosen)
        elif key == Qt.Key.Key_Escape:
            self.run_hovered.emit(None)
        else:
            here = self.chosen if self.chosen is not None else self.best or 0
            goals = {Qt.Key.Key_Left: here - 1, Qt.Key.Key_Right: here + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
            goal = min(max(goals[Qt.Key(key)], 0), last)
            self.run_chosen.emit(goal)
            self.run_hovered.emit(goal)

    def _nearest(self, position: QPointF) -> int:
        rate = self.from_pixels(position).x()
        return int(np.abs(np.log10([run.rate for run in self.runs]) - rate).argmin())


def told(run: SweptRun) -> tuple[str, ...]:
    """What the bubble says of a run."""
    rate = f"η {run.rate:.4g}"
    if run.diverged_at is not None:
        return rate, tr("diverged"), tr("at step {step}", step=format_count(run.diverged_at))
    lines = (rate, tr("loss {loss}", loss=format_number(run.loss)))
    return lines if run.test_loss is None else (*lines, tr("test {loss}", loss=format_number(run.test_loss)))


class _FinalLayer(Layer):
    """Lines through the final losses, with a mark for each run."""

    def __init__(self, plot: SweepPlot) -> None:
        super().__init__(plot, height=1)
        self._final = plot

    def draw(self, painter: QPainter) -> None:
        plot = self._final
        self._draw_rate(painter)
        if not plot.runs:
            return
        theme = plot.theme
        alive = np.array([run.diverged_at is None for run in plot.runs])
        losses = plot.places([run.loss for run in plot.runs])
        tests = plot.places([run.test_loss for run in plot.runs]) if plot.runs[0].test_loss is not None else None
        if tests is not None:
            pen = QPen(held_back_colour(theme.palette), 1.4 * theme.scale)
            pen.setDashPattern(_DASH)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(pen)
            painter.drawPolyline([QPointF(*place) for place in tests[alive].tolist()])
            self._draw_rings(painter, tests[alive])
        draw_polyline(painter, losses[alive], blended(theme.palette.mute, theme.palette.card, 0.3), 1.4 * theme.scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, (run, place) in enumerate(zip(plot.runs, losses, strict=True)):
            self._draw_mark(painter, index, run, QPointF(*place))
        self._draw_best(painter, losses if tests is None else tests)
        if plot.hovered_run is not None:
            draw_bubble(painter, theme, plot.bubble, QPointF(*losses[plot.hovered_run]), QRectF(plot.box.rect()))

    def _draw_rings(self, painter: QPainter, places: Array) -> None:
        """Marks of the test rows: smaller, and hollow."""
        theme = self.plot.theme
        painter.setPen(QPen(held_back_colour(theme.palette), 1.3 * theme.scale))
        painter.setBrush(theme.palette.card)
        for x, y in places.tolist():
            painter.drawEllipse(QPointF(x, y), _RING * theme.scale, _RING * theme.scale)

    def _draw_rate(self, painter: QPainter) -> None:
        """A thin line at the rate of the run that goes on."""
        plot = self._final
        if plot.rate is None or plot.blank:
            return
        x, area = round(plot.to_pixels(math.log10(plot.rate), 0.0).x()) + 0.5, plot.box.rect()
        if area.left() <= x <= area.right():
            painter.setPen(QPen(plot.theme.palette.accent, plot.theme.px(1), Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))

    def _draw_mark(self, painter: QPainter, index: int, run: SweptRun, at: QPointF) -> None:
        """A dot, or a cross on top."""
        plot, theme = self._final, self.plot.theme
        colours, radius = theme.palette, _DOT * theme.scale
        if run.diverged_at is not None:
            arm = _CROSS * theme.scale
            painter.setPen(QPen(colours.negative, 1.8 * theme.scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(at + QPointF(-arm, -arm), at + QPointF(arm, arm))
            painter.drawLine(at + QPointF(-arm, arm), at + QPointF(arm, -arm))
        else:
            painter.setPen(QPen(colours.card, 1.2 * theme.scale))
            painter.setBrush(rate_colour(colours, share_of(run.rate, plot.rates)))
            painter.drawEllipse(at, radius, radius)
        if index == plot.chosen:
            painter.setPen(QPen(colours.ink, 1.6 * theme.scale))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, radius + 5.5 * theme.scale, radius + 5.5 * theme.scale)

    def _draw_best(self, painter: QPainter, losses: Array) -> None:
        """A ring around its mark, and its name below where there is room."""
        plot, theme, best = self._final, self.plot.theme, self._final.best
        if best is None or len(plot.runs) < 2:
            return
        at, area = QPointF(*losses[best]), plot.box.rect()
        radius = (_DOT + 3.0) * theme.scale
        painter.setPen(QPen(theme.palette.good, 1.6 * theme.scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, radius, radius)
        painter.setFont(theme.font(LABEL_SIZE, bold=True))
        text, metrics = tr("best {rate}", rate=f"{plot.runs[best].rate:.4g}"), painter.fontMetrics()
        wide = metrics.horizontalAdvance(text)
        x = min(max(at.x() - wide / 2, area.left()), area.right() - wide)
        base = at.y() + radius + theme.px(3) + metrics.ascent()
        if base + metrics.descent() <= area.bottom():
            painter.drawText(QPointF(x, base), text)
