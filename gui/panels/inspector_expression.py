"""The expression lab's inspector: the same panel as that of the network lab, with sections of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.maths import Maths
from gui.panels.inspector import InspectorPanel
from gui.panels.inspector_empty import EXPRESSION
from gui.panels.inspector_nudge import NudgeSection
from gui.panels.inspector_source import SheetSource
from gui.panels.inspector_why import WhySection
from gui.panels.sheet.explorer import ExplorerSection
from gui.session.sheets import Sheets
from gui.theme import Theme


def expression_inspector(sheets: Sheets, theme: Theme, maths: Maths, parent: QWidget | None = None) -> InspectorPanel:
    """An inspector of the sheet's selected value."""
    nudge = NudgeSection(theme, sheets)
    explorer = ExplorerSection(theme, sheets)
    explorer.set_h(nudge.h)
    nudge.h_changed.connect(explorer.set_h)
    source = SheetSource(sheets)
    panel = InspectorPanel(
        source,
        sheets.selection,
        theme,
        maths,
        sections=(nudge, WhySection(theme, sheets), explorer, nudge.errors),
        empty=EXPRESSION,
        name="sheetInspectorPanel",
        parent=parent,
    )
    source.setParent(panel)
    return panel
