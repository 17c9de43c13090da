"""Draws the chips of the order."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen

from gui.panels.sheet.order_chips import Chip, Look
from gui.theme import Theme

FADE = 26  # pixels at scale 1: where chips go on beyond the edge
DARKER = 112  # percent: white letters on the light theme's violet need it


class ChipPaint:
    """One chip at a time, in the theme's colours."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def active_fill(self, *, backward: bool) -> QColor:
        """The fill of the chip whose turn it is; letters on it have the card's colour."""
        colours = self._theme.palette
        if not backward:
            return colours.accent_text
        return colours.glow if self._theme.dark else colours.glow.darker(DARKER)

    def chip(
        self, painter: QPainter, place: QRectF, chip: Chip, look: Look, *,
        backward: bool, selected: bool, marked: bool, hovered: bool,
    ) -> None:  # fmt: skip
        """Soft when done, filled when active, outlined when to come; an ink outline when selected."""
        colours, px, radius = self._theme.palette, self._theme.px, place.height() / 2
        if marked:
            painter.setPen(QPen(colours.accent, px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(-px(2), -px(2), px(2), px(2)), radius + px(2), radius + px(2))
        strong = self.active_fill(backward=backward)
        fill = {Look.ACTIVE: strong, Look.DONE: colours.soft}.get(look, colours.soft if hovered else colours.card)
        line = {Look.ACTIVE: strong, Look.NEXT: strong}.get(look, colours.line)
        wide = px(1.5) if look is Look.NEXT else px(1)
        if selected:
            line, wide = colours.ink, px(2)
        painter.setPen(QPen(line, wide))
        painter.setBrush(fill)
        painter.drawRoundedRect(place.adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2), radius, radius)
        self._text(painter, place, chip, look)

    def _text(self, painter: QPainter, place: QRectF, chip: Chip, look: Look) -> None:
        """The number small, the name beside it."""
        colours, px = self._theme.palette, self._theme.px
        active = look is Look.ACTIVE
        number_font, name_font = self._theme.font(10, mono=True), self._theme.font(12, mono=True, bold=active)
        gap, small = px(5), QFontMetricsF(number_font)
        number = str(chip.number)
        room = place.width() - px(16) - small.horizontalAdvance(number) - gap
        metrics = QFontMetricsF(name_font)
        cut = Qt.TextElideMode.ElideLeft if "/" in chip.name else Qt.TextElideMode.ElideRight
        name = metrics.elidedText(chip.name, cut, room)  # of an address its end tells more
        whole = small.horizontalAdvance(number) + gap + metrics.horizontalAdvance(name)
        left = place.left() + (place.width() - whole) / 2
        base = place.center().y() + (metrics.ascent() - metrics.descent()) / 2
        painter.setFont(number_font)
        painter.setPen(colours.card if active else colours.mute)
        painter.drawText(QPointF(left, base), number)
        painter.setFont(name_font)
        painter.setPen(colours.card if active else colours.mute if look is Look.COMING else colours.ink)
        painter.drawText(QPointF(left + small.horizontalAdvance(number) + gap, base), name)

    def fades(self, painter: QPainter, area: QRect, *, left: bool, right: bool) -> None:
        """Chips that go on beyond an edge fade out there."""
        wide = self._theme.px(FADE)
        clear = QColor(self._theme.palette.card)
        clear.setAlpha(0)
        for there, edge, inner in (
            (left, area.left(), area.left() + wide),
            (right, area.right() + 1, area.right() - wide),
        ):
            if there:
                gradient = QLinearGradient(edge, 0, inner, 0)
                gradient.setColorAt(0, self._theme.palette.card)
                gradient.setColorAt(1, clear)
                painter.fillRect(QRectF(min(edge, inner), area.top(), wide, area.height()), gradient)
