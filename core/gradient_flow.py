"""How much of a gradient gets back from the outputs to each hidden layer, sample by sample.

The gradient of a weight is a sum over samples that may cancel out; what each sample sends back shows whether layers
swallow it or blow it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from core.experiment import Experiment
from core.ops import OPS
from core.program import Array
from core.shape import layer_sizes

_LEAKY_SLOPE = 0.01  # as neurons use it


def gradient_flow(experiment: Experiment, theta: Array, neurons: Mapping[str, Array]) -> Array:
    """One number for each hidden layer: how long d(outputs)/d(its outputs) is, the root mean square over samples.

    Outputs are taken before their activation. `neurons`: the outputs of all neurons for some samples, by address.
    """
    sizes, network = layer_sizes(experiment), experiment.network
    tables, start = [], 0
    for before, after in pairwise(sizes):
        width = before + network.bias
        tables.append(theta[start : start + after * width].reshape(after, width))
        start += after * width
    found = []
    with np.errstate(all="ignore"):
        back = tables[-1][:, : sizes[-2], None]  # (outputs, neurons, samples)
        for number in range(len(network.hidden), 0, -1):
            found.append(float(np.sqrt((back * back).sum(axis=(0, 1)).mean())))
            if number == 1:
                break
            table = tables[number - 1]
            outputs, inputs = (
                np.array([neurons[f"L{layer}.N{i + 1}"] for i in range(sizes[layer])]) for layer in (number, number - 1)
            )
            sums = table[:, : sizes[number - 1]] @ inputs + (table[:, -1:] if network.bias else 0.0)
            slopes = _slopes(network.hidden[number - 1].activation, sums, outputs)
            back = table[:, : sizes[number - 1]].T @ (back * slopes)
    return np.array(found[::-1])


def _slopes(activation: str, sums: Array, outputs: Array) -> Array:
    if activation == "linear":
        return np.ones_like(outputs)
    operands = (sums, _LEAKY_SLOPE) if activation == "leaky_relu" else (sums,)
    slopes: Array = OPS[activation].array_partials(*operands, outputs)[0]
    return slopes
