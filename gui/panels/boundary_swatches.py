"""The classes to paint with, side by side, and a button for one more."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from core.words import tr
from gui.frames import Points
from gui.panels.boundary_points import Mark
from gui.panels.boundary_scale import kind_colours
from gui.theme import Theme
from gui.widgets.buttons import IconButton
from gui.widgets.press_button import PressButton

SIDE, NARROW = 22, 18  # pixels at scale 1: the width of a swatch, and where there are many
_MANY = 5


class ClassSwatches(QWidget):
    """One mark for each class; the chosen one has a ring."""

    chosen = Signal(int)
    added = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("paintClasses")
        self._theme = theme
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._swatches: list[_Swatch] = []
        self._shown: tuple[object, ...] = ()
        self._add = IconButton("plus", theme, tr("Add a class (undo takes it away)"), size=14)
        self._add.setObjectName("paintAddClass")
        self._add.clicked.connect(self.added)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self._add)

    def show_classes(self, points: Points, chosen: int, *, may_add: bool) -> None:
        """The classes of these points."""
        state = (points.task, points.labels)
        if state != self._shown:
            self._shown = state
            self._make(points)
        self._add.setVisible(may_add)
        if 0 <= chosen < len(self._swatches):
            self._swatches[chosen].setChecked(True)

    def _make(self, points: Points) -> None:
        for swatch in self._swatches:
            self._group.removeButton(swatch)
            self._row.removeWidget(swatch)
            swatch.deleteLater()
        width = NARROW if len(points.labels) > _MANY else SIDE
        self._swatches = [_Swatch(points, index, width, self._theme) for index in range(len(points.labels))]
        for index, swatch in enumerate(self._swatches):
            self._group.addButton(swatch, index)
            self._row.insertWidget(index, swatch)


class _Swatch(PressButton):
    """The mark of one class, as its points look."""

    def __init__(self, points: Points, index: int, width: int, theme: Theme) -> None:
        super().__init__()
        self._points, self._index, self._width, self._theme = points, index, width, theme
        label = points.labels[index]
        self.setObjectName(f"paintClass{index + 1}")
        self.setCheckable(True)
        self.setAccessibleName(tr("Class {label}", label=label))
        self.setToolTip(tr("Paint points of class {label} ({index})", label=label, index=index + 1))
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.hasFocus():
            wide = px(2) if self.hasFocus() else 1.5 * theme.scale
            painter.setPen(QPen(theme.palette.accent if self.hasFocus() else theme.palette.ink, wide))
            painter.setBrush(theme.palette.soft)
            frame = QRectF(self.rect()).adjusted(wide, wide, -wide, -wide)
            painter.drawRoundedRect(frame, px(5), px(5))
        colour = QColor(kind_colours(self._points, theme)[self._index])
        mark = Mark(self._points, theme, self._index, colour, on_card=True)
        centre = QPointF(self.width() / 2, self.height() / 2)
        mark.draw(painter, centre, px(9), wrong=False, tested=False, pen=theme.scale)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(self._width), self._theme.px(SIDE))

    def _on_theme_changed(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
