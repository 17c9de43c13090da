"""The numerical check of a gradient: how far a node is moved, how far off the slope may be, which kink is met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.ops import Operation

Array = NDArray[np.float64]

RELATIVE_STEP = 1e-6
"""h of the numerical check, times |v| where that is above 1: small enough that what the bends of the loss do to the
slope, which grows as h², is lost in what rounding does to it, which falls as 1/h. (At 1e-5 it is not: the slope of a
true gradient of 4.6e-5 was 2e-10 off.)"""

RELATIVE_TOLERANCE = 1e-6
ROUNDING = 4 * float(np.finfo(np.float64).eps)
"""The check's tolerance is RELATIVE_TOLERANCE · |gradient| + the rounding floor, which is ROUNDING · N / h.

N = √Σ (data · gradient)² over all operations of the replay: every operation rounds its result, and its gradient says
how far that moves the loss. N is at least |L|, of which every addition of the loss rounds a part. What is left in the
slope of a true gradient stays below a quarter of that floor (measured on the built-in examples).
"""


@dataclass(frozen=True)
class NudgeCheck:
    """The gradient found numerically: (L(v + h) − L(v − h)) / 2h.

    The difference of two losses has only so many digits: a gradient and a slope that are both below the rounding
    floor agree whatever they are, which says nothing. Such a check is not `conclusive`.
    """

    h: float
    slope: float
    tolerance: float  # absolute; defined above
    agrees: bool  # gradient and slope differ by no more than the tolerance
    kink: str  # address of a kinked operation whose branch changes within ±h, else empty
    kink_op: str = ""  # symbol of that operation: `relu`
    conclusive: bool = True


def step_for(value: float) -> float:
    """The h of the check of a node with this value."""
    return RELATIVE_STEP * max(1.0, abs(value))


def rounding_floor(moves: Array, h: float) -> float:
    """The largest slope that rounding alone may feign; `moves` is data · gradient of all operations, leaves 0."""
    with np.errstate(all="ignore"):  # of a diverged run
        return ROUNDING * float(np.linalg.norm(moves)) / h


def judged(
    h: float, slope: float, gradient: float, floor: float, find_kink: Callable[[], tuple[str, str]]
) -> NudgeCheck | None:
    """Compare slope and gradient; None where one of them is not finite. A kink is looked for only if they differ."""
    if not np.isfinite([slope, gradient, floor]).all():
        return None
    tolerance = RELATIVE_TOLERANCE * abs(gradient) + floor
    agrees = abs(slope - gradient) <= tolerance
    kink = ("", "") if agrees else find_kink()
    conclusive = max(abs(slope), abs(gradient)) >= floor
    return NudgeCheck(h, float(slope), tolerance, agrees, *kink, conclusive)


def switches(
    operation: Operation | None, operands: Sequence[int], above: Sequence[float] | Array, below: Sequence[float] | Array
) -> bool:
    """Whether a kinked operation is on another branch in one replay than in the other."""
    if operation is None or operation.branch is None:
        return False
    sides = [operation.branch(*(numbers[operand] for operand in operands)) for numbers in (above, below)]
    return bool(sides[0] != sides[1])
