"""In which order the nodes of a sheet acted: the passes through its graph, forward and backward."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from core.expression.sheet import Phase, Sheet, Step


@dataclass(frozen=True)
class Act:
    """A node's turn in a pass."""

    node: int
    positions: tuple[int, ...]  # of the playhead just after it acted; none for a leaf, which has nothing to do
    ready: int  # the position at which it has acted, or a leaf is complete
    early: bool = False  # backward: it handed its gradient on before the gradient was complete


@dataclass(frozen=True)
class Pass:
    """One way through the graph: its turns in the order in which they came, leaves among them."""

    phase: Phase  # FORWARD or BACKWARD
    start: int  # steps done before it
    end: int  # steps done after it
    acts: tuple[Act, ...]


def is_seed(step: Step) -> bool:
    """Whether a step of backward set gradients instead of handing one on."""
    return bool(step.changes) and all(change.position < 0 for change in step.changes)


@lru_cache(maxsize=2)
def passes(sheet: Sheet) -> tuple[Pass, ...]:
    """All passes of a sheet."""
    found: list[Pass] = []
    open_pass: _OpenPass | None = None
    for index, step in enumerate(sheet.steps):
        if open_pass is not None and not open_pass.takes(step):
            found.append(open_pass.closed(sheet, index))
            open_pass = None
        if step.phase in (Phase.FORWARD, Phase.BACKWARD) and step.node >= 0:
            open_pass = open_pass or _OpenPass(step.phase, index)
            open_pass.add(step, index + 1)
    if open_pass is not None:
        found.append(open_pass.closed(sheet, len(sheet.steps)))
    return tuple(found)


def same_course(one: Sheet, other: Sheet) -> bool:
    """Whether two sheets have the same nodes that act in the same order, whatever their numbers."""
    if one.graph.key != other.graph.key or len(one.steps) != len(other.steps):
        return False
    return all(
        a.node == b.node and a.phase is b.phase and len(a.changes) == len(b.changes)
        for a, b in zip(one.steps, other.steps, strict=True)
    )


def pass_at(sheet: Sheet, position: int) -> Pass | None:
    """The pass that the playhead is in; between two of them the one before, at the very beginning the first."""
    all_passes = passes(sheet)
    if not all_passes:
        return None
    return all_passes[max(bisect_left(all_passes, position, key=lambda each: each.start) - 1, 0)]


def users_of(sheet: Sheet) -> tuple[tuple[int, ...], ...]:
    """For every node the nodes that have it as an operand, each once, in the order of the graph."""
    found: list[dict[int, None]] = [{} for _ in sheet.graph.nodes]
    for number, node in enumerate(sheet.graph.nodes):
        for operand in node.operands:
            found[operand][number] = None
    return tuple(tuple(users) for users in found)


@dataclass
class _OpenPass:
    """A pass while its steps are read."""

    phase: Phase
    start: int
    turns: list[tuple[int, list[int]]] = field(default_factory=list)  # node, positions
    seeded: dict[int, int] = field(default_factory=dict)  # nodes whose gradient was set: their turn
    acted: set[int] = field(default_factory=set)

    def takes(self, step: Step) -> bool:
        """A value that is computed again begins another pass; so does a gradient that is set after some were handed on,
        and the node that began this one when it acts again.
        """
        if step.phase is not self.phase or step.node < 0:
            return False
        if step.phase is Phase.FORWARD:
            return step.node not in self.acted
        if is_seed(step):
            return not self.acted and step.node not in self.seeded
        return step.node not in self.acted or step.node != self.turns[0][0]

    def add(self, step: Step, position: int) -> None:
        node = step.node
        if self.phase is Phase.BACKWARD and is_seed(step):
            self.seeded[node] = len(self.turns)
            self.turns.append((node, [position]))
        elif node in self.seeded and node not in self.acted:  # its turn goes on
            self._go_on(node, position)
        else:
            self.turns.append((node, [position]))
        if self.phase is Phase.FORWARD or not is_seed(step):
            self.acted.add(node)

    def _go_on(self, node: int, position: int) -> None:
        """A gradient that was set before others acted (by hand, say) is handed on when its node acts."""
        turn = self.seeded[node]
        if turn == len(self.turns) - 1:
            self.turns[turn][1].append(position)
        else:
            self.turns.append((node, [position]))

    def closed(self, sheet: Sheet, end: int) -> Pass:
        graph = sheet.graph.nodes
        acts = [Act(node, tuple(positions), positions[-1]) for node, positions in self.turns]
        there = {act.node for act in acts}
        if self.phase is Phase.FORWARD:
            acts = _with_leaves_before(sheet, acts, there, self.start)
        else:
            lasts = {act.node: act.ready for act in acts}
            users = users_of(sheet)
            acts = [
                Act(act.node, act.positions, act.ready, any(lasts.get(user, 0) > act.ready for user in users[act.node]))
                for act in acts
            ]
            reached = _reached(sheet, there)
            full = [node for node in reversed(range(len(graph))) if node in reached]
            if [node for node in full if graph[node].operands] == [act.node for act in acts]:
                acts = _in_order(full, acts)
            else:
                acts = _with_leaves_after(sheet, acts, there)
        return Pass(self.phase, self.start, end, tuple(acts))


def _reached(sheet: Sheet, acted: Iterable[int]) -> set[int]:
    """Nodes that acted, and their operands."""
    found = set(acted)
    for node in tuple(found):
        found.update(sheet.graph.nodes[node].operands)
    return found


def _in_order(nodes: Iterable[int], acts: list[Act]) -> list[Act]:
    """The graph's own topological order; a leaf is ready at the earliest when its turn comes."""
    own = {act.node: act for act in acts}
    ordered: list[Act] = []
    ready = 0
    for node in nodes:
        ready = own[node].ready if node in own else ready
        ordered.append(own.get(node) or Act(node, (), ready))
    return ordered


def _with_leaves_after(sheet: Sheet, acts: list[Act], there: set[int]) -> list[Act]:
    """Each leaf behind the last node that handed something to it."""
    last = {operand: i for i, act in enumerate(acts) for operand in sheet.graph.nodes[act.node].operands}
    found: list[Act] = []
    for i, act in enumerate(acts):
        found.append(act)
        for operand in reversed(dict.fromkeys(sheet.graph.nodes[act.node].operands)):
            if operand not in there and not sheet.graph.nodes[operand].operands and last[operand] == i:
                found.append(Act(operand, (), act.ready))
    return found


def _with_leaves_before(sheet: Sheet, acts: list[Act], there: set[int], start: int) -> list[Act]:
    """Each leaf before the first node that needs it."""
    found: list[Act] = []
    ready, seen = start, set(there)
    for act in acts:
        for operand in sheet.graph.nodes[act.node].operands:
            if operand not in seen and not sheet.graph.nodes[operand].operands:
                seen.add(operand)
                found.append(Act(operand, (), ready))
        found.append(act)
        ready = act.ready
    return found
