"""The columns of a file: which are inputs, which is the target, what they hold and how they are scaled."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from core.experiment import OwnRows
from core.own_data.csv_reading import ColumnChoice, ColumnKind, scaling_formula
from core.words import mark, tr
from gui.numbers import format_count
from gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

INPUT, TARGET, NAME, HOLDS, BECOMES = range(5)
HEADINGS = (mark("input"), mark("target"), mark("column"), mark("holds"), mark("is trained on as"))
ROW_HEIGHT, MARK = 24, 13  # px at scale 1
WIDTHS = {INPUT: 48, TARGET: 52, NAME: 132, HOLDS: 184}  # px at scale 1
LETTERS, AROUND = 12, 14  # px at scale 1: of the headings, and beside them
MOST_VALUES = 4  # of a column's values that are named
IGNORED = "–"


class ColumnsModel(QAbstractTableModel):
    """One row for each column of the file. The first two cells are marks that can be set."""

    choice_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names: tuple[str, ...] = ()
        self._kinds: tuple[ColumnKind, ...] = ()
        self._inputs: tuple[int, ...] = ()
        self._target = 0
        self._formulas: dict[int, str] = {}

    @property
    def inputs(self) -> tuple[int, ...]:
        return self._inputs

    @property
    def target(self) -> int:
        return self._target

    def show_columns(self, names: tuple[str, ...], kinds: tuple[ColumnKind, ...], choice: ColumnChoice) -> None:
        """Those of another table."""
        self.beginResetModel()
        self._names, self._kinds = names, kinds
        self._inputs, self._target = choice.inputs, choice.target
        self._formulas = {}
        self.endResetModel()

    def show_rows(self, own: OwnRows | None) -> None:
        """What the chosen columns become; None while that is not known."""
        self._formulas = {}
        if own is not None:
            self._formulas = dict(zip((*self._inputs, self._target), scaling_formula(own), strict=True))
        if self._names:
            self.dataChanged.emit(self.index(0, BECOMES), self.index(len(self._names) - 1, BECOMES))

    def toggle(self, index: Index) -> None:
        """Make a column an input or none, or the target."""
        row = index.row()
        if not index.isValid() or index.column() > TARGET:
            return
        if index.column() == TARGET:
            if row == self._target:
                return
            self._target = row
            self._inputs = tuple(each for each in self._inputs if each != row)
        elif row == self._target:
            return
        else:
            self._inputs = tuple(sorted({*self._inputs} ^ {row}))
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._names) - 1, BECOMES))
        self.choice_changed.emit()

    def is_on(self, index: Index) -> bool:
        return index.row() == self._target if index.column() == TARGET else index.row() in self._inputs

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._names)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Role.DisplayRole and column >= NAME:
            return self._text(row, column)
        if role == Role.ToolTipRole:
            return self._tip(row, column)
        if role == Role.AccessibleTextRole:
            if column <= TARGET:
                heading = tr(HEADINGS[column])
                if self.is_on(index):
                    return tr("{column}: {heading} yes", column=self._names[row], heading=heading)
                return tr("{column}: {heading} no", column=self._names[row], heading=heading)
            return self._text(row, column)
        if role == Role.ForegroundRole:
            used = row == self._target or row in self._inputs
            return self._theme.palette.ink if used else self._theme.palette.mute
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return tr(HEADINGS[section])
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, row: int, column: int) -> str:
        if column == NAME:
            return self._names[row]
        return describe_kind(self._kinds[row]) if column == HOLDS else self._formulas.get(row, IGNORED)

    def _tip(self, row: int, column: int) -> str:
        if column == INPUT:
            return (
                tr("The network reads this column (Space)") if row != self._target else tr("This column is the target")
            )
        if column == TARGET:
            return tr("The network learns to predict this column (Space)")
        return self._text(row, column)


def describe_kind(kind: ColumnKind) -> str:
    """`numbers 4.3 … 7.9`, `text: setosa, versicolor, virginica`; before that how many cells are missing."""
    if kind.kind == "number" and kind.low is not None and kind.high is not None:
        text = tr("numbers {low} … {high}", low=f"{kind.low:.4g}", high=f"{kind.high:.4g}")
    elif kind.kind == "mixed":
        text = tr("numbers and text")
    elif not kind.values:
        text = tr("nothing")
    else:
        more = "" if len(kind.values) <= MOST_VALUES and not kind.more_values else " …"
        text = tr("text: {values}{more}", values=", ".join(kind.values[:MOST_VALUES]), more=more)
    return tr("{count} missing · {text}", count=format_count(kind.missing), text=text) if kind.missing else text


class MarkDelegate(QStyledItemDelegate):
    """Draws the marks: a box for an input, a circle for the one target."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        model = index.model()
        if index.column() > TARGET or not isinstance(model, ColumnsModel):
            return
        colours, side = self._theme.palette, self._theme.px(MARK)
        cell, on = option.rect, model.is_on(index)
        box = QRectF(cell.left() + self._theme.px(8), cell.center().y() - side / 2 + 0.5, side, side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.column() == INPUT:
            if index.row() != model.target:
                painter.setPen(QPen(colours.accent if on else colours.mute, self._theme.px(1)))
                painter.setBrush(colours.accent if on else colours.card)
                painter.drawRoundedRect(box, self._theme.px(4), self._theme.px(4))
                if on:
                    self._theme.icon("check", colours.card).paint(painter, box.toRect())
        else:
            wide = self._theme.px(4 if on else 1)
            painter.setPen(QPen(colours.accent if on else colours.mute, wide))
            painter.setBrush(colours.card)
            painter.drawEllipse(box.adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(MARK) * 2, self._theme.px(ROW_HEIGHT))


class ColumnsTable(QTableView):
    """A click, or Space on the current cell, sets a mark."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.columns = ColumnsModel(theme, self)
        self.setModel(self.columns)
        self.setItemDelegate(MarkDelegate(theme, self))
        self.setObjectName("importColumns")
        self.setAccessibleName(tr("columns: which are inputs, which is the target"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.clicked.connect(self.columns.toggle)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def event(self, event: QEvent) -> bool:
        """Space is the table's own while it has the focus."""
        is_key = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.columns.toggle(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_theme_changed(self) -> None:
        row = self._theme.px(ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(row)
        self.verticalHeader().setDefaultSectionSize(row)
        header = QFontMetrics(self._theme.font(LETTERS))
        for column, wide in WIDTHS.items():
            heading = header.horizontalAdvance(tr(HEADINGS[column])) + self._theme.px(AROUND)
            self.setColumnWidth(column, max(self._theme.px(wide), heading))
        self.setMinimumHeight(5 * row)
