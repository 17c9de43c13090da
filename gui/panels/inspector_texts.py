"""What the inspector says: an Explanation in words and numbers. No widgets here."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from core.explain import Consumer, Explanation, NudgeCheck, Operand
from core.words import mark, tr
from gui.numbers import format_count, format_exact, format_number
from gui.panels.inspector_rows import UNKNOWN, RowParts

MOST_TERMS = 4  # written out under the formula
LONGEST_LINE = 44  # characters that fit there
MOST_ROWS = 40  # a node used more often than that gets its last uses summed up in one row
PLAIN = 1e-4  # from here on four decimals say something
LEAVES = {
    "parameter": mark("a leaf: training moves it"),
    "input": mark("a leaf: comes from the data"),
    "target": mark("a leaf: what the output should be"),
    "constant": mark("a leaf: never changes"),
    "leaf": mark("a leaf: its number is in the code"),
}
SIGNS = {"*": "×", "/": "÷", "logsumexp": "ln Σ"}
_SAMPLE = re.compile(r"^sample(\d+)/")


def row_name(address: str, of: str, sample: int) -> str:
    """What a row is called that leads from `of` to `address`; `sample` is the selected one, counted from 0.

    A node of all samples (a parameter, a sum) is used alike in each: its rows are told apart by their samples alone.
    Rows of a node of one sample stay in that sample, so they need not name it.
    """
    found = _SAMPLE.match(address)
    if not found:
        return address
    if _SAMPLE.match(of):
        return address.removeprefix(found[0])
    number = int(found[1])
    if number == sample + 1:
        return tr("sample {sample} (this)", sample=format_count(number))
    return tr("sample {sample}", sample=format_count(number))


def number_text(value: float, *, plain: bool = False) -> str:
    """A number of the inspector: three figures where it is small, so that rows add up on screen.

    `plain`: four decimals down to 0.0001, as those beside it have.
    """
    return f"{value:.4f}" if plain and PLAIN <= abs(value) < 10 * PLAIN else format_number(value, figures=3)


def known(value: float, explanation: Explanation) -> str:
    """A number, or a question mark for one that the backward pass, or the forward pass, is still to bring."""
    if math.isnan(value) and not explanation.complete:
        return UNKNOWN
    return number_text(value, plain=bool(explanation.of))


def short_title(title: str, address: str) -> str:
    """The title without its sample, which the address names, if that leaves enough: `hidden 2 · neuron 2 · output`."""
    rest = title.partition(" · ")[2]
    return rest if _SAMPLE.match(address) and " · " in rest else title


def consumer_rows(explanation: Explanation, sample: int) -> list[RowParts]:
    """One row for each use of the node."""
    consumers = explanation.consumers
    shown = consumers if len(consumers) <= MOST_ROWS else consumers[: MOST_ROWS - 1]
    rows = [_consumer_row(consumer, explanation, sample) for consumer in shown]
    if len(shown) < len(consumers):
        rest = _sum([consumer.contribution for consumer in consumers[len(shown) :]])
        note = tr("{n} more uses", n=format_count(len(consumers) - len(shown)))
        rows.append(RowParts("", note, "", "", number_text(rest), rest))
    return rows


def operand_rows(explanation: Explanation, sample: int) -> list[RowParts]:
    """One row for each operand: what the node hands on to it."""
    return [_operand_row(operand, explanation, sample) for operand in explanation.operands]


def sum_row(explanation: Explanation) -> list[RowParts]:
    """The line under the consumers; none if there is nothing to add up. What is still to come is left out."""
    if len(explanation.consumers) < 2:
        return []
    contributions = [consumer.contribution for consumer in explanation.consumers]
    if not explanation.complete:
        contributions = [each for each in contributions if not math.isnan(each)]
        return [
            RowParts("", tr("sum so far"), "", "", number_text(_sum(contributions)), _sum(contributions), flat=True)
        ]
    total = _sum(contributions)
    if not _same(total, explanation.gradient):
        hint = tr(
            "All uses together contribute {total}, but that is not what the gradient is", total=format_exact(total)
        )
        return [RowParts("", tr("sum, not kept"), "", "", number_text(total), total, hint=hint, flat=True)]
    hint = tr("{total}: the gradient is the sum of what all uses contribute", total=format_exact(total))
    return [RowParts("", tr("sum"), "", "", number_text(total), total, hint=hint, flat=True)]


def chain_rule_tex(explanation: Explanation) -> str:
    """The symbolic chain rule, and for a single use what its local derivative is."""
    if explanation.tex_local and len({consumer.address for consumer in explanation.consumers}) == 1:
        return rf"{explanation.tex} \qquad {explanation.tex_local}"
    return explanation.tex


def step_size(h: float) -> str:
    """`1e-06`; with two figures where one would not be true."""
    short = f"{h:.0e}"
    return short if float(short) == h else f"{h:.1e}"


def numbers_line(explanation: Explanation) -> str:
    """The chain rule with the numbers put in, to stand under the formula: `= -2.0000 × 1.0000 = -2.0000`.

    Of more than two uses only what each contributes: `= 0.0220 - 0.0013 + 0.2223 = 0.2430`; of very many their number.
    """
    consumers = explanation.consumers
    if not consumers or not explanation.complete or any(map(_is_missing, consumers)):
        return ""
    if len(consumers) > 2:
        return _sum_line([consumer.contribution for consumer in consumers])
    line = "= " + " + ".join(_term(consumer) for consumer in consumers).replace("+ -", "- ")
    return f"{line} = {number_text(explanation.gradient)}" if len(consumers) == 1 else line


def origin_sentence(explanation: Explanation) -> str:
    """What to say where there are no consumers; empty where there are."""
    if explanation.consumers:
        return ""
    if explanation.role == "loss":
        return tr("The loss itself: dL/dL = 1. Every gradient starts here.")
    of = explanation.of
    if explanation.role == "output":
        return tr("{of} itself: d{of}/d{of} = 1. Every gradient starts here.", of=of)
    return tr("Nothing that {of} depends on uses this value.", of=of or tr("the loss"))


def verdict(check: NudgeCheck, gradient: float) -> str:
    """The check in a few words."""
    if not check.conclusive:
        return ": ".join(inconclusive(check))
    if check.agrees:
        return tr("agrees within {tolerance}", tolerance=f"{check.tolerance:.0e}")
    if check.kink:
        return tr("meets a kink")
    if not (math.isfinite(check.slope) and math.isfinite(gradient)):
        return tr("is not finite")
    return tr("differs by {difference}", difference=f"{abs(check.slope - gradient):.1e}")


def inconclusive(check: NudgeCheck) -> tuple[str, str]:
    """What to say of a slope that is nothing but rounding, and its bound."""
    return tr("too small to check"), tr("below {tolerance}", tolerance=f"{check.tolerance:.0e}")


def kink_sentence(check: NudgeCheck | None) -> str:
    """Why slope and gradient need not agree; empty if they do or should."""
    if check is None or check.agrees or not check.kink:
        return ""
    kink = _SAMPLE.sub("", check.kink)
    if check.kink_op:
        kink = tr("{op} at {address}", op=check.kink_op, address=kink)
    return tr(
        "{kink} switches within ±h: the slope is not defined at a kink. The gradient follows PyTorch's convention.",
        kink=kink,
    )


def _consumer_row(consumer: Consumer, of: Explanation, sample: int) -> RowParts:
    badge = SIGNS.get(consumer.op, consumer.op)
    contribution = known(consumer.contribution, of)
    if not consumer.address:
        exact = tr(
            "{note}: {contribution} in all", note=consumer.note, contribution=format_exact(consumer.contribution)
        )
        return RowParts("", consumer.note, "", "", contribution, consumer.contribution, hint=exact)
    name = consumer.name or row_name(consumer.address, of.address, sample)
    if _is_missing(consumer):
        hint = tr("{address} {note} what it owes\nClick to go there", address=consumer.address, note=consumer.note)
        return RowParts(badge, f"{name} {consumer.note}", "", "", contribution, 0.0, consumer.address, hint)
    hint = tr(
        "{address}: upstream {upstream} × local {local} = {contribution}\nClick to go there",
        address=consumer.address,
        upstream=_exactly(consumer.upstream, of),
        local=_exactly(consumer.local, of),
        contribution=_exactly(consumer.contribution, of),
    )
    if not consumer.name and not consumer.address.endswith(
        name
    ):  # named by its sample: all of them use the node in the same way
        badge = ""
    upstream, local = known(consumer.upstream, of), known(consumer.local, of)
    return RowParts(badge, name, upstream, local, contribution, consumer.contribution, consumer.address, hint)


def _operand_row(operand: Operand, of: Explanation, sample: int) -> RowParts:
    upstream = of.gradient if operand.upstream is None else operand.upstream
    hint = tr(
        "{address}: data {data}, gets gradient × local = {contribution}\nClick to go there",
        address=operand.address,
        data=_exactly(operand.data, of),
        contribution=_exactly(operand.contribution, of),
    )
    numbers = (known(upstream, of), known(operand.local, of), known(operand.contribution, of))
    name = operand.name or row_name(operand.address, of.address, sample)
    return RowParts(tr("to"), name, *numbers, operand.contribution, operand.address, hint)


def _exactly(value: float, of: Explanation) -> str:
    return UNKNOWN if math.isnan(value) and not of.complete else format_exact(value)


def _is_missing(consumer: Consumer) -> bool:
    """Whether a use never handed on what it owes: only a broken backward pass does that."""
    return bool(consumer.note and consumer.address)


def _term(consumer: Consumer) -> str:
    if not consumer.address:
        return in_brackets(consumer.contribution)
    return f"{number_text(consumer.upstream)} × {in_brackets(consumer.local)}"


def _sum_line(terms: Sequence[float]) -> str:
    """A sum in numbers, as much of it as fits: the total stands below in any case, in the row of the sum."""
    total = number_text(_sum(terms))
    if len(terms) > MOST_TERMS:
        return tr("= sum of {n} terms = {total}", n=format_count(len(terms)), total=total)
    lines = [f"= {_added_up(terms, figures)}" for figures in (3, 2)]
    fitting = (line for line in (f"{lines[0]} = {total}", *lines) if len(line) <= LONGEST_LINE)
    return next(fitting, tr("= sum of {n} terms = {total}", n=len(terms), total=total))


def _added_up(terms: Sequence[float], figures: int) -> str:
    first, *others = (format_number(term, figures=figures) for term in terms)
    return first + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in others)


def in_brackets(value: float) -> str:
    """As a factor: a negative number in brackets."""
    text = number_text(value)
    return f"({text})" if text.startswith("-") else text


def _sum(values: Sequence[float]) -> float:
    return math.fsum(values) if all(map(math.isfinite, values)) else sum(values)


def _same(a: float, b: float) -> bool:
    """Equal but for rounding, and for what is not finite."""
    return not (math.isfinite(a) and math.isfinite(b)) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
