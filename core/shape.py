"""The sizes that follow from an experiment, without making its data or its network."""

from __future__ import annotations

from itertools import pairwise

from core.experiment import DataSpec, Experiment, Task

REGRESSIONS = frozenset({"plane", "multi-gauss", "line", "sine", "step"})
ONE_INPUT = frozenset({"line", "sine", "step"})
YIN_YANG_LABELS = ("yin", "yang", "dot")


def input_count(data: DataSpec) -> int:
    """How many inputs a row has."""
    if data.own is not None:
        return len(data.own.names)
    if data.kind in ONE_INPUT:
        return 1
    return 3 if data.kind == "lecture" else 2


def labels_of(data: DataSpec) -> tuple[str, ...]:
    """The names of the classes: two or more; none for a regression."""
    if data.own is not None:
        return data.own.labels
    if data.kind == "yin-yang":
        return YIN_YANG_LABELS
    if data.kind == "blobs" and data.classes > 2:
        return tuple(str(i + 1) for i in range(data.classes))
    return () if data.kind in REGRESSIONS else ("−1", "+1")


def task_of(data: DataSpec) -> Task:
    """What the targets are."""
    count = len(labels_of(data))
    return "regression" if count == 0 else "signs" if count == 2 else "classes"


def output_count(data: DataSpec) -> int:
    """One, or one for each of three classes or more."""
    return len(labels_of(data)) if task_of(data) == "classes" else 1


def layer_sizes(experiment: Experiment) -> tuple[int, ...]:
    """What the first layer reads, the neurons of each hidden layer, and the outputs."""
    data, network = experiment.data, experiment.network
    first = len(network.features) or input_count(data)
    return (first, *(layer.neurons for layer in network.hidden), output_count(data))


def parameter_count(experiment: Experiment) -> int:
    """Weights and biases."""
    return sum((before + experiment.network.bias) * after for before, after in pairwise(layer_sizes(experiment)))


def lineage(data: DataSpec) -> str:
    """Points that were edited by hand stay in the line of those they came from."""
    return data.own.origin if data.own is not None else data.kind


def output_activation(experiment: Experiment) -> str:
    """That of the last layer: several outputs are scores, always linear."""
    return "linear" if task_of(experiment.data) == "classes" else experiment.network.output
