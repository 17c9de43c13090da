"""One operation's part of the backward pass as a sentence: who got how much, what it added up to, and why so much."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.expression.local_words import local_words
from core.expression.wording import first_up, listed, moved, name_of, number
from core.playhead import Position
from core.playhead_values import StepPlay
from core.playhead_walk import Handed
from core.program import Array
from core.words import tr, trn

MOST_PARTS = 2  # operands that are told one by one


class BackwardStory:
    """Tells what the operations of one step handed on."""

    def __init__(self, play: StepPlay) -> None:
        self._play = play
        self._program, self._sheet = play.program, play.program.sheet

    def told(self, place: Position, node: int) -> str:
        """What the node that acted last at a place of the backward pass did: what the numbers came to first."""
        handed, index = self._handed(place)
        start, end = int(handed.ends[index]), int(handed.ends[index + 1])
        operands = handed.to[start:end].tolist()
        grown, name = self._growths(place, operands), first_up(name_of(self._sheet, node))
        if self._program.program.ops[node] == "add":
            names = [f"{name_of(self._sheet, each)}{grown.get(each, '')}" for each in dict.fromkeys(operands)]
            return tr(
                "{name} handed its gradient {gradient} to {names}, unchanged.",
                name=name,
                gradient=number(float(handed.upstream[start])),
                names=listed(names),
            )
        return self._multiplied(name, node, handed, range(start, end), grown, self._play.in_full(place))

    def _multiplied(
        self, name: str, node: int, handed: Handed, shares: range, grown: dict[int, str], data: Array
    ) -> str:
        """`… handed 0.0202 to L2.N1.w3 (0.0063 + 0.0202 → 0.0265): h3 = 0.4065, times the upstream 0.0498.`"""
        told = [i for i in shares if self._is_told(int(handed.to[i]))] or list(shares)[:1]
        shown = told[:MOST_PARTS]
        last = {int(handed.to[i]): i for i in shown}  # an operand that is used twice is told once how it grew
        parts = []
        for i in shown:
            operand = int(handed.to[i])
            growth = grown.get(operand, "") if last[operand] == i else ""
            operand_name = f"{name_of(self._sheet, operand)}{growth}"
            parts.append(tr("{share} to {name}", share=number(float(handed.share[i])), name=operand_name))
        words = [
            local_words(self._sheet, node, i - shares.start, data, float(handed.local[i]), briefly=True) for i in shown
        ]
        values = {"name": name, "parts": listed(parts), "words": listed(words)}
        values["upstream"] = number(float(handed.upstream[shown[0]]))
        if len(words) > 1:
            sentence = tr("{name} handed {parts}: {words}, each times the upstream {upstream}.", **values)
        else:
            sentence = tr("{name} handed {parts}: {words}, times the upstream {upstream}.", **values)
        more = len(told) - len(shown)
        return f"{sentence} {trn('And so on to {n} more.', 'And so on to {n} more.', more)}" if more else sentence

    def _is_told(self, node: int) -> bool:
        """Whether anybody needs its gradient: that of parameters and of what is computed, not of data and constants."""
        program = self._program.program
        return bool(program.operands[node]) or node < program.parameters

    def _growths(self, place: Position, operands: Sequence[int]) -> dict[int, str]:
        """How gradients grew that were not 0, by operand."""
        before = self._play.shape.earlier(place)
        if before is None:
            return {}
        row, several = self._play.row(place), sum(map(self._is_told, dict.fromkeys(operands))) > 1
        was, now = (self._play.sample_numbers(each, row)[1] for each in (before, place))
        found = {}
        for operand in dict.fromkeys(operands):
            grew = was[operand] != 0 and now[operand] != was[operand] and math.isfinite(now[operand])
            if grew and self._is_told(operand):
                share = float(now[operand] - was[operand])
                start, end = moved([float(was[operand]), float(now[operand])])
                text = f"({number(share)})" if share < 0 else number(share)
                found[operand] = f" ({start} → {end})" if several else f" ({start} + {text} → {end})"
        return found

    def _handed(self, place: Position) -> tuple[Handed, int]:
        """The shares of the position's part, and which of its operations acted."""
        if place.sample == len(self._play.rows):
            return self._play.top.handed, place.done - 2
        return self._play.walk(self._play.row(place)).handed, place.done - 1 - (place.sample > 0)
