"""Points as text: one row a line, its inputs and its target, with tabs between; as spreadsheets copy and paste them."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import ExperimentError
from core.experiment import MAX_CLASSES, MAX_POINTS
from core.own_data.own_rows import MAX_TEXT
from gui.numbers import parse_number

Array = NDArray[np.float64]

MAX_CHARACTERS = 4_000_000
_CUT = 30  # characters of a cell that a message repeats


class PointText(NamedTuple):
    """Rows that were read."""

    inputs: Array  # (rows, inputs)
    targets: Array  # (rows,): index of the class, or a number
    labels: tuple[str, ...]  # of the classes, new ones at the end


def point_text(inputs: Array, targets: Array, labels: tuple[str, ...]) -> str:
    """A heading and one line for each row, all figures; targets are indices of `labels`, or numbers."""
    lines = ["\t".join((*(f"x{i + 1}" for i in range(inputs.shape[1])), "y"))]
    for row, target in zip(inputs.tolist(), targets.tolist(), strict=True):
        last = labels[int(target)].replace("\t", " ") if labels else repr(target)
        lines.append("\t".join((*map(repr, row), last)))
    return "\n".join(lines) + "\n"


def read_points(text: str, inputs: int, labels: tuple[str, ...], usual: float) -> PointText:
    """Rows of so many inputs with a target each; `usual` is taken where a row has none. A heading is skipped.

    A class that `labels` has not is a new one. Raises ExperimentError, with the line, for anything else.
    """
    if len(text) > MAX_CHARACTERS:
        raise ExperimentError("This text is too long to be points.")
    found: list[list[float]] = []
    targets: list[float] = []
    known = list(labels)
    for number, line in enumerate(text.splitlines(), 1):
        cells = _cells(line, inputs)
        if not cells or (not found and _is_heading(cells, inputs)):
            continue
        if not inputs <= len(cells) <= inputs + 1:
            raise ExperimentError(f"Line {number} has {len(cells)} values; a point has {inputs} and its target.")
        found.append([_number(cell, number) for cell in cells[:inputs]])
        targets.append(_target(cells[inputs], number, known, bool(labels)) if len(cells) > inputs else usual)
        if len(found) > MAX_POINTS:
            raise ExperimentError(f"There are more than {MAX_POINTS:,} points in this text.")
    if not found:
        raise ExperimentError("There are no points in this text: a line for each, as 0.5 <tab> 1.2 <tab> target.")
    return PointText(np.array(found), np.array(targets), tuple(known))


def _cells(line: str, inputs: int) -> list[str]:
    """By tabs or semicolons, else by commas, else by spaces."""
    for mark in ("\t", ";"):
        if mark in line:
            return [cell.strip() for cell in line.split(mark)]
    if line.count(",") >= inputs:
        return [cell.strip() for cell in line.split(",")]
    return re.split(r"\s+", line.strip()) if line.strip() else []


def _is_heading(cells: list[str], inputs: int) -> bool:
    return all(parse_number(cell) is None for cell in cells[:inputs])


def _number(cell: str, line: int) -> float:
    number = parse_number(cell)
    if number is None:
        raise ExperimentError(f"Line {line}: '{cell[:_CUT]}' is not a number.")
    return number


def _target(cell: str, line: int, known: list[str], is_class: bool) -> float:
    if not is_class:
        return _number(cell, line)
    label = next((i for i, each in enumerate(known) if _plain(each) == _plain(cell)), None)
    if label is not None:
        return float(label)
    if not cell or len(cell) > MAX_TEXT:
        raise ExperimentError(f"Line {line} has no class.")
    if len(known) == MAX_CLASSES:
        raise ExperimentError(f"Line {line}: '{cell[:_CUT]}' would be one class too many; there are {MAX_CLASSES}.")
    known.append(cell)
    return float(len(known) - 1)


def _plain(label: str) -> str:
    """`−1` and `-1`, `+1` and `1`, `1.0` and `1` are the same class."""
    number = parse_number(label)
    return label if number is None else repr(number)
