"""A node's mathematics in TeX, with the learner's names: total derivatives with d, local ones with ∂."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.expression.sheet import Sheet
from core.expression.wording import operation_of
from core.tex import label_symbol

MOST_TERMS = 2  # more uses than that are written as a sum over k


class Formulas:
    """Of one node. `target` is what the gradients are of."""

    def __init__(self, sheet: Sheet, node: int, target: int) -> None:
        self._sheet, self._node, self._target = sheet, node, target

    def operation(self) -> str:
        """`d = e + c`; empty for a leaf."""
        sheet, node = self._sheet, self._node
        operation = operation_of(sheet, node)
        if operation is None:
            return ""
        names = [self._bracketed(operand, operation.name) for operand in sheet.graph.nodes[node].operands]
        return f"{self._of(node)} = " + operation.formula(names, number_tex(sheet.constants[node]))

    def chain_rule(self, users: Sequence[int]) -> str:
        """The gradient as a sum of upstream times local, one term for each node that uses this one."""
        top, me = self._of(self._target), self._of(self._node)
        left = rf"\frac{{d{top}}}{{d{me}}}"
        if self._node == self._target:
            return f"{left} = 1"
        if not users:
            return f"{left} = 0"
        if len(users) > MOST_TERMS:
            return rf"{left} = \sum_k \frac{{d{top}}}{{dc_k}} \cdot \frac{{\partial c_k}}{{\partial {me}}}"
        names = [self._of(user) for user in users]
        terms = [rf"\frac{{d{top}}}{{d{name}}} \cdot \frac{{\partial {name}}}{{\partial {me}}}" for name in names]
        return f"{left} = " + " + ".join(terms)

    def local(self, user: int) -> str:
        """The local derivative of a node that uses this one; a sum where it uses it more than once."""
        sheet, operation = self._sheet, operation_of(self._sheet, user)
        operands = sheet.graph.nodes[user].operands
        if operation is None or not (operation.variadic or operation.arity == len(operands)):
            return ""
        names = [self._of(operand) for operand in operands]
        constant = sheet.constants[user]
        smaller = None if constant is None else constant - 1
        formulas = operation.partial_formulas(names, c=number_tex(constant), c1=number_tex(smaller), out=self._of(user))
        partials = [formula for operand, formula in zip(operands, formulas, strict=True) if operand == self._node]
        left = rf"\frac{{\partial {self._of(user)}}}{{\partial {self._of(self._node)}}}"
        return f"{left} = " + " + ".join(partials)

    def _of(self, node: int) -> str:
        """Its label; without one a leaf is its number (unless it is the node in question), anything else v."""
        here = self._sheet.graph.nodes[node]
        if here.label:
            return label_symbol(here.label)
        if not here.operands and node != self._node:
            return number_tex(float(self._sheet.start_data[node]))
        found = re.search(r"\d+", here.address)
        return f"v_{{{found[0] if found else node}}}"

    def _bracketed(self, node: int, within: str) -> str:
        """In brackets where a minus sign would follow another sign, or a power would take hold of it."""
        text = self._of(node)
        return f"({text})" if text.startswith("{-}") and within in ("add", "mul", "power", "pow") else text


def number_tex(value: float | None) -> str:
    """A number inside a formula; a minus that does not space like an operator."""
    return "" if value is None else f"{value:g}".replace("-", "{-}")
