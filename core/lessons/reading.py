"""From a lesson's text to a Lesson. Nothing is executed; all mistakes that can be told at once are told.

+++                          front matter: TOML
id = "chain-rule"
title = "The chain rule"
+++
Perhaps some words.

## The first step            prose: see prose.py
Words, `code`, $formulas$.

```step                      at most one a step: TOML, see parts.py
[prepare]
```
"""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from typing import Any

import msgspec

from core.expression.nearest import there_are
from core.lessons.blocks import FENCE, blocks_of
from core.lessons.figures import Figure, FigureError, figure
from core.lessons.mistakes import LessonError, Mistakes, Place, mistake
from core.lessons.parts import (
    MOST_STEPS,
    BugTask,
    ChooseTask,
    DoTask,
    Head,
    Lesson,
    NumberTask,
    PickTask,
    Prepare,
    ReachTask,
    SeparateTask,
    Spotlight,
    Step,
    Task,
)
from core.lessons.prose import Spans
from core.lessons.spans import spans_of_text
from core.lessons.toml_blocks import Block, check_keys, converted
from core.words import tr

MOST_BYTES = 400_000  # of a lesson's file
STEP_LENGTH = 30_000  # characters of a step
LONGEST_LINE = 10_000
LONGEST_TITLE = 100
TASKS: dict[str, type[msgspec.Struct]] = {
    "number": NumberTask, "pick": PickTask, "choose": ChooseTask, "reach": ReachTask, "separate": SeparateTask,
    "bug": BugTask, "do": DoTask,
}  # fmt: skip
_STEP = re.compile(r"##\s+(\S.*?)\s*")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def read_lesson(data: bytes) -> Lesson:
    """The lesson in a file's bytes (UTF-8). Raises LessonError."""
    if len(data) > MOST_BYTES:
        most = f"{MOST_BYTES:,}"
        raise mistake(1, 1, tr("A lesson's text has at most {most} bytes; put pictures and data beside it.", most=most))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise mistake(line, 1, tr("This is no text in UTF-8: save the file as UTF-8.")) from None
    return lesson_of(text)


def lesson_of(text: str) -> Lesson:
    """The lesson that a text tells. Raises LessonError."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    _check_signs(lines)
    mistakes = Mistakes()
    head, places, body = _head(lines, mistakes)
    starts = _step_lines(lines, body, mistakes)
    introduction = blocks_of(lines[body : starts[0] if starts else len(lines)], body + 1, mistakes)
    steps = tuple(_step(lines, begin, end, mistakes) for begin, end in pairwise([*starts, len(lines)]))
    mistakes.settle()
    assert head is not None  # else there was a mistake
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Lesson(head=head, introduction=introduction, steps=steps, digest=digest, places=places)


def _check_signs(lines: list[str]) -> None:
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise mistake(number, 1, tr("A line has at most {most} characters.", most=f"{LONGEST_LINE:,}"))
        if found := _UNFIT.search(line):
            raise mistake(number, found.start() + 1, tr("This is a character that cannot be shown."))


def _head(lines: list[str], mistakes: Mistakes) -> tuple[Head | None, dict[str, Place], int]:
    """What stands between the +++ lines, the places of its values, and the line after it (counted from 0)."""
    begin = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[begin].strip() != "+++":
        said = tr("A lesson begins with a line of +++, then id and title, then a line of +++ again.")
        raise mistake(begin + 1, 1, said)
    end = next((i for i in range(begin + 1, len(lines)) if lines[i].strip() == "+++"), None)
    if end is None:
        raise mistake(begin + 1, 1, tr("The +++ at the beginning has no second line of +++ to end it."))
    head, places = None, dict[str, Place]()
    try:
        block = Block("\n".join(lines[begin + 1 : end]), begin + 2)
        places = block.places
        known = Head.__struct_fields__
        check_keys(block, block.data, "", known, mistakes)
        data = {key: value for key, value in block.data.items() if key in known}
        head = converted(block, "", data, Head, Head)
    except LessonError as error:
        mistakes.take(error)
    return head, places, end + 1


def _step_lines(lines: list[str], body: int, mistakes: Mistakes) -> list[int]:
    """The lines of the steps' titles, counted from 0. Lines inside of fences are none."""
    found, fenced = [], False
    for i in range(body, len(lines)):
        line = lines[i].strip()
        if line == "```" if fenced else FENCE.fullmatch(line):
            fenced = not fenced
        elif not fenced and _STEP.fullmatch(lines[i]):
            found.append(i)
    if not found:
        mistakes.add(Place(len(lines), 1), tr("There is no step: a step begins with a line '## Title'."))
    if len(found) > MOST_STEPS:
        raise mistake(found[MOST_STEPS] + 1, 1, tr("A lesson has at most {most} steps.", most=MOST_STEPS))
    return found


def _step(lines: list[str], begin: int, end: int, mistakes: Mistakes) -> Step:
    found = _STEP.fullmatch(lines[begin])
    title = found[1] if found else ""
    if len(title) > LONGEST_TITLE:
        mistakes.add(Place(begin + 1, 4), tr("A title has at most {most} characters.", most=LONGEST_TITLE))
    body = lines[begin + 1 : end]
    if sum(map(len, body)) > STEP_LENGTH:
        mistakes.add(Place(begin + 1, 1), tr("A step has at most {most} characters.", most=f"{STEP_LENGTH:,}"))
        return Step(title=title, blocks=(), line=begin + 1)
    block = _take_block(body, begin + 2, mistakes)
    blocks = blocks_of(body, begin + 2, mistakes)
    if not blocks:
        mistakes.add(Place(begin + 1, 1), tr("This step says nothing: write a sentence or two."))
    if block is None:
        return Step(title=title, blocks=blocks, line=begin + 1)
    return _Parts(block, mistakes).step(title, blocks, begin + 1)


def _take_block(body: list[str], first: int, mistakes: Mistakes) -> Block | None:
    """The step block of these lines, which are blank afterwards."""
    taken: Block | None = None
    i = 0
    while i < len(body):
        found = FENCE.fullmatch(body[i].strip())
        if not found:
            i += 1
            continue
        last = next((k for k in range(i + 1, len(body)) if body[k].strip() == "```"), None)
        if last is None or found[1] != "step":
            if last is None and found[1] == "step":
                mistakes.add(Place(first + i, 1), tr("This ```step is never closed by a line of ``` alone."))
                body[i:] = [""] * (len(body) - i)
            i = len(body) if last is None else last + 1
            continue
        if taken is not None:
            mistakes.add(Place(first + i, 1), tr("A step has one ```step block, this is another."))
        else:
            try:
                taken = Block("\n".join(body[i + 1 : last]), first + i + 1)
            except LessonError as error:
                mistakes.take(error)
        body[i : last + 1] = [""] * (last + 1 - i)
        i = last + 1
    return taken


class _Parts:
    """Turns the TOML of a step into its parts."""

    def __init__(self, block: Block, mistakes: Mistakes) -> None:
        self._block, self._mistakes = block, mistakes
        check_keys(block, block.data, "", ("prepare", "spotlight", "task"), mistakes)

    def step(self, title: str, blocks: Any, line: int) -> Step:
        prepare = self._part("prepare", Prepare)
        spotlight = self._part("spotlight", Spotlight)
        task = self._task()
        if spotlight is not None and (spotlight.control is None) == (spotlight.node is None):
            self._wrong("spotlight", tr("A spotlight is on a control or on a node."))
        if prepare is not None:
            self._check_prepare(prepare)
        return Step(
            title=title,
            blocks=blocks,
            prepare=prepare,
            spotlight=spotlight,
            task=task,
            spans=self._spans(task),
            figure=self._figure(task),
            line=line,
            places={**self._block.places, "": Place(self._block.first, 1)},
        )

    def _wrong(self, path: str, message: str) -> None:
        self._mistakes.add(self._block.place(path), message)

    def _part[T: msgspec.Struct](self, name: str, kind: type[T]) -> T | None:
        data = self._block.data.get(name)
        if data is None:
            return None
        return self._converted(name, data, kind, kind)

    def _converted[T: msgspec.Struct](self, name: str, data: Any, kind: Any, into: type[T]) -> T | None:
        if isinstance(data, dict):
            tag = ("kind",) if into in TASKS.values() else ()
            known = (*tag, *into.__struct_fields__)
            check_keys(self._block, data, name, known, self._mistakes)
            data = {key: value for key, value in data.items() if key in known}
        try:
            return converted(self._block, name, data, kind, into)
        except LessonError as error:
            self._mistakes.take(error)
            return None

    def _task(self) -> Task | None:
        data = self._block.data.get("task")
        if data is None:
            return None
        kind = data.get("kind") if isinstance(data, dict) else None
        if not isinstance(kind, str) or kind not in TASKS:
            said = tr("'{kind}' is no kind of task.", kind=str(kind)[:40]) if kind else tr("What 'kind' of task?")
            self._wrong("task.kind", said + there_are(TASKS))
            return None
        task: Any = self._converted("task", data, TASKS[kind], TASKS[kind])
        if task is not None:
            self._check_task(task)
        return task  # type: ignore[no-any-return]

    def _check_prepare(self, prepare: Prepare) -> None:
        opened = [name for name in ("text", "exercise", "example", "document") if getattr(prepare, name)]
        if len(opened) > 1:
            one, other = opened[:2]
            said = tr("'{one}' and '{other}' cannot be together: open one thing.", one=one, other=other)
            self._wrong(f"prepare.{other}", said)
        if prepare.seed and not prepare.exercise:
            self._wrong("prepare.seed", tr("A seed belongs to an exercise."))
        if bool(prepare.neuron) != (prepare.level == "neuron"):
            self._wrong("prepare.level", tr("A neuron is named at level 'neuron', only there."))

    def _check_task(self, task: Task) -> None:
        match task:
            case ChooseTask():
                if sum(choice.right for choice in task.choices) != 1:
                    self._wrong("task.choices", tr("Exactly one of the choices has right = true."))
                if len({choice.answer for choice in task.choices}) < len(task.choices):
                    self._wrong("task.choices", tr("Two of the choices are the same."))
            case PickTask():
                if bool(task.nodes) == (task.property is not None):
                    self._wrong("task", tr("Either 'nodes' are named, or a 'property' says which nodes are right."))
            case ReachTask():
                if task.at_most is None and task.at_least is None and task.equals is None:
                    self._wrong("task", tr("How should the figure be? Write at_most, at_least or equals."))

    def _figure(self, task: Task | None) -> Figure | None:
        if not isinstance(task, NumberTask | ReachTask):
            return None
        try:
            return figure(task.figure)
        except FigureError as error:
            self._wrong("task.figure", str(error))
            return None

    def _spans(self, task: Task | None) -> dict[str, Spans]:
        """The texts of a task, as prose has them."""
        texts: dict[str, str] = {}
        if task is not None:
            texts["ask"] = task.ask
            for name in ("otherwise",):
                if text := getattr(task, name, None):
                    texts[name] = text
            for i, hint in enumerate(getattr(task, "hints", ())):
                texts[f"hints[{i}].say"] = hint.say
            for i, choice in enumerate(getattr(task, "choices", ())):
                texts[f"choices[{i}].answer"] = choice.answer
                texts[f"choices[{i}].why"] = choice.why
        return {
            name: spans_of_text(" ".join(text.split()), self._block.place(f"task.{name}"), self._mistakes)
            for name, text in texts.items()
        }
