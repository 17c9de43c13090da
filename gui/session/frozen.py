"""What is frozen, as a set of parameters and as the shortest list of addresses. No Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable

Part = tuple[int, int, int]  # layer, neuron, weight, all from 1; weight 0 is the bias

_ADDRESS = re.compile(r"L(\d+)(?:\.N(\d+)(?:\.(b|w(\d+)))?)?")


class Shape:
    """The parameters that a network has."""

    def __init__(self, sizes: tuple[int, ...], bias: bool) -> None:
        """`sizes` as `core.shape.layer_sizes` gives them: what the first layer reads, then every layer's neurons."""
        self._sizes, self._bias = sizes, bias

    def parts(self, address: str) -> set[Part]:
        """The parameters that an address stands for: those of a layer, of a neuron, or one; none if it is not there."""
        found = _ADDRESS.fullmatch(address)
        if found is None:
            return set()
        layer = int(found[1])
        if not 1 <= layer < len(self._sizes):
            return set()
        neurons = [int(found[2])] if found[2] else range(1, self._sizes[layer] + 1)
        return {
            (layer, neuron, weight)
            for neuron in neurons
            if 1 <= neuron <= self._sizes[layer]
            for weight in self._weights(layer)
            if found[3] is None or weight == int(found[4] or 0)
        }

    def all_parts(self, addresses: Iterable[str]) -> set[Part]:
        """Those of several addresses."""
        return set().union(*(self.parts(address) for address in addresses))

    def addresses(self, parts: set[Part]) -> tuple[str, ...]:
        """As few addresses as say the same: whole layers, then whole neurons, then single ones; sorted."""
        found: list[str] = []
        for layer in sorted({part[0] for part in parts}):
            neurons = range(1, self._sizes[layer] + 1)
            inside = {n: [w for w in self._weights(layer) if (layer, n, w) in parts] for n in neurons}
            whole = [n for n in neurons if len(inside[n]) == len(self._weights(layer))]
            if len(whole) == len(neurons):
                found.append(f"L{layer}")
                continue
            for neuron in neurons:
                name = f"L{layer}.N{neuron}"
                found += [name] if neuron in whole else [f"{name}.{f'w{w}' if w else 'b'}" for w in inside[neuron]]
        return tuple(sorted(found))

    def _weights(self, layer: int) -> range:
        return range(0 if self._bias else 1, self._sizes[layer - 1] + 1)


def moved(address: str, layers: dict[int, int], first_weights: dict[int, int] | None = None) -> str:
    """An address in a network whose layers have got other numbers; empty for one of a layer that is gone.

    `first_weights`: which weight of the first layer each one has become.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found[1]) not in layers:
        return ""
    layer, rest = layers[int(found[1])], address[len(found[1]) + 1 :]
    if found[4] and first_weights is not None and found[1] == "1":
        if int(found[4]) not in first_weights:
            return ""
        rest = f".N{found[2]}.w{first_weights[int(found[4])]}"
    return f"L{layer}{rest}"
