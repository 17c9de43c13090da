"""The Graphviz source of a graph: what the picture depends on, and what it must not depend on."""

from __future__ import annotations

import pytest

from core.dot import COMPACT_ABOVE, BoxSizes, GraphStyle, digraph, shown_nodes, sum_column
from core.engine import Value
from core.graph import GraphNode, GraphSnapshot, snapshot

SIZES = BoxSizes(operation_widths={"tanh": 50.0})


def lecture_expression() -> GraphSnapshot:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    e = a * b
    e.label = "e"
    d = e + Value(10.0, label="c")
    d.label = "d"
    root = d * Value(-2.0, label="f")
    root.label = "L"
    return snapshot(root, "lecture")


def statements(graph: GraphSnapshot, style: GraphStyle) -> list[str]:
    lines = digraph(graph, style, SIZES).source.splitlines()
    return [line.strip() for line in lines if line.startswith("\t") and "=" not in line.split("[")[0]]


def edges(graph: GraphSnapshot, style: GraphStyle) -> list[str]:
    return [line.split(" [")[0] for line in statements(graph, style) if "->" in line]


def test_lecture_style_has_a_round_node_for_every_operation() -> None:
    assert shown_nodes(lecture_expression(), GraphStyle.LECTURE) == 10
    assert edges(lecture_expression(), GraphStyle.LECTURE) == [
        *("n0 -> o2", "n1 -> o2", "o2 -> n2"),
        *("n2 -> o4", "n3 -> o4", "o4 -> n4"),
        *("n4 -> o6", "n5 -> o6", "o6 -> n6"),
    ]


def test_compact_style_merges_the_operation_into_its_result() -> None:
    assert shown_nodes(lecture_expression(), GraphStyle.COMPACT) == 7
    assert edges(lecture_expression(), GraphStyle.COMPACT) == [
        *("n0 -> n2", "n1 -> n2"),
        *("n2 -> n4", "n3 -> n4"),
        *("n4 -> n6", "n5 -> n6"),
    ]


def test_a_repeated_operand_keeps_both_edges() -> None:
    a = Value(3.0, label="a")
    source = digraph(snapshot(a + a, "twice"), GraphStyle.COMPACT, SIZES).source
    assert source.count("n0 -> n1") == 2
    assert "e1.0" in source and "e1.1" in source


def test_names_never_reach_the_source() -> None:
    plain = lecture_expression()
    nasty = GraphSnapshot(
        "nasty",
        tuple(
            GraphNode(f'<img src="x">:{i}\\N"', '"]; evil [image="/x"', node.op, node.operands)
            for i, node in enumerate(plain.nodes)
        ),
    )
    assert digraph(nasty, GraphStyle.LECTURE, SIZES).source == digraph(plain, GraphStyle.LECTURE, SIZES).source


def test_every_box_has_a_fixed_size_in_inches() -> None:
    graph = snapshot(Value(1.0, label="x").tanh(), "tanh")
    source = digraph(graph, GraphStyle.LECTURE, SIZES).source
    assert "fixedsize=true" in source
    assert "width=2.0000" in source  # 144 points
    assert "width=0.6944" in source  # 50 points, for tanh


def test_operands_stand_before_the_nodes_that_use_them() -> None:
    seen: set[str] = set()
    for line in statements(lecture_expression(), GraphStyle.LECTURE):
        if "->" in line:
            assert set(line.split(" [")[0].split(" -> ")) <= seen
        else:
            seen.add(line.split(" [")[0])


@pytest.mark.parametrize(
    ("values", "style"), [(COMPACT_ABOVE, GraphStyle.LECTURE), (COMPACT_ABOVE + 1, GraphStyle.COMPACT)]
)
def test_auto_turns_compact_above_the_limit(values: int, style: GraphStyle) -> None:
    assert GraphStyle.AUTO.resolve(values) is style
    assert GraphStyle("lecture").resolve(values) is GraphStyle.LECTURE


def neuron(inputs: int, heads: int = 1) -> GraphSnapshot:
    """tanh(b + w1 x1 + …), or the sum of several of them with inputs of their own."""
    outs = []
    for _ in range(heads):
        total = Value(0.5, label="b")
        for _ in range(inputs):
            total = total + Value(1.0) * Value(2.0)
        outs.append(total.tanh())
    return snapshot(outs[0] if heads == 1 else outs[0] * outs[1], "neuron")


def test_the_sums_of_one_neuron_are_a_column() -> None:
    graph = neuron(3)
    column = sum_column(graph)
    assert [graph.nodes[i].op for i in column] == ["", "+", "+", "+"]
    for style, ranked in ((GraphStyle.LECTURE, 7), (GraphStyle.COMPACT, 4)):
        source = digraph(graph, style, SIZES).source
        block = source[source.index("{", 10) : source.index("}")]
        assert block.count("\t\t") == ranked + 1  # and rank=same
        assert source.count("tailport=s") == (6 if style is GraphStyle.LECTURE else 3)


def test_other_sums_are_no_column() -> None:
    assert sum_column(neuron(1)) == ()  # a single sum
    assert sum_column(neuron(3, heads=2)) == ()  # two columns would cross
    a = Value(1.0)
    first = a + Value(2.0)
    twice = first + first * Value(2.0)
    assert sum_column(snapshot(twice + a, "uses its own sums")) != ()
    assert len(sum_column(snapshot(twice + a, "uses its own sums"))) == 2  # from the second sum on
    assert sum_column(lecture_expression()) == ()
