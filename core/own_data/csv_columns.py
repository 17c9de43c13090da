"""From the columns of a table to the rows of an experiment: what a column holds, and the choice of columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NoReturn

import numpy as np

from core.errors import TableError
from core.experiment import MAX_CLASSES, MAX_INPUTS, MAX_POINTS, MIN_POINTS, OwnRows
from core.long_work import Report, silent
from core.own_data.csv_cells import in_order, is_missing, number
from core.own_data.csv_complaints import Complaints
from core.own_data.csv_scaling import Scaling, scaled, scaling_formula
from core.own_data.csv_table import Table
from core.own_data.own_rows import MAX_TEXT, Array, own_rows
from core.words import mark, tr

__all__ = ["ColumnChoice", "ColumnKind", "Scaling", "column_kinds", "rows_from", "scaling_formula", "task_for"]

MOST_VALUES = 50  # different values of a column that are counted
_ROWS_A_REPORT = 2_000
_ROWS_A_CLASS = 2  # fewer on average: whole numbers are taken for a quantity, not for classes

_FEW = mark("There are only {count} rows; {fewest} are the fewest to train on.")
_FEW_LEFT = mark("There are only {count} rows without a missing cell; {fewest} are the fewest to train on.")

ColumnTask = Literal["classes", "regression"]
Missing = Literal["refuse", "skip"]


@dataclass(frozen=True)
class ColumnKind:
    """What the cells of a column are."""

    kind: Literal["number", "text", "mixed"]  # missing cells aside; a column without any other is text
    missing: int  # cells
    values: tuple[str, ...]  # the different ones in order; the first MOST_VALUES met where there are more
    more_values: bool  # whether there are more
    low: float | None  # least and greatest of its numbers
    high: float | None


@dataclass(frozen=True)
class ColumnChoice:
    """Which columns are used, and how; columns count from 0."""

    inputs: tuple[int, ...]
    target: int
    task: ColumnTask | None = None  # None: as `task_for` says
    scaling: Scaling = "none"
    missing: Missing = "refuse"  # or skip the rows in which a chosen cell is missing


def column_kinds(table: Table, report: Report = silent) -> tuple[ColumnKind, ...]:
    """One for each column. Raises CancelledError from `report`."""
    counts = [_Count(table.format.decimal) for _ in table.names]
    for row in _reported(table, report):
        for count, cell in zip(counts, row, strict=True):
            count.add(cell)
    return tuple(count.kind() for count in counts)


def task_for(table: Table, target: int) -> ColumnTask:
    """What a target column is probably for, by its first 10,000 rows: few different words or whole numbers are classes.

    A column of numbers in which a few are misspelt is still one of numbers.
    """
    count = _Count(table.format.decimal)
    for row in table.cells[:MAX_POINTS]:
        count.add(row[target])
    few = not count.more_values and len(count.values) <= MAX_CLASSES
    if not count.texts:
        repeated = count.numbers >= _ROWS_A_CLASS * len(count.values)
        return "classes" if few and repeated and count.whole else "regression"
    return "classes" if few or count.texts >= count.numbers else "regression"


def rows_from(table: Table, choice: ColumnChoice, origin: str, report: Report = silent) -> OwnRows:
    """Own data of the chosen columns; `origin` is the file's name.

    Classes keep their names as text, in natural order (numbers by size); of two, the first is −1 and the second +1.
    Scaling is worked out over all rows, and of the target of a regression too.
    Raises TableError naming line and column of the first cell that is missing or no number, and how many there are;
    likewise for rows, columns or classes that are too few or too many, and for a column that cannot be scaled.
    Raises CancelledError from `report`.
    """
    _check_choice(table, choice)
    task = choice.task or task_for(table, choice.target)
    inputs, targets = _numbers(table, choice, task, report)
    names = tuple(table.names[i] for i in choice.inputs)
    target_name = table.names[choice.target]
    labels: tuple[str, ...] = ()
    if task == "classes":
        labels, numbers = _classes([str(each) for each in targets], choice.target, target_name)
    else:
        numbers = np.array(targets, dtype=np.float64)
    shifts: tuple[float, ...] = ()
    scales: tuple[float, ...] = ()
    if choice.scaling != "none":
        both = inputs if labels else np.column_stack([inputs, numbers])
        both_names = names if labels else (*names, target_name)
        both, shifts, scales = scaled(both, both_names, choice.scaling)
        inputs, numbers = both[:, : len(names)], numbers if labels else both[:, -1]
    return own_rows(
        origin[:MAX_TEXT],
        inputs,
        numbers,
        names=names,
        labels=labels,
        target_name=target_name,
        shifts=shifts,
        scales=scales,
    )


class _Count:
    """Of one column, cell by cell."""

    def __init__(self, decimal: Literal[".", ","]) -> None:
        self._decimal = decimal
        self.numbers = self.texts = self.missing = 0
        self.values: set[str] = set()
        self.more_values = False
        self.whole = True  # every number is a whole one
        self._low, self._high = np.inf, -np.inf

    def add(self, cell: str) -> None:
        if is_missing(cell):
            self.missing += 1
            return
        value = number(cell, self._decimal)
        if value is None:
            self.texts += 1
        else:
            self.numbers += 1
            self.whole = self.whole and value.is_integer()
            self._low, self._high = min(self._low, value), max(self._high, value)
        if cell not in self.values:
            if len(self.values) < MOST_VALUES:
                self.values.add(cell)
            else:
                self.more_values = True

    def kind(self) -> ColumnKind:
        kind: Literal["number", "text", "mixed"] = "number" if self.numbers else "text"
        if self.numbers and self.texts:
            kind = "mixed"
        low, high = (float(self._low), float(self._high)) if self.numbers else (None, None)
        return ColumnKind(kind, self.missing, tuple(in_order(self.values)), self.more_values, low, high)


def _numbers(
    table: Table, choice: ColumnChoice, task: ColumnTask, report: Report
) -> tuple[Array, list[str] | list[float]]:
    """The inputs of the rows that can be used, and their targets: texts of classes, or numbers."""
    used = (*choice.inputs, choice.target)
    complaints = Complaints()
    inputs: list[list[float]] = []
    labels: list[str] = []
    targets: list[float] = []
    for line, row in zip(table.lines, _reported(table, report), strict=True):
        gaps = [column for column in used if is_missing(row[column])]
        if gaps and choice.missing == "skip":
            continue
        for column in gaps:
            complaints.missing(table, line, column)
        values: list[float] = []
        for column in choice.inputs if task == "classes" else used:
            value = number(row[column], table.format.decimal)
            if value is None and column not in gaps:
                complaints.wrong(table, row[column], line, column)
            values.append(value or 0.0)
        inputs.append(values[: len(choice.inputs)])
        if task == "classes":
            labels.append(row[choice.target])
        else:
            targets.append(values[-1])
        if len(inputs) > MAX_POINTS:
            _refuse_many(table)
    complaints.check()
    if len(inputs) < MIN_POINTS:
        raise TableError(tr(_FEW_LEFT if choice.missing == "skip" else _FEW, count=len(inputs), fewest=MIN_POINTS))
    return np.array(inputs, dtype=np.float64), labels or targets


def _refuse_many(table: Table) -> NoReturn:
    raise TableError(
        tr(
            "The file has {count} rows; {most} are the most here. Let some be drawn by chance.",
            count=f"{len(table.cells):,}",
            most=f"{MAX_POINTS:,}",
        )
    )


def _classes(texts: list[str], column: int, name: str) -> tuple[tuple[str, ...], Array]:
    """The labels in order, and each row's as an index. Numbers that are equal are one class, however written."""
    same, numeric = _spellings(set(texts))
    labels = in_order(set(same.values()))
    if len(labels) < 2:
        raise TableError(
            tr(
                'Every row has "{label}" in column "{name}": classes must be two or more.',
                label=labels[0][:40],
                name=name,
            ),
            None,
            column,
        )
    if len(labels) > MAX_CLASSES:
        what = tr(
            'Column "{name}" has {count} different values; {most} classes are the most.',
            name=name,
            count=f"{len(labels):,}",
            most=MAX_CLASSES,
        )
        if numeric:
            what += " " + tr("Is it a number to be predicted? Then choose regression.")
        raise TableError(what, None, column)
    longest = max(labels, key=len)
    if len(longest) > MAX_TEXT:
        raise TableError(
            tr(
                '"{longest}…" is too long for a class: {most} characters are the most.',
                longest=longest[:39],
                most=MAX_TEXT,
            ),
            None,
            column,
        )
    places = {label: float(place) for place, label in enumerate(labels)}
    return tuple(labels), np.array([places[same[text]] for text in texts])


def _spellings(words: set[str]) -> tuple[dict[str, str], bool]:
    """What each word is called, and whether all are numbers: then equal ones share the shortest spelling."""
    values = {word: number(word.replace(",", ".")) for word in words}
    if None in values.values():
        return {word: word for word in words}, False
    shortest: dict[float | None, str] = {}
    for word in sorted(words, key=lambda word: (len(word), word)):
        shortest.setdefault(values[word], word)
    return {word: shortest[value] for word, value in values.items()}, True


def _check_choice(table: Table, choice: ColumnChoice) -> None:
    if not choice.inputs:
        raise TableError(tr("Choose at least one column as an input."))
    if len(choice.inputs) > MAX_INPUTS:
        raise TableError(
            tr(
                "{count} columns are chosen as inputs; {most} are the most.",
                count=len(choice.inputs),
                most=MAX_INPUTS,
            )
        )
    if len(set(choice.inputs)) < len(choice.inputs):
        raise TableError(tr("A column can be an input once."))
    if choice.target in choice.inputs:
        raise TableError(
            tr('Column "{column}" is both an input and the target.', column=table.names[choice.target]),
            None,
            choice.target,
        )


def _reported(table: Table, report: Report) -> Iterator[list[str]]:
    """Every row of a table, with a report now and then."""
    for place, row in enumerate(table.cells):
        if place % _ROWS_A_REPORT == 0:
            report(place / len(table.cells))
        yield row
    report(1.0)
