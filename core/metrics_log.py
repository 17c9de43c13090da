"""MetricsLog: what a run's metrics were, step by step; what was not recorded is made up for from the checkpoints."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from time import perf_counter

import numpy as np

from core.datasets import dataset_of
from core.histograms import Spread, together
from core.measures import Tested, layers_of, measures, on_test_rows, spreads
from core.metrics import Array, Histograms, Series
from core.objective import Evaluation, Objective, same_programs
from core.run import Checkpoint
from core.trainer import Trainer

MOST_POINTS = 500  # of a Series
MOST_COLUMNS = 60  # of Histograms
REBUILT = 200  # checkpoints that are measured again, at most
FILLED = 8  # between two frames
STRIDES = (8, 4, 2, 1)  # of the passes over steps that are measured again; nothing of a pass is told before its end


class Track[T]:
    """What was found at rising steps; beyond `cap` every second one goes, evenly, as of a curve of losses."""

    def __init__(self, cap: int) -> None:
        self._cap, self._stride = cap, 1
        self._steps: list[int] = []
        self._items: dict[int, T] = {}
        self._hidden: set[int] = set()  # steps that are not told of yet
        self._newest: tuple[int, T] | None = None  # shown although it may be too close to the one before

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def kept_steps(self) -> list[int]:
        """Rising, without the newest one if that is too close to the one before."""
        return self._steps

    @property
    def pairs(self) -> list[tuple[int, T]]:
        """Steps and what was found there, with the newest one, without what is hidden."""
        hidden = self._hidden
        kept = [(step, self._items[step]) for step in self._steps if step not in hidden]
        newest = self._newest
        return kept if newest is None or (kept and newest[0] <= kept[-1][0]) else [*kept, newest]

    def record(self, step: int, item: T) -> None:
        """The newest one; after a rewind those at this step and later go."""
        self.drop_from(step)
        self._newest = step, item
        if not self._steps or step // self._stride > self._steps[-1] // self._stride:
            self._keep(step, item)

    def __contains__(self, step: int) -> bool:
        return step in self._items

    def insert(self, step: int, item: T, *, hidden: bool = False) -> None:
        """One of an earlier step; an item that is there already stays. `hidden`: not told of until `reveal`."""
        if step not in self._items:
            if hidden:
                self._hidden.add(step)
            self._keep(step, item)

    def reveal(self) -> None:
        """From now on what was put in is told of."""
        self._hidden.clear()

    def drop_from(self, step: int) -> None:
        """Forget what was found at this step or later."""
        while self._steps and self._steps[-1] >= step:
            self._hidden.discard(self._steps[-1])
            del self._items[self._steps.pop()]
        if self._newest is not None and self._newest[0] >= step:
            self._newest = None

    def _keep(self, step: int, item: T) -> None:
        insort(self._steps, step)
        self._items[step] = item
        while len(self._steps) > self._cap:
            self._stride *= 2
            firsts = {each // self._stride: each for each in reversed(self._steps)}
            self._steps = sorted(firsts.values())
            self._items = {each: self._items[each] for each in self._steps}
            self._hidden &= self._items.keys()


class MetricsLog:
    """Of one run. Belongs to the trainer's thread."""

    def __init__(self) -> None:
        self._points: Track[dict[str, float]] = Track(MOST_POINTS)
        self._columns: Track[dict[str, Spread]] = Track(MOST_COLUMNS)
        self._missing: Iterator[Checkpoint | None] = iter(())  # still to be measured again; None ends a pass
        self._behind = False
        self._with_columns = False  # these checkpoints are asked for histograms too
        self._objectives: list[Objective] = []
        self._layers: dict[str, slice] = {}
        self._cost = 0.0  # seconds that measuring a checkpoint took

    @property
    def behind(self) -> bool:
        """Whether `catch_up` has more to do."""
        return self._behind

    def record(self, trainer: Trainer, evaluation: Evaluation, found: Tested | None, *, columns: bool) -> None:
        """The trainer's present step, whose loss and gradient are at hand; `columns`: its histograms too."""
        objective, step = trainer.objective, trainer.step
        layers = self._layers_of(objective)
        self._points.record(step, measures(objective, evaluation, found, layers))
        if columns:
            self._columns.record(step, spreads(objective, trainer.theta, evaluation.gradient, layers))

    def fill(self, trainer: Trainer, seconds: float) -> None:
        """Measure some checkpoints since the last point as well, if that is quick: a fast run shows few frames."""
        steps = self._points.kept_steps
        if len(steps) > MOST_POINTS // 2 or not steps:
            return
        kept = trainer.run.checkpoints
        first, end = (bisect_left(kept, step, key=_step_of) for step in (steps[-1] + 1, trainer.step))
        passed = kept[first:end]
        until = perf_counter() + seconds
        for index in _evenly(len(passed), FILLED) if passed else ():
            if self._cost > until - perf_counter():
                break
            self._measure(trainer, passed[index])
        self._cost *= 0.99  # a slow one may have been an accident

    def drop_from(self, step: int) -> None:
        """The run goes on from this step another way: what came later did not happen."""
        self._points.drop_from(step)
        self._columns.drop_from(step)

    def rebuild(self, trainer: Trainer, *, columns: bool) -> None:
        """Measure again, from the checkpoints, what was not recorded: `catch_up` does it bit by bit.

        Evenly, and the whole run roughly before any part of it in detail: curves that come bit by bit would flicker.
        `columns`: histograms are wanted too. Of bugs nothing is seen: gradients of the past are the true ones.
        """
        kept = trainer.run.checkpoints
        chosen = [kept[i] for i in _evenly(len(kept), MOST_COLUMNS if columns else REBUILT)]
        self._with_columns = columns
        self._missing = iter([None if i is None else chosen[i] for i in _coarse_to_fine(len(chosen))])
        self._behind = True

    def catch_up(self, trainer: Trainer, seconds: float) -> None:
        """Measure again for about so long, at least one step of it."""
        until = perf_counter() + seconds
        for checkpoint in self._missing:
            if checkpoint is None:
                self._reveal()
            elif checkpoint.step < trainer.step and not self._knows(checkpoint.step):
                self._measure(trainer, checkpoint, hidden=True)
                if perf_counter() >= until:
                    return
        self._reveal()
        self._behind = False
        self._objectives.clear()

    def _reveal(self) -> None:
        self._points.reveal()
        self._columns.reveal()

    def _knows(self, step: int) -> bool:
        return step in self._points and (not self._with_columns or step in self._columns)

    def series(self) -> Series:
        """All there is so far; nan where a value did not exist yet."""
        return _series(self._points.pairs)

    def test_losses(self) -> tuple[Array, Array]:
        """Steps and losses of the test rows."""
        return self._curve("test loss")

    def losses(self) -> tuple[Array, Array]:
        """Steps and losses of all training rows, penalties included, however large the batches were."""
        return self._curve("loss")

    def _curve(self, name: str) -> tuple[Array, Array]:
        found = [(step, values[name]) for step, values in self._points.pairs if name in values]
        table = np.array(found, dtype=np.float64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def histograms(self) -> Histograms:
        """All there are so far."""
        pairs = self._columns.pairs
        edges, counts = together([column for _, column in pairs])
        return Histograms(np.array([step for step, _ in pairs], dtype=np.float64), edges, counts)

    def _measure(self, trainer: Trainer, checkpoint: Checkpoint, *, hidden: bool = False) -> None:
        began = perf_counter()
        objective = self._objective_of(trainer, checkpoint)
        found = objective.evaluate(checkpoint.theta)
        layers = self._layers_of(objective)
        tested = on_test_rows(objective, checkpoint.theta)
        self._points.insert(checkpoint.step, measures(objective, found, tested, layers), hidden=hidden)
        if self._with_columns:
            column = spreads(objective, checkpoint.theta, found.gradient, layers)
            self._columns.insert(checkpoint.step, column, hidden=hidden)
        self._cost = perf_counter() - began

    def _objective_of(self, trainer: Trainer, checkpoint: Checkpoint) -> Objective:
        """That of the checkpoint's segment; the trainer's own, or one that was made before, where it serves."""
        experiment = trainer.run.segments[checkpoint.segment].experiment
        for made in (trainer.objective, *self._objectives):
            if made.experiment.data == experiment.data and same_programs(made.experiment, experiment):
                return made
        self._objectives.append(Objective(experiment, dataset_of(experiment), trainer.kernel))
        return self._objectives[-1]

    def _layers_of(self, objective: Objective) -> dict[str, slice]:
        if not self._layers:
            self._layers = layers_of(objective.names)  # a change of shape begins a run of its own
        return self._layers


def _series(pairs: list[tuple[int, dict[str, float]]]) -> Series:
    names = dict.fromkeys(name for _, values in pairs for name in values)
    values = {name: np.array([found.get(name, np.nan) for _, found in pairs]) for name in names}
    return Series(np.array([step for step, _ in pairs], dtype=np.float64), values)


def _step_of(checkpoint: Checkpoint) -> int:
    return checkpoint.step


def _evenly(count: int, most: int) -> list[int]:
    """At most `most` indices into `count` things, the first and the last among them."""
    spread: list[int] = np.linspace(0, count - 1, min(count, most)).round().astype(int).tolist()
    return spread


def _coarse_to_fine(count: int) -> list[int | None]:
    """All indices into `count` things: every 8th, then those half way between, and so on; None after each pass."""
    order: list[int | None] = []
    done: set[int] = set()
    for stride in STRIDES:
        order += [index for index in range(0, count, stride) if index not in done]
        order.append(None)
        done.update(range(0, count, stride))
    return order
