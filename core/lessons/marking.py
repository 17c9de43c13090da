"""Marks a result: judges every answer again, against the numbers that the lesson itself leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from core.document import present_trainer
from core.errors import ChainruleError
from core.expression.sheet import state_at
from core.lessons.checks import judge
from core.lessons.folders import NO_FILES, Folder
from core.lessons.parts import BugTask, ChooseTask, Lesson, NumberTask, PickTask, ReachTask, SeparateTask, Step
from core.lessons.preparing import prepared, sheet_of, state_of
from core.lessons.results import Result, StepResult, document_of_result
from core.lessons.state import State, state_of_sheet, state_of_trainer
from core.words import mark, tr


class Mark(Enum):
    """What a step of a result is worth. The value is what a teacher reads, marked for translation."""

    RIGHT = mark("right")  # one of the answers is right when judged again
    WRONG = mark("not solved")
    FALSE = mark("not right, although the file says so")
    BY_DOCUMENT = mark("right: the document shows it")
    AS_TOLD = mark("solved, as the file says")  # nothing in the file can show it
    REVEALED = mark("the solution was shown")
    NO_TASK = ""


@dataclass(frozen=True)
class Marked:
    """A step of a result."""

    title: str
    mark: Mark
    attempts: int
    seconds: float

    @property
    def counts(self) -> bool:
        """Whether the task was met by the learner."""
        return self.mark in (Mark.RIGHT, Mark.BY_DOCUMENT, Mark.AS_TOLD)


@dataclass(frozen=True)
class Marking:
    """A result, marked."""

    steps: tuple[Marked, ...]
    notes: tuple[str, ...] = ()  # what a teacher should know

    @property
    def score(self) -> tuple[int, int]:
        """Tasks met, and tasks in all."""
        tasks = [step for step in self.steps if step.mark is not Mark.NO_TASK]
        return sum(step.counts for step in tasks), len(tasks)


def marking_of(result: Result, lesson: Lesson, folder: Folder = NO_FILES) -> Marking:
    """Judge a result of this lesson again. Raises PrepareError if the lesson itself is not sound."""
    notes = []
    if result.lesson != lesson.head.id:
        notes.append(
            tr("The result is of lesson '{lesson}', marked by lesson '{id}'.", lesson=result.lesson, id=lesson.head.id)
        )
    elif result.digest != lesson.digest:
        notes.append(tr("The lesson has changed since: its text is not the one that the learner had."))
    if len(result.steps) != len(lesson.steps):
        notes.append(
            tr("The result has {told} steps, the lesson {asked}.", told=len(result.steps), asked=len(lesson.steps))
        )
    final = _final(result, notes)
    marked = []
    for index, step in enumerate(lesson.steps):
        told = result.steps[index] if index < len(result.steps) else StepResult(step.title)
        marked.append(
            Marked(step.title, _mark(lesson.steps, index, told, folder, final), len(told.attempts), told.seconds)
        )
    return Marking(tuple(marked), tuple(notes))


def _final(result: Result, notes: list[str]) -> State | None:
    """What the document in a result shows; None without one."""
    try:
        document = document_of_result(result)
        if document is None:
            return None
        if document.mode == "expression":
            sheet = sheet_of(document.text)
            return state_of_sheet(sheet, state_at(sheet, len(sheet.steps)))
        return state_of_trainer(present_trainer(document), document.view.sample)
    except ChainruleError as error:
        notes.append(tr("Its document cannot be used: {error}", error=error))
        return None


def _mark(steps: Sequence[Step], index: int, told: StepResult, folder: Folder, final: State | None) -> Mark:
    step = steps[index]
    if step.task is None:
        return Mark.NO_TASK
    if isinstance(step.task, NumberTask | PickTask | ChooseTask | BugTask):
        found = _judged(step, told, state_of(prepared(steps, index, folder)))
    elif isinstance(step.task, ReachTask | SeparateTask) and final is not None and judge(step, None, final).right:
        found = Mark.BY_DOCUMENT
    else:
        found = Mark.AS_TOLD if told.solved else Mark.WRONG
    return Mark.REVEALED if told.revealed and found is not Mark.FALSE else found


def _judged(step: Step, told: StepResult, state: State) -> Mark:
    for attempt in told.attempts:
        answer: str | int = attempt.answer
        if isinstance(step.task, ChooseTask):
            words = [choice.answer for choice in step.task.choices]
            answer = words.index(attempt.answer) if attempt.answer in words else -1
        if judge(step, answer, state).right:
            return Mark.RIGHT
    return Mark.FALSE if told.solved and not told.revealed else Mark.WRONG
