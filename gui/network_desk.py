"""The network lab's desk: its panels, each on its card."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.desk import BOTTOM, LEFT, RIGHT, Desk
from gui.graph.layout_client import LayoutClient
from gui.graph.panel import GraphPanel
from gui.maths import Maths
from gui.panels.boundary import BoundaryPanel
from gui.panels.data import DataPanel
from gui.panels.history import HistoryPanel
from gui.panels.inspector import InspectorPanel
from gui.panels.loss import LossPanel
from gui.panels.network import NetworkPanel
from gui.panels.training import TrainingPanel
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.theme import Theme


class NetworkDesk(Desk):
    """Data, network and training; the graph; boundary and inspector; the loss curve."""

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
        self.setCentralWidget(self.graph)
        self.loss = LossPanel(runs, documents, theme)
        self.boundary = BoundaryPanel(runs, selection, theme)
        self.inspector = InspectorPanel(runs, selection, theme, maths)
        self.add("data", DataPanel(runs, documents, selection, theme), LEFT, scrolls=True)
        self.add("network", NetworkPanel(documents, theme), LEFT)
        self.add("training", TrainingPanel(documents, runs, theme), LEFT, scrolls=True)
        boundary = self.add("boundary", self.boundary, RIGHT)
        self.boundary.title_changed.connect(boundary.setWindowTitle)
        self.add("inspector", self.inspector, RIGHT)
        self.add("loss", self.loss, BOTTOM)
        self.add("history", HistoryPanel(documents, theme), LEFT).hide()
        self.complete()

    def give_sizes(self) -> None:
        self.set_widths({"data": 262, "boundary": 324})
        self.set_heights({"loss": 176})
        self.set_heights({"boundary": 270, "inspector": 440})
