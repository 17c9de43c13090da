"""Comparisons, and whether something is in a list or a set."""

from __future__ import annotations

import ast
from typing import Any

from core.engine import Value
from core.expression.arithmetic import COMPARISONS
from core.expression.limits import Budget, Complaint
from core.expression.values import OrderedSet, is_number, kind, plain
from core.words import tr


def compared(op: type[ast.cmpop], a: Any, b: Any, budget: Budget) -> bool:
    """`a op b`: Values by their numbers, except that `in` and `is` ask for the very same one. Raises Complaint."""
    if op in (ast.In, ast.NotIn):
        return _contains(b, a, budget) is (op is ast.In)
    if op in (ast.Is, ast.IsNot):
        return (a is b or (plain(a) is plain(b) and not is_number(a))) is (op is ast.Is)
    a, b = (item.data if isinstance(item, Value) else plain(item) for item in (a, b))
    if op in (ast.Eq, ast.NotEq):
        return equal(a, b, budget) is (op is ast.Eq)
    if isinstance(a, int | float) and isinstance(b, int | float):
        return COMPARISONS[op](a, b)
    if isinstance(a, str) and isinstance(b, str):
        return COMPARISONS[op](a, b)
    raise Complaint(tr("{a} and {b} cannot be compared.", a=kind(a), b=kind(b)).capitalize())


def _contains(holder: Any, item: Any, budget: Budget) -> bool:
    if isinstance(holder, OrderedSet):
        return item in holder
    if isinstance(holder, str):
        if not isinstance(item, str):
            raise Complaint(tr("Only a string can be in a string, not {item}.", item=kind(item)))
        return item in holder
    if isinstance(holder, list | tuple | range):
        if isinstance(holder, range):
            return plain(item) in holder if is_number(item) else False
        budget.spend(len(holder))
        return any(each is item or equal(plain(each), plain(item), budget) for each in holder)
    raise Complaint(tr("`in` asks whether something is in a list or a set, not in {holder}.", holder=kind(holder)))


def equal(a: Any, b: Any, budget: Budget) -> bool:
    """`a == b` for numbers, strings, None, and lists of those."""
    budget.spend()
    if isinstance(a, list | tuple) and type(a) is type(b):
        return len(a) == len(b) and all(equal(x, y, budget) for x, y in zip(a, b, strict=True))
    a, b = plain(a), plain(b)
    simple = (bool, int, float, str, type(None))
    return bool(a == b) if isinstance(a, simple) and isinstance(b, simple) else a is b
