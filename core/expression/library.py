"""The functions and modules that are there without being defined."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.engine import Value
from core.errors import ExpressionError
from core.expression import language
from core.expression.arithmetic import bounded
from core.expression.attributes import label_of
from core.expression.limits import STRING, Complaint
from core.expression.networks import make_network
from core.expression.operators import is_literal
from core.expression.values import (
    Builtin,
    Namespace,
    OrderedSet,
    Tracked,
    is_number,
    items_of,
    kind,
    number_of,
    whole_of,
    written,
)
from core.ops import OPS
from core.words import mark, tr

if TYPE_CHECKING:
    from core.expression.calls import Calls

Call = Callable[[ast.Call, list[Any], dict[str, Any]], Any]
NETWORK_KEYWORDS = {"Neuron": frozenset({"activation", "init"}), "MLP": frozenset({"activation", "output", "init"})}
_POINT_NOT_COMMA = mark("A Value holds one number: a decimal point, not a comma: {number}?")
_DECIMALS = mark("A Value holds one number: decimals come after a point, not a comma.")
_SEVERAL = {"max": mark("max takes several numbers"), "min": mark("min takes several numbers")}
MANY = 1_000  # arguments
_OF_TWO = {entry.symbol: entry for entry in OPS.values() if not entry.has_constant}


class Library:
    """Builtins, bound to one run."""

    def __init__(self, calls: Calls) -> None:
        self._calls, self._budget = calls, calls.budget

    def names(self) -> dict[str, Any]:
        """Every name that is known before the first line."""
        found: dict[str, Any] = {name: self._operation(name) for name in language.OPERATIONS}
        for builtin in self._builtins():
            found[builtin.name] = builtin
        for name, least, most in (("Neuron", 1, 1), ("Layer", 2, 2), ("MLP", 2, 2)):
            keywords = NETWORK_KEYWORDS.get(name, NETWORK_KEYWORDS["Neuron"])
            found[name] = Builtin(name, least, most, self._maker(name), keywords)
        maths = {**language.MATH_NUMBERS, **{name: found[name] for name in language.MATH_FUNCTIONS}}
        chance = {
            name: Builtin(f"random.{name}", *ends, self._random(name))
            for name, ends in language.RANDOM_FUNCTIONS.items()
        }
        found["math"] = Namespace("math", {**maths, "fabs": found["abs"], "pow": found["pow"]})
        found["random"] = Namespace("random", chance)
        found["np"] = found["numpy"] = Namespace("numpy", {**maths, "abs": found["abs"]})
        found["plt"] = Namespace("matplotlib", {}, language.PLOTTER)
        found["torch"] = Namespace("torch", {}, language.REFUSED["torch"])
        found["micrograd"] = Namespace("micrograd", {}, language.REFUSED["micrograd"])
        return found

    def _builtins(self) -> tuple[Builtin, ...]:
        return (
            Builtin("Value", 0, 4, self._value, frozenset({"data", "_children", "_op", "label"})),
            Builtin("print", 0, MANY, self._print, frozenset({"sep", "end"})),
            Builtin("draw_dot", 1, 1, self._draw),
            Builtin("len", 1, 1, self._len),
            Builtin("range", 1, 3, self._range),
            Builtin("sum", 1, 2, self._sum, frozenset({"start"})),
            Builtin("zip", 1, MANY, self._zip, frozenset({"strict"})),
            Builtin("enumerate", 1, 2, self._enumerate, frozenset({"start"})),
            Builtin("reversed", 1, 1, self._reversed),
            Builtin("list", 0, 1, self._list),
            Builtin("tuple", 0, 1, self._tuple),
            Builtin("set", 0, 1, self._set),
            Builtin("max", 1, MANY, self._extreme("max")),
            Builtin("min", 1, MANY, self._extreme("min")),
            Builtin("pow", 2, 2, self._pow),
            Builtin("float", 1, 1, self._float),
            Builtin("int", 1, 1, self._int),
            Builtin("round", 1, 2, self._round),
            Builtin("str", 1, 1, self._str),
        )

    # -- values and networks --------------------------------------------------------------------------------------

    def _value(self, node: ast.Call, args: list[Any], keywords: dict[str, Any]) -> Value:
        given = dict(zip(("data", "_children", "_op", "label"), args, strict=False))
        for name in keywords:
            if name in given:
                raise Complaint(tr("`{name}` is given twice.", name=name))
        given.update(keywords)
        if len(args) > 1 and is_number(args[1]):
            raise self._comma(node)
        if "data" not in given:
            raise Complaint(tr("Value takes a number: Value(2.0)."), "Value(2.0)")
        number = number_of(given["data"], mark("The number of a Value"))
        children, sign = given.get("_children", ()), given.get("_op", "")
        value = self._with_children(number, children, sign) if children else Value(number)
        value.label = label_of(given.get("label", ""))
        if children:
            return self._calls.journal.made(value, node)
        if sign != "":
            raise Complaint(tr("A Value without operands has no operation."))
        first = node.args[0] if node.args else next(k.value for k in node.keywords if k.arg == "data")
        literal = first if is_literal(first) else None
        return self._calls.journal.leaf(value, node, literal)

    def _comma(self, node: ast.Call) -> ExpressionError:
        """`Value(2,0)`: many countries write decimals so."""
        whole, decimals = (ast.unparse(each) if is_literal(each) else "" for each in node.args[:2])
        number = f"{whole}.{decimals}" if whole.lstrip("-").isdigit() and decimals.isdigit() else ""
        span, end = self._calls.source.span(node.args[0]), self._calls.source.span(node.args[1])
        message = tr(_POINT_NOT_COMMA if number else _DECIMALS, number=number)
        return self._calls.source.error_at(message, span.line, span.column, end.end_line, end.end_column, number)

    def _with_children(self, number: float, children: Any, sign: Any) -> Value:
        """`Value(-6.0, (a, b), '*')`: the operation of that symbol, with the number that was given."""
        operands = [self._as_value(child) for child in items_of(children, self._budget, mark("_children is a tuple"))]
        entry = _OF_TWO.get(sign) if isinstance(sign, str) else None
        if sign == "**" and len(operands) == 2:
            entry = OPS["pow"]
        if entry is None or entry.arity != len(operands):
            signs = ", ".join(symbol for symbol, each in _OF_TWO.items() if each.arity == len(operands))
            signs, count = signs or tr("none"), len(operands)
            raise Complaint(tr("With {count} operands `_op` is one of these: {signs}.", count=count, signs=signs))
        method: Callable[..., Value] = {"add": Value.__add__, "mul": Value.__mul__, "pow": Value.__pow__}.get(
            entry.name
        ) or getattr(Value, entry.name)
        value = method(*operands)
        value.data = float(number)
        return value

    def _as_value(self, item: Any) -> Value:
        if isinstance(item, Tracked):
            return self._calls.value_of(item)
        if isinstance(item, Value):
            return item
        raise Complaint(tr("Operands are Values, not {item}.", item=kind(item)))

    def _maker(self, name: str) -> Call:
        return lambda node, args, keywords: make_network(self._calls, node, name, args, keywords)

    def _operation(self, name: str) -> Builtin:
        most = 2 if name == "leaky_relu" else 1
        known = frozenset({"slope"}) if name == "leaky_relu" else frozenset[str]()
        return Builtin(name, 1, most, lambda node, args, keys: self._operate(node, name, args, keys), known)

    def _operate(self, node: ast.Call, name: str, args: list[Any], keywords: dict[str, Any]) -> Any:
        if name == "abs" and isinstance(args[0], int):
            return abs(args[0])
        return self._calls.operation(node, name, [*args, *keywords.values()][:2])

    def _extreme(self, name: str) -> Call:
        def call(node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> Any:
            items = items_of(args[0], self._budget, _SEVERAL[name]) if len(args) == 1 else args
            if not items:
                raise Complaint(tr("{name} of nothing: the list is empty.", name=name))
            self._budget.spend(len(items))
            best = items[0]
            for item in items[1:]:
                if isinstance(best, int) and isinstance(item, int):
                    best = max(best, item) if name == "max" else min(best, item)
                else:
                    best = self._calls.operation(node, name, [best, item])
            if not is_number(best) and not isinstance(best, Value):
                raise Complaint(tr("{name} works on numbers and Values, not on {best}.", name=name, best=kind(best)))
            return best

        return call

    def _pow(self, node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> Any:
        base, exponent = args
        return self._calls.operate(node, ast.Pow, base, exponent, node.args[0], node.args[-1])

    # -- lists ----------------------------------------------------------------------------------------------------

    def _len(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> int:
        return len(items_of(args[0], self._budget, mark("len counts the items of a list")))

    def _range(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> range:
        ends = [whole_of(arg, mark("A range's end")) for arg in args]
        if len(ends) == 3 and ends[2] == 0:
            raise Complaint(tr("The step of a range cannot be 0."))
        return range(*ends)

    def _sum(self, node: ast.Call, args: list[Any], keywords: dict[str, Any]) -> Any:
        total = args[1] if len(args) > 1 else keywords.get("start", 0)
        if not is_number(total) and not isinstance(total, Value):
            raise Complaint(tr("A sum starts at a number or a Value, not at {total}.", total=kind(total)))
        for item in items_of(args[0], self._budget, mark("sum adds up the items of a list")):
            self._budget.spend()
            if not is_number(item) and not isinstance(item, Value):
                raise Complaint(tr("sum adds numbers and Values, not {item}.", item=kind(item)))
            total = self._calls.operate(node, ast.Add, total, item, node, node)
        return total

    def _zip(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> list[Any]:
        lists = [items_of(arg, self._budget, mark("zip takes lists")) for arg in args]
        self._budget.spend(min(map(len, lists)) * len(lists))
        return list(zip(*lists, strict=False))

    def _enumerate(self, _node: ast.Call, args: list[Any], keywords: dict[str, Any]) -> list[Any]:
        items = items_of(args[0], self._budget)
        self._budget.spend(2 * len(items))
        start = args[1] if len(args) > 1 else keywords.get("start", 0)
        return list(enumerate(items, whole_of(start, mark("The first number"))))

    def _reversed(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> list[Any]:
        return self._copied(args[0])[::-1]

    def _list(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> list[Any]:
        return self._copied(args[0]) if args else []

    def _tuple(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(self._copied(args[0])) if args else ()

    def _set(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> OrderedSet:
        return OrderedSet(self._copied(args[0]) if args else ())

    def _copied(self, value: Any) -> list[Any]:
        items = items_of(value, self._budget)
        self._budget.spend(len(items))
        return list(items)

    # -- numbers --------------------------------------------------------------------------------------------------

    def _float(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> float:
        return float(self._read(args[0], float))

    def _int(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> int | float:
        number = self._read(args[0], int)
        try:
            return bounded(int(number))
        except (OverflowError, ValueError):
            raise Complaint(tr("{number} has no whole part.", number=repr(number))) from None

    def _read(self, value: Any, kind_of_number: type) -> int | float:
        if not isinstance(value, str):
            return number_of(value, mark("This"))
        try:
            found: int | float = kind_of_number(value if len(value) < 100 else "?")
        except ValueError:
            raise Complaint(tr("There is no number in this string.")) from None
        return bounded(found)

    def _round(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> int | float:
        number = number_of(args[0], mark("What is rounded"))
        digits = whole_of(args[1], mark("The number of decimals")) if len(args) > 1 else None
        if digits is not None and abs(digits) > 300:
            raise Complaint(tr("The number of decimals is too large."))
        try:
            return bounded(round(number, digits))
        except (OverflowError, ValueError):
            raise Complaint(tr("{number} cannot be rounded.", number=repr(number))) from None

    def _random(self, name: str) -> Call:
        def call(_node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> Any:
            if name == "seed" and args and isinstance(args[0], str | None):
                raise Complaint(tr("The seed is a number, as in random.seed(1337)."), "1337")
            numbers = [number_of(arg, mark("This")) for arg in args]
            try:
                found = getattr(self._calls.rng, name)(*(numbers or ([1337] if name == "seed" else [])))
            except (OverflowError, ValueError):
                raise Complaint(tr("These numbers are too large.")) from None
            return found

        return call

    # -- strings and output ---------------------------------------------------------------------------------------

    def _str(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> str:
        return written(args[0])

    def _print(self, node: ast.Call, args: list[Any], keywords: dict[str, Any]) -> None:
        sep, end = (keywords.get(name, default) for name, default in (("sep", " "), ("end", "\n")))
        sep, end = " " if sep is None else sep, "\n" if end is None else end
        if not isinstance(sep, str) or not isinstance(end, str):
            raise Complaint(tr("`sep` and `end` are strings."))
        text = sep.join(written(arg) for arg in args)
        if len(text) + len(end) > 2 * STRING:
            raise Complaint(tr("This is too long to be printed: more than {most} characters.", most=f"{STRING:,}"))
        self._calls.output.write(node.lineno, text, end)

    def _draw(self, _node: ast.Call, args: list[Any], _keywords: dict[str, Any]) -> None:
        item = args[0]
        if isinstance(item, list | tuple) and len(item) == 1:
            item = item[0]
        if not isinstance(item, Value | Tracked):
            raise Complaint(tr("draw_dot shows the graph of a Value, not of {item}.", item=kind(item)))
        self._calls.drawn = item if isinstance(item, Value) else self._calls.value_of(item)
