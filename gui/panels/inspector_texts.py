"""What the inspector says: an Explanation in words and numbers. No widgets here."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from core.explain import Consumer, Explanation, NudgeCheck, Operand
from gui.numbers import format_exact, format_number
from gui.panels.inspector_rows import RowParts

MOST_ROWS = 40  # a node used more often than that gets its last uses summed up in one row
LEAVES = {
    "parameter": "a leaf: training moves it",
    "input": "a leaf: comes from the data",
    "target": "a leaf: what the output should be",
    "constant": "a leaf: never changes",
}
SIGNS = {"*": "×", "/": "÷"}
_SAMPLE = re.compile(r"^sample\d+/")


def short_name(address: str, sample: int) -> str:
    """An address as shown in a row: without the prefix of the selected sample (counted from 0).

    Of a node of another sample only the sample is named: it is the twin of one that is named in full.
    """
    local = address.removeprefix(f"sample{sample + 1}/")
    other = _SAMPLE.match(local)
    return other[0].removesuffix("/") if other else local


def short_title(title: str) -> str:
    """The title without its sample, which the address names, if that leaves enough: `hidden 2 · neuron 2 · output`."""
    return re.sub(r"^sample \d+ · (?=.* · )", "", title)


def consumer_rows(explanation: Explanation, sample: int) -> list[RowParts]:
    """One row for each use of the node."""
    consumers = explanation.consumers
    shown = consumers if len(consumers) <= MOST_ROWS else consumers[: MOST_ROWS - 1]
    rows = [_consumer_row(consumer, sample) for consumer in shown]
    if len(shown) < len(consumers):
        rest = _sum([consumer.contribution for consumer in consumers[len(shown) :]])
        rows.append(RowParts("", f"{len(consumers) - len(shown)} more uses", "", "", format_number(rest), rest))
    return rows


def operand_rows(explanation: Explanation, sample: int) -> list[RowParts]:
    """One row for each operand: what the node hands on to it."""
    return [_operand_row(operand, explanation.gradient, sample) for operand in explanation.operands]


def sum_row(consumers: Sequence[Consumer]) -> list[RowParts]:
    """The line under the consumers; none if there is nothing to add up."""
    if len(consumers) < 2:
        return []
    total = _sum([consumer.contribution for consumer in consumers])
    hint = f"{format_exact(total)}: the gradient is the sum of what all uses contribute"
    return [RowParts("", "sum", "", "", format_number(total), total, hint=hint, flat=True)]


def chain_rule_tex(explanation: Explanation) -> str:
    """The symbolic chain rule, and for a single use what its local derivative is."""
    if len(explanation.consumers) == 1 and explanation.tex_local:
        return rf"{explanation.tex} \qquad {explanation.tex_local}"
    return explanation.tex


def step_size(h: float) -> str:
    """`1e-06`; with two figures where one would not be true."""
    short = f"{h:.0e}"
    return short if float(short) == h else f"{h:.1e}"


def numbers_line(explanation: Explanation) -> str:
    """The chain rule with the numbers put in, to stand under the formula: `= -2.0000 × 1.0000 = -2.0000`."""
    consumers = explanation.consumers
    if not 1 <= len(consumers) <= 2:
        return ""
    line = "= " + " + ".join(_term(consumer) for consumer in consumers)
    return f"{line} = {format_number(explanation.gradient)}" if len(consumers) == 1 else line


def origin_sentence(explanation: Explanation) -> str:
    """What to say where there are no consumers; empty where there are."""
    if explanation.consumers:
        return ""
    if explanation.role == "loss":
        return "The loss itself: dL/dL = 1. Every gradient starts here."
    return "Nothing that the loss depends on uses this value."


def verdict(check: NudgeCheck, gradient: float) -> str:
    """The check in a few words."""
    if check.agrees:
        return f"agrees within {check.tolerance:.0e}"
    if check.kink:
        return "meets a kink"
    if not (math.isfinite(check.slope) and math.isfinite(gradient)):
        return "is not finite"
    return f"differs by {abs(check.slope - gradient):.1e}"


def kink_sentence(check: NudgeCheck | None) -> str:
    """Why slope and gradient need not agree; empty if they do or should."""
    if check is None or check.agrees or not check.kink:
        return ""
    kink = _SAMPLE.sub("", check.kink)
    return f"{kink} switches within ±h: the slope is not defined at a kink. The gradient follows PyTorch's convention."


def _consumer_row(consumer: Consumer, sample: int) -> RowParts:
    badge = SIGNS.get(consumer.op, consumer.op)
    contribution = format_number(consumer.contribution)
    if not consumer.address:
        exact = f"{consumer.note}: {format_exact(consumer.contribution)} in all"
        return RowParts("", consumer.note, "", "", contribution, consumer.contribution, hint=exact)
    hint = (
        f"{consumer.address}: upstream {format_exact(consumer.upstream)} × local {format_exact(consumer.local)}"
        f" = {format_exact(consumer.contribution)}\nClick to go there"
    )
    name = short_name(consumer.address, sample)
    upstream, local = format_number(consumer.upstream), format_number(consumer.local)
    return RowParts(badge, name, upstream, local, contribution, consumer.contribution, consumer.address, hint)


def _operand_row(operand: Operand, gradient: float, sample: int) -> RowParts:
    hint = (
        f"{operand.address}: data {format_exact(operand.data)}, gets gradient × local"
        f" = {format_exact(operand.contribution)}\nClick to go there"
    )
    numbers = (format_number(gradient), format_number(operand.local), format_number(operand.contribution))
    return RowParts("to", short_name(operand.address, sample), *numbers, operand.contribution, operand.address, hint)


def _term(consumer: Consumer) -> str:
    if not consumer.address:
        return _in_brackets(consumer.contribution)
    return f"{format_number(consumer.upstream)} × {_in_brackets(consumer.local)}"


def _in_brackets(value: float) -> str:
    text = format_number(value)
    return f"({text})" if text.startswith("-") else text


def _sum(values: Sequence[float]) -> float:
    return math.fsum(values) if all(map(math.isfinite, values)) else sum(values)
