"""The playhead inside a step: forward, zero gradients, backward, update, one operation after the other.

A step's operations are in parts. FORWARD has a part for each sample of the batch, in order, and then one for what is
above the samples: the mean and the penalties (there may be none). BACKWARD goes through the same parts in reverse, as
`loss.backward()` does: first what is above, where the loss starts the pass, then the last sample, down to the first.
ZERO and UPDATE are one part each, an operation a parameter. From the second sample on a sample's last operation forward
(and its first one backward) is the addition of its loss to the losses before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.expression.sheet import Phase

PHASES = (Phase.FORWARD, Phase.ZERO, Phase.BACKWARD, Phase.UPDATE)
Stride = Literal["operation", "sample", "phase"]  # how far one move goes: to the end of the operation, part or phase


@dataclass(frozen=True)
class Position:
    """So many operations of a phase are done, of the sample at this place in the step's batch.

    Samples pass one after the other in the forward and in the backward phase; the place after the last sample is that
    of the mean and the penalties. Zero and update count parameters. Nothing done is the beginning of a phase; of any
    other part it is the same place as the end of the part before.
    """

    phase: Phase
    sample: int = 0  # place in the batch, from 0
    done: int = 0  # operations of this phase (of this sample) that are done


BEGINNING = Position(Phase.FORWARD)


@dataclass(frozen=True)
class StepShape:
    """How many operations a step has, and of what."""

    samples: int  # of the batch
    operations: int  # of one sample, without the addition of its loss to the losses before
    above: int  # the mean and the penalties
    zeroed: int  # parameters whose gradients are set to zero; 0 with the bug that they are not
    updated: int  # parameters that the update moves; 0 where the step cannot be taken

    @property
    def total(self) -> int:
        """Operations of the whole step."""
        return sum(self._phase_size(phase) for phase in PHASES)

    def count(self, position: Position) -> int:
        """How many operations the position's part has."""
        return self._size(position.phase, position.sample)

    def ordinal(self, position: Position) -> int:
        """How many operations of the step are done, from 0 to `total`. A position that the step lacks is moved in."""
        phase, sample = position.phase, min(max(position.sample, 0), self._last(position.phase))
        done = min(max(position.done, 0), self._size(phase, sample))
        return self._phase_start(phase) + self._start(phase, sample) + done

    def at(self, ordinal: int) -> Position:
        """The position after so many operations: in the part whose operation was the last one done."""
        ordinal = min(max(ordinal, 0), self.total)
        if ordinal == 0:
            return BEGINNING
        phase = next(p for p in reversed(PHASES) if self._phase_start(p) < ordinal)
        done = ordinal - self._phase_start(phase)
        sample = self._sample_of(phase, done)
        return Position(phase, sample, done - self._start(phase, sample))

    def clamped(self, position: Position) -> Position:
        """The position, or the nearest one that this step has."""
        phase = position.phase
        if self._phase_size(phase) == 0:
            return self.at(self._phase_start(phase))
        sample = min(max(position.sample, 0), self._last(phase))
        found = Position(phase, sample, min(max(position.done, 0), self._size(phase, sample)))
        inside = sample != (self.samples if phase is Phase.BACKWARD else 0)
        return self.at(self.ordinal(found)) if inside and not found.done else found

    def beginning_of(self, phase: Phase) -> Position:
        """Nothing of the phase is done yet; the end of the one before where the phase is left out."""
        return self.clamped(Position(phase, self.samples if phase is Phase.BACKWARD else 0))

    def later(self, position: Position, stride: Stride = "operation") -> Position | None:
        """One stride on; None beyond the end of the step."""
        ordinal = self.ordinal(position)
        if ordinal >= self.total:
            return None
        coming = self.at(ordinal + 1)
        if stride == "sample":
            return self.at(self._begins(coming) + self.count(coming))
        if stride == "phase":
            return self.at(self._phase_start(coming.phase) + self._phase_size(coming.phase))
        return coming

    def earlier(self, position: Position, stride: Stride = "operation") -> Position | None:
        """One stride back; None before the beginning of the step."""
        ordinal = self.ordinal(position)
        if ordinal <= 0:
            return None
        here = self.at(ordinal)
        if stride == "sample":
            return self.at(self._begins(here))
        if stride == "phase":
            return self.at(self._phase_start(here.phase))
        return self.at(ordinal - 1)

    # -- where parts begin, in operations -------------------------------------------------------------------------

    def _begins(self, position: Position) -> int:
        return self._phase_start(position.phase) + self._start(position.phase, position.sample)

    def _phase_start(self, phase: Phase) -> int:
        return sum(self._phase_size(earlier) for earlier in PHASES[: PHASES.index(phase)])

    def _phase_size(self, phase: Phase) -> int:
        if phase is Phase.ZERO:
            return self.zeroed
        if phase is Phase.UPDATE:
            return self.updated
        return self.samples * (self.operations + 1) - 1 + self._size(phase, self.samples)

    def _last(self, phase: Phase) -> int:
        return self.samples if phase in (Phase.FORWARD, Phase.BACKWARD) else 0

    def _size(self, phase: Phase, sample: int) -> int:
        if phase is Phase.ZERO:
            return self.zeroed
        if phase is Phase.UPDATE:
            return self.updated
        if sample >= self.samples:
            return self.above + (phase is Phase.BACKWARD)  # with the start of the pass, dL/dL = 1
        return self.operations + (sample > 0)

    def _start(self, phase: Phase, sample: int) -> int:
        """Operations of the phase before this part."""
        size = self.operations + 1  # of every sample but the first
        if phase is Phase.FORWARD:
            return sample * size - (sample > 0)
        if phase is Phase.BACKWARD and sample < self.samples:
            return self._size(phase, self.samples) + (self.samples - 1 - sample) * size
        return 0

    def _sample_of(self, phase: Phase, done: int) -> int:
        """The part of a phase with the operation that is the `done`-th of it, counted from 1."""
        size = self.operations + 1
        if phase is Phase.FORWARD:
            return min(done // size, self.samples)
        if phase is Phase.BACKWARD:
            below = done - self._size(phase, self.samples)
            return self.samples if below <= 0 else max(self.samples - 1 - (below - 1) // size, 0)
        return 0


@dataclass(frozen=True)
class Here:
    """What the window shows of a position."""

    position: Position
    address: str  # of the scalar that was written last; empty at the beginning
    reads: tuple[str, ...]  # addresses that it was made from, or that its gradient went to
    sentence: str  # what just happened
    coming: str  # what comes next
    count: int  # operations of this phase (and sample)
    samples: int  # of the step's batch
    row: int  # of the data: which sample it is
    loss: float | None  # of this sample, once it is known
    shape: StepShape = StepShape(1, 0, 0, 0, 0)
    rows: tuple[int, ...] = ()  # of the data: the step's batch, in its order
    batched: bool = False  # whether the batch is a part of the rows only
