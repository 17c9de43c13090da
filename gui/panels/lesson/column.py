"""The card at the left of both labs: the list of lessons, or the lesson that is open."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gui.panels.lesson.course import CoursePanel
from gui.panels.lesson.lesson import LessonPanel
from gui.theme import Theme

WIDTH = 352  # pixels at scale 1, as all below
LEAST = 280
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
        self._box = QVBoxLayout(self)
        self._box.addWidget(self._pages)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
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

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH), self._theme.px(400))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(LEAST), self._theme.px(200))

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
        self.updateGeometry()
        self.update()
