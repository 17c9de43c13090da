"""What a learner sees of a lesson and does with mouse and keys, in the real window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton, QRadioButton, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from core.lessons.parts import Step
from gui.main_window import MainWindow
from gui.panels.lesson.course import LessonRow
from gui.panels.lesson.step_dots import StepDots
from gui.panels.lesson.task_box import TaskBox
from gui.session.lessons import Lessons
from gui.sheet_frames import Mode
from gui.widgets.prose_view import SpansView

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
UNKNOWN = "…"  # in place of a live number


class Hands:
    """Uses what can be seen: a control that is hidden or locked is a defect, and fails the test."""

    def __init__(self, window: MainWindow, bot: QtBot) -> None:
        self.window, self.bot = window, bot

    # -- what is there ----------------------------------------------------------------------------------------------

    @property
    def lessons(self) -> Lessons:
        return self.window.session.lessons

    @property
    def step(self) -> Step:
        assert self.lessons.step is not None
        return self.lessons.step

    @property
    def panel(self) -> QWidget:
        return self.window.lessons.column.lesson

    @property
    def box(self) -> TaskBox:
        found = self.panel.findChild(TaskBox)
        assert found is not None
        return found

    @property
    def prose(self) -> str:
        return self.panel.findChild(SpansView, "lessonProse").plain()

    @property
    def question(self) -> str:
        return self.box.findChild(SpansView, "lessonQuestion").plain()

    @property
    def verdict(self) -> str:
        return self.box.verdict

    def row(self, lesson: str) -> LessonRow:
        """Of a lesson in the list, which is shown for it."""
        self.window.lessons.show_list()
        found = self.window.lessons.column.course.findChild(LessonRow, f"lessonRow_{lesson}")
        assert found is not None, lesson
        self.bot.waitUntil(found.isVisible)
        return found

    def waits_for(self, condition: Callable[[], bool], what: str) -> None:
        """The failure says at which step it was."""
        try:
            self.bot.waitUntil(condition)
        except TimeoutError:
            raise AssertionError(f"{self.lessons.index} {self.step.title}: {what}") from None

    def unknown_numbers(self) -> bool:
        """Whether a live number of the prose or the question is missing."""
        found = self.lessons.lesson
        assert found is not None
        blocks = found.lesson.introduction * (self.lessons.index == 0) + self.step.blocks
        written = str(blocks).count(UNKNOWN) + str(self.step.spans.get("ask", ())).count(UNKNOWN)
        return (self.prose + self.question).count(UNKNOWN) > written

    # -- hands ------------------------------------------------------------------------------------------------------

    def wait_ready(self) -> None:
        """The lab shows the step."""
        self.bot.waitUntil(lambda: self.lessons.is_ready or bool(self.lessons.problem))
        assert not self.lessons.problem
        self.waits_for(self.window.is_settled, "the window does not settle")

    def open(self, lesson: str) -> None:
        """By its row in the list."""
        self.click(self.row(lesson))
        self.bot.waitUntil(lambda: self.lessons.lesson is not None and self.lessons.lesson.lesson.head.id == lesson)
        self.wait_ready()

    def control(self, name: str) -> QWidget:
        """A control that can be used now."""
        found = self.window.desk.control(name)
        assert found is not None, f"no control {name}"
        assert found.isVisible(), f"{name} is hidden"
        assert found.isEnabled(), f"{name} is locked"
        return found

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        assert widget.isVisible() and widget.isEnabled(), widget.objectName()
        QTest.mouseClick(widget, LEFT, pos=place or widget.rect().center())

    def press(self, name: str) -> None:
        """A button of the lab."""
        self.click(self.control(name))

    def type_over(self, field: QWidget, text: str) -> None:
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def paste(self, text: str) -> None:
        """Another expression in place of the one in the editor."""
        editor = self.control("expressionEditor")
        editor.setFocus()
        QApplication.clipboard().setText(text)
        QTest.keyClick(editor, Qt.Key.Key_A, CONTROL)
        QTest.keyClick(editor, Qt.Key.Key_V, CONTROL)

    def select(self, address: str) -> None:
        """A node, by a click where it is drawn, or by the find field where it is not."""
        window = self.window
        network = window.documents.mode is Mode.NETWORK
        selection = window.selection if network else window.sheets.selection
        graph = window.desk.graph  # type: ignore[attr-defined]
        rect, shown = graph.node_rect(address), graph.shown
        if rect is not None and shown is not None:
            place = shown.mapFromGlobal(rect.center())
            target = shown.viewport() if hasattr(shown, "viewport") else shown
            QTest.mouseClick(target, LEFT, pos=place)
        if selection.address != address:
            field = self.control("graphFind" if network else "sheetGraphFind")
            self.type_over(field, address)
            QTest.keyClick(field, Qt.Key.Key_Escape)
        assert selection.address == address, f"{address} cannot be selected, but {selection.address}"

    # -- answers ----------------------------------------------------------------------------------------------------

    def type_number(self, text: str, *, enter: bool = True) -> None:
        field = self.box.findChild(QLineEdit, "lessonAnswer")
        assert field.isVisible() and field.isEnabled() and not field.isReadOnly()
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
        QApplication.clipboard().setText(text)  # not typed: QTest has no key for signs such as −
        QTest.keyClick(field, Qt.Key.Key_V, CONTROL)
        if enter:
            QTest.keyClick(field, Qt.Key.Key_Return)
        else:
            self.click(self.box.findChild(QPushButton, "lessonCheck"))

    def choose(self, index: int) -> None:
        radio = self.box.findChild(QRadioButton, f"lessonChoice{index}")
        self.bot.waitUntil(radio.isVisible)
        assert radio.isEnabled()
        QTest.mouseClick(radio, LEFT, pos=QPoint(radio.height() // 2, radio.height() // 2))
        assert radio.isChecked()
        self.click(self.box.findChild(QPushButton, "lessonCheck"))

    def go_to(self, index: int) -> None:
        """By its dot above the step."""
        dots = self.panel.findChild(StepDots)
        self.click(dots, dots.centre(index).toPoint())
        assert self.lessons.index == index
        self.wait_ready()

    def begin_free(self) -> None:
        """By the words at the foot."""
        self.click(self.panel.findChild(QWidget, "lessonPlay"))
        assert self.lessons.is_free

    def end_free(self) -> None:
        """By the button at the foot; nothing is asked, or it is answered already."""
        self.click(self.panel.findChild(QPushButton, "lessonReturn"))
        assert not self.lessons.is_free
        self.wait_ready()

    def next(self) -> None:
        """By the button at the foot."""
        before = self.lessons.index
        self.click(self.panel.findChild(QPushButton, "lessonNext"))
        assert self.lessons.index == before + 1
        self.wait_ready()


def press_in_question(button: QMessageBox.StandardButton | str) -> list[str]:
    """Press a button, or the one of this text, of the next question; the list then holds what it asked."""
    asked: list[str] = []
    application = QApplication.instance()
    assert isinstance(application, QApplication)

    def press() -> None:
        box = application.activeModalWidget()
        if not isinstance(box, QMessageBox):
            timer.start(10)
            return
        asked.append(box.text())
        if isinstance(button, str):
            next(each for each in box.buttons() if each.text().replace("&", "") == button).click()
        else:
            box.button(button).click()

    timer = QTimer(application, singleShot=True, interval=10)
    timer.timeout.connect(press)
    timer.start()
    return asked
