"""What can be asked of training as it goes: play, step, look back, how fast, and what is to be seen of it."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Signal

from core.playhead import Position
from gui.frames import Want
from gui.session.selection import Selection
from gui.session.sight import Sight
from gui.session.training_thread import TrainingThread

FIRST_SPEED = 4.0  # steps a second


class Player(QObject):
    """The verbs of the transport bar and of the timeline; which run they move is the subclass's."""

    playing_changed = Signal(bool)
    speed_changed = Signal(float)

    def __init__(self, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playing, self._speed = False, FIRST_SPEED
        self._ask = TrainingThread(self)
        self._sight = Sight(selection, self)
        self._sight.changed.connect(self._ask.look)

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def speed(self) -> float:
        """Steps a second; math.inf for as fast as possible."""
        return self._speed

    def leave_past(self, *, changing: bool = False) -> None:
        """Go on from the step that is looked at; `changing`: not as the run did."""
        raise NotImplementedError

    def play(self) -> None:
        """Train on. From an earlier step that is looked at a run of its own sets out; the run so far stays, pale."""
        self.leave_past()
        self._ask.play.emit(True)

    def pause(self) -> None:
        self._ask.play.emit(False)

    def toggle(self) -> None:
        if self._playing:
            self.pause()
        else:
            self.play()

    def step(self) -> None:
        """Pause, and take one step."""
        self.move(1)

    def step_back(self) -> None:
        """Pause, and return to the step before, exactly as it was."""
        self.move(-1)

    def move(self, steps: int) -> None:
        """Pause, and go so many steps forward or back, exactly; at the end of the run new steps are taken."""
        self.pause()
        self._ask.move.emit(steps)

    def move_into(self, steps: int, position: Position) -> None:
        """Pause, and go so many steps forward or back, to a position inside of the step that follows there."""
        self.pause()
        self._ask.move_into.emit(steps, self._sight.at(position))

    def look_at(self, step: int) -> None:
        """Pause, and show the run as it was at the beginning of a step; nothing that came after it is forgotten."""
        self.pause()
        self._ask.look_at.emit(max(step, 0))

    def set_speed(self, steps_per_second: float) -> None:
        """Raises ValueError unless the speed is above 0; math.inf is as fast as possible."""
        if not steps_per_second > 0 or math.isnan(steps_per_second):
            raise ValueError(f"speed must be above 0, not {steps_per_second}")
        if steps_per_second != self._speed:
            self._speed = steps_per_second
            self._ask.set_speed.emit(steps_per_second)
            self.speed_changed.emit(steps_per_second)

    def want(self, owner: QObject, wants: frozenset[Want]) -> None:
        """What frames have to bring for `owner` from now on; an empty set ends it."""
        self._sight.want(owner, wants)

    def set_axes(self, first: int, second: int) -> None:
        """Draw maps over these two inputs (counted from 0), of more than two."""
        self._sight.set_axes((first, second))

    def clear_axes(self) -> None:
        """Draw no maps of more than two inputs."""
        self._sight.set_axes(None)

    def set_position(self, position: Position | None) -> None:
        """Show the state inside of the step that comes next; None: between two steps."""
        self._sight.set_position(position)
