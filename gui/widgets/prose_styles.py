"""How prose looks: the faces, colours and distances of its parts, for one theme and one size of letters."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextBlockFormat, QTextCharFormat, QTextOption

from gui.theme import Theme

LETTERS = 14  # px at scale 1
LEADING = 1.45  # from line to line, in letter sizes
GAP = 8  # px at scale 1, between paragraphs
INDENT = 18  # of lists and of formulas on a line of their own
CODE_SIDE, CODE_ABOVE = 10, 8  # px at scale 1 around a block of code

_LEAST = QTextBlockFormat.LineHeightTypes.MinimumHeight.value


class ProseStyles:
    """Formats for text cursors. Made anew when the theme or the scale changes."""

    def __init__(self, theme: Theme, letters: int = LETTERS, *, mute: bool = False) -> None:
        self.theme, self.letters = theme, letters
        self.px = theme.px
        colours = theme.palette
        self.ink = colours.mute if mute else colours.ink
        self.heading_letters = letters + 1
        self.plain = _letters(theme.font(letters), self.ink)
        self.code = _letters(theme.font(letters - 1, mono=True), self.ink)
        self.code_metrics = QFontMetricsF(self.code.font())
        self.number = _letters(_medium(theme.font(letters - 1, mono=True)), colours.accent_text)
        self.link = _letters(theme.font(letters), colours.accent_text)
        self.caption = _letters(theme.font(letters - 2), colours.mute)
        self.problem = _letters(theme.font(letters - 2), colours.negative_text)
        self.object = _letters(theme.font(letters), self.ink)

    def text(self, *, bold: bool = False, italic: bool = False, heading: bool = False) -> QTextCharFormat:
        size = self.heading_letters if heading else self.letters
        font = self.theme.font(size, bold=bold or heading)
        font.setItalic(italic)
        return _letters(font, self.ink)

    def paragraph(self) -> QTextBlockFormat:
        return self._block(self.letters * LEADING, 0, GAP)

    def heading(self) -> QTextBlockFormat:
        return self._block(self.heading_letters * 1.3, GAP + 6, GAP - 3)

    def bullet(self, width: float, *, last: bool) -> QTextBlockFormat:
        """Hangs by `width`, which its sign and the space behind it take."""
        style = self._block(self.letters * LEADING, 0, GAP if last else GAP - 3)
        style.setLeftMargin(width)
        style.setTextIndent(-width)
        style.setTabPositions([QTextOption.Tab(width, QTextOption.TabType.LeftTab)])
        return style

    def formula(self) -> QTextBlockFormat:
        style = self._block(0, GAP + 3, GAP - 1)
        style.setLeftMargin(self.px(INDENT))
        return style

    def code_block(self) -> QTextBlockFormat:
        style = self._block((self.letters - 1) * LEADING, CODE_ABOVE + GAP, CODE_ABOVE + GAP)
        style.setLeftMargin(self.px(CODE_SIDE))
        style.setRightMargin(self.px(CODE_SIDE))
        return style

    def picture(self) -> QTextBlockFormat:
        return self._block(0, 2, GAP - 4)

    def words_of_picture(self) -> QTextBlockFormat:
        return self._block((self.letters - 2) * LEADING, 0, GAP + 2)

    def _block(self, line: float, above: int, below: int) -> QTextBlockFormat:
        """Lines are at least `line` high, so that most formulas fit between their neighbours."""
        style = QTextBlockFormat()
        style.setLineHeight(self.px(line), _LEAST)
        style.setTopMargin(self.px(above))
        style.setBottomMargin(self.px(below))
        return style


def _letters(font: QFont, colour: QColor) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setFont(font)
    style.setForeground(colour)
    return style


def _medium(font: QFont) -> QFont:
    font.setWeight(QFont.Weight.Medium)
    return font
