"""Building on the picture of the network: buttons at columns, dragged weights and layers, typed numbers, freezing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from core.experiment import Experiment
from gui.graph.network_canvas import NetworkCanvas
from gui.graph.network_drag import LayerDrag, WeightDrag, set_weight
from gui.graph.network_edge_editor import WeightField
from gui.graph.network_keys import verb_of
from gui.graph.network_menu import NetworkMenu
from gui.graph.network_paint import Scene, foot_box, tile_box
from gui.graph.network_structure import Place, Tile, Weight
from gui.graph.network_tools import AddLayerButton, LayerTools
from gui.session.network_edits import NetworkEdits
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.session.runs import Runs

DRAG_HINT = "drag up or down to change it"


class NetworkEditing(QObject):
    """What a NetworkView does beyond looking, selecting and walking."""

    def __init__(self, canvas: NetworkCanvas, runs: Runs, theme: Theme, edits: NetworkEdits) -> None:
        super().__init__(canvas)
        self._canvas, self._runs, self._theme, self._edits = canvas, runs, theme, edits
        self.menu = NetworkMenu(edits, self)
        self._tools, self._add = LayerTools(theme, canvas), AddLayerButton(theme, canvas)
        self._field = WeightField(theme, canvas)
        self._weight_drag: WeightDrag | None = None
        self._key_drag: WeightDrag | None = None  # while a key that changes a weight is held down
        self._layer_drag: LayerDrag | None = None
        self._over: QObject | None = None  # the buttons that the pointer is on: they stay in their place
        self._column, self._gap = 0, -1  # where buttons are shown; 0 and -1 for nowhere
        self._connect()
        self._show_frozen()

    # -- pointer ------------------------------------------------------------------------------------------------

    def hover(self, at: QPointF | None) -> None:
        """The pointer is here, or outside: buttons appear at its column or gap."""
        scene = self._canvas.scene()
        if self._layer_drag is not None or scene is None:
            return
        column, gap = None, None
        if at is not None:
            x, _ = scene.viewport.to_world(at.x(), at.y())
            column, gap = scene.layout.column_at(x), scene.layout.gap_at(x)
        self._show_tools(self._column_of_keys() if column is None and at is None else column or 0)
        self._show_add(-1 if gap is None else gap)

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
        layer = self.layer_of(place)
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

    @staticmethod
    def layer_of(place: Place) -> int:
        """The layer that a place belongs to, hidden ones from 0; -1 for the features."""
        return place.gap if isinstance(place, Weight) else place.column - 1

    def freeze(self, place: Place) -> None:
        """Freeze or free a neuron, weight or bias."""
        if self.layer_of(place) >= 0:
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
        layer, address = self.layer_of(place), self._canvas.local_address(place).removesuffix(".out")
        self.menu.fill(menu, address if layer >= 0 else "", layer, is_number=not isinstance(place, Tile))

    # -- buttons at columns -------------------------------------------------------------------------------------

    def _column_of_keys(self) -> int:
        """The column of the selection, while the keyboard is here."""
        place = self._canvas.selected
        return self.layer_of(place) + 1 if place is not None and self._canvas.is_walked else 0

    def _show_tools(self, column: int) -> None:
        scene, layers = self._canvas.scene(), self._edits.layers
        if scene is None or not 0 < column < len(scene.layout.columns) - 1 or column > len(layers):
            column = 0
        self._column = column
        if not column or scene is None:
            self._tools.hide()
            return
        self._tools.show_layer(column - 1, layers[column - 1].neurons, len(layers))
        if self._over is self._tools and self._tools.isVisible() and self._is_above(scene, column):
            return
        box = tile_box(scene, column, 0)
        top = max(0, round(box.top() - self._tools.height() - self._theme.px(4)))
        left = round(box.center().x() - self._tools.width() / 2)
        left = min(max(left, 0), max(0, self._canvas.width() - self._tools.width()))
        self._tools.move(left, top)
        self._tools.show()

    def _is_above(self, scene: Scene, column: int) -> bool:
        """Whether the buttons, where they are, can be taken for those of a column."""
        tools = self._tools.geometry()
        return tools.left() <= tile_box(scene, column, 0).center().x() <= tools.right()

    def _show_add(self, gap: int) -> None:
        scene = self._canvas.scene()
        self._gap = gap
        if gap < 0 or scene is None or gap >= len(scene.layout.gaps) or gap > len(self._edits.layers):
            self._add.hide()
            return
        between = scene.layout.gaps[gap]
        x, y = scene.viewport.to_window((between.left + between.right) / 2, 14.0 * scene.layout.unit)
        self._add.show_limit(len(self._edits.layers))
        top = min(max(round(y - self._add.height() / 2), 0), max(0, self._canvas.height() - self._add.height()))
        self._add.move(round(x - self._add.width() / 2), top)
        self._add.show()

    # -- slots --------------------------------------------------------------------------------------------------

    @Slot()
    def _on_camera_moved(self) -> None:
        """Zoomed, panned, laid out: buttons go along unless the pointer is on them, a field that was open as well."""
        self._show_tools(self._column)
        if self._over is not self._add or not self._keep_add():
            self._show_add(-1)
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
        self._end_layer_drag()
        if self._field.isVisible():
            self._field.close_unread()
        self._show_frozen()

    @Slot(Experiment, Experiment)
    def _on_experiment_changed(self, _: Experiment, experiment: Experiment) -> None:
        self._show_frozen()
        self._show_tools(self._column)

    @Slot()
    def _on_fewer(self) -> None:
        self._edits.remove_neuron(self._column - 1)

    @Slot()
    def _on_more(self) -> None:
        self._edits.add_neuron(self._column - 1)

    def _keep_add(self) -> bool:
        """The plus under the pointer stays, for the gap where it is now; False if there is none."""
        scene = self._canvas.scene()
        if scene is None or not self._add.isVisible():
            return False
        x, _ = scene.viewport.to_world(float(self._add.geometry().center().x()), 0.0)
        gaps = scene.layout.gaps
        self._gap = min(range(len(gaps)), key=lambda gap: abs((gaps[gap].left + gaps[gap].right) / 2 - x))
        self._add.show_limit(len(self._edits.layers))
        return True

    @Slot()
    def _on_remove(self) -> None:
        self._edits.remove_layer(self._column - 1)

    @Slot()
    def _on_add(self) -> None:
        self._edits.add_layer(self._gap)

    @Slot(float)
    def _on_layer_dragged(self, moved: float) -> None:
        scene = self._canvas.scene()
        if scene is None or not self._column:
            return
        if self._layer_drag is None:
            self._layer_drag = LayerDrag(scene.layout, self._column)
        self._layer_drag.move(moved / scene.viewport.zoom)
        self._canvas.show_lift((self._layer_drag.column, self._layer_drag.to))

    @Slot(bool)
    def _on_layer_dropped(self, kept: bool) -> None:
        drag = self._layer_drag
        self._end_layer_drag()
        if drag is not None and kept:
            self._edits.move_layer(drag.column - 1, drag.to - 1)

    @Slot(int)
    def _on_layer_moved(self, places: int) -> None:
        column = self._column
        if 0 < column + places <= len(self._edits.layers):
            self._edits.move_layer(column - 1, column - 1 + places)
            self._show_tools(column + places)

    @Slot(float)
    def _on_typed(self, value: float) -> None:
        set_weight(self._runs, self._field.address, value)

    @Slot(str)
    def _on_typing_requested(self, address: str) -> None:
        if self._canvas.numbers is not None:
            self.type_number(self._canvas.numbers.structure.place(address))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the pointer is on buttons it is on nothing of the picture."""
        if event.type() is QEvent.Type.Enter:
            self._over = watched
            self._canvas.forget_hover()
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.Hide) and self._over is watched:
            self._over = None
        return super().eventFilter(watched, event)

    def _end_layer_drag(self) -> None:
        self._layer_drag = None
        self._canvas.show_lift(None)

    def _show_frozen(self) -> None:
        self._canvas.show_frozen(self._edits.frozen_parts(), self._edits.frozen_addresses())

    def _connect(self) -> None:
        for buttons in (self._tools, self._add):
            buttons.installEventFilter(self)
        self._tools.fewer_requested.connect(self._on_fewer)
        self._tools.more_requested.connect(self._on_more)
        self._tools.remove_requested.connect(self._on_remove)
        self._tools.handle.drag_moved.connect(self._on_layer_dragged)
        self._tools.handle.drag_ended.connect(self._on_layer_dropped)
        self._tools.handle.moved_by_key.connect(self._on_layer_moved)
        self._add.clicked.connect(self._on_add)
        self._field.value_changed.connect(self._on_typed)
        self.menu.typing_requested.connect(self._on_typing_requested)
        self._canvas.camera_moved.connect(self._on_camera_moved)
        self._canvas.structure_changed.connect(self._on_structure_changed)
        self._edits.documents.experiment_changed.connect(self._on_experiment_changed)
