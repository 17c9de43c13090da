"""Rules of health that look at numbers and gradients: not finite, exploding, vanishing."""

from __future__ import annotations

import numpy as np

from core.checkup import Checkup
from core.health import Finding, Severity
from core.health_curves import PLAIN_OPTIMIZERS, best_step
from core.middle import middle
from core.words import tr

EXPLODED = 100.0  # times its length at first
FEWEST_POINTS = 8
TOO_FAR = 2.0  # times the length of all weights together, in one step
STEEPER = 1e3  # times a sample's gradient in the last hidden layer, in the first one
VANISHED = 1e-3  # of a sample's gradient in the last hidden layer, in the first one; below it nothing was seen to learn


def not_finite(checkup: Checkup) -> Finding | None:
    """Training cannot take its next step."""
    found = checkup.divergence
    if found is None:
        return None
    what = tr("the gradient of {address}", address=found.address) if found.in_gradient else found.address
    cause = tr(
        "At step {step} {what} is {number}, the first such number on the way.",
        step=f"{checkup.step:,}",
        what=what,
        number=found.value,
    )
    return Finding(
        "not-finite",
        Severity.FAILURE,
        tr("A number is not finite"),
        cause,
        found.advice,
        found.address if found.address != "loss" else "",
        best_step(checkup),
    )


def exploding(checkup: Checkup) -> Finding | None:
    """The gradient is far longer than it was, or than weights can follow, or than it is in the last layer."""
    return _grown(checkup) or _too_far(checkup) or _steeper(checkup)


def _grown(checkup: Checkup) -> Finding | None:
    lengths = checkup.values("gradient")
    if len(lengths) < FEWEST_POINTS:
        return None
    first, now = max(middle(lengths[:5]), float(np.percentile(lengths, 25))), float(lengths[-1])
    if now < EXPLODED * first:
        return None
    times = f"{now / first:,.0f}" if now < 1e6 * first else f"{now / first:.0e}"
    cause = tr(
        "It is {now} long now, {times} times what it was at first ({first}).",
        now=f"{now:.3g}",
        times=times,
        first=f"{first:.3g}",
    )
    advice = tr(
        "Clip it, for instance to {first}, or try a lower learning rate than {rate}.",
        first=_round(first),
        rate=f"{checkup.rate:.3g}",
    )
    return _exploding(checkup, cause, advice, best_step(checkup))


def _too_far(checkup: Checkup) -> Finding | None:
    """Of plain descent: one step would move the weights farther than all of them are long."""
    training, weights = checkup.experiment.training, float(np.linalg.norm(checkup.theta))
    length = float(np.linalg.norm(checkup.gradient))
    moved = checkup.rate * (min(length, training.clip) if training.clip else length)
    if training.optimizer.kind not in PLAIN_OPTIMIZERS or not weights or moved < TOO_FAR * weights:
        return None
    cause = tr(
        "The next step moves the weights by {moved}, yet all of them together are only {weights} long.",
        moved=f"{moved:.3g}",
        weights=f"{weights:.3g}",
    )
    advice = tr(
        "Clip the gradient, or try a learning rate of {rate}.", rate=_round(checkup.rate * 0.05 * weights / moved)
    )
    return _exploding(checkup, cause, advice, best_step(checkup))


def _steeper(checkup: Checkup) -> Finding | None:
    """Each layer passes on more than it gets."""
    flow = checkup.flow
    if len(flow) < 2 or not flow[0] > STEEPER * flow[-1] > 0.0:
        return None
    cause = tr(
        "On its way back through {layers} hidden layers every sample's gradient becomes {times} times longer.",
        layers=len(flow),
        times=f"{flow[0] / flow[-1]:,.0f}",
    )
    return _exploding(
        checkup, cause, tr("Begin with smaller weights: Xavier, or He for relus. Or clip the gradient."), None
    )


def _exploding(checkup: Checkup, cause: str, advice: str, since: int | None) -> Finding:
    address = _steepest(checkup, slice(0, len(checkup.names)))
    return Finding("exploding", Severity.WARNING, tr("The gradient explodes"), cause, advice, address, since)


def vanishing(checkup: Checkup) -> Finding | None:
    """Hardly any of a sample's gradient gets back through the hidden layers."""
    flow = checkup.flow
    if len(flow) < 2 or not flow[-1] > 0.0 or flow[0] > VANISHED * flow[-1]:
        return None
    arrives = tr("nothing") if flow[0] == 0.0 else tr("only a share of {share}", share=f"{flow[0] / flow[-1]:.0e}")
    cause = tr(
        "Of every sample's gradient {share} gets from hidden {last} back to hidden 1: the first layers hardly learn.",
        share=arrives,
        last=len(flow),
    )
    kinds = {layer.activation for layer in checkup.experiment.network.hidden}
    other = tr("tanh or relu instead of sigmoid") if "sigmoid" in kinds else tr("larger first weights (Xavier, He)")
    address = _steepest(checkup, checkup.layers["L1"])
    title = tr("The gradient vanishes on its way back")
    return Finding(
        "vanishing", Severity.WARNING, title, cause, tr("Try fewer layers, or {other}.", other=other), address
    )


def _steepest(checkup: Checkup, part: slice) -> str:
    """The address of the parameter with the largest gradient, of a part of them."""
    name: str = checkup.names[part.start + int(np.argmax(np.abs(checkup.gradient[part])))]
    return name


def _round(number: float) -> str:
    """One figure is enough for what is to be tried."""
    return f"{float(f'{number:.0e}'):g}"
