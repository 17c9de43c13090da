"""Rules of health that look at numbers and gradients: not finite, exploding, vanishing."""

from __future__ import annotations

import numpy as np

from core.checkup import Checkup
from core.health import Finding, Severity
from core.health_curves import best_step
from core.measures import gradient_lengths
from core.program import Array

EXPLODED = 100.0  # times its middle length so far
FEWEST_POINTS = 8
TOO_FAR = 2.0  # times the length of all weights together, in one step
STEEPER = 1e3  # the first layer's gradient, times the last one's
VANISHED = 1e-4  # the first layer's gradient, of the last one's
_PLAIN = ("sgd", "momentum", "nesterov")  # whose step is as long as the gradient says
_TINY = 1e-12  # a last layer's gradient below this says nothing


def not_finite(checkup: Checkup) -> Finding | None:
    """Training cannot take its next step."""
    found = checkup.divergence
    if found is None:
        return None
    what = f"the gradient of {found.address}" if found.in_gradient else found.address
    cause = f"At step {checkup.step:,} {what} is {found.value}, the first such number on the way."
    return Finding(
        "not-finite",
        Severity.FAILURE,
        "A number is not finite",
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
    before, now = float(np.median(lengths[:-3])), lengths[-1]
    if now < EXPLODED * max(before, float(np.median(lengths[:5]))):
        return None
    cause = f"It is {now:.3g} long now, {now / before:,.0f} times its middle length so far ({before:.3g})."
    advice = f"Clip it, for instance to {_round(before)}, or try a lower learning rate than {checkup.rate:.3g}."
    return _exploding(checkup, cause, advice, best_step(checkup))


def _too_far(checkup: Checkup) -> Finding | None:
    """Of plain descent: one step would move the weights farther than all of them are long."""
    training, weights = checkup.experiment.training, float(np.linalg.norm(checkup.theta))
    length = float(np.linalg.norm(checkup.gradient))
    moved = checkup.rate * (min(length, training.clip) if training.clip else length)
    if training.optimizer.kind not in _PLAIN or not weights or moved < TOO_FAR * weights:
        return None
    cause = f"The next step moves the weights by {moved:.3g}, yet all of them together are only {weights:.3g} long."
    advice = f"Clip the gradient, or try a learning rate of {_round(checkup.rate * 0.05 * weights / moved)}."
    return _exploding(checkup, cause, advice, best_step(checkup))


def _steeper(checkup: Checkup) -> Finding | None:
    """Each layer passes on more than it gets."""
    first, last = _first_and_last(checkup)
    if last < _TINY or first < STEEPER * last:
        return None
    cause = f"It grows from layer to layer on its way back: {last:.2g} long in {_last(checkup)}, {first:.2g} in hidden 1."
    return _exploding(checkup, cause, "Begin with smaller weights: Xavier, or He for relus. Or clip the gradient.", None)


def _exploding(checkup: Checkup, cause: str, advice: str, since: int | None) -> Finding:
    address = _steepest(checkup, checkup.gradient, slice(None))
    return Finding("exploding", Severity.WARNING, "The gradient explodes", cause, advice, address, since)


def vanishing(checkup: Checkup) -> Finding | None:
    """Hardly any of the last layer's gradient arrives in the first one."""
    first, last = _first_and_last(checkup)
    if len(checkup.layers) < 2 or last < _TINY or first > VANISHED * last:
        return None
    cause = (
        f"It is {last:.2g} long in {_last(checkup)}, but {first:.2g} in hidden 1: "
        f"{'nothing' if first == 0.0 else f'only a share of {first / last:.0e}'} arrives there, so it hardly learns."
    )
    kinds = {layer.activation for layer in checkup.experiment.network.hidden}
    advice = "Try fewer layers, " + ("tanh or relu instead of sigmoid, " if "sigmoid" in kinds else "")
    address = _steepest(checkup, checkup.data_gradient, checkup.layers["L1"])
    title = "The gradient vanishes on its way back"
    return Finding("vanishing", Severity.WARNING, title, cause, f"{advice}or other first weights (Xavier, He).", address)


def _first_and_last(checkup: Checkup) -> tuple[float, float]:
    """Lengths of the gradient in the first layer and the last, without penalties."""
    lengths = gradient_lengths(checkup.data_gradient, checkup.layers)
    return lengths["gradient L1"], lengths[f"gradient L{len(checkup.layers)}"]


def _last(checkup: Checkup) -> str:
    return checkup.layer_title(len(checkup.layers))


def _steepest(checkup: Checkup, gradient: Array, part: slice) -> str:
    """The address of the parameter with the largest gradient."""
    start = part.start or 0
    return checkup.names[start + int(np.argmax(np.abs(gradient[part])))]


def _round(number: float) -> str:
    """One figure is enough for what is to be tried."""
    return f"{float(f'{number:.0e}'):g}"
