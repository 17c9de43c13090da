"""A node in words: for a screen reader and for the tooltip."""

from __future__ import annotations

import html

from core.words import tr
from gui.graph.record_item import RecordPicture
from gui.graph.record_style import short_name
from gui.numbers import format_exact


def spoken_name(picture: RecordPicture | None) -> str:
    """`node L1.N3.w2, data -0.5, gradient 0.1`: what a screen reader says of the graph."""
    if picture is None or picture.selected is None:
        return tr("Graph of records, no node selected")
    address = picture.snapshot.nodes[picture.selected].address
    numbers = picture.numbers.values_of(picture.selected)
    if numbers is None:
        return tr("node {address}", address=address)
    if is_waiting(picture, picture.selected):
        return tr("node {address}, not computed yet", address=address)
    data, gradient = (f"{number:.4g}" for number in numbers)
    return tr("node {address}, data {data}, gradient {gradient}", address=address, data=data, gradient=gradient)


def is_waiting(picture: RecordPicture, node: int) -> bool:
    """Whether a node's number is left out: inside of a step it is not computed yet."""
    covers = picture.numbers.covers
    return covers is not None and bool(covers[0][0, node])


def tooltip(picture: RecordPicture, node: int) -> str:
    """Address, operation and full numbers of a node, as rich text; worded as the bubbles of the network level."""
    shown = picture.snapshot.nodes[node]
    lines = [f"<b>{html.escape(shown.address)}</b>"]
    formula = _formula(picture, node)
    if formula not in shown.address:
        lines.append(html.escape(formula))
    numbers = picture.numbers.values_of(node)
    if numbers is not None and is_waiting(picture, node):
        lines.append(tr("not computed yet"))
    elif numbers is not None:
        lines += [f"data {format_exact(numbers[0])}", f"grad {format_exact(numbers[1])}"]
    return "<br>".join(lines)


def _formula(picture: RecordPicture, node: int) -> str:
    """`L2.N1.sum1 + L2.N1.w2*h2`, `tanh(L2.N1.z)`, `e**2`; empty for a leaf and where the name says it: `w2*h2`."""
    nodes = picture.snapshot.nodes
    op, operands = nodes[node].op, [short_name(nodes[operand].address) for operand in nodes[node].operands]
    if not op or (op == "*" and "*" in nodes[node].address):
        return ""
    if len(operands) == 2 and not op.isidentifier():
        return f" {op} ".join(operands)
    return f"{op}({', '.join(operands)})" if op.isidentifier() else f"{', '.join(operands)}{op}"
