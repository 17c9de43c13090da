"""What the lab must not tell while a lesson asks for it: a gradient to be predicted, a bug to be found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from core.expression.sheet import Change, Phase, Sheet
from core.lessons.parts import BugTask, NumberTask, Step
from gui.session.sheets import Sheets


class LessonSecrets(QObject):
    """Keeps them from the lab as a step wants it, until `tell`."""

    secret_changed = Signal(bool)  # whether bugs that are on must not be named

    def __init__(self, sheets: Sheets, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheets = sheets
        self._holds = False
        self._node = ""  # whose gradient is asked for

    @property
    def holds_playhead(self) -> bool:
        """Whether the playhead waits before the backward pass, although the lesson says nothing of it."""
        return self._holds

    def begin(self, step: Step | None) -> None:
        """A step whose task is to be met is about to be shown; None: nothing is asked for."""
        self._holds = False
        self._keep_bugs(secret=step is not None and isinstance(step.task, BugTask))

    def keep(self, step: Step | None, *, may_seek: bool) -> None:
        """Its lab is on screen. `may_seek`: the playhead is where it happens to be, and may be brought back."""
        sheets = self._sheets
        hidden = step is not None and isinstance(step.task, NumberTask) and step.figure is not None
        hidden = hidden and step.figure.kind == "grad"  # type: ignore[union-attr]
        sheets.withhold(withheld=hidden)
        self._node = step.figure.node if hidden else ""  # type: ignore[union-attr]
        if hidden and may_seek and sheets.sheet is not None:
            self._holds = True
            steps = sheets.sheet.steps
            sheets.seek(next((i for i, each in enumerate(steps) if each.phase is Phase.BACKWARD), len(steps)))

    def tell(self) -> None:
        """It is found, or given up."""
        holds, self._holds = self._holds, False
        node, self._node = self._node, ""
        sheet = self._sheets.sheet
        self._sheets.withhold(withheld=False)
        if sheet is not None and node:
            found = len(sheet.steps) if holds else last_change(sheet, node)
            self._sheets.seek(max(self._sheets.position, found))
        self._keep_bugs(secret=False)

    def rest(self) -> None:
        """Nothing is asked for now: free play, or no lesson. The playhead stays."""
        self._holds, self._node = False, ""
        self._sheets.withhold(withheld=False)
        self._keep_bugs(secret=False)

    def _keep_bugs(self, *, secret: bool) -> None:
        self._sheets.keep_secret(secret=secret)
        self.secret_changed.emit(secret)


def last_change(sheet: Sheet, address: str) -> int:
    """The position of the playhead from which on a node's gradient stays what it is; 0 if it never changes."""
    node = sheet.node(address)
    done = (i for i, step in enumerate(sheet.steps, start=1) if _changes(step.changes, node))
    return max(done, default=0)


def _changes(changes: Sequence[Change], node: int | None) -> bool:
    return any(change.node == node and change.field == "grad" for change in changes)
