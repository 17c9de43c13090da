"""What went wrong, where first, and what to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.program import Array, Index

if TYPE_CHECKING:
    from core.objective import Objective


@dataclass(frozen=True)
class Divergence:
    """Training met a number that is not finite."""

    step: int
    address: str  # the first such node in topological order; of a gradient that overflows, the parameter
    value: float  # nan, inf or -inf
    advice: str
    in_gradient: bool = False  # all data were finite, the gradient was not


def find_divergence(objective: Objective, theta: Array, step: int, rows: Index | None) -> Divergence:
    """The first node that is not finite at these parameters, over these rows (all, if None)."""
    rate = objective.experiment.training.learning_rate
    advice = (
        f"The weights have grown too fast: the learning rate {rate:g} is probably too high. "
        f"Reset and try {rate / 10:g}, or step back and lower it."
    )
    bad = objective.first_not_finite(theta, rows)
    if bad is not None:
        return Divergence(step, bad[0], bad[1], advice)
    gradient = objective.evaluate(theta, rows).gradient
    broken = np.flatnonzero(~np.isfinite(gradient))
    first = int(broken[0]) if len(broken) else 0
    return Divergence(step, objective.names[first], float(gradient[first]), advice, in_gradient=True)
