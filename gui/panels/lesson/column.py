"""The card at the left of both labs: the list of lessons, or the lesson that is open."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui.panels.lesson.course import CoursePanel
from gui.panels.lesson.lesson import LessonPanel
from gui.theme import Theme

WIDTH = 352  # pixels at scale 1, as all below
LEAST, MOST = 280, 720
GRIP = 6
GAP = 12  # around, as between the desks' cards
RADIUS = 8


class LessonColumn(QWidget):
    """Shows one of the two."""

    def __init__(self, course: CoursePanel, lesson: LessonPanel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lessonColumn")
        self.course, self.lesson, self._theme = course, lesson, theme
        self._pages = QStackedWidget()
        self._pages.addWidget(course)
        self._pages.addWidget(lesson)
        self._wide = WIDTH
        self._grip = _Grip(theme, self)
        self._grip.dragged.connect(self.set_width)
        self._box = QVBoxLayout(self)
        self._box.addWidget(self._pages)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_course(self) -> None:
        self.course.refresh()
        self._pages.setCurrentWidget(self.course)

    def show_lesson(self) -> None:
        self._pages.setCurrentWidget(self.lesson)

    @property
    def shows_course(self) -> bool:
        return self._pages.currentWidget() is self.course

    @property
    def wide(self) -> int:
        """Its width in pixels at scale 1."""
        return self._wide

    @Slot(int)
    def set_width(self, wide: int) -> None:
        """Another width, in pixels at scale 1; the desk beside it keeps what it needs."""
        room = self.window().width() - self.window().minimumSizeHint().width() + self.width()
        most = max(LEAST, int(room / self._theme.scale))
        self._wide = max(LEAST, min(wide, MOST, most))
        self._take_width()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(self._wide), self._theme.px(400))

    def minimumSizeHint(self) -> QSize:
        """The buttons below a lesson have room in every language."""
        needed = self._box.totalMinimumSize()
        return QSize(max(self._theme.px(LEAST), needed.width()), needed.height())

    def event(self, event: QEvent) -> bool:
        """Other words may need another width."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._take_width()
        return super().event(event)

    def _take_width(self) -> None:
        """It becomes narrower rather than make the window wider."""
        self.setMaximumWidth(max(self._theme.px(self._wide), self.minimumSizeHint().width()))
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        grip = self._theme.px(GRIP)
        self._grip.setGeometry(self.width() - grip, 0, grip, self.height())
        self._grip.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.line, px(1)))
        painter.setBrush(colours.card)
        wide = px(1)
        card = QRectF(self._pages.geometry()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
        painter.drawRoundedRect(card, px(RADIUS), px(RADIUS))

    def _on_theme_changed(self) -> None:
        gap = self._theme.px(GAP)
        self._box.setContentsMargins(gap, gap, 0, 0)
        self._take_width()
        self.update()


class _Grip(QWidget):
    """The right edge: drag it for another width, double-click it for the first one."""

    dragged = Signal(int)  # width in pixels at scale 1

    def __init__(self, theme: Theme, column: LessonColumn) -> None:
        super().__init__(column)
        self._theme, self._column = theme, column
        self._held = 0.0
        self.setObjectName("lessonGrip")
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = self._column.width() - event.globalPosition().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.dragged.emit(round((event.globalPosition().x() + self._held) / self._theme.scale))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.dragged.emit(WIDTH)
