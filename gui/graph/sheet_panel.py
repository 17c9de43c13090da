"""The graph card of the expression lab: the graph of the text, with the numbers at the playhead."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from core.document_parts import FIRST_TEXT
from core.dot import GraphStyle
from core.errors import ExpressionError
from core.expression.sheet import Sheet
from core.words import mark, tr
from gui.graph.graph_card import MOST_RECORDS, GraphCard
from gui.graph.layout_client import LayoutClient
from gui.graph.sheet_header import SheetHeader
from gui.graph.sheet_verbs import NodeVerbs
from gui.graph.sheet_view import SheetView
from gui.numbers import format_count
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme

SLOW = 4.0  # steps a second: up to here what flows is seen on its way
_EMPTY = mark("Type an expression at the left, e.g. L = Value(2.0) * 3.0")
_INSERT = mark("Insert the lecture's first example")
_OLD = mark("The text has an error in line {line}; this is the graph of the last good text.")
_NO_GRAPH = mark("The graph appears when the error in line {line} of the text is gone.")
_HUGE = mark("Here are {count} values: too many to be drawn so that one sees anything.")


class SheetGraphPanel(GraphCard):
    """Follows the sheets; structure and numbers, an error in the text, or a word on why there is no graph."""

    def __init__(self, sheets: Sheets, theme: Theme, layouts: LayoutClient, parent: QWidget | None = None) -> None:
        self._title_row = SheetHeader(theme)
        self.view = SheetView(sheets, theme, layouts)
        super().__init__(self._title_row, self.view, sheets.selection, theme, parent)
        self.setObjectName("sheetGraphPanel")
        self._sheets = sheets
        self._shown: SheetFrame | None = None
        self._verbs = NodeVerbs(sheets, self)
        sheets.sheet_changed.connect(self._on_sheet_changed)
        sheets.frame_ready.connect(self._on_frame_ready)
        sheets.error_changed.connect(self._on_error_changed)
        self._notice.link_clicked.connect(self._on_notice_link)
        self._title_row.style_button.clicked.connect(self._on_style_clicked)
        self._follow()

    def set_style(self, style: GraphStyle | str) -> None:
        super().set_style(style)
        self._title_row.show_style(self.style_choice)

    def add_links(self, links: QWidget) -> None:
        """What the lab can do with the graph, beside the title."""
        self._title_row.add_links(links)

    # -- what comes in ------------------------------------------------------------------------------------------

    def _on_sheet_changed(self, sheet: Sheet) -> None:
        self._finder.look_again()

    def _on_frame_ready(self, frame: SheetFrame) -> None:
        if self.isVisible():
            self._follow()

    def _on_error_changed(self, error: ExpressionError | None) -> None:
        self._follow()

    def _follow(self) -> None:
        """Show what there is now."""
        frame, error = self._sheets.frame, self._sheets.error
        count = len(frame.sheet.graph.nodes) if frame is not None else 0
        self._title_row.show_count(count)
        self.view.set_remark(tr(_OLD, line=error.line) if error is not None else "")
        if frame is None or not count:
            self._say(tr(_NO_GRAPH, line=error.line) if error is not None else tr(_EMPTY), link=error is None)
        elif count > MOST_RECORDS:
            self._say(tr(_HUGE, count=format_count(count)), link=False)
        else:
            self.view.show_frame(frame, moving=self._is_step(frame))
            self._shown = frame
            self._show(self.view)

    def _is_step(self, frame: SheetFrame) -> bool:
        """Whether the playhead has gone on by one step, slowly enough to be followed."""
        before = self._shown
        if before is None or frame.sheet is not before.sheet or frame.position != before.position + 1:
            return False
        return not self._sheets.playing or self._sheets.speed <= SLOW

    def _say(self, text: str, *, link: bool) -> None:
        self._notice.say(text, tr(_INSERT) if link else "", tr("Writes the example into the text") if link else "")
        self._show(self._notice)

    # -- menu ---------------------------------------------------------------------------------------------------

    def context_menu(self, parent: QWidget | None = None) -> QMenu:
        """What can be done with the selected node, before what can be done with the graph."""
        menu = super().context_menu(parent)
        first = menu.actions()[0]
        actions = self._verbs.actions(menu)
        for action in actions:
            menu.insertAction(first, action)
        if actions:
            menu.insertSeparator(first)
        return menu

    def _on_menu_requested(self, place: QPoint) -> None:
        """A node that is asked for its menu is selected; so it is seen whose menu that is."""
        node, snapshot = self.view.node_at(QPointF(place)), self.view.snapshot
        if self.shown is self.view and node is not None and snapshot is not None:
            self._sheets.selection.select(snapshot.nodes[node].address)
        super()._on_menu_requested(place)

    # -- small slots --------------------------------------------------------------------------------------------

    def _on_notice_link(self) -> None:
        self._sheets.set_text(FIRST_TEXT, tr("insert example"))

    def _on_style_clicked(self) -> None:
        button = self._title_row.style_button
        menu = self.style_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that the view did not want takes the selection back."""
        if event.key() == Qt.Key.Key_Escape and self._sheets.selection.address:
            self._sheets.selection.clear()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()
