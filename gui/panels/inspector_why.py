"""Why this order: what must have acted before the selected node, and what would go wrong otherwise."""

from __future__ import annotations

from core.explain import Explanation
from core.expression.why_order import place_text, why_here
from core.words import tr
from gui.panels.inspector_sections import Section
from gui.panels.inspector_text import ThemedLabel
from gui.session.sheets import Sheets
from gui.theme import Theme


class WhySection(Section):
    """Its turn in the topological order, in a sentence or two."""

    def __init__(self, theme: Theme, sheets: Sheets) -> None:
        super().__init__(theme, tr("Why this order?"))
        self.setObjectName("inspectorWhy")
        self.setToolTip(
            tr("A node may act only after all that depends on it has acted: the topological order, last node first")
        )
        self._sheets = sheets
        self._reason = ThemedLabel(theme, size=12)
        self._reason.setObjectName("inspectorReason")
        self._wrong = ThemedLabel(theme, colour="negative_text", size=12)
        self._wrong.setObjectName("inspectorWrongOrder")
        for label in (self._reason, self._wrong):
            label.setWordWrap(True)
            self.column.addWidget(label)
        self._wrong.hide()

    def show_numbers(self, explanation: Explanation) -> None:
        frame = self._sheets.frame
        node = frame.sheet.node(explanation.address) if frame is not None else None
        if frame is None or node is None:
            return
        why = why_here(frame.sheet, frame.state, node)
        self.note.set_text(place_text(why))
        _say(self._reason, why.reason)
        _say(self._wrong, why.wrong)
        self._wrong.setVisible(bool(why.wrong))

    def blank(self) -> None:
        self.note.set_text("")


def _say(label: ThemedLabel, text: str) -> None:
    if text != label.text():
        label.setText(text)
