"""Rules of health that look at neurons: dead, saturated, alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.checkup import Checkup
from core.health import Finding, Severity, UnitState
from core.health_curves import best_step, is_fine, is_flat
from core.program import Array, Index
from core.units import ENDS, at_end
from core.words import mark, tr, trn

MOST_NAMED = 3
LARGE_INPUT = 15.0
WRONG_SHARE = 0.25  # of the rows
ALIKE_DIGITS = 9  # after the largest weight's first
RANDOM_WEIGHTS = mark("Begin with random weights instead of zeros.")


def dead_relu(checkup: Checkup) -> Finding | None:
    """Relus that are 0 for every row."""
    dead, layers = _ailing(checkup, UnitState.DEAD)
    if not dead:
        return None
    for number, count in layers.items():
        if count == _size(checkup, number):
            return _dead_layer(checkup, number)
    relus = [n for n, layer in enumerate(checkup.experiment.network.hidden, 1) if layer.activation == "relu"]
    half = any(count >= 0.5 * _size(checkup, number) for number, count in layers.items())
    since = checkup.well_until(dead, UnitState.DEAD)
    advice = tr("Leaky relus do not die; a lower learning rate kills fewer.")
    total = sum(_size(checkup, n) for n in relus)
    return Finding(
        "dead-relu",
        Severity.WARNING if half else Severity.NOTE,
        trn("{n} of {total} relus is dead", "{n} of {total} relus are dead", len(dead), total=total),
        trn(
            "{names} says 0 for every sample, {when}: no gradient gets through.",
            "{names} say 0 for every sample, {when}: no gradient gets through.",
            len(dead),
            names=_listed(dead),
            when=_when(since, len(dead) == 1),
        ),
        advice if half else f"{tr('The others can do without.')} {advice}",
        dead[0],
        since,
    )


def _dead_layer(checkup: Checkup, number: int) -> Finding:
    """Nothing gets through to any layer before it."""
    names = [f"L{number}.N{i + 1}" for i in range(_size(checkup, number))]
    since = checkup.well_until(names, UnitState.DEAD, every=True)
    when = _when(since, True)
    blank = since is None and _is_blank(checkup, number)
    cause = _silent(len(names), tr("{when}, as all their weights are 0", when=when) if blank else when)
    advice = tr("Rewind and try a lower learning rate, or leaky relus, which do not die.")
    if blank:
        advice = tr(RANDOM_WEIGHTS)
    elif since is None:
        advice = tr("Begin with other weights (He, another seed), or try leaky relus, which do not die.")
    title = tr("All relus of {layer} are dead", layer=checkup.layer_title(number))
    return Finding("dead-relu", Severity.FAILURE, title, cause, advice, names[0], since)


def _silent(count: int, when: str) -> str:
    return trn(
        "All {n} say 0 for every sample, {when}: the outputs are the same for all, and no gradient gets back.",
        "All {n} say 0 for every sample, {when}: the outputs are the same for all, and no gradient gets back.",
        count,
        when=when,
    )


def _is_blank(checkup: Checkup, number: int) -> bool:
    """Whether all weights into this layer are 0, whatever its biases."""
    layer = checkup.layers[f"L{number}"]
    names, numbers = checkup.names[layer], checkup.theta[layer]
    return not any(number for name, number in zip(names, numbers, strict=True) if not name.endswith(".b"))


def _when(since: int | None, one: bool) -> str:
    if since is None:
        return tr("from the beginning")
    step = f"{since:,}"
    return tr("after step {step}", step=step) if one else tr("the first of them after step {step}", step=step)


def saturated(checkup: Checkup) -> Finding | None:
    """Hidden neurons at the ends of their tanh or sigmoid, while the loss is still high."""
    names, layers = _ailing(checkup, UnitState.SATURATED)
    if not names or is_fine(checkup):
        return None
    curved = [n for n, layer in enumerate(checkup.experiment.network.hidden, 1) if layer.activation in ENDS]
    total = sum(_size(checkup, number) for number in curved)
    half = any(count >= 0.5 * _size(checkup, number) for number, count in layers.items())
    largest = float(np.abs(checkup.dataset.inputs).max())
    if 1 in layers and largest > LARGE_INPUT:
        why = tr("inputs reach {largest}", largest=f"{largest:.3g}")
        advice = tr("Scale the inputs to about −1 … 1.")
    else:
        weight = float(np.abs(checkup.theta[checkup.layers[f"L{min(layers)}"]]).max())
        layer = checkup.layer_title(min(layers))
        why = tr("weights of {layer} reach {largest}", layer=layer, largest=f"{weight:.3g}")
        advice = tr("Try a lower learning rate, some L2, or smaller first weights (Xavier).")
    cause = trn(
        "{names} is at an end for nearly every sample, where the slope is almost 0; {why}.",
        "{names} are at an end for nearly every sample, where the slope is almost 0; {why}.",
        len(names),
        names=_listed(names),
        why=why,
    )
    return Finding(
        "saturated",
        Severity.WARNING if half else Severity.NOTE,
        trn("{n} of {total} neurons is saturated", "{n} of {total} neurons are saturated", len(names), total=total),
        cause,
        advice,
        names[0],
        checkup.well_until(names, UnitState.SATURATED),
    )


def saturated_output(checkup: Checkup) -> Finding | None:
    """Outputs that are sure, and wrong: a squared error gets no gradient through them."""
    data = checkup.dataset
    if data.task != "signs" or checkup.output not in ENDS:
        return None
    wrong = (checkup.outputs > data.threshold) != (data.targets > data.threshold)
    rows: Index = np.flatnonzero(at_end(checkup.outputs, checkup.output) & wrong)
    if len(rows) < max(2, WRONG_SHARE * len(wrong)) or not is_flat(checkup):
        return None
    last = len(checkup.layers)
    return Finding(
        "saturated-output",
        Severity.WARNING,
        tr("The output is sure, and wrong"),
        tr(
            "For {count} of {total} samples the {activation} of the output is at the wrong end, where its slope is "
            "almost 0: little gradient gets back.",
            count=f"{len(rows):,}",
            total=f"{len(wrong):,}",
            activation=checkup.output,
        ),
        tr("Rewind and try a lower learning rate; or a linear output with the cross-entropy."),
        f"sample{rows[0] + 1}/L{last}.N1.out",
        best_step(checkup),
    )


def symmetric(checkup: Checkup) -> Finding | None:
    """Neurons of a layer with the same weights in and out: they get the same gradients."""
    layers = list(checkup.layers.values())
    sizes = [_size(checkup, n) for n in range(1, len(layers))]
    for number, (size, own, after) in enumerate(zip(sizes, layers, layers[1:], strict=False), start=1):
        outputs = sizes[number] if number < len(sizes) else _outputs(checkup)
        leaving = checkup.theta[after].reshape(outputs, -1)[:, :size].T
        group = _largest_group(np.hstack([checkup.theta[own].reshape(size, -1), leaving]))
        if len(group) > 1:
            return _alike(checkup, number, [f"L{number}.N{i + 1}" for i in group], size)
    return None


def _alike(checkup: Checkup, number: int, names: Sequence[str], size: int) -> Finding:
    layer = checkup.layer_title(number)
    if len(names) == size:
        who = trn("All {n} neurons of {layer}", "All {n} neurons of {layer}", size, layer=layer)
    else:
        who = tr("{names} in {layer}", names=_listed(names), layer=layer)
    cause = tr(
        "{neurons} have equal weights, in and out, so they get equal gradients and stay alike: together they are "
        "worth one.",
        neurons=who,
    )
    zeros = checkup.experiment.network.init == "zeros"
    advice = tr(RANDOM_WEIGHTS) if zeros else tr("Change one of their weights by a little.")
    title = tr("Neurons of {layer} are alike", layer=layer)
    return Finding("symmetric", Severity.WARNING, title, cause, advice, names[0])


def _largest_group(rows: Array) -> Index:
    """The most rows that are equal. Those that a penalty has brought to 0 do not count, unless all are 0."""
    scale = float(np.abs(rows).max()) or 1.0
    rounded = np.round(rows / scale, ALIKE_DIGITS)
    kinds, counts = np.unique(rounded, axis=0, return_inverse=True, return_counts=True)[1:]
    if rounded.any():
        counts[kinds.reshape(-1)[~rounded.any(axis=1)]] = 0
    return np.flatnonzero(kinds.reshape(-1) == int(np.argmax(counts)))


def _ailing(checkup: Checkup, state: UnitState) -> tuple[list[str], dict[int, int]]:
    """The neurons in this state, and how many there are in each layer."""
    names = [name for name, each in checkup.units.items() if each is state]
    layers: dict[int, int] = {}
    for name in names:
        number = int(name[1 : name.index(".")])
        layers[number] = layers.get(number, 0) + 1
    return names, layers


def _size(checkup: Checkup, number: int) -> int:
    return checkup.experiment.network.hidden[number - 1].neurons


def _outputs(checkup: Checkup) -> int:
    return len({name.rpartition(".")[0] for name in checkup.names[checkup.layers[f"L{len(checkup.layers)}"]]})


def _listed(names: Sequence[str]) -> str:
    """`L1.N3`; `L1.N3 and L1.N4`; `L1.N3, L1.N4, L2.N1 and 5 more`."""
    if len(names) > MOST_NAMED + 1:
        more, first = len(names) - MOST_NAMED, ", ".join(names[:MOST_NAMED])
        return trn("{names} and {n} more", "{names} and {n} more", more, names=first)
    return tr("{names} and {last}", names=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else names[0]
