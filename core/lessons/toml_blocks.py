"""TOML inside a lesson: read with limits, its keys' places known, its mistakes told in plain words."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import msgspec

from core.expression.nearest import meant, nearest
from core.lessons.misfits import misfit, where_of
from core.lessons.mistakes import LessonError, Mistake, Mistakes, Place, mistake, place_in
from core.lessons.toml_places import Places, value_at
from core.words import mark, tr

LONGEST = 30_000  # characters
_DEEPEST = 6  # parts of a key: tomllib needs the square of their number
_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
_TOO_DEEP = re.compile(rf"(?:{_PART}[ \t]*\.[ \t]*){{{_DEEPEST}}}{_PART}[ \t.]*[=\]]")
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_SENTENCES = (  # for what tomllib says so
    (
        re.compile(r"Illegal character '\\n'"),
        mark("A quotation mark is missing: a text ends on its line, or stands between three marks on either side."),
    ),
    (re.compile('Unterminated string|Expected "\'+"'), mark("A quotation mark is missing: this text never ends.")),
    (re.compile("Unescaped"), mark('In a text between " marks a backslash is written twice.')),
    (re.compile("Invalid value"), mark("This is not TOML: here should be a value. A text stands in quotation marks.")),
    (re.compile("Expected '=' after a key"), mark("This is not TOML: behind a name stand = and its value.")),
    (re.compile("Expected newline or end"), mark("This is not TOML: the line should end here.")),
    (re.compile("Cannot overwrite|Duplicate"), mark("This is not TOML: a name stands here twice.")),
    (re.compile("Cannot declare"), mark("This is not TOML: this table is there already.")),
)


class Block:
    """A piece of TOML and where it stands."""

    def __init__(self, text: str, first: int) -> None:
        """`first`: the line of the file that the text begins in. Raises LessonError."""
        self.first = first
        if len(text) > LONGEST:
            raise mistake(first, 1, tr("This is longer than {most} characters.", most=f"{LONGEST:,}"))
        self.data = _parsed(text, first)
        found = Places(text, self.data, first)
        self.keys, self.places = found.keys, found.values

    def place(self, path: str) -> Place:
        """Of a value, or of what it is in."""
        return place_in(self.places, path) or Place(self.first, 1)

    def key_place(self, path: str) -> Place:
        """Of a key, or of what it is in."""
        return place_in(self.keys, path) or Place(self.first, 1)


def converted[T: msgspec.Struct](block: Block, path: str, data: object, kind: Any, into: type[T]) -> T:
    """A part of a block as what it should be. `kind` is what msgspec converts to: `into`, or a union of them.

    Raises LessonError at the place of what does not fit.
    """
    try:
        found: T = msgspec.convert(data, kind)
    except (msgspec.ValidationError, RecursionError, OverflowError) as error:
        said, where = where_of(str(error))
        full = f"{path}{'.' if path and where and where[0] != '[' else ''}{where}"
        message = misfit(said, full, kind, where, value_at(data, where))
        raise LessonError([Mistake(block.place(full), message)]) from None
    if place := _not_finite(data, path):
        raise LessonError([Mistake(block.place(place), tr("A number here must be finite."))])
    return found


def check_keys(block: Block, data: Mapping[str, Any], path: str, known: tuple[str, ...], mistakes: Mistakes) -> None:
    """Every key that is not known is told, with what was probably meant."""
    for key in data:
        if key not in known:
            place = block.key_place(f"{path}.{key}" if path else key)
            mistakes.add(place, tr("'{name}' is not known here.", name=key[:40]) + meant(nearest(key, known), known))


def _not_finite(data: object, path: str) -> str:
    """The path of the first number that is inf or nan; empty if there is none."""
    stack = [(path, data)]
    while stack:
        here, value = stack.pop()
        if isinstance(value, float) and not math.isfinite(value):
            return here
        if isinstance(value, Mapping):
            stack += [(f"{here}.{key}", each) for key, each in value.items()]
        elif isinstance(value, list):
            stack += [(f"{here}[{i}]", each) for i, each in enumerate(value)]
    return ""


def _parsed(text: str, first: int) -> dict[str, Any]:
    if found := _TOO_DEEP.search(text):
        line = text.count("\n", 0, found.start())
        raise mistake(first + line, 1, tr("A key has at most {most} parts.", most=_DEEPEST))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        found = _AT.search(said)
        end = text.count("\n") + 1, len(text) - text.rfind("\n")
        line, column = (int(found[1]), int(found[2])) if found and found[1] else end
        words = said[: found.start()] if found else said
        raise mistake(first + line - 1, column, _said(words)) from None
    except (ValueError, RecursionError, OverflowError):
        raise mistake(
            first, 1, tr("This is not TOML that can be read: numbers too long, or brackets too deep.")
        ) from None


def _said(words: str) -> str:
    """What tomllib says, for a person."""
    for pattern, sentence in _SENTENCES:
        if pattern.search(words):
            return tr(sentence)
    return tr("This is not TOML: {words}.", words=words[:200])
