"""What the picture of a loss surface means: which colours are which losses, and whose the dots are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.words import mark, tr
from gui.numbers import format_rounded
from gui.panels.axes import LABEL_SIZE
from gui.panels.plotting import blended
from gui.theme import Theme

FULL = 0.85
"""Of the accent, at the largest loss: lines have to be seen on it."""

START, NOW = mark("start"), mark("now")
START_RADIUS, NOW_RADIUS = 3, 6  # pixels at scale 1, as all below
_BAR = 8  # height
_GAP = 5


class SurfaceKey(QWidget):
    """A bar from the least to the largest loss, and below it the two dots with their names."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("surfaceKey")
        self._theme = theme
        self._ends: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def texts(self) -> tuple[str, ...]:
        """The words that are drawn; none without a surface."""
        if self._ends is None:
            return ()
        low, high = self._ends
        return tr("loss {loss}", loss=format_rounded(low, 2)), format_rounded(high, 2), tr(START), tr(NOW)

    def show_losses(self, ends: tuple[float, float] | None) -> None:
        """The least and the largest loss of the surface; None without one."""
        self._ends = ends
        words = ""
        if ends is not None:
            words = tr(
                "Pale: loss {low}; full colour: {high}, on a logarithmic scale. "
                "Small dot: where the run began; large dot: where the weights are now.",
                low=f"{ends[0]:.3g}",
                high=f"{ends[1]:.3g}",
            )
        self.setToolTip(words)
        self.setAccessibleName(self.toolTip())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(120), round(2 * self._row()) + self._theme.px(2))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.texts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(LABEL_SIZE))
        self._draw_bar(painter)
        self._draw_dots(painter)

    def _draw_bar(self, painter: QPainter) -> None:
        colours, px, row = self._theme.palette, self._theme.px, self._row()
        metrics = QFontMetricsF(self._theme.font(LABEL_SIZE))
        low, high = self.texts[:2]
        left, right = metrics.horizontalAdvance(low) + px(_GAP), metrics.horizontalAdvance(high) + px(_GAP)
        bar = QRectF(left, (row - px(_BAR)) / 2, max(self.width() - left - right, 1.0), px(_BAR))
        ramp = QLinearGradient(bar.topLeft(), bar.topRight())
        ramp.setColorAt(0.0, colours.card)
        ramp.setColorAt(1.0, blended(colours.card, colours.accent, FULL))
        painter.setPen(colours.mute)
        whole = QRectF(0, 0, self.width(), row)
        painter.drawText(whole, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, low)
        painter.drawText(whole, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, high)
        painter.setPen(QPen(colours.line, px(1)))
        painter.setBrush(ramp)
        painter.drawRect(bar)

    def _draw_dots(self, painter: QPainter) -> None:
        colours, px, row = self._theme.palette, self._theme.px, self._row()
        metrics = QFontMetricsF(self._theme.font(LABEL_SIZE))
        x, middle = 0.0, 1.5 * row
        dots = ((START, colours.ink, START_RADIUS), (NOW, colours.negative, NOW_RADIUS))
        for word, colour, radius in dots:
            text = tr(word)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(x + px(radius), middle), px(radius), px(radius))
            x += 2 * px(radius) + px(_GAP)
            painter.setPen(colours.mute)
            place = QRectF(x, row, metrics.horizontalAdvance(text) + 2, row)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            x += place.width() + px(2 * _GAP)

    def _row(self) -> float:
        return QFontMetricsF(self._theme.font(LABEL_SIZE)).height()

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
