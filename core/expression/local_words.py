"""What a local derivative is, in words: `the other operand f = −2.0`, `1 − tanh² = 0.5`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.expression.sheet import Array, Sheet
from core.expression.wording import kind_of, locals_of, number, operation_of, power, short_name

OTHER = "the other operand "


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
    "exp": lambda s: f"exp({s.name}) itself",
    "log": lambda s: f"1 / {s.name}",
    "sqrt": lambda s: f"1 / (2 · {s.out})",
    "sigmoid": lambda s: "sigmoid · (1 − sigmoid)",
    "softplus": lambda s: f"sigmoid({s.name})",
    "logsumexp": lambda s: f"its share exp({s.name} − {s.out})",
    "sin": lambda s: f"cos({s.name})",
    "cos": lambda s: f"−sin({s.name})",
}


def local_words(sheet: Sheet, node: int, position: int, data: Array, local: float) -> str:
    """Why the local derivative of an operand is what it is, with its number; `data` are the numbers of all nodes."""
    operation = operation_of(sheet, node)
    slope = _slope(sheet, node, position, data)
    name = operation.name if operation else ""
    if name == "mul":
        words = _other_operand(sheet, node, slope)
    elif name in ("relu", "leaky_relu", "abs"):
        words = _which_side(slope, name, local)
    elif name in ("max", "min"):
        words = _which_one(slope, "larger" if name == "max" else "smaller", local)
    else:
        text = FORMULAS[name](slope) if name in FORMULAS else ""
        words = f"{text or 'its local derivative'} = {number(local)}"
    return words + _not_as_it_should(sheet, node, position, data, local)


def rule_words(sheet: Sheet, node: int) -> str:
    """How an operation hands a gradient on, without numbers: a whole sentence."""
    operation = operation_of(sheet, node)
    name = operation.name if operation else ""
    distinct = len(set(sheet.graph.nodes[node].operands))
    if name == "add":
        return "A sum passes it on unchanged" + (" to both." if distinct > 1 else ", once for each use.")
    if name == "mul":
        return "A product passes on the gradient times the other operand."
    if name in ("relu", "leaky_relu", "abs"):
        return "What it is multiplied by depends on the sign of the operand."
    if name in ("max", "min"):
        return f"Only the {'larger' if name == 'max' else 'smaller'} of the two receives it; a tie is shared."
    if name == "pow":
        both = [FORMULAS[name](_slope(sheet, node, position, None)) for position in (0, 1)]
        return f"Base and exponent get it times {both[0]} and times {both[1]}."
    if name == "logsumexp":
        return "Each receives its share of it, and the shares add up to 1: the softmax."
    slope = _slope(sheet, node, 0, None)
    text = FORMULAS[name](slope) if name in FORMULAS else ""
    return f"It is multiplied by {text or 'its local derivative'}."


def _slope(sheet: Sheet, node: int, position: int, data: Array | None) -> _Slope:
    operands = sheet.graph.nodes[node].operands
    numbers = [math.nan if data is None else float(data[operand]) for operand in operands]
    names = [short_name(sheet, operand) for operand in operands]
    names = [f"({name})" if " " in name or "·" in name else name for name in names]
    constant = sheet.constants[node]
    return _Slope(names, numbers, 1.0 if constant is None else constant, short_name(sheet, node), position)


def _other_operand(sheet: Sheet, node: int, slope: _Slope) -> str:
    operands = sheet.graph.nodes[node].operands
    text = f"{OTHER}{_named(slope, 1 - slope.position)}"
    return f"{text}, the same value" if operands[0] == operands[1] else text


def _which_side(slope: _Slope, name: str, local: float) -> str:
    value = slope.data[slope.position]
    side = "above 0" if value > 0 else "below 0" if value < 0 else "0" if value == 0 else "no number"
    return f"{_named(slope, slope.position)} is {side}, where the slope of {name} is {number(local)}"


def _which_one(slope: _Slope, word: str, local: float) -> str:
    if local == 0.5:
        return f"{slope.names[0]} and {slope.names[1]} are equal, so each gets half"
    if local == 0:
        return f"{_named(slope, slope.position)} is not the {word} one, so it gets nothing"
    return f"{_named(slope, slope.position)} is the {word} one, so it gets everything"


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
    return f" (the {kind_of(sheet, node)}'s real local derivative is {number(true[position])})"
