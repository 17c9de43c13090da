"""The card of what the network answers: over the plane of two inputs, or row by row for more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui.frames import Frame, Maps, RunStarted
from gui.panels.boundary_legend import BoundaryLegend
from gui.panels.boundary_map import BoundaryMap
from gui.panels.prediction_plot import PredictionPlot
from gui.theme import Theme
from gui.widgets.text import TextLabel

if TYPE_CHECKING:
    from gui.session.runs import Runs
    from gui.session.selection import Selection

_SIZE = (292, 210)  # pixels at scale 1, as hinted to the layout of the window
_MAP_TITLE = "Decision boundary"
_PREDICTION_TITLE = "Prediction against target"


class BoundaryPanel(QWidget):
    """Hosts the plot that fits the number of inputs; both show and choose the selected sample."""

    title_changed = Signal(str)

    def __init__(self, runs: Runs, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("boundaryPanel")
        self.title = _MAP_TITLE
        self.header = TextLabel("", "mute")
        self.header.setObjectName("boundarySample")
        self._selection, self._theme = selection, theme
        self._started: RunStarted | None = None
        self._frame: Frame | None = None
        self._maps: Maps | None = None  # the newest: frames without one mean that it has not changed
        self._outdated = False
        self._legend = BoundaryLegend(theme)
        self._stack = QStackedWidget()  # the plots are made when they are first needed: each takes a while
        self._plots: dict[type, BoundaryMap | PredictionPlot] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._legend)
        selection.sample_changed.connect(self._on_sample_changed)
        runs.run_started.connect(self._on_run_started)
        runs.plots_ready.connect(self._on_frame_ready)
        if runs.started is not None:
            self._on_run_started(runs.started)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)

    @property
    def plot(self) -> BoundaryMap | PredictionPlot:
        """The one that is shown."""
        has_plane = self._started is None or self._started.points.inputs.shape[1] == 2
        return self._map if has_plane else self._prediction

    @property
    def _map(self) -> BoundaryMap:
        """For two inputs."""
        if BoundaryMap not in self._plots:
            plot = self._add(BoundaryMap(self._theme))
            plot.setObjectName("boundaryPlot")
            plot.setAccessibleName("Output of the network over the plane of the inputs")
        return self._plots[BoundaryMap]

    @property
    def _prediction(self) -> PredictionPlot:
        """For any other number."""
        if PredictionPlot not in self._plots:
            self._add(PredictionPlot(self._theme)).setAccessibleName("Prediction and target of every sample")
        return self._plots[PredictionPlot]

    @property
    def hover_text(self) -> str:
        """What the bubble at the mouse says; empty if there is none."""
        return self.plot.hover_text

    @property
    def legend_note(self) -> str:
        """How many points are wrong, `3 of 100 wrong`; empty before the first prediction."""
        return self._legend.note

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_SIZE[0]), self._theme.px(_SIZE[1]))

    def _add(self, plot: BoundaryMap | PredictionPlot) -> BoundaryMap | PredictionPlot:
        plot.setWhatsThis("A click selects the sample; so do the left and right arrow keys.")
        plot.sample_clicked.connect(self._selection.select_sample)
        plot.moved.connect(self._on_moved)
        plot.about_to_paint.connect(self._on_about_to_paint)
        self._plots[type(plot)] = plot
        self._stack.addWidget(plot)
        return plot

    def _on_about_to_paint(self) -> None:
        if self._outdated:
            self._draw()

    def _on_run_started(self, started: RunStarted) -> None:
        before, self._started = self._started, started
        self._frame = self._maps = None
        has_plane = started.points.inputs.shape[1] == 2
        self._stack.setCurrentWidget(self.plot)
        if has_plane:
            same_plane = before is not None and before.experiment_name == started.experiment_name
            self._map.set_points(started.points, keeps_map=same_plane)
        else:
            self._prediction.set_points(started.points)
        self._legend.set_kind(is_map=has_plane, has_targets=not has_plane and not self._prediction.is_cloud)
        self._legend.set_wrong(0, 0)
        self._on_sample_changed(self._selection.sample)
        title = _MAP_TITLE if has_plane else _PREDICTION_TITLE
        if title != self.title:
            self.title = title
            self.title_changed.emit(title)

    def _on_frame_ready(self, frame: Frame) -> None:
        if self._started is None or frame.run != self._started.run:
            return
        self._frame = frame
        if frame.maps is not None:
            self._maps = frame.maps
        self._outdated = True
        if self.plot.is_seen():
            self._draw()

    def _on_sample_changed(self, sample: int) -> None:
        self.plot.select(sample)
        known = self._started is not None and sample < self._started.points.targets.size
        self.header.setText(f"sample {sample + 1} selected" if known else "")

    def _on_moved(self, by: int) -> None:
        if self._started is not None:
            last = self._started.points.targets.size - 1
            self._selection.select_sample(min(max(self._selection.sample + by, 0), last))

    def _draw(self) -> None:
        self._outdated = False
        if self._frame is None:
            return
        plot = self.plot
        if isinstance(plot, BoundaryMap) and self._maps is not None:
            plot.set_output(self._maps)
        plot.set_predictions(self._frame.predictions)
        self._legend.set_wrong(int(plot.wrong.sum()), plot.wrong.size)
