"""A node in words: for a screen reader and for the tooltip."""

from __future__ import annotations

import html

from gui.graph.record_item import RecordPicture
from gui.numbers import format_exact


def spoken_name(picture: RecordPicture | None) -> str:
    """`node L1.N3.w2, data -0.5, gradient 0.1`: what a screen reader says of the graph."""
    if picture is None or picture.selected is None:
        return "Graph of records, no node selected"
    name = f"node {picture.snapshot.nodes[picture.selected].address}"
    numbers = picture.numbers.values_of(picture.selected)
    return name if numbers is None else f"{name}, data {numbers[0]:.4g}, gradient {numbers[1]:.4g}"


def tooltip(picture: RecordPicture, node: int) -> str:
    """Full name, operation and full numbers of a node, as rich text."""
    shown = picture.snapshot.nodes[node]
    lines = [f"<b>{html.escape(shown.address)}</b>"]
    if shown.op:
        operands = ", ".join(picture.snapshot.nodes[operand].address for operand in shown.operands)
        lines.append(html.escape(f"{shown.op} of {operands}"))
    numbers = picture.numbers.values_of(node)
    if numbers is not None:
        lines += [f"data {format_exact(numbers[0])}", f"gradient {format_exact(numbers[1])}"]
    return "<br>".join(lines)
