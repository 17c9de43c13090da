"""Makes the window fit the lesson: hides and locks what it wants hidden and locked, and points with the spotlight.

All of it is taken back in free play, and when the lesson is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QScrollArea, QWidget

from core.lessons.parts import Spotlight as Target
from core.lessons.sharing import OpenLesson
from gui.desk import Desk
from gui.panels.bug_banner import BugBanner
from gui.session.lessons import Lessons
from gui.widgets.spotlight import Spotlight

if TYPE_CHECKING:
    from gui.main_window import MainWindow

LARGE = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
LOOKS = 4  # at the window's size, until all is settled
FIT_MS = 60  # until the cards have their places
TELLING = ("bugs", "loop", "code")  # cards that tell which bug is on


class LessonRoom(QObject):
    """Follows `Lessons`."""

    def __init__(self, window: MainWindow, lessons: Lessons) -> None:
        super().__init__(window)
        self._window, self._lessons = window, lessons
        self._spotlight = Spotlight(window, window.theme)
        self._secret = self._hears_answers = False
        self._size = window.size()  # before cards came or went
        self._looks = 0  # that are still to be taken
        self._settled = QTimer(self, singleShot=True, interval=2 * FIT_MS)
        self._settled.timeout.connect(self._keep_size)
        self._id = ""  # of the lesson
        self._layouts: dict[Desk, QByteArray] = {}  # as they were before the lesson
        self._opened: list[QDockWidget] = []  # cards that were opened for a spotlight
        self._locked: list[_Lock] = []
        self._hidden: list[QWidget] = []
        lessons.lesson_changed.connect(self._on_lesson_changed)
        lessons.step_changed.connect(self._on_step_changed)
        lessons.ready_changed.connect(self._on_ready_changed)
        lessons.free_changed.connect(self._on_free_changed)
        lessons.secret_changed.connect(self._on_secret_changed)
        window.presentation.changed.connect(self._on_presenting)

    @property
    def spotlight(self) -> Spotlight:
        return self._spotlight

    def has_furnished(self, desk: Desk) -> bool:
        """Whether the lesson has changed this desk."""
        return desk in self._layouts

    def layout_of(self, desk: Desk) -> QByteArray:
        """How the learner has laid out a desk, whatever the lesson makes of it."""
        return self._layouts.get(desk) or self._window.presentation.layout_of(desk)

    @Slot(object)
    def _on_lesson_changed(self, found: OpenLesson | None) -> None:
        """One that was only written anew finds its cards where they are."""
        before, self._id = self._id, found.lesson.head.id if found is not None else ""
        if found is not None and self._id == before:
            self._release()
        else:
            self._take_back()

    @Slot(int)
    def _on_step_changed(self, _index: int) -> None:
        self._spotlight.clear()

    @Slot(bool)
    def _on_ready_changed(self, ready: bool) -> None:
        if ready and not self._lessons.is_free:
            self._furnish()

    @Slot(bool)
    def _on_free_changed(self, free: bool) -> None:
        if free:
            self._take_back()
        elif self._lessons.is_ready:
            self._furnish()

    @Slot(bool)
    def _on_presenting(self, _presenting: bool) -> None:
        """Which cards there are, and where, has changed."""
        if self._lessons.lesson is not None and self._lessons.is_ready and not self._lessons.is_free:
            self._furnish()

    @Slot(bool)
    def _on_secret_changed(self, secret: bool) -> None:
        """A bug that is to be found is not named anywhere."""
        for banner in self._window.findChildren(BugBanner):
            banner.set_secret(secret=secret)
        self._secret = secret
        for name in TELLING:
            self._window.actions_table[f"card_{name}"].setEnabled(not secret)
            for link in self._window.findChildren(QWidget, f"{name}Link"):
                link.setEnabled(not secret)
            if secret:
                self._window.desk.docks[name].hide()

    def _furnish(self) -> None:
        """The desk of the open lab as the present step needs it."""
        found, step = self._lessons.lesson, self._lessons.step
        if found is None or step is None:
            return
        desk, head = self._window.desk, found.lesson.head
        answers = getattr(desk, "answers", None)
        if answers is not None and not self._hears_answers:
            self._hears_answers = True
            answers.answered.connect(self._lessons.tell_predicted)
        if desk not in self._layouts:
            self._layouts[desk] = self._window.presentation.layout_of(desk)
        target = self._target(desk, step.spotlight)
        shown = _dock_of(target) if target is not None else None
        before = _visible(desk)
        self._keep_size_soon()
        for dock in self._opened:
            if dock is not shown:
                dock.hide()
        self._opened = [dock for dock in self._opened if dock is shown]
        for name, dock in desk.docks.items():  # first those that go: the window is not to grow
            if (dock.objectName() in head.hide and dock is not shown) or (name in TELLING and self._secret):
                dock.hide()
        for name, dock in desk.docks.items():
            if dock is shown and dock.isHidden():
                desk.show_card(name)
                self._opened.append(dock)
        self._hide_controls(desk, head.hide)
        self._lock(desk, head.lock)
        desk.share_column_soon()
        if _visible(desk) != before:
            desk.give_sizes()
        QTimer.singleShot(FIT_MS, desk.graph, desk.graph.fit)  # type: ignore[attr-defined]
        QTimer.singleShot(0, self, partial(self._point, target, step.spotlight))

    def _target(self, desk: Desk, spot: Target | None) -> QWidget | None:
        return desk.control(spot.control) if spot is not None and spot.control else None

    def _point(self, target: QWidget | None, spot: Target | None) -> None:
        """Once the cards have their places."""
        step = self._lessons.step
        if step is None or step.spotlight is not spot or self._lessons.is_free:
            return
        if target is not None:
            _scroll_to(target)
            QTimer.singleShot(2 * FIT_MS, target, partial(_scroll_to, target))  # cards may have grown meanwhile
            self._spotlight.point_at(partial(_where, target))
        elif spot is not None and spot.node:
            self._spotlight.point_at(partial(self._window.desk.graph.node_rect, spot.node))  # type: ignore[attr-defined]
        else:
            self._spotlight.clear()

    def _hide_controls(self, desk: Desk, names: Iterable[str]) -> None:
        for name in names:
            control = desk.control(name)
            if control is not None and not isinstance(control, QDockWidget) and control not in self._hidden:
                control.hide()
                self._hidden.append(control)

    def _lock(self, desk: Desk, names: Iterable[str]) -> None:
        """The controls, and the menu's verbs of the same name."""
        locked = {lock.target for lock in self._locked}
        for name in names:
            control: QWidget | QAction | None = desk.control(name)
            if control is None and self._window.actions_table.has(name):
                control = self._window.actions_table[name]
            if control is not None and control not in locked:
                self._locked.append(_Lock(control))

    def _release(self) -> None:
        """What is locked and hidden within the cards."""
        self._spotlight.clear()
        for lock in self._locked:
            lock.open()
        for control in self._hidden:
            control.show()
        self._locked.clear()
        self._hidden.clear()

    def _take_back(self) -> None:
        self._release()
        self._keep_size_soon()
        self._opened.clear()
        for desk, layout in self._layouts.items():
            self._window.presentation.lay_out(desk, layout)
        self._layouts.clear()

    def _keep_size_soon(self) -> None:
        """Cards that come back ask for their old widths at first, and the window would grow for them, for good."""
        if not self._settled.isActive():
            self._size = self._window.size()
        self._looks = LOOKS
        self._settled.start()

    @Slot()
    def _keep_size(self) -> None:
        window, size = self._window, self._size
        grown = window.width() > size.width() or window.height() > size.height()
        if grown and not window.windowState() & LARGE:
            window.resize(size.expandedTo(window.minimumSizeHint()))
        self._looks -= 1
        if self._looks:
            self._settled.start()


class _Lock(QObject):
    """Keeps a control from being used, whoever else switches it on."""

    def __init__(self, target: QWidget | QAction) -> None:
        super().__init__(target)
        self.target = target
        self._was_enabled = target.isEnabled()
        target.setEnabled(False)
        target.installEventFilter(self)
        if isinstance(target, QAction):
            target.enabledChanged.connect(self._on_enabled_changed)

    def open(self) -> None:
        """As if it had never been locked."""
        self.target.removeEventFilter(self)
        if isinstance(self.target, QAction):
            self.target.enabledChanged.disconnect(self._on_enabled_changed)
        self.target.setEnabled(self._was_enabled)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.EnabledChange and isinstance(watched, QWidget) and watched.isEnabled():
            self._was_enabled = True
            watched.setEnabled(False)
        return False

    @Slot(bool)
    def _on_enabled_changed(self, enabled: bool) -> None:
        if enabled and isinstance(self.target, QAction):
            self._was_enabled = True
            self.target.setEnabled(False)


def _visible(desk: Desk) -> list[str]:
    """The cards that can be seen."""
    return [name for name, dock in desk.docks.items() if not dock.isHidden()]


def _dock_of(widget: QWidget) -> QDockWidget | None:
    """The card that it lies on."""
    part: QWidget | None = widget
    while part is not None and not isinstance(part, QDockWidget):
        part = part.parentWidget()
    return part


def _scroll_to(widget: QWidget) -> None:
    """Where it lies in something that scrolls."""
    part = widget.parentWidget()
    while part is not None:
        if isinstance(part, QScrollArea):
            part.verticalScrollBar().setValue(0)
            part.ensureWidgetVisible(widget, 0, 0)
        part = part.parentWidget()


def _where(widget: QWidget) -> QRect | None:
    """What can be seen of it, in global coordinates."""
    if not widget.isVisible():
        return None
    seen = widget.visibleRegion().boundingRect()
    return QRect(widget.mapToGlobal(QPoint(0, 0)) + seen.topLeft(), seen.size()) if not seen.isEmpty() else None
