"""From the journal of a run to its sheet: the graph that is shown, and the steps that touch it.

What happened before the first operation of the shown graph was computed is folded into the numbers of the start. So a
training loop shows its last step, with the parameters as they were before it.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Mapping

import numpy as np

from core.engine import Value
from core.expression.interpreter import Interpreter
from core.expression.journal import Event, Journal, Made, Passed, Wrote
from core.expression.limits import SHOWN
from core.expression.sheet import Array, Change, Leaf, Phase, Sheet, Span, Step
from core.expression.source import Source
from core.expression.values import Tracked
from core.graph import GraphNode, GraphSnapshot, topological_order
from core.words import tr


def sheet_of(run: Interpreter) -> Sheet:
    """The sheet of a text that ran to its end. Raises ExpressionError if the time is up."""
    run.look()
    root = run.root()
    order = topological_order(root) if root is not None else []
    source, journal = run.source, run.journal
    index = {value: i for i, value in enumerate(order)}
    nodes = _nodes(order, index, journal)
    run.look()
    first = _first(journal.events, index)
    start_data, start_grad = _start(order, index, journal, first)
    births = journal.births
    made = {event.value: event.origin for event in journal.events if isinstance(event, Made) and event.value in index}
    origins = tuple(_span(source, births[value].origin if value in births else made.get(value)) for value in order)
    return Sheet(
        source.text,
        GraphSnapshot(_key(nodes), nodes),
        tuple([value._constant for value in order]),
        origins,
        _leaves(order, nodes, origins, journal, source, start_data),
        start_data,
        start_grad,
        _Steps(index, source).of(journal.events[first:], run.look),
        tuple(run.output.lines),
        run.functions(),
        _note(run, len(order)),
        _end(run, root),
    )


def _span(source: Source, node: ast.AST | None) -> Span | None:
    return None if node is None else source.span(node)


def _note(run: Interpreter, size: int) -> str:
    large = (
        [
            tr(
                "This graph has {size} values: more than {shown} are hard to look at.",
                size=f"{size:,}",
                shown=f"{SHOWN:,}",
            )
        ]
        if size > SHOWN
        else []
    )
    return " ".join([*large, *run.notes])


def _end(run: Interpreter, root: Value | None) -> str:
    """What the text can write for the end of the graph, after its last line: the name like its label comes first."""
    if root is None:
        return ""
    names = [name for name, value in run.top.names.items() if _holds(value, root)]
    if names:
        return root.label if root.label in names else names[-1]
    lists = [name for name, value in run.top.names.items() if isinstance(value, list) and value and value[-1] is root]
    return f"{lists[-1]}[-1]" if lists else ""


def _holds(value: object, root: Value) -> bool:
    return value is root or (isinstance(value, Tracked) and value.node is root)


# -- structure ----------------------------------------------------------------------------------------------------


def _nodes(order: list[Value], index: Mapping[Value, int], journal: Journal) -> tuple[GraphNode, ...]:
    """Labels and addresses. An address is used once: what has the same name gets a `'`."""
    calls = sorted({journal.parts[value][0] for value in order if value in journal.parts})
    number = {call: i for i, call in enumerate(calls, start=1)}
    taken: dict[str, int] = {}
    nodes = []
    for i, value in enumerate(order):
        label = value.label
        address = label
        if value in journal.names:
            address = journal.names[value]
            label = label or address
        elif not address and value in journal.parts:
            call, address = journal.parts[value]
            address = f"call{number[call]}/{address}" if len(calls) > 1 else address
        nodes.append(GraphNode(_unique(address or f"v{i}", taken), label, value._op, _operands(value, index)))
    return tuple(nodes)


def _operands(value: Value, index: Mapping[Value, int]) -> tuple[int, ...]:
    return tuple([index[operand] for operand in value._prev])


def _unique(address: str, taken: dict[str, int]) -> str:
    """The address, with as many `'` as it needs; `taken` counts them, so that many of one name stay quick."""
    more = taken.get(address)
    if more is None:
        taken[address] = 0
        return address
    more += 1
    while (found := address + _primes(more)) in taken:
        more += 1
    taken[address] = more
    taken[found] = 0
    return found


def _primes(count: int) -> str:
    """`'`, `''`, `'''`; beyond, the number: `'4`."""
    return "'" * count if count <= 3 else f"'{count}"


def _key(nodes: tuple[GraphNode, ...]) -> str:
    """A name of the structure: no number goes into it."""
    parts = [(node.address, node.label, node.op, node.operands) for node in nodes]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _leaves(
    order: list[Value],
    nodes: tuple[GraphNode, ...],
    origins: tuple[Span | None, ...],
    journal: Journal,
    source: Source,
    start: Array,
) -> tuple[Leaf, ...]:
    """In the order of the text. A literal that made several leaves belongs to none of them."""
    found = [(i, journal.births[value]) for i, value in enumerate(order) if not value._prev]
    uses: dict[int, int] = {}
    for _, birth in found:
        uses[id(birth.literal)] = uses.get(id(birth.literal), 0) + 1
    leaves = []
    for i, birth in found:
        literal = birth.literal if uses[id(birth.literal)] == 1 else None
        number = float(start[i]) if literal is None else birth.data
        leaves.append(Leaf(i, nodes[i].address, number, _span(source, literal)))
    places = {i: (span.line, span.column) for i, span in enumerate(origins) if span is not None}
    return tuple(sorted(leaves, key=lambda leaf: (places.get(leaf.node, (0, 0)), leaf.node)))


# -- the start ----------------------------------------------------------------------------------------------------


def _first(events: list[Event], index: Mapping[Value, int]) -> int:
    """The first event that computed an operation of the shown graph; 0 for a graph without operations."""
    return next((i for i, event in enumerate(events) if isinstance(event, Made) and event.value in index), 0)


def _start(order: list[Value], index: Mapping[Value, int], journal: Journal, first: int) -> tuple[Array, Array]:
    """Data and gradients before the first step: leaves have theirs, operations none yet."""
    data = [np.nan if value._prev else journal.births[value].data for value in order]
    grad = [0.0] * len(order)
    for event in journal.events[:first]:
        if isinstance(event, Wrote):
            i = index.get(event.value)
            if i is not None:
                (data if event.field == "data" else grad)[i] = event.after
        elif isinstance(event, Passed):
            for part in event.told.parts:
                i = index.get(part[0])
                if i is not None:
                    grad[i] = part[5]
    return np.array(data, dtype=np.float64), np.array(grad, dtype=np.float64)


# -- the steps ----------------------------------------------------------------------------------------------------


class _Steps:
    """Turns events into steps; writes that belong together become one."""

    def __init__(self, index: Mapping[Value, int], source: Source) -> None:
        self._index, self._source = index, source
        self._steps: list[Step | _Together] = []
        self._open: dict[Phase, _Together] = {}
        self._spans: dict[ast.AST, Span] = {}

    def of(self, events: list[Event], look: Callable[[], None]) -> tuple[Step, ...]:
        """Only those that touch the graph; `look` is called now and then."""
        index = self._index
        for number, event in enumerate(events):
            if number % 4096 == 0:
                look()
            if isinstance(event, Made):
                i = index.get(event.value)
                if i is not None:
                    change = Change(i, "data", np.nan, event.data)
                    self._add(Step(Phase.FORWARD, i, (change,), self._span(event.origin)))
            elif isinstance(event, Wrote):
                self._wrote(event)
            else:
                self._passed(event)
        return tuple([step.step() if isinstance(step, _Together) else step for step in self._steps])

    def _add(self, step: Step) -> None:
        self._open.clear()
        self._steps.append(step)

    def _span(self, origin: ast.AST | None) -> Span | None:
        if origin is None:
            return None
        span = self._spans.get(origin)
        if span is None:
            span = self._spans[origin] = self._source.span(origin)
        return span

    def _wrote(self, event: Wrote) -> None:
        i = self._index.get(event.value)
        if i is None:
            return
        change = Change(i, event.field, event.before, event.after)
        if event.phase is Phase.BACKWARD:
            self._add(Step(Phase.BACKWARD, i, (change,), self._span(event.origin)))
            return
        together = self._open.get(event.phase)
        if together is not None and (event.phase is Phase.ZERO or (event.loop and together.loop == event.loop)):
            together.changes.append(change)
            return
        for phase, other in list(self._open.items()):
            if phase is event.phase or not event.loop or other.loop != event.loop:
                del self._open[phase]
        together = _Together(event.phase, [change], self._span(event.origin), event.loop)
        self._open[event.phase] = together
        self._steps.append(together)

    def _passed(self, event: Passed) -> None:
        index, told = self._index, event.told
        acting = index.get(told.node)
        if acting is not None:
            changes = tuple(
                [
                    Change(index[operand], "grad", before, after, position, upstream, local)
                    for operand, position, upstream, local, before, after in told.parts
                ]
            )
            self._add(Step(Phase.BACKWARD, acting, changes, self._span(event.origin)))
            return
        written = [Change(index[part[0]], "grad", part[4], part[5]) for part in told.parts if part[0] in index]
        if not written:
            return
        last = self._steps[-1] if self._steps else None
        if isinstance(last, _Together) and last.phase is Phase.BACKWARD and last.call == event.call:
            last.changes += written  # from outside of the graph shown, in one backward()
            return
        self._open.clear()
        self._steps.append(_Together(Phase.BACKWARD, written, self._span(event.origin), 0, event.call))


class _Together:
    """A step that grows while more is written in the same loop."""

    def __init__(self, phase: Phase, changes: list[Change], span: Span | None, loop: int, call: int = 0) -> None:
        self.phase, self.changes, self.span, self.loop, self.call = phase, changes, span, loop, call

    def step(self) -> Step:
        nodes = {change.node for change in self.changes}
        return Step(self.phase, nodes.pop() if len(nodes) == 1 else -1, tuple(self.changes), self.span)
