"""How numbers are spread: counts in bins whose reach grows in powers, so that older counts stay exact.

Of weights and activations all bins are as wide as each other. Of gradients, which shrink by orders of magnitude while
a network learns, three bins in a row make a factor of ten, on either side of 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

BINS = 40
_HALF = BINS // 2
PER_DECADE = 3
LEAST_POWER: dict[Kind, int] = {"even": -7, "decades": -12 * PER_DECADE}  # reaches of 1/128 and of 1e-12

Array = NDArray[np.float64]
Kind = Literal["even", "decades"]


@dataclass(frozen=True, eq=False)
class Spread:
    """Counts in BINS bins from −reach to reach. The reach is 2^power of even bins, 10^(power / 3) of decades."""

    counts: Array  # (BINS,)
    power: int
    kind: Kind = "even"

    def grown(self, power: int) -> Spread:
        """The same numbers in bins of this reach, exactly; it must not be a smaller one."""
        counts, grow = self.counts, _DOUBLED[self.kind]
        for _ in range(min(power - self.power, BINS)):  # by then all of them are around 0
            counts = grow(counts)
        return Spread(counts, power, self.kind)


def spread(numbers: Array, kind: Kind = "even") -> Spread:
    """How the finite ones of these numbers are spread, in bins that just hold them."""
    flat = np.ravel(numbers)
    flat = flat[np.isfinite(flat)]
    largest = float(np.abs(flat).max(initial=0.0))
    power = max(LEAST_POWER[kind], _power(largest, kind))
    places = _even_places(flat, power) if kind == "even" else _decade_places(flat, power)
    return Spread(np.bincount(places, minlength=BINS).astype(np.float64), power, kind)


def edges_of(power: int, kind: Kind) -> Array:
    """The ends of the bins, (BINS + 1,), rising."""
    if kind == "even":
        return np.linspace(-1.0, 1.0, BINS + 1) * 2.0**power
    outer = 10.0 ** ((power - np.arange(_HALF)) / PER_DECADE)
    return np.concatenate([-outer, [0.0], outer[::-1]])


def together(columns: Sequence[Mapping[str, Spread]]) -> tuple[dict[str, Array], dict[str, Array]]:
    """Edges and counts (columns, BINS) of every key, all columns brought to the same bins."""
    edges: dict[str, Array] = {}
    counts: dict[str, Array] = {}
    for key in dict.fromkeys(key for column in columns for key in column):
        found = [column.get(key) for column in columns]
        power, kind = _widest(each for each in found if each is not None)
        edges[key] = edges_of(power, kind)
        counts[key] = np.array([np.zeros(BINS) if each is None else each.grown(power).counts for each in found])
    return edges, counts


def _widest(spreads: Iterable[Spread]) -> tuple[int, Kind]:
    widest = max(spreads, key=lambda each: each.power)
    return widest.power, widest.kind


def _power(largest: float, kind: Kind) -> int:
    """Of the least reach that holds this number."""
    if largest == 0.0:
        return LEAST_POWER[kind]
    return int(np.ceil(np.log2(largest) if kind == "even" else PER_DECADE * np.log10(largest)))


def _even_places(numbers: Array, power: int) -> NDArray[np.intp]:
    places = np.floor((numbers * 2.0**-power + 1.0) * _HALF).astype(np.intp)
    return np.clip(places, 0, BINS - 1)


def _decade_places(numbers: Array, power: int) -> NDArray[np.intp]:
    with np.errstate(divide="ignore"):
        inwards = np.floor(power - PER_DECADE * np.log10(np.abs(numbers)))
    inwards = np.clip(inwards, 0, _HALF - 1).astype(np.intp)
    return np.where(numbers < 0.0, inwards, BINS - 1 - inwards)


def _doubled_even(counts: Array) -> Array:
    grown = np.zeros(BINS)
    grown[_HALF // 2 : _HALF // 2 + _HALF] = counts.reshape(_HALF, 2).sum(axis=1)
    return grown


def _grown_decades(counts: Array) -> Array:
    """Every bin one place inwards; the innermost two become one."""
    grown = np.zeros(BINS)
    grown[1:_HALF] = counts[: _HALF - 1]
    grown[_HALF : BINS - 1] = counts[_HALF + 1 :]
    grown[_HALF - 1] += counts[_HALF - 1]
    grown[_HALF] += counts[_HALF]
    return grown


_DOUBLED = {"even": _doubled_even, "decades": _grown_decades}
