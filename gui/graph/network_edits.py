"""Building on the picture of the network: dragged weights, typed numbers, activations, freezing, what keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from core.words import mark
from gui.graph.network_canvas import NetworkCanvas
from gui.graph.network_columns import ColumnButtons
from gui.graph.network_drag import WeightDrag, set_weight
from gui.graph.network_edge_editor import WeightField
from gui.graph.network_keys import verb_of
from gui.graph.network_menu import NetworkMenu
from gui.graph.network_paint import foot_box
from gui.graph.network_structure import Place, Tile, layer_of
from gui.session.network_edits import NetworkEdits
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.session.runs import Runs

DRAG_HINT = mark("drag up or down to change it")


class NetworkEditing(QObject):
    """What a NetworkView does beyond looking, selecting and walking."""

    def __init__(self, canvas: NetworkCanvas, runs: Runs, theme: Theme, edits: NetworkEdits) -> None:
        super().__init__(canvas)
        self._canvas, self._runs, self._edits = canvas, runs, edits
        self.menu = NetworkMenu(edits, self)
        self._buttons = ColumnButtons(canvas, theme, edits, self)
        self._field = WeightField(theme, canvas)
        self._weight_drag: WeightDrag | None = None
        self._key_drag: WeightDrag | None = None  # while a key that changes a weight is held down
        self._connect()
        self._show_frozen()

    # -- pointer ------------------------------------------------------------------------------------------------

    def hover(self, at: QPointF | None) -> None:
        """The pointer is here, or outside."""
        self._buttons.hover(at)

    def foot_at(self, at: QPointF) -> int | None:
        """The column whose activation's name is at a point, if it can be changed."""
        scene = self._canvas.scene()
        if scene is None:
            return None
        last = len(scene.layout.columns) - 1
        columns = range(1, last if self._edits.has_classes else last + 1)
        return next((column for column in columns if foot_box(scene, column).contains(at)), None)

    def begin_drag(self, place: Place | None) -> bool:
        """Whether what was pressed is a number that follows the pointer."""
        self._weight_drag = self._drag_of(place)
        return self._weight_drag is not None

    def drag(self, upwards: float, *, fine: bool) -> None:
        """The pointer has moved by so many pixels."""
        if self._weight_drag is not None and not self._weight_drag.move(upwards, fine=fine):
            self._weight_drag = None

    def end_drag(self) -> None:
        self._weight_drag = None

    # -- numbers ------------------------------------------------------------------------------------------------

    def type_number(self, place: Place | None, at: QPointF | None = None) -> bool:
        """Open the field for a weight or bias; False for anything else."""
        pair = self._canvas.numbers.pair(place) if self._canvas.numbers and place is not None else None
        if pair is None or isinstance(place, Tile | None):
            return False
        address = self._canvas.local_address(place)
        middle = at or self._canvas.point_of(address)
        if middle is not None:
            self._field.open(address, pair[0], middle.toPoint())
        return True

    def _drag_of(self, place: Place | None) -> WeightDrag | None:
        pair = self._canvas.numbers.pair(place) if self._canvas.numbers and place is not None else None
        if pair is None or isinstance(place, Tile | None):
            return None
        return WeightDrag(self._runs, place, self._canvas.local_address(place), pair[0])

    # -- keyboard -----------------------------------------------------------------------------------------------

    def wants(self, event: QEvent) -> bool:
        """Whether a key means something here, whatever else it means in the window."""
        return isinstance(event, QKeyEvent) and self._canvas.selected is not None and bool(verb_of(event))

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key means here; False if it means nothing."""
        place = self._canvas.selected
        verb = verb_of(event)
        if place is None or not verb:
            return False
        if verb.startswith("weight"):
            return self._move_by_key(place, verb, event.isAutoRepeat())
        if verb == "type":
            return self.type_number(place)
        layer = layer_of(place)
        if verb.startswith("freeze") and layer < 0:
            return False
        if verb == "freeze":
            self.freeze(place)
        elif verb == "freeze layer":
            self._edits.toggle_frozen(f"L{layer + 1}")
        elif verb == "activation":
            self.open_activations(layer + 1)
        else:
            self.menu.do(verb, layer)
        return True

    def release(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._key_drag = None

    def _move_by_key(self, place: Place, verb: str, repeated: bool) -> bool:
        """One step up or down; all steps of a key that is held are one step of undo."""
        if self._key_drag is None or not repeated or self._key_drag.place != place:
            self._key_drag = self._drag_of(place)
        if self._key_drag is None:
            return False
        self._key_drag.move(1.0 if "up" in verb else -1.0, fine="fine" in verb)
        return True

    # -- verbs --------------------------------------------------------------------------------------------------

    def freeze(self, place: Place) -> None:
        """Freeze or free a neuron, weight or bias."""
        if layer_of(place) >= 0:
            self._edits.toggle_frozen(self._canvas.local_address(place).removesuffix(".out"))

    def open_activations(self, column: int) -> None:
        """The menu of a column's activations, below it."""
        scene = self._canvas.scene()
        if scene is None or not 0 < column < len(scene.layout.columns):
            return
        if column > len(self._edits.layers) and self._edits.has_classes:
            return  # scores of classes: there is nothing to choose
        menu = self.menu.activations(column - 1, self._canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._canvas.mapToGlobal(foot_box(scene, column).bottomLeft().toPoint()))
        present = next((action for action in menu.actions() if action.isChecked()), None)
        if present is not None:
            menu.setActiveAction(present)

    def fill_menu(self, menu: QMenu, place: Place | None) -> None:
        """Put what can be done with a place in front of a context menu."""
        if place is None:
            return
        layer, address = layer_of(place), self._canvas.local_address(place).removesuffix(".out")
        self.menu.fill(menu, address if layer >= 0 else "", layer, is_number=not isinstance(place, Tile))

    # -- slots --------------------------------------------------------------------------------------------------

    @Slot()
    def _on_camera_moved(self) -> None:
        """Zoomed, panned, laid out: a field that is open goes along."""
        if self._field.isVisible():
            middle = self._canvas.point_of(self._field.address)
            if middle is None:
                self._field.close_unread()
            else:
                self._field.place(middle.toPoint())

    @Slot()
    def _on_structure_changed(self) -> None:
        """Another network: nothing that was begun goes on."""
        self._weight_drag = self._key_drag = None
        if self._field.isVisible():
            self._field.close_unread()
        self._show_frozen()

    @Slot()
    def _on_experiment_changed(self) -> None:
        self._show_frozen()

    @Slot(float)
    def _on_typed(self, value: float) -> None:
        set_weight(self._runs, self._field.address, value)

    @Slot(str)
    def _on_typing_requested(self, address: str) -> None:
        if self._canvas.numbers is not None:
            self.type_number(self._canvas.numbers.structure.place(address))

    def _show_frozen(self) -> None:
        self._canvas.show_frozen(self._edits.frozen_parts(), self._edits.frozen_addresses())

    def _connect(self) -> None:
        self._field.value_changed.connect(self._on_typed)
        self.menu.typing_requested.connect(self._on_typing_requested)
        self._canvas.camera_moved.connect(self._on_camera_moved)
        self._canvas.structure_changed.connect(self._on_structure_changed)
        self._edits.documents.experiment_changed.connect(self._on_experiment_changed)
