"""The main window: puts panels into docks and connects them. It decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenuBar, QSizePolicy, QVBoxLayout, QWidget

from gui.actions import Actions
from gui.file_verbs import FileVerbs, dropped_file
from gui.graph.layout_client import LayoutClient
from gui.graph.panel import GraphPanel
from gui.maths import Maths
from gui.menus import fill_menus
from gui.notifications import Notifications
from gui.panels.boundary import BoundaryPanel
from gui.panels.data import DataPanel
from gui.panels.divergence import DivergenceBanner
from gui.panels.history import HistoryPanel
from gui.panels.inspector import InspectorPanel
from gui.panels.loss import LossPanel
from gui.panels.network import NetworkPanel
from gui.panels.status import StatusLine
from gui.panels.training import TrainingPanel
from gui.panels.transport import TransportBar
from gui.session.documents import Documents
from gui.session.files import Files
from gui.session.recovery import Recovery
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.theme import Theme
from gui.widgets.dock import CardDock
from gui.widgets.scroll import PanelScroll

LAYOUT_VERSION = 1
GAP = 12  # between cards, and around them
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


class MainWindow(QMainWindow):
    """Owns the session's models and every panel; closing it ends threads and processes."""

    def __init__(self, documents: Documents, theme: Theme, settings: QSettings, recovery: Recovery) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.documents, self.theme, self._settings = documents, theme, settings
        self.selection = Selection(self)
        self.runs = Runs(documents, self.selection, self)
        self.files = Files(documents, self.runs, settings, recovery, self)
        self.file_verbs = FileVerbs(self, self.files)
        self.notifications = Notifications(self)
        self._maths = Maths(self)
        self._layouts = LayoutClient(self)
        self._layouts.start()
        self.docks: dict[str, CardDock] = {}
        self._build()
        self.actions_table = Actions(self._menu_bar, self)
        fill_menus(self, self.actions_table)
        self._default_state = self.desk.saveState(LAYOUT_VERSION)
        self._restore()
        self.runs.failed.connect(self.notifications.show_error)
        self.files.ticked.connect(self._remember_layout)
        self.files.state_changed.connect(self._on_file_state)
        documents.opened.connect(self._on_file_state)
        documents.experiment_changed.connect(self._on_file_state)
        theme.changed.connect(self._on_theme_changed)
        self._on_file_state()
        self.setAcceptDrops(True)
        self.graph.setFocus()

    def _build(self) -> None:
        """Panels into their docks: left what you do, right what you learn, below what happens."""
        self.transport = TransportBar(self.runs, self.documents, self.theme, self)
        self._menu_bar = QMenuBar(self)
        head = QWidget(self)
        rows = QVBoxLayout(head)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._menu_bar)
        rows.addWidget(self.transport)
        rows.addWidget(DivergenceBanner(self.runs, self.selection, self.theme))
        self.setMenuWidget(head)
        # Docks live in a window within the window: its margins leave a gap around all cards, but not around the bar.
        self.desk = QMainWindow(self)
        self.desk.setWindowFlags(Qt.WindowType.Widget)
        self.desk.setObjectName("desk")
        self.setCentralWidget(self.desk)
        self.graph = GraphPanel(self.runs, self.selection, self.theme, self._layouts)
        self.desk.setCentralWidget(self.graph)
        self.loss = LossPanel(self.runs, self.documents, self.theme)
        self.boundary = BoundaryPanel(self.runs, self.selection, self.theme)
        self.inspector = InspectorPanel(self.runs, self.selection, self.theme, self._maths)
        data = self._dock("data", DataPanel(self.runs, self.documents, self.selection, self.theme), LEFT, scrolls=True)
        self._dock("network", NetworkPanel(self.documents, self.theme), LEFT)
        training = self._dock("training", TrainingPanel(self.documents, self.runs, self.theme), LEFT, scrolls=True)
        for dock in (data, training):  # spare height goes to the network's layers
            dock.widget().setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        boundary = self._dock("boundary", self.boundary, RIGHT)
        self.boundary.title_changed.connect(boundary.setWindowTitle)
        self._dock("inspector", self.inspector, RIGHT)
        self._dock("loss", self.loss, BOTTOM)
        self._dock("history", HistoryPanel(self.documents, self.theme), LEFT).hide()
        self.desk.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        self.desk.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self.desk.setDockNestingEnabled(True)
        self.status = StatusLine(self.runs, self.theme, self)
        self._size_docks()

    def _dock(self, name: str, panel: QWidget, area: Qt.DockWidgetArea, *, scrolls: bool = False) -> CardDock:
        content = PanelScroll(panel, self.theme) if scrolls else panel
        dock = CardDock(panel.title, content, self.theme, panel.header, self.desk)  # type: ignore[attr-defined]
        dock.setObjectName(f"{name}Dock")
        self.desk.addDockWidget(area, dock)
        self.docks[name] = dock
        return dock

    def _size_docks(self) -> None:
        px = self.theme.px
        self.desk.setContentsMargins(px(GAP), px(GAP), px(GAP), 0)
        docks = self.docks
        self.desk.resizeDocks([docks["data"], docks["boundary"]], [px(262), px(324)], Qt.Orientation.Horizontal)
        self.desk.resizeDocks([docks["loss"]], [px(176)], Qt.Orientation.Vertical)
        QTimer.singleShot(0, self, self._share_left_column)
        self.desk.resizeDocks([docks["boundary"], docks["inspector"]], [px(270), px(440)], Qt.Orientation.Vertical)

    def is_settled(self) -> bool:
        """Whether everything that is asked for is on screen (pictures of the window wait for it)."""
        frame, address = self.runs.frame, self.selection.address
        told = frame is not None and (not address or frame.explanation is not None)
        return told and not self._layouts.busy and not self._maths.busy

    @Slot()
    def _share_left_column(self) -> None:
        """Data and Training get the height they want as long as Network has some to spare."""
        column = [self.docks[name] for name in ("data", "network", "training")]
        if any(dock.isFloating() or not dock.isVisible() for dock in column):
            return
        heights, wanted = [dock.height() for dock in column], [dock.sizeHint().height() for dock in column]
        spare = sum(heights) - sum(wanted)
        if spare >= 0 and (heights[0] < wanted[0] or heights[2] < wanted[2]):
            wanted[1] += spare
            self.desk.resizeDocks(column, wanted, Qt.Orientation.Vertical)

    @Slot()
    def reset_layout(self) -> None:
        """All panels back where they were on the first start."""
        self.desk.restoreState(self._default_state, LAYOUT_VERSION)
        self._size_docks()

    def _restore(self) -> None:
        screen = self.screen().availableGeometry().size()
        self.resize(QSize(1280, 800).boundedTo(screen))
        geometry, state = self._settings.value("geometry"), self._settings.value("layout")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if not (isinstance(state, QByteArray) and self.desk.restoreState(state, LAYOUT_VERSION)):
            self._size_docks()

    @Slot()
    def _on_file_state(self) -> None:
        self.setWindowTitle(f"{self.files.title}[*] – Chainrule")
        self.setWindowModified(self.files.modified)
        QTimer.singleShot(0, self, self._share_left_column)

    @Slot()
    def _remember_layout(self) -> None:
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("layout", self.desk.saveState(LAYOUT_VERSION))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._settings.setValue("theme", self.theme.mode)
        self._settings.setValue("scale", self.theme.scale)
        self._size_docks()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._share_left_column)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.file_verbs.open_path(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work, remember the layout, then end what runs beside the window."""
        if not self.file_verbs.may_close():
            event.ignore()
            return
        self._remember_layout()
        self.runs.close()
        self.files.close()  # after the worker: an autosave under way must not outlive the session
        self._layouts.close()
        self._maths.close()
        super().closeEvent(event)
