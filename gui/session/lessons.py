"""The lesson that is open: its steps, what the lab shows for them, what the learner answers, and free play."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QSettings, Signal, Slot

from core.errors import ChainruleError
from core.lessons.checks import Answer, Verdict
from core.lessons.parts import NumberTask, PickTask, Step
from core.lessons.prose import live_numbers
from core.lessons.results import Result, StepResult, with_document
from core.lessons.sharing import OpenLesson
from gui.session.analysis import Analysis
from gui.session.documents import Documents
from gui.session.files import Files
from gui.session.lesson_events import LessonEvents
from gui.session.lesson_lab import LessonLab
from gui.session.lesson_progress import Progress, ProgressStore
from gui.session.lesson_record import LessonRecord
from gui.session.lesson_secrets import LessonSecrets
from gui.session.lesson_stage import Kept, LessonStage
from gui.session.lesson_task import LessonTask
from gui.session.playhead import Playhead
from gui.session.runs import Runs
from gui.session.selection import Selection
from gui.session.sheets import Sheets


class Lessons(QObject):
    """Panels call open, next, answer … and redraw on the signals."""

    lesson_changed = Signal(object)  # OpenLesson, or None: closed
    step_changed = Signal(int)  # another step, or the same anew; the lab follows a little later
    ready_changed = Signal(bool)  # whether the lab shows what the step prepares
    judged = Signal(object)  # Verdict on the last answer
    progress_changed = Signal()
    free_changed = Signal(bool)
    problem_changed = Signal(str)  # why the step cannot be shown; empty: it can
    numbers_changed = Signal(object)  # dict[Figure, str]: texts of the live numbers
    secret_changed = Signal(bool)  # whether bugs that are on must not be named

    def __init__(
        self,
        documents: Documents,
        runs: Runs,
        playhead: Playhead,
        sheets: Sheets,
        selection: Selection,
        files: Files,
        analysis: Analysis,
        settings: QSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._files = files
        self.store = ProgressStore(settings)
        self._secrets = LessonSecrets(sheets, self)
        self._lab = LessonLab(documents, runs, sheets, selection, analysis, self)
        self._stage = LessonStage(documents, runs, playhead, sheets, files, analysis, self)
        selections = {"expression": sheets.selection, "network": selection}
        events = LessonEvents(documents, runs, playhead, sheets, selection, self)
        self._task = LessonTask(self._lab, events, selections, self)
        self._record = LessonRecord(self.store, self)
        self._ready = self._free = False
        self._problem = ""
        self._before: Kept | None = None  # what was open before the lesson
        self._left: Kept | None = None  # the step, while the learner plays freely
        self._keeping = False  # it is still being handed over
        self._record.changed.connect(self.progress_changed)
        self._secrets.secret_changed.connect(self.secret_changed)
        self._task.judged.connect(self._on_judged)
        self._lab.numbers_changed.connect(self._on_numbers_changed)
        self._stage.ready.connect(self._on_stage_ready)
        self._stage.refused.connect(self._set_problem)
        self._stage.opened_by_others.connect(self._on_opened_by_others)

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def lesson(self) -> OpenLesson | None:
        """The open one."""
        return self._record.lesson

    @property
    def index(self) -> int:
        """Of the step, from 0."""
        return self._record.index

    @property
    def step(self) -> Step | None:
        return self.lesson.lesson.steps[self.index] if self.lesson is not None else None

    @property
    def progress(self) -> Progress:
        """Of the open lesson."""
        return self._record.progress

    @property
    def told(self) -> StepResult:
        """How the present step went so far."""
        return self._record.told

    @property
    def is_ready(self) -> bool:
        return self._ready

    @property
    def is_free(self) -> bool:
        """Whether the learner plays, and nothing counts."""
        return self._free

    @property
    def problem(self) -> str:
        return self._problem

    @property
    def offers_solution(self) -> bool:
        """Whether the learner has tried often enough to be shown the solution."""
        return self.lesson is not None and self._record.offers_solution

    # -- lessons --------------------------------------------------------------------------------------------------

    def open(self, found: OpenLesson, seed: int | None = None) -> None:
        """Where the learner left it. `seed`: of a sheet of exercises."""
        if self.lesson is not None:
            self._record.count_time()
            self._take(found, seed)
        else:
            self._stage.keep(partial(self._begin, found, seed))

    def close(self) -> None:
        """Back to what was open before the lesson."""
        if self.lesson is None:
            return
        self._record.close()
        self._stage.leave_step()
        self._keeping = False
        self._task.end()
        self._lab.follow(())
        self._set_free(free=False)
        self._files.show_lesson("")
        before, self._before = self._before, None
        if before is not None:
            self._stage.bring_back(before)
        self.lesson_changed.emit(None)
        self._secrets.rest()

    def end(self) -> None:
        """The session ends: what was done is kept."""
        if self.lesson is not None:
            self._record.count_time()
        self._stage.leave_step()

    def reload(self, found: OpenLesson) -> None:
        """The same lesson, whose file was written anew: the learner stays at the step."""
        self._record.count_time()
        self._record.open_anew(found)
        self.lesson_changed.emit(found)
        self._go_to(self.index)

    def reset(self) -> None:
        """As if the lesson had never been begun."""
        if self.lesson is not None:
            self._record.forget_all()
            self._go_to(0)

    def ask_result(self, learner: str, then: Callable[[Result], object]) -> None:
        """What the learner hands in, with the document as it is now; `then` gets it."""
        self._stage.keep(partial(_with_document, self._record.result(learner), then))

    # -- steps ----------------------------------------------------------------------------------------------------

    def go_to(self, index: int) -> None:
        """To a step, as the lesson prepares it."""
        if self.lesson is not None and 0 <= index < len(self.lesson.lesson.steps):
            self._record.count_time()
            self._go_to(index)

    def next(self) -> None:
        """The next step; a task that was not met counts as skipped."""
        if self.lesson is not None and self.index + 1 < len(self.lesson.lesson.steps):
            self._record.skip()
            self.go_to(self.index + 1)

    def back(self) -> None:
        """The step before."""
        self.go_to(self.index - 1)

    def again(self) -> None:
        """The present step from its beginning, without what was answered."""
        if self.lesson is not None:
            self._record.forget_step()
            self.go_to(self.index)

    def begin_free(self) -> None:
        """Play with what is there; the step waits as it is."""
        if self.lesson is None or self._free or not self._ready:
            return
        self._keeping = True
        self._stage.keep(self._keep_step)
        self._set_free(free=True)

    def end_free(self) -> None:
        """Back to the step, as it was left."""
        if not self._free:
            return
        left, self._left = self._left, None
        self._set_free(free=False)
        if left is None and not self._keeping:
            self._go_to(self.index)
            return
        self._set_ready(ready=False)
        if left is not None:
            self._stage.bring_back(left)

    # -- answers --------------------------------------------------------------------------------------------------

    def answer(self, answer: Answer) -> None:
        """For a number, a choice or a bug; `judged` follows."""
        if self._ready and not self._free:
            self._task.answer(answer)

    def tell_predicted(self) -> None:
        """A number was answered in predict mode: an event that a task may wait for."""
        self._task.tell("predict")

    def show_solution(self, then: Callable[[str], object]) -> None:
        """Give up the task: `then` gets a number, addresses, or nothing where there is only the doing."""
        step = self.step
        if step is None or step.task is None:
            return
        self._record.reveal()
        self._task.set_met()
        self._secrets.tell()
        if isinstance(step.task, NumberTask | PickTask):
            self._lab.solve(step, then)
        else:
            then("")
        self.progress_changed.emit()

    # -- inside ---------------------------------------------------------------------------------------------------

    def _begin(self, found: OpenLesson, seed: int | None, kept: Kept) -> None:
        self._before = kept
        self._take(found, seed)

    def _take(self, found: OpenLesson, seed: int | None) -> None:
        self._record.open(found, seed)
        self._set_free(free=False)
        self._files.show_lesson(found.lesson.head.title)
        self.lesson_changed.emit(found)
        self._go_to(self.index)

    def _go_to(self, index: int) -> None:
        assert self.lesson is not None
        if self._free:
            self._left = None
            self._set_free(free=False)
        self._record.begin_step(index)
        self._task.end()
        self._keeping = False
        self._set_problem("")
        self._set_ready(ready=False)
        self.step_changed.emit(index)
        self._secrets.begin(self._asked)
        self._stage.open_step(self.lesson, index)

    @Slot()
    def _on_stage_ready(self) -> None:
        step, shown = self.step, self._stage.prepared
        if self.lesson is None or step is None or self._free or shown is None:
            return
        self._lab.set_mode(shown.document.mode)
        may_seek = shown.position is None and not self._task.is_about(step)
        self._secrets.keep(self._asked, may_seek=may_seek)
        self._task.begin(step, shown.document.mode, met=self._record.is_met)
        self._set_ready(ready=True)
        texts = live_numbers(self.lesson.lesson.introduction * (self.index == 0) + step.blocks)
        spans = [span for row in step.spans.values() for span in row if hasattr(span, "figure")]
        self._lab.follow([live.figure for live in (*texts, *spans)], at_end=self._secrets.holds_playhead)

    @property
    def _asked(self) -> Step | None:
        """The step, if its task is to be met."""
        return self.step if not self._free and not self._record.is_met else None

    @Slot(str, object)
    def _on_judged(self, answer: str, verdict: Verdict) -> None:
        if self.lesson is None or self._free:
            return
        self._record.add_attempt(answer, verdict)
        if verdict.right:
            self._task.set_met()
            self._secrets.tell()
        self.judged.emit(verdict)

    @Slot(object)
    def _on_numbers_changed(self, texts: object) -> None:
        """In free play the step's numbers stay as they were."""
        if self._ready and not self._free:
            self.numbers_changed.emit(texts)

    @Slot()
    def _on_opened_by_others(self) -> None:
        """Another document takes the place of the step: that is free play, from which the step begins anew."""
        if self.lesson is not None and not self._free:
            self._stage.leave_step()
            self._left = None
            self._set_free(free=True)

    def _keep_step(self, kept: Kept) -> None:
        if not self._keeping:
            return
        self._keeping = False
        if self._free:
            self._left = kept
        else:  # the learner is back already
            self._stage.bring_back(kept)

    def _set_free(self, *, free: bool) -> None:
        if free == self._free:
            return
        self._free = free
        if free:
            self._task.pause()
        if self.lesson is not None:
            self._files.show_lesson("" if free else self.lesson.lesson.head.title)
        self._secrets.rest()
        if self.lesson is not None:  # a bug stays secret in free play: the step still asks for it
            self._secrets.begin(self.step if not self._record.is_met else None)
        self.free_changed.emit(free)

    def _set_ready(self, *, ready: bool) -> None:
        if ready != self._ready:
            self._ready = ready
            self.ready_changed.emit(ready)

    @Slot(str)
    def _set_problem(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self.problem_changed.emit(problem)


def _with_document(result: Result, then: Callable[[Result], object], kept: Kept) -> None:
    try:
        then(with_document(result, kept.document))
    except ChainruleError:
        then(result)  # without the document rather than not at all
