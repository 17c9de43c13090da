"""Slices of the loss surface: the loss over a plane through the space of all parameters, and a run's path on it.

The plane is spanned by two directions from a point θ: single parameters, or random directions whose every neuron is as
long as that neuron's own weights (Li et al., Visualizing the Loss Landscape of Neural Nets, 2018): else what a step
changes would depend on how large the weights happen to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from core.errors import ExperimentError
from core.long_work import Report, silent
from core.objective import Objective
from core.words import mark, tr

LEAST_SIZE, MOST_SIZE = 3, 101  # points along a side
LEAST_SPAN, MOST_SPAN = 1e-3, 1e3
REPORT_SECONDS = 0.03
MOST_SECONDS = 10.0  # that a surface is meant to take
FAR = 0.1  # of a surface's reach: so far away from its plane another surface is needed

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Direction:
    """A way to go from θ. One parameter is told as its own value, everything else as steps of 1 from θ."""

    name: str  # of the axis: an address, or a marked text
    vector: Array  # (parameters,)
    parameter: int | None = None  # its index, if it is a single one


@dataclass(frozen=True, eq=False)
class Surface:
    """Losses over a plane; row i belongs to `up[i]`, column j to `across[j]`, both rising."""

    first: Direction  # across
    second: Direction  # upwards
    across: Array  # (n,): numbers on the axis
    up: Array  # (n,)
    losses: Array  # (n, n); not finite where the loss is not
    theta: Array  # (parameters,): the middle of the plane
    loss: float  # there


@dataclass(frozen=True, eq=False)
class Path:
    """Where a run went, seen on a surface: the nearest point of the plane at each step."""

    steps: Array  # (n,)
    places: Array  # (n, 2): across, up
    shares: Array  # (n,): how much of the way from θ lies in the plane, 0 … 1; 1 at θ itself


def along_parameter(names: Sequence[str], address: str) -> Direction:
    """The direction of one weight or bias. Raises ExperimentError if there is none of this address."""
    if address not in names:
        raise ExperimentError(tr("There is no parameter '{address}' in this network.", address=address[:40]))
    index = list(names).index(address)
    vector = np.zeros(len(names))
    vector[index] = 1.0
    return Direction(address, vector, index)


def random_directions(names: Sequence[str], theta: Array, seed: int) -> tuple[Direction, Direction]:
    """Two random directions, at right angles but for the scaling of the neurons; the same seed, the same directions.

    Drawn from a normal distribution; then each neuron's weights are made as long as they are in θ, and so is its bias.
    Where θ is 0 nothing moves: if it is 0 everywhere, the directions are not scaled at all.
    """
    groups = _neurons(names)
    random = RandomState(seed)
    vectors = [random.normal(size=len(names)) for _ in range(2)]
    vectors[1] -= vectors[0] * (vectors[0] @ vectors[1]) / (vectors[0] @ vectors[0])
    if np.any(theta):
        vectors = [_filter_normalised(vector, theta, groups) for vector in vectors]
    return Direction(mark("direction 1"), vectors[0]), Direction(mark("direction 2"), vectors[1])


def surface(
    objective: Objective,
    theta: Array,
    first: Direction,
    second: Direction,
    *,
    size: int = 41,
    span: float = 1.0,
    report: Report = silent,
) -> Surface:
    """The whole loss at `size` × `size` points, from −span to span along both directions. Forward passes only.

    Raises ExperimentError for a size or a span out of range, or if both directions are one; CancelledError.
    """
    _check(first, second, size, span)
    offsets = np.linspace(-span, span, size)
    losses = np.empty((size, size))
    told = perf_counter()
    for row, up in enumerate(offsets):
        for column, across in enumerate(offsets):
            if perf_counter() - told > REPORT_SECONDS:
                report((row * size + column) / size**2)
                told = perf_counter()
            point = theta + across * first.vector + up * second.vector
            losses[row, column] = objective.evaluate(point, gradient=False).loss
    middle = objective.evaluate(theta, gradient=False).loss
    return Surface(first, second, _axis(theta, first, offsets), _axis(theta, second, offsets), losses, theta, middle)


def project(found: Surface, steps: Sequence[int], thetas: Sequence[Array]) -> Path:
    """Points of the space of parameters seen on the plane: the nearest point of it to each."""
    plane = np.column_stack([found.first.vector, found.second.vector])
    away = np.array(thetas, dtype=np.float64).reshape(len(steps), -1) - found.theta
    places = np.linalg.lstsq(plane, away.T, rcond=None)[0].T if len(steps) else np.zeros((0, 2))
    lengths, inside = np.linalg.norm(away, axis=1), np.linalg.norm(places @ plane.T, axis=1)
    shares = np.divide(inside, lengths, out=np.ones(len(steps)), where=lengths > 0.0)
    for column, direction in enumerate((found.first, found.second)):
        places[:, column] = _axis(found.theta, direction, places[:, column])
    return Path(np.array(steps, dtype=np.float64), places, np.minimum(shares, 1.0))


def is_far(found: Surface, theta: Array) -> bool:
    """Whether these parameters are outside of the picture, or so far from its plane that it says little of them."""
    path = project(found, [0], [theta])
    across, up = path.places[0]
    inside = found.across[0] <= across <= found.across[-1] and found.up[0] <= up <= found.up[-1]
    away = float(np.linalg.norm(theta - found.theta))
    beside = away * float(np.sqrt(max(1.0 - path.shares[0] ** 2, 0.0)))
    reach = max(
        float(np.linalg.norm(direction.vector)) * (axis[-1] - axis[0]) / 2
        for direction, axis in ((found.first, found.across), (found.second, found.up))
    )
    return bool(not inside or beside > FAR * reach)


def _axis(theta: Array, direction: Direction, offsets: Array) -> Array:
    """What stands on the axis at so much of a direction."""
    return offsets.copy() if direction.parameter is None else theta[direction.parameter] + offsets


def fitting_size(seconds: float) -> int:
    """Points along a side of a surface where one evaluation of the loss takes so long: an odd number, 11 … 41."""
    most = int(np.sqrt(MOST_SECONDS / max(seconds, 1e-9)))
    return min(max(most, 11), 41) | 1


def _check(first: Direction, second: Direction, size: int, span: float) -> None:
    if not LEAST_SIZE <= size <= MOST_SIZE:
        raise ExperimentError(
            tr(
                "A surface has {least} to {most} points along a side, not {size}.",
                least=LEAST_SIZE,
                most=MOST_SIZE,
                size=size,
            )
        )
    if not LEAST_SPAN <= span <= MOST_SPAN:
        raise ExperimentError(
            tr(
                "A surface reaches {least} to {most} to either side, not {span}.",
                least=f"{LEAST_SPAN:g}",
                most=f"{MOST_SPAN:g}",
                span=f"{span:g}",
            )
        )
    if np.array_equal(first.vector, second.vector):
        raise ExperimentError(tr("A surface needs two different parameters."))


def _neurons(names: Sequence[str]) -> list[Array]:
    """Indices of the weights of each neuron, and of each bias by itself."""
    groups: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        neuron, _, part = name.rpartition(".")
        groups.setdefault(name if part == "b" else neuron, []).append(i)
    return [np.array(group) for group in groups.values()]


def _filter_normalised(vector: Array, theta: Array, groups: Sequence[Array]) -> Array:
    scaled = np.zeros_like(vector)
    for group in groups:
        length = float(np.linalg.norm(vector[group]))
        if length > 0.0:
            scaled[group] = vector[group] * (float(np.linalg.norm(theta[group])) / length)
    return scaled
