"""Experiment: the immutable description of a run. Everything that decides what training does, nothing else."""

from __future__ import annotations

from typing import Literal

import msgspec

from core.errors import ExperimentError

DataKind = Literal["lecture", "moons-demo", "moons", "blobs", "circle", "xor", "gauss", "spiral"]
Activation = Literal["tanh", "relu", "leaky_relu", "sigmoid", "softplus", "sin", "linear"]
OutputActivation = Literal["linear", "tanh"]
Init = Literal["lecture", "library", "playground"]
Loss = Literal["sum-squared", "mean-squared", "half-squared", "hinge", "logistic"]
DecayKind = Literal["constant", "linear"]

MAX_LAYERS = 8
MAX_NEURONS = 32
MAX_POINTS = 10_000
MIN_POINTS = 4
MAX_RATE = 10.0
MIN_RATE = 1e-5


class DataSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which points to train on. `lecture` and `moons-demo` are fixed: they ignore points, noise and seed."""

    kind: DataKind = "lecture"
    points: int = 100
    noise: float = 0.1  # 0 … 0.5; what it means is the generator's (see datasets.py)
    seed: int = 1337


class LayerSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One hidden layer."""

    neurons: int = 4
    activation: Activation = "tanh"


class NetworkSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The multi-layer perceptron between the data's inputs and its one output."""

    hidden: tuple[LayerSpec, ...] = (LayerSpec(), LayerSpec())
    output: OutputActivation = "tanh"
    init: Init = "lecture"
    seed: int = 1337


class Decay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the learning rate falls: `linear` loses the fraction `drop` over `steps` steps and stays there."""

    kind: DecayKind = "constant"
    drop: float = 0.9
    steps: int = 100


class TrainingSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the weights are moved: plain gradient descent, w ← w − η · dL/dw."""

    learning_rate: float = 0.05
    decay: Decay = Decay()
    loss: Loss = "sum-squared"
    l2: float = 0.0  # λ in λ · Σ w²
    batch: int = 0  # samples a step; 0 = all of them


class Experiment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Data, network and training of one run."""

    name: str = "lecture"
    data: DataSpec = DataSpec()
    network: NetworkSpec = NetworkSpec()
    training: TrainingSpec = TrainingSpec()


def check_experiment(experiment: Experiment) -> None:
    """Raise ExperimentError with a sentence for a person if any size, rate or number is out of its range."""
    data, network, training = experiment.data, experiment.network, experiment.training
    if not MIN_POINTS <= data.points <= MAX_POINTS:
        raise ExperimentError(f"The number of points must be from {MIN_POINTS} to {MAX_POINTS:,}, not {data.points:,}.")
    if not 0.0 <= data.noise <= 0.5:
        raise ExperimentError(f"Noise must be from 0 to 0.5, not {data.noise:g}.")
    if len(network.hidden) > MAX_LAYERS:
        raise ExperimentError(f"A network has at most {MAX_LAYERS} hidden layers here.")
    for layer in network.hidden:
        if not 1 <= layer.neurons <= MAX_NEURONS:
            raise ExperimentError(f"A layer has 1 to {MAX_NEURONS} neurons, not {layer.neurons}.")
    if not MIN_RATE <= training.learning_rate <= MAX_RATE:
        raise ExperimentError(
            f"The learning rate must be from {MIN_RATE:g} to {MAX_RATE:g}, not {training.learning_rate:g}."
        )
    if not 0.0 <= training.l2 <= 10.0:
        raise ExperimentError(f"L2 must be from 0 to 10, not {training.l2:g}.")
    if training.batch < 0:
        raise ExperimentError("The batch size must be 1 or more (0 means all samples).")
    if not 0.0 <= training.decay.drop <= 1.0 or training.decay.steps < 1:
        raise ExperimentError("The decay drops a fraction from 0 to 1 over at least one step.")
    for seed in (data.seed, network.seed):
        if not 0 <= seed < 2**32:
            raise ExperimentError(f"A seed is a whole number from 0 to 4,294,967,295, not {seed}.")


def describe_change(before: Experiment, after: Experiment) -> str:
    """What differs, short enough for a mark on a curve: `η 0.05 → 0.15`; the first few changes, joined by commas."""
    old, new = before.training, after.training
    parts = []
    if old.learning_rate != new.learning_rate:
        parts.append(f"η {old.learning_rate:.4g} → {new.learning_rate:.4g}")
    if old.decay != new.decay:
        parts.append(f"decay {new.decay.kind}")
    if old.loss != new.loss:
        parts.append(f"loss {new.loss}")
    if old.l2 != new.l2:
        parts.append(f"L2 {old.l2:.4g} → {new.l2:.4g}")
    if old.batch != new.batch:
        parts.append(f"batch {old.batch or 'all'} → {new.batch or 'all'}")
    if before.network != after.network:
        parts.append("activation")
    if before.data != after.data:
        parts.append("data")
    return ", ".join(parts[:3])
