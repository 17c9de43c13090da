"""The loss around the present weights of a run, and the way that the run came: all of it from what a file keeps."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from core.document import trainer_of
from core.document_parts import RunRecord
from core.long_work import Report, silent
from core.loss_surface import (
    Direction,
    Path,
    Surface,
    along_parameter,
    fitting_size,
    project,
    random_directions,
    surface,
)
from core.metrics import Array
from core.objective import Objective

PATH_POINTS = 200  # of the path, at most


@dataclass(frozen=True)
class Plane:
    """Which slice is wanted: over two parameters, or over two random directions."""

    parameters: tuple[str, str] | None = None  # addresses
    seed: int = 1  # of the random directions
    span: float = 1.0  # from the middle to the sides: in the parameters' own units, or in lengths of the weights


@dataclass(frozen=True, eq=False)
class SurfaceOfRun:
    """A surface around the weights of a step, and the path of the run on it."""

    plane: Plane
    surface: Surface
    path: Path
    step: int


def surface_of_run(record: RunRecord, plane: Plane, report: Report = silent) -> SurfaceOfRun:
    """Around where the run stands. Raises ExperimentError for a plane that the network lacks; CancelledError."""
    trainer = trainer_of(record)
    first, second = _directions(trainer.objective, trainer.theta, plane)
    size = fitting_size(_seconds(trainer.objective, trainer.theta))
    found = surface(trainer.objective, trainer.theta, first, second, size=size, span=plane.span, report=report)
    kept = trainer.run.checkpoints
    chosen = [kept[i] for i in np.linspace(0, len(kept) - 1, min(len(kept), PATH_POINTS)).round().astype(int).tolist()]
    here = (trainer.step, trainer.theta)
    points = [*((each.step, each.theta) for each in chosen if each.step < trainer.step), here]
    return SurfaceOfRun(plane, found, project(found, *map(list, zip(*points, strict=True))), trainer.step)


def _directions(objective: Objective, theta: Array, plane: Plane) -> tuple[Direction, Direction]:
    names = objective.names
    if plane.parameters is None:
        return random_directions(names, theta, plane.seed)
    first, second = plane.parameters
    return along_parameter(names, first), along_parameter(names, second)


def _seconds(objective: Objective, theta: Array) -> float:
    """That one evaluation takes."""
    objective.evaluate(theta, gradient=False)  # the first one makes room
    began = perf_counter()
    objective.evaluate(theta, gradient=False)
    return perf_counter() - began
