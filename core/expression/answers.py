"""Predict first, then reveal: reads a learner's answer, judges it, and says what may have gone wrong."""

from __future__ import annotations

import math
import re
from enum import Enum

from core.errors import ChainruleError
from core.explain import Explanation
from core.words import mark, tr

RELATIVE, ABSOLUTE = 1e-3, 5e-5
"""An answer is right if it is off by no more than the larger of RELATIVE · |truth| and ABSOLUTE.

Three digits are enough, and four decimals are what the graph shows.
"""

_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "＋": "+", "⁄": "/", "∕": "/", "÷": "/", ":": "/"})
_BLANKS = re.compile(r"[\s\u2009\u202f'_]+")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
_LONGEST = 60  # characters


ADVICE = mark("Take the gradient of what uses it, times the local derivative of that operation.")
"""A hint where the answer shows no mistake of its own."""


class AnswerError(ChainruleError):
    """What was typed is not a number."""


class Verdict(Enum):
    """How an answer compares with the truth."""

    RIGHT = "right"
    WRONG = "wrong"


def read_answer(text: str) -> float:
    """The number in a learner's spelling: `-2`, `−2,5`, `1/3`, `-3/4`, `1e-3`, `.5`, `(2)`.

    Raises AnswerError with a sentence for what is no number, and for a fraction by zero.
    """
    plain = _BLANKS.sub("", text).translate(_MINUS)
    while len(plain) > 2 and plain[0] == "(" and plain[-1] == ")":
        plain = plain[1:-1]
    if not plain or len(plain) > _LONGEST:
        raise AnswerError(tr("Type a number, such as -2, 0.25 or 1/3."))
    parts = plain.split("/")
    if len(parts) > 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise AnswerError(
            tr("'{text}' is not a number. Type one such as -2, 0.25 or 1/3.", text=text.strip()[:_LONGEST])
        )
    numbers = [float(part.replace(",", ".")) for part in parts]
    if len(numbers) == 2 and numbers[1] == 0.0:
        raise AnswerError(tr("A fraction cannot have 0 below the line."))
    return numbers[0] / numbers[1] if len(numbers) == 2 else numbers[0]


def judge(answer: float, truth: float) -> Verdict:
    """Right if it is close enough; an infinite or undefined truth is right only when told exactly."""
    if not math.isfinite(truth):
        return Verdict.RIGHT if answer == truth else Verdict.WRONG
    return Verdict.RIGHT if _close(answer, truth) else Verdict.WRONG


def hint(explanation: Explanation, answer: float) -> str:
    """What probably went wrong with this answer for the gradient of `explanation`; never the solution itself."""
    truth, uses = explanation.gradient, explanation.consumers
    if not uses:
        return tr("This is where the backward pass begins: how fast does a number change with itself?")
    if _close(answer, -truth) and truth:
        return tr("The size is right, the sign is not.")
    if len(uses) > 1 and any(_close(answer, use.contribution) for use in uses):
        return tr("That is what one of its {count} uses hands back. Every use counts: add them up.", count=len(uses))
    if len(uses) == 1 and _close(answer, uses[0].local):
        return tr("That is the local derivative. Multiply it by the upstream gradient.")
    if len(uses) == 1 and _close(answer, uses[0].upstream):
        return tr("That is the upstream gradient, unchanged. Multiply it by the local derivative.")
    if len(uses) == 1 and _close(answer, uses[0].upstream + uses[0].local):
        return tr("Upstream and local derivative are multiplied, not added.")
    if _close(answer, explanation.data):
        return tr("That is its data. How much would the result change if this number grew a little?")
    if answer == 0.0:
        return tr("A gradient of 0 would mean that nudging this number changes nothing.")
    return tr(ADVICE)


def reason(explanation: Explanation, root: str) -> str:
    """The chain rule of a node in numbers, on one line: `dL/dd = dL/dL · ∂L/∂d = 1 × -2 = -2`."""
    me, uses = explanation.address, explanation.consumers
    left = f"d{root}/d{me}"
    if not uses:
        return f"{left} = {explanation.gradient:g}"
    symbols = " + ".join(f"d{root}/d{use.address} · ∂{use.address}/∂{me}" for use in uses)
    numbers = " + ".join(f"{use.upstream:.6g} × {use.local:.6g}" for use in uses)
    return f"{left} = {symbols} = {numbers} = {explanation.gradient:.6g}"


def _close(answer: float, truth: float) -> bool:
    return abs(answer - truth) <= max(RELATIVE * abs(truth), ABSOLUTE)
