"""State: what the lab shows at one moment, as far as a lesson asks about it. Figures and checks read it.

The window makes one of what it shows; `state_of_sheet` and `state_of_trainer` make one without a window.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.bugs import NO_BUGS, Bugs
from core.experiment import Experiment, bugs_of
from core.explain import Explanation, explain
from core.expression.explain import explain_at, gradient_data, target_at
from core.expression.nearest import did_you_mean, nearest
from core.expression.replay import replay_of
from core.expression.sheet import Sheet
from core.expression.sheet import State as SheetState
from core.focus import Focus, Replay
from core.graph import GraphNode
from core.measures import accuracy_of, on_test_rows
from core.trainer import Trainer
from core.words import tr

Array = NDArray[np.float64]
_NEURON = re.compile(r".*/(L\d+\.N\d+)\.out")


def _nothing(address: str) -> Explanation | None:
    return None


def _nowhere(address: str, by: float) -> float:
    return math.nan


@dataclass(frozen=True, eq=False)
class State:
    """One moment. Numbers stand by node; data that was not computed yet is nan."""

    mode: Literal["expression", "network"]
    nodes: tuple[GraphNode, ...]
    data: Array
    grad: Array
    target: int = -1  # the node that the gradients are of; −1 for none
    step: int = 0  # steps trained; in an expression: steps of the playhead
    experiment: Experiment = field(default_factory=Experiment)
    bugs: Bugs = NO_BUGS
    measured: Mapping[str, float] = field(default_factory=dict)  # loss, accuracy, test loss, test accuracy (0 … 1)
    explain: Callable[[str], Explanation | None] = _nothing
    moved: Callable[[str, float], float] = _nowhere  # the target's data if a node were so much larger; nan: unknown
    end: State | None = None  # of an expression, where its playhead is not at the end: the same there

    @cached_property
    def places(self) -> dict[str, int]:
        """The number of every address."""
        return {node.address: i for i, node in enumerate(self.nodes)}

    @property
    def named(self) -> list[str]:
        """The addresses that a person would know: of an expression those with a label, if there are any."""
        return [node.address for node in self.nodes if node.label] or list(self.places)

    @property
    def outcome(self) -> State:
        """What tasks ask about: the numbers at the end of the playback, so that one can be asked before it is shown."""
        return self.end or self

    @property
    def result(self) -> float:
        """The data of the node that the gradients are of."""
        return float(self.data[self.target]) if self.nodes else math.nan


def state_of_sheet(sheet: Sheet, here: SheetState, bugs: Bugs = NO_BUGS) -> State:
    """The expression lab at a moment of its playback."""
    target = target_at(sheet, here.position) if sheet.graph.nodes else -1
    return State(
        "expression",
        sheet.graph.nodes,
        here.data,
        here.grad,
        target,
        here.position,
        bugs=bugs,
        explain=partial(explain_at, sheet, here),
        moved=partial(_moved_in_sheet, sheet, here, target),
    )


def state_of_trainer(trainer: Trainer, sample: int = 0) -> State:
    """The network lab between two steps, seen from a training row (counted from 0). Belongs to the trainer's thread.

    Gradients are those of the loss over all rows; of parameters with the bugs that are on.
    """
    true = trainer.objective.evaluate(trainer.theta)
    found = trainer.evaluate(None) if trainer.experiment.training.bugs else true
    focus = Focus(trainer.objective)
    replay = focus.replay(trainer.theta, true, sample)
    program = replay.program
    nodes = tuple(
        GraphNode(replay.address(i), "", program.symbols[i] if program.ops[i] else "", program.operands[i])
        for i in range(program.nodes)
    )
    grad = replay.grad.copy()
    grad[: program.parameters] = found.gradient
    test = on_test_rows(trainer.objective, trainer.theta)
    measured = {
        "loss": found.loss,
        "accuracy": accuracy_of(found.outputs, trainer.dataset.targets, trainer.dataset),
        "test loss": test.loss if test else None,
        "test accuracy": test.accuracy if test else None,
    }
    return State(
        "network",
        nodes,
        replay.data,
        grad,
        program.root,
        trainer.step,
        trainer.experiment,
        bugs_of(trainer.experiment.training),
        {name: number for name, number in measured.items() if number is not None},
        partial(explain, focus, replay),
        partial(_moved_in_network, focus, replay),
    )


def no_node(address: str, state: State) -> str:
    """What to say of a node that there is not; empty if there is."""
    neurons = _neurons(state)
    if address in state.places or address in neurons:
        return ""
    said = tr("There is no node '{node}' in this graph.", node=address)
    return said + did_you_mean(nearest(address, [*state.named, *neurons]))


def _neurons(state: State) -> set[str]:
    """`L1.N2` is a node of the picture of the network."""
    if state.mode != "network":
        return set()
    return {found[1] for node in state.nodes if (found := _NEURON.fullmatch(node.address))}


def _moved_in_sheet(sheet: Sheet, here: SheetState, target: int, address: str, by: float) -> float:
    node = sheet.node(address)
    if node is None or target < 0:
        return math.nan
    data = gradient_data(sheet, here)
    return replay_of(sheet).nudged(data, node, data[node] + by, target)[target]


def _moved_in_network(focus: Focus, replay: Replay, address: str, by: float) -> float:
    node = replay.node(address)
    if node is None:
        return math.nan
    number = float(replay.data[node]) + by
    if node < replay.program.parameters and not replay.unrolled:
        theta = replay.theta.copy()
        theta[node] = number
        return focus.objective.evaluate(theta, gradient=False).loss
    return focus.nudged(replay, node, number)[0]
