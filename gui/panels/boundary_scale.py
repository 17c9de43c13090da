"""What the colours of the boundary mean for each task: values, classes, and which rows are on the wrong side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from gui.frames import Points
from gui.theme import Theme

TARGET_BINS = 33
"""So many colours tell the targets of a regression apart."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ValueScale:
    """Which outputs get which colour: none at the centre, the full ones at `limit` below and above it."""

    centre: float = 0.0
    limit: float = 1.0

    @property
    def low(self) -> float:
        return self.centre - self.limit

    @property
    def high(self) -> float:
        return self.centre + self.limit


def value_scale(points: Points) -> ValueScale:
    """The targets of two classes have the full colours; so has the end of a regression's range that is farther off."""
    low, high = points.target_range
    if points.task == "regression":
        if low < 0.0 < high:
            return ValueScale(0.0, max(-low, high))
        return ValueScale((low + high) / 2, max((high - low) / 2, 1e-9))
    return ValueScale(points.threshold, 0.5 if points.threshold else 1.0)


def kinds_of(points: Points, targets: Array) -> NDArray[np.intp]:
    """Which mark each row has: the index of its class; of a regression which of TARGET_BINS colours."""
    if points.task == "classes":
        return targets.argmax(axis=1).astype(np.intp) if len(targets) else np.zeros(0, dtype=np.intp)
    if points.task == "signs":
        return (targets > points.threshold).astype(np.intp)
    scale = value_scale(points)
    share = (targets - scale.low) / (2.0 * scale.limit)
    return np.clip(np.rint(share * (TARGET_BINS - 1)), 0, TARGET_BINS - 1).astype(np.intp)


def wrong_rows(points: Points, targets: Array, predictions: Array) -> NDArray[np.bool_]:
    """Which rows are on the wrong side of the boundary; no rows of a regression, or where nothing is known yet.

    `predictions` (rows,); of several classes (classes, rows).
    """
    dimensions = 2 if points.task == "classes" else 1
    fits = predictions.ndim == dimensions and predictions.shape[-1] == len(targets)
    if points.task == "regression" or not fits or not len(targets):
        return np.zeros(0, dtype=np.bool_)
    if points.task == "classes":
        wrong: NDArray[np.bool_] = predictions.argmax(axis=0) != targets.argmax(axis=1)
    else:
        wrong = (predictions > points.threshold) != (targets > points.threshold)  # as the accuracy counts
    return wrong


def kind_colours(points: Points, theme: Theme) -> list[QColor]:
    """The colour of every kind of mark, as areas have it."""
    if points.task == "classes":
        return [theme.palette.class_colour(index) for index in range(len(points.labels))]
    if points.task == "signs":
        return [theme.palette.negative, theme.palette.positive]
    table = theme.map_table()
    places = np.rint(np.linspace(0, 255, TARGET_BINS)).astype(np.intp)
    return [QColor.fromRgb(int(table[place])) for place in places]


def target_text(points: Points, target: Array | float) -> str:
    """`+1`, the name of the class, or the number."""
    if points.task == "classes":
        return points.labels[int(np.argmax(target))]
    return f"{float(target):+g}" if points.task == "signs" else f"{float(target):.4g}"


def chances_of(scores: Array) -> Array:
    """Probabilities by softmax from scores (classes, …)."""
    with np.errstate(all="ignore"):
        raised = np.exp(scores - scores.max(axis=0))
        chances: Array = raised / raised.sum(axis=0)
    return chances


def same_plane(one: Points, other: Points) -> bool:
    """Whether a map of the one holds for the other, too."""
    same_kind = (one.task, one.labels, one.threshold, one.names) == (
        other.task, other.labels, other.threshold, other.names,
    )  # fmt: skip
    return same_kind and (one.extent, one.ranges) == (other.extent, other.ranges)


def rows_of(points: Points) -> list[tuple[object, ...]]:
    """All rows in an order of their own, to be compared."""
    inputs = np.concatenate((points.inputs, points.test_inputs.reshape(-1, points.inputs.shape[1])))
    return sorted(map(tuple, inputs.tolist()))
