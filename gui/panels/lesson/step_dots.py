"""The steps of a lesson as a row of dots: where one is, what is done, and a way to any of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.lessons.results import StepResult
from core.words import tr
from gui.theme import Theme

HEIGHT = 18  # pixels at scale 1, as all below
SIDE = 9  # of a dot
WIDEST = 22  # from dot to dot


class StepDots(QWidget):
    """Full: solved. Ring: open, or skipped. The present one is larger. Click, or arrow keys and Enter, to go there."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._steps: tuple[StepResult, ...] = ()
        self._index = self._marked = 0
        self.setObjectName("lessonDots")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_steps(self, steps: Sequence[StepResult], index: int) -> None:
        """How each went, and which is the present one."""
        if (tuple(steps), index) != (self._steps, self._index):
            self._steps, self._index, self._marked = tuple(steps), index, index
            self.setAccessibleName(tr("Step {number} of {count}", number=index + 1, count=len(steps)))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDEST * max(len(self._steps), 1)), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._theme.px(HEIGHT))

    def centre(self, index: int) -> QPointF:
        """Of a dot."""
        return QPointF((index + 0.5) * self._stride(), self.height() / 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, px = self._theme.palette, self._theme.px
        for i, told in enumerate(self._steps):
            done = told.solved or (not told.task and told.seconds > 0)
            colour = colours.accent if i == self._index else colours.good if done else colours.mute
            radius = min(px(SIDE), self._stride() - 2) / 2 * (1.0 if i == self._index else 0.72)
            painter.setPen(QPen(colour, px(1.6)))
            painter.setBrush(colour if done or i == self._index else colours.card)
            painter.drawEllipse(self.centre(i), radius, radius)
        if self.hasFocus() and self._steps:
            painter.setPen(QPen(colours.ink, px(1)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            side = self._stride()
            ring = QRectF(0, 0, side - 1, self.height() - 1)
            ring.moveCenter(self.centre(self._marked))
            painter.drawRoundedRect(ring, px(4), px(4))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and index is not None:
            self.chosen.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        there = self._at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if there else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._steps:
            by = 1 if key == Qt.Key.Key_Right else -1
            self._marked = max(0, min(self._marked + by, len(self._steps) - 1))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._marked)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._told(index) if index is not None else "", self)
            return True
        return super().event(event)

    def _told(self, index: int) -> str:
        told = self._steps[index]
        how = ""
        if told.solved:
            how = tr("solved")
        elif told.revealed:
            how = tr("the solution was shown")
        elif told.skipped:
            how = tr("skipped")
        elif told.task:
            how = tr("has a task")
        title = f"{index + 1}. {told.title}"
        return f"{title} ({how})" if how else title

    def _at(self, place: QPointF) -> int | None:
        index = int(place.x() // max(self._stride(), 1.0))
        return index if 0 <= index < len(self._steps) else None

    def _stride(self) -> float:
        """As wide as the whole row allows; many steps stand closer."""
        count = max(len(self._steps), 1)
        return min(self._theme.px(WIDEST), self.width() / count)
