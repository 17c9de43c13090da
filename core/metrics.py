"""Numbers about a network in training besides its loss: accuracy, gradient norms, histograms, confusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Series:
    """How numbers went over the steps of a run; at most some hundred points, evenly thinned."""

    steps: Array  # (n,), rising
    values: dict[str, Array]
    # (n,) each: `loss` of all training rows, penalties included; `train loss` without them, `test loss`, `train
    # accuracy`, `test accuracy` (0 … 1; what does not exist is not there),
    # `gradient L1` … the length of each layer's part of the gradient, `gradient` of the whole


@dataclass(frozen=True, eq=False)
class Histograms:
    """How a layer's weights, activations and gradients are spread, over the steps; row i belongs to steps[i]."""

    steps: Array  # (n,)
    edges: dict[str, Array]  # `weights L1`, `activations L1`, `gradients L1` … -> (bins + 1,)
    counts: dict[str, Array]  # the same keys -> (n, bins)


@dataclass(frozen=True, eq=False)
class Confusion:
    """Rows of each class (first index) by the class that the network says (second index)."""

    labels: tuple[str, ...]
    train: Array  # (classes, classes)
    test: Array  # as `train`; all 0 without test rows
