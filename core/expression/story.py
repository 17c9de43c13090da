"""A sheet's steps as sentences: what just happened and what comes next, with the names and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.expression.backward_story import contribution, handed_on, nothing_handed_on, seed, seeded
from core.expression.local_words import rule_words
from core.expression.loop_text import backward_line
from core.expression.order import is_seed
from core.expression.sheet import Phase, Sheet, State, Step
from core.expression.wording import (
    MOST_NAMES,
    distinct,
    first_up,
    formula_of,
    kind_of,
    listed,
    moved,
    name_of,
    number,
    operation_of,
    own_name,
    plain_number,
    product,
    result_of,
    these,
)
from core.words import mark, tr

EMPTY = mark("Nothing is here yet.")
START = mark("Nothing is computed yet: the leaves have their numbers.")
_STAYED = mark("{name} stayed where it was: {moves}."), mark("Each of {names} stayed where it was: {moves}.")
_DOWNHILL = (
    mark("{name} moved against its gradient: {moves}."),
    mark("Each of {names} moved against its gradient: {moves}."),
)
_UPHILL = (
    mark("{name} moved along its gradient, uphill: {moves}."),
    mark("Each of {names} moved along its gradient, uphill: {moves}."),
)
_MOVED = mark("{name} moved: {moves}."), mark("Each of {names} moved: {moves}.")
ALL_LEAVES = mark("There is no operation yet, so nothing to compute.")


def told(sheet: Sheet, before: State, step: Step | None) -> str:
    """What a step has done; `before` is the state that it found. None: the beginning, where nothing was done yet."""
    if step is None:
        return tr(START if sheet.steps else ALL_LEAVES if sheet.graph.nodes else EMPTY)
    if step.phase is Phase.FORWARD:
        return _briefly(sheet, step, _computed(sheet, before, step))
    if step.phase is Phase.BACKWARD:
        text = seeded(sheet, before, step) if is_seed(step) else handed_on(sheet, before, step)
        return _briefly(sheet, step, text)
    if step.phase is Phase.ZERO:
        return _zeroed(sheet, step, done=True)
    return _updated(sheet, before, step)


def told_without_numbers(sheet: Sheet, before: State, step: Step | None) -> str:
    """As `told`, for somebody who is to find the numbers: only who acted on whom, and by which rule."""
    if step is None or step.phase is Phase.ZERO:
        return told(sheet, before, step)
    if step.phase is Phase.FORWARD:
        return _briefly(sheet, step, tr("{equation} was computed.", equation=_equation(sheet, step.node)))
    if step.phase is Phase.UPDATE:
        return tr(
            "The update: {names} moved.",
            names=these(sheet, list(dict.fromkeys(change.node for change in step.changes))),
        )
    if is_seed(step):
        return seed(sheet, step)
    names = listed(distinct(sheet, step))
    if not names:
        return nothing_handed_on(sheet, step)
    text = tr("{name} handed its gradient to {names}.", name=first_up(name_of(sheet, step.node)), names=names)
    return _briefly(sheet, step, f"{text} {rule_words(sheet, step.node)}")


def coming(sheet: Sheet, state: State, step: Step | None) -> str:
    """What the next step will do. None: there is none; then what that means."""
    if step is None:
        return _ending(sheet)
    if step.phase is Phase.FORWARD:
        return _briefly(sheet, step, tr("{equation} is computed.", equation=_equation(sheet, step.node)))
    if step.phase is Phase.ZERO:
        return _zeroed(sheet, step, done=False)
    if step.phase is Phase.UPDATE:
        return tr("The update: numbers move by what their gradients say.")
    if is_seed(step):
        return seed(sheet, step)
    names = listed(distinct(sheet, step))
    if not names:
        return nothing_handed_on(sheet, step)
    text = tr("{name} hands its gradient to {names}.", name=first_up(name_of(sheet, step.node)), names=names)
    return _briefly(sheet, step, f"{text} {rule_words(sheet, step.node)}")


def flow_texts(step: Step) -> dict[tuple[int, int], str]:
    """What flows along each edge (its head node, the operand's position): `-2.0 × 1.0 = -2.0`, upstream × local."""
    return {
        (step.node, change.position): " = ".join(
            (
                f"{plain_number(change.upstream + 0.0)} × {plain_number(change.local + 0.0)}",
                plain_number(contribution(change) + 0.0),  # + 0.0: never -0.0
            )
        )
        for change in step.changes
        if step.phase is Phase.BACKWARD and change.position >= 0
    }


def _briefly(sheet: Sheet, step: Step, text: str) -> str:
    """Within one call of a network (`call1/L1.N1.out`) the call is named once."""
    call, slash, _ = own_name(sheet, step.node).partition("/")
    if not slash:
        return text
    head, first, rest = text.partition(call + slash)
    return head + first + rest.replace(call + slash, "")


# -- forward ----------------------------------------------------------------------------------------------------------


def _computed(sheet: Sheet, before: State, step: Step) -> str:
    def number_of(_sheet: Sheet, operand: int) -> str:
        return number(float(before.data[operand]))

    result = step.changes[0].after if step.changes else math.nan
    operation = operation_of(sheet, step.node)
    operands = sheet.graph.nodes[step.node].operands
    if operation and operation.name == "mul":
        numbers = product([float(before.data[operand]) for operand in operands])
    else:
        numbers = formula_of(sheet, step.node, number_of)
    told = f"{_equation(sheet, step.node)}: {numbers} = {number(result)}."
    return told + _not_finite(result, before, operands) + _not_as_it_should(sheet, step.node, before, result)


def _equation(sheet: Sheet, node: int) -> str:
    """`e = a · b`; of a node without a name the formula alone."""
    text = formula_of(sheet, node)
    return f"{name_of(sheet, node)} = {text}" if own_name(sheet, node) else text


def _not_finite(result: float, before: State, operands: Sequence[int]) -> str:
    if math.isfinite(result) or not all(math.isfinite(before.data[operand]) for operand in operands):
        return ""
    said = tr("That is not a number.") if math.isnan(result) else tr("That is too large for a number.")
    return f" {said}"


def _not_as_it_should(sheet: Sheet, node: int, before: State, result: float) -> str:
    """What to add where an operation gave another number than it should: a wrong formula was used."""
    true = result_of(sheet, node, before.data)
    if true is None or not math.isfinite(result) or math.isclose(true, result, rel_tol=1e-6, abs_tol=1e-12):
        return ""
    said = tr("The real {kind} is {number}.", kind=kind_of(sheet, node), number=number(true))
    return f" {said}"


# -- zero and update --------------------------------------------------------------------------------------------------


def _zeroed(sheet: Sheet, step: Step, *, done: bool) -> str:
    nodes = list(dict.fromkeys(change.node for change in step.changes))
    after = {change.after for change in step.changes}
    value = "0" if after <= {0.0} else number(step.changes[-1].after)
    if len(nodes) == 1:
        name = name_of(sheet, nodes[0])
        if done:
            return tr("The gradient of {name} is set to {value}.", name=name, value=value)
        return tr("The gradient of {name} will be set to {value}.", name=name, value=value)
    names = these(sheet, nodes)
    if done:
        return tr("The gradients of {names} are set to {value}.", names=names, value=value)
    return tr("The gradients of {names} will be set to {value}.", names=names, value=value)


def _updated(sheet: Sheet, before: State, step: Step) -> str:
    last = {change.node: change.after for change in step.changes}
    nodes = list(last)
    if not nodes:
        return tr("Nothing moved.")
    moves = []
    for node in nodes[:MOST_NAMES]:
        start, end = moved([float(before.data[node]), last[node]])
        moves.append(f"{name_of(sheet, node)}: {start} → {end}")
    told = ", ".join(moves)
    if len(nodes) > MOST_NAMES:
        told = tr("{moves} and {more} more", moves=told, more=len(nodes) - MOST_NAMES)
    one, each = _direction(before, last)
    if len(nodes) == 1:
        return tr(one, name=first_up(name_of(sheet, nodes[0])), moves=told)
    return tr(each, names=these(sheet, nodes), moves=told)


def _direction(before: State, after: dict[int, float]) -> tuple[str, str]:
    """Against the gradient, along it, or neither: what is said of one number and of several."""
    slopes = [(after[node] - float(before.data[node])) * float(before.grad[node]) for node in after]
    if not any(slope == slope and slope != 0 for slope in slopes):
        return _STAYED
    if all(slope <= 0 for slope in slopes):
        return _DOWNHILL
    if all(slope >= 0 for slope in slopes):
        return _UPHILL
    return _MOVED


# -- words ------------------------------------------------------------------------------------------------------------


def _ending(sheet: Sheet) -> str:
    if not sheet.graph.nodes:
        return tr("Type an expression, such as a = 2.0.")
    if sheet.has_backward:
        last = sheet.steps[-1].phase
        return (
            tr("That is the end: every gradient is there.")
            if last is Phase.BACKWARD
            else tr("That is the end of the text.")
        )
    line = backward_line(sheet)
    if sheet.start_grad.any():
        if not line:
            return tr("The gradients are those of a pass before. Nothing went backward through this graph yet.")
        return tr(
            "The gradients are those of a pass before. Nothing went backward through this graph yet: "
            "{line} would do it.",
            line=line,
        )
    return tr("All gradients are 0: {call} has not been called.", call=line or "backward()")
