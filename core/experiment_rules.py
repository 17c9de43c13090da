"""Which experiments are sound: every size, rate and number in its range, and what must not stand together."""

from __future__ import annotations

import math
import re

from core.bug_texts import BUG_TEXTS
from core.bugs import EXCLUSIVE
from core.errors import ExperimentError
from core.experiment import (
    MAX_BLOBS,
    MAX_CLIP,
    MAX_EPS,
    MAX_LAYERS,
    MAX_MOMENTUM,
    MAX_NEURONS,
    MAX_PENALTY,
    MAX_POINTS,
    MAX_RATE,
    MAX_TEST_SHARE,
    MIN_EPS,
    MIN_POINTS,
    MIN_RATE,
    DataSpec,
    Decay,
    Experiment,
    NetworkSpec,
    OptimizerSpec,
    Stop,
    TrainingSpec,
)
from core.features import check_features
from core.losses import LOSSES
from core.own_data.own_rows import check_own_rows
from core.shape import input_count, layer_sizes, task_of


def check_experiment(experiment: Experiment) -> None:
    """Raise ExperimentError with a sentence for a person if any size, rate or number is out of its range."""
    data, network = experiment.data, experiment.network
    _check_data(data)
    _check_network(network)
    check_features(network.features, input_count(data))
    _check_training(experiment.training)
    _check_frozen(experiment)
    for seed in (data.seed, network.seed):
        if not 0 <= seed < 2**32:
            raise ExperimentError(f"A seed is a whole number from 0 to 4,294,967,295, not {seed}.")
    _check_loss(experiment)


def _check_data(data: DataSpec) -> None:
    if not MIN_POINTS <= data.points <= MAX_POINTS:
        raise ExperimentError(f"The number of points must be from {MIN_POINTS} to {MAX_POINTS:,}, not {data.points:,}.")
    if not 0.0 <= data.noise <= 0.5:
        raise ExperimentError(f"Noise must be from 0 to 0.5, not {data.noise:g}.")
    if not 2 <= data.classes <= MAX_BLOBS:
        raise ExperimentError(f"There are 2 to {MAX_BLOBS} classes of blobs, not {data.classes}.")
    if not 0.0 <= data.test_share <= MAX_TEST_SHARE:
        raise ExperimentError(f"0 to {MAX_TEST_SHARE:.0%} of the rows can be kept back, not {data.test_share:.4g}.")
    if (data.kind == "own") != (data.own is not None):
        raise ExperimentError("Own data have rows, and no other data have them.")
    if data.own is not None:
        check_own_rows(data.own)


def _check_network(network: NetworkSpec) -> None:
    if len(network.hidden) > MAX_LAYERS:
        raise ExperimentError(f"A network has at most {MAX_LAYERS} hidden layers here.")
    for layer in network.hidden:
        if not 1 <= layer.neurons <= MAX_NEURONS:
            raise ExperimentError(f"A layer has 1 to {MAX_NEURONS} neurons, not {layer.neurons}.")


def _check_loss(experiment: Experiment) -> None:
    """The loss can say how wrong the output is. (Of several classes it is the cross-entropy, whatever stands there.)"""
    loss, task = LOSSES[experiment.training.loss], task_of(experiment.data)
    if task == "regression" and loss.wants_scores:
        raise ExperimentError(f"{loss.title.capitalize()} needs classes: the targets of these data are numbers.")
    if task == "signs" and experiment.network.output == "sigmoid" and loss.key == "hinge":
        raise ExperimentError("The hinge loss needs scores of both signs: a sigmoid's are all positive.")


def _check_frozen(experiment: Experiment) -> None:
    """Every frozen address is one of this network's."""
    frozen, sizes = experiment.training.frozen, layer_sizes(experiment)
    if list(frozen) != sorted(set(frozen)):
        raise ExperimentError("What is frozen must be in alphabetical order, each address once.")
    for address in frozen:
        if not _exists(address, sizes, experiment.network.bias):
            raise ExperimentError(f"There is no '{address[:40]}' in this network to be frozen.")


def _exists(address: str, sizes: tuple[int, ...], bias: bool) -> bool:
    found = _ADDRESS.fullmatch(address)
    if not found:
        return False
    layer, neuron, weight = (int(number) if number else 1 for number in found.group(1, 2, 4))
    if not (1 <= layer < len(sizes) and 1 <= neuron <= sizes[layer]):
        return False
    return bias if found[3] == "b" else 1 <= weight <= sizes[layer - 1]


_ADDRESS = re.compile(r"L([1-9]\d?)(?:\.N([1-9]\d?)(?:\.(b|w([1-9]\d?)))?)?")


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
    if not 0.0 <= training.clip <= MAX_CLIP:
        raise ExperimentError(
            f"A gradient is clipped to a length of up to {MAX_CLIP:g} (0: never), not {training.clip:g}."
        )
    _check_stop(training.stop)


def _check_stop(stop: Stop) -> None:
    if stop.step < 0:
        raise ExperimentError("Training stops at step 1 or later (0 means never).")
    if not stop.loss >= 0.0 or stop.loss == math.inf:
        raise ExperimentError("Training stops at a loss above 0 (0 means never).")
    if not 0.0 <= stop.accuracy <= 1.0:
        raise ExperimentError("Training stops at an accuracy of up to 100% (0 means never).")


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
