"""What the characters of a line of code are: for colours, brackets, and to know where no completion is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

KEYWORDS = frozenset(("for", "in", "if", "else", "def", "return", "import", "from", "as", "and", "or", "not"))
CONSTANTS = frozenset(("True", "False", "None"))
PLAIN, SINGLE, DOUBLE = 0, 1, 2  # states at the end of a line; inside '''…''' and inside \"\"\"…\"\"\"
OPENING, CLOSING = "([{", ")]}"

_QUOTES = {SINGLE: "'''", DOUBLE: '"""'}
_PIECE = re.compile(
    r"""(?P<space>\s+)|(?P<comment>\#.*)|(?P<string>(?:[rRbBuUfF]|[fF][rR]|[rR][fF])?(?:\"\"\"|'''|"|'))"""
    r"""|(?P<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)|(?P<word>[^\W\d]\w*)|(?P<sign>.)"""
)


class Kind(Enum):
    """What a piece of code is."""

    KEYWORD = "keyword"
    WORD = "word"  # a name
    POSITIVE = "positive"  # a number
    NEGATIVE = "negative"  # a number with its own minus sign
    STRING = "string"
    COMMENT = "comment"
    BRACKET = "bracket"
    SIGN = "sign"


@dataclass(frozen=True)
class Token:
    """A piece of a line: its first column, the column after it, what it is."""

    start: int
    end: int
    kind: Kind
    text: str
    closed: bool = True  # False: a string that goes on beyond the line, or lacks its quote


def tokens(line: str, state: int = PLAIN) -> tuple[list[Token], int]:
    """The pieces of a line in their order, and the state at its end. `state` is that at the end of the line before."""
    found: list[Token] = []
    place = 0
    if state in _QUOTES:
        end = line.find(_QUOTES[state])
        if end < 0:
            return [Token(0, len(line), Kind.STRING, line, closed=False)], state
        place = end + 3
        found.append(Token(0, place, Kind.STRING, line[:place]))
    while place < len(line):
        piece = _PIECE.match(line, place)
        if piece is None:
            break
        if piece.lastgroup == "string":
            parts, place, state_after = _string(line, piece)
            found.extend(parts)
            if state_after != PLAIN:
                return found, state_after
            continue
        if piece.lastgroup != "space":
            _add(found, piece)
        place = piece.end()
    return found, PLAIN


def is_code(line: str, state: int, column: int) -> bool:
    """Whether what is typed at this column is code, not part of a string or a comment."""
    for token in tokens(line, state)[0]:
        inside = token.start < column < token.end or (token.start < column == token.end and not token.closed)
        if token.kind is Kind.STRING and inside:
            return False
        if token.kind is Kind.COMMENT and column > token.start:
            return False
    return True


def _add(found: list[Token], piece: re.Match[str]) -> None:
    text, start, end = piece.group(), piece.start(), piece.end()
    match piece.lastgroup:
        case "comment":
            found.append(Token(start, end, Kind.COMMENT, text))
        case "number":
            minus = found[-1] if found and found[-1].text == "-" and found[-1].end == start else None
            if minus is not None and _is_sign(found):
                found[-1] = Token(minus.start, end, Kind.NEGATIVE, "-" + text)
            else:
                found.append(Token(start, end, Kind.POSITIVE, text))
        case "word":
            found.append(Token(start, end, Kind.KEYWORD if text in KEYWORDS | CONSTANTS else Kind.WORD, text))
        case _:
            found.append(Token(start, end, Kind.BRACKET if text in OPENING + CLOSING else Kind.SIGN, text))


def _is_sign(found: list[Token]) -> bool:
    """Whether the minus found last belongs to the number after it: nothing stands before it to be subtracted from."""
    if len(found) < 2:
        return True
    before = found[-2]
    return before.kind in (Kind.SIGN, Kind.KEYWORD) or (before.kind is Kind.BRACKET and before.text in OPENING)


def _string(line: str, piece: re.Match[str]) -> tuple[list[Token], int, int]:
    """A string from its first quote: its tokens, the column after it, and the state there."""
    prefix = piece.group().rstrip("\"'")
    quote = piece.group()[len(prefix) :]
    end = piece.end()
    while end < len(line) and not line.startswith(quote, end):
        end += 2 if line[end] == "\\" else 1
    closed = end < len(line)
    end = min(end + len(quote) if closed else len(line), len(line))
    if not closed and len(quote) == 3:
        return [Token(piece.start(), end, Kind.STRING, line[piece.start() : end], False)], end, _state_of(quote)
    if "f" in prefix.lower():
        inside = end - len(quote) if closed else end
        return list(_f_string(line, piece.start(), piece.end(), inside, end, closed)), end, PLAIN
    return [Token(piece.start(), end, Kind.STRING, line[piece.start() : end], closed)], end, PLAIN


def _state_of(quote: str) -> int:
    return SINGLE if quote == _QUOTES[SINGLE] else DOUBLE


def _f_string(line: str, start: int, first: int, inside: int, end: int, closed: bool) -> Iterator[Token]:
    """The letters of an f-string as strings, what stands in its braces as code."""
    place, letters = first, start
    while place < inside:
        if line[place] != "{" or line.startswith("{{", place):
            place += 2 if line.startswith(("{{", "}}"), place) else 1
            continue
        stop = _end_of_braces(line, place + 1, inside)
        yield Token(letters, place, Kind.STRING, line[letters:place])
        yield Token(place, place + 1, Kind.BRACKET, "{")
        for token in tokens(line[place + 1 : stop])[0]:
            shift = place + 1
            yield Token(token.start + shift, token.end + shift, token.kind, token.text, token.closed)
        place = letters = stop
        if stop < inside and line[stop] == ":":  # the format: letters again, up to the brace
            place = line.find("}", stop, inside)
            place = inside if place < 0 else place
            yield Token(stop, place, Kind.STRING, line[stop:place])
            letters = place
        if place < inside:
            yield Token(place, place + 1, Kind.BRACKET, "}")
            place = letters = place + 1
    if letters < end:
        yield Token(letters, end, Kind.STRING, line[letters:end], closed)


def _end_of_braces(line: str, place: int, inside: int) -> int:
    """Where the code in braces ends: at its closing brace, its format's colon, or the end of the string."""
    depth = 0
    while place < inside:
        letter = line[place]
        if depth == 0 and letter in "}:":
            return place
        depth += (letter in OPENING) - (letter in CLOSING)
        place += 1
    return place
