"""Where gradient flows, and where exactly nothing does."""

from __future__ import annotations

import numpy as np
import pytest

from core.graph import GraphNode, GraphSnapshot
from gui.graph.flow import GradientFlow
from gui.graph.layout import RESULT, Edge
from tests.gui.neuron_double import neuron, numbers_of, position


def edge(head: int, place: int) -> Edge:
    return Edge(0, head, place, ())


def test_a_dead_relu_lets_nothing_through() -> None:
    graph = neuron(2)
    last = len(graph.nodes) - 1
    edges = [edge(last, RESULT), edge(last, 0), edge(last - 1, 1), edge(position(graph, "L2.N6.w1*h1"), 0)]
    flow = GradientFlow(graph, edges)
    assert flow.carries(*numbers_of(graph, bias=1.0)).tolist() == [True] * 4
    assert flow.carries(*numbers_of(graph, bias=-3.0)).tolist() == [True, False, False, False]


def test_a_factor_of_zero_stops_the_gradient_of_the_other() -> None:
    graph = neuron(1)
    data, grad = numbers_of(graph, bias=1.0)
    data[position(graph, "L1.N1.out")] = 0.0
    product = position(graph, "L2.N6.w1*h1")
    flow = GradientFlow(graph, [edge(product, 0), edge(product, 1)])
    assert flow.carries(data, grad).tolist() == [False, True]


@pytest.mark.parametrize(
    ("op", "values", "carried"),
    [("**2", (0.0,), False), ("**2", (1.0,), True), ("tanh", (np.inf,), False), ("max", (1.0, 2.0), False)],
)
def test_local_derivatives_come_from_the_op_table(op: str, values: tuple[float, ...], carried: bool) -> None:
    leaves = tuple(GraphNode(f"v{i}", "", "", ()) for i in range(len(values)))
    graph = GraphSnapshot(op, (*leaves, GraphNode("out", "", op, tuple(range(len(values))))))
    out = np.tanh(values[0]) if op == "tanh" else max(values)
    flow = GradientFlow(graph, [edge(len(values), 0)])
    assert flow.carries(np.array([*values, out]), np.ones(len(values) + 1)).tolist() == [carried]


def test_what_is_not_known_or_no_number_flows() -> None:
    graph = GraphSnapshot("own", (GraphNode("a", "", "", ()), GraphNode("b", "", "of one's own", (0,))))
    flow = GradientFlow(graph, [edge(1, 0)])
    assert flow.carries(np.ones(2), np.ones(2)).all()
    assert flow.carries(np.ones(2), np.full(2, np.nan)).all()
    assert not flow.carries(np.ones(2), np.zeros(2)).any()
