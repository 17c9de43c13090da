"""Graphs as Graphviz source with their numbers: records as the lecture draws them, or neurons and weights.

Unlike the source that the window lays out (dot.py), this one is for reading: `dot -Tsvg` makes the lecture's picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from core.document_parts import Document
from core.dot import GraphStyle, operand_edge_id, operation_id, record_id, result_edge_id, sum_column
from core.errors import ChainruleError
from core.experiment import Experiment
from core.exporters.tables import trained
from core.expression.sheet import state_at
from core.features import features_of
from core.focus import Focus
from core.graph import GraphSnapshot
from core.program import Array
from core.shape import input_count, layer_sizes
from core.words import tr

if TYPE_CHECKING:
    import graphviz

POSITIVE, NEGATIVE, INK, LINE = "#1f6feb", "#e8710a", "#1c2330", "#5f6878"
THINNEST, WIDEST, FULL_WEIGHT = 0.5, 5.0, 2.5  # of edges by weight, in points
_RECORD_SPECIALS = str.maketrans({letter: f"\\{letter}" for letter in "\\{}|<> "})


def dot_text(document: Document, steps: int = 0) -> str:
    """The graph that the document shows, as Graphviz source, after `steps` more steps of its run.

    Of the expression lab's text after so many operations (0: all of them). Raises ChainruleError for what cannot be
    drawn: a text with a mistake or without a graph, a whole loss with too many scalars.
    """
    if document.mode == "expression":
        from core.expression.run import run_text  # the interpreter, where it is needed

        sheet = run_text(document.text)
        if not sheet.graph.nodes:
            raise ChainruleError(tr("The text makes no graph: there is nothing to export."))
        state = state_at(sheet, steps or len(sheet.steps))
        return records_dot(sheet.graph, state.data, state.grad)
    trainer = trained(document, steps)
    if document.view.level == "network":
        return network_dot(
            _columns(trainer.experiment), dict(zip(trainer.objective.names, trainer.theta.tolist(), strict=True))
        )
    focus, found = Focus(trainer.objective), trainer.objective.evaluate(trainer.theta)
    replay = focus.replay(trainer.theta, found, min(document.view.sample, len(trainer.dataset.targets) - 1))
    if document.view.level == "neuron":
        graph, nodes = focus.neuron_graph(replay, document.view.neuron)
    elif document.view.level == "sample":
        graph, nodes = focus.sample_graph(replay)
    elif focus.unrolled:
        graph, nodes = focus.whole_graph(replay)
    else:
        raise ChainruleError(
            tr(
                "The whole loss has {count} scalars, too many to be drawn: show a sample.",
                count=f"{focus.whole_nodes:,}",
            )
        )
    return records_dot(graph, replay.data[nodes], replay.grad[nodes])


def records_dot(graph: GraphSnapshot, data: Array, grad: Array, style: GraphStyle = GraphStyle.AUTO) -> str:
    """`label | data | grad` for every value, and, in the lecture's style, a round node for every operation."""
    lecture = style.resolve(len(graph.nodes)) is GraphStyle.LECTURE
    source = _begin("record")
    column = set(sum_column(graph)[1:])
    for i, node in enumerate(graph.nodes):
        name = node.label or node.address
        head = f"{name}   {node.op}" if node.op and not lecture else name
        label = f"{{ {_record_text(head)} | data {_number(data[i])} | grad {_number(grad[i])} }}"
        source.node(record_id(i), _quoted(label), tooltip=_escaped(node.address))
        target = record_id(i)
        if lecture and node.op:
            target = operation_id(i)
            source.node(target, _escaped(node.op), shape="ellipse", width="0.4", height="0.4", margin="0.04")
            source.edge(target, record_id(i), id=result_edge_id(i))
        for position, operand in enumerate(node.operands):
            source.edge(record_id(operand), target, id=operand_edge_id(i, position))
    if column:
        _stack(source, [record_id(i) for i in sum_column(graph)])
    return str(source.source)


def network_dot(columns: Sequence[Sequence[str]], numbers: Mapping[str, float]) -> str:
    """Inputs or features, neurons and outputs in columns (their names); edges coloured and as wide as their weights.

    `numbers` are the weights and biases by address: `L1.N2.w1`, `L1.N2.b`.
    """
    source = _begin("box", style="rounded", ranksep="1.2", splines="line")
    for column in columns:
        for name in column:
            bias = numbers.get(f"{name}.b")
            source.node(name, name if bias is None else f"{name}\\nb {_number(bias)}")
        _stack(source, column, ordered=True)
    for layer, before in zip(columns[1:], columns, strict=False):
        for name in layer:
            for i, operand in enumerate(before, start=1):
                weight = numbers[f"{name}.w{i}"]
                number = f"{name}.w{i} = {weight!r}"  # written beside the edges, numbers would bend them
                source.edge(operand, name, tooltip=number, comment=number, **_edge_look(weight))
    return str(source.source)


def _columns(experiment: Experiment) -> list[list[str]]:
    """What the first layer reads, then the neurons of each layer."""
    first = [feature.text for feature in features_of(experiment.network.features, input_count(experiment.data))]
    sizes = layer_sizes(experiment)[1:]
    return [first, *([f"L{i}.N{row}" for row in range(1, size + 1)] for i, size in enumerate(sizes, start=1))]


def _edge_look(weight: float) -> dict[str, str]:
    size = abs(weight) if math.isfinite(weight) else math.inf
    width = THINNEST + (WIDEST - THINNEST) * (1.0 - math.exp(-size / FULL_WEIGHT))
    return {"color": NEGATIVE if weight < 0 else POSITIVE, "penwidth": f"{width:.2f}"}


def _begin(node_shape: str, style: str = "", ranksep: str = "0.4", splines: str = "spline") -> graphviz.Digraph:
    words = {"fontname": "Courier", "fontcolor": INK}
    import graphviz  # late: the window's menus know this module, and need nothing of Graphviz

    return graphviz.Digraph(
        "chainrule",
        graph_attr={"rankdir": "LR", "bgcolor": "white", "ranksep": ranksep, "splines": splines},
        node_attr={"shape": node_shape, "style": style, "fontsize": "11", "color": LINE, **words},
        edge_attr={"color": LINE, "arrowsize": "0.6", "tailport": "e", "headport": "w"},
    )


def _stack(source: graphviz.Digraph, names: Sequence[str], *, ordered: bool = False) -> None:
    """In one column; `ordered`: from top to bottom as they are given."""
    with source.subgraph() as rank:
        rank.attr(rank="same")
        for name in names:
            rank.node(name)
        if ordered:
            for above, below in pairwise(names):
                rank.edge(above, below, style="invis")


def _number(value: float) -> str:
    """Four decimals, as the lecture prints them; more only where they would show nothing."""
    value = float(value)
    if not math.isfinite(value):
        return "?" if math.isnan(value) else str(value)
    return f"{value:.4f}" if value == 0 or abs(value) >= 1e-3 else f"{value:.1e}"


def _record_text(text: str) -> str:
    """A text inside a record, where some letters have a meaning."""
    return _plain(text).translate(_RECORD_SPECIALS)


def _escaped(text: str) -> str:
    """A text as it is: neither backslashes nor a `<…>` around it have a meaning."""
    import graphviz

    return str(graphviz.nohtml(graphviz.escape(_plain(text))))


def _quoted(label: str) -> str:
    import graphviz

    return str(graphviz.nohtml(label))


def _plain(text: str) -> str:
    """Without control characters, which no reader of the source expects."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
