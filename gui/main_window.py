"""The main window: puts panels into docks and connects them. It decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenuBar, QStackedWidget, QWidget

from core.words import tr
from gui.actions import Actions
from gui.desk import Desk
from gui.export_loader import ExportLoader
from gui.file_verbs import FileVerbs, dropped_file
from gui.graph.layout_client import LayoutClient
from gui.maths import Maths
from gui.menus import fill_menus, show_mode
from gui.notifications import Notifications
from gui.panels.divergence import DivergenceBanner
from gui.panels.status import StatusLine
from gui.panels.transport import TransportBar
from gui.session.documents import Documents
from gui.session.playhead import Playhead
from gui.session.recovery import Recovery
from gui.session.session import Session
from gui.session.sheets import Sheets
from gui.sheet_frames import Mode
from gui.theme import Theme
from gui.widgets.buttons import LinkButton
from gui.widgets.stacked import stacked

if TYPE_CHECKING:
    from gui.exports.export_verbs import ExportVerbs
    from gui.expression_desk import ExpressionDesk
    from gui.lesson_verbs import LessonVerbs
    from gui.network_desk import NetworkDesk
    from gui.presentation import Presentation
    from gui.tour import Tour

FRAME = QSize(8, 40)  # room for what the window manager draws around a window


class MainWindow(QMainWindow):
    """Owns the session's models and every panel; closing it ends threads and processes."""

    filled = Signal()  # a lab's desk was painted for the first time, and is complete

    def __init__(self, documents: Documents, theme: Theme, settings: QSettings, recovery: Recovery) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.theme, self.settings = theme, settings
        self.session = session = Session(documents, settings, recovery, self)
        self.documents, self.selection, self.files = documents, session.selection, session.files
        self.runs, self.sheets = session.runs, session.sheets
        self.file_verbs = FileVerbs(self, self.files)
        self.notifications = Notifications(self)
        self._maths = Maths(self)
        self._layouts = LayoutClient(self)
        self._build()
        self.actions_table = Actions(self._menu_bar, self)
        fill_menus(self, self.actions_table)
        self._restore()
        self.runs.failed.connect(self.notifications.show_error)
        session.analysis.failed.connect(self.notifications.show_error)
        self.files.ticked.connect(self._remember_layout)
        self.files.state_changed.connect(self._on_file_state)
        documents.opened.connect(self._on_file_state)
        documents.experiment_changed.connect(self._on_file_state)
        documents.mode_changed.connect(self._on_mode_changed)
        theme.changed.connect(self._on_theme_changed)
        self._on_file_state()
        self.setAcceptDrops(True)
        self._on_mode_changed()

    def _build(self) -> None:
        """The bar above, and below it the desk of the open lab."""
        self.transport = TransportBar(self.runs, self.session.playhead, self.documents, self.sheets, self.theme, self)
        self._menu_bar = QMenuBar(self)
        self._lessons_link = self._make_lessons_link()  # the menu bar does not keep it
        self._menu_bar.setCornerWidget(self._lessons_link)
        banner = DivergenceBanner(self.runs, self.selection, self.theme)
        self.setMenuWidget(stacked(self._menu_bar, self.transport, banner, gap=0))
        self._exports = ExportLoader(self)
        self._made: dict[str, Desk] = {}  # desks, by the name of their layout in the settings
        self._network: NetworkDesk | None = None
        self._expression: ExpressionDesk | None = None
        self._desks = _Desks()
        columns = QWidget()
        self._columns = QHBoxLayout(columns)  # the lessons' column comes in front of the desks
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(0)
        self._columns.addWidget(self._desks, 1)
        self.setCentralWidget(columns)
        self._lessons: LessonVerbs | None = None
        self._presentation: Presentation | None = None
        self._tour: Tour | None = None
        self.status = StatusLine(self.runs, self.sheets, self.documents, self.theme, self)

    @property
    def network(self) -> NetworkDesk:
        """The network lab's desk, made when it is first looked at: a launch into the other lab need not wait."""
        if self._network is None:
            from gui.network_desk import NetworkDesk  # with all its panels

            self._network = NetworkDesk(self.session, self.theme, self._layouts, self._maths, self._desks)
            self.status.add(Mode.NETWORK, self._network.links, self._network.light)
            self._network.import_requested.connect(self.file_verbs.import_data)
            self._network.told.connect(self.status.say)
            self._adopt(self._network, "layout")
        return self._network

    @property
    def expression(self) -> ExpressionDesk:
        """The expression lab's desk, made when it is first looked at."""
        if self._expression is None:
            from gui.expression_desk import ExpressionDesk  # with all its panels

            self._expression = ExpressionDesk(
                self.sheets, self.documents, self.theme, self._layouts, self._maths, self._desks
            )
            self._adopt(self._expression, "expressionLayout")
        return self._expression

    def _adopt(self, desk: Desk, key: str) -> None:
        """A desk was made: as it was left, which the settings keep under `key`."""
        desk.filled.connect(self._on_filled)
        desk.restore(self.settings.value(key))
        self._desks.addWidget(desk)
        self._made[key] = desk

    @property
    def exports(self) -> ExportVerbs:
        """What writes pictures, tables and programs."""
        return self._exports.verbs

    @property
    def lessons(self) -> LessonVerbs:
        """What is done with lessons, and their column at the left; made when it is first wanted."""
        if self._lessons is None:
            from gui.lesson_verbs import LessonVerbs  # with the course and all that it knows

            self._lessons = LessonVerbs(self)
            self._columns.insertWidget(0, self._lessons.column)
        return self._lessons

    def _make_lessons_link(self) -> LinkButton:
        """At the right end of the menu bar, where a newcomer sees it."""
        tip = tr("The course: learn backpropagation step by step (Ctrl+Shift+L)")
        link = LinkButton(tr("lessons"), self.theme, tip)
        link.setObjectName("lessonsLink")
        link.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it is
        link.clicked.connect(self._on_lessons_wanted)
        return link

    @Slot()
    def _on_lessons_wanted(self) -> None:
        """The list; where it is there already, it goes away again."""
        if self._lessons is not None and self._lessons.column.isVisible() and self._lessons.column.shows_course:
            self._lessons.close()
        elif self._lessons is None or not self._lessons.column.isVisible():
            self.lessons.show_list()

    @property
    def lesson_column(self) -> QWidget | None:
        """None before the first lesson."""
        return self._lessons.column if self._lessons is not None else None

    @property
    def presentation(self) -> Presentation:
        """The graph and the prose alone, large."""
        if self._presentation is None:
            from gui.presentation import Presentation

            self._presentation = Presentation(self)
        return self._presentation

    @property
    def tour(self) -> Tour:
        """A few stops on the real controls."""
        if self._tour is None:
            from gui.tour import Tour

            self._tour = Tour(self)
        return self._tour

    @property
    def maths(self) -> Maths:
        """What typesets formulas."""
        return self._maths

    @property
    def desk(self) -> Desk:
        """The desk of the open lab."""
        return self.network if self.documents.mode is Mode.NETWORK else self.expression

    @property
    def playback(self) -> Playhead | Sheets:
        """What the keys for play and step move."""
        return self.session.playhead if self.documents.mode is Mode.NETWORK else self.sheets

    @Slot()
    def _on_filled(self) -> None:
        """What is wanted soon, but not to begin with."""
        desk = self.sender()
        assert isinstance(desk, Desk)
        self._layouts.start()
        self.filled.emit()
        self._exports.add(desk)

    @Slot()
    def _on_mode_changed(self) -> None:
        """The lab that is left stands still."""
        if self.documents.mode is Mode.NETWORK:
            self.sheets.pause()
        else:
            self.runs.pause()
            self.sheets.wake()
        column, focus = self.lesson_column, self.focusWidget()
        in_lesson = column is not None and focus is not None and column.isAncestorOf(focus)
        self._desks.setCurrentWidget(self.desk)
        show_mode(self, self.actions_table)
        self._on_file_state()
        if in_lesson and focus is not None:
            focus.setFocus()
        else:
            self.desk.start_focus.setFocus()

    def is_settled(self) -> bool:
        """Whether everything that is asked for is on screen (pictures of the window wait for it)."""
        if self.documents.mode is Mode.NETWORK:
            frame, address = self.runs.frame, self.selection.address
            told = frame is not None and not self.runs.owes_curve
            told = told and (not address or frame.explanation is not None)
        else:
            told = not self.sheets.busy
        return told and self.desk.is_filled and not self._layouts.busy and not self._maths.busy

    def _restore(self) -> None:
        self.resize(QSize(1280, 800).boundedTo(self.screen().availableSize() - FRAME))
        geometry = self.settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    @Slot()
    def _on_file_state(self) -> None:
        self.setWindowTitle(tr("{title}[*] – Chainrule", title=self.files.title))
        self.setWindowModified(self.files.modified)
        self.desk.share_column_soon()

    @Slot()
    def _remember_layout(self) -> None:
        presenting = self._presentation is not None and self._presentation.is_on
        geometry = self._presentation.geometry if presenting else self.saveGeometry()  # type: ignore[union-attr]
        self.settings.setValue("geometry", geometry)
        for key, desk in self._made.items():
            self.settings.setValue(key, self._layout_of(desk))

    def _layout_of(self, desk: Desk) -> QByteArray:
        """As a person has laid it out, whatever a lesson or a presentation hides now."""
        if self._lessons is not None and self._lessons.room.has_furnished(desk):
            return self._lessons.room.layout_of(desk)
        return desk.state() if self._presentation is None else self._presentation.layout_of(desk)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.settings.setValue("theme", self.theme.mode)
        if self._presentation is None or not self._presentation.is_on:
            self.settings.setValue("scale", self.theme.scale)

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
        for desk in self._made.values():
            desk.close_import()
        self._exports.close()
        self.session.close()
        self._layouts.close()
        self._maths.close()
        super().closeEvent(event)


class _Desks(QStackedWidget):
    """Asks for no more than the desk that is seen needs: what stands beside it gets what it wants first."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        desk = self.currentWidget()
        return desk.minimumSizeHint() if desk is not None else super().minimumSizeHint()
