"""Points on a plot: drawn once into a picture, which every frame only copies. Fast for ten thousand."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui.frames import Points
from gui.palette import SHAPES, shape_path
from gui.panels.boundary_scale import kind_colours
from gui.panels.plotting import Layer, ThemedPlot, blended, draw_copies, with_alpha
from gui.theme import Theme

SIZES = (2.5, 8.0)  # least and greatest diameter of a point, pixels at scale 1
APART = 0.6  # of the mean distance between points, if they were spread evenly, is the diameter
SPARSE = 6.0  # pixels at scale 1: smaller points are a little see-through
SEE_THROUGH = 0.8
SLOW_FROM = 3000  # points
PATIENCE_MS = 100  # thousands of points change their looks at most so often
TEST_SHARE = 0.72  # the size of a test point, of that of a training point
LOOKS = 4  # of each kind of mark: right and wrong, and both again for testing

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


class CachedLayer(Layer):
    """A layer that is drawn when it changes, and copied otherwise."""

    def __init__(self, plot: ThemedPlot, height: float = 0.0) -> None:
        super().__init__(plot, height)
        self._picture: tuple[tuple[object, ...], QPixmap] | None = None

    def refresh(self) -> None:
        """Draw it anew."""
        self._picture = None
        self.update()

    def draw(self, painter: QPainter) -> None:
        ratio, area = painter.device().devicePixelRatioF(), self.plot.box.rect()
        state = (ratio, area.getRect(), *map(tuple, self.plot.box.viewRange()))
        if self._picture is None or self._picture[0] != state:
            self._picture = state, self._drawn(ratio, area)
        painter.drawPixmap(area.topLeft(), self._picture[1])

    def _drawn(self, ratio: float, area: QRectF) -> QPixmap:
        picture = QPixmap(math.ceil(area.width() * ratio), math.ceil(area.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.translate(-area.topLeft())
        self.draw_inside(painter)
        painter.end()
        return picture

    def draw_inside(self, painter: QPainter) -> None:
        """What the layer shows, in pixels of the view box."""


class PointsLayer(CachedLayer):
    """Training points filled, wrong ones hollow; test points smaller and see-through."""

    def __init__(self, plot: ThemedPlot, height: float = 1.0, *, on_card: bool = False) -> None:
        """`on_card`: there is no map under the points."""
        super().__init__(plot, height)
        self._on_card = on_card
        self._points: Points | None = None
        self._places: Array = np.zeros((0, 2))
        self._kinds: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self._tested: Mask = np.zeros(0, dtype=np.bool_)
        self._wrong: Mask = np.zeros(0, dtype=np.bool_)
        self._atlas: tuple[float, float, QPixmap] | None = None  # device pixel ratio, diameter, pictures side by side
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PATIENCE_MS)
        self._later.timeout.connect(self.refresh)

    def set_points(self, points: Points, places: Array, kinds: NDArray[np.intp], tested: Mask) -> None:
        """Rows at `places` (rows, 2) of the plot; `tested` says which are kept back."""
        before = self._points
        if before is None or (before.task, before.labels) != (points.task, points.labels):
            self._atlas = None
        self._points, self._places, self._kinds, self._tested = points, places, kinds, tested
        self._wrong = np.zeros(len(kinds), dtype=np.bool_)
        self.refresh()

    def set_wrong(self, wrong: Mask) -> None:
        """Which rows are on the wrong side, (rows,)."""
        if np.array_equal(wrong, self._wrong):
            return
        self._wrong = wrong
        if len(wrong) < SLOW_FROM:
            self.refresh()
        elif not self._later.isActive():
            self._later.start()

    @property
    def diameter(self) -> float:
        """Of a point, pixels at scale 1: the more there are in the present room, the smaller."""
        area, scale = self.plot.box.rect(), self.plot.theme.scale
        apart = math.sqrt(area.width() * area.height() / max(len(self._kinds), 1)) / scale
        return min(max(round(2 * APART * apart) / 2, SIZES[0]), SIZES[1])

    def restyle(self) -> None:
        self._atlas = None
        self.refresh()

    def draw_each(self, painter: QPainter) -> None:
        """Every point by itself, as shapes: for pictures that are no bitmaps."""
        if self._points is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = kind_colours(self._points, self.plot.theme)
        marks = [
            Mark(self._points, self.plot.theme, kind, colour, on_card=self._on_card)
            for kind, colour in enumerate(colours)
        ]
        diameter = self.diameter * self.plot.theme.scale
        places = self.plot.all_to_pixels(self._places).tolist()
        rows = zip(places, self._kinds.tolist(), self._wrong.tolist(), self._tested.tolist(), strict=True)
        for (x, y), kind, wrong, tested in sorted(rows, key=_tests_first):
            marks[kind].draw(painter, QPointF(x, y), diameter, wrong=wrong, tested=tested, pen=1.0)

    def draw_inside(self, painter: QPainter) -> None:
        if self._points is None or not len(self._kinds):
            return
        ratio = painter.device().devicePixelRatioF()
        diameter = self.diameter * self.plot.theme.scale
        if self._atlas is None or self._atlas[:2] != (ratio, diameter):
            self._atlas = ratio, diameter, self._drawn_atlas(self._points, ratio, diameter * ratio)
        pixmap = self._atlas[2]
        side = pixmap.height()
        looks = self._kinds * LOOKS + self._wrong + 2 * self._tested
        order = np.argsort(~self._tested, kind="stable")  # test points lie below
        centres = self.plot.all_to_pixels(self._places)[order]
        draw_copies(painter, pixmap, centres, (looks * side)[order], side, ratio)

    def _drawn_atlas(self, points: Points, ratio: float, diameter: float) -> QPixmap:
        colours = kind_colours(points, self.plot.theme)
        dense = self.diameter < SPARSE
        side = math.ceil(1.3 * diameter + 6 * ratio)
        pixmap = QPixmap(LOOKS * len(colours) * side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = ratio if diameter > 5 * ratio else ratio / 2
        for kind, colour in enumerate(colours):
            mark = Mark(points, self.plot.theme, kind, colour, on_card=self._on_card)
            for look in range(LOOKS):
                centre = QPointF((kind * LOOKS + look + 0.5) * side, side / 2)
                painter.setOpacity(SEE_THROUGH if dense and not look % 2 else 1.0)
                mark.draw(painter, centre, diameter, wrong=bool(look % 2), tested=look >= 2, pen=pen)
        painter.end()
        return pixmap


class Mark:
    """How the points of one class look; of a regression those of one target."""

    def __init__(self, points: Points, theme: Theme, kind: int, colour: QColor, *, on_card: bool = False) -> None:
        """`on_card`: it lies on the card, not on a map that has its own colour."""
        dark = theme.dark
        self._theme = theme
        self._shape = kind if points.task == "classes" else 0
        self._is_value = points.task == "regression"
        self._colour = QColor(colour) if self._is_value else dot_colour(colour)
        self._rim, self._hollow = theme.palette.card, theme.palette.ink if dark else theme.palette.card
        if self._is_value:
            self._rim = with_alpha(theme.palette.ink, 0.75)
        elif on_card:
            self._colour = theme.palette.class_mark(kind) if points.task == "classes" else QColor(colour)
            self._hollow = theme.palette.card
        elif points.task == "classes" and dark:  # bright marks: they stand out from a map that may be nearly black
            self._colour, self._hollow = blended(colour, QColor("white"), 0.5), theme.palette.card

    def draw(
        self, painter: QPainter, centre: QPointF, diameter: float, *, wrong: bool, tested: bool, pen: float
    ) -> None:
        """Draw it; `pen` is the width of the thin rim."""
        if tested:
            self._draw_tested(painter, centre, diameter * TEST_SHARE, wrong, pen)
        elif wrong:
            painter.setPen(QPen(self._colour, diameter / 4))
            painter.setBrush(self._hollow)
            self._draw_shape(painter, centre, diameter + pen)
        else:
            painter.setPen(QPen(self._rim, pen))
            painter.setBrush(self._colour)
            self._draw_shape(painter, centre, diameter)

    def _draw_tested(self, painter: QPainter, centre: QPointF, diameter: float, wrong: bool, pen: float) -> None:
        painter.setBrush(self._hollow if wrong else Qt.BrushStyle.NoBrush)
        under = self._theme.palette.ink if self._is_value else self._theme.palette.card
        for colour, width in ((with_alpha(under, 0.7), 3.0 * pen), (self._colour, 1.6 * pen)):
            painter.setPen(QPen(colour, width))
            self._draw_shape(painter, centre, diameter)

    def _draw_shape(self, painter: QPainter, centre: QPointF, diameter: float) -> None:
        if self._shape % len(SHAPES) == 0:
            painter.drawEllipse(centre, diameter / 2, diameter / 2)
        else:
            painter.drawPath(shape_path(self._shape, centre, diameter))


def _tests_first(row: tuple[list[float], int, bool, bool]) -> bool:
    return not row[3]


def dot_colour(colour: QColor) -> QColor:
    """A class's colour, dark enough to stand out from a map in the same colour."""
    return blended(colour, QColor(0, 0, 0), 0.5)
