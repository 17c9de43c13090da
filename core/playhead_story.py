"""A step of a network as sentences: what the last operation did, with its numbers, and what the next one will do."""

from __future__ import annotations

import math

import numpy as np

from core.bugs import IN_GRADIENTS
from core.experiment import OPTIMIZER_TITLES, Experiment, bugs_of
from core.expression.backward_story import seed as seed_words
from core.expression.local_words import OTHER, local_words
from core.expression.sheet import Change, Phase, Sheet, State, Step
from core.expression.story import coming as coming_words
from core.expression.story import told
from core.expression.wording import first_up, listed, moved, name_of, number
from core.playhead import Here, Position
from core.playhead_values import StepPlay
from core.playhead_walk import Handed
from core.program import Array
from core.record import SAMPLE

MOST_PARTS = 2  # operands that are told one by one
ENDED = "The next step begins."


class StepStory:
    """Tells one step."""

    def __init__(self, play: StepPlay, experiment: Experiment, step: int, rate: float) -> None:
        """`step`: its number, from 0; `rate`: its learning rate."""
        self._play, self._program = play, play.program
        self._experiment, self._step, self._rate = experiment, step, rate
        self._names = play.program.program.addresses

    def here(self, position: Position) -> Here:
        """All that is to be said of a position."""
        play, shape = self._play, self._play.shape
        position = shape.clamped(position)
        ordinal = shape.ordinal(position)
        done = shape.at(ordinal) if ordinal else None
        following = shape.later(position)
        address, reads = ("", ()) if done is None else self._at_work(done)
        return Here(
            position=position,
            address=address,
            reads=reads,
            sentence=self._begins() if done is None else self._told(done),
            coming=ENDED if following is None else self._next(position, following),
            count=shape.count(position),
            samples=shape.samples,
            row=play.row(position),
            loss=play.loss(position),
            shape=shape,
            rows=play.rows,
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

    def _begins(self) -> str:
        """Before the first operation."""
        play = self._play
        many = "all" if play.numbers.rows is None else "its batch of"
        samples = f"{len(play.rows):,} samples" if len(play.rows) > 1 else "one sample"
        stale = " The gradients are still those of the step before." if self._step else ""
        begins = f"Step {self._step + 1:,} begins, with {many} {samples}: nothing is computed yet."
        return f"{begins}{stale}{self._without_bugs}"

    @property
    def _without_bugs(self) -> str:
        """A remark where the lab's bugs change what the passes find: they are walked without them."""
        wrong = bugs_of(self._experiment.training) & IN_GRADIENTS
        return (
            " The passes are shown as they should be; the update goes by what the bug makes of them." if wrong else ""
        )

    def _told(self, place: Position) -> str:
        text = self._said(place, self._done(place))
        return f"{text} {self._summary(place)}".rstrip() if place.done == self._play.shape.count(place) else text

    def _done(self, place: Position) -> str:
        if place.phase is Phase.ZERO:
            was = self._play.numbers.stale[place.done - 1]
            return f"The gradient of {self._names[place.done - 1]} was {number(float(was))}; now it is 0."
        if place.phase is Phase.UPDATE:
            return self._updated(place.done - 1)
        node = self._node(place)
        if node is None:
            return self._added(place)
        if place.phase is Phase.FORWARD:
            return told(self._sheet, self._state(place), self._forward_step(place, node))
        if self._is_seed(place):
            return f"{seed_words(self._sheet, self._seed_step)}{self._without_bugs}"
        return self._handed_on(place, node)

    def _next(self, position: Position, following: Position) -> str:
        """What comes; with the sample, where another one begins."""
        text = self._coming(following)
        begins = following.phase in (Phase.FORWARD, Phase.BACKWARD) and following.sample < len(self._play.rows)
        begins = (
            begins and following.done == 1 and (following.phase, following.sample) != (position.phase, position.sample)
        )
        return f"Sample {self._play.row(following) + 1}: {text}" if begins else text

    def _coming(self, place: Position) -> str:
        if place.phase is Phase.ZERO:
            return f"The gradient of {self._names[place.done - 1]} will be set to 0."
        if place.phase is Phase.UPDATE:
            return f"{self._names[place.done - 1]} moves by what its gradient says."
        node, row = self._node(place), self._play.row(place)
        if node is None:
            mine = self._of_row(SAMPLE + "loss", row)
            if place.phase is Phase.FORWARD:
                return f"{mine} is added to the losses before."
            return f"{self._sum(place.sample)} hands its gradient to {mine} and to the losses before."
        if self._is_seed(place):
            return seed_words(self._sheet, self._seed_step)
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
            return "All gradients are 0 now."
        if phase is Phase.UPDATE:
            return "That was the step."
        if place.sample == len(play.rows):
            return ""
        which = f"Sample {play.row(place) + 1} is done"
        return (
            f"{which}: its loss is {number(float(play.numbers.losses[place.sample]))}."
            if (phase is Phase.FORWARD and place.sample)
            else f"{which}."
        )

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
        return f"{self._sum(k)} handed its gradient {gradient} to {mine} and to the losses before, unchanged."

    # -- backward ---------------------------------------------------------------------------------------------------

    def _handed_on(self, place: Position, node: int) -> str:
        """Who handed how much to whom, why so much, and what it added up to."""
        handed, index = self._handed(place)
        start, end = int(handed.ends[index]), int(handed.ends[index + 1])
        data = self._data(place)
        name, operands = first_up(name_of(self._sheet, node)), handed.to[start:end].tolist()
        if self._program.program.ops[node] == "add":
            names = listed([name_of(self._sheet, operand) for operand in dict.fromkeys(operands)])
            lines = [f"{name} handed its gradient {number(float(handed.upstream[start]))} to {names}, unchanged."]
        else:
            lines = self._parts(node, handed, range(start, end), data)
        return " ".join([*lines, *self._growths(place, operands)])

    def _parts(self, node: int, handed: Handed, shares: range, data: Array) -> list[str]:
        lines: list[str] = []
        numbers = self._program.program
        told_of = [i for i in shares if numbers.operands[int(handed.to[i])] or not self._is_constant(int(handed.to[i]))]
        told_of = told_of or list(shares)[:1]
        for i in told_of[:MOST_PARTS]:
            operand, local = int(handed.to[i]), float(handed.local[i])
            words = local_words(self._sheet, node, i - shares.start, data, local).removeprefix(OTHER)
            upstream = f"upstream {number(float(handed.upstream[i]))}" if not lines else "same upstream"
            why = f"{words}, times the {upstream}"
            amount, to = number(float(handed.share[i])), name_of(self._sheet, operand)
            who = (
                f"{first_up(name_of(self._sheet, node))} handed {amount} to {to}"
                if not lines
                else f"{to} gets {amount}"
            )
            lines.append(f"{first_up(who)}: {why}.")
        more = len(told_of) - MOST_PARTS
        return [*lines, f"And so on to {more} more."] if more > 0 else lines

    def _is_constant(self, node: int) -> bool:
        program = self._program.program
        return program.parameters <= node < program.lanes_from

    def _growths(self, place: Position, operands: list[int]) -> list[str]:
        """How gradients grew that were not 0."""
        before = self._play.shape.earlier(place)
        if before is None:
            return []
        row, lines = self._play.row(place), []
        was, now = (self._play.sample_numbers(each, row)[1] for each in (before, place))
        for operand in dict.fromkeys(operands):
            grew = was[operand] != 0 and now[operand] != was[operand] and math.isfinite(now[operand])
            if grew and not self._is_constant(operand):
                share = float(now[operand] - was[operand])
                start, end = moved([float(was[operand]), float(now[operand])])
                text = f"({number(share)})" if share < 0 else number(share)
                lines.append(f"{first_up(name_of(self._sheet, operand))}: {start} + {text} → {end}.")
        return lines[:MOST_PARTS]

    def _handed(self, place: Position) -> tuple[Handed, int]:
        """The shares of the position's part, and which of its operations acted."""
        if place.sample == len(self._play.rows):
            return self._play.top.handed, place.done - 2
        return self._play.walk(self._play.row(place)).handed, place.done - 1 - (place.sample > 0)

    # -- update -----------------------------------------------------------------------------------------------------

    def _updated(self, i: int) -> str:
        numbers, training = self._play.numbers, self._experiment.training
        assert numbers.after is not None
        name, gradient = self._names[i], float(numbers.gradient[i])
        before, after = float(numbers.theta[i]), float(numbers.after[i])
        start, end = moved([before, after])
        if any(f"{name}.".startswith(f"{part}.") for part in training.frozen):
            return f"{name} is frozen: it stays {start}."
        if before == after:
            return f"{name} stays {start}: its gradient is {number(gradient)}."
        kind = training.optimizer.kind
        if kind != "sgd" or training.clip:
            how = OPTIMIZER_TITLES[kind] + (", the gradient clipped" if training.clip else "")
            return f"{name}: {start} → {end}, by {how}. Its gradient is {number(gradient)}."
        sign = "+" if (after > before) == (gradient > 0) else "\N{MINUS SIGN}"
        factor = f"({number(gradient)})" if gradient < 0 else number(gradient)
        against = "against" if sign != "+" else "along"
        return f"{name} moves {against} its gradient: {start} {sign} {number(self._rate)} · {factor} = {end}."

    # -- words need a sheet ---------------------------------------------------------------------------------------

    @property
    def _sheet(self) -> Sheet:
        return self._program.sheet

    @property
    def _seed_step(self) -> Step:
        return Step(Phase.BACKWARD, self._program.root, (Change(self._program.root, "grad", 0.0, 1.0),), None)

    def _forward_step(self, place: Position, node: int) -> Step:
        return Step(Phase.FORWARD, node, (Change(node, "data", math.nan, float(self._data(place)[node])),), None)

    def _data(self, place: Position) -> Array:
        """All numbers of the part, as computed in full."""
        if place.sample == len(self._play.rows):
            return self._play.top.data
        return self._play.walk(self._play.row(place)).data

    def _state(self, place: Position) -> State:
        data = self._data(place)
        return State(0, data, np.zeros(len(data)))
