"""How many rows a network gets right: the share of samples whose class its outputs say."""

from __future__ import annotations

import math

import numpy as np

from core.datasets import DataSet
from core.objective import Evaluation
from core.program import Array, Index


def accuracy(found: Evaluation, targets: Array, threshold: float = 0.0) -> float:
    """The share of samples whose output is on the same side of the threshold as its target.

    Of several classes, whose largest score is its class's.
    """
    if targets.ndim == 2:
        return float(np.count_nonzero(found.outputs.argmax(axis=0) == targets.argmax(axis=1))) / len(targets)
    return float(np.count_nonzero((found.outputs > threshold) == (targets > threshold))) / len(targets)


def accuracy_of(found: Evaluation, dataset: DataSet, rows: Index | None = None) -> float:
    """That of an evaluation over these training rows (all, if None), 0 … 1; nan for a regression."""
    if dataset.task == "regression":
        return math.nan
    return accuracy(found, dataset.targets if rows is None else dataset.targets[rows], dataset.threshold)
