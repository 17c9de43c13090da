"""An explanation as it is at a place inside a step: what is not computed yet, or not handed on, is nan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from core.explain import Consumer, Explanation, Operand
from core.expression.sheet import Phase
from core.playhead import Position
from core.playhead_values import PARTIAL, ROW, StepPlay
from core.record import SAMPLE
from core.words import mark, tr, trn

LEFT_OVER = mark("of the step before")


def explained_at(play: StepPlay, position: Position, found: Explanation, row: int) -> Explanation:
    """`found` tells of the whole step; `row` is the selected sample, of the data.

    The check and what the update does come once the backward pass is done, as before they would tell of numbers that
    are not there. Uses by samples that are not in the step's batch are left out.
    """
    return _Explained(play, position, found, row).made()


class _Explained:
    def __init__(self, play: StepPlay, position: Position, found: Explanation, row: int) -> None:
        self._play, self._position, self._found, self._row = play, position, found, row
        self._is_parameter = found.role == "parameter"
        of_sample = ROW.match(found.address)
        self._own_row = int(of_sample[1]) - 1 if of_sample else None
        self._data, self._gradient = self._numbers(found.address)

    def made(self) -> Explanation:
        found, consumers = self._found, self._consumers()
        computed = not math.isnan(self._data)
        complete = computed and self._is_complete(consumers)
        finished = complete and self._backward_done
        same = self._play.numbers.rows is None and math.isclose(self._gradient, found.gradient, rel_tol=1e-6)
        moved = self._is_parameter and self._data != found.data
        return replace(
            found,
            data=self._data,
            gradient=self._gradient if computed else math.nan,
            share=None if found.share is None else self._share(consumers),
            consumers=tuple(consumers),
            operands=tuple(self._operand(each) for each in found.operands),
            check=found.check if finished and same else None,
            update=found.update if finished and not moved else None,
            complete=complete,
            progress=self._progress(consumers, complete=complete),
            inside=True,
        )

    # -- where the pass is ----------------------------------------------------------------------------------------

    @property
    def _backward_done(self) -> bool:
        place = self._position
        at_end = place.sample == 0 and place.done == self._play.shape.count(Position(Phase.BACKWARD, 0))
        return place.phase is Phase.UPDATE or (place.phase is Phase.BACKWARD and at_end)

    @property
    def _in_batch(self) -> bool:
        """Whether the node takes part in this step."""
        return self._own_row is None or self._play.place_of(self._own_row) is not None

    def _is_complete(self, consumers: Sequence[Consumer]) -> bool:
        """Whether all of the node's gradient has arrived."""
        if self._is_parameter or not consumers:
            return self._backward_done
        return not any(math.isnan(each.contribution) for each in consumers)

    def _has_handed_on(self, address: str) -> bool:
        """Whether a node's turn in the backward pass is over."""
        play, place = self._play, self._position
        if partial := PARTIAL.fullmatch(address):
            return play.numbers.rows is None and play.handed_on(place, int(partial[1]) - 1) > 0
        found = ROW.match(address)
        local = SAMPLE + address[found.end() :] if found else address
        node = play.program.node(local)
        if node is None:
            return False
        last = len(play.rows)
        if node == play.program.sum:
            return play.handed_on(place, max(last - 1, 1)) > 0
        order = self._turns.get(node)
        part = play.place_of(int(found[1]) - 1) if found else last
        if order is None or part is None:
            return False
        first = part == last or part > 0  # the start of the pass, or the addition of the sample's loss
        return play.handed_on(place, part) - first > order

    @cached_property
    def _turns(self) -> dict[int, int]:
        """Which operation of its part a node is, going backward."""
        program = self._play.program
        parts = (reversed(program.of_sample), reversed(program.above))
        return {node: turn for part in parts for turn, node in enumerate(part)}

    def _numbers(self, address: str) -> tuple[float, float]:
        data, grad = self._play.numbers_of(self._position, [address])
        return float(data[0]), float(grad[0])

    # -- uses -----------------------------------------------------------------------------------------------------

    def _consumers(self) -> list[Consumer]:
        rows = [each for each in self._found.consumers if each.address and self._takes_part(each.address)]
        made = [self._consumer(each, alone=len(self._found.consumers) == 1) for each in rows]
        if any(not each.address for each in self._found.consumers):
            mine = sum(f"sample{self._row + 1}/" in each.address for each in made)
            others = self._others(made)
            made[mine:mine] = [] if others is None else [others]
        numbers = self._play.numbers
        if self._is_parameter and not numbers.zeroed:  # what no step has set to zero is in its gradient too
            left = float(numbers.stale[self._parameter])
            made.append(Consumer("", "", math.nan, math.nan, left, tr("left by the steps before")))
        return made

    def _takes_part(self, address: str) -> bool:
        """Uses of a parameter by samples outside of the batch do not."""
        found = ROW.match(address)
        return not (self._is_parameter and found) or self._play.place_of(int(found[1]) - 1) is not None

    def _consumer(self, use: Consumer, *, alone: bool) -> Consumer:
        data, gradient = self._numbers(use.address)
        handed = self._has_handed_on(use.address)
        if not handed:
            local = math.nan if math.isnan(data) else use.local
            return replace(use, upstream=math.nan, local=local, contribution=math.nan)
        if alone and not self._is_parameter:  # also where a batch is fewer samples than the whole loss has
            local = self._gradient / gradient if gradient else use.local
            return replace(use, upstream=gradient, local=local, contribution=self._gradient)
        return replace(use, upstream=gradient, contribution=gradient * use.local)

    @property
    def _parameter(self) -> int:
        """Its place in theta."""
        return int(self._play.program.program.addresses.index(self._found.address))

    def _others(self, known: Sequence[Consumer]) -> Consumer | None:
        """What the batch's other samples have brought a parameter, in one row."""
        play = self._play
        count = len(play.rows) - (play.place_of(self._row) is not None)
        if not count:
            return None
        begun = self._position.phase is Phase.UPDATE or (
            self._position.phase is Phase.BACKWARD and self._position.sample < len(play.rows)
        )
        rest = math.nan
        if begun:
            total = float(play.arrived(self._position)[self._parameter])
            rest = total - sum(each.contribution for each in known if not math.isnan(each.contribution))
        n = _spaced(count)
        if play.numbers.rows is None:
            note = trn("the other {n} samples", "the other {n} samples", count, n=n)
        else:
            note = trn("the other {n} of the batch", "the other {n} of the batch", count, n=n)
        return Consumer("", "", math.nan, math.nan, rest, note)

    def _share(self, consumers: Sequence[Consumer]) -> float:
        """What the selected sample has brought a parameter; 0 where it is not in the batch."""
        prefix = f"sample{self._row + 1}/"
        return sum(each.contribution for each in consumers if each.address.startswith(prefix))

    def _operand(self, operand: Operand) -> Operand:
        data, _ = self._numbers(operand.address)
        local = math.nan if math.isnan(self._data) else operand.local
        upstream = self._gradient if self._has_handed_on(self._found.address) else math.nan
        return replace(operand, data=data, local=local, upstream=upstream, contribution=upstream * local)

    # -- words ----------------------------------------------------------------------------------------------------

    def _progress(self, consumers: Sequence[Consumer], *, complete: bool) -> str:
        """How far its gradient is."""
        play, place = self._play, self._position
        if not self._in_batch:
            return tr("not in the batch")
        if place.phase in (Phase.FORWARD, Phase.ZERO):
            return tr(LEFT_OVER) if self._gradient else ""
        if complete:
            return "" if play.numbers.rows is None else tr("over the batch")
        if self._is_parameter:
            of_sample = place.sample < len(play.rows)
            through = of_sample and place.done == play.shape.count(place)
            done = len(play.rows) - 1 - place.sample + through if of_sample else 0
            rows = len(play.rows)
            return trn("{done} of {n} samples", "{done} of {n} samples", rows, done=_spaced(done), n=_spaced(rows))
        done = sum(not math.isnan(each.contribution) for each in consumers)
        return trn("{done} of {n} uses", "{done} of {n} uses", len(consumers), done=done) if consumers else ""


def _spaced(count: int) -> str:
    """`1 200`."""
    return f"{count:,}".replace(",", "\N{THIN SPACE}")
