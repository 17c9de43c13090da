"""The text of a lesson as plain data: blocks of spans. A small part of Markdown, and nothing else has any meaning.

HTML is text like any other: `<b>` is four characters. Who draws spans must draw them as text, never as markup.
"""

from __future__ import annotations

import msgspec

from core.lessons.figures import Figure


class Text(msgspec.Struct, frozen=True, tag=True):
    """Words; a line break in the file is a space."""

    text: str
    bold: bool = False
    italic: bool = False


class Code(msgspec.Struct, frozen=True, tag=True):
    """`a.grad += 1.0`, exactly as it is written."""

    text: str


class Formula(msgspec.Struct, frozen=True, tag=True):
    """TeX that can be typeset."""

    tex: str


class Live(msgspec.Struct, frozen=True, tag=True):
    """A number of the session."""

    figure: Figure
    line: int = 0  # of the file, for messages
    column: int = 0


class Link(msgspec.Struct, frozen=True, tag=True):
    """Opened in a browser, after asking. Always http or https."""

    text: str
    address: str


Span = Text | Code | Formula | Live | Link
Spans = tuple[Span, ...]


class Heading(msgspec.Struct, frozen=True, tag=True):
    """`### …`, inside a step."""

    spans: Spans


class Paragraph(msgspec.Struct, frozen=True, tag=True):
    spans: Spans


class Bullets(msgspec.Struct, frozen=True, tag=True):
    """A list, without lists inside; numbered from `first` or, if that is None, with dots."""

    items: tuple[Spans, ...]
    first: int | None = None


class CodeBlock(msgspec.Struct, frozen=True, tag=True):
    """Lines of code, to be read: nothing runs them."""

    text: str
    language: str = ""


class FormulaBlock(msgspec.Struct, frozen=True, tag=True):
    """A formula on a line of its own."""

    tex: str


class Picture(msgspec.Struct, frozen=True, tag=True):
    """A picture of the lesson's own folder (see sources.py), with words for those who cannot see it."""

    name: str
    words: str
    line: int = 0
    column: int = 0


Block = Heading | Paragraph | Bullets | CodeBlock | FormulaBlock | Picture


def plain(spans: Spans) -> str:
    """The words alone, for titles, lists and screen readers; live numbers by their names."""
    words = []
    for span in spans:
        match span:
            case Formula(tex):
                words.append(tex)
            case Live(figure):
                words.append(f"{{{figure}}}")
            case _:
                words.append(span.text)
    return "".join(words)


def live_numbers(blocks: tuple[Block, ...]) -> list[Live]:
    """All of them, in the order of the text."""
    rows: list[Spans] = []
    for block in blocks:
        match block:
            case Heading(spans) | Paragraph(spans):
                rows.append(spans)
            case Bullets(items):
                rows += items
    return [span for spans in rows for span in spans if isinstance(span, Live)]
