"""BugWalk: a backward pass with bugs over one sample's Program, with samples as lanes.

What a bug changes is who hands on when, and that is the same for every sample and every step of training. So the walk
is planned once, node by node, as `core.bugs` would go; hand-ons that touch none of each other's numbers are then done
together. Every gradient inside a sample is added up in the order of the walk.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.bugs import Bug, Bugs, array_wrong_tanh, check_paths, every_path, preorder
from core.ops import OPS
from core.program import Array, Group, Index, Program

MAX_HAND_ONS = 50_000  # of one sample in naive recursion

Rows = slice | Index


@dataclass(frozen=True, eq=False)
class _Together:
    """Nodes of one operation that hand on at the same time; rows are node numbers."""

    op: str
    constant: tuple[float, ...]
    acting: Rows
    operands: tuple[Rows, ...]
    inner: tuple[int, ...]  # positions of operands that will hand on themselves
    shares: tuple[tuple[int, slice], ...]  # positions of operands that are parameters, and where their shares go


class BugWalk:
    """Forward and backward over a Program with bugs. Every node has a row of its own, parameters too."""

    def __init__(self, program: Program, bugs: Bugs) -> None:
        """Raises BugError where naive recursion would not end soon."""
        self.program = program
        self._wrong_tanh = Bug.TANH_SIGNS in bugs
        self._overwrite = Bug.OVERWRITE in bugs
        self.from_last = Bug.PREORDER not in bugs and Bug.NAIVE not in bugs  # the order of whole samples
        self._steps: list[_Together] = []
        self._shares = 0
        order = _by_time(self._plan(_visits(program, bugs)))
        self._order: Index = order[:, 0]  # shares as they arrive
        self._parameters: Index = order[:, 1]  # whose they are
        self._flat: dict[int, Index] = {}

    def forward(self, theta: Array, inputs: Array, targets: Array) -> Array:
        """`data[node, lane]`; by IEEE rules."""
        program, lanes = self.program, len(inputs)
        data = np.empty((program.nodes, lanes))
        data[: program.lanes_from] = program.uniform[:, np.newaxis]
        data[: program.parameters] = theta[:, np.newaxis]
        data[program.inputs] = inputs.T
        data[program.targets] = targets.reshape(lanes, -1).T
        with np.errstate(all="ignore"):
            for step in program.steps:
                out = data[step.first : step.first + step.count]
                if isinstance(step, Group):
                    numbers = [data[_rows(nodes)] for nodes in step.operands]
                    constant = () if step.constant is None else (step.constant,)
                    wrong = self._wrong_tanh and step.op == "tanh"
                    out[...] = (array_wrong_tanh if wrong else OPS[step.op].array_forward)(*numbers, *constant)
                    continue
                total: Any = data[_rows(step.start)]
                for i, terms in enumerate(step.terms):
                    first = step.first + i * step.count
                    total = np.add(total, data[_rows(terms)], out=data[first : first + step.count])
        return data

    def fresh_gradients(self, data: Array) -> Array:
        """As the nodes of a new graph have them."""
        return np.zeros_like(data)

    def backward(self, data: Array, grad: Array, seeds: Array, total: Array) -> Array:
        """One pass, with the gradients of these samples' losses; `grad` changes as that of the graph's nodes would.

        Returns what `total`, the parameters' gradient so far, becomes.
        """
        shares = np.empty((self._shares, data.shape[1]))
        grad[self.program.root] = seeds
        with np.errstate(all="ignore"):
            for step in self._steps:
                self._hand_on(step, data, grad, shares)
            return self._added(shares, total)

    def _hand_on(self, step: _Together, data: Array, grad: Array, shares: Array) -> None:
        upstream = grad[step.acting]
        partials: Any = (1.0, 1.0)
        if step.op != "add":
            numbers = [data[rows] for rows in step.operands]
            partials = OPS[step.op].array_partials(*numbers, *step.constant, data[step.acting])
        for position in step.inner:
            share = upstream if step.op == "add" else partials[position] * upstream
            if self._overwrite:
                grad[step.operands[position]] = share
            else:
                grad[step.operands[position]] += share
        for position, place in step.shares:
            np.multiply(partials[position], upstream, out=shares[place])

    def _added(self, shares: Array, total: Array) -> Array:
        """The parameters' gradient after all their shares, one after the other as they arrive."""
        if not len(shares):
            return total
        if self._overwrite:
            total = total.copy()
            last = dict(zip(self._parameters.tolist(), self._order.tolist(), strict=True))
            total[list(last)] = shares[list(last.values()), 0 if self.from_last else -1]
            return total
        lanes = shares.shape[1]
        if lanes not in self._flat:
            self._flat[lanes] = np.concatenate([np.arange(len(total)), np.tile(self._parameters, lanes)])
        arriving = shares[self._order, ::-1] if self.from_last else shares[self._order]
        weights = np.concatenate([total, arriving.T.reshape(-1)])
        return np.bincount(self._flat[lanes], weights, len(total))  # adds in the order given

    def _plan(self, visits: list[int]) -> list[tuple[int, int, int]]:
        """Fill `_steps`; returns (time, share, parameter) of every share that a parameter gets."""
        program = self.program
        needed = _above_parameters(program)
        written, read = [0] * program.nodes, [0] * program.nodes
        levels: dict[tuple[int, str, float, str], list[tuple[int, int]]] = defaultdict(list)
        for time, node in enumerate(visits):
            operands = program.operands[node]
            kinds = "".join("p" if o < program.parameters else "i" if needed[o] else "-" for o in operands)
            inner = [o for o, kind in zip(operands, kinds, strict=True) if kind == "i"]
            level = 1 + max([written[node], *(max(written[o], read[o]) for o in inner)])
            read[node] = max(read[node], level)
            for operand in inner:
                written[operand] = level
            levels[level, program.ops[node], program.constants[node] or 0.0, kinds].append((node, time))
        arrivals = []
        for (_, op, _, kinds), members in sorted(levels.items(), key=lambda item: item[0]):
            nodes = [node for node, _ in sorted(members)]
            columns = [np.array(column) for column in zip(*(program.operands[n] for n in nodes), strict=True)]
            places = []
            for position in (i for i, kind in enumerate(kinds) if kind == "p"):
                arrivals += [
                    (time * len(kinds) + position, self._shares + i, program.operands[node][position])
                    for i, (node, time) in enumerate(sorted(members))
                ]
                places.append((position, slice(self._shares, self._shares + len(nodes))))
                self._shares += len(nodes)
            inner_positions = tuple(i for i, kind in enumerate(kinds) if kind == "i")
            constant = program.constants[nodes[0]]
            rows = tuple(_rows(column) for column in columns)
            self._steps.append(
                _Together(
                    op,
                    () if constant is None else (constant,),
                    _rows(np.array(nodes)),
                    rows,
                    inner_positions,
                    tuple(places),
                )
            )
        return arrivals


def _visits(program: Program, bugs: Bugs) -> list[int]:
    """The nodes that hand on to something that leads to a parameter, in the order of the walk."""
    operands = program.operands.__getitem__
    # the nodes in topological order; leaves that the loss does not depend on stand behind its root
    order = program.display[: int(np.flatnonzero(program.display == program.root)[0]) + 1].tolist()
    if Bug.NAIVE in bugs:
        check_paths(order, operands, MAX_HAND_ONS)
        found = every_path(program.root, operands)
    else:
        found = preorder(program.root, operands) if Bug.PREORDER in bugs else order[::-1]
    needed = _above_parameters(program)
    silent = "tanh" if Bug.NOT_INSTALLED in bugs else None
    return [node for node in found if program.operands[node] and needed[node] and program.ops[node] != silent]


def _above_parameters(program: Program) -> list[bool]:
    """For every node whether it is an operation that depends on a parameter."""
    needed = [False] * program.nodes
    for node in program.display:
        needed[node] = any(o < program.parameters or needed[o] for o in program.operands[node])
    return needed


def _by_time(arrivals: list[tuple[int, int, int]]) -> Index:
    """(share, parameter) in the order of their times."""
    ordered = [(share, parameter) for _, share, parameter in sorted(arrivals)]
    return np.array(ordered, dtype=np.int64).reshape(-1, 2)


def _rows(nodes: Index) -> Rows:
    """The same rows as a slice where they lie at equal distances: a slice is a view, not a copy."""
    if len(nodes) == 1:
        return slice(int(nodes[0]), int(nodes[0]) + 1)
    steps = np.diff(nodes)
    step = int(steps[0])
    if step == 0 or bool((steps != step).any()):
        return nodes
    end = int(nodes[-1]) + step
    return slice(int(nodes[0]), end if end >= 0 else None, step)
