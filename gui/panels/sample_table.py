"""The rows of a small data set with what the network makes of them, live."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.frames import Points
from gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

ROW_HEIGHT = 20  # px at scale 1
MAX_ROWS = 6  # shown without scrolling
FONT_SIZE = 11
CELL_MARGIN = 4  # right of every number
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NUMBER_WIDTH = 6  # characters kept for a prediction or a loss: `-0.868`
LIVE_DECIMALS = {"prediction": 3, "loss": 4}
LIVE_COLUMNS = tuple(LIVE_DECIMALS)


class SampleModel(QAbstractTableModel):
    """Columns: number of the sample, its inputs, target, prediction, loss. The last two are live."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns: tuple[str, ...] = ()
        self._fixed: NDArray[np.float64] = np.empty((0, 0))  # inputs and target
        self._live: NDArray[np.float64] = np.empty((0, 2))  # prediction and loss; nan until known

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    def set_points(self, points: Points) -> None:
        """Show other rows; predictions and losses are unknown until `set_numbers`."""
        self.beginResetModel()
        self._columns = ("#", *points.names, "target", *LIVE_COLUMNS)
        self._fixed = np.column_stack([points.inputs, points.targets])
        self._live = np.full((len(points.targets), 2), np.nan)
        self.endResetModel()

    def set_numbers(self, predictions: NDArray[np.float64], losses: NDArray[np.float64]) -> None:
        """New predictions and losses; those of another data set (late ones) are not taken."""
        if len(predictions) != self.rowCount() or not len(predictions):
            return
        self._live = np.column_stack([predictions, losses])
        first, last = self.index(0, self.columnCount() - 2), self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(first, last, [Role.DisplayRole, Role.ForegroundRole])

    def value(self, row: int, column: int) -> float:
        """The number of a cell; the sample's own number in column 0."""
        if column == 0:
            return row + 1
        fixed = self._fixed.shape[1]
        return float(self._fixed[row, column - 1] if column <= fixed else self._live[row, column - 1 - fixed])

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
            return f"{self._columns[column]} of sample {row + 1}: {self.value(row, column)!r}" if column else None
        if role == Role.AccessibleTextRole:
            return f"sample {row + 1}, {self._columns[column]} {self._text(row, column)}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Role.DisplayRole:
            return self._columns[section]
        if role == Role.TextAlignmentRole:
            return RIGHT
        return None

    def _text(self, row: int, column: int) -> str:
        value = self.value(row, column)
        if column == 0 or column <= self._fixed.shape[1]:
            return f"{value:.3g}"
        return short_number(value, LIVE_DECIMALS[self._columns[column]])

    def _colour(self, row: int, column: int) -> QColor:
        if column == 0:
            return self._theme.palette.mute
        if self._columns[column] == "loss":
            return self._theme.palette.ink  # never negative: a colour would say nothing
        return self._theme.number_colour(self.value(row, column))


def short_number(value: float, decimals: int) -> str:
    """At most `decimals` decimals in NUMBER_WIDTH characters: `-0.868`, `12.346`, `1e+06`; a dash for nan."""
    if math.isnan(value):
        return "–"
    if not math.isfinite(value) or 0 < abs(value) < 0.5 * 10.0**-decimals:
        return f"{value:.0e}"
    fitting = (f"{value:.{places}f}" for places in range(decimals, -1, -1))
    return next((text for text in fitting if len(text) <= NUMBER_WIDTH), f"{value:.0e}")


class SampleDelegate(QStyledItemDelegate):
    """Numbers without padding, in their own colours also when selected: a selected row is soft, outlined in ink."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        colours, cell = self._theme.palette, option.rect
        painter.save()
        if chosen:
            painter.fillRect(cell, colours.soft)
        painter.setFont(self._theme.font(FONT_SIZE, mono=True))
        painter.setPen(index.data(Role.ForegroundRole))
        painter.drawText(cell.adjusted(0, 0, -self._theme.px(CELL_MARGIN), 0), RIGHT, index.data(Role.DisplayRole))
        if chosen:
            painter.setPen(QPen(colours.ink, 1))
            self._outline(painter, cell, index.column(), index.model().columnCount())
        painter.restore()

    @staticmethod
    def _outline(painter: QPainter, cell: QRect, column: int, columns: int) -> None:
        """The part of the row's frame that is in this cell."""
        painter.drawLine(cell.topLeft(), cell.topRight())
        painter.drawLine(cell.bottomLeft(), cell.bottomRight())
        if column == 0:
            painter.drawLine(cell.topLeft(), cell.bottomLeft())
        if column == columns - 1:
            painter.drawLine(cell.topRight(), cell.bottomRight())


class SampleHeader(QHeaderView):
    """Names of the columns, aligned with the numbers under them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        painter.save()
        painter.setFont(self._theme.font(FONT_SIZE))
        painter.setPen(self._theme.palette.mute)
        name = self.model().headerData(logical_index, Qt.Orientation.Horizontal, Role.DisplayRole)
        painter.drawText(rect.adjusted(0, 0, -self._theme.px(CELL_MARGIN), 0), RIGHT, str(name))
        painter.restore()


class SampleTable(QTableView):
    """A table without a frame; the current row is the selected sample."""

    sample_chosen = Signal(int)  # counted from 0, by mouse or keyboard

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._samples = SampleModel(theme, self)
        self.setModel(self._samples)
        self.setItemDelegate(SampleDelegate(theme, self))
        self.setHorizontalHeader(SampleHeader(theme, self))
        self.setObjectName("sampleTable")
        self.setAccessibleName("samples with prediction and loss")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def samples(self) -> SampleModel:
        return self._samples

    def show_points(self, points: Points) -> None:
        self._samples.set_points(points)
        self._fit_columns()
        self.updateGeometry()

    def show_sample(self, sample: int) -> None:
        """Highlight the row of a sample; one that the table does not have highlights none."""
        if not 0 <= sample < self._samples.rowCount():
            self.clearSelection()
        elif sample != self.currentIndex().row() or not self.selectionModel().hasSelection():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(self._samples.index(sample, 0), flags.ClearAndSelect | flags.Rows)

    def sizeHint(self) -> QSize:
        rows = min(max(1, self._samples.rowCount()), MAX_ROWS)
        return QSize(self._theme.px(200), (rows + 1) * self._theme.px(ROW_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give each column what it needs, and share out the rest evenly."""
        needs = [self._need(column) for column in range(self._samples.columnCount())]
        if not needs:
            return
        rest, taken = (self.viewport().width() - sum(needs)) / len(needs), 0
        for column, edge in enumerate(np.cumsum(np.array(needs) + rest).astype(int).tolist()):
            self.setColumnWidth(column, max(1, edge - taken))
            taken = edge

    def _need(self, column: int) -> int:
        """The width of the column's heading or of its widest number, with a little air."""
        name = self._samples.columns[column]
        if name in LIVE_COLUMNS:
            longest = "0" * NUMBER_WIDTH
        else:
            indices = (self._samples.index(row, column) for row in range(self._samples.rowCount()))
            longest = max((str(self._samples.data(index)) for index in indices), key=len, default="")
        numbers = QFontMetrics(self._theme.font(FONT_SIZE, mono=True)).horizontalAdvance(longest)
        heading = QFontMetrics(self._theme.font(FONT_SIZE)).horizontalAdvance(name)
        return max(numbers, heading) + self._theme.px(CELL_MARGIN)

    def _on_current_row_changed(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.sample_chosen.emit(current.row())

    def _on_theme_changed(self) -> None:
        row = self._theme.px(ROW_HEIGHT)
        self.horizontalHeader().setFixedHeight(row)
        self.verticalHeader().setMinimumSectionSize(row)
        self.verticalHeader().setDefaultSectionSize(row)
        self._fit_columns()
        self.updateGeometry()
        self.viewport().update()
