"""The cells of a table: what is a number, what is missing, and the order of words that hold numbers."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Literal

Decimal = Literal[".", ","]

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "?"})  # in any case: what spreadsheets and archives write
_POINT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"[+-]?(?:[0-9]+,?[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DIGITS = re.compile(r"([0-9]+)")
_LONGEST = 400  # characters of a number: enough for every double written out in full


def number(cell: str, decimal: Decimal = ".") -> float | None:
    """The finite number that a cell is: `1`, `-1.5`, `.5`, `1e-3`, with `−` as a minus; None if it is none.

    No grouping of thousands, no `nan` and `inf`.
    """
    text = cell.strip().replace("\u2212", "-")
    if len(text) > _LONGEST or not (_POINT if decimal == "." else _COMMA).fullmatch(text):
        return None
    found = float(text.replace(",", "."))
    return found if math.isfinite(found) else None


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    text = cell.strip()
    return len(text) <= 4 and text.lower() in MISSING


def in_order(words: set[str]) -> list[str]:
    """As people sort them: numbers by size and before all else, `item 2` before `item 10`, `Äpfel` beside `Apfel`."""
    return sorted(words, key=_place)


def _place(word: str) -> tuple[bool, float, list[tuple[bool, int, str]], str]:
    value = number(word)
    if value is None:
        value = number(word, ",")
    pieces = _DIGITS.split(_bare(word.casefold()))
    parts = [(not each.isdecimal(), int(each) if each.isdecimal() else 0, each) for each in map(_short, pieces) if each]
    return value is None, value or 0.0, parts, word


def _bare(word: str) -> str:
    """Letters without their accents and dots."""
    return "".join(each for each in unicodedata.normalize("NFKD", word) if not unicodedata.combining(each))


def _short(piece: str) -> str:
    """Not so long that Python would refuse to read it as a whole number."""
    return piece[:_LONGEST]
