"""Where the playhead of the network lab stands inside a step, and what is on screen there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from core.expression.sheet import Phase
from core.playhead import Here, Position, StepShape, Stride
from gui.frames import Frame
from gui.session.runs import Runs
from gui.session.selection import Selection

END = 10**9  # beyond any part: the end of it


class StepPlace(QObject):
    """Moves inside of steps and over their borders; between two steps it has no position.

    It asks `runs` for the state at its position. How many operations a step has is known with the first answer: moves
    that come before it are made up for.
    """

    position_changed = Signal(object)  # Position, or None between two steps
    here_changed = Signal(object)  # Here, once it is on screen; None between two steps

    def __init__(self, runs: Runs, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs, self._selection = runs, selection
        self._position: Position | None = None
        self._here: Here | None = None
        self._shape: StepShape | None = None  # of the position's step, once it is known
        self._rows: tuple[int, ...] = ()  # of its batch
        self._step: int | None = None  # the position's, once it is known …
        self._left: int | None = None  # … and the one that was left for it, until it is there
        self._owed: list[tuple[Stride, int]] = []  # moves that wait for the shape …
        self._wanted: Phase | Position | None = None  # … as does this one
        self._waiting = False
        self._sample_before: int | None = None  # selected when the step was entered; None: a person chose another since
        self._choosing = False  # the selection follows the position
        runs.frame_ready.connect(self._on_frame_ready)
        selection.sample_changed.connect(self._on_sample_changed)

    @property
    def position(self) -> Position | None:
        """None between two steps."""
        return self._position

    @property
    def here(self) -> Here | None:
        """What happens there, as on screen."""
        return self._here

    @property
    def is_waiting(self) -> bool:
        """Whether the position is not on screen yet."""
        return self._waiting

    @property
    def is_known(self) -> bool:
        """Whether the next move can be made at once."""
        return self._position is None or self._shape is not None

    def move(self, stride: Stride, by: int) -> None:
        """One stride on (1) or back (−1); over the border into the next step, or the one before."""
        if self._position is None:
            self._enter(stride, by)
        elif self._shape is None:
            self._owed.append((stride, by))
        else:
            shape = self._shape
            found = shape.later(self._position, stride) if by > 0 else shape.earlier(self._position, stride)
            if found is not None:
                self._show(found)
            else:
                self._cross(stride, by)

    def go_to_phase(self, phase: Phase) -> None:
        """Where a phase of the present step begins; from between two steps, of the one that comes."""
        if self._shape is not None:
            self._show(self._shape.beginning_of(phase))
        elif self._position is None:
            self._wanted = phase
            self._enter("operation", 1)

    def come_back(self, position: Position) -> None:
        """From between two steps to where the playhead stood in the one that comes."""
        if self._position is None:
            self._wanted = position
            self._enter("operation", 1)

    def leave(self, *, to_sample: bool = True) -> None:
        """Out of the step: its beginning as a whole, with all that follows from its weights.

        `to_sample`: back to the sample that was selected before, unless a person chose another one meanwhile.
        """
        if self._position is None:
            return
        sample, self._sample_before = self._sample_before, None
        self._position = self._here = self._shape = self._step = self._left = None
        self._rows, self._waiting, self._wanted = (), False, None
        self._owed.clear()
        self._runs.set_position(None)
        if to_sample and sample is not None:
            self._selection.select_sample(sample)
        self.position_changed.emit(None)
        self.here_changed.emit(None)

    def _enter(self, stride: Stride, by: int) -> None:
        frame = self._runs.frame
        if frame is None or (by < 0 and frame.step == 0):
            return
        self._sample_before = self._selection.sample
        if by > 0:
            self._show(_first(stride))
        else:
            self._step = frame.step
            self._cross(stride, by)

    def _cross(self, stride: Stride, by: int) -> None:
        """Into another step."""
        if by < 0 and not self._step:
            return
        if by > 0 and self._shape is not None and not self._shape.updated:
            self._runs.step()  # it cannot be taken; the run says why
            return
        self._left, self._step = self._step, None if self._step is None else self._step + by
        self._shape, self._rows = None, ()
        self._position, self._waiting = _first(stride) if by > 0 else self._last(stride), True
        self._runs.move_into(by, self._position)
        self.position_changed.emit(self._position)

    def _last(self, stride: Stride) -> Position:
        """Before the last move in a step."""
        started = self._runs.started
        parameters = len(started.parameter_names) if started is not None else 0
        if stride == "operation" and parameters > 1:
            return Position(Phase.UPDATE, 0, parameters - 1)
        return Position(Phase.BACKWARD, 0, END)

    def _show(self, position: Position) -> None:
        if position == self._position and self._left is None:
            return
        self._position, self._waiting = position, True
        if self._rows:
            self._choose(row_of(position, self._rows))
        self._runs.set_position(position)
        self.position_changed.emit(position)

    def _choose(self, sample: int) -> None:
        """The sample that the position is about."""
        self._choosing = True
        self._selection.select_sample(sample)
        self._choosing = False

    @Slot(int)
    def _on_sample_changed(self, sample: int) -> None:
        if not self._choosing:
            self._sample_before = None

    @Slot(object)
    def _on_frame_ready(self, frame: Frame) -> None:
        if self._position is None or (frame.step == self._left and not frame.stopped):
            return
        if (self._step is not None and frame.step != self._step) or (frame.broken and frame.broken.error):
            self.leave()
        elif frame.here is not None:
            self._take(frame.step, frame.here)

    def _take(self, step: int, here: Here) -> None:
        """The state at a position is on screen."""
        assert self._position is not None
        position = here.shape.clamped(self._position)
        if here.position != position:
            return  # of a position before
        self._step, self._left, self._shape, self._rows = step, None, here.shape, here.rows
        self._position, self._here, self._waiting = position, here, False
        self._choose(here.row)
        wanted, self._wanted = self._wanted, None
        if isinstance(wanted, Phase):
            wanted = here.shape.beginning_of(wanted)
        if wanted is not None and here.shape.clamped(wanted) != position:
            self._show(here.shape.clamped(wanted))  # what is on screen now was on the way only
            return
        self.here_changed.emit(here)
        owed, self._owed = self._owed, []
        for stride, by in owed:
            self.move(stride, by)


def _first(stride: Stride) -> Position:
    """After the first move in a step."""
    return Position(Phase.FORWARD, 0, 1 if stride == "operation" else END)


def row_of(position: Position, rows: tuple[int, ...]) -> int:
    """Which row of the data a position is about, of those of its batch."""
    if position.phase is Phase.UPDATE:
        return rows[0]
    return rows[-1] if position.phase is Phase.ZERO else rows[min(position.sample, len(rows) - 1)]
