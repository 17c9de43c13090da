"""Predict mode: numbers are hidden, the learner types them, and sees at once what is right."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from core.explain import Explanation
from core.expression.answers import Verdict, hint, judge, read_answer, reason
from core.expression.exercises import Exercise, exercise
from core.expression.explain import explain_at
from core.expression.sheet import Field, Phase, Sheet, state_at
from core.words import mark, tr
from gui.session.sheets import Sheets

NumberSlot = tuple[str, Field]  # address and which of its two numbers
NOT_SELECTED = mark("Select a node first: click it, or its number.")
NOT_HERE = mark("{name} is no longer in the graph.")
NO_BACKWARD = mark("There is no backward() in the text: every gradient is 0.")
NO_USE = mark("Nothing of {root}'s gradient is handed on to {name}: its gradient stays 0.")


@dataclass(frozen=True)
class Answer:
    """What was typed for one number."""

    text: str
    value: float
    verdict: Verdict
    tries: int  # answers given so far, this one included
    hint: str = ""  # for a wrong one


@dataclass(frozen=True)
class Score:
    """How the sheet stands."""

    right: int  # found by the learner
    first_try: int  # of those, at once
    shown: int  # revealed without an answer
    total: int  # numbers to be found


class Prediction(QObject):
    """Which numbers of the sheet are hidden, and what was answered. Other numbers or another graph begin anew."""

    changed = Signal()  # active, hidden numbers, answers or score
    begun = Signal()  # all answers are forgotten: another sheet, or the same once more
    started = Signal(bool)  # the learner wants to begin; whether with an exercise that takes the place of the text

    def __init__(self, sheets: Sheets, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheets = sheets
        self._active = self._with_data = False
        self._answers: dict[NumberSlot, Answer] = {}
        self._shown: set[NumberSlot] = set()
        self._exercise: Exercise | None = None
        self._text = ""
        sheets.sheet_changed.connect(self._on_sheet_changed)

    @property
    def ready(self) -> bool:
        """Whether the sheet is that of the present text."""
        return not self._sheets.busy

    @property
    def active(self) -> bool:
        return self._active

    @property
    def with_data(self) -> bool:
        """Whether the data of operations is hidden too."""
        return self._with_data

    @property
    def exercise(self) -> Exercise | None:
        """The exercise that is worked on; None for a text of one's own."""
        return self._exercise

    @property
    def sheet(self) -> Sheet | None:
        """The sheet that is predicted; None while there is none to predict."""
        return self._sheets.sheet if self._active else None

    @property
    def slots(self) -> tuple[NumberSlot, ...]:
        """All numbers to be found, in the order in which they can be worked out: forward data, then backward."""
        sheet = self.sheet
        if sheet is None:
            return ()
        nodes = sheet.graph.nodes
        data: list[NumberSlot] = [(node.address, "data") for node in nodes if node.op] if self._with_data else []
        return (*data, *((node.address, "grad") for node in reversed(nodes)))

    @property
    def hidden(self) -> frozenset[NumberSlot]:
        """The numbers that are not to be seen: neither found nor revealed."""
        return frozenset(slot for slot in self.slots if slot not in self._shown and not self._is_right(slot))

    @property
    def score(self) -> Score:
        right = [self._answers[slot] for slot in self.slots if self._is_right(slot)]
        return Score(len(right), sum(answer.tries == 1 for answer in right), len(self._shown), len(self.slots))

    def answer_for(self, slot: NumberSlot) -> Answer | None:
        """The last answer for a number."""
        return self._answers.get(slot)

    def is_shown(self, slot: NumberSlot) -> bool:
        """Whether a number was revealed."""
        return slot in self._shown

    def start(self, *, with_data: bool = False) -> None:
        """Hide the gradients, and if wished the data of operations; answers so far are forgotten."""
        self._start(with_data)
        self.started.emit(False)

    def stop(self) -> None:
        """Show everything."""
        if self._active:
            self._active = False
            self._sheets.withhold(withheld=False)
            self._sheets.seek(len(self._sheets.sheet.steps) if self._sheets.sheet else 0)
            self._begin_again()

    def set_with_data(self, with_data: bool) -> None:
        """Hide the data of operations too, or not; answers stay."""
        if with_data != self._with_data:
            self._with_data = with_data
            if self._active:
                self._hold_playhead()
            self.changed.emit()

    def open_exercise(self, difficulty: int, seed: int, *, with_data: bool = False) -> None:
        """Put an exercise in the place of the text, and hide its numbers. Raises ValueError for an unknown one."""
        found = exercise(difficulty, seed)
        self._exercise = found
        self._sheets.set_text(found.text, tr("exercise {difficulty}, sheet {seed}", difficulty=difficulty, seed=seed))
        self._start(with_data)
        self.started.emit(True)

    def select(self, address: str) -> None:
        """The learner turns to a node."""
        self._sheets.selection.select(address)

    def answer(self, slot: NumberSlot, text: str) -> Answer:
        """Judge what was typed for a number. Raises AnswerError if it is not a number, KeyError for no such slot."""
        if slot not in self.slots:
            raise KeyError(slot)
        value, truth = read_answer(text), self.truth(slot)
        before = self._answers.get(slot)
        verdict = judge(value, truth)
        found = Answer(text.strip(), value, verdict, (before.tries if before else 0) + 1)
        if verdict is Verdict.WRONG:
            found = replace(found, hint=self._hint(slot, value))
        self._answers[slot] = found
        self.changed.emit()
        return found

    def reveal(self, slot: NumberSlot) -> None:
        """Show one number."""
        if slot in self.hidden:
            self._shown.add(slot)
            self.changed.emit()

    def reveal_all(self) -> None:
        """Show all that was not found."""
        self._shown |= self.hidden
        self.changed.emit()

    def begin_again(self) -> None:
        """Forget all answers on this sheet."""
        self._begin_again()

    def truth(self, slot: NumberSlot) -> float:
        """The number itself, as it is at the end of the sheet."""
        sheet = self._sheets.sheet
        node = sheet.node(slot[0]) if sheet is not None else None
        if sheet is None or node is None:
            return math.nan
        state = state_at(sheet, len(sheet.steps))
        return float((state.data if slot[1] == "data" else state.grad)[node])

    def reason(self, address: str) -> str:
        """The chain rule that gives a gradient, in numbers on one line; or why there is none."""
        sheet = self._sheets.sheet
        if sheet is None or not address:
            return tr(NOT_SELECTED)
        if not sheet.has_backward:
            return tr(NO_BACKWARD)
        explanation = explain_at(sheet, state_at(sheet, len(sheet.steps)), address)
        if explanation is None:
            return tr(NOT_HERE, name=address)
        if not explanation.complete:
            return tr(NO_USE, name=address, root=explanation.of)
        return reason(_without_minus_zero(explanation), explanation.of)

    def _hint(self, slot: NumberSlot, value: float) -> str:
        sheet = self._sheets.sheet
        if slot[1] == "data" or sheet is None:
            return tr("Work it out from its operands.")
        explanation = explain_at(sheet, state_at(sheet, len(sheet.steps)), slot[0])
        return hint(explanation, value) if explanation else ""

    def _is_right(self, slot: NumberSlot) -> bool:
        answer = self._answers.get(slot)
        return answer is not None and answer.verdict is Verdict.RIGHT

    def _hold_playhead(self) -> None:
        """Where nothing that is to be found has happened yet, so that no other panel tells it."""
        sheet = self._sheets.sheet
        if sheet is None:
            return
        first = (
            0
            if self._with_data
            else next((i for i, step in enumerate(sheet.steps) if step.phase is not Phase.FORWARD), len(sheet.steps))
        )
        self._sheets.seek(first)

    def _start(self, with_data: bool) -> None:
        self._active, self._with_data = True, with_data
        self._sheets.withhold(withheld=True)
        self._hold_playhead()
        self._begin_again()

    def _begin_again(self) -> None:
        self._answers.clear()
        self._shown.clear()
        self._text = self._sheets.sheet.text if self._sheets.sheet else ""
        self.begun.emit()
        self.changed.emit()

    @Slot(object)
    def _on_sheet_changed(self, sheet: Sheet) -> None:
        if self._active:
            self._hold_playhead()
        if sheet.text == self._text:
            return
        if self._exercise is not None and sheet.text != self._exercise.text:
            self._exercise = None
        self._begin_again()


def _without_minus_zero(explanation: Explanation) -> Explanation:
    """−0 is 0 for a reader."""
    uses = (
        replace(use, upstream=use.upstream + 0.0, local=use.local + 0.0, contribution=use.contribution + 0.0)
        for use in explanation.consumers
    )
    return replace(explanation, gradient=explanation.gradient + 0.0, consumers=tuple(uses))
