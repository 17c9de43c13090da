"""A small picture of a data set, to choose it by."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.datasets import DATASET_TITLES, make_dataset
from core.experiment import DataKind, DataSpec, OwnRows
from core.words import mark, tr
from gui.panels.data_picture import DataPicture, paint_picture, picture_of
from gui.theme import Theme
from gui.widgets.outline import draw_outline, inside_of
from gui.widgets.press_button import PressButton

HEIGHT = 27  # px at scale 1
MIN_WIDTH = 20
POINTS = 44  # enough to see the shape, few enough to see the points
NOISE = 0.03
SEED = 7
CURVE_NOISE = 0.0  # of one input: its curve is drawn
CLASSES = 4  # of blobs, so that the picture shows that there can be more than two
MARGIN = 4.5  # px at scale 1, around the points
CORNER = 5.0
PLUS = 4.5  # px at scale 1, half of the plus that stands for own data not brought yet
BRING = mark("Own data: import a file, or paste points")


class DatasetButton(PressButton):
    """Shows the points of one kind of data set; checked, it wears a ring in the accent colour."""

    def __init__(self, kind: DataKind, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self._theme = theme
        self._own: OwnRows | None = None
        self._picture: DataPicture | None = None  # made when it is first painted
        self.setCheckable(True)
        self.setObjectName(f"data_{kind}")
        self.setAccessibleName(tr("data set: {title}", title=tr(DATASET_TITLES[kind])))
        self.setToolTip(tr(BRING) if kind == "own" else tr(DATASET_TITLES[kind]))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def show_own(self, own: OwnRows | None) -> None:
        """The rows that the picture of own data shows; without any it is a plus."""
        if own is not self._own:
            self._own, self._picture = own, None
            self.setToolTip(tr(BRING) if own is None else tr("Own data: {origin}", origin=own.origin))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(MIN_WIDTH), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_well(painter)
        if self.kind == "own" and self._own is None:
            self._paint_plus(painter)
        else:
            margin = self._theme.px(MARGIN)
            area = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
            paint_picture(painter, area, self._shown(), self._theme)
        painter.end()

    def _shown(self) -> DataPicture:
        if self._picture is None:
            if self._own is not None:
                spec = DataSpec("own", own=self._own)
            else:
                noise = CURVE_NOISE if self.kind in ("line", "sine", "step") else NOISE
                spec = DataSpec(self.kind, POINTS, noise, SEED, classes=CLASSES)
            self._picture = picture_of(make_dataset(spec), POINTS)
        return self._picture

    def _paint_well(self, painter: QPainter) -> None:
        colours, corner = self._theme.palette, self._theme.px(CORNER)
        pen = QPen(self._ring_colour(), self._theme.px(2 if self.isChecked() or self.hasFocus() else 1))
        painter.setBrush(colours.card if self.isChecked() else colours.soft)
        draw_outline(painter, self.rect(), pen, corner)
        if self.hasFocus() and self.isChecked():
            painter.setPen(QPen(colours.ink, self._theme.px(1), Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside_of(self.rect(), 2 * pen.widthF()), corner / 2, corner / 2)

    def _paint_plus(self, painter: QPainter) -> None:
        reach, centre = self._theme.px(PLUS), QRectF(self.rect()).center()
        painter.setPen(QPen(self._theme.palette.mute, self._theme.px(1.4)))
        for arm in (QPointF(reach, 0.0), QPointF(0.0, reach)):
            painter.drawLine(centre - arm, centre + arm)

    def _ring_colour(self) -> QColor:
        colours = self._theme.palette
        if self.isChecked():
            return colours.accent
        return colours.mute if self.underMouse() or self.hasFocus() else colours.line

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
