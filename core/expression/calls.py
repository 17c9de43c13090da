"""Calls: of the learner's functions, of methods, and of what is there without being defined."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable
from typing import Any

from core.bugs import Bug, backward, hand_on, tanh_of
from core.engine import Value
from core.errors import ExpressionError
from core.expression import language
from core.expression.attributes import member, methods_of, unknown_attribute, wrong_count
from core.expression.expressions import Expressions
from core.expression.library import Library
from core.expression.limits import DEPTH, Budget, Complaint
from core.expression.nearest import nearest
from core.expression.networks import call_network
from core.expression.output import Output
from core.expression.sheet import Phase
from core.expression.source import Source
from core.expression.values import (
    Builtin,
    Function,
    Namespace,
    OrderedSet,
    Scope,
    Tracked,
    is_number,
    items_of,
    kind,
    number_of,
    plain,
    whole_of,
)
from core.nn import Module
from core.words import mark, tr


class Return:
    """A function gives this back."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Calls(Expressions):
    """Evaluates calls; keeps what they leave behind: output, the value to show, the random generator."""

    def __init__(self, source: Source, bugs: frozenset[Bug], budget: Budget) -> None:
        super().__init__(source, bugs, budget)
        self.rng = random.Random(1337)  # without random.seed the same numbers come every time, too
        self.output = Output(budget)
        self.drawn: Value | None = None  # by draw_dot
        self.candidates: list[Value] = []  # one of which is shown, in the order of time
        self.notes: dict[str, None] = {}
        self.loop = 0
        self._depth = 0
        self.scope = Scope(Library(self).names())
        self.scope = Scope({}, self.scope)
        self.top = self.scope

    def block(self, body: list[ast.stmt]) -> Any:
        """Run statements: see interpreter.py."""
        raise NotImplementedError

    def call(self, node: ast.Call) -> Any:
        function_node = node.func
        if isinstance(function_node, ast.Attribute):
            holder = self.of(function_node.value)
            if not isinstance(holder, Namespace):
                return self._method(node, holder, function_node)
            if holder.name == "matplotlib":
                self.notes[tr(language.PLOTTER)] = None
                return None
            function = self.guarded(function_node, member, holder, function_node.attr)
        else:
            function = self._callee(function_node)
        args = self._items(node.args)
        keywords = self._keywords(node)
        if isinstance(function, Function):
            return self.call_function(node, function, args, keywords)
        if isinstance(function, Builtin):
            return self._builtin(node, function, args, keywords)
        if isinstance(function, Module):
            self._arguments(node, tr("A network"), 1, 1, args, keywords)
            return self.guarded(node, call_network, function, args[0], self, node)
        if isinstance(function, Namespace):
            raise self.error(node, tr("`{name}` is a module: a function of it comes after a dot.", name=function.name))
        raise self.error(
            node,
            tr("This is {function}: it cannot be called. A product is written with *.", function=kind(function)),
            "*",
        )

    def _callee(self, node: ast.expr) -> Any:
        """What is called, by its name: operations are proposed for those that are unknown."""
        if not isinstance(node, ast.Name):
            return self.of(node)
        try:
            return self.scope.find(node.id)
        except KeyError:
            if node.id in language.REFUSED or node.id.startswith("_"):
                return self.of(node)
            near = nearest(node.id, self.scope.all_names())
            raise self.error(node, tr("There is no function `{id}` here.", id=node.id), near) from None

    def _keywords(self, node: ast.Call) -> dict[str, Any]:
        found = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.error(keyword.value, tr("Two stars cannot stand here."))
            found[keyword.arg] = self.of(keyword.value)
        return found

    def _arguments(
        self, node: ast.Call, name: str, least: int, most: int, args: list[Any], keywords: dict[str, Any],
        known: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        """Refuse too few, too many and unknown arguments."""
        for keyword in node.keywords:
            if keyword.arg not in known:
                near = nearest(str(keyword.arg), known)
                raise self.error(keyword, tr("{name} has no argument named `{arg}`.", name=name, arg=keyword.arg), near)
        if not least <= len(args) <= most:
            raise self.error(node, wrong_count(name, least, most, len(args)))

    # -- the learner's functions ----------------------------------------------------------------------------------

    def call_function(self, node: ast.AST, function: Function, args: list[Any], keywords: dict[str, Any]) -> Any:
        """Run a function with these arguments."""
        names = self._bound(node, function, args, keywords)
        if self._depth >= DEPTH:
            raise self.error(
                node,
                tr(
                    "`{name}` calls itself too deeply: more than {depth} calls in each other.",
                    name=function.name,
                    depth=DEPTH,
                ),
            )
        outer, loop = self.scope, self.loop
        self.scope = Scope(names, function.scope)
        self._depth += 1
        try:
            if isinstance(function.body, ast.expr):
                return self.of(function.body)
            done = self.block(function.body)
            return done.value if isinstance(done, Return) else None
        finally:
            self._depth -= 1
            self.scope, self.loop = outer, loop

    def _bound(self, node: ast.AST, function: Function, args: list[Any], keywords: dict[str, Any]) -> dict[str, Any]:
        """Parameters and their values."""
        parameters, defaults = function.parameters, function.defaults
        if len(args) > len(parameters):
            raise self._wrong_count(node, function, len(args))
        names = dict(zip(parameters[len(parameters) - len(defaults) :], defaults, strict=True))
        names.update(zip(parameters, args, strict=False))
        for name, value in keywords.items():
            if name not in parameters:
                near = nearest(name, parameters)
                raise self.error(
                    node, tr("`{function}` has no parameter named `{name}`.", function=function.name, name=name), near
                )
            names[name] = value
        if len(names) < len(parameters):
            raise self._wrong_count(node, function, len(args) + len(keywords))
        return names

    def _wrong_count(self, node: ast.AST, function: Function, given: int) -> ExpressionError:
        wanted = ", ".join(function.parameters) or tr("nothing")
        return self.error(
            node,
            tr(
                "`{name}` takes {count} arguments ({wanted}), here are {given}.",
                name=function.name,
                count=len(function.parameters),
                wanted=wanted,
                given=given,
            ),
        )

    # -- methods --------------------------------------------------------------------------------------------------

    def _method(self, node: ast.Call, holder: Any, function: ast.Attribute) -> Any:
        name = function.attr
        if name not in methods_of(holder):
            complaint = unknown_attribute(holder, name)
            raise self.error(function, complaint.message, complaint.suggestion)
        args, keywords = self._items(node.args), self._keywords(node)
        if isinstance(holder, Value | Tracked):
            return self._value_method(node, holder, name, args, keywords)
        if isinstance(holder, Module):
            self._arguments(node, f"{name}()", 0, 0, args, keywords)
            parameters = holder.parameters()
            self.guarded(node, self.budget.spend, len(parameters))
            if name == "parameters":
                return parameters
            for parameter in parameters:
                self.write_grad(node, parameter, 0.0, zeroing=True)
            return None
        least, most = {"reverse": (0, 0), "pop": (0, 1)}.get(name, (1, 1))
        self._arguments(node, f"{name}()", least, most, args, keywords)
        return self.guarded(node, self._list_method, holder, name, args)

    def _list_method(self, holder: Any, name: str, args: list[Any]) -> Any:
        if isinstance(holder, OrderedSet):
            return holder.add(args[0])
        if name == "append":
            return holder.append(args[0])
        if name == "extend":
            more = list(items_of(args[0], self.budget))
            self.budget.spend(len(more))
            return holder.extend(more)
        if name == "reverse":
            self.budget.spend(len(holder))
            return holder.reverse()
        place = whole_of(args[0], mark("A place in a list")) if args else -1
        if not -len(holder) <= place < len(holder):
            raise Complaint(tr("There is no item {place} to take out.", place=place))
        return holder.pop(place)

    def _value_method(self, node: ast.Call, holder: Value | Tracked, name: str, args: list[Any], keywords: Any) -> Any:
        if name in ("backward", "_backward"):
            self._arguments(node, f"{name}()", 0, 0, args, keywords)
            value = holder if isinstance(holder, Value) else self.value_of(holder)
            self._go_back(node, value, name)
            return None
        least, most = (1, 1) if name in language.PAIRS else (0, 1) if name == "leaky_relu" else (0, 0)
        known = frozenset({"slope"}) if name == "leaky_relu" else frozenset[str]()
        self._arguments(node, f"{name}()", least, most, args, keywords, known)
        return self.guarded(node, self.operation, node, name, [holder, *args, *keywords.values()])

    def _go_back(self, node: ast.Call, value: Value, name: str) -> None:
        if name == "_backward":
            if value._pull is not None and Bug.NO_BACKWARD not in self.bugs:
                self.guarded(node, self.journal.passed, [hand_on(value, self.bugs)], node)
            return
        self.candidates.append(value)
        if Bug.NO_BACKWARD in self.bugs:
            return
        before = value.grad
        passes = self.guarded(node, backward, value, self.bugs)
        self.guarded(node, self.journal.wrote, value, "grad", before, Phase.BACKWARD, node, 0, 1.0)
        self.guarded(node, self.journal.passed, passes, node)

    def write_grad(self, node: ast.AST, value: Value, number: float, zeroing: bool) -> None:
        """A gradient is written by hand."""
        if zeroing and Bug.NO_ZERO in self.bugs:
            return
        before, value.grad = value.grad, float(number)
        phase = Phase.ZERO if zeroing else Phase.BACKWARD
        self.guarded(node, self.journal.wrote, value, "grad", before, phase, node, self.loop)

    # -- operations and output ------------------------------------------------------------------------------------

    def operation(self, node: ast.Call, name: str, args: list[Any]) -> Any:
        """An operation of the table, on numbers or on Values. Raises Complaint and OperationError."""
        for arg in args:
            if not is_number(arg) and not isinstance(arg, Value):
                raise Complaint(tr("{name} works on a Value or a number, not on {arg}.", name=name, arg=kind(arg)))
        first, rest = args[0], [number_of(arg, mark("The slope")) if name == "leaky_relu" else arg for arg in args[1:]]
        method: Callable[..., Value] = language.OPERATION_CALLS[name]
        if name == "tanh" and self.bugs:
            method = self._tanh
        values = any(isinstance(arg, Value) for arg in (first, *rest))
        numbers = [plain(arg) for arg in (first, *rest)]
        as_method = isinstance(node.func, ast.Attribute) and isinstance(first, Tracked)
        if not values and not as_method and not (self.watching and any(isinstance(a, Tracked) for a in args)):
            return plain(method(Value(numbers[0]), *numbers[1:]).data)
        operands = [
            self._as_value(node, i, arg) for i, arg in enumerate([first, *([] if name == "leaky_relu" else rest)])
        ]
        made = self.journal.made(method(*operands, *(rest if name == "leaky_relu" else [])), node)
        return made if values or not self.watching else Tracked(made.data, node, node=made)

    def _tanh(self, value: Value) -> Value:
        return tanh_of(value, self.bugs)

    def _as_value(self, node: ast.Call, i: int, arg: Any) -> Value:
        if isinstance(arg, Value):
            return arg
        method = isinstance(node.func, ast.Attribute) and methods_of(arg)
        place = node.args[i - 1 if method and i else i] if i < len(node.args) + bool(method and i) else node
        return self.operand(arg, place if isinstance(place, ast.expr) else node, ast.Add)

    def _builtin(self, node: ast.Call, function: Builtin, args: list[Any], keywords: dict[str, Any]) -> Any:
        self._arguments(node, f"{function.name}()", function.least, function.most, args, keywords, function.keywords)
        return self.guarded(node, function.call, node, args, keywords)

    def activation(self, name: str) -> Callable[[Value], Value] | None:
        """What a bug puts in the place of an activation."""
        return self._tanh if self.bugs and name == "tanh" else None
