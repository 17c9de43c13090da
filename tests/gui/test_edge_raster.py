"""The drawing of edges, held to what it claims: thickness, colour, order, and pictures that may cut edges off."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gui.graph.edge_raster import GLOW, NEGATIVE, POSITIVE, Strokes, coloured, raster

CARD, BLUE, ORANGE, VIOLET = (255, 255, 255), (31, 111, 235), (232, 113, 10), (139, 92, 246)


def strokes(*edges: tuple[float, float, float, float, int]) -> Strokes:
    """From (start, end, width, opacity, plane)."""
    starts, ends, widths, opacity, planes = (np.array(values, float) for values in zip(*edges, strict=True))
    return Strokes(starts, ends, widths, opacity, np.ones(len(edges)), planes.astype(np.intp))


def picture(*edges: tuple[float, float, float, float, int], rows: int = 100) -> NDArray[np.uint32]:
    return coloured(raster(strokes(*edges), 0.0, 80.0, range(80), rows), CARD, BLUE, ORANGE, VIOLET)


def test_a_level_edge_is_as_thick_as_it_says() -> None:
    depth = raster(strokes((50.0, 50.0, 4.0, 0.5, POSITIVE)), 0.0, 80.0, range(80), 100)
    per_column = depth[POSITIVE].sum(axis=0) / -np.log1p(-0.5)
    assert per_column == pytest.approx(np.full(80, 4.0))
    assert np.flatnonzero(depth[POSITIVE][:, 0] > 1e-9).tolist() == [48, 49, 50, 51]


def test_a_fraction_of_a_pixel_is_a_fraction_of_the_depth() -> None:
    depth = raster(strokes((50.25, 50.25, 1.0, 0.5, NEGATIVE)), 0.0, 80.0, range(80), 100)[NEGATIVE][:, 0]
    assert depth[49] == pytest.approx(0.25 * -np.log1p(-0.5))
    assert depth[50] == pytest.approx(0.75 * -np.log1p(-0.5))


def test_a_steep_edge_keeps_its_true_thickness() -> None:
    depth = raster(strokes((10.0, 90.0, 3.0, 0.5, POSITIVE)), 0.0, 80.0, range(80), 100)[POSITIVE]
    down_the_middle = depth[:, 40].sum() / -np.log1p(-0.5)
    assert down_the_middle == pytest.approx(3.0 * np.sqrt(1 + 2.0**2), rel=0.02)  # slope 2 in the middle


def test_opacity_and_colours() -> None:
    pixel = int(picture((50.0, 50.0, 6.0, 0.5, POSITIVE))[50, 40])
    assert [pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255] == pytest.approx([143, 183, 245], abs=1)
    pixel = int(picture((50.0, 50.0, 6.0, 0.999999, NEGATIVE))[50, 40])
    assert (pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255) == ORANGE
    assert int(picture((50.0, 50.0, 6.0, 0.5, POSITIVE))[10, 40]) == 0xFFFFFFFF


def test_order_does_not_matter() -> None:
    edges = [(20.0, 80.0, 3.0, 0.4, POSITIVE), (80.0, 20.0, 5.0, 0.4, NEGATIVE), (50.0, 50.0, 9.0, 0.4, GLOW)]
    assert np.array_equal(picture(*edges), picture(*edges[::-1]))


def test_the_glow_lies_below_the_edges() -> None:
    both = picture((50.0, 50.0, 4.0, 0.9999, POSITIVE), (50.0, 50.0, 12.0, 0.5, GLOW))
    alone = picture((50.0, 50.0, 4.0, 0.9999, POSITIVE))
    inside, outside = (int(both[row, 40]) for row in (50, 55))
    assert inside == int(alone[50, 40])
    assert outside not in (0xFFFFFFFF, inside)


def test_edges_outside_the_picture_leave_no_trace_and_cut_ones_stay_right() -> None:
    far = raster(
        strokes((-500.0, -300.0, 7.0, 0.5, POSITIVE), (900.0, 400.0, 7.0, 0.5, NEGATIVE)), 0, 80, range(80), 100
    )
    assert np.abs(far).max() < 1e-9
    whole = raster(strokes((60.0, 140.0, 7.0, 0.5, POSITIVE)), 0, 80, range(80), 200)
    part = raster(strokes((-40.0, 40.0, 7.0, 0.5, POSITIVE)), 0, 80, range(20, 60), 30)
    assert part[POSITIVE] == pytest.approx(whole[POSITIVE][100:130, 20:60])


def test_no_edges_are_an_empty_picture() -> None:
    none = np.zeros(0)
    depth = raster(Strokes(none, none, none, none, none, np.zeros(0, np.intp)), 0.0, 80.0, range(80), 10)
    assert not depth.any()
    assert depth.shape == (2, 10, 80)
