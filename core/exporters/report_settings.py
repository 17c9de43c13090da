"""What an experiment is, as the tables of a report."""

from __future__ import annotations

from core.datasets import DATASET_TITLES, FIXED_KINDS, row_count, total_rows
from core.experiment import OPTIMIZER_TITLES, DataSpec, Decay, Experiment, Init, LayerSpec, OptimizerSpec, Stop
from core.exporters.predictions_table import PLAIN_LABELS
from core.exporters.report import Facts, Rows
from core.features import show_feature
from core.shape import labels_of, output_count, task_of
from core.words import mark, tr, trn

_PEOPLE: dict[Init, str] = {"xavier": "Xavier", "he": "He"}  # initial weights that are called after somebody


def settings(experiment: Experiment, samples: int, parameters: int) -> list[Facts]:
    """What an experiment is: data, network and training, as tables."""
    network = experiment.network
    layers = [(tr("hidden layer {number}", number=i), _layer(layer)) for i, layer in enumerate(network.hidden, start=1)]
    outputs = output_count(experiment.data)
    several = trn("{n} scores, one for each class", "{n} scores, one for each class", outputs)
    shape = [(tr("features"), ", ".join(map(show_feature, network.features)))] if network.features else []
    shape += [*layers, (tr("output"), network.output if outputs == 1 else several)]
    shape += [] if network.bias else [(tr("biases"), tr("none"))]
    shape += [(tr("parameters"), f"{parameters:,}"), (tr("initial weights"), _PEOPLE.get(network.init, network.init))]
    shape.append((tr("seed of the weights"), str(network.seed)))
    return [
        Facts(tr("Data"), _data(experiment.data, samples)),
        Facts(tr("Network"), shape),
        Facts(tr("Training"), _training(experiment, samples)),
    ]


def _layer(layer: LayerSpec) -> str:
    return trn("{n} neurons, {activation}", "{n} neurons, {activation}", layer.neurons, activation=layer.activation)


def _data(data: DataSpec, samples: int) -> Rows:
    rows = [(tr("data set"), tr(DATASET_TITLES[data.kind]))]
    if data.own is not None:
        rows += [(tr("from"), data.own.origin), (tr("inputs"), ", ".join(data.own.names))]
        rows += [] if data.own.labels else [(tr("target"), data.own.target_name)]
    tested = total_rows(data) - row_count(data)
    rows.append((tr("training samples") if tested else tr("samples"), f"{samples:,}"))
    if tested:
        share = f"{100 * data.test_share:.4g}"
        kept = trn(
            "{n} samples, {share} % of all", "{n} samples, {share} % of all", tested, n=f"{tested:,}", share=share
        )
        rows.append((tr("kept back for testing"), kept))
    if task_of(data) != "regression" and labels_of(data) != PLAIN_LABELS:
        rows.append((tr("classes"), ", ".join(labels_of(data))))
    if data.kind not in FIXED_KINDS:
        rows.append((tr("noise"), _number(data.noise)))
    if data.kind not in FIXED_KINDS or tested:  # the seed also says which rows are kept back
        rows.append((tr("seed of the data"), str(data.seed)))
    return rows


def _training(experiment: Experiment, samples: int) -> Rows:
    training, several = experiment.training, task_of(experiment.data) == "classes"
    whole = training.batch == 0 or training.batch >= samples
    rows = [
        (tr("learning rate"), _number(training.learning_rate)),
        (tr("schedule"), _schedule(training.decay)),
        (tr("optimiser"), _optimizer(training.optimizer)),
        (tr("loss"), tr("softmax cross-entropy") if several else training.loss),
        (tr("batch"), tr("all samples") if whole else _samples(training.batch)),
    ]
    numbers = [("L2", training.l2), ("L1", training.l1), (tr("gradient clipped to"), training.clip)]
    rows += [(name, _number(number)) for name, number in numbers if number]
    if training.frozen:
        rows.append((tr("frozen"), ", ".join(training.frozen)))
    stops = _stops(training.stop)
    return [*rows, (tr("stops"), stops)] if stops else rows


def _samples(count: int) -> str:
    return trn("{n} samples", "{n} samples", count, n=f"{count:,}")


def _stops(stop: Stop) -> str:
    """Where training stops by itself; empty if it does not."""
    accuracy = 100 * stop.accuracy
    words = [
        *([tr("at step {step}", step=f"{stop.step:,}")] if stop.step else []),
        *([tr("at a loss of {loss}", loss=f"{stop.loss:g}")] if stop.loss else []),
        *([tr("at an accuracy of {accuracy} %", accuracy=f"{accuracy:.4g}")] if stop.accuracy else []),
    ]
    told = words[0] if words else ""
    for other in words[1:]:
        told = tr("{first} or {second}", first=told, second=other)
    return told


def _schedule(decay: Decay) -> str:
    words = _falls(decay)
    if not decay.warmup:
        return words
    return trn(
        "{schedule}, after a warm-up of {n} steps",
        "{schedule}, after a warm-up of {n} steps",
        decay.warmup,
        n=f"{decay.warmup:,}",
        schedule=words,
    )


def _falls(decay: Decay) -> str:
    n, steps, drop = decay.steps, f"{decay.steps:,}", f"{100 * decay.drop:g}"
    match decay.kind:
        case "linear":
            return trn(
                "linear, falls {drop} % over {n} steps", "linear, falls {drop} % over {n} steps", n, n=steps, drop=drop
            )
        case "cosine":
            return trn(
                "cosine, falls {drop} % over {n} steps", "cosine, falls {drop} % over {n} steps", n, n=steps, drop=drop
            )
        case "step":
            factor = f"{decay.factor:g}"
            return trn("times {factor} every {n} steps", "times {factor} every {n} steps", n, n=steps, factor=factor)
        case "exponential":
            return tr("times {factor} at each step", factor=f"{decay.per_step:g}")
    return tr("constant")


def _optimizer(optimizer: OptimizerSpec) -> str:
    numbers = {
        "sgd": (),
        "momentum": ((mark("momentum"), optimizer.momentum),),
        "nesterov": ((mark("momentum"), optimizer.momentum),),
        "rmsprop": (("α", optimizer.alpha), ("ε", optimizer.eps)),
        "adam": (("β₁", optimizer.beta1), ("β₂", optimizer.beta2), ("ε", optimizer.eps)),
        "adamw": (
            ("β₁", optimizer.beta1),
            ("β₂", optimizer.beta2),
            ("ε", optimizer.eps),
            (mark("weight decay"), optimizer.weight_decay),
        ),
    }[optimizer.kind]
    told = (f"{tr(name)} {number:g}" for name, number in numbers)
    return ", ".join([tr(OPTIMIZER_TITLES[optimizer.kind]), *told])


def _number(value: float) -> str:
    return f"{value:.10g}"
