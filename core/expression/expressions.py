"""Evaluates expressions: one short method for each kind of syntax that is allowed. Nothing is handed to Python."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from core.bugs import Bug
from core.engine import Value
from core.expression import language
from core.expression.arithmetic import bounded
from core.expression.attributes import read_attribute
from core.expression.comparing import compared
from core.expression.formats import formatted
from core.expression.limits import STRING, Budget
from core.expression.nearest import nearest
from core.expression.operators import Operators
from core.expression.source import Source
from core.expression.values import (
    Function,
    OrderedSet,
    Scope,
    Tracked,
    is_number,
    items_of,
    kind,
    truth,
    whole_of,
    written,
)
from core.words import mark, tr

_NUMBER = (float, int)


class Expressions(Operators):
    """What an expression is worth. Raises ExpressionError, and Complaint at a limit."""

    def __init__(self, source: Source, bugs: frozenset[Bug], budget: Budget) -> None:
        super().__init__(source, bugs, budget)
        self.scope = Scope({})
        self._methods: dict[type[ast.expr], Callable[[Any], Any]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._bool,
            ast.Compare: self._compare,
            ast.IfExp: self._if,
            ast.Call: self.call,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.List: self._list,
            ast.Tuple: self._tuple,
            ast.Set: self._set,
            ast.ListComp: self._list_comprehension,
            ast.GeneratorExp: self._list_comprehension,
            ast.SetComp: self._set_comprehension,
            ast.JoinedStr: self._f_string,
            ast.FormattedValue: self._formatted,
            ast.Lambda: self._lambda,
        }

    def of(self, node: ast.expr) -> Any:
        """The value of an expression."""
        self.budget.spend()
        method = self._methods.get(node.__class__)
        if method is None:
            raise self.error(node, tr(language.EXPRESSIONS.get(node.__class__, language.NOT_PART)))
        return method(node)

    def call(self, node: ast.Call) -> Any:
        """A call: see calls.py."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Any, expression: ast.expr | None) -> None:
        """Give a name, a place in a list or an attribute its value: see interpreter.py."""
        raise NotImplementedError

    # -- names and constants --------------------------------------------------------------------------------------

    def _constant(self, node: ast.Constant) -> Any:
        value = node.value
        if isinstance(value, int) and not isinstance(value, bool):
            return self.guarded(node, bounded, value)
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, str):
            if len(value) > STRING:
                raise self.error(node, tr("A string may have at most {most} characters.", most=f"{STRING:,}"))
            return value
        if isinstance(value, complex):
            raise self.error(node, tr("Complex numbers are not part of the lab's language."))
        if value is ...:
            raise self.error(node, tr("Here something is left out: write it in place of the dots."))
        raise self.error(node, tr(language.NOT_PART))

    def _name(self, node: ast.Name) -> Any:
        scope: Scope | None = self.scope
        name = node.id
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        if name.startswith("_"):
            raise self.error(node, tr("`{name}`: names that begin with an underscore are not used here.", name=name))
        if name in language.REFUSED:
            raise self.error(node, tr(language.REFUSED[name]))
        near = nearest(name, self.scope.all_names())
        raise self.error(node, tr("`{name}` is not known here: it has no value yet.", name=name), near)

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def _binary(self, node: ast.BinOp) -> Any:
        """A long sum is a tree that leans to the left: it is gone down with a loop, not with a recursion."""
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        self.budget.spend(len(spine))
        left_node, left = spine[-1].left, self.of(spine[-1].left)
        for each in reversed(spine):
            left = self.operate(each, each.op.__class__, left, self.of(each.right), left_node, each.right)
            left_node = each
        return left

    def _unary(self, node: ast.UnaryOp) -> Any:
        if isinstance(node.op, ast.Not):
            return not self.guarded(node.operand, truth, self.of(node.operand))
        value = self.of(node.operand)
        if isinstance(node.op, ast.USub):
            return self.negated(node, value)
        if isinstance(node.op, ast.UAdd) and (is_number(value) or isinstance(value, Value)):
            return value
        sign = "+" if isinstance(node.op, ast.UAdd) else "~"
        raise self.error(node, tr("`{sign}` cannot stand before {value}.", sign=sign, value=kind(value)))

    # -- conditions -----------------------------------------------------------------------------------------------

    def _bool(self, node: ast.BoolOp) -> Any:
        value = None
        for operand in node.values:
            value = self.of(operand)
            if self.guarded(operand, truth, value) is isinstance(node.op, ast.Or):
                break
        return value

    def _if(self, node: ast.IfExp) -> Any:
        return self.of(node.body if self.guarded(node.test, truth, self.of(node.test)) else node.orelse)

    def _compare(self, node: ast.Compare) -> bool:
        left = self.of(node.left)
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.of(right_node)
            if not self.guarded(node, compared, op.__class__, left, right, self.budget):
                return False
            left = right
        return True

    # -- parts ----------------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute) -> Any:
        holder = self.of(node.value)
        if isinstance(holder, Tracked) and node.attr not in ("data", "label", "name"):
            holder = self.value_of(holder)
        return self.guarded(node, read_attribute, holder, node.attr)

    def _subscript(self, node: ast.Subscript) -> Any:
        holder = self.of(node.value)
        if not isinstance(holder, list | tuple | range | str):
            raise self.error(node, tr("Square brackets pick from a list: this is {holder}.", holder=kind(holder)))
        if isinstance(node.slice, ast.Slice):
            parts = (node.slice.lower, node.slice.upper, node.slice.step)
            ends = [None if part is None else self._whole(part) for part in parts]
            if ends[2] == 0:
                raise self.error(node.slice, tr("The step of a slice cannot be 0."))
            found = holder[slice(*ends)]
            self.guarded(node, self.budget.spend, len(found))
            return list(found) if isinstance(found, list) else found
        return holder[self.index(node, holder)]

    def index(self, node: ast.Subscript, holder: Any) -> int:
        """A place in a list that is there."""
        place = self._whole(node.slice)
        if not -len(holder) <= place < len(holder):
            count = len(holder)
            if not count:
                raise self.error(node, tr("There is no item {place}: it is empty.", place=place))
            message = tr("There is no item {place}: there are {count}, counted from 0.", place=place, count=count)
            raise self.error(node, message)
        return place

    def _whole(self, node: ast.expr) -> int:
        found: int = self.guarded(node, whole_of, self.of(node), mark("A place in a list"))
        return found

    def _list(self, node: ast.List) -> list[Any]:
        return self._items(node.elts)

    def _tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self._items(node.elts))

    def _set(self, node: ast.Set) -> OrderedSet:
        items = self._items(node.elts)
        found: OrderedSet = self.guarded(node, OrderedSet, items)
        return found

    def _items(self, nodes: Iterable[ast.expr]) -> list[Any]:
        """Items of a list or a call, with those of `*xs` among them."""
        items: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                more = self.guarded(node, items_of, self.of(node.value), self.budget)
                self.guarded(node, self.budget.spend, len(more))
                items.extend(more)
            else:
                items.append(self.of(node))
        return items

    # -- comprehensions, strings, functions -----------------------------------------------------------------------

    def _list_comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> list[Any]:
        items: list[Any] = []
        self._comprehend(node.generators, lambda: items.append(self.of(node.elt)))
        return items

    def _set_comprehension(self, node: ast.SetComp) -> OrderedSet:
        found = OrderedSet()
        self._comprehend(node.generators, lambda: self.guarded(node, found.add, self.of(node.elt)))
        return found

    def _comprehend(self, generators: list[ast.comprehension], take: Callable[[], None]) -> None:
        outer = self.scope
        self.scope = Scope({}, outer)
        try:
            self._generate(generators, 0, take)
        finally:
            self.scope = outer

    def _generate(self, generators: list[ast.comprehension], i: int, take: Callable[[], None]) -> None:
        if i == len(generators):
            take()
            return
        generator = generators[i]
        for item in self.guarded(generator.iter, items_of, self.of(generator.iter), self.budget):
            self.budget.spend()
            self.assign(generator.target, item, None)
            if all(self.guarded(test, truth, self.of(test)) for test in generator.ifs):
                self._generate(generators, i + 1, take)

    def _f_string(self, node: ast.JoinedStr) -> str:
        text = "".join(str(self.of(part)) for part in node.values)
        if len(text) > STRING:
            raise self.error(node, tr("A string may have at most {most} characters.", most=f"{STRING:,}"))
        self.budget.spend(len(text) // 16)
        return text

    def _formatted(self, node: ast.FormattedValue) -> str:
        value = self.of(node.value)
        spec = str(self.of(node.format_spec)) if node.format_spec is not None else ""
        if node.conversion in (ord("r"), ord("a")):
            value = self.guarded(node, written, value, True)
        elif node.conversion == ord("s"):
            value = self.guarded(node, written, value)
        text: str = self.guarded(node, formatted, value, spec)
        return text

    def _lambda(self, node: ast.Lambda) -> Function:
        return self.function("lambda", node.args, node.body)

    def function(self, name: str, args: ast.arguments, body: list[ast.stmt] | ast.expr) -> Function:
        """A function of the learner's, with its default values computed now."""
        odd = [*args.posonlyargs, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))]
        if odd:
            raise self.error(odd[0], tr("A parameter is a plain name here, without stars."))
        for parameter in args.args:
            self.check_name(parameter, parameter.arg)
        defaults = [self.of(default) for default in args.defaults]
        return Function(name, [parameter.arg for parameter in args.args], defaults, body, self.scope)

    def check_name(self, node: ast.AST, name: str) -> None:
        """Names that a text may give."""
        if name.startswith("_") and name.strip("_"):
            raise self.error(node, tr("`{name}`: names that begin with an underscore are not used here.", name=name))
