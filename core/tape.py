"""Tape: a Program as flat arrays of numbers, which is all that compiled code understands.

What is the same in every lane is a *number*, what differs is a *row* with one entry a lane. In a fused tape, for
training, the products and partial sums of `b + w1·x1 + w2·x2 + …` are never stored, and what depends on parameters
alone is a number that is found once, not once a lane. In a whole tape every node but the uniform leaves has its row, in
the Program's order.

An operand is written as the index of its row, or as ~i for number i. The instructions on numbers come before the split,
those on rows after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.ops import OPS
from core.program import Array, Group, Index, Program, SumChain, sums_of

# Kinds of instructions; lane_loops.py says what each of them finds in `operands`.
NUMBERS, NUMBER_SUMS, ROWS, ROW_SUMS, DENSE, NUMBER_FOLDS, ROW_FOLDS = range(7)
# What an operand's gradient gets: nothing, its first share, one more.
SKIP, ASSIGN, ADD = range(3)

Flow = NDArray[np.int8]
Offset = np.uint64  # of a row in a flat array; whether a signed one is negative would be looked at in every lane

OP_CODES = {name: code for code, name in enumerate(OPS)}


class Tape(NamedTuple):
    """`code[i]`: kind, op code, operands (or terms), neighbouring rows that are run as one, where in `operands` it
    begins, how much of that is its own, whether it has a backward part.
    """

    code: Index
    constants: Array
    operands: Index
    flow: Flow  # aligned with `operands`
    split: int
    numbers: int  # how many, the last one always 0
    rows: int
    inputs: Index  # rows
    targets: Index
    outputs: Index
    root: int  # row, or ~number
    cleared: Index  # rows of gradients that nothing contributes to
    widest: int  # at least the nodes of any instruction on numbers


_NONE = np.empty(0, dtype=np.int64)
EMPTY_TAPE = Tape(
    code=np.empty((0, 7), dtype=np.int64),
    constants=np.empty(0),
    operands=_NONE,
    flow=np.empty(0, dtype=np.int8),
    split=0,
    numbers=0,
    rows=0,
    inputs=_NONE,
    targets=_NONE,
    outputs=_NONE,
    root=0,
    cleared=_NONE,
    widest=1,
)


def fused_tape(program: Program, outputs: Sequence[int] = ()) -> Tape:
    """For training and maps: gradients of parameters alone. `outputs` are nodes whose rows must be there."""
    return _Builder(program, outputs, fused=True, leaf_gradients=False).tape()


def whole_tape(program: Program, *, leaf_gradients: bool) -> Tape:
    """Every node's row: node − lanes_from."""
    return _Builder(program, (), fused=False, leaf_gradients=leaf_gradients).tape()


class _Builder:
    """Gives nodes their places and writes one instruction after the other."""

    def __init__(self, program: Program, outputs: Sequence[int], *, fused: bool, leaf_gradients: bool) -> None:
        self._program, self._fused, self._leaf_gradients = program, fused, leaf_gradients
        self._outputs = [node for node in dict.fromkeys(outputs) if node >= 0]
        self._kept = {program.root, *self._outputs}
        self._uses = [0] * program.nodes
        for operands in program.operands:
            for operand in operands:
                self._uses[operand] += 1
        self._uniform = self._find_uniform()
        self._wanted = self._find_wanted()
        self._steps = self._find_steps()
        self._left_out = self._find_left_out() if fused else set()
        self._place: list[int] = self._find_places()
        self._zero = min(0, *self._place) - 1  # a number more that stays 0: what sums without a bias start from
        self._code: list[tuple[int, int, int, int, int]] = []
        self._constants: list[float] = []
        self._index: list[int] = []

    def tape(self) -> Tape:
        program = self._program
        for uniform in (True, False):
            for step in self._steps:
                if isinstance(step, Group):
                    self._write_group(step, uniform)
                else:
                    self._write_sums(step, uniform)
            if uniform:
                split = len(self._code)
        places = [place for node, place in enumerate(self._place) if node not in self._left_out]
        code = np.zeros((len(self._code), 7), dtype=np.int64)
        if self._code:
            code[:, :5] = self._code
            code[:, 5] = np.diff(code[:, 4], append=len(self._index))
        index = np.array(self._index, dtype=np.int64)
        flow = np.zeros(len(index), dtype=np.int8)
        met = self._find_flow(code, flow)
        leaves = [node for node in range(program.lanes_from, program.nodes) if not program.operands[node]]
        unmet = [self._place[node] for node in leaves if self._wanted[node] and self._place[node] not in met]
        return Tape(
            code=code,
            constants=np.array(self._constants, dtype=np.float64),
            operands=index,
            flow=flow,
            split=split,
            numbers=-self._zero,
            rows=1 + max((place for place in places if place >= 0), default=-1),
            inputs=self._rows(program.inputs),
            targets=self._rows(program.targets),
            outputs=self._rows(self._outputs),
            root=self._place[program.root],
            cleared=np.array([place for place in unmet if place >= 0], dtype=np.int64),
            widest=int(code[np.isin(code[:, 0], (NUMBERS, NUMBER_FOLDS)), 5].max(initial=1)),
        )

    def _rows(self, nodes: Sequence[int] | Index) -> Index:
        return np.array([self._place[node] for node in nodes], dtype=np.int64)

    def _find_uniform(self) -> list[bool]:
        """Which nodes are one number for all lanes; a sum's partial sums go with the sum."""
        program = self._program
        uniform = [node < program.lanes_from for node in range(program.nodes)]
        in_lanes = self._kept if len(program.inputs) else set(self._outputs)
        for step in program.steps if self._fused else ():
            for k in range(step.count):
                if isinstance(step, Group):
                    nodes, operands = [step.first + k], [int(each[k]) for each in step.operands]
                else:
                    nodes = list(range(step.first + k, step.first + step.count * len(step.terms), step.count))
                    operands = [int(step.start[k]), *step.terms[:, k].tolist()]
                if all(uniform[operand] for operand in operands) and in_lanes.isdisjoint(nodes):
                    for node in nodes:
                        uniform[node] = True
        return uniform

    def _find_wanted(self) -> list[bool]:
        """Whose gradient is needed: that of parameters and of all that depends on them."""
        program = self._program
        wanted = [node < program.parameters or self._leaf_gradients for node in range(program.nodes)]
        for node in range(program.lanes_from, program.nodes):
            wanted[node] = wanted[node] or any(wanted[operand] for operand in program.operands[node])
        return wanted

    def _find_steps(self) -> list[Group | SumChain]:
        """The Program's; fused, sums of a product and one number more are written as longer ones are."""
        steps: list[Group | SumChain] = []
        for step in self._program.steps:
            sums = sums_of(step) if self._fused else None
            weighted = sums is not None and all(self._is_weighted(term) for term in sums.terms[-1].tolist())
            steps.append(sums if sums is not None and weighted else step)
        return steps

    def _find_left_out(self) -> set[int]:
        """Partial sums, and products that only their sum reads."""
        found: set[int] = set()
        for step in self._steps:
            if not isinstance(step, SumChain):
                continue
            for k in range(step.count):
                if self._uniform[step.first + k]:
                    continue
                partial = [step.first + i * step.count + k for i in range(len(step.terms) - 1)]
                if self._kept.isdisjoint(partial):
                    found.update(partial)
                    if all(self._is_weighted(term) for term in step.terms[:, k].tolist()):
                        found.update(step.terms[:, k].tolist())
                        if self._is_weighted(int(step.start[k])):  # without a bias
                            found.add(int(step.start[k]))
        return found

    def _is_weighted(self, node: int) -> bool:
        """Whether this is a product of a number and a row, for one sum alone."""
        program = self._program
        if program.ops[node] != "mul" or self._uses[node] != 1 or node in self._kept:
            return False
        a, b = program.operands[node]
        return self._uniform[a] != self._uniform[b]

    def _find_places(self) -> list[int]:
        places: list[int] = []
        numbers = rows = 0
        for node in range(self._program.nodes):
            if self._uniform[node]:
                places.append(~numbers)
                numbers += 1
            elif node in self._left_out:
                places.append(0)
            else:
                places.append(rows)
                rows += 1
        return places

    def _write(
        self, kind: int, op: int, operands: int, index: list[int], constant: float | None = None, rows: int = 1
    ) -> None:
        self._code.append((kind, op, operands, rows, len(self._index)))
        self._constants.append(0.0 if constant is None else constant)
        self._index += index

    def _write_group(self, step: Group, uniform: bool) -> None:
        members = [
            k
            for k in range(step.count)
            if self._uniform[step.first + k] is uniform and step.first + k not in self._left_out
        ]
        if not members:
            return
        outs = [self._place[step.first + k] for k in members]
        operands = [[self._place[int(nodes[k])] for k in members] for nodes in step.operands]
        op, variadic = OP_CODES[step.op], OPS[step.op].variadic
        if uniform:
            self._write(NUMBER_FOLDS if variadic else NUMBERS, op, len(operands), sum(operands, outs), step.constant)
        elif not variadic and self._makes_run(step, members, outs, operands):
            self._write(ROWS, op, 1, [outs[0], operands[0][0]], step.constant, rows=len(outs))
        else:
            flat = [place for members_places in zip(outs, *operands, strict=True) for place in members_places]
            self._write(ROW_FOLDS if variadic else ROWS, op, len(operands), flat, step.constant)

    def _makes_run(self, step: Group, members: list[int], outs: list[int], operands: list[list[int]]) -> bool:
        """Whether neighbouring rows become neighbouring rows, so that one loop does, in both directions."""
        if len(operands) > 1 or operands[0][0] < 0 or not (_is_run(outs) and _is_run(operands[0])):
            return False
        nodes = [int(step.operands[0][k]) for k in members]
        alike = len({self._wanted[node] for node in nodes}) == 1
        return alike and all(self._uses[node] == 1 for node in nodes)

    def _write_sums(self, step: SumChain, uniform: bool) -> None:
        length = len(step.terms)
        plain: list[int] = []
        dense: dict[tuple[int, ...], list[tuple[int, list[int]]]] = defaultdict(list)
        for k in range(step.count):
            if self._uniform[step.first + k] is not uniform:
                continue
            terms = step.terms[:, k].tolist()
            last = self._place[step.first + (length - 1) * step.count + k]
            if all(term in self._left_out for term in terms):
                start = int(step.start[k])
                begun = start in self._left_out
                products = [start, *terms] if begun else terms
                weights, signals = zip(*(self._weight_and_signal(product) for product in products), strict=True)
                dense[signals].append((last, [self._zero if begun else self._place[start], *weights]))
                continue
            plain.append(self._place[int(step.start[k])])
            for i, term in enumerate(terms):
                node = step.first + i * step.count + k
                plain += [last if node in self._left_out else self._place[node], self._place[term]]
        if plain:
            self._write(NUMBER_SUMS if uniform else ROW_SUMS, 0, length, plain)
        for signals, sums in dense.items():
            flat = list(signals)
            for last, start_and_weights in sums:
                flat += [last, *start_and_weights]
            self._write(DENSE, 0, len(signals), flat)

    def _weight_and_signal(self, product: int) -> tuple[int, int]:
        a, b = self._program.operands[product]
        weight, signal = (a, b) if self._uniform[a] else (b, a)
        return self._place[weight], self._place[signal]

    def _find_flow(self, code: Index, flow: Flow) -> set[int]:
        """Say what each operand's gradient gets, in the order of the backward pass; returns the places that get any."""
        node_at = {self._place[node]: node for node in range(self._program.nodes) if node not in self._left_out}
        met = {self._place[self._program.root]}

        def contribute(at: int) -> None:
            place = self._index[at]
            if place != self._zero and self._wanted[node_at[place]]:
                flow[at] = ADD if place < 0 or place in met else ASSIGN
                met.add(place)

        for i in range(len(code) - 1, -1, -1):
            for at in _operand_positions(code[i].tolist()):
                contribute(at)
            first = int(code[i, 4])
            code[i, 6] = bool(flow[first : first + code[i, 5]].any())
            if code[i, 3] > 1:
                met.update(range(self._index[first + 1], self._index[first + 1] + int(code[i, 3])))
        return met


def _is_run(places: list[int]) -> bool:
    return places == list(range(places[0], places[0] + len(places)))


def _operand_positions(instruction: list[int]) -> list[int]:
    """Where in `operands` an instruction's operands are, in the order in which the backward pass comes to them."""
    kind, _, operands, _, at, length, _ = instruction
    if kind in (NUMBERS, NUMBER_FOLDS):
        return list(range(at + length // (1 + operands), at + length))
    if kind in (ROWS, ROW_FOLDS):
        return [i for i in range(at, at + length) if (i - at) % (1 + operands)]
    if kind == DENSE:
        starts_and_weights = [i for i in range(at + operands, at + length) if (i - at - operands) % (2 + operands)]
        return starts_and_weights + list(range(at, at + operands))
    width = 1 + 2 * operands
    return [i for i in range(at, at + length) if (i - at) % width % 2 == 0]
