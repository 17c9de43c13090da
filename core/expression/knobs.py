"""The numbers of a text that may be moved: one for each literal that leaves of the graph start from."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from core.expression.sheet import Array, Sheet, Span, state_at
from core.words import tr

DIGITS = 8  # of a number that a step has written, unless …
FIGURES = 4  # … the literal has more, or fewer would not tell that many figures of the move
MOST_DIGITS = 17  # that a number can have
_NETWORK = re.compile(r"(?P<kind>Neuron|Layer|MLP)\((?P<sizes>[\d\s,\[\]]*)(, *\w+ *=.*)?\)")
_WHOLE = re.compile(r"\d+")


@dataclass(frozen=True)
class Knob:
    """A number in the text, and the leaves that start from it (several where the text uses it several times)."""

    literal: Span
    address: str  # of the first leaf that starts from it
    name: str  # `a`; `2.0 in line 3` for one without a name
    short: str  # `a`, `2.0 (line 3)`
    value: float
    nodes: tuple[int, ...]
    named: bool = True  # else a constant inside an expression: the 2 of `2 * n` is not for training

    def gradient(self, grad: Array) -> float:
        """How the end of the graph follows the number: the sum over the leaves that start from it."""
        return float(sum(grad[node] for node in self.nodes))


def knobs_of(sheet: Sheet) -> tuple[Knob, ...]:
    """In the order of the sheet's leaves."""
    found: dict[Span, Knob] = {}
    lines = sheet.text.split("\n")
    for leaf in sheet.leaves:
        if leaf.literal is None:
            continue
        node, first = sheet.graph.nodes[leaf.node], found.get(leaf.literal)
        if first is not None:
            found[leaf.literal] = replace(first, nodes=(*first.nodes, leaf.node))
            continue
        written, line = _written(lines, leaf.literal), leaf.literal.line
        short = node.label or tr("{written} (line {line})", written=written, line=line)
        name = node.label or tr("{written} in line {line}", written=written, line=line)
        found[leaf.literal] = Knob(leaf.literal, node.address, name, short, leaf.value, (leaf.node,), bool(node.label))
    return tuple(found.values())


@dataclass(frozen=True)
class FixedSource:
    """Code that made leaves which no literal of the text gives alone."""

    code: str  # on one line; empty if it is not known
    count: int  # of its leaves in the graph
    made: int | None  # parameters in all, where the code makes a network whose sizes are written in it


def fixed_sources(sheet: Sheet) -> tuple[FixedSource, ...]:
    """Where leaves without a literal come from."""
    lines = sheet.text.split("\n")
    counts: dict[str, int] = {}
    for leaf in sheet.leaves:
        if leaf.literal is None:
            span = sheet.origins[leaf.node]
            code = " ".join(_written(lines, span).split()) if span is not None else ""
            counts[code] = counts.get(code, 0) + 1
    return tuple(FixedSource(code, count, _parameters(code)) for code, count in counts.items())


def why_no_step(sheet: Sheet) -> str:
    """Why a gradient step would change nothing, one sentence; empty if it can be made."""
    knobs = [knob for knob in knobs_of(sheet) if knob.named]
    if not knobs:
        return tr("No number with a name to move.")
    if not sheet.has_backward:
        return tr("These gradients are of a pass before.") if sheet.start_grad.any() else tr("No gradients yet.")
    grad = state_at(sheet, len(sheet.steps)).grad
    gradients = [knob.gradient(grad) for knob in knobs]
    if not all(map(math.isfinite, gradients)):
        return tr("A gradient is not a finite number.")
    return "" if any(gradients) else tr("All gradients are 0: no number moves the result.")


def stepped(sheet: Sheet, size: float) -> dict[str, float]:
    """Every number that has a name moved by `size` times its gradient at the end of the sheet; by address."""
    grad = state_at(sheet, len(sheet.steps)).grad
    return {knob.address: _moved(sheet, knob, size * knob.gradient(grad)) for knob in knobs_of(sheet) if knob.named}


def _moved(sheet: Sheet, knob: Knob, move: float) -> float:
    """The number after a move, with no more digits than tell it: steps add digits for ever."""
    value = knob.value + move
    if not (math.isfinite(value) and value and move):
        return value
    written = _written(sheet.text.split("\n"), knob.literal).lower().partition("e")[0]
    own = sum(sign.isdigit() for sign in written.lstrip("+-0."))
    for_move = math.floor(math.log10(abs(value))) - math.floor(math.log10(abs(move))) + FIGURES
    return float(f"{value:.{min(max(DIGITS, own, for_move), MOST_DIGITS)}g}")


def result_of(sheet: Sheet) -> tuple[str, float] | None:
    """Name and number of the end of the graph after the last step; None for an empty text."""
    if sheet.root < 0:
        return None
    node = sheet.graph.nodes[sheet.root]
    return node.label or node.address, float(state_at(sheet, len(sheet.steps)).data[sheet.root])


def with_backward(sheet: Sheet) -> tuple[str, str] | None:
    """The line that goes back from the end of the graph, `L.backward()`, and the text with it; None without a name."""
    if not sheet.end:
        return None
    line = f"{sheet.end}.backward()"
    text = sheet.text
    return line, f"{text}{line}\n" if text.endswith("\n") else f"{text}\n{line}"


def _written(lines: Sequence[str], span: Span) -> str:
    """The code at a place; of several lines the first."""
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    return line[span.column : span.end_column if span.end_line == span.line else None].strip()


def _parameters(code: str) -> int | None:
    """How many parameters `Neuron(2)`, `Layer(2, 3)` or `MLP(3, [4, 4, 1])` makes; None if the code does not tell."""
    if (call := _NETWORK.fullmatch(code)) is None:
        return None
    sizes = [int(size) for size in _WHOLE.findall(call["sizes"])]
    if call["kind"] == "Neuron":
        sizes = [*sizes[:1], 1]
    return sum(wide * (fan_in + 1) for fan_in, wide in pairwise(sizes)) if len(sizes) > 1 else None
