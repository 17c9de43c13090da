"""A step's scalars walked one after the other, as Values would be: for the playhead, which stops between any two.

Training itself evaluates Programs with samples as lanes. Here one sample, or what is above the samples, is computed
operation by operation, and everything that its backward pass handed on is kept in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.expression.sheet import Sheet
from core.graph import GraphNode, GraphSnapshot
from core.objective import Objective
from core.ops import OPS
from core.program import Array, Index, Program, compile_program
from core.record import build_network, record_focus


class StepProgram:
    """The loss over a batch, seen from one sample: one Program for all of its samples and for what is above them."""

    def __init__(self, objective: Objective, samples: int) -> None:
        """`samples`: how many the batch has."""
        network = build_network(objective.experiment)  # of its own: recording leaves the objective's Values alone
        self.program: Program = compile_program(record_focus(objective.experiment, network, samples))
        self.samples = samples
        program = self.program
        self._numbers = {address: node for node, address in enumerate(program.addresses)}
        below = {program.sample_loss}
        for node in reversed(program.display.tolist()):
            if node in below:
                below.update(program.operands[node])
        operations = [node for node in program.display.tolist() if program.operands[node]]
        self.loss, self.root = program.sample_loss, program.root
        self.sum = next(node for node in operations if program.others in program.operands[node])
        self.of_sample = [node for node in operations if node in below]
        self.above = [node for node in operations if node not in below and node != self.sum]
        shared = [node not in below or node < program.parameters for node in range(program.nodes)]
        self.shared = np.flatnonzero(shared)  # parameters, the sum and what is above it
        self.shared_leaves = np.array([node for node in self.shared.tolist() if not program.operands[node]])

    def node(self, address: str) -> int | None:
        """The number of an address, or None."""
        return self._numbers.get(address)

    def leaves(self, theta: Array, inputs: Array, targets: Array) -> Array:
        """Every node's data before any operation; nan: not computed yet."""
        program = self.program
        data = np.full(program.nodes, np.nan)
        data[: program.lanes_from] = program.uniform
        data[: program.parameters] = theta
        data[program.inputs] = inputs
        data[program.targets] = targets
        return data

    @cached_property
    def sheet(self) -> Sheet:
        """The graph as the wording of the expression lab knows graphs: names and operations, no steps."""
        program = self.program
        rows = zip(program.addresses, program.symbols, program.operands, strict=True)
        start = np.zeros(program.nodes)
        start[: program.lanes_from] = program.uniform
        return Sheet(
            text="",
            graph=GraphSnapshot("step", tuple(GraphNode(row[0], row[0].rpartition("/")[2], *row[1:]) for row in rows)),
            constants=program.constants,
            origins=(None,) * program.nodes,
            leaves=(),
            start_data=start,
            start_grad=np.zeros(program.nodes),
            steps=(),
        )


@dataclass(frozen=True, eq=False)
class Handed:
    """What operations handed on in a backward pass, share after share."""

    to: Index  # which node got it
    share: Array
    upstream: Array  # share = local · upstream
    local: Array
    ends: Index  # (operations + 1,): so many shares were handed on by the first i operations

    def sums(self, operations: int, nodes: int) -> Array:
        """What every node has got from the first so many operations, added up in their order."""
        end = int(self.ends[operations])
        return np.bincount(self.to[:end], self.share[:end], nodes)


def forward(program: Program, operations: Sequence[int], data: list[float]) -> None:
    """Compute operations, one after the other; by IEEE rules."""
    for node in operations:
        operation = OPS[program.ops[node]]
        numbers = [data[operand] for operand in program.operands[node]]
        constant = program.constants[node]
        if operation.has_constant and constant is not None:
            numbers.append(constant)
        try:
            data[node] = float(operation.forward(*numbers))
        except (ValueError, ZeroDivisionError, OverflowError):
            with np.errstate(all="ignore"):
                data[node] = float(operation.array_forward(*(np.float64(number) for number in numbers)))


def backward(program: Program, operations: Sequence[int], data: list[float], grad: list[float]) -> Handed:
    """Let operations hand on their gradients, one after the other; `grad` begins with what they have got so far."""
    to: list[int] = []
    shares: list[tuple[float, float, float]] = []
    ends = [0]
    for node in operations:
        operation, operands, upstream = OPS[program.ops[node]], program.operands[node], grad[node]
        numbers = [data[operand] for operand in operands]
        constant = program.constants[node]
        if operation.has_constant and constant is not None:
            numbers.append(constant)
        for operand, local in zip(operands, operation.partials(*numbers, data[node]), strict=True):
            share = local * upstream
            grad[operand] += share
            to.append(operand)
            shares.append((share, upstream, local))
        ends.append(len(to))
    columns = np.array(shares, dtype=np.float64).reshape(-1, 3).T
    return Handed(np.array(to, dtype=np.int64), columns[0], columns[1], columns[2], np.array(ends, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Walk:
    """One sample, or what is above the samples: all numbers after the forward pass, and its whole backward pass."""

    data: Array  # by node; nan for what is not of this part
    order: tuple[int, ...]  # in which operations hand on
    handed: Handed


def walked(program: Program, operations: Sequence[int], start: Array, seeds: dict[int, float]) -> Walk:
    """Forward from `start`, then backward; `seeds` are the gradients that nodes have before that."""
    data = start.tolist()
    forward(program, operations, data)
    grad = [0.0] * program.nodes
    for node, seed in seeds.items():
        grad[node] = seed
    order = tuple(reversed(operations))
    handed = backward(program, order, data, grad)
    return Walk(np.array(data), order, handed)
