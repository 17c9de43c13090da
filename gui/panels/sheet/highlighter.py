"""The colours of the code. Numbers keep the window's: blue above 0, orange below."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gui.palette import Palette
from gui.panels.sheet.code_tokens import PLAIN, Kind, Token, tokens
from gui.panels.sheet.completion_words import KNOWN
from gui.panels.sheet.places import wide
from gui.theme import Theme


def operation_colour(colours: Palette) -> QColor:
    """Of the names that the lab knows: between good and accent, so that neither a number nor a string looks so."""
    one, other = colours.good, colours.accent_text
    parts = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(sum(pair) // 2 for pair in parts))


class Highlighter(QSyntaxHighlighter):
    """Colours keywords, numbers, strings, comments and the names that the lab knows."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats: dict[Kind, QTextCharFormat] = {}
        self._known = QTextCharFormat()
        theme.changed.connect(self._on_theme_changed)
        self._fill()

    def highlightBlock(self, text: str) -> None:
        found, state = tokens(text, max(self.previousBlockState(), PLAIN))
        narrow = not text.isascii()
        for token in found:
            form = self._format_of(token)
            if form is not None:
                start, end = token.start, token.end
                if narrow:
                    start, end = wide(text[:start]), wide(text[:end])
                self.setFormat(start, end - start, form)
        self.setCurrentBlockState(state)

    def _format_of(self, token: Token) -> QTextCharFormat | None:
        if token.kind is Kind.WORD:
            return self._known if token.text in KNOWN else None
        return self._formats.get(token.kind)

    def _fill(self) -> None:
        colours = self._theme.palette
        self._known = _coloured(operation_colour(colours))
        self._formats = {
            Kind.KEYWORD: _coloured(colours.ink, bold=True),
            Kind.POSITIVE: _coloured(colours.positive_text),
            Kind.NEGATIVE: _coloured(colours.negative_text),
            Kind.STRING: _coloured(colours.good),
            Kind.COMMENT: _coloured(colours.mute),
        }

    def _on_theme_changed(self) -> None:
        self._fill()
        self.rehighlight()


def _coloured(colour: QColor, *, bold: bool = False) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(colour)
    if bold:
        form.setFontWeight(QFont.Weight.Bold)
    return form
