"""One line under the boundary: what its colours or signs mean, and how many points are on the wrong side."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme

_FONT_SIZE = 11
_BAR = (56.0, 6.0)
_SELECTED = "selected"
_SIGN = 12  # pixels at scale 1 from the left of a sign to its text
_GAP = 12  # between one entry and the next
_MAP_TOOLTIP = (
    "Hollow dots are on the wrong side of the boundary.\n"
    "The dot with a ring is the selected sample: a click on another selects that."
)
_PREDICTION_TOOLTIP = (
    "Wrong: prediction and target have different signs.\n"
    "The strong ring is the selected sample: a click on another selects that."
)


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
        self.setToolTip(_MAP_TOOLTIP)
        theme.changed.connect(self.updateGeometry)

    @property
    def note(self) -> str:
        return self._note

    def set_kind(self, *, is_map: bool, has_targets: bool = False) -> None:
        """Explain the colours of a map, or the dots of predictions (and the rings of targets, if there are any)."""
        self._is_map, self._has_targets = is_map, has_targets
        self.setToolTip(_MAP_TOOLTIP if is_map else _PREDICTION_TOOLTIP)
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
        start = self._draw_bar(painter, area) if self._is_map else self._draw_signs(painter, area)
        if self._note:
            self._draw_note(painter, area, start)

    def _draw_bar(self, painter: QPainter, area: QRectF) -> float:
        colours, px = self._theme.palette, self._theme.px
        x = self._draw_text(painter, area, area.left(), "-1", mono=True) + px(6)
        bar = QRectF(x, area.center().y() - px(_BAR[1]) / 2, px(_BAR[0]), px(_BAR[1]))
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for place, colour in ((0.0, colours.negative), (0.5, colours.card), (1.0, colours.positive)):
            gradient.setColorAt(place, colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, px(3), px(3))
        return self._draw_text(painter, area, bar.right() + px(6), "+1", mono=True)

    def _draw_signs(self, painter: QPainter, area: QRectF) -> float:
        colours, px = self._theme.palette, self._theme.px
        x = area.left()
        for text, filled in (("target", False), ("prediction", True))[0 if self._has_targets else 1 :]:
            centre = QPointF(x + px(5), area.center().y())
            painter.setPen(QPen(colours.positive, px(2)))
            painter.setBrush(colours.positive if filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, px(3), px(3))
            x = self._draw_text(painter, area, x + px(13), text) + px(_GAP)
        return x - px(_GAP)

    def _draw_note(self, painter: QPainter, area: QRectF, start: float) -> None:
        """From the right: how many are wrong; on a map also their sign, and that of the selected one, if they fit."""
        colours, px = self._theme.palette, self._theme.px
        x = area.right() - self._width(self._note)
        self._draw_text(painter, area, x, self._note)
        if not self._is_map:
            return
        x -= px(_SIGN)
        if x < start + px(4):
            return
        painter.setPen(QPen(colours.mute, px(2)))
        painter.setBrush(colours.ink if self._theme.dark else colours.card)
        painter.drawEllipse(QPointF(x + px(4), area.center().y()), px(3), px(3))
        x -= px(_GAP + _SIGN + 2) + self._width(_SELECTED)
        if x < start + px(_GAP):
            return
        centre = QPointF(x + px(5), area.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.mute)
        painter.drawEllipse(centre, px(2), px(2))
        painter.setPen(QPen(colours.ink, 1.5 * self._theme.scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, px(5), px(5))
        self._draw_text(painter, area, x + px(_SIGN + 2), _SELECTED)

    def _width(self, text: str) -> float:
        return QFontMetricsF(self._theme.font(_FONT_SIZE)).horizontalAdvance(text)

    def _draw_text(self, painter: QPainter, area: QRectF, left: float, text: str, *, mono: bool = False) -> float:
        """Draw a mute text from `left`; returns where it ends."""
        font = self._theme.font(_FONT_SIZE, mono=mono)
        painter.setFont(font)
        painter.setPen(self._theme.palette.mute)
        width = QFontMetricsF(font).horizontalAdvance(text)
        place = QRectF(left, area.top(), width + 1, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        return left + width
