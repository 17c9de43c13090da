"""What the strip of the order shows: a chip for every node's turn in the pass at the playhead. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.expression.order import Act, Pass, users_of
from core.expression.sheet import Phase, Sheet
from core.expression.wording import listed, ordinal, short_name
from core.words import tr

MOST_NAMES = 3  # in a tooltip


class Look(Enum):
    """How far a chip's turn is."""

    DONE = "done"
    ACTIVE = "active"
    NEXT = "next"
    COMING = "to come"


@dataclass(frozen=True)
class Chip:
    """One node's turn."""

    number: int  # from 1
    name: str
    address: str
    position: int  # of the playhead just after the turn


@dataclass(frozen=True, eq=False)
class Strip:
    """All chips of one pass."""

    sheet: Sheet
    turns: Pass
    chips: tuple[Chip, ...]
    rule: str  # what the order obeys

    @property
    def phase(self) -> Phase:
        return self.turns.phase

    def tip(self, index: int) -> str:
        """What is to be said about a chip: when its node acts, and after which others."""
        act = self.turns.acts[index]
        return _tip(self.sheet, self.turns, index, self.chips[index].name, users_of(self.sheet)[act.node])

    def looks(self, position: int) -> list[Look]:
        """How each chip looks with the playhead here."""
        looks = [self._look(act, position) for act in self.turns.acts]
        turns = (i for i, look in enumerate(looks) if look is Look.COMING and self.turns.acts[i].positions)
        upcoming = self._acting_next(position)
        if upcoming is None:
            upcoming = next(turns, None)
        if upcoming is not None:  # also where the node that is active goes on: the sentence says "next" of it
            looks[upcoming] = Look.NEXT
        return looks

    def _acting_next(self, position: int) -> int | None:
        """The chip whose node makes the next step; None where that is outside of this pass."""
        return next((i for i, act in enumerate(self.turns.acts) if position + 1 in act.positions), None)

    def _look(self, act: Act, position: int) -> Look:
        if position in act.positions and position < len(self.sheet.steps):
            return Look.ACTIVE
        started = act.ready <= position and (bool(act.positions) or self._begun(position))
        return Look.DONE if started else Look.COMING

    def _begun(self, position: int) -> bool:
        """Leaves have their numbers before a forward pass, but no gradient before a backward pass."""
        return self.phase is Phase.FORWARD or any(
            act.positions and act.positions[0] <= position for act in self.turns.acts
        )


def strip_of(sheet: Sheet, here: Pass) -> Strip:
    """The chips of a pass."""
    chips = tuple(
        Chip(i + 1, short_name(sheet, act.node), sheet.graph.nodes[act.node].address, act.ready)
        for i, act in enumerate(here.acts)
    )
    return Strip(sheet, here, chips, _rule(here))


def _tip(sheet: Sheet, here: Pass, i: int, name: str, users: tuple[int, ...]) -> str:
    act = here.acts[i]
    operands = tuple(dict.fromkeys(sheet.graph.nodes[act.node].operands))
    if here.phase is Phase.FORWARD:
        if not operands:
            return tr("{name}: a leaf, there from the beginning", name=name)
        after = _names(sheet, operands)
        return tr("{name} is computed {nth}: after {names}", name=name, nth=ordinal(i + 1), names=after)
    acted = tuple(each.node for each in here.acts)
    waits = tuple(user for user in users if user in acted)
    after = _names(sheet, waits) if waits else ""
    if not operands:
        return f"{tr('{name}: a leaf, it has nobody to hand its gradient to', name=name)}\n{_complete(after, i)}"
    early = f"\n{tr('too early: its own gradient was not complete')}" if act.early else ""
    return f"{_acts(name, after, i)}{early}"


def _complete(after: str, i: int) -> str:
    """When the gradient of a leaf is."""
    if after:
        return tr("complete after {names}", names=after)
    return tr("complete the pass begins here") if i == 0 else tr("complete")


def _acts(name: str, after: str, i: int) -> str:
    """When a node does, and after which others."""
    if after:
        return tr("{name} acts {nth}: after {names}", name=name, nth=ordinal(i + 1), names=after)
    if i == 0:
        return tr("{name} acts {nth}: the pass begins here", name=name, nth=ordinal(i + 1))
    return tr("{name} acts {nth}", name=name, nth=ordinal(i + 1))


def _names(sheet: Sheet, nodes: tuple[int, ...]) -> str:
    names = [short_name(sheet, node) for node in nodes[:MOST_NAMES]]
    return listed([*names, tr("{n} more", n=len(nodes) - MOST_NAMES)] if len(nodes) > MOST_NAMES else names)


def _rule(here: Pass) -> str:
    if here.phase is Phase.FORWARD:
        return tr("a node is computed when all its operands are")
    if any(act.early for act in here.acts):
        return tr("not in topological order: a node acted too early")
    return tr("a node acts when all that depends on it has acted")
