"""Arithmetic on plain numbers, kept small, and on Values, as Python would call them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from core.engine import Value
from core.expression.limits import WHOLE, Complaint
from core.expression.values import Number
from core.words import tr

SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
VALUE_FIRST: dict[type[ast.operator], Callable[..., Value]] = {
    ast.Add: Value.__add__,
    ast.Sub: Value.__sub__,
    ast.Mult: Value.__mul__,
    ast.Div: Value.__truediv__,
    ast.Pow: Value.__pow__,
}
NUMBER_FIRST: dict[type[ast.operator], Callable[..., Value]] = {
    ast.Add: Value.__radd__,
    ast.Sub: Value.__rsub__,
    ast.Mult: Value.__rmul__,
    ast.Div: Value.__rtruediv__,
    ast.Pow: Value.__rpow__,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def bounded(number: Number) -> Number:
    """Whole numbers beyond 64 bits become decimal ones, as far as those reach. Raises Complaint."""
    if number.__class__ is int and not -WHOLE < number < WHOLE:
        try:
            return float(number)
        except OverflowError:
            raise Complaint(tr("This number is too large.")) from None
    return number


def count(sign: type[ast.operator], a: Number, b: Number) -> Number:
    """`a sign b` on plain numbers. Raises Complaint for a division by zero, a complex or a far too large result."""
    try:
        if sign is ast.Pow:
            return _power(a, b)
        return bounded(_NUMBERS[sign](a, b))
    except ZeroDivisionError:
        raise Complaint(tr("This divides by zero: {a} {signs} {b}.", a=repr(a), signs=SIGNS[sign], b=repr(b))) from None
    except OverflowError:
        raise Complaint(
            tr("{a} {signs} {b} is larger than a number can be.", a=repr(a), signs=SIGNS[sign], b=repr(b))
        ) from None


def _power(a: Number, b: Number) -> Number:
    if isinstance(a, int) and isinstance(b, int) and (b < 0 or a.bit_length() * b > 256):
        a = float(a)
    result = a**b
    if isinstance(result, complex):
        raise Complaint(
            tr("({a}) ** {b}: a negative number has no real power with a fractional exponent.", a=repr(a), b=repr(b))
        )
    return bounded(result)


_NUMBERS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
