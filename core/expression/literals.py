"""Numbers in a text: written so that they read well, and put in place of others."""

from __future__ import annotations

from collections.abc import Mapping

from core.expression.sheet import Span


def literal_text(value: float) -> str:
    """The shortest text of a number that has a decimal point or an exponent: `2.0`, `-0.125`, `1e-09`."""
    return repr(float(value))


def rewritten(text: str, numbers: Mapping[Span, float]) -> str:
    """The text with other numbers at these places; each place lies on one line."""
    lines = text.split("\n")
    for span in sorted(numbers, reverse=True):
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column] + literal_text(numbers[span]) + line[span.end_column :]
    return "\n".join(lines)
