"""Inside of a paragraph: `**bold**`, `*italic*`, `code`, `$formula$`, `[words](https://…)`, `{live number}`.

A backslash before one of these signs takes its meaning away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.lessons.figures import FigureError, figure
from core.lessons.formulas import formula_mistake
from core.lessons.mistakes import Mistakes, Place
from core.lessons.prose import Code, Formula, Link, Live, Span, Spans, Text
from core.words import tr

LONGEST_ADDRESS = 500  # characters of a link
_SIGNS = "\\`*_{}[]()#+-.!$<>|~"
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{0,600})\)")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]*)?")


class Source:
    """A piece of the file as one text, and where in the file each of its characters stands."""

    def __init__(self, lines: Sequence[str], starts: Sequence[Place]) -> None:
        """`starts`: where each of the lines begins."""
        self.text = "\n".join(lines)
        self._starts = starts

    def place(self, offset: int) -> Place:
        before = self.text[:offset]
        line = before.count("\n")
        start = self._starts[min(line, len(self._starts) - 1)]
        return Place(start.line, start.column + offset - (before.rfind("\n") + 1))


def spans_of(source: Source, mistakes: Mistakes) -> Spans:
    """The spans of a paragraph; what is wrong with them is added to `mistakes`."""
    return _Reader(source, mistakes).read()


def spans_of_text(text: str, place: Place, mistakes: Mistakes) -> Spans:
    """Those of a text of a step block, all at one place."""
    return spans_of(_Fixed(text, place), mistakes)


class _Fixed(Source):
    def __init__(self, text: str, place: Place) -> None:
        super().__init__([text], [place])
        self._place = place

    def place(self, offset: int) -> Place:
        return self._place


class _Reader:
    """Goes through a text once; each sign takes a fixed amount of work."""

    def __init__(self, source: Source, mistakes: Mistakes) -> None:
        self._source, self._text, self._mistakes = source, source.text, mistakes
        self._spans: list[Span] = []
        self._words: list[str] = []
        self._bold = self._italic = False
        self._opened = 0

    def read(self) -> Spans:
        i = 0
        while i < len(self._text):
            i = self._take(i)
        self._flush()
        if self._bold or self._italic:
            sign = "**" if self._bold else "*"
            self._wrong(self._opened, tr("This '{sign}' is never closed. (Write \\* for the sign itself.)", sign=sign))
        return tuple(self._spans)

    def _take(self, i: int) -> int:
        """What stands at `i`; returns where it ends."""
        text, sign = self._text, self._text[i]
        match sign:
            case "\\" if i + 1 < len(text) and text[i + 1] in _SIGNS:
                self._words.append(text[i + 1])
                return i + 2
            case "`":
                return self._code(i)
            case "$":
                return self._formula(i)
            case "{":
                return self._live(i)
            case "[" if found := _LINK.match(text, i):
                return self._link(i, found)
            case "*":
                return self._emphasis(i)
        self._words.append(" " if sign == "\n" else sign)
        return i + 1

    def _emphasis(self, i: int) -> int:
        double = self._text.startswith("**", i)
        width = 2 if double else 1
        is_open = self._bold if double else self._italic
        before = self._text[i - 1] if i else " "
        after = self._text[i + width] if i + width < len(self._text) else " "
        if before.isspace() if is_open else after.isspace():  # as in 2 * 3: a sign like any other
            self._words.append(self._text[i : i + width])
            return i + width
        self._flush()
        if double:
            self._bold = not self._bold
        else:
            self._italic = not self._italic
        self._opened = i
        return i + width

    def _code(self, i: int) -> int:
        end = self._text.find("`", i + 1)
        if end < 0:
            return self._wrong(i, tr("This ` is never closed."))
        self._add(Code(self._text[i + 1 : end].replace("\n", " ")))
        return end + 1

    def _formula(self, i: int) -> int:
        end = self._text.find("$", i + 1)
        if end < 0:
            return self._wrong(i, tr("This $ is never closed. (Write \\$ for the sign itself.)"))
        tex = self._text[i + 1 : end].replace("\n", " ")
        wrong = formula_mistake(tex)
        if wrong:
            self._wrong(i + 1 + wrong[0], wrong[1])
        else:
            self._add(Formula(tex.strip()))
        return end + 1

    def _live(self, i: int) -> int:
        end = self._text.find("}", i + 1)
        if end < 0:
            return self._wrong(i, tr("This '{' is never closed. (Write \\{ for the sign itself.)"))
        place = self._source.place(i)
        try:
            self._add(Live(figure(self._text[i + 1 : end]), *place))
        except FigureError as error:
            self._mistakes.add(place, str(error))
        return end + 1

    def _link(self, i: int, found: re.Match[str]) -> int:
        if len(found[2]) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(found[2]):
            self._wrong(i, tr("A link's address begins with https:// or http:// and has no spaces."))
        else:
            self._add(Link(found[1], found[2]))
        return found.end()

    def _add(self, span: Span) -> None:
        self._flush()
        self._spans.append(span)

    def _flush(self) -> None:
        if self._words:
            self._spans.append(Text("".join(self._words), self._bold, self._italic))
            self._words = []

    def _wrong(self, i: int, message: str) -> int:
        self._mistakes.add(self._source.place(i), message)
        return i + 1
