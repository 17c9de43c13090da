"""The panel "Expression": the editor, what is wrong with its text or what it gave, and what it printed."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import ExpressionError
from core.expression.sheet import Sheet
from core.expression.snippets import Snippet
from gui.panels.sheet.correction import Correction, correction_of
from gui.panels.sheet.editor import CodeEditor
from gui.panels.sheet.error_line import ErrorLine
from gui.panels.sheet.linking import EditorLink
from gui.panels.sheet.output import OutputPane
from gui.panels.sheet.sheet_status import SheetStatus
from gui.panels.sheet.snippet_menu import SnippetMenu
from gui.session.documents import Documents
from gui.session.sheets import Sheets
from gui.theme import Theme

GAP = 8  # px at scale 1, between the parts


class ExpressionPanel(QWidget):
    """The text is the document's: what is typed goes there, and everything else is shown from there."""

    def __init__(self, sheets: Sheets, documents: Documents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = "Expression"
        self._sheets, self._documents, self._theme = sheets, documents, theme
        self._refusal = ""  # why the last edit was not made
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
        sheets.selection.address_changed.connect(self._on_address_changed)
        self.header.snippet_chosen.connect(self._on_snippet_chosen)
        self._error.place_requested.connect(self._on_place_requested)
        self._error.correction_requested.connect(self._on_correction_requested)
        self._output.line_requested.connect(self._on_line_requested)
        self._theme.changed.connect(self._on_theme_changed)

    def _show_state(self) -> None:
        """The error or, where there is none, what the text gave."""
        error = self._sheets.error
        self.editor.show_error(error)
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
        self._documents.set_text(text, name)

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        self._refusal = reason
        self._show_state()

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self.editor.take_text(text)

    @Slot()
    def _on_opened(self) -> None:
        self._refusal = ""
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
    def _on_error_changed(self, _error: ExpressionError | None) -> None:
        self._show_state()

    @Slot(str)
    def _on_address_changed(self, _address: str) -> None:
        self._status.show_selected(self._link.selected_span())

    @Slot(object)
    def _on_snippet_chosen(self, snippet: Snippet) -> None:
        """In the place of the text, as one step of undo."""
        self._refusal = ""
        self._documents.set_text(snippet.text, f"snippet {snippet.title}")
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
        if correction.end <= len(self._documents.text) and not self._sheets.busy:
            self.editor.correct(correction)
        self.editor.setFocus()

    @Slot(int)
    def _on_line_requested(self, line: int) -> None:
        self.editor.go_to(line)
        self.editor.setFocus()

    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(GAP))
