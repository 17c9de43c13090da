"""What is measured of a network at one step: losses, accuracies, gradients, how its numbers are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.datasets import DataSet
from core.histograms import Spread, spread
from core.losses import is_mean
from core.metrics import Array, Confusion
from core.objective import Evaluation, Objective
from core.program import Index

SAMPLED_ROWS = 500  # of the training rows, for the activations


@dataclass(frozen=True, eq=False)
class Tested:
    """How the network does on the rows kept back."""

    loss: float  # without penalties; of losses that are summed up as for so many rows as there are to train on
    accuracy: float | None  # 0 … 1; None for a regression
    outputs: Array  # as Evaluation's


def on_test_rows(objective: Objective, theta: Array) -> Tested | None:
    """Measured at these parameters; None if no rows are kept back."""
    data = objective.dataset
    if not len(data.test_targets):
        return None
    found = objective.measure(theta, data.test_inputs, data.test_targets)
    return Tested(found.loss, accuracy_of(found.outputs, data.test_targets, data), found.outputs)


def layers_of(names: Sequence[str]) -> dict[str, slice]:
    """Which of the parameters belong to each layer: `L1`, `L2` …; `names` are their addresses in the order of θ."""
    found: dict[str, slice] = {}
    for i, name in enumerate(names):
        layer = name.partition(".")[0]
        found[layer] = slice(found[layer].start if layer in found else i, i + 1)
    return found


def measures(
    objective: Objective, evaluation: Evaluation, found: Tested | None, layers: Mapping[str, slice]
) -> dict[str, float]:
    """A point of every Series; what does not exist is not there."""
    data = objective.dataset
    values = {"loss": evaluation.loss, "train loss": data_loss(evaluation, objective)}
    accuracy = accuracy_of(evaluation.outputs, data.targets, data)
    if accuracy is not None:
        values["train accuracy"] = accuracy
    if found is not None:
        values["test loss"] = found.loss
        if found.accuracy is not None:
            values["test accuracy"] = found.accuracy
    return values | gradient_lengths(evaluation.gradient, layers)


def gradient_lengths(gradient: Array, layers: Mapping[str, slice]) -> dict[str, float]:
    """`gradient L1` … of each layer's part, `gradient` of the whole."""
    with np.errstate(all="ignore"):
        squares = {layer: float(gradient[part] @ gradient[part]) for layer, part in layers.items()}
    lengths = {f"gradient {layer}": square**0.5 for layer, square in squares.items()}
    return lengths | {"gradient": sum(squares.values()) ** 0.5}


def data_loss(evaluation: Evaluation, objective: Objective) -> float:
    """The loss of the training rows without penalties: what that of the test rows compares with."""
    data = objective.dataset
    outputs = data.targets.shape[1] if data.targets.ndim == 2 else 1
    with np.errstate(all="ignore"):
        total = float(evaluation.sample_losses.sum())
    return total / len(data.targets) if is_mean(objective.experiment.training.loss, outputs) else total


def spreads(objective: Objective, theta: Array, gradient: Array, layers: Mapping[str, slice]) -> dict[str, Spread]:
    """How weights, activations and gradients of each layer are spread: a column of Histograms."""
    found = {f"weights {layer}": spread(theta[part]) for layer, part in layers.items()}
    inputs = objective.dataset.inputs
    rows = inputs if len(inputs) <= SAMPLED_ROWS else inputs[_evenly(len(inputs), SAMPLED_ROWS)]
    _, neurons = objective.over_points(theta, rows)
    for layer in layers:
        outputs = [values for address, values in neurons.items() if address.partition(".")[0] == layer]
        found[f"activations {layer}"] = spread(np.array(outputs))
    return found | {f"gradients {layer}": spread(gradient[part], "decades") for layer, part in layers.items()}


def accuracy_of(outputs: Array, targets: Array, data: DataSet) -> float | None:
    """The share of rows whose class the outputs say, 0 … 1; None for a regression."""
    if data.task == "regression":
        return None
    return float(np.count_nonzero(_said(outputs, data) == _meant(targets, data))) / max(len(targets), 1)


def confusion(data: DataSet, outputs: Array, test_outputs: Array | None) -> Confusion | None:
    """How often each class is taken for which; None for a regression."""
    if data.task == "regression":
        return None
    count = len(data.labels)
    train = _counted(_meant(data.targets, data), _said(outputs, data), count)
    if test_outputs is None:
        return Confusion(data.labels, train, np.zeros((count, count)))
    return Confusion(data.labels, train, _counted(_meant(data.test_targets, data), _said(test_outputs, data), count))


def _said(outputs: Array, data: DataSet) -> Index:
    """The index of the class that the network says, of every row."""
    return outputs.argmax(axis=0) if data.task == "classes" else (outputs > data.threshold).astype(np.int64)


def _meant(targets: Array, data: DataSet) -> Index:
    """That of the class it is."""
    return targets.argmax(axis=1) if data.task == "classes" else (targets > data.threshold).astype(np.int64)


def _counted(meant: Index, said: Index, count: int) -> Array:
    return np.bincount(meant * count + said, minlength=count * count).reshape(count, count).astype(np.float64)


def _evenly(count: int, most: int) -> Index:
    return np.linspace(0, count - 1, most).round().astype(np.int64)
