"""TOML inside a lesson: read with limits, its keys' places known, its mistakes told in plain words."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import msgspec

from core.expression.nearest import nearest
from core.lessons.mistakes import LessonError, Mistakes, Place, mistake

LONGEST = 30_000  # characters
_DEEPEST = 6  # parts of a key: tomllib needs the square of their number
_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
_TOO_DEEP = re.compile(rf"(?:{_PART}[ \t]*\.[ \t]*){{{_DEEPEST}}}{_PART}[ \t.]*[=\]]")
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_KEY = re.compile(r"\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=")
_TABLE = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_TABLES = re.compile(r"\s*\[\[\s*([\w.-]+)\s*\]\]")
_TYPES = {
    "int": "a whole number", "float": "a number", "str": "a text in quotes", "bool": "true or false",
    "array": "a list in [ ]", "object": "a table", "null": "nothing",
}  # fmt: skip


class Block:
    """A piece of TOML and where it stands."""

    def __init__(self, text: str, first: int) -> None:
        """`first`: the line of the file that the text begins in. Raises LessonError."""
        self.first = first
        if len(text) > LONGEST:
            raise mistake(first, 1, f"This is longer than {LONGEST:,} characters.")
        self.data = _parsed(text, first)
        self.places = _places(text, first)

    def place(self, path: str) -> Place:
        """Of a key, or of what it is in."""
        while path and path not in self.places:
            path = path.rpartition("[" if path.endswith("]") else ".")[0]
        return self.places.get(path, Place(self.first, 1))


def converted[T: msgspec.Struct](block: Block, path: str, data: object, kind: Any, into: type[T]) -> T:
    """A part of a block as what it should be. `kind` is what msgspec converts to: `into`, or a union of them.

    Raises LessonError at the place of what does not fit.
    """
    try:
        found: T = msgspec.convert(data, kind)
    except (msgspec.ValidationError, RecursionError, OverflowError) as error:
        said, _, where = str(error).partition(" - at `$")
        where = where.rstrip("`").lstrip(".")
        full = f"{path}{'.' if path and where and where[0] != '[' else ''}{where}"
        raise LessonError([_at(block, full, _in_words(said, full, data, where))]) from None
    if place := _not_finite(data, path):
        raise LessonError([_at(block, place, "A number here must be finite.")])
    return found


def check_keys(block: Block, data: Mapping[str, Any], path: str, known: tuple[str, ...], mistakes: Mistakes) -> None:
    """Every key that is not known is told, with what was probably meant."""
    for key in data:
        if key not in known:
            place = block.place(f"{path}.{key}" if path else key)
            mistakes.add(place, f"'{key[:40]}' is not known here.{_meant(key, known)}")


def _meant(word: str, known: tuple[str, ...]) -> str:
    near = nearest(word, known)
    return f" Did you mean '{near}'?" if near else f" There are: {', '.join(known)}."


def _at(block: Block, path: str, message: str) -> Any:
    from core.lessons.mistakes import Mistake

    return Mistake(block.place(path), message)


def _in_words(said: str, path: str, data: object, where: str) -> str:
    """What msgspec says, for a person."""
    name = path.rpartition(".")[2]
    if found := re.fullmatch(r"Object missing required field `(.+)`", said):
        return f"'{found[1]}' is missing{f' in {path}' if path else ''}."
    if found := re.fullmatch(r"Object contains unknown field `(.+)`", said):
        return f"'{found[1][:40]}' is not known{f' in {path}' if path else ' here'}."
    if found := re.fullmatch(r"Expected `(.+)`, got `(.+)`", said):
        wanted = " or ".join(_TYPES.get(kind, kind) for kind in found[1].split(" | ") if kind != "null")
        return f"'{name}' should be {wanted}, not {_TYPES.get(found[2], found[2])}."
    if found := re.fullmatch(r"Expected `(\w+)` (of length )?([<>]=?) (\S+)", said):
        size = "be" if not found[2] else "have a length"
        word = {">=": "of at least", "<=": "of at most", ">": "above", "<": "below"}[found[3]]
        return f"'{name}' should {size} {word if found[2] else word.removeprefix('of ')} {found[4]}."
    if "matching regex" in said:
        return f"'{name}' has signs that cannot be in it, or too many."
    if found := re.fullmatch(r"Invalid (?:enum )?value '?(.*?)'?", said):
        return f"'{name}' cannot be '{found[1][:40]}'."
    return f"'{name or 'this'}' is not as it should be: {said}."


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
        raise mistake(first + line, 1, f"A key has at most {_DEEPEST} parts.")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        found = _AT.search(said)
        end = text.count("\n") + 1, len(text) - text.rfind("\n")
        line, column = (int(found[1]), int(found[2])) if found and found[1] else end
        words = said[: found.start()] if found else said
        raise mistake(first + line - 1, column, f"This is not TOML: {words[:200]}.") from None
    except (ValueError, RecursionError, OverflowError):
        raise mistake(first, 1, "This is not TOML that can be read: numbers too long, or brackets too deep.") from None


def _places(text: str, first: int) -> dict[str, Place]:
    """Where every key stands that begins a line; keys inside of texts of many lines are none."""
    found: dict[str, Place] = {}
    table, counts, inside = "", dict[str, int](), ""
    for number, line in enumerate(text.split("\n"), start=first):
        if inside:
            inside = "" if line.count(inside) % 2 else inside
            continue
        column = len(line) - len(line.lstrip()) + 1
        if tables := _TABLES.match(line):
            count = counts.get(tables[1], 0)
            counts[tables[1]] = count + 1
            table = f"{tables[1]}[{count}]"
            found.setdefault(table, Place(number, column))
        elif heading := _TABLE.match(line):
            table = heading[1]
            found.setdefault(table, Place(number, column))
        elif key := _KEY.match(line):
            path = "".join(key[1].split())
            found.setdefault(f"{table}.{path}" if table else path, Place(number, column))
            inside = next((quotes for quotes in ('"""', "'''") if line.count(quotes) % 2), "")
    return found
