"""The network level of the graph: pointer and keyboard on the NetworkCanvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget

from core.words import mark, tr
from gui.frames import Level
from gui.graph.network_canvas import NetworkCanvas
from gui.graph.network_edits import DRAG_HINT, NetworkEditing
from gui.graph.network_paint import rect_of
from gui.graph.network_structure import Bias, Place, Tile, Weight, neuron_of
from gui.graph.network_walk import Direction, next_place
from gui.graph.viewport import ZOOM_STEP
from gui.session.network_edits import NetworkEdits
from gui.session.selection import Selection
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.session.runs import Runs

EDIT_KEYS = mark(
    "N adds a neuron to the selected layer, Delete takes the last one away; with Shift a layer. A chooses the "
    "activation. Control with Up or Down changes the selected weight, Enter types it, Shift+F freezes."
)
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

    Arrows walk, Enter opens, Escape clears. After `build_with` weights are dragged and typed here as well, layers and
    neurons come and go, parts are frozen.
    """

    def __init__(self, runs: Runs, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(runs, selection, theme, parent)
        self._runs = runs
        self.setObjectName("networkView")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleDescription(
            tr(
                "Arrow keys walk the neurons, Shift with Up or Down a neuron's weights and bias; "
                "Enter opens the neuron."
            )
        )
        self._pressed: QPointF | None = None
        self._menu_by_key = False  # the context menu that comes
        self._pulling = False  # a weight follows the pointer
        self._editing: NetworkEditing | None = None

    def build_with(self, edits: NetworkEdits) -> None:
        """From now on the network can be built here."""
        self._editing = NetworkEditing(self, self._runs, self._theme, edits)
        self._hint = tr(DRAG_HINT)
        self.setAccessibleDescription(f"{self.accessibleDescription()} {tr(EDIT_KEYS)}")

    def add_verbs(self, menu: QMenu) -> None:
        """Put what can be done with a place in front of a context menu: the one under the pointer, none on the ground.

        For the keyboard it is the selected one.
        """
        by_pointer, self._menu_by_key = self._pointer is not None and not self._menu_by_key, False
        if self._editing is not None:
            self._editing.fill_menu(menu, self._pointed.place if by_pointer else self._pointed.place or self._selected)

    def rect_of(self, address: str) -> QRect | None:
        """What an address takes in the widget; one of a neuron means its tile."""
        scene = self.scene()
        place = scene.numbers.structure.place(address) if scene is not None else None
        return rect_of(scene, place).toAlignedRect() if scene is not None and place is not None else None

    # -- pointer ------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._pressed is not None and not self._dragging and not self._pulling:
            self._begin_drag(position, event)
        if self._pulling and self._pointer is not None and self._editing is not None:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._editing.drag(self._pointer.y() - position.y(), fine=fine)
            self.update()
        if self._dragging and self._pointer is not None:
            self._viewport.pan(position.x() - self._pointer.x(), position.y() - self._pointer.y())
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.camera_moved.emit()
            self.update()
        self._pointer = position
        if not self._dragging and not self._pulling:
            self._hover(self._place_at(position))

    def _begin_drag(self, position: QPointF, event: QMouseEvent) -> None:
        """Once the pointer has gone far enough: a weight follows it, or else the picture."""
        assert self._pressed is not None
        if (position - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return
        left = bool(event.buttons() & Qt.MouseButton.LeftButton)
        pulled = self._place_at(self._pressed) if left and self._editing is not None else None
        self._pulling = self._editing is not None and self._editing.begin_drag(pulled)
        self._dragging = not self._pulling
        if self._pulling:
            self._walking = False
            self._pointed.set_place(pulled)
            self._select(pulled)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = self._pointer = event.position()
            self._pointed.put_bubble_away()
            event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        moved = self._dragging or self._pulling
        clicked = self._pressed is not None and not moved and event.button() == Qt.MouseButton.LeftButton
        self._pressed, self._dragging, self._pulling = None, False, False
        if self._editing is not None:
            self._editing.end_drag()
        foot = self._editing.foot_at(event.position()) if clicked and self._editing is not None else None
        if foot is not None and self._editing is not None:
            self._editing.open_activations(foot)
        elif clicked:
            self._walking = False
            self._select(self._place_at(event.position()))
        self._hover(self._place_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if isinstance(place, Tile):
            self._open(place)
        elif place is not None and self._editing is not None:
            self._editing.type_number(place, event.position() if isinstance(place, Weight) else None)
        elif place is None and (self._editing is None or self._editing.foot_at(event.position()) is None):
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
        if isinstance(event, QContextMenuEvent):
            self._menu_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and self._editing is not None and self._editing.wants(event):
            event.accept()
            return True
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell_foot(event)
            return True
        return super().event(event)

    def _tell_foot(self, event: QHelpEvent) -> None:
        """The activation's name below a column is a button."""
        foot = self._editing.foot_at(QPointF(event.pos())) if self._editing is not None else None
        if foot is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(
                event.globalPos(), tr("Activation of layer {layer}: click to choose another (A)", layer=foot), self
            )

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._hover(None)
        if self._editing is not None:
            self._editing.hover(None)

    def _place_at(self, position: QPointF) -> Place | None:
        """The tile at a point of the widget, else the bias mark, else the nearest edge within reach."""
        if self._layout is None:
            return None
        x, y = self._viewport.to_world(position.x(), position.y())
        if (tile := self._layout.tile_at(x, y)) is not None:
            return Tile(*tile)
        has_bias = self._numbers is not None and self._numbers.structure.has_bias
        if has_bias and (bias := self._layout.bias_at(x, y)) is not None:
            return Bias(*bias)
        edge = self._layout.edge_at(x, y, EDGE_REACH * self._theme.scale / self.zoom)
        return Weight(*edge) if edge is not None else None

    def _hover(self, place: Place | None) -> None:
        shape = self._cursor_at(place)
        if self.cursor().shape() != shape:
            self.setCursor(shape)
        if self._editing is not None:
            self._editing.hover(self._pointer)
        self._pointed.set_place(place)

    def _cursor_at(self, place: Place | None) -> Qt.CursorShape:
        if self._editing is not None and isinstance(place, Weight | Bias):
            return Qt.CursorShape.SizeVerCursor
        at_foot = self._editing is not None and self._pointer is not None and self._editing.foot_at(self._pointer)
        return Qt.CursorShape.PointingHandCursor if place is not None or at_foot else Qt.CursorShape.ArrowCursor

    # -- keyboard -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._editing is not None and self._editing.wants(event) and self._editing.press(event):
            self.update()
        elif key in _ARROWS:
            self._walk(_ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected is not None:
            self._open(self._selected)
        elif key == Qt.Key.Key_Escape and self._selection.address:
            self._selection.clear()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._editing is not None:
            self._editing.release(event)
        super().keyReleaseEvent(event)

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
        if self._editing is not None:
            self._editing.hover(None)

    def _select(self, place: Place | None) -> None:
        self._selection.select("" if place is None else self._address(place))

    def _open(self, place: Place) -> None:
        """Look into the neuron a place belongs to; inputs have no inside."""
        neuron = neuron_of(self._address(place))
        if neuron:
            self._selection.show_level(Level.NEURON, neuron)
