from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.numbers import (
    MAX_WIDTH,
    format_count,
    format_decimals,
    format_exact,
    format_number,
    format_percent,
    format_rounded,
    format_significant,
    parse_number,
)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0.0000"),
        (-0.0, "0.0000"),
        (-0.0143, "-0.0143"),
        (0.8127, "0.8127"),
        (1.4442001, "1.4442"),
        (0.00153, "0.0015"),
        (0.00099, "9.9e-04"),
        (1.2e-7, "1.2e-07"),
        (-3e-300, "-3.0e-300"),
        (1234.5678, "1234.5678"),
        (-12345.678, "-12345.678"),
        (1234567.891, "1234567.89"),
        (123456789.0, "1.2346e+08"),
        (-1e100, "-1.00e+100"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers(x: float, text: str) -> None:
    assert format_number(x) == text


def test_more_figures_of_small_numbers() -> None:
    assert format_number(-1.034e-5, figures=3) == "-1.03e-05"
    assert format_number(-1.034e-300, figures=3) == "-1.03e-300"
    assert format_number(-0.0143, figures=3) == "-0.0143"


def test_digits() -> None:
    assert format_number(math.pi, digits=2) == "3.14"
    assert format_number(0.04, digits=2) == "4.0e-02"


@given(st.floats(), st.integers(0, 8))
def test_numbers_stay_within_the_width_and_keep_their_sign(x: float, digits: int) -> None:
    text = format_number(x, digits)
    assert len(text) <= MAX_WIDTH
    if 0 < abs(x) < 1e300:
        assert (float(text) < 0) == (x < 0)
        assert float(text) == pytest.approx(x, rel=0.06, abs=0.5 if digits == 0 else 0.0)


@given(st.floats(allow_nan=False))
def test_exact_text_is_the_same_number_again(x: float) -> None:
    assert float(format_exact(x)) == x
    assert format_exact(np.float64(x)) == repr(x)


@pytest.mark.parametrize(
    ("x", "text"), [(0.15, "0.150"), (1.0, "1.00"), (100.0, "100"), (1e-5, "1e-05"), (0.123456, "0.123456")]
)
def test_significant_figures(x: float, text: str) -> None:
    assert format_significant(x) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [(0.130232, "0.130"), (6.095036047e-196, "6.1e-196"), (0.05, "0.0500"), (12.34, "12.3")],
)
def test_computed_numbers_are_rounded(x: float, text: str) -> None:
    assert format_rounded(x) == text


@pytest.mark.parametrize(("x", "decimals", "text"), [(0.1, 2, "0.10"), (100.0, 0, "100"), (0.125, 2, "0.125")])
def test_decimals(x: float, decimals: int, text: str) -> None:
    assert format_decimals(x, decimals) == text


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0"), (999, "999"), (1200, "1\u2009200"), (1_000_000, "1\u2009000\u2009000")]
)
def test_counts(n: int, text: str) -> None:
    assert format_count(n) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(1.0, "100 %"), (0.5, "50 %"), (0.975, "97.5 %"), (0.99999, "99.9 %"), (0.0, "0 %"), (None, "—")],
)
def test_percent(fraction: float | None, text: str) -> None:
    assert format_percent(fraction) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.15", 0.15), (" 1e-3 ", 1e-3), ("1\u2009200", 1200.0), ("-5", -5.0), ("0,2", 0.2), ("-0,5e-3", -0.0005)]
    + [("\N{MINUS SIGN}0.5", -0.5), ("1e\N{MINUS SIGN}3", 1e-3), ("10\u202f000", 10_000.0), ("10\u00a0000", 10_000.0)]
    + [("10,000", 10.0)]
    + [(bad, None) for bad in ("", "abc", "0,5,1", "1.000,5", "nan", "inf", "1e999", "-")],
)
def test_parsing(text: str, value: float | None) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(("text", "value"), [("10,000", 10_000.0), ("1,000,000", 1e6), ("2,5", 2.5), ("1,0000", 1.0)])
def test_parsing_whole_numbers(text: str, value: float) -> None:
    assert parse_number(text, whole=True) == value
