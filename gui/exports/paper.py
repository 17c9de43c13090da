"""What can be drawn, on paper of every kind: SVG, PDF, PNG with 300 dots an inch, and a QImage.

A drawing is measured in pixels of 1/96 inch, as in CSS: what is 12 pixels high on screen is 9 points high in print.
Nothing here is a widget, so all of it works in any thread.
"""

from __future__ import annotations

import math
from typing import Protocol

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from core.errors import ChainruleError
from core.version import VERSION
from core.words import tr
from gui.exports.svg_tidy import tidied

PIXELS_AN_INCH, POINTS_AN_INCH = 96.0, 72.0
DOTS_AN_INCH = 300  # of a PNG
MOST_DOTS = 60e6  # of a PNG: 240 MB while it is drawn; a larger one is drawn smaller
MOST_SIDE = 30_000  # dots: QPainter draws no further than this
MOST_POINTS = 14_400.0  # sides of a PDF's page: what readers agree on
PDF_DOTS_AN_INCH = 1200
_PER_METRE = round(DOTS_AN_INCH / 0.0254)


class Drawing(Protocol):
    """Something that can be drawn at any size."""

    title: str
    ground: QColor

    @property
    def size(self) -> QSizeF:
        """Width and height in pixels."""

    def paint(self, painter: QPainter) -> None:
        """All of it; the painter's unit is a pixel."""


class DrawingError(ChainruleError):
    """A picture that could not be made."""


def svg_bytes(drawing: Drawing) -> bytes:
    """An SVG whose texts are texts and whose lines are paths."""
    size = _whole(drawing.size)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    buffer = _opened()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setResolution(round(PIXELS_AN_INCH))
    _paint(drawing, QPainter(generator))
    return tidied(bytes(buffer.data().data()), drawing.title, size.width(), size.height())


def pdf_bytes(drawing: Drawing) -> bytes:
    """A PDF of one page, as large as the drawing; the largest are drawn smaller to fit the largest page there is."""
    size, points = _whole(drawing.size), point_scale(drawing)
    buffer = _opened()
    writer = QPdfWriter(buffer)
    writer.setResolution(PDF_DOTS_AN_INCH)
    writer.setTitle(drawing.title)
    writer.setCreator(f"Chainrule {VERSION}")
    page = QPageSize(QSizeF(size.width() * points, size.height() * points), QPageSize.Unit.Point)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    _paint(drawing, QPainter(writer), points * PDF_DOTS_AN_INCH / POINTS_AN_INCH)
    return bytes(buffer.data().data())


def png_bytes(drawing: Drawing) -> bytes:
    """A PNG with 300 dots an inch."""
    buffer = _opened()
    if not drawn_image(drawing, dot_scale(drawing)).save(buffer, "PNG"):  # type: ignore[call-overload]
        raise DrawingError(tr("The picture is too large for a PNG: export it as SVG or PDF."))
    return bytes(buffer.data().data())


def drawn_image(drawing: Drawing, scale: float) -> QImage:
    """The drawing with `scale` dots a pixel. Raises DrawingError where there is no memory for it."""
    width, height = (max(1, round(side * scale)) for side in (drawing.size.width(), drawing.size.height()))
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        raise DrawingError(tr("There is not enough memory for this picture: export it as SVG or PDF."))
    image.setDotsPerMeterX(_PER_METRE)
    image.setDotsPerMeterY(_PER_METRE)
    _paint(drawing, QPainter(image), scale)
    return image


def dot_scale(drawing: Drawing) -> float:
    """Dots a pixel: 300 an inch, fewer only where that would be too many in all."""
    width, height = drawing.size.width(), drawing.size.height()
    wanted = DOTS_AN_INCH / PIXELS_AN_INCH
    return min(wanted, math.sqrt(MOST_DOTS / (width * height)), MOST_SIDE / max(width, height))


def point_scale(drawing: Drawing) -> float:
    """Points of a PDF a pixel: 72 an inch, fewer only for what would be larger than the largest page."""
    wanted = POINTS_AN_INCH / PIXELS_AN_INCH
    return min(wanted, MOST_POINTS / max(drawing.size.width(), drawing.size.height()))


def shrunk(drawing: Drawing, kind: str) -> bool:
    """Whether a `png` or `pdf` is drawn smaller than it should be, as it would be too large."""
    if kind == "png":
        return dot_scale(drawing) < DOTS_AN_INCH / PIXELS_AN_INCH
    return kind == "pdf" and point_scale(drawing) < POINTS_AN_INCH / PIXELS_AN_INCH


def _paint(drawing: Drawing, painter: QPainter, scale: float = 1.0) -> None:
    if not painter.isActive():
        raise DrawingError(tr("The picture could not be drawn."))
    try:
        painter.fillRect(painter.window(), drawing.ground)  # a page may be a fraction of a pixel larger
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.scale(scale, scale)
        drawing.paint(painter)
    finally:
        painter.end()


def _whole(size: QSizeF) -> QSize:
    return QSize(max(1, math.ceil(size.width())), max(1, math.ceil(size.height())))


def _opened() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
