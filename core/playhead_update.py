"""The update of one parameter in a sentence: where it goes, and what its optimiser made of the gradient."""

from __future__ import annotations

import math

from core.expression.wording import MINUS, moved, number
from core.update_told import UpdateTold

HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"
NEARLY, BARELY = 0.9, 1.1  # between them a step is nearly the whole rate


def updated_words(name: str, told: UpdateTold) -> str:
    """`L1.N1.w1 moves against its gradient: 0.4213 − 0.05 · 0.0300 = 0.4198.`; of an optimiser with its memory."""
    start, end = moved([told.before, told.after])
    if told.frozen:
        return f"{name} is frozen: it stays {start}."
    if told.before == told.after:
        return f"{name} stays {start}: its gradient is {number(told.gradient)}."
    if told.kind == "sgd":
        return _plain(name, told, start, end)
    return f"{name}: {start} → {end}. {_made_of(told)}{_decay(told)}"


def _plain(name: str, told: UpdateTold, start: str, end: str) -> str:
    """Against the gradient itself, or what clipping leaves of it."""
    against = "against" if (told.after > told.before) != (told.gradient > 0) else "along"
    which = "clipped gradient" if told.factor < 1.0 else "gradient"
    moves = f"{name} moves {against} its {which}"
    return f"{moves}: {start} {_step_of(told, told.direction)} = {end}."


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
    gradient = f"{'clipped ' if told.factor < 1.0 else ''}gradient {number(told.gradient * told.factor)}"
    if told.kind in ("momentum", "nesterov"):
        start, end = moved([told.memory[0].now, told.memory[0].then])
        velocity = f"The {gradient} turns the velocity v from {start} into {end}"
        ahead = "" if told.kind == "momentum" else " and looks ahead from there"
        return f"{velocity}{ahead}: the step is {_step_of(told, told.direction)}."
    if told.kind == "rmsprop":
        quotient = f"With the {gradient} and v = {number(told.memory[0].then)}, g/(√v+ε)"
    else:
        hats = [each.then if each.corrected is None else each.corrected for each in told.memory]
        quotient = f"m{HAT} = {number(hats[0])}, v{HAT} = {number(hats[1])}: m{HAT}/(√v{HAT}+ε)"
    return f"{quotient} = {_share_of_rate(told)}"


def _share_of_rate(told: UpdateTold) -> str:
    """`0.9800, so it moves by nearly the whole rate 0.0001.`"""
    size, rate = abs(told.direction), _rate(told)
    if not math.isfinite(size):
        return f"{number(told.direction)}."
    nearly = NEARLY <= size <= BARELY
    much = f"nearly the whole rate {rate}" if nearly else f"{number(size)} times the rate {rate}"
    return f"{number(told.direction)}, so it moves by {much}."


def _decay(told: UpdateTold) -> str:
    return f" Weight decay leaves {number(told.kept, 6)} of it." if told.kept != 1.0 else ""
