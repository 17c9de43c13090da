"""The card of what the network answers: a curve over one input, a map over two, rows or a plane for more of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from core.own_data.titles import input_titles
from core.words import mark, tr
from gui.frames import Frame, Maps, Points, RunStarted
from gui.panels.boundary_actions import BoundaryActions
from gui.panels.boundary_axes import PLANE, ROWS, BoundaryAxes, held_text
from gui.panels.boundary_curve import BoundaryCurve
from gui.panels.boundary_editing import EditingParts
from gui.panels.boundary_header import BoundaryHeader
from gui.panels.boundary_legend import BoundaryLegend, LegendKind
from gui.panels.boundary_map import BoundaryMap
from gui.panels.boundary_scale import rows_of, same_plane
from gui.panels.boundary_stack import Plot, PlotStack
from gui.panels.prediction_plot import PredictionPlot
from gui.session.painting import Painting
from gui.theme import Theme
from gui.widgets.text import ElidedLabel

if TYPE_CHECKING:
    from gui.session.documents import Documents
    from gui.session.runs import Runs
    from gui.session.selection import Selection

_SIZE = (292, 210)  # pixels at scale 1, as hinted to the layout of the window
_TITLES = {PredictionPlot: mark("Prediction against target"), BoundaryCurve: mark("Output by x1")}
_MAP_TITLES = {"signs": mark("Decision boundary"), "classes": mark("Decision boundary"), "regression": mark("Output")}
Contours = Sequence[tuple[str, int, tuple[float, float, float, float], NDArray[np.float64]]]


class BoundaryPanel(QWidget):
    """Hosts the plot that fits the number of inputs; all show and choose the selected sample, some edit points."""

    title_changed = Signal(str)
    menu_made = Signal(QMenu, QWidget)  # the context menu of a plot, to be added to

    def __init__(self, runs: Runs, selection: Selection, theme: Theme, documents: Documents | None = None) -> None:
        """Without `documents` the points cannot be edited."""
        super().__init__()
        self.setObjectName("boundaryPanel")
        self.title = _MAP_TITLES["signs"]  # in English, as that of every card: translated where it is shown
        self.header = BoundaryHeader(theme)
        self._runs, self._selection, self._theme = runs, selection, theme
        self._started: RunStarted | None = None
        self._frame: Frame | None = None
        self._maps: Maps | None = None  # the newest: frames without one mean that it has not changed
        self._outdated = self._discrete = False
        self._view = ROWS  # of more than two inputs
        self._contours: Contours = ()
        self._documents = documents
        self._painting = None if documents is None else Painting(documents, self)
        self._edits = None if self._painting is None else EditingParts(self._painting, theme)
        self._actions = BoundaryActions(self, selection, self._painting)
        self._axes, self._legend, self._held = BoundaryAxes(theme), BoundaryLegend(theme), ElidedLabel("", "mute")
        self._stack = PlotStack()
        self._lay_out()
        self._connect()
        if runs.started is not None:
            self._on_run_started(runs.started)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)

    # -- for others -----------------------------------------------------------------------------------------------

    @property
    def plot(self) -> Plot:
        """The one that is shown."""
        return self._made(self._wanted())

    @property
    def painting(self) -> Painting | None:
        """The tools to edit points; None if there are none."""
        return self._painting

    @property
    def hover_text(self) -> str:
        """What the bubble at the mouse says; empty if there is none."""
        return self.plot.hover_text

    @property
    def legend_note(self) -> str:
        """How many points are wrong, `3 of 100 wrong · test 2 of 70`; empty before the first prediction."""
        return self._legend.note

    def set_contours(self, contours: Contours) -> None:
        """Boundaries of other runs to draw over the map: name, index of a class colour, extent, output."""
        self._contours = contours
        shown = self._stack.known(BoundaryMap)
        if shown is not None:
            shown.set_contours(contours)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on the card makes its keys work."""
        super().mousePressEvent(event)
        self.plot.setFocus(Qt.FocusReason.MouseFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_SIZE[0]), self._theme.px(_SIZE[1]))

    # -- parts ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._axes)
        if self._edits is not None:
            layout.addWidget(self._edits.tools)
            layout.addWidget(self._edits.notice)
        layout.addWidget(self._stack, 1)
        self._held.setObjectName("boundaryHeld")
        layout.addWidget(self._held)
        layout.addWidget(self._legend)
        self._axes.hide()
        self._held.hide()

    def _connect(self) -> None:
        self._selection.sample_changed.connect(self._on_sample_changed)
        self._selection.show_test_changed.connect(self._on_test_shown)
        self._runs.run_started.connect(self._on_run_started)
        self._runs.plots_ready.connect(self._on_frame_ready)
        self._axes.view_chosen.connect(self._on_view_chosen)
        self._axes.axes_chosen.connect(self._on_axes_chosen)
        for part in (self.header, self._actions):
            part.discrete_wanted.connect(self._on_discrete_wanted)
            part.editing_wanted.connect(self._on_editing_wanted)
        if self._painting is not None:
            self._painting.stroke_changed.connect(self._on_stroke_changed)
            self._painting.stroke_ended.connect(self._on_stroke_ended)
            self._painting.editing_changed.connect(self._show_switches)

    def _wanted(self) -> type[Plot]:
        inputs = 2 if self._started is None else self._started.points.inputs.shape[1]
        if inputs == 1:
            return BoundaryCurve
        return BoundaryMap if inputs == 2 or self._view == PLANE else PredictionPlot

    def _made[Kind: Plot](self, kind: type[Kind]) -> Kind:
        """The plot of this kind; made now if it was not needed so far."""
        plot = self._stack.known(kind)
        if plot is None:
            plot = self._stack.make(kind, self._theme)
            plot.sample_clicked.connect(self._selection.select_sample)
            plot.moved.connect(self._on_moved)
            plot.about_to_paint.connect(self._on_about_to_paint)
            plot.customContextMenuRequested.connect(self._on_menu_requested)
            plot.copy_requested.connect(self._actions.copy)
            plot.paste_requested.connect(self._actions.paste)
            if self._edits is not None and not isinstance(plot, PredictionPlot):
                self._edits.attach(plot)
            if isinstance(plot, BoundaryMap):
                plot.set_contours(self._contours)
        return plot

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _show_points(self, points: Points, *, keeps_map: bool) -> None:
        """These points in the plot that fits them, with all that stands around it."""
        plot, inputs = self.plot, points.inputs.shape[1]
        self._stack.setCurrentWidget(plot)
        if isinstance(plot, PredictionPlot):
            plot.set_points(points)
            self._legend.show_points(LegendKind.PREDICTIONS, points, has_targets=not plot.is_cloud)
        else:
            if isinstance(plot, BoundaryMap):
                plot.set_axes_shown(*(self._axes.axes if inputs > 2 else (0, 1)))
                plot.set_discrete(self._discrete)
            plot.set_test_shown(self._selection.show_test)
            plot.set_points(points, keeps_map=keeps_map)
            kind = LegendKind.MAP if isinstance(plot, BoundaryMap) else LegendKind.CURVE
            self._legend.show_points(kind, points)
            self._legend.set_test_shown(self._selection.show_test)
        if isinstance(plot, BoundaryMap) and self._contours:
            plot.set_contours(self._contours)
        if self._edits is not None:
            self._edits.tools.set_points(points)
        self._axes.setVisible(inputs > 2)
        self._held.setVisible(inputs > 2 and self._view == PLANE)
        self._show_switches()
        self._on_sample_changed(self._selection.sample)
        title = _TITLES.get(type(plot)) or _MAP_TITLES[points.task]
        if title != self.title:
            self.title = title
            self.title_changed.emit(tr(title))

    def _show_switches(self) -> None:
        """What can be switched depends on the plot that is shown."""
        plot, points = self.plot, None if self._started is None else self._started.points
        discrete = self._discrete if isinstance(plot, BoundaryMap) else None
        editing, why_not = None, ""
        if self._painting is not None and points is not None:
            inputs = points.inputs.shape[1]
            editing = self._painting.editing if inputs <= 2 else None
            if inputs > 2:
                why_not = tr("Points of one or two inputs can be edited; these have {inputs}", inputs=inputs)
        self.header.show_switches(discrete=discrete, editing=editing, why_not=why_not)
        self._legend.set_discrete(bool(discrete))
        has_tests = points is not None and len(points.test_targets) > 0 and not isinstance(plot, PredictionPlot)
        self._actions.show_state(discrete=discrete, editing=editing, has_tests=has_tests)

    def _draw(self) -> None:
        self._outdated = False
        if self._frame is None or self._started is None:
            return
        plot, frame = self.plot, self._frame
        if isinstance(plot, PredictionPlot):
            plot.set_predictions(frame.predictions)
        else:
            if self._maps is not None:
                plot.set_output(self._maps)
            if self._painting is not None and self._painting.stroke is not None:
                plot.guess_wrong()
                return
            plot.set_predictions(frame.predictions, frame.test_predictions)
        self._legend.set_results(plot.points, frame.predictions, frame.test_predictions)

    # -- what happens ------------------------------------------------------------------------------------------------

    def _on_about_to_paint(self) -> None:
        if self._outdated:
            self._draw()

    def _on_run_started(self, started: RunStarted) -> None:
        before, self._started = self._started, started
        same = before is not None and same_plane(before.points, started.points)
        inputs = started.points.inputs.shape[1]
        self._frame = None
        if not same:
            self._maps = None
        if inputs > 2:
            self._axes.show_inputs(self._titles(started.points), self._view)
        self._ask_for_axes()
        if same and self._painting is not None and self._painting.stroke is not None:
            return  # the stroke that is being drawn is ahead of it
        self._show_points(started.points, keeps_map=same)
        if not same:
            self._legend.set_wrong(0, 0)

    def _on_frame_ready(self, frame: Frame) -> None:
        if self._started is None or frame.run != self._started.run:
            return
        self._frame = frame
        if frame.maps is not None and self._fits(frame.maps):
            self._maps = frame.maps
        self._outdated = True
        if self.plot.is_seen():
            self._draw()

    def _fits(self, maps: Maps) -> bool:
        """Not of the axes before."""
        assert self._started is not None
        return self._started.points.inputs.shape[1] <= 2 or maps.axes == self._axes.axes

    def _titles(self, points: Points) -> tuple[str, ...]:
        """What the inputs are called, with the names of a file's columns."""
        found = points.names if self._documents is None else input_titles(self._documents.experiment.data)
        return found if len(found) == len(points.names) else points.names

    def _ask_for_axes(self) -> None:
        if self._started is not None and self._started.points.inputs.shape[1] > 2 and self._view == PLANE:
            self._runs.set_axes(*self._axes.axes)
        else:
            self._runs.clear_axes()

    def _on_view_chosen(self, view: str) -> None:
        self._view = view
        self._on_axes_chosen()

    def _on_axes_chosen(self) -> None:
        """Another view of the same points."""
        if self._started is None:
            return
        points = self._started.points
        self._maps = None
        self._axes.show_inputs(self._titles(points), self._view)
        self._ask_for_axes()
        self._show_points(points, keeps_map=False)
        self._draw()

    def _on_sample_changed(self, sample: int) -> None:
        self.plot.select(sample)
        points = None if self._started is None else self._started.points
        known = points is not None and sample < len(points.targets)
        self.header.show_sample(sample if known else None)
        if points is not None and self._held.isVisibleTo(self):
            self._held.setText(held_text(points, self._axes.axes, sample))

    def _on_test_shown(self, shown: bool) -> None:
        plot = self.plot
        if not isinstance(plot, PredictionPlot):
            plot.set_test_shown(shown)
            self._legend.set_test_shown(shown)
        self._show_switches()

    def _on_moved(self, by: int) -> None:
        if self._started is not None:
            last = len(self._started.points.targets) - 1
            self._selection.select_sample(min(max(self._selection.sample + by, 0), last))

    def _on_discrete_wanted(self, discrete: bool) -> None:
        self._discrete = discrete
        plot = self.plot
        if isinstance(plot, BoundaryMap):
            plot.set_discrete(discrete)
        self._show_switches()

    def _on_editing_wanted(self, editing: bool) -> None:
        if self._painting is not None:
            self._painting.set_editing(editing)
            self.plot.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_stroke_changed(self) -> None:
        """The points follow the pointer at once; the run comes later."""
        plot = self.plot
        stroke = None if self._painting is None else self._painting.stroke
        if stroke is None or self._started is None or isinstance(plot, PredictionPlot):
            return
        plot.set_points(stroke.points(self._started.points), keeps_map=True)
        plot.guess_wrong()

    def _on_stroke_ended(self, kept: bool) -> None:
        """Where the run has the points already they are shown as it has them; else they come with the next message."""
        plot = self.plot
        if self._started is None or isinstance(plot, PredictionPlot):
            return
        if not kept or rows_of(plot.points) == rows_of(self._started.points):
            self._show_points(self._started.points, keeps_map=True)
            self._draw()

    def _on_menu_requested(self, place: QPoint) -> None:
        plot = self.plot
        plot.left.emit()  # the bubble at the mouse would stay beside the menu
        menu = self._actions.menu(plot)
        self.menu_made.emit(menu, plot)
        if not menu.isEmpty():
            menu.popup(plot.mapToGlobal(place))
