"""The scalar graph as records: shows a snapshot, keeps its numbers current, selects nodes by mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from core.dot import GraphStyle, shown_nodes
from core.graph import GraphSnapshot
from gui.frames import GraphNumbers
from gui.graph.layout import Layout, structure_of
from gui.graph.layout_client import LayoutClient
from gui.graph.layout_notice import LayoutNotice
from gui.graph.record_canvas import RecordCanvas
from gui.graph.record_item import TEXT_ABOVE, RecordPicture
from gui.graph.record_style import measured_sizes
from gui.graph.record_text import spoken_name, tooltip
from gui.graph.walk import Direction, matches, neighbour
from gui.session.selection import Selection
from gui.theme import Theme

_SLOW_MS = 300  # a layout that takes longer is announced
_NAME_MS = 500  # the accessible name follows the numbers this slowly, or a screen reader would never come to an end
FAR_AWAY = "Upper half: data, lower half: gradient. Zoom in with the wheel to read the numbers."
_WHEEL = 1.0016  # zoom per unit of the wheel; a notch is 120
_HELP = "Arrow keys walk along the graph, Enter opens the node, Escape clears the selection."
_KEYS = {
    Qt.Key.Key_Left: Direction.OPERAND,
    Qt.Key.Key_Right: Direction.CONSUMER,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}


class RecordView(RecordCanvas):
    """Records of one graph. Asks for a layout once per structure; keeps the old picture until the new one is there."""

    node_activated = Signal(str)  # address, on double click or Enter
    layout_shown = Signal(int)  # number of boxes and circles, when a new layout is on screen

    def __init__(
        self, selection: Selection, theme: Theme, layouts: LayoutClient, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self.setObjectName("recordView")
        self.setAccessibleDescription(_HELP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 80)
        self._selection, self._layouts = selection, layouts
        self._style = GraphStyle.AUTO
        self._wanted: GraphSnapshot | None = None  # the newest asked for; shown when its layout is there
        self._early: GraphNumbers | None = None  # numbers of the wanted snapshot that came before its layout
        self._job: int | None = None
        self._index: dict[str, int] = {}  # address → node of the shown snapshot
        self._pressed: QPointF | None = None
        self._dragged = False
        self._notice = LayoutNotice(theme, self)
        self._notice.cancel_requested.connect(self._on_cancel_requested)
        self._notice.retry_requested.connect(self._on_retry_requested)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow.timeout.connect(self._on_slow_layout)
        self._naming = QTimer(self, singleShot=True, interval=_NAME_MS)
        self._naming.timeout.connect(self._name_selected)
        selection.address_changed.connect(self._on_address_changed)
        layouts.layout_finished.connect(self._on_layout_finished)
        layouts.layout_failed.connect(self._on_layout_failed)
        self._name_selected()

    # -- what is shown ------------------------------------------------------------------------------------------

    @property
    def style_choice(self) -> GraphStyle:
        """The style that was chosen; AUTO decides by size."""
        return self._style

    def set_style(self, style: GraphStyle | str) -> None:
        """`lecture`, `compact` or `auto`; lays the graph out anew if that changes the picture."""
        self._style = GraphStyle(style)
        if self._wanted is not None:
            self._lay_out(self._wanted)

    @property
    def snapshot(self) -> GraphSnapshot | None:
        """The graph on screen."""
        return self._picture.snapshot if self._picture is not None else None

    def show_graph(self, snapshot: GraphSnapshot) -> None:
        """Show this structure; nothing happens if it is the wanted one already."""
        if self._wanted is None or snapshot.key != self._wanted.key:
            self._lay_out(snapshot)

    def set_numbers(self, numbers: GraphNumbers) -> None:
        """New numbers for the graph on screen, or for the one that is being laid out; others are dropped."""
        key = numbers.snapshot.key
        if self._picture is not None and key == self._picture.snapshot.key:
            self._picture.numbers.set_values(numbers.data, numbers.grad)
            self.update()
            if self._picture.selected is not None and not self._naming.isActive():
                self._naming.start()
        elif self._wanted is not None and key == self._wanted.key:
            self._early = numbers

    def find(self, text: str) -> list[str]:
        """Addresses in the shown graph that contain `text`, best first."""
        return matches(self._picture.snapshot, text) if self._picture is not None else []

    def show_node(self, address: str) -> None:
        """Scroll a node into view; an address that is not in the graph does nothing."""
        node = self._index.get(address)
        if node is not None:
            self.reveal(node, centred=True)

    # -- layout -------------------------------------------------------------------------------------------------

    def _lay_out(self, snapshot: GraphSnapshot) -> None:
        self._drop_job()
        self._notice.hide()
        if self._early is not None and self._early.snapshot.key != snapshot.key:
            self._early = None
        self._wanted = snapshot
        made = self._layouts.cached(snapshot, self._style)
        if made is not None:
            self._adopt(made)
            return
        self._job = self._layouts.request(snapshot, self._style, measured_sizes(self._theme, snapshot, self._style))
        self._slow.start()

    def _drop_job(self) -> None:
        self._slow.stop()
        if self._job is not None:
            job, self._job = self._job, None
            self._layouts.cancel(job)

    def _adopt(self, layout: Layout) -> None:
        """Show the wanted snapshot in its layout; the same structure under other names keeps the camera."""
        assert self._wanted is not None
        old, snapshot = self._picture, self._wanted
        if old is not None and old.layout is layout and old.snapshot.key == snapshot.key:
            return
        picture = RecordPicture(snapshot, layout, self._theme)
        if old is not None and old.snapshot.key == snapshot.key:
            picture.numbers = old.numbers
        same = old is not None and structure_of(old.snapshot, layout.style) == structure_of(snapshot, layout.style)
        same = same and old is not None and old.layout.style is layout.style
        self._index = {node.address: i for i, node in enumerate(snapshot.nodes)}
        picture.select(self._index.get(self._selection.address))
        if self._early is not None and self._early.snapshot.key == snapshot.key:
            picture.numbers.set_values(self._early.data, self._early.grad)
        self._early = None
        self.set_picture(picture, keep_camera=same)
        self._name_selected()
        self.repaint()
        self.layout_shown.emit(layout.boxes)

    def _on_layout_finished(self, job: int, layout: Layout) -> None:
        if job == self._job:
            self._job = None
            self._slow.stop()
            self._notice.hide()
            self._adopt(layout)

    def _on_layout_failed(self, job: int, reason: str) -> None:
        if job == self._job:
            self._job = None
            self._slow.stop()
            self._notice.show_problem(reason)

    def _on_slow_layout(self) -> None:
        if self._wanted is not None:
            self._notice.show_progress(shown_nodes(self._wanted, self._style))

    def _on_cancel_requested(self) -> None:
        self._drop_job()
        self._notice.show_problem("The layout was cancelled.")

    def _on_retry_requested(self) -> None:
        if self._wanted is not None:
            self._lay_out(self._wanted)

    # -- selection ----------------------------------------------------------------------------------------------

    def _on_address_changed(self, address: str) -> None:
        if self._picture is not None:
            node = self._index.get(address)
            if node != self._picture.selected:
                self._picture.select(node)
                self.redraw()
        self._name_selected()

    def _name_selected(self) -> None:
        """Tell a screen reader what is selected."""
        self.setAccessibleName(spoken_name(self._picture))

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
            self.node_activated.emit(picture.snapshot.nodes[picture.selected].address)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._notice.place()

    def _paint(self, painter: QPainter) -> None:
        super()._paint(painter)
        if self._picture is None:
            return
        far = self.zoom * self._theme.scale < TEXT_ABOVE
        notes = [self._picture.layout.note, FAR_AWAY if far else ""]
        if any(notes):
            self._paint_note(painter, "\n".join(filter(None, notes)))

    def _paint_note(self, painter: QPainter, note: str) -> None:
        painter.resetTransform()
        painter.setFont(self._theme.font(11))
        painter.setPen(self._theme.palette.mute)
        corner = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(8, 6, -8, -6), corner, note)
