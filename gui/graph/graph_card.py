"""What the graph cards of both modes have in common: frame, header, records or a notice, and the verbs of the menus."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QVBoxLayout, QWidget

from core.dot import GraphStyle
from core.words import mark, tr
from gui.graph.finder import Finder
from gui.graph.graph_notice import GraphNotice
from gui.graph.header_row import HeaderRow
from gui.graph.record_view import RecordView
from gui.graph.text_button import SIDE
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.seen import seen_rect

RADIUS, MARGIN = 8, 14  # of the card; pixels at scale 1

MOST_RECORDS = 4000  # Graphviz takes some ten seconds for so many, and a minute for twice that

STYLES = (
    (GraphStyle.AUTO, mark("Automatic")),
    (GraphStyle.LECTURE, mark("Lecture style")),
    (GraphStyle.COMPACT, mark("Compact")),
)


class GraphView(Protocol):
    """What a card asks of the view it shows."""

    @property
    def zoom(self) -> float: ...

    def fit(self) -> None: ...

    def zoom_in(self) -> None: ...

    def zoom_out(self) -> None: ...

    def zoom_to_100(self) -> None: ...

    def find(self, text: str) -> list[str]: ...

    def show_node(self, address: str) -> None: ...

    def mark(self, addresses: list[str]) -> None: ...

    def mapToGlobal(self, place: QPoint, /) -> QPoint: ...

    def rect_of(self, address: str) -> QRect | None: ...


class GraphCard(QWidget):
    """A card by itself: its header is inside. Shows records, a notice, or what else a mode has."""

    menu_made = Signal(QMenu)  # the context menu, before it is shown: others may add to it

    def __init__(
        self, head: HeaderRow, records: RecordView, selection: Selection, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Graph"))
        self.title = mark("Graph")
        self.header: QWidget | None = None  # its header is inside
        self._head, self._records, self._theme = head, records, theme
        self._notice = GraphNotice(theme)
        self._finder = Finder(head.find_field, selection, self._view, self)
        self._stack = QStackedWidget()
        self._column = QVBoxLayout(self)
        self._column.addWidget(head)
        self._column.addWidget(self._stack, 1)
        self._add(records)
        self._stack.addWidget(self._notice)
        theme.changed.connect(self._on_theme_changed)
        records.zoom_changed.connect(self._on_records_zoom_changed)
        records.layout_shown.connect(self._on_layout_shown)
        head.fit_button.clicked.connect(self._on_fit_clicked)
        head.zoom_button.clicked.connect(self._on_zoom_clicked)
        head.find_field.left.connect(self._on_find_left)
        self._on_theme_changed()

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
        menu = QMenu(tr("Graph style"), parent or self)
        group = QActionGroup(menu)
        for style, text in STYLES:
            action = QAction(tr(text), menu, checkable=True, checked=style is self.style_choice)
            action.setData(style.value)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._on_style_triggered)
        return menu

    def context_menu(self, parent: QWidget | None = None) -> QMenu:
        """What can be done with the graph that is looked at: also what the header has no room for."""
        menu = QMenu(tr("Graph"), parent or self)
        verbs = (
            (tr("Fit") + "\tF", self.fit),
            (tr("Zoom in") + "\t+", self.zoom_in),
            (tr("Zoom out") + "\t-", self.zoom_out),
        )
        for text, verb in (
            *verbs,
            (tr("100 %") + "\t1", self.zoom_to_100),
            (tr("Find node…") + "\tCtrl+F", self.focus_find),
        ):
            menu.addAction(text).triggered.connect(verb)
        if self._view() is self._records:
            menu.addSeparator()
            menu.addMenu(self.style_menu(menu))
        self.menu_made.emit(menu)
        return menu

    def node_rect(self, address: str) -> QRect | None:
        """Where a node is on the screen, in global coordinates; None if it is not drawn here, or out of sight."""
        shown = self.shown
        place = self._view().rect_of(address) if shown is not None else None
        return seen_rect(shown, place) if shown is not None and place is not None else None

    def add_foot(self, foot: QWidget) -> None:
        """Something that belongs to the graph and stands below it, on the same card."""
        self._column.addWidget(foot)

    # -- what is shown ------------------------------------------------------------------------------------------

    @property
    def shown(self) -> QWidget | None:
        """The view on screen; None while a notice stands in its place."""
        widget = self._stack.currentWidget()
        return None if widget is self._notice else widget

    def _view(self) -> GraphView:
        """The graph that is looked at."""
        return self._records

    def _add(self, view: QWidget) -> None:
        """One more view that the card may show."""
        self._stack.addWidget(view)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_menu_requested)

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

    # -- small slots --------------------------------------------------------------------------------------------

    def _on_fit_clicked(self) -> None:
        self.fit()

    def _on_zoom_clicked(self) -> None:
        self.zoom_to_100()

    def _on_find_left(self) -> None:
        (self._stack.currentWidget() or self).setFocus(Qt.FocusReason.OtherFocusReason)

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

    # -- events -------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(680), self._theme.px(480))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, radius = self._theme.px(1), self._theme.px(RADIUS)
        painter.setPen(QPen(self._theme.palette.line, wide))
        painter.setBrush(self._theme.palette.card)
        edge = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
        painter.drawRoundedRect(edge, radius, radius)
        painter.end()
