"""The update of one parameter in a sentence: where it goes, and what its optimiser made of the gradient."""

from __future__ import annotations

import math

from core.expression.wording import MINUS, moved, number
from core.update_told import UpdateTold
from core.words import tr

HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"
NEARLY, BARELY = 0.9, 1.1  # between them a step is nearly the whole rate


def updated_words(name: str, told: UpdateTold) -> str:
    """`L1.N1.w1 moves against its gradient: 0.4213 − 0.05 · 0.0300 = 0.4198.`; of an optimiser with its memory."""
    start, end = moved([told.before, told.after])
    if told.frozen:
        return tr("{name} is frozen: it stays {number}.", name=name, number=start)
    if told.before == told.after:
        return tr(
            "{name} stays {number}: its gradient is {gradient}.",
            name=name,
            number=start,
            gradient=number(told.gradient),
        )
    if told.kind == "sgd":
        return _plain(name, told, start, end)
    return " ".join(filter(None, (f"{name}: {start} → {end}.", _made_of(told), _decay(told))))


def _plain(name: str, told: UpdateTold, start: str, end: str) -> str:
    """Against the gradient itself, or what clipping leaves of it."""
    against, clipped = (told.after > told.before) != (told.gradient > 0), told.factor < 1.0
    made = f"{start} {_step_of(told, told.direction)} = {end}"
    if against and clipped:
        return tr("{name} moves against its clipped gradient: {sum}.", name=name, sum=made)
    if against:
        return tr("{name} moves against its gradient: {sum}.", name=name, sum=made)
    if clipped:
        return tr("{name} moves along its clipped gradient: {sum}.", name=name, sum=made)
    return tr("{name} moves along its gradient: {sum}.", name=name, sum=made)


def _step_of(told: UpdateTold, direction: float) -> str:
    """`− 0.05 · 0.0300`."""
    sign = "+" if told.rate < 0.0 else MINUS
    factor = f"({number(direction)})" if direction < 0 else number(direction)
    return f"{sign} {_rate(told)} · {factor}"


def _rate(told: UpdateTold) -> str:
    """`0.0001`: as people write it."""
    return f"{abs(told.rate):.4g}".replace("-", MINUS)


def _made_of(told: UpdateTold) -> str:
    """What the optimiser remembers now, and the step that follows from it."""
    clipped, gradient = told.factor < 1.0, number(told.gradient * told.factor)
    which = tr("clipped gradient {number}", number=gradient) if clipped else tr("gradient {number}", number=gradient)
    if told.kind in ("momentum", "nesterov"):
        return _velocity(told, which)
    if told.kind == "rmsprop":
        mean = number(told.memory[0].then)
        quotient = tr("With the {gradient} and v = {mean}, g/(√v+ε)", gradient=which, mean=mean)
    else:
        hats = [each.then if each.corrected is None else each.corrected for each in told.memory]
        quotient = f"m{HAT} = {number(hats[0])}, v{HAT} = {number(hats[1])}: m{HAT}/(√v{HAT}+ε)"
    return _share_of_rate(told, f"{quotient} = {number(told.direction)}")


def _velocity(told: UpdateTold, gradient: str) -> str:
    start, end = moved([told.memory[0].now, told.memory[0].then])
    words = {"gradient": gradient, "start": start, "end": end, "step": _step_of(told, told.direction)}
    if told.kind == "momentum":
        return tr("The {gradient} turns the velocity v from {start} into {end}: the step is {step}.", **words)
    return tr(
        "The {gradient} turns the velocity v from {start} into {end} and looks ahead from there: the step is {step}.",
        **words,
    )


def _share_of_rate(told: UpdateTold, quotient: str) -> str:
    """`… = 0.9800, so it moves by nearly the whole rate 0.0001.`"""
    size, rate = abs(told.direction), _rate(told)
    if not math.isfinite(size):
        return f"{quotient}."
    if NEARLY <= size <= BARELY:
        return tr("{quotient}, so it moves by nearly the whole rate {rate}.", quotient=quotient, rate=rate)
    return tr(
        "{quotient}, so it moves by {times} times the rate {rate}.", quotient=quotient, times=number(size), rate=rate
    )


def _decay(told: UpdateTold) -> str:
    return tr("Weight decay leaves {share} of it.", share=number(told.kept, 6)) if told.kept != 1.0 else ""
