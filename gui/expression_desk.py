"""The expression lab's desk: its panels, each on its card."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.desk import BOTTOM, LEFT, RIGHT, Desk
from gui.graph.answer_fields import AnswerFields
from gui.graph.layout_client import LayoutClient
from gui.graph.sheet_panel import SheetGraphPanel
from gui.maths import Maths
from gui.panels.bug_banner import BugBanner
from gui.panels.bug_lab import BugLabPanel
from gui.panels.code_mirror import CodeMirrorPanel
from gui.panels.history import HistoryPanel
from gui.panels.sheet.expression import ExpressionPanel
from gui.panels.sheet.function_plot import FunctionPlotPanel
from gui.panels.sheet.inspector_card import InspectorCard
from gui.panels.sheet.leaves import LeavesPanel
from gui.panels.sheet.loop import LoopPanel
from gui.panels.sheet.order_strip import OrderStrip
from gui.panels.sheet.predict import PredictPanel
from gui.panels.sheet.story import StoryPanel
from gui.session.documents import Documents
from gui.session.prediction import Prediction
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.dock_links import DockLinks
from gui.widgets.stacked import stacked

GRAPH_LINKS = (  # cards that are hidden at first: name, text, tooltip
    ("predict", "predict", "Hide the gradients and find them yourself; exercises"),
    ("bugs", "bug lab", "Break backpropagation on purpose"),
)
TEXT_LINKS = (("functions", "plot f(x)", "The text's functions of one variable, with their slope"),)
STORY_LINKS = (
    ("loop", "training loop", "Forward, zero, backward, update: the line that is running"),
    ("code", "code", "The same as a script for PyTorch or micrograd, following every change"),
)
WIDE = 1600  # from this width on the columns at the sides get more, pixels at scale 1
WANTED_HEIGHTS = {"predict": 330, "bugs": 360, "loop": 230, "code": 380}  # pixels at scale 1


class ExpressionDesk(Desk):
    """Editor and leaves; the graph with its order; inspector, bug lab, predict; what just happened."""

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
        self.editor = ExpressionPanel(sheets, documents, theme)
        inspector = InspectorCard(sheets, theme, maths)
        self.inspector = inspector.inspector
        self.prediction = Prediction(sheets, self)
        predict = PredictPanel(self.prediction, sheets.selection, theme)
        self.answers = AnswerFields(self.prediction, self.graph.view, theme)
        self.bugs = BugLabPanel(sheets, theme)
        story = StoryPanel(sheets, theme)
        links = [DockLinks(each, theme) for each in (GRAPH_LINKS, TEXT_LINKS, STORY_LINKS)]
        self.graph.add_links(links[0])
        self.editor.header = _in_a_row(links[1], self.editor.header)
        story.header = links[2]
        self.add("expression", self.editor, LEFT)
        self.add("leaves", LeavesPanel(sheets, theme), LEFT)
        self.add("predict", predict, RIGHT, scrolls=True)
        self.add("bugs", self.bugs, RIGHT)
        self.add("loop", LoopPanel(sheets, theme), RIGHT)
        self.add("sheetInspector", inspector, RIGHT)
        self.add("story", story, BOTTOM)
        self.add("functions", FunctionPlotPanel(sheets, theme), BOTTOM)
        self.add("code", CodeMirrorPanel(documents, sheets, theme), RIGHT)
        self.add("history", HistoryPanel(documents, theme), LEFT)
        for each in links:
            each.follow(self.docks)
            each.opened.connect(self.make_room)
        for name in ("predict", "bugs", "functions", "loop", "code", "history"):
            self.docks[name].hide()
        self._story = story
        self.prediction.changed.connect(self._on_prediction_changed)
        self.answers.answered.connect(predict.show_message)
        predict.next_requested.connect(self._on_next_requested)
        self.bugs.example_requested.connect(self._on_example_requested)
        self.bugs.node_requested.connect(sheets.selection.select)
        self.complete()

    @property
    def start_focus(self) -> QWidget:
        return self.editor

    def give_sizes(self) -> None:
        wide = self.width() >= self._theme.px(WIDE)
        self.set_widths({"expression": 420 if wide else 300, "sheetInspector": 360 if wide else 324})
        self.set_heights({"story": 178})
        self.set_heights({"expression": 340, "leaves": 350})

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
        self._sheets.set_text(text, "example of the bug lab")


def _in_a_row(*widgets: QWidget) -> QWidget:
    """Side by side."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    return box
