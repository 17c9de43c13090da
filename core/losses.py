"""What is minimised: the loss of one sample as a Value, and whether a batch is summed up or averaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.engine import Value, logsumexp
from core.experiment import Experiment
from core.shape import task_of
from core.words import mark


@dataclass(frozen=True)
class LossSpec:
    """A loss over a batch: sum or mean of `of_sample(prediction, target)`, whose inner nodes are labelled."""

    key: str
    title: str
    of_sample: Callable[[Value, Value], Value]
    mean: bool  # divided by the number of samples
    wants_scores: bool  # made for a linear output: any number, whose sign is the class


def _called(value: Value, label: str) -> Value:
    value.label = label
    return value


def _error(prediction: Value, target: Value) -> Value:
    return _called(prediction - target, "error")


def _squared(prediction: Value, target: Value) -> Value:
    return _error(prediction, target) ** 2


def _half_squared(prediction: Value, target: Value) -> Value:
    return _called(_squared(prediction, target), "square") * 0.5


def _absolute(prediction: Value, target: Value) -> Value:
    return _error(prediction, target).abs()


def _huber(prediction: Value, target: Value) -> Value:
    """½ e² where |e| ≤ 1, else |e| − ½: with c = min(|e|, 1) that is c · (|e| − ½ c), without a kink in its slope."""
    size = _called(_absolute(prediction, target), "size of error")
    capped = _called(size.min(1.0), "capped size")
    return capped * _called(size + _called(capped * -0.5, "-half capped"), "size less half")


def _hinge(prediction: Value, target: Value) -> Value:
    """Max-margin: nothing to pay from a score of 1 on the right side onwards."""
    return _called(1 + _minus_margin(prediction, target), "shortfall").relu()


def _logistic(prediction: Value, target: Value) -> Value:
    """Binary cross-entropy on the logit. For targets −1 and +1: −ln σ(y · score) = ln(1 + e^(−y · score)), which is
    −t ln σ(score) − (1 − t) ln(1 − σ(score)) with t = (y + 1) / 2, PyTorch's BCEWithLogitsLoss.
    """
    return _minus_margin(prediction, target).softplus()


def _of_probability(probability: Value, target: Value) -> Value:
    """Binary cross-entropy on a sigmoid's output: −ln(1 − |p − t|) for targets t of 0 and 1, whose inside is the
    probability of the class that it is; that is −t ln p − (1 − t) ln(1 − p), PyTorch's BCELoss.

    Infinite where p is wholly wrong in all its 53 bits, which takes a sum of 37 or more before the sigmoid: from the
    number p alone nobody can tell how wrong that was. `_logistic`, which is given that sum, has no such end.
    """
    size = _called(_absolute(probability, target), "size of error")
    right = _called(1 + _called(size * -1.0, "-size of error"), "probability of the class")
    return _called(right.log(), "log of probability") * -1.0


def _minus_margin(prediction: Value, target: Value) -> Value:
    return _called(-target * prediction, "-margin")


def cross_entropy(scores: Sequence[Value], targets: Sequence[Value]) -> Value:
    """Softmax cross-entropy of several classes, whose targets are one-hot: ln Σ e^score − the score of the class.

    That is −ln softmax(scores)[class], PyTorch's CrossEntropyLoss; it never overflows.
    """
    products = [target * score for target, score in zip(targets, scores, strict=True)]
    chosen = _called(products[0], "y1*score")
    for i, product in enumerate(products[1:], start=2):
        chosen = _called(chosen + _called(product, f"y{i}*score"), f"sum of y*score 1–{i}")
    _called(chosen, "score of the class")
    return _called(logsumexp(scores), "log of sum") + _called(chosen * -1.0, "-score of the class")


def loss_for(experiment: Experiment) -> Callable[[Value, Value], Value]:
    """The loss of one sample where there is one output: of its prediction and its target."""
    key = experiment.training.loss
    if key == "logistic" and experiment.network.output == "sigmoid" and task_of(experiment.data) == "signs":
        return _of_probability
    return LOSSES[key].of_sample


def is_mean(key: str, outputs: int) -> bool:
    """Whether a loss is divided by the number of samples; with several outputs it is the cross-entropy, a mean."""
    return outputs > 1 or LOSSES[key].mean


LOSSES: dict[str, LossSpec] = {
    spec.key: spec
    for spec in (
        LossSpec("sum-squared", mark("sum of squared errors"), _squared, False, False),
        LossSpec("mean-squared", mark("mean squared error"), _squared, True, False),
        LossSpec("half-squared", mark("half squared error"), _half_squared, True, False),
        LossSpec("hinge", mark("hinge (max-margin)"), _hinge, True, True),
        LossSpec("logistic", mark("binary cross-entropy"), _logistic, True, True),
        LossSpec("absolute", mark("mean absolute error"), _absolute, True, False),
        LossSpec("huber", mark("Huber error"), _huber, True, False),
    )
}
