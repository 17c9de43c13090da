"""The expression lab's desk: its panels, each on its card."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.desk import LEFT, Desk
from gui.graph.layout_client import LayoutClient
from gui.maths import Maths
from gui.panels.history import HistoryPanel
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme


class ExpressionDesk(Desk):
    """Editor and leaves; the graph with its order; inspector, bug lab; what just happened."""

    def __init__(
        self,
        sheets: Sheets,
        documents: Documents,
        theme: Theme,
        layouts: LayoutClient,
        maths: Maths,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("expressionDesk", theme, parent)
        self.graph = QWidget()
        self.setCentralWidget(self.graph)
        self.add("history", HistoryPanel(documents, theme), LEFT).hide()
        self.complete()

    def give_sizes(self) -> None:
        pass
