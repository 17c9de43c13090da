"""What went wrong, where first, and what to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.experiment import TrainingSpec
from core.features import is_feature
from core.program import Array, Index
from core.schedules import learning_rate
from core.words import tr

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


def _advice(training: TrainingSpec, step: int) -> str:
    """What to try. L2 alone multiplies every weight by 1 − 2ηλ a step: beyond −1 they grow whatever the data say.

    Weight decay multiplies it by 1 − ηλ.
    """
    rate, optimizer = learning_rate(training, step), training.optimizer
    if optimizer.kind == "adamw" and rate * optimizer.weight_decay > 1.0:
        return tr(
            "Weight decay {decay} is too strong for a learning rate of {rate}: lower one of them, then reset.",
            decay=f"{optimizer.weight_decay:g}",
            rate=f"{rate:.3g}",
        )
    if optimizer.kind == "sgd" and 2.0 * rate * training.l2 > 1.0:
        return tr(
            "L2 {l2} is too strong for a learning rate of {rate}: lower one of them, then reset.",
            l2=f"{training.l2:g}",
            rate=f"{rate:.3g}",
        )
    return tr(
        "The learning rate {rate} is probably too high: reset and try {lower}, or step back first.",
        rate=f"{rate:.3g}",
        lower=f"{rate / 10:.2g}",
    )


def _advice_at(address: str) -> str:
    """What to try where the node itself says it; empty elsewhere."""
    local = address.partition("/")[2]
    if local == "log of probability":
        return tr(
            "The sigmoid says exactly 0 or 1 and is wrong: with a linear output the cross-entropy has no such end. Or "
            "reset and try a lower learning rate, or smaller inputs."
        )
    if is_feature(local):
        return tr("The inputs are too large for this feature: scale them, or leave it out.")
    return ""


def find_divergence(objective: Objective, theta: Array, step: int, rows: Index | None) -> Divergence:
    """The first node that is not finite at these parameters, over these rows (all, if None)."""
    advice = _advice(objective.experiment.training, step)
    bad = objective.first_not_finite(theta, rows)
    if bad is not None:
        return Divergence(step, bad[0], bad[1], _advice_at(bad[0]) or advice)
    gradient = objective.evaluate(theta, rows).gradient
    broken = np.flatnonzero(~np.isfinite(gradient))
    first = int(broken[0]) if len(broken) else 0
    return Divergence(step, objective.names[first], float(gradient[first]), advice, in_gradient=True)
