"""What the import of a file has to work out, beside the window: its table, and the rows of the columns chosen."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.experiment import MAX_INPUTS, MAX_POINTS, OwnRows
from core.long_work import Report
from core.own_data.csv_reading import (
    ColumnChoice,
    ColumnKind,
    CsvFormat,
    Table,
    TableError,
    column_kinds,
    read_table,
    rows_from,
    sniff,
    task_for,
)
from core.words import tr

MAX_BYTES = 256 * 2**20
_PIECE = 2**20  # bytes read between two reports
_READING = 0.2  # of the work is to get the bytes, as shown
_HEAD = 1 << 16  # bytes that the format is guessed from
_AROUND = 4  # lines shown before and after one that cannot be read
_LONGEST_LINE = 300  # characters of it that are shown
ROOM = 10.0  # numbers up to this size can be trained on as they are: built-in data are no larger
TARGET_NAMES = frozenset({"output", "kind", "type", "category", "outcome", "result", "response", "group"})
_TARGET_NAME = re.compile(r"(lab|labels?|class\w*|targets?|species)([ _.-].*|\d*)")  # also `class_id`, `lab.`
MOST_CLASSES = 8
_INPUT_NAME = re.compile(r"x[ _]?\d*")


@dataclass(frozen=True)
class Refusal:
    """Why there is no result. Lines count from 1, columns from 0."""

    message: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, eq=False)
class FileRead:
    """The bytes of a file and what they are as a table, or why they are none."""

    data: bytes
    format: CsvFormat
    table: Table | None = None
    kinds: tuple[ColumnKind, ...] = ()
    refusal: Refusal | None = None
    around: tuple[tuple[int, str], ...] = ()  # number and text of the lines around the refusal's


@dataclass(frozen=True, eq=False)
class Chosen:
    """The rows of the columns chosen, or why there are none; `task` is what the target was taken for."""

    task: str
    own: OwnRows | None = None
    refusal: Refusal | None = None


def reading(path: Path, format: CsvFormat | None = None, data: bytes | None = None) -> Callable[[Report], object]:
    """A task that returns a FileRead, or a Refusal where the file cannot be had.

    `format`: None to guess it. `data`: the file's bytes, if they were read before.
    """

    def task(report: Report) -> FileRead | Refusal:
        try:
            found = _bytes(path, report) if data is None else data
        except OSError as error:
            return Refusal(tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror or error))
        if found is None:
            return Refusal(
                tr(
                    "{name} is larger than {most} MB: that is too much for this window.",
                    name=path.name,
                    most=MAX_BYTES // 2**20,
                )
            )
        return _table(found, format or sniff(found[:_HEAD]), report)

    return task


def choosing(table: Table, choice: ColumnChoice, origin: str) -> Callable[[Report], object]:
    """A task that returns a Chosen."""

    def task(report: Report) -> Chosen:
        meant = choice.task or task_for(table, choice.target)
        try:
            return Chosen(meant, own=rows_from(table, choice, origin, report))
        except TableError as error:
            return Chosen(meant, refusal=Refusal(str(error), error.line, error.column))

    return task


def first_choice(table: Table, kinds: tuple[ColumnKind, ...]) -> ColumnChoice:
    """What is probably meant: the target is called so, or is one of few words, or is the last; inputs are numbers."""
    target = _target(table, kinds)
    numbers = [i for i, kind in enumerate(kinds) if _is_of_numbers(kind) and i != target]
    inputs = tuple(numbers[:MAX_INPUTS])
    sizes = [max(abs(kinds[i].low or 0.0), abs(kinds[i].high or 0.0)) for i in inputs]
    return ColumnChoice(inputs, target, scaling="none" if max(sizes, default=0.0) <= ROOM else "standard")


def _is_of_numbers(kind: ColumnKind) -> bool:
    """Also where a few cells are none: the person is told of these, and the column is not left out in silence."""
    if kind.kind != "mixed":
        return kind.kind == "number"
    return sum(any(map(str.isdigit, each)) for each in kind.values) > len(kind.values) // 2


def _target(table: Table, kinds: tuple[ColumnKind, ...]) -> int:
    few_words = [i for i, kind in enumerate(kinds) if kind.kind == "text" and 2 <= len(kind.values) <= MOST_CLASSES]
    usable = [i for i, kind in enumerate(kinds) if i in few_words or _is_of_numbers(kind)]
    called_so = [i for i in usable if _is_target_name(table.names[i])]
    both = [i for i in few_words if i in called_so]
    return (both or called_so or few_words or _called_y(table) or usable or [len(kinds) - 1])[-1]


def _is_target_name(name: str) -> bool:
    plain = name.strip().casefold()
    return plain in TARGET_NAMES or _TARGET_NAME.fullmatch(plain) is not None


def _called_y(table: Table) -> list[int]:
    """The column `y`, where all others are called like inputs, x1, x2 …; beside a lone `x` it is the last one or none.

    In `x, y, colour` it is an input like x.
    """
    names = [name.strip().casefold() for name in table.names]
    others = [name for name in names if name != "y"]
    is_target = len(others) == len(names) - 1 and all(map(_INPUT_NAME.fullmatch, others))
    return [names.index("y")] if is_target else []


def _bytes(path: Path, report: Report) -> bytes | None:
    """All of the file; None if it is too large."""
    pieces, read = [], 0
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        while piece := file.read(_PIECE):
            pieces.append(piece)
            read += len(piece)
            if read > MAX_BYTES:
                return None
            report(_READING * min(1.0, read / max(size, 1)))
    return b"".join(pieces)


def _table(data: bytes, format: CsvFormat, report: Report) -> FileRead:
    def part(first: float, length: float) -> Report:
        def reported(share: float, partial: object = None) -> None:
            report(first + length * share, partial)

        return reported

    try:
        table = read_table(data, format, part(_READING, 0.7), most=MAX_POINTS)
    except TableError as error:
        refusal = Refusal(str(error), error.line, error.column)
        return FileRead(data, format, refusal=refusal, around=_around(data, format, error.line))
    return FileRead(data, format, table, column_kinds(table, part(0.9, 0.1)))


def _around(data: bytes, format: CsvFormat, line: int | None) -> tuple[tuple[int, str], ...]:
    """Lines as they stand in the file, where it cannot be read."""
    number = line or 1
    first = max(1, number - _AROUND)
    encoding = format.encoding if format.encoding != "utf-8" else "utf-8-sig"
    with io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline=None) as text:
        found = islice(text, first - 1, number + _AROUND)
        return tuple((first + i, _printable(each)) for i, each in enumerate(found))


def _printable(line: str) -> str:
    shown = line.rstrip("\n")[:_LONGEST_LINE].removeprefix("\ufeff")
    return "".join(each if each.isprintable() or each == "\t" else "\N{REPLACEMENT CHARACTER}" for each in shown)
