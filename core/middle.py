"""The median, without `numpy.median`: its first call imports masked arrays, 25 ms in the middle of a launch."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def middles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of every row (along the last axis); nan where the row has a nan. Bit for bit as NumPy's."""
    rising = np.sort(values, axis=-1)  # nan comes last
    count = rising.shape[-1]
    found = np.mean(rising[..., (count - 1) // 2 : count // 2 + 1], axis=-1)
    return np.where(np.isnan(rising[..., -1]), np.nan, found)


def middle(values: ArrayLike) -> float:
    """The median of numbers, one at least."""
    return float(middles(np.asarray(values, dtype=np.float64)))
