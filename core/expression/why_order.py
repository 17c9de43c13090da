"""Why a node acts when it does: what must have acted before it, and what would go wrong otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from core.expression.backward_events import Event, events_of
from core.expression.explain import target_at
from core.expression.order import passes
from core.expression.replay import replay_of
from core.expression.sheet import Phase, Sheet, State
from core.expression.wording import first_up, listed, name_of, number, ordinal
from core.words import tr

MOST_NAMES = 4  # more nodes than that are counted


@dataclass(frozen=True)
class WhyHere:
    """For a person."""

    number: int  # of its turn in the backward pass, from 1; 0 if the backward pass does not come to it
    of: int  # turns
    reason: str  # one or two sentences
    wrong: str = ""  # what went wrong, where it acted too early


def why_here(sheet: Sheet, state: State, node: int) -> WhyHere:
    """Why the node has its place in the order of the backward pass."""
    target = target_at(sheet, state.position)
    order = _turns(sheet, state.position, node, target)
    turn = order.index(node) + 1 if node in order else 0
    name = first_up(name_of(sheet, node))
    if node == target:
        top = name_of(sheet, node)
        return WhyHere(
            turn,
            len(order),
            tr("{name} comes first: nothing that {top} depends on can change d{top}/d{top} = 1.", name=name, top=top),
        )
    if not turn:
        return WhyHere(
            0,
            len(order),
            tr("{target} does not depend on it, so no gradient comes to it.", target=name_of(sheet, target)),
        )
    below = replay_of(sheet).below(target)
    users = [
        user for user in reversed(dict.fromkeys(user for user, _ in replay_of(sheet).users[node])) if user in below
    ]
    reason = f"{_waits(sheet, name, users)} {_otherwise(sheet, state, node)}"
    return WhyHere(turn, len(order), reason.strip(), _early(sheet, state, node))


def _turns(sheet: Sheet, position: int, node: int, target: int) -> list[int]:
    """Nodes in the order of the newest backward pass that came to this one, else of the next."""
    backward = [each for each in passes(sheet) if each.phase is Phase.BACKWARD]
    begun = [each for each in backward if each.start < position]
    nearest = [*reversed(begun), *backward]
    chosen = next((each for each in nearest if any(act.node == node for act in each.acts)), None)
    if chosen is None:
        return sorted(replay_of(sheet).below(target), reverse=True)
    return list(dict.fromkeys(act.node for act in chosen.acts))


def _waits(sheet: Sheet, name: str, users: list[int]) -> str:
    names = [name_of(sheet, user) for user in users]
    if len(names) > MOST_NAMES:
        return tr(
            "{name} is used by {count} nodes: its gradient is complete when all of them have acted.",
            name=name,
            count=len(names),
        )
    if len(names) == 2:
        return tr(
            "{name} is used by {names}: its gradient is complete when both have acted.",
            name=name,
            names=listed(names),
        )
    if len(names) > 1:
        return tr(
            "{name} is used by {names}: its gradient is complete when all of them have acted.",
            name=name,
            names=listed(names),
        )
    return tr(
        "{name} is used by {names}: its gradient is complete when {names} has acted.", name=name, names=listed(names)
    )


def _otherwise(sheet: Sheet, state: State, node: int) -> str:
    """What acting one turn too early would do, in its own numbers where they are known."""
    if not sheet.graph.nodes[node].operands:
        return tr("A leaf hands nothing on: it has only to wait.")
    before, after = events_of(sheet).uses(node, state.position)
    events: list[Event] = [*before, *after]
    if not events:
        return tr("Acting earlier, it would hand on too little.")
    short, full = events[-1].change.before, events[-1].change.after
    if short == full:
        return tr("Acting earlier, it might hand on too little.")
    return tr("Acting earlier, it would hand on {short} instead of {full}.", short=number(short), full=number(full))


def _early(sheet: Sheet, state: State, node: int) -> str:
    """Whether its gradient still changed after it had handed it on."""
    events = events_of(sheet)
    acted = events.last_acted(node, state.position)
    if acted is None:
        return ""
    before, _ = events.uses(node, state.position)
    late = [event for event in before if event.step > acted]
    if not late:
        return ""
    return tr(
        "It acted too early: it handed on {before}, and then its gradient became {after}.",
        before=number(late[0].change.before),
        after=number(late[-1].change.after),
    )


def place_text(why: WhyHere) -> str:
    """`3rd of 7`; empty for a node that has no turn."""
    return tr("{place} of {turns}", place=ordinal(why.number), turns=why.of) if why.number else ""
