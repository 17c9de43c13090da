"""What stands behind a dot: the few attributes that can be read."""

from __future__ import annotations

from typing import Any

from core.engine import Value
from core.expression import language
from core.expression.limits import LABEL, Complaint
from core.expression.nearest import nearest
from core.expression.values import FixedList, Namespace, OrderedSet, Tracked, kind, plain
from core.nn import MLP, Layer, Module, Neuron
from core.words import tr, trn

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
        raise Complaint(tr(holder.refusal))
    raise Complaint(
        tr("`{holder}.{name}` is not part of the lab.", holder=holder.name, name=name), nearest(name, holder.members)
    )


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
        return Complaint(tr("`{name}` is called: write {name}() with brackets.", name=name), f"{name}()")
    if name.startswith("_") and name not in language.UNDERSCORED:
        return Complaint(tr("`{name}`: names that begin with an underscore are not reachable here.", name=name))
    number = plain(holder)
    if isinstance(number, int | float) and not isinstance(holder, Tracked):
        if name in language.VALUE_READ | language.VALUE_METHODS:
            return Complaint(
                tr("A plain number has no `{name}`: a Value has, Value({number}).", name=name, number=repr(number)),
                f"Value({number!r})",
            )
        return Complaint(tr("A number has no `{name}`.", name=name))
    known = set(methods_of(holder))
    if isinstance(holder, Value | Tracked):
        known |= language.VALUE_READ
    for kind_of_module, readable in _MODULES:
        if isinstance(holder, kind_of_module):
            known |= readable
    hint = ""
    if isinstance(holder, list | tuple) and name in language.VALUE_READ | language.VALUE_METHODS:
        hint = " " + tr("Its items may have: pick one with [0].")
    said = tr("{holder} has no `{name}`.", holder=kind(holder), name=name)
    return Complaint(said[:1].upper() + said[1:] + hint, nearest(name, known))


def label_of(text: Any) -> str:
    """A label that can be drawn. Raises Complaint."""
    if not isinstance(text, str):
        raise Complaint(tr("A label is a string in quotation marks, not {text}.", text=kind(text)))
    if len(text) > LABEL:
        raise Complaint(tr("A label may have at most {label} characters.", label=LABEL))
    return printable(text)


def printable(text: str) -> str:
    """Without characters that cannot be drawn."""
    return (
        text
        if text.isprintable()
        else "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
    )


def wrong_count(name: str, least: int, most: int, here: int) -> str:
    """What is said about a wrong number of arguments."""
    if least == most:
        return trn(
            "{name} takes {n} argument, here are {here}.",
            "{name} takes {n} arguments, here are {here}.",
            least,
            name=name,
            here=here,
        )
    if here < least:
        return trn(
            "{name} takes at least {n} argument, here are {here}.",
            "{name} takes at least {n} arguments, here are {here}.",
            least,
            name=name,
            here=here,
        )
    return trn(
        "{name} takes at most {n} argument, here are {here}.",
        "{name} takes at most {n} arguments, here are {here}.",
        most,
        name=name,
        here=here,
    )
