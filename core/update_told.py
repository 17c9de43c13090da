"""What the next step does to one parameter: the optimiser's rule, its memory of the parameter, and the numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.bugs import BugError, update_sign
from core.experiment import OptimizerKind, OptimizerSpec, TrainingSpec, bugs_of
from core.optim import Mask, clipped, gradient_length, state_size, updated
from core.program import Array
from core.tex import symbol
from core.words import tr

if TYPE_CHECKING:
    from core.explain import Explanation
    from core.objective import Evaluation
    from core.stepper import Stepper

GradientOf = Literal["all", "batch", "bugs"]  # samples; this step's batch of them; what the bugs make of either


@dataclass(frozen=True)
class Memory:
    """One number that the optimiser keeps of a parameter from step to step."""

    name: str  # as in the formula: `m`
    words: str  # `mean of g`
    now: float
    then: float  # after the step
    corrected: float | None = None  # Adam's, after the step: without the zeros that it began with


@dataclass(frozen=True)
class UpdateTold:
    """The step that comes: w ← kept · w − η · direction.

    What is not finite simply comes out so. Of a frozen parameter `after` is `before`, and so is the memory.
    """

    kind: OptimizerKind
    before: float
    after: float
    rate: float  # η of this step; negative with the bug that walks uphill
    direction: float  # what η is multiplied with: g itself, the velocity, m̂ / (√v̂ + ε) …
    kept: float  # what weight decay leaves of the parameter, 1 without
    gradient: float  # that the step goes by, before it is clipped
    gradient_of: GradientOf
    clip: float  # the length that the whole gradient may have; 0: any
    length: float  # that it has, without what is frozen
    factor: float  # what clipping multiplies it with, 1 where it is short enough
    frozen: bool
    memory: tuple[Memory, ...]
    tex: str  # the rule, the same for the same optimiser: no numbers inside


def with_update(found: Explanation, stepper: Stepper, evaluation: Evaluation) -> Explanation:
    """The same explanation with what the stepper's next step does to the node, if that is a parameter.

    `evaluation`: over all samples at the stepper's parameters, with its bugs. As it was where the node is no parameter,
    and where a bug makes training impossible.
    """
    if found.role != "parameter" or found.address not in stepper.objective.names:
        return found
    try:
        step = evaluation if stepper.full_batch else stepper.evaluate(stepper.rows)
        has_bugs = stepper.broken is not None
    except BugError:
        return found
    gradient_of: GradientOf = "bugs" if has_bugs else "all" if stepper.full_batch else "batch"
    place = stepper.objective.names.index(found.address)
    return replace(found, update=standing_of(stepper).told(place, step.gradient, gradient_of))


@dataclass(frozen=True, eq=False)
class Standing:
    """All that an update needs besides the gradient: where training stands before it."""

    training: TrainingSpec
    names: tuple[str, ...]  # of the parameters
    theta: Array
    state: Array  # of the optimiser
    frozen: Mask
    rate: float  # η; negative with the bug that walks uphill

    def told(self, place: int, gradient: Array, gradient_of: GradientOf = "all") -> UpdateTold:
        """What a step by this gradient (parameters,), not clipped yet, does to the parameter at a place of θ."""
        return _told(self, place, gradient, gradient_of)


def standing_of(stepper: Stepper) -> Standing:
    """Before the stepper's next step; it stays so while the stepper goes on."""
    training = stepper.experiment.training
    return Standing(
        training=training,
        names=tuple(stepper.objective.names),
        theta=stepper.theta.copy(),
        state=stepper.state.copy(),
        frozen=stepper.frozen,
        rate=stepper.learning_rate * update_sign(bugs_of(training)),
    )


def _told(here: Standing, place: int, gradient: Array, gradient_of: GradientOf) -> UpdateTold:
    training, rate = here.training, here.rate
    optimizer, frozen = training.optimizer, bool(here.frozen[place])
    moving = clipped(gradient, training.clip, here.frozen)
    length, left = (gradient_length(each, here.frozen) for each in (gradient, moving))
    before, state = here.theta[place : place + 1], _own_state(here, place)
    after, then = updated(optimizer, before, state, moving[place : place + 1], rate)
    memory, direction = _remembered(optimizer, state, then, float(moving[place]))
    if frozen:
        memory = tuple(replace(each, then=each.now, corrected=None) for each in memory)
    return UpdateTold(
        kind=optimizer.kind,
        before=float(before[0]),
        after=float(before[0] if frozen else after[0]),
        rate=rate,
        direction=direction,
        kept=1.0 - rate * optimizer.weight_decay if optimizer.kind == "adamw" else 1.0,
        gradient=float(gradient[place]),
        gradient_of=gradient_of,
        clip=training.clip,
        length=length,
        factor=left / length if moving is not gradient and length else 1.0,
        frozen=frozen,
        memory=memory,
        tex=_rule(symbol(here.names[place], 0), optimizer.kind, uphill=rate < 0.0),
    )


def _own_state(here: Standing, place: int) -> Array:
    """The optimiser's state of one parameter, laid out as that of a network which has no other (see optim.py)."""
    count = len(here.theta)
    shared = state_size(here.training.optimizer.kind, 0)  # by all parameters: how far β₁ᵗ and β₂ᵗ are
    each = (len(here.state) - shared) // count
    own = here.state[: each * count].reshape(each, count)[:, place]
    return np.concatenate([own, here.state[each * count :]])


def _remembered(optimizer: OptimizerSpec, state: Array, then: Array, g: float) -> tuple[tuple[Memory, ...], float]:
    """What the optimiser keeps, and the direction that it goes; `state` and `then` are of this parameter alone."""
    with np.errstate(all="ignore"):
        match optimizer.kind:
            case "sgd":
                return (), g
            case "momentum" | "nesterov":
                velocity = Memory("v", tr("velocity"), float(state[0]), float(then[0]))
                ahead = g + optimizer.momentum * then[0] if optimizer.kind == "nesterov" else then[0]
                return (velocity,), float(ahead)
            case "rmsprop":
                squares = Memory("v", tr("mean of g²"), float(state[0]), float(then[0]))
                return (squares,), float(g / (np.sqrt(then[0]) + optimizer.eps))
        corrected = then[:2] / (1.0 - then[2:])
        mean = Memory("m", tr("mean of g"), float(state[0]), float(then[0]), float(corrected[0]))
        squares = Memory("v", tr("mean of g²"), float(state[1]), float(then[1]), float(corrected[1]))
        return (mean, squares), float(corrected[0] / (np.sqrt(corrected[1]) + optimizer.eps))


def _rule(w: str, kind: OptimizerKind, *, uphill: bool) -> str:
    sign = "+" if uphill else "-"
    kept = rf"(1 {'+' if uphill else '-'} \eta \lambda) \, {w}" if kind == "adamw" else w
    return rf"{w} \leftarrow {kept} {sign} {_STEPS[kind]}"


_ADAM = r"\eta \, \frac{\hat{m}}{\sqrt{\hat{v}} + \varepsilon}"
_STEPS: dict[OptimizerKind, str] = {
    "sgd": r"\eta \, g",
    "momentum": r"\eta \, v",
    "nesterov": r"\eta \, (g + \mu v)",
    "rmsprop": r"\eta \, \frac{g}{\sqrt{v} + \varepsilon}",
    "adam": _ADAM,
    "adamw": _ADAM,
}
