"""How a CSV file is written: its encoding, delimiter and decimal sign, and whether it has a header. A best guess."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from core.own_data.csv_cells import Decimal, is_missing, number

Delimiter = Literal[",", ";", "\t", "|", " "]

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "latin-1")
DELIMITERS: tuple[Delimiter, ...] = ("\t", ";", "|", ",", " ")  # where all else is equal, the first one is meant
MAX_FIELD = 10_000  # characters of a cell
_HEAD = 1 << 16  # bytes that are looked at
_LINES = 100  # of them
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ZEROS = 0.3  # of the high bytes of UTF-16: what text of Latin letters and digits has at least


@dataclass(frozen=True)
class CsvFormat:
    """What has to be known to read a file as a table."""

    encoding: str = "utf-8"  # one of ENCODINGS; a byte order mark is left out under each of them
    delimiter: Delimiter = ","  # of spaces, several count as one
    decimal: Decimal = "."
    header: bool = True  # whether the first row has the names of the columns


class RowReader(Iterator[list[str]], Protocol):
    """What `csv.reader` makes."""

    @property
    def line_num(self) -> int:
        """How many lines have been read."""


def sniff(head: bytes) -> CsvFormat:
    """The format that a file probably has, from its first bytes (64 KiB are plenty). Never raises."""
    head = head[:_HEAD]
    encoding = _encoding(head)
    lines = _lines(head, encoding)
    tables = {each: _rows(lines, each) for each in DELIMITERS}
    found = max(DELIMITERS, key=lambda each: _fit(tables[each]))
    rows = tables[found]
    decimal = _decimal(rows)
    return CsvFormat(encoding, found, decimal, _has_header(rows, decimal))


def csv_rows(lines: Iterable[str], delimiter: str) -> RowReader:
    """Python's reader as both guessing and reading use it: RFC 4180, double quotes, nothing forgiven."""
    if delimiter == " ":
        lines = (line.strip(" \n") + "\n" for line in lines)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True)


def _encoding(head: bytes) -> str:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    pairs = len(head) // 2
    high, low = head[1::2].count(0), head[0::2].count(0)
    if pairs and max(high, low) >= _ZEROS * pairs and min(high, low) <= 0.1 * max(high, low):
        return "utf-16-le" if high > low else "utf-16-be"
    for name in ("utf-8", "cp1252"):
        try:
            codecs.getincrementaldecoder(name)().decode(head)  # not final: the head may end within a character
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def _lines(head: bytes, encoding: str) -> list[str]:
    """The first whole lines; the last one only if nothing else is there."""
    text = head.decode(encoding, errors="replace").lstrip("\ufeff").replace("\0", " ")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(head) == _HEAD and len(lines) > 1:
        lines.pop()
    return [f"{line[:MAX_FIELD]}\n" for line in lines[:_LINES]]


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """The rows before the first mistake, without blank ones."""
    rows: list[list[str]] = []
    try:
        for row in csv_rows(lines, delimiter):
            if any(map(str.strip, row)):
                rows.append(row)
    except csv.Error:
        pass  # a quote that is open at the end of the head, or another delimiter's quotes
    return rows


def _fit(rows: list[list[str]]) -> tuple[float, float]:
    """How well rows look like a table: the share that has the usual number of cells, the share of numbers."""
    if not rows:
        return 0.0, 0.0
    width, usual = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:
        return 0.0, 0.0
    cells = [cell for row in rows for cell in row]
    best = max(sum(number(cell, decimal) is not None for cell in cells) for decimal in (".", ","))
    return round(usual / len(rows), 1), best / len(cells)


def _decimal(rows: list[list[str]]) -> Decimal:
    """A comma where more cells are numbers with it than with a point."""
    cells = [cell for row in rows for cell in row]
    points = sum(number(cell, ".") is not None for cell in cells)
    return "," if sum(number(cell, ",") is not None for cell in cells) > points else "."


def _has_header(rows: list[list[str]], decimal: Decimal) -> bool:
    """A first row without numbers, over rows with numbers or with words that are not those of the first."""
    if not rows or not all(map(str.strip, rows[0])):
        return bool(rows) and len(rows) > 1 and not _numbers(rows[0], decimal) and _any_numbers(rows[1:], decimal)
    if _numbers(rows[0], decimal):
        return False
    if len(rows) == 1 or _any_numbers(rows[1:], decimal):
        return True
    columns = zip(*(row for row in rows if len(row) == len(rows[0])), strict=True)
    return not any(first in rest for first, *rest in columns)


def _numbers(row: list[str], decimal: Decimal) -> int:
    return sum(number(cell, decimal) is not None or is_missing(cell) for cell in row if cell.strip())


def _any_numbers(rows: list[list[str]], decimal: Decimal) -> bool:
    return any(number(cell, decimal) is not None for row in rows for cell in row)
