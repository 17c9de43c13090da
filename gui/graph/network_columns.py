"""The buttons at the columns of the network: neurons and layers come and go, a layer takes another place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Slot

from gui.graph.network_canvas import NetworkCanvas
from gui.graph.network_drag import LayerDrag
from gui.graph.network_paint import Scene, tile_box
from gui.graph.network_structure import layer_of
from gui.graph.network_tools import AddLayerButton, LayerTools
from gui.session.network_edits import NetworkEdits
from gui.theme import Theme


class ColumnButtons(QObject):
    """A row of buttons above the column under the pointer or of the keyboard's selection, a plus in the gap there."""

    def __init__(self, canvas: NetworkCanvas, theme: Theme, edits: NetworkEdits, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas, self._theme, self._edits = canvas, theme, edits
        self._tools, self._add = LayerTools(theme, canvas), AddLayerButton(theme, canvas)
        self._layer_drag: LayerDrag | None = None
        self._over: QObject | None = None  # the buttons that the pointer is on: they stay in their place
        self._column, self._gap = 0, -1  # where buttons are shown; 0 and -1 for nowhere
        self._connect()

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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the pointer is on buttons it is on nothing of the picture."""
        if event.type() is QEvent.Type.Enter:
            self._over = watched
            self._canvas.forget_hover()
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.Hide) and self._over is watched:
            self._over = None
        return super().eventFilter(watched, event)

    def _column_of_keys(self) -> int:
        """The column of the selection, while the keyboard is here."""
        place = self._canvas.selected
        return layer_of(place) + 1 if place is not None and self._canvas.is_walked else 0

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

    def _end_layer_drag(self) -> None:
        self._layer_drag = None
        self._canvas.show_lift(None)

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
        self._canvas.camera_moved.connect(self._on_camera_moved)
        self._canvas.structure_changed.connect(self._on_structure_changed)
        self._edits.documents.experiment_changed.connect(self._on_experiment_changed)

    @Slot()
    def _on_camera_moved(self) -> None:
        """Zoomed, panned, laid out: buttons go along unless the pointer is on them."""
        self._show_tools(self._column)
        if self._over is not self._add or not self._keep_add():
            self._show_add(-1)

    @Slot()
    def _on_structure_changed(self) -> None:
        self._end_layer_drag()

    @Slot()
    def _on_experiment_changed(self) -> None:
        self._show_tools(self._column)

    @Slot()
    def _on_fewer(self) -> None:
        self._edits.remove_neuron(self._column - 1)

    @Slot()
    def _on_more(self) -> None:
        self._edits.add_neuron(self._column - 1)

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
