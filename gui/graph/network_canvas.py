"""What the network level of the graph looks like: neurons as tiles with live activation maps, edges by weight."""

from __future__ import annotations

import logging
import math
from collections.abc import Set
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.words import tr
from gui.frames import Frame, RunStarted
from gui.graph.edge_strips import EdgeStrips
from gui.graph.network_hover import BubblePainter, spoken
from gui.graph.network_layout import NetworkLayout, layout_network
from gui.graph.network_numbers import NetworkNumbers
from gui.graph.network_paint import Scene, middle_of
from gui.graph.network_painter import Marked, NetworkPainter
from gui.graph.network_pointed import PointedPlace
from gui.graph.network_structure import Bias, Place, Tile, Weight
from gui.graph.viewport import ZOOM_STEP, Viewport
from gui.session.selection import Selection
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.session.runs import Runs


class NetworkCanvas(QWidget):
    """Fixed columns of tiles in index order. Draws the newest frame and the selection; zooms and finds."""

    zoom_changed = Signal(float)
    camera_moved = Signal()  # everything may stand in another place of the widget
    structure_changed = Signal()  # another network is shown

    def __init__(self, runs: Runs, selection: Selection, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self._selection = selection
        self._theme = theme
        self._viewport = Viewport()
        self._edges = EdgeStrips(theme)
        self._painter, self._bubbles = NetworkPainter(theme), BubblePainter(theme)
        self._numbers: NetworkNumbers | None = None
        self._layout: NetworkLayout | None = None
        self._selected: Place | None = None
        self._pointed = PointedPlace(self)
        self._found: list[Tile | Bias] = []
        self._frozen_parts: Set[tuple[int, int, int]] = frozenset()
        self._frozen_addresses: tuple[str, ...] = ()
        self._lift: tuple[int, int] | None = None
        self._hint = ""  # what can be done with a weight or bias under the pointer
        self._pointer: QPointF | None = None
        self._dragging = False
        self._walking = False  # the last selection came from the keyboard: its bubble shows without a pointer
        self._paint_failed = False
        self._edge_timer = QTimer(self)
        self._edge_timer.setSingleShot(True)
        self._edge_timer.timeout.connect(self.update)
        self._pointed.changed.connect(self.update)
        runs.run_started.connect(self._on_run_started)
        runs.frame_ready.connect(self._on_frame_ready)
        selection.address_changed.connect(self._on_address_changed)
        theme.changed.connect(self._on_theme_changed)
        if runs.started is not None:
            self._on_run_started(runs.started)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)
        self._tell_selection()

    # -- what others may do -------------------------------------------------------------------------------------

    @property
    def numbers(self) -> NetworkNumbers | None:
        """What is shown, for those who draw it elsewhere; None before the first run."""
        return self._numbers

    @property
    def selected(self) -> Place | None:
        return self._selected

    @property
    def zoom(self) -> float:
        """1.0 is 100 %: tiles in their best size for this window."""
        return self._viewport.zoom

    @property
    def is_walked(self) -> bool:
        """Whether the selection is the keyboard's."""
        return self._walking and self.hasFocus()

    def scene(self) -> Scene | None:
        """Where everything is now; None before the first run."""
        if self._numbers is None or self._layout is None:
            return None
        return Scene(self._layout, self._viewport, self._numbers, self.devicePixelRatioF())

    def local_address(self, place: Place) -> str:
        """`x1`, `L1.N3.out`, `L2.N1.w3` or `L1.N3.b`."""
        assert self._numbers is not None
        return self._numbers.structure.local_address(place)

    def show_frozen(self, parts: Set[tuple[int, int, int]], addresses: tuple[str, ...]) -> None:
        """What training does not move: every parameter (layer, neuron, weight, from 1; weight 0 is the bias).

        `addresses` says the same in as few words as possible: that is where locks are drawn.
        """
        self._frozen_parts, self._frozen_addresses = parts, addresses
        self._mark_frozen()
        self._tell_selection()
        self.update()

    def show_lift(self, lift: tuple[int, int] | None) -> None:
        """A column that is being dragged, and the one whose place it would take; None for no more."""
        if lift != self._lift:
            self._lift = lift
            self.update()

    def forget_hover(self) -> None:
        """The pointer is on something that lies over the picture."""
        self._pointed.set_place(None)

    def fit(self) -> None:
        """Show the whole network."""
        self._viewport.fit()
        self._on_viewport_moved()

    def zoom_in(self) -> None:
        self._zoom_to(self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self._zoom_to(self.zoom / ZOOM_STEP)

    def zoom_to_100(self) -> None:
        self._zoom_to(1.0)

    def find(self, text: str) -> list[str]:
        """Addresses that contain a text: neurons first, then weights and biases."""
        if self._numbers is None:
            return []
        found = (self._numbers.structure.place(name) for name in self._numbers.structure.matches(text))
        return [self._address(place) for place in found if place is not None]

    def mark(self, addresses: list[str]) -> None:
        """Outline the tiles and bias marks that were found; others no more."""
        places = [self._numbers.structure.place(address) for address in addresses] if self._numbers else []
        marked = [place for place in places if isinstance(place, Tile | Bias)]
        if marked != self._found:
            self._found = marked
            self.update()

    def show_node(self, address: str) -> None:
        """Bring a node into view if it is not."""
        place = self._numbers.structure.place(address) if self._numbers else None
        if place is None or self._layout is None:
            return
        column, row = (place.gap + 1, place.to) if isinstance(place, Weight) else (place.column, place.row)
        x, y = self._layout.columns[column].x, float(self._layout.columns[column].ys[row])
        if not self._viewport.shows(x, y, self._theme.px(20)):
            self._viewport.centre_on(x, y)
            self._on_viewport_moved()

    def point_of(self, address: str) -> QPointF | None:
        """Where in the widget an address is: a tile's middle, a bias mark, the middle of an edge."""
        scene = self.scene()
        place = scene.numbers.structure.place(address) if scene is not None else None
        return QPointF(*middle_of(scene, place)) if scene is not None and place is not None else None

    # -- what comes in ------------------------------------------------------------------------------------------

    def _on_run_started(self, started: RunStarted) -> None:
        before = self._numbers.structure.columns if self._numbers else None
        self._numbers = NetworkNumbers(started, self._numbers)
        self._pointed.forget()
        self._found = []
        self._painter.tiles.forget_maps()
        if before != self._numbers.structure.columns:
            self._viewport.fitted = True
        self._lay_out()
        self.structure_changed.emit()

    def _on_frame_ready(self, frame: Frame) -> None:
        if self._numbers is None:
            return
        self._numbers.take(frame)
        if self.isVisible():
            self._show_numbers()

    def _show_numbers(self) -> None:
        """Draw the newest numbers; the pictures themselves are made in the next paint."""
        if self._numbers is not None:
            self._painter.tiles.forget_maps()
            if self._layout is not None:
                self._edges.set_weights(self._numbers.weights())
                if self._selected is not None:
                    self._mark_edges()
            self.update()

    def _on_address_changed(self, address: str) -> None:
        self._selected = self._numbers.structure.place(address) if self._numbers and address else None
        self._mark_edges()
        self._tell_selection()
        self.update()

    def _on_theme_changed(self) -> None:
        self._painter.forget()
        self._lay_out()

    def _on_viewport_moved(self) -> None:
        self._painter.tiles.forget_maps()  # their resolution follows the zoom
        self.zoom_changed.emit(self.zoom)
        self.camera_moved.emit()
        self.update()

    def _lay_out(self) -> None:
        if self._numbers is None:
            return
        width, height = float(max(self.width(), 1)), float(max(self.height(), 1))
        sizes, labelled = self._numbers.structure.sizes, bool(self._numbers.labels)
        names = self._painter.tiles.widest_name(self._numbers)
        self._layout = layout_network(sizes, width, height, self._theme.scale, labelled=labelled, names=names)
        self._viewport.resize((width, height), (self._layout.width, self._layout.height))
        self._edges.set_layout(self._layout, self._numbers.weights())
        self._mark_frozen()
        self._selected = self._numbers.structure.place(self._selection.address)
        self._mark_edges()
        self._tell_selection()
        self._on_viewport_moved()

    def _mark_edges(self) -> None:
        if self._numbers is not None and self._layout is not None:
            structure = self._numbers.structure
            path = structure.forward_path(self._selected)
            if self._selected is not None:
                path = tuple(way & flows for way, flows in zip(path, self._numbers.flows(self._selected), strict=True))
            marked = path, structure.incoming(self._selected)
            self._edges.set_selection(*marked, dimmed=self._selected is not None)

    def _mark_frozen(self) -> None:
        if self._numbers is not None and self._layout is not None:
            self._numbers.freeze(self._frozen_parts)
            self._edges.set_frozen(self._numbers.frozen)

    # -- painting -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter)
        except Exception:  # an exception here could end the process
            if not self._paint_failed:
                logging.getLogger(__name__).exception("the network could not be drawn")
            self._paint_failed = True
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self._theme.palette.card)
        scene = self.scene()
        if scene is None:
            painter.setPen(self._theme.palette.mute)
            painter.setFont(self._theme.font(13))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("The network appears with the first run"))
            return
        self._refresh_edges()
        self._edges.paint(painter, self._viewport)
        marked = Marked(self._selected, self._pointed.place, self._found, self._frozen_addresses, self._lift)
        self._painter.paint(painter, scene, marked)
        self._paint_bubble(painter, scene)

    def _refresh_edges(self) -> None:
        again = self._edges.refresh(self._viewport, self.devicePixelRatioF())
        if math.isfinite(again) and not self._edge_timer.isActive():
            self._edge_timer.start(math.ceil(again * 1000.0))

    def _paint_bubble(self, painter: QPainter, scene: Scene) -> None:
        if self._dragging or self._lift is not None:
            return
        if self._pointed.place is not None:
            if self._pointed.has_bubble:
                self._bubbles.paint(painter, scene, self._pointed.place, self._pointer, self._hint)
        elif self._selected is not None and self.is_walked:
            self._bubbles.paint(painter, scene, self._selected, None)

    # -- events -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        self._show_numbers()

    def hideEvent(self, event: QHideEvent) -> None:
        self._edge_timer.stop()
        self._pointed.put_bubble_away()

    # -- shared with the view -----------------------------------------------------------------------------------

    def _zoom_to(self, zoom: float, at: tuple[float, float] | None = None) -> None:
        self._viewport.zoom_to(zoom, at)
        self._on_viewport_moved()

    def _address(self, place: Place) -> str:
        """The address of a place; a tile's in the selected sample."""
        assert self._numbers is not None
        local = self.local_address(place)
        return self._selection.in_sample(local) if isinstance(place, Tile) else local

    def _tell_selection(self) -> None:
        """Screen readers hear what is selected."""
        name = tr("Network, nothing selected")
        if self._selected is not None and self._numbers is not None:
            name = tr("Network, selected: {what}", what=spoken(self._numbers, self._selected))
        if name != self.accessibleName():
            self.setAccessibleName(name)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
