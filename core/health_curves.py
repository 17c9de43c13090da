"""Rules of health that look at how losses went: rates too high or too low, a loss that is stuck, overfitting."""

from __future__ import annotations

import numpy as np

from core.checkup import Checkup
from core.experiment import MAX_RATE
from core.health import Finding, Severity
from core.measures import accuracy_of
from core.middle import middle, middles
from core.program import Array
from core.words import tr, trn

PLAIN_OPTIMIZERS = ("sgd", "momentum", "nesterov")  # whose step is as long as the gradient says

FEWEST_POINTS = 10  # of a curve, before it says anything
STILL_HIGH = 0.2  # of the loss at the beginning: below this share of it nothing is wrong with a rate
RISEN = 1.3  # times the least loss
SWING_POINTS = 40  # of the newest steps or epochs
SWING = 0.15  # of the loss itself, from one point to the next, in the mean
UPS = 0.25  # of the points
SLOW_STEPS = 200
SLOW_FALL = 0.02  # of the loss, in so many steps
NOT_ZERO = 0.3  # of the gradient's length at the beginning
AS_PREDICTED = 0.3  # of what the gradient at this rate promises
STUCK_HIGH = 0.5  # of the loss at the beginning
WAVER_STEPS = 1000  # so long a loss has to stand still while batches pull its gradient to and fro
WAVER_FALL = 0.02  # of the loss, in so many steps
TEST_RISEN = 1.15  # times its least
TEST_SCALE = 0.03  # of the test loss at the beginning: what a rise must be at least
TRAIN_FALLEN = 0.97
GOOD_ACCURACY = 0.95


def is_fine(checkup: Checkup) -> bool:
    """Whether training has come to what it was to come to."""
    losses, data = checkup.values("train loss"), checkup.dataset
    accuracy = accuracy_of(checkup.outputs, data.targets, data)
    return bool(losses[-1] < 0.1 * losses[0]) and (accuracy is None or accuracy >= GOOD_ACCURACY)


def is_flat(checkup: Checkup) -> bool:
    """Whether the gradient is far shorter than at the beginning."""
    lengths = checkup.values("gradient")
    return _recent(lengths) < NOT_ZERO * _beginning(lengths)


def best_step(checkup: Checkup, name: str = "train loss") -> int | None:
    """Where a loss was least, short dips aside; None if that is now, or not known."""
    losses = _calm(checkup.values(name))
    losses = np.where(np.isfinite(losses), losses, np.nan)
    if not np.isfinite(losses).any():
        return None
    best = int(np.nanargmin(losses))
    return int(checkup.series.steps[best]) if best < len(losses) - 1 else None


def rate_too_high(checkup: Checkup) -> Finding | None:
    """The loss has risen far above its least, or swings without falling."""
    return _rises(checkup) or _swings(checkup)


def _rises(checkup: Checkup) -> Finding | None:
    losses = checkup.values("train loss")
    if len(losses) < FEWEST_POINTS or checkup.steps_an_epoch > checkup.step:
        return None
    calm = _calm(losses)
    best, now = int(np.nanargmin(calm)), _recent(losses)
    if now < RISEN * calm[best] or now < STILL_HIGH * calm[0] or len(losses) - best < FEWEST_POINTS // 2:
        return None
    step = int(checkup.series.steps[best])
    cause = tr(
        "The loss has risen from {least} at step {step} to {now}: each step goes too far.",
        least=f"{calm[best]:.3g}",
        step=f"{step:,}",
        now=f"{now:.3g}",
    )
    return _too_high(checkup, cause, step)


def _swings(checkup: Checkup) -> Finding | None:
    points, span = _points(checkup)
    if len(points) < SWING_POINTS // 2:
        return None
    changes, usual = np.diff(points), middle(points)
    half = len(points) // 2
    falls = middle(points[half:]) < 0.95 * middle(points[:half])
    swing = float(np.abs(changes).mean()) / max(usual, 1e-300)
    ups = float(np.count_nonzero(changes > 0)) / len(changes)
    if falls or swing < SWING or ups < UPS or usual < STILL_HIGH * checkup.values("train loss")[0]:
        return None
    cause = tr(
        "The loss goes up and down between {least} and {most} over the last {span}, and falls no further: each step "
        "goes too far.",
        least=f"{points.min():.3g}",
        most=f"{points.max():.3g}",
        span=span,
    )
    return _too_high(checkup, cause, best_step(checkup))


def _too_high(checkup: Checkup, cause: str, since: int | None) -> Finding:
    advice = tr(
        "Try a lower rate: {lower} instead of {rate}.", lower=f"{checkup.rate / 3:.2g}", rate=f"{checkup.rate:.3g}"
    )
    return Finding("rate-too-high", Severity.WARNING, tr("The learning rate is too high"), cause, advice, since=since)


def rate_too_low(checkup: Checkup) -> Finding | None:
    """The loss hardly falls although its gradient is as long as at the beginning."""
    fall, steps = _fall(checkup)
    losses, lengths = checkup.values("train loss"), checkup.values("gradient")
    if steps < SLOW_STEPS or not -0.001 <= fall < SLOW_FALL * steps / SLOW_STEPS:
        return None
    if losses[-1] < STUCK_HIGH * losses[0] or is_flat(checkup) or not _falls_straight(checkup, fall, steps):
        return None
    cause = tr(
        "The loss fell by only {fall} in the last {steps} steps, yet its gradient is still {length} long "
        "({first} at first): a slope, but tiny steps down it.",
        fall=_percent(fall),
        steps=f"{steps:,}",
        length=f"{_recent(lengths):.2g}",
        first=f"{_beginning(lengths):.2g}",
    )
    if checkup.rate < 0.5 * checkup.experiment.training.learning_rate:
        advice = tr("The schedule has brought it down to {rate}: let it decay less.", rate=f"{checkup.rate:.2g}")
    else:
        advice = tr(
            "Try a higher rate: {higher} instead of {rate}.",
            higher=f"{min(10 * checkup.rate, MAX_RATE):.2g}",
            rate=f"{checkup.rate:.3g}",
        )
    return Finding("rate-too-low", Severity.WARNING, tr("The learning rate is too low"), cause, advice)


def _falls_straight(checkup: Checkup, fall: float, steps: int) -> bool:
    """Whether the loss falls as the slope says, so that longer steps would bring more; not if it wavers on the spot."""
    training, losses = checkup.experiment.training, checkup.values("train loss")
    if training.optimizer.kind not in PLAIN_OPTIMIZERS:
        return float(np.count_nonzero(np.diff(losses[-FEWEST_POINTS:]) > 0)) < UPS * FEWEST_POINTS
    length = _recent(checkup.values("gradient"))
    pull = length * (min(length, training.clip) if training.clip else length)
    return bool(fall * losses[-1] > AS_PREDICTED * checkup.rate * pull * steps)


def stuck(checkup: Checkup) -> Finding | None:
    """The loss of all rows is high and no longer falls: hardly any gradient is left, or its steps only waver."""
    losses = checkup.values("train loss")
    if not len(losses) or _recent(losses) < STUCK_HIGH * losses[0]:
        return None
    fall, steps = _fall(checkup)
    if _wavers(checkup):
        fall, steps = _fall(checkup, WAVER_STEPS)
        why = tr("each batch pulls another way, and together they bring it no further")
    elif steps >= SLOW_STEPS and abs(fall) < SLOW_FALL * steps / SLOW_STEPS and is_flat(checkup):
        why = tr("its gradient is {length} long, almost flat", length=f"{_recent(checkup.values('gradient')):.2g}")
    else:
        return None
    cause = tr(
        "The loss is still {loss} (it began at {first}) and changed by only {fall} in the last {steps} steps; {why}.",
        loss=f"{_recent(losses):.3g}",
        first=f"{losses[0]:.3g}",
        fall=_percent(abs(fall)),
        steps=f"{steps:,}",
        why=why,
    )
    advice = tr("Perhaps this network cannot do better: try more neurons, features such as x1*x2, or another seed.")
    return Finding("stuck", Severity.WARNING, tr("The loss is stuck"), cause, advice)


def _wavers(checkup: Checkup) -> bool:
    """Whether batches move the weights about without gain, for long: the gradient of one step says little then."""
    fall, steps = _fall(checkup, WAVER_STEPS)
    still = steps >= WAVER_STEPS and abs(fall) < WAVER_FALL * steps / WAVER_STEPS
    return still and checkup.steps_an_epoch > 1 and not _falls_straight(checkup, fall, steps)


def overfit(checkup: Checkup) -> Finding | None:
    """The loss of the test rows rises while that of the training rows goes on falling."""
    tests, trains = checkup.values("test loss"), checkup.values("train loss")
    if np.count_nonzero(np.isfinite(tests)) < FEWEST_POINTS:
        return None
    calm, calm_trains = _calm(tests), _calm(trains)
    best, now = int(np.nanargmin(calm)), _recent(tests)
    beginning = tests[np.isfinite(tests)][0]
    rise = now - calm[best]
    if len(tests) - best < FEWEST_POINTS // 2 or now < TEST_RISEN * calm[best] or rise < TEST_SCALE * beginning:
        return None
    if not _recent(trains) < TRAIN_FALLEN * calm_trains[best]:  # nor if it was 0 already
        return None
    step = int(checkup.series.steps[best])
    cause = tr(
        "Since step {step} the test loss has risen from {least} to {now}, while the training loss fell from "
        "{before} to {after}: the network learns its rows by heart.",
        step=f"{step:,}",
        least=f"{calm[best]:.4g}",
        now=f"{now:.4g}",
        before=f"{calm_trains[best]:.4g}",
        after=f"{_recent(trains):.4g}",
    )
    advice = tr("Stop there; or take more rows, a smaller network, or some L2.")
    severity = Severity.WARNING if now > 1.3 * calm[best] else Severity.NOTE
    return Finding("overfit", severity, tr("The network overfits"), cause, advice, since=step)


def _calm(values: Array) -> Array:
    """Medians of five neighbours; nan where all of them are missing. The ends are as they are."""
    if len(values) < 5:
        return values
    windows = np.lib.stride_tricks.sliding_window_view(values, 5)
    with np.errstate(invalid="ignore"):
        smooth = middles(windows)
    return np.concatenate([values[:2], smooth, values[-2:]])


def _recent(values: Array) -> float:
    """The median of the newest tenth, of five points at least."""
    return middle(values[-max(5, len(values) // 10) :])


def _beginning(values: Array) -> float:
    return float(np.max(values[:3]))


def _points(checkup: Checkup) -> tuple[Array, str]:
    """The newest losses since the settings are what they are, of steps or the means of whole epochs; and how many."""
    losses, length = checkup.losses, checkup.steps_an_epoch
    if length == 1:
        newest = losses[-SWING_POINTS:]
        return newest, trn("{n} steps", "{n} steps", len(newest))
    whole = losses[len(losses) % length :]
    newest = whole.reshape(-1, length).mean(axis=1)[-SWING_POINTS:]
    return newest, trn("{n} epochs", "{n} epochs", len(newest))


def _fall(checkup: Checkup, span: int = 2 * SLOW_STEPS) -> tuple[float, int]:
    """By which share the loss of all rows fell in the newest steps, `span` or so, and how many; 0 if too few."""
    steps, losses = checkup.series.steps, checkup.values("train loss")
    first = int(np.searchsorted(steps, checkup.steps[0] if len(checkup.steps) else np.inf))
    while first < len(steps) - 2 and len(steps) - first > 12 and checkup.step - steps[first + 1] >= span:
        first += 1
    part = losses[first:]
    if len(part) < 5:
        return 0.0, 0
    third = max(len(part) // 3, 1)
    before, after = middle(part[:third]), middle(part[-third:])
    return (before - after) / max(abs(before), 1e-300) * 1.5, int(checkup.step - steps[first])


def _percent(share: float) -> str:
    return f"{100 * max(share, 0.0):.2g} %"
