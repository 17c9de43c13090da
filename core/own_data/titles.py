"""What the inputs are called: x1, x2 …, and beside them the names that a file gives its columns."""

from __future__ import annotations

from core.experiment import DataSpec
from core.shape import input_count


def input_titles(data: DataSpec) -> tuple[str, ...]:
    """One for each input: `x1 sepal_length`; the symbol alone where there is no other name."""
    symbols = [f"x{i + 1}" for i in range(input_count(data))]
    names = symbols if data.own is None else data.own.names
    return tuple(
        symbol if name in (symbol, "") else f"{symbol} {name}" for symbol, name in zip(symbols, names, strict=True)
    )
