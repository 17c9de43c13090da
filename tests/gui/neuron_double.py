"""The graph of one neuron, as the session sends it, for the tests of the graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.graph import GraphNode, GraphSnapshot

Array = NDArray[np.float64]


def neuron(inputs: int, activation: str = "relu", sample: int = 1, name: str = "L2.N6") -> GraphSnapshot:
    """b + w1·h1 + w2·h2 + …, and its activation."""
    here = f"sample{sample}/"
    nodes = [GraphNode(f"{name}.b", f"{name}.b", "", ())]
    total = 0
    for i in range(1, inputs + 1):
        leaf = len(nodes)
        nodes.append(GraphNode(f"{name}.w{i}", f"{name}.w{i}", "", ()))
        nodes.append(GraphNode(f"{here}L1.N{i}.out", f"L1.N{i}.out", "", ()))
        nodes.append(GraphNode(f"{here}{name}.w{i}*h{i}", f"{name}.w{i}*h{i}", "*", (leaf, leaf + 1)))
        label = f"{name}.z" if i == inputs else f"{name}.sum{i}"
        nodes.append(GraphNode(f"{here}{label}", label, "+", (total, leaf + 2)))
        total = leaf + 3
    nodes.append(GraphNode(f"{here}{name}.out", f"{name}.out", activation, (total,)))
    return GraphSnapshot(f"{name} of {inputs} inputs, sample {sample}", tuple(nodes))


def position(snapshot: GraphSnapshot, address: str) -> int:
    """The node with this address, or with this one in its only sample."""
    return next(i for i, node in enumerate(snapshot.nodes) if address in (node.address, node.label))


def numbers_of(snapshot: GraphSnapshot, bias: float) -> tuple[Array, Array]:
    """Data and gradient of a relu neuron with all weights and inputs 0.5, if the gradient of its output is 1."""
    data, grad = np.full(len(snapshot.nodes), 0.5), np.zeros(len(snapshot.nodes))
    data[0] = bias
    for i, node in enumerate(snapshot.nodes):
        values = [data[operand] for operand in node.operands]
        if values:
            data[i] = {"*": np.prod, "+": np.sum, "relu": lambda v: max(v[0], 0.0)}[node.op](values)
    grad[-1] = 1.0
    for i in range(len(snapshot.nodes) - 1, -1, -1):
        node = snapshot.nodes[i]
        for place, operand in enumerate(node.operands):
            other = data[node.operands[1 - place]] if node.op == "*" else 1.0
            grad[operand] += grad[i] * (float(data[operand] > 0) if node.op == "relu" else other)
    return data, grad
