"""Batches: which rows of the data each step takes. Every epoch has a shuffle of its own."""

from __future__ import annotations

import numpy as np

from core.experiment import Experiment
from core.program import Index


class Batches:
    """Where a run stands in its epochs. The last batch of an epoch may be short.

    A shuffle depends on seed and epoch alone, so that a checkpoint needs no state of a generator.
    """

    def __init__(self, experiment: Experiment, samples: int) -> None:
        """`samples`: how many the data has."""
        self.place = 0, 0  # epoch; samples of it already used
        self._order: tuple[tuple[int, int, int], Index] | None = None  # (seed, epoch, samples) -> shuffle
        self.follow(experiment, samples)

    def follow(self, experiment: Experiment, samples: int) -> None:
        """Go on with another batch size, seed or data from the present place."""
        self._size, self._seed, self._samples = experiment.training.batch, experiment.network.seed, samples

    @property
    def whole(self) -> bool:
        """Whether every batch is all samples."""
        return self._size == 0 or self._size >= self._samples

    @property
    def rows(self) -> Index | None:
        """The rows of the next step's batch; None for all."""
        if self.whole:
            return None
        epoch, position = self.place
        key = self._seed, epoch % 2**32, self._samples  # the generator's seeds have 32 bits
        if self._order is None or self._order[0] != key:
            self._order = (key, np.random.RandomState(key[:2]).permutation(self._samples))
        return self._order[1][position : position + self._size]

    @property
    def left(self) -> int:
        """How many steps the present epoch still has."""
        return 1 if self.whole else -(-(self._samples - self.place[1]) // self._size)

    def upcoming(self, steps: int) -> list[Index]:
        """The batches of so many next steps; none where each is all samples."""
        here, batches = self.place, []
        for _ in range(steps):
            rows = self.rows
            if rows is None:
                break
            batches.append(rows)
            self.move_on()
        self.place = here
        return batches

    def move_on(self) -> None:
        """A step is over."""
        epoch, position = self.place
        position += self._samples if self.whole else self._size
        self.place = (epoch, position) if position < self._samples else (epoch + 1, 0)

    def begin_epoch(self) -> None:
        """Leave the rest of this epoch out: its data are gone."""
        self.place = self.place[0] + 1, 0
