"""The rows of a data set with what the network makes of them, live."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from core.words import tr
from gui.frames import Points
from gui.panels.data_table_model import RIGHT, Index, Role, SampleModel
from gui.panels.table_looks import QuietHeader, draw_row_outline, make_plain, set_row_height
from gui.theme import Theme

ROW_HEIGHT = 20  # px at scale 1
MAX_ROWS = 6  # shown without scrolling
FEW_OF_MANY = 4  # shown where it has to be scrolled anyway
MAX_LABEL = 12  # characters of a class that a column is made wide for
MAX_TITLE = 62  # px at scale 1 that a column is made wide for, of its heading
FONT_SIZE = 11
CELL_MARGIN = 4  # right of every number
BETWEEN = 3  # px at scale 1, left of every number


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
        place = cell.adjusted(0, 0, -self._theme.px(CELL_MARGIN), 0)
        text = painter.fontMetrics().elidedText(
            index.data(Role.DisplayRole), Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, RIGHT, text)
        if chosen:
            draw_row_outline(painter, cell, index.column(), index.model().columnCount(), self._theme)
        painter.restore()


class SampleHeader(QuietHeader):
    """Names of the columns, aligned with the numbers under them."""

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        painter.save()
        painter.setFont(self._theme.font(FONT_SIZE))
        painter.setPen(self._theme.palette.mute)
        name = str(self.model().headerData(logical_index, Qt.Orientation.Horizontal, Role.DisplayRole))
        place = rect.adjusted(0, 0, -self._theme.px(CELL_MARGIN), 0)
        painter.drawText(
            place, RIGHT, painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, place.width())
        )
        painter.restore()


class SampleTable(QTableView):
    """A table without a frame; the current row is the selected sample."""

    sample_chosen = Signal(int)  # counted from 0, by mouse or keyboard

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_too_wide = False  # it has to be scrolled sideways
        self._samples = SampleModel(theme, self)
        self.setModel(self._samples)
        self.setItemDelegate(SampleDelegate(theme, self))
        self.setHorizontalHeader(SampleHeader(theme, self))
        self.setObjectName("sampleTable")
        self.setAccessibleName(tr("samples with prediction and loss"))
        make_plain(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def samples(self) -> SampleModel:
        return self._samples

    def show_points(self, points: Points, tips: tuple[str, ...] = (), titles: tuple[str, ...] = ()) -> None:
        """`tips` say more of the inputs and the target, for the heading; `titles` name the inputs there."""
        self._samples.set_points(points, tips, titles)
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
        rows = max(1, self._samples.rowCount())
        rows = rows if rows <= MAX_ROWS else FEW_OF_MANY
        bar = self.horizontalScrollBar().sizeHint().height() if self._is_too_wide else 0
        return QSize(self._theme.px(200), (rows + 1) * self._theme.px(ROW_HEIGHT) + bar)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give each column what it needs, and share out the rest evenly; what is too wide is scrolled."""
        needs = [self._need(column) for column in range(self._samples.columnCount())]
        if not needs:
            return
        if self._is_too_wide is not (sum(needs) > self.viewport().width()):
            self._is_too_wide = not self._is_too_wide
            self.updateGeometry()
        rest, taken = max(0, self.viewport().width() - sum(needs)) / len(needs), 0
        for column, edge in enumerate(np.cumsum(np.array(needs) + rest).astype(int).tolist()):
            self.setColumnWidth(column, max(1, edge - taken))
            taken = edge

    def _need(self, column: int) -> int:
        """The width of the column's heading or of its widest text, with a little air."""
        longest = self._samples.longest_text(column)[:MAX_LABEL]
        numbers = QFontMetricsF(self._theme.font(FONT_SIZE, mono=True)).horizontalAdvance(longest)
        heading = QFontMetricsF(self._theme.font(FONT_SIZE)).horizontalAdvance(self._samples.titles[column])
        heading = min(heading, self._theme.px(MAX_TITLE))
        between = self._theme.px(BETWEEN) if column > 1 else 0
        return math.ceil(max(numbers, heading)) + self._theme.px(CELL_MARGIN) + between

    def _on_current_row_changed(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.sample_chosen.emit(current.row())

    def _on_theme_changed(self) -> None:
        set_row_height(self, self._theme.px(ROW_HEIGHT))
        self._fit_columns()
        self.updateGeometry()
        self.viewport().update()
