"""The plot of the loss panel: curves reduced to what the screen can show, their ranges, and a cursor."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal

from core.history import Array, History, Reduction
from gui.panels.loss_layers import Band, Cursor, KeptCurves, KeptRun, inside
from gui.panels.loss_looks import (
    FULL_WIDTH,
    TEST_WIDTH,
    TWIN_WIDTH,
    batch_colour,
    end_of_steps,
    heights,
    held_back_colour,
    twin_colour,
)
from gui.panels.loss_marks import MarksLayer
from gui.panels.loss_range import LossRange
from gui.panels.past_step import PastStep
from gui.panels.plotting import ThemedPlot, with_alpha
from gui.theme import Theme

LEAST_CURVE = 2
"""Points: less cannot be seen."""

_MOST_COLUMNS = 350  # enough for an even line; the cost of drawing grows with it
_LEAST_COLUMNS = 40
_LEAST_SPAN = 5.0  # steps: no closer can one zoom
_LEAST_GHOST = 3.0  # pixels: a shorter pale curve cannot be found
_ZOOM = 1.5  # of one key press

_DASH = (3.0, 2.0)  # of the line of the test rows, in widths of it

_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Plus,
    Qt.Key.Key_Minus,
    Qt.Key.Key_Equal,
    Qt.Key.Key_Escape,
)
_POINTS_PER_KEY = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -20,
    Qt.Key.Key_PageDown: 20,
}


class LossPlot(ThemedPlot):
    """Draws `history`, `full`, `test`, `twin` and `ghost`; whoever changes them calls `refresh`."""

    following_changed = Signal(bool)  # false once the user has zoomed
    kept_changed = Signal()
    ghost_seen_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, axes=("left", "bottom"), keys=_KEYS)
        self.history = History()
        self.full = History()  # with minibatches: the loss over all samples, at the steps that were shown
        self.test = History()  # the loss of the rows kept back
        self.twin = History()  # the true run beside one with a bug
        self.twin_goes_on = False  # pale once the bug is off
        self.ghost: History | None = None
        self.log_scale = True
        self.ghost_shown = True
        self.ghost_seen = False  # there is something of it in the picture, or would be if it were shown
        self.following = True
        self.blank = False  # no curve to be seen yet: no axes and no cursor either
        self._styled = (False, False)  # whether batches are shown, whether the twin goes on
        self._range = LossRange()
        self._ghost_key: tuple[object, ...] = ()
        self._ghost_reduced: Reduction | None = None
        self._kept = KeptCurves(self)
        self._ghost_curve = self._curve(-3)
        self._band = Band(self)
        self._live_curve = self._curve(0)
        self._full_curve = self._curve(1)
        self._twin_curve = self._curve(2)
        self._test_curve = self._curve(3)
        self._here = PastStep(self)
        self._marks = MarksLayer(self)
        self._cursor = Cursor(self)
        self.axes[1].whole = True
        self.box.setMouseEnabled(True, False)
        self.box.sigRangeChangedManually.connect(self._on_zoomed)
        self.box.sigResized.connect(self._on_resized)
        self.hovered.connect(self._on_hovered)
        self.left.connect(self.hide_cursor)
        self.key_pressed.connect(self._on_key)
        self.restyle()
        self.refresh()

    @property
    def marks(self) -> MarksLayer:
        return self._marks

    @property
    def kept(self) -> tuple[KeptRun, ...]:
        """The runs that are kept to compare."""
        return self._kept.runs

    def set_kept(self, runs: Sequence[tuple[str, int, Array, Array]]) -> None:
        """Draw the curves of these runs, pale, behind that of the run that goes on.

        Each is told by its name, the index of its colour, its steps (rising, at most CAP of them) and losses.
        """
        self._kept.set_runs(
            [KeptRun(name, colour, History.restored(steps, losses, 1)) for name, colour, steps, losses in runs]
        )
        self.kept_changed.emit()
        self.refresh()

    def set_past(self, step: int | None) -> None:
        """Mark the earlier step that is looked at; None for the present."""
        self._here.put(step)

    @property
    def cursor_text(self) -> str:
        """What the bubble at the cursor says; empty while there is none."""
        return self._cursor.text()

    def refresh(self) -> None:
        """Draw the curves as they are now, over the range that is looked at."""
        has_ghost = self.ghost is not None and self.ghost_shown
        self._set_blank(len(self.history) < LEAST_CURVE and not has_ghost and not self.kept)
        if self._styled != (bool(len(self.full)), self.twin_goes_on):
            self._style_curves()
        if self.following:
            self._set_steps(0.0, self._whole_range())
        first, last = self.box.viewRange()[0]
        columns = min(max(int(self.box.width() / 2), _LEAST_COLUMNS), _MOST_COLUMNS)
        live = self.history.reduced(first, last, columns)
        ghost = self._reduced_ghost(first, last, columns)
        full = self.full.reduced(first, last, columns)
        twin = self.twin.reduced(first, last, columns)
        test = self.test.reduced(first, last, columns // 3)  # dashes cost more than a line
        kept = [inside(points, first, last) for points in self._kept.reduced(first, last, columns)]
        pale = [*kept, *([ghost] if ghost else [])]
        self._adapt_losses((live, full, twin, test), pale)
        self._kept.draw_at(self._range.low, self._range.high, log_scale=self.log_scale)
        x, mean, low, high = live
        self._live_curve.setData(x, self._heights(mean), skipFiniteCheck=True)
        self._band.set_edges(x, self._heights(low), self._heights(high))
        self._full_curve.setData(full[0], self._heights(full[1]), skipFiniteCheck=True)
        for curve, history, points in ((self._twin_curve, self.twin, twin), (self._test_curve, self.test, test)):
            if len(history) or curve.xData is not None:
                curve.setData(points[0], self._heights(points[1]), skipFiniteCheck=True)
        if ghost is not None:
            self._ghost_curve.setData(ghost[0], self._heights(ghost[1]), skipFiniteCheck=True)
        else:
            self._ghost_curve.setData([], [])
        self._see_ghost(ghost, first, last)
        self._cursor.update()

    def set_log_scale(self, log_scale: bool) -> None:
        self.log_scale = log_scale
        self._range.forget()
        self.refresh()

    def set_ghost_shown(self, shown: bool) -> None:
        self.ghost_shown = shown
        self.refresh()

    def follow(self) -> None:
        """Show the whole run again, and let the axis grow with it."""
        self._set_following(True)
        self.refresh()

    def hide_cursor(self) -> None:
        self._cursor.put(None)

    def restyle(self) -> None:
        super().restyle()
        self._style_curves()

    def height_of(self, loss: float) -> float:
        """The place of a loss on the axis; what the axis cannot show lies at its end."""
        bottom, top = self.box.viewRange()[1]
        return float(np.clip(self._heights(np.array([loss]))[0], bottom, top))

    def _style_curves(self) -> None:
        """With minibatches the curve of their losses is pale: the thin one of all samples tells more."""
        self._styled = bool(len(self.full)), self.twin_goes_on
        colours, pixel = self.theme.palette, self.theme.scale * self.devicePixelRatioF()
        live = batch_colour(colours) if self._styled[0] else colours.accent
        # pyqtgraph's pens are as wide as they say on the device, whatever its resolution.
        self._live_curve.setPen(pg.mkPen(live, width=2.0 * pixel))
        self._full_curve.setPen(pg.mkPen(colours.ink, width=FULL_WIDTH * pixel))
        self._twin_curve.setPen(pg.mkPen(twin_colour(colours, goes_on=self.twin_goes_on), width=TWIN_WIDTH * pixel))
        self._test_curve.setPen(pg.mkPen(held_back_colour(colours), width=TEST_WIDTH * pixel, dash=_DASH))
        self._ghost_curve.setPen(pg.mkPen(with_alpha(colours.mute, 0.5), width=1.5 * pixel))

    def _set_blank(self, blank: bool) -> None:
        if blank != self.blank:
            self.blank = blank
            for axis in self.axes:  # hiding them would change the layout
                axis.setOpacity(0.0 if blank else 1.0)

    def _curve(self, height: int) -> pg.PlotCurveItem:
        item = pg.PlotCurveItem(antialias=True)
        item.setZValue(height)
        self.box.addItem(item, ignoreBounds=True)
        return item

    def _heights(self, losses: np.ndarray) -> np.ndarray:
        """Where losses lie on the axis. Those outside of it stay outside: the view cuts them off."""
        return heights(losses, self._range.low, self._range.high, log_scale=self.log_scale)

    def _whole_range(self) -> float:
        """That of the run that goes on: beside a long one from before it could not be seen."""
        last = self.history.last_step
        if len(self.history) < LEAST_CURVE:  # until then the pale ones alone are there to be read
            last = max(last, self._kept.last_step)
            if self.ghost is not None and self.ghost_shown:
                last = max(last, self.ghost.last_step)
        return end_of_steps(last)

    def _set_steps(self, first: float, last: float) -> None:
        if self.box.viewRange()[0] != [first, last]:
            self.box.setLimits(xMin=0.0, xMax=self._whole_range(), minXRange=_LEAST_SPAN)
            self.box.setXRange(first, last, padding=0)

    def _reduced_ghost(self, first: float, last: float, columns: int) -> Reduction | None:
        """As the ghost never grows, its reduction is kept until it or the range changes."""
        if self.ghost is None or not self.ghost_shown:
            return None
        key = (id(self.ghost), len(self.ghost), first, last, columns)
        if key != self._ghost_key:
            self._ghost_key, self._ghost_reduced = key, self.ghost.reduced(first, last, columns)
        return self._ghost_reduced

    def _see_ghost(self, reduced: Reduction | None, first: float, last: float) -> None:
        """Find out whether there is anything of the ghost in the picture; hidden, only its steps can tell."""
        seen = False
        if self.ghost is not None and len(self.ghost) >= LEAST_CURVE:
            reach = min(self.ghost.last_step, last) - max(float(self.ghost.steps[0]), first)
            seen = reach * max(self.box.width(), 1.0) >= _LEAST_GHOST * (last - first)
            if reduced is not None:
                losses = reduced[1][(first <= reduced[0]) & (reduced[0] <= last)]
                seen = seen and bool(((self._range.low <= losses) & (losses <= self._range.high)).any())
        if seen != self.ghost_seen:
            self.ghost_seen = seen
            self.ghost_seen_changed.emit()

    def _adapt_losses(self, curves: Sequence[Reduction], pale: Sequence[Reduction]) -> None:
        begun = len(self.history) >= LEAST_CURVE
        if not self._range.adapt(curves, pale, begun=begun, log_scale=self.log_scale):
            return
        axis, bounds = self.axes[0], (self._range.low, self._range.high)
        axis.log_scale = self.log_scale
        ends = np.log10(bounds) if self.log_scale else bounds
        self.box.setYRange(float(ends[0]), float(ends[1]), padding=0)
        axis.forget_picture()

    def _set_following(self, following: bool) -> None:
        if following != self.following:
            self.following = following
            self.following_changed.emit(following)

    def _on_zoomed(self) -> None:
        first, last = self.box.viewRange()[0]
        self._set_following(last - first >= 0.999 * self._whole_range())
        self.refresh()

    def _on_resized(self) -> None:
        self.refresh()

    def _on_hovered(self, position: QPointF) -> None:
        inside = self.box.rect().contains(position)
        self._cursor.put(self.from_pixels(position).x() if inside else None)

    def _on_key(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.hide_cursor()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            factor = _ZOOM if key == Qt.Key.Key_Minus else 1 / _ZOOM
            self.box.scaleBy(x=factor, center=(self._cursor.step_or_middle(), 0.0))
            self._on_zoomed()
        else:
            self._cursor.put(self._step_for_key(key))

    def _step_for_key(self, key: int) -> float:
        first, last = self.box.viewRange()[0]
        if key == Qt.Key.Key_Home:
            return first
        if key == Qt.Key.Key_End:
            return last
        stride = max(self.history.stride, math.floor((last - first) / _MOST_COLUMNS))
        step = self._cursor.step
        if step is None:
            return self.history.last_step if len(self.history) else 0.0
        return min(max(step + _POINTS_PER_KEY[Qt.Key(key)] * stride, first), last)
