"""The expression lab's desk: its panels, each on its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.words import mark, tr
from gui.desk import BOTTOM, LEFT, RIGHT, Desk
from gui.graph.answer_fields import AnswerFields
from gui.graph.layout_client import LayoutClient
from gui.graph.sheet_panel import SheetGraphPanel
from gui.maths import Maths
from gui.panels.bug_banner import BugBanner
from gui.panels.sheet.expression import ExpressionPanel
from gui.panels.sheet.leaves import LeavesPanel
from gui.panels.sheet.order_strip import OrderStrip
from gui.panels.sheet.story import StoryPanel
from gui.session.documents import Documents
from gui.session.prediction import Prediction
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.dock_links import DockLinks
from gui.widgets.stacked import stacked

if TYPE_CHECKING:
    from gui.panels.bug_lab import BugLabPanel
    from gui.panels.inspector import InspectorPanel
    from gui.panels.sheet.inspector_card import InspectorCard

GRAPH_LINKS = (  # cards that are hidden at first: name, text, tooltip
    ("predict", mark("predict"), mark("Hide the gradients and find them yourself; exercises")),
    ("bugs", mark("bug lab"), mark("Break backpropagation on purpose")),
)
TEXT_LINKS = (("functions", mark("plot f(x)"), mark("The text's functions of one variable, with their slope")),)
STORY_LINKS = (
    ("loop", mark("training loop"), mark("Forward, zero, backward, update: the line that is running")),
    ("code", mark("code"), mark("The same as a script for PyTorch or micrograd, following every change")),
)
WIDE = 1500  # from this width on the columns at the sides get more, pixels at scale 1
WANTED_HEIGHTS = {"predict": 330, "bugs": 360, "loop": 230, "code": 380}  # pixels at scale 1


class ExpressionDesk(Desk):
    """Editor and leaves; the graph with its order; inspector, bug lab, predict; what just happened."""

    late_modules = ("gui.panels.sheet.inspector_card",)

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
        self._sheets = sheets
        self.graph = SheetGraphPanel(sheets, theme, layouts)
        self.graph.add_foot(OrderStrip(sheets, theme))
        self.setCentralWidget(stacked(BugBanner(sheets, theme), self.graph))
        self._documents, self._maths = documents, maths
        self.editor = ExpressionPanel(sheets, documents, theme)
        self.prediction = Prediction(sheets, self)
        self.answers = AnswerFields(self.prediction, self.graph.view, theme)
        story = StoryPanel(sheets, theme)
        links = [DockLinks(each, theme) for each in (GRAPH_LINKS, TEXT_LINKS, STORY_LINKS)]
        self.graph.add_links(links[0])
        self.editor.header = _in_a_row(links[1], self.editor.header)
        story.header = links[2]
        self.add("expression", self.editor, LEFT)
        self.add("leaves", LeavesPanel(sheets, theme), LEFT)
        self.add_later("predict", mark("Predict"), RIGHT, self._make_predict, scrolls=True)
        self.add_later("bugs", mark("Bug lab"), RIGHT, self._make_bugs)
        self.add_later("loop", mark("Training loop"), RIGHT, self._make_loop)
        self.add_later("sheetInspector", mark("Inspector"), RIGHT, self._make_inspector)
        self.add("story", story, BOTTOM)
        self.add_later("functions", mark("Function"), BOTTOM, self._make_functions)
        self.add_later("code", mark("Code"), RIGHT, self._make_code)
        self.add_later("history", mark("History"), LEFT, self._make_history)
        for each in links:
            each.follow(self.docks)
            each.opened.connect(self.make_room)
        for name in ("predict", "bugs", "functions", "loop", "code", "history"):
            self.docks[name].hide()
        self._story = story
        self.prediction.changed.connect(self._on_prediction_changed)
        self.complete()

    @property
    def inspector(self) -> InspectorPanel:
        return cast("InspectorCard", self.panel("sheetInspector")).inspector

    @property
    def bugs(self) -> BugLabPanel:
        return cast("BugLabPanel", self.panel("bugs"))

    @property
    def start_focus(self) -> QWidget:
        return self.editor

    def give_sizes(self) -> None:
        wide = self.width() >= self._theme.px(WIDE)
        self.set_widths({"expression": 420 if wide else 300, "sheetInspector": 360 if wide else 324})
        self.set_heights({"story": 178})
        self.set_heights({"expression": 340, "leaves": 350})

    # -- what is made after the first paint -----------------------------------------------------------------------

    def _make_inspector(self) -> QWidget:
        from gui.panels.sheet.inspector_card import InspectorCard

        return InspectorCard(self._sheets, self._theme, self._maths)

    def _make_predict(self) -> QWidget:
        from gui.panels.sheet.predict import PredictPanel

        panel = PredictPanel(self.prediction, self._sheets.selection, self._theme)
        self.answers.answered.connect(panel.show_message)
        panel.next_requested.connect(self._on_next_requested)
        return panel

    def _make_bugs(self) -> QWidget:
        from gui.panels.bug_lab import BugLabPanel

        panel = BugLabPanel(self._sheets, self._theme)
        panel.example_requested.connect(self._on_example_requested)
        panel.node_requested.connect(self._sheets.selection.select)
        return panel

    def _make_loop(self) -> QWidget:
        from gui.panels.sheet.loop import LoopPanel

        return LoopPanel(self._sheets, self._theme)

    def _make_functions(self) -> QWidget:
        from gui.panels.sheet.function_plot import FunctionPlotPanel

        return FunctionPlotPanel(self._sheets, self._theme)

    def _make_code(self) -> QWidget:
        from gui.panels.code_mirror import CodeMirrorPanel

        return CodeMirrorPanel(self._documents, self._sheets, self._theme)

    def _make_history(self) -> QWidget:
        from gui.panels.history import HistoryPanel

        return HistoryPanel(self._documents, self._theme)

    # -- what happens on the cards --------------------------------------------------------------------------------

    def make_room(self, name: str) -> None:
        """Enough room for what a card has to show."""
        if name in WANTED_HEIGHTS:
            self.set_heights({name: WANTED_HEIGHTS[name], "sheetInspector": 330})

    def _on_prediction_changed(self) -> None:
        active = self.prediction.active
        self._story.set_secret(data=active and self.prediction.with_data, gradients=active)

    def _on_next_requested(self) -> None:
        self.answers.focus_next()

    def _on_example_requested(self, text: str) -> None:
        self._sheets.set_text(text, tr("example of the bug lab"))


def _in_a_row(*widgets: QWidget) -> QWidget:
    """Side by side."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    return box
