"""A small curve of the learning rate over the steps, with a dot where the run is."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.experiment import Decay, TrainingSpec
from core.schedules import learning_rate
from core.words import tr, trn
from gui.numbers import format_count, format_rounded
from gui.theme import Theme

HEIGHT = 34  # px at scale 1
FIGURES = 14  # of the last step: above the curve's end where it has come down, else below
POINTS = 160  # along the curve
STAIRS = 4  # of a stepped fall
LAST = 0.02  # of the rate, where an exponential fall has nothing left to show


class RateCurve(QWidget):
    """Draws what a TrainingSpec's schedule does, from step 0 until it does nothing new."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rateCurve")
        self._theme, self._training, self._step = theme, TrainingSpec(), 0
        self._picture: QPixmap | None = None  # all but the dot, which alone moves while training runs
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def show_training(self, training: TrainingSpec) -> None:
        self._training, self._picture = training, None
        last = shown_steps(training.decay)
        first, then = (format_rounded(learning_rate(training, step)) for step in (0, last))
        text = tr(
            "The learning rate: {first} at step 0, {then} at step {last}",
            first=first,
            then=then,
            last=format_count(last),
        )
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def show_step(self, step: int) -> None:
        """Where the run is."""
        before, self._step = self._dot(), step
        if self._dot() != before:
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(60), self._theme.px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = None

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            self._draw_curve(QPainter(self._picture))
        palette, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.card, px(3) / 2))
        painter.setBrush(palette.ink)
        painter.drawEllipse(self._dot(), px(4), px(4))

    def _draw_curve(self, painter: QPainter) -> None:
        palette, px = self._theme.palette, self._theme.px
        last = shown_steps(self._training.decay)
        area = self._area()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.line, px(1)))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QPen(palette.accent, px(3) / 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF([self._point(round(last * i / POINTS), last) for i in range(POINTS + 1)]))
        painter.setFont(self._theme.font(10, mono=True))
        painter.setPen(palette.mute)
        has_fallen = self._point(last, last).y() > area.center().y()
        top = 0 if has_fallen else self.height() - px(FIGURES + 6)
        figures = QRectF(0, top, self.width(), px(FIGURES))
        text = trn("{n} step", "{n} steps", max(last, 2), n=format_count(last))
        painter.drawText(figures, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def _dot(self) -> QPointF:
        last = shown_steps(self._training.decay)
        return self._point(min(self._step, last), last)

    def _area(self) -> QRectF:
        pad = self._theme.px(5)
        return QRectF(pad, pad, self.width() - 2 * pad, self.height() - 2 * pad)

    def _point(self, step: int, last: int) -> QPointF:
        area = self._area()
        part = learning_rate(self._training, step) / self._training.learning_rate
        return QPointF(area.left() + area.width() * step / last, area.bottom() - area.height() * part)

    def _on_theme_changed(self) -> None:
        self._picture = None
        self.updateGeometry()
        self.update()


def is_scheduled(decay: Decay) -> bool:
    """Whether the learning rate ever changes."""
    return decay.kind != "constant" or decay.warmup > 0


def shown_steps(decay: Decay) -> int:
    """How many steps show all that a schedule does, and a little of what comes after."""
    if decay.kind == "step":
        return decay.warmup + STAIRS * decay.steps
    if decay.kind == "exponential":
        return decay.warmup + _until_nothing_is_left(decay.per_step)
    return max(1, math.ceil(1.2 * (decay.warmup + (decay.steps if decay.kind != "constant" else decay.warmup))))


def _until_nothing_is_left(per_step: float) -> int:
    if per_step <= LAST:
        return 2
    if per_step >= 1.0:
        return 100
    return max(2, math.ceil(math.log(LAST) / math.log(per_step)))
