"""Losses of one sample against their formulas, values and gradients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.engine import Value
from core.experiment import Loss
from core.losses import LOSSES

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
