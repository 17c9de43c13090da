"""Where a gradient of a sheet comes from: the chain rule of one node at one moment of the playback."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from core.explain import Consumer, Explanation, Operand
from core.expression.backward_events import Event, events_of
from core.expression.formulas import Formulas
from core.expression.replay import replay_of
from core.expression.sheet import Sheet, State
from core.expression.wording import formula_of, name_of, operation_of, short_name
from core.nudge import NudgeCheck, judged, rounding_floor, step_for, switches
from core.words import mark, tr

NEVER = mark("never handed on")
NAN = math.nan


def explain_at(sheet: Sheet, state: State, address: str) -> Explanation | None:
    """Take one node's gradient apart as it stands at `state`; None if the sheet has no such address.

    What was handed on comes from the steps, so that a broken backward pass shows what it really did. What is still to
    come is nan, and the explanation is not `complete` then.
    """
    node = sheet.node(address)
    return None if node is None else _Moment(sheet, state, node).explanation()


def target_at(sheet: Sheet, position: int) -> int:
    """The node that the gradients are of: where the backward pass begins, or the end of the graph."""
    found = events_of(sheet).target(position)
    return sheet.root if found is None else found


def gradient_data(sheet: Sheet, state: State) -> list[float]:
    """Every node's data at the moment that the gradients belong to: later updates of the leaves are taken back.

    Operations are computed anew, so that a graph that has not run yet has its numbers too.
    """
    data = state.data.tolist()
    newest = events_of(sheet).last_backward(state.position)
    if newest is not None:
        for step in reversed(sheet.steps[newest + 1 : state.position]):
            for change in reversed(step.changes):
                if change.field == "data" and not sheet.graph.nodes[change.node].operands:
                    data[change.node] = change.before
    return replay_of(sheet).forward(data)


class _Moment:
    """One node of a sheet after so many steps."""

    def __init__(self, sheet: Sheet, state: State, node: int) -> None:
        self._sheet, self._state, self._node = sheet, state, node
        self._replay, self._events = replay_of(sheet), events_of(sheet)
        self._target = target_at(sheet, state.position)
        self._data: list[float] = state.data.tolist()
        self._before, self._after = self._events.uses(node, state.position)
        self._by_hand = not self._before and self._events.written_by_hand(node, state.position)
        self._edges = self._edges_to_target()
        self._waiting, self._never = self._missing_edges()
        begun = self._events.begun(state.position)
        self._complete = not self._waiting and (bool(self._before) or begun)

    def explanation(self) -> Explanation:
        sheet, node = self._sheet, self._node
        here, operation = sheet.graph.nodes[node], operation_of(sheet, node)
        formulas = Formulas(sheet, node, self._target)
        users = list(dict.fromkeys(user for user, _ in self._edges))
        return Explanation(
            address=here.address,
            title=_title(sheet, node),
            data=self._data[node],
            gradient=float(self._state.grad[node]),
            share=None,
            op=here.op,
            role=self._role(),
            rule=operation.rule if operation else "",
            operands=self._operands(),
            consumers=self._consumers(),
            check=self._check(),
            tex=formulas.chain_rule(users),
            tex_op=formulas.operation(),
            tex_local=formulas.local(users[0]) if len(users) == 1 else "",
            of=short_name(sheet, self._target),
            complete=self._complete,
            progress=self._progress(),
            name=name_of(sheet, node),
        )

    def _edges_to_target(self) -> list[tuple[int, int]]:
        """(who uses the node, as which operand), as far as the target depends on it; those that act first, first."""
        if self._node == self._target:
            return []
        below = self._replay.below(self._target)
        return [edge for edge in reversed(self._replay.users[self._node]) if edge[0] in below]

    def _missing_edges(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """The uses that nothing was handed on through yet: those that wait for it, and those that never will."""
        if self._by_hand:
            return [], []
        done = Counter((event.acting, event.change.position) for event in self._before)
        coming = {(event.acting, event.change.position) for event in self._after}
        missing = [edge for edge in self._edges if not done[edge]]
        if not self._before and not self._after and not self._over():
            return missing, []
        return [edge for edge in missing if edge in coming], [edge for edge in missing if edge not in coming]

    def _over(self) -> bool:
        """Whether there was a backward pass and none is to come."""
        backward = self._events.backward
        return bool(backward) and backward[-1] < self._state.position

    def _role(self) -> str:
        if self._node == self._target:
            return mark("output")
        if self._sheet.graph.nodes[self._node].operands:
            return mark("operation")
        has_literal = any(leaf.node == self._node and leaf.literal is not None for leaf in self._sheet.leaves)
        return mark("leaf") if has_literal or self._sheet.graph.nodes[self._node].label else mark("constant")

    def _progress(self) -> str:
        if self._complete:
            return ""
        if not self._events.backward:
            return tr("no backward() yet")
        if not self._waiting or not self._before:
            return tr("yet to come")
        done = len(self._before)
        return tr("{done} of {uses} uses so far", done=done, uses=done + len(self._waiting))

    def _consumers(self) -> tuple[Consumer, ...]:
        if self._by_hand:
            return tuple(self._by_rule(*edge) for edge in self._edges)
        rows = [self._happened(event) for event in self._before]
        for edges, note in ((self._waiting, ""), (self._never, tr(NEVER))):
            for user, position in edges:
                local = self._replay.locals_at(self._data, user)[position]
                node = self._sheet.graph.nodes[user]
                upstream, handed = (float(self._state.grad[user]), 0.0) if note else (NAN, NAN)
                name = short_name(self._sheet, user)
                rows.append(Consumer(node.address, node.op, upstream, local, handed, note, name))
        return tuple(rows)

    def _by_rule(self, user: int, position: int) -> Consumer:
        """What a use should have contributed, for a learner who worked the gradient out."""
        local = self._replay.locals_at(self._data, user)[position]
        node, upstream = self._sheet.graph.nodes[user], float(self._state.grad[user])
        return Consumer(node.address, node.op, upstream, local, upstream * local, name=short_name(self._sheet, user))

    def _happened(self, event: Event) -> Consumer:
        change = event.change
        handed = change.upstream * change.local
        if event.acting < 0:
            return Consumer("", "", change.upstream, change.local, handed, tr("an earlier graph"))
        node = self._sheet.graph.nodes[event.acting]
        name = short_name(self._sheet, event.acting)
        return Consumer(node.address, node.op, change.upstream, change.local, handed, name=name)

    def _operands(self) -> tuple[Operand, ...]:
        """What it hands on: what it really did, else what it will with the gradient that it has."""
        sheet, node, operands = self._sheet, self._node, self._replay.operands[self._node]
        if not operands:
            return ()
        gradient = float(self._state.grad[node])
        locals_ = list(self._replay.locals_at(self._data, node))
        upstreams: list[float | None] = [None if self._complete else NAN] * len(operands)
        acted = self._events.last_acted(node, self._state.position)
        if acted is not None:
            for change in sheet.steps[acted].changes:
                if 0 <= change.position < len(operands):
                    locals_[change.position] = change.local
                    upstreams[change.position] = None if change.upstream == gradient else change.upstream
        return tuple(
            Operand(
                sheet.graph.nodes[operand].address,
                self._data[operand],
                local,
                (gradient if upstream is None else upstream) * local,
                upstream,
                short_name(sheet, operand),
            )
            for operand, local, upstream in zip(operands, locals_, upstreams, strict=True)
        )

    def _check(self) -> NudgeCheck | None:
        """The central difference of the target over the node, where the gradient is what it will be."""
        replay, node, target = self._replay, self._node, self._target
        if not self._complete:
            return None
        data = gradient_data(self._sheet, self._state)
        h = step_for(data[node])
        above, below = data[node] + h, data[node] - h
        if not above > below:
            return None  # nan, inf
        moved = [replay.nudged(data, node, number, target) for number in (above, below)]
        slope = (moved[0][target] - moved[1][target]) / (above - below)
        with np.errstate(all="ignore"):
            moves = np.array(data) * np.array(replay.gradients(data, target))
        moves[[not operands for operands in replay.operands]] = 0.0  # leaves are exact
        moves[node] = 0.0  # so is what is held
        gradient = float(self._state.grad[node])
        return judged(h, slope, gradient, rounding_floor(moves, h), lambda: self._kink(moved[0], moved[1]))

    def _kink(self, above: list[float], below: list[float]) -> tuple[str, str]:
        """The first operation that is on another branch after a move down than after one up; its address and symbol."""
        replay = self._replay
        for i in replay.between(self._node, self._target):
            if switches(replay.operations[i], replay.operands[i], above, below):
                return self._sheet.graph.nodes[i].address, self._sheet.graph.nodes[i].op
        return "", ""


def _title(sheet: Sheet, node: int) -> str:
    """`d = e + c`; of a leaf its name."""
    if not sheet.graph.nodes[node].operands:
        return short_name(sheet, node)
    if not sheet.graph.nodes[node].label:
        return name_of(sheet, node)
    return f"{short_name(sheet, node)} = {formula_of(sheet, node)}"
