"""The card on which runs are compared: those that were kept, and those of a sweep over the learning rate."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.panels.compare_runs import FULL, CompareRuns
from gui.panels.sweep import SweepView
from gui.session.analysis import Analysis
from gui.session.comparison import Comparison
from gui.session.documents import Documents
from gui.session.runs import Runs
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.segments import Segments

RUNS, RATES = "runs", "rates"
KINDS = ((RUNS, "Runs"), (RATES, "Learning rates"))
KEEP_TIP = "Keep this run as it stands, to compare others with it (Ctrl+K)"
AGAIN_TIP = "Keep this run and begin anew from the same initial weights: then change one setting and press play"
_SIZE = (640, 126)  # pixels at scale 1, as hinted to the layout of the window


class CompareHeader(QWidget):
    """What keeps a run, and which of the two is shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.keep = LinkButton("keep this run", theme, KEEP_TIP)
        self.keep.setObjectName("compareKeep")
        self.again = LinkButton("try again with a change", theme, AGAIN_TIP)
        self.again.setObjectName("compareAgain")
        self.kinds = Segments(KINDS, theme, "compareKind")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self.keep, self.again, self.kinds):
            self._row.addWidget(part)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setSpacing(self._theme.px(14))


class ComparePanel(QWidget):
    """The table of runs, or the sweep."""

    title = "Compare"

    def __init__(
        self, comparison: Comparison, runs: Runs, documents: Documents, analysis: Analysis, theme: Theme
    ) -> None:
        super().__init__()
        self.setObjectName("comparePanel")
        self._comparison, self._theme = comparison, theme
        self.header = CompareHeader(theme)
        self.runs = CompareRuns(comparison, documents, runs, theme)
        self.sweep = SweepView(runs, documents, analysis, theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.runs)
        self._stack.addWidget(self.sweep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.header.keep.clicked.connect(self._on_keep)
        self.header.again.clicked.connect(self._on_again)
        self.header.kinds.chosen.connect(self.show_kind)
        comparison.changed.connect(self._on_changed)
        theme.changed.connect(self.updateGeometry)
        self.show_kind(RUNS)
        self._on_changed()

    @property
    def kind(self) -> str:
        """Which of the two is shown."""
        return RUNS if self._stack.currentWidget() is self.runs else RATES

    @Slot(str)
    def show_kind(self, kind: str) -> None:
        """Show the table of runs, or the sweep."""
        self._stack.setCurrentWidget(self.runs if kind == RUNS else self.sweep)
        self.header.kinds.show_choice(kind)
        for link in (self.header.keep, self.header.again):
            link.setVisible(kind == RUNS)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_SIZE[0]), self._theme.px(_SIZE[1]))

    @Slot()
    def _on_keep(self) -> None:
        self._comparison.keep()
        self._on_changed()

    @Slot()
    def _on_again(self) -> None:
        self._comparison.try_again()
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        can_keep = self._comparison.can_keep
        for link, tip in ((self.header.keep, KEEP_TIP), (self.header.again, AGAIN_TIP)):
            link.setEnabled(can_keep)
            link.setToolTip(tip if can_keep else FULL)
