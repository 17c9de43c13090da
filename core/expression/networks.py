"""Neurons, layers and networks in a learner's text: made within limits, called, and their parts named.

Parameters are named as everywhere in Chainrule (`L1.N3.w2`, `L1.N3.b`; without `L1.` for a layer, without `L1.N3.`
for a neuron). The nodes of a call are named `L1.N3.out`, `L1.N3.w2*x2`; of several calls each gets its number.
"""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from core.engine import Value
from core.expression import language
from core.expression.limits import Complaint
from core.expression.values import Tracked, is_number, items_of, kind, number_of, whole_of
from core.nn import ACTIVATIONS, MLP, Layer, Module, Neuron
from core.words import mark, tr

if TYPE_CHECKING:
    from core.expression.calls import Calls

WIDEST = 1_000  # inputs or neurons of a layer


def make_network(calls: Calls, node: ast.AST, name: str, args: list[Any], keywords: dict[str, Any]) -> Module:
    """`Neuron(nin)`, `Layer(nin, nout)`, `MLP(nin, nouts)`. Raises Complaint for sizes that are none."""
    sizes = [_size(args[0], mark("The number of inputs"))]
    if name == "Layer":
        sizes.append(_size(args[1], mark("The number of neurons")))
    elif name == "MLP":
        if not isinstance(args[1], list | tuple) or not args[1]:
            raise Complaint(tr("MLP takes the sizes of its layers as a list: MLP(3, [4, 4, 1])."), "[4, 4, 1]")
        sizes += [_size(size, mark("The size of a layer")) for size in args[1]]
    else:
        sizes.append(1)
    count = sum((nin + 1) * nout for nin, nout in itertools.pairwise(sizes))
    calls.budget.make(count)
    network = _new(name, sizes, _choices(keywords), calls.rng)
    for address, neuron in neurons_of(network):
        for i, weight in enumerate(neuron.w, start=1):
            _register(calls, weight, f"{address}w{i}", node)
        if neuron.b is not None:  # as all of the lab's have
            _register(calls, neuron.b, f"{address}b", node)
    return network


def _size(value: Any, what: str) -> int:
    size = whole_of(value, what)
    if not 1 <= size <= WIDEST:
        raise Complaint(
            tr("{what} must be from 1 to {widest}, not {size}.", what=tr(what), widest=f"{WIDEST:,}", size=size)
        )
    return size


def _choices(keywords: dict[str, Any]) -> dict[str, str]:
    """The names of activations and of the initialisation."""
    for name, value in keywords.items():
        known = language.INITS if name == "init" else language.ACTIVATIONS
        if not isinstance(value, str) or value not in known:
            raise Complaint(tr("`{name}` is one of these: {names}.", name=name, names=", ".join(known)))
    return keywords


def _new(name: str, sizes: list[int], choices: dict[str, Any], rng: random.Random) -> Module:
    if name == "Neuron":
        return Neuron(sizes[0], rng=rng, **choices)
    if name == "Layer":
        return Layer(sizes[0], sizes[1], rng=rng, **choices)
    return MLP(sizes[0], sizes[1:], rng=rng, **choices)


def _register(calls: Calls, value: Value, address: str, node: ast.AST) -> None:
    calls.journal.leaf(value, node, counted=True)
    calls.journal.names[value] = address


def neurons_of(module: Module) -> Iterator[tuple[str, Neuron]]:
    """Every neuron with what its parts' addresses begin with."""
    if isinstance(module, Neuron):
        yield "", module
    elif isinstance(module, Layer):
        for j, neuron in enumerate(module.neurons, start=1):
            yield f"N{j}.", neuron
    elif isinstance(module, MLP):
        for address, neuron in module.neurons():
            yield f"{address}.", neuron


def call_network(module: Module, x: Any, calls: Calls, node: ast.Call) -> Any:
    """`n(x)`: a list of Values, or one Value where there is one output. Raises Complaint for other inputs."""
    inputs = [x] if isinstance(x, Value | Tracked) or is_number(x) else list(items_of(x, calls.budget, _WANTED))
    values = _inputs(inputs, calls, node)
    calls.journal.calls += 1
    signal: list[Value] = values
    for address, layer in _layers(module):
        signal = [
            _call_neuron(neuron, signal, calls, node, f"{address}N{j}." if address is not None else "")
            for j, neuron in enumerate(layer, start=1)
        ]
    return signal[0] if len(signal) == 1 else signal


_WANTED = mark("A network is called with a list of numbers")


def _layers(module: Module) -> Iterator[tuple[str | None, Sequence[Neuron]]]:
    if isinstance(module, Neuron):
        yield None, [module]
    elif isinstance(module, Layer):
        yield "", module.neurons
    elif isinstance(module, MLP):
        for i, layer in enumerate(module.layers, start=1):
            yield f"L{i}.", layer.neurons


def _inputs(items: list[Any], calls: Calls, node: ast.AST) -> list[Value]:
    """The inputs as Values: each number becomes one leaf, which all neurons of the first layer use."""
    found, call = [], calls.journal.calls + 1
    for i, item in enumerate(items, start=1):
        if isinstance(item, Value):
            found.append(item)
        elif isinstance(item, Tracked):
            found.append(calls.value_of(item))
        elif is_number(item):
            value = calls.journal.leaf(Value(number_of(item, "")), node)
            calls.journal.parts[value] = call, f"x{i}"
            found.append(value)
        else:
            raise Complaint(tr("{wanted}, not of {item}.", wanted=tr(_WANTED), item=kind(item)))
    return found


def _call_neuron(neuron: Neuron, x: list[Value], calls: Calls, node: ast.AST, address: str) -> Value:
    if len(x) != len(neuron.w):
        raise Complaint(tr("This takes {wanted} inputs, here are {given}.", wanted=len(neuron.w), given=len(x)))
    journal = calls.journal
    assert neuron.b is not None  # the lab's neurons all have a bias
    total = neuron.b
    for i, (wi, xi) in enumerate(zip(neuron.w, x, strict=True), start=1):
        product = wi * xi
        total = total + product
        journal.parts[product] = journal.calls, f"{address}w{i}*x{i}"
        journal.parts[total] = journal.calls, f"{address}sum{i}" if i < len(x) else f"{address}sum"
    activate = calls.activation(neuron.activation)
    out = activate(total) if activate is not None else ACTIVATIONS[neuron.activation](total)
    if out is not neuron.b:
        journal.parts[out] = journal.calls, f"{address}out"
    return journal.made(out, node)
