"""What several test modules of the core share: hypothesis' settings, and experiments made by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import msgspec
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from core.datasets import dataset_of
from core.errors import ExperimentError
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
from core.experiment_rules import check_experiment
from core.own_data.own_rows import own_rows
from core.record import Recording, build_network, record_whole
from core.shape import input_count

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


def is_sound(experiment: Experiment) -> bool:
    """Whether it may be trained at all."""
    try:
        check_experiment(experiment)
    except ExperimentError:
        return False
    return True


@st.composite
def own_data(draw: st.DrawFn) -> DataSpec:
    """Four to nine rows of one to three inputs, of every task."""
    rows, inputs, classes = draw(st.integers(4, 9)), draw(st.integers(1, 3)), draw(st.sampled_from([0, 2, 3, 5]))
    random = np.random.RandomState(draw(st.integers(0, 99)))
    targets = random.randint(classes, size=rows).astype(float) if classes else random.normal(size=rows) * 3.0
    own = own_rows("made up", random.normal(size=(rows, inputs)), targets, labels=tuple("abcde"[:classes]))
    return DataSpec("own", own=own, test_share=draw(st.sampled_from([0.0, 0.3])))


@st.composite
def own_experiments(draw: st.DrawFn) -> Experiment:
    """Experiments on own data, some with features, some without biases."""
    data, network = draw(own_data()), draw(NETWORKS)
    inputs = input_count(data)
    texts = [f"x{i + 1}" for i in range(inputs)]
    texts += [form.format(x) for x in texts for form in ("{}^2", "sin({})", "cos({})", "abs({})")]
    texts += [f"x{i + 1}*x{j + 1}" for i in range(inputs) for j in range(inputs)]
    features = draw(st.lists(st.sampled_from(texts), unique=True, max_size=4))
    network = msgspec.structs.replace(network, features=tuple(features), bias=draw(st.booleans()))
    return Experiment("made up", data, network, draw(TRAININGS))


@pytest.fixture(scope="session")
def experiments() -> st.SearchStrategy[Experiment]:
    """Small experiments of every kind: data, layers, activations, losses, optimisers, schedules, penalties, batches."""
    return st.builds(Experiment, st.just("made up"), DATA, NETWORKS, TRAININGS).filter(is_sound)


@pytest.fixture(scope="session")
def all_experiments(experiments: st.SearchStrategy[Experiment]) -> st.SearchStrategy[Experiment]:
    """These, and others of every task, with features and without biases."""
    return st.one_of(experiments, own_experiments().filter(is_sound))


@pytest.fixture(scope="session")
def whole_loss() -> Callable[..., Recording]:
    """The whole loss of an experiment as a graph of Values, at these parameters or at the initial ones."""

    def build(experiment: Experiment, theta: np.ndarray | None = None) -> Recording:
        dataset = dataset_of(experiment)
        network = build_network(experiment)
        for parameter, number in zip(network.parameters(), [] if theta is None else theta.tolist(), strict=False):
            parameter.data = number
        return record_whole(experiment, network, dataset.inputs.tolist(), dataset.targets.tolist())

    return build
