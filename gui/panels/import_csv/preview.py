"""The rows of a file as they stand in it, with their lines; cells that cannot be used are marked."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from core.own_data.csv_cells import is_missing, number
from core.own_data.csv_reading import ColumnChoice, ColumnKind, Table
from core.words import mark, tr
from gui.numbers import format_count
from gui.panels.import_csv.reading import FileRead
from gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

ROW_HEIGHT = 22  # px at scale 1
ROWS = 7  # seen at least
WIDEST, NARROWEST = 220, 54  # px at scale 1, of a column
FONT_SIZE = 12
MEASURED = 60  # rows, to find out how wide a column must be
MISSING = mark("missing")  # stands in an empty cell that is needed
UNREADABLE = mark("text")  # heading of the lines of a file that is no table


class PreviewModel(QAbstractTableModel):
    """All rows of a table; of a file that is none, the lines around the mistake."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._table: Table | None = None
        self._kinds: tuple[ColumnKind, ...] = ()
        self._around: tuple[tuple[int, str], ...] = ()
        self._bad_line: int | None = None
        self._needs_number: frozenset[int] = frozenset()
        self._used: frozenset[int] = frozenset()

    def show_file(self, read: FileRead) -> None:
        """Another file, or the same in another format."""
        self.beginResetModel()
        self._table, self._kinds, self._around = read.table, read.kinds, read.around
        self._bad_line = read.refusal.line if read.refusal is not None else None
        self._needs_number = self._used = frozenset()
        self.endResetModel()

    def show_choice(self, choice: ColumnChoice, task: str) -> None:
        """Mark what these columns cannot use."""
        self._used = frozenset((*choice.inputs, choice.target))
        self._needs_number = self._used if task == "regression" else frozenset(choice.inputs)
        if self._table is not None and self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def texts(self, column: int, rows: int) -> list[str]:
        """What the heading and the first cells of a column may say, to find out how wide it must be."""
        cells = [self._cell(row, column) for row in range(min(rows, self.rowCount()))]
        gaps = [tr(MISSING)] if column < len(self._kinds) and self._kinds[column].missing else []
        return [self._name(column), *cells, *gaps]

    def row_of(self, line: int) -> int | None:
        """The row that begins in this line of the file."""
        lines = self._table.lines if self._table is not None else [number for number, _ in self._around]
        place = bisect_left(lines, line)
        return place if place < len(lines) and lines[place] == line else None

    def problem(self, row: int, column: int) -> str:
        """Why a cell cannot be used, or empty."""
        if self._table is None:
            return tr("this line cannot be read") if self._around[row][0] == self._bad_line else ""
        if column not in self._used:
            return ""
        cell = self._table.cells[row][column]
        if is_missing(cell):
            return tr("no value")
        if column in self._needs_number and number(cell, self._table.format.decimal) is None:
            return tr("not a number")
        return ""

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return len(self._table.cells) if self._table is not None else len(self._around)

    def columnCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return len(self._table.names) if self._table is not None else 1

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Role.DisplayRole:
            return self._cell(row, column) or (tr(MISSING) if self.problem(row, column) else "")
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        problem = self.problem(row, column)
        colours = self._theme.palette
        if role == Role.ForegroundRole:
            chosen = self._table is None or column in self._used
            return colours.negative_text if problem else colours.ink if chosen else colours.mute
        if role == Role.BackgroundRole:
            return colours.soft if problem else None
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            line, name, cell = format_count(self._line(row)), self._name(column), repr(self._cell(row, column))
            if problem:
                return tr(
                    "line {line}, {column}: {cell} – {problem}", line=line, column=name, cell=cell, problem=problem
                )
            return tr("line {line}, {column}: {cell}", line=line, column=name, cell=cell)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if role == Role.DisplayRole:
            if orientation is Qt.Orientation.Vertical:
                return format_count(self._line(section))
            return self._name(section)
        if role == Role.ToolTipRole and orientation is Qt.Orientation.Horizontal:
            return self._name(section)
        if role == Role.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _cell(self, row: int, column: int) -> str:
        return self._table.cells[row][column] if self._table is not None else self._around[row][1]

    def _line(self, row: int) -> int:
        return self._table.lines[row] if self._table is not None else self._around[row][0]

    def _name(self, column: int) -> str:
        return self._table.names[column] if self._table is not None else tr(UNREADABLE)


class PreviewTable(QTableView):
    """As wide as its columns need; the numbers at the left are lines of the file."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows = PreviewModel(theme, self)
        self.setModel(self.rows)
        self.setObjectName("importPreview")
        self.setAccessibleName(tr("rows of the file"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.verticalHeader().setHighlightSections(False)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.rows.modelReset.connect(self._fit)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_place(self, line: int | None, column: int | None) -> None:
        """Bring a cell of the file, or its line, into view."""
        row = self.rows.row_of(line) if line is not None else None
        if row is None:
            return
        index = self.rows.index(row, min(column or 0, self.rows.columnCount() - 1))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.NoUpdate)  # a selected cell would hide its colour
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    @Slot()
    def _fit(self) -> None:
        """Every column as wide as its first texts, within bounds."""
        metrics, px = self.fontMetrics(), self._theme.px
        for column in range(min(self.rows.columnCount(), MEASURED)):
            wide = max(map(metrics.horizontalAdvance, self.rows.texts(column, MEASURED))) + px(22)
            self.setColumnWidth(column, max(px(NARROWEST), min(wide, px(WIDEST))))
        self.horizontalHeader().setStretchLastSection(self.rows.columnCount() == 1)

    @Slot()
    def _on_theme_changed(self) -> None:
        row = self._theme.px(ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(row)
        self.verticalHeader().setDefaultSectionSize(row)
        self.setMinimumHeight((ROWS + 1) * row)
        self._fit()
