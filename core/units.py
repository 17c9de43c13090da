"""Which neurons are dead or saturated, over the rows that they are trained on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from core.health import UnitState
from core.objective import Objective
from core.program import Array, Index
from core.run import Checkpoint, Run

SAMPLED_ROWS = 500  # of more rows so many are looked at, always the same ones
SATURATED_SHARE = 0.95  # of the rows
ENDS = {"tanh": (-0.97, 0.97), "sigmoid": (0.03, 0.97)}
"""Beyond these a neuron is at its end: the slope is below 6% of a tanh's steepest one, 12% of a sigmoid's."""
_ROWS_SEED = 500


def unit_states(objective: Objective, theta: Array) -> dict[str, UnitState]:
    """The hidden neurons that something ails, by address: `L2.N1`.

    Of the outputs none is told: those of a good classifier are at their ends.
    """
    rows = objective.dataset.inputs[sampled_rows(len(objective.dataset.inputs))]
    _, outputs = objective.over_points(theta, rows)
    found: dict[str, UnitState] = {}
    for number, layer in enumerate(objective.experiment.network.hidden, start=1):
        if layer.activation != "relu" and layer.activation not in ENDS:
            continue
        names = [f"L{number}.N{i}" for i in range(1, layer.neurons + 1)]
        values = np.array([outputs[name] for name in names])
        if layer.activation == "relu":
            ailing, state = ~values.any(axis=1), UnitState.DEAD
        else:
            share = np.count_nonzero(at_end(values, layer.activation), axis=1) / len(rows)
            ailing, state = share >= SATURATED_SHARE, UnitState.SATURATED
        found |= {names[i]: state for i in np.flatnonzero(ailing)}
    return found


def at_end(outputs: Array, activation: str) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which outputs of a tanh or sigmoid are where its slope is nearly 0."""
    low, high = ENDS[activation]
    with np.errstate(invalid="ignore"):
        return (outputs < low) | (outputs > high)


class Onsets:
    """When neurons of a run came to ail. It remembers what it found, until the run goes another way."""

    def __init__(self) -> None:
        self._found: dict[tuple[UnitState, tuple[str, ...], bool], int | None] = {}
        self._run: tuple[Run, int] | None = None

    def well_until(
        self, objective: Objective, run: Run, names: Sequence[str], state: UnitState, *, every: bool = False
    ) -> int | None:
        """The last checkpoint's step at which none of these neurons was in this state; with `every`: not all of them.

        None if they were so from the beginning. Some that recovered on the way hide which time was the first.
        """
        if self._run is None or self._run[0] is not run or self._run[1] != run.cuts:
            self._run = run, run.cuts
            self._found.clear()
        key = state, tuple(names), every
        if key not in self._found:
            self._found[key] = _well_until(objective, run, names, state, every=every)
        return self._found[key]


def _well_until(objective: Objective, run: Run, names: Sequence[str], state: UnitState, *, every: bool) -> int | None:
    begin = unit_states(objective, run.checkpoints[0].theta)
    later = [name for name in names if every or begin.get(name) is not state]

    def ails(checkpoint: Checkpoint) -> bool:
        then = unit_states(objective, checkpoint.theta)
        return (all if every else any)(then.get(name) is state for name in later)

    if not later or ails(run.checkpoints[0]):
        return None
    first = bisect_left(run.checkpoints, True, key=ails)
    return run.checkpoints[first - 1].step


@lru_cache(maxsize=8)
def sampled_rows(count: int) -> Index:
    """Which of so many rows are looked at, rising."""
    if count <= SAMPLED_ROWS:
        return np.arange(count)
    return np.sort(np.random.RandomState(_ROWS_SEED).choice(count, SAMPLED_ROWS, replace=False))
