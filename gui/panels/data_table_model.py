"""The rows of a data set as a table's model: inputs, target, and what the network makes of them, live."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from core.words import tr
from gui.frames import Points
from gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NUMBER_WIDTH = 6  # characters kept for a prediction or a loss: `-0.868`
LIVE_DECIMALS = {"prediction": 3, "loss": 4}
LIVE_COLUMNS = tuple(LIVE_DECIMALS)
_LOOKED_AT = 200  # rows, to find out how wide a column must be


class SampleModel(QAbstractTableModel):
    """Columns: number of the sample, its inputs, target, prediction, loss. The last two are live.

    Target and prediction of classes with names are those names.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns: tuple[str, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._spoken: tuple[str, ...] = ()  # with symbols for the inputs
        self._tips: tuple[str, ...] = ()
        self._fixed: NDArray[np.float64] = np.empty((0, 0))  # inputs, and the target or the index of its class
        self._live: NDArray[np.float64] = np.empty((0, 2))  # prediction and loss; nan until known
        self._labels: tuple[str, ...] = ()  # of the classes, where they have names
        self._threshold = 0.0

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    @property
    def titles(self) -> tuple[str, ...]:
        """What stands over the columns."""
        return self._titles

    @property
    def labels(self) -> tuple[str, ...]:
        """The names that stand for targets and predictions; none where these are numbers."""
        return self._labels

    def set_points(self, points: Points, tips: tuple[str, ...] = (), titles: tuple[str, ...] = ()) -> None:
        """Show other rows; predictions and losses are unknown until `set_numbers`.

        `tips` say more of the inputs and the target, for the heading; `titles` name the inputs there, if not by symbol.
        """
        self.beginResetModel()
        self._columns = ("#", *points.names, "target", *LIVE_COLUMNS)
        last = (tr("target"), tr("prediction"), tr("loss"))
        self._titles, self._spoken = ("#", *(titles or points.names), *last), ("#", *points.names, *last)
        self._tips = tips
        named = points.task != "regression" and points.labels != ("−1", "+1")
        self._labels, self._threshold = points.labels if named else (), points.threshold
        self._fixed = np.column_stack([points.inputs, self._classes(points.targets, points.targets.T)])
        self._live = np.full((len(points.targets), 2), np.nan)
        self.endResetModel()

    def set_numbers(self, predictions: NDArray[np.float64], losses: NDArray[np.float64]) -> None:
        """New predictions (rows,), of several classes (classes, rows), and losses; not those of other rows."""
        if len(losses) != self.rowCount() or not len(losses) or predictions.shape[-1] != len(losses):
            return
        self._live = np.column_stack([self._classes(predictions, predictions), losses])
        first, last = self.index(0, self.columnCount() - 2), self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(first, last, [Role.DisplayRole, Role.ForegroundRole])

    def value(self, row: int, column: int) -> float:
        """The number of a cell; the sample's own number in column 0; of classes with names the index."""
        if column == 0:
            return row + 1
        fixed = self._fixed.shape[1]
        return float(self._fixed[row, column - 1] if column <= fixed else self._live[row, column - 1 - fixed])

    def longest_text(self, column: int) -> str:
        """A text as wide as any of the column's, or nearly: of many rows only some are looked at."""
        name = self._columns[column]
        if self._labels and name in ("target", "prediction"):
            return max(self._labels, key=len)
        if name in LIVE_COLUMNS:
            return "0" * NUMBER_WIDTH
        if column == 0:
            return str(self.rowCount())
        numbers = self._fixed[:, column - 1]
        if not len(numbers):
            return ""
        looked_at = numbers[:: max(1, len(numbers) // _LOOKED_AT)]
        texts = (self._plain(float(each)) for each in (*looked_at, numbers.min(), numbers.max()))
        return max(texts, key=len)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._fixed)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Role.DisplayRole:
            return self._text(row, column)
        if role == Role.ForegroundRole:
            return self._colour(row, column)
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role == Role.ToolTipRole:
            return self._tip(row, column) if column else None
        if role == Role.AccessibleTextRole:
            name, text = self._spoken[column], self._text(row, column)
            return tr("sample {sample}, {name} {text}", sample=row + 1, name=name, text=text)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Role.DisplayRole:
            return self._titles[section]
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role == Role.ToolTipRole:  # a long name has not always room
            return self._tips[section - 1] if 1 <= section <= len(self._tips) else self._titles[section]
        return None

    def _classes(self, numbers: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Indices of classes where these have names; `scores` are (classes, rows) where there are several."""
        if numbers.ndim == 2:
            return np.where(np.isfinite(scores).all(axis=0), scores.argmax(axis=0), np.nan)
        if self._labels:
            return np.where(np.isfinite(numbers), (numbers > self._threshold).astype(float), np.nan)
        return numbers

    def _label(self, row: int, column: int) -> str | None:
        if not self._labels or self._columns[column] not in ("target", "prediction"):
            return None
        value = self.value(row, column)
        return "–" if math.isnan(value) else self._labels[int(value)]

    def _tip(self, row: int, column: int) -> str:
        name, exact = self._spoken[column], self._exact(row, column)
        return tr("{name} of sample {sample}: {exact}", name=name, sample=row + 1, exact=exact)

    def _exact(self, row: int, column: int) -> str:
        value = self.value(row, column)
        return self._label(row, column) or ("–" if math.isnan(value) else repr(value))

    def _text(self, row: int, column: int) -> str:
        label = self._label(row, column)
        if label is not None:
            return label
        value = self.value(row, column)
        if column == 0:
            return str(row + 1)
        if column <= self._fixed.shape[1]:
            return self._plain(value)
        return short_number(value, LIVE_DECIMALS[self._columns[column]])

    @staticmethod
    def _plain(value: float) -> str:
        return f"{value:.3g}"

    def _colour(self, row: int, column: int) -> QColor:
        name, colours = self._columns[column], self._theme.palette
        if column == 0:
            return colours.mute
        if name == "loss":
            return colours.ink  # never negative: a colour would say nothing
        if self._labels and name in ("target", "prediction"):
            return colours.ink  # the index of a class has no sign
        return self._theme.number_colour(self.value(row, column))


def short_number(value: float, decimals: int) -> str:
    """At most `decimals` decimals in NUMBER_WIDTH characters: `-0.868`, `12.346`, `1e+06`; a dash for nan."""
    if math.isnan(value):
        return "–"
    if not math.isfinite(value) or 0 < abs(value) < 0.5 * 10.0**-decimals:
        return f"{value:.0e}"
    fitting = (f"{value:.{places}f}" for places in range(decimals, -1, -1))
    return next((text for text in fitting if len(text) <= NUMBER_WIDTH), f"{value:.0e}")
