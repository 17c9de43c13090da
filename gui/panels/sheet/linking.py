"""Links the editor with the rest: cursor and selected node, the steps and the line that does them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from core.expression.sheet import Sheet, Span
from gui.panels.sheet.editor import CodeEditor
from gui.panels.sheet.places import node_at
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame


class EditorLink(QObject):
    """The cursor selects on the user's moves alone, and a mark never moves the cursor: so nothing goes in circles."""

    def __init__(self, editor: CodeEditor, sheets: Sheets) -> None:
        super().__init__(editor)
        self._editor, self._sheets = editor, sheets
        self._pointing = False  # the selection under way comes from the editor
        self._last: SheetFrame | None = None
        self._moved = False  # the frame shown came by stepping, not by an edit
        editor.cursor_moved.connect(self._on_cursor_moved)
        sheets.selection.address_changed.connect(self._on_address_changed)
        sheets.sheet_changed.connect(self._on_sheet_changed)
        sheets.frame_ready.connect(self._on_frame_ready)
        self._mark(reveal=False)
        if sheets.frame is not None:
            self._on_frame_ready(sheets.frame)

    def selected_span(self) -> Span | None:
        """The expression of the selected node; None if there is none, or the text was changed since."""
        sheet = self._current()
        node = None if sheet is None else sheet.node(self._sheets.selection.address)
        return None if sheet is None or node is None else sheet.origins[node]

    def _current(self) -> Sheet | None:
        """The sheet, if it is that of the present text: else its places are somewhere else by now."""
        sheet = self._sheets.sheet
        return sheet if sheet is not None and sheet.text == self._sheets.text else None

    def _mark(self, *, reveal: bool) -> None:
        self._editor.mark_node(self.selected_span(), reveal=reveal)

    @Slot()
    def _on_cursor_moved(self) -> None:
        sheet, selection = self._current(), self._sheets.selection
        if sheet is None or self._editor.textCursor().hasSelection():
            return
        line, column = self._editor.place
        node = node_at(sheet, line, column, sheet.node(selection.address))
        if node is not None:
            self._pointing = True
            selection.select(sheet.graph.nodes[node].address)
            self._pointing = False

    @Slot(str)
    def _on_address_changed(self, _address: str) -> None:
        self._mark(reveal=not self._pointing)
        if self._pointing:
            self._editor.ensureCursorVisible()

    @Slot(object)
    def _on_sheet_changed(self, _sheet: Sheet) -> None:
        self._mark(reveal=False)

    @Slot(object)
    def _on_frame_ready(self, frame: SheetFrame) -> None:
        """At the end after an edit nothing runs; at the end after stepping the last line still does."""
        last, self._last = self._last, frame
        if last is None or frame.sheet is not last.sheet:
            self._moved = False
        elif frame.position != last.position:
            self._moved = True
        step = frame.done or frame.coming
        if self._current() is None or step is None or (frame.at_end and not self._moved):
            self._editor.light(None)
        else:
            self._editor.light(step.span, step.phase)
