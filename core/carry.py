"""Which weights a change of shape can keep: those of connections that were there before, and biases of such neurons.

A connection is known by its two ends. Neurons of a hidden layer are counted, and so are inputs and outputs; features
are known by their text. Layers may have moved: `matched_layers` says which one was which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from core.experiment import Experiment, LayerSpec
from core.features import features_of, show_feature
from core.program import Array, Index
from core.shape import input_count, layer_sizes
from core.words import tr, trn

_NONE = -1


def carried(before: Experiment, theta: Array, after: Experiment, initial: Array) -> tuple[Array, str]:
    """The parameters of `after`: what `before` had too is kept, the others are the seed's; and a sentence about it.

    `theta` are the parameters of `before`, `initial` those that `after` begins with by itself. What is not finite is
    not kept: nothing could be learned from it any more.
    """
    layers = _Layers(before, after)
    found = initial.copy()
    origin = layers.origin()
    there = np.flatnonzero(origin >= 0)
    kept = there[np.isfinite(theta[origin[there]])]
    found[kept] = theta[origin[kept]]
    news = layers.news() + ([tr("what was not finite")] if len(kept) < len(there) else [])
    return found, _sentence(len(kept), len(found), len(theta), news)


def matched_layers(before: Sequence[LayerSpec], after: Sequence[LayerSpec]) -> list[int]:
    """For each hidden layer of `after` which one of `before` it was, counted from 0; −1 for a new one.

    What is alike in front stays, then what is alike at the end. If in between the same layers stand in another order,
    each is found again; else they are taken one for one, as when one of them grew, from the front.
    """
    shorter = min(len(before), len(after))
    front = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    room = shorter - front
    back = next((i for i in range(room) if before[-1 - i] != after[-1 - i]), room)
    old, new = list(range(front, len(before) - back)), list(range(front, len(after) - back))
    found = [*range(front), *(_NONE for _ in new), *range(len(before) - back, len(before))]
    if sorted(map(_key, (before[i] for i in old))) == sorted(map(_key, (after[i] for i in new))):
        for i in new:
            found[i] = next(j for j in old if before[j] == after[i])
            old.remove(found[i])
    else:
        for i, j in zip(new, old, strict=False):
            found[i] = j
    return found


def _key(layer: LayerSpec) -> tuple[int, str]:
    return layer.neurons, layer.activation


class _Layers:
    """Two networks side by side. Layer 0 is what the first layer reads, the last one the outputs."""

    def __init__(self, before: Experiment, after: Experiment) -> None:
        self._before, self._after = before, after
        self._old, self._new = layer_sizes(before), layer_sizes(after)
        hidden = matched_layers(before.network.hidden, after.network.hidden)
        inner = [i + 1 if i >= 0 else _NONE for i in hidden]
        self._match = [0, *inner, len(self._old) - 1]

    def origin(self) -> Index:
        """For each parameter of `after` its number in `before`, or −1."""
        old_blocks, new_blocks = _blocks(self._before), _blocks(self._after)
        found = np.full(sum(block.size for block in new_blocks), _NONE)
        both = self._before.network.bias and self._after.network.bias
        for layer, block in enumerate(new_blocks, start=1):
            was = self._match[layer]
            if was == _NONE:
                continue
            old, rows = old_blocks[was - 1], min(self._old[was], self._new[layer])
            for column, source in self._sources(layer):
                found[block[:rows, column]] = old[:rows, source]
            if both:
                found[block[:rows, -1]] = old[:rows, -1]
        return found

    def _sources(self, layer: int) -> Iterable[tuple[int, int]]:
        """What a layer reads still: its place now and its place before, both from 0."""
        if self._match[layer - 1] != self._match[layer] - 1:
            return []
        if layer > 1:
            return ((i, i) for i in range(min(self._new[layer - 1], self._old[self._match[layer] - 1])))
        was = {text: i for i, text in enumerate(_features(self._before))}
        return ((i, was[text]) for i, text in enumerate(_features(self._after)) if text in was)

    def news(self) -> list[str]:
        """What is new in `after`, in words; nothing where all connections were there."""
        known = _features(self._before)
        added = [show_feature(text) for text in _features(self._after) if text not in known]
        found = [self._read(added)] if added else []
        last = len(self._new) - 1
        for layer in range(1, last + 1):
            was, size = self._match[layer], self._new[layer]
            name = tr("output") if layer == last else tr("hidden {number}", number=layer)
            if was == _NONE:
                found.append(name)
                continue
            if size > self._old[was]:
                found.append(_neurons(name, self._old[was] + 1, size))
            if self._match[layer - 1] not in (_NONE, was - 1):
                found.append(tr("into {layer}", layer=name))
        if self._after.network.bias and not self._before.network.bias:
            found.append(tr("all biases"))
        return found

    def _read(self, added: list[str]) -> str:
        names = ", ".join(added)
        return tr("feature {names}", names=names) if self._after.network.features else tr("input {names}", names=names)


def _features(experiment: Experiment) -> list[str]:
    return [feature.text for feature in features_of(experiment.network.features, input_count(experiment.data))]


def _blocks(experiment: Experiment) -> list[Index]:
    """Per layer the numbers of its parameters, (neurons, weights and perhaps the bias)."""
    found, first = [], 0
    for nin, neurons in pairwise(layer_sizes(experiment)):
        shape = neurons, nin + experiment.network.bias
        found.append(first + np.arange(shape[0] * shape[1]).reshape(shape))
        first += shape[0] * shape[1]
    return found


def _neurons(layer: str, first: int, last: int) -> str:
    if first == last:
        return tr("{layer}, neuron {number}", layer=layer, number=first)
    return tr("{layer}, neurons {first}–{last}", layer=layer, first=first, last=last)


def _sentence(kept: int, now: int, before: int, news: list[str]) -> str:
    new, gone = now - kept, before - kept
    if not kept:
        return tr("None of the weights could be kept: all {count} are new.", count=f"{now:,}")
    if new:
        return trn(
            "{kept} of {all} weights kept; {n} is new ({places}).",
            "{kept} of {all} weights kept; {n} are new ({places}).",
            new,
            n=f"{new:,}",
            kept=f"{kept:,}",
            all=f"{now:,}",
            places="; ".join(news),
        )
    if gone:
        return trn(
            "All {all} weights kept; {n} is gone.",
            "All {all} weights kept; {n} are gone.",
            gone,
            n=f"{gone:,}",
            all=f"{now:,}",
        )
    return tr("All {count} weights kept.", count=f"{now:,}")
