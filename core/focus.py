"""Focus: every scalar of the loss at given parameters, seen from one sample. What the window shows is read here.

Small data sets are unrolled whole; of larger ones the selected sample is there in full, all others are one leaf. Either
way it is a Program of one lane, replayed with the gradients of its leaves too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.graph import GraphNode, GraphSnapshot
from core.kernels_numpy import NumpyKernel
from core.objective import Evaluation, Objective
from core.program import Array, Index, Program, compile_program, snapshot_of
from core.record import SAMPLE, build_network, record_focus, record_whole, whole_size
from core.shape import layer_sizes, output_activation, output_count

WHOLE_LIMIT = 1_000  # scalars; above, a picture of the whole loss shows nothing any more


@dataclass(frozen=True, eq=False)
class Replay:
    """One replay: every node's data and gradient, by node number."""

    program: Program
    sample: int  # counted from 0
    theta: Array
    evaluation: Evaluation  # over all rows
    data: Array
    grad: Array  # of parameters the total over all samples
    unrolled: bool

    def node(self, address: str) -> int | None:
        """The number of an address of this replay, or None."""
        found = self.program.node(address)
        if found is None and not self.unrolled:
            prefix = f"sample{self.sample + 1}/"
            if address.startswith(prefix):
                found = self.program.node(SAMPLE + address.removeprefix(prefix))
        return found

    def address(self, node: int) -> str:
        address = self.program.addresses[node]
        return address if self.unrolled else address.replace(SAMPLE, f"sample{self.sample + 1}/", 1)


class Focus:
    """Replays an Objective's loss for those who look at it. Belongs to the thread of its Objective."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        experiment, dataset = objective.experiment, objective.dataset
        rows, specs = len(dataset.targets), experiment.network
        network = build_network(experiment)  # of its own: recording leaves the objective's Values alone
        self.layers = len(network.layers)
        self.outputs = output_count(experiment.data)
        self.whole_nodes = whole_size(experiment, network, rows)
        self._single = NumpyKernel(compile_program(record_focus(experiment, network, rows)), leaf_gradients=True)
        self._whole: NumpyKernel | None = None
        if self.whole_nodes <= WHOLE_LIMIT:
            whole = record_whole(experiment, network, dataset.inputs.tolist(), dataset.targets.tolist())
            self._whole = NumpyKernel(compile_program(whole), leaf_gradients=True)
        self._users: dict[int, list[list[int]]] = {}
        sizes, output = layer_sizes(experiment), output_activation(experiment)
        self.shape = repr((sizes, specs.hidden, specs.features, specs.bias, output, experiment.training.loss))

    @property
    def unrolled(self) -> bool:
        """Whether the whole loss is small enough to be there in full."""
        return self._whole is not None

    def users(self, program: Program) -> list[list[int]]:
        """For every node of one of this focus' programs those that use it."""
        if id(program) not in self._users:
            self._users[id(program)] = program.consumers()
        return self._users[id(program)]

    def replay(self, theta: Array, evaluation: Evaluation, sample: int, *, whole: bool | None = None) -> Replay:
        """Data and gradients at `theta`; `evaluation` is the objective's, at the same parameters, over all rows."""
        unrolled = self.unrolled if whole is None else whole
        uniform, data, kernel = self._prepare(theta, evaluation, sample, unrolled)
        program = kernel.program
        kernel.forward(uniform, data)
        grad, uniform_grad = np.zeros_like(data), np.zeros(program.lanes_from)
        kernel.backward(uniform, data, grad, uniform_grad, 1.0)
        if not unrolled:
            uniform_grad[: program.parameters] = evaluation.gradient
        return Replay(
            program,
            sample,
            theta,
            evaluation,
            np.concatenate([uniform, data[:, 0]]),
            np.concatenate([uniform_grad, grad[:, 0]]),
            unrolled,
        )

    def nudged(self, replay: Replay, node: int, number: float) -> tuple[float, Array]:
        """The loss, and every node's data, if this node had another number and all that follows from it."""
        uniform, data, kernel = self._prepare(replay.theta, replay.evaluation, replay.sample, replay.unrolled)
        program = replay.program
        override = None
        if node < program.lanes_from:
            uniform[node] = number
        elif not program.operands[node]:
            data[node - program.lanes_from] = number
        else:
            override = (node, number)
        kernel.forward(uniform, data, override)
        numbers = np.concatenate([uniform, data[:, 0]])
        return float(numbers[program.root]), numbers

    def sample_graph(self, replay: Replay) -> tuple[GraphSnapshot, Index]:
        """The whole forward pass and loss of the selected sample, and its nodes' numbers in the replay."""
        program = self._single.program
        shape = f"sample:{self.shape}"
        graph, _ = snapshot_of(program, program.sample_loss, f"{shape}:{replay.sample}", shape, replay.sample + 1)
        return graph, self._numbers_for(replay, graph)

    def neuron_graph(self, replay: Replay, neuron: str) -> tuple[GraphSnapshot, Index]:
        """One neuron's operations for the selected sample; what it reads are leaves here."""
        program = self._single.program
        root = program.node(f"{SAMPLE}{neuron}.out")
        if root is None:
            return self.sample_graph(replay)
        shape = f"neuron:{neuron}:{self.shape}"
        whole, _ = snapshot_of(program, root, f"{shape}:{replay.sample}", shape, replay.sample + 1)
        graph = _own_part(whole, neuron)
        return graph, self._numbers_for(replay, graph)

    def whole_graph(self, replay: Replay) -> tuple[GraphSnapshot, Index]:
        """Every scalar of the loss, all samples; only of an unrolled replay."""
        rows, training = len(self.objective.dataset.targets), self.objective.experiment.training
        shape = f"whole:{rows}:{bool(training.l2)}:{bool(training.l1)}:{self.shape}"
        return snapshot_of(replay.program, replay.program.root, shape, shape, 0)

    def _numbers_for(self, replay: Replay, graph: GraphSnapshot) -> Index:
        index = {address: node for node, address in enumerate(replay.program.addresses)}
        prefix = "" if replay.unrolled else f"sample{replay.sample + 1}/"
        return np.array(
            [index[node.address.replace(prefix, SAMPLE, 1) if prefix else node.address] for node in graph.nodes],
            dtype=np.int64,
        )

    def _prepare(
        self, theta: Array, evaluation: Evaluation, sample: int, unrolled: bool
    ) -> tuple[Array, Array, NumpyKernel]:
        """Leaves filled in, operations yet to run."""
        kernel = self._whole if unrolled and self._whole else self._single
        program = kernel.program
        uniform = program.uniform.copy()
        uniform[: program.parameters] = theta
        data, _ = kernel.allocate(1)
        dataset = self.objective.dataset
        rows = slice(None) if unrolled else slice(sample, sample + 1)
        data[program.inputs - program.lanes_from, 0] = dataset.inputs[rows].reshape(-1)
        data[program.targets - program.lanes_from, 0] = dataset.targets[rows].reshape(-1)
        if program.others >= 0:
            rest = np.delete(evaluation.sample_losses, sample)
            data[program.others - program.lanes_from, 0] = rest.sum()
        return uniform, data, kernel


def _own_part(whole: GraphSnapshot, neuron: str) -> GraphSnapshot:
    """A neuron's own nodes and, as leaves, what they read."""
    own = {i for i, node in enumerate(whole.nodes) if f"{neuron}." in node.address}
    kept = sorted(own | {operand for i in own for operand in whole.nodes[i].operands})
    position = {old: new for new, old in enumerate(kept)}
    nodes = []
    for i in kept:
        node = whole.nodes[i]
        operands = tuple(position[operand] for operand in node.operands) if i in own else ()
        nodes.append(GraphNode(node.address, node.label, node.op if i in own else "", operands))
    return GraphSnapshot(whole.key, tuple(nodes), whole.shape)
