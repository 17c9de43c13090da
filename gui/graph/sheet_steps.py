"""What a step does to the picture of its graph: which node acts, which edges are lit, what is written beside them.

No Qt here: nodes and edges are numbers, edges those of the layout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.expression.sheet import Array, Change, Phase, Sheet, State, Step
from core.expression.story import flow_texts
from core.graph import GraphSnapshot
from gui.graph.layout import RESULT
from gui.graph.sheet_words import growth_text

EdgeIndex = Mapping[tuple[int, int], int]  # node whose operation takes the operand, position (or RESULT) → edge
Mask = NDArray[np.bool_]
_CLOSE, _TINY = 1e-9, 1e-12  # gradients that differ by no more are the same: only rounding


@dataclass(frozen=True)
class Lit:
    """One edge of the step, between an operand and the acting node."""

    edge: int
    text: str = ""  # `-2.0 × 1.0 = -2.0`; empty where nothing is to be written


@dataclass(frozen=True)
class Growth:
    """How the gradient of a node that is used more than once grew."""

    node: int
    text: str  # `0.0 + 1.0 → 1.0`


@dataclass(frozen=True)
class StepMarks:
    """All of one step. Nodes are −1 and edges None where there are none."""

    active: int = -1
    backward: bool = False
    edges: tuple[Lit, ...] = ()
    result: int | None = None  # the short edge between operation and acting node
    growths: tuple[Growth, ...] = ()
    written: tuple[int, ...] = ()  # several numbers were written at once: zeroing, an update


def step_marks(
    snapshot: GraphSnapshot, step: Step | None, edges: EdgeIndex, hidden: frozenset[int] = frozenset()
) -> StepMarks:
    """The marks of the step that was done last; texts about gradients of `hidden` nodes are left out."""
    if step is None:
        return StepMarks()
    if step.phase in (Phase.ZERO, Phase.UPDATE) or step.node < 0:
        nodes = tuple(dict.fromkeys(change.node for change in step.changes))
        return StepMarks(backward=step.phase is Phase.ZERO, written=nodes)
    result = edges.get((step.node, RESULT))
    if step.phase is Phase.FORWARD:
        taken = range(len(snapshot.nodes[step.node].operands))
        lit = tuple(Lit(edges[step.node, place]) for place in taken if (step.node, place) in edges)
        return StepMarks(step.node, False, lit, result)
    handed = [change for change in step.changes if change.position >= 0]
    texts = flow_texts(step)
    lights: list[Lit] = []
    for change in handed:
        edge = edges.get((step.node, change.position))
        secret = bool({change.node, step.node} & hidden)
        if edge is not None:
            lights.append(Lit(edge, "" if secret else texts.get((step.node, change.position), "")))
    growths = _growths(snapshot, handed, hidden)
    return StepMarks(step.node, True, tuple(lights), result if handed else None, growths)


def _growths(snapshot: GraphSnapshot, handed: list[Change], hidden: frozenset[int]) -> tuple[Growth, ...]:
    if not handed:
        return ()
    uses = Counter(operand for node in snapshot.nodes for operand in node.operands)
    grown = [node for node in dict.fromkeys(change.node for change in handed) if uses[node] > 1 and node not in hidden]
    return tuple(Growth(node, growth_text([change for change in handed if change.node == node])) for node in grown)


def flowed_edges(sheet: Sheet, position: int, edges: EdgeIndex) -> frozenset[int]:
    """Edges that brought some gradient since the gradients were zeroed, but for those of the last step."""
    flowed: set[int] = set()
    done = sheet.steps[: max(position, 0)]
    for step in reversed(done):
        if step.phase is Phase.ZERO:
            break
        if step.phase is not Phase.BACKWARD or step is done[-1]:
            continue
        parts = [change for change in step.changes if change.position >= 0 and change.upstream * change.local != 0]
        found = [edges.get((step.node, change.position)) for change in parts]
        if found:
            found.append(edges.get((step.node, RESULT)))
        flowed.update(edge for edge in found if edge is not None)
    return frozenset(flowed)


def pending(sheet: Sheet, state: State) -> Mask | None:
    """Which operations were not computed yet; None for none."""
    if not np.isnan(state.data).any():
        return None
    waiting = np.isnan(sheet.start_data)
    for step in sheet.steps[: state.position]:
        if step.phase is Phase.FORWARD:
            waiting[[change.node for change in step.changes]] = False
    return waiting if waiting.any() else None


def wrong_gradients(grad: Array, true: Array | None) -> NDArray[np.intp]:
    """The nodes whose gradient is not what it should be."""
    if true is None or len(true) != len(grad):
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(~np.isclose(grad, true, rtol=_CLOSE, atol=_TINY, equal_nan=True))
