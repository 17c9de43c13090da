"""What differs between two experiments, in a few words."""

from __future__ import annotations

import msgspec

from core.bug_texts import BUG_TEXTS
from core.bugs import Bug
from core.experiment import OPTIMIZER_TITLES, DataSpec, Decay, DecayKind, Experiment, NetworkSpec, OptimizerSpec
from core.losses import LOSSES
from core.shape import lineage


def keeps_weights(before: Experiment, after: Experiment) -> bool:
    """Whether a change of shape leaves weights their meaning: the points and how weights are drawn stay as they are."""
    old, new = before.network, after.network
    return (old.init, old.seed, lineage(before.data)) == (new.init, new.seed, lineage(after.data))


SCHEDULE_TITLES: dict[DecayKind, str] = {
    "constant": "constant",
    "linear": "linear",
    "step": "in steps",
    "exponential": "exponential",
    "cosine": "cosine",
}
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
        parts.append(f"loss: {LOSSES[new.loss].title}")
    if old.l2 != new.l2:
        parts.append(f"L2 {old.l2:.4g} → {new.l2:.4g}")
    if old.l1 != new.l1:
        parts.append(f"L1 {old.l1:.4g} → {new.l1:.4g}")
    if old.batch != new.batch:
        parts.append(f"batch {old.batch or 'all'} → {new.batch or 'all'}")
    if old.clip != new.clip:
        parts.append(f"clip {_clip(old.clip)} → {_clip(new.clip)}")
    if old.frozen != new.frozen:
        parts.append(_freezing(old.frozen, new.frozen))
    if old.bugs != new.bugs:
        titles = " and ".join(BUG_TEXTS[Bug(name)].title for name in new.bugs)
        parts.append(f"bug: {titles}" if titles else "bugs off")
    if before.network != after.network:
        parts.append(_network_change(before.network, after.network))
    if before.data != after.data:
        parts += _data_changes(before.data, after.data)
    return ", ".join(parts[:3])


def _network_change(old: NetworkSpec, new: NetworkSpec) -> str:
    """That of an activation: all others begin a new run."""
    if old.output != new.output:
        return f"output: {new.output}"
    pairs = zip(old.hidden, new.hidden, strict=False)
    chosen = {other.activation for one, other in pairs if one.activation != other.activation}
    return f"activation: {chosen.pop().replace('_', ' ')}" if len(chosen) == 1 else "activation"


def _data_changes(old: DataSpec, new: DataSpec) -> list[str]:
    parts = []
    if old.points != new.points:
        parts.append(f"points {old.points} → {new.points}")
    if old.noise != new.noise:
        parts.append(f"noise {old.noise:.4g} → {new.noise:.4g}")
    if old.test_share != new.test_share:
        parts.append(f"test {100 * old.test_share:.4g} % → {100 * new.test_share:.4g} %")
    same = msgspec.structs.replace(old, points=new.points, noise=new.noise, test_share=new.test_share)
    return parts if same == new else [*parts, "data"]


def _clip(length: float) -> str:
    return f"{length:.4g}" if length else "none"


def _freezing(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    added, gone = sorted({*new} - {*old}), sorted({*old} - {*new})
    if added:
        return f"frozen: {added[0]}" if len(added) == 1 else f"{len(added)} frozen"
    return f"free: {gone[0]}" if len(gone) == 1 else f"{len(gone)} free"


def _optimizer_changes(old: OptimizerSpec, new: OptimizerSpec) -> list[str]:
    if old.kind != new.kind:
        return [f"{OPTIMIZER_TITLES[old.kind]} → {OPTIMIZER_TITLES[new.kind]}"]
    pairs = ((name, getattr(old, field), getattr(new, field)) for field, name in _NUMBERS)
    return [f"{name} {one:.4g} → {other:.4g}" for name, one, other in pairs if one != other]


def _decay_changes(old: Decay, new: Decay) -> list[str]:
    if msgspec.structs.replace(old, warmup=0) != msgspec.structs.replace(new, warmup=0):
        return [f"schedule: {SCHEDULE_TITLES[new.kind]}"]
    return [f"warm-up {old.warmup} → {new.warmup}"] if old.warmup != new.warmup else []
