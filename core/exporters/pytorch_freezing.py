"""What does not move, in PyTorch's words: whole layers without a gradient, and masks for parts of layers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from core.exporters.code_text_start import Start
from core.optim import Mask


def frozen_layers(start: Start) -> list[int]:
    """Layers of which nothing moves, counted from 1; none where no layer moves: PyTorch wants something to train."""
    layers = [i for i, mask in enumerate(_masks(start), start=1) if mask.all()]
    return layers if len(layers) < len(start.sizes) - 1 else []


def is_masked(start: Start) -> bool:
    """Whether single neurons or parameters are frozen."""
    whole = frozen_layers(start)
    return any(mask.any() for i, mask in enumerate(_masks(start), start=1) if i not in whole)


def layer_lines(start: Start) -> list[str]:
    """The lines that freeze whole layers."""
    return [f"network.layer{i}.requires_grad_(False)  # frozen" for i in frozen_layers(start)]


def freezing_text(start: Start) -> str:
    """`frozen_parts(network)`; empty where only whole layers, or nothing, is frozen."""
    if not is_masked(start):
        return ""
    whole, lines = frozen_layers(start), []
    for i, mask in enumerate(_masks(start), start=1):
        if mask.any() and i not in whole:
            lines += _marks(f"L{i}", f"network.layer{i}", mask, start)
    return "\n".join(
        [
            "def frozen_parts(network):",
            '    """Of parameters that move only in part: which of their numbers do not, and these numbers."""',
            "    masks = {p: torch.zeros_like(p, dtype=torch.bool) for p in network.parameters()}",
            *(f"    {line}" for line in lines),
            "    return [(p, mask, p.detach()[mask]) for p, mask in masks.items() if mask.any()]",
        ]
    )


def gradient_lines() -> list[str]:
    """After the backward pass: what is frozen has no gradient."""
    return ["for parameter, mask, _ in frozen:", "    parameter.grad[mask] = 0.0  # frozen"]


def update_lines() -> list[str]:
    """After the update: what is frozen is as it was, whatever the optimiser remembers."""
    return [
        "with torch.no_grad():",
        "    for parameter, mask, numbers in frozen:",
        "        parameter[mask] = numbers",
    ]


def _masks(start: Start) -> list[Mask]:
    """Of each layer (neurons, its weights and perhaps its bias)."""
    found, begin, frozen, bias = [], 0, start.frozen, int(start.bias)
    for before, after in pairwise(start.sizes):
        count = (before + bias) * after
        found.append(frozen[begin : begin + count].reshape(after, before + bias))
        begin += count
    return found


def _marks(layer: str, module: str, mask: Mask, start: Start) -> list[str]:
    """Of one layer, a neuron in one or two lines."""
    lines, weights = [], mask.shape[1] - int(start.bias)
    for neuron in np.flatnonzero(mask.any(axis=1)).tolist():
        name, row = f"{layer}.N{neuron + 1}", mask[neuron]
        if row.all():
            lines.append(f"masks[{module}.weight][{neuron}] = True  # {name}")
            lines += [f"masks[{module}.bias][{neuron}] = True"] if start.bias else []
            continue
        for place in np.flatnonzero(row).tolist():
            if place < weights:
                lines.append(f"masks[{module}.weight][{neuron}, {place}] = True  # {name}.w{place + 1}")
            else:
                lines.append(f"masks[{module}.bias][{neuron}] = True  # {name}.b")
    return lines
