"""Program: a graph of Values compiled to flat arrays, replayed with samples as lanes.

Nodes are numbered in an order of evaluation. First come the *uniform* leaves, which are the same in every lane
(parameters, then constants); then the lane nodes: inputs and targets, then the operations, group by group. A group is a
run of nodes with the same operation whose operands are all known, so that a kernel evaluates it in one go; sums
of many terms, `b + w1·x1 + w2·x2 + …`, form one group a depth (a SumChain).

`data[node − lanes_from, lane]`, `grad[node − lanes_from, lane]` are two arrays; uniform leaves have one number each.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.engine import Value, operation_of
from core.errors import ChainruleError
from core.graph import GraphNode, GraphSnapshot, topological_order
from core.record import Recording
from core.words import tr

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Group:
    """Nodes `first … first + count` run the same elementwise operation."""

    op: str
    constant: float | None
    first: int
    count: int
    operands: tuple[Index, ...]  # per operand position the operand node of each of the group's nodes


@dataclass(frozen=True, eq=False)
class SumChain:
    """`count` sums of `terms + 1` numbers each, every partial sum a node: node[i, k] = node[i − 1, k] + term[i, k].

    Nodes are numbered first + i · count + k.
    """

    first: int
    count: int
    start: Index  # (count,) what the first sum starts from
    terms: Index  # (length, count)


@dataclass(frozen=True, eq=False)
class Program:
    """A compiled graph. Node numbers are as the module says; `steps` is the order in which kernels run it."""

    addresses: tuple[str, ...]
    ops: tuple[str, ...]  # name in the op table, empty for a leaf
    constants: tuple[float | None, ...]  # exponent or slope of the operation
    operands: tuple[tuple[int, ...], ...]
    symbols: tuple[str, ...]
    uniform: Array  # (lanes_from,) data of the uniform leaves; parameters first
    parameters: int  # how many
    lanes_from: int
    inputs: Index
    targets: Index
    others: int  # the leaf of the other samples' losses, or −1
    output: int  # the prediction, or −1 if there is none or several
    outputs: Index  # all that there are
    sample_loss: int  # or −1
    root: int
    steps: tuple[Group | SumChain, ...]
    display: Index  # all nodes in the lecture's topological order

    @property
    def nodes(self) -> int:
        return len(self.ops)

    def node(self, address: str) -> int | None:
        """The node with this address (`sample/` standing for any sample), or None."""
        try:
            return self.addresses.index(address)
        except ValueError:
            return None

    def consumers(self) -> list[list[int]]:
        """For every node those that use it, a node that uses it twice only once."""
        users: list[list[int]] = [[] for _ in range(self.nodes)]
        for node, operands in enumerate(self.operands):
            for operand in dict.fromkeys(operands):
                users[operand].append(node)
        return users


def compile_program(recording: Recording) -> Program:
    """Compile a recorded graph. Raises ChainruleError for a node whose operation is not of the op table."""
    order = topological_order(recording.root)
    present = {id(node) for node in order}
    parameters = recording.parameters
    lane_leaves = [*recording.inputs, *recording.targets, *([recording.others] if recording.others else [])]
    leading = {id(node) for node in [*parameters, *lane_leaves]}
    constants = [node for node in order if not node._prev and id(node) not in leading]
    numbered = [*parameters, *constants, *lane_leaves]
    number = {id(node): i for i, node in enumerate(numbered)}
    uniform_leaves = {id(node) for node in [*parameters, *constants]}
    steps = [_place(block, numbered, number) for block in _blocks(order, uniform_leaves)]
    display = [number[id(node)] for node in order]
    display += [number[id(node)] for node in numbered if id(node) not in present]
    uniform = len(parameters) + len(constants)
    kinds = [operation_of(node) for node in numbered]
    return Program(
        addresses=tuple(recording.names.get(id(node), node.label or f"v{i}") for i, node in enumerate(numbered)),
        ops=tuple(kind.name if kind else "" for kind in kinds),
        constants=tuple(node._constant for node in numbered),
        operands=tuple(tuple(number[id(operand)] for operand in node._prev) for node in numbered),
        symbols=tuple(node._op for node in numbered),
        uniform=np.array([node.data for node in numbered[:uniform]], dtype=np.float64),
        parameters=len(parameters),
        lanes_from=uniform,
        inputs=np.array([number[id(node)] for node in recording.inputs], dtype=np.int64),
        targets=np.array([number[id(node)] for node in recording.targets], dtype=np.int64),
        others=number[id(recording.others)] if recording.others is not None else -1,
        output=number[id(recording.output)] if recording.output is not None else -1,
        outputs=np.array([number[id(node)] for node in _outputs(recording)], dtype=np.int64),
        sample_loss=number[id(recording.sample_loss)] if recording.sample_loss is not None else -1,
        root=number[id(recording.root)],
        steps=tuple(steps),
        display=np.array(display, dtype=np.int64),
    )


def _outputs(recording: Recording) -> list[Value]:
    return recording.outputs or ([recording.output] if recording.output is not None else [])


def sums_of(step: Group | SumChain) -> SumChain | None:
    """A step as sums side by side, those of two numbers too; None if it is another operation."""
    if isinstance(step, SumChain):
        return step
    if step.op != "add":
        return None
    start, term = step.operands
    return SumChain(step.first, step.count, start, term.reshape(1, -1))


def snapshot_of(program: Program, root: int, key: str, shape: str, sample: int) -> tuple[GraphSnapshot, Index]:
    """The structure below a node, with addresses of this sample (counted from 1), and its nodes' numbers."""
    below = {root}
    for node in reversed(program.display):
        if node in below:
            below.update(program.operands[node])
    nodes = [int(node) for node in program.display if node in below]
    position = {node: i for i, node in enumerate(nodes)}
    prefix = f"sample{sample}/"
    graph_nodes = []
    for node in nodes:
        address = program.addresses[node].replace("sample/", prefix, 1)
        operands = tuple(position[operand] for operand in program.operands[node])
        graph_nodes.append(GraphNode(address, address.rpartition("/")[2], program.symbols[node], operands))
    return GraphSnapshot(key, tuple(graph_nodes), shape), np.array(nodes, dtype=np.int64)


Block = tuple[str, float | None, list[list[Value]]]  # operation, constant, chains (of one node each, if elementwise)


def _blocks(order: list[Value], uniform: set[int]) -> list[Block]:
    """Operations sorted into groups: by level, operation, length of the sum, and which operands are uniform."""
    chains = _sum_chains(order)
    inner = {id(node) for chain in chains.values() for node in chain[:-1]}
    level: dict[int, int] = {}
    groups: dict[tuple[int, str, float, int, tuple[bool, ...]], list[list[Value]]] = defaultdict(list)
    for node in order:
        if not node._prev:
            level[id(node)] = 0
            continue
        if id(node) in inner:
            continue
        chain = chains.get(id(node), [node])
        operands = [chain[0]._prev[0], *(member._prev[1] for member in chain)] if len(chain) > 1 else node._prev
        height = 1 + max(level[id(operand)] for operand in operands)
        for member in chain:
            level[id(member)] = height
        operation = operation_of(node)
        if operation is None:
            raise ChainruleError(
                tr("The operation '{op}' is not in the table of operations and can't be compiled.", op=node._op)
            )
        constant = node._constant if node._constant is not None else 0.0
        kinds = tuple(id(operand) in uniform for operand in operands)
        groups[(height, operation.name, constant, len(chain), kinds)].append(chain)
    blocks: list[Block] = []
    for (_, name, _, _, _), members in sorted(groups.items(), key=lambda item: item[0]):
        blocks.append((name, members[0][0]._constant, members))
    return blocks


def _sum_chains(order: list[Value]) -> dict[int, list[Value]]:
    """Runs of sums in which each partial sum is used by the next one alone; keyed by their last node."""
    uses: dict[int, int] = defaultdict(int)
    for node in order:
        for operand in node._prev:
            uses[id(operand)] += 1
    chains: dict[int, list[Value]] = {}
    for node in order:
        if node._op != "+" or operation_of(node) is None:
            continue
        first = node._prev[0]
        chain = chains.pop(id(first), []) if uses[id(first)] == 1 else []
        chain.append(node)
        chains[id(node)] = chain
    return {key: chain for key, chain in chains.items() if len(chain) > 1}


def _place(block: Block, numbered: list[Value], number: dict[int, int]) -> Group | SumChain:
    """Give a block's nodes their numbers and say where their operands are."""
    name, constant, chains = block
    first, count, length = len(numbered), len(chains), len(chains[0])
    for i in range(length):
        for chain in chains:
            number[id(chain[i])] = len(numbered)
            numbered.append(chain[i])
    if length == 1:
        arity = len(chains[0][0]._prev)
        operands = tuple(
            np.array([number[id(chain[0]._prev[position])] for chain in chains], dtype=np.int64)
            for position in range(arity)
        )
        return Group(name, constant, first, count, operands)
    start = np.array([number[id(chain[0]._prev[0])] for chain in chains], dtype=np.int64)
    terms = np.array([[number[id(chain[i]._prev[1])] for chain in chains] for i in range(length)], dtype=np.int64)
    return SumChain(first, count, start, terms)
