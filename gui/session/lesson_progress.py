"""How far a learner has come in each lesson, kept in the settings from one start to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta
from PySide6.QtCore import QSettings

from core.lessons.parts import Lesson, Step
from core.lessons.results import Attempt, Result, StepResult

KEY = "lessons"
LEARNER = "learner"
MOST_ATTEMPTS = 100  # kept of one step: the newest
LONGEST_ANSWER = 400


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """One lesson: where the learner stands, and how each step went."""

    digest: str  # of the lesson's text
    step: Annotated[int, Meta(ge=0)] = 0
    begun: str = ""
    steps: tuple[StepResult, ...] = ()

    @property
    def met(self) -> int:
        """Tasks that were solved."""
        return sum(step.solved for step in self.steps if step.task)

    @property
    def seen(self) -> bool:
        """Whether the lesson was begun at all."""
        return self.step > 0 or any(step.seconds > 0 or step.attempts for step in self.steps)


def fresh(lesson: Lesson) -> Progress:
    """Nothing done yet."""
    return Progress(digest=lesson.digest, begun=now(), steps=tuple(map(_untouched, lesson.steps)))


def fitted(progress: Progress, lesson: Lesson) -> Progress:
    """For a lesson whose text may have changed since: a step that is still there keeps what was done."""
    if progress.digest == lesson.digest and len(progress.steps) == len(lesson.steps):
        return progress
    done = {(told.title, told.task): told for told in progress.steps}
    untouched = map(_untouched, lesson.steps)
    steps = tuple(done.get((each.title, each.task), each) for each in untouched)
    step = min(progress.step, len(steps) - 1)
    return msgspec.structs.replace(progress, digest=lesson.digest, step=step, steps=steps)


def with_step(progress: Progress, index: int, told: StepResult) -> Progress:
    """The same with another account of one step."""
    steps = (*progress.steps[:index], told, *progress.steps[index + 1 :])
    return msgspec.structs.replace(progress, steps=steps)


def with_attempt(told: StepResult, attempt: Attempt) -> StepResult:
    """One answer more; the right one makes good that the step was skipped before."""
    attempt = msgspec.structs.replace(attempt, answer=attempt.answer[:LONGEST_ANSWER])
    attempts = (*told.attempts, attempt)[-MOST_ATTEMPTS:]
    solved = told.solved or attempt.right
    return msgspec.structs.replace(told, attempts=attempts, solved=solved, skipped=told.skipped and not solved)


def result_of(progress: Progress, lesson: Lesson, learner: str, seed: int | None = None) -> Result:
    """What is handed in, still without the document."""
    return Result(
        learner=learner[:200],
        lesson=lesson.head.id,
        title=lesson.head.title,
        language=lesson.head.language,
        digest=lesson.digest,
        seed=seed,
        begun=progress.begun,
        ended=now(),
        steps=progress.steps,
    )


def now() -> str:
    """Date and time with the zone, ISO 8601."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


class ProgressStore:
    """Progress by the lesson's key: its id and, of a sheet of exercises, the seed."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def read(self, key: str, lesson: Lesson) -> Progress:
        """As it was left; a fresh one where there is none, or none that can be read."""
        try:
            found = msgspec.json.decode(str(self._settings.value(f"{KEY}/{key}") or ""), type=Progress)
        except msgspec.DecodeError:
            return fresh(lesson)
        return fitted(found, lesson)

    def write(self, key: str, progress: Progress) -> None:
        self._settings.setValue(f"{KEY}/{key}", msgspec.json.encode(progress).decode())

    def forget(self, keys: Sequence[str]) -> None:
        """As if these lessons had never been begun."""
        for key in keys:
            self._settings.remove(f"{KEY}/{key}")

    @property
    def learner(self) -> str:
        """Who handed something in last."""
        return str(self._settings.value(LEARNER) or "")

    def set_learner(self, name: str) -> None:
        self._settings.setValue(LEARNER, name)


def _untouched(step: Step) -> StepResult:
    return StepResult(step.title[:200], step.task.__struct_config__.tag if step.task is not None else "")  # type: ignore[arg-type]
