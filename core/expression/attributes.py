"""What stands behind a dot: the few attributes that can be read."""

from __future__ import annotations

from typing import Any

from core.engine import Value
from core.expression import language
from core.expression.limits import LABEL, Complaint
from core.expression.nearest import nearest
from core.expression.values import FixedList, Namespace, OrderedSet, Tracked, kind, plain
from core.nn import MLP, Layer, Module, Neuron

_MODULES: tuple[tuple[type[Module], frozenset[str]], ...] = (
    (Neuron, language.NEURON_READ),
    (Layer, language.LAYER_READ),
    (MLP, language.MLP_READ),
)


def read_attribute(holder: Any, name: str) -> Any:
    """`holder.name`. Raises Complaint, with the nearest attribute if one is near."""
    if isinstance(holder, Value):
        if name in language.VALUE_READ:
            return getattr(holder, name)
    elif isinstance(holder, Tracked) and name in ("data", "label", "name"):
        return holder.number if name == "data" else holder.label
    elif isinstance(holder, Namespace):
        return member(holder, name)
    elif isinstance(holder, Module):
        for kind_of_module, readable in _MODULES:
            if isinstance(holder, kind_of_module) and name in readable:
                found = getattr(holder, name)
                return FixedList(found) if isinstance(found, list) else found
    raise unknown_attribute(holder, name)


def member(holder: Namespace, name: str) -> Any:
    """`math.pi`, `random.seed` … Raises Complaint."""
    if name in holder.members:
        return holder.members[name]
    if holder.refusal:
        raise Complaint(holder.refusal)
    raise Complaint(f"`{holder.name}.{name}` is not part of the lab.", nearest(name, holder.members))


def methods_of(holder: Any) -> frozenset[str]:
    """The methods that can be called on something."""
    if isinstance(holder, Value | Tracked):
        return language.VALUE_METHODS
    if isinstance(holder, Module):
        return language.MODULE_METHODS
    if isinstance(holder, OrderedSet):
        return language.SET_METHODS
    return language.LIST_METHODS if isinstance(holder, list) else frozenset()


def unknown_attribute(holder: Any, name: str) -> Complaint:
    """What to say about an attribute that is not there."""
    if name in methods_of(holder):
        return Complaint(f"`{name}` is called: write {name}() with brackets.", f"{name}()")
    if name.startswith("_") and name not in language.UNDERSCORED:
        return Complaint(f"`{name}`: names that begin with an underscore are not reachable here.")
    number = plain(holder)
    if isinstance(number, int | float) and not isinstance(holder, Tracked):
        if name in language.VALUE_READ | language.VALUE_METHODS:
            return Complaint(f"A plain number has no `{name}`: a Value has, Value({number!r}).", f"Value({number!r})")
        return Complaint(f"A number has no `{name}`.")
    known = set(methods_of(holder))
    if isinstance(holder, Value | Tracked):
        known |= language.VALUE_READ
    for kind_of_module, readable in _MODULES:
        if isinstance(holder, kind_of_module):
            known |= readable
    hint = ""
    if isinstance(holder, list | tuple) and name in language.VALUE_READ | language.VALUE_METHODS:
        hint = " Its items may have: pick one with [0]."
    return Complaint(f"{kind(holder)} has no `{name}`.".replace("a ", "A ", 1) + hint, nearest(name, known))


def label_of(text: Any) -> str:
    """A label that can be drawn. Raises Complaint."""
    if not isinstance(text, str):
        raise Complaint(f"A label is a string in quotation marks, not {kind(text)}.")
    if len(text) > LABEL:
        raise Complaint(f"A label may have at most {LABEL} characters.")
    return printable(text)


def printable(text: str) -> str:
    """Without characters that cannot be drawn."""
    return (
        text
        if text.isprintable()
        else "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
    )
