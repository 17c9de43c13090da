"""What a sheet did, as a few kinds of instructions that every target can spell.

It is built from the sheet's graph and steps, never from the text: what cannot be read from them cannot get into a
program. Every instruction is tried on the sheet's own numbers first; a backward pass that `backward()` would not give
(gradients worked out by hand and not complete, a bug of the bug lab) becomes the numbers that the sheet has.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import groupby

from core.exporters.code_text import ExportError, Names
from core.expression.order import passes
from core.expression.replay import GraphReplay, replay_of
from core.expression.sheet import Array, Change, Phase, Sheet, Step
from core.words import tr

EARLIER, GIVEN = "from an earlier backward pass", "given in the text"
BROUGHT = (EARLIER, GIVEN)  # why a leaf or an operation has another number than one would think
_NUMBERED = re.compile(r"v\d+")  # the address of a node that nobody named
_WITH_NUMBERS = ("add", "mul")  # operations that take plain numbers on either side
_SAME = 1e-12  # how far numbers that should be equal may be apart, relatively
_ULP = 4e-16


@dataclass(frozen=True)
class Leaf:
    """A number that the graph starts from."""

    node: int
    value: float


@dataclass(frozen=True)
class Operate:
    """An operation is computed."""

    node: int


@dataclass(frozen=True)
class Zero:
    """Gradients are set to 0."""

    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Backward:
    """`backward()` of a node; `last`: no other one follows."""

    node: int
    last: bool


@dataclass(frozen=True)
class Move:
    """data += factor · grad, for each of these."""

    nodes: tuple[int, ...]
    factor: float


@dataclass(frozen=True)
class Write:
    """Numbers are written; `why` for a reader, or empty."""

    changes: tuple[tuple[int, str, float], ...]  # node, `data` or `grad`, number
    why: str = ""


Instruction = Leaf | Operate | Zero | Backward | Move | Write


@dataclass(frozen=True)
class Program:
    """Instructions in the order of the sheet, and a name for every node that has one."""

    sheet: Sheet
    names: tuple[str, ...]  # of each node; empty for a number that stands in its operations
    instructions: tuple[Instruction, ...]

    @property
    def named(self) -> list[int]:
        """The nodes that have a variable."""
        return [node for node, name in enumerate(self.names) if name]

    def operands(self, node: int) -> tuple[int, ...]:
        return self.sheet.graph.nodes[node].operands


def program_of(sheet: Sheet, taken: tuple[str, ...], *, keeps_inner: bool) -> Program:
    """The program of a sheet; `taken` are names that the target needs itself.

    `keeps_inner`: in the target a second backward() starts from the gradients that inner values have, as in the lecture
    (PyTorch's does not). Raises ExportError for an operation that is not in the table.
    """
    replay = replay_of(sheet)
    for node, operation in zip(sheet.graph.nodes, replay.operations, strict=True):
        if node.operands and operation is None:
            raise ExportError(
                tr("The operation '{op}' is the text's own: it cannot be written in another tool.", op=node.op[:40])
            )
    plain = _plain_numbers(sheet, replay)
    known = Names(taken)
    names = tuple("" if i in plain else known.new(node.address) for i, node in enumerate(sheet.graph.nodes))
    return Program(sheet, names, tuple(_Reader(sheet, replay, plain, keeps_inner=keeps_inner).read()))


def _plain_numbers(sheet: Sheet, replay: GraphReplay) -> set[int]:
    """Leaves without a name that only ever stand beside something else: `2` in `2 * a`."""
    written = {
        change.node for step in sheet.steps for change in step.changes if change.position < 0 or change.field == "data"
    }
    found = {
        leaf.node
        for leaf in sheet.leaves
        if not sheet.graph.nodes[leaf.node].label
        and _NUMBERED.fullmatch(sheet.graph.nodes[leaf.node].address)
        and leaf.node not in written
        and leaf.node != sheet.root
        and not sheet.start_grad[leaf.node]
    }
    return {node for node in found if all(_stands_beside(replay, user, found) for user, _ in replay.users[node])}


def _stands_beside(replay: GraphReplay, user: int, numbers: set[int]) -> bool:
    operation = replay.operations[user]
    is_plain = operation is not None and operation.name in _WITH_NUMBERS
    return is_plain and any(operand not in numbers for operand in replay.operands[user])


class _Reader:
    """Reads the steps, and keeps the numbers that the program would have by then."""

    def __init__(self, sheet: Sheet, replay: GraphReplay, plain: set[int], *, keeps_inner: bool) -> None:
        self._sheet, self._replay, self._keeps_inner = sheet, replay, keeps_inner
        self._data, self._grad = sheet.start_data.copy(), sheet.start_grad.copy()
        self._found: list[Instruction] = []
        self._plain, self._made = plain, set(plain)
        self._reached: set[int] = set()  # nodes that a backward() gave a gradient
        self._overwritten = False  # data was written after an operation had used it, perhaps
        places = [(sheet.origins[leaf.node], leaf.node) for leaf in sheet.leaves if leaf.node not in plain]
        self._leaves = [(((span.line, span.column) if span else (0, 0)), node) for span, node in places]

    def read(self) -> list[Instruction]:
        backward = {each.start: each for each in passes(self._sheet) if each.phase is Phase.BACKWARD}
        steps, position = self._sheet.steps, 0
        while position < len(steps):
            found = backward.get(position)
            end = found.end if found else position + 1
            if found:
                self._go_back(steps[position:end])
            elif steps[position].phase is Phase.FORWARD and self._sheet.graph.nodes[steps[position].node].operands:
                self._operate(steps[position])
            else:
                self._change(steps[position])
            position = end
        for _, node in self._leaves:
            self._need(node)
        lasts = [i for i, each in enumerate(self._found) if isinstance(each, Backward)]
        for i in lasts[-1:]:
            self._found[i] = Backward(self._found[i].node, last=True)  # type: ignore[union-attr]
        return self._found

    def _need(self, node: int) -> None:
        """The leaf, if it is not there yet."""
        if node in self._made:
            return
        self._made.add(node)
        self._found.append(Leaf(node, float(self._data[node])))
        if self._grad[node]:
            self._found.append(Write(((node, "grad", float(self._grad[node])),), EARLIER))

    def _operate(self, step: Step) -> None:
        span, operands = step.span, self._replay.operands[step.node]
        for place, node in self._leaves:
            if span is not None and place <= (span.line, span.column):
                self._need(node)
        for node in operands:
            if not self._replay.operands[node]:
                self._need(node)
        self._found.append(Operate(step.node))
        self._made.add(step.node)
        found, true = self._computed(step.node), step.changes[-1].after
        self._data[step.node] = true
        if not _equal(found, true):
            self._found.append(Write(((step.node, "data", true),), GIVEN))
            self._overwritten = True

    def _computed(self, node: int) -> float:
        operation = self._replay.operations[node]
        assert operation is not None
        numbers = [float(self._data[operand]) for operand in self._replay.operands[node]]
        try:
            return float(operation.forward(*numbers, *self._replay.constants[node]))
        except (ValueError, ArithmeticError):
            return math.nan

    def _change(self, step: Step) -> None:
        """Numbers that were written: by zeroing, by an update, or by hand."""
        for change in step.changes:
            self._need(change.node) if not self._replay.operands[change.node] else None
        for field, group in groupby(step.changes, key=lambda change: change.field):
            changes = tuple(group)
            nodes = tuple(dict.fromkeys(change.node for change in changes))
            factor = self._factor(changes) if field == "data" and len(nodes) == len(changes) else None
            if field == "grad" and not any(change.after for change in changes):
                self._found.append(Zero(nodes))
            elif factor is not None:
                moved = tuple(node for node in nodes if node in self._reached)
                self._found.append(Move(moved, factor))
            else:
                last = {change.node: change.after for change in changes}
                self._found.append(Write(tuple((node, field, after) for node, after in last.items())))
            self._take(changes)
            self._overwritten = self._overwritten or field == "data"

    def _factor(self, changes: tuple[Change, ...]) -> float | None:
        """What every gradient was multiplied by in an update, with few digits; None if it was no such thing."""
        moved = [change for change in changes if change.after != change.before]
        if not moved or any(change.node not in self._reached for change in moved):
            return None
        if any(self._replay.operands[change.node] for change in changes):
            return None
        largest = max(moved, key=lambda change: abs(change.after - change.before))
        gradient = self._grad[largest.node]
        if not gradient or not math.isfinite(gradient):
            return None
        exact = (largest.after - largest.before) / gradient
        for digits in range(1, 18):
            factor = float(f"{exact:.{digits}g}")
            if all(self._is_moved(change, factor) for change in changes):
                return factor
        return None

    def _is_moved(self, change: Change, factor: float) -> bool:
        way = factor * float(self._grad[change.node])
        return abs(change.before + way - change.after) <= _ULP * max(abs(change.before), abs(change.after), abs(way))

    def _go_back(self, steps: tuple[Step, ...]) -> None:
        """A backward pass: `backward()` where that gives the same, else its numbers."""
        changes = [change for step in steps for change in step.changes]
        for change in changes:
            if not self._replay.operands[change.node]:
                self._need(change.node)
        seeds = [change.node for change in changes if change.position < 0 and change.after == 1.0]
        before = self._grad.copy()
        self._take(tuple(changes))
        root = max(seeds, default=None)
        if root is not None and self._same(before, root):
            self._found.append(Backward(root, last=False))
            self._reached |= self._replay.below(root)
            return
        nodes = dict.fromkeys(change.node for change in changes if change.node in self._made - self._plain)
        written = tuple((node, "grad", float(self._grad[node])) for node in reversed(nodes))
        self._found.append(Write(written, "as the lab has them: backward() alone would not give these"))
        self._reached |= set(nodes)

    def _same(self, before: Array, root: int) -> bool:
        """Whether the target's backward() gives the gradients that the sheet has now."""
        found = before.tolist() if self._keeps_inner else [0.0] * len(before)
        found[root] = 1.0
        data = self._data.tolist()
        for node in sorted(self._replay.below(root), reverse=True):
            if self._replay.operands[node]:
                for operand, local in zip(self._replay.operands[node], self._replay.locals_at(data, node), strict=True):
                    found[operand] += local * found[node]
        if not self._keeps_inner:
            if self._overwritten:
                return False
            found = [one + other for one, other in zip(found, before.tolist(), strict=True)]
        pairs = enumerate(zip(found, self._grad.tolist(), strict=True))
        return all(_equal(one, other) for node, (one, other) in pairs if node not in self._plain)

    def _take(self, changes: tuple[Change, ...]) -> None:
        for change in changes:
            (self._data if change.field == "data" else self._grad)[change.node] = change.after


def _equal(one: float, other: float) -> bool:
    return one == other or (one != one and other != other) or math.isclose(one, other, rel_tol=_SAME, abs_tol=_SAME)
