"""The network lab's desk: its panels, each on its card."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from core.examples import load_example
from core.experiment import with_bugs
from gui.desk import BOTTOM, LEFT, RIGHT, Desk
from gui.graph.layout_client import LayoutClient
from gui.graph.panel import GraphPanel
from gui.maths import Maths
from gui.panels.boundary import BoundaryPanel
from gui.panels.bug_banner import BugBanner
from gui.panels.bug_lab import BugLabPanel
from gui.panels.data import DataPanel
from gui.panels.history import HistoryPanel
from gui.panels.inspector import InspectorPanel
from gui.panels.loop_training import TrainingLoopPanel
from gui.panels.loss import LossPanel
from gui.panels.network import NetworkPanel
from gui.panels.training import TrainingPanel
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.sheet_frames import Mode
from gui.theme import Theme
from gui.widgets.dock_links import DockLinks
from gui.widgets.stacked import stacked

LINKS = (  # cards that are hidden at first: name, text, tooltip
    ("bugs", "bug lab", "Break backpropagation on purpose: the run with the bug beside the true one"),
    ("loop", "training loop", "Forward, zero, backward, update: the line that is running"),
)
WANTED_HEIGHTS = {"bugs": 280, "loop": 236}  # pixels at scale 1


class NetworkDesk(Desk):
    """Data, network and training; the graph; boundary, inspector, bug lab; the loss curve."""

    spare_column = ("data", "network", "training")

    def __init__(
        self,
        runs: Runs,
        documents: Documents,
        selection: Selection,
        theme: Theme,
        layouts: LayoutClient,
        maths: Maths,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("desk", theme, parent)
        self.graph = GraphPanel(runs, selection, theme, layouts)
        self.setCentralWidget(stacked(BugBanner(runs, theme, Mode.NETWORK), self.graph))
        self._runs, self._documents = runs, documents
        self.loss = LossPanel(runs, documents, theme)
        self.boundary = BoundaryPanel(runs, selection, theme)
        self.inspector = InspectorPanel(runs, selection, theme, maths)
        self.add("data", DataPanel(runs, documents, selection, theme), LEFT, scrolls=True)
        self.add("network", NetworkPanel(documents, theme), LEFT)
        self.add("training", TrainingPanel(documents, runs, theme), LEFT, scrolls=True)
        boundary = self.add("boundary", self.boundary, RIGHT)
        self.boundary.title_changed.connect(boundary.setWindowTitle)
        self.bugs = BugLabPanel(runs, theme, Mode.NETWORK)
        self.add("bugs", self.bugs, RIGHT)
        self.add("loop", TrainingLoopPanel(runs, documents, theme), RIGHT, scrolls=True)
        self.add("inspector", self.inspector, RIGHT)
        self.add("loss", self.loss, BOTTOM)
        self.add("history", HistoryPanel(documents, theme), LEFT)
        links = DockLinks(LINKS, theme)
        self.loss.header.add_links(links)
        links.follow(self.docks)
        links.opened.connect(self._on_card_opened)
        for name in ("bugs", "loop", "history"):
            self.docks[name].hide()
        self.bugs.example_requested.connect(self._on_example_requested)
        self.bugs.node_requested.connect(selection.select)
        self.complete()

    @property
    def start_focus(self) -> QWidget:
        return self.graph

    def give_sizes(self) -> None:
        self.set_widths({"data": 262, "boundary": 324})
        self.set_heights({"loss": 176})
        self.set_heights({"boundary": 270, "inspector": 440})

    @Slot(str)
    def _on_card_opened(self, name: str) -> None:
        """Enough room for what a card has to show."""
        self.set_heights({name: WANTED_HEIGHTS[name], "inspector": 270})

    @Slot(str)
    def _on_example_requested(self, name: str) -> None:
        """The bugs that are on, from the first step of this example; undo brings the present set-up back."""
        bugs = self._runs.bugs
        self._documents.replace("example of the bug lab", with_bugs(load_example(name), bugs))
        self._runs.reset()
