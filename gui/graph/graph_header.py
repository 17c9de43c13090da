"""The first row of the graph card: levels at the left; sample, fit, zoom and find at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.graph.breadcrumb import Breadcrumb
from gui.graph.find_field import FindField
from gui.graph.header_row import HeaderRow
from gui.graph.sample_stepper import SampleStepper
from gui.session.selection import Selection
from gui.theme import Theme


class GraphHeader(HeaderRow):
    """Where there is no graph, levels and sample stay."""

    def __init__(self, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        self.breadcrumb = Breadcrumb(selection, theme)
        self.stepper = SampleStepper(selection, theme)
        field, rest = FindField(theme), (self.stepper,)
        super().__init__(self.breadcrumb, rest, field, theme, names="graph", stays=rest, parent=parent)

    def _shorten_lead(self) -> None:
        self.breadcrumb.shorten(self.width())
