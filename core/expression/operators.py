"""Operators between numbers, Values, lists and strings; the place of every complaint."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from core.bugs import Bug, BugError, check_negation, check_reflected_addition
from core.engine import Value
from core.errors import ExpressionError, OperationError
from core.expression import language
from core.expression.arithmetic import NUMBER_FIRST, SIGNS, VALUE_FIRST, count
from core.expression.journal import Journal
from core.expression.limits import STRING, Budget, Complaint
from core.expression.source import Source
from core.expression.values import Number, Tracked, is_number, kind, number_of, plain
from core.words import tr

_NUMBER = (float, int)
_MAKERS = "|".join(sorted(language.MAKERS))
_NAMED = re.compile(rf"\b(?:{_MAKERS})\b")
_CALLED = re.compile(rf"^[^#'\"\n]*\b(?<!\.)(?:{_MAKERS})\(", re.MULTILINE)


class Operators:
    """Computes, and tells the journal."""

    def __init__(self, source: Source, bugs: frozenset[Bug], budget: Budget) -> None:
        self.source, self.bugs, self.budget = source, bugs, budget
        self.journal = Journal(budget)
        # A text that makes no Value of its own works with plain numbers, and those are watched.
        self.watching = not _makes_values(source)

    def error(self, node: ast.AST, message: str, suggestion: str = "") -> ExpressionError:
        return self.source.error(node, message, suggestion)

    def guarded(self, node: ast.AST, function: Callable[..., Any], *args: Any) -> Any:
        """A call of our own code, whose complaints get their place."""
        try:
            return function(*args)
        except Complaint as complaint:
            raise self.error(node, complaint.message, complaint.suggestion) from None
        except (OperationError, BugError) as error:
            raise self.error(node, str(error)) from None

    def operate(
        self, node: ast.AST, sign: type[ast.operator], a: Any, b: Any, a_node: ast.expr, b_node: ast.expr
    ) -> Any:
        """`a sign b`; the nodes of the operands tell which of them are literals."""
        if a.__class__ in _NUMBER and b.__class__ in _NUMBER and sign in SIGNS:
            return self.guarded(node, count, sign, a, b)
        if sign not in SIGNS:
            words, suggestion = language.SIGNS.get(sign, (language.NOT_PART, ""))
            raise self.error(node, tr(words), suggestion)
        if isinstance(a, Value) or isinstance(b, Value):
            return self._of_values(node, sign, a, b, a_node, b_node)
        if isinstance(a, Tracked) or isinstance(b, Tracked):
            if self.watching and sign in VALUE_FIRST and is_number(a) and is_number(b):
                return self._watched(node, sign, a, b, a_node, b_node)
            a, b = plain(a), plain(b)
        if isinstance(a, int | float) and isinstance(b, int | float):
            return self.guarded(node, count, sign, number_of(a, ""), number_of(b, ""))
        return self.guarded(node, self._of_lists, sign, a, b)

    def _watched(
        self, node: ast.AST, sign: type[ast.operator], a: Any, b: Any, a_node: ast.expr, b_node: ast.expr
    ) -> Any:
        """A plain number that remembers how it was computed."""
        number = self.guarded(node, count, sign, number_of(a, ""), number_of(b, ""))
        value = self._of_values(node, sign, a, b, a_node, b_node)
        return Tracked(number, node, node=value)

    def _of_values(
        self, node: ast.AST, sign: type[ast.operator], a: Any, b: Any, a_node: ast.expr, b_node: ast.expr
    ) -> Value:
        if sign not in VALUE_FIRST:
            raise self.error(node, tr("`{signs}` is not an operation of Values.", signs=SIGNS[sign]))
        self._check_bugs(node, sign, a, b)
        left = a if isinstance(a, Value) else self.operand(a, a_node, sign)
        if sign is ast.Pow and is_number(b) and not (isinstance(b, Tracked) and isinstance(b.number, float)):
            right: Any = plain(b)
        elif sign is ast.Sub and not isinstance(b, Value | Tracked):  # a - 3 is a + (-3)
            sign, number = ast.Add, -self.operand_number(b, b_node, sign)
            right = self.guarded(b_node, self.journal.leaf, Value(number), b_node)
        else:
            right = b if isinstance(b, Value) else self.operand(b, b_node, sign)
        if isinstance(a, Value | Tracked):
            made = self.guarded(node, VALUE_FIRST[sign], left, right)
        elif isinstance(right, Value):
            made = self.guarded(node, NUMBER_FIRST[sign], right, left)
        else:  # number ** watched whole number
            made = self.guarded(node, VALUE_FIRST[sign], left, right)
        value: Value = self.guarded(node, self.journal.made, made, node)
        return value

    def _check_bugs(self, node: ast.AST, sign: type[ast.operator], a: Any, b: Any) -> None:
        if not self.bugs:
            return
        if sign is ast.Sub and isinstance(b, Value | Tracked):
            self.guarded(node, check_negation, self.bugs)
        if sign is ast.Add and a.__class__ in _NUMBER:
            self.guarded(node, check_reflected_addition, a, self.bugs)

    def operand(self, value: Any, node: ast.expr, sign: type[ast.operator]) -> Value:
        """A leaf for a plain number that meets a Value."""
        if isinstance(value, Tracked):
            return self.value_of(value)
        number = self.operand_number(value, node, sign)
        return self.journal.leaf(Value(number), node, node if is_literal(node) else None)

    def operand_number(self, value: Any, node: ast.expr, sign: type[ast.operator]) -> Number:
        if not is_number(value):
            raise self.error(
                node, tr("`{signs}` works on Values and numbers, not on {value}.", signs=SIGNS[sign], value=kind(value))
            )
        return number_of(value, "")

    def value_of(self, tracked: Tracked) -> Value:
        """The Value of a named number; made when it is first needed."""
        if tracked.node is None:
            value = Value(tracked.number, label=tracked.label)
            tracked.node = self.guarded(tracked.origin, self.journal.leaf, value, tracked.origin, tracked.literal)
        return tracked.node

    def _of_lists(self, sign: type[ast.operator], a: Any, b: Any) -> Any:
        """Lists and strings can be joined, and repeated."""
        if sign is ast.Add and type(a) is type(b) and isinstance(a, str | list | tuple):
            return self._joined(a, b)
        if sign is ast.Mult and isinstance(b, str | list | tuple) and isinstance(a, int):
            a, b = b, a
        if sign is ast.Mult and isinstance(a, str | list | tuple) and isinstance(b, int):
            size = len(a) * max(b, 0)
            if isinstance(a, str) and size > STRING:
                raise Complaint(tr("This string would be longer than {most} characters.", most=f"{STRING:,}"))
            self.budget.spend(size)
            return a * b
        if sign is ast.Add and isinstance(a, str) != isinstance(b, str):
            raise Complaint(tr("A string and a number cannot be added: an f-string joins them, f'x = {x}'."))
        verb = SIGNS[sign]
        raise Complaint(tr("`{verb}` cannot be used between {a} and {b}.", verb=verb, a=kind(a), b=kind(b)))

    def _joined(self, a: Any, b: Any) -> Any:
        if isinstance(a, str) and len(a) + len(b) > STRING:
            raise Complaint(tr("This string would be longer than {most} characters.", most=f"{STRING:,}"))
        self.budget.spend(len(a) + len(b))
        return list(a) + list(b) if isinstance(a, list) else a + b

    def negated(self, node: ast.AST, value: Any) -> Any:
        """`-value`."""
        if isinstance(value, bool):
            return -int(value)
        if value.__class__ in _NUMBER:
            return -value
        if isinstance(value, Value) or (isinstance(value, Tracked) and self.watching):
            self.guarded(node, check_negation, self.bugs)
            operand = value if isinstance(value, Value) else self.value_of(value)
            made = self.guarded(node, self.journal.made, -operand, node)
            return made if isinstance(value, Value) else Tracked(-value.number, node, node=made)
        if isinstance(value, Tracked):
            return -value.number
        raise self.error(node, tr("`-` cannot stand before {value}.", value=kind(value)))


def _makes_values(source: Source) -> bool:
    """Whether the text names Value, Neuron, Layer or MLP in its code; looked up in the text first, which is quicker."""
    if _CALLED.search(source.text):
        return True
    if not _NAMED.search(source.text):
        return False
    return any(isinstance(node, ast.Name) and node.id in language.MAKERS for node in ast.walk(source.tree))


def is_literal(node: ast.AST) -> bool:
    """Whether this is a number as it is typed, perhaps with a sign, on one line."""
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd) else node
    return (
        isinstance(inner, ast.Constant) and inner.value.__class__ in _NUMBER and node.lineno == node.end_lineno  # type: ignore[attr-defined]
    )
