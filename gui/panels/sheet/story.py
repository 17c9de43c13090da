"""What just happened and what comes next, in a sentence each, over the timeline of the steps."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.bugs import Bug
from core.errors import ExpressionError
from core.expression.loop_text import backward_line
from core.expression.sheet import State, Step
from core.expression.story import EMPTY, coming, told, told_without_numbers
from core.words import mark, tr
from gui.panels.sheet.timeline import SheetTimeline
from gui.session.sheets import Sheets
from gui.sheet_frames import SheetFrame
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.two_lines import TwoLines

GAP = 6  # pixels at scale 1
NARROW = 420  # below it most of the height is for what happened


class StoryPanel(QWidget):
    """Follows the playhead of `sheets`."""

    def __init__(self, sheets: Sheets, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("storyPanel")
        self.title = mark("What just happened")
        self.header: QWidget | None = None
        self._sheets, self._theme = sheets, theme
        self._secret_data = self._secret_gradients = False
        self._told = TwoLines(theme)
        self._told.setObjectName("storyTold")
        self._coming = TwoLines(theme, mute=True)
        self._coming.setObjectName("storyComing")
        self._link = LinkButton(tr("add backward()"), theme)
        self._link.setObjectName("addBackward")
        self._timeline = SheetTimeline(sheets, theme)
        self._lay_out()
        self._link.clicked.connect(self._on_link_clicked)
        sheets.frame_ready.connect(self._on_frame_ready)
        sheets.error_changed.connect(self._on_error_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._show()

    def set_secret(self, *, data: bool, gradients: bool) -> None:
        """The sentences keep these numbers to themselves: somebody is to find them."""
        if (data, gradients) != (self._secret_data, self._secret_gradients):
            self._secret_data, self._secret_gradients = data, gradients
            self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_lines()

    def _share_lines(self) -> None:
        """The size of the panel alone decides, so that no sentence moves another."""
        narrow = self.width() < self._theme.px(NARROW)
        self._told.set_lines(3 if narrow else 2, 4 if narrow else 3)
        self._coming.set_lines(1 if narrow else 2, 1 if narrow else 2)

    def _lay_out(self) -> None:
        next_row = QHBoxLayout()
        next_row.addWidget(self._coming, 1)
        next_row.addWidget(self._link, 0, Qt.AlignmentFlag.AlignTop)
        self._next_row = next_row
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._told, 100)  # what is to spare is for a third line first
        self._column.addLayout(next_row)
        self._column.addStretch(1)
        self._column.addWidget(self._timeline)

    def _show(self) -> None:
        frame, error = self._sheets.frame, self._sheets.error
        if frame is None:
            self._say("", "") if error is None else self._say_error(error)
            return
        if error is not None and not frame.sheet.graph.nodes:
            self._say_error(error)
            return
        before = before_step(frame.state, frame.done)
        tell = told_without_numbers if frame.secret or self._is_secret(frame.done) else told
        next_text = coming(frame.sheet, frame.state, frame.coming)
        if frame.coming is not None:
            next_text = tr("Next: {what}", what=next_text)
        self._say(tell(frame.sheet, before, frame.done), next_text, self._missing_line(frame))

    def _say_error(self, error: ExpressionError) -> None:
        self._say(tr(EMPTY), tr("Line {line} of the text cannot be read yet.", line=error.line))

    def _say(self, happened: str, next_text: str, line: str = "") -> None:
        self._told.setText(happened)
        self._coming.setText(next_text)
        self._link.setVisible(bool(line))
        if line:
            self._link.setText(tr("add {line}", line=line))
            self._link.setAccessibleName(tr("add {line}", line=line))
            self._link.setToolTip(
                tr("Write {line} at the end of the text: go backward, and find all gradients", line=line)
            )

    def _is_secret(self, step: Step | None) -> bool:
        return step is not None and any(
            self._secret_data if change.field == "data" else self._secret_gradients for change in step.changes
        )

    def _missing_line(self, frame: SheetFrame) -> str:
        """The line that the text lacks to go backward; empty if it lacks none, or if there is nothing to go through."""
        if frame.sheet.has_backward or Bug.NO_BACKWARD in frame.bugs or not frame.sheet.steps:
            return ""
        return backward_line(frame.sheet)

    @Slot(object)
    def _on_frame_ready(self, frame: SheetFrame) -> None:
        self._show()

    @Slot(object)
    def _on_error_changed(self, error: ExpressionError | None) -> None:
        self._show()

    @Slot()
    def _on_link_clicked(self) -> None:
        frame = self._sheets.frame
        if frame is None or not (line := self._missing_line(frame)):
            return
        text = self._sheets.text
        self._sheets.set_text(f"{text.rstrip()}\n{line}\n", line)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(GAP))
        self._next_row.setSpacing(px(14))
        self._share_lines()


def before_step(state: State, step: Step | None) -> State:
    """The state that a step found, from the one that it left."""
    if step is None:
        return state
    data, grad = state.data.copy(), state.grad.copy()
    for change in reversed(step.changes):
        (data if change.field == "data" else grad)[change.node] = change.before
    return State(state.position - 1, data, grad)
