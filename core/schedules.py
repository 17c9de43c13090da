"""How the learning rate changes from step to step: PyTorch's schedulers, as a function of the step.

Counted from the run's step 0, after the warm-up's `w` steps (0, if there is none), with t = step − w:

    constant                                   η
    linear       LinearLR                      η · (1 − drop · t / steps), from t = steps on what it has come to
    step         StepLR(steps, gamma=factor)   η · factor^⌊t / steps⌋
    exponential  ExponentialLR(per_step)       η · per_step^t
    cosine       CosineAnnealingLR(steps, eta_min = η · (1 − drop))
                                               η · (1 − drop · (1 − cos(π t / steps)) / 2), from t = steps on the same;
                                               PyTorch's would rise again

    warm-up      LinearLR(start_factor = 1 / (w + 1), total_iters = w), then the other one, by SequentialLR
                                               η · (step + 1) / (w + 1)
"""

from __future__ import annotations

import math

import numpy as np

from core.experiment import TrainingSpec
from core.program import Array


def learning_rate(training: TrainingSpec, step: int) -> float:
    """η at this step of a run."""
    rate, decay = training.learning_rate, training.decay
    if step < decay.warmup:
        return rate * ((step + 1) / (decay.warmup + 1))
    if decay.kind == "constant":
        return rate
    step -= decay.warmup
    if decay.kind == "linear":
        return rate * (1.0 - decay.drop * min(step, decay.steps) / decay.steps)
    if decay.kind == "step":
        return rate * _power(decay.factor, step // decay.steps)
    if decay.kind == "exponential":
        return rate * _power(decay.per_step, step)
    angle = math.pi * (min(step, decay.steps) / decay.steps)
    return rate * (1.0 - decay.drop * (1.0 - math.cos(angle)) / 2.0)


def learning_rates(training: TrainingSpec, first: int, count: int) -> Array:
    """η of `count` steps from `first` on, bit for bit those of `learning_rate`."""
    if training.decay.kind == "constant" and first >= training.decay.warmup:
        return np.full(count, training.learning_rate)
    return np.array([learning_rate(training, first + i) for i in range(count)], dtype=np.float64)


def _power(factor: float, exponent: int) -> float:
    """For 0 ≤ factor ≤ 1; of any exponent, however large."""
    return math.pow(factor, exponent)
