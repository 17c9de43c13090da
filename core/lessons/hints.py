"""What a wrong answer says about its mistake: hints of the lesson first, then those that the numbers themselves give.

`when` of a hint for a number is a number, a figure (`grad f`: that one was taken instead), or one of WORDS.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from core.explain import Explanation
from core.expression.answers import ABSOLUTE, ADVICE, hint
from core.lessons.figures import Figure, FigureError, figure, resolve
from core.lessons.parts import NumberTask, Step
from core.lessons.prose import Spans, Text
from core.lessons.state import State
from core.words import tr

THREE_DIGITS = 5e-3  # relative: a number rounded to three digits is off by no more
Uses = Callable[[Explanation], list[float]]
WORDS = (
    "sign",  # the right size with the wrong sign
    "zero",  # 0
    "half",  # half of it
    "double",  # twice as much
    "inverse",  # 1 over it
    "data",  # the node's data instead of its gradient
    "local",  # the local derivative alone: the upstream gradient was forgotten
    "upstream",  # the upstream gradient alone: the local derivative was forgotten
    "sum",  # upstream and local derivative added, not multiplied
    "one use",  # what one of several uses hands back: overwritten, not added
)
_OF_GRADIENT: dict[str, Uses] = {
    "data": lambda told: [told.data],
    "local": lambda told: [use.local for use in told.consumers],
    "upstream": lambda told: [use.upstream for use in told.consumers],
    "sum": lambda told: [use.upstream + use.local for use in told.consumers],
    "one use": lambda told: [use.contribution for use in told.consumers] if len(told.consumers) > 1 else [],
}


def close(answer: float, truth: float, tolerance: float | None = None) -> bool:
    """Whether an answer is right, with `tolerance` relative (None: three digits are enough)."""
    if not math.isfinite(truth):
        return answer == truth
    relative = THREE_DIGITS if tolerance is None else tolerance
    return abs(answer - truth) <= max(relative * abs(truth), ABSOLUTE if tolerance is None else 1e-12)


def hint_numbers(
    when: str | float, what: Figure, truth: float, state: State, tolerance: float | None = None
) -> list[float]:
    """The answers that a hint is for, without the right one. Raises FigureError where it makes no sense."""
    if isinstance(when, int | float):
        found = [float(when)]
    elif when in _OF_GRADIENT:
        told = state.outcome.explain(what.node) if what.kind == "grad" else None
        if told is None:
            raise FigureError(tr("'{when}' is about gradients: the figure is '{what}'.", when=when, what=what))
        found = _OF_GRADIENT[when](told)
    elif when in WORDS:
        found = {
            "sign": [-truth],
            "zero": [0.0],
            "half": [truth / 2.0],
            "double": [truth * 2.0],
            "inverse": [1.0 / truth] if truth else [],
        }[when]
    else:
        try:
            found = [resolve(figure(when), state.outcome)]
        except FigureError as error:
            raise FigureError(tr("{error} (Or one of: {names}.)", error=error, names=", ".join(WORDS))) from None
    return [number for number in found if math.isfinite(number) and not close(number, truth, tolerance)]


def number_hint(step: Step, task: NumberTask, answers: tuple[float, ...], truth: float, state: State) -> Spans:
    """What to say about wrong answers for a number; the readings of one text."""
    assert step.figure is not None
    for i, each in enumerate(task.hints):
        try:
            meant = hint_numbers(each.when, step.figure, truth, state, task.tolerance)
        except FigureError:
            continue  # of a graph that the learner has changed
        if any(close(answer, number, task.tolerance) for answer in answers for number in meant):
            return step.spans[f"hints[{i}].say"]
    by_itself = _by_numbers(step.figure, answers[0], truth, state)
    if by_itself and not (task.otherwise and by_itself[1]):
        return (Text(by_itself[0]),)
    return step.spans.get("otherwise") or (Text(by_itself[0] if by_itself else tr("Not yet. Work it out once more.")),)


def _by_numbers(what: Figure, answer: float, truth: float, state: State) -> tuple[str, bool] | None:
    """What the numbers alone tell, and whether that is no more than general advice."""
    if what.kind == "grad" and (told := state.outcome.explain(what.node)):
        said = hint(told, answer)
        return said, not told.consumers or said == tr(ADVICE)
    if truth and close(answer, -truth):
        return tr("The size is right, the sign is not."), False
    return None
