"""The task of a step while it is open: takes answers, and sees by itself what the lab shows and the learner does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.lessons.checks import Answer, Event, Outcome, Verdict
from core.lessons.parts import ChooseTask, DoTask, EventName, PickTask, ReachTask, SeparateTask, Step
from gui.session.lesson_events import LessonEvents
from gui.session.lesson_lab import LessonLab
from gui.session.selection import Selection

SETTLE_MS = 250  # a node that was only passed by with the arrow keys is no answer


class LessonTask(QObject):
    """Asks the lab for verdicts, from `begin` to `end`."""

    judged = Signal(str, object)  # the answer as a teacher reads it, Verdict

    def __init__(
        self, lab: LessonLab, events: LessonEvents, selections: Mapping[str, Selection], parent: QObject | None = None
    ) -> None:
        """`selections`: of each lab, by its mode."""
        super().__init__(parent)
        self._lab, self._watch, self._selections = lab, events, selections
        self._step: Step | None = None
        self._mode = "expression"
        self._since = self._number = 0
        self._events: list[Event] = []
        self._met = False
        self._late = False  # what was to be reached in so many steps took more, and that was said
        self._looking = self._stale = False  # a look at the lab is being judged; it has changed since
        self._picked = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._picked.timeout.connect(self._judge_pick)
        for each in selections.values():
            each.address_changed.connect(self._on_selected)
        lab.changed.connect(self._on_lab_changed)
        events.happened.connect(self._on_event)

    def begin(self, step: Step, mode: str, *, met: bool) -> None:
        """The lab shows what the step prepares, or what was left of it. `met`: nothing is judged by itself."""
        if step is not self._step:
            self._since = self._lab.step
            self._events = []
            self._late = False
        self._step, self._mode, self._met = step, mode, met
        self._number += 1
        self._looking = self._stale = False
        self._watch.muted = False

    def is_about(self, step: Step) -> bool:
        """Whether this step was begun, and not ended."""
        return self._step is step

    def end(self) -> None:
        """Nothing counts any more; a verdict that is under way is not told."""
        self._step = None
        self._number += 1
        self._watch.muted = True
        self._picked.stop()

    def pause(self) -> None:
        """Nothing counts for a while."""
        self._watch.muted = True
        self._picked.stop()

    def answer(self, answer: Answer) -> None:
        """For a number, a choice or a bug; `judged` follows."""
        step = self._step
        if step is not None:
            choice = isinstance(step.task, ChooseTask) and isinstance(answer, int)
            words = step.task.choices[answer].answer if choice else str(answer).strip()  # type: ignore[union-attr, index]
            self._judge(answer, words)

    def tell(self, name: EventName) -> None:
        """Something happened that the session itself does not tell."""
        self._watch.tell(name)

    def set_met(self) -> None:
        """What is met is not judged again."""
        self._met = True

    def _judge(self, answer: Answer, words: str) -> None:
        if self._step is not None:
            self._lab.judge(self._step, answer, self._since, partial(self._tell, self._number, words))

    def _tell(self, number: int, words: str, verdict: Verdict) -> None:
        if number != self._number:
            return
        looked, self._looking = self._looking, False
        late = looked and verdict.outcome is Outcome.WRONG
        if not (late and self._late):  # once is enough, not with every step of training
            self._late = late
            self.judged.emit(words, verdict)
        if self._stale:
            self._stale = False
            self._on_lab_changed()

    def _awaits(self, *kinds: type) -> bool:
        return self._step is not None and not self._met and not self._watch.muted and isinstance(self._step.task, kinds)

    @Slot()
    def _on_lab_changed(self) -> None:
        """A figure may be where it is wanted."""
        if self._awaits(ReachTask, SeparateTask):
            assert self._step is not None
            if self._looking:
                self._stale = True
                return
            self._looking = True
            self._judge(None, str(self._step.figure or "accuracy"))

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        self._events.append(event)
        if self._awaits(DoTask):
            self._judge(tuple(self._events), event.name)

    @Slot(str)
    def _on_selected(self, _address: str) -> None:
        if self._awaits(PickTask):
            self._picked.start()

    @Slot()
    def _judge_pick(self) -> None:
        address = self._selections[self._mode].address
        if address and self._awaits(PickTask):
            self._judge(address, address)
