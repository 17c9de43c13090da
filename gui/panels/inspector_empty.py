"""What the inspector shows while nothing is selected."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.words import mark, tr
from gui.panels.inspector_text import ThemedLabel
from gui.theme import Theme

USES = mark("Every use of a value adds upstream × local to its gradient.")
FOLLOW = mark("Click a row, or press Enter on it, to follow the gradient.")
BACK = mark("Backspace leads back to the node before.")


@dataclass(frozen=True)
class EmptyTexts:
    """What to say in one of the labs."""

    invitation: str
    hints: tuple[str, ...]


NETWORK = EmptyTexts(
    mark("Click any neuron or weight. Its gradient is taken apart here."),
    (mark("A point selects its sample: all numbers are then seen from that sample."), USES, FOLLOW, BACK),
)
EXPRESSION = EmptyTexts(
    mark("Click any value of the graph. Its gradient is taken apart here."),
    (USES, mark("A nudge by h finds the same slope, if h is neither too large nor too small."), FOLLOW, BACK),
)


class EmptyInspector(QWidget):
    """A small drawing of a gradient that flows back, and what to do."""

    def __init__(self, theme: Theme, texts: EmptyTexts = NETWORK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("inspectorEmpty")
        self._column = QVBoxLayout(self)
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self._column.addStretch(1)
        drawing = _BackwardDrawing(theme)
        self._column.addWidget(drawing)
        self._add(tr(texts.invitation), "ink", 13)
        hints = [self._add(tr(hint), "mute", 12) for hint in texts.hints]
        self._spared: list[QWidget] = [*reversed(hints), drawing]  # what goes first where there is little room
        self._column.addStretch(2)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what has no room, rather than let it overlap."""
        width = self.width() - self._column.contentsMargins().left() - self._column.contentsMargins().right()
        widgets = [item.widget() for i in range(self._column.count()) if (item := self._column.itemAt(i)).widget()]
        heights = {each: max(each.heightForWidth(width), each.sizeHint().height()) for each in widgets}
        needed = sum(heights.values()) + self._column.spacing() * (len(widgets) - 1)
        for each in self._spared:
            there = needed <= self.height()
            each.setVisible(there)
            if not there:
                needed -= heights[each] + self._column.spacing()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(60))

    def _add(self, text: str, colour: str, size: int) -> QWidget:
        label = ThemedLabel(self._theme, text, colour=colour, size=size)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(label)
        return label

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(20), 0, px(20), 0)
        self._column.setSpacing(px(10))
        self._fit()


class _BackwardDrawing(QWidget):
    """Two nodes feed a third; dashed arrows lead back from it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(150), self._theme.px(76))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.scale(self._theme.scale, self._theme.scale)
        palette = self._theme.palette
        boxes = [QRectF(-70, -32, 44, 24), QRectF(-70, 8, 44, 24), QRectF(26, -12, 44, 24)]
        for start, end in ((QPointF(26, -3), QPointF(-26, -20)), (QPointF(26, 3), QPointF(-26, 20))):
            self._paint_arrow(painter, start, end)
        for box in boxes:
            painter.setPen(QPen(palette.ink if box is boxes[2] else palette.mute, 1.5))
            painter.setBrush(palette.soft)
            painter.drawRoundedRect(box, 5, 5)

    def _paint_arrow(self, painter: QPainter, start: QPointF, end: QPointF) -> None:
        glow = self._theme.palette.glow
        painter.setPen(QPen(glow, 1.8, Qt.PenStyle.DashLine, Qt.PenCapStyle.RoundCap))
        tip = end + QPointF(4, 0)
        painter.drawLine(start, tip)
        painter.setPen(QPen(glow, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        along = tip - start
        along /= (along.x() ** 2 + along.y() ** 2) ** 0.5
        across = QPointF(-along.y(), along.x())
        for side in (1, -1):
            painter.drawLine(tip, tip - along * 6 + across * (4 * side))
