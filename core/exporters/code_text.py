"""Pieces of Python that we write: numbers, names, remarks.

Nothing that a person typed gets into a program as it is: a name becomes an identifier, a string literal or a remark,
and none of these can end early, whatever stands in it.
"""

from __future__ import annotations

import builtins
import keyword
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import ChainruleError
from core.version import VERSION

WIDTH = 100  # characters of a line, where it can be broken
LONGEST_NAME = 40
LONGEST_REMARK = 160
NEW_LINE = "\n"
MARK = f"Written by Chainrule {VERSION}."

_DEFINES = re.compile(r"def |class ")
_NO_LETTERS = re.compile(r"\W+")
_PRIMES = re.compile(r"'+(\d*)$")


class ExportError(ChainruleError):
    """Something that the target cannot express; says what, and what to do."""


@dataclass(frozen=True)
class Section:
    """A part of a program: what it is about, in a sentence or two (Markdown), and its code."""

    about: str
    code: str


def script(docstring: str, parts: Iterable[str]) -> str:
    """The parts as one program.

    The docstring is ours, without a word from outside; it stands first, so that no remark below it can be taken for a
    declaration of the file's encoding.
    """
    words = docstring.strip()
    return joined([f'"""{words}{NEW_LINE if NEW_LINE in words else ""}"""', *parts]) + NEW_LINE


def joined(parts: Iterable[str]) -> str:
    """Parts of a program below each other, those that are empty left out; functions and classes with more room."""
    whole, before = "", ""
    for part in (each.strip("\n") for each in parts):
        if part:
            room = 2 if _DEFINES.match(part) or _DEFINES.match(before) else 1
            whole += "\n" * (room + 1 if whole else 0) + part
            before = part
    return whole


def number(value: float) -> str:
    """A float as Python writes it, every bit of it."""
    value = float(value)
    if math.isfinite(value):
        return repr(value)
    return 'float("nan")' if math.isnan(value) else 'float("inf")' if value > 0 else '-float("inf")'


def text(words: str) -> str:
    """A string literal of these words, in ASCII and double quotes."""
    quoted = ascii(words)
    if quoted.startswith("'") and '"' not in quoted:
        return f'"{quoted[1:-1]}"'
    return quoted


def inert(words: str) -> str:
    """The words on one line, with everything escaped that cannot be seen or would turn the order of what follows."""
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in words)
    return shown if len(shown) <= LONGEST_REMARK else f"{shown[: LONGEST_REMARK - 1]}…"


def remark(words: str) -> str:
    """A comment of one line."""
    return f"# {inert(words)}"


def numbers(values: Iterable[float], indent: str = "") -> str:
    """`[1.0, 2.0]`, broken into lines where it is long; `indent` is that of the line it begins in."""
    return listed([number(value) for value in values], indent)


def listed(items: Sequence[str], indent: str = "", brackets: str = "[]", before: int = 0) -> str:
    """Items in brackets, broken into lines where they are many; `before` letters stand in front of them."""
    line = ", ".join(items)
    single = brackets == "()" and len(items) == 1
    if before + len(indent) + len(line) + 2 <= WIDTH:
        return brackets[0] + line + ("," if single else "") + brackets[1]
    rows, row = [], f"{indent}    "
    for item in items:
        if len(row) + len(item) > WIDTH and row.strip():
            rows.append(row.rstrip())
            row = f"{indent}    "
        row += f"{item}, "
    return "\n".join([brackets[0], *rows, row.rstrip(), indent + brackets[1]])


class Names:
    """Gives every thing an identifier of its own, as near to its label as Python allows."""

    def __init__(self, taken: Iterable[str]) -> None:
        """`taken` are names that the program needs itself."""
        self._taken = {*taken, *keyword.kwlist, *keyword.softkwlist, *dir(builtins)}

    def new(self, label: str) -> str:
        """`x1*w1` becomes `x1_w1`; a second `c` becomes `c2`."""
        stem = identifier(label)
        name, more = stem, 2
        while name in self._taken:
            name = f"{stem}_{more}" if stem[-1:].isdigit() else f"{stem}{more}"
            more += 1
        self._taken.add(name)
        return name


def identifier(label: str) -> str:
    """The letters, digits and underscores of a label; `value` where there are none."""
    plain = unicodedata.normalize("NFKC", _PRIMES.sub("", label.replace("²", "_squared")))
    stem = _NO_LETTERS.sub("_", plain).strip("_")[:LONGEST_NAME].rstrip("_")
    if not stem:
        return "value"
    if not stem.isidentifier():
        stem = f"v_{stem}"
    return stem if stem.isidentifier() else "value"
