"""The panel "Expression": the editor, what is wrong with its text or what it gave, and what it printed."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import ExpressionError
from core.expression.sheet import Sheet
from core.expression.snippets import Snippet
from core.words import mark, tr
from gui.panels.sheet.correction import Correction, correction_of
from gui.panels.sheet.editor import CodeEditor
from gui.panels.sheet.error_line import ErrorLine
from gui.panels.sheet.linking import EditorLink
from gui.panels.sheet.output import OutputPane
from gui.panels.sheet.places import changes, clean
from gui.panels.sheet.sheet_status import SheetStatus
from gui.panels.sheet.snippet_menu import SnippetMenu
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme

GAP = 6  # px at scale 1, between the parts
PAUSE_MS = 400  # without typing, after which an error is told: a name that is not finished yet is no mistake


class ExpressionPanel(QWidget):
    """The text is the document's: what is typed goes there, and everything else is shown from there."""

    def __init__(self, sheets: Sheets, documents: Documents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = mark("Expression")
        self._sheets, self._documents, self._theme = sheets, documents, theme
        self._refusal = ""  # why the last edit was not made
        self._typed = False  # the last edit was made in the editor
        self._line = 1  # that the cursor is in
        self._pause = QTimer(self, objectName="expressionPause", singleShot=True, interval=PAUSE_MS)
        self.header = SnippetMenu(theme)
        self.editor = CodeEditor(theme)
        self._error = ErrorLine(theme)
        self._status = SheetStatus(theme)
        self._output = OutputPane(theme)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.editor, 1)
        for part in (self._error, self._status, self._output):
            self._column.addWidget(part)
        self.setFocusProxy(self.editor)
        self.editor.take_text(documents.text)
        self._link = EditorLink(self.editor, sheets)
        self._output.withhold(sheets.withheld)
        self._connect()
        self._on_theme_changed()
        if sheets.sheet is not None:
            self._on_sheet_changed(sheets.sheet)
        self._show_state()

    def _connect(self) -> None:
        editor, sheets, documents = self.editor, self._sheets, self._documents
        editor.edited.connect(self._on_edited)
        editor.refused.connect(self._on_refused)
        editor.undo_requested.connect(documents.undo_stack.undo)
        editor.redo_requested.connect(documents.undo_stack.redo)
        documents.text_changed.connect(self._on_text_changed)
        documents.opened.connect(self._on_opened)
        sheets.sheet_changed.connect(self._on_sheet_changed)
        sheets.error_changed.connect(self._on_error_changed)
        sheets.slow_changed.connect(self._on_slow_changed)
        sheets.withheld_changed.connect(self._output.withhold)
        sheets.selection.address_changed.connect(self._on_address_changed)
        self.header.snippet_chosen.connect(self._on_snippet_chosen)
        self._error.place_requested.connect(self._on_place_requested)
        self._error.correction_requested.connect(self._on_correction_requested)
        self._output.line_requested.connect(self._on_line_requested)
        editor.cursorPositionChanged.connect(self._on_cursor_position_changed)
        self._pause.timeout.connect(self._show_state)
        self._theme.changed.connect(self._on_theme_changed)

    @Slot()
    def _show_state(self) -> None:
        """The error or, where there is none, what the text gave."""
        error = self._sheets.error
        self.editor.show_error(error)
        if error is not None and self._pause.isActive() and not self._refusal:
            return  # somebody is typing: what is told stays as it is
        if self._refusal:
            self._error.show_error(self._refusal)
        elif error is not None:
            self._error.show_error(str(error), error.line, correction_of(self._documents.text, error))
        else:
            self._error.show_error("")
        self._show_status()

    def _show_status(self) -> None:
        sheet = self._sheets.sheet
        self._status.show_sheet(sheet, stale=self._sheets.error is not None)
        self._status.show_selected(self._link.selected_span())
        self._status.setVisible(sheet is not None and not self._refusal)

    @Slot(str, str)
    def _on_edited(self, text: str, name: str) -> None:
        if self._refusal:
            self._refusal = ""
            self._show_state()
        self._typed = True
        if name == "new line":
            self._pause.stop()
        else:
            self._pause.start()
        self._documents.set_text(text, tr(name))

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        self._refusal = reason
        self._show_state()

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        own = self.editor.toPlainText()
        if text == own or (text := clean(text)) == own:
            return
        self._pause.stop()
        self._typed = False
        found = changes(own, text)
        self.editor.take_text(text)
        if len(found) == 1:
            start, _, inserted = found[0]
            for place in (start + len(inserted.rstrip()), start):  # all of it, or else its beginning
                self.editor.reveal(text.count("\n", 0, place) + 1)

    @Slot()
    def _on_cursor_position_changed(self) -> None:
        line = self.editor.place[0]
        if line != self._line:
            self._line = line
            if self._pause.isActive():
                self._pause.stop()
                self._show_state()

    @Slot()
    def _on_opened(self) -> None:
        self._refusal, self._typed = "", False
        self._pause.stop()
        self.editor.take_text(self._documents.text)
        self.editor.go_to(1)
        self.editor.light(None)
        self.editor.mark_node(None)
        self._output.show_output(())

    @Slot(object)
    def _on_sheet_changed(self, sheet: Sheet) -> None:
        self._show_status()
        self._output.show_output(sheet.output)

    @Slot(bool)
    def _on_slow_changed(self, slow: bool) -> None:
        if slow:
            self._status.show_running()
        else:
            self._show_status()

    @Slot(object)
    def _on_error_changed(self, error: ExpressionError | None) -> None:
        self._show_state()
        self.editor.show_error(error, reveal=not self._typed)

    @Slot(str)
    def _on_address_changed(self, _address: str) -> None:
        self._status.show_selected(self._link.selected_span())

    @Slot(object)
    def _on_snippet_chosen(self, snippet: Snippet) -> None:
        """In the place of the text, as one step of undo."""
        self._refusal = ""
        self._documents.set_text(snippet.text, tr("snippet {title}", title=tr(snippet.title)))
        self.editor.go_to(1)
        self.editor.setFocus()
        self._show_state()

    @Slot()
    def _on_place_requested(self) -> None:
        error = self._sheets.error
        if error is not None:
            self.editor.go_to(error.line, error.column)
            self.editor.setFocus()

    @Slot(object)
    def _on_correction_requested(self, correction: Correction) -> None:
        error, text = self._sheets.error, self._documents.text
        if error is not None and not self._sheets.busy and correction_of(text, error) == correction:
            self.editor.correct(correction)
        self.editor.setFocus()

    @Slot(int)
    def _on_line_requested(self, line: int) -> None:
        self.editor.go_to(line)
        self.editor.setFocus()

    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(GAP))
