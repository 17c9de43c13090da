"""The history of changes: a list to go back and forth in."""

from __future__ import annotations

from PySide6.QtWidgets import QUndoView, QVBoxLayout, QWidget

from core.words import mark, tr
from gui.session.documents import Documents
from gui.theme import Theme


class HistoryPanel(QWidget):
    """Every change of the document by its name; a click goes there."""

    title = mark("History")

    def __init__(self, documents: Documents, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("historyPanel")
        self.header: QWidget | None = None
        self._list = QUndoView(documents.undo_stack)
        self._list.setObjectName("historyList")
        self._list.setAccessibleName(tr("History of changes"))
        self._list.setEmptyLabel(tr("as it was opened"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._list)
