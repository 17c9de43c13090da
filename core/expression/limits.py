"""How much a text may ask for, and who counts it."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.words import tr

TEXT = 20_000  # characters
OPERATIONS = 1_000_000  # expressions evaluated, items made, gradients handed on: together
VALUES = 100_000
SECONDS = 2.0
LINES = 2_000  # of output
OUTPUT = 200_000  # characters of output
STRING = 10_000  # characters of one string
DEPTH = 60  # functions that call themselves
WHOLE = 2**63  # whole numbers beyond become decimal ones
LABEL = 60  # characters
SHOWN = 2_000  # values in a graph that can still be looked at
NESTING = 60  # brackets in brackets, signs before signs
CHAIN = 500  # operators in a row

_GLANCE = 256  # operations between two looks at the clock


class Complaint(Exception):  # noqa: N818  caught inside: the interpreter adds the place
    """What is wrong, without its place in the text yet."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.message, self.suggestion = message, suggestion


class Budget:
    """Counts a run's operations and values, and looks at the clock now and then. Raises Complaint at a limit."""

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self._spent = self._values = 0
        self._next = _GLANCE
        self._end = time.monotonic() + SECONDS

    def spend(self, operations: int = 1) -> None:
        """So much was done, or is about to be."""
        self._spent += operations
        if self._spent >= self._next:
            self.look()

    def make(self, values: int = 1) -> None:
        """So many Values were made, or are about to be."""
        self._values += values
        if self._values > VALUES:
            raise Complaint(
                tr(
                    "This makes more than {values} values: use fewer, or network mode for a large network.",
                    values=f"{VALUES:,}",
                )
            )
        self.spend(values)

    def look(self) -> None:
        """At the clock, and whether it was cancelled."""
        self._next = self._spent + _GLANCE
        if self._cancelled():
            raise Complaint("cancelled")
        if self._spent > OPERATIONS:
            raise Complaint(
                tr(
                    "This takes more than {operations} operations: is there a loop that never ends?",
                    operations=f"{OPERATIONS:,}",
                )
            )
        if time.monotonic() > self._end:
            raise Complaint(
                tr(
                    "This takes longer than {seconds} seconds: use fewer steps or a smaller network.",
                    seconds=f"{SECONDS:g}",
                )
            )
