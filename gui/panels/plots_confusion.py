"""Which classes the network takes for which: a table for the rows trained on, one for those kept back."""

from __future__ import annotations

import logging
import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.history import Array
from core.metrics import Confusion
from core.words import mark, tr
from gui.numbers import format_count, format_percent
from gui.palette import contrast
from gui.panels.axes import LABEL_SIZE
from gui.panels.plotting import blended, draw_bubble
from gui.theme import Theme

log = logging.getLogger(__name__)

_LEAST_SIZE = (200, 90)  # pixels at scale 1, as all below
_TITLE = 20  # height of the row above a table
_BETWEEN = 40  # the two tables
_WIDEST, _HIGHEST = 140, 84  # a cell
MEANT = mark("target ↓")  # the axes; of the second the longest that there is room for
SAID = (mark("network says →"), mark("says →"))
TRAIN, TEST = mark("train"), mark("test")
_LEAST_TEXT = 10  # height of a cell that can hold a number
_READABLE = 4.5  # contrast
_PALEST = 0.08  # share of the colour in a cell with anything in it


class ConfusionPlot(QWidget):
    """Rows are the classes that samples have, columns those that the network says: the diagonal is right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.confusion: Confusion | None = None
        self._has_test = False
        self._hovered: tuple[str, int, int] | None = None
        self._failed = False
        self._laid_out_for: tuple[object, ...] = ()
        self._layout = (0.0, 0.0, 0.0, 1.0, 1.0)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._on_theme_changed)

    @property
    def blank(self) -> bool:
        return self.confusion is None

    def set_confusion(self, confusion: Confusion | None) -> None:
        """Show these tables; None for nothing."""
        if confusion is not None and self.confusion is not None and _same(confusion, self.confusion):
            return
        self.confusion, self._has_test = confusion, confusion is not None and bool(confusion.test.any())
        self.setAccessibleDescription("; ".join(self.sentences()))
        self.update()

    def tables(self) -> list[tuple[str, Array]]:
        """Names and numbers of the tables; the second one only if rows are kept back."""
        if self.confusion is None:
            return []
        found = [(TRAIN, self.confusion.train), (TEST, self.confusion.test)]
        return found if self._has_test else found[:1]

    def sentences(self) -> list[str]:
        """What every mistake is, as a screen reader may say it."""
        if self.confusion is None:
            return []
        count = range(len(self.confusion.labels))
        cells = [(name, table, i, j) for name, table in self.tables() for i in count for j in count if i != j]
        wrong = [self.text_of(name, i, j) for name, table, i, j in cells if table[i, j]]
        return wrong or [tr("no row is taken for another class")]

    def text_of(self, name: str, meant: int, said: int) -> str:
        """What a cell says: `test: yin taken for yang, 3 of 40 rows (7.5 %)`."""
        return ", ".join(self.lines_of(name, meant, said))

    def lines_of(self, name: str, meant: int, said: int) -> tuple[str, str]:
        """The same in two lines."""
        assert self.confusion is not None
        labels, table = self.confusion.labels, dict(self.tables())[name]
        number, total = float(table[meant, said]), float(table[meant].sum())
        share = format_percent(number / total if total else None)
        if meant == said:
            what = tr("{name}: {label} seen as such", name=tr(name), label=labels[meant])
        else:
            what = tr("{name}: {label} taken for {other}", name=tr(name), label=labels[meant], other=labels[said])
        counts = {"number": format_count(round(number)), "total": format_count(round(total))}
        return what, tr("{number} of {total} rows ({share})", share=share, **counts)

    @property
    def hover_text(self) -> str:
        """What the bubble under the pointer says; empty without one."""
        return self.text_of(*self._hovered) if self._hovered and self._hovered[0] in dict(self.tables()) else ""

    def cell(self, name: str, meant: int, said: int) -> QRectF:
        """Where a cell lies."""
        left, side, top, wide, high = self._geometry()
        number = (TRAIN, TEST).index(name)
        count = len(self.confusion.labels) if self.confusion else 0
        x = left + number * (side + wide * count + self.theme.px(_BETWEEN)) + side
        return QRectF(x + said * wide, top + meant * high, wide, high)

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(620), self.theme.px(126))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(_LEAST_SIZE[0]), self.theme.px(_LEAST_SIZE[1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """An exception here could end the process without a word: it is reported once and nothing is drawn."""
        painter = QPainter(self)
        try:
            if not self._failed:
                self.draw(painter)
                if self.hover_text and self._hovered:
                    middle = self.cell(*self._hovered).center()
                    draw_bubble(painter, self.theme, self.lines_of(*self._hovered), middle, QRectF(self.rect()))
        except Exception:
            self._failed = True
            log.exception("%s could not be drawn", type(self).__name__)
        painter.end()

    def draw(self, painter: QPainter) -> None:
        """The tables, in pixels of the widget."""
        if self.confusion is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for name, table in self.tables():
            self._draw_words(painter, name, table)
            for meant in range(len(table)):
                for said in range(len(table)):
                    self._draw_cell(painter, self.cell(name, meant, said), table, meant, said)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self._cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, cell: tuple[str, int, int] | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.update()

    def _cell_at(self, place: QPointF) -> tuple[str, int, int] | None:
        cells = ((name, i, j) for name, table in self.tables() for i in range(len(table)) for j in range(len(table)))
        return next((cell for cell in cells if self.cell(*cell).contains(place)), None)

    def _geometry(self) -> tuple[float, float, float, float, float]:
        """Left end, width of the names at the side, top of the cells, width and height of a cell; in the middle."""
        labels, tables = self.confusion.labels if self.confusion else (), max(len(self.tables()), 1)
        key = self.size(), self.theme.scale, labels, tables
        if key != self._laid_out_for:
            self._laid_out_for, self._layout = key, self._laid_out(labels, tables)
        return self._layout

    def _laid_out(self, labels: tuple[str, ...], tables: int) -> tuple[float, float, float, float, float]:
        px, metrics = self.theme.px, QFontMetricsF(self._font())
        longest = max(map(metrics.horizontalAdvance, (*labels, MEANT)))
        side, count = min(longest, self.width() / 6) + px(8), max(len(labels), 1)
        room = (self.width() - px(_BETWEEN) * (tables - 1)) / tables - side
        wide = max(min(room / count, px(_WIDEST)), 1.0)
        above = px(_TITLE) + metrics.height()
        high = max(min((self.height() - above - px(2)) / count, px(_HIGHEST)), 1.0)
        top = above + max((self.height() - above - high * count) / 2, 0.0)
        whole = tables * (side + wide * count) + px(_BETWEEN) * (tables - 1)
        return (self.width() - whole) / 2, side, top, math.floor(wide), math.floor(high)

    def _draw_words(self, painter: QPainter, name: str, table: Array) -> None:
        """The title of a table, and the names of the classes at its sides."""
        assert self.confusion is not None
        colours, px = self.theme.palette, self.theme.px
        first = self.cell(name, 0, 0)
        right, total = float(table.trace()), float(table.sum())
        wide = first.width() * len(table)
        side = self._geometry()[1]
        above = first.top() - QFontMetricsF(self._font()).height()
        row = QRectF(first.left() - side, above - px(_TITLE), side + wide, px(_TITLE))
        title, said = self._headings(name, format_count(round(right)), format_count(round(total)), row.width())
        painter.setFont(self._bold())
        painter.setPen(colours.ink)
        painter.drawText(row.adjusted(0, 0, px(60), 0), Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(self._font())
        painter.setPen(colours.mute)
        metrics = QFontMetricsF(self._font())
        painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)
        corner = QRectF(row.left(), above, side - px(6), metrics.height())
        painter.drawText(corner, Qt.AlignmentFlag.AlignRight, self._short(tr(MEANT), corner.width() + 1))
        for i, label in enumerate(self.confusion.labels):
            across, down = self.cell(name, 0, i), self.cell(name, i, 0)
            over = QRectF(across.left() + 1, above, across.width() - 2, metrics.height())
            painter.drawText(over, Qt.AlignmentFlag.AlignCenter, self._short(label, over.width()))
            side = self._geometry()[1] - px(6)
            beside = QRectF(down.left() - px(6) - side, down.top(), side, down.height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, flags, self._short(label, side))

    def _headings(self, name: str, right: str, total: str, room: float) -> tuple[str, str]:
        """The title of a table, and the name of the axis beside it, as long as there is room for."""
        bold, plain, gap = QFontMetricsF(self._bold()), QFontMetricsF(self._font()), self.theme.px(10)
        titles = (
            tr("{name}: {right} of {total} right", name=tr(name), right=right, total=total),
            tr("{name}: {right} of {total}", name=tr(name), right=right, total=total),
        )
        long, short = (tr(said) for said in SAID)
        for title, said in ((titles[0], long), (titles[0], short), (titles[1], short)):
            if bold.horizontalAdvance(title) + gap + plain.horizontalAdvance(said) <= room:
                return title, said
        return titles[0], ""

    def _draw_cell(self, painter: QPainter, place: QRectF, table: Array, meant: int, said: int) -> None:
        colours, number = self.theme.palette, float(table[meant, said])
        total = max(float(table[meant].sum()), 1.0)
        share = _PALEST + (1.0 - _PALEST) * math.sqrt(number / total) if number else 0.0
        ground = blended(colours.soft, colours.positive if meant == said else colours.negative, share)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        gap = self.theme.px(1)
        painter.drawRect(place.adjusted(gap, gap, -gap, -gap))
        if place.height() < self.theme.px(_LEAST_TEXT):
            return
        text = format_count(round(number))
        font = self.theme.font(min(max(int(place.height() / self.theme.scale * 0.6), 9), 16), mono=True)
        if QFontMetricsF(font).horizontalAdvance(text) <= place.width() - 2 * gap:
            painter.setFont(font)
            painter.setPen(_readable(ground, colours.ink if number else colours.mute, colours.card))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _short(self, label: str, wide: float) -> str:
        return QFontMetricsF(self._font()).elidedText(label, Qt.TextElideMode.ElideRight, wide)

    def _font(self) -> QFont:
        return self.theme.font(LABEL_SIZE)

    def _bold(self) -> QFont:
        return self.theme.font(LABEL_SIZE, bold=True)

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


def _same(one: Confusion, other: Confusion) -> bool:
    same_train = np.array_equal(one.train, other.train)
    return one.labels == other.labels and same_train and np.array_equal(one.test, other.test)


def _readable(ground: QColor, *colours: QColor) -> QColor:
    """The first of them that can be read on this ground; else the one that can be read best."""
    fit = [each for each in colours if contrast(each, ground) >= _READABLE]
    return fit[0] if fit else max(colours, key=lambda each: contrast(each, ground))
