"""Judges what a learner did for a task. The kinds of tasks and their parameters are in parts.py.

What is right is computed from the State, never read from the lesson: the same lesson fits other numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import compress

from core.bug_texts import BUG_TEXTS
from core.bugs import Bug
from core.expression.answers import AnswerError
from core.lessons.figures import FigureError, plain, resolve
from core.lessons.hints import close, number_hint
from core.lessons.numbers import readings
from core.lessons.parts import (
    BugTask,
    ChooseTask,
    DoTask,
    EventName,
    NumberTask,
    PickTask,
    ReachTask,
    SeparateTask,
    Step,
)
from core.lessons.prose import Spans, Text
from core.lessons.reaching import how_far, how_many, number_of
from core.lessons.state import State
from core.words import tr

FLAT = 1e-12  # a gradient below counts as 0
_SAME = 1e-9  # relative: numbers so near to the largest are as large


class Outcome(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    OPEN = "open"  # nothing to judge yet: not typed, not done often enough, not reached
    UNREAD = "unread"  # no number could be read: not counted as an attempt


@dataclass(frozen=True)
class Verdict:
    """What came of it, and what to say; nothing to say is an empty row of spans."""

    outcome: Outcome
    say: Spans = ()

    @property
    def right(self) -> bool:
        return self.outcome is Outcome.RIGHT


@dataclass(frozen=True)
class Event:
    """Something that the learner did; parts.py lists names and details."""

    name: EventName
    detail: str = ""


Answer = str | int | Sequence[Event] | None
"""number: the text as typed. pick: an address. choose: the index of the choice. bug: the bug's name. do: all events
since the step began. reach, separate: None, the State tells."""


def judge(step: Step, answer: Answer, state: State, since: int = 0) -> Verdict:
    """Judge an answer for the task of a step; a step without one is always RIGHT.

    `state`: what the lab shows now. `since`: the training step at which the step of the lesson began.
    """
    match step.task:
        case NumberTask() as task:
            return _number(step, task, str(answer or ""), state)
        case PickTask() as task:
            return _pick(step, task, str(answer or ""), state)
        case ChooseTask() as task:
            return _choose(step, task, answer)
        case ReachTask() as task:
            return _reach(step, task, state, since)
        case SeparateTask() as task:
            return _separate(step, task, state, since)
        case BugTask() as task:
            return _bug(step, task, str(answer or ""), state)
        case DoTask() as task:
            return _do(task, answer)
    return Verdict(Outcome.RIGHT)


def right_number(step: Step, state: State) -> float:
    """What is to be typed for a number task. Raises FigureError where the state does not have it."""
    if step.figure is None:
        raise FigureError(tr("This task asks for no figure."))
    return resolve(step.figure, state.outcome)


def right_nodes(task: PickTask, state: State) -> frozenset[str]:
    """The addresses that a pick task takes for right; empty if the graph has none."""
    state = state.outcome
    if task.nodes:
        return frozenset(address for address in task.nodes if address in state.places)
    candidates = [i for i in range(len(state.nodes)) if _is_among(task, state, i)]
    grads = [abs(float(state.grad[i])) for i in candidates]
    match task.property:
        case "largest gradient":
            chosen = _extreme(grads, largest=True)
        case "smallest gradient":
            chosen = _extreme(grads, largest=False)
        case "zero gradient":
            chosen = [grad <= FLAT for grad in grads]
        case "largest data":
            chosen = _extreme([float(state.data[i]) for i in candidates], largest=True)
        case _:
            uses = [0] * len(state.nodes)
            for node in state.nodes:
                for operand in node.operands:
                    uses[operand] += 1
            chosen = [uses[i] > 1 for i in candidates]
    return frozenset(state.nodes[i].address for i in compress(candidates, chosen))


def bugs_to_choose(task: BugTask, state: State) -> tuple[Bug, ...]:
    """The bugs that a learner chooses from; BUG_TEXTS has their titles."""
    if task.among:
        return tuple(Bug(name) for name in task.among)
    network = state.mode == "network"
    return tuple(bug for bug, text in BUG_TEXTS.items() if (text.network if network else text.sheet) is not None)


# -- one kind each ----------------------------------------------------------------------------------------------------


def _number(step: Step, task: NumberTask, text: str, state: State) -> Verdict:
    if not text.strip():
        return Verdict(Outcome.OPEN)
    try:
        answers = readings(text)
    except AnswerError as error:
        return Verdict(Outcome.UNREAD, _words(str(error)))
    try:
        truth = right_number(step, state)
    except FigureError as error:
        return Verdict(Outcome.UNREAD, _words(tr("{error} Go back to where this step began.", error=error)))
    if any(close(answer, truth, task.tolerance) for answer in answers):
        return Verdict(Outcome.RIGHT)
    return Verdict(Outcome.WRONG, number_hint(step, task, answers, truth, state))


def _pick(step: Step, task: PickTask, address: str, state: State) -> Verdict:
    if not address:
        return Verdict(Outcome.OPEN)
    if address in right_nodes(task, state):
        return Verdict(Outcome.RIGHT)
    for i, each in enumerate(task.hints):
        if each.when == address:
            return Verdict(Outcome.WRONG, step.spans[f"hints[{i}].say"])
    return Verdict(Outcome.WRONG, step.spans.get("otherwise", _words(tr("It is another node."))))


def _choose(step: Step, task: ChooseTask, answer: Answer) -> Verdict:
    if not isinstance(answer, int) or not 0 <= answer < len(task.choices):
        return Verdict(Outcome.OPEN)
    outcome = Outcome.RIGHT if task.choices[answer].right else Outcome.WRONG
    return Verdict(outcome, step.spans[f"choices[{answer}].why"])


def _reach(step: Step, task: ReachTask, state: State, since: int) -> Verdict:
    assert step.figure is not None
    try:
        found = plain(step.figure, state.outcome)
    except FigureError as error:
        return Verdict(Outcome.OPEN, _words(str(error)))
    if not _holds(task, found):
        return Verdict(Outcome.OPEN, step.spans.get("otherwise") or _words(how_far(step.figure, task, found)))
    return _in_time(task.within, state, since)


def _separate(step: Step, task: SeparateTask, state: State, since: int) -> Verdict:
    kind = "test accuracy" if "test accuracy" in state.measured else "accuracy"
    share = state.measured.get(kind, math.nan)
    if not share >= task.accuracy:
        return Verdict(Outcome.OPEN, step.spans.get("otherwise") or _words(how_many(share, task.accuracy)))
    return _in_time(task.within, state, since)


def _in_time(within: int | None, state: State, since: int) -> Verdict:
    taken = state.step - since
    if within is None or state.mode != "network" or taken <= within:
        return Verdict(Outcome.RIGHT)
    said = tr(
        "That took {taken} steps; it can be done in {within}. Go back and try other settings.",
        taken=f"{taken:,}",
        within=f"{within:,}",
    )
    return Verdict(Outcome.WRONG, _words(said))


def _bug(step: Step, task: BugTask, name: str, state: State) -> Verdict:
    if not name:
        return Verdict(Outcome.OPEN)
    if name in {bug.value for bug in state.bugs}:
        bug = next(bug for bug in state.bugs if bug.value == name)
        return Verdict(Outcome.RIGHT, _words(tr(BUG_TEXTS[bug].sentence)))
    for i, each in enumerate(task.hints):
        if each.when == name:
            return Verdict(Outcome.WRONG, step.spans[f"hints[{i}].say"])
    said = step.spans.get("otherwise", _words(tr("It is another one: compare a gradient by hand.")))
    return Verdict(Outcome.WRONG, said)


def _do(task: DoTask, answer: Answer) -> Verdict:
    events = () if answer is None or isinstance(answer, str | int) else answer
    count = sum(event.name == task.event and task.detail in ("", event.detail) for event in events)
    return Verdict(Outcome.RIGHT if count >= task.times else Outcome.OPEN)


def _holds(task: ReachTask, found: object) -> bool:
    if task.equals is not None and not _same(found, task.equals):
        return False
    if task.at_most is None and task.at_least is None:
        return True
    number = number_of(found)
    if number is None or math.isnan(number):
        return False
    return (task.at_most is None or number <= task.at_most) and (task.at_least is None or number >= task.at_least)


def _same(found: object, wanted: object) -> bool:
    numbers = number_of(found), number_of(wanted)
    return found == wanted if numbers[0] is None or numbers[1] is None else close(numbers[0], numbers[1])


def _is_among(task: PickTask, state: State, node: int) -> bool:
    """The end of the graph is never a candidate for gradients: it is 1 whatever the graph."""
    here = state.nodes[node]
    if node == state.target and task.property != "largest data":
        return False
    match task.among:
        case "leaves":
            return not here.op
        case "operations":
            return bool(here.op)
        case "parameters":
            return not here.op and bool(_parameter(here.address, state))
    return True


def _parameter(address: str, state: State) -> bool:
    """Of a network its weights and biases; in an expression the leaves that have a name."""
    if state.mode == "network":
        part = address.rpartition(".")[2]
        return address.startswith("L") and (part == "b" or (part[:1] == "w" and part[1:].isdigit()))
    return bool(state.nodes[state.places[address]].label)


def _extreme(numbers: Sequence[float], *, largest: bool) -> list[bool]:
    finite = [number for number in numbers if math.isfinite(number)]
    if not finite:
        return [False] * len(numbers)
    best = max(finite) if largest else min(finite)
    return [math.isclose(number, best, rel_tol=_SAME, abs_tol=FLAT) for number in numbers]


def _words(text: str) -> Spans:
    return (Text(text),)
