"""The nodes that were inspected one after the other, to go back and forward among them."""

from __future__ import annotations

import re

LONGEST = 100
_SAMPLE = re.compile(r"^sample\d+/")


class Trail:
    """A browser's history, of addresses. A twin in another sample takes the place of its node."""

    def __init__(self) -> None:
        self._places: list[str] = []
        self._here = -1
        self._away = True  # nothing is selected: back leads to the place left

    def visit(self, address: str) -> None:
        """The selection went to this address; empty if it was cleared."""
        self._away = not address
        if not address or (self._here >= 0 and self._places[self._here] == address):
            return
        if self._here >= 0 and _twins(self._places[self._here], address):
            self._places[self._here] = address
            return
        self._places = [*self._places[: self._here + 1], address][-LONGEST:]
        self._here = len(self._places) - 1

    @property
    def before(self) -> str:
        """Where back leads; empty for nowhere."""
        place = self._here if self._away else self._here - 1
        return self._places[place] if place >= 0 else ""

    @property
    def after(self) -> str:
        """Where forward leads; empty for nowhere."""
        return self._places[self._here + 1] if self._here + 1 < len(self._places) else ""

    def go_back(self) -> str:
        """Step back; the address now, or empty if there was nowhere to go."""
        target = self.before
        if target and not self._away:
            self._here -= 1
        return target

    def go_forward(self) -> str:
        """Step forward; the address now, or empty if there was nowhere to go."""
        target = self.after
        if target:
            self._here += 1
        return target


def _twins(one: str, other: str) -> bool:
    """Whether two addresses are the same node of different samples."""
    return bool(_SAMPLE.match(one) and _SAMPLE.match(other)) and _SAMPLE.sub("", one) == _SAMPLE.sub("", other)
