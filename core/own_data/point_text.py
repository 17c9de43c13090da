"""Points as text, for copying and pasting: a line each, its inputs and then its target, under a header `x1 x2 y`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.errors import TableError
from core.experiment import MAX_CLASSES, MAX_INPUTS, MAX_POINTS
from core.own_data.csv_cells import in_order, is_missing, number
from core.own_data.csv_complaints import no_number
from core.own_data.csv_format import sniff
from core.own_data.csv_reading import read_table
from core.own_data.csv_table import Table
from core.own_data.own_rows import MAX_TEXT, SIGNS, Array
from core.words import tr, trn

MAX_CHARACTERS = 4_000_000  # more than MAX_POINTS points with all figures


class WidthError(TableError):
    """Lines have another number of cells than points have here."""


@dataclass(frozen=True, eq=False)
class PastedPoints:
    """What a text says."""

    inputs: Array  # (rows, inputs)
    targets: Array  # (rows,): the index of the class; of a regression a number
    labels: tuple[str, ...]  # of the classes; none for a regression


def to_text(inputs: Array, targets: Array, labels: Sequence[str] = ()) -> str:
    """`inputs` (rows, inputs) and `targets` (rows,) with tabs between, so that a spreadsheet takes them as cells.

    With labels, targets are indices of classes and their labels are written. Numbers read back exactly.
    """
    header = [*(f"x{i + 1}" for i in range(inputs.shape[1])), "y"]
    words = [_cell(label.replace("−", "-")) for label in labels]
    last = [words[int(target)] for target in targets] if labels else [_written(target) for target in targets.tolist()]
    rows = ([*map(_written, row), target] for row, target in zip(inputs.tolist(), last, strict=True))
    return "".join("\t".join(row) + "\n" for row in [header, *rows])


def from_text(
    text: str,
    inputs: int | None = None,
    labels: Sequence[str] | None = None,
    *,
    usual: float | None = None,
    new_classes: bool = False,
) -> PastedPoints:
    """The points of a text: cells between tabs, semicolons, commas or spaces; decimal points or commas; header or not.

    `inputs`: how many there must be (None: all columns but the last). `labels`: of the classes that there are: each
    target must be one of them (`-1`, `−1` and `-1.0` are the same), or of `new_classes`, which come after them; none,
    and targets are numbers. None of them given, targets are classes if they are words or all of them −1 and +1, else
    numbers. `usual`: the target of every point where the text has inputs alone.
    Raises TableError, which names line and column where it can, if the text is no such points or more than MAX_POINTS;
    WidthError if that is because of `inputs`.
    """
    table = _table(text)
    width = len(table.names)
    alone = usual is not None and width == inputs  # without targets
    if inputs is not None and width != inputs + 1 and not alone:
        said = trn(
            "Each line must have {n} input and a target, {cells} numbers; these lines have {width}.",
            "Each line must have {n} inputs and a target, {cells} numbers; these lines have {width}.",
            inputs,
            cells=inputs + 1,
            width=width,
        )
        raise WidthError(said)
    if not 2 <= width <= MAX_INPUTS + 1 and not alone:
        raise TableError(
            tr(
                "Each line must have 1 to {most} inputs and a target; these lines have {width} cells.",
                most=MAX_INPUTS,
                width=width,
            )
        )
    rows, columns = range(len(table.cells)), range(width if alone else width - 1)
    numbers = np.array([[_number(table, row, column) for column in columns] for row in rows])
    if alone:
        return PastedPoints(numbers, np.full(len(rows), usual), tuple(labels or ()))
    words = [cells[-1] for cells in table.cells]
    for row, word in enumerate(words):
        if is_missing(word):
            raise TableError(
                tr("Line {line} has no target.", line=f"{table.lines[row]:,}"), table.lines[row], width - 1
            )
    known = list(_labels(words, table) if labels is None else labels)
    if known:
        targets = [float(_class(table, row, known, new_classes)) for row in rows]
    else:
        targets = [_number(table, row, width - 1) for row in rows]
    return PastedPoints(numbers, np.array(targets, dtype=np.float64), tuple(known))


def _table(text: str) -> Table:
    if len(text) > MAX_CHARACTERS:
        raise TableError(tr("This text is too long to be points."))
    lines = sum(not each.isspace() and each != "" for each in text.splitlines())
    if not lines:
        raise TableError(tr("There is no text with points."))
    if "\0" in text:
        raise TableError(tr("The text has a NUL character: these are no points."))
    data = text.encode(errors="replace")
    format = replace(sniff(data), encoding="utf-8")
    if format.header and lines == 1:
        raise TableError(tr("There is no line with numbers."), 1)
    table = read_table(data, format, first=MAX_POINTS + 1)
    if len(table.cells) > MAX_POINTS:
        raise TableError(tr("There are more than {most} points.", most=f"{MAX_POINTS:,}"))
    return table


def _number(table: Table, row: int, column: int) -> float:
    cell, line = table.cells[row][column], table.lines[row]
    if is_missing(cell):
        raise TableError(
            tr("Line {line} has no number for x{column}.", line=f"{line:,}", column=column + 1), line, column
        )
    value = number(cell, table.format.decimal)
    if value is None:
        raise TableError(no_number(table, cell, line, column), line, column)
    return value


def _labels(words: list[str], table: Table) -> tuple[str, ...]:
    """Those that the targets themselves say; none if they are numbers."""
    values = {number(word, table.format.decimal) for word in words}
    if values <= {-1.0, 1.0}:
        return SIGNS
    if None not in values:
        return ()
    labels = in_order(set(words))
    if len(labels) < 2:
        raise TableError(tr('Every point is of class "{label}": there must be two or more.', label=labels[0][:40]))
    if len(labels) > MAX_CLASSES:
        raise TableError(
            tr(
                "There are {count} classes; {most} are the most.",
                count=f"{len(labels):,}",
                most=MAX_CLASSES,
            )
        )
    return tuple(labels)


def _class(table: Table, row: int, labels: list[str], new_classes: bool) -> int:
    """Of a row's target; a new one is added to `labels` if that is allowed."""
    word, line = table.cells[row][-1], table.lines[row]
    plain = word.replace(",", ".") if table.format.decimal == "," else word
    for reading, text in ((_squeezed, word), (_meaning, plain)):  # as it is written first: `A` and `a` may be two
        wanted = reading(text)
        for place, label in enumerate(labels):
            if reading(label) == wanted:
                return place
    column = len(table.names) - 1
    if not new_classes:
        known = ", ".join(label[:40] for label in labels)
        raise TableError(
            tr(
                'Line {line}: there is no class "{word}". There are {known}.',
                line=f"{line:,}",
                word=word[:40],
                known=known,
            ),
            line,
            column,
        )
    if len(labels) == MAX_CLASSES:
        one_more = tr(
            'Line {line}: "{word}" would be one class more; {most} are the most.',
            line=f"{line:,}",
            word=word[:40],
            most=MAX_CLASSES,
        )
        raise TableError(one_more, line, column)
    if len(word) > MAX_TEXT:
        raise TableError(
            tr('Line {line}: "{word}…" is too long for a class.', line=f"{line:,}", word=word[:39]), line, column
        )
    labels.append(_squeezed(word))
    return len(labels) - 1


def _meaning(label: str) -> float | str:
    value = number(label)
    return _squeezed(label).casefold() if value is None else value


def _squeezed(label: str) -> str:
    return " ".join(label.split())


def _written(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _cell(text: str) -> str:
    """A label as it can stand between tabs."""
    plain = _squeezed(text)
    return f'"{plain.replace('"', '""')}"' if '"' in plain else plain
