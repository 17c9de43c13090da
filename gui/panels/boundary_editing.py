"""What the boundary card shows only while points are edited: the strip of tools, and what cannot be done."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.panels.boundary_editor import PlotEditor
from gui.panels.boundary_plot import PointsPlot
from gui.panels.boundary_tools import BoundaryTools
from gui.session.painting import Painting
from gui.theme import Theme
from gui.widgets.text import TextLabel


class EditingParts(QObject):
    """The widgets for the card to lay out; they come and go by themselves."""

    def __init__(self, painting: Painting, theme: Theme) -> None:
        super().__init__(painting)
        self._painting = painting
        self.tools = BoundaryTools(painting, theme)
        self.notice = TextLabel("", "error")
        self.notice.setObjectName("paintNotice")
        self.notice.setWordWrap(True)
        self.tools.hide()
        self.notice.hide()
        painting.editing_changed.connect(self._on_editing_changed)
        painting.changed.connect(self._forget_notice)
        painting.stroke_begun.connect(self._forget_notice)
        painting.refused.connect(self._on_refused)

    def attach(self, plot: PointsPlot) -> None:
        """Edit the points of this plot, too."""
        PlotEditor(plot, self._painting)

    def _on_editing_changed(self, editing: bool) -> None:
        self.tools.setVisible(editing)
        self._forget_notice()

    def _on_refused(self, sentence: str) -> None:
        self.notice.setText(sentence)
        self.notice.show()

    def _forget_notice(self) -> None:
        if not self.notice.isHidden():
            self.notice.clear()
            self.notice.hide()
