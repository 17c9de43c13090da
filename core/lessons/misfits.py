"""What does not fit where it stands: msgspec's messages in words for a person, with the words that would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

import msgspec
from msgspec import inspect

from core.expression.nearest import did_you_mean, meant, nearest
from core.words import mark, tr

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
_LONGEST = 60  # signs of an id
_PATTERN = re.compile("matching regex")


def where_of(said: str) -> tuple[str, str]:
    """A message of msgspec, and the path in it: `hints[0].when`, empty for the whole."""
    words, _, where = said.partition(" - at `$")
    return words, where.rstrip("`").lstrip(".")


def misfit(said: str, path: str, kind: Any, where: str, value: object = None) -> str:
    """What msgspec says, for a person. `path`: of what does not fit, in the file; `where`: the same in `kind`."""
    name = path.rpartition(".")[2]
    words = words_at(kind, where)
    if found := re.fullmatch(r"Object missing required field `(.+)`", said):
        if path:
            return tr("'{name}' is missing in {path}.", name=found[1], path=path)
        return tr("'{name}' is missing.", name=found[1])
    if found := re.fullmatch(r"Object contains unknown field `(.+)`", said):
        return _unknown(found[1], path, kind, where)
    if found := re.fullmatch(r"Expected `(.+)`, got `(.+)`", said):
        return _another_type(name, found[1], found[2], words)
    if found := re.fullmatch(r"Expected `(\w+)` (of length )?([<>]=?) (\S+)", said):
        return tr((_LENGTHS if found[2] else _SIZES)[found[3]], name=name, limit=found[4])
    if _PATTERN.search(said):
        return _unfit_signs(name, value)
    if found := re.fullmatch(r"Invalid (?:enum )?value '?(.*?)'?", said):
        cannot = tr("'{name}' cannot be '{found}'.", name=name, found=found[1][:40])
        return cannot + (meant(nearest(found[1], words), words) if words else "")
    return tr("'{name}' is not as it should be: {said}.", name=name or tr("this"), said=said)


def words_at(kind: Any, where: str) -> list[str]:
    """The words that may stand at a place of a type; none where it is not made of certain words."""
    literals = (each for each in _types_at(kind, where) if isinstance(each, inspect.LiteralType))
    return [str(word) for each in literals for word in each.values]


def _types_at(kind: Any, where: str) -> list[inspect.Type]:
    types = [inspect.type_info(kind)]
    for part in re.findall(r"[^.\[\]]+", where):
        types = [inner for each in types for inner in _inner(each, part)]
    return types


def _inner(kind: inspect.Type, part: str) -> Iterator[inspect.Type]:
    """The types of a field, or of what is in a list."""
    found: list[inspect.Type] = []
    if isinstance(kind, inspect.StructType):
        found = [field.type for field in kind.fields if field.encode_name == part]
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
        found = [kind.item_type]
    for each in found:
        yield from each.types if isinstance(each, inspect.UnionType) else (each,)


def _unknown(found: str, path: str, kind: Any, where: str) -> str:
    tables = (each for each in _types_at(kind, where) if isinstance(each, inspect.StructType))
    known = [field.encode_name for each in tables for field in each.fields]
    near = meant(nearest(found, known), known) if known else ""
    if path:
        return tr("'{name}' is not known in {path}.", name=found[:40], path=path) + near
    return tr("'{name}' is not known here.", name=found[:40]) + near


def _another_type(name: str, wanted: str, found: str, words: list[str]) -> str:
    kinds = [_type(kind) for kind in wanted.split(" | ") if kind != "null"]
    either = reduce(lambda one, other: tr("{one} or {other}", one=one, other=other), kinds)
    said = tr("'{name}' should be {wanted}, not {found}.", name=name, wanted=either, found=_type(found))
    return said + (meant("", words) if words else "")


def _type(word: str) -> str:
    return tr(_TYPES[word]) if word in _TYPES else word


def _unfit_signs(name: str, value: object) -> str:
    if name == "id":
        said = tr("An id is made of a-z, 0-9 and -, at most {most} of them.", most=_LONGEST)
        slug = re.sub(r"[^a-z0-9]+", "-", str(value).lower()).strip("-")[:_LONGEST]
        return said + did_you_mean(slug)
    if name == "language":
        return tr("A language is told by its code, such as en, de or pt-BR.")
    return tr("'{name}' has signs that cannot be in it, or too many.", name=name)


def misfit_of_field(error: msgspec.ValidationError, name: str, kind: Any, value: object) -> str:
    """Of one field that was given a value."""
    said, where = where_of(str(error))
    return misfit(said, f"{name}{'.' if where and where[0] != '[' else ''}{where}", kind, where, value)
