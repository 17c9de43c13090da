"""What a suggestion changes in the text: errors say what was probably meant, here it is found where that belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.errors import ExpressionError
from core.expression.source import Source
from core.words import tr
from gui.panels.sheet.code_tokens import Kind, tokens

WRONG_SIGNS = {"^": "**", "@": "*", "&": "and", "|": "or"}  # that Python reads, but as something else
LIKE = 0.5  # how much a word must be like the one suggested for it
LONGEST = 6000  # characters of a text whose syntax is tried again and again
_DECIMALS = re.compile(r"(-?\d+)\s*,\s*(\d+)")  # with a comma for the point
_WORD_END = re.compile(r"\w+")
AROUND = 2  # columns beside an error in which a wrong sign may stand


@dataclass(frozen=True)
class Correction:
    """Characters of the text from `start` to `end` become `text`; it is inserted where they are the same."""

    start: int
    end: int
    text: str

    def applied(self, text: str) -> str:
        return text[: self.start] + self.text + text[self.end :]

    @property
    def in_words(self) -> str:
        """What it does, for a link."""
        if not self.text.strip():
            return tr("Indent the line")
        new = " ".join(self.text.split())
        return tr("Insert {new}", new=new) if self.start == self.end else tr("Use {new}", new=new)


def correction_of(text: str, error: ExpressionError) -> Correction | None:
    """The change that an error suggests; None if there is no suggestion, or no change that would help."""
    if not error.suggestion:
        return None
    start = _offset(text, error.line, error.column)
    end = max(start, _offset(text, error.end_line, error.end_column))
    if _syntax_error_line(text) is None:
        found = _of_words(text, start, end, error.suggestion)
        return found if found is not None and _syntax_error_line(found.applied(text)) is None else None
    if len(text) > LONGEST:
        return None
    for each in _of_syntax(text, start, end, error):
        line = _syntax_error_line(each.applied(text))
        if line is None or line > error.end_line:
            return each
    return None


def _of_words(text: str, start: int, end: int, suggestion: str) -> Correction | None:
    """In a text that can be read, one word or sign is another one than was meant."""
    marked = text[start:end]
    if "\n" in marked:
        return None
    if _with_point(_DECIMALS.fullmatch(marked)) == suggestion:
        return Correction(start, end, suggestion)
    best, likeness = None, LIKE
    for token in tokens(marked)[0]:
        if token.kind in (Kind.STRING, Kind.COMMENT, Kind.BRACKET):
            continue
        piece = marked[token.start : token.end]
        if WRONG_SIGNS.get(piece) == suggestion:
            return Correction(start + token.start, start + token.end, suggestion)
        like = 1.0 if piece in suggestion and len(piece) > 1 else SequenceMatcher(None, piece, suggestion).ratio()
        if token.kind is not Kind.SIGN and like >= likeness:
            best, likeness = Correction(start + token.start, start + token.end, suggestion), like
    return best


def _of_syntax(text: str, start: int, end: int, error: ExpressionError) -> Iterator[Correction]:
    """In a text that cannot be read: something replaced, or something inserted. The likeliest come first."""
    new, marked = error.suggestion, text[start:end]
    first = text.rfind("\n", 0, start) + 1
    line = text[first:].split("\n", 1)[0]
    if not new.strip():
        yield Correction(first, first, new)
        return
    for pair in _DECIMALS.finditer(line):
        if _with_point(pair) == new and first + pair.start() <= start <= first + pair.end():
            yield Correction(first + pair.start(), first + pair.end(), new)
    if new == '"' and marked[:1] == "'":
        new = "'"
    rest = _WORD_END.match(text, end)
    if marked and rest is not None:  # `2` of `2a`
        yield Correction(start, rest.end(), new)
    yield Correction(start, end, new)
    for token in tokens(line)[0]:
        near = first + token.start <= end + AROUND and first + token.end >= start - AROUND
        if near and token.kind is Kind.SIGN:
            twice = line[token.start : token.start + 2] in ("&&", "||", "++", "--", "<>", ":=")
            last = token.start + (2 if twice else 1)
            yield Correction(first + token.start, first + last, new)
    spaced = f"{new} " if new[0] in "*+-/,=" and text[start - 1 : start] == " " else new
    yield Correction(start, start, spaced)
    yield Correction(end, end, new)
    code = [token for token in tokens(line)[0] if token.kind is not Kind.COMMENT]
    stop = first + (code[-1].end if code else len(line))
    yield Correction(stop, stop, new)


def _with_point(pair: re.Match[str] | None) -> str:
    """`2.0` for `2,0`; empty for no such pair."""
    return "" if pair is None else f"{pair[1]}.{pair[2]}"


def _offset(text: str, line: int, column: int) -> int:
    """Where a place is in the text; beyond a line's end is its end."""
    lines = text.split("\n")
    line = max(1, min(line, len(lines)))
    return sum(len(each) + 1 for each in lines[: line - 1]) + max(0, min(column, len(lines[line - 1])))


def _syntax_error_line(text: str) -> int | None:
    """Where the text cannot be read; None if it can."""
    try:
        Source(text)
    except ExpressionError as error:
        return error.line
    return None
