"""One step along the gradient: every number of the text a little up its gradient, or down, and what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.errors import ExpressionError
from core.expression.knobs import result_of, stepped, why_no_step, with_backward
from core.expression.sheet import Sheet
from core.words import mark, tr
from gui.numbers import format_exact, format_number
from gui.panels.inspector_text import TextLine
from gui.session.documents import Gesture
from gui.session.sheets import Sheets
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.fields import NumberRow
from gui.widgets.text import TextLabel

FIRST_SIZE = 0.01  # the lecture's
SMALLEST, LARGEST = 0.0, 1000.0
UP, DOWN = 1, -1
PATIENCE_MS = 600  # an error shorter than this is somebody typing
BAD_TEXT = mark("The text has an error.")
SECRET = mark("Hidden while a gradient is to be found.")  # a step would tell every gradient
TOOLTIPS = {
    UP: mark("Every number above moves by + step size · its gradient: the result grows"),
    DOWN: mark("Every number above moves by − step size · its gradient: the result falls, as in training"),
}


@dataclass(frozen=True)
class _Taken:
    """A step that is on its way, or done."""

    size: float
    name: str  # of the result
    before: float
    text: str  # that the step was taken from


class GradientStep(QWidget):
    """Two buttons, the step size, and the result before and after."""

    def __init__(self, sheets: Sheets, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gradientStep")
        self._sheets, self._theme = sheets, theme
        self._directions: list[int] = []  # steps asked for that wait for the sheet of the present text
        self._taken: _Taken | None = None
        self._done = False  # the result of `_taken` is shown …
        self._taken_to = ""  # … for this text
        self._up, self._down = _StepButton(tr("one step up")), _StepButton(tr("one step down"))
        self._size = NumberRow(
            tr("step size"), theme, minimum=SMALLEST, maximum=LARGEST, name="stepSize", tooltip=tr(_SIZE_TOOLTIP)
        )
        self._size.set_value(FIRST_SIZE)
        self._result = TextLine(theme, colour="mute", size=11, mono=True, chars=8, caption=tr("gradient step"))
        self._why = TextLabel("", "small")
        self._add = LinkButton("", theme)
        self._place = QWidget()  # keeps the height of a line: the buttons stay under the mouse when there is a result
        self._settling = QTimer(self, singleShot=True, interval=0)
        self._waiting = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        self._show_possible()

    @property
    def under_way(self) -> bool:
        """Whether numbers that come in are those of a step."""
        return self._taken is not None and not self._done

    def _lay_out(self) -> None:
        self._up.setObjectName("stepUp")
        self._down.setObjectName("stepDown")
        self._result.setObjectName("stepResult")
        self._why.setObjectName("stepWhyNot")
        self._why.setWordWrap(True)
        self._add.setObjectName("addBackward")
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self._up, 1)
        self._buttons.addWidget(self._down, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._buttons)
        self._reason = QHBoxLayout()
        self._reason.addWidget(self._why, 1)
        self._reason.addWidget(self._add)
        self._column.addWidget(self._size)
        self._column.addWidget(self._place)
        below = QVBoxLayout(self._place)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self._result)
        below.addLayout(self._reason)
        self._result.hide()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self._up.clicked.connect(self._on_up)
        self._down.clicked.connect(self._on_down)
        self._add.clicked.connect(self._on_add_backward)
        self._sheets.sheet_changed.connect(self._on_sheet_changed)
        self._sheets.error_changed.connect(self._on_error_changed)
        self._sheets.withheld_changed.connect(self._on_withheld_changed)
        self._settling.timeout.connect(self._on_settled)
        self._waiting.timeout.connect(self._show_possible)
        self._theme.changed.connect(self._on_theme_changed)

    # -- steps ----------------------------------------------------------------------------------------------------

    def _on_up(self) -> None:
        self._ask(UP)

    def _on_down(self) -> None:
        self._ask(DOWN)

    def _ask(self, direction: int) -> None:
        self._directions.append(direction)
        self._settling.start()

    def _on_settled(self) -> None:
        """The sheet is that of the text: the step before is done, the next one can be taken."""
        sheet = self._sheets.sheet
        if self._sheets.busy or sheet is None:
            return
        if self._sheets.error is not None or sheet.text != self._sheets.text:
            self._directions.clear()
            return
        if self.under_way and self._taken is not None and sheet.text != self._taken.text:
            self._show_result(sheet, self._taken)
        self._show_possible()
        if self._directions and not self.under_way:
            self._take(sheet, self._directions.pop(0))

    def _take(self, sheet: Sheet, direction: int) -> None:
        result = result_of(sheet)
        if result is None or self._why_not():
            self._directions.clear()
            return
        size = self._size.value()
        self._taken, self._done = _Taken(size, *result, sheet.text), False
        name = Gesture(tr("gradient step up") if direction > 0 else tr("gradient step down"))
        self._sheets.set_leaves(stepped(sheet, direction * size), name)
        if not self._sheets.busy:  # a step too small to change a number
            self._show_result(sheet, self._taken)

    def _show_result(self, sheet: Sheet, taken: _Taken) -> None:
        self._done = True
        self._taken_to = sheet.text
        result = result_of(sheet)
        after = result[1] if result is not None else math.nan
        numbers = f"{taken.name} {format_number(taken.before)} → {format_number(after)}"
        self._result.set_text(tr("step size {size}: {numbers}", size=f"{taken.size:g}", numbers=numbers))
        self._result.setToolTip(f"{taken.name} {format_exact(taken.before)} → {format_exact(after)}")
        self._result.setVisible(not self._sheets.withheld)

    def _forget(self) -> None:
        self._taken, self._done = None, False
        self._result.hide()

    # -- what can be done -----------------------------------------------------------------------------------------

    def _show_possible(self) -> None:
        sheet = self._sheets.sheet
        why = self._why_not()
        for button, direction in ((self._up, UP), (self._down, DOWN)):
            button.setEnabled(sheet is not None and not why)
            button.setToolTip(why or tr(TOOLTIPS[direction]))
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._offer_backward(sheet if why and self._sheets.error is None else None)

    def _why_not(self) -> str:
        """Why no step can be taken now."""
        sheet = self._sheets.sheet
        if sheet is None:
            return ""
        if self._sheets.error is not None:
            return tr(BAD_TEXT)
        return tr(SECRET) if self._sheets.withheld and sheet.has_backward else why_no_step(sheet)

    def _offer_backward(self, sheet: Sheet | None) -> None:
        offered = with_backward(sheet) if sheet is not None and not sheet.has_backward and sheet.root >= 0 else None
        self._add.setVisible(offered is not None)
        if offered is not None:
            self._add.setText(tr("add {line}", line=offered[0]))
            self._add.setAccessibleName(tr("add {line}", line=offered[0]))
            self._add.setToolTip(tr("Write {code} at the end of the text", code=offered[0]))

    def _on_add_backward(self) -> None:
        sheet = self._sheets.sheet
        offered = with_backward(sheet) if sheet is not None and sheet.text == self._sheets.text else None
        if offered is not None:
            self._sheets.set_text(offered[1], tr("add {line}", line=offered[0]))

    def _on_sheet_changed(self, sheet: Sheet) -> None:
        if self._done and sheet.text != self._taken_to:
            self._forget()
        self._settling.start()

    def _on_error_changed(self, error: ExpressionError | None) -> None:
        self._forget()
        if error is None:
            self._waiting.stop()
            self._show_possible()
        elif not self._waiting.isActive():
            self._waiting.start()

    def _on_withheld_changed(self, withheld: bool) -> None:
        self._directions.clear()
        self._result.setVisible(self._done and not withheld)
        self._show_possible()

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._place.setMinimumHeight(max(self._result.sizeHint().height(), self._add.sizeHint().height()))
        self._buttons.setSpacing(px(8))
        self._column.setSpacing(px(4))


_SIZE_TOOLTIP = mark(
    "How far a step goes: each number moves by the step size times its gradient. Type a number, press Enter"
)


class _StepButton(QPushButton):
    """A plain button that Enter presses too; it may be narrower than its text wants."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            event.accept()
        else:
            super().keyPressEvent(event)
