"""What differs between two experiments, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from core.bug_texts import BUG_TEXTS
from core.bugs import Bug
from core.experiment import OPTIMIZER_TITLES, DataSpec, Decay, DecayKind, Experiment, NetworkSpec, OptimizerSpec
from core.losses import LOSSES
from core.shape import lineage
from core.words import mark, tr, trn


def keeps_weights(before: Experiment, after: Experiment) -> bool:
    """Whether a change of shape leaves weights their meaning: the points and how weights are drawn stay as they are."""
    old, new = before.network, after.network
    return (old.init, old.seed, lineage(before.data)) == (new.init, new.seed, lineage(after.data))


SCHEDULE_TITLES: dict[DecayKind, str] = {
    "constant": mark("constant"),
    "linear": mark("linear"),
    "step": mark("in steps"),
    "exponential": mark("exponential"),
    "cosine": mark("cosine"),
}
_NUMBERS = (  # of an optimiser, as a mark on a curve calls them
    ("momentum", mark("momentum")),
    ("alpha", "α"),
    ("beta1", "β₁"),
    ("beta2", "β₂"),
    ("eps", "ε"),
    ("weight_decay", mark("weight decay")),
)


def describe_change(before: Experiment, after: Experiment) -> str:
    """What differs, short enough for a mark on a curve: `η 0.05 → 0.15`; the first few changes, joined by commas."""
    old, new = before.training, after.training
    parts = _told("η", old.learning_rate, new.learning_rate, _figures)
    parts += _optimizer_changes(old.optimizer, new.optimizer) + _decay_changes(old.decay, new.decay)
    if old.loss != new.loss:
        parts.append(tr("loss: {title}", title=tr(LOSSES[new.loss].title)))
    parts += _told("L2", old.l2, new.l2, _figures) + _told("L1", old.l1, new.l1, _figures)
    parts += _told(tr("batch"), old.batch, new.batch, _batch) + _told(tr("clip"), old.clip, new.clip, _clip)
    if old.frozen != new.frozen:
        parts.append(_freezing(old.frozen, new.frozen))
    if old.bugs != new.bugs:
        parts.append(_bugs(new.bugs))
    if before.network != after.network:
        parts.append(_network_change(before.network, after.network))
    if before.data != after.data:
        parts += _data_changes(before.data, after.data)
    return ", ".join(parts[:3])


def _bugs(names: Sequence[str]) -> str:
    """Those that are on now."""
    titles = [tr(BUG_TEXTS[Bug(name)].title) for name in names]
    if not titles:
        return tr("bugs off")
    told = titles[0]
    for title in titles[1:]:
        told = tr("{first} and {second}", first=told, second=title)
    return tr("bug: {titles}", titles=told)


def _network_change(old: NetworkSpec, new: NetworkSpec) -> str:
    """That of an activation: all others begin a new run."""
    if old.output != new.output:
        return tr("output: {activation}", activation=new.output)
    pairs = zip(old.hidden, new.hidden, strict=False)
    chosen = {other.activation for one, other in pairs if one.activation != other.activation}
    if len(chosen) != 1:
        return tr("activation")
    return tr("activation: {activation}", activation=chosen.pop().replace("_", " "))


def _data_changes(old: DataSpec, new: DataSpec) -> list[str]:
    parts = _told(tr("points"), old.points, new.points) + _told(tr("noise"), old.noise, new.noise, _figures)
    parts += _told(tr("test"), old.test_share, new.test_share, _percent)
    same = msgspec.structs.replace(old, points=new.points, noise=new.noise, test_share=new.test_share)
    return parts if same == new else [*parts, tr("data")]


def _batch(samples: int) -> str:
    return str(samples) if samples else tr("all")


def _clip(length: float) -> str:
    return f"{length:.4g}" if length else tr("none")


def _freezing(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    added, gone = sorted({*new} - {*old}), sorted({*old} - {*new})
    if added:
        if len(added) == 1:
            return tr("frozen: {address}", address=added[0])
        return trn("{n} frozen", "{n} frozen", len(added))
    if len(gone) == 1:
        return tr("free: {address}", address=gone[0])
    return trn("{n} free", "{n} free", len(gone))


def _optimizer_changes(old: OptimizerSpec, new: OptimizerSpec) -> list[str]:
    if old.kind != new.kind:
        return [f"{tr(OPTIMIZER_TITLES[old.kind])} → {tr(OPTIMIZER_TITLES[new.kind])}"]
    return [
        each for field, name in _NUMBERS for each in _told(tr(name), getattr(old, field), getattr(new, field), _figures)
    ]


def _decay_changes(old: Decay, new: Decay) -> list[str]:
    if msgspec.structs.replace(old, warmup=0) != msgspec.structs.replace(new, warmup=0):
        return [tr("schedule: {title}", title=tr(SCHEDULE_TITLES[new.kind]))]
    return _told(tr("warm-up"), old.warmup, new.warmup)


def _told[T](name: str, old: T, new: T, show: Callable[[T], str] = str) -> list[str]:
    """`points 100 → 200`; nothing if it stayed."""
    return [f"{name} {show(old)} → {show(new)}"] if old != new else []


def _figures(number: float) -> str:
    return f"{number:.4g}"


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
