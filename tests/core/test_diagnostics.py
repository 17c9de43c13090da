"""What diverged, where first, and what to try."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.datasets import dataset_of, make_dataset
from core.diagnostics import find_divergence
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, OptimizerSpec, TrainingSpec
from core.objective import Objective
from core.own_data.own_rows import own_rows


def linear_objective(rate: float = 2.0) -> Objective:
    """One hidden linear neuron, then the output: every number is a product of weights."""
    network = NetworkSpec((LayerSpec(1, "linear"), LayerSpec(1, "linear")), "linear", "lecture", 1)
    experiment = Experiment("", DataSpec("lecture"), network, TrainingSpec(learning_rate=rate))
    return Objective(experiment, make_dataset(experiment.data))


def parameters(objective: Objective, **numbers: float) -> np.ndarray:
    """All parameters 0 but these; `L1_N1_w1` stands for `L1.N1.w1`."""
    theta = np.zeros_like(objective.initial)
    for name, number in numbers.items():
        theta[objective.names.index(name.replace("_", "."))] = number
    return theta


def test_a_parameter_that_is_not_finite_comes_first() -> None:
    objective = linear_objective()
    found = find_divergence(objective, parameters(objective, L2_N1_b=math.inf), 7, None)
    assert (found.step, found.address, found.value, found.in_gradient) == (7, "L2.N1.b", math.inf, False)


def test_the_first_node_in_topological_order() -> None:
    objective = linear_objective()
    theta = parameters(objective, L1_N1_w1=1e200, L2_N1_w1=1e200, L3_N1_w1=1e200)
    found = find_divergence(objective, theta, 3, None)
    assert (found.address, found.value) == ("sample1/L2.N1.w1*h1", math.inf)


def test_the_sample_is_named_as_people_count() -> None:
    objective = linear_objective()
    theta = parameters(objective, L1_N1_w2=1.0, L1_N1_b=-1.0, L2_N1_w1=1e308)  # 3, -1, 1, 1 − 1 = 2, -2, 0, 0
    assert find_divergence(objective, theta, 0, None).address == "sample1/L2.N1.w1*h1"
    assert find_divergence(objective, theta, 0, np.array([3, 1])).address == "sample2/L2.N1.w1*h1"


def test_a_loss_that_overflows_only_when_summed_up() -> None:
    objective = linear_objective()
    theta = parameters(objective, L3_N1_b=1.2e154)  # 1.44e308 a sample
    found = find_divergence(objective, theta, 0, None)
    assert (found.address, found.value) == ("loss", math.inf)


def test_a_gradient_that_overflows_while_the_loss_does_not() -> None:
    objective = linear_objective()
    theta = parameters(objective, L1_N1_w1=1e-160, L2_N1_w1=1e150, L3_N1_w1=1e150)
    assert math.isfinite(objective.evaluate(theta).loss)
    found = find_divergence(objective, theta, 0, None)
    assert (found.address, found.in_gradient) == ("L1.N1.w1", True)
    assert not math.isfinite(found.value)


@pytest.mark.parametrize(("rate", "lower"), [(2.0, "0.2"), (0.05, "0.005")])
def test_the_advice_names_the_rate_and_a_lower_one(rate: float, lower: str) -> None:
    objective = linear_objective(rate)
    advice = find_divergence(objective, parameters(objective, L1_N1_b=math.nan), 0, None).advice
    assert f"learning rate {rate:g}" in advice
    assert f"try {lower}," in advice


def one_input(features: tuple[str, ...]) -> Objective:
    """A sigmoid's probability on rows that are far out."""
    rows = own_rows("", np.array([[1.0], [-1.0], [1e3], [1e200]]), np.array([1.0, 0.0, 0.0, 1.0]), labels=("a", "b"))
    network = NetworkSpec((), "sigmoid", features=features, bias=False)
    experiment = Experiment("", DataSpec("own", own=rows), network, TrainingSpec(loss="logistic"))
    return Objective(experiment, dataset_of(experiment))


def test_a_probability_that_is_wholly_wrong_is_told() -> None:
    found = find_divergence(one_input(()), np.array([1.0]), 0, None)
    assert (found.address, found.value) == ("sample3/log of probability", -math.inf)
    assert "with a linear output" in found.advice


def test_a_feature_that_overflows_is_told() -> None:
    found = find_divergence(one_input(("x1^2",)), np.array([0.0]), 0, None)
    assert (found.address, found.value) == ("sample4/x1^2", math.inf)
    assert "too large for this feature" in found.advice


def test_an_l2_that_is_too_strong_is_named() -> None:
    training = TrainingSpec(learning_rate=2.0, l2=1.0)
    experiment = Experiment(training=training)
    objective = Objective(experiment, make_dataset(experiment.data))
    advice = find_divergence(objective, np.full(len(objective.initial), math.inf), 3, None).advice
    assert "L2 1" in advice


def test_a_weight_decay_that_is_too_strong_is_named() -> None:
    training = TrainingSpec(learning_rate=2.0, optimizer=OptimizerSpec("adamw", weight_decay=5.0))
    experiment = Experiment(training=training)
    objective = Objective(experiment, make_dataset(experiment.data))
    advice = find_divergence(objective, np.full(len(objective.initial), math.inf), 3, None).advice
    assert advice.startswith("Weight decay 5 is too strong for a learning rate of 2")
