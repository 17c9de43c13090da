"""Whether all of a lesson holds, without a window: what it prepares, what it points at, what it asks for.

Every step's state is built; every node, figure and file that is named exists; every task is met by its solution and
not before, nor by an answer that is plainly wrong; every hint can be met.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from core.bugs import Bug
from core.errors import ChainruleError
from core.expression.nearest import meant, nearest
from core.lessons.checks import Event, Outcome, bugs_to_choose, judge, right_nodes, right_number
from core.lessons.controls import unknown_control
from core.lessons.fields import FieldError
from core.lessons.figures import FigureError, plain
from core.lessons.folders import NO_FILES, Folder, FolderError, read_picture
from core.lessons.hints import hint_numbers
from core.lessons.mistakes import Mistake, Mistakes, Place
from core.lessons.parts import (
    BugTask,
    ChooseTask,
    DoTask,
    Lesson,
    NumberTask,
    PickTask,
    ReachTask,
    SeparateTask,
    Step,
)
from core.lessons.preparing import Prepared, PrepareError, prepared, state_of
from core.lessons.prose import Block, Live, Picture, live_numbers
from core.lessons.prose import plain as words_of
from core.lessons.solving import solved
from core.lessons.state import State, no_node
from core.long_work import CancelledError
from core.words import tr

SECONDS = 20.0  # that a whole lesson may take
EXPECTED = 1e-6  # relative: how near the session's figure is to what the writer expects
_REPLACED = ("bugs", "level", "neuron", "sample", "select", "position", "set.")  # a step's own, not added to what was
_SPELLINGS: tuple[Callable[[str], str], ...] = (str, lambda text: text.replace("-", "−"), lambda text: f" = {text} ")


@dataclass(frozen=True)
class Checked:
    """What came of a verification."""

    mistakes: tuple[Mistake, ...]
    seconds: float

    @property
    def sound(self) -> bool:
        return not self.mistakes


def verify(lesson: Lesson, folder: Folder = NO_FILES, seconds: float = SECONDS) -> Checked:
    """Find all that does not hold; never raises for a lesson, whatever is in it."""
    started = perf_counter()
    work = _Verification(lesson, folder, started + seconds)
    work.run()
    return Checked(work.mistakes.found, perf_counter() - started)


class _Verification:
    """Goes through the steps of one lesson."""

    def __init__(self, lesson: Lesson, folder: Folder, end: float) -> None:
        self._lesson, self._folder, self._end = lesson, folder, end
        self._inherited: set[str] = set()  # what was told of a state that the next step may go on with
        self.mistakes = Mistakes()

    def run(self) -> None:
        self._controls()
        self._pictures(self._lesson.introduction)
        for index, step in enumerate(self._lesson.steps):
            self._pictures(step.blocks)
            try:
                self._step(index, step)
            except CancelledError:
                said = tr("The verification takes too long: train fewer steps, or take a smaller network.")
                self._wrong(step, "", said)
                return
        self._introduction()

    def _look(self, share: float, partial: object = None) -> None:
        """A Report that ends the work when the time is up."""
        if perf_counter() > self._end:
            raise CancelledError

    def _wrong(self, step: Step, path: str, message: str) -> None:
        self.mistakes.add(step.place(path), message)

    def _pictures(self, blocks: tuple[Block, ...]) -> None:
        for block in blocks:
            if isinstance(block, Picture):
                try:
                    read_picture(block.name, self._folder)
                except FolderError as error:
                    self.mistakes.add(Place(block.line, block.column), str(error))

    def _controls(self) -> None:
        """Those that are hidden and locked; the spotlight's are told with their steps."""
        head = self._lesson.head
        for key, names in (("lock", head.lock), ("hide", head.hide)):
            for i, name in enumerate(names):
                if said := unknown_control(name, verbs=key == "lock"):
                    self.mistakes.add(self._lesson.place(f"{key}[{i}]"), said)

    def _introduction(self) -> None:
        """Its live numbers are those of the first step."""
        numbers = live_numbers(self._lesson.introduction)
        if numbers:
            with suppress(ChainruleError):  # told at the first step
                self._live(numbers, state_of(prepared(self._lesson.steps, 0, self._folder, self._look)))

    def _step(self, index: int, step: Step) -> None:
        self._look(0.0)
        if step.prepare is not None and step.prepare.opens:
            self._inherited.clear()
        control = step.spotlight.control if step.spotlight is not None else None
        if control is not None and (said := unknown_control(control)):
            self._wrong(step, "spotlight.control", said)
        try:
            found = prepared(self._lesson.steps, index, self._folder, self._look)
            state = state_of(found)
        except PrepareError as error:
            self._prepare_wrong(step, f"prepare.{error.key}".rstrip("."), str(error))
            return
        except CancelledError:
            raise
        except ChainruleError as error:
            self._prepare_wrong(step, "prepare", str(error))
            return
        if found.select and (said := no_node(found.select, state)):
            self._prepare_wrong(step, "prepare.select", said)
        if step.spotlight is not None and step.spotlight.node is not None:
            self._node(step, "spotlight.node", step.spotlight.node, state)
        self._live(live_numbers(step.blocks), state)
        self._task(step, found, state)

    def _prepare_wrong(self, step: Step, path: str, message: str) -> None:
        """Told once, where it stands, not again by every step that goes on with it."""
        own = path in step.places and path.removeprefix("prepare.").startswith(_REPLACED)
        if own or message not in self._inherited:
            self._wrong(step, path, message)
        self._inherited.add(message)

    def _node(self, step: Step, path: str, address: str, state: State) -> None:
        if said := no_node(address, state):
            self._wrong(step, path, said)

    def _live(self, numbers: list[Live], state: State) -> None:
        for live in numbers:
            try:
                plain(live.figure, state)
            except FigureError as error:
                self.mistakes.add(Place(live.line, live.column), str(error))

    # -- tasks ------------------------------------------------------------------------------------------------------

    def _task(self, step: Step, found: Prepared, state: State) -> None:
        for path, spans in step.spans.items():
            for span in spans:
                if isinstance(span, Live):
                    try:
                        plain(span.figure, state.outcome)
                    except FigureError as error:
                        self._wrong(step, f"task.{path}", str(error))
        match step.task:
            case NumberTask() as task:
                self._number(step, task, state)
            case PickTask() as task:
                self._pick(step, task, state)
            case ChooseTask() as task:
                self._choose(step, task, state)
            case ReachTask() | SeparateTask() as task:
                self._reach(step, task, found, state)
            case BugTask() as task:
                self._bug(step, task, state)
            case DoTask() as task:
                events = [Event(task.event, task.detail)] * task.times
                self._met(step, judge(step, events, state).right)

    def _met(self, step: Step, met: bool) -> None:
        if not met:
            self._wrong(step, "task", tr("The task is not met by its solution."))

    def _number(self, step: Step, task: NumberTask, state: State) -> None:
        try:
            truth = right_number(step, state)
        except FigureError as error:
            self._wrong(step, "task.figure", str(error))
            return
        if not np.isfinite(truth):
            self._wrong(step, "task.figure", tr("Nobody can type this figure: it is not finite."))
            return
        if task.expect is not None and abs(task.expect - truth) > EXPECTED * max(abs(truth), abs(task.expect)):
            said = tr("The session computes {truth}, not {expect}.", truth=repr(truth), expect=repr(task.expect))
            self._wrong(step, "task.expect", said)
        if not all(judge(step, spelling(f"{truth:.12g}"), state).right for spelling in _SPELLINGS):
            self._met(step, False)
        off = truth + max(abs(truth), 1.0)
        if judge(step, repr(off), state).outcome is not Outcome.WRONG:
            said = tr("{off} is taken for right, too: the tolerance is too large.", off=repr(off))
            self._wrong(step, "task.tolerance", said)
        for i, hint in enumerate(task.hints):
            path = f"task.hints[{i}]"
            try:
                meant = hint_numbers(hint.when, step.figure, truth, state, task.tolerance)  # type: ignore[arg-type]
                say = step.spans[f"hints[{i}].say"]
                if not meant:
                    self._wrong(step, path, tr("No wrong answer meets the hint for '{when}' here.", when=hint.when))
                elif all(judge(step, repr(number), state).say != say for number in meant):
                    said = tr("The hint for '{when}' is never said: one before it is for the same.", when=hint.when)
                    self._wrong(step, path, said)
            except FigureError as error:
                self._wrong(step, path, str(error))

    def _pick(self, step: Step, task: PickTask, state: State) -> None:
        for i, address in enumerate(task.nodes):
            self._node(step, f"task.nodes[{i}]", address, state)
        right = right_nodes(task, state)
        others = [node.address for node in state.nodes if node.address not in right]
        if not right:
            if not task.nodes:
                self._wrong(step, "task.property", tr("No node of this graph has the property."))
            return
        if not others:
            self._wrong(step, "task", tr("Every node is right: there is nothing to find."))
        self._met(step, all(judge(step, address, state).right for address in right))
        for i, hint in enumerate(task.hints):
            if hint.when not in others:
                self._wrong(step, f"task.hints[{i}]", tr("'{when}' is no wrong node of this graph.", when=hint.when))

    def _choose(self, step: Step, task: ChooseTask, state: State) -> None:
        for i, choice in enumerate(task.choices):
            if judge(step, i, state).right is not choice.right:
                self._met(step, False)

    def _bug(self, step: Step, task: BugTask, state: State) -> None:
        names = {bug.value for bug in Bug}
        for i, name in enumerate(task.among):
            if name not in names:
                said = tr("There is no bug '{name}'.", name=name[:40])
                self._wrong(step, f"task.among[{i}]", said + meant(nearest(name, names), sorted(names)))
                return
        if len(state.bugs) != 1:
            said = tr("There are {count} bugs on; name the one to find in prepare.bugs.", count=len(state.bugs))
            self._wrong(step, "task", said)
            return
        choices = bugs_to_choose(task, state)
        if not state.bugs <= set(choices) or len(choices) < 2:
            self._wrong(step, "task.among", tr("The bug that is on has to be among two or more to choose from."))
        for bug in choices:
            if judge(step, bug.value, state).right is not (bug in state.bugs):
                self._met(step, False)
        for i, hint in enumerate(task.hints):
            if hint.when not in {bug.value for bug in choices} - {bug.value for bug in state.bugs}:
                self._wrong(step, f"task.hints[{i}]", tr("'{when}' is no wrong bug to choose.", when=hint.when))

    def _reach(self, step: Step, task: ReachTask | SeparateTask, found: Prepared, state: State) -> None:
        if isinstance(task, ReachTask) and step.figure is not None:
            try:
                plain(step.figure, state.outcome)
            except FigureError as error:
                self._wrong(step, "task.figure", str(error))
                return
        if judge(step, None, state).right:
            self._wrong(step, "task", tr("The task is met before anything was done."))
        try:
            after = solved(task.solution, found, self._look)
        except CancelledError:
            raise
        except ChainruleError as error:
            path = f"task.solution.set.{error.path}" if isinstance(error, FieldError) else "task.solution"
            self._wrong(step, path, str(error))
            return
        verdict = judge(step, None, after, state.step)
        if not verdict.right:
            said = tr("The solution does not meet the task.")
            self._wrong(step, "task.solution", f"{said} {words_of(verdict.say)}".strip())
