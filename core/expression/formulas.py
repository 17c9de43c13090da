"""A node's mathematics in TeX, with the learner's names: total derivatives with d, local ones with ∂."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.expression.sheet import Sheet
from core.expression.wording import MINUS, kind_in_english, kind_of, operation_of, short_name
from core.tex import label_symbol, number_tex

MOST_TERMS = 2  # more uses than that are written as a sum over k
LONGEST = 7  # characters of a node without a label; longer ones are called by their kind
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_RAISED, "-0123456789")
SUM, PRODUCT = (" + ", " - "), (r"\cdot", "^")  # what brackets are for
_SIGNS = {MINUS: "-", "·": r" \cdot "}
_TOKENS = re.compile(
    rf"([^\W\d{_RAISED}][^\W{_RAISED}]*)(?=\()|[^\W\d{_RAISED}][^\W{_RAISED}]*|[{_RAISED}]+|\*\*{MINUS}?[\d.]+|[{MINUS}·]"
)


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
        formula = operation.formula(names, number_tex(sheet.constants[node]))
        return f"{self._of(node)} = {formula}" if sheet.graph.nodes[node].label else formula

    def chain_rule(self, users: Sequence[int]) -> str:
        """The gradient as a sum of upstream times local, one term for each node that uses this one."""
        top, me = self._whole(self._target), self._whole(self._node)
        left = rf"\frac{{d{top}}}{{d{me}}}"
        if self._node == self._target:
            return f"{left} = 1"
        if not users:
            return f"{left} = 0"
        if len(users) > MOST_TERMS:
            return rf"{left} = \sum_k \frac{{d{top}}}{{dc_k}} \cdot \frac{{\partial c_k}}{{\partial {me}}}"
        names = [self._whole(user) for user in users]
        terms = [rf"\frac{{d{top}}}{{d{name}}} \cdot \frac{{\partial {name}}}{{\partial {me}}}" for name in names]
        return f"{left} = " + " + ".join(terms)

    def local(self, user: int) -> str:
        """The local derivative of a node that uses this one; a sum where it uses it more than once."""
        sheet, operation = self._sheet, operation_of(self._sheet, user)
        operands = sheet.graph.nodes[user].operands
        if operation is None or not (operation.variadic or operation.arity == len(operands)):
            return ""
        alone = operation.name == "mul"  # its local derivative is the other operand itself
        names = [self._of(each) if alone else self._bracketed(each, operation.name) for each in operands]
        constant = sheet.constants[user]
        smaller = None if constant is None else constant - 1
        formulas = operation.partial_formulas(names, c=number_tex(constant), c1=number_tex(smaller), out=self._of(user))
        partials = [formula for operand, formula in zip(operands, formulas, strict=True) if operand == self._node]
        left = rf"\frac{{\partial {self._whole(user)}}}{{\partial {self._whole(self._node)}}}"
        return f"{left} = " + " + ".join(partials)

    def _of(self, node: int) -> str:
        """Its label; without one a leaf is its number, anything else its formula, or its kind where that is long."""
        here = self._sheet.graph.nodes[node]
        if here.label:
            return label_symbol(here.label)
        if not here.operands:
            return number_tex(float(self._sheet.start_data[node]))
        text = short_name(self._sheet, node)
        if text == kind_of(self._sheet, node):
            text = kind_in_english(self._sheet, node)
        plain = not re.search(r"[./']|\w\*\w", text)  # no address is in it
        return (
            as_tex(text)
            if plain and len(text) <= LONGEST
            else rf"\mathrm{{{kind_in_english(self._sheet, node).replace(' ', '~')}}}"
        )

    def _whole(self, node: int) -> str:
        """The same as one thing, to be put behind a d."""
        here, text = self._sheet.graph.nodes[node], self._of(node)
        bare = not here.operands and not here.label
        return f"({text})" if bare or _has_outside(text, (*SUM, *PRODUCT)) or text.startswith("-") else text

    def _bracketed(self, node: int, within: str) -> str:
        """In brackets where a sign would follow another sign, or a power would take hold of a part."""
        text = self._of(node)
        if text.startswith(("{-}", "-")) and within in ("add", "mul", "power", "pow"):
            return f"({text})"
        parts = {"mul": SUM, "power": (*SUM, *PRODUCT), "pow": (*SUM, *PRODUCT)}
        return f"({text})" if _has_outside(text, parts.get(within, ())) else text


def as_tex(text: str) -> str:
    """A formula of a sentence, `x² − 4·x`, in TeX."""
    return _TOKENS.sub(_token, text)


def _token(found: re.Match[str]) -> str:
    token = found[0]
    if token[0] in _RAISED:
        return f"^{{{token.translate(_LOWERED)}}}"
    if token.startswith("**"):
        return f"^{{{token[2:].replace(MINUS, '-')}}}"
    if token in _SIGNS:
        return _SIGNS[token]
    return rf"\mathrm{{{token}}}" if found[1] else label_symbol(token)


def _has_outside(text: str, marks: Sequence[str]) -> bool:
    """Whether one of the marks stands outside of all brackets."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "({") - (letter in ")}")
        if not depth and text.startswith(tuple(marks), place):
            return True
    return False
