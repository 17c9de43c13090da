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
from core.words import mark, tr


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
            raise ExperimentError(tr("A seed is a whole number from 0 to 4,294,967,295, not {seed}.", seed=seed))
    _check_loss(experiment)


def _check_data(data: DataSpec) -> None:
    if not MIN_POINTS <= data.points <= MAX_POINTS:
        raise ExperimentError(
            tr(
                "The number of points must be from {least} to {most}, not {points}.",
                least=MIN_POINTS,
                most=f"{MAX_POINTS:,}",
                points=f"{data.points:,}",
            )
        )
    if not 0.0 <= data.noise <= 0.5:
        raise ExperimentError(tr("Noise must be from 0 to 0.5, not {noise}.", noise=f"{data.noise:g}"))
    if not 2 <= data.classes <= MAX_BLOBS:
        raise ExperimentError(
            tr("There are 2 to {most} classes of blobs, not {classes}.", most=MAX_BLOBS, classes=data.classes)
        )
    if not 0.0 <= data.test_share <= MAX_TEST_SHARE:
        raise ExperimentError(
            tr(
                "0 to {most} of the rows can be kept back, not {test_share}.",
                most=f"{MAX_TEST_SHARE:.0%}",
                test_share=f"{data.test_share:.4g}",
            )
        )
    if (data.kind == "own") != (data.own is not None):
        raise ExperimentError(tr("Own data have rows, and no other data have them."))
    if data.own is not None:
        check_own_rows(data.own)


def _check_network(network: NetworkSpec) -> None:
    if len(network.hidden) > MAX_LAYERS:
        raise ExperimentError(tr("A network has at most {most} hidden layers here.", most=MAX_LAYERS))
    for layer in network.hidden:
        if not 1 <= layer.neurons <= MAX_NEURONS:
            raise ExperimentError(
                tr(
                    "A layer has 1 to {most} neurons, not {neurons}.",
                    most=MAX_NEURONS,
                    neurons=layer.neurons,
                )
            )


def _check_loss(experiment: Experiment) -> None:
    """The loss can say how wrong the output is. (Of several classes it is the cross-entropy, whatever stands there.)"""
    loss, task = LOSSES[experiment.training.loss], task_of(experiment.data)
    if task == "regression" and loss.wants_scores:
        raise ExperimentError(
            tr("{loss} needs classes: the targets of these data are numbers.", loss=tr(loss.title).capitalize())
        )
    if task == "signs" and experiment.network.output == "sigmoid" and loss.key == "hinge":
        raise ExperimentError(tr("The hinge loss needs scores of both signs: a sigmoid's are all positive."))


def _check_frozen(experiment: Experiment) -> None:
    """Every frozen address is one of this network's."""
    frozen, sizes = experiment.training.frozen, layer_sizes(experiment)
    if list(frozen) != sorted(set(frozen)):
        raise ExperimentError(tr("What is frozen must be in alphabetical order, each address once."))
    for address in frozen:
        if not _exists(address, sizes, experiment.network.bias):
            raise ExperimentError(tr("There is no '{address}' in this network to be frozen.", address=address[:40]))


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
            tr(
                "The learning rate must be from {least} to {most}, not {learning_rate}.",
                least=f"{MIN_RATE:g}",
                most=f"{MAX_RATE:g}",
                learning_rate=f"{training.learning_rate:g}",
            )
        )
    for name, strength in (("L1", training.l1), ("L2", training.l2)):
        if not 0.0 <= strength <= MAX_PENALTY:
            raise ExperimentError(
                tr(
                    "{name} must be from 0 to {most}, not {strength}.",
                    name=name,
                    most=f"{MAX_PENALTY:g}",
                    strength=f"{strength:g}",
                )
            )
    if training.batch < 0:
        raise ExperimentError(tr("The batch size must be 1 or more (0 means all samples)."))
    _check_decay(training.decay)
    _check_optimizer(training.optimizer)
    _check_bugs(training.bugs)
    if not 0.0 <= training.clip <= MAX_CLIP:
        raise ExperimentError(
            tr(
                "A gradient is clipped to a length of up to {most} (0: never), not {clip}.",
                most=f"{MAX_CLIP:g}",
                clip=f"{training.clip:g}",
            )
        )
    _check_stop(training.stop)


def _check_stop(stop: Stop) -> None:
    if stop.step < 0:
        raise ExperimentError(tr("Training stops at step 1 or later (0 means never)."))
    if not stop.loss >= 0.0 or stop.loss == math.inf:
        raise ExperimentError(tr("Training stops at a loss above 0 (0 means never)."))
    if not 0.0 <= stop.accuracy <= 1.0:
        raise ExperimentError(tr("Training stops at an accuracy of up to 100% (0 means never)."))


_FACTOR, _FACTOR_A_STEP = mark("factor of the decay"), mark("factor a step of the decay")


def _check_decay(decay: Decay) -> None:
    if not 0.0 <= decay.drop <= 1.0 or decay.steps < 1:
        raise ExperimentError(tr("The decay drops a fraction from 0 to 1 over at least one step."))
    for name, factor in ((_FACTOR, decay.factor), (_FACTOR_A_STEP, decay.per_step)):
        if not 0.0 <= factor <= 1.0:
            raise ExperimentError(
                tr("The {name} must be from 0 to 1, not {number}.", name=tr(name), number=f"{factor:g}")
            )
    if decay.warmup < 0:
        raise ExperimentError(tr("The warm-up takes 1 step or more (0 means none)."))


_SHARES = (
    ("momentum", mark("momentum")),
    ("alpha", mark("alpha (α)")),
    ("beta1", mark("beta 1")),
    ("beta2", mark("beta 2")),
)  # fields of an optimiser, and what a person calls them


def _check_optimizer(optimizer: OptimizerSpec) -> None:
    for field, name in _SHARES:
        number = getattr(optimizer, field)
        if not 0.0 <= number <= MAX_MOMENTUM:
            raise ExperimentError(
                tr(
                    "The optimiser's {name} must be from 0 to {most}, not {number}.",
                    name=tr(name),
                    most=f"{MAX_MOMENTUM:g}",
                    number=f"{number:g}",
                )
            )
    if not MIN_EPS <= optimizer.eps <= MAX_EPS:
        raise ExperimentError(
            tr(
                "The optimiser's ε must be from {least} to {most}, not {eps}.",
                least=f"{MIN_EPS:g}",
                most=f"{MAX_EPS:g}",
                eps=f"{optimizer.eps:g}",
            )
        )
    if not 0.0 <= optimizer.weight_decay <= MAX_PENALTY:
        raise ExperimentError(
            tr(
                "Weight decay must be from 0 to {most}, not {weight_decay}.",
                most=f"{MAX_PENALTY:g}",
                weight_decay=f"{optimizer.weight_decay:g}",
            )
        )


def _check_bugs(names: tuple[str, ...]) -> None:
    known = {bug.value: bug for bug, text in BUG_TEXTS.items() if text.network is not None}
    for name in names:
        if name not in known:
            raise ExperimentError(
                tr(
                    "There is no bug '{name}' for training. There are: {known}.",
                    name=name[:40],
                    known=", ".join(sorted(known)),
                )
            )
    if list(names) != sorted(set(names)):
        raise ExperimentError(tr("The bugs must be in alphabetical order, each of them once."))
    for pair, reason in EXCLUSIVE.items():
        if pair <= {known[name] for name in names}:
            one, other = sorted(bug.value for bug in pair)
            raise ExperimentError(
                tr(
                    "The bugs '{one}' and '{other}' cannot be together. {reason}",
                    one=one,
                    other=other,
                    reason=tr(reason),
                )
            )
