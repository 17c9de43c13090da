"""Assignments: to names, to numbers and gradients of Values, to places in lists."""

from __future__ import annotations

import ast
from typing import Any

from core.bugs import Bug
from core.engine import Value
from core.expression import language
from core.expression.attributes import label_of, unknown_attribute
from core.expression.calls import Calls
from core.expression.limits import LABEL, Budget, Complaint
from core.expression.operators import is_literal
from core.expression.sheet import Phase
from core.expression.source import Source
from core.expression.values import FixedList, Tracked, items_of, kind, number_of, plain
from core.nn import Neuron
from core.words import mark, tr


class Assignments(Calls):
    """Whatever stands left of `=`."""

    def __init__(self, source: Source, bugs: frozenset[Bug], budget: Budget) -> None:
        super().__init__(source, bugs, budget)
        self.tracked: list[Tracked] = []  # names bound to plain numbers, in the order of time

    def assign(self, target: ast.expr, value: Any, expression: ast.expr | None) -> None:
        """`expression` made the value; None for what a loop or a comprehension hands out."""
        if isinstance(target, ast.Name):
            self._bind(target, value, expression)
        elif isinstance(target, ast.Attribute):
            self._write(target, self.of(target.value), value, expression)
        elif isinstance(target, ast.Subscript):
            self._put(target, self.of(target.value), value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value, expression)
        else:
            raise self.error(target, tr("A star cannot stand here."))

    def _unpack(self, target: ast.Tuple | ast.List, value: Any, expression: ast.expr | None) -> None:
        names = target.elts
        items = list(
            self.guarded(target, items_of, value, self.budget, mark("Several names need a list of as many items"))
        )
        if len(items) != len(names):
            raise self.error(
                target, tr("There are {count} names, but {count2} items.", count=len(names), count2=len(items))
            )
        parts: list[ast.expr] | list[None] = [None] * len(names)
        if isinstance(expression, ast.Tuple | ast.List) and len(expression.elts) == len(names):
            parts = expression.elts
        for name, item, part in zip(names, items, parts, strict=True):
            self.assign(name, item, part if expression is not None else None)

    def _bind(self, target: ast.Name, value: Any, expression: ast.expr | None) -> None:
        name = target.id
        self.check_name(target, name)
        if self.scope is self.top and expression is not None:
            value = self._named(name, value, expression)
        self.scope.names[name] = value

    def _named(self, name: str, value: Any, expression: ast.expr) -> Any:
        """At the top level names become labels, and plain numbers become leaves of the graph."""
        label = name[:LABEL]
        if value.__class__ is float or value.__class__ is int:
            value = Tracked(value, expression, label, expression if is_literal(expression) else None)
            self.tracked.append(value)
        elif isinstance(value, Tracked):
            if value.node is not None and not value.label:
                value.label = label
                value.node.label = value.node.label or label
            if value.node is not None:
                self.candidates.append(value.node)
        elif isinstance(value, Value):
            if not value.label and value not in self.journal.names:
                value.label = label
            self.candidates.append(value)
        elif isinstance(value, list) and value and isinstance(value[-1], Value) and isinstance(expression, ast.Call):
            self.candidates.append(value[-1])  # the outputs of a layer
        return value

    def _write(self, target: ast.Attribute, holder: Any, value: Any, expression: ast.AST | None) -> None:
        name = target.attr
        if isinstance(holder, Neuron) and name in ("w", "b"):
            self.guarded(target, self._replace, holder, name, value)
            return
        if not isinstance(holder, Value | Tracked) or name not in language.VALUE_WRITTEN:
            if isinstance(holder, Value | Tracked) and name in language.VALUE_READ | language.VALUE_METHODS:
                raise self.error(target, tr("`{name}` cannot be given another value here.", name=name))
            complaint = unknown_attribute(holder, name)
            raise self.error(target, complaint.message, complaint.suggestion)
        node = holder if isinstance(holder, Value) else self.value_of(holder)
        where = expression or target
        if name in ("label", "name"):
            node.label = self.guarded(where, label_of, value)
            if isinstance(holder, Tracked):
                holder.label = node.label
            return
        number = self.guarded(where, number_of, value, f"`.{name}`")
        if name == "grad":
            written = isinstance(expression, ast.expr) and (is_literal(expression) or isinstance(expression, ast.Name))
            self.write_grad(target, node, number, zeroing=number == 0 and written)
        else:
            self._write_data(target, holder, node, number, expression)

    def _write_data(self, target: ast.AST, holder: Any, node: Value, number: float, expression: ast.AST | None) -> None:
        before = node.data
        if Bug.WRONG_SIGN in self.bugs and self._is_update(expression):
            number = before - (number - before)
        node.data = float(number)
        if isinstance(holder, Tracked):
            holder.number = number
        self.guarded(target, self.journal.wrote, node, "data", before, Phase.UPDATE, target, self.loop)

    def _is_update(self, expression: ast.AST | None) -> bool:
        """Whether the number comes from a gradient, or grows in a loop: that is what a step of training does."""
        if isinstance(expression, ast.AugAssign) and self.loop:
            return True
        return expression is not None and any(
            isinstance(each, ast.Attribute) and each.attr == "grad" for each in ast.walk(expression)
        )

    def _replace(self, neuron: Neuron, name: str, value: Any) -> None:
        """Other weights or another bias for a neuron."""
        if name == "b":
            if not isinstance(value, Value):
                raise Complaint(
                    tr("A bias is a Value, not {value}: write b.data = … to change its number.", value=kind(value)),
                    ".data",
                )
            neuron.b = value
            return
        values = list(items_of(value, self.budget, mark("The weights are a list of Values")))
        if len(values) != len(neuron.w) or not all(isinstance(each, Value) for each in values):
            raise Complaint(tr("The weights are a list of {count} Values.", count=len(neuron.w)))
        neuron.w = values

    def _put(self, target: ast.Subscript, holder: Any, value: Any) -> None:
        if isinstance(holder, FixedList):
            raise self.error(
                target, tr("This list is part of the network: change an item's number, w[0].data = …"), ".data"
            )
        if not isinstance(holder, list):
            raise self.error(target, tr("Items of a list can be changed: this is {holder}.", holder=kind(holder)))
        if isinstance(target.slice, ast.Slice):
            raise self.error(target, tr("One item at a time can be changed, not a slice."))
        holder[self.index(target, holder)] = value

    def augmented(self, node: ast.AugAssign) -> None:
        target = node.target
        sign = node.op.__class__
        if isinstance(target, ast.Name):
            name = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            before, more = self.of(name), self.of(node.value)
            if self.loop and isinstance(plain(before), int) and isinstance(plain(more), int):
                before, more = plain(before), plain(more)  # a counter: no graph
            value = self.operate(node, sign, before, more, name, node.value)
            self._bind(target, value, node)  # type: ignore[arg-type]
            return
        if isinstance(target, ast.Attribute):
            holder = self.of(target.value)
            old = self.guarded(target, self._old, holder, target.attr)
            value = self.operate(node, sign, old, self.of(node.value), target, node.value)
            self._write(target, holder, value, node)
            return
        holder = self.of(target.value)
        if not isinstance(holder, list):
            raise self.error(target, tr("Items of a list can be changed: this is {holder}.", holder=kind(holder)))
        if isinstance(target.slice, ast.Slice):
            raise self.error(target, tr("One item at a time can be changed, not a slice."))
        place = self.index(target, holder)
        value = self.operate(node, sign, holder[place], self.of(node.value), target, node.value)
        self._put(target, holder, value)

    def _old(self, holder: Any, name: str) -> Any:
        if isinstance(holder, Value | Tracked) and name in ("data", "grad"):
            if isinstance(holder, Tracked):
                return holder.number if name == "data" else self.value_of(holder).grad
            return getattr(holder, name)
        raise unknown_attribute(holder, name)
