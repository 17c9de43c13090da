"""What is said of cells that cannot be used."""

from __future__ import annotations

from typing import Literal

from core.errors import TableError
from core.own_data.csv_cells import number
from core.own_data.csv_table import Table
from core.words import mark, tr

_NO_NUMBER = mark('Line {line}, column "{column}": "{shown}" is not a number.')
_OTHER_DECIMAL = {  # by the sign that stands before decimals here
    ".": mark('Line {line}, column "{column}": "{shown}" is not a number with a decimal point.'),
    ",": mark('Line {line}, column "{column}": "{shown}" is not a number with a decimal comma.'),
}


class Complaints:
    """The first cell that cannot be used, and how many of its kind there are."""

    def __init__(self) -> None:
        self._first: tuple[str, int, int] | None = None
        self._missing = self._wrong = 0
        self._first_is_missing = False

    def missing(self, table: Table, line: int, column: int) -> None:
        """A cell without a value."""
        self._missing += 1
        if self._first is None:
            what = tr(
                'Line {line}, column "{column}": there is no value.', line=f"{line:,}", column=table.names[column]
            )
            self._first, self._first_is_missing = (what, line, column), True

    def wrong(self, table: Table, cell: str, line: int, column: int) -> None:
        """A cell that should be a number."""
        self._wrong += 1
        if self._first is None:
            self._first = (no_number(table, cell, line, column), line, column)

    def check(self) -> None:
        """Raise TableError if there was any."""
        if self._first is None:
            return
        what, line, column = self._first
        count = self._missing if self._first_is_missing else self._wrong
        if count > 1:
            what += " " + tr("There are {count} such cells in all.", count=f"{count:,}")
        raise TableError(what, line, column)


def no_number(table: Table, cell: str, line: int, column: int) -> str:
    """What is wrong with a cell that should be a number."""
    shown = cell if len(cell) <= 40 else f"{cell[:39]}…"
    other: Literal[".", ","] = "," if table.format.decimal == "." else "."
    said = _NO_NUMBER if number(cell, other) is None else _OTHER_DECIMAL[table.format.decimal]
    return tr(said, line=f"{line:,}", column=table.names[column], shown=shown)
