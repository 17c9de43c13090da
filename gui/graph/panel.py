"""The graph card: one header, and below it the view of the level that is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QVBoxLayout, QWidget

from core.dot import GraphStyle
from gui.frames import Frame, Level, RunStarted
from gui.graph.finder import Finder
from gui.graph.graph_header import GraphHeader
from gui.graph.graph_notice import GraphNotice
from gui.graph.layout_client import LayoutClient
from gui.graph.network_structure import neuron_of
from gui.graph.network_view import NetworkView
from gui.graph.record_view import RecordView
from gui.graph.text_button import SIDE
from gui.numbers import format_count
from gui.session.selection import Selection
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.session.runs import Runs

RADIUS, MARGIN = 8, 14  # of the card; pixels at scale 1

MOST_RECORDS = 4000  # Graphviz takes some ten seconds for so many, and a minute for twice that

STYLES = (
    (GraphStyle.AUTO, "Automatic"),
    (GraphStyle.LECTURE, "Lecture style"),
    (GraphStyle.COMPACT, "Compact"),
)


class GraphPanel(QWidget):
    """A card by itself: header with levels, sample, zoom and find; network or records, or a word on why not."""

    def __init__(
        self,
        runs: Runs,
        selection: Selection,
        theme: Theme,
        layouts: LayoutClient,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("graphPanel")
        self.setAccessibleName("Graph")
        self.title = "Graph"
        self.header: QWidget | None = None  # its header is inside, as the levels are its title
        self._selection, self._theme = selection, theme
        self._frame: Frame | None = None
        self._instead: tuple[Level, str] | None = None  # where the notice's link leads
        self._network = NetworkView(runs, selection, theme)
        self._records = RecordView(selection, theme, layouts)
        self._notice = GraphNotice(theme)
        self._head = GraphHeader(selection, theme)
        self._finder = Finder(self._head.find_field, selection, self._view, self)
        self._stack = QStackedWidget()
        self._column = QVBoxLayout(self)
        self._lay_out()
        self._connect(runs)
        self._on_theme_changed()
        if runs.started is not None:
            self._on_run_started(runs.started)
        if runs.frame is not None:
            self._on_frame_ready(runs.frame)
        self._show_level()

    # -- what menus may do --------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        return self._view().zoom

    @property
    def style_choice(self) -> GraphStyle:
        """How records are drawn."""
        return self._records.style_choice

    def fit(self) -> None:
        self._view().fit()

    def zoom_in(self) -> None:
        self._view().zoom_in()

    def zoom_out(self) -> None:
        self._view().zoom_out()

    def zoom_to_100(self) -> None:
        self._view().zoom_to_100()

    def focus_find(self) -> None:
        """Put the cursor into the find field."""
        self._head.begin_find()

    def set_style(self, style: GraphStyle | str) -> None:
        """`auto`, `lecture` or `compact` records."""
        self._records.set_style(style)

    def style_menu(self, parent: QWidget | None = None) -> QMenu:
        """A menu with the styles of records, the present one checked."""
        menu = QMenu("Graph style", parent or self)
        group = QActionGroup(menu)
        for style, text in STYLES:
            action = QAction(text, menu, checkable=True, checked=style is self.style_choice)
            action.setData(style.value)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._on_style_triggered)
        return menu

    def context_menu(self, parent: QWidget | None = None) -> QMenu:
        """What can be done with the graph that is looked at: also what the header has no room for."""
        menu = QMenu("Graph", parent or self)
        verbs = (("Fit\tF", self.fit), ("Zoom in\t+", self.zoom_in), ("Zoom out\t-", self.zoom_out))
        for text, verb in (*verbs, ("100 %\t1", self.zoom_to_100), ("Find node…\tCtrl+F", self.focus_find)):
            menu.addAction(text).triggered.connect(verb)
        if self._view() is self._records:
            menu.addSeparator()
            menu.addMenu(self.style_menu(menu))
        return menu

    # -- what comes in ------------------------------------------------------------------------------------------

    def _on_run_started(self, started: RunStarted) -> None:
        self._frame = None
        self._head.stepper.set_count(len(started.points.inputs))
        sizes = (*started.hidden, 1)
        if not _exists(self._head.breadcrumb.neuron, sizes):
            self._head.breadcrumb.forget_neuron()
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
            self._say_why_not(f"Here are {count} scalars: too many to be drawn so that one sees anything.")
        elif frame.graph is not None:
            self._records.show_graph(frame.graph.snapshot)
            self._records.set_numbers(frame.graph)
            self._show(self._records)

    def _say_why_not(self, note: str) -> None:
        """The note of the worker, and the next closer level as a way on."""
        if self._selection.level is Level.WHOLE:
            self._instead = Level.SAMPLE, ""
            words = f"Show sample {self._selection.sample + 1} instead"
        else:
            self._instead = Level.NEURON, self._head.breadcrumb.neuron
            words = f"Show neuron {self._head.breadcrumb.neuron} instead"
        self._notice.say(note, words, "Opens a closer level of the graph")
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
            self._notice.say("The graph appears with the first step of the run")
            self._instead = None
            self._show(self._notice)

    def _show(self, widget: QWidget) -> None:
        """Change the view; the new one takes over the focus of the old."""
        before = self._stack.currentWidget()
        self._head.set_drawn(widget is not self._notice)
        if before is widget:
            return
        owner = QApplication.focusWidget()
        focused = owner is not None and before is not None and (owner is before or before.isAncestorOf(owner))
        self._stack.setCurrentWidget(widget)
        if focused:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self._head.show_zoom(self._view().zoom)

    def _view(self) -> NetworkView | RecordView:
        return self._network if self._selection.level is Level.NETWORK else self._records

    # -- small slots --------------------------------------------------------------------------------------------

    def _on_find_left(self) -> None:
        (self._stack.currentWidget() or self).setFocus(Qt.FocusReason.OtherFocusReason)

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

    def _on_records_zoom_changed(self, zoom: float) -> None:
        if self._view() is self._records:
            self._head.show_zoom(zoom)

    def _on_layout_shown(self, boxes: int) -> None:
        if self._view() is self._records:
            self._finder.look_again()

    def _on_menu_requested(self, place: QPoint) -> None:
        menu = self.context_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._view().mapToGlobal(place))

    def _on_style_triggered(self, action: QAction) -> None:
        self.set_style(str(action.data()))

    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(MARGIN - SIDE), px(6), px(MARGIN), px(10))
        self._column.setSpacing(px(4))
        self.update()

    # -- events and set-up --------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(680), self._theme.px(480))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that no view wanted: first the selection goes, then one level up."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._selection.address:
            self._selection.clear()
        else:
            self._selection.level_up()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._frame is not None and self._selection.level is not Level.NETWORK:
            self._show_records(self._frame)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, radius = self._theme.px(1), self._theme.px(RADIUS)
        painter.setPen(QPen(self._theme.palette.line, wide))
        painter.setBrush(self._theme.palette.card)
        edge = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
        painter.drawRoundedRect(edge, radius, radius)
        painter.end()

    def _lay_out(self) -> None:
        for view in (self._network, self._records, self._notice):
            self._stack.addWidget(view)
        self._column.addWidget(self._head)
        self._column.addWidget(self._stack, 1)

    def _connect(self, runs: Runs) -> None:
        runs.run_started.connect(self._on_run_started)
        runs.frame_ready.connect(self._on_frame_ready)
        self._selection.level_changed.connect(self._on_level_changed)
        self._theme.changed.connect(self._on_theme_changed)
        self._network.zoom_changed.connect(self._on_network_zoom_changed)
        self._records.zoom_changed.connect(self._on_records_zoom_changed)
        self._records.node_activated.connect(self._on_node_activated)
        self._records.layout_shown.connect(self._on_layout_shown)
        for view in (self._network, self._records):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(self._on_menu_requested)
        self._notice.link_clicked.connect(self._on_notice_link)
        self._head.fit_button.clicked.connect(self.fit)
        self._head.zoom_button.clicked.connect(self.zoom_to_100)
        self._head.find_field.left.connect(self._on_find_left)


def _exists(neuron: str, sizes: tuple[int, ...]) -> bool:
    """Whether a network with these layers has a neuron."""
    layer, row = (int(part[1:]) for part in neuron.split("."))
    return layer <= len(sizes) and row <= sizes[layer - 1]
