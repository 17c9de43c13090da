"""Experiment: the immutable description of a run. Everything that decides what training does, nothing else."""

from __future__ import annotations

from typing import Literal

import msgspec

from core.bugs import Bug, Bugs
from core.words import mark

DataKind = Literal[
    "lecture", "moons-demo", "moons", "blobs", "circle", "xor", "gauss", "spiral", "yin-yang",
    "plane", "multi-gauss", "line", "sine", "step", "own",
]  # fmt: skip
Task = Literal["signs", "classes", "regression"]  # targets: −1 or +1; one-hot, three classes or more; any number
Activation = Literal["tanh", "relu", "leaky_relu", "sigmoid", "softplus", "sin", "linear"]
OutputActivation = Literal["linear", "tanh", "sigmoid"]
Init = Literal["lecture", "library", "playground", "xavier", "he", "zeros"]
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
MAX_INPUTS = 10  # columns of own data, and features that the first layer reads
MAX_CLASSES = 8
MAX_BLOBS = 6
MAX_TEST_SHARE = 0.9
MAX_CLIP = 1e6
MAX_RATE = 10.0
MIN_RATE = 1e-5
MAX_MOMENTUM = 0.9999  # of momentum, alpha and the betas: at 1 nothing old is ever forgotten
MIN_EPS, MAX_EPS = 1e-16, 1.0
MAX_PENALTY = 10.0  # of L1, L2 and weight decay

OPTIMIZER_TITLES: dict[OptimizerKind, str] = {
    "sgd": mark("SGD"),
    "momentum": mark("momentum"),
    "nesterov": mark("Nesterov"),
    "rmsprop": mark("RMSProp"),
    "adam": mark("Adam"),
    "adamw": mark("AdamW"),
}


class OwnRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that a person brought: from a file, by painting, by pasting. Arrays are bytes, little-endian float64.

    own_rows.py makes and reads them.
    """

    origin: str  # the file's name, or the kind of the built-in data that was painted on
    names: tuple[str, ...]  # of the inputs, as in the file; on screen they are x1, x2 … as well
    inputs: bytes  # (rows, inputs), row by row, scaled
    targets: bytes  # (rows,): a number, or where there are classes the index of the class
    labels: tuple[str, ...] = ()  # of the classes: two (index 0 is −1, 1 is +1) or more; none for regression
    target_name: str = "y"
    shifts: tuple[float, ...] = ()  # of each input, then of the target of a regression: as in the file
    scales: tuple[float, ...] = ()  # = scale · what is stored + shift; both empty if nothing is scaled
    extent: tuple[float, float, float, float] | None = None  # what to draw of two inputs; None: what holds the points


class DataSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which points to train on. `lecture`, `moons-demo` and `own` are fixed: they ignore points and noise.

    The seed also says which rows are kept back for testing.
    """

    kind: DataKind = "lecture"
    points: int = 100  # training and test rows together
    noise: float = 0.1  # 0 … 0.5; what it means is the generator's (see point_clouds.py, regression_rows.py)
    seed: int = 1337
    classes: int = 2  # of blobs, 2 … MAX_BLOBS
    test_share: float = 0.0  # of all rows, kept back for testing; 0 … MAX_TEST_SHARE
    own: OwnRows | None = None  # there if the kind is `own`, only then


class LayerSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One hidden layer."""

    neurons: int = 4
    activation: Activation = "tanh"


class NetworkSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The multi-layer perceptron between the data's inputs and its outputs."""

    hidden: tuple[LayerSpec, ...] = (LayerSpec(), LayerSpec())
    output: OutputActivation = "tanh"  # of one output; several, one for each class, are always linear: scores
    init: Init = "lecture"
    seed: int = 1337
    features: tuple[str, ...] = ()  # what the first layer reads (see features.py); empty: every input as it is
    bias: bool = True


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


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where training stops by itself: at whichever comes first. 0 means never, of each.

    Loss and accuracy are those of all training samples: looked at after every step with full batches, else at the end
    of an epoch.
    """

    step: int = 0
    loss: float = 0.0  # at this loss or below
    accuracy: float = 0.0  # at this share of the training samples or above, 0 … 1


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
    clip: float = 0.0  # most length of the whole gradient, as PyTorch's clip_grad_norm_; 0 = not clipped
    frozen: tuple[str, ...] = ()  # what does not move: layers `L1`, neurons `L1.N2`, parameters `L1.N2.w1`; sorted
    stop: Stop = Stop()


class Experiment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Data, network and training of one run."""

    name: str = "lecture"
    data: DataSpec = DataSpec()
    network: NetworkSpec = NetworkSpec()
    training: TrainingSpec = TrainingSpec()


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
