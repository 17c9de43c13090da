"""CSV files: bytes → a table of texts → the rows of an experiment.

`sniff` guesses a file's format, `read_table` reads it, `column_kinds` says what is in its columns and `rows_from` makes
own data of those that were chosen. Whatever the bytes are: there is a result, or a TableError fit for a person.
"""

from __future__ import annotations

import codecs
import csv
import io
import random
import re
from array import array
from collections.abc import Iterator

from core.errors import TableError
from core.long_work import Report, silent
from core.own_data.csv_columns import ColumnChoice, ColumnKind, column_kinds, rows_from, scaling_formula, task_for
from core.own_data.csv_format import DELIMITERS, ENCODINGS, MAX_FIELD, CsvFormat, csv_rows, sniff
from core.own_data.csv_table import SEPARATOR, Cells, Table
from core.words import mark, tr, trn

__all__ = [
    "DELIMITERS", "ENCODINGS", "Cells", "ColumnChoice", "ColumnKind", "CsvFormat", "Table", "TableError",
    "column_kinds", "read_table", "rows_from", "scaling_formula", "sniff", "task_for",
]  # fmt: skip

MAX_COLUMNS = 1_000
MAX_NAME = 200  # characters of a column's name
MAX_LINE = 1_000_000  # characters
_CHUNK = 1 << 17  # bytes between two reports: a few milliseconds of work
_LOOKS_LIKE = (
    (b"PK\x03\x04", mark("a workbook or an archive (.xlsx, .ods, .zip): save the sheet as CSV first")),
    (b"\x1f\x8b", mark("compressed: unpack it first")),
    (b"%PDF", mark("a PDF document, not a table as text")),
    (b"\x89PNG", mark("a picture, not a table as text")),
)

_LIKE_HEADER = mark("Line {line} has {cells}, but the header has {expected}. Is the delimiter right?")
_LIKE_FIRST = mark("Line {line} has {cells}, but the first row has {expected}. Is the delimiter right?")


def read_table(
    data: bytes,
    format: CsvFormat,
    report: Report = silent,
    *,
    most: int | None = None,
    first: int | None = None,
    seed: int = 1337,
) -> Table:
    """The rows of a file. Rows without any text are left out; spaces around cells are taken away.

    `most`: keep no more than so many rows, drawn by chance from the whole file (the same `seed` draws the same) and
    left in their order. `first`: stop reading after so many, for a preview.
    Raises TableError for what is no table (empty, binary, in another encoding, rows of different lengths, quotes that
    are not closed, more than MAX_COLUMNS columns or MAX_FIELD characters in a cell), CancelledError from `report`.
    """
    _check_bytes(data, format)
    names: tuple[str, ...] | None = None
    sample = _Sample(most, seed)
    width = 0
    for line, row in _rows(data, format, report):
        if not width:
            width = _checked_width(row, line)
            if format.header:
                names = _names(row)
                continue
        if len(row) != width:
            raise _ragged(line, len(row), width, _LIKE_HEADER if format.header else _LIKE_FIRST)
        sample.add(line, row)
        if sample.seen == first:
            break
    if not width:
        raise TableError(tr("The file is empty: there is nothing but blank lines."))
    if not sample.seen:
        raise TableError(tr("The file has a header, but no row below it. Is the first row really a header?"))
    report(1.0)
    lines, packed = sample.in_order()
    sampled_from = sample.seen if len(packed) < sample.seen else None
    return Table(names or _names([""] * width), Cells(packed), lines, sampled_from, format)


class _Sample:
    """All rows, or no more than `most` of them, each with the same chance (reservoir sampling)."""

    def __init__(self, most: int | None, seed: int) -> None:
        self.seen = 0
        self._most, self._random = most, random.Random(seed)
        self._lines = array("q")
        self._packed: list[str] = []

    def add(self, line: int, row: list[str]) -> None:
        self.seen += 1
        if self._most is None or len(self._packed) < self._most:
            self._lines.append(line)
            self._packed.append(_packed(row))
        elif (place := int(self._random.random() * self.seen)) < self._most:
            self._lines[place], self._packed[place] = line, _packed(row)

    def in_order(self) -> tuple[array[int], list[str]]:
        """Lines and packed rows in the order of the file."""
        if self._most is None or self.seen <= self._most:
            return self._lines, self._packed
        order = sorted(range(len(self._packed)), key=self._lines.__getitem__)
        return array("q", (self._lines[i] for i in order)), [self._packed[i] for i in order]


def _packed(row: list[str]) -> str:
    return SEPARATOR.join(map(str.strip, row))


def _rows(data: bytes, format: CsvFormat, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Rows that have any text, each with the line in which it begins."""
    reader = csv_rows(_lines(data, format.encoding, report), format.delimiter)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise _broken(str(error), line, reader.line_num) from None
        if row is None:
            return
        if not any(row) or not any(map(str.strip, row)):
            continue
        longest = max(range(len(row)), key=lambda i: len(row[i]))
        if len(row[longest]) > MAX_FIELD:
            raise _too_long(line, reader.line_num, longest)
        yield line, row


def _lines(data: bytes, encoding: str, report: Report) -> Iterator[str]:
    """The lines of a file with their ends as `\\n`, whatever they are in the file; decoded piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding.removesuffix("-sig"))()  # the mark is taken away below
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    number, rest = 1, ""
    for start in range(0, len(data), _CHUNK):
        report(start / len(data))
        waiting = len(decoder.getstate()[0])
        chunk = data[start : start + _CHUNK]
        last = start + _CHUNK >= len(data)
        try:
            decoded = decoder.decode(chunk, final=last)
        except UnicodeDecodeError as error:
            raise _undecodable(error, encoding, start - waiting + error.start) from None
        text = newlines.decode(decoded if start else decoded.removeprefix("\ufeff"), final=last)
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            if "\0" in line:
                raise _has_zero(number)
            yield line + "\n"
            number += 1
        if len(rest) > MAX_LINE:
            raise TableError(
                tr(
                    "Line {number} has more than {most} characters: this is no table.",
                    number=f"{number:,}",
                    most=f"{MAX_LINE:,}",
                ),
                number,
            )
    if "\0" in rest:
        raise _has_zero(number)
    if rest:
        yield rest


def _check_bytes(data: bytes, format: CsvFormat) -> None:
    """What can be said before a line is read."""
    if format.encoding not in ENCODINGS:
        raise TableError(
            tr(
                "There is no encoding '{encoding}' here; choose one of {names}.",
                encoding=format.encoding[:40],
                names=", ".join(ENCODINGS),
            )
        )
    if format.delimiter not in DELIMITERS:
        raise TableError(tr("'{delimiter}' cannot stand between cells.", delimiter=format.delimiter[:5]))
    if not data:
        raise TableError(tr("The file is empty."))
    for beginning, what in _LOOKS_LIKE:
        if data.startswith(beginning):
            raise TableError(tr("The file is {what}.", what=tr(what)))
    zero = -1 if format.encoding.startswith("utf-16") else data.find(b"\0")
    if zero >= 0:
        line = len(re.findall(rb"\r\n|\r|\n", data[:zero])) + 1
        raise TableError(
            tr(
                "The file is not text in {encoding}: byte {byte} (line {line}) is a NUL. Is it UTF-16?",
                encoding=format.encoding,
                byte=f"{zero + 1:,}",
                line=f"{line:,}",
            ),
            line,
        )


def _checked_width(row: list[str], line: int) -> int:
    if len(row) > MAX_COLUMNS:
        raise TableError(
            tr(
                "Line {line} has {count} columns; {most} are the most.",
                line=f"{line:,}",
                count=f"{len(row):,}",
                most=f"{MAX_COLUMNS:,}",
            ),
            line,
        )
    return len(row)


def _names(row: list[str]) -> tuple[str, ...]:
    """One for each column, and none twice."""
    names: list[str] = []
    taken: set[str] = set()
    for place, text in enumerate(row, start=1):
        plain = " ".join(text.split())[: MAX_NAME - 10] or tr("column {place}", place=place)
        name, copy = plain, 1
        while name in taken:
            copy += 1
            name = f"{plain} ({copy})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def _ragged(line: int, found: int, expected: int, like: str) -> TableError:
    cells = trn("{n} cell", "{n} cells", found, n=f"{found:,}")
    return TableError(tr(like, line=f"{line:,}", cells=cells, expected=f"{expected:,}"), line)


def _broken(reason: str, line: int, last: int) -> TableError:
    """What Python's reader complains of, in our words."""
    if "field larger" in reason:
        return _too_long(line, last, None)
    if "unexpected end" in reason:
        return TableError(tr("The quotes that open in line {line} are never closed.", line=f"{line:,}"), line)
    if "expected after" in reason:
        return TableError(
            tr(
                "In line {last} something follows a closing quote; a quote in quotes is written twice.",
                last=f"{last:,}",
            ),
            last,
        )
    return TableError(tr("Line {last} cannot be read as a row of cells.", last=f"{last:,}"), last)


def _too_long(line: int, last: int, column: int | None) -> TableError:
    if last > line:
        return TableError(
            tr(
                "The quotes that open in line {line} hold more than {most} characters: are they ever closed?",
                line=f"{line:,}",
                most=f"{MAX_FIELD:,}",
            ),
            line,
        )
    return TableError(
        tr("A cell in line {line} has more than {most} characters.", line=f"{line:,}", most=f"{MAX_FIELD:,}"),
        line,
        column,
    )


def _undecodable(error: UnicodeDecodeError, encoding: str, position: int) -> TableError:
    byte = error.object[error.start : error.start + 1].hex().upper()
    return TableError(
        tr(
            "The file is not written in {encoding}: byte {position} (0x{byte}) has no meaning there. "
            "Choose another encoding.",
            encoding=encoding,
            position=f"{position + 1:,}",
            byte=byte,
        )
    )


def _has_zero(line: int) -> TableError:
    return TableError(tr("The file is not a table as text: line {line} has a NUL character.", line=f"{line:,}"), line)
