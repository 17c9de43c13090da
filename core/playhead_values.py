"""Every number of a step at any position of the playhead in it."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.expression.sheet import Phase
from core.graph import GraphSnapshot
from core.objective import Objective
from core.playhead import Position, StepShape
from core.playhead_walk import StepProgram, Walk, walked
from core.program import Array, Index
from core.record import SAMPLE

KEPT_NODES = 200_000  # of samples that were walked, so that one comes back to them quickly
ROW = re.compile(r"sample(\d+)/")
PARTIAL = re.compile(r"sum of losses 1–(\d+)")


@dataclass(frozen=True, eq=False)
class StepNumbers:
    """What a step starts from and ends with."""

    theta: Array  # (parameters,)
    rows: Index | None  # of the batch; None for all rows
    losses: Array  # of the batch's samples
    gradient: Array  # (parameters,): what the update goes by
    stale: Array  # (parameters,): gradients as the step before left them; nan where not known
    after: Array | None  # the parameters after the update; None where the step cannot be taken
    zeroed: bool = True  # whether gradients are set to zero before the backward pass


@dataclass(frozen=True)
class _Places:
    """Where the numbers of a graph's nodes are found."""

    rows: tuple[tuple[int, Index, Index], ...]  # row of the data, nodes of the graph, nodes of the program
    shared: tuple[Index, Index]  # nodes of the graph, of the program
    partials: tuple[tuple[int, int], ...]  # node of the graph, place in the batch of the last sample added


class StepPlay:
    """One step, to be stopped anywhere. Belongs to the thread of its Objective."""

    def __init__(self, objective: Objective, program: StepProgram, numbers: StepNumbers) -> None:
        """`program` is for as many samples as the batch has."""
        self.program, self.numbers = program, numbers
        self._objective = objective
        count, parameters = len(numbers.losses), len(numbers.theta)
        rows = np.arange(count) if numbers.rows is None else numbers.rows
        self.rows: tuple[int, ...] = tuple(rows.tolist())
        self._index = np.asarray(rows, dtype=np.int64)
        self._place = {row: place for place, row in enumerate(self.rows)}
        self.shape = StepShape(
            samples=count,
            operations=len(program.of_sample),
            above=len(program.above),
            zeroed=parameters if numbers.zeroed else 0,
            updated=parameters if numbers.after is not None else 0,
        )
        with np.errstate(all="ignore"):
            self.running: Array = np.cumsum(numbers.losses)  # the losses added up, sample after sample
        self.top: Walk = self._above()
        self._seed = 1.0 if program.sum == program.root else float(self._top_grad(self.shape.above)[program.sum])
        self._walks: OrderedDict[int, Walk] = OrderedDict()
        self._earlier: tuple[int, Array] | None = None  # what the samples from a place on have brought
        self._places: tuple[str, _Places] | None = None

    # -- how far ----------------------------------------------------------------------------------------------------

    def row(self, position: Position) -> int:
        """Which sample of the data it is about; above the samples, and at zero, the last one, at update the first."""
        if position.phase is Phase.UPDATE:
            return self.rows[0]
        place = len(self.rows) - 1 if position.phase is Phase.ZERO else min(position.sample, len(self.rows) - 1)
        return self.rows[place]

    def computed(self, position: Position, place: int) -> int:
        """Operations of the sample at a place of the batch that have been computed; the last place is above them."""
        if position.phase is not Phase.FORWARD or place < position.sample:
            return self.shape.count(Position(Phase.FORWARD, place))
        return position.done if place == position.sample else 0

    def handed_on(self, position: Position, place: int) -> int:
        """Operations of that part that have handed their gradients on, the start of the pass included."""
        count = self.shape.count(Position(Phase.BACKWARD, place))
        if position.phase is not Phase.BACKWARD:
            return count if position.phase is Phase.UPDATE else 0
        return count if place > position.sample else position.done if place == position.sample else 0

    def updated(self, position: Position) -> int:
        """How many parameters have been moved."""
        return position.done if position.phase is Phase.UPDATE else 0

    @property
    def sum_gradient(self) -> float:
        """dL/d of the sum of all losses, and so of every sample's loss: 1, or 1 over their number."""
        return self._seed

    # -- parameters ---------------------------------------------------------------------------------------------------

    def theta(self, position: Position) -> Array:
        """(parameters,) as they are at the position."""
        theta, done = self.numbers.theta.copy(), self.updated(position)
        if done and self.numbers.after is not None:
            theta[:done] = self.numbers.after[:done]
        return theta

    def gradient(self, position: Position) -> Array:
        """(parameters,): those of the step before until they are set to zero, then what has arrived so far."""
        numbers, phase = self.numbers, position.phase
        if phase is Phase.UPDATE or position == Position(Phase.BACKWARD, 0, self._size_of_first()):
            return numbers.gradient.copy()
        gradient = numbers.stale.copy()
        if phase is Phase.FORWARD:
            return gradient
        if phase is Phase.ZERO:
            gradient[: position.done] = 0.0
            return gradient
        return self._arrived(position) + (0.0 if numbers.zeroed else gradient)

    def _size_of_first(self) -> int:
        return self.shape.count(Position(Phase.BACKWARD, 0))

    def _arrived(self, position: Position) -> Array:
        """What the backward pass has brought the parameters so far."""
        count = len(self.numbers.theta)
        total = self._top_grad(max(self.handed_on(position, len(self.rows)) - 1, 0))[:count]
        if position.sample < len(self.rows):
            total = total + self._from_place(position.sample + 1)
            done = max(position.done - (position.sample > 0), 0)
            walk = self.walk(self.rows[position.sample])
            total += walk.handed.sums(done, self.program.program.nodes)[:count]
        return total

    def _from_place(self, place: int) -> Array:
        """What the samples from this place of the batch on bring the parameters."""
        if self._earlier is None or self._earlier[0] != place:
            left = len(self.rows) - place
            total = np.zeros(len(self.numbers.theta))
            if left:
                with np.errstate(all="ignore"):
                    found = self._objective.evaluate(self.numbers.theta, self._index[place:]).gradient
                    scale = left * self._seed if self._seed != 1.0 else 1.0  # a mean was one over fewer samples
                    total = (found - self._top_grad(self.shape.above)[: len(total)]) * scale
            self._earlier = place, total
        return self._earlier[1]

    # -- every node -----------------------------------------------------------------------------------------------

    def loss(self, position: Position) -> float | None:
        """Of the sample that the position is about, once it is known."""
        place = self._place[self.row(position)]
        known = self.computed(position, place) >= self.shape.operations
        return float(self.numbers.losses[place]) if known else None

    def walk(self, row: int) -> Walk:
        """A sample of the batch in full."""
        if row in self._walks:
            self._walks.move_to_end(row)
            return self._walks[row]
        program = self.program
        walk = walked(program.program, program.of_sample, self._leaves(row), {program.loss: self._seed})
        self._walks[row] = walk
        while len(self._walks) > max(2, KEPT_NODES // program.program.nodes):
            self._walks.popitem(last=False)
        return walk

    def in_full(self, position: Position) -> Array:
        """Data of every node of `program` once the position's part has been computed; nan: not of this part."""
        return self.top.data if position.sample == len(self.rows) else self.walk(self.row(position)).data

    def sample_numbers(self, position: Position, row: int) -> tuple[Array, Array]:
        """Data and gradient of every node of `program`, as seen from a sample; data of nan are not computed yet."""
        program, place = self.program, self._place.get(row)
        data, grad = self._leaves(row), np.zeros(program.program.nodes)
        if place is not None:
            done = program.of_sample[: self.computed(position, place)]
            if done:
                data[done] = self.walk(row).data[done]
            handed = self.handed_on(position, place)
            grad[program.loss] = self._loss_gradient(position, place)
            own = min(max(handed - (place > 0), 0), self.shape.operations)
            if own:
                grad += self.walk(row).handed.sums(own, program.program.nodes)
        self._put_shared(position, data, grad)
        return data, grad

    def of_graph(self, position: Position, graph: GraphSnapshot) -> tuple[Array, Array]:
        """Data and gradient of every node of a graph of this step's scalars."""
        if self._places is None or self._places[0] != graph.key:
            self._places = graph.key, self._found([node.address for node in graph.nodes])
        return self._filled(position, self._places[1], len(graph.nodes))

    def numbers_of(self, position: Position, addresses: Sequence[str]) -> tuple[Array, Array]:
        """The same of a few addresses; nan and 0 for those that the step does not have."""
        return self._filled(position, self._found(addresses), len(addresses))

    def place_of(self, row: int) -> int | None:
        """A sample's place in the batch; None where it is not in it."""
        return self._place.get(row)

    def arrived(self, position: Position) -> Array:
        """(parameters,): what the backward pass has brought so far, without what was there before."""
        if position.phase is Phase.UPDATE:
            position = Position(Phase.BACKWARD, 0, self._size_of_first())
        return self._arrived(position) if position.phase is Phase.BACKWARD else np.zeros(len(self.numbers.theta))

    def _filled(self, position: Position, places: _Places, count: int) -> tuple[Array, Array]:
        data, grad = np.full(count, np.nan), np.zeros(count)
        for row, nodes, sources in places.rows:
            of_row = self.sample_numbers(position, row)
            data[nodes], grad[nodes] = of_row[0][sources], of_row[1][sources]
        shared = self._shared(position)
        data[places.shared[0]], grad[places.shared[0]] = (values[places.shared[1]] for values in shared)
        for node, place in places.partials:
            data[node], grad[node] = self._partial(position, place)
        return data, grad

    # -- inside -----------------------------------------------------------------------------------------------------

    def _leaves(self, row: int) -> Array:
        dataset = self._objective.dataset
        return self.program.leaves(self.numbers.theta, dataset.inputs[row], dataset.targets[row])

    def _above(self) -> Walk:
        program = self.program
        start = self._leaves(self.rows[0])
        start[program.sum] = self.running[-1]
        return walked(program.program, program.above, start, {program.root: 1.0})

    def _top_grad(self, operations: int) -> Array:
        """What so many operations above the samples have handed on, by node; the start of the pass is not in it."""
        return self.top.handed.sums(operations, self.program.program.nodes)

    def _shared(self, position: Position) -> tuple[Array, Array]:
        """Parameters, the sum of all losses and what is above it; all else is nan and 0."""
        nodes = self.program.program.nodes
        data, grad = np.full(nodes, np.nan), np.zeros(nodes)
        self._put_shared(position, data, grad)
        return data, grad

    def _put_shared(self, position: Position, data: Array, grad: Array) -> None:
        program, last = self.program, len(self.rows) - 1
        data[program.shared_leaves] = self.top.data[program.shared_leaves]
        done = program.above[: self.computed(position, last + 1)]
        data[done] = self.top.data[done]
        complete = self.computed(position, last) >= self.shape.count(Position(Phase.FORWARD, last))
        data[program.sum] = self.running[-1] if complete else np.nan
        started = self.handed_on(position, last + 1)
        if started:
            top = self._top_grad(started - 1)
            top[program.root] += 1.0
            grad[program.shared] = top[program.shared]
        count = len(self.numbers.theta)
        data[:count], grad[:count] = self.theta(position), self.gradient(position)

    def _sum_gradient(self, position: Position) -> float:
        """Of the sum of all losses."""
        started = self.handed_on(position, len(self.rows))
        if self.program.sum == self.program.root:
            return 1.0 if started else 0.0
        return float(self._top_grad(max(started - 1, 0))[self.program.sum])

    def _loss_gradient(self, position: Position, place: int) -> float:
        """Of a sample's loss: what the sum above it has handed on."""
        if len(self.rows) == 1:
            return self._sum_gradient(position)
        return self._seed if self.handed_on(position, max(place, 1)) else 0.0

    def _partial(self, position: Position, place: int) -> tuple[float, float]:
        """Of the sum of the losses up to a place in the batch; only where that is all rows in their order."""
        if self.numbers.rows is not None:
            return np.nan, 0.0
        known = self.computed(position, place) >= self.shape.count(Position(Phase.FORWARD, place))
        reached = self.handed_on(position, place + 1) > 0
        return float(self.running[place]) if known else np.nan, self._seed if reached else 0.0

    def _of_batch(self, address: str) -> str:
        """The address in this program: `1 over 4` is `1 over 2` where only two of the four rows are in the batch."""
        return f"1 over {len(self.rows)}" if address.startswith("1 over ") else address

    def _found(self, addresses: Sequence[str]) -> _Places:
        by_row: dict[int, tuple[list[int], list[int]]] = {}
        shared: tuple[list[int], list[int]] = [], []
        partials = []
        for i, address in enumerate(addresses):
            row, partial = ROW.match(address), PARTIAL.fullmatch(address)
            if partial:
                partials.append((i, int(partial[1]) - 1))
                continue
            target = by_row.setdefault(int(row[1]) - 1, ([], [])) if row else shared
            source = self.program.node(SAMPLE + address[row.end() :] if row else self._of_batch(address))
            if source is not None:
                target[0].append(i)
                target[1].append(source)
        rows = tuple((row, _index(here), _index(there)) for row, (here, there) in by_row.items())
        return _Places(rows, (_index(shared[0]), _index(shared[1])), tuple(partials))


def _index(nodes: list[int]) -> Index:
    return np.array(nodes, dtype=np.int64)
