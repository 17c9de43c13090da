"""How a sheet's nodes, numbers and operations are written in a sentence."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from core.expression.sheet import Array, Sheet, Step
from core.ops import OPS, Operation
from core.words import mark, tr, trn

MINUS = "\N{MINUS SIGN}"
MOST_NAMES = 3  # written out; of more their number is told
LONGEST_FORMULA = 26  # characters of an unnamed node; longer ones are named by their kind alone
DEEPEST = 4  # unnamed nodes inside each other that are looked into
SMALLEST, LARGEST = 1e-3, 1e6  # between them a number is written without an exponent
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_NUMBERED = re.compile(r"v\d+")  # the address of a node that nobody named
_ADDED_MINUS = re.compile(rf" \+ \({MINUS}([^()]*)\)")

NUMBER = mark("number")
# What an unnamed node is, by its operation.
KINDS = {
    "add": mark("sum"), "mul": mark("product"), "power": mark("power"), "pow": mark("power"),
    "exp": mark("exponential"), "log": mark("logarithm"), "sqrt": mark("square root"), "max": mark("maximum"),
    "min": mark("minimum"), "abs": mark("absolute value"),
}  # fmt: skip
_TRANSLATED = {NUMBER, *KINDS.values()}  # other kinds are names of operations, as the text has them


_TH = mark("{n}th")
_ORDINALS = {1: mark("{n}st"), 2: mark("{n}nd"), 3: mark("{n}rd")}  # by the last digit
_DESCRIBED = mark("the {kind} {text}")


def plain_number(x: float, decimals: int = 4) -> str:
    """`-2.0`, `0.8814`, `1.2e-05`, `nan`: decimals without trailing zeros, but always one."""
    if math.isnan(x) or math.isinf(x):
        return f"{x}"
    if x != 0 and not SMALLEST <= abs(x) < LARGEST:
        return f"{x:.{max(decimals - 2, 1)}e}"
    text = f"{x + 0.0:.{decimals}f}".rstrip("0")  # -0 is 0 for a reader
    return f"{text}0" if text.endswith(".") else text


def number(x: float, decimals: int = 4) -> str:
    """As `plain_number`, with a real minus sign: for a sentence."""
    return plain_number(x, decimals).replace("-", MINUS)


def moved(numbers: Sequence[float]) -> list[str]:
    """Numbers that follow each other, with as many decimals as it takes to see that they are not the same."""
    for decimals in range(4, 17):
        texts = [number(x, decimals) for x in numbers]
        pairs = zip(numbers, numbers[1:], texts, texts[1:], strict=False)
        if all(short != later or x == y or x != x or y != y for x, y, short, later in pairs):
            break
    return texts


def ordinal(n: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`, `21st`."""
    common = n % 100 in (11, 12, 13)
    return tr(_TH if common else _ORDINALS.get(n % 10, _TH), n=n)


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) > 1:
        return tr("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])
    return "".join(names)


def operation_of(sheet: Sheet, node: int) -> Operation | None:
    """The entry of the op table; None for a leaf, and for an operation that the learner defined."""
    return _by_symbol(sheet.graph.nodes[node].op, sheet.constants[node])


def locals_of(sheet: Sheet, node: int, data: Array) -> tuple[float, ...]:
    """∂node/∂operand by the op table, at these numbers of all nodes; empty where the table does not know the node."""
    operation = operation_of(sheet, node)
    if operation is None:
        return ()
    numbers = _operands(sheet, node, operation, data)
    return tuple(float(local) for local in operation.partials(*numbers, float(data[node])))


def result_of(sheet: Sheet, node: int, data: Array) -> float | None:
    """What an operation gives by the op table; None where the table does not know it, or outside of its domain."""
    operation = operation_of(sheet, node)
    if operation is None:
        return None
    try:
        return float(operation.forward(*_operands(sheet, node, operation, data)))
    except (ValueError, ArithmeticError):
        return None


def _operands(sheet: Sheet, node: int, operation: Operation, data: Array) -> list[float]:
    numbers = [float(data[operand]) for operand in sheet.graph.nodes[node].operands]
    return [*numbers, sheet.constants[node] or 0.0] if operation.has_constant else numbers


def own_name(sheet: Sheet, node: int) -> str:
    """Its label; of several nodes with the same label, and for a neuron's inner nodes, the address; or empty."""
    return _names(sheet)[node]


def name_of(sheet: Sheet, node: int) -> str:
    """Its own name; one without is called by its kind: `the product a·b`."""
    return _names(sheet)[node] or _described(sheet, node)


def short_name(sheet: Sheet, node: int) -> str:
    """The same without words around it: `a·b`, `2.0`; for chips."""
    if not sheet.graph.nodes[node].operands and not _names(sheet)[node]:
        return number(float(sheet.start_data[node]))
    return inner_name(sheet, node)


def inner_name(sheet: Sheet, node: int) -> str:
    """The same inside a formula, where a number needs no `.0`: `4`."""
    return _names(sheet)[node] or _formula(sheet, node, DEEPEST) or kind_of(sheet, node)


def kind_of(sheet: Sheet, node: int) -> str:
    """`product`, `tanh`, `number`: what a node is."""
    word = kind_in_english(sheet, node)
    return tr(word) if word in _TRANSLATED else word


def kind_in_english(sheet: Sheet, node: int) -> str:
    """The same for TeX, which knows only plain letters."""
    operation = operation_of(sheet, node)
    if operation is None:
        return sheet.graph.nodes[node].op or NUMBER
    return KINDS.get(operation.name, operation.name.replace("_", " "))


def formula(operation: Operation | None, symbol: str, operands: Sequence[str], constant: float | None) -> str:
    """An operation on operands: `a · b`, `a²`, `tanh(n)`."""
    name = operation.name if operation else symbol
    if name == "add":
        return " + ".join([operands[0], *(f"({text})" if text.startswith(MINUS) else text for text in operands[1:])])
    if name == "mul":
        return " · ".join(as_factor(text) for text in operands)
    if name == "power" and constant is not None:
        return power(operands[0], constant)
    if name == "pow":
        return "**".join(_in_brackets(text, " ") for text in operands)
    extra = [number(constant)] if constant is not None else []
    return f"{name}({', '.join([*operands, *extra])})"


def power(base: str, exponent: float) -> str:
    """`a²`, `(a + b)⁻¹`, `a**0.5`; `a` for exponent 1."""
    base = _in_brackets(base, " ")
    if exponent == 1:
        return base
    if math.isfinite(exponent) and exponent == int(exponent):
        return base + str(int(exponent)).translate(_SUPERSCRIPTS)
    return f"{base}**{number(exponent)}"


def product(factors: Sequence[float]) -> str:
    """Numbers multiplied: `2.0 × −3.0`."""
    return " × ".join(number(factor) for factor in factors)


def formula_of(sheet: Sheet, node: int, text_of: Callable[[Sheet, int], str] = inner_name) -> str:
    """What a node computes, in the names of its operands."""
    here = sheet.graph.nodes[node]
    operands = [text_of(sheet, operand) for operand in here.operands]
    text = formula(operation_of(sheet, node), here.op, operands, sheet.constants[node])
    return text if text_of is not inner_name else _with_minus(text)


def first_up(text: str) -> str:
    """A description begins a sentence in capitals, a name stays as it is."""
    article = tr(_DESCRIBED).partition("{")[0]  # empty in a language that has none
    return text[:1].upper() + text[1:] if article and text.startswith(article) else text


def distinct(sheet: Sheet, step: Step) -> list[str]:
    """The names of those that a step changes, each once; of many the first."""
    nodes = list(dict.fromkeys(change.node for change in step.changes))
    names = [name_of(sheet, node) for node in nodes[:MOST_NAMES]]
    return [*names, tr("{more} more", more=len(nodes) - MOST_NAMES)] if len(nodes) > MOST_NAMES else names


def these(sheet: Sheet, nodes: Sequence[int]) -> str:
    """`a and b`, `41 parameters`: a few by name, many by number."""
    if len(nodes) <= MOST_NAMES:
        return listed([name_of(sheet, node) for node in nodes])
    inner = any(sheet.graph.nodes[node].operands for node in nodes)
    if inner:
        return trn("{n} value", "{n} values", len(nodes))
    return trn("{n} parameter", "{n} parameters", len(nodes))


@lru_cache(maxsize=256)
def _by_symbol(symbol: str, constant: float | None) -> Operation | None:
    return next((op for op in OPS.values() if symbol and op.symbol_for(constant) == symbol), None)


@lru_cache(maxsize=2)
def _names(sheet: Sheet) -> tuple[str, ...]:
    """Every node's own name; empty where it has none, or only a number as address."""
    used = Counter(node.label for node in sheet.graph.nodes)
    return tuple(
        node.label if node.label and used[node.label] < 2 else "" if _NUMBERED.fullmatch(node.address) else node.address
        for node in sheet.graph.nodes
    )


def _described(sheet: Sheet, node: int) -> str:
    text, kind = _formula(sheet, node, DEEPEST), kind_of(sheet, node)
    if not sheet.graph.nodes[node].operands:
        text = short_name(sheet, node)
    if text.startswith(kind):
        return text
    return tr(_DESCRIBED, kind=kind, text=text).rstrip()


def _formula(sheet: Sheet, node: int, depth: int) -> str:
    """An unnamed node in the names that it is made of; empty where that would be long."""
    here, operation = sheet.graph.nodes[node], operation_of(sheet, node)
    if _names(sheet)[node]:
        return _names(sheet)[node]
    if not here.operands:
        return _brief(float(sheet.start_data[node]))
    if operation is not None and operation.name == "mul" and depth:
        text = _product(sheet, node, depth)
    else:
        operands = [_formula(sheet, operand, depth - 1) for operand in here.operands] if depth else []
        if not operands or not all(operands):
            return ""
        text = _with_minus(formula(operation, here.op, operands, sheet.constants[node]).replace(" · ", "·"))
    return text if len(text) <= LONGEST_FORMULA else ""


def _product(sheet: Sheet, node: int, depth: int) -> str:
    """A product with its numbers in front, multiplied: `−4·x` for `x * 4.0 * -1.0`; empty where it would be long."""
    coefficient, factors = _factors(sheet, node, depth)
    if not all(factors):
        return ""
    sign = MINUS if coefficient < 0 else ""
    if not factors or math.isnan(coefficient) or abs(coefficient) != 1:
        factors = [_brief(abs(coefficient)), *factors]
    return sign + "·".join(factors)


def _factors(sheet: Sheet, node: int, depth: int) -> tuple[float, list[str]]:
    """The numbers in a product, multiplied, and its other factors; an empty text for one that is long."""
    here, operation = sheet.graph.nodes[node], operation_of(sheet, node)
    if _names(sheet)[node]:
        return 1.0, [_names(sheet)[node]]
    if not here.operands:
        return float(sheet.start_data[node]), []
    if operation is None or operation.name != "mul" or not depth:
        text = _formula(sheet, node, depth)
        return 1.0, [text and as_factor(text)]
    coefficient, factors = 1.0, list[str]()
    for operand in here.operands:
        number_of, texts = _factors(sheet, operand, depth - 1)
        coefficient *= number_of
        factors += texts
    return coefficient, factors


def _brief(x: float) -> str:
    """A number inside a formula: `4`, `0.5`."""
    return number(x).removesuffix(".0")


def _with_minus(text: str) -> str:
    """`a − 4·x` instead of `a + (−4·x)`, where nothing else is in those brackets."""
    return _ADDED_MINUS.sub(f" {MINUS} \\1", text)


def as_factor(text: str) -> str:
    """In brackets if it is a sum or a negative number."""
    return f"({text})" if any(_in_brackets(text, mark) != text for mark in (" + ", f" {MINUS} ")) else text


def _in_brackets(text: str, mark: str) -> str:
    """In brackets if it has the mark in it outside of any, or is a negative number."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth and text.startswith(mark, place):
            return f"({text})"
    return f"({text})" if text.startswith(MINUS) else text
