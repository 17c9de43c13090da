"""Optimisers: what a gradient does to the parameters. PyTorch's definitions, on flat arrays.

    g is the gradient, η the learning rate, θ the parameters; all else starts at 0 and is the optimiser's state.

    SGD        θ ← θ − η · g
    momentum   b ← μ · b + g                         θ ← θ − η · b
    Nesterov   b ← μ · b + g                         θ ← θ − η · (g + μ · b)
    RMSProp    v ← α · v + (1 − α) · g²              θ ← θ − η · g / (√v + ε)
    Adam       m ← m + (1 − β₁) · (g − m)
               v ← β₂ · v + (1 − β₂) · g²            θ ← θ − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
    AdamW      θ ← θ − η · weight decay · θ, then as Adam

The state is one flat array, so that a checkpoint or a file can hold it: b or v, or m, v, β₁ᵗ and β₂ᵗ. The last two are
the products of the betas of all steps so far, so that a beta can be changed on the way. Another *kind* of optimiser
begins with a state of its own, as new; another momentum, beta or rate goes on with what is there.

Before the update the gradient may be clipped: g ← g · min(1, length / (|g| + 10⁻⁶)). What is frozen counts for nothing
in |g|, and neither it nor its part of the state is touched; β₁ᵗ and β₂ᵗ belong to all parameters and go on.

The compiled kernels do the same operations in the same order, so that both move θ bit for bit alike (lane_updates.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.experiment import OptimizerKind, OptimizerSpec
from core.program import Array

CODES: dict[OptimizerKind, int] = {"sgd": 0, "momentum": 1, "nesterov": 2, "rmsprop": 3, "adam": 4, "adamw": 5}
"""As compiled code calls them."""

_ADAMS = ("adam", "adamw")
_CLIP_EPS = 1e-6  # PyTorch's: a gradient of length 0 can be divided by it

Mask = NDArray[np.bool_]


def state_size(kind: OptimizerKind, parameters: int) -> int:
    """How many numbers the state of an optimiser has."""
    if kind == "sgd":
        return 0
    return 2 * parameters + 2 if kind in _ADAMS else parameters


def fresh_state(kind: OptimizerKind, parameters: int) -> Array:
    """The state before the first step."""
    state = np.zeros(state_size(kind, parameters))
    if kind in _ADAMS:
        state[-2:] = 1.0
    return state


def settings_of(optimizer: OptimizerSpec) -> Array:
    """The optimiser's numbers, in the order in which compiled code expects them."""
    each = optimizer
    return np.array([each.momentum, each.alpha, each.beta1, each.beta2, each.eps, each.weight_decay])


def frozen_mask(names: Sequence[str], frozen: Sequence[str]) -> Mask:
    """Which parameters do not move. `names`: their addresses, `L1.N2.w1`; `frozen`: layers, neurons, parameters."""
    wanted = set(frozen)
    mask = [any(part in wanted for part in _and_owners(name)) for name in names] if wanted else [False] * len(names)
    return np.array(mask, dtype=np.bool_)


def _and_owners(name: str) -> tuple[str, ...]:
    layer, neuron, _ = name.split(".")
    return layer, f"{layer}.{neuron}", name


def clipped(gradient: Array, length: float, frozen: Mask | None = None) -> Array:
    """The gradient, no longer than `length` (0: as it is) without what is frozen: PyTorch's `clip_grad_norm_`."""
    if length <= 0.0:
        return gradient
    with np.errstate(all="ignore"):
        factor = length / (gradient_length(gradient, frozen) + _CLIP_EPS)
        return gradient * factor if factor < 1.0 else gradient


def gradient_length(gradient: Array, frozen: Mask | None = None) -> float:
    """The length that is clipped: of the gradient of all that is not frozen, squares added up one after the other."""
    free = gradient if frozen is None else gradient[~frozen]
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.add.accumulate(free * free)[-1])) if len(free) else 0.0


def updated(
    optimizer: OptimizerSpec, theta: Array, state: Array, gradient: Array, rate: float, frozen: Mask | None = None
) -> tuple[Array, Array]:
    """Parameters and state after one step; the arrays given are left as they are.

    `state` is of `state_size`; `frozen` says what does not move. What is not finite simply comes out so.
    """
    with np.errstate(all="ignore"):
        if optimizer.kind == "sgd":
            found = theta - rate * gradient, state
        elif optimizer.kind in ("momentum", "nesterov"):
            found = _by_momentum(optimizer, theta, state, gradient, rate)
        elif optimizer.kind == "rmsprop":
            found = _by_rms(optimizer, theta, state, gradient, rate)
        else:
            found = _by_adam(optimizer, theta, state, gradient, rate)
    if frozen is None or not frozen.any():
        return found
    moved, after = found
    parts = 0 if optimizer.kind == "sgd" else 2 if optimizer.kind in _ADAMS else 1
    kept = np.zeros(len(state), dtype=np.bool_)
    kept[: parts * len(theta)] = np.tile(frozen, parts)
    return np.where(frozen, theta, moved), np.where(kept, state, after)


def _by_momentum(
    optimizer: OptimizerSpec, theta: Array, buffer: Array, gradient: Array, rate: float
) -> tuple[Array, Array]:
    buffer = optimizer.momentum * buffer + gradient
    direction = gradient + optimizer.momentum * buffer if optimizer.kind == "nesterov" else buffer
    return theta - rate * direction, buffer


def _by_rms(
    optimizer: OptimizerSpec, theta: Array, squares: Array, gradient: Array, rate: float
) -> tuple[Array, Array]:
    squares = optimizer.alpha * squares + (1.0 - optimizer.alpha) * (gradient * gradient)
    return theta - rate * (gradient / (np.sqrt(squares) + optimizer.eps)), squares


def _by_adam(optimizer: OptimizerSpec, theta: Array, state: Array, gradient: Array, rate: float) -> tuple[Array, Array]:
    count = len(theta)
    mean, squares = state[:count], state[count : 2 * count]
    mean = mean + (1.0 - optimizer.beta1) * (gradient - mean)
    squares = optimizer.beta2 * squares + (1.0 - optimizer.beta2) * (gradient * gradient)
    forgotten = state[-2:] * [optimizer.beta1, optimizer.beta2]  # how much of the zeros at the beginning is still there
    step, root = rate / (1.0 - forgotten[0]), np.sqrt(1.0 - forgotten[1])
    if optimizer.kind == "adamw":
        theta = theta * (1.0 - rate * optimizer.weight_decay)
    theta = theta - step * (mean / (np.sqrt(squares) / root + optimizer.eps))
    return theta, np.concatenate([mean, squares, forgotten])
