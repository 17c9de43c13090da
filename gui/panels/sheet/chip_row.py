"""A row of chips, painted in one widget so that hundreds cost nothing; it scrolls sideways to the active one."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.expression.sheet import Phase
from core.words import tr
from gui.panels.sheet.chip_paint import ChipPaint
from gui.panels.sheet.order_chips import Chip, Look, Strip
from gui.theme import Theme

HEIGHT = 40  # pixels at scale 1, as all below
GAP = 8
NARROWEST, WIDEST = 44, 136  # a chip
WHEEL = 60  # a notch of the wheel
PEEK = 30  # of the neighbours beside a chip that is brought into view
MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ChipRow(QWidget):
    """Arrows move a mark from chip to chip, Enter or a click chooses; `chip_chosen` tells its index."""

    chip_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orderChips")
        self.setAccessibleName(tr("Order in which the nodes act"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._paint = ChipPaint(theme)
        self._strip: Strip | None = None
        self._chips: tuple[Chip, ...] = ()
        self._looks: list[Look] = []
        self._backward = False
        self._selected = ""
        self._lefts: list[float] = []  # of the chips and of the end, before scrolling
        self._offset = 0.0
        self._mark = -1  # the chip that the keys are at
        self._hovered = -1
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    # -- what is shown --------------------------------------------------------------------------------------------

    def set_strip(self, strip: Strip | None) -> None:
        """Another pass, or the same with other numbers: where it is scrolled to stays if it can."""
        chips = strip.chips if strip is not None else ()
        same = [chip.name for chip in chips] == [chip.name for chip in self._chips]
        self._strip, self._chips = strip, chips
        self._backward = strip is not None and strip.phase is Phase.BACKWARD
        self._looks = [Look.COMING] * len(chips)
        if not same:
            self._mark = self._hovered = -1
            self._measure()

    def set_looks(self, looks: list[Look]) -> None:
        """How far each chip's turn is; the active one, or the next, is kept in view."""
        if looks == self._looks:
            return
        self._looks = looks
        self._reveal(self._present())
        self._tell()
        self.update()

    def set_selected(self, address: str) -> None:
        if address != self._selected:
            self._selected = address
            self.update()

    def full_width(self) -> int:
        """What it takes to show all chips."""
        return round(self._end) + 2 * self._theme.px(2)

    def chip_rect(self, index: int) -> QRectF:
        """Where a chip is; outside of the widget if it is scrolled away."""
        height = self._theme.px(28)
        wide = self._lefts[index + 1] - self._lefts[index] - self._theme.px(GAP)
        left = self._lefts[index] - self._offset + self._theme.px(2)
        return QRectF(left, (self.height() - height) / 2, wide, height)

    def sizeHint(self) -> QSize:
        return QSize(self.full_width(), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDEST), self._theme.px(HEIGHT))

    # -- events ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._chips:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = max(bisect_right(self._lefts, self._offset) - 1, 0)
        for index in range(first, len(self._chips)):
            place = self.chip_rect(index)
            if place.left() > self.width():
                break
            chip = self._chips[index]
            self._paint.chip(
                painter, place, chip, self._looks[index], backward=self._backward,
                selected=bool(chip.address) and chip.address == self._selected,
                marked=self.hasFocus() and index == self._mark, hovered=index == self._hovered,
            )  # fmt: skip
        self._paint.fades(painter, self.rect(), left=self._offset > 0.5, right=self._offset < self._farthest - 0.5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index >= 0:
            self._mark = index
            self.chip_chosen.emit(index)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta()
        turned = notches.y() if abs(notches.y()) >= abs(notches.x()) else notches.x()
        if not turned or self._farthest <= 0:
            event.ignore()
            return
        self._scroll_to(self._offset - turned / 120 * self._theme.px(WHEEL))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._chips or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in MOVES:
            start = self._mark if self._mark >= 0 else self._present()
            step = MOVES[key] if self._mark >= 0 or start < 0 else 0
            self._move_mark(start + step)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_mark(0 if key is Qt.Key.Key_Home else len(self._chips) - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._mark >= 0:
            self.chip_chosen.emit(self._mark)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            index = self._at(event.pos())
            if index >= 0:
                QToolTip.showText(event.globalPos(), self.tip(index), self, self.chip_rect(index).toRect())
            else:
                QToolTip.hideText()
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scroll_to(0.0)
        self._reveal(self._present())

    def tip(self, index: int) -> str:
        """What the tooltip says about a chip."""
        return tr("{what}\nclick to go there", what=self._strip.tip(index)) if self._strip is not None else ""

    # -- inside ---------------------------------------------------------------------------------------------------

    @property
    def _end(self) -> float:
        return self._lefts[-1] - self._theme.px(GAP) if self._chips else 0.0

    @property
    def _farthest(self) -> float:
        return max(self.full_width() - self.width(), 0.0)

    def _measure(self) -> None:
        px, metrics = self._theme.px, QFontMetricsF(self._theme.font(12, mono=True))
        small = QFontMetricsF(self._theme.font(10, mono=True))
        widths = []
        for chip in self._chips:
            text = metrics.horizontalAdvance(chip.name) + small.horizontalAdvance(str(chip.number)) + px(5)
            widths.append(min(max(round(text) + px(22), px(NARROWEST)), px(WIDEST)) + px(GAP))
        self._lefts = [0.0, *accumulate(map(float, widths))]
        self.updateGeometry()
        self._scroll_to(self._offset)
        self.update()

    def _present(self) -> int:
        """The chip whose turn it is, or comes next, or was last; −1 without any."""
        for wanted in (Look.ACTIVE, Look.NEXT):
            if wanted in self._looks:
                return self._looks.index(wanted)
        done = [i for i, look in enumerate(self._looks) if look is Look.DONE]
        return done[-1] if done else -1

    def _at(self, place: QPoint) -> int:
        index = bisect_right(self._lefts, place.x() + self._offset) - 1
        if 0 <= index < len(self._chips) and self.chip_rect(index).contains(place):
            return index
        return -1

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.setCursor(Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def _move_mark(self, index: int) -> None:
        self._mark = max(0, min(index, len(self._chips) - 1))
        self._reveal(self._mark)
        self._tell()
        self.update()

    def _tell(self) -> None:
        """For screen readers: the chip that the keys are at, else the present one."""
        index = self._mark if self._mark >= 0 else self._present()
        strip = self._strip if 0 <= index < len(self._chips) else None
        self.setAccessibleDescription(strip.tip(index) if strip is not None else "")

    def _reveal(self, index: int) -> None:
        if not 0 <= index < len(self._chips):
            return
        place, peek = self.chip_rect(index), self._theme.px(PEEK)
        if place.left() < peek:
            self._scroll_to(self._offset + place.left() - peek)
        elif place.right() > self.width() - peek:
            self._scroll_to(self._offset + place.right() - self.width() + peek)

    def _scroll_to(self, offset: float) -> None:
        offset = max(0.0, min(offset, self._farthest))
        if offset != self._offset:
            self._offset = offset
            self.update()

    def _on_theme_changed(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))
        self._measure()
