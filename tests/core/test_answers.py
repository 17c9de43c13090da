from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.explain import Consumer, Explanation
from core.expression.answers import AnswerError, Verdict, hint, judge, read_answer, reason


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-2", -2.0),
        ("−2,5", -2.5),
        (" 1/3 ", 1 / 3),
        ("-3/4", -0.75),
        ("1e-3", 1e-3),
        ("1E+2", 100.0),
        (".5", 0.5),
        (",5", 0.5),
        ("+4.", 4.0),
        ("(2)", 2.0),
        ("1 000", 1000.0),
        ("−1⁄2", -0.5),
        ("3 : 4", 0.75),
        ("1/-4", -0.25),
        ("0.25/0.5", 0.5),
    ],
)
def test_answers_in_every_spelling(text: str, number: float) -> None:
    assert read_answer(text) == number


@pytest.mark.parametrize("text", ["", "  ", "two", "1/2/3", "1/0", "--2", "1e", "nan", "inf", "2x", "1.2.3", "9" * 100])
def test_what_is_no_number_is_said(text: str) -> None:
    with pytest.raises(AnswerError, match=r"number|0 below"):
        read_answer(text)


@given(st.floats(-1e6, 1e6))
def test_every_number_that_python_writes_is_read(number: float) -> None:
    assert read_answer(repr(number)) == number


@pytest.mark.parametrize(
    ("answer", "truth", "verdict"),
    [
        (-2.0, -2.0, Verdict.RIGHT),
        (0.707, 0.70710678, Verdict.RIGHT),
        (0.706, 0.70710678, Verdict.WRONG),
        (0.0, 0.00004, Verdict.RIGHT),
        (0.0, 0.001, Verdict.WRONG),
        (2.0, -2.0, Verdict.WRONG),
        (1000.5, 1000.0, Verdict.RIGHT),
        (1.0, math.inf, Verdict.WRONG),
        (1.0, math.nan, Verdict.WRONG),
    ],
)
def test_three_digits_or_four_decimals_are_enough(answer: float, truth: float, verdict: Verdict) -> None:
    assert judge(answer, truth) is verdict


def explained(*uses: tuple[str, float, float], data: float = 10.0) -> Explanation:
    consumers = tuple(Consumer(name, "*", upstream, local, upstream * local) for name, upstream, local in uses)
    total = sum(use.contribution for use in consumers) if uses else 1.0
    return Explanation("c", "c", data, total, None, "", "leaf", "", (), consumers, None, "", "")


@pytest.mark.parametrize(
    ("explanation", "answer", "words"),
    [
        (explained(("d", -2.0, 3.0)), 6.0, "sign"),
        (explained(("d", -2.0, 3.0)), 3.0, "local derivative. Multiply"),
        (explained(("d", -2.0, 3.0)), -2.0, "upstream gradient, unchanged"),
        (explained(("d", -2.0, 3.0)), 1.0, "multiplied, not added"),
        (explained(("d", -2.0, 3.0)), 10.0, "its data"),
        (explained(("d", -2.0, 3.0)), 0.0, "nudging"),
        (explained(("d", -2.0, 3.0)), 77.0, "what uses it"),
        (explained(("d", 1.0, 3.0), ("e", 2.0, 4.0)), 8.0, "2 uses"),
        (explained(), 0.0, "backward pass begins"),
    ],
)
def test_a_wrong_answer_gets_the_hint_that_fits(explanation: Explanation, answer: float, words: str) -> None:
    found = hint(explanation, answer)
    assert words in found
    assert f"{explanation.gradient:g}" not in found.split(), "the solution is not given away"


def test_the_reason_is_the_chain_rule_in_numbers() -> None:
    assert reason(explained(("d", -2.0, 3.0)), "L") == "dL/dc = dL/dd · ∂d/∂c = -2 × 3 = -6"
    twice = reason(explained(("d", 1.0, 3.0), ("e", 2.0, 4.0)), "L")
    assert twice == "dL/dc = dL/dd · ∂d/∂c + dL/de · ∂e/∂c = 1 × 3 + 2 × 4 = 11"
    assert reason(explained(), "c") == "dc/dc = 1"
