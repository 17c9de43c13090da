"""The losses of a run, step by step: bounded in memory, and reduced to what a screen can show."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

CAP = 2**18
"""Most points ever kept: far more than a screen has columns, and few enough to be reduced 60 times a second."""

_FIRST_CAPACITY = 1024

Array = NDArray[np.float64]
Reduction = tuple[Array, Array, Array, Array]


class History:
    """Pairs (step, loss) with rising steps.

    When `cap` points are reached every second one is dropped, and from then on only one point per `stride`
    steps is kept (steps 0, stride, 2 · stride … where every step is given). Losses that are not finite are
    kept as they are; drawing ends at the first of them.
    """

    def __init__(self, cap: int = CAP) -> None:
        self._cap = cap
        self._steps: Array = np.empty(min(cap, _FIRST_CAPACITY))
        self._losses: Array = np.empty(min(cap, _FIRST_CAPACITY))
        self._count = 0
        self._finite = 0  # points before the first loss that is not finite
        self._stride = 1
        self._last_step = -np.inf

    @classmethod
    def restored(cls, steps: Array, losses: Array, stride: int) -> History:
        """A history that goes on from these points; fewer than CAP of them, the steps rising."""
        history = cls()
        history._stride = stride
        history._write(steps, losses)
        history._last_step = float(steps[-1]) if steps.size else -np.inf
        return history

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> Array:
        """The steps kept, rising; a read-only view that the next `append` may leave behind."""
        return _read_only(self._steps[: self._count])

    @property
    def losses(self) -> Array:
        """The losses at `steps`; a read-only view that the next `append` may leave behind."""
        return _read_only(self._losses[: self._count])

    @property
    def stride(self) -> int:
        """One point is kept per this many steps: 1 until the history is full, then 2, 4 …"""
        return self._stride

    @property
    def last_step(self) -> float:
        """The largest step given so far, kept or thinned away; -inf while there is none."""
        return self._last_step

    @property
    def finite_count(self) -> int:
        """How many points come before the first loss that is not finite (all of them if there is none)."""
        return self._finite

    def append(self, steps: ArrayLike, losses: ArrayLike) -> None:
        """Add points. A step that is not beyond the last one is a rewind: the points from there on go first.

        Raises ValueError if the two differ in length.
        """
        new_steps = np.atleast_1d(np.asarray(steps, dtype=np.float64))
        new_losses = np.atleast_1d(np.asarray(losses, dtype=np.float64))
        if new_steps.shape != new_losses.shape:
            raise ValueError(f"{new_steps.size} steps, but {new_losses.size} losses")
        falls = np.flatnonzero(np.diff(new_steps) <= 0) + 1
        for rising_steps, rising_losses in zip(np.split(new_steps, falls), np.split(new_losses, falls), strict=True):
            if rising_steps.size:
                self.drop_from(float(rising_steps[0]))
                self._add(rising_steps, rising_losses)

    def copied(self) -> History:
        """The same points, to go on with on its own."""
        return History.restored(self.steps, self.losses, self._stride)

    def thinned(self, most: int) -> History:
        """A copy with at most `most` points (1 or more); its stride is doubled until they are few enough."""
        copy = self.copied()
        copy._thin(most)
        return copy

    def drop_from(self, step: float) -> None:
        """Forget every point at `step` or later; nothing happens if there is none."""
        if step > self._last_step:
            return
        self._count = int(np.searchsorted(self._steps[: self._count], step))
        self._finite = min(self._finite, self._count)
        self._last_step = float(self._steps[self._count - 1]) if self._count else -np.inf

    def nearest(self, step: float) -> int:
        """The index of the finite point closest to `step`; -1 if there is no such point."""
        if not self._finite:
            return -1
        after = int(np.searchsorted(self._steps[: self._finite], step))
        if after == self._finite:
            return after - 1
        if after and step - self._steps[after - 1] <= self._steps[after] - step:
            return after - 1
        return after

    def reduced(self, first: float, last: float, columns: int) -> Reduction:
        """The curve between the steps `first` and `last`, as at most `columns` + 2 points (or few raw ones).

        Returns (x, mean, low, high), arrays of equal length: for every column of the picture that holds points
        its middle step, and the mean, least and greatest loss. One point beyond either end is included, so that
        a line runs on to the edge of the picture. Only points before the first loss that is not finite count;
        with none of them the arrays are empty. Columns are fixed by the arguments alone: a growing curve does
        not flicker.
        """
        start, stop = np.searchsorted(self._steps[: self._finite], (first, np.nextafter(last, np.inf)))
        start, stop = max(int(start) - 1, 0), min(int(stop) + 1, self._finite)
        steps, losses = self._steps[start:stop], self._losses[start:stop]
        if stop - start <= 2 * columns:
            return steps.copy(), losses.copy(), losses.copy(), losses.copy()
        starts = _column_starts(steps, np.linspace(first, last, columns + 1))
        sizes = np.diff(np.append(starts, steps.size))
        x = (steps[starts] + steps[starts + sizes - 1]) / 2
        # Divide before summing where the sum of huge losses would overflow: a mean lies between low and high.
        low, high = np.minimum.reduceat(losses, starts), np.maximum.reduceat(losses, starts)
        with np.errstate(over="ignore"):
            mean = np.add.reduceat(losses, starts) / sizes
        return x, np.clip(mean, low, high), low, high

    def _add(self, steps: Array, losses: Array) -> None:
        kept = self._one_per_stride(steps)
        self._last_step = float(steps[-1])
        steps, losses = steps[kept], losses[kept]
        while steps.size:  # in portions, so that a very long delivery never needs more than `cap` places
            taken = min(steps.size, self._cap - self._count)
            self._write(steps[:taken], losses[:taken])
            steps, losses = steps[taken:], losses[taken:]
            if self._count == self._cap:
                self._thin(self._cap // 2)
                kept = self._one_per_stride(steps)
                steps, losses = steps[kept], losses[kept]

    def _one_per_stride(self, steps: Array) -> NDArray[np.bool_]:
        """Which of `steps` begin a new stretch of `stride` steps, the points already kept considered."""
        stretch = np.floor(steps / self._stride)
        before = np.floor(self._steps[self._count - 1] / self._stride) if self._count else -1.0
        return np.diff(stretch, prepend=before) > 0

    def _write(self, steps: Array, losses: Array) -> None:
        end = self._count + steps.size
        self._reserve(end)
        self._steps[self._count : end] = steps
        self._losses[self._count : end] = losses
        if self._finite == self._count:
            broken = np.flatnonzero(~np.isfinite(losses))
            self._finite += int(broken[0]) if broken.size else steps.size
        self._count = end

    def _thin(self, most: int) -> None:
        """Double the stride until there are at most `most` points."""
        while self._count > most:
            self._stride *= 2
            steps, losses = self._steps[: self._count].copy(), self._losses[: self._count].copy()
            self._count = self._finite = 0
            kept = self._one_per_stride(steps)
            self._write(steps[kept], losses[kept])

    def _reserve(self, places: int) -> None:
        if places <= self._steps.size:
            return
        size = min(self._cap, max(places, 2 * self._steps.size))
        self._steps = np.concatenate((self._steps[: self._count], np.empty(size - self._count)))
        self._losses = np.concatenate((self._losses[: self._count], np.empty(size - self._count)))


def _column_starts(steps: Array, edges: Array) -> NDArray[np.intp]:
    """Where each column that is not empty begins in `steps`, neighbours beyond the edges as columns of their own."""
    starts = np.concatenate(([0], np.searchsorted(steps, edges)))
    starts = starts[np.concatenate(([True], np.diff(starts) > 0))]
    return starts[starts < steps.size]


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view
