"""A learner who solves the tasks of a lesson in the real window: wrong at first, then right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox

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
from gui.sheet_frames import Mode
from tests.gui.lesson_hands import Hands

MOST_CLICKS = 12  # of a button until a count is as wanted


class Learner(Hands):
    """What is right is computed without the window, by what the lesson prepares."""

    def state(self) -> State:
        """What the step prepares, computed without the window."""
        found = self.lessons.lesson
        assert found is not None
        return state_of(prepared(found.lesson.steps, self.lessons.index, found.folder))

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
                self.carry_out(solution)
            case DoTask() as task:
                self._do(task)

    def _words(self, say: str) -> str:
        """Of a hint, as far as they stand before the first number or formula."""
        spans = self.step.spans.get(say, ())
        return spans[0].text if spans and isinstance(spans[0], Text) else ""

    def carry_out(self, solution: Solution) -> None:
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
