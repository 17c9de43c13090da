"""The settings of several experiments side by side: only those that differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import msgspec

from core.bug_texts import BUG_TEXTS
from core.bugs import Bug
from core.datasets import DATASET_TITLES, FIXED_KINDS, total_rows
from core.experiment import OPTIMIZER_TITLES, Decay, Experiment, NetworkSpec, OptimizerSpec, Stop
from core.shape import task_of
from core.words import mark, tr, trn

Path = Sequence[Experiment]
"""What a run followed, in this order; the last one is what it follows now."""

NONE = "–"


@dataclass(frozen=True)
class Setting:
    """A column: what it is called, and what an experiment has there."""

    title: str  # marked
    meaning: str  # a tooltip, marked
    value: Callable[[Experiment], object]  # equal for experiments that do not differ here
    text: Callable[[Experiment], str]


def settings_table(runs: Sequence[Path]) -> tuple[tuple[Setting, ...], tuple[tuple[str, ...], ...]]:
    """The settings that differ between the runs, or that changed on the way of one, and for every run their texts.

    A setting that changed on the way reads `0.05 → 0.2`. Different values that would read alike are numbered.
    """
    columns = tuple(
        setting for setting in SETTINGS if _differs(setting, [experiment for path in runs for experiment in path])
    )
    texts = [_texts(setting, runs) for setting in columns]
    return columns, tuple(tuple(column[i] for column in texts) for i in range(len(runs)))


def _differs(setting: Setting, experiments: Sequence[Experiment]) -> bool:
    return any(setting.value(a) != setting.value(b) for a, b in pairwise(experiments))


def _texts(setting: Setting, runs: Sequence[Path]) -> list[str]:
    """A text for every run."""
    known: dict[str, list[object]] = {}  # the values behind a text, in the order of their appearance

    def place(experiment: Experiment) -> tuple[str, int]:
        text, value = setting.text(experiment), setting.value(experiment)
        alike = known.setdefault(text, [])
        if value not in alike:
            alike.append(value)
        return text, alike.index(value)

    paths = [[place(experiment) for experiment in path] for path in runs]

    def shown(text: str, number: int) -> str:
        return text if len(known[text]) == 1 else f"{text} #{number + 1}"

    return [_way([shown(*each) for each, _ in groupby(path)]) for path in paths]


def _way(texts: Sequence[str]) -> str:
    """From the first to the last."""
    if len(texts) > 2:
        return f"{texts[0]} → … → {texts[-1]}"
    return " → ".join(texts)


def hidden_text(network: NetworkSpec) -> str:
    """The hidden layers: `8-8 tanh`; of different activations `8 tanh, 4-4 relu`."""
    groups = groupby(network.hidden, key=lambda layer: layer.activation)
    parts = [f"{'-'.join(str(layer.neurons) for layer in layers)} {name}" for name, layers in groups]
    return ", ".join(parts) or tr("none")


def optimizer_text(optimizer: OptimizerSpec) -> str:
    """Its name, and those of its numbers that are not the usual ones: `momentum 0.8`."""
    usual = OptimizerSpec(optimizer.kind)
    fields = {
        "sgd": (), "momentum": ("momentum",), "nesterov": ("momentum",), "rmsprop": ("alpha", "eps"),
        "adam": ("beta1", "beta2", "eps"), "adamw": ("beta1", "beta2", "eps", "weight_decay"),
    }[optimizer.kind]  # fmt: skip
    numbers = [f"{getattr(optimizer, name):.4g}" for name in fields if getattr(optimizer, name) != getattr(usual, name)]
    return " ".join([tr(OPTIMIZER_TITLES[optimizer.kind]), *numbers])


def schedule_text(decay: Decay) -> str:
    """What the learning rate does: `constant`, `exponential 0.99`, with a warm-up `linear 0.9/100, after 20`."""
    match decay.kind:
        case "constant":
            text = tr("constant")
        case "exponential":
            text = tr("exponential {factor}", factor=f"{decay.per_step:.4g}")
        case "step":
            text = tr("×{factor} every {steps}", factor=f"{decay.factor:.4g}", steps=decay.steps)
        case "linear":
            text = tr("linear {drop}/{steps}", drop=f"{decay.drop:.4g}", steps=decay.steps)
        case "cosine":
            text = tr("cosine {drop}/{steps}", drop=f"{decay.drop:.4g}", steps=decay.steps)
    return tr("{schedule}, after {steps}", schedule=text, steps=decay.warmup) if decay.warmup else text


def data_text(experiment: Experiment) -> str:
    """Which points: `Moons`; those that were edited by hand have the name of those they came from."""
    own = experiment.data.own
    if own is None:
        return tr(DATASET_TITLES[experiment.data.kind])
    title = {str(kind): title for kind, title in DATASET_TITLES.items()}.get(own.origin)
    return tr("{title}, own points", title=tr(title)) if title else own.origin


def _stop_text(stop: Stop) -> str:
    parts = [tr("step {step}", step=stop.step)] if stop.step else []
    parts += [tr("loss {loss}", loss=f"{stop.loss:.4g}")] if stop.loss else []
    parts += [tr("accuracy {accuracy} %", accuracy=f"{100 * stop.accuracy:.4g}")] if stop.accuracy else []
    return ", ".join(parts) or NONE


def _bugs_text(experiment: Experiment) -> str:
    return ", ".join(tr(BUG_TEXTS[Bug(name)].title) for name in experiment.training.bugs) or NONE


def _noise(experiment: Experiment) -> float | None:
    """None where there is no such setting."""
    return None if experiment.data.kind in FIXED_KINDS else experiment.data.noise


def _draw(experiment: Experiment) -> int | None:
    """The seed of the points."""
    return None if experiment.data.kind in FIXED_KINDS else experiment.data.seed


def _frozen_text(frozen: tuple[str, ...]) -> str:
    if len(frozen) < 2:
        return frozen[0] if frozen else NONE
    return trn("{n} parts", "{n} parts", len(frozen))


def _loss(experiment: Experiment) -> str:
    """Several classes have a loss of their own, whatever the training's says."""
    return "cross-entropy" if task_of(experiment.data) == "classes" else experiment.training.loss


def _number(title: str, meaning: str, value: Callable[[Experiment], float | None]) -> Setting:
    def text(experiment: Experiment) -> str:
        number = value(experiment)
        return NONE if number is None else f"{number:.6g}"

    return Setting(title, meaning, value, text)


def _plain(title: str, meaning: str, text: Callable[[Experiment], str]) -> Setting:
    """A setting that is told by its text alone."""
    return Setting(title, meaning, text, text)


SETTINGS = (
    _number("η", mark("learning rate"), lambda e: e.training.learning_rate),
    _plain(
        mark("schedule"),
        mark("what the learning rate does as training goes on"),
        lambda e: schedule_text(e.training.decay),
    ),
    _plain(
        mark("optimiser"), mark("optimiser, and its unusual numbers"), lambda e: optimizer_text(e.training.optimizer)
    ),
    Setting(
        mark("batch"), mark("samples a step"), lambda e: e.training.batch, lambda e: str(e.training.batch or tr("all"))
    ),
    _plain(mark("loss kind"), mark("which loss training makes small"), _loss),
    _number("L1", mark("penalty on the size of the weights"), lambda e: e.training.l1),
    _number("L2", mark("penalty on the squares of the weights"), lambda e: e.training.l2),
    Setting(
        mark("clip"),
        mark("most length of the gradient"),
        lambda e: e.training.clip,
        lambda e: f"{e.training.clip:.4g}" if e.training.clip else NONE,
    ),
    _plain(mark("hidden"), mark("hidden layers: neurons and activation"), lambda e: hidden_text(e.network)),
    _plain(mark("output"), mark("activation of the output"), lambda e: e.network.output),
    _plain(mark("init"), mark("how the first weights are drawn"), lambda e: e.network.init),
    _number(mark("seed"), mark("seed of the first weights"), lambda e: e.network.seed),
    Setting(
        mark("features"),
        mark("what the first layer reads"),
        lambda e: e.network.features,
        lambda e: " ".join(e.network.features) or tr("inputs"),
    ),
    _plain(mark("bias"), mark("whether neurons have a bias"), lambda e: tr("yes") if e.network.bias else tr("no")),
    Setting(
        mark("frozen"),
        mark("what does not move"),
        lambda e: e.training.frozen,
        lambda e: _frozen_text(e.training.frozen),
    ),
    Setting(mark("data"), mark("the points"), lambda e: (e.data.kind, e.data.own), data_text),
    _plain(
        mark("classes"), mark("how many classes"), lambda e: str(e.data.classes) if e.data.kind == "blobs" else NONE
    ),
    _plain(mark("points"), mark("training and test rows together"), lambda e: str(total_rows(e.data))),
    _number(mark("noise"), mark("noise of the points"), _noise),
    _number(mark("draw"), mark("seed of the points"), _draw),
    _plain(mark("test"), mark("share of the rows kept back for testing"), lambda e: f"{100 * e.data.test_share:.3g} %"),
    _plain(mark("bugs"), mark("bugs of the bug lab"), _bugs_text),
    _plain(mark("stop"), mark("where training stops by itself"), lambda e: _stop_text(e.training.stop)),
)
"""All that there are, the ones that are changed most often first."""


def same_but_rate(one: Experiment, other: Experiment) -> bool:
    """Whether nothing differs that a sweep over the learning rate depends on: its rate, name and end do not count."""
    return _swept(one) == _swept(other)


def _swept(experiment: Experiment) -> Experiment:
    training = msgspec.structs.replace(experiment.training, learning_rate=1.0, stop=Stop())
    return msgspec.structs.replace(experiment, name="", training=training)


def comparable(experiments: Sequence[Experiment]) -> bool:
    """Whether a lower loss of one of them means that it does better: all have the same kind of loss."""
    return len({(task_of(experiment.data), _loss(experiment)) for experiment in experiments}) <= 1
