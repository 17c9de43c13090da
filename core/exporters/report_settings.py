"""What an experiment is, as the tables of a report."""

from __future__ import annotations

from core.datasets import DATASET_TITLES, FIXED_KINDS, row_count, total_rows
from core.experiment import OPTIMIZER_TITLES, DataSpec, Decay, Experiment, Init, OptimizerSpec, Stop
from core.exporters.predictions_table import PLAIN_LABELS
from core.exporters.report import Facts, Rows
from core.features import show_feature
from core.shape import labels_of, output_count, task_of

_PEOPLE: dict[Init, str] = {"xavier": "Xavier", "he": "He"}  # initial weights that are called after somebody


def settings(experiment: Experiment, samples: int, parameters: int) -> list[Facts]:
    """What an experiment is: data, network and training, as tables."""
    network = experiment.network
    layers = [
        (f"hidden layer {i}", f"{layer.neurons} neurons, {layer.activation}")
        for i, layer in enumerate(network.hidden, start=1)
    ]
    outputs = output_count(experiment.data)
    several = f"{outputs} scores, one for each class"
    shape = [("features", ", ".join(map(show_feature, network.features)))] if network.features else []
    shape += [*layers, ("output", network.output if outputs == 1 else several)]
    shape += [] if network.bias else [("biases", "none")]
    shape += [("parameters", f"{parameters:,}"), ("initial weights", _PEOPLE.get(network.init, network.init))]
    shape.append(("seed of the weights", str(network.seed)))
    return [
        Facts("Data", _data(experiment.data, samples)),
        Facts("Network", shape),
        Facts("Training", _training(experiment, samples)),
    ]


def _data(data: DataSpec, samples: int) -> Rows:
    rows = [("data set", DATASET_TITLES[data.kind])]
    if data.own is not None:
        rows += [("from", data.own.origin), ("inputs", ", ".join(data.own.names))]
        rows += [] if data.own.labels else [("target", data.own.target_name)]
    tested = total_rows(data) - row_count(data)
    rows.append(("training samples" if tested else "samples", f"{samples:,}"))
    if tested:
        rows.append(("kept back for testing", f"{tested:,} samples, {100 * data.test_share:.4g} % of all"))
    if task_of(data) != "regression" and labels_of(data) != PLAIN_LABELS:
        rows.append(("classes", ", ".join(labels_of(data))))
    if data.kind not in FIXED_KINDS:
        rows.append(("noise", _number(data.noise)))
    if data.kind not in FIXED_KINDS or tested:  # the seed also says which rows are kept back
        rows.append(("seed of the data", str(data.seed)))
    return rows


def _training(experiment: Experiment, samples: int) -> Rows:
    training, several = experiment.training, task_of(experiment.data) == "classes"
    whole = training.batch == 0 or training.batch >= samples
    rows = [
        ("learning rate", _number(training.learning_rate)),
        ("schedule", _schedule(training.decay)),
        ("optimiser", _optimizer(training.optimizer)),
        ("loss", "softmax cross-entropy" if several else training.loss),
        ("batch", "all samples" if whole else f"{training.batch:,} samples"),
    ]
    numbers = [("L2", training.l2), ("L1", training.l1), ("gradient clipped to", training.clip)]
    rows += [(name, _number(number)) for name, number in numbers if number]
    if training.frozen:
        rows.append(("frozen", ", ".join(training.frozen)))
    stops = _stops(training.stop)
    return [*rows, ("stops", stops)] if stops else rows


def _stops(stop: Stop) -> str:
    """Where training stops by itself; empty if it does not."""
    accuracy = 100 * stop.accuracy
    words = [
        *([f"at step {stop.step:,}"] if stop.step else []),
        *([f"at a loss of {stop.loss:g}"] if stop.loss else []),
        *([f"at an accuracy of {accuracy:.4g} %"] if stop.accuracy else []),
    ]
    return " or ".join(words)


def _schedule(decay: Decay) -> str:
    words = {
        "constant": "constant",
        "linear": f"linear, falls {100 * decay.drop:g} % over {decay.steps:,} steps",
        "cosine": f"cosine, falls {100 * decay.drop:g} % over {decay.steps:,} steps",
        "step": f"times {decay.factor:g} every {decay.steps:,} steps",
        "exponential": f"times {decay.per_step:g} at each step",
    }[decay.kind]
    return f"{words}, after a warm-up of {decay.warmup:,} steps" if decay.warmup else words


def _optimizer(optimizer: OptimizerSpec) -> str:
    numbers = {
        "sgd": (),
        "momentum": (("momentum", optimizer.momentum),),
        "nesterov": (("momentum", optimizer.momentum),),
        "rmsprop": (("α", optimizer.alpha), ("ε", optimizer.eps)),
        "adam": (("β₁", optimizer.beta1), ("β₂", optimizer.beta2), ("ε", optimizer.eps)),
        "adamw": (
            ("β₁", optimizer.beta1),
            ("β₂", optimizer.beta2),
            ("ε", optimizer.eps),
            ("weight decay", optimizer.weight_decay),
        ),
    }[optimizer.kind]
    return ", ".join([OPTIMIZER_TITLES[optimizer.kind], *(f"{name} {number:g}" for name, number in numbers)])


def _number(value: float) -> str:
    return f"{value:.10g}"
