"""The graph card: one header, and below it the view of the level that is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from core.words import tr
from gui.frames import Frame, Level, RunStarted
from gui.graph.graph_card import MOST_RECORDS, GraphCard
from gui.graph.graph_header import GraphHeader
from gui.graph.layout_client import LayoutClient
from gui.graph.network_structure import neuron_of
from gui.graph.network_view import NetworkView
from gui.graph.playhead_foot import PlayheadFoot
from gui.graph.record_view import RecordView
from gui.numbers import format_count
from gui.session.selection import Selection
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.session.network_edits import NetworkEdits
    from gui.session.playhead import Playhead
    from gui.session.runs import Runs


class GraphPanel(GraphCard):
    """Header with levels, sample, zoom and find; network or records, or a word on why not."""

    def __init__(
        self,
        runs: Runs,
        selection: Selection,
        theme: Theme,
        layouts: LayoutClient,
        parent: QWidget | None = None,
    ) -> None:
        self._levels = GraphHeader(selection, theme)
        super().__init__(self._levels, RecordView(selection, theme, layouts), selection, theme, parent)
        self.setObjectName("graphPanel")
        self._selection = selection
        self._playhead: Playhead | None = None
        self._frame: Frame | None = None
        self._instead: tuple[Level, str] | None = None  # where the notice's link leads
        self._network = NetworkView(runs, selection, theme)
        self._add(self._network)
        self._connect(runs)
        if runs.started is not None:
            self._on_run_started(runs.started)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)
        self._show_level()

    # -- what comes in ------------------------------------------------------------------------------------------

    def _on_run_started(self, started: RunStarted) -> None:
        self._frame = None
        self._levels.stepper.set_count(len(started.points.inputs))
        sizes = (*started.hidden, started.outputs)
        if not _exists(self._levels.breadcrumb.neuron, sizes):
            self._levels.breadcrumb.forget_neuron()
            if self._selection.level is Level.NEURON:
                self._selection.show_level(Level.NETWORK)
        self._finder.begin_again()

    def _on_frame_ready(self, frame: Frame) -> None:
        self._frame = frame
        if self.isVisible() and self._selection.level is not Level.NETWORK:
            self._show_records(frame)

    def _show_records(self, frame: Frame) -> None:
        if frame.graph_note:
            self._say_why_not(frame.graph_note)
        elif frame.graph is not None and len(frame.graph.snapshot.nodes) > MOST_RECORDS:
            count = format_count(len(frame.graph.snapshot.nodes))
            self._say_why_not(
                tr("Here are {count} scalars: too many to be drawn so that one sees anything.", count=count)
            )
        elif frame.graph is not None:
            self._records.show_graph(frame.graph.snapshot)
            self._records.show_here(frame.here)
            self._records.set_numbers(frame.graph)
            self._show(self._records)

    def _say_why_not(self, note: str) -> None:
        """The note of the worker, and the next closer level as a way on."""
        if self._selection.level is Level.WHOLE:
            self._instead = Level.SAMPLE, ""
            words = tr("Show sample {sample} instead", sample=self._selection.sample + 1)
        else:
            self._instead = Level.NEURON, self._levels.breadcrumb.neuron
            words = tr("Show neuron {neuron} instead", neuron=self._levels.breadcrumb.neuron)
        self._notice.say(note, words, tr("Opens a closer level of the graph"))
        self._show(self._notice)

    def _on_level_changed(self, level: Level) -> None:
        self._show_level()
        self._finder.begin_again()

    def _show_level(self) -> None:
        """The view of the level; records stay as they are until the frame with the new ones comes."""
        if self._selection.level is Level.NETWORK:
            self._show(self._network)
        elif self._frame is not None and (self._records.snapshot is not None or self._frame.graph is not None):
            self._show(self._records)
        else:
            self._notice.say(tr("The graph appears with the first step of the run"))
            self._instead = None
            self._show(self._notice)

    def _view(self) -> NetworkView | RecordView:
        return self._network if self._selection.level is Level.NETWORK else self._records

    # -- building ----------------------------------------------------------------------------------------------

    def build_with(self, edits: NetworkEdits) -> None:
        """From now on the network can be built on its picture."""
        self._network.build_with(edits)

    def _on_menu_made(self, menu: QMenu) -> None:
        if self._view() is self._network:
            self._network.add_verbs(menu)

    # -- inside of a step ---------------------------------------------------------------------------------------

    def follow_playhead(self, playhead: Playhead) -> None:
        """Say below the graph what happens inside of a step; Escape leaves it."""
        self._playhead = playhead
        self.add_foot(PlayheadFoot(playhead, self._theme))

    # -- small slots --------------------------------------------------------------------------------------------

    def _on_notice_link(self) -> None:
        if self._instead is not None:
            self._selection.show_level(*self._instead)

    def _on_node_activated(self, address: str) -> None:
        """Look into the neuron a record belongs to."""
        neuron = neuron_of(address)
        if neuron:
            self._selection.show_level(Level.NEURON, neuron)

    def _on_network_zoom_changed(self, zoom: float) -> None:
        if self._view() is self._network:
            self._head.show_zoom(zoom)

    # -- events and connections ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that no view wanted: first the selection goes, then the position inside a step, then one level up."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._selection.address:
            self._selection.clear()
        elif self._playhead is not None and self._playhead.is_inside:
            self._playhead.leave()
        else:
            self._selection.level_up()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._frame is not None and self._selection.level is not Level.NETWORK:
            self._show_records(self._frame)

    def _connect(self, runs: Runs) -> None:
        runs.run_started.connect(self._on_run_started)
        runs.frame_ready.connect(self._on_frame_ready)
        self._selection.level_changed.connect(self._on_level_changed)
        self._network.zoom_changed.connect(self._on_network_zoom_changed)
        self.menu_made.connect(self._on_menu_made)
        self._records.node_activated.connect(self._on_node_activated)
        self._notice.link_clicked.connect(self._on_notice_link)


def _exists(neuron: str, sizes: tuple[int, ...]) -> bool:
    """Whether a network with these layers has a neuron."""
    layer, row = (int(part[1:]) for part in neuron.split("."))
    return layer <= len(sizes) and row <= sizes[layer - 1]
