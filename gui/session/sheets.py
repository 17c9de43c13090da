"""The expression lab's state: the sheet that the text gives, and the playhead in it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.bugs import NO_BUGS, Bug
from core.errors import ExpressionError
from core.expression.sheet import Array, Sheet, state_at
from core.words import tr
from gui.session.documents import Documents
from gui.session.leaf_literals import LeafLiterals
from gui.session.selection import Selection
from gui.session.sheet_thread import SheetThread
from gui.sheet_frames import SheetFrame, SheetResult

FIRST_SPEED = 2.0  # operations a second
SLOW_MS = 300  # a text that runs longer is said to be running
TICK_MS = 16  # above 60 operations a second a tick does several


class Sheets(QObject):
    """Follows the document's text; panels call play, step, seek, set_leaf … and redraw on the signals."""

    sheet_changed = Signal(object)  # Sheet: of another text, or of the same with other numbers
    error_changed = Signal(object)  # ExpressionError or None; with an error the last good sheet stays
    frame_ready = Signal(object)  # SheetFrame
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    bugs_changed = Signal(object)  # frozenset[Bug]
    withheld_changed = Signal(bool)
    set_by_hand = Signal(str)  # a person gave this leaf another number
    slow_changed = Signal(bool)  # whether a text has been running for longer than one notices

    def __init__(self, documents: Documents, parent: QObject | None = None, *, asleep: bool = False) -> None:
        """`asleep`: nothing is interpreted before `wake`."""
        super().__init__(parent)
        self._documents = documents
        self.selection = Selection(self)
        self._sheet: Sheet | None = None
        self._true: Sheet | None = None
        self._error: ExpressionError | None = None
        self._frame: SheetFrame | None = None
        self._bugs: frozenset[Bug] = frozenset()
        self._asleep = asleep
        self._withheld = self._telling = self._secret = False
        self._position = 0
        self._job = 0
        self._shown = 0  # the newest job whose result is on screen
        self._literals, self._wanted_name = LeafLiterals(), ""
        self._speed, self._credit = FIRST_SPEED, 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._on_slow)
        self._thread = SheetThread(self)
        self._thread.made.connect(self._on_made)
        documents.text_changed.connect(self._on_text_changed)
        documents.opened.connect(self._on_opened)
        self.selection.address_changed.connect(self._on_address_changed)
        if not asleep:
            self._begin()

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        return self._documents.text

    @property
    def sheet(self) -> Sheet | None:
        """The last good one."""
        return self._sheet

    @property
    def error(self) -> ExpressionError | None:
        """What is wrong with the present text."""
        return self._error

    @property
    def frame(self) -> SheetFrame | None:
        return self._frame

    @property
    def position(self) -> int:
        """Steps done, from 0 to the number of the sheet's steps."""
        return self._position

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    @property
    def speed(self) -> float:
        """Steps a second; math.inf goes to the end at once."""
        return self._speed

    @property
    def bugs(self) -> frozenset[Bug]:
        return self._bugs

    @property
    def withheld(self) -> bool:
        """Whether explanations are kept back."""
        return self._withheld

    @property
    def busy(self) -> bool:
        """Whether the present text is still being interpreted."""
        return self._shown != self._job

    # -- verbs of the playhead ------------------------------------------------------------------------------------

    def play(self) -> None:
        """Go on step by step; from the end, from the beginning."""
        if self._sheet is None or not self._sheet.steps or self.playing:
            return
        if self._position >= len(self._sheet.steps):
            self._move_to(0)
        self._credit = 0.0
        self._start_timer()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        self.pause() if self.playing else self.play()

    def step(self) -> None:
        """Pause, and do one operation."""
        self.seek(self._position + 1)

    def step_back(self) -> None:
        """Pause, and undo the last operation exactly."""
        self.seek(self._position - 1)

    def reset(self) -> None:
        """Back to the beginning: leaves only."""
        self.seek(0)

    def seek(self, position: int) -> None:
        """Pause, and show the state after so many steps."""
        self.pause()
        self._move_to(position)

    def set_speed(self, steps_per_second: float) -> None:
        """Raises ValueError unless the speed is above 0."""
        if not steps_per_second > 0 or math.isnan(steps_per_second):
            raise ValueError(f"speed must be above 0, not {steps_per_second}")
        if steps_per_second != self._speed:
            self._speed = steps_per_second
            if self.playing:
                self._start_timer()
            self.speed_changed.emit(steps_per_second)

    # -- verbs that change the text -------------------------------------------------------------------------------

    def set_text(self, text: str, name: str = "") -> None:
        """Another text; `name` stands in the undo menu, and quick changes of one name are one step of undo."""
        self._documents.set_text(text, name or tr("typing"))

    def set_leaf(self, address: str, value: float) -> None:
        """Another number for a leaf: its literal in the text is rewritten. Leaves without a literal stay."""
        self.set_leaves({address: value}, address)

    def set_leaves(self, values: Mapping[str, float], name: str) -> None:
        """Other numbers for several leaves, as one change of the text; changes of one Gesture are one step of undo."""
        self._literals.want(values)
        self._wanted_name = name
        self._write_leaves()
        for address in values:
            self.set_by_hand.emit(address)

    def set_bugs(self, bugs: frozenset[Bug]) -> None:
        """Break backpropagation in these ways, or in none."""
        if bugs != self._bugs:
            self._bugs = bugs
            self.bugs_changed.emit(bugs)
            self._ask()

    def keep_secret(self, *, secret: bool) -> None:
        """Show nothing of what bugs do but the numbers, while the learner is to find which one is on."""
        if secret != self._secret:
            self._secret = secret
            self._show()

    def withhold(self, *, withheld: bool) -> None:
        """Explain nothing, while the learner is to find the gradients."""
        if withheld != self._withheld:
            self._withheld = withheld
            self.withheld_changed.emit(withheld)
            self._show()

    def wake(self) -> None:
        """The lab is looked at for the first time: interpret the text, and follow it from now on."""
        if self._asleep:
            self._asleep = False
            self._begin()

    def close(self) -> None:
        """Stop the thread. Nothing is emitted afterwards."""
        self._thread.made.disconnect(self._on_made)
        self._timer.stop()
        self._slow.stop()
        self._thread.close()

    # -- inside ---------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._thread.start()
        self._ask()

    def _ask(self) -> None:
        if self._asleep:
            return
        self._job += 1
        if not self._slow.isActive():
            self._slow.start()
        self._thread.ask(self._job, self._documents.text, self._bugs)

    def _write_leaves(self) -> None:
        text = self._literals.written(self._documents.text)
        if text is not None:
            self._documents.set_text(text, self._wanted_name)

    def _move_to(self, position: int) -> None:
        last = len(self._sheet.steps) if self._sheet is not None else 0
        position = max(0, min(position, last))
        if position != self._position:
            self._position = position
            self._show()

    def _show(self) -> None:
        """Tell the state at the playhead; not before everybody knows of the sheet it belongs to."""
        sheet = self._sheet
        if sheet is None or self._telling:
            return
        from core.expression.explain import explain_at  # a launch into the other lab does without

        state, address = state_at(sheet, self._position), self.selection.address
        at_end = self._position >= len(sheet.steps)
        self._frame = SheetFrame(
            sheet=sheet,
            state=state,
            done=sheet.steps[self._position - 1] if self._position else None,
            coming=None if at_end else sheet.steps[self._position],
            explanation=explain_at(sheet, state, address) if address and not self._withheld else None,
            bugs=NO_BUGS if self._secret else self._bugs,
            true_grad=self._true_grad() if at_end and not self._secret else None,
            secret=self._secret,
        )
        self.frame_ready.emit(self._frame)

    def _true_grad(self) -> Array | None:
        sheet, true = self._sheet, self._true
        if sheet is None or true is None or true.graph.key != sheet.graph.key:
            return None
        return state_at(true, len(true.steps)).grad

    def _start_timer(self) -> None:
        interval = TICK_MS if self._speed > 1000 / TICK_MS else round(1000 / self._speed)
        self._timer.start(interval)

    @Slot()
    def _on_tick(self) -> None:
        assert self._sheet is not None
        steps = 1
        if math.isinf(self._speed):
            steps = len(self._sheet.steps)
        elif self._timer.interval() == TICK_MS:
            self._credit += self._speed * TICK_MS / 1000
            steps = int(self._credit)
            self._credit -= steps
        self._move_to(self._position + steps)
        if self._position >= len(self._sheet.steps):
            self.pause()

    @Slot(object)
    def _on_made(self, result: SheetResult) -> None:
        if result.job != self._job:
            return
        self._shown = result.job
        self._slow.stop()
        self.slow_changed.emit(False)
        if result.error is not None or self._error is not None:
            self._error = result.error
            self.error_changed.emit(result.error)
        if result.sheet is not None:
            self._take(result.sheet, result.true)
        else:
            self._literals.forget_wanted()

    def _take(self, sheet: Sheet, true: Sheet | None) -> None:
        """The playhead stays where it is, or at the end if it was there."""
        old = self._sheet
        was_at_end = old is None or self._position >= len(old.steps)
        self._sheet, self._true = sheet, true
        self._literals.take(sheet)
        last = len(sheet.steps)
        self._position = last if was_at_end else min(self._position, last)
        if was_at_end:
            self.pause()
        self._telling = True  # no frame of this sheet before all know of it
        if self.selection.address and sheet.node(self.selection.address) is None:
            self.selection.clear()
        self.sheet_changed.emit(sheet)
        self._telling = False
        self._show()
        self._write_leaves()

    @Slot()
    def _on_slow(self) -> None:
        self.slow_changed.emit(True)

    @Slot(str)
    def _on_text_changed(self, _text: str) -> None:
        self._ask()

    @Slot()
    def _on_opened(self) -> None:
        self.pause()
        self.selection.clear()
        self._sheet = self._true = self._frame = None
        self._literals.forget_wanted()
        self._ask()

    @Slot(str)
    def _on_address_changed(self, _address: str) -> None:
        self._show()
