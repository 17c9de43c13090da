"""Rows of one's own: arrays in, the same arrays out, and what is no sound data."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from core.errors import ExperimentError
from core.experiment import OwnRows
from core.own_data.own_rows import check_own_rows, inputs_of, own_rows, targets_of

INPUTS = np.array([[0.1, -2.0], [1e300, 5e-324], [0.5, 0.25], [1.0, 3.0]])


def rows(**changes: Any) -> OwnRows:
    made = own_rows("points.csv", INPUTS, np.array([0.0, 1.0, 2.0, 1.0]), labels=("a", "b", "c"))
    return msgspec.structs.replace(made, **changes)


def packed(*numbers: float) -> bytes:
    return np.array(numbers, "<f8").tobytes()


def test_arrays_come_back_to_the_last_bit_and_are_locked() -> None:
    made = own_rows("points.csv", INPUTS[::2], np.array([0.25, -1.0]), names=("a", "b"), target_name="price")
    assert inputs_of(made).tobytes() == np.ascontiguousarray(INPUTS[::2]).tobytes()
    assert targets_of(made).tolist() == [0.25, -1.0]
    assert (made.names, made.labels, made.target_name) == (("a", "b"), (), "price")
    for array in (inputs_of(made), targets_of(made)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_inputs_without_names_are_counted_and_columns_may_lie_anyhow() -> None:
    made = own_rows("", np.asfortranarray(INPUTS.astype(">f8")), np.arange(4))
    assert made.names == ("x1", "x2")
    assert np.array_equal(inputs_of(made), INPUTS)


def test_what_is_sound() -> None:
    check_own_rows(rows())
    check_own_rows(rows(shifts=(1.0, 2.0), scales=(3.0, 4.0), extent=(-1.0, 1.0, 0.0, 2.0)))
    check_own_rows(rows(labels=(), shifts=(1.0, 2.0, 0.5), scales=(3.0, 4.0, 1.0)))
    check_own_rows(own_rows("", np.zeros((10_000, 10)), np.zeros(10_000)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"names": ()}, "1 to 10 inputs, not 0"),
        ({"names": ("x",) * 11}, "not 11"),
        ({"targets": packed(0.0, 1.0, 2.0)}, "cut off"),
        ({"targets": packed(0.0, 1.0, 2.0, 1.0)[:-1]}, "cut off"),
        ({"inputs": INPUTS.tobytes()[:-8]}, "cut off"),
        ({"inputs": packed(*range(6)), "targets": packed(0.0, 1.0, 2.0)}, "4 to 10,000 rows, not 3"),
        ({"inputs": bytes(16 * 10_001), "targets": bytes(8 * 10_001)}, "not 10,001"),
        ({"inputs": packed(*range(7), np.nan)}, "An input of own data"),
        ({"targets": packed(0.0, 1.0, np.inf, 1.0)}, "A target of own data"),
        ({"labels": ("a",)}, "2 to 8 classes, not 1"),
        ({"labels": tuple("abcdefghi")}, "2 to 8 classes, not 9"),
        ({"labels": ("a", "b", "a")}, "a name of its own"),
        ({"labels": ("a", "b")}, "A class of own data does not exist"),
        ({"targets": packed(0.0, 1.0, 0.5, 1.0)}, "A class of own data does not exist"),
        ({"origin": "x" * 201}, "longer than 200"),
        ({"labels": ("a", "b", "c" * 201)}, "longer than 200"),
        ({"shifts": (0.0, np.nan), "scales": (1.0, 1.0)}, "A scale of own data is not a finite"),
        ({"shifts": (0.0,), "scales": (1.0,)}, "scales of own data do not fit"),
        ({"shifts": (0.0, 0.0), "scales": (1.0,)}, "scales of own data do not fit"),
        ({"shifts": (0.0, 0.0), "scales": (1.0, 0.0)}, "not above 0"),
        ({"extent": (1.0, 1.0, 0.0, 2.0)}, "extent of own data is empty"),
        ({"extent": (0.0, np.inf, 0.0, 2.0)}, "not a finite"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ExperimentError, match=says):
        check_own_rows(rows(**changes))


def test_only_two_inputs_have_an_extent() -> None:
    made = own_rows("", INPUTS[:, :1], np.arange(4.0), extent=(0.0, 1.0, 0.0, 1.0))
    with pytest.raises(ExperimentError, match="extent"):
        check_own_rows(made)
