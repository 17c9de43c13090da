"""A table of texts as it was read from a file, in a compact form."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from core.own_data.csv_format import CsvFormat

SEPARATOR = "\0"  # of the cells of a packed row: no text that is read has one


class Cells(Sequence[list[str]]):
    """Rows of cells without the spaces around them; each row is kept as one text, and taken apart when asked for."""

    def __init__(self, packed: list[str]) -> None:
        """`packed`: each row's cells, joined by `SEPARATOR`."""
        self._packed = packed

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, index: int) -> list[str]: ...
    @overload
    def __getitem__(self, index: slice) -> Cells: ...
    def __getitem__(self, index: int | slice) -> list[str] | Cells:
        found = self._packed[index]
        return found.split(SEPARATOR) if isinstance(found, str) else Cells(found)

    def __iter__(self) -> Iterator[list[str]]:
        return (row.split(SEPARATOR) for row in self._packed)


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of a file below its header, all of the same number of cells."""

    names: tuple[str, ...]  # of the columns: each has one, all differ
    cells: Cells  # cells[row][column]
    lines: array[int]  # the line of the file, from 1, in which each row begins
    sampled_from: int | None  # how many rows the file has, where only some were drawn
    format: CsvFormat
