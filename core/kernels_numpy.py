"""Forward and backward over a Program with NumPy: the readable reference, always there.

Every group of a Program is one array expression over (rows, terms, lanes). In a layer the products of all neurons
read the same signals again and again; such operands are seen as one block that is broadcast over the neurons,
not gathered. Where nobody looks at a layer's products and partial sums, as in training, all of its neurons are one
product of matrices. Sums over lanes run in a fixed order, so that a run is bit-identical on the same machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.numpy_layers import Layer, distinct, layers_of
from core.numpy_plans import ChainPlan, GroupPlan, LayerPlan, Operand, Plan
from core.program import Array, Group, Index, Program, SumChain


class NumpyKernel:
    """Runs one Program. Holds no numbers of its own: arrays are the caller's."""

    name = "numpy"

    def __init__(self, program: Program, *, leaf_gradients: bool = False, fused: bool = False) -> None:
        """`leaf_gradients`: also find the gradients of inputs, targets and constants (training has no use for them).

        `fused`: layers as products of matrices, which is faster, but the rows of their products and partial sums stay
        empty, and there are no nudges.
        """
        self.program = program
        self._leaf_gradients = leaf_gradients
        self._uses = _count_uses(program)
        self._assigned = np.zeros(program.nodes, dtype=np.bool_)  # gradients that are set, not added to
        self._plans = self._make_plans(fused and not leaf_gradients)
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

    def _make_plans(self, fused: bool) -> list[Plan]:
        program = self.program
        layers: dict[int, LayerPlan] = {}  # by the first node of their sums
        inside: set[int] = set()  # their products
        for layer in layers_of(program, self._uses) if fused else ():
            layers[layer.sums.first] = self._layer(layer)
            inside.update(layer.products.tolist())
        return [layers.get(step.first) or self._plan(step) for step in program.steps if step.first not in inside]

    def _layer(self, layer: Layer) -> LayerPlan:
        sums, signals = layer.sums, layer.signals
        length, count = sums.terms.shape
        first = self.program.lanes_from
        single = bool((self._uses[signals] == count).all())
        self._assigned[sums.first : sums.first + count * (length - 1)] = True
        self._assigned[layer.products] = True
        self._assigned[signals] |= single
        neighbours = bool((np.diff(signals) == 1).all())
        return LayerPlan(
            first=sums.first - first,
            last=sums.first - first + count * length,
            weights=layer.weights,
            signals=slice(int(signals[0]) - first, int(signals[-1]) - first + 1) if neighbours else signals - first,
            start=None if layer.start is None else self._operand(layer.start, count),
            single=single,
            wanted=any(self.program.operands[node] for node in signals),
        )

    def _plan(self, step: Group | SumChain) -> Plan:
        if isinstance(step, Group):
            period = _period(step.operands, self.program.lanes_from)
            return GroupPlan(step, self.program, period, [self._operand(nodes, period) for nodes in step.operands])
        start = self._operand(step.start, step.count)
        terms = [self._operand(row, step.count) for row in step.terms]
        # Partial sums are handed their gradient by the chain itself.
        self._assigned[step.first : step.first + step.count * (len(step.terms) - 1)] = True
        return ChainPlan(step, self.program, start, terms, self._leaf_gradients)

    def _operand(self, nodes: Index, terms: int) -> Operand:
        program = self.program
        first = program.lanes_from
        uniform = bool(nodes[0] < first)
        rows = nodes if uniform else nodes - first
        unique = distinct(nodes)
        tiled = not uniform and len(nodes) > terms and bool((nodes.reshape(-1, terms) == nodes[:terms]).all())
        head = nodes[:terms] if tiled else nodes
        contiguous = not uniform and bool((np.diff(head) == 1).all())
        wanted = self._leaf_gradients or any(program.operands[node] for node in nodes)
        single = not uniform and bool((self._uses[nodes] == 1).all())
        if single:
            self._assigned[nodes] = True
        return Operand(
            uniform=uniform,
            rows=rows,
            start=int(rows[0]) if contiguous else -1,
            tiled=tiled and contiguous,
            single=single,
            unique=unique,
            wanted=wanted or bool((nodes < program.parameters).any()),
        )


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
