"""What the tables of the panels have in common: no frame, quiet headings, a selected row outlined in ink."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from gui.theme import Theme


class QuietHeader(QHeaderView):
    """Of columns whose widths the table chooses; how a name looks is the subclass's."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def make_plain(table: QTableView) -> None:
    """One row is selected at a time; no frame, no grid, no row numbers."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()


def set_row_height(table: QTableView, height: int) -> None:
    """Of the heading and of every row, in pixels."""
    table.horizontalHeader().setFixedHeight(height)
    table.verticalHeader().setMinimumSectionSize(height)
    table.verticalHeader().setDefaultSectionSize(height)


def draw_row_outline(painter: QPainter, cell: QRect, column: int, columns: int, theme: Theme) -> None:
    """The part of the row's frame that is in this cell."""
    ink, wide = theme.palette.ink, theme.px(1)
    painter.fillRect(cell.left(), cell.top(), cell.width(), wide, ink)
    painter.fillRect(cell.left(), cell.bottom() + 1 - wide, cell.width(), wide, ink)
    if column == 0:
        painter.fillRect(cell.left(), cell.top(), wide, cell.height(), ink)
    if column == columns - 1:
        painter.fillRect(cell.right() + 1 - wide, cell.top(), wide, cell.height(), ink)
