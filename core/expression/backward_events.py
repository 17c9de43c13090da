"""What happened to each gradient of a sheet, and when: looked up by node instead of by step."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from core.expression.sheet import Change, Phase, Sheet


@dataclass(frozen=True)
class Event:
    """A gradient moved: `acting` handed something on to it, or (change.position −1) it was written."""

    step: int  # counted from 0: it is done at positions above this
    acting: int
    change: Change
    by_hand: bool = False  # written in the backward phase: where it begins, or a gradient that the learner worked out


@dataclass(frozen=True)
class Events:
    """All of a sheet."""

    of: dict[int, list[Event]] = field(default_factory=dict)  # per node, in the order of the steps
    acted: dict[int, list[int]] = field(default_factory=dict)  # per node the steps at which it handed on
    backward: list[int] = field(default_factory=list)  # the steps of the backward phase
    beginnings: list[tuple[int, int]] = field(default_factory=list)  # per backward pass: its first step, its node

    def uses(self, node: int, position: int) -> tuple[list[Event], list[Event]]:
        """What was handed on to a node since it was last written, and what still will be before it is written again."""
        events = self.of.get(node, [])
        here = bisect_left(events, position, key=lambda event: event.step)
        before: list[Event] = []
        after: list[Event] = []
        for event in reversed(events[:here]):
            if event.change.position < 0:
                break
            before.append(event)
        for event in events[here:]:
            if event.change.position < 0:
                if after or before:
                    break
                continue  # set to zero first: the pass is yet to come
            after.append(event)
        return before[::-1], after

    def last_acted(self, node: int, position: int) -> int | None:
        """The step at which a node last handed its gradient on; None if it did not yet."""
        steps = self.acted.get(node, [])
        here = bisect_left(steps, position)
        return steps[here - 1] if here else None

    def last_backward(self, position: int) -> int | None:
        """The newest step of the backward phase; None if there was none yet."""
        here = bisect_left(self.backward, position)
        return self.backward[here - 1] if here else None

    def written_by_hand(self, node: int, position: int) -> bool:
        """Whether the learner gave a node the gradient that it has."""
        events = self.of.get(node, [])
        here = bisect_left(events, position, key=lambda event: event.step)
        return here > 0 and events[here - 1].by_hand

    def begun(self, position: int) -> bool:
        """Whether a backward pass has begun."""
        return bool(self.beginnings) and self.beginnings[0][0] < position

    def target(self, position: int) -> int | None:
        """What the gradients are of: the node that the newest backward pass began at, else the first one's."""
        here = bisect_left(self.beginnings, (position, -1))
        return self.beginnings[max(here - 1, 0)][1] if self.beginnings else None


def events_of(sheet: Sheet) -> Events:
    """The events of a sheet; collected once."""
    found = _EVENTS.get(sheet)
    if found is None:
        found = _EVENTS[sheet] = _collected(sheet)
    return found


def _collected(sheet: Sheet) -> Events:
    events = Events()
    fresh = True  # gradients were set to zero since the last pass began, or there was none
    for i, step in enumerate(sheet.steps):
        fresh = fresh or step.phase is Phase.ZERO
        is_backward = step.phase is Phase.BACKWARD
        if is_backward:
            events.backward.append(i)
        for change in step.changes:
            if change.field != "grad":
                continue
            by_hand = is_backward and change.position < 0
            events.of.setdefault(change.node, []).append(Event(i, step.node, change, by_hand))
            if by_hand and change.after != 0.0:
                _begin(events, i, change.node, fresh)
                fresh = False
        if any(change.field == "grad" and change.position >= 0 for change in step.changes):
            events.acted.setdefault(step.node, []).append(i)
    return events


def _begin(events: Events, step: int, node: int, fresh: bool) -> None:
    """A gradient is set: that of the last node of the graph, if several are, is where the pass begins."""
    if fresh or not events.beginnings:
        events.beginnings.append((step, node))
    else:
        first, before = events.beginnings[-1]
        events.beginnings[-1] = first, max(node, before)


_EVENTS: WeakKeyDictionary[Sheet, Events] = WeakKeyDictionary()
