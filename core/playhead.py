"""The playhead inside a step: forward, zero gradients, backward, update, one operation after the other."""

from __future__ import annotations

from dataclasses import dataclass

from core.expression.sheet import Phase


@dataclass(frozen=True)
class Position:
    """So many operations of a phase are done, of the sample at this place in the step's batch.

    Samples pass one after the other in the forward and in the backward phase; zero and update count parameters.
    """

    phase: Phase
    sample: int = 0  # place in the batch, from 0
    done: int = 0  # operations of this phase (of this sample) that are done


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
