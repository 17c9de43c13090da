"""TextButton: a quiet word to click, for the header of the graph."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.theme import Theme

SIDE, ABOVE = 4, 3  # pixels at scale 1 around the text


class TextButton(QAbstractButton):
    """A word in mute that turns to ink under the pointer. When checked it is bold and in the accent's colour."""

    def __init__(
        self, text: str, theme: Theme, *, name: str, tooltip: str, size: int = 12, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._size = size
        self._ring = False  # the focus came by keyboard, so it has to be seen
        self.setText(text)
        self.setObjectName(name)
        self.setToolTip(tooltip)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def set_text(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        # as wide as when bold, so that nothing moves when another word becomes the current one
        metrics = QFontMetrics(self._theme.font(self._size, bold=self.isCheckable()))
        wide = metrics.horizontalAdvance(self.text()) + 2 * self._theme.px(SIDE)
        return QSize(wide, metrics.height() + 2 * self._theme.px(ABOVE))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font(self._size, bold=self.isChecked()))
        painter.setPen(self._colour())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._ring:
            wide = self._theme.px(2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.palette.accent, wide))
            ring = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
            painter.drawRoundedRect(ring, self._theme.px(5), self._theme.px(5))
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)

    def _colour(self) -> QColor:
        colours = self._theme.palette
        if not self.isEnabled():
            faint = QColor(colours.mute)
            faint.setAlphaF(0.5)
            return faint
        if self.isChecked():
            return colours.accent_text
        return colours.ink if self.underMouse() else colours.mute

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
