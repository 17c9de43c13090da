"""L(θ) and its gradient by compiled programs, against a graph of Values of the whole loss."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.objective
from core.datasets import make_dataset
from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, NetworkSpec, TrainingSpec
from core.kernels_numpy import NumpyKernel
from core.objective import Objective
from core.program import compile_program
from core.record import Recording


@given(data=st.data())
def test_loss_and_gradient_of_any_experiment(
    data: st.DataObject,
    experiments: st.SearchStrategy[Experiment],
    whole_loss: Callable[..., Recording],
) -> None:
    experiment = data.draw(experiments)
    recording = whole_loss(experiment)
    recording.root.backward()
    expected = np.array([parameter.grad for parameter in recording.parameters])
    objective = Objective(experiment, make_dataset(experiment.data))
    found = objective.evaluate(objective.initial)
    tolerance = 1e-12 * np.abs(expected).max()
    assert found.loss == pytest.approx(recording.root.data, rel=1e-12)
    np.testing.assert_allclose(found.gradient, expected, rtol=1e-12, atol=tolerance)
    whole = compile_program(recording)
    kernel = NumpyKernel(whole)
    lanes, grad = kernel.allocate(1)
    lanes[whole.inputs - whole.lanes_from, 0] = [value.data for value in recording.inputs]
    lanes[whole.targets - whole.lanes_from, 0] = [value.data for value in recording.targets]
    gradient = np.zeros(whole.lanes_from)
    kernel.forward(whole.uniform, lanes)
    kernel.backward(whole.uniform, lanes, grad, gradient, 1.0)
    assert lanes[whole.root - whole.lanes_from, 0] == pytest.approx(recording.root.data, rel=1e-12)
    np.testing.assert_allclose(gradient[: whole.parameters], expected, rtol=1e-12, atol=tolerance)


@pytest.mark.parametrize("lanes", [1, 7, 100, 1000])
def test_chunks_of_lanes_change_nothing(lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = load_example("moons-demo")
    objective = Objective(experiment, make_dataset(experiment.data))
    whole = objective.evaluate(objective.initial)
    monkeypatch.setattr(core.objective, "LANES", lanes)
    chunked = objective.evaluate(objective.initial)
    assert chunked.outputs == pytest.approx(whole.outputs, rel=1e-14)
    assert chunked.sample_losses == pytest.approx(whole.sample_losses, rel=1e-14, abs=1e-14)
    assert chunked.loss == pytest.approx(whole.loss, rel=1e-14)
    np.testing.assert_allclose(chunked.gradient, whole.gradient, rtol=1e-11, atol=1e-13)


def test_more_rows_than_a_chunk_has_lanes() -> None:
    network = NetworkSpec((LayerSpec(3, "tanh"),), "linear", "playground", 3)
    experiment = Experiment("many", DataSpec("circle", 601), network, TrainingSpec(loss="logistic"))
    dataset = make_dataset(experiment.data)
    objective = Objective(experiment, dataset)
    found = objective.evaluate(objective.initial)
    parts = [objective.evaluate(objective.initial, np.arange(601)[i::3]) for i in range(3)]
    sizes = np.array([len(part.outputs) for part in parts])
    assert sizes.sum() == len(found.outputs) == 601
    assert found.loss == pytest.approx(sum(sizes * [part.loss for part in parts]) / 601, rel=1e-12)
    gradient = sum(size * part.gradient for size, part in zip(sizes, parts, strict=True)) / 601
    np.testing.assert_allclose(found.gradient, gradient, rtol=1e-11, atol=1e-14)


def test_rows_are_evaluated_in_the_order_given() -> None:
    experiment = load_example("lecture")
    objective = Objective(experiment, make_dataset(experiment.data))
    whole = objective.evaluate(objective.initial)
    some = objective.evaluate(objective.initial, np.array([2, 0]))
    assert some.sample_losses == pytest.approx(whole.sample_losses[[2, 0]], rel=1e-14)
    assert some.loss == pytest.approx(whole.sample_losses[[2, 0]].sum(), rel=1e-14)
    without = objective.evaluate(objective.initial, gradient=False)
    assert without.loss == whole.loss
    assert not without.gradient.any()


def test_numbers_that_are_not_finite_simply_come_out() -> None:
    experiment = load_example("moons-demo")
    objective = Objective(experiment, make_dataset(experiment.data))
    assert objective.first_not_finite(objective.initial) is None
    theta = objective.initial.copy()
    theta[5] = math.nan
    assert math.isnan(objective.evaluate(theta).loss)
    assert objective.first_not_finite(theta) == ("L1.N2.b", pytest.approx(math.nan, nan_ok=True))
