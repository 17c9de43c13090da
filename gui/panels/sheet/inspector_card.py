"""The inspector on its card in the expression lab: below it what can be taken apart; closed while one predicts."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.words import mark
from gui.maths import Maths
from gui.panels.inspector_empty import EmptyInspector, EmptyTexts
from gui.panels.inspector_expression import expression_inspector
from gui.panels.sheet.take_apart import TakeApartBar
from gui.session.sheets import Sheets
from gui.theme import Theme

WITHHELD = EmptyTexts(
    mark("The inspector is closed while a gradient is to be found."),
    (
        mark("Type the gradient where it is asked for; Enter checks it."),
        mark("“why?” in the card Predict shows the chain rule of the selected value."),
    ),
)


class InspectorCard(QWidget):
    """Holds the inspector; `inspector` has its verbs."""

    def __init__(self, sheets: Sheets, theme: Theme, maths: Maths, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inspector = expression_inspector(sheets, theme, maths)
        self.title, self.header = self.inspector.title, self.inspector.header
        self._open = QWidget()
        inside = QVBoxLayout(self._open)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.inspector, 1)
        inside.addWidget(TakeApartBar(sheets, theme))
        self._closed = EmptyInspector(theme, WITHHELD)
        self._closed.setObjectName("inspectorWithheld")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._open)
        self._pages.addWidget(self._closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        sheets.withheld_changed.connect(self._on_withheld_changed)
        self._on_withheld_changed(sheets.withheld)

    def _on_withheld_changed(self, withheld: bool) -> None:
        if self.header is not None:
            self.header.setVisible(not withheld)
        self._pages.setCurrentWidget(self._closed if withheld else self._open)
