"""The account of the open lesson: at which step the learner is, how each went, how long it took. It is kept at once."""

from __future__ import annotations

from time import monotonic

import msgspec
from PySide6.QtCore import QObject, Signal

from core.lessons.checks import Outcome, Verdict
from core.lessons.results import Attempt, Result, StepResult
from core.lessons.sharing import OpenLesson
from gui.session.lesson_progress import (
    LONGEST_ANSWER,
    Progress,
    ProgressStore,
    fitted,
    fresh,
    result_of,
    with_attempt,
    with_step,
)

TRIES_BEFORE_HELP = 2  # after so many wrong answers the solution is offered


class LessonRecord(QObject):
    """Written down with every change; `Lessons` says what happens."""

    changed = Signal()

    def __init__(self, store: ProgressStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._open: OpenLesson | None = None
        self._seed: int | None = None
        self._progress = Progress(digest="")
        self._begun = monotonic()

    @property
    def lesson(self) -> OpenLesson | None:
        return self._open

    @property
    def progress(self) -> Progress:
        return self._progress

    @property
    def index(self) -> int:
        """Of the present step."""
        return self._progress.step

    @property
    def told(self) -> StepResult:
        """How the present step went so far."""
        return self._progress.steps[self._progress.step]

    @property
    def is_met(self) -> bool:
        """Whether nothing is asked for any more: solved, or given up."""
        return self.told.solved or self.told.revealed

    @property
    def offers_solution(self) -> bool:
        """Whether the learner has tried often enough to be shown the solution."""
        wrong = sum(not attempt.right for attempt in self.told.attempts)
        return wrong >= TRIES_BEFORE_HELP and not self.told.solved

    def open(self, found: OpenLesson, seed: int | None) -> None:
        """As the learner left it. `seed`: of a sheet of exercises."""
        self._open, self._seed = found, seed
        self._progress = self._store.read(self._key, found.lesson)

    def open_anew(self, found: OpenLesson) -> None:
        """The same lesson with another text."""
        self._open = found
        self._progress = fitted(self._progress, found.lesson)

    def close(self) -> None:
        self.count_time()
        self._open = None

    def begin_step(self, index: int) -> None:
        """Another step, or the same once more."""
        self._begun = monotonic()
        self._progress = msgspec.structs.replace(self._progress, step=index)
        self._keep()

    def count_time(self) -> None:
        """What was spent on the step since this was asked last."""
        now = monotonic()
        spent, self._begun = now - self._begun, now
        self._tell(msgspec.structs.replace(self.told, seconds=self.told.seconds + spent))

    def add_attempt(self, answer: str, verdict: Verdict) -> None:
        """An answer; none that could not be read, and none after the right one."""
        if verdict.outcome in (Outcome.RIGHT, Outcome.WRONG) and not self.told.solved:
            seconds = self.told.seconds + monotonic() - self._begun
            self._tell(with_attempt(self.told, Attempt(answer[:LONGEST_ANSWER], verdict.right, seconds)))

    def skip(self) -> None:
        """The learner goes on; a task that was not met counts as skipped."""
        if self.told.task and not self.is_met:
            self._tell(msgspec.structs.replace(self.told, skipped=True))

    def reveal(self) -> None:
        """The solution is shown."""
        self._tell(msgspec.structs.replace(self.told, revealed=True))

    def forget_step(self) -> None:
        """Nothing was answered at this step; the time stays."""
        self._tell(StepResult(self.told.title, self.told.task, seconds=self.told.seconds))

    def forget_all(self) -> None:
        """As if the lesson had never been begun."""
        assert self._open is not None
        self._progress = fresh(self._open.lesson)
        self._keep()

    def result(self, learner: str) -> Result:
        """What is handed in, still without the document."""
        assert self._open is not None
        self.count_time()
        return result_of(self._progress, self._open.lesson, learner, self._seed)

    @property
    def _key(self) -> str:
        assert self._open is not None
        seed = "" if self._seed is None else f"-{self._seed}"
        return f"{self._open.lesson.head.id}{seed}"

    def _tell(self, told: StepResult) -> None:
        self._progress = with_step(self._progress, self.index, told)
        self._keep()
        self.changed.emit()

    def _keep(self) -> None:
        if self._open is not None:
            self._store.write(self._key, self._progress)
