"""How the learning rate changes from step to step."""

from __future__ import annotations

from core.experiment import TrainingSpec


def learning_rate(training: TrainingSpec, step: int) -> float:
    """η at this step: constant, or falling linearly by `drop` over `steps` steps and then staying."""
    decay = training.decay
    if decay.kind == "constant":
        return training.learning_rate
    return training.learning_rate * (1.0 - decay.drop * min(step, decay.steps) / decay.steps)
