"""What people type for a number: whoever knows the answer does not fail by how it is written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.expression.answers import AnswerError
from core.lessons.numbers import readings


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-2", -2.0),
        ("−2", -2.0),
        ("–2", -2.0),
        ("- 2", -2.0),
        ("+2", 2.0),
        ("2.", 2.0),
        ("(−2)", -2.0),
        ("-2,5", -2.5),
        (".5", 0.5),
        (",5", 0.5),
        ("1e-3", 1e-3),
        ("1E−3", 1e-3),
        ("1/3", 1 / 3),
        ("−3/4", -0.75),
        ("3 ⁄ 4", 0.75),
        ("-3 / 4", -0.75),
        ("½", 0.5),
        ("−½", -0.5),
        ("1½", 1.5),
        ("1 ½", 1.5),
        ("1 1/2", 1.5),
        ("-1 1/2", -1.5),
        ("97 %", 0.97),
        ("12,5%", 0.125),
        ("3·10^-2", 0.03),
        ("3 × 10⁻²", 0.03),
        ("3x10^2", 300.0),
        ("2*10**(-3)", 0.002),
        ("= 6", 6.0),
        ("dL/da = 6", 6.0),
        ("a.grad = -6.0", -6.0),
        ("L: -8", -8.0),
        ("≈ 0.7071", 0.7071),
        ("6;", 6.0),
        ("'6'", 6.0),
        ("$-6$", -6.0),
        ("1 000", 1000.0),
        ("1\u202f000", 1000.0),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("2/3.", 2 / 3),
        ("0", 0.0),
        ("-0", 0.0),
    ],
)
def test_spellings(text: str, number: float) -> None:
    assert readings(text)[0] == pytest.approx(number, rel=1e-15, abs=1e-300)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("65,818", {65.818, 65818.0}), ("1.000", {1.0, 1000.0}), ("-2.500", {-2.5, -2500.0}), ("0.125", {0.125})],
)
def test_what_can_be_read_in_two_ways_is_read_in_both(text: str, numbers: set[float]) -> None:
    assert set(readings(text)) == numbers


@pytest.mark.parametrize(
    "text", ["", " ", "six", "1/0", "1/2/3", "--2", "2+2", "e", "x = ", "%", "½½", "9" * 90, "10^"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(AnswerError):
        readings(text)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(3, 12))
def test_every_number_that_python_writes_is_read(number: float, digits: int) -> None:
    text = f"{number:.{digits}g}"
    assert any(math.isclose(each, float(text), rel_tol=1e-15) for each in readings(text))
    assert readings(text.replace("-", "−").replace(".", ","))


@given(st.text(alphabet="0123456789+-−.,/eE%·*^x10()= ½⁻²:'$_", max_size=90))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        found = readings(text)
    except AnswerError as error:
        assert str(error)
    else:
        assert found and all(isinstance(each, float) for each in found)
