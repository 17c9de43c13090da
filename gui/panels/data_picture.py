"""A few points of a data set as a small picture: classes in their colours, numbers coloured by value, a curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen

from core.datasets import DataSet
from core.experiment import Task
from gui.theme import Theme

DOT, LARGE_DOT = 1.2, 1.9  # radius, px at scale 1; the large one for a handful of points
HANDFUL = 8
LINE = 1.6  # px at scale 1, width of a curve
FLAT = 0.55  # of a plane's height: a curve is drawn wider than high


@dataclass(frozen=True, eq=False)
class DataPicture:
    """The points of a data set around their middle, y downwards, and how far they spread."""

    places: NDArray[np.float64]  # (points, 2)
    span: tuple[float, float]
    values: NDArray[np.float64]  # (points,): −1 or +1, the index of the class, or a number from −1 to 1
    task: Task
    is_curve: bool  # x1 across and the target upwards


def picture_of(data: DataSet, most: int) -> DataPicture:
    """At most so many of the training rows; of more than two inputs the first two."""
    rows = np.linspace(0, len(data.inputs) - 1, min(most, len(data.inputs))).astype(int)
    inputs, targets = data.inputs[rows], data.targets[rows]
    is_curve = inputs.shape[1] == 1
    values = targets.argmax(axis=1).astype(float) if data.task == "classes" else targets
    if data.task == "regression":
        values = _evened(values)
    elif data.task == "signs":
        values = values - data.threshold
    if is_curve:
        order = np.argsort(inputs[:, 0], kind="stable")
        values = values[order]
        plane = np.column_stack([_evened(inputs[order, 0]), FLAT * _evened(values)])
    else:
        plane = inputs[:, :2]
    low, high = plane.min(axis=0), plane.max(axis=0)
    wide, tall = np.maximum(high - low, 1e-9).tolist()
    return DataPicture((plane - (low + high) / 2) * (1.0, -1.0), (wide, tall), values, data.task, is_curve)


def paint_picture(painter: QPainter, area: QRectF, picture: DataPicture, theme: Theme) -> None:
    """Draw it as large as fits."""
    scale = min(area.width() / picture.span[0], area.height() / picture.span[1])
    places = [area.center() + QPointF(x, y) * scale for x, y in picture.places.tolist()]
    if picture.is_curve and picture.task == "regression":
        _paint_curve(painter, places, theme)
        return
    radius = (LARGE_DOT if len(places) <= HANDFUL else DOT) * theme.scale
    painter.setPen(Qt.PenStyle.NoPen)
    values = picture.values.tolist()
    colours = {value: _colour(value, picture.task, theme) for value in set(values)}
    for place, value in zip(places, values, strict=True):
        painter.setBrush(colours[value])
        painter.drawEllipse(place, radius, radius)


def _paint_curve(painter: QPainter, places: list[QPointF], theme: Theme) -> None:
    """From the negative colour at the foot to the positive one at the top."""
    path = QPainterPath(places[0])
    for place in places[1:]:
        path.lineTo(place)
    area = path.boundingRect()
    shades = QLinearGradient(area.topLeft(), area.bottomLeft())
    for stop in (0.0, 0.5, 1.0):
        shades.setColorAt(stop, _shade(1.0 - 2.0 * stop, theme))
    pen = QPen(shades, LINE * theme.scale)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _colour(value: float, task: Task, theme: Theme) -> QColor:
    match task:
        case "signs":
            return theme.palette.positive if value > 0.0 else theme.palette.negative
        case "classes":
            return theme.palette.class_mark(int(value))
        case _:
            return _shade(value, theme)


def _shade(value: float, theme: Theme) -> QColor:
    """From negative over a pale grey, which still shows on a card, to positive."""
    colours = theme.palette
    middle = _between(colours.mute, colours.card, 0.45)
    return _between(middle, colours.positive if value > 0.0 else colours.negative, min(abs(value), 1.0))


def _between(one: QColor, other: QColor, share: float) -> QColor:
    pairs = ((getattr(one, name)(), getattr(other, name)()) for name in ("redF", "greenF", "blueF"))
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in pairs))


def _evened(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same from −1 to 1."""
    low, high = float(numbers.min()), float(numbers.max())
    return 2.0 * (numbers - low) / ((high - low) or 1.0) - 1.0
