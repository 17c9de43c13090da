"""TOML inside a lesson: read with limits, its keys' places known, its mistakes told in plain words."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from functools import reduce
from typing import Any

import msgspec

from core.expression.nearest import meant, nearest
from core.lessons.mistakes import LessonError, Mistakes, Place, mistake
from core.words import mark, tr

LONGEST = 30_000  # characters
_DEEPEST = 6  # parts of a key: tomllib needs the square of their number
_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
_TOO_DEEP = re.compile(rf"(?:{_PART}[ \t]*\.[ \t]*){{{_DEEPEST}}}{_PART}[ \t.]*[=\]]")
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_KEY = re.compile(r"\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=")
_TABLE = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_TABLES = re.compile(r"\s*\[\[\s*([\w.-]+)\s*\]\]")
_TYPES = {
    "int": mark("a whole number"), "float": mark("a number"), "str": mark("a text in quotes"),
    "bool": mark("true or false"), "array": mark("a list in [ ]"), "object": mark("a table"), "null": mark("nothing"),
}  # fmt: skip

_SIZES = {
    ">=": mark("'{name}' should be at least {limit}."),
    "<=": mark("'{name}' should be at most {limit}."),
    ">": mark("'{name}' should be above {limit}."),
    "<": mark("'{name}' should be below {limit}."),
}
_LENGTHS = {
    ">=": mark("'{name}' should have a length of at least {limit}."),
    "<=": mark("'{name}' should have a length of at most {limit}."),
    ">": mark("'{name}' should have a length above {limit}."),
    "<": mark("'{name}' should have a length below {limit}."),
}


class Block:
    """A piece of TOML and where it stands."""

    def __init__(self, text: str, first: int) -> None:
        """`first`: the line of the file that the text begins in. Raises LessonError."""
        self.first = first
        if len(text) > LONGEST:
            raise mistake(first, 1, tr("This is longer than {most} characters.", most=f"{LONGEST:,}"))
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
        raise LessonError([_at(block, place, tr("A number here must be finite."))])
    return found


def check_keys(block: Block, data: Mapping[str, Any], path: str, known: tuple[str, ...], mistakes: Mistakes) -> None:
    """Every key that is not known is told, with what was probably meant."""
    for key in data:
        if key not in known:
            place = block.place(f"{path}.{key}" if path else key)
            mistakes.add(place, tr("'{name}' is not known here.", name=key[:40]) + meant(nearest(key, known), known))


def _at(block: Block, path: str, message: str) -> Any:
    from core.lessons.mistakes import Mistake

    return Mistake(block.place(path), message)


def _type(word: str) -> str:
    return tr(_TYPES[word]) if word in _TYPES else word


def _in_words(said: str, path: str, data: object, where: str) -> str:
    """What msgspec says, for a person."""
    name = path.rpartition(".")[2]
    if found := re.fullmatch(r"Object missing required field `(.+)`", said):
        if path:
            return tr("'{name}' is missing in {path}.", name=found[1], path=path)
        return tr("'{name}' is missing.", name=found[1])
    if found := re.fullmatch(r"Object contains unknown field `(.+)`", said):
        if path:
            return tr("'{name}' is not known in {path}.", name=found[1][:40], path=path)
        return tr("'{name}' is not known here.", name=found[1][:40])
    if found := re.fullmatch(r"Expected `(.+)`, got `(.+)`", said):
        kinds = [_type(kind) for kind in found[1].split(" | ") if kind != "null"]
        wanted = reduce(lambda one, other: tr("{one} or {other}", one=one, other=other), kinds)
        return tr("'{name}' should be {wanted}, not {found}.", name=name, wanted=wanted, found=_type(found[2]))
    if found := re.fullmatch(r"Expected `(\w+)` (of length )?([<>]=?) (\S+)", said):
        return tr((_LENGTHS if found[2] else _SIZES)[found[3]], name=name, limit=found[4])
    if "matching regex" in said:
        return tr("'{name}' has signs that cannot be in it, or too many.", name=name)
    if found := re.fullmatch(r"Invalid (?:enum )?value '?(.*?)'?", said):
        return tr("'{name}' cannot be '{found}'.", name=name, found=found[1][:40])
    return tr("'{name}' is not as it should be: {said}.", name=name or tr("this"), said=said)


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
        raise mistake(first + line - 1, column, tr("This is not TOML: {words}.", words=words[:200])) from None
    except (ValueError, RecursionError, OverflowError):
        raise mistake(
            first, 1, tr("This is not TOML that can be read: numbers too long, or brackets too deep.")
        ) from None


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
