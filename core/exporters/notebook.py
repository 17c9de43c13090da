"""Jupyter notebooks (nbformat 4): a training or a graph on micrograd, with the lecture's pictures.

They are the parts of the micrograd scripts, a cell each. Without micrograd they run on Chainrule's own engine; without
Graphviz they run without pictures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from core.document_parts import Document
from core.experiment import Experiment
from core.exporters import code_text_training as training_text
from core.exporters import expression as graph
from core.exporters import micrograd as training
from core.exporters import micrograd_optimizers as optimizers
from core.exporters.code_text import MARK, NEW_LINE, Section, inert
from core.exporters.code_text_data import data_text
from core.exporters.code_text_start import Start, beginning
from core.exporters.code_text_training import STEPS, check_steps
from core.exporters.expression_program import Instruction
from core.exporters.expression_spelling import MicrogradSpelling
from core.exporters.micrograd_network import target_of
from core.exporters.micrograd_operations import functions_text
from core.expression.sheet import Sheet

MOST_DRAWN = 250  # values in a picture that one can still look at
LONG = 20_000  # products a step, above which micrograd takes its time
_NAMES = ("Digraph", "which", "trace", "draw_dot", "escaped")
_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>&$~^=])")

_DRAWING = '''
from shutil import which

try:
    from graphviz import Digraph
except ModuleNotFoundError:
    Digraph = None


def trace(root):
    """All values that the root depends on, and the edges between them."""
    nodes, edges = set(), set()

    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    return nodes, edges


def escaped(label):
    return "".join("\\\\" + letter if letter in r"\\{}|<> " else letter for letter in label)


def draw_dot(root):
    """A record for every value, a round node for every operation, from left to right."""
    if Digraph is None or which("dot") is None:
        return print("For the picture install Graphviz, and `pip install graphviz`.")
    dot = Digraph(format="svg", graph_attr={"rankdir": "LR"})
    nodes, edges = trace(root)
    for n in nodes:
        uid = f"n{id(n)}"
        record = "{ %s | data %.4f | grad %.4f }" % (escaped(getattr(n, "label", "")), n.data, n.grad)
        dot.node(name=uid, label=record, shape="record")
        if n._op:
            dot.node(name=f"{uid}_op", label=n._op)
            dot.edge(f"{uid}_op", uid)
    for n1, n2 in edges:
        dot.edge(f"n{id(n1)}", f"n{id(n2)}_op")
    return dot
'''


def training_notebook(subject: Document | Experiment | Start, steps: int = STEPS, *, now: bool = False) -> str:
    """A notebook that trains as the app does, for so many steps; see `beginning` for `now`.

    Raises ExperimentError for an experiment that is not sound.
    """
    start = subject if isinstance(subject, Start) else beginning(subject, now=now)
    check_steps(steps)
    title = f"# {markdown(start.experiment.name)}\n\n{markdown(training_text.summary(start))}."
    notes = [f"\n\n{markdown(each)}" for each in start.remarks]
    imports = _lines(*training.import_lines(start), "", _fallback(training.IMPORTS, training.OWN_IMPORTS))
    network = _lines(training.weights_text(start), "", *training.network_lines(start))
    slow = len(start.theta) * (start.batch or len(start.dataset.targets)) > LONG
    patience = " Scalar by scalar this takes a while: with a smaller `STEPS` it is over sooner." if slow else ""
    return _notebook(
        [
            Section(f"{title}{''.join(notes)}\n\n{MARK}", ""),
            Section("The engine: micrograd, or where it is missing Chainrule's own.", imports),
            Section("The lecture's picture of a graph.", _DRAWING),
            Section("Settings.", training.settings_text(start, steps)),
            *training.function_sections(start),
            Section("The data.", data_text(start)),
            Section("The network, with its first weights.", network),
            Section("Its first neuron, looking at the first sample.", _neuron(start)),
            Section("", optimizers.memory_text(start)),
            Section(f"Training.{patience}", _lines(*training.loop_lines(start))),
            Section("The rows kept back for testing.", _lines(*training.test_lines(start))),
            Section("What the network says now.", _results(start)),
        ]
    )


def expression_notebook(sheet: Sheet) -> str:
    """A notebook of the expression lab's graph. Raises ExportError for an operation that is not in the table."""
    program = graph.micrograd_program(sheet, _NAMES)
    spelling = MicrogradSpelling(program)
    imports = _lines(*graph.import_lines(sheet), _fallback(graph.IMPORT, graph.OWN_IMPORT))
    own = functions_text(graph.operations_of(sheet))
    first, *rest = graph.expression_sections(program, spelling) or [Section("", "")]
    later = any(graph.is_forward(each) for each in program.instructions[_leading(program.instructions) :])
    drawn = 0 < len(sheet.graph.nodes) <= MOST_DRAWN
    picture = [Section("The graph.", f"draw_dot({program.names[sheet.root]})")] if drawn else []
    names = Section(
        "The names of the lab, for the picture.",
        _lines(spelling.values(), "for name, value in values.items():", "    value.label = name"),
    )
    return _notebook(
        [
            Section(f"# A graph of scalars\n\nFrom Chainrule's expression lab. {MARK}", ""),
            Section("The engine: micrograd, or where it is missing Chainrule's own.", imports),
            Section("Operations that micrograd lacks, written as the lecture writes them.", own),
            Section("The lecture's picture of a graph.", _DRAWING),
            first,
            *([names, *picture, *rest] if not later else [*rest, names]),
            *(picture if rest else []),
            Section("Every value, as in the lab.", graph.PRINT),
        ]
    )


def markdown(words: str) -> str:
    """Words from outside as Markdown shows them: on one line, nothing in them means anything."""
    return _SIGNS.sub(r"\\\1", inert(words)).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def _leading(instructions: Sequence[Instruction]) -> int:
    """How many instructions belong to the forward pass that comes first."""
    return next((i for i, each in enumerate(instructions) if not graph.is_forward(each)), len(instructions))


def _fallback(imports: str, own: str) -> str:
    tried = [f"    {line}" for line in imports.split(NEW_LINE)]
    instead = [f"    {line}" for line in own.split(NEW_LINE)]
    return _lines("try:", *tried, "except ModuleNotFoundError:", *instead)


def _neuron(start: Start) -> str:
    """The first neuron's graph, drawn."""
    letter, signal = ("f", f"features(DATA[0][:{start.inputs}])") if start.features else ("x", "DATA[0]")
    first = ["total = neuron.b", 'total.label = "b"'] if start.bias else ["total = Value(0.0)"]
    return _lines(
        "neuron = network.layers[0].neurons[0]",
        *first,
        f"for i, (w, number) in enumerate(zip(neuron.w, {signal}), start=1):",
        f"    {letter} = Value(number)",
        f"    product = w * {letter}",
        "    total = total + product",
        f'    w.label, {letter}.label, product.label, total.label = f"w{{i}}", f"{letter}{{i}}", '
        f'f"w{{i}}*{letter}{{i}}", "sum"',
        *(['neuron.b.label = "b"'] if start.bias else []),
        "out = ACTIVATIONS[0](total)",
        'out.label = "out"',
        "out.backward()",
        "draw_dot(out)",
    )


def _results(start: Start) -> str:
    output, wanted = f"output_of(network, row[:{start.inputs}])", target_of(start)
    shown = f"[score.data for score in {output}]" if start.several else f"{output}.data"
    return _lines("for row in DATA[:10]:", f'    print({shown}, "wanted:", {wanted})')


def _lines(*lines: str) -> str:
    return NEW_LINE.join(lines)


def _notebook(sections: Iterable[Section]) -> str:
    cells: list[dict[str, Any]] = []
    for section in sections:
        about, code = section.about.strip(NEW_LINE), section.code.strip(NEW_LINE)
        if about and (code or about.startswith("#")):
            cells.append(
                {"cell_type": "markdown", "id": f"cell-{len(cells)}", "metadata": {}, "source": _source(about)}
            )
        if code:
            cells.append(
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"cell-{len(cells)}",
                    "metadata": {},
                    "outputs": [],
                    "source": _source(code),
                }
            )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=True, indent=1) + NEW_LINE


def _source(text: str) -> list[str]:
    """As notebooks keep it: a list of lines with their ends."""
    return text.splitlines(keepends=True)
