"""The numbers of a text that may be moved: one for each literal that leaves of the graph start from."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, replace

from core.expression.sheet import Array, Sheet, Span, state_at
from core.expression.source import Source

DIGITS = 15  # a sum of decimals is written with so many where that spares its rounding error: 2.06, not 2.0599999…96
SPARED = 3  # characters that make it worth while


@dataclass(frozen=True)
class Knob:
    """A number in the text, and the leaves that start from it (several where the text uses it several times)."""

    literal: Span
    address: str  # of the first leaf that starts from it
    name: str  # `a`; `number in line 3` for one without a name
    short: str  # `a`, `line 3`
    value: float
    nodes: tuple[int, ...]
    named: bool = True  # else a constant inside an expression: the 2 of `2 * n` is not for training

    def gradient(self, grad: Array) -> float:
        """How the end of the graph follows the number: the sum over the leaves that start from it."""
        return float(sum(grad[node] for node in self.nodes))


def knobs_of(sheet: Sheet) -> tuple[Knob, ...]:
    """In the order of the sheet's leaves."""
    found: dict[Span, Knob] = {}
    for leaf in sheet.leaves:
        if leaf.literal is None:
            continue
        node, first = sheet.graph.nodes[leaf.node], found.get(leaf.literal)
        if first is not None:
            found[leaf.literal] = replace(first, nodes=(*first.nodes, leaf.node))
            continue
        short = node.label or f"line {leaf.literal.line}"
        name = node.label or f"number in {short}"
        found[leaf.literal] = Knob(leaf.literal, node.address, name, short, leaf.value, (leaf.node,), bool(node.label))
    return tuple(found.values())


def fixed_sources(sheet: Sheet) -> dict[str, int]:
    """Where leaves without a literal come from: the code that made them, and how many it made."""
    lines = sheet.text.split("\n")
    found: dict[str, int] = {}
    for leaf in sheet.leaves:
        if leaf.literal is None:
            span = sheet.origins[leaf.node]
            found_in = lines[span.line - 1] if span is not None and span.line <= len(lines) else ""
            end = span.end_column if span is not None and span.end_line == span.line else None
            source = found_in[span.column : end].strip() if span is not None else ""
            found[source] = found.get(source, 0) + 1
    return found


def why_no_step(sheet: Sheet) -> str:
    """Why a gradient step would change nothing, one sentence; empty if it can be made."""
    knobs = [knob for knob in knobs_of(sheet) if knob.named]
    if not knobs:
        return "No number with a name to move."
    if not sheet.has_backward:
        return "No gradients yet."
    grad = state_at(sheet, len(sheet.steps)).grad
    gradients = [knob.gradient(grad) for knob in knobs]
    if not all(map(math.isfinite, gradients)):
        return "A gradient is not a finite number."
    return "" if any(gradients) else "All gradients are 0: no number moves the result."


def stepped(sheet: Sheet, size: float) -> dict[str, float]:
    """Every number that has a name moved by `size` times its gradient at the end of the sheet; by address."""
    grad = state_at(sheet, len(sheet.steps)).grad
    return {knob.address: _tidy(knob.value + size * knob.gradient(grad)) for knob in knobs_of(sheet) if knob.named}


def result_of(sheet: Sheet) -> tuple[str, float] | None:
    """Name and number of the end of the graph after the last step; None for an empty text."""
    if sheet.root < 0:
        return None
    node = sheet.graph.nodes[sheet.root]
    return node.label or node.address, float(state_at(sheet, len(sheet.steps)).data[sheet.root])


def with_backward(sheet: Sheet) -> tuple[str, str] | None:
    """The line that goes back from the end of the graph, `L.backward()`, and the text with it; None without a name."""
    name = _variable_of_root(sheet)
    if name is None:
        return None
    line = f"{name}.backward()"
    text = sheet.text
    return line, f"{text}{line}\n" if text.endswith("\n") else f"{text}\n{line}"


def _variable_of_root(sheet: Sheet) -> str | None:
    """The variable that holds the end of the graph: its label if there is one of that name, else the last assigned."""
    origin = sheet.origins[sheet.root] if sheet.root >= 0 else None
    holder, names = None, set[str]()
    for statement in Source(sheet.text).tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
                names.add(name)
                last = statement.end_lineno or statement.lineno
                if origin is not None and statement.lineno <= origin.line <= last:
                    holder = name
    label = sheet.graph.nodes[sheet.root].label if sheet.root >= 0 else ""
    return label if label in names else holder


def _tidy(value: float) -> float:
    """The number itself, or a neighbour with far fewer digits."""
    short = float(f"{value:.{DIGITS}g}")
    return short if len(repr(short)) + SPARED <= len(repr(value)) else value
