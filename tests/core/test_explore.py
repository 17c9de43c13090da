"""Curves and slopes of a sheet: every digit that the syllabus prints, and which error is which."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.expression.explore import Explorer, Verdict, fitting_interval, steps_of_h
from core.expression.run import run_text
from core.expression.sheet import state_at

PARABOLA = "x = {x!r}\nf = 3*x**2 - 4*x + 5\nf.backward()\n"
PRODUCT = "a = 2.0\nb = -3.0\nc = 10.0\nd = a*b + c\nd.backward()\n"
PART_3 = "a = 2.0\nb = -3.0\nc = 10.0\ne = a*b\nd = e + c\nf = -2.0\nL = d*f\nL.backward()\n"


def explorer(text: str, output: str, over: str) -> Explorer:
    sheet = run_text(text)
    nodes = sheet.node(output), sheet.node(over)
    assert None not in nodes
    return Explorer(sheet, state_at(sheet, len(sheet.steps)), *nodes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("x", "h", "printed"),
    [
        (3.0, 1e-8, "14.00000009255109"),
        (3.0, 1e-12, "14.001244608152774"),
        (2 / 3, 0.001, "0.0029999999995311555"),
    ],
)
def test_1_the_slope_of_the_parabola_to_the_digit(x: float, h: float, printed: str) -> None:
    assert repr(explorer(PARABOLA.format(x=x), "f", "x").slopes((h,))[0]) == printed


@pytest.mark.parametrize(
    ("leaf", "h", "printed"),
    [
        ("a", 0.001, "-3.0000000000001137"),
        ("a", 1e-4, "-3.000000000010772"),
        ("b", 1e-4, "2.0000000000042206"),
        ("c", 1e-4, "0.9999999999976694"),
    ],
)
def test_1_the_slopes_of_several_inputs_to_the_digit(leaf: str, h: float, printed: str) -> None:
    assert repr(explorer(PRODUCT, "d", leaf).slopes((h,))[0]) == printed


def test_3_the_nudge_of_c() -> None:
    assert repr(explorer(PART_3, "L", "c").slopes((1e-4,))[0]) == "-1.9999999999953388"
    assert explorer(PART_3, "L", "L").slopes((1e-4,))[0] == pytest.approx(1.0)


def test_a_node_that_is_not_a_leaf_is_held() -> None:
    over_d = explorer(PART_3, "L", "d")
    assert (over_d.x, over_d.y, over_d.slope) == (4.0, -8.0, -2.0)
    assert over_d.value(5.0) == -10.0
    assert explorer(PART_3, "d", "a").slope == -3.0
    assert explorer(PART_3, "d", "f").slope == 0.0  # d does not depend on f


def test_the_curve_is_the_function() -> None:
    curve = explorer(PARABOLA.format(x=3.0), "f", "x").curve((-5.0, 5.0))
    assert curve.ys == pytest.approx(3 * curve.xs**2 - 4 * curve.xs + 5, rel=1e-14)
    assert (curve.xs[0], curve.ys[0], curve.xs[-1]) == (-5.0, 100.0, 5.0)
    assert (curve.x, curve.y, curve.slope) == (3.0, 20.0, 14.0)


def test_all_h_are_as_they_are_typed() -> None:
    assert steps_of_h() == tuple(float(f"1e-{place}") for place in range(17))
    assert len(steps_of_h(3)) == 49


@pytest.mark.parametrize(
    ("h", "verdict"),
    [
        (1.0, Verdict.TRUNCATION),
        (1e-3, Verdict.TRUNCATION),
        (1e-6, Verdict.AGREES),
        (1e-8, Verdict.AGREES),
        (1e-12, Verdict.ROUNDING),
        (1e-15, Verdict.ROUNDING),
        (1e-16, Verdict.ROUNDING),
    ],
)
def test_both_errors_are_told_apart(h: float, verdict: Verdict) -> None:
    parabola = explorer(PARABOLA.format(x=3.0), "f", "x")
    assert parabola.verdict(h, parabola.slopes((h,))[0], 14.0) is verdict


def test_a_straight_line_has_no_truncation() -> None:
    line = explorer(PART_3, "L", "a")
    assert line.verdict(1.0, line.slopes((1.0,))[0], 6.0) is Verdict.AGREES


def test_a_wrong_gradient_is_not_blamed_on_h() -> None:
    line = explorer(PART_3, "L", "a")
    for h in (1.0, 1e-4, 1e-16):
        assert line.verdict(h, line.slopes((h,))[0], 5.0) is Verdict.WRONG_GRADIENT
    assert line.verdict(1e-4, math.inf, 6.0) is Verdict.NOT_FINITE
    assert line.verdict(1e-4, 6.0, math.nan) is Verdict.NOT_FINITE


def test_the_interval_holds_still_while_the_value_is_well_inside() -> None:
    here = explorer(PARABOLA.format(x=3.0), "f", "x")
    first = here.interval(None)
    assert first[0] < 3.0 < first[1]
    moved = explorer(PARABOLA.format(x=3.5), "f", "x")
    assert moved.interval(first) == first
    far = explorer(PARABOLA.format(x=70.0), "f", "x").interval(first)
    assert far[0] < 70.0 < far[1]
    small = explorer(PARABOLA.format(x=0.01), "f", "x").interval((-1000.0, 1000.0))
    assert small[1] - small[0] < 100.0


def test_the_interval_avoids_what_is_not_finite() -> None:
    low, high = fitting_interval(20.0, lambda xs: np.where(np.abs(xs - 20.0) < 5.0, xs, np.nan))
    assert high - low <= 20.0
    for x in (math.nan, math.inf, 1e300):
        assert fitting_interval(x, lambda xs: xs) == (-1.0, 1.0)


@pytest.mark.parametrize("text", ["a = 1e308\nb = a * a\nb.backward()", "a = 0.0\nb = a * a\nb.backward()"])
def test_no_number_makes_it_fail(text: str) -> None:
    here = explorer(text, "b", "a")
    curve = here.curve()
    assert curve.xs.shape == curve.ys.shape
    for h, slope in zip(steps_of_h(), here.slopes(steps_of_h()), strict=True):
        assert isinstance(here.verdict(h, slope, here.slope), Verdict)


def test_errors_of_the_picture_are_those_of_the_slopes() -> None:
    here = explorer(PARABOLA.format(x=3.0), "f", "x")
    exact = [abs(slope - 14.0) for slope in here.slopes(steps_of_h())]
    assert here.errors(steps_of_h()) == pytest.approx(exact, abs=1e-9)
