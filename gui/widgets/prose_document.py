"""Blocks of prose as a text document. All text goes in as plain text with formats: nothing in it is ever markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QFontMetricsF, QImage, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument

from core.lessons.figures import Figure
from core.lessons.folders import Folder, FolderError, read_picture
from core.lessons.prose import (
    Block,
    Bullets,
    Code,
    CodeBlock,
    Formula,
    FormulaBlock,
    Heading,
    Link,
    Live,
    Paragraph,
    Picture,
    Span,
    Spans,
    Text,
)
from core.words import tr
from gui.maths import Maths
from gui.widgets.prose_objects import INDEX, SIGN, FormulaObject, InlineObject, InlineObjects, PictureObject
from gui.widgets.prose_styles import GAP, INDENT, ProseStyles

UNKNOWN = "…"  # a live number that nobody has said yet
_LINE = "\u2028"  # a new line of the same paragraph
_SPECIAL = dict.fromkeys((*range(9), *range(11, 32), 127, 0xFDD0, 0xFDD1, 0xFFFC), "\ufffd")
_SPECIAL |= {ord(sign): " " for sign in "\n\u2028\u2029"}
_TAIL = re.compile(r"\S{1,6}(?!\S)|[,.;:!?)\]}…’”%°′]+")  # behind a formula: never at the beginning of a line
_SHORT = 24  # characters of code that stay on one line
_NO_BREAK = str.maketrans("\N{THIN SPACE}", "\N{NARROW NO-BREAK SPACE}")
_AS_WRITTEN = str.maketrans({"\N{NARROW NO-BREAK SPACE}": "\N{THIN SPACE}", "\N{NO-BREAK SPACE}": " "})


@dataclass
class Part:
    """A stretch of the document that is more than its letters."""

    start: int
    length: int


@dataclass
class Number(Part):
    figure: Figure
    text: str


@dataclass
class CodeGround(Part):
    """Code within a line, or lines of code."""

    block: bool


@dataclass
class Linked(Part):
    address: str


@dataclass
class Drawn(Part):
    drawn: InlineObject


class ProseDocument:
    """Writes into the document of a text widget, and knows its parts afterwards, in their order."""

    def __init__(self, document: QTextDocument, maths: Maths, parent: QObject) -> None:
        self._document, self._maths = document, maths
        self._objects = InlineObjects(document, parent)
        self._pictures: dict[str, QImage | str] = {}
        self.parts: list[Part] = []
        document.setUndoRedoEnabled(False)

    def write(self, blocks: tuple[Block, ...], folder: Folder, styles: ProseStyles, ratio: float) -> None:
        """All anew. `ratio`: device pixels per pixel, for what is drawn."""
        self._styles, self._ratio, self._folder = styles, ratio, folder
        self.parts.clear()
        self._document.clear()
        self._objects.clear()
        self._document.setDefaultFont(styles.theme.font(styles.letters))
        self._cursor = QTextCursor(self._document)
        self._cursor.beginEditBlock()
        self._is_first = True
        for block in blocks:
            self._block(block)
        self._cursor.endEditBlock()
        for _, formula in reversed(self._formulas()):  # what is asked for last is typeset first
            formula.request()

    def forget_pictures(self) -> None:
        """Of a lesson that is no longer shown."""
        self._pictures.clear()

    def numbers(self) -> Iterable[Number]:
        return (part for part in self.parts if isinstance(part, Number))

    def set_numbers(self, text_of: Callable[[Figure], str]) -> bool:
        """Write each number that differs; whether one did."""
        changed = [(part, text) for part in self.numbers() if (text := text_of(part.figure) or UNKNOWN) != part.text]
        if not changed:
            return False
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        for part, text in changed:
            self._replace(cursor, part, text)
        cursor.endEditBlock()
        return True

    def has_formula(self, tex: str) -> bool:
        return any(formula.tex == tex for _, formula in self._formulas())

    def take_formula(self, tex: str) -> None:
        """A formula has been typeset: give it its place."""
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        for start, formula in self._formulas():
            if formula.tex == tex:
                formula.request()
                cursor.setPosition(start)
                cursor.setPosition(start + 1, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(self._style_of(formula, cursor.charFormat().intProperty(INDEX)))
                self._document.markContentsDirty(start, 1)
        cursor.endEditBlock()

    def words(self, start: int, end: int) -> str:
        """What a person reads between two places: formulas and pictures by their words."""
        cursor = QTextCursor(self._document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        pieces = cursor.selectedText().replace("\u2029", "\n").replace(_LINE, "\n").translate(_AS_WRITTEN).split(SIGN)
        drawn = [part.drawn.words for part in self.parts if isinstance(part, Drawn) and start <= part.start < end]
        return "".join(a + b for a, b in zip(pieces, [*drawn, ""], strict=True))

    # -- writing ----------------------------------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        styles = self._styles
        match block:
            case Heading(spans):
                self._begin(styles.heading())
                self._spans(spans, heading=True)
            case Paragraph(spans):
                self._begin(styles.paragraph())
                self._spans(spans)
            case Bullets(items, first):
                self._bullets(items, first)
            case CodeBlock(text):
                self._begin(styles.code_block())
                lines = [_harmless(line).expandtabs(4) for line in text.rstrip("\n").split("\n")]
                self._add(CodeGround, _LINE.join(lines), styles.code, block=True)
            case FormulaBlock(tex):
                self._begin(styles.formula())
                self._formula(tex, styles.letters, inline=False)
            case Picture(name, words):
                self._picture(name, words)

    def _begin(self, style: QTextBlockFormat) -> None:
        if self._is_first:
            style.setTopMargin(max(0.0, style.topMargin() - self._styles.px(GAP)))
            self._cursor.setBlockFormat(style)
        else:
            self._cursor.insertBlock(style, self._styles.plain)
        self._is_first = False

    def _bullets(self, items: tuple[Spans, ...], first: int | None) -> None:
        signs = ["•" if first is None else f"{first + i}." for i in range(len(items))]
        metrics = QFontMetricsF(self._styles.plain.font())
        widest = max((metrics.horizontalAdvance(sign) for sign in signs), default=0.0)
        width = max(self._styles.px(INDENT), widest + self._styles.px(7))
        for i, (sign, spans) in enumerate(zip(signs, items, strict=True)):
            self._begin(self._styles.bullet(width, last=i + 1 == len(items)))
            self._cursor.insertText(f"{sign}\t", self._styles.plain)
            self._spans(spans, indent=width)

    def _spans(self, spans: Spans, *, heading: bool = False, indent: float = 0.0) -> None:
        taken = 0  # letters of the span that stand with the formula before it
        for span, after in zip(spans, (*spans[1:], None), strict=True):
            if isinstance(span, Formula):
                letters = self._styles.heading_letters if heading else self._styles.letters
                tail = _TAIL.match(after.text) if isinstance(after, Text) else None
                drawn = self._formula(span.tex, letters, inline=True, indent=indent)
                if tail and isinstance(after, Text):
                    drawn.set_tail(_harmless(tail[0]), self._text_style(after, heading).font())
                taken = len(tail[0]) if tail else 0
            elif isinstance(span, Text):
                self._cursor.insertText(_harmless(span.text[taken:]), self._text_style(span, heading))
                taken = 0
            else:
                self._span(span)

    def _span(self, span: Span) -> None:
        styles = self._styles
        match span:
            case Code(text):
                whole = text.replace(" ", "\N{NO-BREAK SPACE}") if len(text) <= _SHORT else text
                self._add(CodeGround, _harmless(whole), styles.code, block=False)
            case Live(figure):
                self._add(Number, UNKNOWN, styles.number, figure=figure, text=UNKNOWN)
            case Link(text, address) if address.startswith(("https://", "http://")):
                style = QTextCharFormat(styles.link)
                style.setAnchor(True)
                style.setAnchorHref(address)
                self._add(Linked, _harmless(text), style, address=address)
            case Link(text):
                self._cursor.insertText(_harmless(text), styles.plain)

    def _text_style(self, text: Text, heading: bool) -> QTextCharFormat:
        return self._styles.text(bold=text.bold, italic=text.italic, heading=heading)

    def _formula(self, tex: str, letters: int, *, inline: bool, indent: float = 0.0) -> FormulaObject:
        theme, ink = self._styles.theme, self._styles.ink
        drawn = FormulaObject(self._maths, theme, tex, letters, ink, self._ratio, inline=inline)
        drawn.indent = indent if inline else theme.px(INDENT)
        self._draw(drawn)
        return drawn

    def _picture(self, name: str, words: str) -> None:
        styles = self._styles
        found = self._read_picture(name)
        if isinstance(found, QImage):
            self._begin(styles.picture())
            self._draw(PictureObject(styles.theme, found, "", self._ratio))
            if words:
                self._begin(styles.words_of_picture())
                self._cursor.insertText(_harmless(words), styles.caption)
            return
        self._begin(styles.words_of_picture())
        self._cursor.insertText(_harmless(words) or tr("A picture"), styles.plain)
        self._cursor.insertText(_LINE + _harmless(found), styles.problem)

    def _read_picture(self, name: str) -> QImage | str:
        """The picture, or why there is none."""
        if name not in self._pictures:
            try:
                data = read_picture(name, self._folder)
                image = QImage.fromData(data, "PNG" if data.startswith(b"\x89PNG") else "JPG")
                broken = tr("{name} is damaged: it cannot be drawn.", name=name)
                self._pictures[name] = broken if image.isNull() else image
            except FolderError as error:
                self._pictures[name] = str(error)
        return self._pictures[name]

    def _draw(self, drawn: FormulaObject | PictureObject) -> None:
        self._add(Drawn, SIGN, self._style_of(drawn, self._objects.add(drawn)), drawn=drawn)

    def _style_of(self, drawn: FormulaObject | PictureObject, index: int) -> QTextCharFormat:
        style = drawn.style(self._styles.object)
        style.setProperty(INDEX, index)
        return style

    def _add(self, kind: type[Part], text: str, style: QTextCharFormat, /, **more: object) -> None:
        start = self._cursor.position()
        self._cursor.insertText(text.translate(_NO_BREAK), style)
        self.parts.append(kind(start, self._cursor.position() - start, **more))

    # -- changing ---------------------------------------------------------------------------------------------------

    def _formulas(self) -> list[tuple[int, FormulaObject]]:
        """And where they are."""
        drawn = ((part.start, part.drawn) for part in self.parts if isinstance(part, Drawn))
        return [(start, each) for start, each in drawn if isinstance(each, FormulaObject)]

    def _replace(self, cursor: QTextCursor, part: Number, text: str) -> None:
        """From within: so cursors that stand before or behind the number, as those of a selection, stay there."""
        first = 2 if ord(part.text[0]) > 0xFFFF else 1  # Qt counts in UTF-16
        cursor.setPosition(part.start + first)
        cursor.insertText(_harmless(text).translate(_NO_BREAK), self._styles.number)
        end = cursor.position()
        cursor.setPosition(end + part.length - first, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.setPosition(part.start)
        cursor.setPosition(part.start + first, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        grown = end - first - part.start - part.length
        part.length += grown
        part.text = text
        for other in self.parts:
            if other.start > part.start:
                other.start += grown


def _harmless(text: str) -> str:
    """Without the signs that a document keeps for itself."""
    return text.translate(_SPECIAL)
