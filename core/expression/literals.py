"""Numbers in a text: written so that they read well, and put in place of others."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from core.expression.sheet import Span

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_DIGITS = 10  # of a number that a person would write
_ROUNDING = 4  # last places that a sum of a few such numbers is off


def literal_text(value: float) -> str:
    """The shortest text of a number that has a decimal point or an exponent: `2.0`, `-0.125`, `1e-09`.

    It reads back as the same number, except that rounding alone (0.1 + 0.2) is not written out: 0.3.
    """
    value = float(value)
    short = float(f"{value:.{_DIGITS}g}") + 0.0
    return repr(short if math.isfinite(value) and abs(short - value) <= _ROUNDING * math.ulp(value) else value)


def rewritten(text: str, numbers: Mapping[Span, float]) -> str:
    """The text with other numbers at these places; each place lies on one line.

    A negative number that would stand before `**` gets brackets: `(-2.0)**2`.
    """
    return rewrite(text, numbers, ())[0]


def rewrite(text: str, numbers: Mapping[Span, float], places: Iterable[Span]) -> tuple[str, dict[Span, Span]]:
    """The rewritten text, and where each of `places` (literals of the old text) is in it."""
    parts = _LINE_END.split(text)  # line, its end, line, its end …
    moved = {place: place for place in places}
    for span in sorted(numbers, reverse=True):
        index = 2 * (span.line - 1)
        line = parts[index]
        before, after = line[: span.column], line[span.end_column :]
        number = literal_text(numbers[span])
        new = f"({number})" if number.startswith("-") and after.lstrip().startswith("**") else number
        parts[index] = before + new + after
        start, longer = span.column + new.index(number), len(new) - (span.end_column - span.column)
        for place, now in moved.items():
            if place == span:
                moved[place] = Span(span.line, start, span.line, start + len(number))
            elif now.line == span.line and now.column >= span.end_column:
                moved[place] = Span(now.line, now.column + longer, now.end_line, now.end_column + longer)
    return "".join(parts), moved
