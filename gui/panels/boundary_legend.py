"""One line under the boundary: what its colours or signs mean, and how many points are on the wrong side."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme

_FONT_SIZE = 11
_BAR = (56.0, 6.0)


class BoundaryLegend(QWidget):
    """A colour bar from -1 to +1 for the map; ring and dot for predictions against targets."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("boundaryLegend")
        self._theme = theme
        self._is_map = True
        self._has_targets = False
        self._note = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    @property
    def note(self) -> str:
        return self._note

    def set_kind(self, *, is_map: bool, has_targets: bool = False) -> None:
        """Explain the colours of a map, or the dots of predictions (and the rings of targets, if there are any)."""
        self._is_map, self._has_targets = is_map, has_targets
        self.update()

    def set_wrong(self, wrong: int, rows: int) -> None:
        """Say how many of the rows are on the wrong side; nothing before there is a prediction."""
        note = f"{wrong:,} of {rows:,} wrong".replace(",", " ") if rows else ""
        if note != self._note:
            self._note = note
            self.setAccessibleName(note)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0, self._theme.px(4), 0, 0)
        if self._is_map:
            self._draw_bar(painter, area)
        else:
            self._draw_signs(painter, area)
        painter.setFont(self._theme.font(_FONT_SIZE))
        painter.setPen(self._theme.palette.mute)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._note)

    def _draw_bar(self, painter: QPainter, area: QRectF) -> None:
        colours, px = self._theme.palette, self._theme.px
        x = self._draw_text(painter, area, area.left(), "-1", mono=True) + px(6)
        bar = QRectF(x, area.center().y() - px(_BAR[1]) / 2, px(_BAR[0]), px(_BAR[1]))
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for place, colour in ((0.0, colours.negative), (0.5, colours.card), (1.0, colours.positive)):
            gradient.setColorAt(place, colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, px(3), px(3))
        self._draw_text(painter, area, bar.right() + px(6), "+1", mono=True)

    def _draw_signs(self, painter: QPainter, area: QRectF) -> None:
        colours, px = self._theme.palette, self._theme.px
        x = area.left()
        for text, filled in (("target", False), ("prediction", True))[0 if self._has_targets else 1 :]:
            centre = QPointF(x + px(5), area.center().y())
            painter.setPen(QPen(colours.positive, px(2)))
            painter.setBrush(colours.positive if filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, px(3), px(3))
            x = self._draw_text(painter, area, x + px(13), text) + px(12)

    def _draw_text(self, painter: QPainter, area: QRectF, left: float, text: str, *, mono: bool = False) -> float:
        """Draw a mute text from `left`; returns where it ends."""
        font = self._theme.font(_FONT_SIZE, mono=mono)
        painter.setFont(font)
        painter.setPen(self._theme.palette.mute)
        width = QFontMetricsF(font).horizontalAdvance(text)
        place = QRectF(left, area.top(), width + 1, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        return left + width
