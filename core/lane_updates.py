"""The optimisers' steps, in place: source for kernels_numba.py, never run from here.

optim.py says what each of them does. The order of operations is the same here: both move the parameters bit for bit
alike, so that what was trained many steps a call can be replayed step by step.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.program import Array

SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM, ADAMW = range(6)


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
