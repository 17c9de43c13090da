"""Forward and backward over a Program with NumPy: the readable reference, always there.

Every group of a Program is one array expression over (rows, terms, lanes). In a layer the products of all neurons
read the same signals again and again; such operands are seen as one block that is broadcast over the neurons,
not gathered. Sums over lanes run in a fixed order, so that a run is bit-identical on the same machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ops import OPS, Operation
from core.program import Array, Group, Index, Program, SumChain


@dataclass(frozen=True, eq=False)
class _Operand:
    """Where an operand of a group is read, and how its gradient is added up."""

    uniform: bool
    rows: Index  # uniform: leaf numbers; else rows of `data`
    start: int  # of a contiguous run of rows, or −1
    tiled: bool  # the run is read once for every block of the group
    single: bool  # nothing else contributes to these rows: assign instead of add
    unique: bool
    wanted: bool  # whether its gradient is needed

    def read(self, uniform: Array, data: Array, shape: tuple[int, int]) -> Array:
        """The operand as (blocks, terms, lanes), one of them 1 where it is broadcast."""
        blocks, terms = shape
        if self.uniform:
            return uniform[self.rows].reshape(blocks, terms, 1)
        if self.tiled:
            return data[self.start : self.start + terms].reshape(1, terms, -1)
        if self.start >= 0:
            return data[self.start : self.start + blocks * terms].reshape(blocks, terms, -1)
        return data[self.rows].reshape(blocks, terms, -1)


class NumpyKernel:
    """Runs one Program. Holds no numbers of its own: arrays are the caller's."""

    name = "numpy"

    def __init__(self, program: Program, *, leaf_gradients: bool = False) -> None:
        """`leaf_gradients`: also find the gradients of inputs, targets and constants (training has no use for them)."""
        self.program = program
        self._leaf_gradients = leaf_gradients
        self._uses = _count_uses(program)
        self._assigned = np.zeros(program.nodes, dtype=np.bool_)  # gradients that are set, not added to
        self._plans = [self._plan(step) for step in program.steps]
        self._accumulated = np.flatnonzero(~self._assigned[program.lanes_from :])  # rows to begin with 0

    def allocate(self, lanes: int) -> tuple[Array, Array]:
        """Fresh `data` and `grad` for so many lanes."""
        shape = (self.program.nodes - self.program.lanes_from, lanes)
        return np.zeros(shape), np.zeros(shape)

    def forward(self, uniform: Array, data: Array, override: tuple[int, float] | None = None) -> None:
        """Fill `data`; rows of inputs and targets are filled by the caller.

        `override` (node, number) sets a lane node to a number whatever its operation says: a nudge.
        """
        forced_row = override[0] - self.program.lanes_from if override else -1
        with np.errstate(all="ignore"):
            for plan in self._plans:
                plan.forward(uniform, data)
                if override and plan.first <= forced_row < plan.last:
                    plan.force(uniform, data, forced_row, override[1])

    def backward(self, uniform: Array, data: Array, grad: Array, uniform_grad: Array, seed: float) -> None:
        """After a forward pass: fill `grad`, add to `uniform_grad`; `seed` is the gradient of the root in each lane."""
        grad[self._accumulated] = 0.0
        grad[self.program.root - self.program.lanes_from] = seed
        with np.errstate(all="ignore"):
            for plan in reversed(self._plans):
                plan.backward(uniform, data, grad, uniform_grad)

    def _plan(self, step: Group | SumChain) -> _GroupPlan | _ChainPlan:
        if isinstance(step, Group):
            period = _period(step.operands, self.program.lanes_from)
            return _GroupPlan(step, self.program, period, [self._operand(nodes, period) for nodes in step.operands])
        start = self._operand(step.start, step.count)
        terms = [self._operand(row, step.count) for row in step.terms]
        # Partial sums are handed their gradient by the chain itself.
        self._assigned[step.first : step.first + step.count * (len(step.terms) - 1)] = True
        return _ChainPlan(step, self.program, start, terms, self._leaf_gradients)

    def _operand(self, nodes: Index, terms: int) -> _Operand:
        program = self.program
        first = program.lanes_from
        uniform = bool(nodes[0] < first)
        rows = nodes if uniform else nodes - first
        unique = len(np.unique(nodes)) == len(nodes)
        tiled = not uniform and len(nodes) > terms and bool((nodes.reshape(-1, terms) == nodes[:terms]).all())
        head = nodes[:terms] if tiled else nodes
        contiguous = not uniform and bool((np.diff(head) == 1).all())
        wanted = self._leaf_gradients or any(program.operands[node] for node in nodes)
        single = not uniform and bool((self._uses[nodes] == 1).all())
        if single:
            self._assigned[nodes] = True
        return _Operand(
            uniform=uniform,
            rows=rows,
            start=int(rows[0]) if contiguous else -1,
            tiled=tiled and contiguous,
            single=single,
            unique=unique,
            wanted=wanted or bool((nodes < program.parameters).any()),
        )


class _GroupPlan:
    """An elementwise operation on (blocks, terms, lanes)."""

    def __init__(self, step: Group, program: Program, terms: int, operands: list[_Operand]) -> None:
        self._op: Operation = OPS[step.op]
        self._constant = () if step.constant is None else (step.constant,)
        self._operands = operands
        self._shape = (step.count // terms, terms)
        self.first = step.first - program.lanes_from
        self.last = self.first + step.count

    def _read(self, uniform: Array, data: Array) -> list[Any]:
        return [operand.read(uniform, data, self._shape) for operand in self._operands]

    def forward(self, uniform: Array, data: Array) -> None:
        out = data[self.first : self.last].reshape(*self._shape, -1)
        read = self._read(uniform, data)
        if isinstance(self._op.array_forward, np.ufunc):
            self._op.array_forward(*read, out=out)
        else:
            out[...] = self._op.array_forward(*read, *self._constant)

    def force(self, uniform: Array, data: Array, row: int, number: float) -> None:
        """A nudged result."""
        data[row] = number

    def backward(self, uniform: Array, data: Array, grad: Array, uniform_grad: Array) -> None:
        if not any(operand.wanted for operand in self._operands):
            return
        out = data[self.first : self.last].reshape(*self._shape, -1)
        upstream = grad[self.first : self.last].reshape(*self._shape, -1)
        partials = self._op.array_partials(*self._read(uniform, data), *self._constant, out)
        for operand, partial in zip(self._operands, partials, strict=True):
            if operand.wanted:
                _hand_on(operand, upstream, partial, grad, uniform_grad)


class _ChainPlan:
    """Sums of many terms: node[i] = node[i − 1] + term[i] for `count` sums side by side."""

    def __init__(
        self, step: SumChain, program: Program, start: _Operand, terms: list[_Operand], leaf_gradients: bool
    ) -> None:
        self._start, self._terms = start, terms
        self._count = step.count
        self._inner_gradients = leaf_gradients
        self.first = step.first - program.lanes_from
        self.last = self.first + step.count * len(terms)
        rows = step.terms - program.lanes_from
        self._rows: Index | None = rows if bool((rows >= 0).all()) else None
        self._assign = self._rows is not None and all(term.single and term.wanted for term in terms)

    def forward(self, uniform: Array, data: Array) -> None:
        count, lanes = self._count, data.shape[1]
        block = data[self.first : self.last].reshape(-1, count, lanes)
        shape = (1, count)
        if self._rows is not None and count * lanes < len(self._terms):
            # Many terms, few sums: one call, the same order of additions.
            block[...] = data[self._rows]
            block[0] += self._start.read(uniform, data, shape)[0]
            np.add.accumulate(block, axis=0, out=block)
            return
        previous = self._start.read(uniform, data, shape)[0]
        for term, total in zip(self._terms, block, strict=True):
            np.add(previous, term.read(uniform, data, shape)[0], out=total)
            previous = total

    def force(self, uniform: Array, data: Array, row: int, number: float) -> None:
        """A nudged partial sum: the sums after it follow."""
        data[row] = number
        at, column = divmod(row - self.first, self._count)
        for i in range(at + 1, len(self._terms)):
            here = self.first + i * self._count + column
            term = self._terms[i]
            source = uniform if term.uniform else data
            data[here] = data[here - self._count] + source[term.rows[column]]

    def backward(self, uniform: Array, data: Array, grad: Array, uniform_grad: Array) -> None:
        upstream = grad[self.last - self._count : self.last]
        if self._inner_gradients:
            grad[self.first : self.last].reshape(-1, *upstream.shape)[...] = upstream
        whole = upstream.reshape(1, *upstream.shape)
        if self._start.wanted:
            _hand_on(self._start, whole, 1.0, grad, uniform_grad)
        if self._assign:
            grad[self._rows] = upstream
            return
        for term in self._terms:
            if term.wanted:
                _hand_on(term, whole, 1.0, grad, uniform_grad)


def _hand_on(operand: _Operand, upstream: Array, partial: Any, grad: Array, uniform_grad: Array) -> None:
    """Add upstream × local derivative to the operand's gradient."""
    if operand.uniform:
        if isinstance(partial, float):
            sums = upstream.sum(axis=2) if partial == 1.0 else upstream.sum(axis=2) * partial
        else:
            sums = np.einsum("kil,kil->ki", upstream, np.broadcast_to(partial, upstream.shape))
        np.add.at(uniform_grad, operand.rows, sums.reshape(-1))
        return
    if operand.tiled and not isinstance(partial, float):
        block = np.einsum("kil,kil->il", upstream, np.broadcast_to(partial, upstream.shape))
        _add_rows(operand, slice(operand.start, operand.start + len(block)), block, grad)
        return
    share = upstream if isinstance(partial, float) and partial == 1.0 else upstream * partial
    if operand.tiled:
        _add_rows(operand, slice(operand.start, operand.start + share.shape[1]), share.sum(axis=0), grad)
        return
    share = share.reshape(-1, share.shape[2])
    if operand.start >= 0:
        _add_rows(operand, slice(operand.start, operand.start + len(share)), share, grad)
    elif operand.unique:
        _add_rows(operand, operand.rows, share, grad)
    else:
        np.add.at(grad, operand.rows, share)


def _add_rows(operand: _Operand, rows: slice | Index, share: Array, grad: Array) -> None:
    if operand.single:
        grad[rows] = share
    else:
        grad[rows] += share


def _period(operands: tuple[Index, ...], lanes_from: int) -> int:
    """The length of the run of signals that is read again and again by a layer's products; else all of the group."""
    count = len(operands[0])
    for nodes in operands:
        if nodes[0] < lanes_from:
            continue
        again = np.flatnonzero(nodes == nodes[0])
        if len(again) < 2:
            continue
        period = int(again[1])
        if count % period == 0 and bool((nodes.reshape(-1, period) == nodes[:period]).all()):
            return period
    return count


def _count_uses(program: Program) -> NDArray[np.int64]:
    """How many contributions each node's gradient is added up from; a tiled block's rows come as one."""
    uses = np.zeros(program.nodes, dtype=np.int64)
    for step in program.steps:
        if isinstance(step, Group):
            for nodes in step.operands:
                np.add.at(uses, nodes, 1)
        else:
            np.add.at(uses, step.start, 1)
            np.add.at(uses, step.terms.reshape(-1), 1)
    return uses
