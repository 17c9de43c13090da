"""How far a learner is from what a task wants, in words."""

from __future__ import annotations

import math

from core.lessons.figures import Figure, shown
from core.lessons.parts import ReachTask
from core.words import mark, tr

_NAMES: dict[str, str] = {
    "loss": mark("Loss"), "accuracy": mark("Accuracy"), "test loss": mark("Test loss"),
    "test accuracy": mark("Test accuracy"), "step": mark("Step"), "result": mark("Result"),
    "parameters": mark("Parameters"), "grad": mark("The gradient of {node}"), "slope": mark("The slope in {node}"),
    "moved": mark("The result for the moved {node}"),
}  # fmt: skip


def number_of(value: object) -> float | None:
    """None for what is none: a text, true or false."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def how_far(what: Figure, task: ReachTask, found: object) -> str:
    """Of a figure that is to be reached."""
    wanted = []
    if task.at_most is not None:
        wanted.append(tr("at most {number}", number=_told(what, task.at_most)))
    if task.at_least is not None:
        wanted.append(tr("at least {number}", number=_told(what, task.at_least)))
    if task.equals is not None:
        wanted.append(_told(what, task.equals))
    all_wanted = wanted[0]
    if task.at_most is not None and task.at_least is not None:
        least, most = _told(what, task.at_least), _told(what, task.at_most)
        all_wanted = tr("between {least} and {most}", least=least, most=most)
    return tr("{name} is {now} now; wanted is {wanted}.", name=_name(what), now=_told(what, found), wanted=all_wanted)


def _name(what: Figure) -> str:
    """At the beginning of a sentence."""
    if what.kind in _NAMES:
        return tr(_NAMES[what.kind], node=what.node)
    name = what.node.rpartition(".")[2].replace("_", " ")
    return name if what.kind == "data" else name.capitalize()


def _told(what: Figure, value: object) -> str:
    number = number_of(value)
    return str(value) if number is None else shown(what, number)


def how_many(share: float, wanted: float) -> str:
    """Of points that are to be told apart; `share` is nan where it is not known."""
    wanted_percent = f"{100 * wanted:.4g}"
    if math.isnan(share):
        return tr("{wanted}% are wanted.", wanted=wanted_percent)
    return tr(
        "{now}% of the points are right now; {wanted}% are wanted.", now=f"{100 * share:.4g}", wanted=wanted_percent
    )
