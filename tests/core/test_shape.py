"""Sizes known without making anything: held to the data and the network that are made."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets import dataset_of, make_dataset
from core.experiment import DataKind, DataSpec, Experiment, LayerSpec, NetworkSpec
from core.own_data.own_rows import own_rows
from core.record import build_network
from core.shape import (
    input_count,
    labels_of,
    layer_sizes,
    lineage,
    output_activation,
    output_count,
    parameter_count,
    task_of,
)


@pytest.mark.parametrize("kind", [kind for kind in get_args(DataKind) if kind != "own"])
def test_what_is_said_of_data_is_what_they_are(kind: DataKind) -> None:
    spec = DataSpec(kind, 12)
    data = make_dataset(spec)
    assert data.inputs.shape[1] == input_count(spec)
    assert (data.task, data.labels) == (task_of(spec), labels_of(spec))
    assert data.targets.shape[1:] == ((output_count(spec),) if data.task == "classes" else ())


@pytest.mark.parametrize(("classes", "task", "outputs"), [(2, "signs", 1), (3, "classes", 3), (6, "classes", 6)])
def test_blobs_have_as_many_classes_as_wanted(classes: int, task: str, outputs: int) -> None:
    spec = DataSpec("blobs", classes=classes)
    assert (task_of(spec), output_count(spec), len(labels_of(spec))) == (task, outputs, classes)
    assert task_of(DataSpec("moons", classes=classes)) == "signs"  # of blobs alone


@given(data=st.data())
def test_sizes_are_those_of_the_network(data: st.DataObject, all_experiments: st.SearchStrategy[Experiment]) -> None:
    experiment = data.draw(all_experiments)
    network, rows = build_network(experiment), dataset_of(experiment)
    sizes = (len(network.layers[0].neurons[0].w), *(len(layer.neurons) for layer in network.layers))
    assert layer_sizes(experiment) == sizes
    assert parameter_count(experiment) == len(network.parameters())
    assert sizes[-1] == (rows.targets.shape[1] if rows.targets.ndim == 2 else 1)
    assert network.layers[-1].neurons[0].activation == output_activation(experiment)


def test_features_are_what_the_first_layer_reads() -> None:
    network = NetworkSpec((LayerSpec(3),), features=("x1", "x2", "x1^2", "x2^2"), bias=False)
    assert layer_sizes(Experiment("", DataSpec("moons"), network)) == (4, 3, 1)
    assert parameter_count(Experiment("", DataSpec("moons"), network)) == 15


def test_scores_of_classes_are_linear() -> None:
    network = NetworkSpec(output="sigmoid")
    assert output_activation(Experiment("", DataSpec("yin-yang"), network)) == "linear"
    assert output_activation(Experiment("", DataSpec("plane"), network)) == "sigmoid"


def test_edited_points_stay_in_their_line() -> None:
    rows = own_rows("moons", np.zeros((4, 2)), np.zeros(4))
    assert lineage(DataSpec("own", own=rows)) == lineage(DataSpec("moons")) == "moons"
