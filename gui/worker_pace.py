"""When the training worker takes its next steps, and when it sends its next frame."""

from __future__ import annotations

import math
from time import perf_counter

FRAME_SECONDS = 1 / 60
BUSY_FRAME_SECONDS = 1 / 30  # at speeds that nobody follows step by step: training and the window share one interpreter
BUSY_SPEED = 120.0  # steps a second
SMALLEST_SHARE = 2.0  # a frame that costs much is shown less often: this many times its cost goes to training
MAP_SECONDS = 1 / 20  # between two maps while training runs
STEPS_AT_ONCE = 1_000_000


class Pace:
    """Times are those of `perf_counter()`, in seconds."""

    def __init__(self) -> None:
        self._speed = 4.0  # steps a second; infinite for as fast as it goes
        self._next_step = 0.0
        self._last_frame = self._last_maps = 0.0
        self._frame_cost = 0.0

    def begin(self) -> None:
        """Playing begins: a step is due at once."""
        self._next_step = perf_counter()

    def set_speed(self, steps_per_second: float) -> None:
        """The step that comes next never waits longer than the new speed says."""
        self._speed = steps_per_second
        self._next_step = min(self._next_step, perf_counter() + 1 / steps_per_second)

    def due(self, now: float) -> int:
        """How many steps should have been taken by now and are not."""
        if now < self._next_step:
            return 0
        return STEPS_AT_ONCE if math.isinf(self._speed) else int((now - self._next_step) * self._speed) + 1

    def took(self, steps: int) -> None:
        """So many were taken. A machine too slow for the wished speed does not try to catch up."""
        self._next_step = max(self._next_step + steps / self._speed, perf_counter() - FRAME_SECONDS)

    @property
    def pause(self) -> int:
        """Until the next step is due, in milliseconds."""
        return max(0, math.ceil((self._next_step - perf_counter()) * 1000))

    def is_frame_due(self, *, playing: bool) -> bool:
        shortest = BUSY_FRAME_SECONDS if playing and self._speed > BUSY_SPEED else FRAME_SECONDS
        return perf_counter() - self._last_frame >= max(shortest, SMALLEST_SHARE * self._frame_cost)

    def are_maps_due(self, now: float) -> bool:
        """While training runs; a frame that is looked at in peace always has them."""
        return now - self._last_maps >= MAP_SECONDS

    def forget_maps(self) -> None:
        """The next frame has maps."""
        self._last_maps = 0.0

    def sent(self, started: float, *, maps: bool) -> None:
        """A frame was built, begun then, and is handed over now."""
        if maps:
            self._last_maps = started
        self._last_frame = perf_counter()
        self._frame_cost = self._last_frame - started
