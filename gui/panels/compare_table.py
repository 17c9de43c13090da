"""The table of a comparison: a row for each run, with the box in its colour that draws it."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.panels.compare_model import ACCURACY, BEST, LOSS, NAME, SHOWN, STEP, TEST_LOSS, CompareModel, Index, Role
from gui.session.comparison import KeptRun
from gui.theme import Theme

ROW_HEIGHT = 22  # px at scale 1, as all below
FONT_SIZE = 12
HEADER_SIZE = 11
BOX = 13  # the side of the box that draws a run
BOX_COLUMN = 24
SPACE = 14  # between two columns
MAX_NAME = 220
_NUMBERS = {STEP: "0000", LOSS: "0.0000", TEST_LOSS: "0.0000", ACCURACY: "00.0 %"}  # what a column is wide for
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_OWN_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)  # of a kept run's row


class CompareDelegate(QStyledItemDelegate):
    """Boxes and texts in their own colours also when selected: the selected row is soft, outlined in ink."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(option.rect, self._theme.palette.soft)
        if isinstance(model, CompareModel):
            if model.titles[index.column()] == SHOWN:
                self._paint_box(painter, option.rect, model.run(index.row()))
            else:
                self._paint_text(painter, option.rect, index, model)
        if chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(self._theme.palette.ink, 1))
            _outline(painter, option.rect, index.column(), model.columnCount())
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("compareName")
        editor.setAccessibleName("name of the run")
        editor.setFrame(False)
        editor.setProperty("role", "answer")
        return editor

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click anywhere in the box's cell."""
        if event.type() is not QEvent.Type.MouseButtonRelease or not isinstance(event, QMouseEvent):
            return False
        if not isinstance(model, CompareModel):
            return False
        in_box = model.titles[index.column()] == SHOWN and event.button() is Qt.MouseButton.LeftButton
        return in_box and toggle(model, index.row())

    def _paint_text(self, painter: QPainter, cell: QRect, index: Index, model: CompareModel) -> None:
        title, best = model.titles[index.column()], bool(index.data(BEST))
        painter.setFont(cell_font(self._theme, title, bold=best))
        painter.setPen(self._theme.palette.good if best else self._theme.palette.ink)
        place = cell.adjusted(0, 0, -self._theme.px(SPACE), 0)
        text = painter.fontMetrics().elidedText(
            index.data(Role.DisplayRole), Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, _RIGHT if title in _NUMBERS else _LEFT, text)

    def _paint_box(self, painter: QPainter, cell: QRect, run: KeptRun | None) -> None:
        """A box in the run's colour, full if it is drawn; of the present run a piece of its curve."""
        theme, side = self._theme, self._theme.px(BOX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, middle = cell.left() + theme.px(4), cell.top() + cell.height() / 2
        if run is None:
            painter.setPen(QPen(theme.palette.accent, 2 * theme.scale))
            painter.drawLine(QPointF(left, middle), QPointF(left + side, middle))
            return
        colour = theme.palette.class_mark(run.colour)
        box = QRectF(left, round(middle - side / 2), side, side).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colour, 1.5 * theme.scale))
        painter.setBrush(colour if run.shown else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, theme.px(3), theme.px(3))
        if run.shown:
            painter.setPen(QPen(theme.palette.card, 1.7 * theme.scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            corners = ((0.25, 0.52), (0.44, 0.71), (0.76, 0.32))
            tick = [box.topLeft() + QPointF(x * box.width(), y * box.height()) for x, y in corners]
            painter.drawPolyline(QPolygonF(tick))


class CompareHeader(QHeaderView):
    """Names of the columns, aligned with what stands under them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        title = str(self.model().headerData(logical_index, Qt.Orientation.Horizontal, Role.DisplayRole))
        painter.save()
        painter.setFont(self._theme.font(HEADER_SIZE))
        painter.setPen(self._theme.palette.mute)
        place = rect.adjusted(0, 0, -self._theme.px(SPACE), 0)
        painter.drawText(place, _RIGHT if title in _NUMBERS else _LEFT, title)
        painter.restore()


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
        self.setAccessibleName("runs with their results and the settings that differ")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
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
        if widths and self._runs.titles[-1] not in _NUMBERS:  # so that rows end with the table
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
        texts = [*(self._runs.text(row, column) for row in range(self._runs.rowCount())), _NUMBERS.get(title, "")]
        widest = max(cells.horizontalAdvance(text) for text in texts)
        heading = QFontMetrics(self._theme.font(HEADER_SIZE)).horizontalAdvance(title)
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
        row = self._theme.px(ROW_HEIGHT)
        self.horizontalHeader().setFixedHeight(row)
        self.verticalHeader().setMinimumSectionSize(row)
        self.verticalHeader().setDefaultSectionSize(row)
        self.fit_columns()
        self.updateGeometry()
        self.viewport().update()


def toggle(model: CompareModel, row: int) -> bool:
    """Draw the run of a row, or not; False if it is not kept."""
    run, index = model.run(row), model.index(row, model.titles.index(SHOWN))
    wanted = Qt.CheckState.Unchecked if run is not None and run.shown else Qt.CheckState.Checked
    return model.setData(index, wanted, Role.CheckStateRole)


def cell_font(theme: Theme, title: str, *, bold: bool = False) -> QFont:
    """Names are words, all else is numbers."""
    return theme.font(FONT_SIZE, mono=title != NAME, bold=bold)


def _outline(painter: QPainter, cell: QRect, column: int, columns: int) -> None:
    """The part of the row's frame that is in this cell."""
    painter.drawLine(cell.topLeft(), cell.topRight())
    painter.drawLine(cell.bottomLeft(), cell.bottomRight())
    if column == 0:
        painter.drawLine(cell.topLeft(), cell.bottomLeft())
    if column == columns - 1:
        painter.drawLine(cell.topRight(), cell.bottomRight())
