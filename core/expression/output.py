"""What a text prints, within limits."""

from __future__ import annotations

from core.expression.attributes import printable
from core.expression.limits import LINES, OUTPUT, Budget
from core.expression.sheet import Printed
from core.words import tr


class Output:
    """Lines, each with the line of the text that printed it."""

    def __init__(self, budget: Budget) -> None:
        self.lines: list[Printed] = []
        self._budget = budget
        self._begun = ""  # printed, but not ended yet
        self._characters = 0
        self._full = False

    def write(self, line: int, text: str, end: str = "\n") -> None:
        """Print. What is beyond the limits is not kept; a last line says so."""
        self._budget.spend(1 + len(text) // 16)
        *lines, self._begun = (self._begun + text + end).split("\n")
        if len(self._begun) > OUTPUT:
            lines, self._begun = [*lines, self._begun], ""
        for each in lines:
            self._end_line(line, each)

    def end(self, line: int) -> None:
        """A last line without its end is a line, too."""
        if self._begun:
            self._end_line(line, self._begun)
            self._begun = ""

    def _end_line(self, line: int, text: str) -> None:
        self._characters += len(text)
        if len(self.lines) < LINES and self._characters <= OUTPUT:
            self.lines.append(Printed(line, printable(text)))
        elif not self._full:
            self._full = True
            self.lines.append(
                Printed(
                    line, tr("… the first {count} lines are kept, not what came after.", count=f"{len(self.lines):,}")
                )
            )
