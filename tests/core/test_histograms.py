from __future__ import annotations

import numpy as np
import pytest

from core.histograms import BINS, PER_DECADE, edges_of, spread, together


@pytest.mark.parametrize("kind", ["even", "decades"])
def test_every_finite_number_is_in_the_bin_between_its_edges(kind: str) -> None:
    numbers = np.random.default_rng(1).normal(size=300) * 0.3
    numbers[:3] = np.nan, np.inf, 0.0
    found = spread(numbers, kind)
    edges = edges_of(found.power, kind)
    assert len(edges) == BINS + 1
    assert found.counts.tolist() == np.histogram(numbers[np.isfinite(numbers)], edges)[0].tolist()
    assert found.counts.sum() == 298


def test_even_bins_reach_to_a_power_of_two() -> None:
    found = spread(np.array([-0.4, 0.9, 1.0]))
    assert edges_of(found.power, "even")[[0, -1]].tolist() == [-1.0, 1.0]
    assert found.counts[-1] == 1.0  # the reach itself is in the last bin
    assert spread(np.array([1.0001])).power == 1


def test_decades_reach_to_a_third_of_a_power_of_ten() -> None:
    found = spread(np.array([0.09, -0.02]), "decades")
    edges = edges_of(found.power, "decades")
    assert edges[-1] == pytest.approx(0.1)
    assert edges[-1 - PER_DECADE] == pytest.approx(0.01)
    assert edges[BINS // 2] == 0.0
    assert found.counts[-1] == 1.0


@pytest.mark.parametrize("kind", ["even", "decades"])
@pytest.mark.parametrize("more", [1, 2, 5, 300])
def test_growing_counts_as_if_it_had_been_so_from_the_beginning(kind: str, more: int) -> None:
    numbers = np.random.default_rng(2).normal(size=500) * np.geomspace(1e-6, 1.0, 500)
    found = spread(numbers, kind)
    grown = found.grown(found.power + more)
    counted = np.histogram(numbers, edges_of(found.power + more, kind))[0]
    assert grown.counts.tolist() == counted.tolist()


@pytest.mark.parametrize("kind", ["even", "decades"])
@pytest.mark.parametrize("numbers", [[], [0.0, 0.0], [np.nan], [1e-300], [1e300, 1.0], [5e-324]])
def test_numbers_no_axis_likes(kind: str, numbers: list[float]) -> None:
    found = spread(np.array(numbers), kind)
    assert found.counts.sum() == np.isfinite(numbers).sum()
    assert np.isfinite(edges_of(found.power, kind)).all()


def test_columns_are_brought_to_the_same_bins() -> None:
    columns = [{"weights L1": spread(np.array([0.1, -0.2]))}, {"weights L1": spread(np.array([3.0]))}, {}]
    edges, counts = together(columns)
    assert edges["weights L1"][-1] == 4.0
    assert counts["weights L1"].shape == (3, BINS)
    assert counts["weights L1"].sum(axis=1).tolist() == [2.0, 1.0, 0.0]
    assert together([]) == ({}, {})
