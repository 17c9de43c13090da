"""The network level of the graph: pointer and keyboard on the NetworkCanvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui.frames import Level
from gui.graph.network_canvas import NetworkCanvas
from gui.graph.network_structure import Bias, Place, Tile, Weight, neuron_of
from gui.graph.network_walk import Direction, next_place
from gui.graph.viewport import ZOOM_STEP
from gui.session.selection import Selection
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.session.runs import Runs

EDGE_REACH = 6.0  # pixels at scale 1: how near to an edge a click must be
WHEEL_NOTCH = 120.0  # eighths of a degree

_ARROWS = {
    Qt.Key.Key_Left: Direction.LEFT,
    Qt.Key.Key_Right: Direction.RIGHT,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}


class NetworkView(NetworkCanvas):
    """Click selects, double-click opens a neuron (fits, on the ground), drag pans, wheel and pinch zoom.

    Arrows walk, Enter opens, Escape clears.
    """

    def __init__(self, runs: Runs, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(runs, selection, theme, parent)
        self.setObjectName("networkView")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleDescription(
            "Arrow keys walk the neurons, Shift with Up or Down a neuron's weights and bias; Enter opens the neuron."
        )
        self._pressed: QPointF | None = None

    # -- pointer ------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._pressed is not None and not self._dragging:
            moved = (position - self._pressed).manhattanLength()
            self._dragging = moved >= QApplication.startDragDistance()
        if self._dragging and self._pointer is not None:
            self._viewport.pan(position.x() - self._pointer.x(), position.y() - self._pointer.y())
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()
        self._pointer = position
        if not self._dragging:
            self._hover(self._place_at(position))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = self._pointer = event.position()
            event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed is not None and not self._dragging and event.button() == Qt.MouseButton.LeftButton
        self._pressed, self._dragging = None, False
        if clicked:
            self._walking = False
            self._select(self._place_at(event.position()))
        self._hover(self._place_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and isinstance(place, Tile):
            self._open(place)
        elif event.button() == Qt.MouseButton.LeftButton and place is None:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / WHEEL_NOTCH
        if notches:
            at = event.position()
            self._zoom_to(self.zoom * ZOOM_STEP**notches, (at.x(), at.y()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            at = event.position()
            self._zoom_to(self.zoom * (1.0 + event.value()), (at.x(), at.y()))
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._hover(None)

    def _place_at(self, position: QPointF) -> Place | None:
        """The tile at a point of the widget, else the bias mark, else the nearest edge within reach."""
        if self._layout is None:
            return None
        x, y = self._viewport.to_world(position.x(), position.y())
        if (tile := self._layout.tile_at(x, y)) is not None:
            return Tile(*tile)
        if (bias := self._layout.bias_at(x, y)) is not None:
            return Bias(*bias)
        edge = self._layout.edge_at(x, y, EDGE_REACH * self._theme.scale / self.zoom)
        return Weight(*edge) if edge is not None else None

    def _hover(self, place: Place | None) -> None:
        shape = Qt.CursorShape.PointingHandCursor if place is not None else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)
        if place != self._hovered or isinstance(place, Weight):
            self._hovered = place
            self.update()

    # -- keyboard -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._walk(_ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected is not None:
            self._open(self._selected)
        elif key == Qt.Key.Key_Escape and self._selection.address:
            self._selection.clear()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._tell_selection()  # with the numbers of now
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def _walk(self, direction: Direction, parameters: bool) -> None:
        if self._numbers is None or self._layout is None:
            return
        place = next_place(self._numbers.structure, self._layout, self._selected, direction, parameters)
        self._walking = True
        self._select(place)
        self.show_node(self._address(place))

    def _select(self, place: Place | None) -> None:
        self._selection.select("" if place is None else self._address(place))

    def _open(self, place: Place) -> None:
        """Look into the neuron a place belongs to; inputs have no inside."""
        neuron = neuron_of(self._address(place))
        if neuron:
            self._selection.show_level(Level.NEURON, neuron)
