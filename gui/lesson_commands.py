"""The commands `check-lesson` and `check-answers`. Neither window nor Qt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import ChainruleError
from core.lessons.exercise_sheet import sheet_of_result
from core.lessons.marking import Mark, Marked, Marking, marking_of
from core.lessons.mistakes import LessonError, Mistake
from core.lessons.results import Result, read_result
from core.lessons.sharing import PACKED, OpenLesson, open_lesson, pack
from core.lessons.shelf import shelved
from core.lessons.verify import verify
from core.words import tr

NOT_SOUND = 1  # exit status


def check_lessons(names: Sequence[str], target: str = "") -> int:
    """Verify lessons: a line for every mistake, `file:line:column: what`, and one for every sound lesson.

    `target`: write the lesson, of which there is one then, with its files as one file. Status 1 if one is not sound.
    Raises ChainruleError for a target that cannot be.
    """
    if target and (len(names) != 1 or not target.endswith(PACKED)):
        raise ChainruleError(tr("--pack is for one lesson, and the file's name ends in {suffix}.", suffix=PACKED))
    sound = [_check_lesson(name) for name in names]
    if target and all(sound):
        pack(open_lesson(Path(names[0])), Path(target))
    return 0 if all(sound) else NOT_SOUND


def check_answers(names: Sequence[str], lesson: str = "", *, steps: bool = False) -> int:
    """Mark results: a line for each, with `steps` one for every task as well. Status 1 if one cannot be marked.

    `lesson`: the file of the lesson; empty: the built-in one that the result names. Raises ChainruleError if that file
    cannot be used.
    """
    given = open_lesson(Path(lesson)) if lesson else None
    marked = [_mark(name, given, steps=steps) for name in names]
    return 0 if all(marked) else NOT_SOUND


def _check_lesson(name: str) -> bool:
    try:
        found = open_lesson(Path(name))
    except LessonError as error:
        _tell_mistakes(name, error.mistakes)
        return False
    except ChainruleError as error:
        print(_line(str(error)))
        return False
    checked = verify(found.lesson, found.folder)
    _tell_mistakes(name, checked.mistakes)
    if checked.sound:
        count, tasks = len(found.lesson.steps), found.lesson.tasks
        print(_line(f"{name}: sound, {_counted(count, 'step')}, {_counted(tasks, 'task')}, {checked.seconds:.1f} s"))
    return checked.sound


def _tell_mistakes(name: str, mistakes: Sequence[Mistake]) -> None:
    for each in mistakes:
        print(_line(f"{name}:{each.place.line}:{each.place.column}: {each.message}"))


def _mark(name: str, given: OpenLesson | None, *, steps: bool) -> bool:
    try:
        result = read_result(Path(name))
        found = given or sheet_of_result(result.lesson, result.seed) or shelved(result.lesson)
        marking = marking_of(result, found.lesson, found.folder)
    except ChainruleError as error:
        print(_line(f"{name}: {error}"))
        return False
    _tell_result(name, result, marking, steps=steps)
    return True


def _tell_result(name: str, result: Result, marking: Marking, *, steps: bool) -> None:
    met, tasks = marking.score
    seconds = sum(step.seconds for step in marking.steps)
    print(_line(f"{name}: {result.learner or 'no name'}, {result.lesson}, {met} of {tasks}, {_minutes(seconds)}"))
    for note in marking.notes:
        print(_line(f"  note: {note}"))
    for number, step in enumerate(marking.steps, start=1):
        if steps and step.mark is not Mark.NO_TASK:
            print(_line(f"  {number} {_step_told(step)}"))


def _step_told(step: Marked) -> str:
    return f"{step.title}: {step.mark.value}, {_counted(step.attempts, 'attempt')}, {_minutes(step.seconds)}"


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02} min"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _line(text: str) -> str:
    """On one line, without signs that a terminal obeys: names in files are written by others."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
