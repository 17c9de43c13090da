"""Layers as products of matrices: those of real networks are found, and their gradients are those of single scalars."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets import dataset_of
from core.experiment import DataKind, DataSpec, Experiment, LayerSpec, NetworkSpec, OutputActivation
from core.kernels_numpy import NumpyKernel
from core.numpy_layers import layers_of
from core.objective import Objective
from core.program import Array, Index, Program

FEATURES = ("x1", "x1^2", "sin(x2)", "x2", "x1*x2", "x1*x1")


def uses_of(program: Program) -> Index:
    uses = np.zeros(program.nodes, dtype=np.int64)
    for operands in program.operands:
        np.add.at(uses, list(operands), 1)
    return uses


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("features", [(), ("x1",), ("x1", "x1^2"), FEATURES])
@pytest.mark.parametrize(("kind", "output"), [("spiral", "tanh"), ("spiral", "sigmoid"), ("blobs", "linear")])
def test_every_layer_of_a_network_is_found(
    bias: bool, features: tuple[str, ...], kind: DataKind, output: OutputActivation
) -> None:
    network = NetworkSpec((LayerSpec(5), LayerSpec(1, "relu"), LayerSpec(3)), output, features=features, bias=bias)
    experiment = Experiment("", DataSpec(kind, 20, classes=4), network)
    program = Objective(experiment, dataset_of(experiment)).program
    found = [layer.weights.shape for layer in layers_of(program, uses_of(program))]
    signals = len(features) or 2
    expected = [(5, signals), (1, 5), (3, 1), (len(program.outputs), 3)]
    # Without a bias, one signal makes no sum, but a product alone.
    assert found == [shape for shape in expected if bias or shape[1] > 1]


@given(st.data())
def test_the_gradient_is_that_of_single_scalars(
    all_experiments: st.SearchStrategy[Experiment], data: st.DataObject
) -> None:
    objective = Objective(experiment := data.draw(all_experiments), dataset_of(experiment))
    fused, single = (gradient_of(objective, fused=fused) for fused in (True, False))
    assert np.abs(fused - single).max() <= 1e-12 * max(1.0, float(np.abs(single).max()))


def gradient_of(objective: Objective, *, fused: bool) -> Array:
    program, dataset = objective.program, objective.dataset
    kernel = NumpyKernel(program, fused=fused)
    data, grad = kernel.allocate(len(dataset.targets))
    grad.fill(np.nan)  # whatever stood there before
    data[program.inputs - program.lanes_from] = dataset.inputs.T
    data[program.targets - program.lanes_from] = dataset.targets.T
    uniform, gradient = program.uniform.copy(), np.zeros(program.lanes_from)
    uniform[: program.parameters] = objective.initial
    kernel.forward(uniform, data)
    kernel.backward(uniform, data, grad, gradient, 1.0)
    return gradient[: program.parameters]
