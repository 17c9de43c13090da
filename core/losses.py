"""What is minimised: the loss of one sample as a Value, and whether a batch is summed up or averaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.engine import Value


@dataclass(frozen=True)
class LossSpec:
    """A loss over a batch: sum or mean of `of_sample(prediction, target)`."""

    key: str
    title: str
    of_sample: Callable[[Value, Value], Value]
    mean: bool  # divided by the number of samples
    wants_scores: bool  # made for a linear output: any number, whose sign is the class
    parts: tuple[tuple[str, str], ...]  # what its inner nodes are called, by their operation's symbol


def _squared(prediction: Value, target: Value) -> Value:
    return (prediction - target) ** 2


def _half_squared(prediction: Value, target: Value) -> Value:
    return (prediction - target) ** 2 * 0.5


def _hinge(prediction: Value, target: Value) -> Value:
    """Max-margin: nothing to pay from a score of 1 on the right side onwards."""
    return (1 + -target * prediction).relu()


def _logistic(prediction: Value, target: Value) -> Value:
    """Binary cross-entropy on the logit, for targets −1 and +1: −ln σ(y · score) = ln(1 + e^(−y · score))."""
    return (-target * prediction).softplus()


_ERROR = (("+", "error"), ("**2", "square"))
_MARGIN = (("*", "-margin"), ("+", "shortfall"))

LOSSES: dict[str, LossSpec] = {
    spec.key: spec
    for spec in (
        LossSpec("sum-squared", "sum of squared errors", _squared, False, False, _ERROR),
        LossSpec("mean-squared", "mean squared error", _squared, True, False, _ERROR),
        LossSpec("half-squared", "half squared error", _half_squared, True, False, _ERROR),
        LossSpec("hinge", "hinge (max-margin)", _hinge, True, True, _MARGIN),
        LossSpec("logistic", "binary cross-entropy", _logistic, True, True, _MARGIN),
    )
}
