"""Bugs in network mode: the gradient that `core.bugs.backward` gives on the whole loss, found with compiled Programs.

The whole loss is one graph: every sample's own graph, the chain of additions that sums up their losses, and above it
the mean and the penalties. Samples meet in parameters alone, which are leaves; so what is above the samples is
walked as Values, and the samples side by side as lanes, with the gradients that reached their losses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.bug_walk import BugWalk
from core.bugs import IN_GRADIENTS, Bug, Bugs, acting_order, hand_on, pass_count, recompute, update_sign
from core.diagnostics import Divergence
from core.engine import Value
from core.graph import topological_order
from core.objective import LANES, Evaluation, Objective, one_or_all
from core.program import Array, Index
from core.record import build_network, record_focus
from core.words import tr

KEPT_SIZES = 3  # of batches: whole ones, the last one of an epoch, one more


@dataclass(frozen=True, eq=False)
class BrokenEvaluation(Evaluation):
    """Loss and gradient with the bugs in them."""

    accumulated: Array  # the parameters' gradients as they stay behind: the next step begins with them


class BrokenObjective:
    """L(θ) and what a program with these bugs takes for dL/dθ. Belongs to the thread of its Objective."""

    def __init__(self, objective: Objective, bugs: Bugs) -> None:
        """Raises BugError where naive recursion would not end soon (paths through many layers are very many)."""
        self.objective = objective
        self.bugs = bugs
        self._walk = BugWalk(objective.program, bugs) if bugs & IN_GRADIENTS else None
        self._tops: dict[int, _Top] = {}

    @property
    def update_sign(self) -> float:
        """What the step of an update is multiplied by."""
        return update_sign(self.bugs)

    def fresh_gradients(self) -> Array:
        """The parameters' gradients before the first step."""
        return np.zeros(len(self.objective.initial))

    def evaluate(self, theta: Array, rows: Index | None, accumulated: Array) -> BrokenEvaluation:
        """Loss and gradient over these rows (all, if None), every row once.

        `accumulated`: the gradients that the step before left. They are set to zero first, unless it is the bug that
        they are not. Values that are not finite simply come out so.
        """
        before = accumulated if Bug.NO_ZERO in self.bugs else np.zeros(len(theta))
        if self._walk is None:
            true = self.objective.evaluate(theta, rows)
            gradient = before + true.gradient
            return BrokenEvaluation(true.loss, gradient, true.outputs, true.sample_losses, gradient)
        return self._walked(self._walk, theta, rows, before)

    def _walked(self, walk: BugWalk, theta: Array, rows: Index | None, before: Array) -> BrokenEvaluation:
        dataset, program = self.objective.dataset, walk.program
        inputs, targets = dataset.inputs, dataset.targets
        if rows is not None:
            inputs, targets = inputs[rows], targets[rows]
        count = len(targets)
        chunks = [slice(start, min(start + LANES, count)) for start in range(0, count, LANES)]
        top, bugs = self._top(count), self.bugs
        outputs, losses = np.empty((len(program.outputs), count)), np.empty(count)
        data = np.empty((0, 0))
        for chunk in chunks:
            data = walk.forward(theta, inputs[chunk], targets[chunk])
            outputs[:, chunk], losses[chunk] = data[program.outputs], data[program.root]
        loss = top.forward(theta, losses)
        seeds, with_top = top.backward(bugs, before)
        total = with_top if walk.from_last else before
        for chunk in reversed(chunks) if walk.from_last else chunks:
            if len(chunks) > 1:
                data = walk.forward(theta, inputs[chunk], targets[chunk])
            grad = walk.fresh_gradients(data)
            for seed in seeds:
                total = walk.backward(data, grad, seed[chunk], total)
        if not walk.from_last:
            total = top.backward(bugs, total)[1]
        return BrokenEvaluation(loss, total, one_or_all(outputs), losses, total)

    def _top(self, count: int) -> _Top:
        if count not in self._tops:
            if len(self._tops) >= KEPT_SIZES:
                self._tops.clear()
            self._tops[count] = _Top(self.objective, count)
        return self._tops[count]


def broken_divergence(
    broken: BrokenObjective, theta: Array, step: int, rows: Index | None, accumulated: Array
) -> Divergence:
    """What is not finite: a node, where it would be so without the bugs too; else what they made of the loss."""
    advice = tr("With the bug the numbers grow beyond all bounds: step back, or switch it off and reset.")
    objective = broken.objective
    bad = objective.first_not_finite(theta, rows)
    if bad is not None:
        return Divergence(step, *bad, advice)
    found = broken.evaluate(theta, rows, accumulated)
    wrong = np.flatnonzero(~np.isfinite(found.gradient))
    if np.isfinite(found.loss) and len(wrong):
        first = int(wrong[0])
        return Divergence(step, objective.names[first], float(found.gradient[first]), advice, in_gradient=True)
    return Divergence(step, "loss", found.loss, advice)


class _Top:
    """What is above the samples' losses: their sum, the mean, the penalties."""

    def __init__(self, objective: Objective, count: int) -> None:
        # with a network of its own, whose Values change
        recording = record_focus(objective.experiment, build_network(objective.experiment), count)
        self._count = count
        self._root = recording.root
        self._parameters = recording.parameters
        self._sum = next(node for node in topological_order(recording.root) if recording.others in node._prev)
        self._sum._prev, self._sum._pull = (), None  # from here on a leaf: the samples are lanes
        self._nodes = topological_order(self._root)
        own = {id(parameter) for parameter in self._parameters}
        self._penalised = any(id(node) in own for node in self._nodes)

    def forward(self, theta: Array, losses: Array) -> float:
        """The loss that is minimised; the samples' are summed up one after the other."""
        with np.errstate(all="ignore"):
            self._sum.data = float(np.add.accumulate(losses)[-1])
        if self._penalised:
            for parameter, number in zip(self._parameters, theta.tolist(), strict=True):
                parameter.data = number
        recompute(self._root)
        return self._root.data

    def backward(self, bugs: Bugs, before: Array) -> tuple[list[Array], Array]:
        """Per pass the gradients of the samples' losses; and the parameters' gradient with the penalties' share."""
        for node in self._nodes:
            node.grad = 0.0
        if self._penalised:
            for parameter, number in zip(self._parameters, before.tolist(), strict=True):
                parameter.grad = number
        order: list[Value] = acting_order(self._root, bugs)
        seeds: list[Array] = []
        sums = np.zeros(max(self._count - 1, 1))  # gradients of the partial sums, the whole one first
        for _ in range(pass_count(bugs)):
            self._root.grad = 1.0
            for node in order:
                hand_on(node, bugs)
            earlier = seeds[-1] if seeds else np.zeros(self._count)
            sums, seed = self._down_the_chain(sums, earlier, Bug.OVERWRITE in bugs)
            seeds.append(seed)
        if self._penalised:
            before = np.array([parameter.grad for parameter in self._parameters])
        return seeds, before

    def _down_the_chain(self, sums: Array, earlier: Array, overwrite: bool) -> tuple[Array, Array]:
        """Every partial sum hands on to the one before it and to one sample's loss, the first one to two."""
        top = self._sum.grad
        if overwrite or self._count == 1:
            return np.full(len(sums), top), np.full(self._count, top)
        with np.errstate(all="ignore"):
            sums = np.add.accumulate([top, *sums[1:]])
            return sums, earlier + np.append(sums, sums[-1])[::-1]
