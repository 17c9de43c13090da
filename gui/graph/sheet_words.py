"""Numbers and formulas as they are written on the edges of a sheet's graph. No Qt here."""

from __future__ import annotations

import html
import math

from core.expression.sheet import Change, Phase, Sheet, State
from core.expression.wording import locals_of, plain_number
from gui.graph.record_style import shown_symbol
from gui.numbers import MISSING

_TIMES, _DOT = "\N{MULTIPLICATION SIGN}", "\N{MIDDLE DOT}"
_OVERWRITTEN = "overwritten"
_LONG = 44  # characters of a formula on one line


def growth_text(changes: list[Change]) -> str:
    """`0.0 + 1.0 → 1.0 + 1.0 → 2.0`: what was handed to one operand in one step, one part after the other."""
    words = [plain_number(changes[0].before)]
    for change in changes:
        part = change.upstream * change.local
        if math.isclose(change.before + part, change.after, rel_tol=1e-9, abs_tol=1e-12):
            words.append(f"+ {plain_number(part)} → {plain_number(change.after)}")
        else:  # a bug of the lab: not added to what was there
            words = [word for word in words if not word.startswith(_OVERWRITTEN)]
            words.append(f"{_OVERWRITTEN} → {plain_number(change.after)}")
    return " ".join(words)


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
        product = plain_number(upstream * local + 0.0)
        numbers = f"{plain_number(upstream)} {_TIMES} {plain_number(local)} = {product}"
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
