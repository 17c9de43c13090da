"""The sentences of the expression lab in another language: nothing in them is recognised by its English words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from core import words
from core.errors import ExpressionError
from core.expression.run import run_text
from core.expression.sheet import state_at
from core.expression.story import coming, told
from core.expression.wording import first_up
from tests.benchmarks.made_programs import HOSTILE

TEXTS = (
    "a = Value(3.0)\nb = Value(-2.0)\nd = (a + a) * b\ne = d.tanh() + (a * a) ** 2\ne.backward()\ne.backward()\n",
    "a = Value(3.0)\nb = a.relu() * 2\nb.backward()\na.data -= 0.1 * a.grad\na.grad = 0.0\n",
)
INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")


@pytest.fixture
def marked_texts() -> Iterator[None]:
    """Every text that goes through the translation stands in brackets."""
    words.install(lambda text, _n: f"⟦{text}⟧")
    yield
    words.install(None)


def outside(text: str) -> str:
    """What did not go through the translation."""
    while (less := INNERMOST.sub("", text)) != text:
        text = less
    return text


@pytest.mark.usefixtures("marked_texts")
@pytest.mark.parametrize("text", TEXTS)
def test_the_story_is_translated(text: str) -> None:
    sheet = run_text(text)
    for i, step in enumerate(sheet.steps):
        for said in (told(sheet, state_at(sheet, i), step), coming(sheet, state_at(sheet, i), step)):
            assert "⟦" in said or " = " in said  # a formula needs no words
            assert not re.search(r"[A-Za-z]{5,}", outside(said)), said


@pytest.mark.usefixtures("marked_texts")
def test_errors_are_translated() -> None:
    refused = 0
    for text in HOSTILE:
        try:
            run_text(text)
        except ExpressionError as error:
            refused += 1
            assert not re.search(r"[A-Za-z]{3,}", outside(str(error))), str(error)
    assert refused > 10


def test_a_description_begins_a_sentence_in_capitals_in_any_language() -> None:
    german = {"the {kind} {text}": "das {kind} {text}"}
    words.install(lambda text, _n: german.get(text, text))
    try:
        assert first_up("das Produkt a·b") == "Das Produkt a·b"
        assert first_up("the") == "the"  # a learner's name
    finally:
        words.install(None)
    assert first_up("the product a·b") == "The product a·b"
