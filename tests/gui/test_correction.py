"""Suggestions of real errors, applied: the text can then be read."""

from __future__ import annotations

import pytest

from core.errors import ExpressionError
from core.expression.run import run_text
from gui.panels.sheet.correction import Correction, correction_of


def corrected(text: str) -> str:
    with pytest.raises(ExpressionError) as caught:
        run_text(text)
    found = correction_of(text, caught.value)
    assert found is not None, str(caught.value)
    return found.applied(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("a = 2.0\nb = tahn(a)\n", "a = 2.0\nb = tanh(a)\n"),
        ("a = Value(2.0)\nb = a.tahn()\n", "a = Value(2.0)\nb = a.tanh()\n"),
        ("alpha = 2.0\nb = alpa * 2\n", "alpha = 2.0\nb = alpha * 2\n"),
        ("a = 2.0\nb = a ^ 2\n", "a = 2.0\nb = a ** 2\n"),
        ("a = 2.0\nb = a.tanh\n", "a = 2.0\nb = a.tanh()\n"),
        ("a = Value(2.0\n", "a = Value(2.0)\n"),
        ("for k in range(3)\n    print(k)\n", "for k in range(3):\n    print(k)\n"),
        ("for k in range(3):\nprint(k)\n", "for k in range(3):\n    print(k)\n"),
        ("a = 2.0\nb = 2 a\n", "a = 2.0\nb = 2 * a\n"),
        ("a = 2.0\nb = 2a\n", "a = 2.0\nb = 2*a\n"),
        ("a = 2.0 × 3\n", "a = 2.0 * 3\n"),
        ("s = 'a\n", "s = 'a'\n"),
    ],
)
def test_corrections(text: str, right: str) -> None:
    assert corrected(text) == right
    run_text(right)


def test_where_nothing_helps_nothing_is_offered() -> None:
    text = "a = 2.0 +* 3 ) (\n"
    assert correction_of(text, ExpressionError("no", 1, 9, 1, 10, "tanh")) is None
    assert correction_of(text, ExpressionError("no", 1, 9, 1, 10)) is None
    assert correction_of("b = zzz\n", ExpressionError("no", 1, 4, 1, 7, "tanh")) is None


@pytest.mark.parametrize("place", [(1, 0, 9, 9), (7, 3, 7, 9), (2, 99, 1, 0), (1, 5, 1, 2)])
def test_odd_places_do_no_harm(place: tuple[int, int, int, int]) -> None:
    for text in ("a = 2.0\nb = tahn(a)\n", "a = (2.0\n", ""):
        correction_of(text, ExpressionError("odd", *place, "tanh"))


def test_it_says_what_it_does() -> None:
    assert Correction(3, 7, "tanh").in_words == "Use tanh"
    assert Correction(3, 3, "*  ").in_words == "Insert *"
    assert Correction(0, 0, "    ").in_words == "Indent the line"
