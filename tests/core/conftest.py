"""What several test modules of the core share: hypothesis' settings, and experiments made by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from core.datasets import make_dataset
from core.experiment import (
    Activation,
    DataSpec,
    Decay,
    DecayKind,
    Experiment,
    Init,
    LayerSpec,
    Loss,
    NetworkSpec,
    OptimizerKind,
    OptimizerSpec,
    OutputActivation,
    TrainingSpec,
)
from core.record import Recording, build_network, record_whole

settings.register_profile("core", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("core")

DATA = st.builds(
    DataSpec,
    st.sampled_from(["lecture", "moons", "xor", "spiral"]),
    st.integers(4, 9),
    st.sampled_from([0.0, 0.1, 0.5]),
    st.integers(0, 99),
)
NETWORKS = st.builds(
    NetworkSpec,
    st.lists(st.builds(LayerSpec, st.integers(1, 4), st.sampled_from(get_args(Activation))), max_size=3).map(tuple),
    st.sampled_from(get_args(OutputActivation)),
    st.sampled_from(get_args(Init)),
    st.integers(0, 99),
)
TRAININGS = st.builds(
    TrainingSpec,
    st.sampled_from([0.01, 0.05, 0.3]),
    st.builds(
        Decay, st.sampled_from(get_args(DecayKind)), st.just(0.5), st.integers(1, 20), warmup=st.sampled_from([0, 0, 4])
    ),
    st.sampled_from(get_args(Loss)),
    st.sampled_from([0.0, 1e-3, 0.5]),
    st.integers(0, 5),
    st.sampled_from([0.0, 0.0, 1e-3]),
    st.builds(OptimizerSpec, st.sampled_from(["sgd", *get_args(OptimizerKind)])),
)


@pytest.fixture(scope="session")
def experiments() -> st.SearchStrategy[Experiment]:
    """Small experiments of every kind: data, layers, activations, losses, optimisers, schedules, penalties, batches."""
    return st.builds(Experiment, st.just("made up"), DATA, NETWORKS, TRAININGS)


@pytest.fixture(scope="session")
def whole_loss() -> Callable[..., Recording]:
    """The whole loss of an experiment as a graph of Values, at these parameters or at the initial ones."""

    def build(experiment: Experiment, theta: np.ndarray | None = None) -> Recording:
        dataset = make_dataset(experiment.data)
        network = build_network(experiment, dataset.inputs.shape[1])
        for parameter, number in zip(network.parameters(), [] if theta is None else theta.tolist(), strict=False):
            parameter.data = number
        return record_whole(experiment, network, dataset.inputs.tolist(), dataset.targets.tolist())

    return build
