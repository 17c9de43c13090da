"""Callout: a small card with an arrow, beside something in the window, as one of several steps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.words import tr
from gui.theme import Theme
from gui.widgets.beside import Side, place_beside
from gui.widgets.buttons import LinkButton
from gui.widgets.text import TextLabel

MARGIN, RADIUS = 14, 8  # pixels at scale 1, as all below
ARROW, ARROW_WIDTH = 9, 18  # how far it stands out, and how wide it begins
WIDTHS = (300, 260, 220)  # the first for which there is room
GAP = 5  # between the ring around the target and the arrow
EDGE = 6  # to the edge of the window
_SHADOW = 0.16  # of ink, in the line around the card's line


class Callout(QWidget):
    """Title, text, which step this is, and the ways on: Back, Next or Done, Skip tour."""

    next_requested = Signal()
    back_requested = Signal()
    skip_requested = Signal()

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._theme = theme
        self._target: QRect | None = None
        self._wanted: Side | None = None
        self._side: Side | None = None
        self.setObjectName("callout")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title, self._text = TextLabel("", "title"), TextLabel()
        self._count = TextLabel("", "label")
        self._back, self._next = QPushButton(tr("Back")), QPushButton(tr("Next"))
        self._skip = LinkButton(tr("Skip tour"), theme, tr("End the tour (Escape)"))
        for part, name in (
            (self._title, "calloutTitle"),
            (self._text, "calloutText"),
            (self._count, "calloutCount"),
            (self._back, "calloutBack"),
            (self._next, "calloutNext"),
            (self._skip, "calloutSkip"),
        ):
            part.setObjectName(name)
        self._title.setWordWrap(True)
        self._text.setWordWrap(True)
        self._lay_out()
        for button, signal in (
            (self._back, self.back_requested),
            (self._next, self.next_requested),
            (self._skip, self.skip_requested),
        ):
            button.installEventFilter(self)
            button.clicked.connect(signal)
        self.hide()
        theme.changed.connect(self._on_theme_changed)
        self._set_margins()

    def _lay_out(self) -> None:
        self._column, self._row = QVBoxLayout(self), QHBoxLayout()
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(self._head)
        self._column.addWidget(self._text)
        self._column.addLayout(self._row)
        self._row.addWidget(self._skip)
        self._row.addStretch(1)
        self._row.addWidget(self._back)
        self._row.addWidget(self._next)

    # -- what is told -------------------------------------------------------------------------------------------

    def tell(self, title: str, text: str, number: int, count: int) -> None:
        """Step `number`, counted from 1, of `count`; it lies where it lay until it is placed."""
        self._title.setText(title)
        self._text.setText(text)
        self._count.setText(tr("step {n} of {count}", n=number, count=count))
        is_last = number == count
        if number == 1 and self._back.hasFocus():
            self._next.setFocus()
        self._back.setEnabled(number > 1)
        self._next.setText(tr("Done") if is_last else tr("Next"))
        self._skip.setVisible(not is_last)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._place()

    def take_focus(self) -> None:
        """The keyboard goes to Next."""
        self._next.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- where it lies ------------------------------------------------------------------------------------------

    @property
    def side(self) -> Side | None:
        """On which side of the target it lies; None if there was no room beside it."""
        return self._side

    def place(self, target: QRect | None, wanted: Side | None = None) -> None:
        """Lie beside a rectangle of the window, on the wanted side if there is room; None: stay, with no arrow."""
        self._target, self._wanted = target, wanted
        self._place()

    def _place(self) -> None:
        window = self.parentWidget()
        edge = self._theme.px(EDGE)
        room = window.rect().adjusted(edge, edge, -edge, -edge)
        sizes = [self._size_for(self._theme.px(width), room) for width in WIDTHS]
        if self._target is not None:
            found = place_beside(self._target, sizes, room, self._theme.px(GAP), self._wanted)
            self._side = found.side
            self.setGeometry(found.rect)
        else:
            self._side = None
            rect = QRect(self.pos(), sizes[0])
            if not self.isVisible():
                rect.moveCenter(room.center())
            rect.moveLeft(max(room.left(), min(rect.left(), room.right() - rect.width() + 1)))
            rect.moveTop(max(room.top(), min(rect.top(), room.bottom() - rect.height() + 1)))
            self.setGeometry(rect)
        self.update()

    def _size_for(self, width: int, room: QRect) -> QSize:
        """With the text wrapped to a width, or to what the buttons need at least."""
        for part in self.findChildren(QWidget):
            part.ensurePolished()  # with the style sheet's letters
        self._column.activate()
        width = min(max(width, self._column.minimumSize().width()), room.width())
        return QSize(width, self._column.heightForWidth(width))

    def _set_margins(self) -> None:
        px = self._theme.px
        side = px(MARGIN) + px(ARROW)
        self._column.setContentsMargins(side, side - px(2), side, side)
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(8))
        self._row.setSpacing(px(6))

    def _on_theme_changed(self) -> None:
        self._set_margins()
        self._place()

    # -- keys ---------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys on the buttons: arrows go on and back, Enter presses the button."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, QPushButton):
            watched.click()
            return True
        return self._go(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.next_requested.emit()
        elif not self._go(event):
            super().keyPressEvent(event)

    def _go(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_Right:
            self.next_requested.emit()
        elif event.key() == Qt.Key.Key_Left and self._back.isEnabled():
            self.back_requested.emit()
        else:
            return False
        return True

    # -- drawing ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, line = self._theme.palette, self._theme.px(1)
        shape = self._shape()
        shadow = QColor(colours.ink)
        shadow.setAlphaF(_SHADOW)
        painter.setPen(QPen(shadow, 3 * line))
        painter.drawPath(shape)
        painter.setPen(QPen(colours.line, line))
        painter.setBrush(colours.card)
        painter.drawPath(shape)

    def _shape(self) -> QPainterPath:
        """The card and its arrow in one outline."""
        arrow, radius = self._theme.px(ARROW), self._theme.px(RADIUS)
        card, path = QRectF(self.rect()).adjusted(arrow, arrow, -arrow, -arrow), QPainterPath()
        path.addRoundedRect(card, radius, radius)
        if self._side is None or self._target is None:
            return path
        pointer = QPainterPath()
        pointer.addPolygon(self._arrow(card, QPointF(self._target.center() - self.pos())))
        pointer.closeSubpath()
        return path.united(pointer)

    def _arrow(self, card: QRectF, towards: QPointF) -> QPolygonF:
        """A triangle that begins a little inside of the card and ends at the widget's edge, opposite the target."""
        long, half = float(self._theme.px(ARROW)), self._theme.px(ARROW_WIDTH) / 2
        free = self._theme.px(RADIUS) + half
        x = min(max(towards.x(), card.left() + free), card.right() - free)
        y = min(max(towards.y(), card.top() + free), card.bottom() - free)
        if self._side in (Side.RIGHT, Side.LEFT):
            edge = card.left() if self._side is Side.RIGHT else card.right()
            out = -long if self._side is Side.RIGHT else long
            corners = ((edge - out / 9, y - half), (edge + out, y), (edge - out / 9, y + half))
        else:
            edge = card.top() if self._side is Side.BELOW else card.bottom()
            out = -long if self._side is Side.BELOW else long
            corners = ((x - half, edge - out / 9), (x, edge + out), (x + half, edge - out / 9))
        return QPolygonF([QPointF(*corner) for corner in corners])
