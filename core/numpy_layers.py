"""Which sums of a Program are layers: z = W x + b for many neurons, that one product of matrices finds.

A neuron's sum starts from its bias, or without one from its first product. The signals may be anywhere: features of
the first layer are not side by side, and their products are in groups of several levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.program import Group, Index, Program, SumChain, sums_of


@dataclass(frozen=True, eq=False)
class Layer:
    """Nodes of a layer whose products and partial sums nobody reads but the layer itself."""

    sums: SumChain
    weights: Index  # (neurons, signals): parameters, all different
    signals: Index  # (signals,), all different
    products: Index  # all of them
    start: Index | None  # (neurons,): the biases, or whatever else the sums start from; None if that is a product


def layers_of(program: Program, uses: Index) -> Iterator[Layer]:
    """All layers; whole groups of products belong to each. `uses`: how many operands each node is."""
    weights, signals = _products(program, uses)
    groups = [slice(step.first, step.first + step.count) for step in program.steps if isinstance(step, Group)]
    for step in program.steps:
        sums = sums_of(step)
        if sums is None:
            continue
        begun = (weights[sums.start] >= 0).all()
        terms = np.vstack([sums.start, sums.terms]) if begun else sums.terms  # (signals, neurons)
        read = signals[terms]
        if (read < 0).any() or (read != read[:, :1]).any() or not (distinct(read[:, 0]) and distinct(weights[terms])):
            continue
        inside = np.zeros(program.nodes, dtype=np.bool_)
        inside[terms] = True
        if any(inside[group].any() and not inside[group].all() for group in groups):
            continue
        matrix = np.ascontiguousarray(weights[terms].T)
        yield Layer(sums, matrix, read[:, 0], terms.reshape(-1), None if begun else sums.start)


def distinct(nodes: Index) -> bool:
    """Whether no node comes twice. (NumPy's `unique` imports masked arrays: a launch would wait for it.)"""
    numbers = nodes.reshape(-1).tolist()
    return len(set(numbers)) == len(numbers)


def _products(program: Program, uses: Index) -> tuple[Index, Index]:
    """For every node that is a parameter times a signal, for one reader alone, these two; −1 for all others."""
    weights, signals = np.full((2, program.nodes), -1, dtype=np.int64)
    for step in program.steps:
        if isinstance(step, Group) and step.op == "mul":
            left, right = step.operands
            here = np.arange(step.first, step.first + step.count)
            of_layer = (left < program.parameters) & (right >= program.lanes_from) & (uses[here] == 1)
            weights[here] = np.where(of_layer, left, -1)
            signals[here] = np.where(of_layer, right, -1)
    seen = [program.root, *program.outputs.tolist(), *([program.sample_loss] if program.sample_loss >= 0 else [])]
    weights[seen] = signals[seen] = -1
    return weights, signals
