"""A small picture of a data set, to choose it by."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from core.datasets import DATASET_TITLES, DataSet, make_dataset
from core.experiment import DataKind, DataSpec
from gui.theme import Theme

HEIGHT = 30  # px at scale 1
MIN_WIDTH = 34
POINTS = 44  # enough to see the shape, few enough to see the points
NOISE = 0.03
SEED = 7
MARGIN = 5.0  # px at scale 1, around the points
DOT, LARGE_DOT = 1.5, 2.2  # radius, px at scale 1; the large one for a handful of points
HANDFUL = 8
CORNER = 5.0


class DatasetButton(QAbstractButton):
    """Shows the points of one kind of data set; checked, it wears a ring in the accent colour."""

    def __init__(self, kind: DataKind, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self._theme = theme
        self._points, self._span = _placed(make_dataset(DataSpec(kind, POINTS, NOISE, SEED)))
        self.setCheckable(True)
        self.setObjectName(f"data_{kind}")
        self.setAccessibleName(f"data set: {DATASET_TITLES[kind]}")
        self.setToolTip(DATASET_TITLES[kind])
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(MIN_WIDTH), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_well(painter)
        self._paint_points(painter)
        painter.end()

    def _paint_well(self, painter: QPainter) -> None:
        colours, corner = self._theme.palette, self._theme.px(CORNER)
        pen = QPen(self._ring_colour(), self._theme.px(2 if self.isChecked() or self.hasFocus() else 1))
        painter.setPen(pen)
        painter.setBrush(colours.card if self.isChecked() else colours.soft)
        inset = pen.widthF() / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), corner, corner)
        if self.hasFocus() and self.isChecked():
            painter.setPen(QPen(colours.ink, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inner = 2 * pen.widthF()
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inner, inner, -inner, -inner), corner / 2, corner / 2)

    def _paint_points(self, painter: QPainter) -> None:
        colours, margin = self._theme.palette, self._theme.px(MARGIN)
        scale = min((self.width() - 2 * margin) / self._span[0], (self.height() - 2 * margin) / self._span[1])
        centre = QPointF(self.width() / 2, self.height() / 2)
        radius = (LARGE_DOT if len(self._points) <= HANDFUL else DOT) * self._theme.scale
        painter.setPen(Qt.PenStyle.NoPen)
        for place, target in self._points:
            painter.setBrush(colours.positive if target > 0 else colours.negative)
            painter.drawEllipse(centre + place * scale, radius, radius)

    def _ring_colour(self) -> QColor:
        colours = self._theme.palette
        if self.isChecked():
            return colours.accent
        return colours.mute if self.underMouse() or self.hasFocus() else colours.line

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


def _placed(data: DataSet) -> tuple[list[tuple[QPointF, float]], tuple[float, float]]:
    """The first two inputs around their middle, x2 upwards, with the targets; and how wide and high they spread."""
    plane = data.inputs[:, :2]
    low, high = plane.min(axis=0), plane.max(axis=0)
    middle = (low + high) / 2
    places = [QPointF(x, -y) for x, y in (plane - middle).tolist()]
    wide, tall = (high - low).tolist()
    return list(zip(places, data.targets.tolist(), strict=True)), (wide, tall)
