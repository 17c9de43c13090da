"""Numbers of an exported training that look the same in every target: its rows, tables of parameters, features."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from core.exporters.code_text import listed, number, numbers, remark
from core.exporters.code_text_start import Start
from core.program import Array


def data_text(start: Start) -> str:
    """`DATA`, and `TEST_DATA` where rows are kept back: a row a sample, inputs first."""
    data = start.dataset
    parts = [_rows(start, "DATA", data.inputs, data.targets)]
    if start.tested:
        parts.append(_rows(start, "TEST_DATA", data.test_inputs, data.test_targets))
    return "\n\n".join(["\n".join([*_told(start), parts[0]]), *parts[1:]])


def _rows(start: Start, name: str, inputs: Array, targets: Array) -> str:
    classes = [f"y{i}" for i in range(1, start.sizes[-1] + 1)] if start.several else ["y"]
    rows = np.hstack([inputs, targets.reshape(len(targets), -1)])
    lines = "\n".join(f"    {listed([number(x) for x in row], '    ')}," for row in rows)
    return f"{name} = [  # {', '.join([*start.dataset.names, *classes])}\n{lines}\n]"


def _told(start: Start) -> list[str]:
    """What the columns mean, where that is not plain: remarks, as a person's words are in them."""
    own, labels, dataset = start.experiment.data.own, start.dataset.labels, start.dataset
    lines = []
    if own is not None:
        pairs = zip(dataset.names, own.names, strict=True)
        lines += [f"{short} is {name}{_scale(start, i)}" for i, (short, name) in enumerate(pairs) if name != short]
        if not start.has_classes:
            lines.append(f"y is {own.target_name}{_scale(start, len(own.names))}")
    if start.several:
        lines += [f"y{i} is 1 where the class is {label}" for i, label in enumerate(labels, start=1)]
    elif own is not None and labels:
        low, high = ("0", "1") if dataset.threshold else ("-1", "1")
        lines.append(f"y is {low} where the class is {labels[0]}, and {high} where it is {labels[1]}")
    return [remark(line) for line in lines]


def _scale(start: Start, column: int) -> str:
    """How a column's number in the person's own file follows from the one here."""
    own = start.experiment.data.own
    if own is None or column >= len(own.scales):
        return ""
    scale, shift = own.scales[column], own.shifts[column]
    name = start.dataset.names[column] if column < len(start.dataset.names) else "y"
    return "" if (scale, shift) == (1.0, 0.0) else f", in the file {number(scale)} * {name} + {number(shift)}"


def layers_of(start: Start, flat: Array) -> list[list[Array]]:
    """Of each layer the weights (a row a neuron) and, if there are any, the biases, of an array in the order of θ."""
    found, begin, bias = [], 0, int(start.bias)
    for before, after in pairwise(start.sizes):
        table = flat[begin : begin + (before + bias) * after].reshape(after, before + bias)
        found.append([table[:, :before], *([table[:, before]] if bias else [])])
        begin += table.size
    return found


def layers_text(name: str, start: Start, flat: Array) -> str:
    """`name`: for each layer its weights, a row a neuron, and its biases."""
    biases = "; the biases" if start.bias else "; there are no biases"
    lines = [f"{name} = [  # of each layer: the weights, a row a neuron{biases}"]
    for weights, *rest in layers_of(start, flat):
        rows = "\n".join(f"            {numbers(row, ' ' * 12)}," for row in weights)
        more = "".join(f"        {numbers(row, ' ' * 8)},\n" for row in rest)
        lines.append(f"    (\n        [\n{rows}\n        ],\n{more}    ),")
    return "\n".join([*lines, "]"])


def inputs_line(start: Start, source: str) -> str:
    """`x1, x2 = …`: the inputs that features are made of."""
    names = start.dataset.names
    return f"{', '.join(names)}{',' if len(names) == 1 else ''} = {source}"


def feature_items(start: Start, functions: Mapping[str, str]) -> list[str]:
    """Every feature as an item of a list; `functions` says how sin, cos and abs are written: `torch.sin` …"""
    found = []
    for feature in start.features:
        first, *second = [start.dataset.names[i] for i in feature.reads]
        word = {"x": first, "^2": f"{first}**2", "*": f"{first} * {' '.join(second)}"}.get(feature.kind)
        found.append(word or f"{functions[feature.kind]}({first})")
    return found


def kinds_of(start: Start) -> set[str]:
    """Which functions are among the features: sin, cos, abs."""
    return {feature.kind for feature in start.features} - {"x", "^2", "*"}
