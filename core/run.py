"""Run: what training produced. Segments say what was done, checkpoints make every step reachable again.

Checkpoints are at every step of a young run. When there are more than MOST of them, or they take more than
CHECKPOINT_BYTES, every second one is dropped and the spacing doubles; any step is replayed from the checkpoint before
it, by fewer than `spacing` steps. So of a network of up to 2,000 numbers (parameters and state of the optimiser) and
10,000 steps every 8th is kept. Those where a segment begins stay, up to a quarter of all.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

import msgspec
import numpy as np

from core.experiment import Experiment
from core.history import History
from core.program import Array
from core.shape import input_count, layer_sizes, lineage, task_of

FIRST_SPACING = 1  # steps between checkpoints of a young run
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
    edits: tuple[tuple[int, float], ...] = ()  # parameters, by their place in θ, that were set by hand here; in order


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
    cuts: int = 0  # how often it began to go on another way: who has looked at it before may have seen other steps

    def checkpoint_before(self, step: int) -> Checkpoint:
        """The last checkpoint at or before a step; there is always one at 0."""
        at = bisect_right(self.checkpoints, step, key=lambda checkpoint: checkpoint.step)
        return self.checkpoints[at - 1]

    def segment_at(self, step: int) -> int:
        """The index of the segment that a step belongs to."""
        return bisect_right(self.segments, step, key=lambda segment: segment.first_step) - 1

    def keep(self, checkpoint: Checkpoint) -> None:
        """Add a checkpoint, instead of all at its step or later; thin out when they grow too many."""
        self.forget_from(checkpoint.step)
        self.checkpoints.append(checkpoint)
        most = max(FEWEST, min(MOST, CHECKPOINT_BYTES // max(checkpoint.nbytes, 1)))
        if len(self.checkpoints) > most:
            self._thin(max(most // 4, 1))
        while len(self.checkpoints) > most:
            self.spacing *= 2
            self._thin(max(most // 4, 1))

    def _thin(self, most_segments: int) -> None:
        """Only those `spacing` apart stay, and those where one of the newest segments begins."""
        first_steps = {0, *(segment.first_step for segment in self.segments[-most_segments:])}
        self.checkpoints = [
            kept for kept in self.checkpoints if kept.step % self.spacing == 0 or kept.step in first_steps
        ]

    def forget_from(self, step: int) -> None:
        while self.checkpoints and self.checkpoints[-1].step >= step:
            self.checkpoints.pop()

    def cut(self, step: int) -> None:
        """Forget what came after the beginning of `step`: the run goes on from there another way."""
        self.cuts += 1
        while self.checkpoints[-1].step > step:
            self.checkpoints.pop()
        while self.segments[-1].first_step > step:
            self.segments.pop()
        self.history.drop_from(step)

    def until(self, step: int) -> Run:
        """A copy of what came before the beginning of `step`, to go on from there on its own; arrays are shared."""
        copy = Run(self.segments.copy(), self.checkpoints.copy(), self.history.copied(), self.spacing)
        copy.cut(step)
        return copy


def needs_new_run(before: Experiment, after: Experiment) -> bool:
    """Whether a change makes the weights meaningless, so that training has to begin anew.

    That is another shape, another first draw of the weights, other points or another task. Rates, optimiser, batch,
    loss, penalties, activations, bugs, and more, other, noisier or hand-made points of the same kind go on with them.
    """
    return _weights_are_of(before) != _weights_are_of(after)


def _weights_are_of(experiment: Experiment) -> tuple[object, ...]:
    data, network = experiment.data, experiment.network
    read = network.features or tuple(f"x{i + 1}" for i in range(input_count(data)))
    return layer_sizes(experiment), read, network.bias, network.init, network.seed, lineage(data), task_of(data)
