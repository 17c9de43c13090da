"""What is wrong with a lesson: every mistake at its place, as many at once as can be found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.errors import ChainruleError
from core.words import tr

MOST = 50  # mistakes that are told; a file that is no lesson at all has thousands


class Place(NamedTuple):
    """In the lesson's file; both count from 1, columns in characters, as an editor shows them."""

    line: int
    column: int


def place_in(places: Mapping[str, Place], path: str) -> Place | None:
    """Where `task.hints[0].say` stands, or what it is in; None if nothing of it is known."""
    while path and path not in places:
        path = path.rpartition("[" if path.endswith("]") else ".")[0]
    return places.get(path)


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing that is wrong, in a sentence or two for the person who writes the lesson."""

    place: Place
    message: str

    def __str__(self) -> str:
        line, column = self.place
        return tr("line {line}, column {column}: {message}", line=line, column=column, message=self.message)


class LessonError(ChainruleError):
    """A lesson that cannot be used; `mistakes` are in the order of the file, at least one."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        found = sorted(set(mistakes))
        self.mistakes = tuple(found[:MOST])
        more = tr("(and {more} more)", more=f"{len(found) - 1:,}") if len(found) > 1 else ""
        super().__init__(f"{found[0]} {more}".rstrip())


class Mistakes:
    """Collects them."""

    def __init__(self) -> None:
        self._found: list[Mistake] = []

    def add(self, place: Place, message: str) -> None:
        self._found.append(Mistake(place, message))

    def take(self, error: LessonError) -> None:
        """Those of an error that somebody raised."""
        self._found += error.mistakes

    @property
    def found(self) -> tuple[Mistake, ...]:
        return tuple(sorted(set(self._found)))

    def settle(self) -> None:
        """Raise LessonError if there are any."""
        if self._found:
            raise LessonError(self._found)


def mistake(line: int, column: int, message: str) -> LessonError:
    """The error of one mistake."""
    return LessonError([Mistake(Place(line, column), message)])
