"""Predictions against targets, row by row: for data of more than two inputs, that no plane shows at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor

from core.words import tr
from gui.frames import Points
from gui.numbers import format_number
from gui.panels.boundary_plot import NOTHING
from gui.panels.boundary_scale import chances_of, kinds_of, target_text, wrong_rows
from gui.panels.plotting import ThemedPlot
from gui.panels.prediction_layer import PredictionLayer
from gui.theme import Theme

MOST_ROWS = 40
"""Up to here every sample has a place of its own; more are drawn as a cloud of target against prediction."""

REACH = 16.0
"""Pixels at scale 1 from a sample within which it is meant."""

_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_FIRST_REACH = 1.25  # times the half distance between the targets -1 and 1 (or 0 and 1): so far goes the axis
_LAST_REACH = 10.0  # outputs beyond are drawn at the edge
_SHRINK_BELOW = 0.4  # of the reach: then a smaller one is taken
_JITTER = 0.28  # most a point of the cloud is moved sideways, of the distance between two classes
_LABEL = 9  # characters of a label below a column
_CHANCES = (-0.08, 1.12)  # the axis of probabilities

Array = NDArray[np.float64]


class PredictionPlot(ThemedPlot):
    """One dot per prediction, joined to the ring of its target: the line between them is the error."""

    sample_clicked = Signal(int)
    moved = Signal(int)  # -1 or 1: another sample is wanted by keyboard
    copy_requested = Signal()  # the Edit menu's verbs turn to what has the focus
    paste_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, axes=("left", "bottom"), keys=_KEYS)
        self.setObjectName("predictionPlot")
        self.points: Points = NOTHING
        self._targets: Array = np.zeros(0)  # the height of each; of several classes 1: the chance of the right one
        self._predictions: Array = np.zeros(0)  # the height of each; of several classes the chance of the right one
        self._kinds = np.zeros(0, dtype=np.intp)  # which colour each prediction has
        self._scores: Array = np.zeros(0)  # as they came
        self._wrong = np.zeros(0, dtype=np.bool_)
        self._across: Array = np.zeros(0)  # the horizontal place of each sample
        self._low = self._high = 0.0  # ends of the axis
        self._reach = 0.0
        self._hovered = -1
        self._selected = -1
        self._layer = PredictionLayer(self)
        self.hovered.connect(self._on_hovered)
        self.left.connect(self._on_left)
        self.clicked.connect(self._on_clicked)
        self.key_pressed.connect(self._on_key)
        self.restyle()
        self._set_reach(_FIRST_REACH)

    @property
    def hover_text(self) -> str:
        """What the bubble over the sample under the mouse says; empty if there is none."""
        return self.text_of(self._hovered) if self._hovered >= 0 else ""

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which rows are classified wrongly; empty before the first prediction, and of a regression."""
        return self._wrong

    @property
    def is_cloud(self) -> bool:
        """Too many rows for a place each."""
        return self._targets.size > MOST_ROWS

    def set_points(self, points: Points) -> None:
        self.points = points
        self._targets = np.ones(len(points.targets)) if points.task == "classes" else points.targets
        self._predictions = self._scores = np.zeros(0)
        self._kinds, self._wrong = np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.bool_)
        self._hovered = -1
        self._reach = 0.0
        self._set_reach(_FIRST_REACH)
        if self.is_cloud:
            self._spread_cloud()
        else:
            rows = self._targets.size
            self._across = np.arange(1.0, rows + 1.0)
            edge = 0.6 + 0.03 * rows
            self.box.setXRange(1.0 - edge, rows + edge, padding=0)
            every = 1 if rows <= 12 else 5
            ticks = [(float(row), str(row)) for row in range(1, rows + 1) if row == 1 or row % every == 0]
            self.axes[1].setTicks([ticks])
        self._name_heights()
        self._layer.update()

    def set_predictions(self, predictions: Array) -> None:
        """As in a frame: (rows,), of several classes (classes, rows)."""
        points = self.points
        self._scores = predictions
        self._wrong = wrong_rows(points, points.targets, predictions)
        if points.task == "classes" and predictions.ndim == 2 and predictions.shape[1] == len(points.targets):
            own = points.targets.argmax(axis=1)
            self._predictions = chances_of(predictions)[own, np.arange(len(own))]
            self._kinds = predictions.argmax(axis=0).astype(np.intp)
        else:
            self._predictions = predictions if points.task != "classes" else np.zeros(0)
            self._kinds = kinds_of(points, predictions) if points.task == "signs" else np.zeros(0, dtype=np.intp)
        finite = predictions[np.isfinite(predictions)]
        largest = float(np.abs(finite - self._centre).max(initial=0.0)) / self._half
        if largest > self._reach or largest < _SHRINK_BELOW * self._reach:
            self._set_reach(largest)
        self._layer.update()

    def copy(self) -> None:
        """As a text field would: the Edit menu asks for it."""
        self.copy_requested.emit()

    def paste(self) -> None:
        """As `copy`."""
        self.paste_requested.emit()

    def select(self, sample: int) -> None:
        self._selected = sample
        self._layer.update()

    def restyle(self) -> None:
        super().restyle()
        self._name_heights()
        self.axes[1].setTickPen(None)  # a grid of samples would say nothing

    def text_of(self, sample: int) -> str:
        """`sample 1  target +1  output 0.87`."""
        return "  ".join(self.lines_of(sample))

    def lines_of(self, sample: int) -> list[str]:
        """The same, a line for each."""
        points, target = self.points, target_text(self.points, self.points.targets[sample])
        lines = [tr("sample {sample}", sample=sample + 1), tr("target {target}", target=target)]
        if sample < self._predictions.size and points.task == "classes":
            lines.append(tr("output {output}", output=points.labels[self._kinds[sample]]))
            lines.append(tr("right {chance}", chance=f"{self._predictions[sample]:.0%}"))
        elif sample < self._predictions.size:
            lines.append(tr("output {output}", output=format_number(self._predictions[sample])))
        return lines

    def colour_of(self, sample: int) -> QColor:
        """Of a prediction: that of its sign or its class."""
        if self.points.task == "regression":
            return self.theme.palette.accent
        if self.points.task == "classes":
            known = sample < self._kinds.size
            return self.theme.palette.class_mark(int(self._kinds[sample])) if known else self.theme.palette.mute
        known = sample < self._predictions.size
        return _sign_colour(self.theme, float(self._predictions[sample]) - self.points.threshold if known else 0.0)

    def target_colour(self, sample: int) -> QColor:
        """Of the ring of a target."""
        target = self.points.targets[sample]
        if self.points.task == "classes":
            return self.theme.palette.class_mark(int(np.argmax(target)))
        if self.points.task == "regression":
            return self.theme.palette.accent
        return _sign_colour(self.theme, float(target) - self.points.threshold)

    def cloud_colours(self) -> list[QColor]:
        """Of the dots of a cloud, by their kind."""
        palette = self.theme.palette
        if self.points.task == "classes":
            return [palette.class_mark(index) for index in range(len(self.points.labels))]
        return [palette.negative, palette.positive] if self.points.task == "signs" else [palette.accent]

    @property
    def base_line(self) -> float:
        """The height of the line across: between the signs; of several classes that of an even chance."""
        return 0.5 if self.points.task == "classes" else self.points.threshold

    def position_of(self, sample: int) -> QPointF:
        """Where a prediction (before the first: the target) lies in the view box; values far off at the edge."""
        known = sample < self._predictions.size
        value = float(self._predictions[sample] if known else self._targets[sample])
        return self.to_pixels(float(self._across[sample]), self.within(value))

    def places(self) -> Array:
        """All predictions in pixels of the view box, (rows, 2)."""
        values = np.clip(np.nan_to_num(self._predictions, nan=self._centre), self._low, self._high)
        return self.all_to_pixels(np.column_stack((self._across, values)))

    def within(self, value: float) -> float:
        """A value on the axis: those beyond its ends lie at them, nan in the middle."""
        return self._centre if np.isnan(value) else min(max(value, self._low), self._high)

    def nearest(self, position: QPointF) -> int:
        """The sample within reach of a position in the view box, counted from 0; -1 if there is none."""
        if not self._targets.size:
            return -1
        if not self.is_cloud:  # a column each: any height will do
            across = np.abs(self._across - self.from_pixels(position).x())
            sample = int(np.argmin(across))
            return sample if across[sample] <= 0.5 else -1
        if not self._predictions.size:
            return -1
        places = self.places()
        distances = np.hypot(places[:, 0] - position.x(), places[:, 1] - position.y())
        sample = int(np.argmin(distances))
        return sample if distances[sample] <= self.theme.px(REACH) else -1

    @property
    def _centre(self) -> float:
        """The middle of the axis upwards."""
        return sum(self.points.target_range) / 2 if self.points.task == "regression" else self.points.threshold

    @property
    def _half(self) -> float:
        """From there to the targets that are farthest."""
        if self.points.task == "regression":
            low, high = self.points.target_range
            return (high - low) / 2 / 1.1 or 1.0
        return 0.5 if self.points.threshold else 1.0

    def _set_reach(self, largest: float) -> None:
        """Make the axis reach beyond `largest`: to 1.25, 2.5, 5 or 10 times the targets."""
        reach = _FIRST_REACH
        while reach < min(largest, _LAST_REACH):
            reach *= 2
        if reach == self._reach:
            return
        self._reach = reach
        self._low, self._high = self._centre - reach * self._half, self._centre + reach * self._half
        if self.points.task == "classes":
            self._low, self._high = _CHANCES
        self.box.setYRange(self._low, self._high, padding=0)

    def _spread_cloud(self) -> None:
        """Across: the target, with classes spread out so that rows do not hide each other."""
        points, axis = self.points, self.axes[1]
        if points.task == "regression":
            self._across = points.targets
            self.box.setXRange(*points.target_range, padding=0)
            axis.setTicks(None)
            return
        jitter = np.random.RandomState(0).uniform(-_JITTER, _JITTER, len(points.targets))
        if points.task == "classes":
            self._across = points.targets.argmax(axis=1) + jitter
            self.box.setXRange(-0.5, len(points.labels) - 0.5, padding=0)
            axis.setTicks([[(float(index), _short(label)) for index, label in enumerate(points.labels)]])
            return
        low, high = points.threshold - self._half, points.threshold + self._half
        self._across = points.targets + jitter * self._half
        self.box.setXRange(low - 0.5 * self._half, high + 0.5 * self._half, padding=0)
        axis.setTicks([[(end, tr("target {target}", target=f"{end:+g}" if end else "0")) for end in (low, high)]])

    def _name_heights(self) -> None:
        axis, points = self.axes[0], self.points
        if points.task == "regression":
            axis.setTicks(None)
            axis.setWidth(self.theme.px(40))
            return
        if points.task == "classes":
            named = [(value, f"{value:.0%}") for value in (0.0, 0.5, 1.0)]
        else:
            values = (self._centre - self._half, self._centre, self._centre + self._half)
            named = [(value, f"{value:+g}" if value else "0") for value in values]
        axis.setTicks([named])
        axis.setWidth(self.theme.px(38 if points.task == "classes" or points.threshold else 26))

    def _on_hovered(self, position: QPointF) -> None:
        self._hover(self.nearest(position) if self.box.rect().contains(position) else -1)

    def _on_left(self) -> None:
        self._hover(-1)

    def _hover(self, sample: int) -> None:
        if sample != self._hovered:
            self._hovered = sample
            self._layer.update()

    def _on_clicked(self, position: QPointF) -> None:
        sample = self.nearest(position)
        if sample >= 0:
            self.sample_clicked.emit(sample)

    def _on_key(self, key: int) -> None:
        self.moved.emit(1 if key == Qt.Key.Key_Right else -1)


def _sign_colour(theme: Theme, value: float) -> QColor:
    if value == 0.0 or np.isnan(value):
        return theme.palette.mute
    return theme.palette.positive if value > 0.0 else theme.palette.negative


def _short(label: str) -> str:
    """A label that has room below a column."""
    return label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"
