"""The plots of the window as drawings and as tables: which they are, and how each is copied."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from core.exporters.tables import Cell, csv_text
from core.history import History
from gui.exports.paper import DrawingError
from gui.exports.plot_drawing import PlotDrawing
from gui.exports.plot_kinds import BoundaryDrawing, LossDrawing, PaintedDrawing, PredictionDrawing
from gui.frames import Maps, Points
from gui.panels.boundary_map import BoundaryMap
from gui.panels.loss_plot import LossPlot
from gui.panels.plotting import ThemedPlot
from gui.panels.prediction_plot import PredictionPlot
from gui.panels.sheet.curve_plot import CurvePlot
from gui.panels.sheet.error_plot import ErrorPlot
from gui.panels.sheet.painted_plot import PaintedPlot
from gui.theme import Theme

LOSS, PREDICTION, CURVE = QSize(760, 280), QSize(440, 300), QSize(480, 260)  # without headings
BOUNDARY_WIDTH = 420  # its height is that of the plane
NOTHING_YET = "There is nothing in this plot yet."
Rows = list[tuple[Cell, ...]]


def plot_drawing(widget: QWidget, theme: Theme) -> PlotDrawing:
    """What a plot shows, in the colours of `theme`, without pointer and cursor. Raises DrawingError for an empty one.

    To be discarded when it has been drawn.
    """
    _bring_up_to_date(widget)
    if isinstance(widget, LossPlot):
        return LossDrawing(_loss_copy(widget, theme), LOSS)
    if isinstance(widget, BoundaryMap):
        copy = _boundary_copy(widget, theme)
        return BoundaryDrawing(copy, copy.size())
    if isinstance(widget, PredictionPlot):
        return PredictionDrawing(_prediction_copy(widget, theme), PREDICTION)
    if isinstance(widget, CurvePlot):
        return PaintedDrawing(_heading(widget), _curve_copy(widget, theme), theme, CURVE)
    if isinstance(widget, ErrorPlot):
        return PaintedDrawing("Error of the slope by step h", _error_copy(widget, theme), theme, CURVE)
    raise DrawingError("This plot cannot be exported.")


def plot_csv(widget: QWidget) -> str:
    """The numbers of a plot: all that it was given, not only what it shows. Raises DrawingError for an empty one."""
    _bring_up_to_date(widget)
    if isinstance(widget, LossPlot):
        header, rows = _loss_rows(widget)
    elif isinstance(widget, BoundaryMap):
        header, rows = _map_rows(widget)
    elif isinstance(widget, PredictionPlot):
        header, rows = _prediction_rows(widget)
    elif isinstance(widget, CurvePlot):
        header, rows = _curve_rows(widget)
    elif isinstance(widget, ErrorPlot):
        header, rows = ("h", "error"), [tuple(point) for point in widget.points]
    else:
        raise DrawingError("This plot cannot be exported.")
    if not rows:
        raise DrawingError(NOTHING_YET)
    return csv_text(header, rows)


def plot_name(widget: QWidget) -> str:
    """What a plot is called in the name of a file."""
    if isinstance(widget, LossPlot):
        return "loss"
    if isinstance(widget, BoundaryMap):
        return "boundary"
    if isinstance(widget, PredictionPlot):
        return "predictions"
    return "errors" if isinstance(widget, ErrorPlot) else _heading(widget)


def _bring_up_to_date(widget: QWidget) -> None:
    """A plot that nobody sees has not taken the newest numbers yet."""
    if isinstance(widget, ThemedPlot):
        widget.about_to_paint.emit()


# -- copies -------------------------------------------------------------------------------------------------------


def _loss_copy(shown: LossPlot, theme: Theme) -> LossPlot:
    copy = LossPlot(theme)
    copy.history, copy.full, copy.ghost, copy.twin = shown.history, shown.full, shown.ghost, shown.twin
    copy.ghost_shown, copy.twin_goes_on, copy.log_scale = shown.ghost_shown, shown.twin_goes_on, shown.log_scale
    copy.marks.set_marks(shown.marks.all)
    _lay_out(copy, LOSS)
    if not shown.following:
        copy.following = False
        copy.box.setLimits(xMin=0.0, xMax=None, minXRange=1e-9)
        copy.box.setXRange(*shown.box.viewRange()[0], padding=0)
    copy.refresh()
    if copy.blank:
        copy.deleteLater()
        raise DrawingError(NOTHING_YET)
    return copy


def _boundary_copy(shown: BoundaryMap, theme: Theme) -> BoundaryMap:
    if shown._output is None or shown._extent is None:
        raise DrawingError(NOTHING_YET)
    copy = BoundaryMap(theme)
    copy.set_points(Points(shown._inputs, shown._targets, shown._names))
    copy.set_output(Maps(shown._extent, shown._output, {}))
    copy.set_predictions(shown._predictions)
    copy.select(shown._pointer._selected)
    left, right, bottom, top = shown._extent
    height = round(BOUNDARY_WIDTH * min(max((top - bottom) / (right - left), 0.5), 1.0))
    _lay_out(copy, QSize(BOUNDARY_WIDTH, height))
    return copy


def _prediction_copy(shown: PredictionPlot, theme: Theme) -> PredictionPlot:
    if not shown._targets.size:
        raise DrawingError(NOTHING_YET)
    copy = PredictionPlot(theme)
    copy.set_points(Points(np.zeros((shown._targets.size, 0)), shown._targets, ()))
    copy.set_predictions(shown._predictions)
    copy.select(shown._selected)
    _lay_out(copy, PREDICTION)
    return copy


def _curve_copy(shown: CurvePlot, theme: Theme) -> CurvePlot:
    xs, ys = shown.curve
    if not xs.size:
        raise DrawingError(NOTHING_YET)
    copy = CurvePlot(theme, height=CURVE.height())
    copy.show_point(*shown.point, shown.slope, shown.step)
    copy.show_curve(xs, ys, shown.up)
    copy.show_dots(*shown.dots)
    return _sized(copy, CURVE)


def _error_copy(shown: ErrorPlot, theme: Theme) -> ErrorPlot:
    if not shown.points:
        raise DrawingError(NOTHING_YET)
    copy = ErrorPlot(theme, height=CURVE.height())
    copy.show_errors(*zip(*shown.points, strict=True))
    copy.mark(shown.here)
    return _sized(copy, CURVE)


def _sized[Plot: PaintedPlot](copy: Plot, size: QSize) -> Plot:
    copy.resize(size)
    return copy


def _lay_out(copy: ThemedPlot, size: QSize) -> None:
    """Give it a size without showing it: a widget that is grabbed lays itself out."""
    copy.resize(size)
    copy.grab()


# -- tables -------------------------------------------------------------------------------------------------------


def _loss_rows(plot: LossPlot) -> tuple[tuple[str, ...], Rows]:
    curves = [("run", plot.history), ("all samples", plot.full), ("without the bug", plot.twin)]
    if plot.ghost is not None:
        curves.append(("previous run", plot.ghost))
    return ("curve", "step", "loss"), [row for name, history in curves for row in _history_rows(name, history)]


def _history_rows(name: str, history: History) -> Rows:
    steps, losses = history.steps.astype(np.int64).tolist(), history.losses.tolist()
    return [(name, step, loss) for step, loss in zip(steps, losses, strict=True)]


def _map_rows(plot: BoundaryMap) -> tuple[tuple[str, ...], Rows]:
    """The output at every point of the grid, row by row from the top left."""
    output, extent = plot._output, plot._extent
    if output is None or extent is None:
        raise DrawingError(NOTHING_YET)
    left, right, bottom, top = extent
    x, y = np.linspace(left, right, output.shape[1]), np.linspace(top, bottom, output.shape[0])
    columns = np.tile(x, len(y)), np.repeat(y, len(x)), output.ravel()
    return (*plot._names, "output"), list(zip(*(column.tolist() for column in columns), strict=True))


def _prediction_rows(plot: PredictionPlot) -> tuple[tuple[str, ...], Rows]:
    known = plot._predictions.tolist()
    rows: Rows = [
        (sample + 1, target, known[sample] if sample < len(known) else None)
        for sample, target in enumerate(plot._targets.tolist())
    ]
    return ("sample", "target", "output"), rows


def _curve_rows(plot: CurvePlot) -> tuple[tuple[str, ...], Rows]:
    rows: Rows = []
    point = np.array([[value] for value in plot.point])
    for name, (xs, ys) in (("curve", plot.curve), ("dots", plot.dots), ("point", point)):
        rows += [(name, x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
    return ("series", "x", "y"), rows if plot.curve[0].size else []


def _heading(widget: QWidget) -> str:
    """`L over d`: what stands first in the name that a screen reader hears."""
    return widget.accessibleName().partition(":")[0] or "Curve"
