"""A step of a network as sentences: what the last operation did, with its numbers, and what the next one will do."""

from __future__ import annotations

import math
import re

import numpy as np

from core.bugs import IN_GRADIENTS
from core.experiment import Experiment, bugs_of
from core.expression.sheet import Change, Phase, Sheet, State, Step
from core.expression.story import coming as coming_words
from core.expression.story import told
from core.expression.wording import first_up, name_of, number
from core.playhead import Here, Position
from core.playhead_backward import BackwardStory
from core.playhead_update import updated_words
from core.playhead_values import StepPlay
from core.record import SAMPLE
from core.update_told import Standing
from core.words import mark, tr, trn

ENDED = mark("The next step begins.")
_SHORT = re.compile(r"(?<![\w.^*])(\d+)\.(\d{1,3})(?!\d|e[-\N{MINUS SIGN}+\d]|\.\d| ·)")  # but for factors of a rule


class StepStory:
    """Tells one step."""

    def __init__(self, play: StepPlay, experiment: Experiment, step: int, standing: Standing) -> None:
        """`step`: its number, from 0; `standing`: from where its update goes."""
        self._play, self._program = play, play.program
        self._experiment, self._step, self._standing = experiment, step, standing
        self._backward = BackwardStory(play)
        self._names = play.program.program.addresses

    def here(self, position: Position) -> Here:
        """All that is to be said of a position."""
        play, shape = self._play, self._play.shape
        position = shape.clamped(position)
        following = shape.later(position)
        address, reads = self._at_work(position) if position.done else ("", ())
        sentence = self._told(position) if position.done else self._begins(position.phase)
        return Here(
            position=position,
            address=address,
            reads=reads,
            sentence=four_decimals(sentence),
            coming=tr(ENDED) if following is None else four_decimals(self._next(position, following)),
            count=shape.count(position),
            samples=shape.samples,
            row=play.row(position),
            loss=play.loss(position),
            shape=shape,
            rows=play.rows,
            batched=play.numbers.rows is not None,
        )

    # -- which operation ------------------------------------------------------------------------------------------

    def _node(self, place: Position) -> int | None:
        """The node that acted last at a position; None for the addition of a sample's loss to those before."""
        program, first = self._program, place.sample == 0
        if place.phase is Phase.FORWARD:
            operations = program.above if place.sample == len(self._play.rows) else program.of_sample
            return operations[place.done - 1] if place.done <= len(operations) else None
        if place.sample == len(self._play.rows):
            return program.root if place.done == 1 else program.above[len(program.above) - (place.done - 1)]
        index = place.done - 1 if first else place.done - 2
        return program.of_sample[-1 - index] if index >= 0 else None

    def _at_work(self, place: Position) -> tuple[str, tuple[str, ...]]:
        """Its address, and those of its operands."""
        if place.phase in (Phase.ZERO, Phase.UPDATE):
            return self._names[place.done - 1], ()
        row, node = self._play.row(place), self._node(place)
        if node is None:
            return self._sum(place.sample), (self._sum(place.sample - 1), self._of_row(SAMPLE + "loss", row))
        address = self._of_row(self._names[node], row)
        if self._is_seed(place):
            return address, ()
        operands = dict.fromkeys(self._program.program.operands[node])
        return address, tuple(self._of_row(self._names[operand], row) for operand in operands)

    def _is_seed(self, place: Position) -> bool:
        return place.phase is Phase.BACKWARD and place.sample == len(self._play.rows) and place.done == 1

    def _sum(self, place: int) -> str:
        """What the losses up to a place in the batch are added up to."""
        play = self._play
        if place == 0:
            return self._of_row(SAMPLE + "loss", play.rows[0])
        if place == len(play.rows) - 1:
            return str(self._names[self._program.sum])
        of_batch = "" if play.numbers.rows is None else " of the batch"
        return f"sum of losses 1–{place + 1}{of_batch}"

    @staticmethod
    def _of_row(address: str, row: int) -> str:
        return address.replace(SAMPLE, f"sample{row + 1}/", 1)

    # -- sentences --------------------------------------------------------------------------------------------------

    def _begins(self, phase: Phase) -> str:
        """Before the first operation of a phase."""
        numbers = self._play.numbers
        if phase is Phase.FORWARD:
            return self._step_begins()
        if phase is Phase.ZERO:
            if self._step:
                return tr("Forward is done. Now all gradients are set to 0: those of the step before are still there.")
            return tr("Forward is done. Now all gradients are set to 0.")
        if phase is Phase.UPDATE:
            return tr("Backward is done: every gradient is complete. No weight has moved yet.")
        if numbers.zeroed:
            return tr("Backward begins. All gradients are 0: nothing has been handed on yet.")
        return tr("Backward begins. The gradients of the steps before are still there: nothing has been handed on yet.")

    def _step_begins(self) -> str:
        rows = len(self._play.rows)
        values = {"step": f"{self._step + 1:,}", "n": f"{rows:,}"}
        if self._play.numbers.rows is None:
            begins = trn(
                "Step {step} begins, with all one sample: nothing is computed yet.",
                "Step {step} begins, with all {n} samples: nothing is computed yet.",
                rows,
                **values,
            )
        else:
            begins = trn(
                "Step {step} begins, with its batch of one sample: nothing is computed yet.",
                "Step {step} begins, with its batch of {n} samples: nothing is computed yet.",
                rows,
                **values,
            )
        stale = tr("The gradients are still those of the step before.") if self._step else ""
        return _joined(begins, stale, self._without_bugs)

    @property
    def _without_bugs(self) -> str:
        """A remark where the lab's bugs change what the passes find: they are walked without them."""
        wrong = bugs_of(self._experiment.training) & IN_GRADIENTS
        if not wrong:
            return ""
        return tr("The passes are shown as they should be; the update goes by what the bug makes of them.")

    def _told(self, place: Position) -> str:
        text = self._said(place, self._done(place))
        return _joined(text, self._summary(place)) if place.done == self._play.shape.count(place) else text

    def _done(self, place: Position) -> str:
        if place.phase is Phase.ZERO:
            was, name = float(self._play.numbers.stale[place.done - 1]), self._names[place.done - 1]
            if not was:
                return tr("The gradient of {name} was {number} already.", name=name, number=number(was))
            values = {"name": name, "before": number(was), "now": number(0.0)}
            return tr("The gradient of {name} was {before}; now it is {now}.", **values)
        if place.phase is Phase.UPDATE:
            i = place.done - 1
            return updated_words(self._names[i], self._standing.told(i, self._play.numbers.gradient))
        node = self._node(place)
        if node is None:
            return self._added(place)
        if place.phase is Phase.FORWARD:
            return told(self._sheet, self._state(place), self._forward_step(place, node))
        if self._is_seed(place):
            starts = tr("{loss} starts the backward pass: its own gradient is 1.", loss=self._loss_name)
            return _joined(starts, self._without_bugs)
        return self._backward.told(place, node)

    def _next(self, position: Position, following: Position) -> str:
        """What comes; with the sample, where another one begins."""
        text = self._coming(following)
        begins = following.phase in (Phase.FORWARD, Phase.BACKWARD) and following.sample < len(self._play.rows)
        begins = (
            begins and following.done == 1 and (following.phase, following.sample) != (position.phase, position.sample)
        )
        if not begins:
            return text
        return tr("Sample {number}: {sentence}", number=self._play.row(following) + 1, sentence=text)

    def _coming(self, place: Position) -> str:
        if place.phase is Phase.ZERO:
            return tr("The gradient of {name} will be set to 0.", name=self._names[place.done - 1])
        if place.phase is Phase.UPDATE:
            return tr("{name} moves by what its gradient says.", name=self._names[place.done - 1])
        node, row = self._node(place), self._play.row(place)
        if node is None:
            mine = self._of_row(SAMPLE + "loss", row)
            if place.phase is Phase.FORWARD:
                return tr("{loss} is added to the losses before.", loss=mine)
            return tr(
                "{sum} hands its gradient to {loss} and to the losses before.", sum=self._sum(place.sample), loss=mine
            )
        if self._is_seed(place):
            return tr("{loss} will start the backward pass: its own gradient is 1.", loss=self._loss_name)
        if place.phase is Phase.FORWARD:
            step = Step(Phase.FORWARD, node, (), None)
        else:
            operands = self._program.program.operands[node]
            changes = (Change(operand, "grad", 0.0, 0.0, i, 1.0, 1.0) for i, operand in enumerate(operands))
            step = Step(Phase.BACKWARD, node, tuple(changes), None)
        sentence, dot, _ = coming_words(self._sheet, self._state(place), step).partition(". ")  # without the rule
        return self._said(place, sentence + dot.rstrip() if dot else sentence)

    def _summary(self, place: Position) -> str:
        """At the end of a part, what it came to."""
        play, phase = self._play, place.phase
        if phase is Phase.ZERO:
            return tr("All gradients are 0 now.")
        if phase is Phase.UPDATE:
            return tr("That was the step.")
        if place.sample == len(play.rows):
            return ""
        sample = play.row(place) + 1
        if phase is not Phase.FORWARD or not place.sample:
            return tr("Sample {sample} is done.", sample=sample)
        loss = number(float(play.numbers.losses[place.sample]))
        return tr("Sample {sample} is done: its loss is {loss}.", sample=sample, loss=loss)

    def _said(self, place: Position, text: str) -> str:
        """With the sample named; only once, as all of a sentence is about the same one."""
        head, found, tail = str(text).partition(SAMPLE)
        return head + found.replace(SAMPLE, f"sample{self._play.row(place) + 1}/") + tail.replace(SAMPLE, "")

    def _added(self, place: Position) -> str:
        """The addition of a sample's loss to the losses before."""
        running, k = self._play.running, place.sample
        if place.phase is Phase.FORWARD:
            numbers = f"{number(float(running[k - 1]))} + {number(float(self._play.numbers.losses[k]))}"
            return f"{self._sum(k)}: {numbers} = {number(float(running[k]))}."
        mine = self._of_row(SAMPLE + "loss", self._play.row(place))
        gradient = number(self._play.sum_gradient)
        return tr(
            "{sum} handed its gradient {gradient} to {loss} and to the losses before, unchanged.",
            sum=self._sum(k),
            gradient=gradient,
            loss=mine,
        )

    # -- words need a sheet ---------------------------------------------------------------------------------------

    @property
    def _sheet(self) -> Sheet:
        return self._program.sheet

    @property
    def _loss_name(self) -> str:
        return first_up(name_of(self._sheet, self._program.root))

    def _forward_step(self, place: Position, node: int) -> Step:
        return Step(
            Phase.FORWARD, node, (Change(node, "data", math.nan, float(self._play.in_full(place)[node])),), None
        )

    def _state(self, place: Position) -> State:
        data = self._play.in_full(place)
        return State(0, data, np.zeros(len(data)))


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def four_decimals(text: str) -> str:
    """`0.4710` for `0.471`: the numbers of a sentence stand beside those of records, which have four."""
    return _SHORT.sub(lambda found: f"{found[1]}.{found[2]:0<4}", text)
