"""Scaling of columns, as a choice that can be seen: in the file = scale · what is trained on + shift."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.errors import TableError
from core.experiment import OwnRows
from core.own_data.own_rows import Array
from core.words import tr

Scaling = Literal["none", "standard", "range"]  # as it is; mean 0 and standard deviation 1; from −1 to 1


def scaled(
    columns: Array, names: tuple[str, ...], scaling: Literal["standard", "range"]
) -> tuple[Array, tuple[float, ...], tuple[float, ...]]:
    """`columns` (rows, columns) scaled, with the shift and the scale of each.

    Raises TableError for a column that is the same in every row, or whose numbers are too large.
    """
    with np.errstate(all="ignore"):
        low, high = columns.min(axis=0), columns.max(axis=0)
        if scaling == "standard":
            shifts, scales = columns.mean(axis=0), columns.std(axis=0)
        else:
            shifts, scales = low + (high - low) / 2.0, (high - low) / 2.0
        found = (columns - shifts) / scales
    for i, name in enumerate(names):
        if low[i] == high[i]:
            raise TableError(
                tr(
                    'Column "{name}" is {low} in every row: it cannot be scaled. Leave it out, or scale nothing.',
                    name=name,
                    low=f"{low[i]:g}",
                )
            )
        if not (np.isfinite(found[:, i]).all() and np.isfinite(shifts[i]) and 0.0 < scales[i] < np.inf):
            raise TableError(
                tr(
                    'Column "{name}" has numbers from {low} to {high}: they cannot be scaled.',
                    name=name,
                    low=f"{low[i]:g}",
                    high=f"{high[i]:g}",
                )
            )
    return found, tuple(shifts.tolist()), tuple(scales.tolist())


def scaling_formula(rows: OwnRows) -> tuple[str, ...]:
    """One text for each input and one for the target: `x1 = (age − 36.2) / 12.1`, `y = species`."""
    names = [*rows.names, rows.target_name]
    symbols = [*(f"x{i + 1}" for i in range(len(rows.names))), "y"]
    texts = []
    for i, (symbol, name) in enumerate(zip(symbols, names, strict=True)):
        known = i < len(rows.shifts)
        texts.append(_formula(symbol, name, rows.shifts[i] if known else 0.0, rows.scales[i] if known else 1.0))
    return tuple(texts)


def _formula(symbol: str, name: str, shift: float, scale: float) -> str:
    moved = name if shift == 0.0 else f"{name} {'−' if shift > 0.0 else '+'} {_short(abs(shift))}"
    if scale == 1.0:
        return f"{symbol} = {moved}"
    return f"{symbol} = {moved if shift == 0.0 else f'({moved})'} / {_short(scale)}"


def _short(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
