"""The main window: puts panels into docks and connects them. It decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, QSize, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QMenuBar, QVBoxLayout, QWidget

from gui.actions import Actions
from gui.desk import BOTTOM, LEFT, RIGHT, Desk
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

FRAME = QSize(8, 40)  # room for what the window manager draws around a window


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
        self._build()
        self.actions_table = Actions(self._menu_bar, self)
        fill_menus(self, self.actions_table)
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
        self.desk = Desk(self.theme, self)
        self.setCentralWidget(self.desk)
        self.graph = GraphPanel(self.runs, self.selection, self.theme, self._layouts)
        self.desk.setCentralWidget(self.graph)
        self.loss = LossPanel(self.runs, self.documents, self.theme)
        self.boundary = BoundaryPanel(self.runs, self.selection, self.theme)
        self.inspector = InspectorPanel(self.runs, self.selection, self.theme, self._maths)
        data = DataPanel(self.runs, self.documents, self.selection, self.theme)
        training = TrainingPanel(self.documents, self.runs, self.theme)
        self.desk.add("data", data, LEFT, scrolls=True)
        self.desk.add("network", NetworkPanel(self.documents, self.theme), LEFT)
        self.desk.add("training", training, LEFT, scrolls=True)
        boundary = self.desk.add("boundary", self.boundary, RIGHT)
        self.boundary.title_changed.connect(boundary.setWindowTitle)
        self.desk.add("inspector", self.inspector, RIGHT)
        self.desk.add("loss", self.loss, BOTTOM)
        self.desk.add("history", HistoryPanel(self.documents, self.theme), LEFT).hide()
        self.desk.complete()
        self.status = StatusLine(self.runs, self.theme, self)

    def is_settled(self) -> bool:
        """Whether everything that is asked for is on screen (pictures of the window wait for it)."""
        frame, address = self.runs.frame, self.selection.address
        told = frame is not None and (not address or frame.explanation is not None)
        return told and not self._layouts.busy and not self._maths.busy

    def _restore(self) -> None:
        self.resize(QSize(1280, 800).boundedTo(self.screen().availableSize() - FRAME))
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self.desk.restore(self._settings.value("layout"))

    @Slot()
    def _on_file_state(self) -> None:
        self.setWindowTitle(f"{self.files.title}[*] – Chainrule")
        self.setWindowModified(self.files.modified)
        self.desk.share_left_column_soon()

    @Slot()
    def _remember_layout(self) -> None:
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("layout", self.desk.state())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._settings.setValue("theme", self.theme.mode)
        self._settings.setValue("scale", self.theme.scale)

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
