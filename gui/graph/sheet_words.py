"""Numbers and formulas as they are written on the edges of a sheet's graph. No Qt here."""

from __future__ import annotations

import html
import math

from core.expression.sheet import Change, Phase, Sheet, State
from core.expression.wording import locals_of, plain_number
from core.words import tr
from gui.graph.record_style import shown_symbol
from gui.numbers import MISSING

_TIMES, _DOT = "\N{MULTIPLICATION SIGN}", "\N{MIDDLE DOT}"
_LONG = 44  # characters of a formula on one line


def growth_text(changes: list[Change]) -> str:
    """`0.0 + 1.0 → 1.0 → 2.0`: what one operand had before a step, and its sums, one part after the other.

    Overwritten instead of added: `0.0, then 1.0, overwritten by 1.0`.
    """
    sums = [_number(change.after) for change in changes]
    if all(_is_added(change) for change in changes):
        first = _part(changes[0])
        share = f"({_number(first)})" if first < 0 else _number(first)
        return " → ".join([f"{_number(changes[0].before)} + {share}", *sums])
    words = [_number(changes[0].before)]
    for i, (change, text) in enumerate(zip(changes, sums, strict=True)):
        wiped = not _is_added(change) or (i > 0 and not all(_is_added(each) for each in changes[: i + 1]))
        words.append(tr("overwritten by {number}", number=text) if wiped else tr("then {number}", number=text))
    return ", ".join(words)


def _is_added(change: Change) -> bool:
    return math.isclose(change.before + _part(change), change.after, rel_tol=1e-9, abs_tol=1e-12)


def _part(change: Change) -> float:
    return change.upstream * change.local


def _number(x: float) -> str:
    """As everywhere, but never -0.0."""
    return plain_number(x + 0.0)


def edge_text(sheet: Sheet, state: State, head: int, position: int, *, hidden: bool) -> str:
    """`dL/dd · ∂d/∂e = -2.0 × 1.0 = -2.0` of the edge that brings operand number `position` to node `head`.

    The numbers are those that were handed on last, or would be now; left out where gradients are `hidden`. A long
    formula takes two lines.
    """
    nodes = sheet.graph.nodes
    operand = nodes[head].operands[position]
    root, result, name = (nodes[node].address for node in (sheet.root, head, operand))
    formula = f"d{root}/d{result} {_DOT} ∂{result}/∂{name}"
    if hidden:
        return formula
    upstream, local = _factors(sheet, state, head, position)
    numbers = MISSING
    if not math.isnan(local):
        numbers = f"{_number(upstream)} {_TIMES} {_number(local)} = {_number(upstream * local)}"
    gap = "\n= " if len(formula) + len(numbers) > _LONG else " = "
    return f"{formula}{gap}{numbers}"


def _factors(sheet: Sheet, state: State, head: int, position: int) -> tuple[float, float]:
    """Upstream gradient and local derivative: as handed on last since the gradients were zeroed, else as of now.

    The local derivative is nan where it is not known, or not computed yet.
    """
    for step in reversed(sheet.steps[: state.position]):
        if step.phase is Phase.ZERO:
            break
        if step.phase is Phase.BACKWARD and step.node == head:
            for change in step.changes:
                if change.position == position:
                    return change.upstream, change.local
    locals_ = locals_of(sheet, head, state.data)
    return float(state.grad[head]), locals_[position] if position < len(locals_) else math.nan


def rule_of(sheet: Sheet, node: int) -> str:
    """`e + c`, `tanh(n)`, `x**2`: what a node was computed from; empty for a leaf."""
    nodes = sheet.graph.nodes
    op, operands = nodes[node].op, [nodes[operand].address for operand in nodes[node].operands]
    if not op:
        return ""
    if len(operands) == 2 and not op.isidentifier():
        return f"{operands[0]} {shown_symbol(op)} {operands[1]}"
    return f"{op}({', '.join(operands)})" if op.isidentifier() else f"{', '.join(operands)}{op}"


def tip_text(sheet: Sheet, node: int, data: str, grad: str, hint: str) -> str:
    """A node's address, operation and numbers as rich text, and what can be done with it."""
    address, rule = sheet.graph.nodes[node].address, rule_of(sheet, node)
    lines = [f"<b>{html.escape(address)}</b>"]
    if rule and rule != address:
        lines.append(html.escape(f"{address} = {rule}"))
    lines += [f"data {data}", f"grad {grad}"]
    return "<br>".join(lines + ([html.escape(hint)] if hint else []))
