"""L(θ) and its gradient by compiled programs, against a graph of Values of the whole loss."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.objective
from core.datasets import dataset_of
from core.examples import load_example
from core.experiment import DataSpec, Experiment, LayerSpec, Loss, NetworkSpec, TrainingSpec
from core.focus import Focus
from core.kernels_numpy import NumpyKernel
from core.objective import Objective
from core.own_data.own_rows import own_rows
from core.program import compile_program
from core.record import Recording


@given(data=st.data())
def test_loss_and_gradient_of_any_experiment(
    data: st.DataObject,
    all_experiments: st.SearchStrategy[Experiment],
    whole_loss: Callable[..., Recording],
) -> None:
    experiment = data.draw(all_experiments)
    recording = whole_loss(experiment)
    recording.root.backward()
    expected = np.array([parameter.grad for parameter in recording.parameters])
    objective = Objective(experiment, dataset_of(experiment))
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


@given(data=st.data())
def test_the_gradient_is_the_slope_of_the_loss(
    data: st.DataObject, all_experiments: st.SearchStrategy[Experiment]
) -> None:
    """Central differences over every parameter, away from kinks: what is smooth is smooth on both sides."""
    experiment = data.draw(all_experiments)
    objective = Objective(experiment, dataset_of(experiment))
    theta = objective.initial + np.random.RandomState(3).normal(scale=0.1, size=len(objective.initial))
    found = objective.evaluate(theta)
    for i in range(len(theta)):
        step = np.zeros(len(theta))
        step[i] = 1e-5
        there, back = (objective.evaluate(theta + s * step, gradient=False).loss for s in (1, -1))
        left, right = (found.loss - back) / 1e-5, (there - found.loss) / 1e-5
        bend = abs(right - left)  # of a smooth loss about 1e-5, more where a kink is near
        assert (left + right) / 2 == pytest.approx(found.gradient[i], rel=1e-4, abs=1e-5 + 2 * bend)


@given(data=st.data())
def test_compiled_kernels_find_the_same(
    compiled: str, data: st.DataObject, all_experiments: st.SearchStrategy[Experiment]
) -> None:
    experiment = data.draw(all_experiments)
    dataset = dataset_of(experiment)
    numpy, numba = Objective(experiment, dataset), Objective(experiment, dataset, compiled)
    theta = numpy.initial
    expected, found = numpy.evaluate(theta), numba.evaluate(theta)
    assert found.loss == pytest.approx(expected.loss, rel=1e-12)
    np.testing.assert_allclose(found.gradient, expected.gradient, rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(found.outputs, expected.outputs, rtol=1e-12, atol=1e-14)
    points = np.random.RandomState(1).normal(size=(5, dataset.inputs.shape[1]))
    (outputs, neurons), (same, others) = numpy.over_points(theta, points), numba.over_points(theta, points)
    np.testing.assert_allclose(same, outputs, rtol=1e-12, atol=1e-14)
    assert list(neurons) == list(others)
    for name in neurons:
        np.testing.assert_allclose(others[name], neurons[name], rtol=1e-12, atol=1e-14)


@pytest.fixture(params=["numpy", "numba"])
def kernel(request: pytest.FixtureRequest) -> str:
    """Each of the kernels."""
    return str(request.getfixturevalue("compiled") if request.param == "numba" else request.param)


@pytest.fixture(scope="session")
def compiled() -> str:
    """The compiled kernels, ready."""
    pytest.importorskip("numba")
    from core import kernels

    assert kernels.warm_up(beside=False), kernels.reason()
    return "numba"


@given(data=st.data())
def test_rows_are_measured_without_penalties(
    data: st.DataObject, all_experiments: st.SearchStrategy[Experiment]
) -> None:
    experiment = data.draw(all_experiments)
    dataset = dataset_of(experiment)
    objective = Objective(experiment, dataset)
    theta = objective.initial
    found, known = objective.measure(theta, dataset.inputs, dataset.targets), objective.evaluate(theta)
    training = msgspec.structs.replace(experiment.training, l1=0.0, l2=0.0)
    bare = Objective(msgspec.structs.replace(experiment, training=training), dataset)
    assert found.loss == pytest.approx(bare.evaluate(theta).loss, rel=1e-12)
    np.testing.assert_array_equal(found.outputs, known.outputs)
    np.testing.assert_array_equal(found.sample_losses, known.sample_losses)


@pytest.mark.parametrize("loss", ["sum-squared", "mean-squared"])
def test_test_rows_compare_with_training_rows(loss: Loss, kernel: str) -> None:
    """The same rows many times over: as much loss a row, and a sum as over the training rows."""
    experiment = Experiment("", DataSpec("circle", 400, test_share=0.5), training=TrainingSpec(loss=loss, l2=0.1))
    dataset = dataset_of(experiment)
    objective = Objective(experiment, dataset, kernel)
    theta = objective.initial
    one = objective.measure(theta, dataset.inputs, dataset.targets)
    many = objective.measure(theta, np.tile(dataset.inputs, (4, 1)), np.tile(dataset.targets, 4))
    assert len(many.outputs) == len(many.sample_losses) == 800
    assert many.loss == pytest.approx(one.loss, rel=1e-12)
    for _ in range(2):  # the rows that were measured last are known already
        test = objective.measure(theta, dataset.test_inputs, dataset.test_targets)
        mean = test.sample_losses.mean()
        assert test.loss == pytest.approx(mean * (200 if loss == "sum-squared" else 1), rel=1e-12)
    moved = objective.measure(theta * 0.5, dataset.test_inputs, dataset.test_targets)
    assert moved.loss != test.loss
    assert objective.evaluate(theta).loss == pytest.approx(one.loss + 0.1 * (theta**2).sum(), rel=1e-12)


def test_no_rows_have_no_loss(kernel: str) -> None:
    dataset = dataset_of(Experiment())
    objective = Objective(Experiment(), dataset, kernel)
    found = objective.measure(objective.initial, dataset.test_inputs, dataset.test_targets)
    assert math.isnan(found.loss)
    assert (found.outputs.shape, found.sample_losses.shape) == ((0,), (0,))


def test_features_over_points(kernel: str) -> None:
    features = ("x1^2", "x2", "x1*x2", "sin(x2)")
    experiment = Experiment("", DataSpec("circle"), NetworkSpec(features=features, bias=False))
    objective = Objective(experiment, dataset_of(experiment), kernel)
    points = np.random.RandomState(1).normal(size=(600, 2))
    x1, x2 = points.T
    output, neurons = objective.over_points(objective.initial, points)
    signals = np.array([x1 * x1, x2, x1 * x2, np.sin(x2)])
    for text, signal in zip(features, signals, strict=True):
        np.testing.assert_allclose(neurons[text], signal, rtol=1e-15)
    first = objective.initial[:16].reshape(4, 4) @ signals
    np.testing.assert_allclose([neurons[f"L1.N{i}"] for i in range(1, 5)], np.tanh(first), rtol=1e-12)
    np.testing.assert_array_equal(output, neurons["L3.N1"])
    assert "x1" not in neurons


def test_numbers_that_values_refuse_simply_come_out() -> None:
    """A sigmoid that is wholly wrong at the beginning, and squares beyond all floats, are recorded like others."""
    rows = own_rows("", np.array([[1e3], [-1e3], [1e200], [0.5]]), np.array([0.0, 1.0, 1.0, 0.0]), labels=("a", "b"))
    network = NetworkSpec((), "sigmoid", features=("x1", "x1^2"), bias=False)
    experiment = Experiment("", DataSpec("own", own=rows), network, TrainingSpec(loss="logistic"))
    objective = Objective(experiment, dataset_of(experiment))
    theta = np.array([1.0, 0.0])
    assert objective.evaluate(theta, np.array([3])).loss == pytest.approx(math.log1p(math.exp(0.5)))
    assert objective.evaluate(theta, np.array([0])).loss == math.inf
    focus = Focus(objective)
    assert focus.unrolled
    replay = focus.replay(theta, objective.evaluate(theta), 2)
    assert replay.data[replay.node("sample3/x1^2")] == math.inf  # type: ignore[index]
    assert objective.first_not_finite(theta) == ("sample3/x1^2", math.inf)


@pytest.mark.parametrize("lanes", [1, 7, 100, 1000])
def test_chunks_of_lanes_change_nothing(lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = load_example("moons-demo")
    objective = Objective(experiment, dataset_of(experiment))
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
    dataset = dataset_of(experiment)
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
    objective = Objective(experiment, dataset_of(experiment))
    whole = objective.evaluate(objective.initial)
    some = objective.evaluate(objective.initial, np.array([2, 0]))
    assert some.sample_losses == pytest.approx(whole.sample_losses[[2, 0]], rel=1e-14)
    assert some.loss == pytest.approx(whole.sample_losses[[2, 0]].sum(), rel=1e-14)
    without = objective.evaluate(objective.initial, gradient=False)
    assert without.loss == whole.loss
    assert not without.gradient.any()


def test_numbers_that_are_not_finite_simply_come_out() -> None:
    experiment = load_example("moons-demo")
    objective = Objective(experiment, dataset_of(experiment))
    assert objective.first_not_finite(objective.initial) is None
    theta = objective.initial.copy()
    theta[5] = math.nan
    assert math.isnan(objective.evaluate(theta).loss)
    assert objective.first_not_finite(theta) == ("L1.N2.b", pytest.approx(math.nan, nan_ok=True))
