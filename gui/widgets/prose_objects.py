"""What stands in prose and is not letters: formulas and pictures. Each is one character of the document."""

from __future__ import annotations

import functools
import math

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPixmap,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from gui.maths import Maths, Typeset
from gui.palette import LIGHT
from gui.theme import INTERFACE_FAMILY, Theme
from gui.widgets.formula import SMALLEST, spoken

SIGN = "\ufffc"  # the character that an object is
OBJECT = QTextFormat.ObjectTypes.UserObject.value + 1
INDEX = QTextFormat.Property.UserProperty.value + 1  # of a format: which object it is
EM = 1.12  # letters of formulas to those around them: then their lower-case letters are about as high
WIDER = 10_000.0  # px: the room as long as nothing is laid out
RADIUS = 6  # of a picture's corners
_MARGIN = 1.0  # px that a picture of a formula has at each side; at the right letters have their own
_HANG = 2  # px at scale 1 that a formula may reach into the space between two lines


class InlineObject:
    """Something drawn within a line. `words`: what it says to those who cannot see it."""

    words = ""
    indent = 0.0  # px that its paragraph leaves free at both sides together

    def size(self, room: float) -> QSizeF:
        """What it takes on the line, at most `room` wide."""
        raise NotImplementedError

    def draw(self, painter: QPainter, place: QRectF, style: QTextCharFormat) -> None:
        """`place`: what `size` asked for, with its lower edge where the line wants it."""
        raise NotImplementedError


class FormulaObject(InlineObject):
    """A formula: first its words in mute, then its picture."""

    def __init__(
        self, maths: Maths, theme: Theme, tex: str, letters: int, colour: QColor, ratio: float, *, inline: bool
    ) -> None:
        """`letters`: size of the text around, at scale 1. `ratio`: device pixels per pixel."""
        self._maths, self._theme, self.tex, self.inline = maths, theme, tex, inline
        self._letters, self._colour, self._ratio = letters, colour, ratio
        self._size = theme.px(letters * EM)
        self._font = theme.font(letters - 1)
        self._room = -1.0  # that `_found` was made for
        self._found: Typeset | None = None
        self._sunk = 0.0  # how far below the baseline its place on the line ends
        self._tail, self._tail_font, self._tail_width = "", self._font, 0.0
        self.words = spoken(tex)

    def set_tail(self, letters: str, font: QFont) -> None:
        """A comma or the like right behind it: Qt would break the line before it."""
        self._tail, self._tail_font = letters, font
        self._tail_width = QFontMetricsF(font).horizontalAdvance(letters)
        self.words = spoken(self.tex) + letters

    def request(self) -> bool:
        """Ask for the picture, or take it; whether it is there."""
        self._room = -1.0
        return self._typeset(self._size) is not None

    def style(self, base: QTextCharFormat) -> QTextCharFormat:
        """The format of its character. On a line Qt takes the descent of an object from the font of its format."""
        style = QTextCharFormat(base)
        style.setObjectType(OBJECT)
        if self.inline:
            style.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
            style.setFont(_font_of_descent(self._reserved()))
            self._sunk = QFontMetricsF(style.font()).descent()
        return style

    def size(self, room: float) -> QSizeF:
        room = max(1.0, room - self._tail_width)
        if room != self._room:
            self._room, self._found = room, self._fitting(room)
        size = self._expected(room) if self._found is None else self._shrunk(self._found.picture, room)
        if self._found is None or not self.inline:
            return QSizeF(size.width() + self._tail_width, size.height())
        hidden = self._found.descent - self._sunk
        width = max(1.0, size.width() - _MARGIN) + self._tail_width
        return QSizeF(width, max(1.0, math.ceil(size.height() - hidden)))

    def draw(self, painter: QPainter, place: QRectF, style: QTextCharFormat) -> None:
        if style.foreground().color() != self._colour:  # selected: Qt paints half of the selection's colour over it
            painter.fillRect(place, self._theme.palette.card)
        baseline = place.bottom() - self._sunk
        if self._tail:
            painter.setFont(self._tail_font)
            painter.setPen(self._colour)
            painter.drawText(QPointF(place.right() - self._tail_width, baseline), self._tail)
        if self._found is None:
            painter.setFont(self._font)
            painter.setPen(self._theme.palette.mute)
            painter.drawText(QPointF(place.left(), baseline if self.inline else place.center().y()), spoken(self.tex))
            return
        picture, descent = self._found
        size = self._shrunk(picture, self._room)
        top = baseline - size.height() + (descent * size.height() / _height(picture) if self.inline else 0.0)
        corner = QPointF(_on_pixel(place.left(), self._ratio), _on_pixel(top, self._ratio))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(corner, size), picture, QRectF(picture.rect()))

    def _typeset(self, size: int) -> Typeset | None:
        return self._maths.typeset(self.tex, size, self._colour, self._ratio, inline=self.inline)

    def _fitting(self, room: float) -> Typeset | None:
        full = self._typeset(self._size)
        if full is None or full.picture.deviceIndependentSize().width() <= room:
            return full
        smaller = int(self._size * room / full.picture.deviceIndependentSize().width())
        return self._typeset(max(smaller, self._theme.px(SMALLEST))) or full

    def _shrunk(self, picture: QPixmap, room: float) -> QSizeF:
        size = picture.deviceIndependentSize()
        return size * min(1.0, max(room, 1.0) / max(size.width(), 1.0))

    def _expected(self, room: float) -> QSizeF:
        """A guess, so that little moves when the picture comes."""
        metrics = QFontMetricsF(self._font)
        lines = 2.4 if "frac" in self.tex and not self.inline else 1.0
        return QSizeF(min(metrics.horizontalAdvance(self.words) + 2.0, room), math.ceil(metrics.height() * lines))

    def _reserved(self) -> float:
        """How much of the descent the line has to make room for: the space between two lines is there anyhow."""
        usual = QFontMetricsF(self._theme.font(self._letters)).descent()
        found = self._typeset(self._size)
        if found is None:
            return usual
        return max(min(found.descent, usual), found.descent - self._theme.px(_HANG))


class PictureObject(InlineObject):
    """A picture on a line of its own, as large as it is and no wider than the text."""

    def __init__(self, theme: Theme, image: QImage, words: str, ratio: float) -> None:
        self._image, self._ratio, self.words = image, ratio, words
        self._natural = QSizeF(image.size()) * theme.scale
        self._radius = theme.px(RADIUS)
        self._plate = theme.dark and image.hasAlphaChannel()  # drawn for white paper
        self._scaled = QPixmap()

    def style(self, base: QTextCharFormat) -> QTextCharFormat:
        """The format of its character."""
        style = QTextCharFormat(base)
        style.setObjectType(OBJECT)
        return style

    def size(self, room: float) -> QSizeF:
        size = self._natural * min(1.0, max(room, 1.0) / self._natural.width())
        return QSizeF(max(1.0, math.floor(size.width())), max(1.0, math.floor(size.height())))

    def draw(self, painter: QPainter, place: QRectF, style: QTextCharFormat) -> None:
        wanted = QSize(round(place.width() * self._ratio), round(place.height() * self._ratio))
        if self._scaled.size() != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            scaled = self._image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            scaled.setDevicePixelRatio(self._ratio)
            self._scaled = QPixmap.fromImage(scaled)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._plate:
            painter.setBrush(LIGHT.card)
            painter.drawRoundedRect(place, self._radius, self._radius)
        corner = QPointF(_on_pixel(place.left(), self._ratio), _on_pixel(place.top(), self._ratio))
        brush = QBrush(self._scaled)
        painter.setBrushOrigin(corner)
        painter.setBrush(brush)
        painter.drawRoundedRect(QRectF(corner, place.size()), self._radius, self._radius)


class InlineObjects(QPyTextObject):
    """Lets a document lay out and draw its objects: the format of a character says which one it is."""

    def __init__(self, document: QTextDocument, parent: QObject) -> None:
        super().__init__(parent)
        self._objects: list[InlineObject] = []
        document.documentLayout().registerHandler(OBJECT, self)

    def clear(self) -> None:
        self._objects = []

    def add(self, drawn: InlineObject) -> int:
        """Returns the index that its format has to have."""
        self._objects.append(drawn)
        return len(self._objects) - 1

    def intrinsicSize(self, doc: QTextDocument, position: int, format: QTextFormat) -> QSizeF:
        drawn = self._objects[format.intProperty(INDEX)]
        width = doc.textWidth()
        room = width - 2 * doc.documentMargin() - drawn.indent if width > 0 else WIDER
        return drawn.size(math.floor(room))

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, position: int, format: QTextFormat
    ) -> None:
        painter.save()
        self._objects[format.intProperty(INDEX)].draw(painter, QRectF(rect), format.toCharFormat())
        painter.restore()


def _height(picture: QPixmap) -> float:
    return max(1.0, picture.deviceIndependentSize().height())


def _on_pixel(length: float, ratio: float) -> float:
    return round(length * ratio) / ratio


@functools.cache
def _font_of_descent(descent: float) -> QFont:
    """A face whose letters reach at least so far below the line."""
    font = QFont(INTERFACE_FAMILY)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    size = 1
    font.setPixelSize(size)
    while QFontMetricsF(font).descent() < descent:
        size += 1
        font.setPixelSize(size)
    return font
