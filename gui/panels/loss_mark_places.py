"""Where the texts of the marks on the loss curve go: beside their lines, in rows, never over each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

BOTTOM = -1
"""The row of a divergence: the lowest, where a curve that shot up leaves room."""

ROWS = 3
"""Texts stacked above each other, at most; a line in this row has no text and begins below those of others."""

_LEAST_TEXT = 3  # characters an elided text must keep

WidthOf = Callable[[str], float]


@dataclass(frozen=True)
class Place:
    """Where a text goes: from `left` to `right` in `row`, empty if there is no room; its line is at `x`.

    Rows count from the top. The line begins in the row of its text: like the pole of a flag.
    """

    x: float
    text: str
    left: float
    right: float
    row: int = 0

    def reaches(self, start: float, end: float) -> bool:
        """Whether some of the text is between two places."""
        return bool(self.text) and self.left < end and start < self.right


def place_marks(
    marks: Sequence[tuple[str, float, bool]], left: float, right: float, gap: float, width_of: WidthOf
) -> list[Place]:
    """Lay out the texts so that none overlap and no line crosses one; the newest, at the right, come first.

    `marks` are text, x of the line (rising) and whether it is a divergence; `left` and `right` are the ends of the
    picture, `gap` is the space around texts. Older texts are elided or left out if there is no room.
    """
    places: dict[int, Place] = {}
    end = right  # where the texts left of their lines begin; those before it can be right of theirs
    before, after = [], []
    for index, (text, x, is_divergence) in reversed(list(enumerate(marks))):
        wide = width_of(text)
        place = Place(x, text, x + gap, x + gap + wide)
        turned = Place(x, text, x - gap - wide, x - gap)
        if is_divergence:
            places[index] = replace(place if place.right <= right else turned, row=BOTTOM)
        elif place.right + (gap if end < right else 0.0) <= end:
            after.insert(0, (index, place))
        elif turned.left < left:  # no room for it on either side
            after.insert(0, (index, _cut(place, end - gap, width_of)))
        else:
            end = min(end, turned.left)
            before.append((index, turned))
    _stack_turned(places, before, gap)
    _stack(places, _shortened([place for _, place in after], gap, width_of), [index for index, _ in after], gap)
    return [places[index] for index in range(len(marks))]


def _stack_turned(places: dict[int, Place], turned: Sequence[tuple[int, Place]], gap: float) -> None:
    """Rows for texts left of their lines, the newest first: an older one goes below, or is left out."""
    done: list[Place] = []
    for index, place in turned:
        row = _free_row(done, place.left, place.x + gap)
        places[index] = replace(place, row=row, text=place.text if row < ROWS else "")
        done.append(places[index])


def _stack(places: dict[int, Place], after: Sequence[Place], indices: Sequence[int], gap: float) -> None:
    """Rows for texts right of their lines, from left to right: a newer one goes below the older ones it meets."""
    turned, done = list(places.values()), []
    for place in after:
        row = max(_free_row(done, place.x - gap, place.right), _free_row(turned, place.x, place.x + gap))
        done.append(replace(place, row=row))
    places.update(zip(indices, done, strict=True))


def _shortened(after: Sequence[Place], gap: float, width_of: WidthOf) -> list[Place]:
    """Older texts cut off where they would push newer ones below the last row."""
    done: list[tuple[Place, int]] = []  # from the newest on, with the rows that it and those it reaches take
    for place in reversed(after):
        for newer, rows in reversed(done):
            if rows >= ROWS and place.reaches(newer.x - gap, newer.right):
                place = _cut(place, newer.x - gap, width_of)
        reached = [rows for newer, rows in done if place.reaches(newer.x - gap, newer.right)]
        done.append((place, 1 + max(reached, default=0) if place.text else 0))
    return [place for place, _ in done[::-1]]


def _free_row(done: Sequence[Place], start: float, end: float) -> int:
    """The first row below all texts that are between two places; ROWS if there is none."""
    return max((place.row + 1 for place in done if place.row != BOTTOM and place.reaches(start, end)), default=0)


def _cut(place: Place, end: float, width_of: WidthOf) -> Place:
    """The place with as much of the text as ends before `end`."""
    text = elided(place.text, end - place.left, width_of)
    return replace(place, text=text, right=place.left + width_of(text))


def elided(text: str, room: float, width_of: WidthOf) -> str:
    """The beginning of the text that fits, or nothing."""
    if width_of(text) <= room:
        return text
    for length in range(len(text) - 1, _LEAST_TEXT - 1, -1):
        short = text[:length].rstrip() + "…"
        if width_of(short) <= room:
            return short
    return ""
