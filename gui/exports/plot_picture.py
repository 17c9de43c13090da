"""The plots of the window as drawings and as tables: which they are, and how each is copied."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from core.exporters.tables import Cell, csv_text
from core.history import History
from core.words import mark, tr
from gui.exports.metric_plots import METRIC_PLOTS, metric_drawing, metric_name, metric_table
from gui.exports.paper import DrawingError
from gui.exports.plot_drawing import PlotDrawing
from gui.exports.plot_kinds import BoundaryDrawing, LossDrawing, PaintedDrawing, PredictionDrawing
from gui.panels.boundary_curve import BoundaryCurve
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
NOTHING_YET = mark("There is nothing in this plot yet.")
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
        heading = tr("Output") if copy.points.task == "regression" else tr("Decision boundary")
        return BoundaryDrawing(heading, copy, copy.size())
    if isinstance(widget, BoundaryCurve):
        return BoundaryDrawing(tr("Output by x1"), _boundary_curve_copy(widget, theme), PREDICTION)
    if isinstance(widget, PredictionPlot):
        return PredictionDrawing(_prediction_copy(widget, theme), PREDICTION)
    if isinstance(widget, CurvePlot):
        return PaintedDrawing(_heading(widget), _curve_copy(widget, theme), theme, CURVE)
    if isinstance(widget, ErrorPlot):
        return PaintedDrawing(tr("Error of the slope by step h"), _error_copy(widget, theme), theme, CURVE)
    if isinstance(widget, METRIC_PLOTS):
        drawing = metric_drawing(widget, theme)
        if drawing is None:
            raise DrawingError(tr(NOTHING_YET))
        return drawing
    raise DrawingError(tr("This plot cannot be exported."))


def plot_csv(widget: QWidget) -> str:
    """The numbers of a plot: all that it was given, not only what it shows. Raises DrawingError for an empty one."""
    _bring_up_to_date(widget)
    if isinstance(widget, LossPlot):
        header, rows = _loss_rows(widget)
    elif isinstance(widget, BoundaryMap):
        header, rows = _map_rows(widget)
    elif isinstance(widget, BoundaryCurve):
        header, rows = _boundary_curve_rows(widget)
    elif isinstance(widget, PredictionPlot):
        header, rows = _prediction_rows(widget)
    elif isinstance(widget, CurvePlot):
        header, rows = _curve_rows(widget)
    elif isinstance(widget, ErrorPlot):
        header, rows = ("h", "error"), [tuple(point) for point in widget.points]
    else:
        table = metric_table(widget)
        if table is None:
            raise DrawingError(tr("This plot cannot be exported."))
        header, rows = table
    if not rows:
        raise DrawingError(tr(NOTHING_YET))
    return csv_text(header, rows)


def plot_name(widget: QWidget) -> str:
    """What a plot is called in the name of a file."""
    if isinstance(widget, LossPlot):
        return "loss"
    if isinstance(widget, BoundaryMap | BoundaryCurve):
        return "boundary"
    if isinstance(widget, PredictionPlot):
        return "predictions"
    if isinstance(widget, METRIC_PLOTS):
        return metric_name(widget)
    return "errors" if isinstance(widget, ErrorPlot) else _heading(widget)


def _bring_up_to_date(widget: QWidget) -> None:
    """A plot that nobody sees has not taken the newest numbers yet."""
    if isinstance(widget, ThemedPlot):
        widget.about_to_paint.emit()


# -- copies -------------------------------------------------------------------------------------------------------


def _loss_copy(shown: LossPlot, theme: Theme) -> LossPlot:
    copy = LossPlot(theme)
    copy.history, copy.full, copy.ghost, copy.twin = shown.history, shown.full, shown.ghost, shown.twin
    copy.test = shown.test
    copy.set_kept([(run.name, run.colour, run.history.steps, run.history.losses) for run in shown.kept])
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
        raise DrawingError(tr(NOTHING_YET))
    return copy


def _boundary_copy(shown: BoundaryMap, theme: Theme) -> BoundaryMap:
    if shown.maps is None:
        raise DrawingError(tr(NOTHING_YET))
    copy = BoundaryMap(theme)
    copy.set_axes_shown(*shown.axes_shown)
    copy.set_points(shown.points)
    copy.set_discrete(shown.discrete)
    copy.set_output(shown.maps)
    copy.set_contours(shown.contours)
    copy.set_predictions(shown._predictions)
    copy.select(shown._pointer._selected)
    left, right, bottom, top = shown.maps.extent
    height = round(BOUNDARY_WIDTH * min(max((top - bottom) / (right - left), 0.5), 1.0))
    _lay_out(copy, QSize(BOUNDARY_WIDTH, height))
    return copy


def _boundary_curve_copy(shown: BoundaryCurve, theme: Theme) -> BoundaryCurve:
    if shown.maps is None:
        raise DrawingError(tr(NOTHING_YET))
    copy = BoundaryCurve(theme)
    copy.set_points(shown.points)
    copy.set_output(shown.maps)
    copy.set_predictions(shown._predictions)
    copy.select(shown._pointer._selected)
    _lay_out(copy, PREDICTION)
    return copy


def _prediction_copy(shown: PredictionPlot, theme: Theme) -> PredictionPlot:
    if not shown._targets.size:
        raise DrawingError(tr(NOTHING_YET))
    copy = PredictionPlot(theme)
    copy.set_points(shown.points)
    copy.set_predictions(shown._scores)
    copy.select(shown._selected)
    _lay_out(copy, PREDICTION)
    return copy


def _curve_copy(shown: CurvePlot, theme: Theme) -> CurvePlot:
    xs, ys = shown.curve
    if not xs.size:
        raise DrawingError(tr(NOTHING_YET))
    copy = CurvePlot(theme, height=CURVE.height())
    copy.show_point(*shown.point, shown.slope, shown.step)
    copy.show_curve(xs, ys, shown.up)
    copy.show_dots(*shown.dots)
    return _sized(copy, CURVE)


def _error_copy(shown: ErrorPlot, theme: Theme) -> ErrorPlot:
    if not shown.points:
        raise DrawingError(tr(NOTHING_YET))
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
    curves = [("run", plot.history), ("all samples", plot.full), ("test", plot.test), ("without the bug", plot.twin)]
    curves += [(run.name, run.history) for run in plot.kept]
    if plot.ghost is not None:
        curves.append(("previous run", plot.ghost))
    return ("curve", "step", "loss"), [row for name, history in curves for row in _history_rows(name, history)]


def _history_rows(name: str, history: History) -> Rows:
    steps, losses = history.steps.astype(np.int64).tolist(), history.losses.tolist()
    return [(name, step, loss) for step, loss in zip(steps, losses, strict=True)]


def _map_rows(plot: BoundaryMap) -> tuple[tuple[str, ...], Rows]:
    """The output at every point of the grid, row by row from the top left."""
    if plot.maps is None:
        raise DrawingError(tr(NOTHING_YET))
    output = plot.maps.output
    left, right, bottom, top = plot.maps.extent
    x, y = np.linspace(left, right, output.shape[1]), np.linspace(top, bottom, output.shape[0])
    columns = np.tile(x, len(y)), np.repeat(y, len(x)), output.ravel()
    names = [plot.points.names[axis] for axis in plot.axes_shown]
    return (*names, "output"), list(zip(*(column.tolist() for column in columns), strict=True))


def _boundary_curve_rows(plot: BoundaryCurve) -> tuple[tuple[str, ...], Rows]:
    """Every curve point by point; of several classes each has the probability of one."""
    lines = [line for _, line in plot.lines()]
    if not lines:
        raise DrawingError(tr(NOTHING_YET))
    names = plot.points.labels if len(lines) > 1 else ("output",)
    columns = lines[0][:, 0], *(line[:, 1] for line in lines)
    return (plot.points.names[0], *names), list(zip(*(column.tolist() for column in columns), strict=True))


def _prediction_rows(plot: PredictionPlot) -> tuple[tuple[str, ...], Rows]:
    known = plot._predictions.tolist()
    if plot.points.task == "classes":
        labels, targets, winners = plot.points.labels, plot.points.targets.argmax(axis=1), plot._kinds.tolist()
        named: Rows = [
            (sample + 1, labels[target], labels[winners[sample]], known[sample])
            if sample < len(known)
            else (sample + 1, labels[target], None, None)
            for sample, target in enumerate(targets.tolist())
        ]
        return ("sample", "target", "output", "probability of target"), named
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
    return widget.accessibleName().partition(":")[0] or tr("Curve")
