"""Where a gradient comes from: the chain rule of one node in numbers and TeX, and a numerical check of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.features import parsed
from core.focus import Focus, Replay
from core.nudge import NudgeCheck, judged, rounding_floor, step_for, switches
from core.ops import OPS
from core.program import Array
from core.tex import number_tex, symbol, title
from core.words import mark, trn

if TYPE_CHECKING:
    from core.update_told import UpdateTold


@dataclass(frozen=True)
class Operand:
    """One input of the explained node's own operation."""

    address: str
    data: float
    local: float  # ∂node/∂operand
    contribution: float  # what the node hands to the operand: gradient of the node × local
    upstream: float | None = None  # the gradient that it handed on, where it acted with another one than it has now
    name: str = ""  # how a person calls it; empty: by its address


@dataclass(frozen=True)
class Consumer:
    """One use of the explained node: upstream × local = contribution to its gradient."""

    address: str  # the node that uses it; empty for a sum over several samples
    op: str  # symbol of that node's operation
    upstream: float  # dL/dconsumer; nan where several samples are summed up in this row
    local: float  # ∂consumer/∂node; nan likewise
    contribution: float  # upstream × local, or their sum over the samples
    note: str = ""  # `the other 99 samples`, `never handed on`; empty otherwise
    name: str = ""  # how a person calls the node; empty: by its address


@dataclass(frozen=True)
class Explanation:
    """All that the inspector shows of one node."""

    address: str
    title: str  # in words: `hidden 2 · neuron 2 · output`
    data: float
    gradient: float
    share: float | None  # of a parameter: the selected sample's share of the gradient
    op: str  # symbol; empty for a leaf
    role: (
        str  # marked: `parameter`, `input`, `target`, `constant`, `operation`, `loss`; of a sheet also `leaf`, `output`
    )
    rule: str  # the one line of code that implements the operation; empty for a leaf
    operands: tuple[Operand, ...]
    consumers: tuple[Consumer, ...]
    check: NudgeCheck | None  # None where a nudge makes no sense (the loss of a diverged run)
    tex: str  # symbolic chain rule: `\\frac{dL}{dh_{2}} = …`; the same for the same structure, no numbers inside
    tex_op: str  # the operation itself: `h_{2} = \\tanh(z_{2})`; empty for a leaf
    tex_local: str = ""  # the local derivative of the only consumer: `\\frac{\\partial h}{\\partial z} = 1 - h^2`
    of: str = ""  # what the gradient is of, in the expression lab: `L`; empty for the loss
    complete: bool = True  # False while the backward pass is still to come: what it will bring is nan
    progress: str = ""  # how far the backward pass is: `1 of 2 uses so far`
    name: str = ""  # how a person calls the node; empty: by its address
    inside: bool = False  # of a place inside a step: numbers are as they are there
    update: UpdateTold | None = None  # of a parameter: what the next step does to it, once `with_update` has told


def explain(focus: Focus, replay: Replay, address: str, *, check: bool = True) -> Explanation | None:
    """Take one node's gradient apart; None if the replay has no such address. `check` adds the numerical slope."""
    node = replay.node(address)
    if node is None:
        return None
    program = replay.program
    consumers = _consumers(focus, replay, node)
    operation = OPS.get(program.ops[node])
    names = _Symbols(replay, focus)
    return Explanation(
        address=address,
        title=title(address, focus.layers, focus.outputs),
        data=float(replay.data[node]),
        gradient=float(replay.grad[node]),
        share=_share(replay, node, consumers) if node < program.parameters else None,
        op=program.symbols[node],
        role=_role(replay, node),
        rule=operation.rule if operation else "",
        operands=tuple(_operands(replay, node)),
        consumers=tuple(consumers),
        check=nudge(focus, replay, node) if check else None,
        tex=names.chain_rule(node, consumers),
        tex_op=names.operation(node),
        tex_local=names.local(node, consumers),
    )


def nudge(focus: Focus, replay: Replay, node: int) -> NudgeCheck | None:
    """The central difference of the loss over one node; None where the loss is not finite."""
    value, gradient = float(replay.data[node]), float(replay.grad[node])
    h = step_for(value)
    above, below = value + h, value - h
    totals, numbers = [], []
    everywhere = node < replay.program.parameters and not replay.unrolled
    for moved in (above, below):
        if everywhere:
            theta = replay.theta.copy()
            theta[node] = moved
            totals.append(focus.objective.evaluate(theta, gradient=False).loss)
        else:
            total, data = focus.nudged(replay, node, moved)
            totals.append(total)
            numbers.append(data)
    slope = (totals[0] - totals[1]) / (above - below)

    def find_kink() -> tuple[str, str]:
        return _kink_over_rows(focus, replay, node, h) if everywhere else _kink(replay, numbers[0], numbers[1])

    return judged(h, slope, gradient, rounding_floor(_moves(replay), h), find_kink)


def _moves(replay: Replay) -> Array:
    """How far a rounding of each operation moves the loss, in units of the rounding."""
    program = replay.program
    with np.errstate(all="ignore"):  # of a diverged run
        moves = replay.data * replay.grad
    moves[: program.lanes_from] = 0.0  # leaves are exact
    moves[program.inputs] = moves[program.targets] = 0.0
    return moves


def _kink(replay: Replay, above: Array, below: Array) -> tuple[str, str]:
    """The first kinked operation whose branch differs between two replays, and its symbol; or nothing."""
    program = replay.program
    for node in program.display:
        if switches(OPS.get(program.ops[node]), program.operands[node], above, below):
            return replay.address(int(node)), program.symbols[node]
    return "", ""


def _kink_over_rows(focus: Focus, replay: Replay, node: int, h: float) -> tuple[str, str]:
    """The same for a parameter, looked for in every sample."""
    for sample in range(len(replay.evaluation.sample_losses)):
        here = focus.replay(replay.theta, replay.evaluation, sample, whole=False)
        value = float(here.data[node])
        kink = _kink(here, focus.nudged(here, node, value + h)[1], focus.nudged(here, node, value - h)[1])
        if kink[0]:
            return kink
    return "", ""


def _locals(replay: Replay, node: int) -> tuple[float, ...]:
    """∂node/∂operand for each operand of an operation."""
    program = replay.program
    numbers = [float(replay.data[operand]) for operand in program.operands[node]]
    constant = program.constants[node]
    if constant is not None:
        numbers.append(constant)
    found: tuple[float, ...] = OPS[program.ops[node]].partials(*numbers, float(replay.data[node]))
    return found


def _operands(replay: Replay, node: int) -> list[Operand]:
    if not replay.program.operands[node]:
        return []
    return [
        Operand(replay.address(operand), float(replay.data[operand]), local, float(replay.grad[node]) * local)
        for operand, local in zip(replay.program.operands[node], _locals(replay, node), strict=True)
    ]


def _consumers(focus: Focus, replay: Replay, node: int) -> list[Consumer]:
    """Every use of a node. The other samples' uses of a parameter, where they are not there, come as one row.

    Samples stand first, what is over all of them (L2) last.
    """
    program = replay.program
    found = []
    for user in sorted(focus.users(program)[node], key=lambda user: not program.addresses[user].startswith("sample")):
        pairs = zip(program.operands[user], _locals(replay, user), strict=True)
        local = sum(partial for operand, partial in pairs if operand == node)
        upstream = float(replay.grad[user])
        found.append(Consumer(replay.address(user), program.symbols[user], upstream, local, upstream * local))
    if node < program.parameters and not replay.unrolled:
        others = len(replay.evaluation.sample_losses) - 1
        rest = float(replay.grad[node]) - sum(consumer.contribution for consumer in found)
        count = f"{others:,}".replace(",", "\N{THIN SPACE}")
        note = trn("the other {n} samples", "the other {n} samples", others, n=count)
        found.insert(1, Consumer("", "", float("nan"), float("nan"), rest, note))
    return found


def _share(replay: Replay, node: int, consumers: list[Consumer]) -> float:
    """What the selected sample alone contributes to a parameter's gradient."""
    prefix = f"sample{replay.sample + 1}/"
    return sum(consumer.contribution for consumer in consumers if consumer.address.startswith(prefix))


def _role(replay: Replay, node: int) -> str:
    program = replay.program
    if node == program.root:
        return mark("loss")
    if program.operands[node]:
        return mark("operation")
    if node < program.parameters:
        return mark("parameter")
    if node in program.inputs:
        return mark("input")
    return mark("target") if node in program.targets else mark("constant")


class _Symbols:
    """Writes a node's formulas in TeX."""

    def __init__(self, replay: Replay, focus: Focus) -> None:
        self._replay, self._focus = replay, focus
        read = focus.objective.experiment.network.features
        self._features = {text: rf"f_{{{i}}}" for i, text in enumerate(read, start=1) if parsed(text).kind != "x"}

    def _of(self, node: int) -> str:
        return self._named(self._replay.address(node))

    def _named(self, address: str) -> str:
        """A feature is called f₃, as in the products that it goes into: a derivative by x² would look like another."""
        feature = self._features.get(address.partition("/")[2])
        return feature or symbol(address, self._focus.layers, self._focus.outputs)

    def operation(self, node: int) -> str:
        """`h = \\tanh(z)`; empty for a leaf."""
        program = self._replay.program
        operation = OPS.get(program.ops[node])
        if operation is None:
            return ""
        names = [self._of(operand) for operand in program.operands[node]]
        return f"{self._of(node)} = " + operation.formula(names, number_tex(program.constants[node]))

    def chain_rule(self, node: int, consumers: list[Consumer]) -> str:
        """The gradient as a sum of upstream × local, one term a consumer; a sum sign where there are many."""
        me = self._of(node)
        left = rf"\frac{{dL}}{{d{me}}}"
        named = [self._named(consumer.address) for consumer in consumers if consumer.address]
        if node == self._replay.program.root:
            return rf"{left} = 1"
        if not consumers:
            return rf"{left} = 0"
        if len(consumers) > 2 or len(named) < len(consumers):
            return rf"{left} = \sum_k \frac{{dL}}{{dc_k}} \cdot \frac{{\partial c_k}}{{\partial {me}}}"
        terms = [rf"\frac{{dL}}{{d{user}}} \cdot \frac{{\partial {user}}}{{\partial {me}}}" for user in named]
        return f"{left} = " + " + ".join(terms)

    def local(self, node: int, consumers: list[Consumer]) -> str:
        """What the first consumer's local derivative is, by its operation; empty without one."""
        first = next((consumer for consumer in consumers if consumer.address), None)
        if first is None:
            return ""
        program = self._replay.program
        user = self._replay.node(first.address)
        if user is None or not program.ops[user]:
            return ""
        names = [self._of(operand) for operand in program.operands[user]]
        constant = program.constants[user]
        formulas = OPS[program.ops[user]].partial_formulas(
            names, c=number_tex(constant), c1=number_tex(None if constant is None else constant - 1), out=self._of(user)
        )
        partials = [
            formula for operand, formula in zip(program.operands[user], formulas, strict=True) if operand == node
        ]
        return rf"\frac{{\partial {self._of(user)}}}{{\partial {self._of(node)}}} = " + " + ".join(partials)
