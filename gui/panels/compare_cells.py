"""How the cells of a comparison look: a box in the colour of each run, words at the left, numbers at the right."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.words import tr
from gui.panels.compare_model import ACCURACY, BEST, LOSS, NAME, SHOWN, STEP, TEST_LOSS, CompareModel, Index, Role
from gui.panels.table_looks import QuietHeader, draw_row_outline
from gui.session.comparison import KeptRun
from gui.theme import Theme

FONT_SIZE = 12  # px at scale 1, as all below
HEADER_SIZE = 11
BOX = 13  # the side of the box that draws a run
SPACE = 14  # between two columns
NUMBERS = {STEP: "0000", LOSS: "0.0000", TEST_LOSS: "0.0000", ACCURACY: "00.0 %"}  # what a column is wide for
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


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
            draw_row_outline(painter, option.rect, index.column(), model.columnCount(), self._theme)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("compareName")
        editor.setAccessibleName(tr("name of the run"))
        editor.setFrame(False)
        editor.setProperty("role", "answer")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Over the whole cell, or the name's first letter would be seen beside it."""
        editor.setGeometry(option.rect)

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
        painter.drawText(place, _RIGHT if title in NUMBERS else _LEFT, text)

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


class CompareHeader(QuietHeader):
    """Names of the columns, aligned with what stands under them."""

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        model = self.model()
        text = str(model.headerData(logical_index, Qt.Orientation.Horizontal, Role.DisplayRole))
        is_number = isinstance(model, CompareModel) and model.titles[logical_index] in NUMBERS
        painter.save()
        painter.setFont(self._theme.font(HEADER_SIZE))
        painter.setPen(self._theme.palette.mute)
        place = rect.adjusted(0, 0, -self._theme.px(SPACE), 0)
        painter.drawText(place, _RIGHT if is_number else _LEFT, text)
        painter.restore()


def toggle(model: CompareModel, row: int) -> bool:
    """Draw the run of a row, or not; False if it is not kept."""
    run, index = model.run(row), model.index(row, model.titles.index(SHOWN))
    wanted = Qt.CheckState.Unchecked if run is not None and run.shown else Qt.CheckState.Checked
    return model.setData(index, wanted, Role.CheckStateRole)


def cell_font(theme: Theme, title: str, *, bold: bool = False) -> QFont:
    """Names are words, all else is numbers."""
    return theme.font(FONT_SIZE, mono=title != NAME, bold=bold)
