"""One stroke of a tool over the points, from press to release. No Qt: what it makes is for the caller to show."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.datasets import make_dataset
from core.experiment import MAX_POINTS, MIN_POINTS, DataSpec
from core.own_data.own_rows import own_rows
from core.words import tr
from gui.frames import Points
from gui.numbers import format_count
from gui.session.documents import Gesture
from gui.session.own_data import PresentRows

_SPACING = 6.0  # pixels: the pointer goes so far from one dab to the next
_APART = 5.0  # pixels: points of a stroke are at least so far from each other
_PER_DAB = 14.0  # pixels of the brush's radius for each point of a dab
_TRIES = 6  # at a free place for a point

Array = NDArray[np.float64]
Place = tuple[float, float]


class Tool(Enum):
    """What the pointer does."""

    BRUSH = "brush"
    POINT = "point"
    ERASE = "erase"
    MOVE = "move"


class Ground(NamedTuple):
    """How the plot that is painted on lies: strokes are in its units."""

    unit: Place  # length of a pixel at scale 1, across and upwards
    extent: tuple[float, float, float, float]  # left, right, bottom, top: nothing is painted outside
    heights: tuple[float, ...] = ()  # of one input: where the points of each class lie; none: at their targets
    test_shown: bool = True


class StrokeRows(NamedTuple):
    """All rows while a stroke is drawn; ahead of the document's."""

    inputs: Array
    targets: Array  # indices of classes, or numbers
    tested: NDArray[np.bool_]  # which are kept back for testing

    def points(self, like: Points) -> Points:
        """The rows as a run shows them; all but the rows is as in `like`."""
        targets = self.targets
        if like.task == "signs":
            targets = np.where(targets > 0.0, 1.0, 0.0 if like.threshold else -1.0)
        elif like.task == "classes":
            targets = np.eye(len(like.labels))[targets.astype(int)]
        kept = ~self.tested
        return replace(
            like,
            inputs=self.inputs[kept],
            targets=targets[kept],
            test_inputs=self.inputs[self.tested],
            test_targets=targets[self.tested],
        )


class Stroke:
    """From press to release; deterministic: the same strokes on the same rows make the same points."""

    def __init__(
        self, rows: PresentRows, tested: NDArray[np.bool_], ground: Ground, gesture: Gesture, tool: Tool,
        target: float, size: float, seed: int,
    ) -> None:  # fmt: skip
        self.labels, self.gesture = rows.labels, gesture
        self.ahead = False  # of the document
        self._inputs, self._targets, self._tested = rows.inputs, rows.targets, tested
        self._ground, self._tool, self._target, self._size = ground, tool, target, size
        self._random = np.random.RandomState(seed)
        self._painted: list[Place] = []
        self._last = (0.0, 0.0)
        self._held = -1  # the row that is moved
        self._held_by = (0.0, 0.0)  # from the pointer to it

    def shown(self) -> StrokeRows:
        return StrokeRows(self._inputs, self._targets, self._tested)

    def start(self, at: Place) -> str:
        """Returns what cannot be done, else nothing; so does `go_on`."""
        self._last = at
        if self._tool is Tool.MOVE:
            return self._take_hold(at)
        if self._tool is Tool.POINT:
            return self._add([at])
        return self._dab(at)

    def go_on(self, at: Place) -> str:
        if self._tool is Tool.POINT:
            return ""
        if self._tool is Tool.MOVE:
            self._move_to((at[0] + self._held_by[0], at[1] + self._held_by[1]))
            return ""
        spacing = _SPACING if self._tool is Tool.BRUSH else max(self._size / 2, 1.0)
        problem = ""
        unit = self._ground.unit
        way = np.array([(at[0] - self._last[0]) / unit[0], (at[1] - self._last[1]) / unit[1]])
        dabs = int(np.hypot(*way) / spacing)
        for _ in range(dabs):
            step = way * spacing / np.hypot(*way)
            self._last = self._last[0] + step[0] * unit[0], self._last[1] + step[1] * unit[1]
            problem = self._dab(self._last) or problem
        return problem

    def _dab(self, at: Place) -> str:
        if self._tool is Tool.ERASE:
            return self._erase(at)
        count = max(1, round(self._size / _PER_DAB))
        unit, found = self._ground.unit, []
        for _ in range(count):
            for _ in range(_TRIES):
                angle, radius = self._random.uniform(0.0, 2.0 * np.pi), self._size * np.sqrt(self._random.uniform())
                place = at[0] + radius * np.cos(angle) * unit[0], at[1] + radius * np.sin(angle) * unit[1]
                if self._inside(place) and self._is_free(place):
                    self._painted.append(place)
                    found.append(place)
                    break
        return self._add(found) if found else ""

    def _add(self, places: list[Place]) -> str:
        places = [place for place in places if self._inside(place)]
        room = MAX_POINTS - len(self._targets)
        added = np.array(places[:room]).reshape(-1, 2)
        if len(added):
            heights_tell = self._inputs.shape[1] == 1 and not self.labels
            targets = added[:, 1] if heights_tell else np.full(len(added), self._target)
            self._inputs = np.concatenate((self._inputs, added[:, : self._inputs.shape[1]]))
            self._targets = np.concatenate((self._targets, targets))
            self._tested = np.concatenate((self._tested, np.zeros(len(added), dtype=np.bool_)))
            self.ahead = True
        return tr("{most} points are the most.", most=format_count(MAX_POINTS)) if len(places) > room else ""

    def _erase(self, at: Place) -> str:
        hit = self._distances(at) <= self._size
        if not self._ground.test_shown:
            hit &= ~self._tested
        if not hit.any():
            return ""
        spare = len(hit) - MIN_POINTS
        too_many = int(hit.sum()) > spare
        hit[np.flatnonzero(hit)[max(spare, 0) :]] = False
        if hit.any():
            self._inputs, self._targets, self._tested = self._inputs[~hit], self._targets[~hit], self._tested[~hit]
            self.ahead = True
        return tr("{least} points have to stay: training needs them.", least=MIN_POINTS) if too_many else ""

    def _take_hold(self, at: Place) -> str:
        """Of the nearest training point within reach."""
        distances = np.where(self._tested, np.inf, self._distances(at))
        nearest = int(np.argmin(distances)) if len(distances) else -1
        if nearest < 0 or distances[nearest] > max(self._size, 14.0):
            return tr("No point to move is near enough.")
        place = self._places()[nearest]
        self._held, self._held_by = nearest, (float(place[0] - at[0]), float(place[1] - at[1]))
        return ""

    def _move_to(self, at: Place) -> None:
        if self._held < 0:
            return
        left, right, bottom, top = self._ground.extent
        across, upwards = min(max(at[0], left), right), min(max(at[1], bottom), top)
        self._inputs, self._targets = self._inputs.copy(), self._targets.copy()
        self._inputs[self._held] = (across, upwards)[: self._inputs.shape[1]]
        if self._inputs.shape[1] == 1 and not self.labels:
            self._targets[self._held] = upwards
        self.ahead = True

    def _places(self) -> Array:
        """Where rows lie on the plot, (rows, 2)."""
        if self._inputs.shape[1] == 2:
            return self._inputs
        heights = np.array(self._ground.heights)[self._targets.astype(int)] if self.labels else self._targets
        return np.column_stack((self._inputs[:, 0], heights))

    def _distances(self, at: Place) -> Array:
        """Of every row from a place, in pixels."""
        away = (self._places() - np.array(at)) / np.array(self._ground.unit)
        distances: Array = np.hypot(away[:, 0], away[:, 1])
        return distances

    def _is_free(self, place: Place) -> bool:
        unit = self._ground.unit
        return all(
            np.hypot((place[0] - x) / unit[0], (place[1] - y) / unit[1]) >= _APART for x, y in self._painted[-200:]
        )

    def _inside(self, place: Place) -> bool:
        left, right, bottom, top = self._ground.extent
        return left <= place[0] <= right and bottom <= place[1] <= top


def kept_back(data: DataSpec, rows: int) -> NDArray[np.bool_]:
    """Which of so many rows are kept back for testing: the same ones whatever is in them."""
    numbers = np.arange(float(rows))
    counted = msgspec.structs.replace(data, kind="own", own=own_rows("numbers", numbers[:, None], numbers))
    tested = np.zeros(rows, dtype=np.bool_)
    tested[make_dataset(counted).test_targets.astype(int)] = True
    return tested
