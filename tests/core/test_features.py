"""Features: what can be written, what it computes, how people read it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine import Value
from core.errors import ExperimentError
from core.features import Feature, check_features, features_of, is_feature, parsed, show_feature

WHAT = [
    ("x2", Feature("x2", "x", (1,)), -2.0, [0.0, 1.0], "x₂"),
    ("x1^2", Feature("x1^2", "^2", (0,)), 2.25, [3.0, 0.0], "x₁²"),
    ("x1*x2", Feature("x1*x2", "*", (0, 1)), -3.0, [-2.0, 1.5], "x₁x₂"),
    ("x2*x2", Feature("x2*x2", "*", (1, 1)), 4.0, [0.0, -4.0], "x₂x₂"),
    ("sin(x1)", Feature("sin(x1)", "sin", (0,)), math.sin(1.5), [math.cos(1.5), 0.0], "sin x₁"),
    ("cos(x2)", Feature("cos(x2)", "cos", (1,)), math.cos(-2.0), [0.0, math.sin(2.0)], "cos x₂"),
    ("abs(x2)", Feature("abs(x2)", "abs", (1,)), 2.0, [0.0, -1.0], "|x₂|"),
]


@pytest.mark.parametrize(("text", "feature", "number", "slopes", "shown"), WHAT)
def test_what_features_are(text: str, feature: Feature, number: float, slopes: list[float], shown: str) -> None:
    assert is_feature(text)
    assert parsed(text) == feature
    assert show_feature(text) == shown
    x = [Value(1.5), Value(-2.0)]
    node = feature.of(x)
    node.backward()
    assert node.data == pytest.approx(number)
    assert [each.grad for each in x] == pytest.approx(slopes)
    assert (node in x) == (feature.kind == "x")


@pytest.mark.parametrize(
    "text", ["", "x0", "x01", "x", "x1^3", "x1 ", "x1**2", "tan(x1)", "sin(x1", "x1*x2*x3", "x100"]
)
def test_what_is_no_feature(text: str) -> None:
    assert not is_feature(text)
    with pytest.raises(ExperimentError, match=r"is no feature\. There are x1"):
        parsed(text)


@given(st.text(max_size=12))
def test_any_text_is_a_feature_or_refused(text: str) -> None:
    if is_feature(text):
        assert parsed(text).text == text
    else:
        with pytest.raises(ExperimentError):
            parsed(text)


def test_every_input_as_it_is_where_none_is_named() -> None:
    assert [feature.text for feature in features_of((), 3)] == ["x1", "x2", "x3"]
    assert [feature.text for feature in features_of(("x3", "x1^2"), 3)] == ["x3", "x1^2"]
    assert show_feature("x10*x12") == "x₁₀x₁₂"


@pytest.mark.parametrize(
    ("features", "says"),
    [
        (("x3",), "The feature x3 needs an input that the data do not have"),
        (("x1*x3",), "needs an input"),
        (("x1", "x1"), "can be there once"),
        (tuple(f"x{i}" for i in range(1, 12)), "at most 10 features"),
        (("x1", "y"), "'y' is no feature"),
    ],
)
def test_features_that_a_network_cannot_read(features: tuple[str, ...], says: str) -> None:
    with pytest.raises(ExperimentError, match=says):
        check_features(features, 2)
    check_features((), 2)
    check_features(("x1", "x2", "x2^2"), 2)
