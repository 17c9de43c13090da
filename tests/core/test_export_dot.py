"""Graphs as Graphviz source: what Graphviz reads is what was meant."""

from __future__ import annotations

import msgspec
import pytest

from core.document import open_document
from core.document_parts import Document, View
from core.dot import GraphStyle
from core.errors import ChainruleError, ExpressionError
from core.experiment import DataSpec, Experiment, NetworkSpec
from core.exporters.graph_pictures import dot_text, records_dot
from core.exporters.tables import trained
from core.expression.run import run_text
from core.expression.sheet import state_at

pygraphviz = pytest.importorskip("pygraphviz", reason="brings Graphviz itself along")
TEXT = "a = Value(2.0, label='a')\nb = a + a\nL = b.tanh()\nL.backward()\n"
HOSTILE = '{x|<y>}\\n "q" \\\\ <b>&amp;</b> \\N'


def read(source: str) -> object:
    return pygraphviz.AGraph(string=source)


def label(graph: object, node: str) -> str:
    return str(graph.get_node(node).attr["label"])  # type: ignore[attr-defined]


def test_a_sheet_is_drawn_as_in_the_lecture() -> None:
    graph = read(dot_text(Document(mode="expression", text=TEXT)))
    assert label(graph, "n0") == "{ a | data 2.0000 | grad 0.0027 }"
    assert label(graph, "n1") == "{ b | data 4.0000 | grad 0.0013 }"
    assert [label(graph, node) for node in ("o1", "o2")] == ["+", "tanh"]
    assert sorted(graph.edges()) == [("n0", "o1"), ("n0", "o1"), ("n1", "o2"), ("o1", "n1"), ("o2", "n2")]


def test_steps_are_operations_in_the_expression_lab() -> None:
    graph = read(dot_text(Document(mode="expression", text=TEXT), 1))
    assert "grad 0.0000" in label(graph, "n0")
    assert label(graph, "n2") == "{ L | data ? | grad 0.0000 }", "not computed yet"


def test_compact_records_hold_their_operation() -> None:
    sheet = run_text(TEXT)
    state = state_at(sheet, len(sheet.steps))
    graph = read(records_dot(sheet.graph, state.data, state.grad, GraphStyle.COMPACT))
    assert len(graph.nodes()) == 3
    assert "tanh" in label(graph, "n2")


def test_letters_with_a_meaning_are_only_letters() -> None:
    text = f"a = Value(1.0, label={HOSTILE!r})\nL = a * a\n"
    source = dot_text(Document(mode="expression", text=text))
    graph = read(source)
    assert len(graph.nodes()) == 3
    plain = graph.draw(format="plain", prog="dot").decode()
    assert plain.splitlines()[0].startswith("graph")
    drawn = graph.draw(format="svg", prog="dot").decode()
    assert "&lt;b&gt;" in drawn
    assert "<b>" not in drawn


def test_the_network_shows_its_weights() -> None:
    trainer = trained(open_document("lecture"), 4)
    graph = read(dot_text(open_document("lecture"), 4))
    weights = dict(zip(trainer.objective.names, trainer.theta.tolist(), strict=True))
    assert len(graph.nodes()) == 3 + 4 + 4 + 1
    edges = [edge for edge in graph.edges() if edge.attr["style"] != "invis"]
    assert len(edges) == len([name for name in weights if ".w" in name])
    edge = next(edge for edge in edges if tuple(edge) == ("x2", "L1.N3"))
    assert edge.attr["comment"] == f"L1.N3.w2 = {weights['L1.N3.w2']!r}"
    assert edge.attr["color"] == ("#e8710a" if weights["L1.N3.w2"] < 0 else "#1f6feb")


@pytest.mark.parametrize(
    ("view", "least"),
    [(View(level="neuron", neuron="L1.N2"), 10), (View(level="sample", sample=2), 80), (View(level="whole loss"), 300)],
)
def test_the_level_that_the_document_shows(view: View, least: int) -> None:
    document = msgspec.structs.replace(open_document("lecture"), view=view)
    graph = read(dot_text(document, 2))
    assert len([node for node in graph.nodes() if node.startswith("n")]) >= least


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(ChainruleError, match="no graph"):
        dot_text(Document(mode="expression", text=""))
    with pytest.raises(ExpressionError):
        dot_text(Document(mode="expression", text="a = "))
    whole = msgspec.structs.replace(open_document("moons-demo"), view=View(level="whole loss"))
    with pytest.raises(ChainruleError, match="too many"):
        dot_text(whole)


def test_features_several_outputs_and_no_biases() -> None:
    network = NetworkSpec((), features=("x1", "x1^2", "x1*x2", "sin(x1)"), bias=False)
    experiment = Experiment("yin-yang", DataSpec("yin-yang"), network)
    graph = read(dot_text(Document(experiment=experiment)))
    names = {str(node) for node in graph.nodes()}
    assert names == {"x1", "x1^2", "x1*x2", "sin(x1)", "L1.N1", "L1.N2", "L1.N3"}
    assert label(graph, "L1.N2") == "L1.N2", "there is no bias"
    assert graph.get_edge("sin(x1)", "L1.N3").attr["tooltip"].startswith("L1.N3.w4 = ")
    sample = read(dot_text(Document(experiment=experiment, view=View(level="sample"))))
    labels = " ".join(label(sample, node) for node in sample.nodes())
    assert "x1^2" in labels and "log" in labels
