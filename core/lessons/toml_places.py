"""Where keys and values of a piece of TOML stand in the file: found by their looks, as tomllib does not tell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from core.lessons.mistakes import Place

_KEY = re.compile(r"\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=[ \t]*")
_TABLE = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_TABLES = re.compile(r"\s*\[\[\s*([\w.-]+)\s*\]\]")
_PARTS = re.compile(r"[^.\[\]]+")


class Places:
    """Of the keys that begin a line, and of what stands in the lists and tables behind them, as far as it is found.

    Paths are written as in `task.hints[0].say`. Both dictionaries have the tables as well, at their brackets.
    """

    def __init__(self, text: str, data: Mapping[str, Any], first: int) -> None:
        """`data`: what tomllib reads in the text. `first`: the line of the file that the text begins in."""
        self.keys: dict[str, Place] = {}
        self.values: dict[str, Place] = {}
        self._text, self._first = text, first
        self._lines = [0]  # where lines begin
        for line in text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        begun = self._scan()
        for (path, value, _), (_, _, end) in pairwise([*begun, ("", 0, len(text))]):
            if path:
                self._inside(path, value_at(data, path), value, end)

    def _scan(self) -> list[tuple[str, int, int]]:
        """Line by line; what is in a text of many lines is no key. Path, where the value and where the line begins."""
        found: list[tuple[str, int, int]] = []
        table, counts, inside = "", dict[str, int](), ""
        for number, line in enumerate(self._text.split("\n")):
            start = self._lines[number]
            if inside:
                inside = "" if line.count(inside) % 2 else inside
                continue
            column = len(line) - len(line.lstrip())
            if heading := _TABLES.match(line):
                count = counts.get(heading[1], 0)
                counts[heading[1]] = count + 1
                table = f"{heading[1]}[{count}]"
            elif heading := _TABLE.match(line):
                table = heading[1]
            elif key := _KEY.match(line):
                path = "".join(key[1].split())
                path = f"{table}.{path}" if table else path
                self._note(path, number, column, key.end())
                found.append((path, start + key.end(), start))
                inside = next((quotes for quotes in ('"""', "'''") if line.count(quotes) % 2), "")
                continue
            else:
                continue
            self._note(table, number, column, column)
            found.append(("", start, start))
        return found

    def _note(self, path: str, line: int, key: int, value: int) -> None:
        self.keys.setdefault(path, Place(self._first + line, key + 1))
        self.values.setdefault(path, Place(self._first + line, value + 1))

    def _note_at(self, path: str, key: int, value: int) -> None:
        """By offsets in the text."""
        for places, offset in ((self.keys, key), (self.values, value)):
            line = bisect_right(self._lines, offset) - 1
            places.setdefault(path, Place(self._first + line, offset - self._lines[line] + 1))

    def _inside(self, path: str, value: object, begin: int, end: int) -> int:
        """What a list or a table on the lines from `begin` has in it; where that ends.

        It gives up at the first thing that it cannot find: then only what has been found has a place of its own.
        """
        if isinstance(value, Mapping):
            for name, inner in value.items():
                key = re.compile(rf"(?<![\w-])([\"']?){re.escape(name)}\1\s*[.=][ \t]*").search(self._text, begin, end)
                if key is None:
                    return end
                self._note_at(f"{path}.{name}", key.start(), key.end())
                begin = self._inside(f"{path}.{name}", inner, key.end(), end)
        elif isinstance(value, list):
            for i, inner in enumerate(value):
                found = self._item(inner, begin, end)
                if found < 0:
                    return end
                self._note_at(f"{path}[{i}]", found, found)
                begin = self._inside(f"{path}[{i}]", inner, found + 1, end)
        elif isinstance(value, str):
            begin = min(begin + len(value), end)
        return begin

    def _item(self, value: object, begin: int, end: int) -> int:
        """Where a thing in a list begins; below 0 if it is not found."""
        if isinstance(value, str):
            places = [self._text.find(f"{quote}{value}{quote}", begin, end) for quote in "\"'"]
            return min((place for place in places if place >= 0), default=-1)
        return self._text.find("{", begin, end) if isinstance(value, Mapping) else -1


def value_at(data: object, path: str) -> object:
    """What stands at a path; None if there is nothing."""
    for part in _PARTS.findall(path):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data
