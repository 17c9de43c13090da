"""The network lab's desk: its panels, each on its card."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.examples import load_example
from core.experiment import with_bugs
from core.words import mark, tr
from gui.desk import BOTTOM, LEFT, RIGHT, Desk
from gui.graph.layout_client import LayoutClient
from gui.graph.panel import GraphPanel
from gui.maths import Maths
from gui.panels.bug_banner import BugBanner
from gui.panels.data import DataPanel
from gui.panels.health_light import HealthLight
from gui.panels.network import NetworkPanel
from gui.panels.training import TrainingPanel
from gui.session.network_edits import NetworkEdits
from gui.session.session import Session
from gui.sheet_frames import Mode
from gui.theme import Theme
from gui.widgets.dock_links import DockLinks
from gui.widgets.stacked import stacked

if TYPE_CHECKING:
    from gui.panels.boundary import BoundaryPanel
    from gui.panels.bug_lab import BugLabPanel
    from gui.panels.inspector import InspectorPanel
    from gui.panels.loss import LossPanel

LINKS = (  # cards that are hidden at first: name, text, tooltip
    ("bugs", mark("bug lab"), mark("Break backpropagation on purpose: the run with the bug beside the true one")),
    ("plots", mark("plots"), mark("Accuracy, gradients, how weights are spread, confusion, the loss as a landscape")),
    ("compare", mark("compare"), mark("Keep runs and lay them over each other; try a range of learning rates")),
    ("loop", mark("training loop"), mark("Forward, zero, backward, update: the line that is running")),
    ("code", mark("code"), mark("The same as a script for PyTorch or micrograd, following every change")),
)
HIDDEN_FIRST = ("bugs", "loop", "code", "history", "plots", "compare", "health")
BESIDE_LOSS = ("plots", "compare")  # one of them at a time: there is room for two cards below the graph
BOTTOM_HEIGHT = 230  # pixels at scale 1, of the row below the graph once it has two cards
WANTED_HEIGHTS = {"bugs": 280, "health": 260, "loop": 236, "code": 380}  # pixels at scale 1


class NetworkDesk(Desk):
    """Data, network and training; the graph; boundary, inspector, bug lab; the loss curve."""

    import_requested = Signal()
    told = Signal(str)  # something that was done, for the status line

    late_modules = ("gui.panels.boundary", "gui.panels.inspector", "gui.panels.loss")
    spare_column = ("data", "network", "training")
    gives_height = ("network", "training", "data")
    least_heights = MappingProxyType({"boundary": 200, "inspector": 160, "loss": 150})

    def __init__(
        self,
        session: Session,
        theme: Theme,
        layouts: LayoutClient,
        maths: Maths,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("desk", theme, parent)
        self._session, self._maths = session, maths
        self._opened = ""  # the card that was opened last
        self._runs, self._documents, self._selection = runs, documents, selection = (
            session.runs,
            session.documents,
            session.selection,
        )
        self.graph = GraphPanel(runs, selection, theme, layouts)
        self.graph.follow_playhead(session.playhead)
        self.graph.build_with(NetworkEdits(documents))
        self.setCentralWidget(stacked(BugBanner(runs, theme, Mode.NETWORK), self.graph))
        make_data = partial(DataPanel, runs, documents, selection, theme)
        data = self.make("data", mark("Data"), LEFT, make_data, scrolls=True)
        data.import_requested.connect(self.import_requested)
        self.make("network", mark("Network"), LEFT, partial(NetworkPanel, documents, theme, runs))
        make_training = partial(TrainingPanel, documents, runs, theme)
        self.make("training", mark("Training"), LEFT, make_training, scrolls=True)
        self.add_later("boundary", mark("Decision boundary"), RIGHT, self._make_boundary)
        self.add_later("bugs", mark("Bug lab"), RIGHT, self._make_bugs)
        self.add_later("health", mark("Health"), RIGHT, self._make_health, scrolls=True)
        self.add_later("loop", mark("Training loop"), RIGHT, self._make_loop, scrolls=True)
        self.add_later("inspector", mark("Inspector"), RIGHT, self._make_inspector)
        self.add_later("loss", mark("Loss"), BOTTOM, self._make_loss)
        self.add_later("plots", mark("Plots"), BOTTOM, self._make_plots)
        self.add_later("compare", mark("Compare"), BOTTOM, self._make_compare)
        self.add_later("code", mark("Code"), RIGHT, self._make_code)
        self.add_later("history", mark("History"), LEFT, self._make_history)
        for name in HIDDEN_FIRST:
            self.docks[name].hide()
        self.links = DockLinks(LINKS, theme)  # the window has a place for them, and for the light
        self.links.follow(self.docks)
        self.links.opened.connect(self.make_room)
        self.light = HealthLight(runs, theme)
        self.light.card_requested.connect(self._on_health_requested)
        self.complete()

    @property
    def loss(self) -> LossPanel:
        return cast("LossPanel", self.panel("loss"))

    @property
    def boundary(self) -> BoundaryPanel:
        return cast("BoundaryPanel", self.panel("boundary"))

    @property
    def inspector(self) -> InspectorPanel:
        return cast("InspectorPanel", self.panel("inspector"))

    @property
    def bugs(self) -> BugLabPanel:
        return cast("BugLabPanel", self.panel("bugs"))

    @property
    def start_focus(self) -> QWidget:
        return self.graph

    def give_sizes(self) -> None:
        self.set_widths({"data": 262, "boundary": 324})
        self.set_heights({"loss": 176})
        self.set_heights({"boundary": 270, "inspector": 440})

    # -- what is made after the first paint -----------------------------------------------------------------------

    def _make_boundary(self) -> QWidget:
        from gui.panels.boundary import BoundaryPanel
        from gui.panels.kept_overlays import KeptBoundaries

        panel = BoundaryPanel(self._runs, self._selection, self._theme, self._documents)
        if panel.painting is not None:
            panel.painting.told.connect(self.told)
        KeptBoundaries(self._session.comparison, self._documents, panel, panel)
        self.docks["boundary"].setWindowTitle(tr(panel.title))
        panel.title_changed.connect(self.docks["boundary"].setWindowTitle)
        self._runs.tell_all()
        return panel

    def _make_inspector(self) -> QWidget:
        from gui.panels.inspector import InspectorPanel
        from gui.panels.inspector_tools import Editing

        editing = Editing(self._runs, self._documents)
        return InspectorPanel(self._runs, self._selection, self._theme, self._maths, editing=editing)

    def _make_loss(self) -> QWidget:
        from gui.panels.kept_overlays import KeptCurves
        from gui.panels.loss import LossPanel
        from gui.panels.timeline import Timeline

        panel = LossPanel(self._runs, self._documents, self._theme)
        KeptCurves(self._session.comparison, panel.plot, panel)
        self._runs.tell_all()
        self.feet["loss"] = Timeline(self._runs, self._theme)
        return panel

    def _make_plots(self) -> QWidget:
        from gui.panels.plots import PlotsPanel

        panel = PlotsPanel(self._runs, self._documents, self._session.analysis, self._theme)
        panel.set_seen(self.docks["plots"].isVisible())
        self.docks["plots"].visibilityChanged.connect(panel.set_seen)
        return panel

    def _make_compare(self) -> QWidget:
        from gui.panels.compare import ComparePanel

        session = self._session
        return ComparePanel(session.comparison, session.runs, session.documents, session.analysis, self._theme)

    def _make_bugs(self) -> QWidget:
        from gui.panels.bug_lab import BugLabPanel

        panel = BugLabPanel(self._runs, self._theme, Mode.NETWORK)
        panel.example_requested.connect(self._on_example_requested)
        panel.node_requested.connect(self._selection.select)
        return panel

    def _make_health(self) -> QWidget:
        from gui.panels.health import HealthPanel

        return HealthPanel(self._runs, self._selection, self._theme)

    def _make_loop(self) -> QWidget:
        from gui.panels.loop_training import TrainingLoopPanel

        return TrainingLoopPanel(self._runs, self._documents, self._theme)

    def _make_code(self) -> QWidget:
        from gui.panels.code_mirror import CodeMirrorPanel

        return CodeMirrorPanel(self._documents, self._runs, self._theme)

    def _make_history(self) -> QWidget:
        from gui.panels.history import HistoryPanel

        return HistoryPanel(self._documents, self._theme)

    # -- what happens on the cards --------------------------------------------------------------------------------

    @Slot(str)
    def make_room(self, name: str) -> None:
        """Enough room for what a card has to show, once that is laid out."""
        self.panel(name)
        if name in BESIDE_LOSS:
            for other in BESIDE_LOSS:
                if other != name and not self.docks[other].isFloating():
                    self.docks[other].hide()
        self._opened = name
        QTimer.singleShot(0, self, self._give_room)

    @Slot()
    def _give_room(self) -> None:
        name = self._opened
        if name in BESIDE_LOSS:
            self.set_heights({"loss": BOTTOM_HEIGHT, name: BOTTOM_HEIGHT})
            self.set_widths({"loss": 300, name: 380})
        elif name in WANTED_HEIGHTS:
            self.set_heights({"boundary": 230, name: WANTED_HEIGHTS[name], "inspector": 200})

    @Slot()
    def _on_health_requested(self) -> None:
        self.show_card("health")

    @Slot(str)
    def _on_example_requested(self, name: str) -> None:
        """The bugs that are on, from the first step of this example; undo brings the present set-up back."""
        bugs = self._runs.bugs
        self._documents.replace(tr("example of the bug lab"), with_bugs(load_example(name), bugs))
        self._runs.reset()
