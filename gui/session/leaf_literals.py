"""Where the numbers of leaves stand in the text, and numbers that are still to be written there."""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.expression.sheet import Sheet, Span


class LeafLiterals:
    """Of the text of one expression lab."""

    def __init__(self) -> None:
        self._places: dict[str, Span] = {}  # by address …
        self._text = ""  # … in this text
        self._wanted: dict[str, float] = {}

    def want(self, values: Mapping[str, float]) -> None:
        """Other numbers for these leaves, by address."""
        self._wanted.update(values)

    def forget_wanted(self) -> None:
        self._wanted.clear()

    def take(self, sheet: Sheet) -> None:
        """What another text says of its leaves."""
        if sheet.text != self._text:
            leaves = [(sheet.graph.nodes[leaf.node].address, leaf.literal) for leaf in sheet.leaves]
            self._places = {address: place for address, place in leaves if place is not None}
            self._text = sheet.text

    def written(self, text: str) -> str | None:
        """`text` with the wanted numbers; None where there is nothing to write, or not yet.

        In a text just typed the places are known only with its sheet: until then the numbers wait.
        """
        if self._text != text:
            return None
        numbers: dict[Span, float] = {}
        for address, value in self._wanted.items():
            place = self._places.get(address)
            if place is not None and math.isfinite(value):
                numbers[place] = value
        self._wanted.clear()
        if not numbers:
            return None
        from core.expression.literals import rewrite  # with the parser, which a launch into the other lab does without

        self._text, moved = rewrite(text, numbers, self._places.values())
        self._places = {address: moved[place] for address, place in self._places.items()}
        return self._text
