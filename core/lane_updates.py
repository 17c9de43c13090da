"""The optimisers' steps, in place: source for kernels_numba.py, never run from here.

optim.py says what each of them does. The order of operations is the same here: both move the parameters bit for bit
alike, so that what was trained many steps a call can be replayed step by step.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.optim import Mask
    from core.program import Array

SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM, ADAMW = range(6)


def clip_to(length: float, gradient: Array, frozen: Mask) -> None:
    """Shorten the gradient of all that is not frozen, as one vector, to about this length if it is longer."""
    squares = 0.0
    for i in range(len(gradient)):
        if len(frozen) == 0 or not frozen[i]:
            squares += gradient[i] * gradient[i]
    factor = length / (math.sqrt(squares) + 1e-6)
    if factor < 1.0:
        for i in range(len(gradient)):
            gradient[i] = gradient[i] * factor


def update_free(
    kind: int, settings: Array, theta: Array, state: Array, gradient: Array, rate: float, frozen: Mask, before: Array
) -> None:
    """The update of what is not frozen; `before` is room for θ and the state."""
    n = len(theta)
    before[:n] = theta
    before[n:] = state
    update(kind, settings, theta, state, gradient, rate)
    parts = 0 if kind == SGD else 1 if kind < ADAM else 2
    for i in range(n):
        if frozen[i]:
            theta[i] = before[i]
            for part in range(parts):
                state[part * n + i] = before[(1 + part) * n + i]


def update(kind: int, settings: Array, theta: Array, state: Array, gradient: Array, rate: float) -> None:
    """settings: momentum, alpha, beta 1, beta 2, epsilon, weight decay."""
    if kind == SGD:
        for i in range(len(theta)):
            theta[i] = theta[i] - rate * gradient[i]
    elif kind <= NESTEROV:
        by_momentum(kind, settings[0], theta, state, gradient, rate)
    elif kind == RMSPROP:
        by_rms(settings[1], settings[4], theta, state, gradient, rate)
    else:
        by_adam(kind, settings, theta, state, gradient, rate)


def by_momentum(kind: int, momentum: float, theta: Array, state: Array, gradient: Array, rate: float) -> None:
    for i in range(len(theta)):
        state[i] = momentum * state[i] + gradient[i]
        direction = gradient[i] + momentum * state[i] if kind == NESTEROV else state[i]
        theta[i] = theta[i] - rate * direction


def by_rms(alpha: float, eps: float, theta: Array, state: Array, gradient: Array, rate: float) -> None:
    for i in range(len(theta)):
        state[i] = alpha * state[i] + (1.0 - alpha) * (gradient[i] * gradient[i])
        theta[i] = theta[i] - rate * (gradient[i] / (math.sqrt(state[i]) + eps))


def by_adam(kind: int, settings: Array, theta: Array, state: Array, gradient: Array, rate: float) -> None:
    n = len(theta)
    beta1, beta2, eps = settings[2], settings[3], settings[4]
    state[2 * n] *= beta1
    state[2 * n + 1] *= beta2
    step, root = rate / (1.0 - state[2 * n]), math.sqrt(1.0 - state[2 * n + 1])
    kept = 1.0 - rate * settings[5] if kind == ADAMW else 1.0
    for i in range(n):
        state[i] = state[i] + (1.0 - beta1) * (gradient[i] - state[i])
        state[n + i] = beta2 * state[n + i] + (1.0 - beta2) * (gradient[i] * gradient[i])
        theta[i] = theta[i] * kept - step * (state[i] / (math.sqrt(state[n + i]) / root + eps))
