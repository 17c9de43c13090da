"""From lines of the file to blocks of prose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.lessons.formulas import formula_mistake
from core.lessons.mistakes import Mistakes, Place
from core.lessons.prose import Block, Bullets, CodeBlock, FormulaBlock, Heading, Paragraph, Picture, Spans
from core.lessons.spans import Source, spans_of
from core.words import tr

FENCE = re.compile(r"```\s*([\w+-]{0,20})\s*")
_ITEM = re.compile(r"(?:[-*+]|(\d{1,4})[.)])\s+(?=\S)")
_HEADING = re.compile(r"(#{1,6})\s+")
_PICTURE = re.compile(r"!\[([^\[\]]{0,300})\]\(([^()]{0,300})\)\s*")


def blocks_of(lines: Sequence[str], first: int, mistakes: Mistakes) -> tuple[Block, ...]:
    """The blocks of these lines, the first of which is line `first` of the file."""
    return _Reader(lines, first, mistakes).read()


class _Reader:
    def __init__(self, lines: Sequence[str], first: int, mistakes: Mistakes) -> None:
        self._lines, self._first, self._mistakes = lines, first, mistakes
        self._i = 0

    def read(self) -> tuple[Block, ...]:
        found: list[Block] = []
        while self._i < len(self._lines):
            block = self._block() if self._lines[self._i].strip() else None
            if block is None:
                self._i += 1
            else:
                found.append(block)
        return tuple(found)

    def _block(self) -> Block | None:
        """The block that begins here; None for one that is wrong and takes this line alone."""
        line = self._lines[self._i].strip()
        if FENCE.fullmatch(line):
            return self._code()
        if line.startswith("$$"):
            return self._formula()
        if line.startswith("!["):
            return self._picture(line)
        if found := _HEADING.match(line):
            return self._heading(found)
        if _ITEM.match(line):
            return self._bullets()
        return Paragraph(self._spans(self._paragraph_lines()))

    def _place(self, number: int) -> Place:
        """Where the text of a line begins."""
        line = self._lines[number]
        return Place(self._first + number, len(line) - len(line.lstrip()) + 1)

    def _wrong(self, number: int, message: str) -> None:
        self._mistakes.add(self._place(number), message)

    def _code(self) -> Block:
        begin = self._i
        found = FENCE.fullmatch(self._lines[begin].strip())
        self._i += 1
        while self._i < len(self._lines) and self._lines[self._i].strip() != "```":
            self._i += 1
        if self._i == len(self._lines):
            self._wrong(begin, tr("This ``` is never closed by a line of ``` alone."))
        self._i += 1
        return CodeBlock("\n".join(self._lines[begin + 1 : self._i - 1]), found[1] if found else "")

    def _formula(self) -> Block | None:
        line = self._lines[self._i].strip()
        tex = line[2:-2].strip()
        if len(line) < 5 or not line.endswith("$$"):
            self._wrong(self._i, tr("A formula of its own stands on one line, between $$ and $$."))
            return None
        if wrong := formula_mistake(tex):
            place = self._place(self._i)
            self._mistakes.add(Place(place.line, place.column + line.index(tex) + wrong[0]), wrong[1])
            return None
        self._i += 1
        return FormulaBlock(tex)

    def _picture(self, line: str) -> Block | None:
        found = _PICTURE.fullmatch(line)
        if not found:
            self._wrong(self._i, tr("A picture stands on a line of its own: ![what it shows](file.png)."))
            return None
        if not found[1].strip():
            self._wrong(self._i, tr("A picture needs words, for those who cannot see it: ![what it shows](file.png)."))
        place = self._place(self._i)
        self._i += 1
        return Picture(found[2].strip(), found[1].strip(), *place)

    def _heading(self, found: re.Match[str]) -> Block | None:
        if len(found[1]) < 3:
            self._wrong(self._i, tr("A heading inside a step begins with ###; a step begins with ##."))
            return None
        number = self._i
        self._i += 1
        return Heading(self._spans([(number, found.end())]))

    def _bullets(self) -> Block:
        """Items one after the other; further lines of an item are indented."""
        items: list[Spans] = []
        begin = _ITEM.match(self._lines[self._i].strip())
        first = int(begin[1]) if begin and begin[1] else None
        while self._i < len(self._lines) and (found := _ITEM.match(self._lines[self._i].strip())):
            lines = [(self._i, found.end())]
            self._i += 1
            while self._goes_on() and self._lines[self._i][:1].isspace():
                lines.append((self._i, 0))
                self._i += 1
            items.append(self._spans(lines))
        return Bullets(tuple(items), first)

    def _paragraph_lines(self) -> list[tuple[int, int]]:
        lines = [(self._i, 0)]
        self._i += 1
        while self._goes_on():
            lines.append((self._i, 0))
            self._i += 1
        return lines

    def _goes_on(self) -> bool:
        """Whether the present line belongs to the paragraph before."""
        if self._i >= len(self._lines):
            return False
        line = self._lines[self._i].strip()
        begins = line.startswith(("![", "$$")) or FENCE.fullmatch(line) or _HEADING.match(line) or _ITEM.match(line)
        return bool(line) and not begins

    def _spans(self, lines: Sequence[tuple[int, int]]) -> Spans:
        """Of lines, each from so many characters behind its indentation."""
        texts, places = [], []
        for number, skip in lines:
            place = self._place(number)
            texts.append(self._lines[number].strip()[skip:])
            places.append(Place(place.line, place.column + skip))
        return spans_of(Source(texts, places), self._mistakes)
