"""Places in the text: spans, positions in the editor, and the node that a place belongs to."""

from __future__ import annotations

import re

from core.expression.sheet import Sheet, Span

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0\ufdd1\ufffc]")  # also Qt's own marks


def wide(text: str) -> int:
    """How long Qt finds a text: it counts letters beyond the first 65,536 twice."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)


def narrow(line: str, position: int) -> int:
    """The column in characters of a position in a line as Qt counts."""
    if line.isascii():
        return position
    column = 0
    while position > 0 and column < len(line):
        position -= 2 if line[column] > "\uffff" else 1
        column += 1
    return column


def clean(text: str) -> str:
    """A text as the editor can hold it: line ends and spaces of one kind, no control characters."""
    return _UNFIT.sub("", _LINE_END.sub("\n", text).replace("\u00a0", " "))


def difference(old: str, new: str) -> tuple[int, int, str]:
    """The smallest change from one text to another: where it begins, how many characters go, what comes instead."""
    most = min(len(old), len(new))
    start = next((i for i in range(most) if old[i] != new[i]), most)
    most -= start
    tail = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return start, len(old) - tail - start, new[start : len(new) - tail]


def changes(old: str, new: str) -> list[tuple[int, int, str]]:
    """The changes from one text to another, the last one first: line by line if the lines stay, else one for all."""
    before, after = old.split("\n"), new.split("\n")
    if len(before) != len(after):
        return [difference(old, new)]
    found, place = [], 0
    for one, other in zip(before, after, strict=True):
        if one != other:
            start, removed, text = difference(one, other)
            found.append((place + start, removed, text))
        place += len(one) + 1
    return found[::-1]


def node_at(sheet: Sheet, line: int, column: int, preferred: int | None = None) -> int | None:
    """The node made by the smallest expression around a place, else the one that its line gives; None for neither.

    Where an expression made several (in a loop, or `a - b`), it is `preferred` if that is one of them, else the last.
    """
    around = [(i, span) for i, span in enumerate(sheet.origins) if span is not None and _contains(span, line, column)]
    if around:
        smallest = min(_size(span) for _, span in around)
        nodes = [i for i, span in around if _size(span) == smallest]
    else:
        here = [(i, span) for i, span in enumerate(sheet.origins) if span is not None and span.end_line == line]
        largest = max((_size(span) for _, span in here), default=(0, 0))
        nodes = [i for i, span in here if _size(span) == largest]
    if not nodes:
        return None
    return preferred if preferred in nodes else nodes[-1]


def _contains(span: Span, line: int, column: int) -> bool:
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)


def _size(span: Span) -> tuple[int, int]:
    lines = span.end_line - span.line
    return lines, span.end_column if lines else span.end_column - span.column
