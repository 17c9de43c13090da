"""Plots drawn anew at a size of their own: axes, curves and points as lines and texts, not as a picture of the widget.

A copy of the plot's widget, never shown, keeps the scales and knows where everything lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QLineF, QPointF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.exports.paper import Drawing
from gui.panels.axes import LABEL_SIZE, ValueAxis
from gui.panels.plotting import ThemedPlot
from gui.theme import Theme

BARE_MARGIN = 2  # pixels, as all below
MARGIN, HEADING = 14, 26  # around everything; height of the row with the title; pixels
_LINE, _GAP = 14, 14  # in the heading: a piece of a curve, and what is between two entries
_OFFSET = 6  # between the plot and its labels

LegendEntry = tuple[str, QColor, float]  # text, colour and width of the line


class PlotDrawing:
    """A Drawing with a title above and a plot below. A subclass draws the plot, in pixels from its corner."""

    def __init__(self, heading: str, theme: Theme, plot: QSize) -> None:
        self.title, self.ground = heading, theme.palette.card
        self._theme, self._plot_size = theme, plot
        self._margin, self._titled = MARGIN, True

    @property
    def size(self) -> QSizeF:
        around = 2 * self._margin
        return QSizeF(self._plot_size.width() + around, self._plot_size.height() + self._heading() + around)

    def bare(self) -> Drawing:
        """From now on without its title, and close to its border: for a page that says the rest."""
        self._margin, self._titled = BARE_MARGIN, False
        return self

    def paint(self, painter: QPainter) -> None:
        painter.translate(self._margin, self._margin)
        self._paint_heading(painter)
        painter.translate(0, self._heading())
        self.paint_plot(painter)

    def _heading(self) -> int:
        """Height of the row with the title."""
        return HEADING if self._titled or self.legend() else 0

    def paint_plot(self, painter: QPainter) -> None:
        """What is below the heading."""
        raise NotImplementedError

    def legend(self) -> Sequence[LegendEntry]:
        """The lines that have to be told apart."""
        return ()

    def discard(self) -> None:
        """The drawing is not needed any more."""

    def _paint_heading(self, painter: QPainter) -> None:
        font = self._theme.font(13, bold=True)
        painter.setFont(font)
        painter.setPen(self._theme.palette.ink)
        if self._titled:
            painter.drawText(QPointF(0, QFontMetricsF(font).ascent()), self.title)
        font = self._theme.font(12)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        x = float(self._plot_size.width())
        for text, colour, width in reversed(self.legend()):
            x -= metrics.horizontalAdvance(text)
            painter.setPen(self._theme.palette.mute)
            painter.drawText(QPointF(x, metrics.ascent()), text)
            x -= _LINE + 5
            painter.setPen(QPen(colour, width))
            painter.drawLine(QLineF(x, metrics.ascent() - 4, x + _LINE, metrics.ascent() - 4))
            x -= _GAP


class ThemedDrawing(PlotDrawing):
    """Of a plot with pyqtgraph's scales: `copy` is a widget of its own that nobody sees."""

    def __init__(self, heading: str, copy: ThemedPlot, plot: QSize) -> None:
        super().__init__(heading, copy.theme, plot)
        self._copy = copy

    def discard(self) -> None:
        self._copy.deleteLater()

    def paint_plot(self, painter: QPainter) -> None:
        box = self._copy.box
        corner = box.mapToScene(box.rect().topLeft())
        painter.save()
        painter.translate(corner)
        for axis in self._copy.axes:
            self._paint_axis(painter, axis)
        painter.restore()
        painter.save()
        painter.translate(corner)
        painter.setClipRect(box.rect().adjusted(-1, -1, 1, 1))
        self.paint_inside(painter)
        painter.restore()

    def paint_inside(self, painter: QPainter) -> None:
        """What lies between the axes, in pixels of the view box."""

    def draw_layer(self, painter: QPainter, layer: object) -> None:
        """A layer of the widget that draws lines and texts alone."""
        painter.save()
        layer.draw(painter)  # type: ignore[attr-defined]
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_axis(self, painter: QPainter, axis: ValueAxis) -> None:
        area, plot, colours = self._copy.box.rect(), self._copy, self._theme.palette
        upright = axis.orientation == "left"
        font = self._theme.font(LABEL_SIZE, mono=True)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        for value, text in self._ticks(axis, area.height() if upright else area.width()):
            at = plot.to_pixels(0.0, value) if upright else plot.to_pixels(value, 0.0)
            if axis.style["tickLength"] == 0 and axis.tickPen().style() is not Qt.PenStyle.NoPen:
                painter.setPen(QPen(colours.line, 1.0))
                if upright:
                    painter.drawLine(QLineF(area.left(), at.y(), area.right(), at.y()))
                else:
                    painter.drawLine(QLineF(at.x(), area.top(), at.x(), area.bottom()))
            painter.setPen(colours.mute)
            wide = metrics.horizontalAdvance(text)
            if upright:
                place = QPointF(area.left() - _OFFSET - wide, at.y() + metrics.capHeight() / 2)
            else:
                place = QPointF(at.x() - wide / 2, area.bottom() + _OFFSET + metrics.ascent() - 2)
            painter.drawText(place, text)

    def _ticks(self, axis: ValueAxis, length: float) -> Iterator[tuple[float, str]]:
        """Places and texts of an axis' labels."""
        if axis._tickLevels is not None:  # fixed ones
            yield from (tick for level in axis._tickLevels for tick in level)
            return
        low, high = self._copy.box.viewRange()[axis.orientation == "left"]
        for spacing, values in axis.tickValues(low, high, length):
            inside = [value for value in values if low - 1e-9 <= value <= high + 1e-9 * max(1.0, abs(high))]
            yield from zip(inside, axis.tickStrings(inside, 1.0, spacing), strict=True)
