"""What a name can stand for in a learner's text, beside numbers, strings, lists and tuples."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.engine import Value
from core.expression.limits import STRING, Budget, Complaint
from core.nn import Module
from core.words import mark, tr

Number = int | float
_LISTS = mark("Only a list, a tuple or a range can be gone through")
DEEP = 100  # lists in lists that are still written out


class Tracked:
    """A plain number that a name was given at the top level, or that was computed from such numbers.

    It counts and prints like the number. As soon as the graph needs it, it has a Value (`node`) with the name as label.
    """

    __slots__ = ("label", "literal", "node", "number", "origin")

    def __init__(
        self,
        number: Number,
        origin: ast.AST,
        label: str = "",
        literal: ast.expr | None = None,
        node: Value | None = None,
    ) -> None:
        self.number, self.origin, self.label, self.literal, self.node = number, origin, label, literal, node


@dataclass(eq=False)
class Scope:
    """Names and what they stand for; inner scopes see the outer ones."""

    names: dict[str, Any]
    parent: Scope | None = None

    def find(self, name: str) -> Any:
        """Raises KeyError."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        raise KeyError(name)

    def all_names(self) -> Iterator[str]:
        scope: Scope | None = self
        while scope is not None:
            yield from scope.names
            scope = scope.parent


@dataclass(eq=False)
class Function:
    """A `def` or `lambda` of the learner's."""

    name: str
    parameters: list[str]
    defaults: list[Any]  # of the last parameters
    body: list[ast.stmt] | ast.expr
    scope: Scope


@dataclass(eq=False)
class Builtin:
    """A function that is there without being defined. `call` gets the arguments and the keyword arguments."""

    name: str
    least: int
    most: int
    call: Callable[..., Any]
    keywords: frozenset[str] = frozenset()


@dataclass(eq=False)
class Namespace:
    """What an import line names: `math`, `random`, `np` … with what may be used of it."""

    name: str
    members: dict[str, Any]
    refusal: str = ""  # marked; said for every other member; empty: the ordinary message


class FixedList(list[Any]):
    """The parts of a neuron, layer or network: to be read; their numbers can be changed, the list cannot."""


class OrderedSet:
    """A set that is gone through in the order in which it was filled, so that every run is the same."""

    __slots__ = ("items",)

    def __init__(self, items: Iterable[Any] = ()) -> None:
        self.items: dict[Any, None] = {}
        for item in items:
            self.add(item)

    def add(self, item: Any) -> None:
        self.items[_key(item)] = None

    def __contains__(self, item: Any) -> bool:
        return _key(item) in self.items


def _key(item: Any) -> Any:
    if isinstance(item, Tracked):
        return item if item.node is not None and item.node._prev else item.number
    if item is None or isinstance(item, bool | int | float | str | Value | Module):
        return item
    raise Complaint(tr("A set holds values, numbers and strings, not {item}.", item=kind(item)))


def kind(value: Any) -> str:
    """What a value is, in a beginner's words, with its article."""
    if value is None:
        return tr("None (nothing)")
    for types, words in _KINDS:
        if isinstance(value, types):
            return tr(words)
    return tr("this")


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, mark("True or False")),
    ((int, float, Tracked), mark("a number")),
    (str, mark("a string")),
    (Value, mark("a Value")),
    (list, mark("a list")),
    (tuple, mark("a tuple")),
    (range, mark("a range")),
    (OrderedSet, mark("a set")),
    ((Function, Builtin), mark("a function")),
    (Namespace, mark("a module")),
    (Module, mark("a network")),
)


def is_number(value: Any) -> bool:
    """Whether it counts as a plain number."""
    return isinstance(value, int | float | Tracked)


def plain(value: Any) -> Any:
    """The number behind a name; everything else as it is."""
    return value.number if isinstance(value, Tracked) else value


def number_of(value: Any, what: str) -> Number:
    """A plain number. Raises Complaint, with `what` at its beginning, which is a marked text."""
    if isinstance(value, Tracked):
        return value.number
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, Value):
        raise Complaint(tr("{what} must be a number, not a Value: its number is its .data.", what=tr(what)), ".data")
    raise Complaint(tr("{what} must be a number, not {value}.", what=tr(what), value=kind(value)))


def whole_of(value: Any, what: str) -> int:
    """A whole number. Raises Complaint."""
    number = number_of(value, what)
    if isinstance(number, int):
        return number
    if number.is_integer() and abs(number) < 2**53:
        raise Complaint(
            tr("{what} must be a whole number: {number}, without the point.", what=tr(what), number=int(number)),
            str(int(number)),
        )
    raise Complaint(tr("{what} must be a whole number, not {number}.", what=tr(what), number=repr(number)))


def truth(value: Any) -> bool:
    """What `if`, `and`, `or`, `not` make of a value. Raises Complaint for a Value."""
    value = plain(value)
    if isinstance(value, Value):
        raise Complaint(tr("A Value is neither true nor false: compare its number, as in a.data > 0."), ".data")
    if isinstance(value, OrderedSet):
        return bool(value.items)
    return bool(value) if value is None or isinstance(value, bool | int | float | str | list | tuple | range) else True


def items_of(value: Any, budget: Budget, what: str = _LISTS) -> Any:
    """Something to loop over. Raises Complaint."""
    if isinstance(value, OrderedSet):
        budget.spend(len(value.items))
        return list(value.items)
    if isinstance(value, list | tuple | range | str):
        return value
    hint = f"range({plain(value)})" if isinstance(plain(value), int) and not isinstance(value, bool) else ""
    raise Complaint(tr("{what}, not {value}.", what=tr(what), value=kind(value)), hint)


def written(value: Any, inside: bool = False) -> str:
    """What `print` shows (`inside` a list: strings with their quotes). Raises Complaint if that is far too long."""
    parts: list[str] = []
    _write(value, inside, parts, [STRING], 0)
    return "".join(parts)


def _write(value: Any, inside: bool, parts: list[str], room: list[int], depth: int) -> None:
    if depth > DEEP:
        raise Complaint(tr("This list is nested too deeply to be printed."))
    if isinstance(value, list | tuple | OrderedSet):
        _write_items(value, parts, room, depth)
        return
    text = _word(value, inside)
    parts.append(text)
    room[0] -= len(text) + 2
    if room[0] < 0:
        raise Complaint(tr("This is too long to be printed: more than {most} characters.", most=f"{STRING:,}"))


def _write_items(value: Any, parts: list[str], room: list[int], depth: int) -> None:
    items = list(value.items) if isinstance(value, OrderedSet) else value
    if isinstance(value, OrderedSet) and not items:
        parts.append("set()")
        return
    opening, closing = "[]" if isinstance(value, list) else "()" if isinstance(value, tuple) else "{}"
    parts.append(opening)
    for i, item in enumerate(items):
        if i:
            parts.append(", ")
        _write(item, True, parts, room, depth + 1)
        room[0] -= 1
    parts.append(",)" if isinstance(value, tuple) and len(items) == 1 else closing)


def _word(value: Any, inside: bool) -> str:
    value = plain(value)
    if isinstance(value, str):
        return repr(value) if inside else value
    if isinstance(value, Function | Builtin):
        return f"<function {value.name}>"
    if isinstance(value, Namespace):
        return f"<module '{value.name}'>"
    if isinstance(value, Module):
        return f"<{type(value).__name__}, {len(value.parameters())} parameters>"
    return repr(value)
