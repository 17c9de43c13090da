"""The median."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.middle import middle, middles

NUMBERS = st.floats(-1e300, 1e300) | st.sampled_from([float("nan"), float("inf"), -float("inf")])


@given(arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 9)), elements=NUMBERS))
def test_it_is_that_of_numpy(values: np.ndarray) -> None:
    with np.errstate(all="ignore"):
        assert np.array_equal(middles(values), np.median(values, axis=1), equal_nan=True)
        assert np.array_equal([middle(row) for row in values], np.median(values, axis=1), equal_nan=True)


def test_masked_arrays_are_not_imported() -> None:
    code = "import sys; from core.middle import middle; middle([1.0, 3.0]); assert 'numpy.ma' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
