"""The training loop in the expression lab: the learner's own lines, or the four that every training has."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.expression.loop_text import LoopText, training_loop
from core.expression.sheet import Sheet
from core.words import mark
from gui.panels.loop_code import CodeLine, LoopCode, general_code
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme


class LoopPanel(QWidget):
    """Follows the playhead of `sheets`: the line that did the last step is lit."""

    def __init__(self, sheets: Sheets, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loopPanel")
        self.title = mark("Training loop")
        self.header: QWidget | None = None
        self._newest: SheetFrame | None = None
        self._sheet: Sheet | None = None
        self._loop: LoopText | None = None
        self._code = LoopCode(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._code)
        column.addStretch(1)
        sheets.frame_ready.connect(self._on_frame_ready)
        if sheets.frame is not None:
            self._on_frame_ready(sheets.frame)

    @property
    def code(self) -> LoopCode:
        """What shows the lines."""
        return self._code

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._newest is not None:
            self._show(self._newest)

    @Slot(object)
    def _on_frame_ready(self, frame: SheetFrame) -> None:
        self._newest = frame
        if self.isVisible():
            self._show(frame)

    def _show(self, frame: SheetFrame) -> None:
        if frame.sheet is not self._sheet:
            self._sheet = frame.sheet
            self._loop = training_loop(frame.sheet.text)
            self._code.set_code(_lines(self._loop) if self._loop else general_code())
        done = frame.done
        if done is None or self._loop is None:
            self._code.show_phase(done.phase if done else None)
        else:
            self._code.show_line(done.span.line if done.span else 0, done.phase)


def _lines(loop: LoopText) -> tuple[CodeLine, ...]:
    return tuple(CodeLine(text, None, loop.first + i) for i, text in enumerate(loop.lines))
