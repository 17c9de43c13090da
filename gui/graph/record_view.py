"""The graph of scalars under mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from core.words import mark, tr
from gui.graph.layout_client import LayoutClient
from gui.graph.record_item import RecordPicture
from gui.graph.record_scene import RecordScene
from gui.graph.record_text import tooltip
from gui.graph.walk import Direction, neighbour
from gui.session.selection import Selection
from gui.theme import Theme

_WHEEL = 1.0016  # zoom per unit of the wheel; a notch is 120
_HELP = mark("Arrow keys walk along the graph, Enter comes closer and opens the node, Escape clears the selection.")
_KEYS = {
    Qt.Key.Key_Left: Direction.OPERAND,
    Qt.Key.Key_Right: Direction.CONSUMER,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}


class RecordView(RecordScene):
    """Click selects, double-click comes closer, then opens (on the ground it fits), drag pans, wheel and pinch zoom."""

    node_activated = Signal(str)  # address, on double click or Enter

    def __init__(
        self, selection: Selection, theme: Theme, layouts: LayoutClient, parent: QWidget | None = None
    ) -> None:
        super().__init__(selection, theme, layouts, parent)
        self.setObjectName("recordView")
        self.setAccessibleDescription(tr(_HELP))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 80)
        self._pressed: QPointF | None = None
        self._dragged = False

    def rect_of(self, address: str) -> QRect | None:
        """Where the record of an address is in the widget; of the selected sample if no sample is named."""
        names = (address, self._selection.in_sample(address), self._selection.in_sample(f"{address}.out"))
        node = next((self._index[name] for name in names if name in self._index), None)
        return self.box_of(node) if node is not None else None

    # -- mouse --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            node = self.node_at(event.position())
            self.hover(node)
            self.setCursor(Qt.CursorShape.ArrowCursor if node is None else Qt.CursorShape.PointingHandCursor)
            return
        way = event.position() - self._pressed
        if not self._dragged and way.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragged = True
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._pressed = event.position()
        self.pan(way.x(), way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed is not None and not self._dragged and event.button() is Qt.MouseButton.LeftButton
        self._pressed = None
        self.setCursor(Qt.CursorShape.ArrowCursor)
        if clicked:
            self._select(self.node_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        node = self.node_at(event.position())
        if node is None:
            self.fit()
        else:
            self._activate(node)

    def _activate(self, node: int) -> None:
        """Open a node that can be read; come closer to one that cannot."""
        if self.far:
            self.come_close(node)
        elif self._picture is not None:
            self.node_activated.emit(self._picture.snapshot.nodes[node].address)

    def leaveEvent(self, event: QEvent) -> None:
        self.hover(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._picture is not None and event.angleDelta().y():
            self.zoom_roughly(self.zoom * _WHEEL ** event.angleDelta().y(), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_roughly(self.zoom * (1 + event.value()), event.position())
            return True
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            self._show_tooltip(event.globalPos(), self.node_at(QPointF(event.pos())))
            return True
        return super().event(event)

    def _show_tooltip(self, place: QPoint, node: int | None) -> None:
        if node is None or self._picture is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(place, tooltip(self._picture, node), self, self.box_of(node))

    def _select(self, node: int | None) -> None:
        if node is None or self._picture is None:
            self._selection.clear()
        else:
            self._selection.select(self._picture.snapshot.nodes[node].address)

    # -- keyboard -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, picture = event.key(), self._picture
        if picture is None or not picture.snapshot.nodes:
            super().keyPressEvent(event)
        elif key in _KEYS:
            self._walk(picture, _KEYS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and picture.selected is not None:
            self._activate(picture.selected)
        elif key == Qt.Key.Key_Escape and picture.selected is not None:
            self._selection.clear()
        else:
            super().keyPressEvent(event)

    def _walk(self, picture: RecordPicture, direction: Direction) -> None:
        """To the neighbour; from nowhere to the root."""
        last = len(picture.snapshot.nodes) - 1
        start = picture.selected
        node = last if start is None else neighbour(picture.snapshot, picture.layout, start, direction)
        self._select(node)
        self.reveal(node)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.set_ring(event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.set_ring(False)
