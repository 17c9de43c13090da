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
}


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
