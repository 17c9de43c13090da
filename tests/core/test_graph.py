"""Topological order and frozen graphs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.engine import Value
from core.graph import GraphNode, snapshot, topological_order

EDGES = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=30)


def random_graph(edges: list[tuple[int, int]]) -> Value:
    """A sum of sums; each pair of numbers says which earlier nodes the next one adds."""
    nodes = [Value(1.0), Value(2.0)]
    for i, j in edges:
        nodes.append(nodes[i % len(nodes)] + nodes[j % len(nodes)])
    return nodes[-1]


def lectures_order(root: Value) -> list[Value]:
    """The recursion as the lecture writes it."""
    topo: list[Value] = []
    visited: set[Value] = set()

    def build_topo(v: Value) -> None:
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build_topo(child)
            topo.append(v)

    build_topo(root)
    return topo


@given(EDGES)
def test_the_order_is_the_lectures(edges: list[tuple[int, int]]) -> None:
    root = random_graph(edges)
    assert topological_order(root) == lectures_order(root)


@given(EDGES)
def test_operands_come_first_and_every_node_once(edges: list[tuple[int, int]]) -> None:
    order = topological_order(random_graph(edges))
    position = {id(node): i for i, node in enumerate(order)}
    assert len(position) == len(order)
    assert all(position[id(operand)] < i for i, node in enumerate(order) for operand in node._prev)


def test_a_leaf_alone() -> None:
    a = Value(1.0)
    assert topological_order(a) == [a]


def test_a_snapshot_has_addresses_labels_and_operands() -> None:
    a, b = Value(2.0, label="a"), Value(3.0)
    root = a * b + a
    graph = snapshot(root, "key", {id(b): "L1.N1.b"})
    assert graph.key == "key"
    assert graph.nodes == (
        GraphNode("a", "a", "", ()),
        GraphNode("L1.N1.b", "L1.N1.b", "", ()),
        GraphNode("v2", "v2", "*", (0, 1)),
        GraphNode("v3", "v3", "+", (2, 0)),
    )
    assert graph.edges == 4


def test_a_repeated_operand_is_two_edges() -> None:
    a = Value(2.0, label="a")
    assert snapshot(a + a, "twice").nodes[1].operands == (0, 0)


def test_the_same_structure_gives_equal_snapshots() -> None:
    def build(number: float) -> Value:
        return (Value(number, label="a") * Value(number, label="b")).tanh()

    assert snapshot(build(1.0), "k") == snapshot(build(2.0), "k")
