"""What NumPy does for one step of a Program: an operation over many rows, sums side by side, a layer.

`data` and `grad` are (rows, lanes), a row for each node that is not the same in every lane; `uniform` has the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from core.ops import OPS, Operation
from core.program import Array, Group, Index, Program, SumChain


@dataclass(frozen=True, eq=False)
class Operand:
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


class Plan(Protocol):
    """One step of a Program."""

    first: int  # of the rows that it fills
    last: int  # beyond them

    def forward(self, uniform: Array, data: Array) -> None: ...

    def force(self, uniform: Array, data: Array, row: int, number: float) -> None: ...

    def backward(self, uniform: Array, data: Array, grad: Array, uniform_grad: Array) -> None: ...


class GroupPlan:
    """An elementwise operation on (blocks, terms, lanes)."""

    def __init__(self, step: Group, program: Program, terms: int, operands: list[Operand]) -> None:
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


class ChainPlan:
    """Sums of many terms: node[i] = node[i − 1] + term[i] for `count` sums side by side."""

    def __init__(
        self, step: SumChain, program: Program, start: Operand, terms: list[Operand], leaf_gradients: bool
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


@dataclass(eq=False)
class LayerPlan:
    """z = W x + b for all neurons of a layer, the rows of z being the last ones of its sums."""

    first: int
    last: int
    weights: Index  # (neurons, signals), leaf numbers
    signals: slice | Index  # rows: neighbours, or anywhere
    start: Operand | None  # what is added to the products, the biases
    single: bool  # nothing else contributes to the signals' gradients
    wanted: bool  # whether these are needed

    def forward(self, uniform: Array, data: Array) -> None:
        count = len(self.weights)
        out = data[self.last - count : self.last]
        np.matmul(uniform[self.weights], data[self.signals], out=out)
        if self.start:
            out += self.start.read(uniform, data, (1, count))[0]

    def force(self, uniform: Array, data: Array, row: int, number: float) -> None:
        raise NotImplementedError("a fused kernel takes no nudges")

    def backward(self, uniform: Array, data: Array, grad: Array, uniform_grad: Array) -> None:
        upstream = grad[self.last - len(self.weights) : self.last]
        if self.start and self.start.wanted:
            _hand_on(self.start, upstream.reshape(1, *upstream.shape), 1.0, grad, uniform_grad)
        uniform_grad[self.weights] += upstream @ data[self.signals].T
        if self.wanted:
            _add_rows(self.single, self.signals, uniform[self.weights].T @ upstream, grad)


def _hand_on(operand: Operand, upstream: Array, partial: Any, grad: Array, uniform_grad: Array) -> None:
    """Add upstream × local derivative to the operand's gradient."""
    if operand.uniform:
        if isinstance(partial, float):
            sums = upstream.sum(axis=2) if partial == 1.0 else upstream.sum(axis=2) * partial
        else:
            sums = np.einsum("kil,kil->ki", upstream, np.broadcast_to(partial, upstream.shape))
        if operand.unique:
            uniform_grad[operand.rows] += sums.reshape(-1)
        else:
            np.add.at(uniform_grad, operand.rows, sums.reshape(-1))
        return
    if operand.tiled and not isinstance(partial, float):
        block = np.einsum("kil,kil->il", upstream, np.broadcast_to(partial, upstream.shape))
        _add_rows(operand.single, slice(operand.start, operand.start + len(block)), block, grad)
        return
    share = upstream if isinstance(partial, float) and partial == 1.0 else upstream * partial
    if operand.tiled:
        _add_rows(operand.single, slice(operand.start, operand.start + share.shape[1]), share.sum(axis=0), grad)
        return
    share = share.reshape(-1, share.shape[2])
    if operand.start >= 0:
        _add_rows(operand.single, slice(operand.start, operand.start + len(share)), share, grad)
    elif operand.unique:
        _add_rows(operand.single, operand.rows, share, grad)
    else:
        np.add.at(grad, operand.rows, share)


def _add_rows(single: bool, rows: slice | Index, share: Array, grad: Array) -> None:
    if single:
        grad[rows] = share
    else:
        grad[rows] += share
