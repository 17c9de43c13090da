"""Lines of text for the inspector, in the fonts and colours of the theme."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.theme import Theme

SMALLEST_TEXT = 10  # pixels at scale 1
NARROWEST = 1  # Qt takes a widget that is shown without any width as off screen, for good: old text is not wiped then


def value_colour(theme: Theme, value: float) -> QColor:
    """The colour of a number by its sign; nan and inf stand out."""
    return theme.number_colour(value) if math.isfinite(value) else theme.palette.negative_text


class ThemedLabel(QLabel):
    """A QLabel that follows the theme: `colour` is the name of a field of the palette."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        colour: str = "ink",
        size: int = 13,
        bold: bool = False,
        mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._theme, self._colour = theme, colour
        self._size, self._bold, self._mono = size, bold, mono
        self.setTextFormat(Qt.TextFormat.PlainText)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_size(self, size: int) -> None:
        """Pixels at scale 1."""
        if size != self._size:
            self._size = size
            self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        self.setFont(self._theme.font(self._size, bold=self._bold, mono=self._mono))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, getattr(self._theme.palette, self._colour))
        self.setPalette(palette)


class TextLine(QWidget):
    """One painted line. New text costs a repaint and never a new layout, so it may change at every frame.

    Text that is too wide is set in a smaller size, then cut with an ellipsis; the tooltip of a cut text has all of it.
    """

    def __init__(
        self,
        theme: Theme,
        *,
        colour: str = "ink",
        size: int = 13,
        bold: bool = False,
        mono: bool = False,
        chars: int = 4,
        right: bool = False,
        text: str = "",
        caption: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`chars`: the width kept free, in digits, and the line takes more if it can; 0: as wide as its text.

        `caption`: said before the text by screen readers.
        """
        super().__init__(parent)
        self._theme, self._colour = theme, colour
        self._size, self._bold, self._mono, self._chars = size, bold, mono, chars
        self._right = right
        self._text, self._caption = text, caption
        self._value: float | None = None
        self.setAccessibleName(f"{caption} {text}".strip())
        wide = QSizePolicy.Policy.Expanding if chars else QSizePolicy.Policy.Preferred
        self.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(f"{self._caption} {text}".strip())
            self.update()
            if not self._chars:
                self.updateGeometry()

    def set_colour(self, name: str) -> None:
        """`name` of a field of the palette."""
        if name != self._colour:
            self._colour = name
            self.update()

    def set_number(self, text: str, value: float) -> None:
        """Show a number's text in the colour of its sign."""
        if text != self._text or value != self._value:
            self._value = value
            self.set_text(text)
            self.update()

    def set_plain(self, text: str) -> None:
        """Show a text in the line's own colour."""
        if self._value is not None:
            self._value = None
            self.update()
        self.set_text(text)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._theme.font(self._size, bold=self._bold, mono=self._mono))
        width = metrics.horizontalAdvance("0" * self._chars or self._text)
        return QSize(max(math.ceil(width), NARROWEST), math.ceil(metrics.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() if self._chars else QSize(NARROWEST, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        painter = QPainter(self)
        colour = getattr(self._theme.palette, self._colour)
        painter.setPen(colour if self._value is None else value_colour(self._theme, self._value))
        place = QRectF(self.rect())
        draw_fitting(painter, self._theme, place, self._text, self._size, self._bold, self._mono, self._right)

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


def draw_fitting(
    painter: QPainter,
    theme: Theme,
    place: QRectF,
    text: str,
    size: int,
    bold: bool = False,
    mono: bool = False,
    right: bool = False,
) -> None:
    """Draw one line of text, centred vertically; smaller if it is too wide, and cut if it is still too wide."""
    for pixels in range(size, min(size, SMALLEST_TEXT) - 1, -1):
        font = theme.font(pixels, bold=bold, mono=mono)
        metrics = QFontMetricsF(font)
        width = metrics.horizontalAdvance(text)
        if width <= place.width() + 0.5:
            break
    else:
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        width = metrics.horizontalAdvance(text)
    painter.setFont(font)
    x = place.right() - width if right else place.left()
    baseline = place.center().y() + (metrics.capHeight() / 2)
    painter.drawText(QPointF(round(x), round(baseline)), text)
