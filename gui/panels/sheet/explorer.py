"""The derivative explorer: any node over any leaf, with the tangent, and the secant of the present h."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout

from core.explain import Explanation
from core.expression.explain import target_at
from core.expression.explore import Explorer
from core.expression.replay import replay_of
from core.expression.sheet import Sheet
from core.expression.wording import short_name
from core.words import mark, tr
from gui.panels.inspector_sections import Section
from gui.panels.inspector_text import TextLine
from gui.panels.sheet.curve_plot import CurvePlot
from gui.panels.sheet.painted_plot import Range
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme
from gui.widgets.fields import ChoiceBox

MOST_LEAVES = 40
HEIGHT = 112  # pixels at scale 1
TIP = mark(
    "What becomes of the one number when only the other one changes; the line has the slope that the gradient says"
)
DRAG_TIP = mark(
    "What becomes of the one number when only the other one changes; the line has the slope that the gradient says.\n"
    "Drag the dot, or use the arrow keys, to change the number in the code"
)


class ExplorerSection(Section):
    """`L over d`: the output over the selected node; or the node over one of the leaves that it depends on."""

    def __init__(self, theme: Theme, sheets: Sheets) -> None:
        super().__init__(theme)
        self.setObjectName("inspectorExplorer")
        self._sheets = sheets
        self._h = 1.0
        self._pairs: dict[str, tuple[int, int]] = {}  # by what the choice says: output, over
        self._interval: Range | None = None
        self._seen: tuple[str, str] = ("", "")  # address and pair that the interval belongs to
        self._address = ""
        self._title = TextLine(theme, colour="mute", size=12, chars=0)
        self._title.setObjectName("inspectorExplorerTitle")
        self._choice = ChoiceBox(theme, ())
        self._choice.setObjectName("inspectorExplorerChoice")
        self._choice.setAccessibleName(tr("What is plotted over what"))
        self._choice.setToolTip(tr("What is plotted over what"))
        self._plot = CurvePlot(theme, height=HEIGHT)
        self._plot.setObjectName("inspectorExplorerPlot")
        self._plot.setAccessibleName(tr("Explorer plot"))
        row = QHBoxLayout()
        row.addWidget(TextLine(theme, colour="mute", size=12, chars=0, text=tr("As a curve")))
        row.addStretch(1)
        row.addWidget(self._choice)
        row.addWidget(self._title)
        self.column.addLayout(row)
        self.column.addWidget(self._plot)
        self._choice.choice_changed.connect(self._on_choice_changed)
        self._plot.x_changed.connect(self._on_x_changed)

    @property
    def plot(self) -> CurvePlot:
        return self._plot

    def set_h(self, h: float) -> None:
        """The step of the secant."""
        self._h = h
        self._show_curve()

    def show_numbers(self, explanation: Explanation) -> None:
        frame = self._sheets.frame
        node = frame.sheet.node(explanation.address) if frame is not None else None
        if frame is None or node is None:
            return
        self._address = explanation.address
        pairs = _pairs(frame.sheet, target_at(frame.sheet, frame.position), node)
        if list(pairs) != list(self._pairs):
            chosen = self._choice.value() if self._choice.count() else ""
            with QSignalBlocker(self._choice):
                self._choice.clear()
                for text in pairs:
                    self._choice.addItem(text, text)
                if chosen in pairs:
                    self._choice.set_value(chosen)
            self._choice.setVisible(len(pairs) > 1)
            self._choice.updateGeometry()
        self._pairs = pairs
        self._title.setVisible(len(pairs) <= 1)
        self._title.set_text(next(iter(pairs), ""))
        self.setVisible(bool(pairs))
        self._show_curve()

    def blank(self) -> None:
        self._plot.clear()

    def _show_curve(self) -> None:
        frame = self._sheets.frame
        if frame is None or not self._pairs:
            return
        chosen = self._choice.value()
        output, over = self._pairs.get(chosen, next(iter(self._pairs.values())))
        if max(output, over) >= len(frame.sheet.graph.nodes):
            return  # another sheet has come, and its explanation is on its way
        explorer = Explorer(frame.sheet, frame.state, output, over)
        if self._seen != (self._address, chosen):
            self._interval, self._seen = None, (self._address, chosen)
        before = self._interval
        self._interval = before if self._plot.dragging and before else explorer.interval(before)
        curve = explorer.curve(self._interval)
        slope = _slope(frame, explorer, output, over)
        step = (self._h, explorer.value(explorer.x + self._h)) if math.isfinite(explorer.x) else None
        self._plot.show_point(curve.x, curve.y, slope, step)
        self._plot.show_curve(curve.xs, curve.ys, self._plot.up if self._plot.dragging and before else None)
        self._plot.set_draggable(self._literal(frame.sheet, over))
        self._plot.setToolTip(tr(DRAG_TIP) if self._plot.draggable else tr(TIP))
        self._plot.setAccessibleName(f"{chosen}: {self._plot.label}")

    def _literal(self, sheet: Sheet, node: int) -> bool:
        return any(leaf.node == node and leaf.literal is not None for leaf in sheet.leaves)

    def _on_choice_changed(self, _key: str) -> None:
        self._show_curve()

    def _on_x_changed(self, x: float) -> None:
        frame = self._sheets.frame
        pair = self._pairs.get(self._choice.value())
        if frame is not None and pair is not None and pair[1] < len(frame.sheet.graph.nodes):
            self._sheets.set_leaf(frame.sheet.graph.nodes[pair[1]].address, x)


def _pairs(sheet: Sheet, target: int, node: int) -> dict[str, tuple[int, int]]:
    """What can be plotted: the output over the node first, then the node over each leaf with a name or a literal."""
    pairs: dict[str, tuple[int, int]] = {}
    replay = replay_of(sheet)
    if node != target and node in replay.below(target):
        pairs[_pair(sheet, target, node)] = (target, node)
    if sheet.graph.nodes[node].operands:
        below = replay.below(node)
        named = [leaf for leaf in sheet.leaves if leaf.node in below and sheet.graph.nodes[leaf.node].label]
        for leaf in named[:MOST_LEAVES]:
            pairs.setdefault(_pair(sheet, node, leaf.node), (node, leaf.node))
    return pairs


def _pair(sheet: Sheet, output: int, over: int) -> str:
    return tr("{name} over {other}", name=short_name(sheet, output), other=short_name(sheet, over))


def _slope(frame: SheetFrame, explorer: Explorer, output: int, over: int) -> float:
    """The gradient that the sheet has, right or wrong, where it is this very derivative; else the true one."""
    explanation = frame.explanation
    is_selected = explanation is not None and frame.sheet.node(explanation.address) == over
    if explanation is not None and is_selected and explanation.complete:
        return explanation.gradient
    return explorer.slope
