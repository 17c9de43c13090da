"""Run: what training produced. Segments say what was done, checkpoints make every step reachable again."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

import msgspec
import numpy as np

from core.experiment import Experiment
from core.history import History
from core.program import Array

FIRST_SPACING = 16  # steps between checkpoints of a young run
CHECKPOINT_BYTES = 32 * 2**20  # what a run's checkpoints may take before every second one is dropped
FEWEST, MOST = 64, 2048  # checkpoints kept, whatever they weigh


class Segment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From `first_step` on, training followed this experiment."""

    first_step: int
    experiment: Experiment
    kernel: str
    epoch: int = 0  # of the shuffle, at the first step
    position: int = 0  # samples of the epoch already used
    anew: bool = False  # the optimiser began with a state of its own here
    zeroed: bool = False  # gradients that are never set to zero (a bug) began at zero here


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that training needs to go on from the beginning of `step`, bit for bit."""

    step: int
    segment: int  # index into the run's segments
    theta: Array
    epoch: int
    position: int
    state: Array = field(default_factory=lambda: np.empty(0))  # of the optimiser (optim.py)
    accumulated: Array = field(default_factory=lambda: np.empty(0))  # gradients, where the bug never sets them to zero

    @property
    def nbytes(self) -> int:
        return self.theta.nbytes + self.state.nbytes + self.accumulated.nbytes


@dataclass(eq=False)
class Run:
    """Segments, checkpoints and the losses. Rewinding is a checkpoint and a replay."""

    segments: list[Segment]
    checkpoints: list[Checkpoint] = field(default_factory=list)
    history: History = field(default_factory=History)
    spacing: int = FIRST_SPACING

    def checkpoint_before(self, step: int) -> Checkpoint:
        """The last checkpoint at or before a step; there is always one at 0."""
        at = bisect_right(self.checkpoints, step, key=lambda checkpoint: checkpoint.step)
        return self.checkpoints[at - 1]

    def keep(self, checkpoint: Checkpoint) -> None:
        """Add a checkpoint, instead of all at its step or later; thin out when they grow too many."""
        self.forget_from(checkpoint.step)
        self.checkpoints.append(checkpoint)
        most = max(FEWEST, min(MOST, CHECKPOINT_BYTES // max(checkpoint.nbytes, 1)))
        if len(self.checkpoints) - len(self.segments) > most:  # those where a segment begins are always kept
            self.spacing *= 2
            first_steps = {segment.first_step for segment in self.segments}
            self.checkpoints = [
                kept for kept in self.checkpoints if kept.step % self.spacing == 0 or kept.step in first_steps
            ]

    def forget_from(self, step: int) -> None:
        while self.checkpoints and self.checkpoints[-1].step >= step:
            self.checkpoints.pop()

    def cut(self, step: int) -> None:
        """Forget what came after the beginning of `step`: the run goes on from there another way."""
        while self.checkpoints[-1].step > step:
            self.checkpoints.pop()
        while self.segments[-1].first_step > step:
            self.segments.pop()
        self.history.drop_from(step)


def needs_new_run(before: Experiment, after: Experiment) -> bool:
    """Whether a change makes the weights meaningless, so that training has to begin anew.

    Rates, optimiser, batch, loss, penalties, activations, bugs, and more, other or noisier points of the same kind go
    on with the weights.
    """
    sizes = [[layer.neurons for layer in each.network.hidden] for each in (before, after)]
    return (
        sizes[0] != sizes[1]
        or before.data.kind != after.data.kind
        or (before.network.init, before.network.seed) != (after.network.init, after.network.seed)
    )
