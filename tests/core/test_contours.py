from __future__ import annotations

import numpy as np
import pytest

from core.contours import contour_segments


def test_a_plane_has_a_straight_contour() -> None:
    values = np.tile(np.arange(5.0), (4, 1))  # rises with the column
    pieces = contour_segments(values, 2.25)
    assert pieces.shape == (3, 2, 2)
    assert pieces[..., 0] == pytest.approx(2.25)
    assert sorted(pieces[..., 1].ravel().tolist()) == [0.0, 1.0, 1.0, 2.0, 2.0, 3.0]


def test_a_bowl_has_a_closed_contour() -> None:
    x, y = np.meshgrid(np.arange(41.0) - 20, np.arange(41.0) - 20)
    pieces = contour_segments(x**2 + y**2, 100.5) - 20
    assert np.hypot(pieces[..., 0], pieces[..., 1]) == pytest.approx(10.0, abs=0.06)
    ends, counts = np.unique(pieces.reshape(-1, 2).round(9), axis=0, return_counts=True)
    assert len(ends) > 40
    assert set(counts.tolist()) == {2}  # every end is that of another piece too
    lengths = np.linalg.norm(pieces[:, 0] - pieces[:, 1], axis=1)
    assert lengths.sum() == pytest.approx(2 * np.pi * 10, rel=0.01)


@pytest.mark.parametrize(("level", "cut_off"), [(0.4, {(0, 1), (1, 0)}), (0.6, {(0, 0), (1, 1)})])
def test_a_saddle_is_decided_by_its_middle(level: float, cut_off: set[tuple[int, int]]) -> None:
    """Corners 1 0 / 0 1 with 0.5 in the middle: above that the two ones are apart, else the two zeros."""
    pieces = contour_segments(np.array([[1.0, 0.0], [0.0, 1.0]]), level)
    assert len(pieces) == 2
    nearest = {tuple(round(each) for each in piece.mean(axis=0)[::-1]) for piece in pieces}
    assert nearest == cut_off


def test_cells_that_are_not_finite_have_no_contour() -> None:
    values = np.tile(np.arange(4.0), (4, 1))
    values[1, 1], values[3, 3] = np.nan, np.inf
    pieces = contour_segments(values, 1.5)
    assert np.isfinite(pieces).all()
    assert len(pieces) == 1


def test_nothing_crosses_a_level_outside() -> None:
    assert contour_segments(np.ones((3, 3)), 2.0).shape == (0, 2, 2)
