"""What a local derivative is, in words: `the other operand f = −2.0`, `1 − tanh² = 0.5`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.expression.sheet import Array, Sheet
from core.expression.wording import kind_of, locals_of, number, operation_of, power, short_name
from core.words import mark, tr

_ABOVE = mark("{operand} is above 0, where the slope of {name} is {slope}")
_BELOW = mark("{operand} is below 0, where the slope of {name} is {slope}")
_AT = mark("{operand} is 0, where the slope of {name} is {slope}")
_NO_NUMBER = mark("{operand} is no number, where the slope of {name} is {slope}")


@dataclass(frozen=True)
class _Slope:
    """One operand of an operation, as the words below need it."""

    names: Sequence[str]  # of the operands
    data: Sequence[float]  # of the operands, as told; nan where not known
    constant: float
    out: str  # name of the operation's own node
    position: int

    @property
    def name(self) -> str:
        return self.names[self.position]

    @property
    def other(self) -> str:
        return self.names[1 - self.position]


# Formulas of the local derivative; the number is put behind them.
FORMULAS: dict[str, Callable[[_Slope], str]] = {
    "power": lambda s: _times(number(s.constant), power(s.name, s.constant - 1)) if s.constant != 1 else "",
    "pow": lambda s: (
        f"{s.names[1]} · {s.names[0]}**({s.names[1]} − 1)" if s.position == 0 else f"{s.out} · ln({s.names[0]})"
    ),
    "tanh": lambda s: "1 − tanh²",
    "exp": lambda s: tr("exp({name}) itself", name=s.name),
    "log": lambda s: f"1 / {s.name}",
    "sqrt": lambda s: f"1 / (2 · {s.out})",
    "sigmoid": lambda s: "sigmoid · (1 − sigmoid)",
    "softplus": lambda s: f"sigmoid({s.name})",
    "logsumexp": lambda s: tr("its share exp({name} − {out})", name=s.name, out=s.out),
    "sin": lambda s: f"cos({s.name})",
    "cos": lambda s: f"−sin({s.name})",
}


def local_words(sheet: Sheet, node: int, position: int, data: Array, local: float, *, briefly: bool = False) -> str:
    """Why the local derivative of an operand is what it is, with its number; `data` are the numbers of all nodes.

    `briefly`: a factor is not called the other operand.
    """
    operation = operation_of(sheet, node)
    slope = _slope(sheet, node, position, data)
    name = operation.name if operation else ""
    if name == "mul":
        words = _other_operand(sheet, node, slope, briefly)
    elif name in ("relu", "leaky_relu", "abs"):
        words = _which_side(slope, name, local)
    elif name in ("max", "min"):
        words = _which_one(slope, name == "max", local)
    else:
        text = FORMULAS[name](slope) if name in FORMULAS else ""
        words = f"{text or tr('its local derivative')} = {number(local)}"
    return words + _not_as_it_should(sheet, node, position, data, local)


def rule_words(sheet: Sheet, node: int) -> str:
    """How an operation hands a gradient on, without numbers: a whole sentence."""
    operation = operation_of(sheet, node)
    name = operation.name if operation else ""
    distinct = len(set(sheet.graph.nodes[node].operands))
    if name == "add":
        if distinct > 1:
            return tr("A sum passes it on unchanged to both.")
        return tr("A sum passes it on unchanged, once for each use.")
    if name == "mul":
        return tr("A product passes on the gradient times the other operand.")
    if name in ("relu", "leaky_relu", "abs"):
        return tr("What it is multiplied by depends on the sign of the operand.")
    if name == "max":
        return tr("Only the larger of the two receives it; a tie is shared.")
    if name == "min":
        return tr("Only the smaller of the two receives it; a tie is shared.")
    if name == "pow":
        both = [FORMULAS[name](_slope(sheet, node, position, None)) for position in (0, 1)]
        return tr("Base and exponent get it times {base} and times {exponent}.", base=both[0], exponent=both[1])
    if name == "logsumexp":
        return tr("Each receives its share of it, and the shares add up to 1: the softmax.")
    slope = _slope(sheet, node, 0, None)
    text = FORMULAS[name](slope) if name in FORMULAS else ""
    if not text:
        return tr("It is multiplied by its local derivative.")
    return tr("It is multiplied by {formula}.", formula=text)


def _slope(sheet: Sheet, node: int, position: int, data: Array | None) -> _Slope:
    operands = sheet.graph.nodes[node].operands
    numbers = [math.nan if data is None else float(data[operand]) for operand in operands]
    names = [short_name(sheet, operand) for operand in operands]
    names = [f"({name})" if " " in name or "·" in name else name for name in names]
    constant = sheet.constants[node]
    return _Slope(names, numbers, 1.0 if constant is None else constant, short_name(sheet, node), position)


def _other_operand(sheet: Sheet, node: int, slope: _Slope, briefly: bool) -> str:
    operands, factor = sheet.graph.nodes[node].operands, _named(slope, 1 - slope.position)
    if operands[0] == operands[1]:
        if briefly:
            return tr("{factor}, the same value", factor=factor)
        return tr("the other operand {factor}, the same value", factor=factor)
    return factor if briefly else tr("the other operand {factor}", factor=factor)


def _which_side(slope: _Slope, name: str, local: float) -> str:
    value = slope.data[slope.position]
    said = _ABOVE if value > 0 else _BELOW if value < 0 else _AT if value == 0 else _NO_NUMBER
    return tr(said, operand=_named(slope, slope.position), name=name, slope=number(local))


def _which_one(slope: _Slope, larger: bool, local: float) -> str:
    if local == 0.5:
        return tr("{one} and {other} are equal, so each gets half", one=slope.names[0], other=slope.names[1])
    operand = _named(slope, slope.position)
    if local == 0 and larger:
        return tr("{operand} is not the larger one, so it gets nothing", operand=operand)
    if local == 0:
        return tr("{operand} is not the smaller one, so it gets nothing", operand=operand)
    if larger:
        return tr("{operand} is the larger one, so it gets everything", operand=operand)
    return tr("{operand} is the smaller one, so it gets everything", operand=operand)


def _named(slope: _Slope, position: int) -> str:
    """`f = −2.0`; a number that has no name only once."""
    text, name = number(slope.data[position]), slope.names[position]
    return text if name == text else f"{name} = {text}"


def _times(factor: str, base: str) -> str:
    return f"{factor} · {base}"


def _not_as_it_should(sheet: Sheet, node: int, position: int, data: Array, local: float) -> str:
    """What to add where the local derivative is not that of the operation: a wrong formula was used."""
    true = locals_of(sheet, node, data)
    if not true or math.isclose(true[position], local, rel_tol=1e-6, abs_tol=1e-12):
        return ""
    if true[position] != true[position] or local != local:
        return ""
    words = tr(
        "(the {kind}'s real local derivative is {number})",
        kind=kind_of(sheet, node),
        number=number(true[position]),
    )
    return f" {words}"
