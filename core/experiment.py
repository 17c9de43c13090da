"""Experiment: the immutable description of a run. Everything that decides what training does, nothing else."""

from __future__ import annotations

from typing import Literal

import msgspec

from core.bug_texts import BUG_TEXTS
from core.bugs import EXCLUSIVE, Bug, Bugs
from core.errors import ExperimentError

DataKind = Literal["lecture", "moons-demo", "moons", "blobs", "circle", "xor", "gauss", "spiral"]
Activation = Literal["tanh", "relu", "leaky_relu", "sigmoid", "softplus", "sin", "linear"]
OutputActivation = Literal["linear", "tanh"]
Init = Literal["lecture", "library", "playground"]
Loss = Literal["sum-squared", "mean-squared", "half-squared", "hinge", "logistic", "absolute", "huber"]
DecayKind = Literal["constant", "linear", "step", "exponential", "cosine"]
OptimizerKind = Literal["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"]
BugName = Literal[  # of those that training can have: the values of Bug
    "overwrite", "no-zero", "twice", "preorder", "naive", "no-backward", "wrong-sign", "tanh-signs", "not-installed"
]  # fmt: skip

MAX_LAYERS = 8
MAX_NEURONS = 32
MAX_POINTS = 10_000
MIN_POINTS = 4
MAX_RATE = 10.0
MIN_RATE = 1e-5
MAX_MOMENTUM = 0.9999  # of momentum, alpha and the betas: at 1 nothing old is ever forgotten
MIN_EPS, MAX_EPS = 1e-16, 1.0
MAX_PENALTY = 10.0  # of L1, L2 and weight decay

OPTIMIZER_TITLES: dict[OptimizerKind, str] = {
    "sgd": "SGD",
    "momentum": "momentum",
    "nesterov": "Nesterov",
    "rmsprop": "RMSProp",
    "adam": "Adam",
    "adamw": "AdamW",
}


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
    """The schedule of the learning rate; schedules.py says what each kind does with which of these numbers."""

    kind: DecayKind = "constant"
    drop: float = 0.9  # linear, cosine: the fraction that is lost
    steps: int = 100  # linear, cosine: over so many steps; step: every so many
    factor: float = 0.1  # step: what is left each time
    per_step: float = 0.99  # exponential: what is left after each step
    warmup: int = 0  # steps of a linear rise in front of any of them; 0 = none


class OptimizerSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which optimiser moves the weights, and its numbers: PyTorch's defaults; optim.py says what each kind does."""

    kind: OptimizerKind = "sgd"
    momentum: float = 0.9  # momentum, Nesterov
    alpha: float = 0.99  # RMSProp
    beta1: float = 0.9  # Adam, AdamW
    beta2: float = 0.999
    eps: float = 1e-8  # RMSProp, Adam, AdamW
    weight_decay: float = 0.01  # AdamW


class TrainingSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the weights are moved; by itself plain gradient descent, w ← w − η · dL/dw."""

    learning_rate: float = 0.05
    decay: Decay = Decay()
    loss: Loss = "sum-squared"
    l2: float = 0.0  # λ in λ · Σ w²
    batch: int = 0  # samples a step; 0 = all of them
    l1: float = 0.0  # λ₁ in λ₁ · Σ |w|
    optimizer: OptimizerSpec = OptimizerSpec()
    bugs: tuple[BugName, ...] = ()  # of the bug lab, in alphabetical order


class Experiment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Data, network and training of one run."""

    name: str = "lecture"
    data: DataSpec = DataSpec()
    network: NetworkSpec = NetworkSpec()
    training: TrainingSpec = TrainingSpec()


def check_experiment(experiment: Experiment) -> None:
    """Raise ExperimentError with a sentence for a person if any size, rate or number is out of its range."""
    data, network = experiment.data, experiment.network
    if not MIN_POINTS <= data.points <= MAX_POINTS:
        raise ExperimentError(f"The number of points must be from {MIN_POINTS} to {MAX_POINTS:,}, not {data.points:,}.")
    if not 0.0 <= data.noise <= 0.5:
        raise ExperimentError(f"Noise must be from 0 to 0.5, not {data.noise:g}.")
    if len(network.hidden) > MAX_LAYERS:
        raise ExperimentError(f"A network has at most {MAX_LAYERS} hidden layers here.")
    for layer in network.hidden:
        if not 1 <= layer.neurons <= MAX_NEURONS:
            raise ExperimentError(f"A layer has 1 to {MAX_NEURONS} neurons, not {layer.neurons}.")
    _check_training(experiment.training)
    for seed in (data.seed, network.seed):
        if not 0 <= seed < 2**32:
            raise ExperimentError(f"A seed is a whole number from 0 to 4,294,967,295, not {seed}.")


def _check_training(training: TrainingSpec) -> None:
    if not MIN_RATE <= training.learning_rate <= MAX_RATE:
        raise ExperimentError(
            f"The learning rate must be from {MIN_RATE:g} to {MAX_RATE:g}, not {training.learning_rate:g}."
        )
    for name, strength in (("L1", training.l1), ("L2", training.l2)):
        if not 0.0 <= strength <= MAX_PENALTY:
            raise ExperimentError(f"{name} must be from 0 to {MAX_PENALTY:g}, not {strength:g}.")
    if training.batch < 0:
        raise ExperimentError("The batch size must be 1 or more (0 means all samples).")
    _check_decay(training.decay)
    _check_optimizer(training.optimizer)
    _check_bugs(training.bugs)


def _check_decay(decay: Decay) -> None:
    if not 0.0 <= decay.drop <= 1.0 or decay.steps < 1:
        raise ExperimentError("The decay drops a fraction from 0 to 1 over at least one step.")
    for name, factor in (("factor of the decay", decay.factor), ("factor a step of the decay", decay.per_step)):
        if not 0.0 <= factor <= 1.0:
            raise ExperimentError(f"The {name} must be from 0 to 1, not {factor:g}.")
    if decay.warmup < 0:
        raise ExperimentError("The warm-up takes 1 step or more (0 means none).")


def _check_optimizer(optimizer: OptimizerSpec) -> None:
    for field, name in (("momentum", "momentum"), ("alpha", "alpha (α)"), ("beta1", "beta 1"), ("beta2", "beta 2")):
        number = getattr(optimizer, field)
        if not 0.0 <= number <= MAX_MOMENTUM:
            raise ExperimentError(f"The optimiser's {name} must be from 0 to {MAX_MOMENTUM:g}, not {number:g}.")
    if not MIN_EPS <= optimizer.eps <= MAX_EPS:
        raise ExperimentError(f"The optimiser's ε must be from {MIN_EPS:g} to {MAX_EPS:g}, not {optimizer.eps:g}.")
    if not 0.0 <= optimizer.weight_decay <= MAX_PENALTY:
        raise ExperimentError(f"Weight decay must be from 0 to {MAX_PENALTY:g}, not {optimizer.weight_decay:g}.")


def _check_bugs(names: tuple[str, ...]) -> None:
    known = {bug.value: bug for bug, text in BUG_TEXTS.items() if text.network is not None}
    for name in names:
        if name not in known:
            raise ExperimentError(f"There is no bug '{name[:40]}' for training. There are: {', '.join(sorted(known))}.")
    if list(names) != sorted(set(names)):
        raise ExperimentError("The bugs must be in alphabetical order, each of them once.")
    for pair, reason in EXCLUSIVE.items():
        if pair <= {known[name] for name in names}:
            both = " and ".join(sorted(f"'{bug.value}'" for bug in pair))
            raise ExperimentError(f"The bugs {both} cannot be together. {reason}")


def bugs_of(training: TrainingSpec) -> Bugs:
    """The bugs that are on."""
    return frozenset(Bug(name) for name in training.bugs)


def with_bugs(experiment: Experiment, bugs: Bugs) -> Experiment:
    """The same with these bugs on, and no others."""
    training = msgspec.structs.replace(experiment.training, bugs=bug_names(bugs))
    return msgspec.structs.replace(experiment, training=training)


def bug_names(bugs: Bugs) -> tuple[str, ...]:
    """As TrainingSpec has them."""
    return tuple(sorted(bug.value for bug in bugs))


_NUMBERS = (  # of an optimiser, as a mark on a curve calls them
    ("momentum", "momentum"),
    ("alpha", "α"),
    ("beta1", "β₁"),
    ("beta2", "β₂"),
    ("eps", "ε"),
    ("weight_decay", "weight decay"),
)


def describe_change(before: Experiment, after: Experiment) -> str:
    """What differs, short enough for a mark on a curve: `η 0.05 → 0.15`; the first few changes, joined by commas."""
    old, new = before.training, after.training
    parts = []
    if old.learning_rate != new.learning_rate:
        parts.append(f"η {old.learning_rate:.4g} → {new.learning_rate:.4g}")
    parts += _optimizer_changes(old.optimizer, new.optimizer) + _decay_changes(old.decay, new.decay)
    if old.loss != new.loss:
        parts.append(f"loss {new.loss}")
    if old.l2 != new.l2:
        parts.append(f"L2 {old.l2:.4g} → {new.l2:.4g}")
    if old.l1 != new.l1:
        parts.append(f"L1 {old.l1:.4g} → {new.l1:.4g}")
    if old.batch != new.batch:
        parts.append(f"batch {old.batch or 'all'} → {new.batch or 'all'}")
    if old.bugs != new.bugs:
        titles = " and ".join(BUG_TEXTS[Bug(name)].title for name in new.bugs)
        parts.append(f"bug: {titles}" if titles else "bugs off")
    if before.network != after.network:
        parts.append("activation")
    if before.data != after.data:
        parts.append("data")
    return ", ".join(parts[:3])


def _optimizer_changes(old: OptimizerSpec, new: OptimizerSpec) -> list[str]:
    if old.kind != new.kind:
        return [f"{OPTIMIZER_TITLES[old.kind]} → {OPTIMIZER_TITLES[new.kind]}"]
    pairs = ((name, getattr(old, field), getattr(new, field)) for field, name in _NUMBERS)
    return [f"{name} {one:.4g} → {other:.4g}" for name, one, other in pairs if one != other]


def _decay_changes(old: Decay, new: Decay) -> list[str]:
    if msgspec.structs.replace(old, warmup=0) != msgspec.structs.replace(new, warmup=0):
        return [f"decay {new.kind}"]
    return [f"warm-up {old.warmup} → {new.warmup}"] if old.warmup != new.warmup else []
