"""The card on which runs are compared: those that were kept, and those of a sweep over the learning rate."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.words import mark, tr
from gui.panels.compare_runs import CompareRuns
from gui.panels.sweep import SweepView
from gui.session.analysis import Analysis
from gui.session.comparison import Comparison
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.theme import Theme
from gui.widgets.segments import Segments

RUNS, RATES = "runs", "rates"
KINDS = ((RUNS, mark("Runs")), (RATES, mark("Learning rates")))
_SIZE = (640, 126)  # pixels at scale 1, as hinted to the layout of the window


class ComparePanel(QWidget):
    """The table of runs, or the sweep."""

    title = mark("Compare")

    def __init__(
        self, comparison: Comparison, runs: Runs, documents: Documents, analysis: Analysis, theme: Theme
    ) -> None:
        super().__init__()
        self.setObjectName("comparePanel")
        self._theme = theme
        self.header = Segments([(key, tr(text)) for key, text in KINDS], theme, "compareKind")
        self.runs = CompareRuns(comparison, documents, runs, theme)
        self.sweep = SweepView(runs, documents, analysis, theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.runs)
        self._stack.addWidget(self.sweep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.header.chosen.connect(self.show_kind)
        theme.changed.connect(self.updateGeometry)
        self.show_kind(RUNS)

    @property
    def kind(self) -> str:
        """Which of the two is shown."""
        return RUNS if self._stack.currentWidget() is self.runs else RATES

    @Slot(str)
    def show_kind(self, kind: str) -> None:
        """Show the table of runs, or the sweep."""
        self._stack.setCurrentWidget(self.runs if kind == RUNS else self.sweep)
        self.header.show_choice(kind)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_SIZE[0]), self._theme.px(_SIZE[1]))
