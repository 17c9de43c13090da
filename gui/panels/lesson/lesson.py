"""A lesson while it is worked through: what is read, what is asked, and the way from step to step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from core.lessons.checks import Verdict
from core.lessons.figures import Figure
from core.lessons.mistakes import Mistake
from core.lessons.parts import BugTask, PickTask
from core.lessons.sharing import OpenLesson
from core.words import tr
from gui.maths import Maths
from gui.panels.lesson.mistakes_dialog import MistakesBar
from gui.panels.lesson.solutions import solution_spans
from gui.panels.lesson.step_dots import StepDots
from gui.panels.lesson.task_box import TaskBox
from gui.session.documents import Documents
from gui.session.lessons import Lessons
from gui.theme import Theme
from gui.widgets.buttons import IconButton, LinkButton
from gui.widgets.prose_view import SpansView
from gui.widgets.text import ElidedLabel, TextLabel

UNKNOWN = "…"
DIGITS = "0123456789-+/"  # that somebody means as an answer, wherever in the lesson the keyboard is
SIGNS = f"{DIGITS},."  # of numbers; these two step through the lab where no number is asked for
SETTLING_MS = 40  # until what is said has its height


class LessonPanel(QWidget):
    """Follows `Lessons`; what belongs to files and the window it asks for by signals."""

    list_requested = Signal()  # leave the lesson for the list of all
    link_requested = Signal(str)
    hand_in_requested = Signal()
    share_requested = Signal()
    return_requested = Signal()  # from free play

    def __init__(self, lessons: Lessons, documents: Documents, maths: Maths, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lessonPanel")
        self.setAccessibleName(tr("Lesson"))
        self._lessons, self._documents, self._maths, self._theme = lessons, documents, maths, theme
        self._texts: dict[Figure, str] = {}
        self._comes_back = False  # from free play, with the keyboard
        self._settled = QTimer(self, singleShot=True, interval=SETTLING_MS)
        self._settled.timeout.connect(self._show_verdict)
        self._make()
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        self._on_lesson_changed(lessons.lesson)

    # -- making ---------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        theme = self._theme
        self._list = IconButton("chevron-left", theme, tr("All lessons"))
        self._list.setObjectName("lessonList")
        self._title = ElidedLabel("", "title")
        self._title.setObjectName("lessonTitle")
        self._more = IconButton("more", theme, tr("More: begin anew, free play, hand in, share"))
        self._more.setObjectName("lessonMore")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(self._make_menu())
        self._dots = StepDots(theme)
        self._mistakes = MistakesBar(theme)
        self._heading = TextLabel("", "heading")
        self._heading.setObjectName("lessonHeading")
        self._heading.setWordWrap(True)
        self._prose = SpansView(self._maths, theme)
        self._prose.setObjectName("lessonProse")
        self._task = TaskBox(self._maths, theme)
        self._problem = TextLabel("", "error")
        self._problem.setObjectName("lessonProblem")
        self._problem.setWordWrap(True)
        self._free = TextLabel(tr("Free play: nothing counts, and the step waits as you left it."), "mute")
        self._free.setObjectName("lessonFree")
        self._free.setWordWrap(True)
        self._return = QPushButton(tr("Back to the lesson"))
        self._return.setObjectName("lessonReturn")
        self._return.setProperty("default", True)
        self._back = QPushButton(tr("Back"))
        self._back.setObjectName("lessonBack")
        self._back.setToolTip(tr("The step before (Ctrl+PgUp)"))
        self._play = LinkButton(tr("free play"), theme, tr("Try out what you like; the step waits as you leave it"))
        self._play.setObjectName("lessonPlay")
        self._next = QPushButton(tr("Next"))
        self._next.setObjectName("lessonNext")

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, text, verb in (
            ("lessonAgain", tr("Begin this step &anew"), self._lessons.again),
            ("lessonReset", tr("Begin the &lesson anew"), self._lessons.reset),
            ("lessonFreePlay", tr("&Free play"), self._lessons.begin_free),
            ("lessonHandIn", tr("&Hand in…"), self.hand_in_requested.emit),
            ("lessonShare", tr("&Save as one file…"), self.share_requested.emit),
            ("lessonLeave", tr("Leave the less&on"), self._lessons.close),
        ):
            action = menu.addAction(text)
            action.setObjectName(name)
            action.triggered.connect(verb)
        return menu

    def _lay_out(self) -> None:
        self._top = QHBoxLayout()
        self._top.addWidget(self._list)
        self._top.addWidget(self._title, 1)
        self._top.addWidget(self._more)
        self._page = QWidget()
        self._body = QVBoxLayout(self._page)
        for widget in (self._mistakes, self._heading, self._prose, self._problem, self._task):
            self._body.addWidget(widget)
        self._body.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("lessonScroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._page)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._back)
        self._foot.addStretch(1)
        self._foot.addWidget(self._play)
        self._foot.addStretch(1)
        self._foot.addWidget(self._return)
        self._foot.addWidget(self._next)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self._dots)
        self._column.addWidget(self._free)
        self._column.addWidget(self._scroll, 1)
        self._column.addLayout(self._foot)

    def _connect(self) -> None:
        lessons = self._lessons
        lessons.lesson_changed.connect(self._on_lesson_changed)
        lessons.step_changed.connect(self._on_step_changed)
        lessons.ready_changed.connect(self._on_ready_changed)
        lessons.judged.connect(self._on_judged)
        lessons.progress_changed.connect(self._on_progress_changed)
        lessons.free_changed.connect(self._on_free_changed)
        lessons.problem_changed.connect(self._on_problem_changed)
        lessons.numbers_changed.connect(self._on_numbers_changed)
        self._list.clicked.connect(self.list_requested)
        self._back.clicked.connect(lessons.back)
        self._next.clicked.connect(self._on_next)
        self._play.clicked.connect(lessons.begin_free)
        self._return.clicked.connect(self.return_requested)
        self._dots.chosen.connect(lessons.go_to)
        self._task.answered.connect(lessons.answer)
        self._task.solution_requested.connect(self._on_solution_requested)
        self._prose.link_requested.connect(self.link_requested)
        for button in (self._back, self._next, self._return):
            button.installEventFilter(self)
        self._theme.changed.connect(self._on_theme_changed)

    def event(self, event: QEvent) -> bool:
        """What is typed beside a lesson's text is an answer, and no shortcut of the window."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_answer(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_answer(event):
            super().keyPressEvent(event)
        elif self._task.takes_numbers and self._task.take_focus():
            self._task.type(event.text())

    def _is_answer(self, event: QKeyEvent) -> bool:
        """A sign of a number, without a modifier."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        signs = SIGNS if self._task.takes_numbers else DIGITS
        return plain and bool(event.text()) and event.text() in signs

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter presses these buttons as Space does elsewhere."""
        is_key = event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if is_key and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, QPushButton):
            watched.click()
            return True
        return super().eventFilter(watched, event)

    def show_mistakes(self, mistakes: Sequence[Mistake]) -> None:
        """Of a lesson that is being written: what is wrong in its file; nothing: it is sound."""
        self._mistakes.show_mistakes(mistakes)

    # -- what happens ---------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_lesson_changed(self, found: OpenLesson | None) -> None:
        self._title.setText(found.lesson.head.title if found is not None else "")
        if found is not None:
            self._on_step_changed(self._lessons.index)

    @Slot(int)
    def _on_step_changed(self, index: int) -> None:
        found, step = self._lessons.lesson, self._lessons.step
        if found is None or step is None:
            return
        self._heading.setText(step.title)
        self._prose.show_blocks(found.lesson.introduction * (index == 0) + step.blocks, found.folder)
        self._task.show_task(step, self._lessons.told, self._documents.mode)
        self._task.set_ready(ready=self._lessons.is_ready)
        self._scroll.verticalScrollBar().setValue(0)
        self._on_problem_changed(self._lessons.problem)
        self._on_progress_changed()
        self._on_free_changed(self._lessons.is_free)

    @Slot(bool)
    def _on_ready_changed(self, ready: bool) -> None:
        step = self._lessons.step
        if ready and step is not None and isinstance(step.task, BugTask):
            self._task.show_task(step, self._lessons.told, self._documents.mode)  # of which lab, is known now
        self._task.set_ready(ready=ready)
        focus = self.window().focusWidget()
        here = self._comes_back or focus is None or self.isAncestorOf(focus)
        if ready and here and not self._task.take_focus():
            self._next.setFocus()
        self._comes_back = self._comes_back and not ready

    @Slot(object)
    def _on_judged(self, verdict: Verdict) -> None:
        here = self.isAncestorOf(self.window().focusWidget() or self)  # the button that had the focus may go now
        self._task.show_verdict(verdict)
        self._task.offer_solution(offered=self._lessons.offers_solution)
        self._page.layout().activate()
        if self._task.verdict:
            self._settled.start()
        picked = self._lessons.step is not None and isinstance(self._lessons.step.task, PickTask)
        if verdict.right and (here or picked):
            self._next.setFocus()

    @Slot()
    def _show_verdict(self) -> None:
        """Once it has its height; the end of it, if not all has room."""
        self._scroll.ensureWidgetVisible(self._task, 0, 0)

    @Slot()
    def _on_progress_changed(self) -> None:
        lessons = self._lessons
        if lessons.lesson is None:
            return
        count = len(lessons.progress.steps)
        self._dots.show_steps(lessons.progress.steps, lessons.index)
        step, told = lessons.step, lessons.told
        open_ = step is not None and step.task is not None and not told.solved and not told.revealed
        last = lessons.index + 1 == count
        self._back.setEnabled(lessons.index > 0)
        self._next.setText(tr("Finish") if last else tr("Skip") if open_ else tr("Next"))
        tip = tr("To the list of lessons") if last else tr("The next step (Ctrl+PgDown)")
        self._next.setToolTip(tip)
        self._next.setDefault(not open_)

    @Slot(bool)
    def _on_free_changed(self, free: bool) -> None:
        focus = self.window().focusWidget()
        self._comes_back = not free and focus is not None and self.isAncestorOf(focus)
        for widget in (self._free, self._return):
            widget.setVisible(free)
        for widget in (self._next, self._back, self._play):
            widget.setVisible(not free)
        self._page.setEnabled(not free)
        self._return.setDefault(free)

    @Slot(str)
    def _on_problem_changed(self, problem: str) -> None:
        self._problem.setText(tr("The lab cannot be prepared: {why}", why=problem) if problem else "")
        self._problem.setVisible(bool(problem))

    @Slot(object)
    def _on_numbers_changed(self, texts: dict[Figure, str]) -> None:
        self._texts = texts
        self._prose.set_numbers(lambda figure: texts.get(figure, UNKNOWN))
        self._task.set_numbers(texts)

    @Slot()
    def _on_next(self) -> None:
        if self._lessons.index + 1 == len(self._lessons.progress.steps):
            self.list_requested.emit()
        else:
            self._lessons.next()

    @Slot()
    def _on_solution_requested(self) -> None:
        self._lessons.show_solution(self._show_solution)

    def _show_solution(self, text: str) -> None:
        step = self._lessons.step
        if step is not None:
            self._task.show_solution(solution_spans(step, text))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(14), px(8), px(6), px(12))
        self._column.setSpacing(px(8))
        self._top.setSpacing(px(4))
        self._body.setContentsMargins(0, px(4), px(8), px(4))
        self._body.setSpacing(px(10))
        self._foot.setContentsMargins(0, 0, px(8), 0)
        self._heading.setContentsMargins(px(4), 0, 0, 0)  # as the prose stands in its view
