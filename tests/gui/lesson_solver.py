"""A learner made of key presses and clicks: goes through a lesson in the real window and solves its tasks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from core.bugs import Bug
from core.lessons.checks import bugs_to_choose, right_nodes, right_number
from core.lessons.hints import hint_numbers
from core.lessons.parts import (
    BugTask,
    ChooseTask,
    DoTask,
    NumberTask,
    PickTask,
    ReachTask,
    SeparateTask,
    Solution,
    Step,
)
from core.lessons.preparing import prepared, state_of
from core.lessons.prose import Text
from core.lessons.state import State
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
MOST_CLICKS = 12  # of a button until a count is as wanted


class Learner:
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

    def state(self) -> State:
        """What the step prepares, computed without the window."""
        found = self.lessons.lesson
        assert found is not None
        return state_of(prepared(found.lesson.steps, self.lessons.index, found.folder))

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

    # -- tasks ------------------------------------------------------------------------------------------------------

    def mistake(self) -> str:
        """Give a wrong answer; the hint that the lesson has for it, empty if any will do. Nothing for other tasks."""
        step, state = self.step, self.state()
        match step.task:
            case NumberTask() as task:
                number, say = _wrong_number(step, task, state)
                self.type_number(f"{number:.17g}")
            case ChooseTask(choices=choices):
                index = next(i for i, choice in enumerate(choices) if not choice.right)
                self.choose(index)
                say = f"choices[{index}].why"
            case BugTask() as task:
                choices = [bug.value for bug in bugs_to_choose(task, state)]
                name = next(name for name in choices if Bug(name) not in state.bugs)
                self.choose(choices.index(name))
                say = _hint_for(task, name)
            case PickTask() as task:
                name = _wrong_node(step, task, state)
                self.select(name)
                say = _hint_for(task, name)
            case _:
                return ""
        return self._words(say)

    def solve(self) -> None:
        """As a person would."""
        step, state = self.step, self.state()
        match step.task:
            case NumberTask():
                self.type_number(f"{right_number(step, state):.12g}", enter=False)
            case ChooseTask(choices=choices):
                self.choose(next(i for i, choice in enumerate(choices) if choice.right))
            case BugTask() as task:
                choices = list(bugs_to_choose(task, state))
                self.choose(next(i for i, bug in enumerate(choices) if bug in state.bugs))
            case PickTask() as task:
                self.select(min(right_nodes(task, state)))
            case ReachTask(solution=solution) | SeparateTask(solution=solution):
                self._carry_out(solution)
            case DoTask() as task:
                self._do(task)

    def _words(self, say: str) -> str:
        """Of a hint, as far as they stand before the first number or formula."""
        spans = self.step.spans.get(say, ())
        return spans[0].text if spans and isinstance(spans[0], Text) else ""

    def _carry_out(self, solution: Solution) -> None:
        if solution.text:
            self.paste(solution.text)
        for name, value in solution.set.items():
            self._set(name, value)
        for address, number in solution.leaves.items():
            self._move(address, number)
        if self.window.documents.mode is Mode.NETWORK:
            self._train(solution.steps)

    def _move(self, address: str, number: float) -> None:
        if self.window.documents.mode is Mode.EXPRESSION:
            self.type_over(self.control(f"leafField-{address}"), repr(number))
            self.bot.waitUntil(lambda: not self.window.sheets.busy)
        else:
            self.select(address)
            self.bot.waitUntil(self.window.is_settled)
            self.type_over(self.control("inspectorWeightField"), repr(number))

    def _train(self, steps: int) -> None:
        """By the step button, until the task is met: no step too many."""
        runs, before = self.window.runs, self._trained()
        while not self.lessons.told.solved and self._trained() < before + steps:
            here = self._trained()
            self.press("stepButton")
            self.bot.waitUntil(lambda here=here: runs.frame is not None and runs.frame.step > here)

    def _trained(self) -> int:
        self.bot.waitUntil(lambda: self.window.runs.frame is not None)
        return self.window.runs.frame.step

    def _do(self, task: DoTask) -> None:
        sheet = self.window.documents.mode is Mode.EXPRESSION
        for _ in range(task.times):
            match task.event:
                case "play":
                    self.press("sheetPlayButton" if sheet else "playButton")
                    self.bot.waitUntil(lambda: self.lessons.told.solved)
                    self.press("sheetPlayButton" if sheet else "playButton")
                case "step":
                    self.press("sheetStepButton" if sheet else "stepButton")
                case "level" if task.detail == "neuron":
                    self.press("levelNeuron")
                case "text":
                    assert self.step.spotlight is not None and self.step.spotlight.control is not None
                    self.press(self.step.spotlight.control)
                case _:
                    raise AssertionError(f"the solver does not know {task.event} {task.detail}")

    # -- fields of the experiment -----------------------------------------------------------------------------------

    def _set(self, name: str, value: object) -> None:
        if isinstance(value, dict):
            for part, inner in value.items():
                self._set(f"{name}.{part}", inner)
            return
        match name:
            case "network.hidden":
                assert isinstance(value, list)
                self._set_layers(value)
            case "network.output":
                self._choose_in("outputActivation", str(value))
            case "training.learning_rate":
                self.type_over(self.control("learningRateField"), repr(value))
            case "training.optimizer.kind":
                self._choose_in("optimizerChoice", str(value))
            case "training.bugs":
                assert value == []
                for switch in self.window.desk.panel("bugs").findChildren(QCheckBox):  # type: ignore[attr-defined]
                    if switch.isChecked():
                        self.press(switch.objectName())
            case _:
                raise AssertionError(f"the solver does not know {name}")

    def _choose_in(self, name: str, key: str) -> None:
        box = self.control(name)
        assert isinstance(box, QComboBox)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.count()):
            if box.currentData() == key:
                return
            QTest.keyClick(box, Qt.Key.Key_Down)
        raise AssertionError(f"{name} does not offer {key}")

    def _set_layers(self, wanted: list[dict[str, object]]) -> None:
        def count() -> int:
            return len(self.window.documents.experiment.network.hidden)

        for _ in range(MOST_CLICKS):
            if count() < len(wanted):
                self.press("addLayer")
            elif count() > len(wanted):
                self.press(f"layerRemove{count() - 1}")
            self.bot.waitUntil(self.window.is_settled)
        for i, layer in enumerate(wanted):
            if self.window.documents.experiment.network.hidden[i].neurons != layer["neurons"]:
                self.type_over(self.control(f"layerCount{i}"), str(layer["neurons"]))
            activation = layer.get("activation")
            if activation and self.window.documents.experiment.network.hidden[i].activation != activation:
                self._choose_in(f"layerActivation{i}", str(activation))
        self.bot.waitUntil(self.window.is_settled)


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


def _wrong_number(step: Step, task: NumberTask, state: State) -> tuple[float, str]:
    """A number that the lesson has a hint for, else any; and where the hint stands in the lesson."""
    truth = right_number(step, state)
    assert step.figure is not None
    for i, hint in enumerate(task.hints):
        numbers = hint_numbers(hint.when, step.figure, truth, state, task.tolerance)
        if numbers:
            return numbers[0], f"hints[{i}].say"
    return truth + 2.0 * max(abs(truth), 1.0), ""


def _wrong_node(step: Step, task: PickTask, state: State) -> str:
    if task.hints:
        return str(task.hints[0].when)
    right = right_nodes(task, state)
    return next(node.address for node in state.nodes if node.address not in right)


def _hint_for(task: PickTask | BugTask, answer: str) -> str:
    found = (i for i, hint in enumerate(task.hints) if hint.when == answer)
    index = next(found, None)
    return "otherwise" if index is None else f"hints[{index}].say"
