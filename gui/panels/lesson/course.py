"""The list of all lessons: what each is about, how long it takes, and how far one is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from core.lessons.parts import Lesson
from core.lessons.sharing import OpenLesson
from core.words import tr
from gui.session.lesson_progress import Progress, ProgressStore
from gui.theme import Theme
from gui.widgets.buttons import IconButton, LinkButton
from gui.widgets.press_button import PressButton
from gui.widgets.text import TextLabel

RING = 26  # pixels at scale 1, as all below
PADDING = 8
GAP = 10
TITLE, SMALL = 13, 12  # sizes of letters


class LessonRow(PressButton):
    """One lesson: its part in a ring that fills as tasks are solved, title, minutes, and what it is about."""

    def __init__(self, found: OpenLesson, progress: Progress, theme: Theme) -> None:
        super().__init__()
        self.found, self._progress, self._theme = found, progress, theme
        head = found.lesson.head
        self.setObjectName(f"lessonRow_{head.id}")
        self.setText(head.title)
        self.setToolTip(head.summary)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(f"{head.title}, {self.state_text()}")
        theme.changed.connect(self.updateGeometry)

    @property
    def share(self) -> float:
        """Of the tasks that are solved, 0 … 1; without tasks of the steps that were seen."""
        tasks = self.found.lesson.tasks
        if tasks:
            return self._progress.met / tasks
        seen = sum(step.seconds > 0 for step in self._progress.steps)
        return seen / max(len(self.found.lesson.steps), 1)

    def state_text(self) -> str:
        """`10 min`, `3 of 8 tasks`, `done`."""
        if self.share >= 1.0:
            return tr("done")
        tasks = self.found.lesson.tasks
        if self._progress.seen and tasks:
            return tr("{met} of {tasks} tasks", met=self._progress.met, tasks=tasks)
        return tr("{minutes} min", minutes=self.found.lesson.head.minutes)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        px = self._theme.px
        title, summary = self._text_heights(width)
        return max(title + summary + px(2), px(RING)) + 2 * px(PADDING)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(280), self.heightForWidth(max(self.width(), self._theme.px(200))))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self.heightForWidth(max(self.width(), self._theme.px(160))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may want another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, px = self._theme.palette, self._theme.px
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(colours.accent, px(2)) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colours.soft if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(6), px(6))
        self._paint_ring(painter)
        self._paint_text(painter)

    def _paint_ring(self, painter: QPainter) -> None:
        colours, px = self._theme.palette, self._theme.px
        ring = QRectF(px(PADDING), px(PADDING), px(RING), px(RING)).adjusted(1.5, 1.5, -1.5, -1.5)
        done = self.share >= 1.0
        painter.setBrush(colours.good if done else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.good if done else colours.line, px(2)))
        painter.drawEllipse(ring)
        if not done and self.share > 0:
            painter.setPen(QPen(colours.accent, px(2.5)))
            painter.drawArc(ring, 90 * 16, -round(360 * 16 * self.share))
        if done:
            side = px(16)
            icon = self._theme.icon("check", colours.card).pixmap(QSize(side, side), self.devicePixelRatioF())
            painter.drawPixmap(round(ring.center().x() - side / 2), round(ring.center().y() - side / 2), icon)
            return
        part = self.found.lesson.head.part
        painter.setFont(self._theme.font(SMALL))
        painter.setPen(colours.mute)
        painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, str(part) if part else "·")

    def _paint_text(self, painter: QPainter) -> None:
        colours, px = self._theme.palette, self._theme.px
        left, top = px(PADDING + RING + GAP), px(PADDING)
        title, summary = self._text_heights(self.width())
        state = self.state_text()
        painter.setFont(self._theme.font(SMALL))
        wide = painter.fontMetrics().horizontalAdvance(state)
        right = self.width() - px(PADDING)
        painter.setPen(colours.good if self.share >= 1.0 else colours.mute)
        painter.drawText(QRectF(right - wide - 1, top, wide + 2, px(18)), Qt.AlignmentFlag.AlignRight, state)
        painter.setPen(colours.ink)
        painter.setFont(self._theme.font(TITLE, bold=True))
        flags = Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(left, top, self._title_width(self.width()), title), flags, self.text())
        painter.setPen(colours.mute)
        painter.setFont(self._theme.font(SMALL))
        place = QRectF(left, top + title + px(2), right - left, summary)
        painter.drawText(place, flags, self.found.lesson.head.summary)

    def _text_heights(self, width: int) -> tuple[int, int]:
        """Of title and summary."""
        px = self._theme.px
        summary_width = width - px(2 * PADDING + RING + GAP)
        title = _height(self._theme, self.text(), self._title_width(width), TITLE, bold=True)
        return title, _height(self._theme, self.found.lesson.head.summary, summary_width, SMALL, bold=False)

    def _title_width(self, width: int) -> int:
        """Beside the state at the right."""
        px = self._theme.px
        state = QFontMetrics(self._theme.font(SMALL)).horizontalAdvance(self.state_text())
        return max(width - px(2 * PADDING + RING + GAP) - state - px(GAP), px(60))


class CoursePanel(QWidget):
    """All lessons, one below the other; lessons of one's own, and sheets of exercises, are opened below."""

    lesson_chosen = Signal(object)  # OpenLesson
    open_requested = Signal()
    exercises_requested = Signal()
    close_requested = Signal()

    def __init__(self, shelf: Sequence[OpenLesson], store: ProgressStore, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("coursePanel")
        self.setAccessibleName(tr("Lessons"))
        self._shelf, self._store, self._theme = tuple(shelf), store, theme
        self._rows: list[LessonRow] = []
        self._title = TextLabel(tr("Lessons"), "title")
        self._state = TextLabel("", "mute")
        self._state.setObjectName("courseState")
        self._close = IconButton("close", theme, tr("Close the lessons"), size=14)
        self._close.setObjectName("courseClose")
        self._top = QHBoxLayout()
        for widget in (self._title, self._state):
            self._top.addWidget(widget)
        self._top.addStretch(1)
        self._top.addWidget(self._close)
        self._page = QWidget()
        self._list = QVBoxLayout(self._page)
        self._list.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._page)
        tip = tr("A sheet of exercises: the same one for a whole class")
        self._exercises = LinkButton(tr("exercises…"), theme, tip)
        self._exercises.setObjectName("courseExercises")
        self._open = LinkButton(tr("open a lesson…"), theme, tr("A lesson of your own: a .md or .chainlesson file"))
        self._open.setObjectName("courseOpen")
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._exercises)
        self._foot.addWidget(self._open)
        self._foot.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self._scroll, 1)
        self._column.addLayout(self._foot)
        self._close.clicked.connect(self.close_requested)
        self._exercises.clicked.connect(self.exercises_requested)
        self._open.clicked.connect(self.open_requested)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.refresh()

    @property
    def rows(self) -> tuple[LessonRow, ...]:
        return tuple(self._rows)

    def refresh(self) -> None:
        """Progress may have changed."""
        for row in self._rows:
            row.setParent(None)
            row.deleteLater()
        while self._list.count():
            self._list.takeAt(0)
        self._rows = [LessonRow(found, self._progress(found.lesson), self._theme) for found in self._shelf]
        for row in self._rows:
            row.clicked.connect(self._on_clicked)
            self._list.addWidget(row)
            row.show()  # at once: one of them may get the keyboard
        self._list.addStretch(1)
        done = sum(row.share >= 1.0 for row in self._rows)
        self._state.setText(tr("{done} of {count} done", done=done, count=len(self._rows)) if done else "")

    def focus_next_lesson(self, left: str = "") -> None:
        """Where the learner goes on: the lesson that was `left` (its id) or, if it is done, the next that is not."""
        ids = [row.found.lesson.head.id for row in self._rows]
        first = ids.index(left) if left in ids else 0
        rows = [*self._rows[first:], *self._rows[:first]]
        row = next((row for row in rows if row.share < 1.0), rows[0] if rows else None)
        if row is not None:
            row.setFocus()
            self._scroll.ensureWidgetVisible(row)

    def _progress(self, lesson: Lesson) -> Progress:
        return self._store.read(lesson.head.id, lesson)

    @Slot()
    def _on_clicked(self) -> None:
        row = self.sender()
        assert isinstance(row, LessonRow)
        self.lesson_chosen.emit(row.found)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(14), px(8), px(6), px(12))
        self._column.setSpacing(px(8))
        self._top.setSpacing(px(10))
        self._list.setContentsMargins(0, 0, px(6), 0)
        self._foot.setSpacing(px(16))


def _height(theme: Theme, text: str, width: int, size: int, *, bold: bool) -> int:
    """That a text takes in this width."""
    if not text:
        return 0
    metrics = QFontMetrics(theme.font(size, bold=bold))
    flags = int(Qt.TextFlag.TextWordWrap)
    return metrics.boundingRect(0, 0, max(width, 1), 10_000, flags, text).height()
