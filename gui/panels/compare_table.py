"""The table of a comparison: a row for each run, with the box in its colour that draws it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from core.words import tr
from gui.panels.compare_cells import HEADER_SIZE, NUMBERS, SPACE, CompareDelegate, CompareHeader, cell_font, toggle
from gui.panels.compare_model import NAME, SHOWN, CompareModel
from gui.panels.table_looks import make_plain, set_row_height
from gui.session.comparison import KeptRun
from gui.theme import Theme

ROW_HEIGHT = 22  # px at scale 1, as all below
BOX_COLUMN = 24
MAX_NAME = 220
_OWN_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)  # of a kept run's row


class CompareTable(QTableView):
    """A table without a frame. Space draws the run of the current row or not, F2 renames it, Delete forgets it."""

    menu_requested = Signal(QPoint)  # on the screen
    forget_requested = Signal()
    run_changed = Signal()  # another row is the current one, or it shows another run

    def __init__(self, model: CompareModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._runs = theme, model
        self._current = 0
        self._lengths: list[int] = []
        self.setModel(model)
        self.setItemDelegate(CompareDelegate(theme, self))
        self.setHorizontalHeader(CompareHeader(theme, self))
        self.setObjectName("compareTable")
        self.setAccessibleName(tr("runs with their results and the settings that differ"))
        make_plain(self)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        model.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        model.modelReset.connect(self._on_reset)
        model.dataChanged.connect(self._on_data_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def run(self) -> KeptRun | None:
        """The kept run of the current row; None if it is that of the present run, or there is none."""
        index = self.currentIndex()
        return self._runs.run(index.row()) if index.isValid() else None

    def rename(self) -> None:
        """Begin to type another name for the run of the current row."""
        if self.run is not None:
            self.edit(self._runs.index(self.currentIndex().row(), self._runs.titles.index(NAME)))

    def is_seen(self) -> bool:
        """Neither hidden nor covered by another card."""
        return not self.viewport().visibleRegion().isEmpty()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(480), (self._runs.rowCount() + 1) * self._theme.px(ROW_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), 2 * self._theme.px(ROW_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def event(self, event: QEvent) -> bool:
        """The row's keys are its own, whatever shortcuts the window has."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._owns(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._owns(event):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            toggle(self._runs, self.currentIndex().row())
        elif event.key() == Qt.Key.Key_F2:
            self.rename()
        else:
            self.forget_requested.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if index.isValid():
                self.setCurrentIndex(index)
        if self.run is not None:
            at = event.globalPos()
            if event.reason() is not QContextMenuEvent.Reason.Mouse:
                at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
            self.menu_requested.emit(at)

    def fit_columns(self) -> None:
        """Give each column what it needs; what is too wide together is scrolled."""
        self._lengths = self._text_lengths()
        widths = [self._need(column) for column in range(self._runs.columnCount())]
        if widths and self._runs.titles[-1] not in NUMBERS:  # so that rows end with the table
            widths[-1] = max(widths[-1], self.viewport().width() - sum(widths[:-1]))
        for column, width in enumerate(widths):
            if width != self.columnWidth(column):
                self.setColumnWidth(column, width)

    def _owns(self, event: QKeyEvent) -> bool:
        return event.key() in _OWN_KEYS and not event.modifiers() and self.run is not None

    def _text_lengths(self) -> list[int]:
        """How many characters the present run has in each column."""
        return [len(self._runs.text(0, column)) for column in range(self._runs.columnCount())]

    def _need(self, column: int) -> int:
        title, px = self._runs.titles[column], self._theme.px
        if title == SHOWN:
            return px(BOX_COLUMN)
        cells = QFontMetrics(cell_font(self._theme, title, bold=True))
        texts = [*(self._runs.text(row, column) for row in range(self._runs.rowCount())), NUMBERS.get(title, "")]
        widest = max(cells.horizontalAdvance(text) for text in texts)
        heading = QFontMetrics(self._theme.font(HEADER_SIZE)).horizontalAdvance(tr(title))
        return max(min(widest, px(MAX_NAME)) + 1, heading) + px(SPACE)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self.run_changed.emit()

    @Slot()
    def _on_about_to_be_reset(self) -> None:
        self._current = max(self.currentIndex().row(), 0)

    @Slot()
    def _on_reset(self) -> None:
        """The row that was the current one still is, as far as there is one."""
        self.fit_columns()
        self.updateGeometry()
        if self._current:
            self.setCurrentIndex(self._runs.index(min(self._current, self._runs.rowCount() - 1), 0))
        self.run_changed.emit()

    @Slot(QModelIndex, QModelIndex, list)
    def _on_data_changed(self, _first: QModelIndex, _last: QModelIndex, roles: list[int]) -> None:
        """Live numbers come often: columns only grow for them."""
        lengths = self._text_lengths() if roles else []
        if not roles or any(now > before for now, before in zip(lengths, self._lengths, strict=True)):
            self.fit_columns()
        if not roles:
            self.run_changed.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        set_row_height(self, self._theme.px(ROW_HEIGHT))
        self.fit_columns()
        self.updateGeometry()
        self.viewport().update()
