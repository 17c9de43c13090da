"""The inspector's rows: `address   upstream × local = contribution`, in aligned columns, each row a button."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.panels.inspector_text import draw_fitting, value_colour
from gui.theme import Theme
from gui.widgets.press_button import PressButton

ROW_HEIGHT = 24  # all sizes are pixels at scale 1
ROW_GAP = 4
MARGIN = 7
TEXT_SIZE = 11
TYPICAL_NUMBER = 7  # `-0.0143`
SIGN_WIDTH = 1.7  # digits, for × and =
LEAST_NAME = 2  # letters of a name that must have room before the product may stand beside it
UNKNOWN = "?"  # a number that is still to come


@dataclass(frozen=True)
class RowParts:
    """All that one row shows. Numbers are texts; `value` gives the contribution its colour."""

    badge: str  # `×` or `to`
    name: str  # the address as shown, or a note
    upstream: str
    local: str
    contribution: str
    value: float
    address: str = ""  # where a click goes; empty for nowhere
    hint: str = ""  # tooltip
    flat: bool = False  # without a ground: the sum line

    def line(self) -> str:
        """The row as one line of text, for screen readers and tests."""
        product = f"{self.upstream} × {self.local} = " if self.upstream else "= " if self.flat else ""
        return " ".join(part for part in (self.badge, self.name, product + self.contribution) if part)


class Columns:
    """Widths of a list's columns, in digits, shared by its rows. They only grow, so nothing wobbles."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start anew: the numbers of another node come."""
        self.upstream = self.local = self.contribution = TYPICAL_NUMBER
        self.badge = 1

    def grow(self, parts: RowParts) -> bool:
        """Make room for a row; True if that changed a width."""
        before = (self.upstream, self.local, self.contribution, self.badge)
        self.upstream = max(self.upstream, len(parts.upstream))
        self.local = max(self.local, len(parts.local))
        self.contribution = max(self.contribution, len(parts.contribution))
        self.badge = max(self.badge, len(parts.badge))
        return before != (self.upstream, self.local, self.contribution, self.badge)


class ContributionRow(PressButton):
    """One row. It is painted here, cell by cell: new numbers cost a repaint and never a new layout."""

    followed = Signal(str)  # the address it leads to

    def __init__(self, theme: Theme, columns: Columns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._columns = theme, columns
        self._parts = RowParts("", "", "", "", "", 0.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)

    @property
    def parts(self) -> RowParts:
        return self._parts

    def show_parts(self, parts: RowParts) -> None:
        if parts == self._parts:
            return
        before, self._parts = self._parts, parts
        self.setText(parts.line())
        if parts.hint != before.hint:
            self.setToolTip(parts.hint)
        follows = bool(parts.address)
        if follows != self.isEnabled():
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if follows else Qt.FocusPolicy.NoFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor if follows else Qt.CursorShape.ArrowCursor)
            self.setEnabled(follows)
        self.update()

    def blank(self) -> None:
        """Show nothing until the next parts come. The row keeps its place and the focus."""
        self._parts = RowParts("", "", "", "", "", 0.0, flat=self._parts.flat)
        self.setText("")
        self.setToolTip("")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(20 if self._parts.flat else ROW_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._parts.flat:
            self._paint_ground(painter)
        painter.setFont(self._theme.font(TEXT_SIZE, mono=True))
        left = self._paint_numbers(painter)
        self._paint_name(painter, left)

    def _paint_ground(self, painter: QPainter) -> None:
        palette, radius = self._theme.palette, self._theme.px(6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isEnabled():
            painter.setBrush(palette.line if self.isDown() else palette.soft)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        border: QColor | Qt.PenStyle = Qt.PenStyle.NoPen
        if self.hasFocus():
            border = palette.accent
        elif not self.isEnabled() or self.underMouse():
            border = palette.line if not self.isEnabled() else palette.mute
        painter.setPen(border)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_numbers(self, painter: QPainter) -> float:
        """Paint the columns from the right; the x where the first one starts."""
        parts, columns, palette = self._parts, self._columns, self._theme.palette
        metrics = QFontMetricsF(painter.font())
        digit = metrics.horizontalAdvance("0")
        product = bool(parts.upstream) and self._has_room_for_product(digit)
        baseline = round(self.height() / 2 + metrics.capHeight() / 2)
        cells: list[tuple[str, float, QColor]] = [
            (parts.contribution, columns.contribution, self._contribution_colour())
        ]
        if product:
            cells += [
                ("=", SIGN_WIDTH, palette.mute),
                (parts.local, columns.local, self._factor_colour(parts.local)),
                ("×", SIGN_WIDTH, palette.mute),
                (parts.upstream, columns.upstream, self._factor_colour(parts.upstream)),
            ]
        x = float(self.width() - self._theme.px(MARGIN))
        for text, width, colour in cells:
            painter.setPen(colour)
            room = width - len(text)  # numbers stand at the right of their column, signs in the middle
            start = x - (len(text) + (room / 2 if width == SIGN_WIDTH else 0)) * digit
            painter.drawText(QPointF(start, baseline), text)
            x -= width * digit
        return x

    def _has_room_for_product(self, digit: float) -> bool:
        """Whether a bit of the name has room beside `upstream × local =`; else the contribution stands alone."""
        columns, px = self._columns, self._theme.px
        numbers = columns.upstream + columns.local + columns.contribution + 2 * SIGN_WIDTH
        badge = columns.badge * digit + px(5) if self._parts.badge else 0.0
        return self.width() - 2 * px(MARGIN) - numbers * digit - badge >= min(len(self._parts.name), LEAST_NAME) * digit

    def _contribution_colour(self) -> QColor:
        unknown = self._parts.contribution == UNKNOWN
        return self._theme.palette.mute if unknown else value_colour(self._theme, self._parts.value)

    def _factor_colour(self, text: str) -> QColor:
        palette = self._theme.palette
        if text == UNKNOWN:
            return palette.mute
        return palette.ink if text[-1:].isdigit() else palette.negative_text  # nan, inf

    def _paint_name(self, painter: QPainter, right: float) -> None:
        parts, theme = self._parts, self._theme
        left = float(theme.px(MARGIN))
        if parts.badge:
            width = QFontMetricsF(painter.font()).horizontalAdvance("0") * self._columns.badge
            painter.setPen(theme.palette.mute)
            place = QRectF(left, 0, width, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, parts.badge)
            left += width + theme.px(5)
        painter.setPen(theme.palette.ink if parts.address else theme.palette.mute)
        place = QRectF(left, 0, max(0.0, right - theme.px(4) - left), self.height())
        is_note = not parts.address or " " in parts.name
        draw_fitting(painter, theme, place, parts.name, TEXT_SIZE, mono=not is_note)

    def _on_clicked(self) -> None:
        if self._parts.address:
            self.followed.emit(self._parts.address)


class RowList(QWidget):
    """Rows under each other. Row widgets are kept and reused; `show_rows` changes only what differs."""

    followed = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        """`name`: rows are called `<name>0`, `<name>1` …"""
        super().__init__(parent)
        self._theme, self._name = theme, name
        self._columns = Columns()
        self._rows: list[ContributionRow] = []
        self._used = 0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def rows(self) -> Iterator[ContributionRow]:
        """The rows in use."""
        return iter(self._rows[: self._used])

    def reset_columns(self) -> None:
        """Forget how wide the numbers of another node were."""
        self._columns.reset()

    def show_rows(self, rows: Sequence[RowParts]) -> None:
        grown = False
        for parts in rows:
            grown |= self._columns.grow(parts)
        while len(self._rows) < len(rows):
            self._add_row()
        for row, parts in zip(self._rows, rows, strict=False):
            row.show_parts(parts)
            if grown:
                row.update()
        if len(rows) != self._used:
            for i, row in enumerate(self._rows):
                row.setVisible(i < len(rows))
            self._used = len(rows)
            self.setVisible(bool(rows))

    def blank(self) -> None:
        """Empty the rows in use; they keep their places."""
        for row in self.rows():
            row.blank()

    def _add_row(self) -> None:
        row = ContributionRow(self._theme, self._columns, self)
        row.setObjectName(f"{self._name}{len(self._rows)}")
        row.followed.connect(self.followed)
        self._rows.append(row)
        self._layout.addWidget(row)

    def _on_theme_changed(self) -> None:
        self._layout.setSpacing(self._theme.px(ROW_GAP))
        for row in self._rows:
            row.updateGeometry()
            row.update()
