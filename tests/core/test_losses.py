"""Losses of one sample against their formulas, values and gradients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.engine import Value
from core.errors import OperationError
from core.experiment import DataSpec, Experiment, Loss, NetworkSpec, TrainingSpec
from core.graph import topological_order
from core.losses import LOSSES, loss_for

FORMULAS: dict[str, tuple[Callable[[float, float], float], Callable[[float, float], float]]] = {
    "sum-squared": (lambda p, y: (p - y) ** 2, lambda p, y: 2 * (p - y)),
    "mean-squared": (lambda p, y: (p - y) ** 2, lambda p, y: 2 * (p - y)),
    "half-squared": (lambda p, y: (p - y) ** 2 / 2, lambda p, y: p - y),
    "hinge": (lambda p, y: max(0.0, 1 - y * p), lambda p, y: -y if y * p < 1 else 0.0),
    "logistic": (lambda p, y: math.log1p(math.exp(-y * p)), lambda p, y: -y / (1 + math.exp(y * p))),
    "absolute": (lambda p, y: abs(p - y), lambda p, y: math.copysign(1.0, p - y) if p != y else 0.0),
    "huber": (
        lambda p, y: (p - y) ** 2 / 2 if abs(p - y) <= 1 else abs(p - y) - 0.5,
        lambda p, y: min(max(p - y, -1.0), 1.0),
    ),
}
# (loss, output, target, loss, gradient) by PyTorch 2.13: python tests/benchmarks/torch_references.py
BY_TORCH = [
    ("logistic", -3.0, -1.0, 0.048587351573742055, 0.04742587317756678),
    ("logistic", -1.0, -1.0, 0.3132616875182228, 0.2689414213699951),
    ("logistic", -0.25, -1.0, 0.5759394198788436, 0.43782349911420193),
    ("logistic", 0.0, -1.0, 0.6931471805599453, 0.5),
    ("logistic", 1.0, -1.0, 1.3132616875182228, 0.7310585786300049),
    ("logistic", 2.5, -1.0, 2.5788897342925496, 0.9241418199787566),
    ("logistic", -3.0, 1.0, 3.048587351573742, -0.9525741268224333),
    ("logistic", -1.0, 1.0, 1.3132616875182228, -0.7310585786300049),
    ("logistic", -0.25, 1.0, 0.8259394198788436, -0.5621765008857981),
    ("logistic", 0.0, 1.0, 0.6931471805599453, -0.5),
    ("logistic", 1.0, 1.0, 0.31326168751822286, -0.2689414213699951),
    ("logistic", 2.5, 1.0, 0.07888973429254963, -0.07585818002124345),
    ("absolute", -3.0, -1.0, 2.0, -1.0),
    ("absolute", -1.0, -1.0, 0.0, 0.0),
    ("absolute", -0.25, -1.0, 0.75, 1.0),
    ("absolute", 0.0, -1.0, 1.0, 1.0),
    ("absolute", 1.0, -1.0, 2.0, 1.0),
    ("absolute", 2.5, -1.0, 3.5, 1.0),
    ("absolute", -3.0, 1.0, 4.0, -1.0),
    ("absolute", -1.0, 1.0, 2.0, -1.0),
    ("absolute", -0.25, 1.0, 1.25, -1.0),
    ("absolute", 0.0, 1.0, 1.0, -1.0),
    ("absolute", 1.0, 1.0, 0.0, 0.0),
    ("absolute", 2.5, 1.0, 1.5, 1.0),
    ("huber", -3.0, -1.0, 1.5, -1.0),
    ("huber", -1.0, -1.0, 0.0, 0.0),
    ("huber", -0.25, -1.0, 0.28125, 0.75),
    ("huber", 0.0, -1.0, 0.5, 1.0),
    ("huber", 1.0, -1.0, 1.5, 1.0),
    ("huber", 2.5, -1.0, 3.0, 1.0),
    ("huber", -3.0, 1.0, 3.5, -1.0),
    ("huber", -1.0, 1.0, 1.5, -1.0),
    ("huber", -0.25, 1.0, 0.75, -1.0),
    ("huber", 0.0, 1.0, 0.5, -1.0),
    ("huber", 1.0, 1.0, 0.0, 0.0),
    ("huber", 2.5, 1.0, 1.0, 1.0),
]


def test_every_loss_of_an_experiment_is_there() -> None:
    assert list(LOSSES) == list(get_args(Loss)) == list(FORMULAS)
    assert all(LOSSES[key].key == key for key in LOSSES)


@pytest.mark.parametrize("key", list(FORMULAS))
@given(score=st.floats(-30, 30), target=st.sampled_from([-1.0, 1.0]))
def test_value_and_gradient(key: str, score: float, target: float) -> None:
    assume(abs(score * target - 1) > 1e-9)  # the hinge's kink
    prediction = Value(score)
    loss = LOSSES[key].of_sample(prediction, Value(target))
    loss.backward()
    value, slope = FORMULAS[key]
    assert loss.data == pytest.approx(value(score, target), rel=1e-9, abs=1e-12)
    assert prediction.grad == pytest.approx(slope(score, target), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("key", "score", "target", "value", "slope"), BY_TORCH)
def test_value_and_gradient_are_pytorchs(key: str, score: float, target: float, value: float, slope: float) -> None:
    prediction = Value(score)
    loss = LOSSES[key].of_sample(prediction, Value(target))
    loss.backward()
    assert loss.data == pytest.approx(value, rel=1e-14, abs=1e-15)
    assert prediction.grad == pytest.approx(slope, rel=1e-14)


def with_sigmoid(loss: Loss = "logistic", data: DataSpec | None = None) -> Experiment:
    return Experiment(data=data or DataSpec(), network=NetworkSpec(output="sigmoid"), training=TrainingSpec(loss=loss))


@given(total=st.floats(-30, 30), target=st.sampled_from([0.0, 1.0]))
def test_the_cross_entropy_of_a_probability_is_that_of_its_logit(total: float, target: float) -> None:
    """−t ln p − (1 − t) ln(1 − p), PyTorch's BCELoss; over the sum before the sigmoid its slope is p − t."""
    score, logit = Value(total), Value(total)
    loss = loss_for(with_sigmoid())(score.sigmoid(), Value(target))
    loss.backward()
    expected = LOSSES["logistic"].of_sample(logit, Value(2.0 * target - 1.0))
    expected.backward()
    lost = 1e-16 * math.exp(abs(total))  # what 1 − p keeps of a small p
    assert loss.data == pytest.approx(expected.data, rel=1e-12, abs=1e-15 + 4 * lost)
    assert score.grad == pytest.approx(logit.grad, rel=1e-9 + 4 * lost, abs=1e-15)


def test_the_nodes_of_the_cross_entropy_of_a_probability() -> None:
    loss = loss_for(with_sigmoid())(Value(0.8), Value(0.0))
    below = [node for node in reversed(topological_order(loss)) if node._prev and node.label != ""]
    labels = [(node.label, node._op) for node in below]
    assert labels == [("log of probability", "log"), ("probability of the class", "+"),
                      ("-size of error", "*"), ("size of error", "abs"), ("error", "+")]  # fmt: skip
    assert loss.data == pytest.approx(-math.log(0.2))


def test_a_probability_that_is_wholly_wrong_has_no_logarithm() -> None:
    """1 − p rounds to 0 from a sum of about 37: the number p cannot say more."""
    of_sample = loss_for(with_sigmoid())
    assert of_sample(Value(36.0).sigmoid(), Value(0.0)).data == pytest.approx(36.0, rel=0.02)
    with pytest.raises(OperationError, match="log"):
        of_sample(Value(40.0).sigmoid(), Value(0.0))
    assert of_sample(Value(40.0).sigmoid(), Value(1.0)).data == 0.0


def test_only_two_classes_have_a_probability() -> None:
    for experiment in (with_sigmoid("mean-squared"), with_sigmoid(data=DataSpec("plane")), Experiment()):
        assert loss_for(experiment) is LOSSES[experiment.training.loss].of_sample


@pytest.mark.parametrize("error", [-1.0, 1.0, 0.0])
def test_huber_has_no_kink_where_its_two_parts_meet(error: float) -> None:
    prediction = Value(error)
    loss = LOSSES["huber"].of_sample(prediction, Value(0.0))
    loss.backward()
    assert (loss.data, prediction.grad) == (abs(error) / 2, error)


def test_which_are_averaged_and_which_want_scores() -> None:
    assert [key for key, loss in LOSSES.items() if not loss.mean] == ["sum-squared"]
    assert [key for key, loss in LOSSES.items() if loss.wants_scores] == ["hinge", "logistic"]


def test_the_logistic_loss_of_a_hopeless_score_is_finite() -> None:
    prediction = Value(-1e6)
    loss = LOSSES["logistic"].of_sample(prediction, Value(1.0))
    loss.backward()
    assert (loss.data, prediction.grad) == (1e6, -1.0)


def test_the_hinge_is_flat_at_its_kink() -> None:
    prediction = Value(1.0)
    LOSSES["hinge"].of_sample(prediction, Value(1.0)).backward()
    assert prediction.grad == 0.0
